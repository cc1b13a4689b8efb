"""Strategies for what lies behind ladders and categories: levels that can all be held, and criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from loyaltykit.rules.category import FIGURES, STATUSES, Category, Criteria
from loyaltykit.rules.tier import CRITERIA, Level
from loyaltykit.testing.strategies._values import currencies, percents
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from loyaltykit.values.currency import Currency

CLASSES = ("bronze", "silver", "золото")
"""The names of levels, from the lowest."""

CATEGORIES = ("Эконом", "Стандарт", "VIP")
"""The names of categories: few, so that they often meet."""

_FIGURES = st.integers(1, 9) | st.integers(1, 10_000)


def levels(currency: Currency | str | None = None) -> SearchStrategy[Level]:
    """
    Draw one level of a ladder, with figures in *currency* (any, if left out): a class, a discount, or both.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.levels("RUB"), lambda level: level.percent is None and level.sold is not None).called
        'bronze'
    """
    return ladders(currency).map(lambda ladder: ladder[-1])


@st.composite
def ladders(draw: DrawFn, currency: Currency | str | None = None) -> tuple[Level, ...]:
    """
    Draw up to three levels that rise and can all be held.

    Examples:
        >>> from hypothesis import find
        >>> len(find(ladders("RUB"), lambda ladder: len(ladder) > 1))
        2
    """
    known, count = draw(_known(currency)), draw(st.integers(1, len(CLASSES)))
    rising = {name: sorted(draw(st.lists(_FIGURES, min_size=count, max_size=count, unique=True))) for name in CRITERIA}
    shares = sorted(draw(st.lists(percents(), min_size=count, max_size=count, unique=True)))
    first = draw(st.integers(0, count))  # the first level with a discount
    return tuple(
        [
            Level(
                name=CLASSES[index] if index < first else draw(st.none() | st.just(CLASSES[index])),
                percent=shares[index] if index >= first else None,
                **_asked({name: rising[name][index] for name in draw(_some(CRITERIA))}, known),
            )
            for index in range(count)
        ]
    )


@st.composite
def criteria(draw: DrawFn, currency: Currency | str | None = None) -> Criteria:
    """
    Draw what a category is given or taken away by, with figures in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.criteria("RUB"), lambda criteria: criteria.days_away is not None).days_away
        1
    """
    return Criteria(**draw(_criteria(draw(_known(currency)))))


@st.composite
def categories(draw: DrawFn, currency: Currency | str | None = None) -> Category:
    """
    Draw categories that can be held, with figures in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> by_sold = lambda rule: rule.removed and rule.removed.sold and rule.added.sold
        >>> rule = find(strategies.categories("RUB"), by_sold)
        >>> rule.added.sold < rule.removed.sold
        True
    """
    known = draw(_known(currency))
    added, removed = draw(_criteria(known)), draw(st.none() | _criteria(known))
    if removed is not None:
        for name in FIGURES:
            if name in added and name in removed:
                removed[name] = added[name] + removed[name]
        if "status" in added:
            removed["status"] = STATUSES[added["status"] == STATUSES[0]]
        if "visits" in removed:
            removed["visits"] += 1  # whoever is away, or has just come, has come once
    return Category(
        name=draw(st.sampled_from(CATEGORIES)),
        added=Criteria(**added),
        removed=None if removed is None else Criteria(**removed),
    )


@st.composite
def _criteria(draw: DrawFn, currency: Currency | str) -> dict[str, Any]:
    told = draw(_some((*FIGURES, "status")))
    asked = _asked({name: draw(_FIGURES) for name in told if name != "status"}, currency)
    return asked | ({"status": draw(st.sampled_from(STATUSES))} if "status" in told else {})


def _asked(figures: dict[str, int], currency: Currency | str) -> dict[str, Any]:
    """Give *figures* as settings: sums in minor units of *currency*."""
    return {
        name: Money.from_minor(figure, currency) if name in {"sold", "paid"} else figure
        for name, figure in figures.items()
    }


def _some(names: tuple[str, ...]) -> SearchStrategy[list[str]]:
    return st.sets(st.sampled_from(names), min_size=1).map(sorted)


def _known(currency: Currency | str | None) -> SearchStrategy[Currency | str]:
    return currencies() if currency is None else st.just(currency)
