"""
Decisions as JSON, so that a call that is repeated is answered as it was the first time, reasons and all.

Money is in minor units of the program's currency, points in its smallest units; what isn't a JSON value of its own
stands as ``[tag, value]``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.decision import Decision
from loyaltykit.effects import (
    Advance,
    Award,
    CardPayment,
    CardPurchase,
    CardRelease,
    CardReturn,
    Clawback,
    Credit,
    Discount,
    Effect,
    InMoney,
    OfCard,
    Redeem,
    Release,
    Return,
    Share,
)
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.reason import Reason
from loyaltykit.values.moment import in_zone, zone_named
from loyaltykit.values.money import Money
from loyaltykit.values.percent import Percent
from loyaltykit.values.period import Period
from loyaltykit.values.points import Points, points_of
from loyaltykit.values.term import Term
from loyaltykit.values.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltykit.values.point_value import PointValue


def written(decisions: Iterable[Decision], worth: PointValue) -> list[Any]:
    """
    Give *decisions* as JSON holds them, in the units of *worth*.

    Examples:
        >>> from loyaltykit import Award, Decision, PointValue, Points
        >>> written([Decision("cashback", (Award("m1", Points(41)),))], PointValue(1, "RUB"))
        [['cashback', [['award', 'm1', 41, None, None, None]], []]]
    """
    return [
        [
            decision.rule,
            [_written_effect(effect, worth) for effect in decision.effects],
            [written_reason(reason, worth) for reason in decision.reasons],
        ]
        for decision in decisions
    ]


def read(raw: Iterable[Any], worth: PointValue) -> tuple[Decision, ...]:
    """
    Read decisions as JSON holds them.

    Examples:
        >>> from loyaltykit import PointValue
        >>> read([["redemption", [], [["no_redemption", {}]]]], PointValue(1, "RUB"))[0].reasons[0].code
        'no_redemption'
    """
    return tuple(
        [
            Decision(
                rule,
                tuple([_read_effect(effect, worth) for effect in effects]),
                tuple([read_reason(code, figures, worth) for code, figures in reasons]),
            )
            for rule, effects, reasons in raw
        ]
    )


def _written_effect(effect: Effect, worth: PointValue) -> list[Any]:
    kind = _KINDS[type(effect)]
    if isinstance(effect, OfCard):
        return [kind, effect.card, effect.money.minor]
    amount = effect.money.minor if isinstance(effect, InMoney) else _minor(effect.points, worth)
    return [kind, effect.member, amount, *_EFFECTS[kind][1](effect, worth)]


def _read_effect(raw: list[Any], worth: PointValue) -> Effect:
    kind, whose, amount, *rest = raw
    made, _, read = _EFFECTS[kind]
    money = issubclass(made, (InMoney, OfCard))
    told = Money.from_minor(amount, worth.currency) if money else points_of(amount, worth.digits)
    effect: Effect = made(whose, told, *read(rest, worth))
    return effect


def _written_percent(effect: InMoney, _: PointValue) -> list[Any]:
    return [None if effect.percent is None else f"{effect.percent.value:f}"]


def _read_percent(rest: list[Any], _: PointValue) -> list[Any]:
    return [None if rest[0] is None else Percent(rest[0])]


def _written_discount(discount: Discount, worth: PointValue) -> list[Any]:
    basis = [] if discount.basis is None else [discount.basis.minor]
    return [*_written_percent(discount, worth), *basis]


def _read_discount(rest: list[Any], worth: PointValue) -> list[Any]:
    basis = [Money.from_minor(minor, worth.currency) for minor in rest[1:]]
    return [*_read_percent(rest, worth), *basis]


def _written_award(award: Award, _: PointValue) -> list[Any]:
    share = None if award.percent is None else f"{award.percent.value:f}"
    later = None if award.delay is None else str(award.delay)
    return [None if award.basis is None else award.basis.minor, share, later]


def _read_award(rest: list[Any], worth: PointValue) -> list[Any]:
    basis, percent, delay = rest
    return [
        None if basis is None else Money.from_minor(basis, worth.currency),
        None if percent is None else Percent(percent),
        None if delay is None else Term(delay),
    ]


def _nothing(_: Any, __: PointValue) -> list[Any]:
    return []


def _minor(points: Points, worth: PointValue) -> int:
    return points.with_digits(worth.digits).minor


_EFFECTS: Final[
    dict[str, tuple[Any, Callable[[Any, PointValue], list[Any]], Callable[[Any, PointValue], list[Any]]]]
] = {
    "award": (Award, _written_award, _read_award),
    "advance": (Advance, _nothing, _nothing),
    "share": (Share, lambda share, _: [share.role], lambda rest, _: rest),
    "credit": (Credit, _written_percent, _read_percent),
    "discount": (Discount, _written_discount, _read_discount),
    "redeem": (
        Redeem,
        lambda redeem, _: [redeem.worth.minor],
        lambda rest, worth: [Money.from_minor(rest[0], worth.currency)],
    ),
    "release": (Release, _nothing, _nothing),
    "return": (Return, _nothing, _nothing),
    "clawback": (
        Clawback,
        lambda clawback, worth: [_minor(clawback.owed, worth)],
        lambda rest, worth: [points_of(rest[0], worth.digits)],
    ),
    "card_payment": (CardPayment, _nothing, _nothing),
    "card_release": (CardRelease, _nothing, _nothing),
    "card_return": (CardReturn, _nothing, _nothing),
    "card_purchase": (
        CardPurchase,
        lambda purchase, _: [purchase.face.minor],
        lambda rest, worth: [Money.from_minor(rest[0], worth.currency)],
    ),
}
"""The effects by their tag: the class, and how what's behind member and points is written and read."""

