"""Changes: what no repository should be asked to write is refused before it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from loyaltykit import InvalidValue, NaiveMoment
from loyaltykit.ledger.entry import MAX_NAME
from loyaltykit.ledger.repository import MAX_BODY, MAX_CHANGE, MAX_ENTRIES, MAX_GUARDS, Change
from loyaltykit.testing.contract.trial import booked

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = [f"key/{number}" for number in range(MAX_GUARDS + 1)]


def change(**fields):
    """Give a change of these *fields*."""
    return Change(**{"operation_id": "o", "digest": "d"} | fields)


def guarded(count, **fields):
    """Give a change that guards so many keys."""
    return change(guards=dict.fromkeys(KEYS[:count], 0), **fields)


REFUSED = {
    "puts without a guard": ({"puts": {"a": "1"}}, "puts have keys without a guard"),
    "due without a guard": ({"due": {"a": AT}}, "due moments have keys without a guard"),
    "too many guards": ({"guards": dict.fromkeys(KEYS, 0)}, "more than 90 guards"),
    "a negative version": ({"guards": {"a": -1}}, "versions that don't count from 0"),
    "a version that is true": ({"guards": {"a": True}}, "versions that don't count from 0"),
    "too many entries": ({"entries": booked("o", *[("a", 1)] * MAX_ENTRIES)}, "more than 200 entries"),
    "another's entries": ({"entries": booked("p", ("a", 1))}, "entries of another operation"),
    "entries out of order": ({"entries": booked("o", ("a", 1))[::-1]}, "entries out of their order"),
    "unbalanced entries": ({"entries": booked("o", ("a", 1))[:1]}, "entries that don't sum to zero"),
    "a large body": ({"guards": {"a": 0}, "puts": {"a": "я" * (MAX_BODY // 2) + "x"}}, "a body over 262144 bytes"),
    "a large body of emoji": (
        {"guards": {"a": 0}, "puts": {"a": "😀" * (MAX_BODY // 4 + 1)}},
        "a body over 262144 bytes",
    ),
    "a large change": (
        {"guards": dict.fromkeys(KEYS[:13], 0), "puts": dict.fromkeys(KEYS[:13], "x" * MAX_BODY)},
        f"more than {MAX_CHANGE} bytes in all",
    ),
    "NUL in the id": ({"operation_id": "o\0"}, "its id isn't text of 1 to 2048 bytes without control characters"),
    "no id": ({"operation_id": None}, "its id isn't text of 1 to 2048 bytes without control characters"),
    "an empty digest": ({"digest": ""}, "its digest isn't text of 1 to 2048 bytes without control characters"),
    "a long key": ({"guards": {"я" * 1025: 0}}, "a key isn't text of 1 to 2048 bytes without control characters"),
    "half a pair in a key": (
        {"guards": {"\ud800": 0}},
        "a key isn't text of 1 to 2048 bytes without control characters",
    ),
    "NUL beside Cyrillic": ({"result": "я\0"}, "text with NUL or half a surrogate pair"),
    "half a pair": ({"guards": {"a": 0}, "puts": {"a": '"\ud800"'}}, "text with NUL or half a surrogate pair"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_change_that_breaks_its_own_rules_is_refused(case):
    """With the operation, so that it's found, and what is wrong."""
    fields, words = REFUSED[case]
    with pytest.raises(InvalidValue, match=f"can't be committed: {words}$") as caught:
        change(**fields)
    assert caught.value.value == {"operation_id": "o", **fields}["operation_id"]


def test_the_bounds_themselves_are_allowed():
    """Ninety guards, two hundred entries, names of two KiB, a body of 256 KiB, three MiB in all."""
    name = "я" * (MAX_NAME // 2)
    assert change(operation_id=name, digest=name, guards={name: 0}).digest == name
    assert len(guarded(MAX_GUARDS).guards) == MAX_GUARDS
    assert len(change(entries=booked("o", *[("a", 1)] * (MAX_ENTRIES - 1))).entries) == MAX_ENTRIES
    body = "я" * (MAX_BODY // 2)
    assert guarded(1, puts={KEYS[0]: body}).puts == {KEYS[0]: body}
    rest = MAX_CHANGE - 11 * MAX_BODY - sum(map(len, ["o", "d", "null", *KEYS[:12]]))
    puts = dict.fromkeys(KEYS[:11], "x" * MAX_BODY) | {KEYS[11]: "x" * rest}
    assert guarded(12, puts=puts)
    with pytest.raises(InvalidValue, match="bytes in all"):
        guarded(12, puts=puts, result="nulll")


def test_due_moments_are_turned_into_utc():
    """And one without a zone is refused."""
    moscow = timezone(timedelta(hours=3))
    made = guarded(2, due={KEYS[0]: AT.astimezone(moscow), KEYS[1]: None})
    assert made.due == {KEYS[0]: AT, KEYS[1]: None}
    assert made.due[KEYS[0]].tzinfo is UTC
    with pytest.raises(NaiveMoment, match="a due moment has no time zone"):
        guarded(1, due={KEYS[0]: AT.replace(tzinfo=None)})


def test_a_change_keeps_what_it_was_given():
    """Its mappings and its entries are its own."""
    guards, entries = {"a": 0}, list(booked("o", ("a", 1)))
    made = change(guards=guards, entries=entries)
    guards["b"] = 0
    entries.clear()
    assert made.guards == {"a": 0}
    assert len(made.entries) == 2
