"""
Schedules: several calls at once over one store, played in every order in which their requests can meet.

The calls are coroutines of an `AsyncLoyalty`, whose text is that of `Loyalty`: its own driver retries, and its own
operations decide. Each request to the store waits for its turn, so a schedule is a word such as ``ABBA``: who was
answered when. What a racer does next depends on its answers alone, so each is run once for all schedules that give it
the same ones; that makes a million schedules a matter of minutes.
"""

from __future__ import annotations

from collections.abc import Coroutine
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from attrs import define, field, frozen

from loyaltykit.errors import CommitUnknown, InvalidValue, LoyaltyError
from loyaltykit.loyalty.async_loyalty import AsyncLoyalty
from loyaltykit.loyalty.observe import Retry
from loyaltykit.operations.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from datetime import datetime

    from loyaltykit.adapters.memory import MemoryRepository  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change, Committed, Due, Receipt, Versioned
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions

Racer: TypeAlias = "Callable[[], Coroutine[Any, Any, Any]]"
"""One of those who race: each call of it begins the same anew, such as ``lambda: loyalty.place(order, at=now)``."""

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Who's who in a schedule: the first racer is A. A small letter is a commit that was applied, its answer lost."""


@frozen
class Request:
    """The call of a repository that a racer waits with: its *name*, and what it's given."""

    name: str
    given: tuple[Any, ...]
    wanted: tuple[tuple[str, Any], ...] = ()

    def __await__(self) -> Generator[Request, Any, Any]:
        """Wait for the answer."""
        answer = yield self
        return answer

    def __str__(self) -> str:
        given = [self.given[0].operation_id] if self.name == "commit" else [*map(_in_words, self.given)]
        return " ".join([self.name, *given, *(f"{name}={value}" for name, value in self.wanted if value is not None)])


def _in_words(given: Any) -> str:
    return " ".join(given) if isinstance(given, tuple) else str(given)


class StepwiseRepository:
    """
    An `AsyncRepository` and `AsyncReader` without a store: whoever plays a schedule answers each call in its turn.

    `stepwise` makes a `Loyalty` over one; give it to a class of your own that works on a repository.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> gate = StepwiseRepository()
        >>> async def count(name):
        ...     seen = (await gate.load(["counter"]))["counter"].version
        ...     await gate.commit(Change(operation_id=name, digest="d", guards={"counter": seen}))
        >>> play(MemoryRepository(), [lambda: count("a"), lambda: count("b")], "ABAB").errors[1].code
        'version_conflict'
    """

    async def load(self, keys: Sequence[str], /) -> dict[str, Versioned]:
        """Ask for the documents under *keys*."""
        return cast("dict[str, Versioned]", await Request("load", (tuple(keys),)))

    async def commit(self, change: Change, /) -> Committed:
        """Ask for *change* to be written."""
        return cast("Committed", await Request("commit", (change,)))

    async def receipt(self, operation_id: str, /) -> Receipt | None:
        """Ask for what an operation left."""
        return cast("Receipt | None", await Request("receipt", (operation_id,)))

    async def keys(self, prefix: str, /, *, after: str | None, limit: int) -> list[str]:
        """Ask for a page of keys."""
        return cast("list[str]", await Request("keys", (prefix,), (("after", after), ("limit", limit))))

    async def entries(
        self, *, account: str | None, start: datetime | None, end: datetime | None, after: str | None, limit: int
    ) -> list[Entry]:
        """Ask for a page of entries."""
        wanted = (("account", account), ("start", start), ("end", end), ("after", after), ("limit", limit))
        return cast("list[Entry]", await Request("entries", (), wanted))

    async def due(self, before: datetime, /, *, after: str | None, limit: int) -> list[Due]:
        """Ask for a page of due moments."""
        return cast("list[Due]", await Request("due", (before,), (("after", after), ("limit", limit))))


