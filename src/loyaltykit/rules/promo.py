"""
Promo codes: points or a discount for whoever names a code with an order. Rows G10, G11, G12, B9.

A rule answers for its own codes: a common one stands in the program's file, individual ones and those of workers are
issued. So promo rules don't stand in each other's way, and the first in the file has no precedence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Advance, Award, Discount
from loyaltykit.errors import InvalidValue
from loyaltykit.reason import Reason
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import checked, settings
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import Points
from loyaltykit.values.rounding import ROUNDERS

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.effects import Effect
    from loyaltykit.facts.code_use import CodeUse
    from loyaltykit.facts.history import History
    from loyaltykit.facts.order import Order
    from loyaltykit.settings.here import Here
    from loyaltykit.values.point_value import PointValue

KINDS = ("common", "individual", "worker")
"""Whose codes are: everyone's, one use's, or a worker's who brings in customers."""

GAINS = ("points", "percent", "sum")
"""The ways in which a promo gives something."""


@settings
class Promo(Rule):
    """
    What a promo code gives: *points*, or *percent* of the price or a *sum* off it (G10).

    *code_kind* says whose codes these are: the one common *code*, individual ones that are issued for a single use
    each, or a worker's, who gets *worker_points* for each order that is completed with it (G11). *credited* says when
    the points may be spent: at placing, for that very order, or at its completion. A price below *minimum* gets
    nothing, nor does whoever has completed an order before, where it's for *first_order_only* (left out: for workers'
    codes); it's for one order of theirs then, unless *per_member* says otherwise. *limit* counts the uses of a code,
    *per_member* those of the promo by one member; *budget* is the money that customers get of it in all, points at
    their value. What comes of these, *uses_per_code*, *uses_per_member* and *is_for_first_orders* say.

    Examples:
        >>> from loyaltykit import Money, Percent, Promo
        >>> Promo(name="summer", code="summer", percent=Percent(10), maximum_discount=Money(200, "RUB")).code
        'SUMMER'
    """

    name: str = field.text("What reports and issued codes go by.")
    code: str | None = field.code("The code, where everyone has the same.", default=None)
    code_kind: str = field.choice(
        KINDS,
        "One common code, individual ones for a single use each, or those of workers who bring in customers.",
        default="common",
        key="kind",
    )
    points: Points | None = field.points("The points that it gives.", default=None)
    percent: Percent | None = field.percent("The share of the price that comes off it.", default=None)
    sum: Money | None = field.money("The sum that comes off the price.", default=None)
    credited: str = field.choice(
        ("completion", "placing"),
        "When points are credited: at completion, or at placing, so that this very order can be paid with them.",
        default="completion",
    )
    maximum_discount: Money | None = field.money("The most that a percent takes off.", default=None)
    minimum: Money | None = field.money("The lowest price for which it gives anything.", default=None)
    first_order_only: bool | None = field.flag(
        "Whether it's for members without a completed order; if left out, workers' codes are.", default=None
    )
    limit: int | None = field.whole("The uses that a code has.", default=None)
    per_member: int | None = field.whole("The uses that one member has.", default=None)
    budget: Money | None = field.money(
        "The money that customers get of it in all, points at their value.", default=None
    )
    worker_points: Points | None = field.points(
        "What the worker whose code it is gets for an order completed with it.", default=None
    )

    uses_per_code: int | None = field.derived()
    uses_per_member: int | None = field.derived()
    is_for_first_orders: bool = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep how often it can be used, by all and by one, and whether by new members alone."""
        super().__attrs_post_init__()
        uses = 1 if self.code_kind == "individual" else self.limit
        first = self.code_kind == "worker" if self.first_order_only is None else self.first_order_only
        object.__setattr__(self, "uses_per_code", uses)
        object.__setattr__(self, "uses_per_member", 1 if first and self.per_member is None else self.per_member)
        object.__setattr__(self, "is_for_first_orders", first)

    @checked("code", "code_kind")
    def _code_fits(self, here: Here) -> None:
        if self.code_kind == "common" and self.code is None:
            here.at("code").problem("missing", expected="a code, such as SUMMER, or another kind")
        elif self.code_kind != "common" and self.code is not None:
            here.at("code").problem("no_effect", setting="code", needs='kind = "common"')

    @checked(*GAINS)
    def _one_gain(self, here: Here) -> None:
        given = tuple(way for way in GAINS if getattr(self, way) is not None)
        if not given:
            here.problem("no_gain", ways=GAINS)
        elif len(given) > 1:
            here.problem("two_gains", given=given)

    @checked("percent", "maximum_discount")
    def _only_percents_have_a_maximum(self, here: Here) -> None:
        if self.percent is None and self.maximum_discount is not None:
            here.at("maximum_discount").problem("no_effect", setting="maximum_discount", needs="percent")

    @checked("points", "credited")
    def _only_points_are_credited(self, here: Here) -> None:
        if self.points is None and self.credited != "completion":
            here.at("credited").problem("no_effect", setting="credited", needs="points")

    @checked("code_kind", "limit")
    def _individual_codes_are_single(self, here: Here) -> None:
        if self.code_kind == "individual" and self.limit is not None:
            here.at("limit").problem("no_effect", setting="limit", needs='kind = "common" or "worker"')

    @checked("code_kind", "worker_points")
    def _workers_are_rewarded(self, here: Here) -> None:
        if self.code_kind != "worker" and self.worker_points is not None:
            here.at("worker_points").problem("no_effect", setting="worker_points", needs='kind = "worker"')


def promo_for(
    promo: Promo,
    order: Order,
    *,
    at: datetime,
    use: CodeUse,
    history: History,
    point_value: PointValue,
    zone: tzinfo | None = None,
    charged: Money | None = None,
) -> Decision:
    """
    Give what *promo* grants to the customer of *order*, placed *at*, who named a code of it, of which *use* is known.

    *history* lies behind the customer; *charged* is what a discount by a tier has left of the price, off which it comes
    then (the price, if left out), while the minimum is one of the price. A decision without effects uses nothing up.
    Where ``price_unknown`` is its reason, all else is met, and it's to be asked for again at completion. *zone* is the
    branch's, for scopes by local days and hours. Raises `NaiveMoment`, `ZoneNeeded`, `MixedUnits` for a price in
    another currency than the point value's, and `InvalidValue` for a use of another promo.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import CodeUse, History, Money, Order, Percent, PointValue, Promo, promo_for
        >>> rule = Promo(name="summer", code="SUMMER", percent=Percent(10), limit=100)
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> known = {"at": datetime(2026, 6, 1, tzinfo=timezone.utc), "point_value": PointValue("1", "RUB")}
        >>> known["history"] = History()
        >>> print(promo_for(rule, order, use=CodeUse(code="SUMMER", promo="summer", uses=99), **known))
        summer: m1 gets 41.20 RUB off (10 % of the price)
        >>> print(promo_for(rule, order, use=CodeUse(code="SUMMER", promo="summer", uses=100), **known))
        summer: all uses of SUMMER are taken: 100
    """
    if use.promo != promo.name:
        raise _other(promo, use)
    reason = promo.outside(order, at, zone) or _unmet(promo, order, use, history, point_value)
    if reason is not None or order.customer is None:
        return Decision(promo.label, (), (reason,) if reason else ())
    left = None if promo.budget is None else _left(promo.budget, use.spent, point_value)
    return _given(promo, order, charged, use, left, point_value)


def promo_objection(
    promo: Promo, customer: str | None, *, at: datetime, use: CodeUse, history: History, zone: tzinfo | None = None
) -> Reason | None:
    """
    Give why *customer* can't use a code of *promo* now, whatever the order will be; None where nothing is known that
    stands against it.

    What depends on the order, its price or where it's placed, is judged with the order. A *customer* of None is anyone.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import CodeUse, History, Percent, Promo
        >>> rule, at = Promo(name="summer", code="SUMMER", percent=Percent(10), limit=1), datetime.now(timezone.utc)
        >>> used = CodeUse(code="SUMMER", promo="summer", uses=1)
        >>> print(promo_objection(rule, None, at=at, use=used, history=History()))
        all uses of SUMMER are taken: 1
    """
    if use.promo != promo.name:
        raise _other(promo, use)
    hours = promo.outside_hours(at, zone) if promo.scope_moment == "placed" else None
    theirs = None if customer is None else _not_of(customer, use)
    reason = hours or theirs or _used_up(promo, use, history)
    if reason is None and promo.budget is not None and not left_of(promo.budget, use.spent):
        return Reason("budget_empty", budget=promo.budget)
    return reason


def kept_promo(
    promo: Promo,
    order: Order,
    *,
    use: CodeUse,
    reserved: Money | None,
    left: Money | None,
    point_value: PointValue,
    charged: Money | None = None,
) -> Decision:
    """
    Give what *promo*, which was granted when *order* was placed, comes to at its final price: conditions aren't judged
    again.

    Points stay, a percent follows the price, a sum stays, never more than the price, or than what a discount by a tier
    has left of it: *charged*. From a budget comes at most what was *reserved* of it for the order, and what is *left*
    of it besides; both are None where there's no budget.

    Examples:
        >>> from loyaltykit import CodeUse, Money, Order, Percent, PointValue, Promo, kept_promo
        >>> rule = Promo(name="summer", code="SUMMER", percent=Percent(10), budget=Money(5000, "RUB"))
        >>> order = Order(id="o1", customer="m1", price=Money("600.00", "RUB"))
        >>> kept = {"reserved": Money("41.20", "RUB"), "left": Money("10.00", "RUB")}
        >>> kept |= {"use": CodeUse(code="SUMMER", promo="summer"), "point_value": PointValue("1", "RUB")}
        >>> print(kept_promo(rule, order, **kept))
        summer: m1 gets 51.20 RUB off (10 % of the price); 60.00 RUB would be due; 51.20 RUB of the budget are left
    """
    if use.promo != promo.name:
        raise _other(promo, use)
    reason = Reason("no_customer") if order.customer is None else _unpriced(promo, order, point_value)
    if reason is not None or order.customer is None:
        return Decision(promo.label, (), (reason,) if reason else ())
    possible = None if promo.points is not None or reserved is None or left is None else (reserved + left).minor
    return _given(promo, order, charged, use, possible, point_value)


def cost_of(decision: Decision, member: str | None, point_value: PointValue) -> Money:
    """
    Give what a promo's *decision* takes of its budget: what *member*, the customer, gets, points at their value.

    Points count as no less than they're worth, so that no budget is overspent by a coin's part.

    Examples:
        >>> from loyaltykit import Award, Decision, Money, PointValue, Points
        >>> both = Decision("summer", (Award("m1", Points(3)), Award("w7", Points(50))))
        >>> cost_of(both, "m1", PointValue("0.5", "RUB"))
        Money('1.50', 'RUB')
    """
    taken = [discount.money.minor for discount in decision.discounts if discount.member == member]
    points = [_worth_at_least(award.points, point_value) for award in decision.awards if award.member == member]
    return Money.from_minor(sum(taken + points), point_value.currency)


def _worth_at_least(points: Points, point_value: PointValue) -> int:
    return -(-points.with_digits(point_value.digits).minor * point_value.minor_per // point_value.points_per)


def _other(promo: Promo, use: CodeUse) -> InvalidValue:
    message = f"{use.code} is a code of {use.promo}, not of {promo.name}: ask the rule whose code it is"
    return InvalidValue(message, value=use)


def _unmet(promo: Promo, order: Order, use: CodeUse, history: History, point_value: PointValue) -> Reason | None:
    """Give the condition that isn't met; those of the price come last, since they may wait for one."""
    if order.customer is None:
        return Reason("no_customer")
    reason = _not_of(order.customer, use) or _used_up(promo, use, history)
    if reason is not None:
        return reason
    minimum, price = promo.minimum, order.price
    if price is None:
        return None if promo.points is not None and minimum is None else Reason("price_unknown")
    units = point_value.minor_in(price)
    if minimum is not None and units < point_value.minor_in(minimum):
        return Reason("below_minimum", minimum=minimum, actual=price)
    return None if units or promo.points is not None else Reason("order_is_free")


