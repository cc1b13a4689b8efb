"""
Level 2, with `Loyalty` itself: what several orders spend at once of the same points, the same gift card and the same
budget of a promo, the three that can be drained; and what becomes of an order that several callers end at once.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.documents import promo_use
from loyaltykit.facts.opening import OpeningMember
from loyaltykit.facts.order import Order
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.loyalty.observe import Retry
from loyaltykit.program.program import Program
from loyaltykit.testing.contract.accounts import check_accounts
from loyaltykit.testing.contract.race import ATTEMPTS, Race
from loyaltykit.testing.contract.trial import NOON, all_entries
from loyaltykit.testing.contract.verdict import check, same
from loyaltykit.values.money import Money
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.contract.race import Runner
    from loyaltykit.testing.contract.trial import Trial

RUNNERS: Final = 4
ORDERS: Final = 5
"""Orders of each runner that want points, others that want some of a card or of the budget: more than there is."""

POINTS: Final = 90
"""What there is of them, where each order wants 9."""

CARD: Final = 150_050
"""Minor units on the gift card, where each order wants 10,000."""

BUDGET: Final = 7_500
"""Minor units of the budget, where each order wants 1,000."""

ROUNDS: Final = 30
"""Orders that are ended at once, each a member's of its own."""

HELD: Final = 40

TIMEOUT: Final = timedelta(days=3)

SETTINGS: Final = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "UTC",
    "redemption": [{}],
    "hold_timeout": "P3D",
    "promo": [{"name": "spring", "code": "SPRING", "percent": "10", "budget": "75"}],
}


class _Seen:
    """The store of a *runner*, whose commits are noted; between loading and what follows, others have time to come."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.commit = runner.commit
        self.receipt = runner.store.receipt

    def load(self, keys: Sequence[str], /) -> Mapping[str, Versioned]:
        found = self._runner.store.load(keys)
        self._runner.pause()
        return found


def _loyalty(runner: Runner) -> Loyalty:
    retry = Retry(attempts=ATTEMPTS, longest=0.002)
    return Loyalty(Program.from_dict(SETTINGS), _Seen(runner), reader=runner.store, retry=retry)


def _begun(trial: Trial, *openings: OpeningMember) -> Loyalty:
    """Import members into the store of *trial*."""
    loyalty = Loyalty(Program.from_dict(SETTINGS), trial.store)
    same(loyalty.members.import_members(openings, at=NOON).done, len(openings), "the count of members imported")
    return loyalty


def _ride(order_id: str, member: str) -> Order:
    return Order(id=order_id, customer=member, price=Money("100", "RUB"))


def never_more_is_drained_than_there_was(trial: Trial) -> None:
    """Points, a gift card and a budget that many orders drain at once are spent to the last unit, none twice (C2)."""
    loyalty = _begun(trial, OpeningMember(id="m1", lots=[(Points(POINTS), None)]))
    code = loyalty.cards.issue("c1", at=NOON, face=Money.from_minor(CARD, "RUB")).code
    race = Race(trial, runners=RUNNERS)

    def run(runner: Runner) -> list[Settlement]:
        settled = []
        own = _loyalty(runner)
        wishes: dict[str, dict[str, Any]] = {
            f"own {runner.number}": {"promo_code": "spring"},
            "m1": {"redeem": Points(9)},
            f"bearer {runner.number}": {"gift_card": code},
        }
        for member, wanted in wishes.items():
            runner.meet()
            for number in range(ORDERS):
                order = _ride(f"o{runner.number}/{number} of {member}", member)
                own.place(order, at=NOON, **wanted)
                settled.append(own.complete(order.id, at=NOON))
        return settled

    done = [each for settled in race.run(run) for each in settled]

    def judged() -> None:
        check_accounts(trial.store)
        same(sum(each.redeemed.minor for each in done), POINTS, f"what orders spent of {POINTS} points")
        same(loyalty.members.view("m1", at=NOON).balance, Points(0), "what is left of the points")
        same(sum(each.card.minor for each in done if each.card), CARD, f"what orders were paid of a card of {CARD}")
        same(loyalty.cards.view("c1", at=NOON).balance.minor, 0, "what is left of the gift card")
        same(_discounts(done), BUDGET, f"what orders got of a budget of {BUDGET}")
        same(_counted(trial.store), (BUDGET, 0), "what is counted of the budget as spent, and as reserved,")

    race.judge(judged)


def _discounts(done: list[Settlement]) -> int:
    return sum([each.price.minor - each.charged.minor for each in done if each.price and each.charged])


def _counted(store: Store) -> tuple[int, int]:
    """Give what's spent of the budget, and how many orders have reserved something of it."""
    key = '["city","promo","spring"]'
    use = promo_use.decode(key, store.load([key])[key].body)
    return use.units, len(use.reserved)


def of_capture_release_and_expiry_one_wins(trial: Trial) -> None:
    """Of an order that is completed, cancelled and timed out at once, points and budget are spent once or not (C2)."""
    names = {f"m{number}": NOON + number * timedelta(days=1) for number in range(ROUNDS)}
    loyalty = _begun(trial, *[OpeningMember(id=name, lots=[(Points(HELD), None)]) for name in names])
    for name, at in names.items():
        placed = loyalty.place(_ride(name, name), at=at, redeem="all", promo_code="spring")
        same(placed.redeemed, Points(HELD), f"what {name} holds")
    race = Race(trial, runners=3)

    def run(runner: Runner) -> dict[str, Settlement]:
        own = _loyalty(runner)
        settled: dict[str, Settlement] = {}
        for name, at in names.items():
            runner.meet()
            for _ in range(runner.random.randrange(6)):  # so that now the one comes first, now another
                runner.pause()
            if runner.number == 0:
                settled[name] = own.complete(name, at=at)
            elif runner.number == 1:
                own.cancel(name, at=at)
            else:
                same(own.run_due(at=at + TIMEOUT).skipped, (), "what run_due skips")
        return settled

    done, *_ = race.run(run)

    def judged() -> None:
        accounts = check_accounts(trial.store)
        for name in names:
            spent, account = _spent(trial.store, name), accounts[name]
            check(spent in (0, HELD), f"{name} spent {spent} of {HELD} points that were held")
            same(done[name].redeemed.minor, spent, f"what {name} is told to have spent")
            same((account.balance, account.held), (HELD - spent, 0), f"what {name} has, and has held,")
        same(_counted(trial.store), (_discounts([*done.values()]), 0), "what is counted of the budget")

    race.judge(judged)


def _spent(store: Store, member: str) -> int:
    entries = all_entries(store, account=f'["city","member","{member}"]')
    return -sum([entry.amount for entry in entries if json.loads(entry.detail)["kind"] == "redeemed"])
