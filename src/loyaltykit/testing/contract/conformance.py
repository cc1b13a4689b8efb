"""The kit without pytest: every property played, and what came of each."""

from __future__ import annotations

import json
import textwrap
import time
from typing import TYPE_CHECKING, Final

from attrs import asdict, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.properties import all_properties
from loyaltykit.testing.contract.tasks import OnLoop, playable
from loyaltykit.testing.contract.trial import seed_from
from loyaltykit.testing.contract.verdict import Inconclusive, NotClaimed, Violated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from loyaltykit.testing.contract.factory import Factory
    from loyaltykit.testing.contract.properties import Property
    from loyaltykit.testing.contract.schedule import Schedule

LEVELS: Final = {
    1: "one caller after another",
    2: "threads or tasks",
    3: "processes",
    4: "clients and servers that are killed",
}
"""What each level has, and those below it."""

VERDICTS: Final[dict[type[Exception], str]] = {
    Violated: "failed",
    NotClaimed: "not claimed",
    Inconclusive: "inconclusive",
}

SLOW: Final = 1.0
"""Seconds from which a table of outcomes says how long a property took."""

REPLAYS: Final = 5
"""How often a schedule whose calls overlap is played before it counts as one that goes well."""


@frozen
class Outcome:
    """
    What came of one property: ``passed``, ``failed``, ``not claimed`` or ``inconclusive``, with a *message*.

    It was played from *seed* and took so many *seconds*; a race that failed has the *schedule* that plays it again.
    """

    id: str
    says: str
    verdict: str
    message: str = ""
    level: int = 1
    seed: int = 0
    seconds: float = 0.0
    schedule: str = ""


def conformance(
    path: str,
    *,
    level: int | None = None,
    seed: int | None = None,
    only: Collection[str] = (),
    progress: Callable[[Sequence[Property]], Iterable[Property]] = iter,
) -> list[Outcome]:
    """
    Play every property up to *level* on stores of the factory that *path* names, plain or async; say what came of it.

    Without a *level* it's the highest of which the factory claims something. *only* names a few properties, by id, or
    by the key of one among processes. *progress* is given all that will be played, and gives it one by one. Raises
    `InvalidValue` for a factory or a property that there is not, or that is above the *level*.

    Examples:
        >>> from loyaltykit.testing.contract.conformance import conformance
        >>> outcomes = conformance("loyaltykit.testing.contract.factories:memory", level=1)
        >>> sorted({outcome.verdict for outcome in outcomes})
        ['not claimed', 'passed']
    """
    factory, table = _looked_up(path)
    highest = max((each.level for each in table if each.lacking(factory) is None), default=1)
    chosen = _only(table, only) if only else table
    most = level or (max(LEVELS) if only else highest)
    played = [each for each in chosen if each.level <= most]
    if above := [name for name in only if not any(name in {each.id, each.key} for each in played)]:
        message = f"{', '.join(above)} is above level {most}: ask for a higher one, or for none"
        raise InvalidValue(message, value=above)
    played_from = seed_from(seed)
    return [_outcome(each, factory, played_from) for each in progress(played)]


def replayed(path: str, schedule: Schedule) -> list[Outcome]:
    """
    Play the race of *schedule* once more in its order, on stores of the factory that *path* names.

    Where its calls overlap it's played a few times, until it fails. Raises `InvalidValue` for a factory that there is
    not.

    Examples:
        >>> from loyaltykit.testing.contract.schedule import Schedule
        >>> schedule = Schedule.from_text("P22 7 AABB")
        >>> outcome, = replayed("loyaltykit.testing.contract.factories:memory", schedule)
        >>> outcome.verdict
        'passed'
    """
    factory, table = _looked_up(path)
    (each,) = _only(table, [schedule.key], exact=True)
    times, outcome = 1, _outcome(each, factory, schedule.seed, schedule.marks)
    while outcome.verdict == "passed" and schedule.overlaps and times < REPLAYS:
        times, outcome = times + 1, _outcome(each, factory, schedule.seed, schedule.marks)
    return [outcome]


def _looked_up(path: str) -> tuple[Factory, list[Property]]:
    """Give the factory that *path* names, and the properties of its kind of store."""
    factory = playable(factory_named(path))
    return factory, all_properties(awaited=isinstance(factory, OnLoop))


def _only(table: Sequence[Property], names: Iterable[str], *, exact: bool = False) -> list[Property]:
    """Give those that *names* name, by key or, unless they have to be *exact*, by id."""
    chosen: dict[str, Property] = {}
    for name in names:
        found = {each.key: each for each in table if name == each.key or (name == each.id and not exact)}
        if not found:
            message = f"{name!r} is no property of this store: there are {', '.join(each.key for each in table)}"
            raise InvalidValue(message, value=name)
        chosen |= found
    return [each for each in table if each.key in chosen]


