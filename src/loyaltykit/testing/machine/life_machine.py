"""The state machine: Hypothesis draws a program and calls, `Life` makes them, and a failure shrinks to a few."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.tasks import playable
from loyaltykit.testing.machine.deal import DAY, HOUR, Deal
from loyaltykit.testing.machine.life import MEMBERS, Life
from loyaltykit.testing.machine.model import FOREVER

if TYPE_CHECKING:
    from datetime import timedelta

    from loyaltykit.testing.contract.factory import Factory

START: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)

DEALS: Final = st.builds(
    Deal,
    unit=st.sampled_from([100, 50]),
    percent=st.sampled_from([50, 10]),
    basis=st.sampled_from(["charged", "payable"]),
    delay=st.sampled_from([None, 3 * HOUR, 2 * DAY]),
    welcome=st.sampled_from([0, 30]),
    max_share=st.sampled_from([100, 50]),
    minimum=st.sampled_from([0, 20]),
    maximum=st.sampled_from([None, 60]),
    lives=st.sampled_from([None, DAY, 5 * HOUR, 3 * DAY]),
    inactivity=st.sampled_from([None, DAY, 4 * DAY]),
    grace=st.sampled_from([None, 9 * HOUR, 2 * DAY]),
    hold=st.sampled_from([7 * DAY, 6 * HOUR, DAY]),
    refundable=st.sampled_from([90 * DAY, 2 * DAY]),
    owing=st.booleans(),
    ladders=st.booleans(),
    lapse=st.sampled_from([None, 1, 2]),
    away=st.sampled_from([1, 3]),
)

MOVES: Final = st.sampled_from([0, 0, 1, 3, 9, 24, 50, -6, -40]).map(lambda hours: hours * HOUR)
"""How far the clock goes on before a call; a call that moves it back comes late, and the next one doesn't."""

NUMBERS: Final = st.integers(0, 25)
PICKS: Final = st.integers(1, 40)
PARTS: Final = st.sampled_from(["a", "b", "c"])
WHO: Final = st.sampled_from(MEMBERS)
PRICES: Final = st.sampled_from([33_333, 10_000, 9_950, 4_000, 99, 0, None])
CARDS: Final = st.sampled_from([None, None, "c1", "c1", "c2", "wrong"])
REDEEM: Final = st.sampled_from(["all", "all", 10, 60, None, 0])
RIDES: Final = st.fixed_dictionaries(
    {
        "price": PRICES,
        "channel": st.sampled_from([None, "app"]),
        "starts": st.none() | st.integers(0, 90).map(lambda hours: START + hours * HOUR),
        "redeem": REDEEM,
        "card": CARDS,
        "visit": st.sampled_from([True, True, True, False]),
    }
)
EDITS: Final = st.fixed_dictionaries({"price": PRICES, "redeem": REDEEM, "card": CARDS | st.just("")})
LOTS: Final = st.lists(
    st.tuples(st.sampled_from([5, 40]), st.sampled_from([FOREVER, START, START + 9 * HOUR, START + 3 * DAY])),
    max_size=3,
).map(tuple)


