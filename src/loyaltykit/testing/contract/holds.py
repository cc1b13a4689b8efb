"""Level 1, with `Loyalty` itself: what orders hold of members' lots, and how each hold ends."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from loyaltykit.facts.opening import OpeningMember
from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.program.program import Program
from loyaltykit.testing.contract.trial import NOON, all_entries
from loyaltykit.testing.contract.verdict import check, same
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TypeAlias

    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.testing.contract.trial import Trial

    Lots: TypeAlias = Counter[datetime | None]

HOLDS: Final = 12

ENDS: Final = ("complete", "cancel", "no_show", "time")
"""How a hold ends: the first of these that comes."""

SETTINGS: Final = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "UTC",
    "redemption": [{}],
    "hold_timeout": "P3D",
}


def a_hold_ends_exactly_once(trial: Trial) -> None:
    """Whatever ends a hold, once, spends what it says, gives the rest back to its lots, and no other end adds (C4)."""
    for number in range(HOLDS):
        _Hold(trial, number).lives()


class _Hold:
    """A member of their own with a few lots, whose order holds some of the points."""

    def __init__(self, trial: Trial, number: int) -> None:
        self._store, self._random = trial.store, trial.random
        self._loyalty = Loyalty(Program.from_dict(SETTINGS), trial.store)
        self._member, self._order = f"m{number}", f"o{number}"
        self._at = NOON + number * timedelta(days=1)

    def lives(self) -> None:
        """Hold points, end that in one way, and then in every other: only the first does anything."""
        lots = self._lots_to_begin_with()
        held = self._random.randrange(1, lots.total() + 1)
        order = Order(id=self._order, customer=self._member, price=Money(lots.total(), "RUB"))
        placed = self._loyalty.place(order, at=self._at, redeem=Points(held))
        same(placed.redeemed.minor, held, f"what {self._order} holds")
        taken = _soonest(lots, held)
        self._stands(lots - taken, held, spent=0)
        end, price = ENDS[self._random.randrange(len(ENDS))], self._random.randrange(held + 1)
        spent = self._ends(end, price) if end != "time" else self._times_out()
        left = lots - _soonest(taken, spent)
        self._stands(left, 0, spent=spent)
        for again in ENDS[1:]:
            if again == "time":
                self._times_out()
            else:
                self._ends(again, price)
            self._stands(left, 0, spent=spent)

    def _lots_to_begin_with(self) -> Lots:
        """Import the member with a few lots, of other dates, one of them without."""
        later = [None, *[NOON + timedelta(days=60 + days) for days in self._random.sample(range(30), 4)]]
        lots: Lots = Counter({ends: self._random.randrange(1, 60) for ends in later})
        opening = OpeningMember(id=self._member, lots=[(Points(each), ends) for ends, each in lots.items()])
        same(self._loyalty.members.import_members([opening], at=self._at).done, 1, f"the import of {self._member}")
        return lots

    def _ends(self, end: str, price: int) -> int:
        """End the order, and give what was spent; the same call again gives the same."""
        calls: dict[str, Callable[[], Settlement]] = {
            "complete": partial(self._loyalty.complete, self._order, at=self._at, price=Money(price, "RUB")),
            "cancel": partial(self._loyalty.cancel, self._order, at=self._at),
            "no_show": partial(self._loyalty.no_show, self._order, at=self._at),
        }
        ended = calls[end]()
        same(calls[end](), ended, f"{end} of {self._order}, called again,")
        return ended.redeemed.minor

    def _times_out(self) -> int:
        """Let so much time pass that the hold is over, and sweep."""
        self._at += timedelta(days=4)
        same(self._loyalty.run_due(at=self._at).skipped, (), "what run_due skips")
        return 0

    def _stands(self, lots: Lots, held: int, *, spent: int) -> None:
        """See which lots the member has, how much is held, and that it's booked once."""
        view = self._loyalty.members.view(self._member, at=self._at)
        same((view.balance.minor, view.held.minor), (lots.total(), held), f"what {self._member} has, and has held,")
        same(self._exported(), +lots, f"the lots of {self._member}")
        booked = [
            entry.amount
            for entry in all_entries(self._store, account=f'["city","member","{self._member}"]')
            if json.loads(entry.detail)["kind"] != "opening"
        ]
        same(booked, [-spent] if spent else [], f"what is booked for {self._order}")

    def _exported(self) -> Lots:
        """Give the lots that the member is exported with."""
        after = None
        while True:
            page = self._loyalty.members.export_members(at=self._at, after=after, limit=5)
            for each in page.members:
                if each.id == self._member:
                    return Counter({ends: points.minor for points, ends in each.lots})
            check(page.after is not None, f"{self._member} isn't exported")
            after = page.after


def _soonest(lots: Lots, points: int) -> Lots:
    """Give that many *points* of *lots*, those that expire first, undated ones last."""
    dated = sorted((ends for ends in lots if ends is not None), key=lambda ends: ends)
    each = [ends for ends in (*dated, None) for _ in range(lots[ends])]
    return Counter(each[:points])
