"""Categories, given and taken away by what lies behind a member (Y4, Y5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    Category,
    Criteria,
    History,
    MixedUnits,
    Money,
    NaiveMoment,
    SettingsError,
    categories_change_at,
    categories_for,
)

MOSCOW = ZoneInfo("Europe/Moscow")
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
NONE = frozenset()


def rub(amount):
    return Money(amount, "RUB")


def rule(name, added, removed=None):
    return Category(name=name, added=Criteria(**added), removed=None if removed is None else Criteria(**removed))


ECONOMY = rule("Эконом", {"sold": rub(2000)}, {"sold": rub(10_000)})
STANDARD = rule("Стандарт", {"sold": rub(10_000), "days_away": 45})
VIP = rule("VIP", {"paid": rub(30_000), "visits": 20}, {"days_away": 45})
LOST = rule("Потерянные", {"days_away": 90}, {"status": "came"})
PAGE = (ECONOMY, STANDARD, VIP, LOST)


def now(*had, at=AT, status=None, rules=PAGE, **history):
    return categories_for(rules, frozenset(had), History(**history), at=at, zone=MOSCOW, status=status).now


def test_Y4_whoever_has_spent_2_000_is_in_economy():
    """«клиент потратил от 2 000 и автоматически попадает в категорию «Эконом»»."""
    assert now(sold=rub("1999.99")) == NONE
    assert now(sold=rub(2000)) == {"Эконом"}


def test_Y4_whoever_has_paid_30_000_or_come_20_times_is_a_vip():
    """«если же клиент оплатил от 30 000, … «VIP». Если же клиент совершил от 20 визитов, он также …»."""
    assert now(paid=rub("29999.99"), visits=19) == NONE
    assert now(paid=rub(30_000)) == now(visits=20) == {"VIP"}


def test_Y4_all_categories_that_match_are_given():
    """«ему будет назначены все категории»."""
    assert now(sold=rub(9999), paid=rub(30_000), visits=20) == {"Эконом", "VIP"}


def test_Y5_economy_is_left_at_10_000_where_standard_begins():
    """«если клиент потратил от 10 000, он автоматически удаляется из категории «Эконом»»."""
    change = categories_for(PAGE, frozenset({"Эконом"}), History(sold=rub(10_000)), at=AT, zone=MOSCOW)
    assert (change.added, change.removed, change.now) == (("Стандарт",), ("Эконом",), {"Стандарт"})


def test_Y5_whoever_stays_away_for_45_days_is_moved_to_standard():
    """«если клиент не совершал визит в течение 45 дней, то он автоматически перемещается в категорию «Стандарт»»."""
    last = datetime(2026, 3, 1, 18, tzinfo=MOSCOW)
    forty_five = datetime(2026, 4, 15, 23, 59, tzinfo=MOSCOW)
    assert now("VIP", visits=20, last_visit=last, at=forty_five) == {"VIP"}
    assert now("VIP", visits=20, last_visit=last, at=forty_five + timedelta(minutes=1)) == {"Стандарт"}


def test_Y4_whoever_stays_away_for_90_days_is_lost():
    """«если клиент не совершал визит в течение 90 дней, то он … «Потерянные»»; and found again when they come."""
    last = datetime(2026, 3, 1, 18, tzinfo=MOSCOW)
    ninety = datetime(2026, 5, 30, 23, 59, tzinfo=MOSCOW)
    assert "Потерянные" not in now(last_visit=last, at=ninety)
    assert "Потерянные" in now(last_visit=last, at=ninety + timedelta(minutes=1))
    assert now("Потерянные", last_visit=AT, at=AT, status="came") == NONE
    assert now("Потерянные", last_visit=AT, at=AT) == {"Потерянные"}


def test_Y4_a_visits_status_gives_categories_only_where_it_is_told():
    """Came, or did not come; worked out by hand or by time, nothing has just ended."""
    rules = rule("came", {"status": "came"}, {"status": "no_show"}), rule("missed", {"status": "no_show"})
    assert now(status="came", rules=rules) == {"came"}
    assert now("came", status="no_show", rules=rules) == {"missed"}
    assert now("came", rules=rules) == {"came"}


def test_Y4_nobody_is_away_who_has_never_come():
    """Nor on the day of their visit."""
    assert now(sold=rub(100)) == NONE
    assert now(last_visit=AT) == NONE


def test_Y5_removing_wins():
    """Where both match at once, the category isn't given, and is taken away."""
    rules = (rule("new", {"visits": 1}, {"sold": rub(5000)}),)
    change = categories_for(rules, NONE, History(visits=1, sold=rub(5000)), at=AT, zone=MOSCOW)
    assert (change.added, change.removed, change.now) == ((), (), NONE)
    assert now("new", visits=1, sold=rub(5000), rules=rules) == NONE
    assert now(visits=1, sold=rub(4999), rules=rules) == {"new"}


def test_Y4_what_a_rule_gave_stays_until_a_rule_removes_it():
    """Whether the rule still matches or not; and a category whose rule is gone stays."""
    assert now("Эконом", "VIP", "Старая") == {"Эконом", "VIP", "Старая"}


