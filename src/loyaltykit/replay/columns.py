"""Columns files: which column of a file of past orders holds which fact of an order. Row B8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltykit.errors import SettingsError
from loyaltykit.program.files import read_raw
from loyaltykit.replay.moments import fault_of, has_offset
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, read_settings, settings
from loyaltykit.values.rounding import ROUNDINGS, Rounding

if TYPE_CHECKING:
    from os import PathLike

    from loyaltykit.settings.here import Here


@settings
class OrderColumns(Settings):
    """For each fact of an order the name of the column that holds it."""

    placed_at: str = field.text("The column with the moment at which the order was placed.")
    price: str = field.text("The column with its price, in major units.")
    id: str | None = field.text("The column with its id; the line's number, if left out.", default=None)
    customer: str | None = field.text("The column with the customer's id.", default=None)
    branch: str | None = field.text("The column with the branch.", default=None)
    service: str | None = field.text("The column with the service.", default=None)
    tariff: str | None = field.text("The column with the tariff.", default=None)
    worker: str | None = field.text("The column with the worker's id.", default=None)
    worker_tariff: str | None = field.text("The column with the worker's tariff.", default=None)
    channel: str | None = field.text("The column with the channel: app, phone, web.", default=None)
    district: str | None = field.text("The column with the district in which it begins.", default=None)
    pickup_longitude: str | None = field.text("The column with the longitude at which it begins.", default=None)
    pickup_latitude: str | None = field.text("The column with the latitude at which it begins.", default=None)
    promo_code: str | None = field.text("The column with the promo code that was named with it.", default=None)
    referral_code: str | None = field.text("The column with the referral code that was named with it.", default=None)
    referrer: str | None = field.text("The column with the id of whoever brought the customer.", default=None)
    worker_referrer: str | None = field.text("The column with the id of whoever brought the worker.", default=None)
    starts_at: str | None = field.text("The column with the moment at which the ride or visit starts.", default=None)


@settings
class OrderValues(Settings):
    """Facts that are the same for every order of a file."""

    customer: str | None = field.text("The customer's id.", default=None)
    branch: str | None = field.text("The branch.", default=None)
    service: str | None = field.text("The service.", default=None)
    tariff: str | None = field.text("The tariff.", default=None)
    worker: str | None = field.text("The worker's id.", default=None)
    worker_tariff: str | None = field.text("The worker's tariff.", default=None)
    channel: str | None = field.text("The channel: app, phone, web.", default=None)
    district: str | None = field.text("The district in which the orders begin.", default=None)


FACTS: Final = tuple(OrderColumns.as_kind().fields)
"""The facts of an order that a column may hold."""

NAMES: Final = tuple(OrderValues.as_kind().fields)
"""Those of them that are bare names: no moments, no price, not the order's own id."""

PICKUP: Final = ("pickup_longitude", "pickup_latitude")
"""Those that make the point at which an order begins."""

TOLD: Final = ("promo_code", "referral_code", "referrer", "worker_referrer")
"""Those that were told beside the order: the codes that were named with it, and who brought whom."""

_NO_VALUES = OrderValues()


@settings
class Columns(Settings):
    """
    How a file of past orders is read: which *columns* hold which facts, and the *values* that all orders share.

    *moments* is the form of moments: ``iso``, ``unix`` (seconds since 1970), ``unix_wall_clock`` (a wall clock written
    as if it were such seconds) or a ``strptime`` pattern; *time_zone* is that of moments without an offset. Prices with
    surplus decimals are refused unless *rounding* says how to round them. Raises `SettingsError` with every problem at
    once.

    Examples:
        >>> from loyaltykit.replay import Columns
        >>> columns = Columns.from_dict({
        ...     "moments": "%Y-%m-%d %H:%M:%S", "time_zone": "America/New_York",
        ...     "columns": {"placed_at": "tpep_pickup_datetime", "price": "fare_amount"}, "values": {"service": "taxi"},
        ... })
        >>> columns.columns.price, columns.values.service
        ('fare_amount', 'taxi')
    """

    columns: OrderColumns = field.table(OrderColumns, "For each fact of an order the column that holds it.")
    values: OrderValues = field.table(OrderValues, "Facts that are the same for every order.", default=_NO_VALUES)
    moments: str = field.text("The form of moments: iso, unix, unix_wall_clock, or a pattern such as %Y-%m-%d %H:%M.")
    time_zone: str | None = field.zone("The zone of moments without an offset.", default=None)
    rounding: Rounding | None = field.choice(
        ROUNDINGS, "How prices with surplus decimals are rounded; refused, if left out.", default=None
    )

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Columns:
        """
        Read columns from *raw*, as TOML or JSON give it; raises `SettingsError` with every problem at once.

        Examples:
            >>> from loyaltykit import SettingsError
            >>> from loyaltykit.replay import Columns
            >>> try:
            ...     Columns.from_dict({"moments": "iso", "columns": {"placed_at": "when", "prise": "fare"}})
            ... except SettingsError as error:
            ...     print(*error.problems, sep=chr(10))
            columns.prise: there is no setting prise (did you mean price?)
            columns.price: is missing (write text)
        """
        return read_settings(cls, raw)

    @property
    def named(self) -> dict[str, str]:
        """The facts that the file holds, each with its column."""
        return {fact: column for fact in FACTS if (column := getattr(self.columns, fact)) is not None}

    @property
    def shared(self) -> dict[str, str]:
        """The facts that are the same for every order."""
        return {fact: value for fact in NAMES if (value := getattr(self.values, fact)) is not None}

    @checked("columns", "values")
    def _facts_stand_once(self, here: Here) -> None:
        for fact in NAMES:
            if getattr(self.columns, fact, None) is not None and getattr(self.values, fact, None) is not None:
                here.at("values").at(fact).problem("column_and_value", fact=fact)

    @checked("columns")
    def _pickup_is_a_point(self, here: Here) -> None:
        missing = [name for name in PICKUP if getattr(self.columns, name, None) is None]
        if len(missing) == 1:
            here.at("columns").at(missing[0]).problem("missing", expected="a column: a point is two numbers")

    @checked("moments")
    def _form_is_whole(self, here: Here) -> None:
        fault = fault_of(self.moments)
        if fault is not None:
            here.at("moments").problem("bad_moments", value=self.moments, why=fault)

    @checked("moments", "time_zone")
    def _zone_fits(self, here: Here) -> None:
        offset = has_offset(self.moments)
        if offset and self.time_zone is not None:
            here.at("time_zone").problem("no_effect", setting="time_zone", needs="moments to a form without offsets")
        elif offset is False and self.time_zone is None and fault_of(self.moments) is None:
            here.at("time_zone").problem("zone_missing", moments=self.moments)


def read_columns(path: str | PathLike[str]) -> Columns:
    """
    Read the columns in the TOML or JSON file at *path*; raises `SettingsError` with every problem at once.

    Examples:
        >>> from loyaltykit.replay import read_columns
        >>> read_columns("examples/chicago/columns.toml").columns.branch
        'branch'
    """
    try:
        return Columns.from_dict(read_raw(path))
    except SettingsError as error:
        raise SettingsError.of(str(path), error.problems) from None
