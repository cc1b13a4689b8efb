"""Notices that can never come, since the program has nothing that they tell of. Rows S8, B6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.notice import NOTICES
from loyaltykit.settings.kind import UNREAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.settings.here import Here

GIVING_POINTS: Final = ("cashback", "referral_split", "service_points", "first_app_order", "invitation")
"""The kinds of rules that give points, whatever their settings."""


def note_untold(program: Any, here: Here) -> None:
    """
    Note at *here* each notice of *program*, or of as much of it as could be read, that could never come; and each kind
    that stands twice.

    Examples:
        >>> from loyaltykit import Program, SettingsError
        >>> raw = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
        >>> try:
        ...     Program.from_dict(raw | {"notice": [{"kind": "code_given"}]})
        ... except SettingsError as error:
        ...     print(error.problems[0].path, error.problems[0].code)
        notice[0].kind nothing_to_tell
    """
    seen = set()
    for index, notice in enumerate(program.notice):
        kind, place = getattr(notice, "kind", None), here.at("notice").item(index).at("kind")
        if kind is not None and kind in seen:
            place.problem("duplicate", value=kind)
        elif kind is not None and kind not in told_kinds(program):
            place.problem("nothing_to_tell", kind=kind, needs=_SOURCES[kind][1])
        seen.add(kind)


def told_kinds(program: Any) -> list[str]:
    """
    Name the kinds of notices that there is something to tell of in *program*.

    Examples:
        >>> from loyaltykit import Program
        >>> raw = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
        >>> told_kinds(Program.from_dict(raw | {"cashback": [{"percent": 5}]}))
        ['points_credited', 'points_adjusted']
    """
    return [kind for kind in NOTICES if kind not in _SOURCES or _SOURCES[kind][0](program)]


def _points(program: Any) -> bool:
    return any(_rules(program, kind) for kind in GIVING_POINTS) or _has(program, "promo", "points")


def _expiry(program: Any) -> bool:
    return getattr(program, "expiry", UNREAD) is not None


def _codes(program: Any) -> bool:
    own = getattr(program, "codes", UNREAD)
    return own is not None or any(_rules(program, kind) for kind in ("referral_split", "invitation"))


def _has(program: Any, kind: str, setting: str) -> bool:
    """Say whether a rule of that *kind* has that *setting*, or may have it, since it couldn't be read."""
    rules = _rules(program, kind)
    return rules is UNREAD or any(getattr(rule, setting, UNREAD) is not None for rule in rules)


def _rules(program: Any, kind: str) -> Any:
    """Give the rules of that *kind*; those that couldn't be read may be there."""
    return getattr(program, kind, UNREAD)


_SOURCES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "points_credited": (_points, "a rule that gives points, such as [[cashback]]"),
    "points_will_expire": (_expiry, "[expiry]"),
    "discount_will_end": (lambda program: _has(program, "tier", "lapse_after"), "a [[tier]] with lapse_after"),
    "code_given": (_codes, "[codes], an [[invitation]] or a [[referral_split]]"),
    "card_bought": (lambda program: _has(program, "gift_card", "points_price"), "a [[gift_card]] with points_price"),
}
"""What each kind of notice tells of: whether a program has it, and what it would need."""
