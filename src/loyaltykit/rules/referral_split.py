"""
Referral split: a percent of an order, divided among customer, worker and those who invited them. Rows R1, R2, R8, R9.

The percent becomes points by one rounding, and these are divided by the largest remainder: 41 over 40/40/20/0 are 17,
16, 8 and 0. So the parts sum up to exactly what the percent comes to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.decision import Decision
from loyaltykit.effects import Share
from loyaltykit.reason import Reason
from loyaltykit.rules.percent_of import BASES, basis_of, share_minor, step_minor
from loyaltykit.rules.scope import Rule
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.points import Points, points_of
from loyaltykit.values.rounding import ROUNDINGS, Rounding
from loyaltykit.values.split import split as divided
from loyaltykit.values.split import whole_weights

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.order import Order
    from loyaltykit.facts.referrers import Referrers
    from loyaltykit.settings.here import Here
    from loyaltykit.values.point_value import PointValue

    _Part = tuple[str, str, int]  # whose, in which role, how many units

NOTHING: Final = Percent("0")
WHOLE: Final = 100


@settings
class Shares(Settings):
    """
    The shares of a split, which total exactly 100 %; a role without one gets nothing (R1).

    Examples:
        >>> from loyaltykit import Percent, Shares
        >>> Shares(customer_referrer=Percent(40), customer=Percent(40), worker_referrer=Percent(20)).worker
        Percent('0')
    """

    customer_referrer: Percent = field.share("The share of whoever invited the customer.", default=NOTHING)
    customer: Percent = field.share("The share of the customer.", default=NOTHING)
    worker_referrer: Percent = field.share("The share of whoever invited the worker.", default=NOTHING)
    worker: Percent = field.share("The share of the worker.", default=NOTHING)
    weights: tuple[int, ...] = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep the shares as whole numbers in proportion."""
        super().__attrs_post_init__()
        object.__setattr__(self, "weights", tuple(whole_weights([percent.value for percent in self.percents])))

    @property
    def percents(self) -> tuple[Percent, ...]:
        """The shares in the order in which points are divided."""
        return self.customer_referrer, self.customer, self.worker_referrer, self.worker

    @checked("customer_referrer", "customer", "worker_referrer", "worker")
    def _total_is_whole(self, here: Here) -> None:
        total = self.customer_referrer.value + self.customer.value + self.worker_referrer.value + self.worker.value
        if total != WHOLE:
            here.problem("not_whole", total=total)


@settings
class ReferralSplit(Rule):
    """
    *percent* of an order's basis as points, divided by *shares* (R1); one for each strategy, tied to tariffs by its
    scope (R8).

    Where nobody invited the customer or the worker, the referrer's share goes to that participant, or by
    *missing_referrer* stays with the program (R2). *minimum* is the lowest price that earns anything, *basis* the sum
    that the percent is taken of. It's rounded once, by *rounding*, to a multiple of *rounding_step* points.

    Examples:
        >>> from loyaltykit import Percent, ReferralSplit, Shares
        >>> ReferralSplit(percent=Percent(10), shares=Shares(customer=Percent(100))).missing_referrer
        'participant'
    """

    percent: Percent = field.percent("The share of the basis that is divided.")
    shares: Shares = field.table(Shares, "Who gets which part of it; together 100 %.")
    missing_referrer: str = field.choice(
        ("participant", "program"), "Who gets the share of a referrer where there's none.", default="participant"
    )
    minimum: Money | None = field.money("The lowest price that earns anything.", default=None)
    basis: str = field.choice(BASES, "The sum that the percent is taken of.", default="charged")
    rounding: Rounding = field.choice(ROUNDINGS, "How the points of the percent are rounded.", default="half_up")
    rounding_step: Points | None = field.points(
        "They're rounded to a multiple of this, and then divided.", default=None
    )

    @checked("shares", "missing_referrer")
    def _referrers_have_shares(self, here: Here) -> None:
        shares = [getattr(self.shares, role, None) for role in ("customer_referrer", "worker_referrer")]
        if self.missing_referrer != "participant" and all(share == NOTHING for share in shares):
            here.at("missing_referrer").problem("no_effect", setting="missing_referrer", needs="a referrer's share")


