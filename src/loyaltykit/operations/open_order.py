"""An order in the hands of an operation: whoever takes part in it, and the codes that were named with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from loyaltykit.decision import Decision
from loyaltykit.effects import Award
from loyaltykit.errors import InvalidValue
from loyaltykit.facts.history import History
from loyaltykit.facts.standing import Standing
from loyaltykit.ledger.account import NEVER
from loyaltykit.operations.cast import Cast
from loyaltykit.operations.referral import NOBODY, brought_by, named, referrers_of, rewarded, tie, tied_to, untie
from loyaltykit.operations.terms import hold_ends
from loyaltykit.reason import Reason
from loyaltykit.values.points import points_of
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyaltykit.documents.card_held import CardHeld
    from loyaltykit.documents.order import PlacedOrder
    from loyaltykit.effects import Effect
    from loyaltykit.facts.invited import Invited
    from loyaltykit.facts.order import Order
    from loyaltykit.facts.referrers import Referrers
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.open_promo import OpenPromo
    from loyaltykit.operations.order_card import OrderCard
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.waterfall.breakdown import Breakdown
    from loyaltykit.waterfall.captured import Promised


def _typed(code: str | None) -> str | None:
    if code is not None and not isinstance(code, str):
        kind = type(code)  # the code itself may be money, and errors are logged
        message = f"a code is text, as somebody typed it: not {kind.__name__}"
        raise InvalidValue(message, value=kind)
    return code


def _typed_for_card(code: str | None) -> str | None:
    """Give the normal form of a gift card's code, so that the same one typed otherwise is the same call."""
    if _typed(code) is None:
        return None
    from loyaltykit.values.card_code import normal_card_code  # noqa: PLC0415 - most orders name none

    return normal_card_code(code) or code


@frozen
class Named:
    """
    The codes that were named with an order, as somebody typed them. Raises `InvalidValue` for what isn't text.

    Examples:
        >>> Named(promo="summer").referral is None
        True
        >>> Named(card="d48m-7k2p wxyz-2345") == Named(card="D48M7K2PWXYZ2345")
        True
    """

    promo: str | None = field(default=None, converter=_typed)
    referral: str | None = field(default=None, converter=_typed)
    card: str | None = field(default=None, converter=_typed_for_card)


