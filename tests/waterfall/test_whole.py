"""All steps of one order together: each rule is asked with all that's known, and the order is the fixed one (B3)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from loyaltykit import (
    Advance,
    Award,
    CardPayment,
    CardStanding,
    CodeUse,
    Credit,
    Decision,
    Discount,
    History,
    Invited,
    Money,
    NaiveMoment,
    Order,
    Percent,
    Points,
    Program,
    Reason,
    Redeem,
    Referrers,
    Share,
    Standing,
    work_out,
)
from loyaltykit.waterfall.breakdown import Breakdown
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.discounted import KeptPromo, KeptTier

LATE = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=3)))
"""Friday in Moscow, and Saturday in Samara, whose hours the program keeps elsewhere."""

FRIDAYS = {"scope": {"windows": [{"weekdays": ["fri"]}]}}
LEVEL = {"name": "silver", "percent": 5, "visits": 3}
RULES = {
    "tier": [{"name": "regulars", "levels": [LEVEL]}],
    "promo": [{"name": "summer", "code": "SUMMER", "percent": 10}],
    "invitation": [{"referee_points": 100, "referrer_points": 30, "referee_credited": "placing"}],
    "redemption": [{"max_share": 50}],
    "service_points": [{"points": 7}],
    "first_app_order": [{"points": 20}],
    "surcharge": [{"raise_to": 1100}, {"sum": 15}],
}
CASHBACK = {"cashback": [{"percent": 10, "basis": "payable"}]}
SPLIT = {"percent": 10, "shares": {"customer_referrer": 40, "customer": 60}}

ORDER = Order(id="o1", customer="m1", worker="w7", price=Money(1000, "RUB"), branch="moscow", channel="app")
TOLD = {
    "at": LATE,
    "levels": {"regulars": "silver"},
    "use": CodeUse(code="SUMMER", promo="summer"),
    "invited": Invited(referrer="m7"),
    "referrers": Referrers(customer="m7"),
    "card": CardStanding(card="c1", balance=Money(500, "RUB")),
}
OF_SILVER = KeptTier(tier="regulars", level="silver", percent=Percent(5))


def rub(amount):
    return Money(amount, "RUB")


def program(**settings):
    """Give a program whose every rule applies on Fridays alone."""
    rules = {kind: [rule | FRIDAYS for rule in rules] for kind, rules in (RULES | settings).items()}
    branches = [{"id": "moscow", "time_zone": "Europe/Moscow"}, {"id": "samara"}]
    base = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Samara", "discounts": "stack"}
    return Program.from_dict(base | {"branches": branches} | rules)


def decision(rule, *effects):
    return Decision(rule, effects)


def test_B3_every_rule_is_asked_in_its_turn():
    """950 of the tier's, 855 of the code's; points of the invitation pay at once; the card pays of what is left."""
    asked = {"redeem": "all", "standing": Standing(balance=Points(55))}
    assert work_out(program(**CASHBACK), ORDER, **TOLD, **asked) == Breakdown(
        rub(1000),
        rub(855),
        Points(155),
        rub(155),
        rub(700),
        (
            decision("regulars", Discount("m1", rub(50), Percent(5))),
            decision("summer", Discount("m1", rub(95), Percent(10), rub(950))),
            decision("invitation", Advance("m1", Points(100)), Award("m7", Points(30))),
            decision("redemption", Redeem("m1", Points(155), rub(155))),
            Decision(
                "gift_card",
                (CardPayment("c1", rub(500)),),
                (Reason("limited_by_card", balance=rub(500), payable=rub(700)),),
            ),
            decision("cashback", Award("m1", Points(70), rub(700), Percent(10))),
            decision("service_points", Award("m1", Points(7))),
            decision("first_app_order", Award("m1", Points(20))),
            decision("surcharge", Credit("w7", rub(100))),
            decision("surcharge", Credit("w7", rub(15))),
        ),
        tier=OF_SILVER,
        card=rub(500),
    )


@pytest.mark.parametrize(
    ("basis", "customers", "referrers"), [("price", 60, 40), ("charged", 52, 34), ("payable", 46, 30)]
)
def test_R1_a_split_is_of_the_sum_that_it_names(basis, customers, referrers):
    """10 % of 1,000, of the 855 that are charged, or of the 755 that are payable, divided as 60 to 40."""
    split = [SPLIT | {"basis": basis}]
    asked = {"redeem": Points(100), "standing": Standing(balance=Points(55))}
    worked = work_out(program(referral_split=split), ORDER, **TOLD, **asked)
    shares = {each.member: each.points for each in worked.awards if isinstance(each, Share)}
    assert shares == {"m1": Points(customers), "m7": Points(referrers)}


def test_R4_on_the_next_day_no_rule_answers():
    """It's Saturday in Samara: each rule says so, and the price is charged."""
    order = Order(id="o1", customer="m1", worker="w7", price=rub(1000), branch="samara", channel="app")
    asked = {name: told for name, told in TOLD.items() if name != "card"}
    breakdown = work_out(program(**CASHBACK), order, **asked, redeem=Points(5), standing=Standing(balance=Points(55)))
    assert {reason.code for reason in breakdown.reasons} == {"outside_windows"}
    assert [decision.rule for decision in breakdown.decisions] == [
        *("tier", "summer", "invitation", "redemption"),
        *("cashback", "service_points", "first_app_order", "surcharge", "surcharge"),
    ]
    assert (breakdown.charged, breakdown.tier, breakdown.card, breakdown.due) == (rub(1000), None, None, rub(1000))
    split = work_out(program(referral_split=[SPLIT]), order, **asked)
    assert [decision.rule for decision in split.decisions if decision.rule == "referral_split"] == ["referral_split"]


