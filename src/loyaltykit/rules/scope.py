"""
Where a rule applies: branches, services, tariffs, worker tariffs, channels, districts, a period, hours of the week.

Every rule has a scope; of the rules of one kind, the first in the file whose scope matches is the one that answers.
Rows R4, G5 and B9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from loyaltykit.reason import Reason
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.settings.kinds import ChoiceKind, ClockKind, DayKind, ZoneKind
from loyaltykit.settings.tables import Field, ListKind, TableKind
from loyaltykit.values.moment import aware, in_zone
from loyaltykit.values.week import WEEKDAYS

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from loyaltykit.facts.order import Order
    from loyaltykit.settings.here import Here
    from loyaltykit.values.period import Period  # noqa: TC004 - loaded by the function that needs it
    from loyaltykit.values.window import Window  # noqa: TC004

PARTS: Final = {
    "branches": "branch",
    "services": "service",
    "tariffs": "tariff",
    "worker_tariffs": "worker_tariff",
    "channels": "channel",
    "districts": "district",
}
"""The parts of a scope that list names, and the fact of an order that each looks at."""


def _period() -> type[Period]:
    from loyaltykit.values.period import Period  # noqa: PLC0415 - most scopes have none

    return Period


def _window() -> type[Window]:
    from loyaltykit.values.window import Window  # noqa: PLC0415 - most scopes have none

    return Window


PERIOD: Final = TableKind(
    "Period",
    _period,
    {
        "from": Field("start", DayKind(), None, "The first local day, or the first moment."),
        "until": Field("until", DayKind(), None, "The last local day, included, or the first moment after it."),
    },
)

WINDOW: Final = TableKind(
    "Window",
    _window,
    {
        "weekdays": Field(
            "weekdays", ListKind(ChoiceKind(WEEKDAYS), unique=True), (), "The days; none means every day."
        ),
        "from": Field("start", ClockKind(), "00:00", "The first minute of the day."),
        "to": Field("end", ClockKind(), "24:00", "The first minute after it; earlier than from, it is the next day's."),
        "zone": Field("zone", ZoneKind(), None, "The zone of these hours; the branch's or the program's if left out."),
    },
)


@settings
class Scope(Settings):
    """
    Where a rule applies; an empty part means everywhere, and all parts must match.

    Examples:
        >>> from loyaltykit import Scope
        >>> Scope(branches=("centre",), channels=("app", "web")).channels
        ('app', 'web')
    """

    branches: tuple[str, ...] = field.names("The branches where the rule applies.", default=())
    services: tuple[str, ...] = field.names("The services to which it applies.", default=())
    tariffs: tuple[str, ...] = field.names("The tariffs, price classes of the order, to which it applies.", default=())
    worker_tariffs: tuple[str, ...] = field.names("The worker tariffs to which it applies.", default=())
    channels: tuple[str, ...] = field.names("The channels through which the order came.", default=())
    districts: tuple[str, ...] = field.names("The districts in which the order begins.", default=())
    period: Period | None = field.table(PERIOD, "From when until when it applies.", default=None)
    windows: tuple[Window, ...] = field.entries(
        WINDOW, "The hours of the week when it applies.", default=(), unique=True
    )
    named: tuple[tuple[str, str, frozenset[str]], ...] = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep the parts that list names where they're quick to look up."""
        super().__attrs_post_init__()
        parts = ((part, fact, frozenset(getattr(self, part))) for part, fact in PARTS.items())
        object.__setattr__(self, "named", tuple([part for part in parts if part[2]]))


EVERYWHERE: Final = Scope()


@settings
class Rule(Settings):
    """
    What every rule's settings have: a *name* for reports and reasons, a *scope*, and the moment that it's judged at.
    """

    means_something_empty: ClassVar[bool] = True  # what a kind of rule needs, its own checks tell

    name: str | None = field.text("A name for reports and reasons.", default=None)
    scope: Scope = field.table(Scope, "Where the rule applies.", default=EVERYWHERE)
    scope_moment: str = field.choice(
        ("placed", "starts"),
        "The moment at which period and windows are judged: placing the order, or the start of its ride or visit.",
        default="placed",
    )
    label: str = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep the label under which the rule answers."""
        super().__attrs_post_init__()
        object.__setattr__(self, "label", self.name or self.kind())

    @checked("scope", "scope_moment")
    def _moment_matters(self, here: Here) -> None:
        hours = [getattr(self.scope, part, part) for part in ("period", "windows")]  # what can't be read may matter
        if self.scope_moment != "placed" and not any(hours):
            here.at("scope_moment").problem("no_effect", setting="scope_moment", needs="a period or windows")

    @classmethod
    def kind(cls) -> str:
        """Give the key of such rules in a program file."""
        return "".join("_" + char.lower() if char.isupper() else char for char in cls.__name__).strip("_")

    def outside(self, order: Order, at: datetime, zone: tzinfo | None) -> Reason | None:
        """
        Give the reason why *order*, placed *at*, lies outside the rule's scope; None if it lies inside.

        *zone* is that of the order's branch, for local days and hours.
        """
        aware(at, "at")
        scope = self.scope
        for part, fact, allowed in scope.named:
            actual = getattr(order, fact)
            if actual not in allowed:
                return self._outside_names(part, actual)
        if scope.period is None and not scope.windows:
            return None
        return self.outside_hours(order.starts_at or at if self.scope_moment == "starts" else at, zone)

    def _outside_names(self, part: str, actual: Any) -> Reason:
        listed = getattr(self.scope, part)
        return Reason("outside_scope", rule=self.label, part=part.replace("_", " "), allowed=listed, actual=actual)

    def outside_hours(self, moment: datetime, zone: tzinfo | None) -> Reason | None:
        """Give the reason why *moment* lies outside the period and the windows of the scope; None if it lies inside."""
        period, windows = self.scope.period, self.scope.windows
        if period is not None and not period.contains(moment, zone=zone):
            return Reason("outside_period", rule=self.label, period=period, moment=_local(moment, zone))
        if windows and not any(window.contains(moment, zone=zone) for window in windows):
            return Reason("outside_windows", rule=self.label, windows=windows, moment=_local(moment, zone))
        return None


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment if zone is None else in_zone(moment, zone)
