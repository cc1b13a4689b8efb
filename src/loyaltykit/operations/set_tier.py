"""Set a tier: a member is given a level by hand, until a moment or for good, and it's taken back. Rows Y1, Y3, Y7."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


@frozen
class LevelSet:
    """
    What a level by hand came to: the *level* of the ladder *tier* that *member* has then *at* a moment, None for none.

    It's never lower than what they've earned.

    Examples:
        >>> from datetime import datetime, timezone
        >>> LevelSet("m1", "regulars", "gold", datetime(2026, 3, 1, tzinfo=timezone.utc)).level
        'gold'
    """

    member: str
    tier: str
    level: str | None
    at: datetime


def set_tier(
    programs: Programs,
    set_id: str,
    member_id: str,
    tier: str,
    level: str | None,
    *,
    at: datetime,
    until: datetime | None = None,
) -> Operation[LevelSet]:
    """Give a member a *level* of the ladder *tier* by hand, *until* a moment; None takes back what was given so."""
    at = instant(at, "at")
    until = None if until is None else instant(until, "until when a level is given")
    ends = None if until is None else micros(until)
    ids = id_of("a member", member_id), id_of("a level by hand", set_id)
    named = id_of("a ladder", tier), None if level is None else id_of("a level", level)
    book = Book(programs, "set_tier", *ids, asked={"tier": tier, "level": level, "until": ends})
    program, key = programs.at(at), programs.key("member", member_id)
    read = partial(decode, programs.key("set_tier", *ids))
    yield from programs.begun()
    refused = _refused(program, *named, at=at, until=until)
    if refused is not None:
        return (yield from book.answer_of_before(refused, read))
    member = yield from open_member(programs, program, member_id, (yield Load((key,)))[key], micros(at))
    member.give_level(tier, level, until=NEVER if ends is None else ends)
    member.write_into(book)
    given = LevelSet(member_id, tier, member.levels.get(tier), at)
    committed = yield Commit(book.change(encode(given)), read)
    return read(committed.result) if committed.replayed else given


def _refused(
    program: Program, tier: str, level: str | None, *, at: datetime, until: datetime | None
) -> InvalidValue | None:
    """Give the error why *program*, in force *at* a moment, can't have that *level* given *until* another; or None."""
    ladder = program.tier_named(tier)
    if ladder is None:
        names = ", ".join(each.name for each in program.tier) or "none at all"
        message = f"the program has no [[tier]] called {tier!r}: it has {names}"
        return InvalidValue(message, value=tier)
    if level is not None and ladder.level_named(level) is None:
        message = f"{tier} has no level called {level!r}: it has {', '.join(each.called for each in ladder.levels)}"
        return InvalidValue(message, value=level)
    if until is None:
        return None
    if level is None:
        message = f"a level that is taken back has no end: give a level of {tier}, or leave until out"
        return InvalidValue(message, value=until)
    if until <= at:
        message = f"a level is given until a moment that is still to come: not {until}, at {at}"
        return InvalidValue(message, value=until)
    return None


def encode(given: LevelSet) -> str:
    """
    Give the result that a receipt keeps of *given*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> given = LevelSet("m1", "regulars", "gold", datetime(1970, 1, 1, tzinfo=timezone.utc))
        >>> encode(given)
        '{"v":1,"member":"m1","tier":"regulars","level":"gold","at":0}'
        >>> decode("set_tier m1", encode(given)) == given
        True
    """
    told = {"v": 1, "member": given.member, "tier": given.tier, "level": given.level, "at": micros(given.at)}
    return as_json(told)


@understood
def decode(operation_id: str, result: str) -> LevelSet:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    raw: dict[str, Any] = opened(operation_id, result)
    return LevelSet(raw["member"], raw["tier"], raw["level"], from_micros(raw["at"]))
