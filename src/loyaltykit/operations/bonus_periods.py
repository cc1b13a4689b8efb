"""
How the periods of a worker bonus follow each other, in the microseconds of documents. Row G1.

Theory of operation. A worker's periods form chains. A chain begins with a completed order, its anchor, and goes on by
itself for as long as the rule in force at the start of the next period is the one that the chain began with; empty
periods are skipped in one step. Where the rule in force is another by then, the chain is over, and the next order
begins a new one. Two periods are open at any moment: the latest, and the one before it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from loyaltykit.documents.worker import BonusPeriod
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.program.revisions import starts_at
from loyaltykit.rules.worker_bonus import period_at, period_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.operations.programs import Programs
    from loyaltykit.program.program import Program
    from loyaltykit.rules.worker_bonus import WorkerBonus


def bonus_called(label: str, program: Program) -> WorkerBonus | None:
    """Give the worker bonus of *program* that goes by *label*, if there's one."""
    return next((bonus for bonus in program.worker_bonus if bonus.label == label), None)


def first_period(programs: Programs, bonus: WorkerBonus, revision: str, anchor: int) -> BonusPeriod:
    """Give the period that begins with an order completed at *anchor*, by *bonus* of the program *revision*."""
    return BonusPeriod(revision, anchor, anchor, _start(programs, bonus, anchor, 1))


def following(programs: Programs, bonus: WorkerBonus, ended: BonusPeriod, at: int) -> tuple[BonusPeriod, ...]:
    """
    Give the periods that are open *at* a moment after *ended*, of a chain by *bonus*: the one before, and the running.

    Where the chain is over by then, its last period alone is open.
    """
    anchor = ended.anchor
    number = _number(programs, bonus, anchor, at)
    last = min([number, *_last_numbers(programs, bonus, ended)])

    def period(number: int) -> BonusPeriod:
        start, end = _start(programs, bonus, anchor, number), _start(programs, bonus, anchor, number + 1)
        return BonusPeriod(ended.revision, anchor, start, end, 0, 0 if end <= at else None)

    latest = [period(each) for each in range(max(last - 1, 0), last + 1)]
    known = [ended if each.start == ended.start else each for each in latest]
    return tuple(known if last == number else known[-1:])


def _last_numbers(programs: Programs, bonus: WorkerBonus, ended: BonusPeriod) -> Iterator[int]:
    """Give for each revision that has another rule when a period after *ended* would start, the one before that."""
    for program, start, end in _in_force(programs):
        earliest = max(start, ended.end)
        if bonus_called(bonus.label, program) != bonus:
            number = _number(programs, bonus, ended.anchor, earliest)
            next_start = _start(programs, bonus, ended.anchor, number)
            if next_start < earliest:
                number += 1
                next_start = _start(programs, bonus, ended.anchor, number)
            if next_start < end:
                yield number - 1


def _in_force(programs: Programs) -> Iterator[tuple[Program, int, int]]:
    """Give each revision, from when until when it's in force; the first one, from ever."""
    revisions = programs.revisions.programs
    starts = [-NEVER, *[micros(starts_at(program)) for program in revisions[1:]], NEVER]
    for program, (start, end) in zip(revisions, pairwise(starts), strict=True):
        yield program, start, end


def _number(programs: Programs, bonus: WorkerBonus, anchor: int, moment: int) -> int:
    return period_at(bonus.every, from_micros(anchor), from_micros(moment), zone=programs.zone)


def _start(programs: Programs, bonus: WorkerBonus, anchor: int, number: int) -> int:
    start = period_start(bonus.every, from_micros(anchor), number, zone=programs.zone)
    return NEVER if start is None else micros(start)
