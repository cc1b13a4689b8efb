"""A program in plain numbers: what the model reads, and from which the program itself is made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from attrs import frozen

from loyaltykit.testing.machine.ladder import rules

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@frozen(kw_only=True)
class Deal:
    """
    A program in numbers: a point is worth *unit* minor units of money, an order earns *percent* of what *basis* names.

    *delay* is how long that takes, *welcome* what the first order through the app earns. *max_share*, *minimum* and
    *maximum* limit what's spent. *lives*, *inactivity* and *grace* say when points expire, *hold* when holds time out,
    *refundable* how long a refund claws back, *owing* whether what it can't take is owed. With *ladders* there are
    levels, which *lapse* after so many days, and who's *away* for more days than that is lost. Terms of whole days are
    days, any other hours.

    Examples:
        >>> from loyaltykit import Program
        >>> print(Program.from_dict(Deal(percent=5, lives=60 * DAY).settings()).expiry.after)
        P60D
    """

    unit: int = 100
    percent: int = 50
    basis: str = "charged"
    delay: timedelta | None = None
    welcome: int = 0
    max_share: int = 100
    minimum: int = 0
    maximum: int | None = None
    lives: timedelta | None = None
    inactivity: timedelta | None = None
    grace: timedelta | None = None
    hold: timedelta = 7 * DAY
    refundable: timedelta = 90 * DAY
    owing: bool = True
    ladders: bool = False
    lapse: int | None = None
    away: int = 3

    def settings(self) -> dict[str, Any]:
        """Give the settings of the program, as `Program.from_dict` takes them."""
        redemption = {"max_share": str(self.max_share), "minimum": self.minimum or None, "maximum": self.maximum}
        expiry = {
            "after": _text(self.lives),
            "inactivity": _text(self.inactivity),
            "returned_after_expiry": _text(self.grace) if self.lives or self.inactivity else None,
        }
        cashback = {"percent": str(self.percent), "basis": self.basis, "delay": _text(self.delay)}
        raw = {
            "id": "city",
            "currency": "RUB",
            "point_value": f"{self.unit // 100}.{self.unit % 100:02}",
            "time_zone": "UTC",
            "cashback": [_told(cashback)],
            "first_app_order": [{"points": self.welcome}] if self.welcome else None,
            "redemption": [_told(redemption)],
            "expiry": _told(expiry),
            "hold_timeout": _text(self.hold),
            "refundable_for": _text(self.refundable),
            "clawback": "debt" if self.owing else "within_balance",
        }
        return _told(raw | (rules(self.lapse, self.away) if self.ladders else {}))


def _told(raw: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {name: value for name, value in raw.items() if value not in (None, {})}


def _text(term: timedelta | None) -> str | None:
    """Give *term* as settings have it."""
    if term is None:
        return None
    return f"PT{term // HOUR}H" if term % DAY else f"P{term // DAY}D"
