"""
Expiry: when points cease to be spendable, by their age or because their member stays away. Row G8.

Points are expired from the moment that these functions give, that moment included: `expires_at <= at`. Terms of days,
months and years end with a local day, or with its week or month, so that points credited near each other expire
together and an account stays small for life.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.settings.kinds import days_in
from loyaltykit.values.moment import aware
from loyaltykit.values.term_end import term_end

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.settings.here import Here
    from loyaltykit.values.term import Term  # noqa: TC004 - loaded by the kind that reads it

UNITS: Final = {"day": 1, "week": 7, "month": 31}
"""What points may live to the end of, and the days that it has at most."""

MAX_LOTS: Final = 366
"""Lots that a member's points may lie in at once by their age, beside the one that is growing."""


@settings
class Expiry(Settings):
    """
    When points expire: *after* a term from their credit, after *inactivity* of their member, or both, the earlier
    (G8).

    Terms of days, months and years end with the local day *until_end_of* which they last, or its week (Monday to
    Sunday) or month; terms of hours end to the second. Points that come back after their expiry, because an order was
    cancelled or refunded, are gone at once, or live on for the term *returned_after_expiry*.

    Examples:
        >>> from loyaltykit import Expiry, Term
        >>> Expiry(after=Term("P6M"), until_end_of="month").returned_after_expiry is None
        True
    """

    after: Term | None = field.term("How long points live once they're credited.", default=None, years=30)
    until_end_of: str = field.choice(
        tuple(UNITS), "Whether they live on to the end of the day, week or month that the term ends in.", default="day"
    )
    inactivity: Term | None = field.term(
        "How long all points live after their member's last completed order.", default=None, years=10, hours=False
    )
    returned_after_expiry: Term | None = field.term(
        "How long points live that come back after their expiry; they may be gone at once.",
        default=None,
        none_word="expire",
    )

    @checked("after", "inactivity")
    def _something_expires(self, here: Here) -> None:
        if self.after is None and self.inactivity is None:
            here.problem("nothing_expires", ways=("after", "inactivity"))

    @checked("after", "inactivity", "until_end_of")
    def _unit_matters(self, here: Here) -> None:
        idle = self.inactivity is not None if self.after is None else self.after.seconds
        if idle and self.until_end_of != "day":
            needs = "after in days, months or years"
            here.at("until_end_of").problem("no_effect", setting="until_end_of", needs=needs)

    @checked("after", "until_end_of")
    def _lots_stay_few(self, here: Here) -> None:
        if self.after is None or self.after.seconds:
            return
        fit = [unit for unit, days in UNITS.items() if days_in(self.after) <= MAX_LOTS * days]
        if self.until_end_of not in fit:
            figures = {"value": self.after, "unit": self.until_end_of, "hint": " or ".join(fit)}
            here.at("until_end_of").problem("too_many_lots", **figures)


def expires_at(expiry: Expiry | None, credited_at: datetime, *, zone: tzinfo) -> datetime | None:
    """
    Give the moment, in UTC, from which points *credited_at* are expired by their age; None if they never are.

    A term of hours elapses. Any other is counted by the calendar of *zone*, the program's, and the points live to the
    end of the day, week or month that it ends in: the moment is the start of the next. None also where the calendar
    ends, with the year 9999. Raises `NaiveMoment`.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Expiry, Term, expires_at
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> credited_at = datetime(2026, 3, 10, 12, tzinfo=moscow)
        >>> expires_at(Expiry(after=Term("P30D")), credited_at, zone=moscow).isoformat()
        '2026-04-09T21:00:00+00:00'
        >>> by_month = Expiry(after=Term("P6M"), until_end_of="month")
        >>> expires_at(by_month, credited_at, zone=moscow).astimezone(moscow).isoformat()
        '2026-10-01T00:00:00+03:00'
    """
    aware(credited_at, "credited_at")
    if expiry is None or expiry.after is None:
        return None
    return term_end(expiry.after, credited_at, zone, expiry.until_end_of)


def inactive_at(expiry: Expiry | None, completed_at: datetime, *, zone: tzinfo) -> datetime | None:
    """
    Give the moment, in UTC, from which all points of a member are expired whose last order was *completed_at*; None if
    staying away costs nothing.

    It's the end of the local day of *zone* in which the term ends. None also where the calendar ends. Raises
    `NaiveMoment`.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Expiry, Term
        >>> expiry, completed_at = Expiry(inactivity=Term("P1Y")), datetime(2026, 3, 10, 12, tzinfo=timezone.utc)
        >>> inactive_at(expiry, completed_at, zone=timezone.utc).isoformat()
        '2027-03-11T00:00:00+00:00'
    """
    aware(completed_at, "completed_at")
    if expiry is None or expiry.inactivity is None:
        return None
    return term_end(expiry.inactivity, completed_at, zone)


def returned_until(expiry: Expiry | None, returned_at: datetime, *, zone: tzinfo) -> datetime | None:
    """
    Give the moment, in UTC, from which points are expired again that were *returned_at* after their expiry; None if
    they're gone at once.

    A term of hours elapses, any other ends with the local day of *zone*. None also where the calendar ends. Raises
    `NaiveMoment`.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Expiry, Term
        >>> expiry = Expiry(after=Term("P6M"), returned_after_expiry=Term("P7D"))
        >>> returned_until(expiry, datetime(2026, 3, 10, 12, tzinfo=timezone.utc), zone=timezone.utc).isoformat()
        '2026-03-18T00:00:00+00:00'
    """
    aware(returned_at, "returned_at")
    if expiry is None or expiry.returned_after_expiry is None:
        return None
    return term_end(expiry.returned_after_expiry, returned_at, zone)
