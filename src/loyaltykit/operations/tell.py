"""
What there is to tell a member is written in the commit that causes it, where the program tells it and the member is to
be told. Rows S7, Y6.

Points are told of as they're posted, and each posting is written once. Of points that will expire, each date is told
once, so many days ahead, and of discounts each end; the member's document keeps which were, and is due when the next
one is to be told.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from attrs import evolve

from loyaltykit.ledger.account import EXPIRED, ISSUED, NEVER
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.operations.terms import days_before
from loyaltykit.values.moment import in_zone
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.ledger.account import Account
    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs

FEW: Final = 5
"""Dates of expiry that one change tells of; what is left is due at once."""


def gather(programs: Programs, member: OpenMember) -> None:
    """Have *member* told what has been posted to them, and what will expire; note when there's more to tell."""
    _credited(programs, member)
    _expiring(programs, member)
    if member.member.levels:
        _ending(programs, member)


def _credited(programs: Programs, member: OpenMember) -> None:
    """Tell what awards came to; of one that had expired when it was credited, a rule's points expire at once."""
    awarded = [posting for posting in member.postings if posting.rule is not None]
    issued = [posting for posting in awarded if posting.kind in {ISSUED, EXPIRED}]
    units = sum([posting.amount for posting in issued])
    if units > 0:
        moment = max(posting.at for posting in issued)
        points = points_of(units, programs.worth.digits)
        member.notify("points_credited", moment=moment, points=points, balance=member.balance)


def _expiring(programs: Programs, member: OpenMember) -> None:
    setting, wakes = member.tells("points_will_expire"), NEVER
    warned = [date for date in member.member.warned if date > member.at]
    if setting is not None and setting.ahead is not None:
        wakes = _warn(programs, member, setting.ahead, warned)
    member.member = evolve(member.member, warned=tuple(warned), wakes=wakes)


def _warn(programs: Programs, member: OpenMember, ahead: int, warned: list[int]) -> int:
    """Tell of each date that is near enough and isn't among those *warned* of, which it joins; say when to go on."""
    told = 0
    for date, units in _dates(member.account):
        if date in warned or date <= member.at:
            continue
        moment = days_before(programs, ahead, date)
        if moment > member.at or told == FEW:
            return moment
        points, until = points_of(units, programs.worth.digits), in_zone(from_micros(date), programs.zone)
        member.notify("points_will_expire", points=points, until=until)
        warned.append(date)
        told += 1
    return NEVER


def _ending(programs: Programs, member: OpenMember) -> None:
    """
    Tell of the discounts that will end soon enough: each end once (Y6). Where the member isn't to be told, it isn't
    kept as told, so that whoever agrees later hears of what is still to come.
    """
    from loyaltykit.operations.judged import notices_of  # noqa: PLC0415 - most programs have no tiers

    program, at, levels = programs.at_or_first(from_micros(member.at)), member.at, {}
    tells = member.tells("discount_will_end") is not None
    for ladder, held in member.member.levels.items():
        tier, now, told = program.tier_named(ladder), held.at(at), [end for end in held.told if end > at]
        notices = () if tier is None else notices_of(program, tier, [(at, now.level), *now.then], told=told)
        due = [end for moment, end in notices if tells and moment <= at]
        for end in due:
            _tell_end(programs, member, ladder, now.at(end - 1).level, end)
        later = tuple([notice for notice in notices if notice[0] > at])
        levels[ladder] = evolve(held, notices=later, told=(*told, *due))
    member.member = evolve(member.member, levels=levels)


def _tell_end(programs: Programs, member: OpenMember, ladder: str, level: str | None, end: int) -> None:
    percent, until = programs.percent_of(ladder, level, member.at), in_zone(from_micros(end), programs.zone)
    member.notify("discount_will_end", tier=ladder, level=level, percent=percent, until=until)


def _dates(account: Account) -> Iterator[tuple[int, int]]:
    """Give the moments at which points of *account* will expire, and how many at each: all there are by inactivity."""
    away = account.inactive_at if account.inactive_at > account.as_of else NEVER
    for date, lots in groupby(account.lots, key=lambda lot: min(lot[0], away)):
        if date != NEVER:
            yield date, sum([amount for _, _, amount in lots])
