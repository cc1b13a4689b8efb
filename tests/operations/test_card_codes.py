"""Codes of gift cards in calls: typed in any way, and shown by no error (S3)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, OperationMismatch
from tests.operations.cards import sold
from tests.operations.support import AT, ride


def test_S3_a_code_typed_otherwise_is_the_same_call(life):
    """In small letters, without dashes: what can be no code is the same where it's typed the same."""
    loyalty = life()
    code = sold(loyalty)
    other = code.lower().replace("-", " ")
    placed = loyalty.place(ride(), at=AT, gift_card=code)
    assert loyalty.place(ride(), at=AT, gift_card=other) == placed
    amended = loyalty.amend("a1", "o1", at=AT, gift_card=other)
    assert loyalty.amend("a1", "o1", at=AT, gift_card=code) == amended
    settled = loyalty.settle(ride(id="o2"), at=AT, gift_card=code)
    assert loyalty.settle(ride(id="o2"), at=AT, gift_card=other) == settled
    wrong = loyalty.settle(ride(id="o3"), at=AT, gift_card="D48M-7")
    assert loyalty.settle(ride(id="o3"), at=AT, gift_card="D48M-7") == wrong
    with pytest.raises(OperationMismatch):
        loyalty.settle(ride(id="o3"), at=AT, gift_card="d48m-7")


@pytest.mark.parametrize("call", ["quote", "place", "settle"])
def test_S3_what_is_no_text_is_refused_and_not_repeated(life, call):
    """An error that's logged tells no code."""
    with pytest.raises(InvalidValue, match="not bytes") as caught:
        getattr(life(), call)(ride(), at=AT, gift_card=b"D48M-7K2P-WXYZ-2345")
    assert "D48M" not in f"{caught.value!r}{caught.value.value!r}"
