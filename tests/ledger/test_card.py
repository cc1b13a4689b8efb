"""A gift card's account: what is issued for it and what a member pays for it, booked with where it comes from (S3)."""

from __future__ import annotations

import pytest

from loyaltykit.ledger.account import ADJUSTED, EXPIRED, ISSUED, REDEEMED, Account, Posting
from loyaltykit.ledger.card import CARD_BOUGHT, bought, issued, of_card


def test_S3_a_card_is_issued_with_one_dated_lot_of_its_face():
    """As of that moment, not on grace, and booked under its offer."""
    account, postings = issued(5_000, at=3, expires=90, rule="fifty")
    assert account == Account(as_of=3, lots=((90, 0, 5_000),))
    assert postings == (Posting(3, ISSUED, 5_000, rule="fifty"),)


def test_S3_a_card_is_paid_for_with_the_points_that_expire_first():
    """Booked under the offer, and by the card that they were paid for."""
    member = Account(as_of=3, lots=((50, 0, 30), (90, 0, 30)))
    after, postings = bought(member, 40, by="c1", rule="fifty")
    assert after == member.with_(lots=((90, 0, 20),))
    assert postings == (Posting(3, CARD_BOUGHT, -40, rule="fifty", by="c1"),)


@pytest.mark.parametrize(
    ("kind", "account"), [(ISSUED, "card_issued"), (REDEEMED, "card_redeemed"), (EXPIRED, "card_expired")]
)
def test_S3_a_card_has_accounts_of_its_own_on_the_other_side(kind, account):
    """All else of the posting stays."""
    posting = Posting(3, kind, -5, order="o1", rule="fifty", revision="r1", by="c1")
    assert of_card(posting) == Posting(3, account, -5, order="o1", rule="fifty", revision="r1", by="c1")


def test_nothing_else_is_booked_on_a_card():
    """Cards aren't adjusted."""
    with pytest.raises(KeyError):
        of_card(Posting(3, ADJUSTED, -5))
