"""Decisions: effects that are added up, and reasons (B1)."""

from __future__ import annotations

import pickle

import pytest

from loyaltykit import Award, Decision, Money, Percent, Points, Reason, Redeem, Release, Term


def test_a_decision_adds_its_effects_up():
    """Awards are told apart from points spent, and from those given back."""
    award, spent = Award("m1", Points(5)), Redeem("m1", Points(7), Money(7, "RUB"))
    decision = Decision("rule", (award, spent))
    assert Decision("rule", (award, Release("m1", Points(7)))).awards == (award,)
    assert decision.awards == (award,)
    assert decision.points == Points(12)
    assert Decision("rule").points == Points(0)


def test_B1_a_decision_says_what_and_why():
    """Effects first, then reasons; a share is said with its basis."""
    award = Award("m1", Points(1), Money(20, "RUB"), Percent("5.0"))
    reason = Reason("capped", maximum=Points(1), uncapped=Points(2))
    assert str(Decision("cashback", (award,), (reason,))) == (
        "cashback: m1 earns 1 point (5.0 % of 20.00 RUB); 2 points would be due; an order gets at most 1 point"
    )
    assert str(Decision("cashback")) == "cashback: nothing to do"
    assert str(Redeem("m1", Points(2), Money(2, "RUB"))) == "m1 spends 2 points, worth 2.00 RUB"
    assert str(Release("m1", Points(1))) == "m1 has 1 point back"
    assert str(Award("m1", Points(2), delay=Term("PT3H"))) == "m1 earns 2 points, credited after PT3H"


def test_awards_and_decisions_are_values():
    """Equal, hashed and pickled by their parts, and never changed."""
    award = Award("m1", Points(5), Money(100, "RUB"), Percent(5), Term("PT3H"))
    released = Release("m1", Points(7))
    spent = Redeem("m1", Points(7), Money(7, "RUB"))
    decision = Decision("rule", (award, spent, released), (Reason("no_customer"),))
    for value in (award, spent, released, decision):
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own bytes
        assert hash(pickle.loads(pickle.dumps(value))) == hash(value)  # noqa: S301 - our own bytes
        with pytest.raises(AttributeError, match="can't be changed"):
            value.points = Points(1)
    assert award != Award("m1", Points(5))
    assert award != Award("m1", Points(5), Money(100, "RUB"), Percent(5))
    assert repr(released) == "Release(member='m1', points=Points(7))"
    assert repr(Award("m1", Points(5))) == "Award(member='m1', points=Points(5), basis=None, percent=None, delay=None)"
