"""Whose level ends by time alone, when, and what becomes of it: lapses ahead. Rows Y2, Y6, B7."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.reports.held_levels import held_levels_page
from loyaltykit.reports.reading import gathered
from loyaltykit.reports.report import Report
from loyaltykit.values.moment import in_zone, instant

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.reports.held_levels import Held


@frozen(kw_only=True)
class TierEnding:
    """
    That the *level* that a *member* has of the ladder called *tier* ends *at* a moment, unless they come before.

    Then they have the level that it *becomes*, None for none. It *lapses* where they'll have stayed away for too long;
    else days leave a rolling period, or what was given by hand ends. The moment is in the program's time zone.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import TierEnding
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> TierEnding(at=at, member="m1", tier="regulars", level="silver", becomes=None, lapses=True).lapses
        True
    """

    at: datetime
    member: str
    tier: str
    level: str | None
    becomes: str | None
    lapses: bool


def tier_endings(programs: Programs, *, at: datetime, end: datetime | None = None) -> Operation[Report[TierEnding]]:
    """Report whose level ends behind *at* and before *end*, by moment, member and ladder."""
    moment = micros(instant(at, "at"))
    until = NEVER if end is None else micros(instant(end, "a bound of a report"))
    if until < moment:
        message = f"levels that end before {end} have ended by {at}: swap the two, or leave the end out"
        raise InvalidValue(message, value=(at, end))
    held = yield from gathered(partial(held_levels_page, programs, moment), lambda each: each.held.ends_at < until)
    held.sort(key=lambda each: (each.held.ends_at, each.member, each.tier))
    return Report("Tier endings", TierEnding, tuple([_row(programs, each) for each in held]), names=6)


def _row(programs: Programs, each: Held) -> TierEnding:
    held = each.held
    return TierEnding(
        at=in_zone(from_micros(held.ends_at), programs.zone),
        member=each.member,
        tier=each.tier,
        level=held.level,
        becomes=held.then[0][1],
        lapses=held.ends_at == held.lapses_at,
    )
