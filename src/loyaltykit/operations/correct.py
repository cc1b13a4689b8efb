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
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.complete import asked_facts, judged_at, stored_order, told
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
    cast = Cast(programs, program, judged)
    earners = [award.member for award in breakdown.awards]
    yield from cast.open(order.customer, *(who for who, _ in placed.awards), *earners)
    customer = cast.known(order.customer, placed)
    if customer is not None:
        notes = customer.return_lots(placed, breakdown.redeemed.minor, spent_of(placed))
        customer.unsell(None, charged_of(placed) - charged_of(done), 0, visit=False)
    awards, taken_back = _corrected(program, cast, placed, breakdown)
    captured = taken(placed.captured, breakdown.redeemed.minor)[0]
    lives = {**placed.lives, **cast.lives(*({who for who, _ in awards} - _concerned(placed)))}
    done = evolve(done, captured=captured, awards=awards, lives=lives)
    cast.write_into(book)
    book.write(stored.key, stored.version, encode(done))
    notes += taken_back
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
    program: Program, cast: Cast, placed: PlacedOrder, breakdown: Breakdown
) -> tuple[tuple[tuple[str, Pending], ...], tuple[Decision, ...]]:
    """Post the differences between what *placed* awarded and what it comes to now; give what it awards then."""
    before = {(who, award.rule): award for who, award in placed.awards}
    awards: list[tuple[str, Pending]] = []
    less: list[tuple[str, Pending, int]] = []
    for decision in breakdown.decisions:
        for award in decision.awards:
            old, member = before.pop((award.member, decision.rule), None), _earner(cast, award.member, placed)
            if member is not None:
                new, back = member.earn_difference(award, old, placed, rule=decision.rule)
                awards.append((award.member, new))
                less += [(award.member, *back)] if back else []
    less += [(who, old, old.amount) for (who, _), old in before.items()]
    owing = program.clawback == "debt"
    known = [(member, old, amount) for who, old, amount in less if (member := cast.known(who, placed)) is not None]
    return tuple(awards), tuple([member.claw_back(old, amount, owing=owing) for member, old, amount in known])


def _earner(cast: Cast, member_id: str, placed: PlacedOrder) -> OpenMember | None:
    """Give who earns by *placed* now: whoever did so before, unless they were forgotten since, or is new to it."""
    return cast.known(member_id, placed) if member_id in _concerned(placed) else cast.members[member_id]


def _concerned(placed: PlacedOrder) -> set[str | None]:
    """Name whom *placed* concerned before: its customer, and who earned by it."""
    return {placed.order.customer, *(who for who, _ in placed.awards)}
