"""Who invited those who take part in an order (R2, G9)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Invited, Referrers


def test_nobody_may_have_invited_anybody():
    """Each side by itself."""
    assert (Referrers().customer, Referrers(worker="m7").worker) == (None, "m7")


@pytest.mark.parametrize("wrong", ["", "a\n", 7, "x" * 129])
def test_what_is_no_id_is_refused(wrong):
    """As with every id."""
    with pytest.raises(InvalidValue, match="the id of a referrer"):
        Referrers(customer=wrong)
    with pytest.raises(InvalidValue, match="the id of a referrer"):
        Invited(referrer=wrong)