def _not_of(customer: str, use: CodeUse) -> Reason | None:
    if use.bound_to is not None and use.bound_to != customer:
        return Reason("code_of_another", promo_code=use.code)
    return Reason("own_code", promo_code=use.code) if use.worker == customer else None


def _used_up(promo: Promo, use: CodeUse, history: History) -> Reason | None:
    if promo.is_for_first_orders and history.orders:
        return Reason("not_first_order")
    if promo.uses_per_code is not None and use.uses >= promo.uses_per_code:
        return Reason("code_used_up", promo_code=use.code, limit=promo.uses_per_code)
    if promo.uses_per_member is not None and use.member_uses >= promo.uses_per_member:
        return Reason("promo_used_by_member", promo=promo.name, limit=promo.uses_per_member)
    return None


def _unpriced(promo: Promo, order: Order, point_value: PointValue) -> Reason | None:
    """Give why nothing can come off the price of *order*, where *promo* takes something off."""
    if promo.points is not None:
        return None
    if order.price is None:
        return Reason("price_unknown")
    return None if point_value.minor_in(order.price) else Reason("order_is_free")


def left_of(budget: Money, spent: Money | None) -> Money:
    """
    Give what is left of a promo's *budget* where so much of it is *spent*: never less than nothing.

    Examples:
        >>> from loyaltykit import Money
        >>> left_of(Money(500, "RUB"), Money(120, "RUB")), left_of(Money(500, "RUB"), Money(501, "RUB"))
        (Money('380.00', 'RUB'), Money('0.00', 'RUB'))
    """
    return budget if spent is None else budget.with_minor(max((budget - spent).minor, 0))


