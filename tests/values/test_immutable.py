"""The base of values whose making is written by hand."""

from __future__ import annotations

import copy
import pickle

import pytest

from loyaltykit.values.immutable import Immutable


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
