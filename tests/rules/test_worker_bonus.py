"""Worker bonuses: ladders, and the periods that follow each other from a worker's first order on (G1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import BonusStep, Money, SettingsError, Term, WorkerBonus
from loyaltykit.rules.worker_bonus import MOST_ORDERS, period_at, period_start

MOSCOW, BERLIN, SAMOA = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
FIRST = datetime(2026, 1, 31, 9, tzinfo=UTC)


def rub(amount):
    return Money(amount, "RUB")


def step(orders, amount):
    return BonusStep(orders=orders, sum=rub(amount))


LADDER = step(50, 500), step(100, 1500)


def starts(every, anchor, count, zone=MOSCOW):
    return [period_start(Term(every), anchor, number, zone=zone) for number in range(count)]


@pytest.mark.parametrize(("orders", "paid"), [(0, None), (49, None), (50, 500), (99, 500), (100, 1500), (10_000, 1500)])
def test_G1_the_highest_step_reached_pays(orders, paid):
    """50 orders 500, 100 orders 1,500: not both."""
    bonus = WorkerBonus(every=Term("P7D"), ladder=LADDER)
    assert bonus.sum_for(orders) == (None if paid is None else rub(paid))


def test_G1_what_comes_next_is_the_lowest_step_that_isnt_reached():
    """And behind the last there's none."""
    bonus = WorkerBonus(every=Term("P7D"), ladder=LADDER)
    assert [bonus.next_step(orders) for orders in (0, 49, 50, 100)] == [LADDER[0], LADDER[0], LADDER[1], None]


def test_G1_periods_are_counted_from_the_first_order_and_never_chained():
    """From 31 January: 28 February, and 31 March again."""
    assert [start.day for start in starts("P1M", FIRST, 5)] == [31, 28, 31, 30, 31]


def test_G1_days_are_wall_clock_and_hours_elapse():
    """Berlin moves its clocks on 29 March 2026."""
    anchor = datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert [start.hour for start in starts("P1D", anchor, 3, BERLIN)] == [8, 7, 7]
    assert [start.hour for start in starts("PT24H", anchor, 3, BERLIN)] == [8, 8, 8]


def test_G1_days_are_those_of_the_programs_zone():
    """A month after 31 January, 23:00 in Moscow, which is the same day in UTC."""
    late = datetime(2026, 1, 31, 22, tzinfo=UTC)  # 1 February in Moscow
    assert starts("P1M", late, 2)[1] == datetime(2026, 2, 28, 22, tzinfo=UTC)
    assert starts("P1M", late, 2, UTC)[1] == datetime(2026, 2, 28, 22, tzinfo=UTC)
    assert starts("P1M", late, 3)[2] == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert starts("P1M", late, 3, UTC)[2] == datetime(2026, 3, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "number"),
    [(timedelta(), 0), (timedelta(hours=23), 0), (timedelta(days=1), 1), (timedelta(days=365, seconds=-1), 364)],
)
def test_G1_a_moment_lies_in_the_period_that_has_begun(moment, number):
    """Periods include their start and exclude their end."""
    assert period_at(Term("P1D"), FIRST, FIRST + moment, zone=MOSCOW) == number


def test_G1_a_day_that_a_zone_skipped_has_no_period():
    """Samoa had no 30 December 2011: that period is empty, and every moment lies in just one."""
    anchor = datetime(2011, 12, 28, 20, tzinfo=UTC)
    found = starts("P1D", anchor, 5, SAMOA)
    moment = anchor + timedelta(days=1, hours=1)
    number = period_at(Term("P1D"), anchor, moment, zone=SAMOA)
    assert found[number] <= moment < found[number + 1]


def test_G1_ten_years_of_hours_are_found_at_once(monkeypatch):
    """By halving, not by counting."""
    from loyaltykit.rules import worker_bonus  # noqa: PLC0415 - it's patched

    asked, real = [], worker_bonus.period_start

    def counting(*arguments, **named):
        asked.append(1)
        return real(*arguments, **named)

    monkeypatch.setattr(worker_bonus, "period_start", counting)
    assert period_at(Term("PT1H"), FIRST, FIRST.replace(year=2036), zone=MOSCOW) == 3652 * 24
    assert len(asked) < 20


def test_a_period_past_the_calendar_never_starts():
    """The running one then has no end."""
    assert period_start(Term("P1Y"), FIRST.replace(year=9999), 1, zone=MOSCOW) is None
    assert period_at(Term("P1Y"), FIRST.replace(year=9999), FIRST.replace(year=9999), zone=MOSCOW) == 0


@pytest.mark.parametrize(
    ("ladder", "path", "code"),
    [
        ((), "ladder", "empty"),
        ((step(50, 500), step(50, 600)), "ladder[1].orders", "not_ascending"),
        ((step(50, 500), step(60, 500)), "ladder[1].sum", "not_ascending"),
        ((step(60, 600), step(50, 700)), "ladder[1].orders", "not_ascending"),
    ],
)
def test_a_ladder_rises_in_orders_and_in_sums(ladder, path, code):
    """A step that pays no more than the one below would be no step."""
    with pytest.raises(SettingsError) as caught:
        WorkerBonus(every=Term("P7D"), ladder=ladder)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [(path, code)]


@pytest.mark.parametrize(
    ("orders", "amount", "path", "code"),
    [
        (0, 5, "orders", "too_small"),
        (-1, 5, "orders", "too_small"),
        (MOST_ORDERS + 1, 5, "orders", "too_large"),
        (1, 0, "sum", "not_positive"),
        (1, -5, "sum", "not_positive"),
    ],
)
def test_a_step_asks_for_something_and_pays_something(orders, amount, path, code):
    """Nothing for nothing isn't a bonus."""
    with pytest.raises(SettingsError) as caught:
        step(orders, amount)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [(path, code)]


@pytest.mark.parametrize(("every", "length"), [("P1Y", 365), ("P1M", 28), ("P1D", 1)])
def test_G1_a_period_begins_at_the_very_moment_at_which_the_one_before_ends(every, length):
    """The first of all that follow is the second."""
    first = datetime(2026, 2, 1, 9, tzinfo=UTC)
    begins = first + timedelta(days=length)
    numbers = [
        period_at(Term(every), first, moment, zone=MOSCOW)
        for moment in (first, begins - timedelta(microseconds=1), begins)
    ]
    assert numbers == [0, 0, 1]


def test_G1_the_day_on_which_the_clocks_move_is_a_period_as_any():
    """It has 23 hours in Berlin, on 29 March 2026."""
    first = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert period_at(Term("P1D"), first, datetime(2026, 3, 29, 12, tzinfo=BERLIN), zone=BERLIN) == 1
    assert period_at(Term("PT24H"), first, datetime(2026, 3, 29, 12, tzinfo=BERLIN), zone=BERLIN) == 0