def _left(budget: Money, spent: Money | None, point_value: PointValue) -> int:
    """Give the minor units that are left of *budget*."""
    return max(point_value.minor_in(budget) - (0 if spent is None else point_value.minor_in(spent)), 0)


def _given(
    promo: Promo, order: Order, charged: Money | None, use: CodeUse, left: int | None, point_value: PointValue
) -> Decision:
    """Give the gain of *promo*, of whose budget so many minor units are *left*; None for as many as may be."""
    customer = order.customer
    assert customer is not None  # noqa: S101 - it was judged
    if promo.points is not None:
        made = Advance if promo.credited == "placing" else Award
        gain, reasons = _points(made(customer, promo.points), left, point_value)
    else:
        gain, reasons = _discount(promo, customer, order.price, charged, left)
    effects: tuple[Effect, ...] = () if gain is None else (gain,)
    if gain is not None and promo.worker_points is not None and use.worker is not None:
        effects = (gain, Award(use.worker, promo.worker_points))
    return Decision(promo.label, effects, reasons)


def _points(award: Award, left: int | None, point_value: PointValue) -> tuple[Effect | None, tuple[Reason, ...]]:
    """Give *award*, all of it or nothing."""
    due = _worth_at_least(award.points, point_value)
    if left is None or due <= left:
        return award, ()
    sums = [Money.from_minor(minor, point_value.currency) for minor in (left, due)]
    return None, (Reason("budget_spent", left=sums[0], due=sums[1]),)


