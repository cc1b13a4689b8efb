"""A life that is led twice, by `Loyalty` over a store and by the model, and must come to the same after every call."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from loyaltykit.effects import CardRelease, CardReturn, Clawback, Release, Return
from loyaltykit.errors import OperationMismatch, UnknownOrder
from loyaltykit.facts.opening import OpeningMember
from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.program.program import Program
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.contract.verdict import check, raised, same
from loyaltykit.testing.machine.model import FOREVER, Member, Model, Ride, told
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.operations.view import MemberView
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.machine.deal import Deal
    from loyaltykit.testing.machine.model import Answer

MEMBERS: Final = ("m1", "m2", "m3")
"""Who lives, beside those who have no card: orders without a customer."""


class Life:
    """
    What members do under a *deal*, by `Loyalty` over *store* and by the model: each call is made of both.

    Raises `Violated` where an answer, a member's view, statement, export or document isn't what the model says, where
    a call that is made again gets another answer, and where books don't balance.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.testing.machine.deal import Deal
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> life = Life(Deal(percent=10), MemoryRepository())
        >>> life.settle("o1", now, member="m1", price=41_200)
        >>> life.refund("o1", "r1", now, amount=10_000)
        >>> life.calls
        2
    """

    def __init__(self, deal: Deal, store: Store) -> None:
        self.store = store
        self.model = Model(deal)
        self._loyalty = Loyalty(Program.from_dict(deal.settings()), store)
        self._first: dict[tuple[str, ...], tuple[object, Callable[..., Any], Any]] = {}
        self._codes: dict[str, str] = {"": "", "wrong": "D48M-7K2P-WXYZ-2345"}
        self._closed: set[str] = set()
        self._forgotten: set[str] = set()

    @property
    def calls(self) -> int:
        """How many calls have left something by which they're known again."""
        return len(self._first)

    def one_of(self, pick: int, *statuses: str) -> str:
        """Give an order that stands so, by the number *pick*; now and then any other, or one that nobody placed."""
        rides = self.model.rides
        fit = [order for order, ride in rides.items() if ride.status in statuses and order not in self._closed]
        known = fit if fit and pick % 8 else [*rides, "nobody's"]
        return known[-1 - pick % len(known)]

    def place(self, order: str, at: datetime, **facts: Any) -> None:
        """Place an order by its *facts*: member, price, channel, starts, redeem, card."""
        ride = _ride(order, at, **facts)
        call = partial(
            self._loyalty.place, _order(ride), redeem=_requested(ride.asked), gift_card=self._code(ride.card)
        )
        self._make(("place", order), facts, call, at, lambda: self.model.place(ride, at))

    def settle(self, order: str, at: datetime, **facts: Any) -> None:
        """Place and complete an order at once."""
        ride = _ride(order, at, **facts)
        told_of: dict[str, Any] = {"redeem": _requested(ride.asked), "gift_card": self._code(ride.card)}
        call = partial(self._loyalty.settle, _order(ride), **told_of)
        self._make(("settle", order), facts, call, at, lambda: self.model.settle(ride, at))

    def quote(self, order: str, at: datetime, **facts: Any) -> None:
        """Ask what an order would come to."""
        ride = _ride(order, at, **facts)
        code = self._code(ride.card)
        got = self._loyalty.quote(_order(ride), at=at, redeem=_requested(ride.asked), gift_card=code)
        same(answered(got), self.model.quote(ride, at), "what a quote says")
        self.check(at)

    def complete(self, order: str, at: datetime, price: int | None = None) -> None:
        """Complete an order, by another price if one is told."""
        call = partial(self._loyalty.complete, order, price=_money(price))
        self._of_known(("complete", order), price, call, at, lambda: self.model.complete(order, at, price))

    def cancel(self, order: str, at: datetime) -> None:
        """Cancel an order."""
        call = partial(self._loyalty.cancel, order)
        self._of_known(("cancel", order), None, call, at, lambda: self.model.cancel(order, at, "cancelled"))

    def no_show(self, order: str, at: datetime) -> None:
        """End an order to which nobody came."""
        call = partial(self._loyalty.no_show, order)
        self._of_known(("no_show", order), None, call, at, lambda: self.model.cancel(order, at, "no_show"))

    def amend(
        self,
        order: str,
        name: str,
        at: datetime,
        *,
        price: int | None = None,
        redeem: int | str | None = None,
        card: str | None = None,
    ) -> None:
        """Edit an order before it's completed."""
        told_of: dict[str, Any] = {"redeem": _requested(redeem), "gift_card": self._code(card)}
        call = partial(self._loyalty.amend, name, order, price=_money(price), **told_of)
        predict = partial(self.model.amend, order, at, price, redeem, card)
        self._of_known(("amend", order, name), (price, redeem, card), call, at, predict)

    def refund(self, order: str, name: str, at: datetime, *, amount: int | None = None) -> None:
        """Give back a part of what was charged, or the rest."""
        if order not in self._closed:
            call = partial(self._loyalty.refund, name, order, amount=_money(amount))
            self._of_known(("refund", order, name), amount, call, at, lambda: self.model.refund(order, at, amount))

    def correct(self, order: str, name: str, at: datetime, *, price: int) -> None:
        """Correct a completed order by another price."""
        if order not in self._closed:
            call = partial(self._loyalty.correct, name, order, price=_money(price))
            self._of_known(("correct", order, name), price, call, at, lambda: self.model.correct(order, at, price))

    def record_payment(self, order: str, name: str, at: datetime, *, amount: int) -> None:
        """Note what was received for an order."""
        if order not in self._closed:
            call = partial(self._loyalty.record_payment, name, order, Money.from_minor(amount, "RUB"))
            predict = partial(self.model.record_payment, order, at, amount)
            self._of_known(("pay", order, name), amount, call, at, predict)

    def adjust(self, member: str, name: str, at: datetime, *, points: int) -> None:
        """Give points by hand, or take them."""
        call = partial(self._loyalty.members.adjust, name, member, Points(points))
        key, predict = ("adjust", member, name), partial(self.model.adjust, member, at, points)
        if not self._again(key, points, call, at):
            self._first[key] = points, call, call(at=at)
            same(self._first[key][2].points.minor, predict(), "what was given or taken by hand")
            self.check(at)

    def set_tier(self, member: str, name: str, at: datetime, *, level: str | None, until: datetime | None) -> None:
        """Give a level of the first ladder by hand, or take it back."""
        if not self.model.deal.ladders:
            return
        until = until if level is not None else None
        call = partial(self._loyalty.members.set_tier, name, member, "regulars", level, until=until)
        key, asked = ("set_tier", member, name), (level, until)
        if not self._again(key, asked, call, at):
            self._first[key] = asked, call, call(at=at)
            predicted = self.model.set_tier(member, at, level, FOREVER if until is None else until)
            same(self._first[key][2].level, predicted, "the level that a member has with one by hand")
            self.check(at)

    def recalculate(self, at: datetime) -> None:
        """Work all levels out again: under the same program, nobody moves."""
        run = self._loyalty.members.recalculate_all(at=at)
        same((run.moved, run.skipped), ((), ()), "who moves by a recalculation")
        self.check(at)

    def import_member(
        self, member: str, at: datetime, *, lots: tuple[tuple[int, datetime], ...], visits: int, sold: int
    ) -> None:
        """Carry a member over, with lots of points and when they expire."""
        points = [(Points(each), None if ends == FOREVER else ends) for each, ends in lots]
        opening = OpeningMember(id=member, lots=points, visits=visits, sold=_money(sold))
        call, asked = partial(self._loyalty.members.import_members, [opening]), (lots, visits, sold)
        if member not in self._forgotten and not self._again(("import", member), asked, call, at):
            self._first["import", member] = asked, call, call(at=at)
            done = self.model.import_member(member, at, list(lots), visits, sold)
            same(self._first["import", member][2].done, int(done), "how many were imported")
            self.check(at)

    def issue(self, card: str, at: datetime, *, face: int, ends: datetime | None = None) -> None:
        """Issue a gift card, with so many minor units on it."""
        call = partial(self._loyalty.cards.issue, card, face=_money(face), expires=ends)
        if not self._again(("issue", card), (face, ends), call, at):
            self._first["issue", card] = (face, ends), call, call(at=at)
            self._codes[card] = self._first["issue", card][2].code
            self.model.issue(card, at, face, FOREVER if ends is None else ends)
            self.check(at)

    def freeze(self, card: str, name: str, at: datetime, *, frozen: bool) -> None:
        """Freeze a gift card, or unfreeze it."""
        key = "freeze" if frozen else "unfreeze", card, name
        call = partial(getattr(self._loyalty.cards, key[0]), name, card)
        if card in self.model.cards and not self._again(key, None, call, at):
            self._first[key] = None, call, call(at=at)
            self.model.freeze(card, at, frozen=frozen)
            self.check(at)

    def _code(self, card: str | None) -> str | None:
        return None if card is None else self._codes.get(card, self._codes["wrong"])

    def forget(self, member: str, at: datetime) -> None:
        """Erase what is stored of a member: orders so far aren't taken back then, nor is the member imported again."""
        self._loyalty.members.forget(member, at=at)
        self.model.forget(member)
        self._forgotten.add(member)
        self._first.pop(("import", member), None)
        self._closed |= {order for order, ride in self.model.rides.items() if ride.member == member}
        self.check(at)

    def run_due(self, at: datetime) -> None:
        """Book what time has done, in one batch."""
        run = self._loyalty.run_due(at=at)
        same(run.skipped, (), "what run_due skips")
        same(run.done, self.model.run_due(at), "the number of members for whom something was due")
        self.check(at)

    def again(self, index: int, at: datetime) -> None:
        """Make a call once more, if there were that many: it gets its first answer, and changes nothing."""
        for key in [*self._first][index : index + 1]:
            self._again(key, *self._first[key][:2], at)
        self.check(at)

    def all_again(self, at: datetime) -> None:
        """Make every call once more."""
        for key, (asked, call, _) in self._first.items():
            self._again(key, asked, call, at)
        self.check(at)

    def _of_known(
        self, key: tuple[str, ...], asked: object, call: Callable[..., Any], at: datetime, predict: Callable[[], Answer]
    ) -> None:
        """Make a call that an order must be there for."""
        if key[1] in self.model.rides:
            self._make(key, asked, call, at, predict)
        else:
            raised(UnknownOrder, partial(call, at=at), f"{key[0]} of an order that nobody placed")

    def _make(
        self, key: tuple[str, ...], asked: object, call: Callable[..., Any], at: datetime, predict: Callable[[], Answer]
    ) -> None:
        if self._again(key, asked, call, at):
            return
        got: Settlement = call(at=at)
        self._first[key] = asked, call, got
        same(answered(got), told(predict()), f"what {key} answers")
        check(got.refund is None or got.refund.minor >= 0, f"{key} gives back {got.refund}")
        self._again(key, asked, call, at)
        self.check(at)

    def _again(self, key: tuple[str, ...], asked: object, call: Callable[..., Any], at: datetime) -> bool:
        """Where a call was made before, see that it's answered as it was, or refused; say if it was."""
        if key not in self._first:
            return False
        asked_then, _, first = self._first[key]
        if asked == asked_then:
            if key[0] in {"freeze", "unfreeze"}:  # whose answer is how the card stands by now
                first = self._loyalty.cards.view(key[1], at=at)
            same(call(at=at), first, f"what {key} answers again")
        elif key[0] == "import":
            (skipped,) = call(at=at).skipped
            same(type(skipped.reason), OperationMismatch, f"why {key} is skipped")
        else:
            mismatch = raised(OperationMismatch, partial(call, at=at), f"{key}, asked for something else,")
            first = evolve(first, code=None) if key[0] == "issue" else first  # which nobody else is told
            same(mismatch.first, first, f"what {key} answered first")
        return True

    def check(self, at: datetime) -> None:
        """See that the store says of each member what the model says, and that its books balance."""
        accounts = check_accounts(self.store)
        same({name: account.posted for name, account in accounts.items() if account.posted}, self._posted(), "posted")
        exported = {each.id: each for each in self._loyalty.members.export_members(at=at).members}
        for name in MEMBERS:
            member = self.model.seen(name, at)
            lots = {None if ends == FOREVER else ends: count for ends, count in _ends(member).items()}
            got: Counter[datetime | None] = Counter()
            for points, ends in exported[name].lots if name in exported else ():
                got[ends] += points.minor
            same(dict(got), lots, f"the lots of {name}")
            self._check_view(name, member, at)
        for name in self.model.cards:
            card, view = self.model.cards[name].seen(at), self._loyalty.cards.view(name, at=at)
            held = sum(card.held(order) for order in card.holds)
            same((view.balance.minor, view.held.minor), (card.balance, held), f"what is on {name}, and held of it,")

    def _posted(self) -> dict[str, int]:
        return {name: member.posted for name, member in self.model.members.items() if member.posted}

    def _check_view(self, name: str, member: Member, at: datetime) -> None:
        view = self._loyalty.members.view(name, at=at)
        got = {
            "balance": view.balance.minor,
            "held": view.held.minor,
            "pending": view.pending.minor,
            "debt": view.debt.minor,
            "visits": view.visits,
            "sold": view.sold.minor,
            "paid": view.paid.minor,
        }
        same(got, _figures(member), f"what {name} has")
        self._check_standing(name, member, view)
        check(min(got.values()) >= 0, f"{name} has something below zero: {got}")
        soonest = view.next_expiry
        check(soonest is None or soonest.at > at, f"{name} can spend what has expired: {soonest}")
        lines = self._loyalty.members.statement(name, at=at, limit=1_000).lines
        same(sum([line.points.minor for line in lines]), member.posted, f"the sum of the statement of {name}")

    def _check_standing(self, name: str, member: Member, view: MemberView) -> None:
        """See that levels and categories are those that plain loops find."""
        standing: dict[str, Any] = {tier.tier: tier.level for tier in view.tiers}
        if standing:
            standing["categories"] = view.categories
            given = [(tier.level, tier.until or FOREVER) for tier in view.tiers if tier.by_hand]
            told = self.model.standing(name, member, member.as_of)
            hand = told.pop("given")
            same([hand] if hand and hand[0] == told["regulars"] else [], given, f"the level of {name} by hand")
            same(standing, told, f"the levels and categories of {name}")


