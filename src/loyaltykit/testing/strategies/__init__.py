"""
Hypothesis strategies for the values, facts and settings of loyaltykit, with their edges well represented.

They draw what is valid, so a property needs no filtering: zero and one minor unit off it, halves, ties, huge sums,
currencies of every number of digits, moments around changes of the clock, programs whose rules can all answer. Names
come from small pools, so that orders and scopes often meet. They need the extra ``loyaltykit[testing]``.
"""

from loyaltykit.testing.strategies._calendar import moments, periods, terms, windows, zones
from loyaltykit.testing.strategies._facts import (
    card_standings,
    code_uses,
    days_of_visits,
    histories,
    invited,
    opening_members,
    orders,
    referrers,
    standings,
)
from loyaltykit.testing.strategies._ladders import categories, criteria, levels
from loyaltykit.testing.strategies._notices import notice_settings, notice_templates, templates
from loyaltykit.testing.strategies._settings import (
    bonus_steps,
    branches,
    cashback_steps,
    cashbacks,
    expiries,
    first_app_orders,
    gift_cards,
    invitations,
    programs,
    promos,
    redemptions,
    referral_code_settings,
    referral_splits,
    scopes,
    service_points_rules,
    shares,
    surcharges,
    tiers,
    worker_bonuses,
)
from loyaltykit.testing.strategies._values import currencies, money, percents, point_values, points, weights

__all__ = [
    "bonus_steps",
    "branches",
    "card_standings",
    "cashback_steps",
    "cashbacks",
    "categories",
    "code_uses",
    "criteria",
    "currencies",
    "days_of_visits",
    "expiries",
    "first_app_orders",
    "gift_cards",
    "histories",
    "invitations",
    "invited",
    "levels",
    "moments",
    "money",
    "notice_settings",
    "notice_templates",
    "opening_members",
    "orders",
    "percents",
    "periods",
    "point_values",
    "points",
    "programs",
    "promos",
    "redemptions",
    "referral_code_settings",
    "referral_splits",
    "referrers",
    "scopes",
    "service_points_rules",
    "shares",
    "standings",
    "surcharges",
    "templates",
    "terms",
    "tiers",
    "weights",
    "windows",
    "worker_bonuses",
    "zones",
]
