"""What gift cards do in the model: what orders hold of them, spend of it, and give back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from loyaltykit.testing.machine.card import NEVER, Card, Coins, split, sum_of

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.testing.machine.deal import Deal
    from loyaltykit.testing.machine.model import Ride


class ByCard:
    """The part of the model that knows gift *cards*, by their names."""

    deal: Deal
    cards: dict[str, Card]

    if TYPE_CHECKING:  # the rest of the model has them

        def _times_out(self, ride: Ride, at: datetime) -> datetime: ...
        def _graced(self, moment: datetime) -> datetime | None: ...

    def issue(self, name: str, at: datetime, face: int, ends: datetime) -> None:
        """Issue a gift card."""
        self.cards[name] = Card(at, self._graced, [Coins(ends, False, face)])  # noqa: FBT003 - it isn't on grace

    def freeze(self, name: str, at: datetime, *, frozen: bool) -> None:
        """Have a gift card pay for no new order, or pay again."""
        self.cards[name] = evolve(self.cards[name].seen(at), frozen=frozen)

    def _accepted(self, ride: Ride, name: str | None, at: datetime) -> Card | None:
        """Give the card called *name*, if *ride* can be paid with it."""
        card = self.cards[name].seen(at) if name in self.cards else None
        return card if card is not None and card.accepts(ride.id) else None

    def _pays(self, ride: Ride, redeemed: int, card: Card | None) -> int:
        """Give what *card* pays of *ride*; without a price, all of it is held."""
        free = 0 if card is None else card.free(ride.id)
        return free if ride.price is None else min(ride.charged - redeemed * self.deal.unit, free)

    def _hold_on_card(self, ride: Ride, card: Card | None, minor: int, at: datetime) -> None:
        ride.card, ride.on_card = ride.card if card is not None else None, minor
        self._touch(ride.card, at)
        if card is not None and minor:
            card.hold(ride.id, minor, self._times_out(ride, at))
            self.cards[str(ride.card)] = card

    def _fare_on_card(self, ride: Ride, redeemed: int) -> None:
        """Hold what the card pays of a *ride* that was never placed; nothing, where it has no price."""
        card = self._accepted(ride, ride.card, ride.as_of)
        minor = 0 if ride.price is None else self._pays(ride, redeemed, card)
        self._hold_on_card(ride, card, minor, ride.as_of)

    def _captured(self, ride: Ride, spent: int) -> dict[str, Any]:
        """Spend what *ride* holds of its card, as far as its price goes beside the points that were *spent*."""
        self._touch(ride.card, ride.as_of)
        if not ride.on_card:
            return {}
        card = self.cards[str(ride.card)].seen(ride.as_of)
        if not card.held(ride.id) and ride.price is not None:
            card.hold(ride.id, min(ride.on_card, card.free(ride.id)), NEVER)
        held = card.held(ride.id)
        paid = 0 if ride.price is None else min(ride.charged - spent * self.deal.unit, held)
        if not held:
            return {}
        ride.paid_by, back = split(card.holds.pop(ride.id)[0], paid)
        returned = card.put_back(back)
        self.cards[str(ride.card)] = card
        return {"card": paid, "card_back": returned}

    def _released(self, ride: Ride) -> int:
        """Give back what *ride* holds of its card; say how much of that wasn't too late."""
        if ride.on_card:
            self._touch(ride.card, ride.as_of)
        card = self.cards[ride.card].seen(ride.as_of) if ride.card is not None else None
        if card is None or not card.held(ride.id):
            return 0
        back = card.hold(ride.id, 0, NEVER)
        self.cards[str(ride.card)] = card
        return back

    def _recarded(self, ride: Ride, named: str | None) -> int:
        """Have *ride* be paid with the card that is *named* now, if it can; give what went back to the one before."""
        back = 0
        self._touch(ride.card, ride.as_of)
        if named == "":
            back, ride.card = self._released(ride), None
        elif named is not None and named != ride.card and self._accepted(ride, named, ride.as_of) is not None:
            back, ride.card = self._released(ride), named
        return back

    def _reheld(self, ride: Ride, back: int) -> dict[str, Any]:
        """Have *ride* hold what its card is to pay now; *back* went back to another one."""
        ride.on_card = 0
        self._touch(ride.card, ride.as_of)
        if ride.card is not None:
            card = self.cards[ride.card].seen(ride.as_of)
            own, ride.on_card = card.held(ride.id), self._pays(ride, ride.held, card)
            if own or ride.on_card:
                back += card.hold(ride.id, ride.on_card, self._times_out(ride, ride.as_of))
                self.cards[ride.card] = card
        return {"card": ride.on_card, "card_back": back}

    def _back_on_card(self, ride: Ride, coins: list[Coins]) -> int:
        """Give *coins* that *ride* was paid with back to its card; say how much of that wasn't too late."""
        if not coins:
            return 0
        card = self.cards[str(ride.card)].seen(ride.as_of)
        back = card.put_back(coins)
        self.cards[str(ride.card)] = card
        return back

    def _corrected(self, ride: Ride, spent: int) -> dict[str, Any]:
        """Have the card of *ride* pay no more than its price now asks for beside the points that were *spent*."""
        self._touch(ride.card, ride.as_of)
        paid = min(ride.charged - spent * self.deal.unit, sum_of(ride.paid_by))
        ride.paid_by, back = split(ride.paid_by, paid)
        return {"card": paid, "card_back": self._back_on_card(ride, back)}

    def _touch(self, name: str | None, at: datetime) -> None:
        """Have what time has done to a card be booked, as it's written."""
        if name is not None and self.cards[name].next_moment <= at:
            self.cards[name] = self.cards[name].seen(at)

    def sweep_cards(self, at: datetime) -> int:
        """Let pass what time has done to cards; say to how many."""
        due = [name for name, card in self.cards.items() if card.next_moment <= at]
        for name in due:
            self.cards[name] = self.cards[name].seen(at)
        return len(due)
