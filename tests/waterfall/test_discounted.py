"""Step 2: what comes off the price (G10, B3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyaltykit import (
    Award,
    CodeUse,
    Decision,
    Discount,
    History,
    InvalidValue,
    Money,
    Order,
    Points,
    Program,
    work_out,
)
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.discounted import KeptPromo, charged_after, promo_decision

AT = datetime(2026, 6, 1, tzinfo=UTC)
BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow", "redemption": [{}]}
CASHBACK = [{"percent": "10"}]
PROMOS = [
    {"name": "summer", "code": "SUMMER", "percent": "10", "budget": "100"},
    {"name": "gift", "code": "GIFT", "points": 50, "credited": "placing"},
]
PROGRAM = Program.from_dict(BASE | {"cashback": CASHBACK, "promo": PROMOS})
SUMMER = CodeUse(code="SUMMER", promo="summer")


def rub(amount):
    return Money(amount, "RUB")


def ride(price="400.00"):
    return Order(id="o1", customer="m1", price=None if price is None else rub(price))


def test_G10_a_discount_lowers_what_is_charged_and_earns():
    """Cashback is of what's charged."""
    done = work_out(PROGRAM, ride(), at=AT, use=SUMMER)
    assert (done.price, done.charged, done.payable) == (rub(400), rub(360), rub(360))
    assert [decision.rule for decision in done.decisions] == ["summer", "cashback"]
    assert done.awards[0].points == Points(36)


def test_G10_points_at_placing_pay_for_this_very_order():
    """Though the member has none yet."""
    done = work_out(PROGRAM, ride(), at=AT, redeem="all", use=CodeUse(code="GIFT", promo="gift"))
    assert (done.redeemed, done.charged, done.payable) == (Points(50), rub(400), rub(350))


def test_B3_what_was_promised_is_kept_at_the_final_price():
    """Up to what was reserved and is left; conditions aren't judged again."""
    used = CodeUse(code="SUMMER", promo="summer", spent=rub(100))
    promised = Promised(Points(0), limited=True, promo=KeptPromo(rub(40), rub(10)))
    done = work_out(PROGRAM, ride("600.00"), at=AT, use=used, promised=promised)
    assert (done.charged, done.reasons[0].code) == (rub(550), "limited_by_budget")


def test_T4_points_that_a_code_advances_too_late_are_credited():
    """Judged at completion, there's no placing at which the order could spend them."""
    done = work_out(
        PROGRAM, ride(), at=AT, use=CodeUse(code="GIFT", promo="gift"), promised=Promised(Points(0), limited=False)
    )
    assert [type(award) for award in done.awards] == [Award, Award]
    assert done.decisions[0].points == Points(50)


def test_a_price_that_isnt_known_isnt_lowered():
    """It's charged in the end."""
    assert work_out(PROGRAM, ride(None), at=AT, use=SUMMER).charged is None


def test_several_discounts_come_off_one_after_the_other():
    """And what is none leaves the price alone."""
    off = Decision("a", (Discount("m1", rub(30)),))
    assert charged_after((off, Decision("b"), off), rub(100)) == rub(40)


def test_a_use_of_a_promo_that_isnt_there_is_the_hosts_mistake():
    """A calculator is asked about the program's own."""
    with pytest.raises(InvalidValue, match="no promo called winter") as caught:
        promo_decision(PROGRAM, ride(), at=AT, use=CodeUse(code="W", promo="winter"), history=History())
    assert caught.value.value == "winter"