def _figures(member: Member) -> dict[str, int]:
    return {
        "balance": len(member.purse),
        "held": sum(len(hold.points) for hold in member.holds.values()),
        "pending": sum(award.points for award in member.coming),
        "debt": member.debt,
        "visits": member.visits,
        "sold": member.sold,
        "paid": member.paid,
    }


def _ends(member: Member) -> Counter[datetime]:
    return Counter(point.ends for point in member.purse)


def answered(settlement: Settlement) -> Answer:
    """Give what *settlement* says, in the words of the model."""
    answer: Answer = {"status": settlement.status, "redeemed": settlement.redeemed.minor}
    sums = {"charged": settlement.charged, "due": settlement.due, "refund": settlement.refund, "card": settlement.card}
    answer |= {name: None if money is None else money.minor for name, money in sums.items()}
    effects = [effect for decision in settlement.decisions for effect in decision.effects]
    awards = [(decision.rule, award) for decision in settlement.decisions for award in decision.awards]
    clawed = [effect for effect in effects if isinstance(effect, Clawback)]
    answer["awards"] = [(rule, award.points.minor) for rule, award in awards]
    answer["back"] = sum([effect.points.minor for effect in effects if isinstance(effect, (Release, Return))])
    answer["card_back"] = sum([e.money.minor for e in effects if isinstance(e, (CardRelease, CardReturn))])
    answer["clawed"] = sum([effect.points.minor for effect in clawed])
    answer["owed"] = sum([effect.owed.minor for effect in clawed])
    answer["carried"] = {each.what: each.amount for each in settlement.carried}
    return told(answer)


def _ride(order: str, at: datetime, **facts: Any) -> Ride:
    told_of: dict[str, Any] = {name: facts.get(name) for name in ("member", "price", "channel", "starts", "card")}
    return Ride(id=order, asked=facts.get("redeem"), as_of=at, visit=facts.get("visit", True), **told_of)


def _order(ride: Ride) -> Order:
    return Order(
        id=ride.id,
        customer=ride.member,
        price=_money(ride.price),
        channel=ride.channel,
        starts_at=ride.starts,
        visit=ride.visit,
    )


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money.from_minor(minor, "RUB")


def _requested(asked: int | str | None) -> Requested | None:
    return Points(asked) if isinstance(asked, int) else "all" if asked else None
