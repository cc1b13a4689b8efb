"""Years of programs in simulated time: good ones are silent, and a planted fault is found out and named."""

from __future__ import annotations

import inspect

import pytest

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.long.judge import judge
from loyaltykit.testing.long.year import Year
from loyaltykit.testing.long.years import played_year
from tests.testing.year_faults import FAULTS


def test_a_tenth_of_a_year_leaves_books_that_agree():
    """Orders told late, twice and out of order, by clocks that jump, to processes that share nothing: all laws hold."""
    counts = played_year(4, orders=1_000)
    assert counts["orders"] == 1_000
    for what in ("Replayed", "Retried", "StoreUnavailable", "UnknownOrder", "again", "again at the end", "swept"):
        assert counts[what], what


def test_a_year_in_which_nobody_may_owe_never_has_anybody_below_zero():
    """Programs that forgive are judged by one law more: what a member has, added up by moments, is never negative."""
    year = Year(11, orders=100)
    assert {program.clawback for program in year.revisions.programs} == {"within_balance"}
    year.play()
    judge(year)


def test_a_year_is_the_same_each_time():
    """A seed plays the same year again: that's how a failure is looked at."""
    one, other = Year(7, orders=60), Year(7, orders=60)
    one.play()
    other.play()
    assert one.counts == other.counts
    assert one.answers == other.answers


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_out(fault, monkeypatch):
    """Each broken store, and each fault of an operation, is found by the law that it breaks; the seed is told."""
    seed, orders, says = FAULTS[fault]
    make = fault if inspect.isclass(fault) else MemoryRepository
    if make is MemoryRepository:
        fault(monkeypatch)
    with pytest.raises(Violated, match=says) as caught:
        played_year(seed, orders=orders, make=make)
    assert f"(year {seed}, of {orders} orders)" in str(caught.value)
