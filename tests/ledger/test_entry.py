"""Entries: exact, in UTC, and balanced unit by unit."""

from __future__ import annotations

import pickle
import unicodedata
from datetime import UTC, datetime, time, timedelta, timezone

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import InvalidValue, NaiveMoment
from loyaltykit.ledger.entry import MAX_AMOUNT, MAX_NAME, Entry, is_name, unbalanced

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NO_NAMES = ["", "a\n", "я\0", "a" * 2049, "я" * 1025, "a\x7f", "я\x85", "\ud800", None, 5, b"a"]


def entry(**fields):
    """Give an entry, with these *fields* otherwise."""
    return Entry(**{"at": NOON, "operation": "o", "line": 0, "account": "a", "unit": "points", "amount": 5} | fields)


def test_an_entry_is_a_value():
    """Frozen, equal, hashable, picklable."""
    assert entry() == entry()
    assert len({entry(), entry()}) == 1
    assert pickle.loads(pickle.dumps(entry())) == entry()  # noqa: S301 - our own pickle
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        entry().amount = 6


def test_the_moment_is_turned_into_utc():
    """So that equal entries are equal, wherever they were booked."""
    moscow = timezone(timedelta(hours=3))
    made = entry(at=datetime(2026, 3, 1, 15, tzinfo=moscow))
    assert made == entry()
    assert made.at.tzinfo is UTC


def test_a_moment_without_zone_is_refused():
    """It would be another in every city."""
    with pytest.raises(NaiveMoment, match="an entry's moment has no time zone"):
        entry(at=datetime(2026, 3, 1))  # noqa: DTZ001


@pytest.mark.parametrize("value", [time(12, tzinfo=UTC), None, "2026-03-01T12:00:00+00:00"])
def test_a_moment_is_a_datetime(value):
    """A time of day in UTC is no moment."""
    with pytest.raises(InvalidValue, match="an entry's moment"):
        entry(at=value)


@pytest.mark.parametrize("amount", [MAX_AMOUNT, -MAX_AMOUNT, 0])
def test_amounts_are_whole_numbers_up_to_63_bits(amount):
    """On either side of zero."""
    assert entry(amount=amount).amount == amount


@pytest.mark.parametrize("amount", [MAX_AMOUNT + 1, -MAX_AMOUNT - 1, 5.0, True, "5", None])
def test_other_amounts_are_refused(amount):
    """No database would hold them exactly, or they're no number at all."""
    with pytest.raises(InvalidValue, match="an entry's amount is a whole number") as caught:
        entry(amount=amount)
    assert caught.value.value is amount


@pytest.mark.parametrize("name", ["account", "unit"])
@pytest.mark.parametrize("value", NO_NAMES)
def test_accounts_and_units_are_names(name, value):
    """Text of 1 to 2,048 bytes, as databases have room for."""
    with pytest.raises(
        InvalidValue, match=f"an entry's {name} is text of 1 to 2048 bytes without control char"
    ) as caught:
        entry(**{name: value})
    assert caught.value.value is value


@pytest.mark.parametrize("value", NO_NAMES)
def test_no_names(value):
    """Neither empty, nor too long, nor of what stores cut or refuse, nor anything but text."""
    assert not is_name(value)


@pytest.mark.parametrize("letter", ["m", "я", "城", "😀", "\U0010ffff", "\u2028", "\ue000"])
def test_a_name_has_as_many_bytes_as_it_may(letter):
    """However many letters these are, printable or not."""
    name = letter * (MAX_NAME // len(letter.encode()))
    name += "x" * (MAX_NAME - len(name.encode()))
    assert is_name(name)
    assert not is_name(name + "x")
    assert is_name(letter)


@given(st.text(st.characters(codec=None), max_size=6), st.sampled_from(["", "x" * 511, "я" * 1021, "x" * 2044]))
def test_a_name_is_what_its_bytes_and_letters_make_it(text, more):
    """Whatever way it's found out."""
    letters = {unicodedata.category(char) for char in text}
    allowed = not letters & {"Cc", "Cs"} and 1 <= len((more + text).encode("utf-8", "surrogatepass")) <= MAX_NAME
    assert is_name(more + text) is allowed


def test_units_are_balanced_each_for_itself():
    """Five points don't balance five rubles."""
    sides = [entry(amount=5), entry(amount=-5), entry(amount=5, unit="RUB"), entry(amount=-3, unit="EUR")]
    assert unbalanced(sides[:2]) == {}
    assert unbalanced(sides) == {"EUR": -3, "RUB": 5}