def stepwise(program: Program | Revisions, store: MemoryRepository, *, attempts: int = 8) -> AsyncLoyalty:
    """
    Give an `AsyncLoyalty` whose calls can race: every request waits for its turn, and conflicts are retried at once.

    What *program* has to publish is published in *store* now, so that no schedule has to. Codes are drawn as badly as
    can be, of the alphabet's first character alone: so racers are the same each time, and draw what others have.

    Examples:
        >>> from loyaltykit import Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> store = MemoryRepository()
        >>> loyalty = stepwise(Program.from_dict(raw), store)
        >>> store.keys("", after=None, limit=9)[0].startswith('["city","revision",')
        True
    """
    programs = Programs(program, randbelow=_the_first)
    loyalty = AsyncLoyalty(programs, StepwiseRepository(), retry=Retry(attempts=attempts, longest=0))
    for each in programs.revisions.programs:
        _publish(loyalty, each, store)
    return loyalty


def _the_first(_: int) -> int:
    return 0


def _publish(loyalty: AsyncLoyalty, program: Program, store: MemoryRepository) -> None:
    racer = loyalty.publish(program)
    reached = _sent(racer, _NOTHING)
    while isinstance(reached, Request):
        reached = _sent(racer, _answered(reached, store))
    if reached.error is not None:
        raise reached.error


@frozen
class _Answer:
    """What a request was answered: *value*, or an *error*; *key* tells it from others."""

    value: Any = None
    error: Exception | None = None

    @property
    def key(self) -> Any:
        if self.error is not None:
            return type(self.error), str(self.error)
        value = self.value
        return tuple(value.items() if isinstance(value, dict) else value) if isinstance(value, (dict, list)) else value


@frozen
class _Ended:
    """What came of a racer: its *result*, or the *error* that it raised."""

    result: Any = None
    error: LoyaltyError | None = None


_NOTHING: Final = _Answer()


def _answered(request: Request, store: MemoryRepository) -> _Answer:
    try:
        return _Answer(getattr(store, request.name)(*request.given, **dict(request.wanted)))
    except LoyaltyError as error:
        return _Answer(error=error)


def _sent(racer: Coroutine[Any, Any, Any], answer: _Answer) -> Request | _Ended:
    """Send *answer* to a *racer*; give what it asks next, or how it ended. A pause lasts no time."""
    try:
        request = racer.throw(answer.error.with_traceback(None)) if answer.error else racer.send(answer.value)
        while request is None:
            request = racer.send(None)
    except StopIteration as stop:
        return _Ended(stop.value)
    except LoyaltyError as error:
        return _Ended(error=error)
    if isinstance(request, Request):
        return request
    message = f"a racer awaits nothing but a stepwise repository's answers, and no sleep but sleep(0): not {request!r}"
    raise InvalidValue(message, value=request)


