"""
The forms in which a file may write moments: ISO 8601, seconds since 1970, a wall clock in such seconds, or a pattern.
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from loyaltykit.errors import InvalidValue, NaiveMoment
from loyaltykit.values.exact import exact_number
from loyaltykit.values.moment import local_instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

ISO, UNIX, UNIX_WALL_CLOCK = "iso", "unix", "unix_wall_clock"

FORMS: Final = (ISO, UNIX, UNIX_WALL_CLOCK)
"""The forms that have a name; any other is a pattern of ``strptime``."""

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(3000, 1, 1, tzinfo=UTC)
"""No order was placed before the one or from the other on: such moments are typing errors, or in other units."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock's, or UTC's, as the form says
_PROBE = datetime(2023, 11, 25, 22, 41, 37, 123_456, tzinfo=UTC)


def reader_of(form: str, zone: tzinfo | None) -> Callable[[str], datetime]:
    """
    Give the function that reads a moment written in *form*; wall clocks are those of *zone*.

    It gives the instant in UTC and raises `InvalidValue` for other text, `NaiveMoment` where there's neither an offset
    nor a zone. A wall-clock time in a DST gap resolves forward, a repeated one is its first.

    Examples:
        >>> from zoneinfo import ZoneInfo
        >>> reader_of("unix_wall_clock", ZoneInfo("America/Chicago"))("1400269500").isoformat()
        '2014-05-17T00:45:00+00:00'
    """
    reader = _READERS.get(form) or _pattern_reader(form)

    def read(text: str) -> datetime:
        try:
            moment = _instant(reader(text), zone)
        except NaiveMoment:
            raise
        except (ValueError, OverflowError):
            message = f"{text!r} is no moment written as {form}"
            raise InvalidValue(message, value=text) from None
        if not EARLIEST <= moment < LATEST:
            message = f"{text!r} lies outside the years {EARLIEST.year} to {LATEST.year - 1}"
            raise InvalidValue(message, value=text)
        return moment

    return read


def has_offset(form: str) -> bool | None:
    """
    Say whether moments written in *form* name an instant by themselves; None where each may or may not.

    Examples:
        >>> has_offset("unix"), has_offset("unix_wall_clock"), has_offset("%d.%m.%Y %H:%M %z"), has_offset("iso")
        (True, False, True, None)
    """
    return None if form == ISO else form == UNIX or "%z" in form


def fault_of(form: str) -> str | None:
    """
    Say what's wrong with *form*, or None: a pattern must tell year, month and day, and of the time no part without the
    larger ones: hours with the half of the day, then minutes, then seconds.

    Examples:
        >>> fault_of("%Y-%m-%d"), fault_of("%d.%m. %H:%M"), fault_of("isso")
        (None, 'it leaves a part of the date or of the time open', 'it names no part of a moment')
    """
    if form in FORMS:
        return None
    if "%" not in form:
        return "it names no part of a moment"
    if "%Z" in form:
        return "%Z means another zone on every machine: use %z, or time_zone"
    try:
        read = _probed(form)
    except ValueError as error:
        return str(error)
    whole = read.date() == _PROBE.date() and _clock(read) in _WHOLE_CLOCKS
    return None if whole else "it leaves a part of the date or of the time open"


def _clock(moment: datetime) -> tuple[int, ...]:
    return (moment.hour, moment.minute, moment.second, moment.microsecond)


_WHOLE_CLOCKS = frozenset(_clock(_PROBE)[:told] + (0,) * (4 - told) for told in range(5))
"""What the probe's clock may read as: any number of its parts, beginning with the hours."""


def _probed(pattern: str) -> datetime:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a day without a year, which is refused here anyway
        return datetime.strptime(_PROBE.strftime(pattern), pattern)  # noqa: DTZ007 - only its parts are looked at


def _instant(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if zone is None:
        message = f"{moment} has no offset, and no time_zone says which clock showed it"
        raise NaiveMoment(message, value=moment)
    return local_instant(moment, zone)


def _iso(text: str) -> datetime:
    if not text.isascii():  # any character is taken between date and time
        message = f"{text!r} has characters that ISO 8601 doesn't"
        raise InvalidValue(message, value=text)
    return datetime.fromisoformat(text)


def _unix_clock(text: str) -> datetime:
    numerator, denominator = exact_number(text, "a moment in seconds").as_integer_ratio()
    return _EPOCH + timedelta(microseconds=numerator * 1_000_000 // denominator)


def _unix(text: str) -> datetime:
    return _unix_clock(text).replace(tzinfo=UTC)


def _pattern_reader(pattern: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the file's


_READERS: Final[dict[str, Callable[[str], datetime]]] = {
    ISO: _iso,
    UNIX: _unix,
    UNIX_WALL_CLOCK: _unix_clock,
}
