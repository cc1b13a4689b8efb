"""
Correct: a completed order was told wrong (fare 412, not 380; another driver), and the differences are posted. Row B2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from loyaltykit.decision import Reason
from loyaltykit.documents.order import encode
from loyaltykit.facts.history import History
from loyaltykit.ledger.account import taken
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import asked_facts, judged_at, open_customer, stored_order, told
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import as_it_stands, charged_of, late_reason, spent_of
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.account import Pending
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program
    from loyaltykit.waterfall.breakdown import Breakdown


def correct(
    programs: Programs, correction_id: str, order_id: str, *, at: datetime, **facts: Any
) -> Operation[Settlement]:
    """Work a completed order out again with other *facts*, under its own revision, and post the differences."""
    at = instant(at, "at")
    changed = told(**facts)
    ids = id_of("an order", order_id), id_of("a correction", correction_id)
    book = Book(programs, "correct", *ids, asked=asked_facts(programs, changed))
    yield from programs.begun()
    stored = yield from stored_order(programs, order_id)
    placed = stored.placed
    refused = _refused(programs, placed)
    if refused is not None:
        return (yield from book.settle(as_it_stands(programs, placed, at, refused)))
    program = yield from programs.by_id(placed.revision)
    order, judged = evolve(placed.order, **changed), judged_at(placed, at)
    breakdown = _worked_out(program, placed, order)
    done = evolve(placed, order=order, as_of=judged)
    notes: tuple[Decision, ...] = ()
    member = yield from open_customer(programs, program, order, judged)
    if member is not None and not member.knew(placed):  # who was forgotten had nothing to give back or to lose
        done = evolve(done, captured=taken(done.captured, breakdown.redeemed.minor)[0], awards=())
    elif member is not None:
        done, notes = _corrected(program, member, done, breakdown, by=charged_of(done) - charged_of(placed))
        member.write_into(book)
    book.write(stored.key, stored.version, encode(done))
    return (yield from book.settle(settled(breakdown, order_id, "completed", at, placed.revision, notes=notes)))


def _refused(programs: Programs, placed: PlacedOrder) -> Reason | None:
    """Give the reason why *placed* can't be corrected, None where it can."""
    if placed.status == "completed" and placed.refunded:
        refunded = Money.from_minor(placed.refunded, programs.worth.currency)
        return Reason("partly_refunded", order=placed.order.id, refunded=refunded)
    if placed.status == "placed":
        return Reason("not_completed", order=placed.order.id, status=placed.status)
    return None if placed.status == "completed" else late_reason(placed)


def _worked_out(program: Program, placed: PlacedOrder, order: Order) -> Breakdown:
    """Work *order* out as it was completed: with the points that were spent, and what lay behind the customer then."""
    spent = spent_of(placed)
    promised = Promised(points_of(spent, program.digits), limited=placed.limited) if spent else None
    at, history = from_micros(placed.placed_at), History(channels=placed.had)
    return work_out(program, order, at=at, promised=promised, history=history)


def _corrected(
    program: Program, member: OpenMember, placed: PlacedOrder, breakdown: Breakdown, *, by: int
) -> tuple[PlacedOrder, tuple[Decision, ...]]:
    """Post the differences between *placed* and what it comes to now; give it as it stands then."""
    spent, now = spent_of(placed), breakdown.redeemed.minor
    decisions = member.return_lots(placed, now, spent)
    before = {(who, award.rule): award for who, award in placed.awards}
    awards: list[tuple[str, Pending]] = []
    taken_back: list[tuple[Pending, int]] = []
    for decision in breakdown.decisions:
        for award in decision.awards:
            old = before.pop((award.member, decision.rule), None)
            new, less = member.earn_difference(award, old, placed, rule=decision.rule)
            awards.append((award.member, new))
            taken_back += [less] if less else []
    for old, amount in [*taken_back, *((old, old.amount) for old in before.values())]:
        decisions += (member.claw_back(old, amount, owing=program.clawback == "debt"),)
    member.unsell(None, -by, 0, visit=False)
    return evolve(placed, captured=taken(placed.captured, now)[0], awards=tuple(awards)), decisions
