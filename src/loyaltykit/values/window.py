"""Windows: hours of the week, such as a happy hour."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import in_zone, needed, zone_named
from loyaltykit.values.week import DAY, WEEK, WEEKDAYS, clock_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo


def _weekdays(days: Iterable[str]) -> tuple[str, ...]:
    given = tuple(days) if not isinstance(days, str) else (days,)
    for day in given:
        if day not in WEEKDAYS:
            message = f"{day!r} is no weekday: use {', '.join(WEEKDAYS)}"
            raise InvalidValue(message, value=day)
    if len(set(given)) < len(given):
        message = f"a weekday stands twice in {', '.join(given)}: name each once"
        raise InvalidValue(message, value=given)
    return tuple(sorted(given, key=WEEKDAYS.index))


@frozen
class Window:
    """
    The hours from *start* up to and without *end*, on each of *weekdays* (mon … sun; none means every day).

    Times are wall-clock, ``"22:00"``, in *zone* (an IANA name) or, where it's None, in the zone of the branch or
    program. A window whose end isn't after its start crosses midnight and belongs to the day on which it starts. Raises
    `InvalidValue` for a window of no length, an unknown weekday, time or zone.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Window
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> friday_night = Window(["fri"], "22:00", "02:00")
        >>> friday_night.contains(datetime(2026, 11, 21, 1, 30, tzinfo=moscow), zone=moscow)
        True
    """

    weekdays: tuple[str, ...] = field(default=(), converter=_weekdays)
    start: str = "00:00"
    end: str = "24:00"
    zone: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse times and zones that don't exist, and a window of no length."""
        if clock_minutes(self.start) == clock_minutes(self.end) or self.start == "24:00":
            message = (
                f"a window from {self.start} to {self.end} has no length: start before 24:00 and end at another time"
            )
            raise InvalidValue(message, value=self)
        if self.zone is not None:
            zone_named(self.zone)

    @cached_property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """
        The window as half-open stretches of minutes of the week, counted from Monday 00:00, cut at the week's end.

        Examples:
            >>> from loyaltykit import Window
            >>> Window(["sun"], "23:00", "01:00").stretches
            ((0, 60), (10020, 10080))
        """
        start, end = clock_minutes(self.start), clock_minutes(self.end)
        length = end - start if end > start else end - start + DAY
        stretches = []
        for day in self.weekdays or WEEKDAYS:
            first = WEEKDAYS.index(day) * DAY + start
            stretches.append((first, min(first + length, WEEK)))
            if first + length > WEEK:
                stretches.append((0, first + length - WEEK))
        return tuple(sorted(stretches))

    def contains(self, moment: datetime, *, zone: tzinfo | None) -> bool:
        """
        Say whether the wall clock shows a time in the window at *moment*, in the window's own zone or else in *zone*.

        Raises `NaiveMoment`, and `ZoneNeeded` where there's neither.
        """
        local = in_zone(moment, self._zone(zone))
        minute = local.weekday() * DAY + local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.stretches)

    def _zone(self, zone: tzinfo | None) -> tzinfo:
        if self.zone is not None:
            own: tzinfo = zone_named(self.zone)
            return own
        return needed(zone, "a window of the week")

    def __str__(self) -> str:
        """Give the window in words: fri 22:00–02:00 Europe/Moscow."""
        days = ", ".join(self.weekdays) or "every day"
        return f"{days} {self.start}–{self.end} {self.zone or ''}".rstrip()
