"""What is stored about a member at the moment of an order."""

from __future__ import annotations

import attrs
import pytest

from loyaltykit import InvalidValue, Points, Standing


def test_nothing_stored_is_nothing_to_spend():
    """A member without an account has no points."""
    assert Standing().balance == Points(0)


def test_a_standing_is_a_value():
    """Equal by its balance, and frozen."""
    standing = Standing(balance=Points(350))
    assert standing == Standing(balance=Points("350.00", digits=2))
    assert hash(standing) == hash(Standing(balance=Points(350)))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        standing.balance = Points(0)


@pytest.mark.parametrize("balance", [350, "350", None, Points(-1)])
def test_a_balance_is_points_that_can_be_spent(balance):
    """A bare number says no unit, and a debt isn't there to spend."""
    with pytest.raises(InvalidValue, match="a balance is Points"):
        Standing(balance=balance)
