"""What is stored about a promo code."""

from __future__ import annotations

import pytest

from loyaltykit import CodeUse, InvalidValue, Money


def test_a_code_is_kept_in_its_normal_form():
    """However it was typed; the rest is as it's told."""
    use = CodeUse(code=" summer", promo="summer", uses=3, spent=Money(5, "RUB"), bound_to="m1", worker="w7")
    assert (use.code, use.promo, use.uses, use.member_uses, use.bound_to, use.worker) == (
        "SUMMER", "summer", 3, 0, "m1", "w7",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "🎉"},
        {"promo": ""},
        {"uses": -1},
        {"uses": True},
        {"member_uses": "3"},
        {"spent": 5},
        {"spent": Money(-1, "RUB")},
        {"bound_to": ""},
        {"worker": 7},
    ],
)
def test_what_cant_be_is_refused(wrong):
    """Counts below zero, and what is no id."""
    with pytest.raises(InvalidValue):
        CodeUse(**({"code": "SUMMER", "promo": "summer"} | wrong))
