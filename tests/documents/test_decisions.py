"""Decisions as stored: every code of the table, every effect, every type of figure comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Advance,
    Award,
    CardPayment,
    CardPurchase,
    CardRelease,
    CardReturn,
    Clawback,
    Credit,
    Decision,
    Discount,
    Money,
    Percent,
    Period,
    Points,
    PointValue,
    Reason,
    Redeem,
    Release,
    Return,
    Share,
    Term,
    Window,
)
from loyaltykit.documents.decisions import read, written
from loyaltykit.reason import REASONS

WHOLE = PointValue("0.50", "RUB")
FINE = PointValue("0.0095", "USD", digits=2)
AT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""Half past two in Berlin, for the first time; an hour later it's half past two again."""

FIGURES = [
    None,
    "север",
    "",
    7,
    Points(200),
    Points(-5),
    Money("412.00", "RUB"),
    Percent("12.5"),
    Percent("0.000001"),
    AT,
    AT.astimezone(ZoneInfo("Europe/Moscow")),
    datetime(2026, 10, 25, 1, 30, 0, 1, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin")),
    Period(date(2026, 12, 1), date(2026, 12, 31)),
    Period(None, date(2026, 12, 31)),
    Period(AT, None),
    Period(AT, datetime(2026, 12, 31, tzinfo=UTC)),
    Window(["fri"], "22:00", "02:00"),
    Window((), "07:00", "10:00", "Europe/Samara"),
    (),
    ("app", "phone"),
    (Window(["sat"]), Window(["sun"], "10:00")),
]


def through_json(decisions, worth=WHOLE):
    """Give *decisions* as they come back from a store."""
    return read(json.loads(json.dumps(written(decisions, worth))), worth)


@pytest.mark.parametrize("code", REASONS)
def test_B1_every_reason_of_the_table_comes_back_with_its_figures(code):
    """Whatever types they have; words and types are the same, too."""
    for turn in range(len(FIGURES)):
        names = REASONS[code].figures
        figures = {name: FIGURES[(turn + place) % len(FIGURES)] for place, name in enumerate(names)}
        reason = Reason(code, **figures)
        ((back,),) = [decision.reasons for decision in through_json([Decision("cashback", (), (reason,))])]
        assert (back, str(back)) == (reason, str(reason))
        assert [type(value) for value in back.values] == [type(value) for value in reason.values]


@pytest.mark.parametrize("figure", [figure for figure in FIGURES if isinstance(figure, datetime)])
def test_a_moment_comes_back_with_its_zone(figure):
    """So that it's told by the clocks of the branch, a repeated hour as the one it was."""
    reason = Reason("outside_period", rule="r", period=None, moment=figure)
    back = through_json([Decision("r", (), (reason,))])[0].reasons[0].moment
    assert (back.isoformat(), back.tzinfo) == (figure.isoformat(), figure.tzinfo)


@pytest.mark.parametrize(
    ("effect", "worth"),
    [
        (Award("m1", Points(41)), WHOLE),
        (Award("m1", Points(41), Money("412.00", "RUB"), Percent("5")), WHOLE),
        (Award("m1", Points(41), delay=Term("PT3H")), WHOLE),
        (Award("m1", Points("20.62", digits=2), Money("4.12", "USD"), Percent("5"), Term("P1D")), FINE),
        (Redeem("m1", Points(200), Money("100.00", "RUB")), WHOLE),
        (Redeem("m1", Points("2.50", digits=2), Money("0.02", "USD")), FINE),
        (Release("m1", Points(200)), WHOLE),
        (Release('с "кавычками"', Points("0.01", digits=2)), FINE),
        (Return("m1", Points(48)), WHOLE),
        (Return("m1", Points("0.48", digits=2)), FINE),
        (Clawback("m1", Points(20)), WHOLE),
        (Clawback("m1", Points("2.00", digits=2), Points("0.50", digits=2)), FINE),
        (Advance("m1", Points(100)), WHOLE),
        (Advance("m1", Points("0.10", digits=2)), FINE),
        (Share("m1", Points(17), "customer's referrer"), WHOLE),
        (Share("m1", Points("0.17", digits=2), "worker"), FINE),
        (CardPurchase("m1", Points(500), Money("50.00", "RUB")), WHOLE),
        (CardPurchase("m1", Points("500.50", digits=2), Money("0.01", "USD")), FINE),
    ],
)
def test_every_effect_comes_back(effect, worth):
    """In the program's digits and currency."""
    (back,) = through_json([Decision("rule", (effect,))], worth)[0].effects
    assert (type(back), back, str(back)) == (type(effect), effect, str(effect))
    assert back.points.digits == worth.digits


@pytest.mark.parametrize(
    "effect",
    [
        Credit("w7", Money("50.00", "RUB")),
        Credit("w7", Money("41.20", "RUB"), Percent(10)),
        Discount("m1", Money("0.01", "RUB")),
        Discount("m1", Money("82.40", "RUB"), Percent("12.5")),
        Discount("m1", Money("45.00", "RUB"), Percent(5), Money("900.00", "RUB")),
        CardPayment("c1", Money("50.00", "RUB")),
        CardRelease('карта "1"', Money("0.01", "RUB")),
        CardReturn("c1", Money("12.13", "RUB")),
    ],
)
def test_effects_in_money_come_back(effect):
    """In the program's currency; they're no points of a decision."""
    (back,) = through_json([decision := Decision("rule", (effect,))], WHOLE)
    assert (back, str(back)) == (decision, str(decision))
    assert (back.points, back.awards) == (Points(0), ())
    assert back.credits == ((effect,) if isinstance(effect, Credit) else ())


def test_points_of_other_digits_come_back_in_the_programs():
    """They're equal: 200 is 200.00."""
    reason = Reason("worth_nothing", points=Points(200))
    back = through_json([Decision("rule", (Release("m1", Points(3)),), (reason,))], FINE)[0]
    assert back == Decision("rule", (Release("m1", Points(3)),), (reason,))
    assert (back.points.digits, back.reasons[0].points.digits) == (2, 2)


def test_decisions_come_back_in_their_order():
    """With empty ones among them."""
    decisions = (Decision("b"), Decision("a", (), (Reason("no_customer"), Reason("price_unknown"))), Decision("b"))
    assert through_json(decisions) == decisions


@given(
    st.recursive(
        st.sampled_from([figure for figure in FIGURES if not isinstance(figure, tuple)]),
        lambda inner: st.lists(inner, max_size=3).map(tuple),
    )
)
def test_any_figure_comes_back(figure):
    """Tuples of tuples, too."""
    reason = Reason("worth_nothing", points=figure)
    assert through_json([Decision("r", (), (reason,))])[0].reasons[0] == reason