def test_B6_removals_that_always_undo_an_addition_are_contradictions():
    """Each is named; the page's own example isn't one."""
    added = {"sold": rub(2000), "paid": rub(2000), "visits": 3, "days_away": 9, "status": "came"}
    removed = {"sold": rub(2000), "paid": rub(1999), "visits": 4, "days_away": 9, "status": "came"}
    with pytest.raises(SettingsError) as caught:
        rule("twice", added, removed)
    problems = [(problem.path, problem.code) for problem in caught.value.problems]
    assert problems == [(f"removed.{name}", "taken_back") for name in ("sold", "paid", "days_away", "status")]
    assert caught.value.problems[2].words == "whoever is added by days away 9 is removed at once, by days away 9"


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ({"status": "came"}, "whoever is added by status came is removed at once, by visits 1"),
        ({"days_away": 90}, "whoever is added by days away 90 is removed at once, by visits 1"),
    ],
)
def test_B6_whoever_came_or_is_away_has_come_once(added, says):
    """So a removal by one visit undoes what's given by that; who didn't come may never have."""
    with pytest.raises(SettingsError) as caught:
        rule("never", added, {"visits": 1})
    (problem,) = caught.value.problems
    assert (problem.path, problem.code, problem.words) == ("removed.visits", "taken_back", says)
    assert rule("shy", {"status": "no_show"}, {"visits": 1}).removed.visits == 1
    assert rule("once", added, {"visits": 2}).removed.visits == 2


def test_Y4_the_next_change_by_staying_away_is_known():
    """To standard after 45 days, to the lost ones after 90, and then no more."""
    last = datetime(2026, 3, 1, 18, tzinfo=MOSCOW)
    history, had, told = History(visits=20, last_visit=last), frozenset({"VIP"}), []
    moment = last
    while (following := categories_change_at(PAGE, had, history, at=moment, zone=MOSCOW)) is not None:
        change = categories_for(PAGE, had, history, at=following, zone=MOSCOW)
        told.append((following.astimezone(MOSCOW).date().isoformat(), change.added, change.removed))
        had, moment = change.now, following
    assert told == [("2026-04-16", ("Стандарт",), ("VIP",)), ("2026-05-31", ("Потерянные",), ())]


def test_Y4_without_rules_by_days_away_time_changes_nothing():
    """Nor for whoever has never come, or has all that staying away gives."""
    told = {"at": AT, "zone": MOSCOW}
    assert categories_change_at((ECONOMY,), NONE, History(last_visit=AT), **told) is None
    assert categories_change_at(PAGE, NONE, History(), **told) is None
    had = frozenset({"Стандарт", "Потерянные"})
    assert categories_change_at(PAGE, had, History(last_visit=AT), **told) is None


def test_Y4_what_is_due_already_isnt_the_next_change():
    """Whoever looks too late hears of what comes after that moment."""
    history, due = History(last_visit=datetime(2026, 3, 1, 18, tzinfo=MOSCOW)), datetime(2026, 4, 16, tzinfo=MOSCOW)
    following = categories_change_at(PAGE, NONE, history, at=due, zone=MOSCOW)
    assert following == datetime(2026, 5, 31, tzinfo=MOSCOW)


def test_mistakes_of_the_host_are_told():
    """A moment without a zone, and sums in another currency."""
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - that's the point
    with pytest.raises(NaiveMoment):
        now(at=naive)
    with pytest.raises(NaiveMoment):
        categories_change_at(PAGE, NONE, History(), at=naive, zone=MOSCOW)
    with pytest.raises(MixedUnits):
        now(sold=Money(9000, "USD"))


def test_Y5_what_a_status_removes_is_barred_until_the_next_visit():
    """Where figures would add it at once; else there's nothing to bar."""
    rules = [rule("VIP", {"visits": 2, "days_away": 30}, {"status": "no_show"})]
    known = {"at": AT, "zone": MOSCOW}
    met = History(visits=2)
    missed = categories_for(rules, frozenset({"VIP"}), met, status="no_show", **known)
    assert (missed.removed, missed.barred) == (("VIP",), frozenset({"VIP"}))
    later = categories_for(rules, missed.now, met, barred=missed.barred, **known)
    assert (later.now, later.barred) == (frozenset(), missed.barred)
    assert categories_for(rules, NONE, met, **known).added == ("VIP",)
    back = categories_for(rules, later.now, met, status="came", barred=later.barred, **known)
    assert (back.added, back.barred) == (("VIP",), frozenset())
    once = History(visits=1, last_visit=AT)
    assert categories_for(rules, frozenset({"VIP"}), once, status="no_show", **known).barred == frozenset()
    assert categories_change_at(rules, NONE, once, **known) is not None
    assert categories_change_at(rules, NONE, once, barred=frozenset({"VIP"}), **known) is None


def test_Y5_whom_a_status_bars_is_judged_by_days_of_the_program():
    """An hour after midnight in Moscow they'd have been away for too long; a microsecond before it they'd not."""
    lost = rule("Потерянные", {"days_away": 90}, {"status": "no_show"})
    history = History(visits=1, last_visit=datetime(2026, 3, 1, 18, tzinfo=MOSCOW))
    midnight = datetime(2026, 5, 31, tzinfo=MOSCOW)
    for at, barred in ((midnight, {"Потерянные"}), (midnight - timedelta(microseconds=1), NONE)):
        change = categories_for([lost], NONE, history, at=at, zone=MOSCOW, status="no_show")
        assert (change.now, change.barred) == (NONE, barred)


@pytest.mark.parametrize("function", [categories_for, categories_change_at])
def test_a_moment_without_a_zone_is_refused_by_its_name(function):
    """Also where no rule looks at it."""
    with pytest.raises(NaiveMoment, match=r"^at has no time zone"):
        function((), NONE, History(), at=datetime(2026, 3, 1), zone=MOSCOW)  # noqa: DTZ001 - that's what is refused
