"""An order's sums, worked out in one fixed sequence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from loyaltykit import (
    Award,
    History,
    MixedUnits,
    Money,
    NaiveMoment,
    Order,
    Points,
    Program,
    Standing,
    work_out,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASE = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}


def rub(amount):
    return Money(amount, "RUB")


def order(price="412.00", **facts):
    return Order(**({"id": "o1", "customer": "m1", "price": None if price is None else rub(price)} | facts))


def program(**rules):
    return Program.from_dict(BASE | rules)


def test_a_program_without_rules_charges_the_price():
    """Nothing is redeemed, nothing earned, and nothing needs a reason."""
    breakdown = work_out(program(), order(), at=AT)
    assert (breakdown.price, breakdown.charged, breakdown.payable) == (rub(412), rub(412), rub(412))
    assert (breakdown.redeemed, breakdown.worth) == (Points(0), rub(0))
    assert (breakdown.decisions, breakdown.awards, breakdown.reasons) == ((), (), ())
    assert (breakdown.tier, breakdown.card, breakdown.due) == (None, None, rub(412))


def test_points_redeemed_lower_what_is_payable():
    """200 of 412.00 leave 212.00; cashback of the charged sum is untouched, of the payable one it's less."""
    rules = {"redemption": [{"max_share": 50}], "cashback": [{"percent": 10}]}
    member = Standing(balance=Points(350))
    breakdown = work_out(program(**rules), order(), at=AT, redeem=Points(200), standing=member)
    assert (breakdown.redeemed, breakdown.worth, breakdown.payable) == (Points(200), rub(200), rub(212))
    assert breakdown.awards == (Award("m1", Points(41), rub(412), breakdown.awards[0].percent),)
    rules["cashback"][0]["basis"] = "payable"
    breakdown = work_out(program(**rules), order(), at=AT, redeem=Points(200), standing=member)
    assert breakdown.awards[0].points == Points(21)
    assert breakdown.awards[0].basis == rub(212)


def test_G6_first_app_order_points_come_besides_cashback():
    """Both rules answer, in the fixed order."""
    both = program(cashback=[{"percent": 5}], first_app_order=[{"points": 100}])
    breakdown = work_out(both, order(channel="app"), at=AT)
    assert [award.points for award in breakdown.awards] == [Points(21), Points(100)]
    breakdown = work_out(both, order(channel="app"), at=AT, history=History(channels={"app"}))
    assert [award.points for award in breakdown.awards] == [Points(21)]
    assert [reason.code for reason in breakdown.reasons] == ["not_first_app_order"]


def test_of_the_rules_of_one_kind_the_first_that_matches_answers():
    """Business rides earn 10 %, all others 5 %; one that matches and grants nothing has answered all the same."""
    rules = program(
        cashback=[
            {"name": "business", "percent": 10, "minimum": 500, "scope": {"tariffs": ["business"]}},
            {"name": "others", "percent": 5},
        ]
    )
    assert work_out(rules, order("600", tariff="business"), at=AT).awards[0].points == Points(60)
    assert work_out(rules, order("600", tariff="economy"), at=AT).awards[0].points == Points(30)
    (decision,) = work_out(rules, order("400", tariff="business"), at=AT).decisions
    assert (decision.rule, decision.effects) == ("business", ())
    assert decision.reasons[0].code == "below_minimum"


def test_B9_outside_happy_hour_the_next_rule_answers():
    """As outside a period, and outside a list of names."""
    rules = program(
        cashback=[
            {"percent": 10, "scope": {"windows": [{"weekdays": ["mon"]}]}},
            {"percent": 7, "scope": {"period": {"until": "2026-01-01"}}},
            {"percent": 5},
        ]
    )
    assert work_out(rules, order("100"), at=AT).awards[0].points == Points(5)


