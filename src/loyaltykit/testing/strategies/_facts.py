"""Strategies for facts: orders, what is stored about a member, what lies behind, and who is carried over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from loyaltykit.facts.card_standing import CardStanding
from loyaltykit.facts.code_use import CodeUse
from loyaltykit.facts.history import DayOfVisits, History
from loyaltykit.facts.invited import Invited
from loyaltykit.facts.opening import OpeningMember
from loyaltykit.facts.order import Order
from loyaltykit.facts.referrers import Referrers
from loyaltykit.facts.standing import Standing
from loyaltykit.testing.strategies._calendar import moments
from loyaltykit.testing.strategies._values import HUGE, money, points

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from loyaltykit.values.currency import Currency
    from loyaltykit.values.money import Money

NAMES: Final = {
    "branches": ("centre", "north", "airport"),
    "services": ("ride", "delivery", "haircut"),
    "tariffs": ("economy", "comfort", "business"),
    "worker_tariffs": ("economy", "comfort", "business"),
    "channels": ("app", "phone", "web"),
    "districts": ("Airport", "Río Alto", "Центр"),
}
"""What orders and scopes are named after, by the part of a scope: few, so that they often meet."""


CODES: Final = ("SUMMER", "ЛETO-26", "K7PX23WD")
"""Promo codes: few, so that they often meet."""

PROMOS: Final = ("summer", "welcome", "лето")
"""The names of promo rules."""


def orders(currency: Currency | str | None = None) -> SearchStrategy[Order]:
    """
    Draw orders priced in *currency* (any, if left out): with and without customer, price, start and each name.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> order = find(strategies.orders("RUB"), lambda order: order.price is not None and order.branch == "north")
        >>> order.price, order.customer is None
        (Money('0.00', 'RUB'), True)
    """
    price = money(currency, min_minor=0) | money(currency, min_minor=0, max_minor=100_000)
    named = {part: st.none() | st.sampled_from(names) for part, names in NAMES.items()}
    return st.builds(
        Order,
        id=st.sampled_from(["o1", "o2", "заказ-3"]),
        customer=st.none() | st.sampled_from(["m1", "m2"]),
        worker=st.none() | st.sampled_from(["w7", "m1"]),
        price=st.none() | price,
        branch=named["branches"],
        service=named["services"],
        tariff=named["tariffs"],
        worker_tariff=named["worker_tariffs"],
        channel=named["channels"],
        district=named["districts"],
        ends_at=st.none() | moments(),
        starts_at=st.none() | moments(),
        visit=st.booleans(),
    )


def standings(digits: int | None = None) -> SearchStrategy[Standing]:
    """
    Draw what is stored about a member: a balance of points with *digits* decimals (0 to 6, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.standings(0), lambda standing: standing.balance.minor > 0).balance
        Points(1)
    """
    return st.builds(Standing, balance=points(digits, min_minor=0, max_minor=HUGE))


def card_standings(currency: Currency | str | None = None) -> SearchStrategy[CardStanding]:
    """
    Draw what is on a gift card, with a balance in *currency* (any, if left out); some are frozen.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.card_standings("RUB"), lambda card: card.balance.minor > 0).balance
        Money('0.01', 'RUB')
    """
    balances = money(currency, min_minor=0, max_minor=HUGE)
    return st.builds(CardStanding, card=st.sampled_from(["c1", "карта"]), balance=balances, frozen=st.booleans())


def days_of_visits(currency: Currency | str | None = None) -> SearchStrategy[DayOfVisits]:
    """
    Draw what lies behind a member of one local day, with sums in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.days_of_visits("RUB"), lambda day: day.sold is not None).sold
        Money('0.00', 'RUB')
    """
    summed = _total(currency)
    return st.builds(DayOfVisits, day=st.dates(), sold=summed, paid=summed, visits=st.integers(0, 3))


def histories(currency: Currency | str | None = None) -> SearchStrategy[History]:
    """
    Draw what lies behind a member: orders through no channel, some, or all, with sums in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.histories(), lambda history: "app" in history.channels).channels
        frozenset({'app'})
    """
    summed = _total(currency)
    return st.builds(
        History,
        channels=st.frozensets(st.sampled_from(NAMES["channels"])),
        visits=st.integers(0, 3) | st.integers(0, HUGE),
        sold=summed,
        paid=summed,
        last_visit=st.none() | moments(),
        recent=st.lists(days_of_visits(currency), max_size=2),
    )


def _total(currency: Currency | str | None) -> SearchStrategy[Money | None]:
    return st.none() | money(currency, min_minor=0, max_minor=10**9)


def code_uses(currency: Currency | str | None = None) -> SearchStrategy[CodeUse]:
    """
    Draw what other orders have made of a promo code, its budget in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.code_uses("RUB"), lambda use: use.worker is not None and use.uses > 1).uses
        2
    """
    counts = st.integers(0, 3) | st.integers(0, 10**9)
    return st.builds(
        CodeUse,
        code=st.sampled_from(CODES),
        promo=st.sampled_from(PROMOS),
        uses=counts,
        member_uses=counts,
        spent=st.none() | money(currency, min_minor=0, max_minor=100_000),
        bound_to=st.none() | st.sampled_from(["m1", "m2"]),
        worker=st.none() | st.sampled_from(["w7", "m1"]),
    )


def referrers() -> SearchStrategy[Referrers]:
    """
    Draw who invited the customer and the worker of an order: nobody, others, or each other.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.referrers(), lambda referrers: referrers.customer == "w7").customer
        'w7'
    """
    member = st.none() | st.sampled_from(["m7", "m1", "w7"])
    return st.builds(Referrers, customer=member, worker=member)


def invited() -> SearchStrategy[Invited]:
    """
    Draw who invited the customer of an order, by a code or none.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.invited(), lambda invited: invited.code is not None).referrer
        'm7'
    """
    return st.builds(Invited, referrer=st.sampled_from(["m7", "w7"]), code=st.none() | st.sampled_from(CODES))


def opening_members(currency: Currency | str | None = None, digits: int | None = None) -> SearchStrategy[OpeningMember]:
    """
    Draw members to be carried over, with points of *digits* decimals and sums in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.opening_members("RUB", 0), lambda opening: opening.lots and opening.visits).lots
        ((Points(1), None),)
    """
    lot = st.tuples(points(digits, min_minor=1, max_minor=10**9), st.none() | moments())
    summed = _total(currency)
    return st.builds(
        OpeningMember,
        id=st.sampled_from(["m1", "m2", "участник-3"]),
        lots=st.lists(lot, max_size=3),
        visits=st.integers(0, 100),
        sold=summed,
        paid=summed,
        last_order=st.none() | moments(),
        channels=st.lists(st.sampled_from(NAMES["channels"]), unique=True),
        referrer=st.none() | st.sampled_from(["m1", "m7"]),
        code=st.none() | st.sampled_from(CODES),
        consent=st.none() | st.booleans(),
        sales=st.integers(0, 3),
        last_visit=st.none() | moments(),
        categories=st.lists(st.sampled_from(["VIP", "Эконом"]), unique=True),
    )
