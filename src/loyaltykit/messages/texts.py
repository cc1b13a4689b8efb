"""
Every text of the library that can be translated, in English, by its key, such as ``reason.below_minimum``.

Reasons, problems and notices come from their own tables, so that their English stands once. Keys are the codes, not the
English sentences: mending a comma there orphans no translation. Row B1.
"""

from __future__ import annotations

from typing import Final

from loyaltykit.geo.problem import DISTRICT_PROBLEMS
from loyaltykit.messages.effects import EFFECTS
from loyaltykit.messages.levels import LEVELS
from loyaltykit.messages.vocabulary import PHRASES
from loyaltykit.notice import NOTICES
from loyaltykit.reason import REASONS
from loyaltykit.settings.problem import PROBLEMS

SENTENCES: Final = {
    "decision.nothing": "nothing to do",
    "code.none": "no code",
    "code.valid": "valid",
    "breakdown.sums": "price {price}, charged {charged}, payable {payable}",
    "breakdown.card": ", by gift card {card}, due {due}",
    "period.always": "always",
    "period.from": "from {side}",
    "period.until_day": "until {side}",
    "period.until_moment": "until {side}",
    "window.every_day": "every day",
    "nothing.told": "none",
    "feature.told": "feature {number}",
}
"""What decisions, checks of codes, sums, periods and windows are made of."""

NOUNS: Final = {
    "points": ("point", "points"),
    "orders": ("order", "orders"),
    "visits": ("visit", "visits"),
    "days": ("day", "days"),
    "members": ("member", "members"),
    "uses": ("use", "uses"),
    "bytes": ("byte", "bytes"),
}
"""What is counted, as one and as several."""


def _texts() -> dict[str, str]:
    tables = {"reason": REASONS, "problem": PROBLEMS, "map": DISTRICT_PROBLEMS, "notice": NOTICES}
    texts = {f"{kind}.{code}": each.words for kind, table in tables.items() for code, each in table.items()}
    mended = {"fix": PROBLEMS, "map_fix": DISTRICT_PROBLEMS}
    fixes = {f"{kind}.{code}": each.fix for kind, table in mended.items() for code, each in table.items()}
    effects = {f"effect.{key}": text for key, text in EFFECTS.items()}
    return texts | fixes | effects | LEVELS | SENTENCES | PHRASES


TEXTS: Final = _texts()
"""Every English text by its key; figures stand in braces."""