@define(eq=False)
class _Stand:
    """
    Where a racer stands after so many answers: the request that it waits with, or how it has ended.

    Racers can't be copied, but what they do depends on their answers alone: another one that is given the *past* of
    this one stands where it does.
    """

    begin: Racer
    past: tuple[tuple[Request, _Answer], ...] = ()
    reached: Request | _Ended = field(init=False)
    _next: dict[Any, _Stand] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Run a fresh racer through the past."""
        racer = self.begin()
        if not isinstance(racer, Coroutine):
            message = f"a racer gives a coroutine, as in `lambda: loyalty.place(…)` of what stepwise gives: not {racer}"
            raise InvalidValue(message, value=racer)
        self.reached = _sent(racer, _NOTHING)
        for request, answer in self.past:
            if self.reached != request:
                message = f"a racer isn't the same each time: where it asked for {request}, now it's {self.reached}"
                raise InvalidValue(message, value=request)
            self.reached = _sent(racer, answer)
        racer.close()

    def after(self, answer: _Answer) -> _Stand:
        """Give where the racer stands once its request has that *answer*."""
        stand = self._next.get(answer.key)
        if stand is None:
            stand = _Stand(self.begin, (*self.past, (cast("Request", self.reached), answer)))
            self._next[answer.key] = stand
        return stand


@frozen
class Step:
    """
    A step of a schedule: whose it was, by *letter*, what was asked, and the *error* that was the answer, if it was one.

    Examples:
        >>> print(Step("A", Request("load", (("member/m1",),)), None))
        A load member/m1
    """

    letter: str
    request: Request
    error: Exception | None

    def __str__(self) -> str:
        answer = "" if self.error is None else f": {type(self.error).__name__}"
        return f"{self.letter} {self.request}{answer}"


@frozen
class Outcome:
    """
    What came of a schedule: the racers' *results* and *errors*, each in their place, and the *store* after it.

    A racer has either: where there's an error, the result is None. Only a `LoyaltyError` is an outcome; whatever else
    a racer raises is a mistake, and raised. *steps* tell who asked for what; printed, they are one a line.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> gate = StepwiseRepository()
        >>> print(play(MemoryRepository(), [lambda: gate.load(["a"]), lambda: gate.load(["b"])], "BA"))
        BA
          B load b
          A load a
    """

    steps: tuple[Step, ...]
    results: tuple[Any, ...]
    errors: tuple[LoyaltyError | None, ...]
    store: MemoryRepository

    @property
    def schedule(self) -> str:
        """Who was answered when: ``ABBA``."""
        return "".join([step.letter for step in self.steps])

    def __str__(self) -> str:
        return "\n  ".join([self.schedule, *map(str, self.steps)])


@frozen
class _Moment:
    """A moment of a race: the *store*, where each racer *stands*, the *steps* so far, how many answers were *lost*."""

    store: MemoryRepository
    stands: tuple[_Stand, ...]
    steps: tuple[Step, ...] = ()
    lost: int = 0

    def after(self, racer: int, *, lost: bool = False) -> _Moment | None:
        """Give the moment after the next step of *racer*; None where an answer is to be lost that isn't there."""
        stand = self.stands[racer]
        request, store = cast("Request", stand.reached), self.store
        if request.name == "commit":
            store = copied(store)
        answer = _answered(request, store)
        letter = LETTERS[racer]
        if lost:
            if answer.error is not None:
                return None
            answer, letter = _lost(request), letter.lower()
        steps = (*self.steps, Step(letter, request, answer.error))
        try:
            stands = (*self.stands[:racer], stand.after(answer), *self.stands[racer + 1 :])
        except Exception as error:
            error.add_note(f"in a schedule that begins with {''.join([step.letter for step in steps])}")
            raise
        return _Moment(store, stands, steps, self.lost + lost)

    def waiting(self) -> list[int]:
        """Give the racers who haven't ended."""
        return [racer for racer, stand in enumerate(self.stands) if isinstance(stand.reached, Request)]

    def following(self, lose: int) -> Iterator[_Moment]:
        """Give every moment that may follow, the one of A's step last; up to *lose* answers get lost."""
        for racer in reversed(self.waiting()):
            if self.lost < lose and cast("Request", self.stands[racer].reached).name == "commit":
                after = self.after(racer, lost=True)
                if after is not None:
                    yield after
            yield cast("_Moment", self.after(racer))

    def outcome(self) -> Outcome:
        """Give what came of it."""
        ended = [cast("_Ended", stand.reached) for stand in self.stands]
        results, errors = tuple([each.result for each in ended]), tuple([each.error for each in ended])
        return Outcome(self.steps, results, errors, copied(self.store))


def _lost(request: Request) -> _Answer:
    message = "the connection was lost while committing"
    return _Answer(error=CommitUnknown(message, operation_id=request.given[0].operation_id))


def copied(store: MemoryRepository) -> MemoryRepository:
    """
    Give a copy of *store*, which goes its own ways.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> store = MemoryRepository()
        >>> copied(store).commit(Change(operation_id="place o1", digest="d")).replayed
        False
        >>> store.receipt("place o1") is None
        True
    """
    other = object.__new__(type(store))
    vars(other).update({name: Lock() if name == "_lock" else copy(value) for name, value in vars(store).items()})
    return other


def _begun(store: MemoryRepository, racers: Sequence[Racer]) -> _Moment:
    if len(racers) > len(LETTERS):
        message = f"schedules have a letter for each of {len(LETTERS)} racers, not of {len(racers)}"
        raise InvalidValue(message, value=len(racers))
    return _Moment(copied(store), tuple([_Stand(racer) for racer in racers]))