def test_what_is_known_of_the_member_reaches_each_rule():
    """A code for first orders, and points for the first order by app, aren't for whoever came before."""
    first = [RULES["promo"][0] | {"first_order_only": True}]
    breakdown = work_out(program(promo=first), ORDER, **TOLD, history=History(visits=1, channels={"app"}))
    assert [reason.code for reason in breakdown.reasons] == [
        "not_first_order",
        "limited_by_card",
        "not_first_app_order",
    ]


def test_R3_points_pay_for_half_of_what_is_charged():
    """855, and not of the price."""
    worked = work_out(program(), ORDER, **TOLD, redeem="all", standing=Standing(balance=Points(900)))
    assert (worked.redeemed, worked.payable) == (Points(427), rub(428))


def test_T4_an_invitation_that_was_promised_stays_as_it_was():
    """Whoever invited the customer by now; where none was, what it gives comes too late to be spent."""
    asked = {name: told for name, told in TOLD.items() if name not in {"card", "use", "levels"}}
    kept = Decision("invitation", (Advance("m1", Points(40)),))
    promised = Promised(Points(0), limited=True, invitation=kept)
    worked = work_out(program(), ORDER, **asked, promised=promised)
    assert worked.decisions[0] is kept
    worked = work_out(program(), ORDER, **asked, promised=Promised(Points(0), limited=True))
    assert worked.decisions[0] == decision("invitation", Award("m1", Points(100)), Award("m7", Points(30)))
    assert work_out(program(), ORDER, **asked).decisions[1].effects[0] == Advance("m1", Points(100))


def test_R10_what_was_held_before_a_price_was_known_is_judged_by_the_one_that_is_charged():
    """Half of 855; and where it was limited then, all that it can pay for."""
    promised = Promised(Points(600), limited=False, promo=KeptPromo(), tier=OF_SILVER)
    worked = work_out(program(), ORDER, **TOLD, promised=promised)
    assert (worked.redeemed, worked.reasons[0].code) == (Points(427), "limited_by_share")
    assert worked.decisions[0] == decision("regulars", Discount("m1", rub(50), Percent(5)))
    promised = Promised(Points(900), limited=True, promo=KeptPromo(), tier=OF_SILVER)
    worked = work_out(program(), ORDER, **TOLD, promised=promised)
    assert (worked.redeemed, worked.payable, worked.card) == (Points(855), rub(0), None)


def test_R4_where_the_program_doesnt_run_the_price_is_charged_in_full():
    """Not a rule is asked; nothing is redeemed, in the program's units."""
    order = Order(id="o1", customer="m1", price=rub(1000), branch="kazan")
    reason = Reason("outside_branches", branch="kazan", branches=("moscow", "samara"))
    assert work_out(program(), order, **TOLD) == Breakdown(
        rub(1000), rub(1000), Points(0), rub(0), rub(1000), (Decision("program", (), (reason,)),)
    )


def test_a_moment_without_a_zone_is_refused_by_its_name():
    """So that whoever called finds it."""
    with pytest.raises(NaiveMoment, match=r"^at has no time zone"):
        work_out(program(), ORDER, **TOLD | {"at": datetime(2026, 11, 20)})  # noqa: DTZ001 - that's what is refused


def test_S3_a_breakdown_tells_what_is_due_beside_the_card():
    """In its first line."""
    told = str(work_out(program(), ORDER, **TOLD)).splitlines()[0]
    assert told == (
        "price 1000.00 RUB, charged 855.00 RUB, payable 855.00 RUB, by gift card 500.00 RUB, due 355.00 RUB"
    )


def test_what_is_due_isnt_known_before_the_price_is():
    """Though the card holds all that it has."""
    unpriced = Order(id="o1", customer="m1", branch="moscow")
    worked = work_out(program(), unpriced, **TOLD)
    assert (worked.card, worked.payable, worked.due) == (rub(500), None, None)
    assert str(worked).splitlines()[0].endswith("by gift card 500.00 RUB, due none")
