"""Tiers: ladders of levels by sold, paid and visits, for all time or rolling, and their lapse (Y1, Y2, Y3, Y8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    DayOfVisits,
    Discount,
    History,
    Level,
    MixedUnits,
    Money,
    NaiveMoment,
    Order,
    Percent,
    Scope,
    SettingsError,
    Term,
    Tier,
    Window,
    ZoneNeeded,
    falls_at,
    lapses_at,
    level_for,
    tier_discount_for,
)
from loyaltykit.rules.tier import totals_at

MOSCOW, NEW_YORK = ZoneInfo("Europe/Moscow"), ZoneInfo("America/New_York")
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def rub(amount):
    return Money(amount, "RUB")


def ladder(*levels, **settings):
    return Tier(name="regulars", levels=levels, **settings)


def name_of(tier, *, at=AT, zone=MOSCOW, **history):
    level = level_for(tier, History(**history), at=at, zone=zone)
    return None if level is None else level.called


FIVE = Level(percent=Percent(5), sold=rub(5000), visits=3)
CLASSES = ladder(
    Level(name="Бронза", sold=rub(20_000), paid=rub(20_000), visits=10),
    Level(name="Серебро", sold=rub(50_000), paid=rub(50_000), visits=30),
    Level(name="Золото", sold=rub(100_000), paid=rub(100_000), visits=50),
)


def test_Y1_5_000_sold_give_5_percent():
    """«как только выставленные счета … достигли 5 000, ему автоматически присваивается скидка в 5%»."""
    tier = ladder(FIVE)
    assert name_of(tier, sold=rub("4999.99")) is None
    assert name_of(tier, sold=rub(5000)) == "5 %"
    assert level_for(tier, History(sold=rub(5000)), at=AT, zone=MOSCOW).percent == Percent(5)


def test_Y1_more_than_two_visits_give_5_percent():
    """«как только клиент совершил более двух визитов»: three, since thresholds are reached at their figure."""
    assert [name_of(ladder(FIVE), visits=visits) for visits in (2, 3, 4)] == [None, "5 %", "5 %"]


def test_Y1_of_several_criteria_the_largest_discount_counts():
    """«Если клиенту по одному критерию полагается одна скидка, а по второму другая, … будет назначена большая»."""
    tier = ladder(FIVE, Level(percent=Percent(10), paid=rub(10_000)))
    assert name_of(tier, sold=rub(5000), paid=rub(10_000)) == "10 %"
    assert name_of(tier, sold=rub(5000), paid=rub(9999)) == "5 %"
    assert name_of(tier, paid=rub(10_000)) == "10 %"


def test_Y8_sold_and_paid_are_judged_apart():
    """What was invoiced isn't what was received."""
    by_paid = ladder(Level(percent=Percent(5), paid=rub(5000)))
    assert name_of(by_paid, sold=rub(5000), paid=rub(4000)) is None
    assert name_of(by_paid, sold=rub(4000), paid=rub(5000)) == "5 %"


def test_Y2_whoever_stays_away_for_60_days_has_0_percent():
    """«если клиент не совершал визит в течение 60 дней, скидка автоматически изменяется на 0%»: more than 60."""
    tier, last = ladder(FIVE, lapse_after=60), datetime(2026, 3, 1, 18, tzinfo=MOSCOW)
    sixty = datetime(2026, 4, 30, 23, 59, 59, 999_999, tzinfo=MOSCOW)
    assert name_of(tier, sold=rub(9000), last_visit=last, at=sixty) == "5 %"
    assert name_of(tier, sold=rub(9000), last_visit=last, at=sixty + timedelta(microseconds=1)) is None
    assert lapses_at(tier, last, zone=MOSCOW) == sixty + timedelta(microseconds=1)


