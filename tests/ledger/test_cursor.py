"""Cursors: what was made of an item is read back, and no other text is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import InvalidValue, NaiveMoment
from loyaltykit.ledger.cursor import behind_due, behind_entry, due_cursor, entry_cursor, from_micros, key_range, micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Due
from loyaltykit.values.text import storable

MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - zones are drawn
IDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=128)


@given(MOMENTS, MOMENTS)
def test_moments_are_counted_exactly_and_in_their_order(one, other):
    """A microsecond is a microsecond in every year and zone."""
    assert from_micros(micros(one)) == one.astimezone(UTC)
    one, other = one.astimezone(UTC), other.astimezone(UTC)
    assert (micros(one) < micros(other)) is (one < other)


def test_the_edges_of_the_calendar_are_counted_too():
    """The first microsecond and the last."""
    for edge in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)):
        assert from_micros(micros(edge)) == edge


def test_a_moment_without_zone_cannot_be_counted():
    """It names no instant."""
    with pytest.raises(NaiveMoment):
        micros(datetime(2026, 3, 1))  # noqa: DTZ001


@given(MOMENTS, IDS, st.integers(0, 199))
def test_a_cursor_gives_back_where_it_stands(at, text, line):
    """Of entries by moment, operation and line, of due moments by moment and key."""
    entry = Entry(at=at, operation=text, line=line, account="a", unit="points", amount=0)
    assert behind_entry(entry_cursor(entry)) == (micros(at), text, line)
    assert behind_due(due_cursor(Due(text, at))) == (micros(at), text)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "[1]", '["o", 1, 2]', '[1.5, "o", 0]', '[1, "o", 0, 0]', "[1, 2, 3]", "[" * 10_000, None, 5],
)
@pytest.mark.parametrize("read", [behind_entry, behind_due])
def test_other_text_is_no_cursor(text, read):
    """Nor is what stands in another list."""
    with pytest.raises(InvalidValue, match="is no cursor of this list") as caught:
        read(text)
    assert caught.value.value is text


@pytest.mark.parametrize(
    "text",
    [
        *('[true, "o", 0]', f'[{2**63}, "o", 0]', f'[{-(2**63)}, "o", 0]'),
        *('[1, "o", true]', f'[1, "o", {10**30}]', '[1, "\\ud800", 0]'),
    ],
)
def test_numbers_that_no_cursor_has_are_refused(text):
    """So that they don't reach a database that can't hold them."""
    with pytest.raises(InvalidValue, match="is no cursor of this list"):
        behind_entry(text)


def test_numbers_of_64_bits_are_read():
    """The last ones that a database holds, on either side of zero."""
    edge = 2**63 - 1
    assert behind_entry(f'[{edge}, "o", {-edge}]') == (edge, "o", -edge)
    assert behind_due(f'[{-edge}, "k"]') == (-edge, "k")


@pytest.mark.parametrize("text", [f'[{2**63}, "k"]', '["1", "k"]', "[1, 2]", '[1, "\\ud800"]'])
def test_a_due_moment_is_a_number_and_its_key_is_text(text):
    """Each by itself."""
    with pytest.raises(InvalidValue, match="is no cursor of this list"):
        behind_due(text)


def test_cursors_of_one_list_are_none_of_the_other():
    """They have another length."""
    entry = Entry(at=datetime(2026, 3, 1, tzinfo=UTC), operation="o", line=0, account="a", unit="points", amount=0)
    with pytest.raises(InvalidValue):
        behind_due(entry_cursor(entry))
    with pytest.raises(InvalidValue):
        behind_entry(due_cursor(Due("k", entry.at)))


KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=4) | st.sampled_from(
    ["\ud7ff", "\ue000", "a\U0010ffff", "a\U0010ffff\U0010ffff", "b", "\U0010ffff"]
)


@given(st.lists(KEYS, min_size=1), KEYS, st.none() | KEYS)
def test_a_range_has_the_keys_of_a_prefix_behind_another(keys, prefix, after):
    """No more and no less, at the edges of what letters there are as well; its ends can be stored and sent."""
    begin, end = key_range(prefix, after)
    wanted = [key for key in keys if key.startswith(prefix) and (after is None or key > after)]
    assert [key for key in keys if key >= begin and (end is None or key < end)] == wanted
    assert storable(begin + (end or ""))
