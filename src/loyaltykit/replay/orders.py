"""
From the cells of a row to an order, the moment at which it was placed and what was told beside it, or to the reason why
that can't be.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeAlias

from attrs import evolve, frozen

from loyaltykit.errors import ExcessDigits, InvalidValue, NaiveMoment, NoRevision
from loyaltykit.facts.order import Order
from loyaltykit.program.revisions import starts_at
from loyaltykit.replay.columns import NAMES, PICKUP, TOLD
from loyaltykit.replay.moments import reader_of
from loyaltykit.replay.refusal import Refusal
from loyaltykit.settings.kind import shown
from loyaltykit.values.exact import exact_number, scaled
from loyaltykit.values.moment import zone_named
from loyaltykit.values.money import Money
from loyaltykit.values.text import is_id

if TYPE_CHECKING:
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay.columns import Columns
    from loyaltykit.replay.rows import Row
    from loyaltykit.values.rounding import Rounding

Ending: TypeAlias = Literal["cancelled", "no_show"]
"""How an order ends that isn't completed."""

Record: TypeAlias = tuple[Any, ...]
"""An order in plain values, to be kept on disk: its moment, its line, its price in minor units, `FIELDS`."""

FIELDS: Final = ("placed_at", "line", "price", "id", "starts_at", "ends_at", *PICKUP, "visit", "ending", *TOLD, *NAMES)
"""What a record holds."""

EAST: Final = 180
NORTH: Final = 90
"""Degrees that a longitude and a latitude have at most, to either side."""

_TOLD: Final = slice(9, 10 + len(TOLD))
_NAMES: Final = slice(10 + len(TOLD), None)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def line_of(record: Record) -> int:
    """Give the line on which the row of *record* begins."""
    line: int = record[1]
    return line


def id_of(record: Record) -> str:
    """Give the id of the order of *record*."""
    order_id: str = record[3]
    return order_id


def price_of(record: Record) -> int:
    """Give the minor units of the price of *record*."""
    return int(record[2])


def with_price(record: Record, minor: int) -> Record:
    """Give *record* with another price, in *minor* units."""
    return (*record[:2], _kept(minor), *record[3:])


@frozen
class Told:
    """
    What was told beside an order: its *ending*, None where it was completed, the codes that were named with it, and who
    brought its customer and its worker.

    Examples:
        >>> Told(promo_code="SUMMER").referrer is None
        True
    """

    ending: Ending | None = None
    promo_code: str | None = None
    referral_code: str | None = None
    referrer: str | None = None
    worker_referrer: str | None = None


NOTHING: Final = Told()
"""What is told beside most orders."""


def told_of(record: Record) -> Told:
    """Give what was told beside the order of *record*."""
    told = record[_TOLD]
    return Told(*told) if any(told) else NOTHING


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


