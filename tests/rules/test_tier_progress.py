"""How far a member is to the next level, and what keeps the present one (B7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from loyaltykit import DayOfVisits, History, Level, Missing, Money, Percent, Term, Tier, level_for, tier_progress
from loyaltykit.rules.tier_progress import missing_to

MOSCOW = ZoneInfo("Europe/Moscow")
AT = datetime(2026, 3, 20, 12, tzinfo=MOSCOW)


def rub(amount):
    return Money(amount, "RUB")


BRONZE = Level(name="bronze", sold=rub(20_000), paid=rub(20_000), visits=10)
SILVER = Level(percent=Percent(5), sold=rub(50_000), visits=30)


def regulars(*levels, **settings):
    return Tier(name="regulars", levels=levels or (BRONZE, SILVER), **settings)


def progress(tier=None, *, at=AT, **history):
    return tier_progress(tier or regulars(), History(**history), at=at, zone=MOSCOW)


def test_B7_what_is_missing_is_told_by_each_criterion():
    """Any one of them is enough."""
    told = progress(sold=rub(1_500), visits=2)
    assert (told.tier, told.level, told.next_level) == ("regulars", None, "bronze")
    assert told.missing == Missing(sold=rub(18_500), paid=rub(20_000), visits=8)
    assert (told.lapsed, told.lapses_at, told.falls_at, told.keeps) == (False, None, None, None)


def test_B7_on_a_level_it_is_the_one_above_that_is_told_of():
    """Only by what it asks for; above the highest there's none."""
    told = progress(sold=rub(30_000), visits=12)
    assert (told.level, told.next_level, told.missing) == ("bronze", "5 %", Missing(sold=rub(20_000), visits=18))
    top = progress(visits=30)
    assert (top.level, top.next_level, top.missing) == ("5 %", None, None)


def test_B7_what_is_missing_leads_there_and_no_less_does():
    """By each criterion alone."""
    known = {"sold": rub(1_500), "paid": rub(700), "visits": 2}
    missing = progress(**known).missing
    for name, step in (("sold", rub("0.01")), ("paid", rub("0.01")), ("visits", 1)):
        enough = known | {name: known[name] + getattr(missing, name)}
        assert level_for(regulars(), History(**enough), at=AT, zone=MOSCOW) is BRONZE
        assert level_for(regulars(), History(**enough | {name: enough[name] - step}), at=AT, zone=MOSCOW) is None


def test_B7_a_level_says_when_it_lapses():
    """A visit before keeps it."""
    told = progress(regulars(lapse_after=60), visits=10, last_visit=datetime(2026, 3, 1, 18, tzinfo=MOSCOW))
    assert (told.level, told.lapses_at) == ("bronze", datetime(2026, 5, 1, tzinfo=MOSCOW))
    assert progress(regulars(lapse_after=60), visits=9, last_visit=AT).lapses_at is None


def test_B7_whoever_has_lapsed_is_back_with_one_visit():
    """On the level that they reach with it, or, where that reaches none, as far from the first as they are."""
    away = {"last_visit": AT - timedelta(days=90)}
    told = progress(regulars(lapse_after=60), visits=29, **away)
    assert (told.level, told.lapsed, told.next_level, told.missing) == (None, True, "5 %", Missing(visits=1))
    new = progress(regulars(lapse_after=60), visits=3, **away)
    assert (new.lapsed, new.next_level, new.missing.visits) == (True, "bronze", 7)
    assert progress(regulars(lapse_after=60), visits=28, **away).next_level == "bronze"
    assert (told.tier, new.tier) == ("regulars", "regulars")


def test_B7_a_member_lapses_as_a_day_of_the_program_begins():
    """An hour after midnight in Moscow, which comes before that of most zones."""
    known = {"visits": 10, "last_visit": datetime(2026, 3, 1, 18, tzinfo=MOSCOW)}
    midnight = datetime(2026, 5, 1, tzinfo=MOSCOW)
    assert progress(regulars(lapse_after=60), at=midnight, **known).lapsed
    assert not progress(regulars(lapse_after=60), at=midnight - timedelta(microseconds=1), **known).lapsed


def test_B7_nothing_is_missing_of_what_a_level_doesnt_ask_for():
    """Whatever there is of it."""
    assert missing_to(Level(name="gold", visits=9), (1_000, 5, 4)) == Missing(visits=5)
    assert missing_to(Level(name="gold", paid=rub(90)), (1_000, 5, 4)) == Missing(paid=rub("89.95"))


def days(*told):
    return [DayOfVisits(day=date(2026, *day), sold=rub(1000), visits=1) for day in told]


def test_B7_a_rolling_level_says_when_it_falls_and_what_keeps_it():
    """What has fallen out by then has to be made up for before."""
    tier = regulars(
        Level(name="bronze", sold=rub(1000)), Level(name="silver", sold=rub(3000), visits=9), over=Term("P30D")
    )
    told = progress(tier, recent=days((3, 1), (3, 1), (3, 10)))
    assert (told.level, told.falls_at) == ("silver", datetime(2026, 3, 31, tzinfo=MOSCOW))
    assert told.keeps == Missing(sold=rub(2000), visits=8)
    more = days((3, 1), (3, 1), (3, 10), (3, 30), (3, 30))
    assert progress(tier, recent=more, at=told.falls_at).level == "silver"
    assert progress(tier, recent=more[:-1], at=told.falls_at).level == "bronze"
