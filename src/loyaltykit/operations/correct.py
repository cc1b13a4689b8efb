"""
Correct: a completed order was told wrong (fare 412, not 380; another driver), and the differences are posted. Row B2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from loyaltykit.decision import Decision
from loyaltykit.documents.order import encode
from loyaltykit.effects import Award
from loyaltykit.facts.history import History
from loyaltykit.facts.invited import Invited
from loyaltykit.facts.referrers import Referrers
from loyaltykit.ledger.account import taken
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.complete import asked_facts, judged_at, stored_order, told
from loyaltykit.operations.open_order import OpenOrder, without
from loyaltykit.operations.pay_worker import correct_worker
from loyaltykit.operations.promise import by_promo, discount_of, invitation_labels, kept_tier, referrers_kept
from loyaltykit.operations.settlement import settled
from loyaltykit.operations.stands import as_it_stands, charged_of, late_reason, spent_of
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of
from loyaltykit.waterfall.captured import Promised
from loyaltykit.waterfall.discounted import KeptPromo
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.documents.promo_use import PromoHeld
    from loyaltykit.ledger.account import Pending
    from loyaltykit.operations.cast import Cast
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.operations.settlement import Settlement
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
    opened = OpenOrder(programs, program, evolve(placed.order, **changed), judged_at(placed, at))
    yield from _reopen(opened, placed)
    breakdown = _worked_out(opened, placed)
    cast, redeemed = opened.cast, breakdown.redeemed.minor
    yield from cast.open(*(who for who, _ in placed.awards), *(award.member for award in breakdown.awards))
    done = evolve(placed, order=opened.order, as_of=opened.at, discount=discount_of(breakdown))
    notes: tuple[Decision, ...] = ()
    customer = opened.customer
    if customer is not None:
        notes = customer.return_lots(placed, redeemed, spent_of(placed))
        customer.unsell(placed, charged_of(placed) - charged_of(done), 0)
    awards, taken_back = _corrected(opened, placed, breakdown)
    cast.write_into(book)
    paid = yield from correct_worker(opened, book, breakdown, placed)
    done = evolve(
        done,
        captured=taken(placed.captured, redeemed)[0],
        awards=awards,
        lives={**placed.lives, **cast.lives(*({who for who, _ in awards} - _concerned(placed)))},
        promo=_recounted(opened, placed, breakdown),
        referrers=referrers_kept(opened),
        credits=paid.credits,
        counted=paid.counted,
        worker_life=paid.life,
        card=opened.correct_card(placed.card, breakdown),
    )
    if done.promo is not None:
        done = evolve(done, unused=None)
    opened.write_codes(book)
    book.write(stored.key, stored.version, encode(done))
    notes += taken_back + paid.decisions + opened.notes
    return (yield from book.settle(settled(breakdown, order_id, "completed", at, placed.revision, notes=notes)))


def _refused(programs: Programs, placed: PlacedOrder) -> Reason | None:
    """Give the reason why *placed* can't be corrected, None where it can."""
    if placed.status == "completed" and placed.refunded:
        refunded = Money.from_minor(placed.refunded, programs.worth.currency)
        return Reason("partly_refunded", order=placed.order.id, refunded=refunded)
    if placed.status == "placed":
        return Reason("not_completed", order=placed.order.id, status=placed.status)
    return None if placed.status == "completed" else late_reason(placed)


def _reopen(opened: OpenOrder, placed: PlacedOrder) -> Operation[None]:
    """Open who took part in *placed* as it was completed, its promo code, and the worker whom it has now."""
    yield from opened.resume(placed)
    if opened.card is not None and placed.card is not None:
        opened.card.keep_captured(placed.card)
    if placed.referrers is None:
        return
    customers, workers = placed.referrers
    if opened.order.worker != placed.order.worker:
        workers = opened.referrers.worker
    opened.referrers = Referrers(customer=customers, worker=workers)


