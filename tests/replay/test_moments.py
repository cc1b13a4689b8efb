"""The forms in which files write moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import InvalidValue, NaiveMoment
from loyaltykit.replay.moments import fault_of, has_offset, reader_of

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("form", "zone", "text", "instant"),
    [
        ("iso", None, "2026-03-01T10:00:00-06:00", "2026-03-01T16:00:00+00:00"),
        ("iso", None, "2026-03-01T16:00:00Z", "2026-03-01T16:00:00+00:00"),
        ("iso", CHICAGO, "2026-03-01 10:00:00", "2026-03-01T16:00:00+00:00"),
        ("iso", CHICAGO, "2026-07-01", "2026-07-01T05:00:00+00:00"),
        ("iso", CHICAGO, "2026-07-01T10:00:00+02:00", "2026-07-01T08:00:00+00:00"),
        ("unix", None, "1400269500", "2014-05-16T19:45:00+00:00"),
        ("unix", None, "1400269500.25", "2014-05-16T19:45:00.250000+00:00"),
        ("unix", None, "-86400", "1969-12-31T00:00:00+00:00"),
        ("unix_wall_clock", CHICAGO, "1400269500", "2014-05-17T00:45:00+00:00"),
        ("%m/%d/%Y %H:%M", CHICAGO, "12/31/2015 23:30", "2016-01-01T05:30:00+00:00"),
        ("%d.%m.%y %H:%M %z", None, "31.12.15 23:30 +0300", "2015-12-31T20:30:00+00:00"),
    ],
)
def test_each_form_names_an_instant(form, zone, text, instant):
    """Offsets count where they stand; else the zone's clock; a bare day is its midnight."""
    assert reader_of(form, zone)(text).isoformat() == instant


def test_a_wall_clock_time_in_the_gap_of_spring_resolves_forward():
    """On 10 March 2013 Chicago's clocks went from 2:00 to 3:00: 2:30 is taken as 3:30 (08:30 UTC)."""
    assert reader_of("iso", CHICAGO)("2013-03-10 02:30").isoformat() == "2013-03-10T08:30:00+00:00"


def test_a_repeated_wall_clock_time_of_autumn_is_its_first():
    """On 3 November 2013 1:30 came twice in Chicago: the first is daylight saving time (06:30 UTC)."""
    assert reader_of("unix_wall_clock", CHICAGO)("1383442200").isoformat() == "2013-11-03T06:30:00+00:00"


def test_a_moment_without_an_offset_needs_a_zone():
    """ISO moments may lack the offset; then somebody must say whose clock it was."""
    with pytest.raises(NaiveMoment, match="no time_zone"):
        reader_of("iso", None)("2026-03-01 10:00:00")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "01.03.2026"),
        ("iso", "2026-02-30"),
        ("iso", "yesterday"),
        ("iso", "2026-03-01\udcff10:00"),
        ("unix", "1.4e9"),
        ("unix", "nan"),
        ("unix", "1400269500000"),
        ("unix", "9" * 29),
        ("unix_wall_clock", "2014-05-16"),
        ("%Y-%m-%d", "2026-3"),
        ("iso", "1899-12-31T12:00:00"),
        ("iso", "3000-01-01T06:00:00"),
        ("iso", "0001-01-01T00:00:00+14:00"),
        ("iso", "9999-12-31T23:59:59"),
    ],
)
def test_other_text_is_no_moment(form, text):
    """Neither text of another form nor a moment when nobody can have placed an order is taken."""
    with pytest.raises(InvalidValue):
        reader_of(form, CHICAGO if form != "unix" else None)(text)


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("%Y", "open"),
        ("%d.%m. %H:%M", "open"),
        ("%Y-%m-%d %I:%M", "open"),
        ("%Y-%m-%d %M", "open"),
        ("%Y-%m-%d %S", "open"),
        ("%Y-%m-%d %H %S", "open"),
        ("%Y-%m-%d %H:%M.%f", "open"),
        ("%Y-%m-%d %Q", "bad directive"),
        ("%Y-%m-%d %", "stray %"),
        ("%Y-%m-%d %Z", "%Z means another zone"),
        ("ISO", "names no part"),
    ],
)
def test_a_pattern_that_leaves_the_moment_open_is_at_fault(form, fault):
    """A pattern must tell the whole date, and either no hours or all 24."""
    assert fault in fault_of(form)


@pytest.mark.parametrize(
    "form",
    [
        "iso",
        "unix",
        "unix_wall_clock",
        "%Y-%m-%d",
        "%Y-%m-%d %H",
        "%d/%b/%y %I:%M:%S %p",
        "%Y-%m-%dT%H:%M%z",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%c",
        "%x",
    ],
)
def test_whole_forms_have_no_fault(form):
    """Patterns may be as long or as short as a moment is."""
    assert fault_of(form) is None


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("1900-01-01T00:00:00Z", True),
        ("1899-12-31T23:59:59.999999Z", False),
        ("2999-12-31T23:59:59.999999Z", True),
        ("3000-01-01T00:00:00Z", False),
    ],
)
def test_the_years_of_orders_to_the_microsecond(text, taken):
    """From 1900 on, before 3000."""
    if taken:
        assert reader_of("iso", None)(text) == datetime.fromisoformat(text)
    else:
        with pytest.raises(InvalidValue, match="outside the years 1900 to 2999"):
            reader_of("iso", None)(text)


def test_whether_a_form_has_an_offset():
    """ISO decides at each moment; the others once for all."""
    assert [has_offset(form) for form in ("iso", "unix", "unix_wall_clock", "%Y-%m-%d", "%Y-%m-%d %z")] == [
        None,
        True,
        False,
        False,
        True,
    ]
