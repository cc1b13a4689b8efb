"""The terms of a program, counted in the microseconds of accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.account import BEFORE_ALL, NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.rules.expiry import expires_at, inactive_at, returned_until
from loyaltykit.values.moment import in_zone, local_instant

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.account import Grace
    from loyaltykit.operations.programs import Programs
    from loyaltykit.program.program import Program
    from loyaltykit.values.term import Term


def expiry_of(program: Program, credited: int) -> int:
    """Give when points *credited* at a moment expire under *program*; `NEVER` for those that are never credited."""
    return NEVER if credited == NEVER else _moment(expires_at(program.expiry, from_micros(credited), zone=program.zone))


def inactivity_of(program: Program, completed: int) -> int:
    """Give when a member who completed an order at a moment, and none after it, has all points expire."""
    return _moment(inactive_at(program.expiry, from_micros(completed), zone=program.zone))


def grace_of(programs: Programs) -> Grace:
    """Give what the program in force at a moment grants to points that come back then, after they've expired."""

    def grace(returned: int) -> int | None:
        moment = from_micros(returned)
        until = returned_until(programs.at_or_first(moment).expiry, moment, zone=programs.zone)
        return None if until is None else micros(until)

    return grace


def after(program: Program, term: Term, moment: int, *, times: int = 1) -> int:
    """Give the moment *times* *term* after another, by the clocks of *program*; `NEVER` past the calendar's end."""
    try:
        return micros(term.after(in_zone(from_micros(moment), program.zone), times))
    except InvalidValue:
        return NEVER


def days_before(programs: Programs | Program, days: int, moment: int) -> int:
    """Give the moment so many local *days* before another, by the program's clocks; the first there is, before all."""
    local = in_zone(from_micros(moment), programs.zone).replace(tzinfo=None)
    try:
        return micros(local_instant(local - timedelta(days=days), programs.zone))
    except OverflowError:  # before the calendar
        return BEFORE_ALL


def hold_ends(program: Program, order: Order, at: int) -> int:
    """Give when the hold of *order*, placed *at* that moment, times out, counted from its start if that's later."""
    start = at if order.starts_at is None else max(at, micros(order.starts_at))
    return after(program, program.hold_timeout, start)


def _moment(moment: datetime | None) -> int:
    return NEVER if moment is None else micros(moment)
