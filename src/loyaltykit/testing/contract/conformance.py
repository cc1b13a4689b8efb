"""The kit without pytest: every property played, and what came of each."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from attrs import asdict, frozen

from loyaltykit.testing.contract.factory import claims, factory_named
from loyaltykit.testing.contract.properties import all_properties
from loyaltykit.testing.contract.tasks import OnLoop, playable
from loyaltykit.testing.contract.trial import seed_from
from loyaltykit.testing.contract.verdict import Inconclusive, NotClaimed, Violated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.testing.contract.factory import Factory
    from loyaltykit.testing.contract.properties import Property

HIGHEST_LEVEL = 2
VERDICTS: dict[type[Exception], str] = {Violated: "failed", NotClaimed: "not claimed", Inconclusive: "inconclusive"}


@frozen
class Outcome:
    """What came of one property: ``passed``, ``failed``, ``not claimed`` or ``inconclusive``, with a *message*."""

    id: str
    says: str
    verdict: str
    message: str = ""


def conformance(path: str, *, level: int = HIGHEST_LEVEL, seed: int | None = None) -> list[Outcome]:
    """
    Play every property up to *level* on stores of the factory that *path* names, plain or async; say what came of it.

    Examples:
        >>> from loyaltykit.testing.contract.conformance import conformance
        >>> outcomes = conformance("loyaltykit.testing.contract.factories:memory", level=1)
        >>> sorted({outcome.verdict for outcome in outcomes})
        ['not claimed', 'passed']
    """
    factory = playable(factory_named(path))
    claims(factory)
    table = all_properties(awaited=isinstance(factory, OnLoop))
    return [_outcome(each, factory, seed_from(seed)) for each in table if each.level <= level]


def _outcome(each: Property, factory: Factory, seed: int) -> Outcome:
    try:
        each.play(factory, seed=seed)
    except (Violated, NotClaimed, Inconclusive) as error:
        return Outcome(each.id, each.says, VERDICTS[type(error)], str(error))
    return Outcome(each.id, each.says, "passed")


def failed(outcomes: Iterable[Outcome]) -> bool:
    """
    Say whether any of *outcomes* is a failure.

    Examples:
        >>> failed([Outcome("P02", "", "passed"), Outcome("P13", "", "not claimed")])
        False
    """
    return any(outcome.verdict == "failed" for outcome in outcomes)


def in_words(outcomes: Sequence[Outcome]) -> str:
    """
    Give a table of *outcomes*, and how many there are of each.

    Examples:
        >>> print(in_words([Outcome("P02", "Absent keys are version 0 (C3).", "passed")]))
        P02  passed        Absent keys are version 0 (C3).
        1 passed
    """
    lines = []
    for outcome in outcomes:
        lines.append(f"{outcome.id}  {outcome.verdict:<12}  {outcome.says}")
        lines += [textwrap.indent(outcome.message, " " * 5)] if outcome.message else []
    verdicts = [outcome.verdict for outcome in outcomes]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))
    return "\n".join([*lines, counts])


def as_json(outcomes: Iterable[Outcome]) -> str:
    """
    Give *outcomes* as a JSON array.

    Examples:
        >>> as_json([])
        '[]'
    """
    return json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False, indent=2)