def _discount(
    promo: Promo, customer: str, price: Money | None, charged: Money | None, left: int | None
) -> tuple[Effect | None, tuple[Reason, ...]]:
    """
    Give what comes off the *price*, or off what is *charged* of it: no more than that, the maximum, and what is *left*
    of the budget.
    """
    basis = None if promo.percent is None else charged
    price = price if charged is None else order_sum(charged, "what is charged")
    assert price is not None  # noqa: S101 - it was judged
    if not price:
        return None, (Reason("order_is_free"),)
    full = _full(promo, price)
    most = price.minor if promo.maximum_discount is None else min(promo.maximum_discount.minor, price.minor)
    due = min(full, most)
    reasons: tuple[Reason, ...] = ()
    if full > most:
        reasons = (Reason("capped", maximum=price.with_minor(most), uncapped=price.with_minor(full)),)
    if not due:
        return None, (Reason("rounded_to_nothing", share=promo.percent, basis=price),)
    if left is None or due <= left:
        return Discount(customer, price.with_minor(due), promo.percent, basis), reasons
    money, uncapped = price.with_minor(left), price.with_minor(due)
    if not left:
        return None, (Reason("budget_spent", left=money, due=uncapped),)
    return Discount(customer, money, promo.percent, basis), (
        *reasons,
        Reason("limited_by_budget", left=money, uncapped=uncapped),
    )


def _full(promo: Promo, price: Money) -> int:
    """Give the minor units that *promo* takes off the *price* where nothing else binds."""
    if promo.percent is not None:
        return ROUNDERS["half_up"](price.minor * promo.percent.numerator, promo.percent.denominator)
    assert promo.sum is not None  # noqa: S101 - a promo has one gain
    return promo.sum.minor
