"""Entries: exact, in UTC, and balanced unit by unit."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from loyaltykit import InvalidValue, NaiveMoment
from loyaltykit.ledger.entry import MAX_AMOUNT, Entry, unbalanced

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
@pytest.mark.parametrize("value", ["", "a\n", "a" * 129, "\ud800", None, 5])
def test_accounts_and_units_are_ids(name, value):
    """Text of 1 to 128 characters, as everywhere."""
    with pytest.raises(InvalidValue, match=f"an entry's {name} is text of 1 to 128 characters"):
        entry(**{name: value})


def test_units_are_balanced_each_for_itself():
    """Five points don't balance five rubles."""
    sides = [entry(amount=5), entry(amount=-5), entry(amount=5, unit="RUB"), entry(amount=-3, unit="EUR")]
    assert unbalanced(sides[:2]) == {}
    assert unbalanced(sides) == {"EUR": -3, "RUB": 5}