def every_schedule(store: MemoryRepository, racers: Sequence[Racer], *, lose: int = 0) -> Iterator[Outcome]:
    """
    Play *racers* against each other in every order in which their requests can meet, each on a copy of *store*.

    A racer is a callable that begins the same coroutine each time, of a `Loyalty` that `stepwise` gives. With *lose*,
    up to so many commits of a schedule are applied while their answer is lost, wherever that can happen. Raises
    `InvalidValue` for racers that await anything else, or aren't the same each time.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Money, Order, Points, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "10"}], "redemption": [{"max_share": "50"}],
        ... })
        >>> now, store, fare = datetime(2026, 3, 1, tzinfo=timezone.utc), MemoryRepository(), Money("100", "RUB")
        >>> earned = Loyalty(program, store).settle(Order(id="o1", customer="m1", price=fare), at=now)
        >>> loyalty = stepwise(program, store)
        >>> racers = [
        ...     lambda: loyalty.place(Order(id="o2", customer="m1", price=fare), at=now, redeem=Points(10)),
        ...     lambda: loyalty.place(Order(id="o3", customer="m1", price=fare), at=now, redeem=Points(10)),
        ... ]
        >>> for outcome in every_schedule(store, racers):
        ...     assert {placed.redeemed for placed in outcome.results} == {Points(10), Points(0)}
        >>> sorted(outcome.schedule for outcome in every_schedule(store, racers))
        ['AABB', 'ABABBB', 'ABBAAA', 'BAABBB', 'BABAAA', 'BBAA']
    """
    open_moments = [_begun(store, racers)]
    while open_moments:
        moment = open_moments.pop()
        if moment.waiting():
            open_moments += moment.following(lose)
        else:
            yield moment.outcome()


def play(store: MemoryRepository, racers: Sequence[Racer], schedule: str) -> Outcome:
    """
    Play one *schedule* of *racers* on a copy of *store*, such as one that has failed.

    Raises `InvalidValue` for a schedule in which somebody steps who has ended, or somebody never ends.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> gate = StepwiseRepository()
        >>> play(MemoryRepository(), [lambda: gate.load(["a"]), lambda: gate.load(["b"])], "BA").results[0]
        {'a': Versioned(version=0, body=None)}
    """
    moment = _begun(store, racers)
    for number, letter in enumerate(schedule, 1):
        racer = LETTERS.find(letter.upper())
        after = moment.after(racer, lost=letter.islower()) if racer in moment.waiting() else None
        if after is None:
            raise _unplayable(schedule, f"step {number} can't be {letter}'s", moment)
        moment = after
    if moment.waiting():
        raise _unplayable(schedule, "not everybody ends", moment)
    return moment.outcome()


def _unplayable(schedule: str, why: str, moment: _Moment) -> InvalidValue:
    waiting = "".join([LETTERS[racer] for racer in moment.waiting()])
    message = f"the schedule {schedule} can't be played: {why}, those who wait then are {waiting or 'none'}"
    return InvalidValue(message, value=schedule)


def check_every_schedule(
    store: MemoryRepository, racers: Sequence[Racer], check: Callable[[Outcome], object], *, lose: int = 0
) -> int:
    """
    Play every schedule, `check` what comes of each, and give how many there were.

    Whatever *check* raises becomes an AssertionError that names the schedule, by which to play it again, and tells its
    steps.

    Examples:
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> gate = StepwiseRepository()
        >>> def check(outcome):
        ...     assert outcome.schedule != "BA", "the second was first"
        >>> racers = [lambda: gate.load(["a"]), lambda: gate.load(["b"])]
        >>> check_every_schedule(MemoryRepository(), racers, check)
        Traceback (most recent call last):
            ...
        AssertionError: schedule 2: play it again with play(store, racers, 'BA')
          B load b
          A load a
        AssertionError: the second was first
    """
    count = 0
    for outcome in every_schedule(store, racers, lose=lose):
        count += 1
        try:
            check(outcome)
        except Exception as error:
            again = f"schedule {count}: play it again with play(store, racers, {outcome.schedule!r})"
            message = "\n  ".join([again, *map(str, outcome.steps)]) + f"\n{type(error).__name__}: {error}"
            raise AssertionError(message) from error
    return count