class OrderReader:
    """What reads the orders of a file with *columns*, to be judged under *revisions*."""

    def __init__(self, columns: Columns, revisions: Revisions) -> None:
        self._form = columns.moments
        self._moment_of = reader_of(columns.moments, zone_named(columns.time_zone) if columns.time_zone else None)
        self._rounding: Rounding | None = columns.rounding
        self._currency = revisions.programs[0].currency
        self._revisions = revisions
        self._named = named = frozenset(columns.named)
        self._quantities = [fact for fact in columns.named if fact.startswith("quantity")]
        self._lines = columns.lines
        self._nothing = frozenset(columns.nothing)
        self._goods = frozenset(columns.goods)
        self._kind = columns.values.kind
        self._statuses = columns.statuses
        self._names = [(fact, fact in named, columns.shared.get(fact)) for fact in (*TOLD, *NAMES)]

    def record(self, row: Row) -> Record | Refusal:
        """Give the order of *row* as a record, or why there's none."""
        if self._nothing:
            row = evolve(row, cells={fact: "" if text in self._nothing else text for fact, text in row.cells.items()})
        try:
            at = self._placed_at(row.cells["placed_at"])
            price = self._price(row.cells["price"], [row.cells[fact] for fact in self._quantities])
            ending = self._ending(row.cells.get("status"))
            order_id = self._id(row)
            bounds = [self._bound(fact, row.cells.get(fact)) for fact in ("starts_at", "ends_at")]
            pickup = self._pickup(row)
            names = [self._name(fact, row) if is_named else shared for fact, is_named, shared in self._names]
        except _Refused as refused:
            return refused.refusal
        visit = row.cells.get("kind", self._kind) not in self._goods
        return (_count(at), row.line, price, order_id, *bounds, *pickup, int(visit), ending, *names)

    def order(self, record: Record) -> tuple[datetime, Order]:
        """Give the moment and the order of a *record*."""
        at, _, price, order_id, start, end, longitude, latitude, visit = record[:9]
        order = Order(
            id=order_id,
            price=Money.from_minor(int(price), self._currency),
            starts_at=None if start is None else _moment(start),
            ends_at=None if end is None else _moment(end),
            pickup=None if longitude is None else (longitude, latitude),
            visit=bool(visit),
            **dict(zip(NAMES, record[_NAMES], strict=True)),
        )
        return _moment(at), order

    def _placed_at(self, text: str) -> datetime:
        if not text:
            _refuse("no_moment")
        at = self._moment("placed_at", text)
        try:
            self._revisions.at(at)
        except NoRevision:
            _refuse("before_first_revision", moment=at, start=starts_at(self._revisions.programs[0]))
        return at

    def _bound(self, fact: str, text: str | None) -> int | None:
        return _count(self._moment(fact, text)) if text else None

    def _pickup(self, row: Row) -> tuple[float, float] | tuple[None, None]:
        """Give the longitude and the latitude at which the order begins; a row without both has no such point."""
        if PICKUP[0] not in self._named:
            return None, None
        texts = [row.cells[fact] for fact in PICKUP]
        if not any(texts):
            return None, None
        with suppress(InvalidValue):
            longitude, latitude = [float(exact_number(text, "degrees")) for text in texts]
            if abs(longitude) <= EAST and abs(latitude) <= NORTH:
                return longitude, latitude
        return _refuse("bad_pickup", value=shown(", ".join(texts)))

    def _moment(self, fact: str, text: str) -> datetime:
        try:
            return self._moment_of(text)
        except NaiveMoment:
            _refuse("no_offset", fact=fact, value=shown(text))
        except InvalidValue:
            _refuse("bad_moment", fact=fact, value=shown(text), form=self._form)

    def _price(self, text: str, quantities: list[str]) -> int | str:
        """
        Give minor units, times the sum of *quantities*, if there are any; only lines of an order may be below zero.
        """
        if not text:
            _refuse("no_price")
        told = shown(f"{text} × ({' + '.join(quantities)})" if quantities else text)
        try:
            number = exact_number(text, "the price")
            if quantities:
                number = Fraction(number) * sum([Fraction(exact_number(each, "a quantity")) for each in quantities])
            if number < 0 and not self._lines:
                _refuse("negative_price", value=told)
            if self._rounding:
                minor = Money.rounded(number, self._currency, self._rounding).minor
            else:
                minor = scaled(number, self._currency.digits, "the price")
        except ExcessDigits:
            _refuse("surplus_decimals", value=told, digits=self._currency.digits)
        except InvalidValue:
            _refuse("bad_price", value=told)
        return _kept(minor)

    def _ending(self, status: str | None) -> Ending | None:
        """Give how the order ended whose *status* is told, None where it was completed."""
        statuses = self._statuses
        if status is None or statuses is None:
            return None
        if status in statuses.cancelled:
            return "cancelled"
        if status in statuses.no_show:
            return "no_show"
        if statuses.completed and status not in statuses.completed:
            _refuse("unknown_status", value=shown(status))
        return None

    def _id(self, row: Row) -> str:
        if "id" not in self._named:
            return str(row.line)
        return self._name("id", row) or _refuse("no_id")

    def _name(self, fact: str, row: Row) -> str | None:
        text = row.cells[fact]
        if text and not is_id(text):
            _refuse("bad_id", fact=fact, value=shown(text))
        return text or None


def _kept(minor: int) -> int | str:
    """Give *minor* units as the disk keeps them: as text where they're more than its 64 bits hold."""
    return minor if abs(minor) < 1 << 63 else str(minor)


def _refuse(code: str, **figures: object) -> NoReturn:
    raise _Refused(Refusal(code, **figures))


def _count(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(count: int) -> datetime:
    return _EPOCH + timedelta(microseconds=count)
