"""
Surcharges: money for the worker beside the order's price, which stays what it is. Rows G2, G3 and G4.

Two kinds stack: one raises what the worker gets to a set figure, the other adds a percent of the price or a sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.decision import Decision
from loyaltykit.effects import Credit
from loyaltykit.reason import Reason
from loyaltykit.rules.gains import note_gains
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import checked, settings
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.rounding import ROUNDINGS, Rounding

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.order import Order
    from loyaltykit.settings.here import Here

WAYS = ("raise_to", "percent", "sum")
"""The settings of which a surcharge has one."""


@settings
class Surcharge(Rule):
    """
    Money for the worker: what the price falls short of *raise_to* (G2), or a *percent* of the price or a *sum* (G3).

    By its scope it may be one of a district, a worker tariff or a branch (G4). A percent is always of the price,
    rounded once by *rounding*.

    Examples:
        >>> from loyaltykit import Money, Scope, Surcharge
        >>> Surcharge(raise_to=Money(300, "RUB"), scope=Scope(districts=("76",))).raises
        True
    """

    raise_to: Money | None = field.money("The worker gets what the price is below this.", default=None)
    percent: Percent | None = field.percent("The share of the price that the worker gets.", default=None)
    sum: Money | None = field.money("The sum that the worker gets, whatever the price.", default=None)
    rounding: Rounding = field.choice(ROUNDINGS, "How the money of a percent is rounded.", default="half_up")

    @property
    def raises(self) -> bool:
        """Whether it's of the kind that raises to a figure; the other kind adds to that."""
        return self.raise_to is not None

    @checked(*WAYS)
    def _one_gain(self, here: Here) -> None:
        note_gains(self, WAYS, here)

    @checked("percent", "rounding")
    def _only_percents_are_rounded(self, here: Here) -> None:
        if self.percent is None and self.rounding != "half_up":
            here.at("rounding").problem("no_effect", setting="rounding", needs="percent")


def surcharge_for(surcharge: Surcharge, order: Order, *, at: datetime, zone: tzinfo | None = None) -> Decision:
    """
    Give what *surcharge* credits to the worker of *order*, placed *at*.

    *zone* is the branch's, for scopes by local days and hours. Raises `NaiveMoment` and `ZoneNeeded`, and `MixedUnits`
    where the order's price isn't in the currency of *raise_to*.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Surcharge, surcharge_for
        >>> order = Order(id="o1", worker="w7", price=Money("250.00", "RUB"))
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> print(surcharge_for(Surcharge(raise_to=Money(300, "RUB")), order, at=at))
        surcharge: w7 is credited 50.00 RUB
    """
    reason = surcharge.outside(order, at, zone) or _unmet(surcharge, order)
    if reason is not None or order.worker is None:
        return Decision(surcharge.label, (), (reason,) if reason else ())
    money = _money(surcharge, order.price)
    if not money:
        return Decision(surcharge.label, (), (_nothing(surcharge, order.price),))
    return Decision(surcharge.label, (Credit(order.worker, money, surcharge.percent),))


def _unmet(surcharge: Surcharge, order: Order) -> Reason | None:
    if order.worker is None:
        return Reason("no_worker")
    if order.price is None and surcharge.sum is None:
        return Reason("price_unknown")
    return None


def _money(surcharge: Surcharge, price: Money | None) -> Money | None:
    """Give what is credited; None, or nothing, where the price is high enough or the percent too small."""
    if price is None or surcharge.sum is not None:
        return surcharge.sum
    if surcharge.raise_to is not None:
        return surcharge.raise_to - price if price < surcharge.raise_to else None
    return None if surcharge.percent is None else surcharge.percent.of(price, surcharge.rounding)


def _nothing(surcharge: Surcharge, price: Money | None) -> Reason:
    if surcharge.raises:
        return Reason("high_enough", raise_to=surcharge.raise_to, actual=price)
    return Reason("rounded_to_nothing", share=surcharge.percent, basis=price)
