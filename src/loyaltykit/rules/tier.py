"""
Tiers: ladders of levels by what a member was sold, has paid, or how often they came. Rows Y1, Y2, Y3.

Theory of operation. A member has one level of each ladder: the highest of which any criterion is reached. Criteria
never fall along a ladder, so each is a sorted list of thresholds of its own, and the level is found by halving these.
Levels count everywhere; a ladder's scope says where its discount applies. Whoever has stayed away for too long has no
level until they come again (Y2).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from loyaltykit.decision import Decision
from loyaltykit.effects import Discount
from loyaltykit.reason import Reason
from loyaltykit.rules.rolling import counted_days, last_day
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.settings.kind import UNREAD
from loyaltykit.values.day import away_from, day_at, day_start
from loyaltykit.values.moment import aware
from loyaltykit.values.percent import Percent
from loyaltykit.values.rounding import ROUNDERS

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.history import History
    from loyaltykit.facts.order import Order
    from loyaltykit.rules.rolling import Day
    from loyaltykit.settings.here import Here
    from loyaltykit.values.money import Money  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.values.term import Term  # noqa: TC004

CRITERIA: Final = ("sold", "paid", "visits")
"""What a level may ask for; any one of them is enough."""

MOST_DAYS: Final = 36_500
"""The longest that a member may stay away before a level lapses: a hundred years."""

Totals: TypeAlias = tuple[int, int, int]
"""What a level is judged by: minor units sold and paid, and visits."""

_NO_PERCENT: Final = Percent(0)


class Behind(NamedTuple):
    """What a ladder judges of a member, in whole numbers: *totals*, the *last_visit*, local *days* in their order."""

    totals: Totals
    last_visit: datetime | None
    days: tuple[Day, ...]


@settings
class Level(Settings):
    """
    A level of a ladder: a class with a *name*, a discount of a *percent*, or both (Y1, Y3).

    It's reached by what was *sold* or *paid*, or by *visits*: any one is enough, and each is reached at its figure. A
    level without a name is *called* by its percent.

    Examples:
        >>> from loyaltykit import Level, Money, Percent
        >>> Level(percent=Percent(5), sold=Money(5000, "RUB")).called
        '5 %'
    """

    name: str | None = field.text("The name of the class; the percent is its name, if left out.", default=None)
    percent: Percent | None = field.percent("The share of an order's price that comes off it.", default=None)
    sold: Money | None = field.money("What must have been sold to the member, at least.", default=None)
    paid: Money | None = field.money("What the member must have paid, at least.", default=None)
    visits: int | None = field.whole("The visits that the member must have made, at least.", default=None)
    called: str = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep what the level is called."""
        super().__attrs_post_init__()
        object.__setattr__(self, "called", self.name or _in_short(self.percent))

    @checked("name", "percent")
    def _is_something(self, here: Here) -> None:
        if self.name is None and self.percent is None:
            here.problem("no_gain", ways=("name", "percent"))

    @checked(*CRITERIA)
    def _some_criterion(self, here: Here) -> None:
        if all(getattr(self, name) is None for name in CRITERIA):
            here.problem("no_criterion", ways=CRITERIA)


