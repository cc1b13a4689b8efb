"""Import and export: members are carried over from another system, and out again. Row R6."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.documents.level_held import LevelHeld
from loyaltykit.errors import CodeTaken, InvalidValue
from loyaltykit.facts.opening import OpeningMember
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.give_code import personal_code
from loyaltykit.operations.issue_code import keep
from loyaltykit.operations.open_member import NOTHING_MORE, OpenMember
from loyaltykit.operations.programs import MAX_SUM
from loyaltykit.operations.requests import Commit, Load, ReadKeys, key_behind, page_size
from loyaltykit.operations.terms import inactivity_of
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from loyaltykit.documents.member import Member
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


@frozen
class NotImported:
    """
    A member who was passed over, with the *reason* or the error why.

    Examples:
        >>> from loyaltykit import Reason
        >>> NotImported("m1", Reason("member_known", member="m1")).member
        'm1'
    """

    member: str
    reason: Reason | Exception


@frozen
class ImportRun:
    """
    What an import came to: how many members were *done*, and who was *skipped*.

    *unlinked* are members who were carried over, but not as brought by their referrer, with the reason why.

    Examples:
        >>> ImportRun(3, ()).done
        3
    """

    done: int
    skipped: tuple[NotImported, ...]
    unlinked: tuple[NotImported, ...] = ()


@frozen
class ExportPage:
    """
    A page of *members* as they could be imported elsewhere; *after* is the cursor of the next, None behind the last.

    Examples:
        >>> ExportPage((), None).after is None
        True
    """

    members: tuple[OpeningMember, ...]
    after: str | None


def import_member(programs: Programs, opening: OpeningMember, *, at: datetime) -> Operation[Reason | None]:
    """Carry *opening* over *at* a moment; give the reason why not, where the member is known, or a level isn't."""
    at = instant(at, "at")
    program, worth = programs.at(at), programs.worth
    for money in (opening.sold, opening.paid):
        if money is not None:
            programs.minor_of(money, "what an opening member was sold or has paid")
    lots = [(p.with_digits(worth.digits).minor, NEVER if e is None else micros(e)) for p, e in opening.lots]
    asked = {
        "lots": sorted(lots),
        "visits": opening.visits,
        "sold": None if opening.sold is None else opening.sold.minor,
        "paid": None if opening.paid is None else opening.paid.minor,
        "last_order": None if opening.last_order is None else micros(opening.last_order),
        "channels": opening.channels,
        "code": opening.code,
        "consent": opening.consent,
        "sales": opening.sales or None,
        "last_visit": None if opening.last_visit is None else micros(opening.last_visit),
        "levels": [(*names, None if until is None else micros(until)) for *names, until in opening.levels] or None,
        "categories": opening.categories or None,
    }
    if sum(units for units, _ in lots) > MAX_SUM:
        message = f"the opening balance of {opening.id} is more than {MAX_SUM} units, which ledgers can't add up"
        raise InvalidValue(message, value=opening.id)
    book = Book(programs, "import", opening.id, asked=asked)
    yield from programs.published(program)
    key = programs.key("member", opening.id)
    stored = (yield Load((key,)))[key]
    if stored.body is None and stored.version:
        return Reason("member_forgotten", member=opening.id)
    outcome = KNOWN
    if stored.body is None:
        for tier, level, _ in opening.levels:
            ladder = program.tier_named(tier)
            if ladder is None or ladder.level_named(level) is None:
                return Reason("level_unknown", tier=tier, level=level)
        member = OpenMember(programs, program, opening.id, stored, micros(at))
        member.open_with(opening, program)
        if opening.code is not None:
            try:
                keep(member, (yield from personal_code(programs, member, opening.code)), book, telling=False)
            except CodeTaken:
                return Reason("code_is_taken", typed=opening.code)
        member.write_into(book)
        outcome = NOTHING_MORE
    committed = yield Commit(book.change(outcome))
    return Reason("member_known", member=opening.id) if committed.result == KNOWN else None


_DAWN: Final = micros(datetime(2, 1, 1, tzinfo=UTC))
"""A moment before all orders."""

KNOWN = '{"v":1,"known":true}'
"""The result of an import that found the member known."""


def export_page(
    programs: Programs, *, at: datetime, after: str | None = None, limit: int = 100
) -> Operation[ExportPage]:
    """Give a page of the members as they are *at* a moment."""
    at = instant(at, "at")
    prefix = programs.prefix("member")
    page = ReadKeys(prefix=prefix, after=key_behind(after, prefix), limit=page_size(limit))
    yield from programs.begun()
    keys = yield page
    found = (yield Load(tuple(keys))) if keys else {}
    program, worth = programs.at(at), programs.worth
    members = []
    for key in keys:
        if found[key].body is None:
            continue
        open_one = OpenMember(programs, program, programs.member_of(key) or "", found[key], micros(at), steps=None)
        account, told = open_one.account, open_one.member
        members.append(
            OpeningMember(
                id=open_one.id,
                lots=[
                    (points_of(amount, worth.digits), None if expires == NEVER else from_micros(expires))
                    for expires, _, amount in account.lots
                ],
                visits=told.visits,
                sold=Money.from_minor(told.sold, worth.currency),
                paid=Money.from_minor(told.paid, worth.currency),
                last_order=_last_order(program, open_one),
                channels=told.channels.keys(),
                referrer=_referrer(told),
                code=told.code,
                consent=None if told.consent is None else told.agreed,
                sales=told.sales,
                last_visit=None if told.last_visit is None else from_micros(told.last_visit),
                levels=_levels(program, told),
                categories=told.categories,
            )
        )
    return ExportPage(tuple(members), keys[-1] if len(keys) == limit else None)


def _levels(program: Program, member: Member) -> list[tuple[str, str, datetime | None]]:
    """
    Give the levels of *member* that another system couldn't work out: those by hand, and those of ladders that count
    over a rolling period, up to their next fall; of both the higher. One that *program* doesn't have is left out.
    """
    levels = []
    for tier in program.tier:
        held = member.levels.get(tier.name) or LevelHeld(level=None, since=0)
        known = [(held.given, held.until), (held.level if tier.over is not None else None, held.ends_at)]
        level, until = max(known, key=lambda each: tier.rank(each[0]))
        if level is not None and tier.rank(level):
            levels.append((tier.name, level, None if until == NEVER else from_micros(until)))
    return levels


def _last_order(program: Program, member: OpenMember) -> datetime | None:
    """
    Give the last moment of an order that's known of *member*: that of the last visit, or, where points expire at
    another moment by inactivity, one from which they do; None where they've expired so, or no moment is known.
    """
    inactive_at, last_visit = member.account.inactive_at, member.member.last_visit
    if inactive_at <= member.at:
        return None
    if inactive_at == NEVER or (last_visit is not None and inactivity_of(program, last_visit) == inactive_at):
        return None if last_visit is None else from_micros(last_visit)
    moments = range(_DAWN, member.at + 1)
    later = bisect_right(moments, inactive_at, key=lambda moment: inactivity_of(program, moment))
    return from_micros(moments[later - 1])


def _referrer(member: Member) -> str | None:
    """Give who brought *member* for good; a referral that is gone if nothing comes of an order isn't carried over."""
    referral = member.referral
    return referral.referrer if referral is not None and referral.joined else None