def test_B1_where_no_rule_matches_each_says_why():
    """The answer is the kind's, with a reason from every rule of it."""
    rules = program(
        cashback=[{"percent": 10, "scope": {"tariffs": ["business"]}}, {"percent": 5, "scope": {"channels": ["app"]}}],
        redemption=[{"scope": {"channels": ["app"]}}],
    )
    breakdown = work_out(rules, order(tariff="economy"), at=AT, redeem=Points(5), standing=Standing(balance=Points(9)))
    assert [decision.rule for decision in breakdown.decisions] == ["redemption", "cashback"]
    assert [reason.code for reason in breakdown.reasons] == ["outside_scope"] * 3
    assert breakdown.payable == rub(412)


def test_R4_outside_its_branches_a_program_does_nothing():
    """The reason names the branches where it runs; points can't be spent there either."""
    limited = program(cashback=[{"percent": 5}], redemption=[{}], branches=[{"id": "centre"}, {"id": "north"}])
    assert work_out(limited, order(branch="north"), at=AT).awards
    for branch in ("south", None):
        breakdown = work_out(
            limited, order(branch=branch), at=AT, redeem=Points(5), standing=Standing(balance=Points(9))
        )
        assert (breakdown.awards, breakdown.payable) == ((), rub(412))
        (reason,) = breakdown.reasons
        assert (reason.code, reason.branch, reason.branches) == ("outside_branches", branch, ("centre", "north"))


def test_G7_a_program_without_redemption_lets_no_points_be_spent():
    """Asking is answered with a reason; not asking needs none."""
    breakdown = work_out(program(), order(), at=AT, redeem=Points(5), standing=Standing(balance=Points(9)))
    assert [decision.rule for decision in breakdown.decisions] == ["redemption"]
    assert breakdown.reasons[0].code == "no_redemption"
    assert breakdown.payable == rub(412)
    assert work_out(program(redemption=[{}]), order(), at=AT).decisions == ()


def test_without_a_price_the_sums_are_unknown():
    """A hold is possible all the same, and what it's worth is known."""
    rules = program(redemption=[{"max_share": 50}], cashback=[{"percent": 5}])
    breakdown = work_out(rules, order(None), at=AT, redeem=Points(50), standing=Standing(balance=Points(90)))
    assert (breakdown.price, breakdown.charged, breakdown.payable) == (None, None, None)
    assert (breakdown.redeemed, breakdown.worth) == (Points(50), rub(50))
    assert [reason.code for reason in breakdown.reasons] == ["limits_at_completion", "price_unknown"]


def test_a_branch_has_its_own_hours():
    """Friday ends an hour earlier in Samara than in Moscow."""
    rules = program(
        cashback=[{"percent": 5, "scope": {"windows": [{"weekdays": ["fri"]}]}}],
        branches=[{"id": "moscow"}, {"id": "samara", "time_zone": "Europe/Samara"}],
    )
    late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=3)))
    assert work_out(rules, order(branch="moscow"), at=late).awards
    assert not work_out(rules, order(branch="samara"), at=late).awards


def test_points_come_in_the_programs_digits():
    """What wasn't redeemed is zero in them too."""
    fine = program(digits=2, cashback=[{"percent": 5}])
    breakdown = work_out(fine, order("412.37"), at=AT)
    assert breakdown.awards[0].points == Points("20.62", digits=2)
    assert breakdown.redeemed.digits == 2


def test_a_hosts_mistakes_are_errors():
    """A naive moment and another currency are refused before any rule is asked."""
    with pytest.raises(NaiveMoment):
        work_out(program(), order(), at=datetime(2026, 1, 1))  # noqa: DTZ001 - that's what is refused
    with pytest.raises(MixedUnits):
        work_out(program(), Order(id="o", price=Money(5, "USD")), at=AT)


def test_B1_a_breakdown_says_itself():
    """Sums first, then each rule's answer."""
    rules = program(cashback=[{"percent": 5, "minimum": 500}])
    assert str(work_out(rules, order(), at=AT)).splitlines() == [
        "price 412.00 RUB, charged 412.00 RUB, payable 412.00 RUB",
        "  cashback: the price, 412.00 RUB, is below the minimum, 500.00 RUB",
    ]