def test_Y2_days_are_those_of_the_programs_zone():
    """The same moment of the last visit is another day elsewhere."""
    tier, last = ladder(FIVE, lapse_after=1), datetime(2026, 3, 1, 22, tzinfo=UTC)  # 2 March in Moscow
    assert lapses_at(tier, last, zone=MOSCOW).astimezone(MOSCOW).isoformat() == "2026-03-04T00:00:00+03:00"
    assert lapses_at(tier, last, zone=NEW_YORK).astimezone(NEW_YORK).isoformat() == "2026-03-03T00:00:00-05:00"


def test_Y2_nobody_lapses_who_has_never_come_or_need_not():
    """No visit yet is not away; without the setting nobody is."""
    assert name_of(ladder(FIVE, lapse_after=60), sold=rub(9000)) == "5 %"
    assert name_of(ladder(FIVE), sold=rub(9000), last_visit=AT - timedelta(days=9000)) == "5 %"
    assert lapses_at(ladder(FIVE, lapse_after=36_500), datetime(9990, 1, 1, tzinfo=UTC), zone=MOSCOW) is None


@pytest.mark.parametrize(
    ("history", "name"),
    [
        ({"sold": rub("19999.99"), "paid": rub("19999.99"), "visits": 9}, None),
        ({"sold": rub(20_000)}, "Бронза"),
        ({"paid": rub(20_000)}, "Бронза"),
        ({"visits": 10}, "Бронза"),
        ({"sold": rub(50_000)}, "Серебро"),
        ({"paid": rub(50_000)}, "Серебро"),
        ({"visits": 30}, "Серебро"),
        ({"sold": rub(100_000)}, "Золото"),
        ({"paid": rub(100_000)}, "Золото"),
        ({"visits": 50}, "Золото"),
        ({"sold": rub(20_000), "visits": 30}, "Серебро"),
        ({"sold": rub(20_000), "paid": rub(100_000), "visits": 30}, "Золото"),
    ],
)
def test_Y3_bronze_silver_and_gold(history, name):
    """20,000 or 10 visits, 50,000 or 30, 100,000 or 50; of several the highest («более приоритетный класс»)."""
    assert name_of(CLASSES, **history) == name


def test_a_level_that_leaves_a_criterion_out_cant_be_reached_by_it():
    """Visits alone lead to bronze, money alone beyond."""
    tier = ladder(Level(name="bronze", visits=10), Level(name="gold", sold=rub(100_000)))
    assert [name_of(tier, visits=99), name_of(tier, sold=rub(99_999)), name_of(tier, sold=rub(100_000))] == [
        "bronze",
        None,
        "gold",
    ]


def days(*visits, year=2026):
    return [DayOfVisits(day=date(year, *day), sold=rub(1000), paid=rub(900), visits=1) for day in visits]


def test_Y1_a_rolling_ladder_counts_the_days_of_its_period():
    """A year that includes today; what was sold before lies outside, whatever the totals are."""
    tier = ladder(Level(name="bronze", sold=rub(2000)), over=Term("P1Y"))
    recent = days((3, 1), (6, 1), year=2025)
    assert name_of(tier, sold=rub(10**6), visits=99) is None
    assert name_of(tier, recent=recent, at=datetime(2026, 2, 28, 23, 59, tzinfo=MOSCOW)) == "bronze"
    assert name_of(tier, recent=recent, at=datetime(2026, 3, 1, tzinfo=MOSCOW)) is None
    assert name_of(tier, recent=recent, at=datetime(2025, 5, 31, tzinfo=MOSCOW)) is None  # not yet


def test_Y1_a_rolling_ladder_tells_when_its_level_falls():
    """At the start of the day on which so much has fallen out that a lower one is reached."""
    levels = Level(name="bronze", visits=1), Level(name="silver", paid=rub(1800)), Level(name="gold", sold=rub(4000))
    tier = ladder(*levels, over=Term("P30D"))
    history = History(recent=days((3, 20), (3, 1), (3, 10)))
    first = falls_at(tier, history, at=datetime(2026, 3, 20, 12, tzinfo=MOSCOW), zone=MOSCOW)
    assert first == datetime(2026, 4, 9, tzinfo=MOSCOW)
    assert name_of(tier, recent=history.recent, at=first - timedelta(microseconds=1)) == "silver"
    assert name_of(tier, recent=history.recent, at=first) == "bronze"
    second = falls_at(tier, history, at=first, zone=MOSCOW)
    assert second == datetime(2026, 4, 19, tzinfo=MOSCOW)
    assert name_of(tier, recent=history.recent, at=second) is None
    assert falls_at(tier, history, at=second, zone=MOSCOW) is None


