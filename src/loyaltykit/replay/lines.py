"""Lines of orders: rows with the same id, of which each is a part of one order, as invoices have them. Row B4."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from loyaltykit.replay.orders import id_of, line_of, price_of, with_price
from loyaltykit.replay.refusal import Refusal
from loyaltykit.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loyaltykit.replay.orders import Record
    from loyaltykit.values.currency import Currency


def whole_orders(
    lines: Iterable[Record],
    currency: Currency,
    *,
    refuse: Callable[[int, Refusal], None],
    merged: Callable[[int], None],
) -> Iterator[Record]:
    """
    Give the orders that *lines* make, of which those with the same id come together.

    Prices add up, all else is that of the first line. An order that comes to less than nothing, as what was taken back
    without that which it's taken from, is told to *refuse*, by its first line; *merged* hears how many lines more than
    one each of the others has.
    """
    for _, same in groupby(lines, key=id_of):
        first, *more = same
        minor = sum(map(price_of, more), start=price_of(first))
        if minor < 0:
            refuse(
                line_of(first), Refusal("below_zero", sum=str(Money.from_minor(minor, currency)), lines=1 + len(more))
            )
        else:
            merged(len(more))
            yield with_price(first, minor)
