"""How far workers are with their bonuses (G1)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from loyaltykit import Loyalty, NaiveMoment
from tests.operations.support import AT, DAY, HOUR, city, everything, ride, rub
from tests.reports.support import figures

WEEKLY = {"name": "weekly", "every": "P7D", "ladder": [{"orders": 2, "sum": 100}, {"orders": 3, "sum": 250}]}
NIGHTS = {"name": "nights", "every": "P1D", "ladder": [{"orders": 5, "sum": 70}], "scope": {"tariffs": ["night"]}}
NUMBERS = ("orders", "reached", "next_orders", "next_sum")


@pytest.fixture
def loyalty(life):
    return life(worker_bonus=[NIGHTS, WEEKLY])


def worked(loyalty, name, worker="w7", *, at=AT, **facts):
    return loyalty.settle(ride(id=name, worker=worker, **facts), at=at)


def told(loyalty, at=AT):
    """Give the rows as plain figures, with the total behind them."""
    report = loyalty.reports.worker_bonuses(at=at)
    return [(row.worker, row.rule, *figures(row, *NUMBERS)) for row in (*report.rows, report.total)]


def test_G1_how_far_each_worker_is(loyalty):
    """By worker and rule; behind the last step there's none."""
    for name in ("o1", "o2", "o3"):
        worked(loyalty, name)
    worked(loyalty, "o4", tariff="night")
    worked(loyalty, "o5", "w1")
    loyalty.place(ride(id="o6", worker="w2"), at=AT)
    assert told(loyalty) == [
        ("w1", "weekly", "1", "0.00", "2", "100.00"),
        ("w7", "nights", "1", "0.00", "5", "70.00"),
        ("w7", "weekly", "3", "250.00", "None", "None"),
        (None, None, "5", "250.00", "None", "None"),
    ]


def test_G1_periods_are_told_by_the_program_s_clocks(loyalty):
    """Noon in Moscow."""
    worked(loyalty, "o1")
    (row,) = loyalty.reports.worker_bonuses(at=AT).rows
    assert (row.start, row.end) == (AT, AT + 7 * DAY)
    assert row.start.tzinfo == row.end.tzinfo == ZoneInfo("Europe/Moscow")


def test_G1_time_counts_by_itself(loyalty, repository):
    """The next period runs, swept or not, and the report writes nothing."""
    for name in ("o1", "o2"):
        worked(loyalty, name)
    before = everything(repository)
    assert told(loyalty, AT + 7 * DAY - HOUR)[0] == ("w7", "weekly", "2", "100.00", "3", "250.00")
    assert told(loyalty, AT + 7 * DAY)[0] == ("w7", "weekly", "0", "0.00", "2", "100.00")
    assert everything(repository) == before


def test_G1_a_period_that_begins_later_is_left_out(loyalty):
    """Of one that runs, orders count whose completion is stored already."""
    worked(loyalty, "o1", at=AT + DAY)
    worked(loyalty, "o2", at=AT + 2 * DAY)
    assert told(loyalty) == [(None, None, "0", "0.00", "None", "None")]
    assert told(loyalty, AT + DAY)[0] == ("w7", "weekly", "2", "100.00", "3", "250.00")


def test_G1_of_a_forgotten_worker_nothing_is_told(loyalty):
    """Nor of one who has money but no bonus."""
    worked(loyalty, "o1")
    loyalty.members.forget("w7", at=AT)
    assert told(loyalty) == [(None, None, "0", "0.00", "None", "None")]


def test_G1_a_period_without_an_end(life):
    """The calendar ends before."""
    loyalty = life(worker_bonus=[WEEKLY | {"every": "P12M"}])
    last = AT.replace(year=9999)
    worked(loyalty, "o1", at=last)
    (row,) = loyalty.reports.worker_bonuses(at=last).rows
    assert row.end is None
    assert " –  " in str(loyalty.reports.worker_bonuses(at=last))


def test_G1_more_workers_than_a_page(life):
    """150 of them, each told once."""
    loyalty = life(worker_bonus=[WEEKLY])
    for number in range(150):
        worked(loyalty, f"o{number}", f"w{number:03}")
    report = loyalty.reports.worker_bonuses(at=AT)
    assert [row.worker for row in report.rows] == [f"w{number:03}" for number in range(150)]
    assert report.total.orders == 150


def test_G1_a_bonus_of_an_earlier_revision_runs_on(repository):
    """Under the rule that its period began with."""
    worked(Loyalty(city(worker_bonus=[WEEKLY]), repository), "o1")
    later = city(worker_bonus=[WEEKLY | {"ladder": [{"orders": 9, "sum": 1}]}])
    assert told(Loyalty(later, repository))[0] == ("w7", "weekly", "1", "0.00", "2", "100.00")


def test_G1_moments_have_a_time_zone(loyalty):
    """As everywhere."""
    with pytest.raises(NaiveMoment):
        loyalty.reports.worker_bonuses(at=AT.replace(tzinfo=None))
    assert rub(0) == loyalty.reports.worker_bonuses(at=AT).total.reached