def test_a_level_for_all_time_never_falls_by_itself():
    """Nor does none at all, or one that ends with the calendar."""
    assert falls_at(ladder(FIVE), History(sold=rub(9000)), at=AT, zone=MOSCOW) is None
    assert falls_at(ladder(FIVE, over=Term("P1Y")), History(), at=AT, zone=MOSCOW) is None
    last = datetime(9999, 6, 1, tzinfo=UTC)
    history = History(recent=days((5, 1), year=9999))
    tier = ladder(Level(name="bronze", visits=1), over=Term("P1Y"))
    assert (name_of(tier, recent=history.recent, at=last), falls_at(tier, history, at=last, zone=MOSCOW)) == (
        "bronze",
        None,
    )


def test_sums_in_another_currency_are_refused():
    """Where a ladder asks for visits alone, no sums are looked at."""
    with pytest.raises(MixedUnits):
        name_of(ladder(FIVE), sold=Money(9000, "USD"))
    assert name_of(ladder(Level(name="bronze", visits=1)), sold=Money(9000, "USD"), visits=1) == "bronze"
    with pytest.raises(NaiveMoment, match=r"^at has no time zone"):
        name_of(ladder(FIVE, lapse_after=3), last_visit=AT, at=datetime(2026, 3, 1))  # noqa: DTZ001 - that's the point


SILVER = ladder(Level(name="bronze", visits=1), Level(name="silver", percent=Percent(5), visits=3))
ORDER = Order(id="o1", customer="m1", price=rub("412.10"), branch="centre")


def reason_of(tier, level, order=ORDER):
    decision = tier_discount_for(tier, level, order, at=AT)
    assert decision.rule == "regulars"
    assert decision.effects == ()
    (reason,) = decision.reasons
    return reason.code, reason.figures


def test_Y1_a_level_takes_its_percent_off_the_price():
    """Rounded once, half up: 5 % of 412.10 is 20.605."""
    assert tier_discount_for(SILVER, "silver", ORDER, at=AT).effects == (Discount("m1", rub("20.61"), Percent(5)),)


def test_B1_a_level_that_takes_nothing_off_says_why():
    """No level, one without a discount, one of an earlier revision; no customer, no price, nothing to take it off."""
    assert reason_of(SILVER, None) == ("no_level", {"tier": "regulars"})
    assert reason_of(SILVER, "bronze") == ("level_without_discount", {"tier": "regulars", "level": "bronze"})
    assert reason_of(SILVER, "gold") == ("level_unknown", {"tier": "regulars", "level": "gold"})
    assert reason_of(SILVER, "silver", Order(id="o1", price=rub(9))) == ("no_customer", {})
    assert reason_of(SILVER, "silver", Order(id="o1", customer="m1")) == ("price_unknown", {})
    assert reason_of(SILVER, "silver", Order(id="o1", customer="m1", price=rub(0))) == ("order_is_free", {})
    little = Order(id="o1", customer="m1", price=rub("0.09"))
    assert reason_of(SILVER, "silver", little) == ("rounded_to_nothing", {"share": Percent(5), "basis": rub("0.09")})


def test_B9_a_ladders_discount_has_a_scope():
    """Its levels count everywhere."""
    tier = ladder(*SILVER.levels, scope=Scope(branches=("north",)))
    assert reason_of(tier, "silver")[0] == "outside_scope"
    assert name_of(tier, visits=3) == "silver"


