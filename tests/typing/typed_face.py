"""The typed face, pinned: what a host's type checker sees. It's checked, never run."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import assert_type

from loyaltykit import (
    Award,
    Breakdown,
    Cashback,
    CodeUse,
    Decision,
    Discount,
    History,
    Money,
    Notice,
    Order,
    Percent,
    Points,
    PointValue,
    Problem,
    Program,
    Promo,
    Reason,
    Revisions,
    Scope,
    Term,
    cashback_for,
    fix_words,
    kept_promo,
    notice_text,
    promo_for,
    read_program,
    words,
    work_out,
)


def values(at: datetime) -> None:
    """Money stays money, points stay points."""
    money = Money("12.50", "RUB")
    assert_type(money + money, Money)
    assert_type(-money * 2, Money)
    assert_type(money.amount, Decimal)
    assert_type(money.allocate([1, 2]), tuple[Money, ...])
    assert_type(Percent(5).of(money), Money)
    assert_type(Percent(5).of(Points(5)), Points)
    assert_type(PointValue(1, "RUB").worth(Points(5)), Money)
    assert_type(PointValue(1, "RUB").points_for(money), Points)
    assert_type(Term("P1D").after(at), datetime)
    money + Points(5)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue] - they never mix
    Money(12.5, "RUB")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - a float isn't exact


def decisions(program: Program, order: Order, at: datetime) -> None:
    """A decision has awards and reasons."""
    rule = Cashback(percent=Percent(5), scope=Scope(branches=("a",)))
    assert_type(rule.percent, Percent | None)
    decision = cashback_for(rule, order, at=at, point_value=program.worth)
    assert_type(decision, Decision)
    assert_type(decision.awards, tuple[Award, ...])
    assert_type(decision.reasons, tuple[Reason, ...])
    breakdown = work_out(program, order, at=at, redeem="all")
    assert_type(breakdown, Breakdown)
    assert_type(breakdown.payable, Money | None)
    cashback_for(rule, order, point_value=program.worth)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - at
    promo = Promo(name="summer", code="SUMMER", percent=Percent(10))
    use = CodeUse(code="SUMMER", promo="summer")
    known = promo_for(promo, order, at=at, use=use, history=History(visits=1), point_value=program.worth)
    assert_type(known.discounts, tuple[Discount, ...])
    assert_type(promo.uses_per_code, int | None)
    kept = kept_promo(promo, order, use=use, reserved=None, left=None, point_value=program.worth)
    assert_type(kept, Decision)
    assert_type(program.promo_by_code("SUMMER"), Promo | None)
    Promo(code="SUMMER", percent=Percent(10))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - its name
    Cashback(percnt=Percent(5))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - no such setting


def programs() -> None:
    """Files give programs, revisions give the one in force."""
    program = read_program("program.toml")
    assert_type(program, Program)
    assert_type(program.cashback, tuple[Cashback, ...])
    assert_type(program.check(districts=["a"]), tuple[Problem, ...])
    assert_type(Revisions((program,)).programs, tuple[Program, ...])


def in_words(reason: Reason, problem: Problem, notice: Notice, program: Program) -> None:
    """Words are text; a zone is one, or its name."""
    assert_type(words(reason, "uk", zone="Europe/Kyiv"), str)
    assert_type(fix_words(problem, "ru"), str)
    assert_type(notice_text(notice, program, locale="ru", member_code="D48M"), str)
    words(reason, "uk", zone=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no zone
