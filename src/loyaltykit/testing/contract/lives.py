"""Level 1, with `Loyalty` itself: whole lives of orders over the store under test, and whether its books agree."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.program.program import Program
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.contract.factory import claims
from loyaltykit.testing.contract.trial import NOON, all_entries
from loyaltykit.testing.contract.verdict import same
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.contract.trial import Trial

    Call = Callable[[Loyalty], Settlement]

ORDERS: Final = 48
"""Orders of a life, and every how many of them its books are checked."""
EVERY: Final = 8

MEMBERS: Final = ("m1", "m2", "m3")

HOLD: Final = timedelta(days=3)

SETTINGS: Final = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "UTC",
    "cashback": [
        {"percent": "20", "scope": {"channels": ["app"]}, "delay": "P2D"},
        {"percent": "10"},
    ],
    "redemption": [{"max_share": "20"}],
    "expiry": {"after": "P4D", "returned_after_expiry": "P1D"},
    "hold_timeout": "P3D",
}


def documents_agree_with_entries(trial: Trial) -> None:
    """Through whole lives of orders, what members have is what their entries, statements and views say (C4, C8)."""
    life = _Life(trial)
    for number in range(ORDERS):
        life.goes_on(f"o{number}")
        if (number + 1) % EVERY == 0:
            life.check(trial.store)
    life.replay_all()
    life.check(trial.store)
    if "durable" in claims(trial.factory):
        getattr(trial.store, "close", lambda: None)()
    life.check(trial.factory.reopen())


class _Life:
    """What members do, drawn from the trial's random numbers, with what the kit itself remembers of it."""

    def __init__(self, trial: Trial) -> None:
        self._random = trial.random
        self._loyalty = Loyalty(Program.from_dict(SETTINGS), trial.store)
        self._now = NOON
        self._open: dict[str, str] = {}
        self._held: dict[str, tuple[str, Points, datetime]] = {}
        self._made: list[tuple[Call, Settlement]] = []
        self._spent = 0

    def goes_on(self, order_id: str) -> None:
        """Let time pass, have a new order, and have what becomes of others."""
        self._now += timedelta(minutes=self._random.randrange(1, 24 * 60))
        self._order(order_id)
        for then in (self._end, self._replay, self._sweep):
            if self._random.random() < 0.5:  # noqa: PLR2004 - as often as not
                then()

    def _order(self, order_id: str) -> None:
        member, price = self._random.choice(MEMBERS), Money.from_minor(self._random.randrange(1, 100_000), "RUB")
        channel = self._random.choice(("app", None))
        order = Order(id=order_id, customer=member, price=price, channel=channel)
        wishes: tuple[Requested | None, ...] = (None, "all", Points(self._random.randrange(500)))
        wanted = self._random.choice(wishes)
        if self._random.random() < 0.4:  # noqa: PLR2004 - the others are placed
            self._call(partial(Loyalty.settle, order=order, at=self._now, redeem=wanted))
            return
        placed = self._call(partial(Loyalty.place, order=order, at=self._now, redeem=wanted))
        self._open[order_id] = member
        self._held[order_id] = (member, placed.redeemed, self._now + HOLD)

    def _end(self) -> None:
        """Have an order that was placed complete, or come to nothing."""
        if not self._open:
            return
        order_id = self._random.choice(sorted(self._open))
        del self._open[order_id]
        del self._held[order_id]
        end = self._random.choice((Loyalty.complete, Loyalty.complete, Loyalty.cancel, Loyalty.no_show))
        self._call(partial(end, order_id=order_id, at=self._now))

    def _call(self, call: Call) -> Settlement:
        settlement = call(self._loyalty)
        if settlement.status == "completed":
            self._spent += settlement.redeemed.minor
        self._made.append((call, settlement))
        return settlement

    def _replay(self) -> None:
        self._same_again(*self._random.choice(self._made))

    def replay_all(self) -> None:
        """Make every call once more."""
        for call, settlement in self._made:
            self._same_again(call, settlement)

    def _same_again(self, call: Call, settlement: Settlement) -> None:
        same(call(self._loyalty), settlement, "what a call gives that is made again")

    def _sweep(self) -> None:
        self._loyalty.run_due(at=self._now, limit=self._random.randrange(1, 4))

    def check(self, store: Store) -> None:
        """See that all that *store* says of each member is one: as it is, and once it's swept."""
        self._loyalty = self._loyalty.on(store)
        check_accounts(store)
        spent = sum([entry.amount for entry in all_entries(store, account='["city","redeemed"]')])
        same(spent, self._spent, "what completed orders have spent")
        self._check_views()
        same(self._loyalty.run_due(at=self._now).skipped, (), "what run_due skips")
        same(self._loyalty.run_due(at=self._now).done, 0, "the number of members due once all is done")
        self._check_views()
        for member, account in check_accounts(store).items():
            view = self._loyalty.members.view(member, at=self._now)
            told = view.balance.minor, view.held.minor, view.debt.minor
            same(
                told, (account.balance, account.held, account.debt), f"what {member} has, by view and not by document,"
            )

    def _check_views(self) -> None:
        """See that each member can spend what is posted, less what their orders hold."""
        for member in MEMBERS:
            view = self._loyalty.members.view(member, at=self._now)
            held = [
                points.minor for whose, points, until in self._held.values() if whose == member and until > self._now
            ]
            same(view.held.minor, sum(held), f"what orders hold of {member}")
            available = self._posted(member) - view.held.minor + view.debt.minor
            same(view.balance.minor, available, f"what {member} can spend")

    def _posted(self, member: str) -> int:
        """Give the sum of a member's statement, page by page."""
        posted, after = 0, None
        while True:
            page = self._loyalty.members.statement(member, at=self._now, after=after, limit=7)
            posted += sum([line.points.minor for line in page.lines])
            after = page.after
            if after is None:
                return posted