def problems_of(*levels, **settings):
    with pytest.raises(SettingsError) as caught:
        ladder(*levels, **settings)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_B6_a_ladder_that_cant_be_is_refused():
    """As it's made in Python, too: nothing on it, figures that fall, a level that nobody stays on."""
    assert problems_of() == [("levels", "empty")]
    bronze, silver = Level(name="bronze", visits=3), Level(name="silver", visits=3)
    assert problems_of(bronze, silver) == [("levels[0]", "never_held")]
    assert problems_of(Level(name="bronze", visits=4), silver) == [("levels[1].visits", "falling")]
    with pytest.raises(SettingsError, match="is not in RUB"):
        ladder(Level(name="bronze", sold=rub(3)), Level(name="silver", sold=Money(5, "USD")))


def test_B6_a_level_is_held_if_any_criterion_leads_to_it_alone():
    """Equal figures of one criterion do no harm then."""
    tier = ladder(Level(name="bronze", visits=3, sold=rub(10)), Level(name="silver", visits=3, paid=rub(5)))
    assert [name_of(tier, sold=rub(10)), name_of(tier, visits=3)] == ["bronze", "silver"]


@pytest.mark.parametrize(
    ("percent", "called"), [("5", "5 %"), ("5.0", "5 %"), (5, "5 %"), ("5.50", "5.5 %"), ("50", "50 %")]
)
def test_Y1_a_level_is_called_by_its_percent_however_it_is_written(percent, called):
    """So a revision that writes 5.0 for 5 renames nobody's level."""
    assert Level(percent=Percent(percent), visits=1).called == called


def test_B6_percents_that_are_written_differently_are_one_name():
    """Two levels of 5 % can't be told apart."""
    with pytest.raises(SettingsError) as caught:
        Tier(name="t", levels=[Level(percent=Percent("5"), visits=1), Level(percent=Percent("5.00"), visits=2)])
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("levels[1]", "duplicate")]


def test_levels_are_numbered_from_one():
    """What no level is called has the number of none."""
    assert [CLASSES.rank(name) for name in ("Бронза", "Серебро", "Золото", "Платина", None)] == [1, 2, 3, 0, 0]


def test_Y2_a_level_over_a_rolling_period_lapses_too():
    """Though the days that led to it still count."""
    tier = ladder(Level(name="bronze", visits=1), over=Term("P1Y"), lapse_after=60)
    recent = days((3, 1))
    assert name_of(tier, recent=recent, last_visit=datetime(2026, 3, 1, 18, tzinfo=MOSCOW), at=AT) is None
    assert name_of(tier, recent=recent, last_visit=datetime(2026, 5, 1, 18, tzinfo=MOSCOW), at=AT) == "bronze"


def test_Y1_what_a_rolling_ladder_judges_are_the_days_that_count():
    """In minor units; none of what lies before or behind them."""
    tier = ladder(FIVE, over=Term("P30D"))
    history = History(sold=rub(9000), visits=9, recent=days((3, 1), (3, 20), (4, 20)))
    assert totals_at(tier, history, date(2026, 4, 1)) == (1000_00, 900_00, 1)
    assert totals_at(ladder(FIVE), history, date(2026, 4, 1)) == (9000_00, 0, 9)


def test_B9_a_ladders_hours_are_those_of_the_branch():
    """Half an hour after midnight it's Saturday in Moscow, and Friday in New York."""
    tier = ladder(*SILVER.levels, scope=Scope(windows=(Window(weekdays=("fri",)),)))
    late = datetime(2026, 11, 20, 23, 30, tzinfo=MOSCOW)
    assert tier_discount_for(tier, "silver", ORDER, at=late, zone=MOSCOW).effects
    assert not tier_discount_for(tier, "silver", ORDER, at=late + timedelta(hours=1), zone=MOSCOW).effects
    assert tier_discount_for(tier, "silver", ORDER, at=late + timedelta(hours=1), zone=NEW_YORK).effects
    with pytest.raises(ZoneNeeded):
        tier_discount_for(tier, "silver", ORDER, at=late)
