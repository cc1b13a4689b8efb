"""Times of day, as the wall clock shows them."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue
from loyaltykit.values.week import DAY, WEEK, WEEKDAYS, clock_minutes


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("09:05", 545), ("23:59", 1439), ("24:00", 1440)])
def test_times_of_day(text, minutes):
    """Hours and minutes, two digits each."""
    assert clock_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "24:01",
        "25:00",
        "9:05",
        "09:60",
        "09:5",
        "09:005",
        "009:05",
        "-9:05",
        "+9:05",
        "9 :05",
        "09:05:00",
        "²³:05",
        "24:60",
        "0905",
        "9am",
        " 09:05",
        "09:05\n",
        "٠٩:٠٥",
        "",
        None,
        905,
    ],
)
def test_other_times_are_refused(text):
    """What no clock shows, and what is no text."""
    with pytest.raises(InvalidValue, match="is no time of day: write hours and minutes") as caught:
        clock_minutes(text)
    assert caught.value.value == text


def test_the_week_is_its_days():
    """Seven of them, from Monday as datetime counts them."""
    assert len(WEEKDAYS) * DAY == WEEK
    assert (WEEKDAYS[0], WEEKDAYS[-1]) == ("mon", "sun")