@settings
class Tier(Rule):
    """
    A ladder of *levels*, of which a member has the highest that they reach (Y1, Y3).

    Criteria are judged by all that lies behind the member, or by what they did *over* the last months or days. Whoever
    hasn't come for more than *lapse_after* local days has no level until they come again (Y2).

    Examples:
        >>> from loyaltykit import Level, Money, Percent, Tier
        >>> bronze = Level(name="bronze", sold=Money(20_000, "RUB"), visits=10)
        >>> silver = Level(name="silver", percent=Percent(5), sold=Money(50_000, "RUB"))
        >>> regulars = Tier(name="regulars", levels=(bronze, silver), lapse_after=60)
        >>> regulars.level_named("silver").percent
        Percent('5')
    """

    name: str = field.text("What reports, documents and whoever gives a level by hand go by.")
    over: Term | None = field.term(
        "The rolling period whose days count; all time, if left out.", default=None, hours=False
    )
    lapse_after: int | None = field.whole(
        "The local days without a visit after which the level lapses; it never does, if left out.",
        maximum=MOST_DAYS,
        default=None,
    )
    levels: tuple[Level, ...] = field.tables(Level, "The levels from the lowest to the highest.")
    thresholds: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = field.derived()
    unit: Money | None = field.derived()
    _level_by_name: Any = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep each criterion's thresholds with the numbers of their levels, and the currency."""
        super().__attrs_post_init__()
        sums = [figure for level in self.levels for figure in (level.sold, level.paid) if figure is not None]
        object.__setattr__(self, "unit", sums[0] if sums else None)
        object.__setattr__(self, "thresholds", tuple([_thresholds(self.levels, name) for name in CRITERIA]))
        object.__setattr__(self, "_level_by_name", {level.called: level for level in self.levels})

    def level_named(self, name: str | None) -> Level | None:
        """Give the level that is called *name*; None where the ladder has none of that name."""
        level: Level | None = self._level_by_name.get(name)
        return level

    def rank(self, name: str | None) -> int:
        """Give the number from 1 of the level that is called *name*; 0 where the ladder has none of that name."""
        return next((number for number, level in enumerate(self.levels, start=1) if level.called == name), 0)

    def reached(self, totals: Totals) -> int:
        """
        Give the number of the highest level that *totals* reach, from 1; 0 for none: the integer core.

        Examples:
            >>> from loyaltykit import Level, Money, Tier
            >>> levels = Level(name="bronze", visits=10), Level(name="silver", sold=Money(50_000, "RUB"), visits=30)
            >>> regulars = Tier(name="regulars", levels=levels)
            >>> regulars.reached((0, 0, 9)), regulars.reached((0, 0, 10)), regulars.reached((5_000_000, 0, 1))
            (0, 1, 2)
        """
        best = 0
        for (bounds, numbers), total in zip(self.thresholds, totals, strict=True):
            number = numbers[bisect_right(bounds, total)]
            best = max(best, number)
        return best

    @checked("levels")
    def _some_level(self, here: Here) -> None:
        if not self.levels:
            here.at("levels").problem("empty")

    @checked("levels")
    def _levels_rise(self, here: Here) -> None:
        percents = [getattr(level, "percent", UNREAD) for level in self.levels]
        _note_falling([_NO_PERCENT if each is None else each for each in percents], "percent", here)
        for name in CRITERIA:
            _note_falling([getattr(level, name, None) for level in self.levels], name, here)

    @checked("levels")
    def _names_differ(self, here: Here) -> None:
        seen = set()
        for index, level in enumerate(self.levels):
            called = getattr(level, "name", None) or _in_short(getattr(level, "percent", index))
            if called in seen:
                here.at("levels").item(index).problem("duplicate", value=called)
            seen.add(called)

    @checked("levels")
    def _levels_are_held(self, here: Here) -> None:
        for index, level in enumerate(self.levels):
            figures = [(name, getattr(level, name, UNREAD)) for name in CRITERIA]
            higher = {_next_with(self.levels, index, *each) for each in figures if each[1] is not None}
            if higher and None not in higher:
                names = tuple([self.levels[each].called for each in sorted(filter(None, higher))])
                here.at("levels").item(index).problem("never_held", levels=names)


def _in_short(percent: Any) -> str:
    """Give what a level of that *percent* is called, however it's written: 5, 5.0 and 5.00 are one."""
    return f"{percent.value.normalize():f} %" if isinstance(percent, Percent) else str(percent)


def _next_with(levels: tuple[Level, ...], index: int, name: str, figure: Any) -> int | None:
    """Give the index of the next of *levels* after *index* that one criterion gives at the same *figure*."""
    return next((k for k in range(index + 1, len(levels)) if getattr(levels[k], name, None) == figure), None)


