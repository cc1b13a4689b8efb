"""Where a member stands on a ladder, in words: the level, what keeps it and until when, how far the next is. Row B7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from loyaltykit.messages.speech import Speech
    from loyaltykit.operations.view_tiers import TierView
    from loyaltykit.rules.tier_progress import Missing

LEVELS: Final = {
    "level.held": "{tier}: {level}",
    "level.none": "{tier}: no level",
    "level.percent": ", {percent} off",
    "level.until": "until {until}",
    "level.lapses": "lost at {lapses_at} without a visit before",
    "level.kept": "kept beyond {ends_at} by {keeps}",
    "level.next": "to {next_level}: {missing}",
    "missing.sold": "{sold} more sold",
    "missing.paid": "{paid} more paid",
    "missing.visits": "{visits:visits} more",
    "missing.or": " or ",
}
"""What is said of a ladder, as far as there is something to say."""


def level_in_words(view: TierView, speech: Speech) -> str:
    """
    Say where a member stands on a ladder, in the language of *speech*.

    Examples:
        >>> from loyaltykit import Missing, Percent, TierView
        >>> from loyaltykit.messages.speech import Speech
        >>> above = {"next_level": "gold", "missing": Missing(visits=2)}
        >>> level_in_words(TierView(tier="regulars", level="silver", percent=Percent(5), **above), Speech())
        'regulars: silver, 5 % off; to gold: 2 visits more'
    """
    held = speech.say("level.none" if view.level is None else "level.held", tier=view.tier, level=view.level)
    percent = "" if view.percent is None else speech.say("level.percent", percent=view.percent)
    parts = [held + percent]
    if view.until is not None:
        parts.append(speech.say("level.until", until=view.until))
    if view.lapses_at is not None:
        parts.append(speech.say("level.lapses", lapses_at=view.lapses_at))
    if view.keeps is not None:
        parts.append(speech.say("level.kept", ends_at=view.ends_at, keeps=missing_in_words(view.keeps, speech)))
    if view.missing is not None:
        missing = missing_in_words(view.missing, speech)
        parts.append(speech.say("level.next", next_level=view.next_level, missing=missing))
    return "; ".join(parts)


def missing_in_words(missing: Missing, speech: Speech) -> str:
    """
    Say what is *missing* to a level, any of which is enough.

    Examples:
        >>> from loyaltykit import Missing, Money
        >>> from loyaltykit.messages.speech import Speech
        >>> missing_in_words(Missing(sold=Money(100, "RUB"), visits=1), Speech())
        '100.00 RUB more sold or 1 visit more'
    """
    ways = {"sold": missing.sold, "paid": missing.paid, "visits": missing.visits}
    parts = [speech.say(f"missing.{way}", **{way: figure}) for way, figure in ways.items() if figure is not None]
    return speech.say("missing.or").join(parts)
