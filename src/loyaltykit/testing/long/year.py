"""A year of a program, played: what happens is told to processes that share nothing, late, twice and out of order."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.errors import LoyaltyError, StoreUnavailable, UnknownOrder
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.loyalty.observe import Committed, Replayed, Retry
from loyaltykit.operations.settlement import Settlement
from loyaltykit.program.revisions import Revisions, starts_at
from loyaltykit.testing.contract.verdict import same
from loyaltykit.testing.long.between import Between
from loyaltykit.testing.long.commands import Cast
from loyaltykit.testing.long.orders import order_life
from loyaltykit.testing.long.others import other_command
from loyaltykit.testing.long.programs import NEW_YEAR, YEAR, drawn_revisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyaltykit.loyalty.observe import Event
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.long.commands import Command

ORDERS: Final = 10_000
"""Orders of a whole year."""

PROCESSES: Final = 3

TRIES: Final = 6
"""How often the host tells again what it couldn't tell."""

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class Process:
    """
    One of the host's processes: it has a *loyalty* of its own, a *clock* that is off, and isn't always up to date.

    It knows the revisions that were there when it was started last.
    """

    def __init__(self, random: Random, start: Callable[[Revisions], Loyalty], revisions: Revisions) -> None:
        self._random = random
        self._start = start
        self._revisions = revisions
        self.restart(NEW_YEAR)

    def restart(self, now: datetime) -> None:
        """Start anew: what was remembered is gone, the clock is set, and newer settings may be there or not."""
        self.off = self._random.choice((0, 0, 0, 1, -1)) * self._random.random() * HOUR
        known = [program for program in self._revisions.programs if starts_at(program) <= now]
        self.loyalty = self._start(self._random.choice((self._revisions, self._revisions, Revisions(known))))

    def jump(self) -> None:
        """Have the clock jump, to before or to behind."""
        self.off = self._random.choice((1, -1, -1)) * self._random.random() * self._random.choice((HOUR, DAY, 40 * DAY))