def _outcome(each: Property, factory: Factory, seed: int, marks: Sequence[str] = ()) -> Outcome:
    begun, verdict, schedule = time.monotonic(), "passed", ""
    try:
        message = each.play(factory, seed=seed, marks=marks)
    except KeyboardInterrupt as error:
        message = f"while {each.key} was played"  # whoever waits for one that hangs learns which
        raise KeyboardInterrupt(message) from error
    except (Violated, NotClaimed, Inconclusive) as error:
        message, verdict = str(error), VERDICTS[type(error)]
        schedule = getattr(error, "schedule", "")
    return Outcome(
        id=each.id,
        says=each.says,
        verdict=verdict,
        message=message,
        level=each.level,
        seed=seed,
        seconds=round(time.monotonic() - begun, 3),
        schedule=schedule,
    )


def failed(outcomes: Iterable[Outcome]) -> bool:
    """
    Say whether any of *outcomes* is a failure.

    Examples:
        >>> failed([Outcome("P02", "", "passed"), Outcome("P13", "", "not claimed")])
        False
    """
    return any(outcome.verdict == "failed" for outcome in outcomes)


def in_words(outcomes: Sequence[Outcome], *, highest: bool = False) -> str:
    """
    Give a table of *outcomes*, what was played, with the time that it took, and how many there are of each verdict.

    Examples:
        >>> print(in_words([Outcome("P02", "Absent keys are version 0 (C3).", "passed", seed=7)]))
        P02  passed        Absent keys are version 0 (C3).
        level 1, one caller after another; from seed 7, in 0.0 s
        1 passed
    """
    lines = []
    for outcome in outcomes:
        took = f"  {outcome.seconds:.1f} s" if outcome.seconds >= SLOW else ""
        lines.append(f"{outcome.id}  {outcome.verdict:<12}  {outcome.says}{took}")
        lines += [textwrap.indent(outcome.message, " " * 5)] if outcome.message else []
    return "\n".join([*lines, about(outcomes, highest=highest), _counts(outcomes)])


def about(outcomes: Sequence[Outcome], *, highest: bool = False) -> str:
    """
    Say which levels *outcomes* are of, and whether that's up to the *highest* claimed; from which seed, how long.

    Examples:
        >>> about([Outcome("P18", "", "passed", level=2, seed=7, seconds=0.25)])
        'level 2, threads or tasks; from seed 7, in 0.2 s'
    """
    played = [outcome.level for outcome in outcomes]
    lowest, level = min(played), max(played)
    levels = f"level {level}" if lowest == level else f"levels {lowest} to {level}"
    claimed = ", the highest that the factory claims" if highest else ""
    seeds = ", ".join(sorted({str(outcome.seed) for outcome in outcomes}))
    seconds = sum(outcome.seconds for outcome in outcomes)
    return f"{levels}, {LEVELS[level]}{claimed}; from seed {seeds}, in {seconds:.1f} s"


def _counts(outcomes: Sequence[Outcome]) -> str:
    verdicts = [outcome.verdict for outcome in outcomes]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))


def as_json(outcomes: Iterable[Outcome]) -> str:
    """
    Give *outcomes* as a JSON array.

    Examples:
        >>> as_json([])
        '[]'
    """
    return json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False, indent=2)


def as_markdown(outcomes: Sequence[Outcome], *, highest: bool = False) -> str:
    """
    Give *outcomes* as a table in Markdown, with the messages of failures below.

    Examples:
        >>> print(as_markdown([Outcome("P02", "Absent keys are version 0 (C3).", "passed", seed=7)]))
        | id | level | verdict | seconds | what it proves |
        |---|---|---|---|---|
        | P02 | 1 | passed | 0.00 | Absent keys are version 0 (C3). |
        <BLANKLINE>
        1 passed; level 1, one caller after another; from seed 7, in 0.0 s
    """
    lines = ["| id | level | verdict | seconds | what it proves |", "|---|---|---|---|---|"]
    lines += [f"| {each.id} | {each.level} | {each.verdict} | {each.seconds:.2f} | {each.says} |" for each in outcomes]
    lines += ["", f"{_counts(outcomes)}; {about(outcomes, highest=highest)}"]
    for each in outcomes:
        lines += ["", f"```text\n{each.message}\n```"] if each.verdict == "failed" else []
    return "\n".join(lines)
