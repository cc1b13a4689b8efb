"""Gift cards on offer: what they cost, and until when they're valid (S3)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loyaltykit import GiftCard, Money, NaiveMoment, Points, Reason, Standing, Term, gift_card_for, valid_until

FIFTY = GiftCard(name="fifty", face=Money(50, "RUB"), points_price=Points(500), valid_for=Term("P12M"))
MOSCOW = ZoneInfo("Europe/Moscow")


@given(balance=st.integers(0, 1_000))
@example(balance=499)
@example(balance=500)
def test_S3_a_card_can_be_chosen_once_the_balance_suffices(balance):
    """From its price on, to the point; below, the reason says how many are missing."""
    decision = gift_card_for(FIFTY, member="m1", standing=Standing(balance=Points(balance)))
    assert decision.rule == "fifty"
    if balance >= 500:
        ((purchase,), reasons) = decision.effects, decision.reasons
        assert (purchase.member, purchase.points, purchase.face) == ("m1", Points(500), Money(50, "RUB"))
        assert reasons == ()
    else:
        ((reason,), effects) = decision.reasons, decision.effects
        assert (reason.code, reason.missing, effects) == ("points_missing", Points(500 - balance), ())


def test_S3_an_offer_without_a_price_in_points_is_sold_for_money_alone():
    """Whatever the member has."""
    offer = GiftCard(name="hundred", face=Money(100, "RUB"))
    decision = gift_card_for(offer, member="m1", standing=Standing(balance=Points(10**9)))
    assert str(decision) == "hundred: hundred is sold for money alone"
    assert (decision.effects, decision.reasons) == ((), (Reason("not_for_points", offer="hundred"),))


@pytest.mark.parametrize(("term", "end"), [("P12M", (2027, 3, 12)), ("P1D", (2026, 3, 13)), (None, None)])
def test_S3_a_card_is_valid_to_the_end_of_the_local_day(term, end):
    """Its term is counted from the sale, half past midnight in Moscow; without one it's valid for good."""
    offer = GiftCard(name="fifty", face=Money(50, "RUB"), valid_for=None if term is None else Term(term))
    until = valid_until(offer, datetime(2026, 3, 10, 21, 30, tzinfo=UTC), zone=MOSCOW)
    assert until == (None if end is None else datetime(*end, tzinfo=MOSCOW))


def test_a_sale_has_a_time_zone():
    """Else nobody knows which day it is."""
    with pytest.raises(NaiveMoment):
        valid_until(FIFTY, datetime(2026, 3, 10), zone=MOSCOW)  # noqa: DTZ001 - that's the point