class LifeMachine(RuleBasedStateMachine):
    """
    Every operation of `Loyalty`, late, early and again, over the stores of *factory*, against the plain model.

    *factory* is an import string such as ``mypackage.loyalty:make``, of plain stores or of async ones; `over` gives
    the machine of another. Its ``TestCase`` is what pytest and unittest run.

    Examples:
        >>> from hypothesis import settings
        >>> from hypothesis.stateful import run_state_machine_as_test
        >>> from loyaltykit.testing.machine import LifeMachine
        >>> few = settings(max_examples=2, stateful_step_count=5, database=None)
        >>> run_state_machine_as_test(LifeMachine, settings=few)
    """

    factory: ClassVar[str] = "loyaltykit.testing.contract.factories:memory"

    @classmethod
    def over(cls, factory: str) -> type[LifeMachine]:
        """
        Give the machine over the stores of another *factory*.

        Examples:
            >>> LifeMachine.over("loyaltykit.testing.contract.factories:sqlite_memory").factory
            'loyaltykit.testing.contract.factories:sqlite_memory'
        """
        return type(cls.__name__, (cls,), {"factory": factory, "__doc__": cls.__doc__})

    def __init__(self) -> None:
        super().__init__()
        self._made: Factory | None = None
        self._clock = START

    @initialize(deal=DEALS)
    def begins(self, deal: Deal) -> None:
        """Begin a program on an empty store, with something for everybody to spend."""
        self._made = playable(factory_named(self.factory))
        self._life = Life(deal, self._made.create())
        for member in MEMBERS:
            self._life.settle(f"first of {member}", START, member=member, price=20_000)
        self._life.issue("c1", START, face=15_000, ends=START + 2 * DAY)
        self._life.issue("c2", START, face=60_000)

    def teardown(self) -> None:
        """Remove the store."""
        if self._made is not None:
            self._made.destroy()

    def _at(self, move: timedelta) -> datetime:
        self._clock = max(self._clock, self._clock + move)
        return max(self._clock + min(move, 0 * HOUR), START)

    @rule(number=NUMBERS, ride=RIDES, move=MOVES)
    def quotes(self, number: int, ride: dict[str, Any], move: timedelta) -> None:
        """Ask what an order would come to."""
        self._life.quote(f"o{number}", self._at(move), member=_customer(number), **ride)

    @rule(number=NUMBERS, ride=RIDES, move=MOVES)
    def places(self, number: int, ride: dict[str, Any], move: timedelta) -> None:
        """Place an order."""
        self._life.place(f"o{number}", self._at(move), member=_customer(number), **ride)

    @rule(number=NUMBERS, ride=RIDES, move=MOVES)
    def settles(self, number: int, ride: dict[str, Any], move: timedelta) -> None:
        """Place and complete an order at once."""
        self._life.settle(f"o{number}", self._at(move), member=_customer(number), **ride)

    @rule(pick=PICKS, name=PARTS, edit=EDITS, move=MOVES)
    def amends(self, pick: int, name: str, edit: dict[str, Any], move: timedelta) -> None:
        """Edit an order."""
        self._life.amend(self._life.one_of(pick, "placed"), name, self._at(move), **edit)

    @rule(pick=PICKS, price=PRICES, move=MOVES)
    def completes(self, pick: int, price: int | None, move: timedelta) -> None:
        """Complete an order."""
        self._life.complete(self._life.one_of(pick, "placed", "cancelled", "no_show"), self._at(move), price)

    @rule(pick=PICKS, move=MOVES)
    def cancels(self, pick: int, move: timedelta) -> None:
        """Cancel an order."""
        self._life.cancel(self._life.one_of(pick, "placed"), self._at(move))

    @rule(pick=PICKS, move=MOVES)
    def misses(self, pick: int, move: timedelta) -> None:
        """End an order to which nobody came."""
        self._life.no_show(self._life.one_of(pick, "placed"), self._at(move))

    @rule(pick=PICKS, name=PARTS, amount=st.sampled_from([None, 100, 1_234, 3_333, 99_999]), move=MOVES)
    def refunds(self, pick: int, name: str, amount: int | None, move: timedelta) -> None:
        """Give back a part of what was charged, the rest, or more than there is."""
        self._life.refund(self._life.one_of(pick, "completed"), name, self._at(move), amount=amount)

    @rule(pick=PICKS, name=PARTS, price=st.sampled_from([0, 99, 4_000, 10_000, 33_333]), move=MOVES)
    def corrects(self, pick: int, name: str, price: int, move: timedelta) -> None:
        """Correct the price of a completed order."""
        self._life.correct(self._life.one_of(pick, "completed"), name, self._at(move), price=price)

    @rule(pick=PICKS, name=PARTS, amount=st.sampled_from([100, 5_000]), move=MOVES)
    def pays(self, pick: int, name: str, amount: int, move: timedelta) -> None:
        """Receive a payment."""
        self._life.record_payment(self._life.one_of(pick, "placed", "completed"), name, self._at(move), amount=amount)

    @rule(card=st.sampled_from(["c1", "c2"]), name=PARTS, frozen=st.booleans(), move=MOVES)
    def freezes(self, card: str, name: str, frozen: bool, move: timedelta) -> None:  # noqa: FBT001 - drawn
        """Freeze a gift card, or unfreeze it."""
        self._life.freeze(card, name, self._at(move), frozen=frozen)

    @rule(member=WHO, name=PARTS, points=st.sampled_from([5, 50, -5, -50]), move=MOVES)
    def adjusts(self, member: str, name: str, points: int, move: timedelta) -> None:
        """Give points by hand, or take them."""
        self._life.adjust(member, name, self._at(move), points=points)

    @rule(
        member=WHO,
        name=PARTS,
        level=st.sampled_from(["5 %", "10 %", None]),
        hours=st.sampled_from([None, 1, 30, 70]),
        move=MOVES,
    )
    def gives_levels(self, member: str, name: str, level: str | None, hours: int | None, move: timedelta) -> None:
        """Give a level by hand, for some hours or for good, or take it back."""
        at = self._at(move)
        until = None if hours is None else at + hours * HOUR
        self._life.set_tier(member, name, at, level=level, until=until)

    @rule(move=MOVES)
    def recalculates(self, move: timedelta) -> None:
        """Work all levels out again."""
        self._life.recalculate(self._at(move))

    @rule(member=WHO, lots=LOTS, sold=st.sampled_from([0, 500]), move=MOVES)
    def imports(self, member: str, lots: Any, sold: int, move: timedelta) -> None:
        """Carry a member over."""
        self._life.import_member(member, self._at(move), lots=lots, visits=2, sold=sold)

    @rule(member=st.sampled_from([*MEMBERS, *["m9"] * 7]), move=MOVES)
    def forgets(self, member: str, move: timedelta) -> None:
        """Forget a member, mostly one whom nobody has seen, so that lives are long."""
        self._life.forget(member, self._at(move))

    @rule(move=MOVES)
    def sweeps(self, move: timedelta) -> None:
        """Book what time has done."""
        self._life.run_due(self._at(move))

    @rule(index=st.integers(0, 30), move=MOVES)
    def repeats(self, index: int, move: timedelta) -> None:
        """Make a call once more."""
        self._life.again(index, self._at(move))

    @rule(move=MOVES)
    def repeats_all(self, move: timedelta) -> None:
        """Make every call once more."""
        self._life.all_again(self._at(move))


def _customer(number: int) -> str | None:
    """Give whose order that is: one of eight has none."""
    return None if number % 8 == 7 else MEMBERS[number % len(MEMBERS)]  # noqa: PLR2004