_KINDS: Final = {made: kind for kind, (made, _, _) in _EFFECTS.items()}


def written_reason(reason: Reason, worth: PointValue) -> list[Any]:
    """Give *reason* as JSON holds it: its code, and its figures by name."""
    return [reason.code, written_figures(reason.figures, worth)]


def read_reason(code: str, figures: dict[str, Any], worth: PointValue) -> Reason:
    """Read a reason as JSON holds it."""
    return Reason(code, **read_figures(figures, worth))


def written_figures(figures: Mapping[str, Any], worth: PointValue) -> dict[str, Any]:
    """Give *figures* by name as JSON holds them."""
    return {name: _written_figure(value, worth) for name, value in figures.items()}


def read_figures(raw: Mapping[str, Any], worth: PointValue) -> dict[str, Any]:
    """Read figures by name as JSON holds them."""
    return {name: _read_figure(value, worth) for name, value in raw.items()}


def _written_figure(value: Any, worth: PointValue) -> Any:
    for tag, (kind, write, _) in _TAGS.items():
        if isinstance(value, kind):
            return [tag, write(value, worth)]
    return value


def _read_figure(raw: Any, worth: PointValue) -> Any:
    return _TAGS[raw[0]][2](raw[1], worth) if isinstance(raw, list) else raw


def _written_all(values: Iterable[Any], worth: PointValue) -> list[Any]:
    return [_written_figure(value, worth) for value in values]


def _read_all(raw: Iterable[Any], worth: PointValue) -> tuple[Any, ...]:
    return tuple([_read_figure(value, worth) for value in raw])


def _written_moment(moment: datetime, _: PointValue) -> list[Any]:
    return [micros(moment), getattr(moment.tzinfo, "key", None)]


def _read_moment(raw: list[Any], _: PointValue) -> datetime:
    count, zone = raw
    return in_zone(from_micros(count), zone_named(zone) if zone else UTC)


_TAGS: Final[dict[str, tuple[type, Callable[[Any, PointValue], Any], Callable[[Any, PointValue], Any]]]] = {
    "money": (Money, lambda money, _: money.minor, lambda raw, worth: Money.from_minor(raw, worth.currency)),
    "points": (
        Points,
        lambda points, worth: points.with_digits(worth.digits).minor,
        lambda raw, worth: points_of(raw, worth.digits),
    ),
    "percent": (Percent, lambda percent, _: f"{percent.value:f}", lambda raw, _: Percent(raw)),
    "all": (tuple, _written_all, _read_all),
    "moment": (datetime, _written_moment, _read_moment),
    "day": (date, lambda day, _: day.isoformat(), lambda raw, _: date.fromisoformat(raw)),
    "period": (
        Period,
        lambda period, worth: _written_all((period.start, period.until), worth),
        lambda raw, worth: Period(*_read_all(raw, worth)),
    ),
    "window": (
        Window,
        lambda window, _: [window.weekdays, window.start, window.end, window.zone],
        lambda raw, _: Window(*raw),
    ),
}
"""The figures that JSON has no values for: by their tag the type, how it's written, and how it's read."""
