"""The base of values whose making is written by hand."""

from __future__ import annotations

import copy
import pickle

import pytest

from loyaltykit.values.immutable import Immutable, Record


class Pair(Immutable):
    """Two values, of which the second may be missing."""

    __slots__ = ("left", "right")

    def __init__(self, left):
        object.__setattr__(self, "left", left)


@pytest.mark.parametrize("name", ["left", "right", "surplus"])
def test_nothing_can_be_set_or_deleted(name):
    """Whether it's there or not; the error says what to do instead."""
    pair = Pair([1])
    with pytest.raises(AttributeError, match=rf"a Pair can't be changed \({name}\): make another one"):
        setattr(pair, name, 2)
    with pytest.raises(AttributeError, match=rf"a Pair can't be changed \({name}\)"):
        delattr(pair, name)
    assert pair.left == [1]


def test_copies_are_filled():
    """Shallow ones with the same parts, deep ones and pickles with equal ones; what wasn't filled isn't then."""
    pair = Pair([1])
    assert copy.copy(pair).left is pair.left
    for back in (copy.deepcopy(pair), pickle.loads(pickle.dumps(pair))):  # noqa: S301
        assert back.left == [1]
        assert back.left is not pair.left
        assert not hasattr(back, "right")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_pickle_protocol_fills_copies(protocol):
    """The oldest ones as well."""
    assert pickle.loads(pickle.dumps(Pair([1]), protocol)).left == [1]  # noqa: S301 - our own bytes


class Named(Record):
    __slots__ = ("first", "second")
    __match_args__ = ("second", "first")

    def __init__(self, first, second):
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "second", second)


class Other(Named):
    __slots__ = ()


def test_a_record_is_what_its_parts_are():
    """Equal and hashed by them, within one class; shown in the order in which they're matched."""
    assert Named(1, 2) == Named(1, 2)
    assert hash(Named(1, 2)) == hash(Named(1, 2))
    assert Named(1, 2) != Named(1, 3)
    assert Named(1, 2) != Named(2, 2)
    assert Named(1, 2) != Other(1, 2)
    assert Named(1, 2) != (2, 1)
    assert repr(Named(1, 2)) == "Named(second=2, first=1)"
    match Named(1, 2):
        case Named(second, first):
            assert (second, first) == (2, 1)
    assert pickle.loads(pickle.dumps(Named(1, 2))) == Named(1, 2)  # noqa: S301 - our own bytes