def _worked_out(opened: OpenOrder, placed: PlacedOrder) -> Breakdown:
    """Work the order out as it was completed: with what was promised, and what lay behind the customer then."""
    spent, invitation = points_of(spent_of(placed), opened.program.digits), _invitation(opened, placed)
    promised = Promised(
        spent, limited=placed.limited, promo=_kept(opened, placed), invitation=invitation, tier=kept_tier(placed)
    )
    breakdown = work_out(
        opened.program,
        opened.order,
        at=from_micros(placed.placed_at),
        promised=promised,
        history=History(channels=placed.had, visits=placed.visits),
        use=None if opened.promo is None else opened.promo.use,
        invited=None if placed.invited is None else Invited(referrer=placed.invited[0], code=placed.invited[1]),
        referrers=opened.referrers,
        card=None if opened.card is None else opened.card.paying,
    )
    return without(breakdown, placed.order.customer) if opened.forgotten else breakdown


def _invitation(opened: OpenOrder, placed: PlacedOrder) -> Decision | None:
    """Give what the customer's invitation came to at completion; None where it gave nothing, and is judged anew."""
    labels = invitation_labels(opened.program)
    given = [(who, award) for who, award in placed.awards if award.rule in labels]
    if not given:
        return None
    awards = [Award(who, points_of(award.amount, opened.program.digits)) for who, award in given]
    return Decision(given[0][1].rule, tuple(awards))


def _kept(opened: OpenOrder, placed: PlacedOrder) -> KeptPromo | None:
    """
    Give what the promo's budget has for the order: what it took, and more only for a price that rose; None where its
    code gave nothing at completion, and is judged anew.
    """
    if opened.promo is None or placed.promo is None:
        return None
    kept = opened.promo.kept(placed.promo)
    rose = charged_of(placed) + placed.discount < (0 if opened.order.price is None else opened.order.price.minor)
    return kept if rose or kept.left is None else KeptPromo(kept.reserved, kept.left.with_minor(0))


def _recounted(opened: OpenOrder, placed: PlacedOrder, breakdown: Breakdown) -> PromoHeld | None:
    """Have the order have taken of its promo what its code gives now; give what it keeps of it."""
    if opened.promo is None:
        return None
    decision = by_promo(opened.promo, breakdown)
    return opened.promo.consume(decision) if placed.promo is None else opened.promo.correct(placed.promo, decision)


def _corrected(
    opened: OpenOrder, placed: PlacedOrder, breakdown: Breakdown
) -> tuple[tuple[tuple[str, Pending], ...], tuple[Decision, ...]]:
    """Post the differences between what *placed* awarded and what it comes to now; give what it awards then."""
    cast = opened.cast
    before = {(who, award.rule): award for who, award in placed.awards}
    awards: list[tuple[str, Pending]] = []
    less: list[tuple[str, Pending, int]] = []
    for decision in breakdown.decisions:
        for award in decision.awards:
            old, member = before.pop((award.member, decision.rule), None), _earner(cast, award.member, placed)
            if member is not None:
                new, back = member.earn_difference(award, old, placed, order=opened.order, rule=decision.rule)
                awards.append((award.member, new))
                less += [(award.member, *back)] if back else []
    less += [(who, old, old.amount) for (who, _), old in before.items()]
    owing = opened.program.clawback == "debt"
    known = [(member, old, amount) for who, old, amount in less if (member := cast.known(who, placed)) is not None]
    return tuple(awards), tuple([member.claw_back(old, amount, owing=owing) for member, old, amount in known])


def _earner(cast: Cast, member_id: str, placed: PlacedOrder) -> OpenMember | None:
    """Give who earns by *placed* now: whoever did so before, unless they were forgotten since, or is new to it."""
    return cast.known(member_id, placed) if member_id in _concerned(placed) else cast.members[member_id]


def _concerned(placed: PlacedOrder) -> set[str | None]:
    """Name whom *placed* concerned before: its customer, and who ever earned by it."""
    return {placed.order.customer, *placed.lives}