def _thresholds(levels: tuple[Level, ...], name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the figures that *levels* ask for by one criterion, and the numbers of the levels from 1, after a 0."""
    asked = [(getattr(level, name), number) for number, level in enumerate(levels, start=1)]
    told = [(getattr(figure, "minor", figure), number) for figure, number in asked if figure is not None]
    return tuple([figure for figure, _ in told]), (0, *[number for _, number in told])


def _note_falling(figures: list[Any], name: str, here: Here) -> None:
    """Note each of the levels' *figures* that is less than the one told before it; those left out say nothing."""
    before = None
    for index, figure in enumerate(figures):
        if figure is None or figure is UNREAD:
            continue
        if before is not None and figure < before:
            here.at("levels").item(index).at(name).problem("falling", value=figure, before=before)
        before = figure


def level_for(tier: Tier, history: History, *, at: datetime, zone: tzinfo) -> Level | None:
    """
    Give the level of *tier* that a member has *at* a moment by the *history* that lies behind them; None for none.

    It's the highest that any criterion reaches, unless the member has stayed away for too long; whoever has never come
    isn't away. Days are those of *zone*, the program's. Raises `NaiveMoment`, and `MixedUnits` for sums in another
    currency than the ladder's.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import History, Level, Money, Percent, Tier, level_for
        >>> regulars = Tier(name="regulars", levels=[Level(percent=Percent(5), sold=Money(5000, "RUB"), visits=3)])
        >>> known = {"at": datetime(2026, 3, 1, tzinfo=timezone.utc), "zone": timezone.utc}
        >>> level_for(regulars, History(sold=Money(5000, "RUB"), visits=1), **known).called
        '5 %'
        >>> level_for(regulars, History(sold=Money("4999.99", "RUB"), visits=2), **known) is None
        True
    """
    return level_by(tier, _behind(tier, history), at=at, zone=zone)


def level_by(tier: Tier, behind: Behind, *, at: datetime, zone: tzinfo) -> Level | None:
    """Give the level of *tier* that a member has *at* a moment by what lies *behind* them: the core of `level_for`."""
    if has_lapsed(tier, behind.last_visit, at=at, zone=zone):
        return None
    number = tier.reached(_totals(tier, behind, day_at(at, zone)))
    return tier.levels[number - 1] if number else None


def has_lapsed(tier: Tier, last_visit: datetime | None, *, at: datetime, zone: tzinfo) -> bool:
    """Say whether *at* a moment whoever came last at *last_visit* has been away for too long to have a level (Y2)."""
    lapses = lapses_at(tier, last_visit, zone=zone)
    return lapses is not None and lapses <= aware(at, "at")


def lapses_at(tier: Tier, last_visit: datetime | None, *, zone: tzinfo) -> datetime | None:
    """
    Give the moment from which whoever came last at *last_visit* has no level (Y2); None where they never lapse.

    It's the start of the local day of *zone* on which more than so many days have passed. None also where nobody has
    come yet, and past the calendar. Raises `NaiveMoment`.

    Examples:
        >>> from datetime import datetime
        >>> from zoneinfo import ZoneInfo
        >>> from loyaltykit import Level, Tier, lapses_at
        >>> regulars = Tier(name="regulars", levels=[Level(name="bronze", visits=3)], lapse_after=60)
        >>> moscow = ZoneInfo("Europe/Moscow")
        >>> lapses_at(regulars, datetime(2026, 3, 1, 18, tzinfo=moscow), zone=moscow).astimezone(moscow).isoformat()
        '2026-05-01T00:00:00+03:00'
    """
    if tier.lapse_after is None or last_visit is None:
        return None
    return away_from(last_visit, tier.lapse_after, zone)


def falls_at(tier: Tier, history: History, *, at: datetime, zone: tzinfo) -> datetime | None:
    """
    Give the moment after *at* from which the member has a lower level, as days fall out of the rolling period.

    It's what comes of *history* if nothing more is done; lapses are another matter. None where it never falls, and past
    the calendar. Raises `NaiveMoment`, and `MixedUnits` for sums in another currency than the ladder's.

    Examples:
        >>> from datetime import date, datetime, timezone
        >>> from loyaltykit import DayOfVisits, History, Level, Term, Tier, falls_at
        >>> yearly = Tier(name="yearly", levels=[Level(name="bronze", visits=3)], over=Term("P1Y"))
        >>> days = DayOfVisits(day=date(2026, 3, 1), visits=2), DayOfVisits(day=date(2026, 6, 1), visits=2)
        >>> at = datetime(2026, 7, 1, tzinfo=timezone.utc)
        >>> falls_at(yearly, History(recent=days), at=at, zone=timezone.utc).isoformat()
        '2027-03-01T00:00:00+00:00'
    """
    return falls_by(tier, _behind(tier, history), at=at, zone=zone)


def falls_by(tier: Tier, behind: Behind, *, at: datetime, zone: tzinfo) -> datetime | None:
    """Give when the level falls as days fall out of what lies *behind* the member: the core of `falls_at`."""
    if tier.over is None:
        return None
    today = day_at(at, zone)
    days = counted_days(tier.over, behind.days, today)
    left = _left_after(days)
    number = tier.reached(left[0])
    gone = bisect_left(left, True, key=lambda totals: tier.reached(totals) < number)  # noqa: FBT003 - what is looked for
    if gone == len(left):
        return None
    return day_start(last_day(tier.over, date.fromordinal(days[gone - 1][0])), zone, after=1)


def _left_after(days: tuple[Day, ...]) -> list[Totals]:
    """Give the totals of *days*, then of all but the first, and so on to none of them."""
    _, *columns = zip(*reversed(days), strict=True) if days else ((), (), (), ())
    sold, paid, visits = ([*accumulate(column, initial=0)] for column in columns)
    return [*zip(sold, paid, visits, strict=True)][::-1]


def totals_at(tier: Tier, history: History, today: date) -> Totals:
    """
    Give what *tier* judges of *history* on the local day *today*: of a rolling period only the days that count.

    Raises `MixedUnits` for sums in another currency than the ladder's.

    Examples:
        >>> from datetime import date
        >>> from loyaltykit import History, Level, Money, Tier
        >>> regulars = Tier(name="regulars", levels=[Level(name="bronze", sold=Money(5000, "RUB"))])
        >>> totals_at(regulars, History(sold=Money(12, "RUB"), visits=2), date(2026, 3, 1))
        (1200, 0, 2)
    """
    return _totals(tier, _behind(tier, history), today)


def _totals(tier: Tier, behind: Behind, today: date) -> Totals:
    if tier.over is None:
        return behind.totals
    days = counted_days(tier.over, behind.days, today)
    return sum([day[1] for day in days]), sum([day[2] for day in days]), sum([day[3] for day in days])


def _behind(tier: Tier, history: History) -> Behind:
    """Give what *tier* judges of *history*: the totals, or the days of a rolling period."""
    if tier.over is None:
        return Behind((_minor(tier, history.sold), _minor(tier, history.paid), history.visits), history.last_visit, ())
    days = [
        (each.day.toordinal(), _minor(tier, each.sold), _minor(tier, each.paid), each.visits) for each in history.recent
    ]
    return Behind((0, 0, 0), history.last_visit, tuple(sorted(days)))


def tier_discount_for(
    tier: Tier, level: str | None, order: Order, *, at: datetime, zone: tzinfo | None = None
) -> Decision:
    """
    Give what comes off the price of *order*, placed *at*, for whoever has the *level* of *tier* that is called so.

    None is whoever has no level of it. *zone* is the branch's, for scopes by local days and hours. Raises `NaiveMoment`
    and `ZoneNeeded`.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Level, Money, Order, Percent, Tier, tier_discount_for
        >>> regulars = Tier(name="regulars", levels=[Level(name="silver", percent=Percent(5), visits=3)])
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> print(tier_discount_for(regulars, "silver", order, at=at))
        regulars: m1 gets 20.60 RUB off (5 % of the price)
        >>> print(tier_discount_for(regulars, None, order, at=at))
        regulars: the member has no level of regulars
    """
    reason = tier.outside(order, at, zone)
    if reason is not None:
        return Decision(tier.label, (), (reason,))
    if order.customer is None:
        return Decision(tier.label, (), (Reason("no_customer"),))
    known = tier.level_named(level)
    if known is None:
        missing = (
            Reason("no_level", tier=tier.name)
            if level is None
            else Reason("level_unknown", tier=tier.name, level=level)
        )
        return Decision(tier.label, (), (missing,))
    if known.percent is None:
        return Decision(tier.label, (), (Reason("level_without_discount", tier=tier.name, level=level),))
    return percent_off(tier.label, known.percent, order.customer, order.price)


def percent_off(label: str, percent: Percent, customer: str, price: Money | None) -> Decision:
    """
    Give the answer of the ladder called *label*: a *percent* of the *price* for the *customer*, or why nothing.

    Examples:
        >>> from loyaltykit import Money, Percent
        >>> print(percent_off("regulars", Percent(5), "m1", Money("412.00", "RUB")))
        regulars: m1 gets 20.60 RUB off (5 % of the price)
    """
    if price is None:
        return Decision(label, (), (Reason("price_unknown"),))
    minor = ROUNDERS["half_up"](price.minor * percent.numerator, percent.denominator)
    if minor:
        return Decision(label, (Discount(customer, price.with_minor(minor), percent),))
    reason = Reason("rounded_to_nothing", share=percent, basis=price) if price else Reason("order_is_free")
    return Decision(label, (), (reason,))


def _minor(tier: Tier, total: Money | None) -> int:
    """Give a *total* in minor units; where no level asks for money, there's nothing to judge."""
    return 0 if total is None or tier.unit is None else tier.unit.aligned(total)[1]
