"""
Refund: what was charged is given back, wholly or in part, and what was earned with it is taken back in proportion.
Row B2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.documents.order import encode
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.complete import judged_at, stored_order
from loyaltykit.operations.pay_worker import take_back
from loyaltykit.operations.referral import unreward
from loyaltykit.operations.settlement import Carried
from loyaltykit.operations.stands import (
    as_it_stands,
    by_card_of,
    cash_refunded_of,
    charged_of,
    late_reason,
    money_of,
    money_refunded_of,
    refunded_of,
    spent_of,
)
from loyaltykit.operations.terms import after
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from fractions import Fraction

    from loyaltykit.documents.order import PlacedOrder, Status
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program


def refund(
    programs: Programs, refund_id: str, order_id: str, *, at: datetime, amount: Money | None = None
) -> Operation[Settlement]:
    """Give back *amount* of what was charged for an order, None for the rest of it; take back what it earned."""
    at = instant(at, "at")
    asked = None if amount is None else programs.worth.minor_in(_part(amount))
    ids = id_of("an order", order_id), id_of("a refund", refund_id)
    book = Book(programs, "refund", *ids, asked={"amount": asked})
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    placed = stored.placed
    if placed.status != "completed":
        return (yield from book.settle(as_it_stands(programs, placed, at, _too_soon_or_late(placed))))
    rest = charged_of(placed) - placed.refunded
    part = rest if asked is None else min(asked, rest)
    limited: tuple[Reason, ...] = ()
    if asked is not None and asked > rest:
        limited = (Reason("refund_limited", rest=Money.from_minor(rest, programs.worth.currency), asked=amount),)
        if not rest:
            return (yield from book.settle(as_it_stands(programs, placed, at, *limited)))
    whole, judged = part == rest, judged_at(placed, at)
    status: Status = "refunded" if whole else "completed"
    done = evolve(placed, status=status, as_of=judged, refunded=placed.refunded + part)
    program = yield from programs.by_id(placed.revision)
    cast = Cast(programs, program, judged)
    yield from cast.open(placed.order.customer, *(who for who, _ in placed.awards))
    money = cash_refunded_of(programs, done) - cash_refunded_of(programs, placed)
    paid_back = placed.paid if whole else min(money, placed.paid)
    customer = cast.known(placed.order.customer, placed)
    decisions: tuple[Decision, ...] = ()
    if customer is not None:
        decisions = customer.give_back(placed, refunded_of(placed), refunded_of(done))
        done = evolve(done, received=customer.unsell(placed, part, paid_back, whole=whole))
    late = (judged if customer is None else customer.at) > _until(program, placed)
    decisions += _late(program, placed) if late else _clawed_back(program, cast, placed, done)
    if whole and customer is not None and placed.invited is not None and _taken_back(program, placed, decisions):
        unreward(customer)
    cast.write_into(book)
    decisions += yield from take_back(programs, program, book, placed, done)
    if placed.card is not None:
        from loyaltykit.operations.order_card import refund_card  # noqa: PLC0415 - most orders named none

        decisions += yield from refund_card(programs, program, book, placed.card, placed, done)
    ahead = 0 if whole else placed.given_ahead + money - paid_back
    done = evolve(done, paid=placed.paid - paid_back, given_ahead=ahead)
    book.write(stored.key, stored.version, encode(done))
    if limited:
        decisions += (Decision("order", (), limited),)
    earners = {who for who, _ in placed.awards if not late and cast.known(who, placed)}
    carried = _carried(programs, done, points=customer is not None, earners=earners)
    given = Money.from_minor(money, programs.worth.currency)
    return (
        yield from book.settle(as_it_stands(programs, done, at, decisions=decisions, refund=given, carried=carried))
    )


def _part(amount: Money) -> Money:
    if not order_sum(amount, "a refund").minor:
        message = "a refund of nothing gives nothing back: say how much, or leave the amount out for all of it"
        raise InvalidValue(message, value=amount)
    return amount


def _too_soon_or_late(placed: PlacedOrder) -> Reason:
    if placed.status == "placed":
        return Reason("not_completed", order=placed.order.id, status=placed.status)
    return late_reason(placed)


def _until(program: Program, placed: PlacedOrder) -> int:
    """Give the moment up to which a refund of *placed* takes awards back."""
    return after(program, program.refundable_for, placed.completed_at or 0)


def _taken_back(program: Program, placed: PlacedOrder, decisions: tuple[Decision, ...]) -> bool:
    """Say whether all that *placed* earned was taken back, so that the next first order may earn it."""
    if any(reason.code in {"forgiven", "too_late_to_claw_back"} for each in decisions for reason in each.reasons):
        return False
    return program.clawback == "debt" or not placed.refunded


def _late(program: Program, placed: PlacedOrder) -> tuple[Decision, ...]:
    """Say that it's too late to take back what was earned, if anything was."""
    if not placed.awards:
        return ()
    return (Decision("clawback", (), (Reason("too_late_to_claw_back", until=from_micros(_until(program, placed))),)),)


def _clawed_back(program: Program, cast: Cast, before: PlacedOrder, now: PlacedOrder) -> tuple[Decision, ...]:
    """Take back what each member earned, for what is refunded *now* and wasn't *before*."""
    then, by_now = refunded_of(before), refunded_of(now)
    decisions = []
    for who, award in before.awards:
        member, amount = cast.known(who, before), by_now.of(award.amount) - then.of(award.amount)
        if amount and member is not None:
            decisions.append(member.claw_back(award, amount, owing=program.clawback == "debt"))
    return tuple(decisions)


def _carried(programs: Programs, placed: PlacedOrder, *, points: bool, earners: Collection[str]) -> tuple[Carried, ...]:
    """Give what the shares of *placed* leave under way: of money, of *points* spent, and of what *earners* earned."""
    shares = refunded_of(placed)
    parts: list[tuple[str, str | None, Fraction]] = [("money", None, shares.carried(money_of(programs, placed)))]
    if points:
        parts.append(("redemption", placed.order.customer, shares.carried(spent_of(placed))))
    parts.append(("gift_card", None, money_refunded_of(programs, placed).carried(by_card_of(placed))))
    parts += [(award.rule, who, shares.carried(award.amount)) for who, award in placed.awards if who in earners]
    return tuple([Carried(*part) for part in parts if part[2]])
