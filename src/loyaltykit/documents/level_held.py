"""
What a member's document keeps of each ladder: the level that they have, and what time alone makes of it. Rows Y1–Y3.

All that time will do was worked out when the level was, so that whoever looks finds the same, swept or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from loyaltykit.ledger.account import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ROWS: Final = ("then", "notices", "told")


@frozen(kw_only=True)
class LevelHeld:
    """
    The *level* of one ladder, by its name, None for none; had *since* a moment, and the one *before* it.

    *then* is what becomes of it by time alone: (moment, level), by their moments. It *lapses_at* a moment if there's no
    visit; once that has come, only a visit brings back what was earned. *given* is a level by hand, *until* a moment.
    *notices* are to be made: (when, the end of a discount that it tells of); *told* are the ends that were told of.
    Moments are in microseconds, `NEVER` for what doesn't come.

    Examples:
        >>> held = LevelHeld(level="gold", since=3, then=((70, "silver"), (90, None)), lapses_at=90)
        >>> held.at(89).level, held.at(90).level, held.at(90).since
        ('silver', None, 90)
    """

    level: str | None
    since: int
    before: str | None = None
    then: tuple[tuple[int, str | None], ...] = ()
    lapses_at: int = NEVER
    given: str | None = None
    until: int = NEVER
    notices: tuple[tuple[int, int], ...] = ()
    told: tuple[int, ...] = ()

    @property
    def next_moment(self) -> int:
        """When something is to be done about it; `NEVER` if nothing is."""
        return min(self.ends_at, self.until, self.notices[0][0] if self.notices else NEVER)

    @property
    def ends_at(self) -> int:
        """When the level ends by time alone, as far as that is known."""
        return self.then[0][0] if self.then else NEVER

    def at(self, moment: int) -> LevelHeld:
        """Give it as time alone has made it by *moment*."""
        held = self
        while held.ends_at <= moment:
            (since, level), *then = held.then
            held = evolve(
                held,
                level=level,
                since=since,
                before=held.level,
                then=tuple(then),
                notices=tuple([notice for notice in held.notices if notice[1] > since]),
                told=tuple([end for end in held.told if end > since]),
            )
        return held if held.until > moment else evolve(held, given=None, until=NEVER)

    def has_lapsed(self, moment: int) -> bool:
        """Say whether by *moment* the member has stayed away for too long since the last visit."""
        return self.lapses_at <= moment


def written_levels(levels: Mapping[str, LevelHeld]) -> dict[str, Any]:
    """
    Give *levels* by their ladders as JSON holds them, without what says nothing.

    Examples:
        >>> written_levels({"regulars": LevelHeld(level="gold", since=3)})
        {'regulars': {'level': 'gold', 'since': 3}}
    """
    return {ladder: _written(held) for ladder, held in sorted(levels.items())}


def _written(held: LevelHeld) -> dict[str, Any]:
    told = {
        "level": held.level,
        "since": held.since,
        "before": held.before,
        "then": held.then or None,
        "lapses_at": _told(held.lapses_at),
        "given": held.given,
        "until": _told(held.until),
        "notices": held.notices or None,
        "told": held.told or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _told(moment: int) -> int | None:
    return None if moment == NEVER else moment


def read_levels(raw: Mapping[str, dict[str, Any]]) -> dict[str, LevelHeld]:
    """
    Read levels as JSON holds them.

    Examples:
        >>> read_levels({"regulars": {"level": "gold", "since": 3, "then": [[90, None]]}})["regulars"].at(90).level
    """
    return {
        ladder: LevelHeld(**{"level": None, **told, **{name: _rows(told.get(name, ())) for name in _ROWS}})
        for ladder, told in raw.items()
    }


def _rows(raw: Iterable[Any]) -> tuple[Any, ...]:
    return tuple([tuple(row) if isinstance(row, list) else row for row in raw])
