"""A year of a number: played and judged."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.testing.contract.verdict import Violated
from loyaltykit.testing.long.judge import judge
from loyaltykit.testing.long.year import ORDERS, Year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.testing.contract.factory import Store


def played_year(seed: int, *, orders: int = ORDERS, make: Callable[[], Store] = MemoryRepository) -> dict[str, int]:
    """
    Play the year of *seed* and judge it; give its counts. Raises `Violated` with the seed where something doesn't hold.

    Examples:
        >>> played_year(7, orders=20)["orders"]
        20
    """
    with _uncollected():
        year = Year(seed, orders=orders, make=make)
        try:
            year.play()
            judge(year)
        except AssertionError as error:
            message = f"{error} (year {seed}, of {orders} orders)"
            raise Violated(message) from error
    return dict(year.counts) | {"operations": len(year.operations)}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage: what a year keeps is kept to its end, and looking through it takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.collect()  # what an earlier year has left
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
