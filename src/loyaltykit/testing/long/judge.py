"""The judge of a year: all that must hold of what it has left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.operations.programs import Programs
from loyaltykit.testing.long.books import check_year_books
from loyaltykit.testing.long.history import check_bonuses, check_history, check_rewarded_once
from loyaltykit.testing.long.kept import Kept
from loyaltykit.testing.long.lots import check_ends, check_lots, check_never_below_zero
from loyaltykit.testing.long.shares import (
    check_awards,
    check_budgets,
    check_cards,
    check_promos,
    check_spent,
    check_workers,
)
from loyaltykit.testing.long.told import check_changes_nothing, check_second_recalculation, check_swept

if TYPE_CHECKING:
    from loyaltykit.testing.long.year import Year


AGAIN: Final = 0.25
"""How many of the commands are told again at the end, beside those that were in the middle of the year."""


def judge(year: Year) -> None:
    """
    Judge what *year* has left once it's played; raises an AssertionError that says what doesn't hold.

    Its books are judged as they stand; commands that are drawn are told again, late, to a process that has just
    started; all that time has done is swept; and the books are judged once more.

    Examples:
        >>> from loyaltykit.testing.long.year import Year
        >>> year = Year(7, orders=20)
        >>> year.play()
        >>> judge(year)
    """
    end = year.latest + timedelta(days=40)
    store, programs = year.store, Programs(year.revisions)
    loyalty = Loyalty(year.revisions, store, observe=year.hear, randbelow=year.random.randrange)
    _judge_books(year, programs)
    for program in year.revisions.programs:
        loyalty.publish(program)
    again = [command for command in year.told.values() if year.random.random() < AGAIN]
    told = check_changes_nothing(loyalty, store, again, year.answers, year.operations, at=end)
    year.counts["again at the end"] = told
    check_swept(loyalty, store, Kept(store, programs.worth).members, at=end)
    check_second_recalculation(loyalty, store, at=end)
    _judge_books(year, programs)


def _judge_books(year: Year, programs: Programs) -> None:
    kept = Kept(year.store, programs.worth)
    check_year_books(year.store, kept, programs, year.operations)
    check_spent(kept)
    check_cards(kept, programs)
    check_workers(kept)
    check_awards(kept, year.most_awarded())
    check_promos(kept, year.revisions)
    check_budgets(kept, year.revisions, year.answers)
    check_lots(kept, programs)
    check_ends(kept)
    if all(program.clawback == "within_balance" for program in year.revisions.programs):
        check_never_below_zero(kept)
    check_history(kept)
    check_rewarded_once(kept)
    check_bonuses(kept, programs)
