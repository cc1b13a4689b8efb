"""Terms: calendar durations such as three months, counted from a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.moment import aware, local_instant

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

_ISO = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?",
    re.ASCII,
)


@frozen(init=False, repr=False)
class Term:
    """
    A calendar duration, written in ISO 8601: ``P3M``, ``P60D``, ``P1Y6M``, ``PT3H``.

    Held as *months*, *days* and *seconds*, so P1Y is P12M, P1W is P7D and PT60M is PT1H, while a month never is 30
    days. Raises `InvalidValue` for other text, signs and fractions, and for a term of nothing.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Term
        >>> berlin = ZoneInfo("Europe/Berlin")
        >>> Term("P1M").after(datetime(2026, 1, 31, 12, tzinfo=berlin)).isoformat()
        '2026-02-28T12:00:00+01:00'
        >>> Term("P1Y") == Term("P12M")
        True
    """

    months: int
    days: int
    seconds: int

    def __init__(self, text: str) -> None:
        match = _ISO.fullmatch(text) if type(text) is str else None
        if match is None:
            message = f"{text!r} is no term: write an ISO 8601 duration, such as P3M, P60D or PT3H"
            raise InvalidValue(message, value=text)
        years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        object.__setattr__(self, "months", years * 12 + months)
        object.__setattr__(self, "days", weeks * 7 + days)
        object.__setattr__(self, "seconds", hours * 3600 + minutes * 60 + seconds)
        if not (self.months or self.days or self.seconds):
            message = f"{text!r} is a term of nothing: leave it out instead"
            raise InvalidValue(message, value=text)

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """
        Give the moment *times* terms after *moment*, in its own zone.

        Months come first and clamp to the last valid day, then days by the wall clock, then hours as they elapse. A
        wall clock time in a DST gap resolves forward, a repeated one is its first. Several terms are counted from the
        start, never chained: twice P1M after 31 January is 31 March. Raises `NaiveMoment`, and `InvalidValue` past the
        calendar.

        Examples:
            >>> from datetime import datetime, timezone
            >>> from loyaltykit import Term
            >>> Term("P1M").after(datetime(2026, 1, 31, tzinfo=timezone.utc), times=2).date()
            datetime.date(2026, 3, 31)
        """
        aware(moment)
        if type(times) is not int:
            message = f"{self} is counted a whole number of times, not {times!r}"
            raise InvalidValue(message, value=times)
        try:
            dated = self._date_part(moment, times)
            passed = dated.astimezone(UTC) + timedelta(seconds=self.seconds * times)
            return passed.astimezone(moment.tzinfo)
        except (OverflowError, ValueError) as error:
            message = f"{times} × {self} after {moment} lies outside the calendar, which ends with the year 9999"
            raise InvalidValue(message, value=moment) from error

    def _date_part(self, moment: datetime, times: int) -> datetime:
        if not (self.months or self.days) or not times:
            return moment
        local = moment.replace(tzinfo=None)
        if self.months:
            local += _months(self.months * times)
        local += timedelta(days=self.days * times)
        assert moment.tzinfo is not None  # noqa: S101 - aware() has seen to it; this tells the type checkers
        return local_instant(local, moment.tzinfo)

    def __str__(self) -> str:
        """Give the term in ISO 8601, in its shortest form: P1Y6M, P60D, PT3H."""
        years, months = divmod(self.months, 12)
        hours, minutes, seconds = self.seconds // 3600, self.seconds // 60 % 60, self.seconds % 60
        date = _letters((years, "Y"), (months, "M"), (self.days, "D"))
        time = _letters((hours, "H"), (minutes, "M"), (seconds, "S"))
        return f"P{date}{'T' if time else ''}{time}"

    def __repr__(self) -> str:
        """Show how it's made."""
        return f"Term('{self}')"


@lru_cache(maxsize=64)
def _months(count: int) -> relativedelta:
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 - 8 ms that most rules never need

    return relativedelta(months=count)


def _letters(*parts: tuple[int, str]) -> str:
    return "".join(f"{count}{letter}" for count, letter in parts if count)
