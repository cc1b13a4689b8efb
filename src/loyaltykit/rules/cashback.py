"""
Cashback: points back for an order, by percent, in points, or in steps. Row G5.

A percentage becomes points through the point value before the one rounding: 5 % of 412.00 at 0.50 a point is 41.2, so
41.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Award
from loyaltykit.reason import Reason
from loyaltykit.rules.gains import note_gains
from loyaltykit.rules.percent_of import BASES, basis_of, share_minor, step_minor
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.settings.kind import UNREAD
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import Points, points_of
from loyaltykit.values.rounding import ROUNDINGS, Rounding

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.order import Order
    from loyaltykit.settings.here import Here
    from loyaltykit.values.point_value import PointValue
    from loyaltykit.values.term import Term  # noqa: TC004 - loaded by the kind that reads it


@settings
class CashbackStep(Settings):
    """
    One step of a stepped cashback: from the price *from_price* on, the whole basis earns this *percent* or *points*.

    Examples:
        >>> from loyaltykit import CashbackStep, Money, Percent
        >>> CashbackStep(from_price=Money(1000, "RUB"), percent=Percent("5")).percent
        Percent('5')
    """

    from_price: Money = field.money("The lowest price of the step.", key="from")
    percent: Percent | None = field.percent("The share of the basis that is given back.", default=None)
    points: Points | None = field.points("The points that are given back, whatever the basis.", default=None)

    @checked("percent", "points")
    def _one_gain(self, here: Here) -> None:
        note_gains(self, ("percent", "points"), here)


@settings
class Cashback(Rule):
    """
    Points back for an order: *percent* of its basis, *points*, or *steps* of either by price (G5).

    *minimum* is the lowest price that earns; *maximum* the most points an order earns. *basis* is the sum that a
    percent is taken of: the price, what is charged after discounts, or what is payable after points. A percent is
    rounded once, by *rounding*, to a multiple of *rounding_step* points. With a *delay* the points are credited that
    long after the order is completed (S2).

    Examples:
        >>> from loyaltykit import Cashback, Money, Percent, Points, Scope
        >>> airport = Cashback(
        ...     name="airport", percent=Percent("2.5"), minimum=Money(300, "RUB"), maximum=Points(500),
        ...     scope=Scope(tariffs=("airport",)),
        ... )
        >>> airport.basis, airport.rounding
        ('charged', 'half_up')
    """

    percent: Percent | None = field.percent("The share of the basis that is given back.", default=None)
    points: Points | None = field.points("The points that are given back, whatever the basis.", default=None)
    steps: tuple[CashbackStep, ...] = field.tables(
        CashbackStep,
        "Shares or points by price, rising; the highest step whose from is reached answers for the whole.",
        default=(),
    )
    minimum: Money | None = field.money("The lowest price that earns anything.", default=None)
    maximum: Points | None = field.points("The most points that one order earns.", default=None)
    basis: str = field.choice(BASES, "The sum that a percent is taken of.", default="charged")
    rounding: Rounding = field.choice(ROUNDINGS, "How the points of a percent are rounded.", default="half_up")
    rounding_step: Points | None = field.points("Points of a percent are rounded to a multiple of this.", default=None)
    delay: Term | None = field.term(
        "How long after completion the points are credited; at once, if left out.", default=None
    )

    @checked("percent", "points", "steps")
    def _one_gain(self, here: Here) -> None:
        note_gains(self, ("percent", "points", "steps"), here)

    @checked("steps")
    def _steps_rise(self, here: Here) -> None:
        floors = [getattr(step, "from_price", None) for step in self.steps]
        for index, (before, floor) in enumerate(pairwise(floors), start=1):
            if before is not None and floor is not None and floor <= before:
                here.at("steps").item(index).at("from").problem("not_ascending", value=floor, before=before)

    @checked("steps", "minimum")
    def _steps_reach_minimum(self, here: Here) -> None:
        floors = [getattr(step, "from_price", None) for step in self.steps]
        for index, (floor, following) in enumerate(pairwise(floors)):
            if self.minimum and floor is not None and following is not None and floor < following <= self.minimum:
                here.at("steps").item(index).problem("step_below_minimum", value=floor, minimum=self.minimum)

    @checked("points", "steps", "maximum")
    def _gains_fit(self, here: Here) -> None:
        fixed = [("points", self.points)]
        fixed += [(f"steps[{index}].points", getattr(step, "points", None)) for index, step in enumerate(self.steps)]
        for path, gain in fixed:
            if gain is not None and self.maximum is not None and gain > self.maximum:
                here.at(path).problem("above_cap", value=gain, maximum=self.maximum)

    @checked("maximum", "rounding_step")
    def _rounding_fits(self, here: Here) -> None:
        step = self.rounding_step
        if step is not None and self.maximum is not None and step > self.maximum:
            here.at("rounding_step").problem("above_cap", value=step, maximum=self.maximum)

    @checked("percent", "steps")
    def _only_percents_are_rounded(self, here: Here) -> None:
        if self.percent is not None or any(getattr(step, "percent", UNREAD) is not None for step in self.steps):
            return
        for name, default in (("basis", "charged"), ("rounding", "half_up"), ("rounding_step", None)):
            if getattr(self, name, default) != default:
                here.at(name).problem("no_effect", setting=name, needs="percent")


def cashback_for(
    cashback: Cashback,
    order: Order,
    *,
    at: datetime,
    point_value: PointValue,
    zone: tzinfo | None = None,
    charged: Money | None = None,
    payable: Money | None = None,
) -> Decision:
    """
    Give what *cashback* grants to the customer of *order*, placed *at*.

    *charged* is the price after discounts (the price, if left out), *payable* that less the points redeemed (*charged*,
    if left out); *zone* is the branch's, for scopes by local days and hours. Raises `NaiveMoment`, `ZoneNeeded`,
    `MixedUnits` for a price in another currency than the point value's, and `InvalidValue` for a sum below zero.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Cashback, Money, Order, Percent, PointValue, cashback_for
        >>> rule = Cashback(percent=Percent("5"), minimum=Money(300, "RUB"))
        >>> at, point_value = datetime(2026, 3, 1, tzinfo=timezone.utc), PointValue("1", "RUB")
        >>> order = Order(id="o1", customer="m1", price=Money("250.00", "RUB"))
        >>> print(cashback_for(rule, order, at=at, point_value=point_value))
        cashback: the price, 250.00 RUB, is below the minimum, 300.00 RUB
    """
    reason = cashback.outside(order, at, zone) or _unmet(cashback, order, point_value)
    if reason is not None or order.customer is None or order.price is None:
        return Decision(cashback.label, (), (reason,) if reason else ())
    gain = _step_for(cashback.steps, order.price) if cashback.steps else cashback
    basis = None if gain.percent is None else basis_of(cashback.basis, order.price, charged, payable)
    earned = _earned(cashback, gain, basis, point_value)
    minor, reasons = _capped(cashback, earned, point_value.digits)
    if minor == 0:
        return Decision(cashback.label, (), (Reason("rounded_to_nothing", share=gain.percent, basis=basis),))
    points = points_of(minor, point_value.digits)
    award = Award(order.customer, points, basis, gain.percent, delay=cashback.delay)
    return Decision(cashback.label, (award,), reasons)


def _unmet(cashback: Cashback, order: Order, point_value: PointValue) -> Reason | None:
    if order.customer is None:
        return Reason("no_customer")
    if order.price is None:
        return Reason("price_unknown")
    price = point_value.minor_in(order.price)
    minimum = cashback.minimum
    if cashback.steps and (minimum is None or minimum < cashback.steps[0].from_price):
        minimum = cashback.steps[0].from_price
    if minimum is not None and price < point_value.minor_in(minimum):
        return Reason("below_minimum", minimum=minimum, actual=order.price)
    return None


def _step_for(steps: tuple[CashbackStep, ...], price: Money) -> CashbackStep:
    return next(step for step in reversed(steps) if step.from_price.minor <= price.minor)


def _earned(cashback: Cashback, gain: Cashback | CashbackStep, basis: Money | None, point_value: PointValue) -> int:
    if gain.percent is not None and basis is not None:
        step = step_minor(cashback.rounding_step, point_value.digits)
        return share_minor(point_value.minor_in(basis), gain.percent, point_value, cashback.rounding, step)
    return 0 if gain.points is None else gain.points.with_digits(point_value.digits).minor


def _capped(cashback: Cashback, earned: int, digits: int) -> tuple[int, tuple[Reason, ...]]:
    if cashback.maximum is None:
        return earned, ()
    most = cashback.maximum.with_digits(digits).minor
    if earned <= most:
        return earned, ()
    return most, (Reason("capped", maximum=cashback.maximum, uncapped=points_of(earned, digits)),)