class OpenOrder:
    """
    *order* under *program*, with its *cast* brought to *at*, in microseconds.

    *promo* is its promo code, *replaced* the one that it had before, *card* and *replaced_card* are its gift cards;
    *invited* is who brought a customer whose first order it is, *tied* whether the reward has been awaited of this
    order, *referrers* who brought customer and worker; *notes* say what became of its codes. Where the customer was
    *forgotten* since, whoever has the id now is somebody else.
    """

    def __init__(self, programs: Programs, program: Program, order: Order, at: int, *, writes: bool = True) -> None:
        self.programs = programs
        self.program = program
        self.order = order
        self.at = at
        self.cast = Cast(programs, program, at, writes=writes)
        self._writes = writes
        self.promo: OpenPromo | None = None
        self.replaced: OpenPromo | None = None
        self.card: OrderCard | None = None
        self.replaced_card: OrderCard | None = None
        self.invited: Invited | None = None
        self.tied = False
        self.forgotten = False
        self.referrers: Referrers = NOBODY
        self.notes: tuple[Decision, ...] = ()

    @property
    def customer(self) -> OpenMember | None:
        """The customer's document; None where the order names none, or one who was forgotten since."""
        return None if self.forgotten else self.cast.get(self.order.customer)

    @property
    def hold_ends(self) -> int:
        """
        When what the order holds times out: one moment for points and card, counted from the latest at which the order,
        the customer or the card were judged, so that a call that comes late doesn't hold what has ended already.
        """
        at = max(self.at, self.at if self.customer is None else self.customer.at)
        return hold_ends(self.program, self.order, at if self.card is None else max(at, self.card.card.at))

    def take(self, codes: Named, found: Mapping[str, Versioned]) -> Operation[None]:
        """Open whoever takes part in a new order, *found* in part already, and the *codes* that are named with it."""
        yield from self.cast.open(self.order.customer, found=found)
        if codes.referral is not None:
            told = self.programs, self.program, self.cast, self.order, codes.referral
            self.invited, reason = yield from named(*told)
            self._note("referral_code", reason)
        else:
            self.invited, reason = yield from brought_by(self.cast, self.customer)
            self._note("referral_code", reason)
        if self.invited is not None and self.customer is not None:
            yield from self.cast.open(self.invited.referrer)
            tie(self.cast, self.customer, self.invited, self.order.id, until=self.hold_ends)
        self.referrers = yield from referrers_of(self.cast, self.program, self.order)
        if codes.promo is not None:
            yield from self.use(codes.promo)
        if codes.card is not None:
            yield from self.pay_by(codes.card)

    def use(self, code: str) -> Operation[None]:
        """Open the promo *code* that is named with the order, in place of one that it had, which is *replaced*."""
        from loyaltykit.operations.open_promo import OpenPromo, open_promo  # noqa: PLC0415 - most orders name none

        before = self.promo
        opened = yield from open_promo(self.programs, self.program, code, self.order, at=self.at, beside=before)
        if not isinstance(opened, OpenPromo):
            self._note("promo_code", opened)
            return
        self.promo, self.replaced = opened, before

    def drop_promo(self) -> None:
        """Give back what the order has of a promo code."""
        if self.promo is not None:
            self.promo.release()
            self.promo, self.replaced = None, self.promo

    def pay_by(self, code: str) -> Operation[None]:
        """Open the gift card whose *code* is named with the order, in place of one that it had, which is *replaced*."""
        from loyaltykit.operations.order_card import OrderCard, named_card  # noqa: PLC0415 - most orders name none

        before, told = self.card, (self.programs, self.program, code, self.order.id)
        opened = yield from named_card(*told, at=self.at, writes=self._writes, beside=before)
        if not isinstance(opened, OrderCard):
            self._note("gift_card", opened)
            return
        if before is not None and before.card is not opened.card:
            self.drop_card()
        self.card = opened

    def drop_card(self) -> None:
        """Give back what the order has of a gift card."""
        if self.card is not None:
            self.notes += self.card.release()
            self.card, self.replaced_card = None, self.card

    def hold_card(self, breakdown: Breakdown) -> CardHeld | None:
        """Hold what *breakdown* has a gift card pay; give what the order keeps of that."""
        if self.card is None:
            return None
        held, notes = self.card.hold(breakdown, until=self.hold_ends)
        self.notes += notes
        return held

    def capture_card(self, held: CardHeld | None, breakdown: Breakdown) -> CardHeld | None:
        """Spend what *breakdown* has the gift card pay of what is *held*; give what the order keeps of that."""
        if self.card is None or held is None:
            return None
        captured, notes = self.card.capture(held, breakdown)
        self.notes += notes
        return captured

    def correct_card(self, held: CardHeld | None, breakdown: Breakdown) -> CardHeld | None:
        """Give the gift card back what it isn't to pay any more by *breakdown*; give what the order keeps of it."""
        if self.card is None or held is None:
            return None
        corrected, notes = self.card.correct(held, breakdown)
        self.notes += notes
        return corrected

    def resume(self, placed: PlacedOrder) -> Operation[None]:
        """Open who takes part in the order that was *placed*, and what it has of its codes."""
        yield from self.cast.open(self.order.customer)
        customer = self.customer
        if customer is not None and not customer.knew(placed):
            self.forgotten = True
            del self.cast.members[customer.id]
            self._note("order", Reason("member_forgotten", member=customer.id))
        held = placed.promo or placed.unused
        if held is not None:
            from loyaltykit.operations.open_promo import reopen_promo  # noqa: PLC0415 - most orders named none

            told = self.programs, self.program, held, self.order
            self.promo = yield from reopen_promo(*told, at=self.at)
        if placed.card is not None:
            from loyaltykit.operations.order_card import reopened_card  # noqa: PLC0415 - most orders named none

            kept = self.programs, self.program, placed.card, self.order.id
            self.card = yield from reopened_card(*kept, at=self.at)
        if self.customer is not None:
            self.invited = tied_to(self.customer, placed)
        self.referrers = yield from referrers_of(self.cast, self.program, self.order)

    def reward(self, placed: PlacedOrder) -> Operation[None]:
        """Find who is rewarded for the customer's first order, where *placed* is that as it's completed."""
        if self.customer is None:
            return
        self.tied = tied_to(self.customer, placed) is not None
        self.invited, reason = yield from rewarded(self.cast, self.customer, placed)
        self._note("referral_code", reason)
        if reason is not None:
            untie(self.customer, placed.order.id)
        elif self.invited is not None:
            tie(self.cast, self.customer, self.invited, placed.order.id, until=NEVER)
        self.referrers = yield from referrers_of(self.cast, self.program, self.order)

    def worked_out(
        self,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promised: Promised | None = None,
        free: int = 0,
        granted: bool = False,
        levels: Mapping[str, str] | None = None,
    ) -> Breakdown:
        """
        Work the order out as it was placed *at* a moment; *free* units beside the balance may be spent on it.

        Where its promo code was *granted* already, it's for a first order still; *levels* are those that the customer
        had when it was judged first, by ladder, those of now if left out. A customer who was forgotten keeps what came
        off the price, and neither spends nor earns.
        """
        balance, history = points_of(free, self.program.digits), History()
        if self.customer is not None:
            balance, history = balance + self.customer.balance, self.customer.member.history
        if granted:
            history = History(channels=history.channels)
        breakdown = work_out(
            self.program,
            self.order,
            at=at,
            redeem=redeem,
            promised=promised,
            standing=Standing(balance=balance),
            history=history,
            use=None if self.promo is None else self.promo.use,
            invited=self.invited,
            referrers=self.referrers,
            card=None if self.card is None else self.card.paying,
            levels=dict(self.levels) if levels is None else levels,
        )
        return without(breakdown, self.order.customer) if self.forgotten else breakdown

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """The levels that the customer has, by ladder; none where the program takes nothing off for them."""
        return tuple(self.customer.levels.items()) if self.program.tier and self.customer is not None else ()

    def write_codes(self, book: Book) -> None:
        """Write what has changed of its promo code's uses, its gift card, and those that it had before."""
        for each in (self.promo, self.replaced, self.card, self.replaced_card):
            if each is not None:
                each.write_into(book)

    def _note(self, what: str, reason: Reason | None) -> None:
        if reason is not None:
            self.notes += (Decision(what, (), (reason,)),)


def without(breakdown: Breakdown, member_id: str | None) -> Breakdown:
    """Give *breakdown* without what a member would earn by it."""
    decisions = [
        Decision(each.rule, tuple([effect for effect in each.effects if not _earns(effect, member_id)]), each.reasons)
        for each in breakdown.decisions
    ]
    return evolve(breakdown, decisions=tuple(decisions))


def _earns(effect: Effect, member_id: str | None) -> bool:
    return isinstance(effect, Award) and effect.member == member_id
