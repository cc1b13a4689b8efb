"""The lowest price that earns anything."""

from __future__ import annotations

import pytest

from loyaltykit import MixedUnits, Money
from loyaltykit.rules.minimum import below


def test_the_minimum_itself_is_reached():
    """Less isn't, nor is a price that nobody knows."""
    minimum = Money(300, "RUB")
    assert below(minimum, minimum) is None
    assert below(minimum, Money("299.99", "RUB")).code == "below_minimum"
    assert below(minimum, None).code == "price_unknown"
    assert below(None, None) is None
    with pytest.raises(MixedUnits):
        below(minimum, Money(300, "USD"))
