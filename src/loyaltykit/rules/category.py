"""
Categories of members, given and taken away by what lies behind them. Rows Y4, Y5.

All categories whose rules match are given, and what a rule gave stays until a rule removes it. Where both match at
once, removing wins; a program in which it always does is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import frozen

from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.values.day import away_from
from loyaltykit.values.moment import aware

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from loyaltykit.facts.history import History
    from loyaltykit.settings.here import Here
    from loyaltykit.values.money import Money  # noqa: TC004 - attrs doesn't resolve annotations

VisitStatus: TypeAlias = Literal["came", "no_show"]
"""How a visit ended: the customer came, or didn't."""

STATUSES: Final = ("came", "no_show")

FIGURES: Final = ("sold", "paid", "visits", "days_away")
"""The criteria that are met from a figure on."""

_WHO_CAME: Final = ("days_away", "status")
"""The criteria, beside visits themselves, that are met by whoever has come once: who is away, and who has just come."""

MOST_DAYS: Final = 36_500
"""The longest absence that a rule may ask for: a hundred years."""


@settings
class Criteria(Settings):
    """
    What a category is given or taken away by: any one of these is enough (Y4).

    What was *sold* or *paid* and the *visits* count from these figures on; *days_away* are met by whoever hasn't come
    for more local days than that, *status* by an order that has just ended so.

    Examples:
        >>> from loyaltykit import Criteria, Money
        >>> Criteria(paid=Money(30_000, "RUB"), visits=20).visits
        20
    """

    sold: Money | None = field.money("What was sold to the member, at least.", default=None)
    paid: Money | None = field.money("What the member has paid, at least.", default=None)
    visits: int | None = field.whole("The visits that the member has made, at least.", default=None)
    days_away: int | None = field.whole("More local days than that without a visit.", maximum=MOST_DAYS, default=None)
    status: VisitStatus | None = field.choice(STATUSES, "How an order has just ended.", default=None)


@settings
class Category(Settings):
    """
    A category that members are *added* to by what lies behind them, and *removed* from (Y4, Y5).

    Examples:
        >>> from loyaltykit import Category, Criteria, Money
        >>> by_sold = Criteria(sold=Money(2000, "RUB")), Criteria(sold=Money(10_000, "RUB"))
        >>> Category(name="Эконом", added=by_sold[0], removed=by_sold[1]).name
        'Эконом'
    """

    name: str = field.text("What the category is called.")
    added: Criteria = field.table(Criteria, "What it's given by.")
    removed: Criteria | None = field.table(Criteria, "What it's taken away by; never, if left out.", default=None)

    @checked("added", "removed")
    def _removals_leave_some(self, here: Here) -> None:
        for name in FIGURES:
            added, removed = getattr(self.added, name, None), getattr(self.removed, name, None)
            if added is not None and removed is not None and removed <= added:
                _note_taken_back(here, name, added, name, removed)
        status = getattr(self.added, "status", None)
        if status is not None and status == getattr(self.removed, "status", None):
            _note_taken_back(here, "status", status, "status", status)
        if getattr(self.removed, "visits", None) == 1:
            for name in _WHO_CAME:
                value = getattr(self.added, name, None)
                if value not in (None, "no_show"):
                    _note_taken_back(here, name, value, "visits", 1)


def _note_taken_back(here: Here, name: str, added: Any, removal: str, removed: Any) -> None:
    criterion, by = name.replace("_", " "), removal.replace("_", " ")
    here.at("removed").at(removal).problem("taken_back", criterion=criterion, added=added, removal=by, removed=removed)