def referral_split_for(
    split: ReferralSplit,
    order: Order,
    *,
    at: datetime,
    point_value: PointValue,
    referrers: Referrers,
    zone: tzinfo | None = None,
    charged: Money | None = None,
    payable: Money | None = None,
) -> Decision:
    """
    Give what *split* grants for *order*, placed *at*, to its customer, its worker, and their *referrers*.

    *charged* is the price after discounts (the price, if left out), *payable* that less the points redeemed (*charged*,
    if left out); *zone* is the branch's. Whoever has two roles gets one `Share` that names both; a customer who is the
    worker, too, earns as the customer alone. Raises `NaiveMoment`, `ZoneNeeded`, `MixedUnits` for a price in another
    currency than the point value's, and `InvalidValue` for a sum below zero.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Order, Percent, PointValue, ReferralSplit, Referrers, Shares
        >>> from loyaltykit import referral_split_for
        >>> shares = Shares(customer_referrer=Percent(40), customer=Percent(40), worker_referrer=Percent(20))
        >>> order = Order(id="o1", customer="m1", worker="w7", price=Money("412.00", "RUB"))
        >>> decision = referral_split_for(
        ...     ReferralSplit(percent=Percent(10), shares=shares, missing_referrer="program"), order,
        ...     at=datetime(2026, 3, 1, tzinfo=timezone.utc), point_value=PointValue("1", "RUB"),
        ...     referrers=Referrers(customer="m7"),
        ... )
        >>> for each in (*decision.effects, *decision.reasons):
        ...     print(each)
        m7 earns 17 points as the customer's referrer
        m1 earns 16 points as the customer
        nobody invited the worker: 8 points aren't paid
    """
    reason = split.outside(order, at, zone) or _unmet(split, order, point_value)
    if reason is not None or order.price is None:
        return Decision(split.label, (), (reason,) if reason else ())
    basis, digits = basis_of(split.basis, order.price, charged, payable), point_value.digits
    step = step_minor(split.rounding_step, digits)
    minor = share_minor(point_value.minor_in(basis), split.percent, point_value, split.rounding, step)
    if minor == 0:
        return Decision(split.label, (), (Reason("rounded_to_nothing", share=split.percent, basis=basis),))
    return _divided(split, order, referrers, minor, digits)


def _unmet(split: ReferralSplit, order: Order, point_value: PointValue) -> Reason | None:
    if order.customer is None and order.worker is None:
        return Reason("no_participants")
    if order.price is None:
        return Reason("price_unknown")
    if point_value.minor_in(order.price) < (0 if split.minimum is None else point_value.minor_in(split.minimum)):
        return Reason("below_minimum", minimum=split.minimum, actual=order.price)
    return None


def _divided(split: ReferralSplit, order: Order, referrers: Referrers, minor: int, digits: int) -> Decision:
    """Divide *minor* units among the four roles, and say whose part isn't paid."""
    parts = divided(minor, split.shares.weights)
    paid: list[_Part] = []
    reasons: list[Reason] = []
    sides = (("customer", order.customer, referrers.customer), ("worker", order.worker, referrers.worker))
    for (role, member, referrer), (invited, own) in zip(sides, (parts[:2], parts[2:]), strict=True):
        if member is None:
            reasons += _unpaid("nobody_in_role", invited + own, digits, role=role)
        elif role == "worker" and member == order.customer:
            reasons += _unpaid("earns_once", invited + own, digits, member=member)
        elif referrer is not None:
            paid += [(referrer, f"{role}'s referrer", invited), (member, role, own)]
        elif split.missing_referrer == "participant":
            paid.append((member, role, invited + own))
        else:
            paid.append((member, role, own))
            reasons += _unpaid("not_invited", invited, digits, role=role)
    return Decision(split.label, _shares(paid, digits), tuple(reasons))


def _unpaid(code: str, units: int, digits: int, **figures: str) -> list[Reason]:
    return [Reason(code, points=points_of(units, digits), **figures)] if units else []


def _shares(paid: list[_Part], digits: int) -> tuple[Share, ...]:
    """Give one share a member: of two roles, the points of both."""
    units: dict[str, int] = {}
    roles: dict[str, list[str]] = {}
    for member, role, part in paid:
        if part:
            units[member] = units.get(member, 0) + part
            roles.setdefault(member, []).append(role)
    return tuple(
        [Share(member, points_of(total, digits), " and ".join(roles[member])) for member, total in units.items()]
    )
