"""
Notices that can never come, since the program has nothing that they tell of, and those that would come all the time.
Rows S8, Y6, B6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.notice import NOTICES
from loyaltykit.rules.expiry import UNITS
from loyaltykit.settings.kind import UNREAD
from loyaltykit.values.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.settings.here import Here

SHORTEST_MONTH: Final = 28
"""The fewest days that a month has."""

GIVING_POINTS: Final = ("cashback", "referral_split", "service_points", "first_app_order", "invitation")
"""The kinds of rules that give points, whatever their settings."""


def note_untold(program: Any, here: Here) -> None:
    """
    Note at *here* each notice of *program*, or of as much of it as could be read, that could never come, or would with
    nearly every order; and each kind that stands twice.

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
        elif kind is not None:
            _note_at_once(program, notice, here.at("notice").item(index).at("ahead"))
        seen.add(kind)


def _note_at_once(program: Any, notice: Any, place: Here) -> None:
    """Note at *place* that *notice* is made so far ahead that what it tells of is always near."""
    ahead = getattr(notice, "ahead", None)
    near = [] if ahead is None else [each for each in spans(program, notice.kind) if each[2] <= ahead]
    if near:
        setting, span, days = min(near, key=_days)
        place.problem("told_at_once", setting=setting, span=span, days=max(days, 1))


def _days(span: tuple[str, Any, int]) -> int:
    return span[2]


def spans(program: Any, kind: str) -> Iterator[tuple[str, Any, int]]:
    """
    Give what lies between an order and that of which *kind* tells: the setting, what it says, and that in days.

    Where a notice is made as many days ahead, or more, nearly every order is told of.

    Examples:
        >>> from loyaltykit import Program
        >>> raw = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow"}
        >>> program = Program.from_dict(raw | {"expiry": {"after": "P1M", "inactivity": "P60D"}})
        >>> list(spans(program, "points_will_expire"))
        [('after', Term('P1M'), 28), ('inactivity', Term('P60D'), 60)]
    """
    if kind == "points_will_expire":
        expiry = _rules(program, "expiry")
        more = UNITS.get(getattr(expiry, "until_end_of", "day"), 1) - 1
        yield from _spans_of(expiry, after=more, inactivity=0)
    elif kind == "discount_will_end":
        for tier in _discounting(program):
            yield from _spans_of(tier, lapse_after=0, over=0)


def _spans_of(rule: Any, **settings: int) -> Iterator[tuple[str, Any, int]]:
    """Give those of *settings* of a *rule* that could be read, each with so many days more."""
    for setting, more in settings.items():
        span = getattr(rule, setting, None)
        if isinstance(span, Term):
            yield setting, span, span.days + span.months * SHORTEST_MONTH + more
        elif isinstance(span, int):
            yield setting, span, span


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


def _discounts(program: Any) -> bool:
    return _rules(program, "tier") is UNREAD or any(True for _ in _discounting(program))


def _discounting(program: Any) -> Iterator[Any]:
    """Give the ladders of which a level has a percent, or may have one, since it couldn't be read."""
    tiers = _rules(program, "tier")
    for tier in () if tiers is UNREAD else tiers:
        if _has(tier, "levels", "percent"):
            yield tier


def _rules(program: Any, kind: str) -> Any:
    """Give the rules of that *kind*; those that couldn't be read may be there."""
    return getattr(program, kind, UNREAD)


_SOURCES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "points_credited": (_points, "a rule that gives points, such as [[cashback]]"),
    "points_will_expire": (_expiry, "[expiry]"),
    "discount_will_end": (_discounts, "a [[tier]] with a level that has a percent"),
    "code_given": (_codes, "[codes], an [[invitation]] or a [[referral_split]]"),
    "card_bought": (lambda program: _has(program, "gift_card", "points_price"), "a [[gift_card]] with points_price"),
}
"""What each kind of notice tells of: whether a program has it, and what it would need."""