@frozen
class CategoryChange:
    """
    The categories that a member has *now*, and which of them were *added* and *removed* since, in the program's order.

    *barred* are those that a status keeps out, though figures would add them, until the member comes again.

    Examples:
        >>> CategoryChange((), (), frozenset({"VIP"})).now
        frozenset({'VIP'})
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    now: frozenset[str]
    barred: frozenset[str] = frozenset()


def categories_for(
    categories: Iterable[Category],
    had: frozenset[str],
    history: History,
    *,
    at: datetime,
    zone: tzinfo,
    status: VisitStatus | None = None,
    barred: frozenset[str] = frozenset(),
) -> CategoryChange:
    """
    Give the categories that a member who *had* some has *at* a moment, by the *history* that lies behind them.

    Additions come first, then removals, and removals win. *status* is told where an order has just ended so. What a
    status removes though figures would add it is *barred* until the member comes again: so a figure that was reached
    long ago gives nothing back by itself. Whoever has never come isn't away; days are those of *zone*, the program's. A
    category that isn't among *categories* any more is kept. Raises `NaiveMoment`, and `MixedUnits` for sums in another
    currency than the rules'.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Category, Criteria, History, Money, categories_for
        >>> low, high = Criteria(sold=Money(2000, "RUB")), Criteria(sold=Money(10_000, "RUB"))
        >>> rules = [Category(name="Эконом", added=low, removed=high), Category(name="Стандарт", added=high)]
        >>> known = {"at": datetime(2026, 3, 1, tzinfo=timezone.utc), "zone": timezone.utc}
        >>> categories_for(rules, frozenset(), History(sold=Money(2500, "RUB")), **known).added
        ('Эконом',)
        >>> change = categories_for(rules, frozenset({"Эконом"}), History(sold=Money(10_000, "RUB")), **known)
        >>> change.added, change.removed
        (('Стандарт',), ('Эконом',))
    """
    aware(at, "at")
    added, removed = [], []
    now, out = set(had), set[str]()
    for rule in categories:
        if _is_barred(rule, history, at, zone, status, barred):
            out.add(rule.name)
        gone = rule.removed is not None and _is_met(rule.removed, history, at, zone, status)
        if rule.name in had and gone:
            now.remove(rule.name)
            removed.append(rule.name)
        elif rule.name not in had | out and not gone and _is_met(rule.added, history, at, zone, status):
            now.add(rule.name)
            added.append(rule.name)
    return CategoryChange(tuple(added), tuple(removed), frozenset(now), frozenset(out))


def categories_change_at(
    categories: Iterable[Category],
    had: frozenset[str],
    history: History,
    *,
    at: datetime,
    zone: tzinfo,
    barred: frozenset[str] = frozenset(),
) -> datetime | None:
    """
    Give the next moment after *at* at which a member who *had* some of *categories* has others by staying away.

    Those that are *barred* aren't added. None where none is ever added or removed so, and past the calendar. Raises as
    `categories_for` does.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Category, Criteria, History
        >>> lost = Category(name="Потерянные", added=Criteria(days_away=90), removed=Criteria(status="came"))
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> known = {"history": History(visits=1, last_visit=at), "at": at, "zone": timezone.utc}
        >>> categories_change_at([lost], frozenset(), **known).isoformat()
        '2026-05-31T00:00:00+00:00'
    """
    aware(at, "at")
    rules = tuple(categories)
    moments = [_away_at(criteria, history, zone) for rule in rules for criteria in (rule.added, rule.removed)]
    for moment in sorted([each for each in moments if each is not None and each > at]):
        if categories_for(rules, had, history, at=moment, zone=zone, barred=barred).now != had:
            return moment
    return None


def _is_barred(
    rule: Category,
    history: History,
    at: datetime,
    zone: tzinfo,
    status: VisitStatus | None,
    barred: frozenset[str],
) -> bool:
    """Say whether a status keeps the category out: one that removes it now, though figures add it, or one before."""
    if status is not None and rule.removed is not None and rule.removed.status == status:
        return _is_met(rule.added, history, at, zone, None)
    return rule.name in barred and status != "came"


def _is_met(criteria: Criteria, history: History, at: datetime, zone: tzinfo, status: VisitStatus | None) -> bool:
    if criteria.visits is not None and history.visits >= criteria.visits:
        return True
    if criteria.status is not None and status == criteria.status:
        return True
    if _reaches(history.sold, criteria.sold) or _reaches(history.paid, criteria.paid):
        return True
    away_at = _away_at(criteria, history, zone)
    return away_at is not None and away_at <= at


def _reaches(total: Money | None, asked: Money | None) -> bool:
    return total is not None and asked is not None and total >= asked


def _away_at(criteria: Criteria | None, history: History, zone: tzinfo) -> datetime | None:
    """Give the moment from which whoever stays away meets *criteria* by that; None where they never do."""
    if criteria is None or criteria.days_away is None or history.last_visit is None:
        return None
    return away_from(history.last_visit, criteria.days_away, zone)
