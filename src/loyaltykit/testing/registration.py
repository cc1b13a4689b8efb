"""
What Hypothesis calls when it's imported, through its entry point, so that it knows the types of loyaltykit.

From then on ``from_type(Money)``, and a test with an argument annotated as ``Money``, draw from ``strategies.money()``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def register() -> None:
    """
    Tell Hypothesis which strategy draws each of the types; the strategies load when the first of them is asked for.

    Examples:
        >>> from hypothesis import given, strategies as st
        >>> from loyaltykit import Money
        >>> @given(st.from_type(Money))
        ... def test_adding_nothing(fare):
        ...     assert fare + fare * 0 == fare
        >>> test_adding_nothing()
    """
    from hypothesis.strategies import register_type_strategy  # noqa: PLC0415 - it's Hypothesis that imports this module

    import loyaltykit  # noqa: PLC0415 - Hypothesis is loading: nothing more than it needs

    for name, strategy in STRATEGIES.items():
        register_type_strategy(getattr(loyaltykit, name), partial(_drawn, strategy))


def _drawn(strategy: str, _type: type) -> SearchStrategy[Any]:
    from loyaltykit.testing import strategies  # noqa: PLC0415 - most programs that import Hypothesis never ask

    drawn: SearchStrategy[Any] = getattr(strategies, strategy)()
    return drawn


STRATEGIES = {
    "BonusStep": "bonus_steps",
    "Branch": "branches",
    "CardStanding": "card_standings",
    "Cashback": "cashbacks",
    "CashbackStep": "cashback_steps",
    "Category": "categories",
    "CodeUse": "code_uses",
    "Codes": "referral_code_settings",
    "Criteria": "criteria",
    "Currency": "currencies",
    "DayOfVisits": "days_of_visits",
    "Expiry": "expiries",
    "FirstAppOrder": "first_app_orders",
    "GiftCard": "gift_cards",
    "History": "histories",
    "Invitation": "invitations",
    "Invited": "invited",
    "Level": "levels",
    "Money": "money",
    "NoticeSettings": "notice_settings",
    "NoticeTemplate": "notice_templates",
    "OpeningMember": "opening_members",
    "Order": "orders",
    "Percent": "percents",
    "Period": "periods",
    "PointValue": "point_values",
    "Points": "points",
    "Program": "programs",
    "Promo": "promos",
    "Redemption": "redemptions",
    "ReferralSplit": "referral_splits",
    "Referrers": "referrers",
    "Scope": "scopes",
    "ServicePoints": "service_points_rules",
    "Shares": "shares",
    "Standing": "standings",
    "Surcharge": "surcharges",
    "Template": "templates",
    "Term": "terms",
    "Tier": "tiers",
    "Window": "windows",
    "WorkerBonus": "worker_bonuses",
}
"""The types that Hypothesis hears of, each with the strategy that draws it."""
