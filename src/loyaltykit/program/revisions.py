"""Revisions: the programs that follow each other, each in force from its own moment. Row B8."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from loyaltykit.errors import InvalidValue, NoRevision, SettingsError
from loyaltykit.program.program import Program
from loyaltykit.settings.problem import Problem
from loyaltykit.values.moment import in_zone, instant
from loyaltykit.values.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOR_GOOD = ("id", "currency", "digits", "point_value", "time_zone")
"""The settings that stay the same in all revisions of a program: what balances and days are counted in."""

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def _in_order(programs: Iterable[Program]) -> tuple[Program, ...]:
    given = tuple(programs)
    for program in given:
        if not isinstance(program, Program):
            message = f"revisions are programs, not {program!r}: read them with read_program(…) first"
            raise InvalidValue(message, value=program)
    return tuple(sorted(given, key=starts_at))


def starts_at(program: Program) -> datetime:
    """
    Give the instant from which *program* is in force, in UTC; the beginning of time where it doesn't say.

    Examples:
        >>> from loyaltykit import Program
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
        ...     "in_force_from": "2026-12-01",
        ... })
        >>> starts_at(program).isoformat()
        '2026-11-30T21:00:00+00:00'
    """
    return Period(start=program.in_force_from).bounds(zone=program.zone)[0] or _ALWAYS


@frozen
class Revisions:
    """
    The revisions of one program, each in force until the next one starts.

    *programs* may come in any order. Raises `SettingsError` where two start at one moment, or where one changes what
    can't change: id, currency, point value, digits or time zone.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Program, Revisions
        >>> first = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> second = first | {"in_force_from": "2026-12-01", "cashback": [{"percent": 5}]}
        >>> revisions = Revisions([Program.from_dict(second), Program.from_dict(first)])
        >>> revisions.at(datetime(2026, 11, 30, 20, 59, tzinfo=timezone.utc)).cashback
        ()
        >>> len(revisions.at(datetime(2026, 11, 30, 21, 0, tzinfo=timezone.utc)).cashback)
        1
    """

    programs: tuple[Program, ...] = field(converter=_in_order)
    _starts: tuple[datetime, ...] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse programs that can't follow each other; keep the moments at which they start."""
        object.__setattr__(self, "_starts", tuple(map(starts_at, self.programs)))
        problems = revision_problems({f"revisions[{n}]": program for n, program in enumerate(self.programs)})
        if problems:
            what = "the revisions"
            raise SettingsError.of(what, problems)

    def at(self, moment: datetime) -> Program:
        """Give the program in force at *moment*; raises `NoRevision` before the first one, and `NaiveMoment`."""
        index = bisect_right(self._starts, instant(moment, "at"))
        if not index:
            message = (
                f"no revision is in force at {moment}: the first starts at {self._starts[0]}; "
                "leave in_force_from out of the first one to have it in force always"
            )
            raise NoRevision(message, at=moment)
        return self.programs[index - 1]


def revision_problems(programs: Mapping[str, Program]) -> list[Problem]:
    """
    Give what keeps *programs*, by the names under which problems tell of them, from being revisions of one program.

    Examples:
        >>> revision_problems({})[0].code
        'empty'
    """
    problems = [] if programs else [Problem("empty", path="revisions")]
    ordered = sorted(programs.items(), key=lambda item: starts_at(item[1]))
    for index, (name, program) in enumerate(ordered[1:], start=1):
        start = starts_at(program)
        if start == starts_at(ordered[index - 1][1]):
            told = "the beginning" if program.in_force_from is None else in_zone(start, program.zone)
            problems.append(Problem("same_moment", path=f"{name}.in_force_from", value=told))
        first = ordered[0][1]
        for setting in FOR_GOOD:
            value, before = getattr(program, setting), getattr(first, setting)
            if value != before:
                problems.append(Problem("changed_for_good", path=f"{name}.{setting}", value=value, before=before))
    return problems