class Year:
    """
    The year of *seed*, of so many *orders*, in the store that *make* gives; `play` plays it to its end.

    What is kept for judging: *answers*, the first that each command had, and *told*, by which it's told again; the
    *operations* that were committed; the *latest* moment that anybody named. *sweeps* is how often `run_due` is called,
    None for never.

    Examples:
        >>> year = Year(7, orders=30)
        >>> year.play()
        >>> year.counts["orders"]
        30
    """

    def __init__(self, seed: int, *, orders: int = ORDERS, make: Callable[[], Store] = MemoryRepository) -> None:
        self.seed = seed
        self.store = make()
        self.random = Random(seed)  # noqa: S311 - to be drawn again from the seed
        self.revisions = drawn_revisions(self.random)
        self.counts: Counter[str] = Counter()
        self.answers: dict[str, Any] = {}
        self.told: dict[str, Command] = {}
        self.operations: dict[str, None] = {}
        self.latest = NEW_YEAR
        self.cast = Cast(members=self.random.choice((40, 400, 2_000)), workers=self.random.choice((4, 30)))
        self._orders = orders
        self.sweeps = self.random.choice((None, DAY, 7 * DAY, 40 * DAY))
        self._by_clock = self.random.choice((0.0, 0.5, 1.0))
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._between = Between(self.store, self.random, self._one_more)
        self._processes = [Process(self.random, self.loyalty_of, self.revisions) for _ in range(PROCESSES)]

    def loyalty_of(self, revisions: Revisions) -> Loyalty:
        """Give what a process has that knows these *revisions*."""
        retry, draw = Retry(longest=0), self.random.randrange
        return Loyalty(revisions, self._between, reader=self.store, retry=retry, observe=self.hear, randbelow=draw)

    def hear(self, event: Event) -> None:
        """Note what becomes of an operation."""
        if isinstance(event, (Committed, Replayed)):  # it may have been written though its answer was lost
            self.operations[event.operation_id] = None
        self.counts[type(event).__name__] += 1

    def play(self) -> None:
        """Play the year to its end, and what arrives only after it; raises `Violated` where a repetition differs."""
        self._plan_year()
        while self._queue:
            self._one_more()

    def most_awarded(self) -> dict[tuple[str, str, str], int]:
        """Give the most units that anybody was told to earn by an order and a rule."""
        most: dict[tuple[str, str, str], int] = {}
        digits = self.revisions.programs[0].digits
        for answer in self.answers.values():
            if isinstance(answer, Settlement):
                for decision in answer.decisions:
                    for award in decision.awards:
                        key = award.member, answer.order_id, decision.rule
                        most[key] = max(most.get(key, 0), award.points.with_digits(digits).minor)
        return most

    def _plan_year(self) -> None:
        begun = [NEW_YEAR + YEAR * number / self._orders for number in range(self._orders)]
        for number, moment in enumerate(begun):
            self._plan(moment, partial(self._begin, number))
        for number in range(self._orders // 20 + 10):
            self._plan(NEW_YEAR + self.random.random() * YEAR, partial(self._tell_other, number))
        for _ in range(self._orders // 400 + 2):
            self._plan(NEW_YEAR + self.random.random() * YEAR, self._trouble)
        if self.sweeps is not None:
            self._plan(NEW_YEAR + self.sweeps, self._sweep)

    def _plan(self, moment: datetime, what: Callable[[datetime], None]) -> None:
        self.counts["planned"] += 1
        heappush(self._queue, (moment, self.counts["planned"], what))

    def _one_more(self) -> None:
        """Do what comes next, if there's anything."""
        if self._queue:
            now, _, what = heappop(self._queue)
            what(now)

    def _begin(self, number: int, now: datetime) -> None:
        """Begin an order: all that is told of it is on its way from now on."""
        self.counts["orders"] += 1
        for command in order_life(self.random, self.cast, f"o{number}", now):
            self._send(command)

    def _tell_other(self, number: int, now: datetime) -> None:
        self._send(other_command(self.random, self.cast, number, now))

    def _send(self, command: Command) -> None:
        """Send *command* on its way: mostly it arrives at once, sometimes late, sometimes twice."""
        delays = (0 * HOUR, 0 * HOUR, HOUR, 5 * DAY) if self.random.random() < _LATE else (0 * HOUR,)
        arrives = command.at + self.random.random() * self.random.choice(delays)
        by_clock = self.random.random() < self._by_clock
        self._plan(arrives, lambda now: self._tell(command, now, by_clock=by_clock))
        while self.random.random() < _TWICE:
            arrives += self.random.random() * self.random.choice((HOUR, DAY, 60 * DAY))
            self._plan(arrives, lambda now: self._tell(command, now, by_clock=by_clock))

    def _tell(self, command: Command, now: datetime, *, by_clock: bool, tries: int = 1) -> None:
        """Tell one of the processes, by the clock that it has or by when it happened; again later where that fails."""
        process = self.random.choice(self._processes)
        at = max(NEW_YEAR, now + process.off if by_clock else command.at)
        self.latest = max(self.latest, at)
        self.counts["commands"] += 1
        try:
            answer = command.call(process.loyalty, at)
        except (UnknownOrder, StoreUnavailable) as error:
            self.counts[type(error).__name__] += 1
            if tries < TRIES:
                soon = now + self.random.random() * 6 * HOUR
                self._plan(soon, lambda then: self._tell(command, then, by_clock=by_clock, tries=tries + 1))
        except LoyaltyError as error:
            self.counts[type(error).__name__] += 1
        else:
            self._answered(command, answer)

    def _answered(self, command: Command, answer: Any) -> None:
        """Keep what a command is answered first; see that it's the same whenever it's told again."""
        if command.name in self.answers:
            self.counts["again"] += 1
            same(answer, self.answers[command.name], f"what {command.name!r} is answered, told again,")
            return
        self.answers[command.name] = answer
        self.told[command.name] = command
        if command.heard is not None:
            command.heard(answer)

    def _sweep(self, now: datetime) -> None:
        """Have one of the processes book what time has done, and have notices taken note of; plan the next time."""
        process = self.random.choice(self._processes)
        at = max(NEW_YEAR, now + process.off)
        self.latest = max(self.latest, at)
        with suppress(StoreUnavailable):
            swept = process.loyalty.run_due(at=at, limit=self.random.choice((10, 1_000)))
            self.counts["swept"] += swept.done
            same(swept.skipped, (), "what run_due skips")
            waiting = process.loyalty.notices.waiting(at=at, limit=80).notices
            process.loyalty.notices.acknowledge(*[notice.id for notice in waiting])
        if self.sweeps is not None and now < NEW_YEAR + YEAR:
            self._plan(now + self.sweeps, self._sweep)

    def _trouble(self, now: datetime) -> None:
        """Have a process start anew, or have its clock jump."""
        process = self.random.choice(self._processes)
        if self.random.random() < 0.5:  # noqa: PLR2004 - as often as not
            process.restart(now)
        else:
            process.jump()


_LATE: Final = 0.15
"""How often something may be on its way for a while."""

_TWICE: Final = 0.1
"""How often something arrives once more."""
