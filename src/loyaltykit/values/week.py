"""Weekdays and times of day, as the wall clock shows them."""

from __future__ import annotations

from loyaltykit.errors import InvalidValue

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week, from its first."""

DAY = 24 * 60
"""Minutes of a day."""

WEEK = 7 * DAY
"""Minutes of a week."""


def clock_minutes(text: str) -> int:
    """
    Give the minutes since midnight of a wall-clock time such as 22:30; 24:00 is the end of the day.

    Raises `InvalidValue` for other text.

    Examples:
        >>> clock_minutes("22:30"), clock_minutes("24:00")
        (1350, 1440)
    """
    hours, colon, minutes = text.partition(":") if type(text) is str else ("", "", "")
    if colon and len(hours) == len(minutes) == 2 and (hours + minutes).isdigit() and text.isascii():  # noqa: PLR2004
        told = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and told <= DAY:  # noqa: PLR2004 - minutes of an hour
            return told
    message = f"{text!r} is no time of day: write hours and minutes, from 00:00 to 24:00"
    raise InvalidValue(message, value=text)
