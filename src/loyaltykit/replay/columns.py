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
    ends_at: str | None = field.text("The column with the moment at which the visit ends.", default=None)
    quantity: tuple[str, ...] = field.names(
        "Columns whose sum the price is multiplied by: pieces, or nights by weekends and weekdays.", default=()
    )
    status: str | None = field.text("The column that says what became of it; see statuses.", default=None)
    kind: str | None = field.text("The column that says whether it was a visit or a sale of goods.", default=None)


@settings
class Statuses(Settings):
    """What the values of the column with the status mean; others than these are of orders that were completed."""

    cancelled: tuple[str, ...] = field.names("Values of orders that were cancelled.", default=())
    no_show: tuple[str, ...] = field.names("Values of orders to which the customer didn't come.", default=())
    completed: tuple[str, ...] = field.names(
        "Values of orders that were completed; where it's given, rows with a value of no list are refused.", default=()
    )

    @checked("cancelled", "no_show", "completed")
    def _each_means_one_thing(self, here: Here) -> None:
        told: dict[str, str] = {}
        for name in STATUSES:
            for value in getattr(self, name):
                first = told.setdefault(value, name)
                if first != name:
                    here.at(name).problem("status_twice", value=value, first=first)


STATUSES: Final = ("cancelled", "no_show", "completed")
"""What may become of an order."""


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
    kind: str | None = field.text("Whether they were visits or sales of goods, as goods has it.", default=None)


FACTS: Final = tuple(OrderColumns.as_kind().fields)
"""The facts of an order that a column may hold."""

SHARED: Final = tuple(OrderValues.as_kind().fields)
"""Those of them that may be the same for all orders."""

NAMES: Final = tuple([fact for fact in SHARED if fact != "kind"])
"""Those of them that are bare names of an order: no moments, no price, not the order's own id."""

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
    surplus decimals are refused unless *rounding* says how to round them. Cells of *nothing* are empty ones, too.

    *statuses* say what the column of that name means, *goods* which kinds of orders are sales of goods and no visits.
    Rows with the same id are *lines* of one order, where so told: prices add up, all else is that of the first.

    Raises `SettingsError` with every problem at once.

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

    nothing: tuple[str, ...] = field.names("Cells that mean nothing, as empty ones do: NULL, n/a.", default=())
    statuses: Statuses | None = field.table(Statuses, "What the values of the column status mean.", default=None)
    goods: tuple[str, ...] = field.names("Values of kind that are sales of goods, and no visits.", default=())
    lines: bool = field.flag("Whether rows with the same id are lines of one order.", default=False)

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
        """The facts that the file holds, each with its column; quantities are counted."""
        named: dict[str, str] = {}
        for fact in FACTS:
            column = getattr(self.columns, fact)
            if fact == "quantity":
                named |= {f"quantity {number}": each for number, each in enumerate(column)}
            elif column is not None:
                named[fact] = column
        return named

    @property
    def shared(self) -> dict[str, str]:
        """The facts that are the same for every order."""
        return {fact: value for fact in SHARED if (value := getattr(self.values, fact)) is not None}

    @checked("columns", "values")
    def _facts_stand_once(self, here: Here) -> None:
        for fact in SHARED:
            if getattr(self.columns, fact, None) is not None and getattr(self.values, fact, None) is not None:
                here.at("values").at(fact).problem("column_and_value", fact=fact)

    @checked("columns")
    def _pickup_is_a_point(self, here: Here) -> None:
        missing = [name for name in PICKUP if getattr(self.columns, name, None) is None]
        if len(missing) == 1:
            here.at("columns").at(missing[0]).problem("missing", expected="a column: a point is two numbers")

    @checked("columns", "statuses")
    def _statuses_have_a_column(self, here: Here) -> None:
        _together(
            here, "statuses", self.statuses is not None, "status", getattr(self.columns, "status", None) is not None
        )

    @checked("columns", "values", "goods")
    def _goods_have_a_kind(self, here: Here) -> None:
        told = [getattr(each, "kind", None) for each in (self.columns, self.values)]
        _together(here, "goods", bool(self.goods), "kind", any(told))

    @checked("columns", "lines")
    def _lines_have_ids(self, here: Here) -> None:
        if self.lines and getattr(self.columns, "id", None) is None:
            here.at("columns").at("id").problem("missing", expected="a column: lines of one order have the same id")

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


def _together(here: Here, setting: str, is_set: bool, column: str, is_named: bool) -> None:  # noqa: FBT001
    """Refuse a *setting* without the *column* that it's about, and the column without it."""
    if is_set and not is_named:
        here.at(setting).problem("no_effect", setting=setting, needs=f"columns.{column}")
    elif is_named and not is_set:
        here.at(setting).problem("missing", expected=f"which values of columns.{column} mean what")


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
