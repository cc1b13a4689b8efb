# Made from workers.py by `make async`: change that one, and make this anew.
"""The facet ``workers`` of `AsyncLoyalty`: the money of those who carry out orders."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.operations.pay_out import pay_out
from loyaltykit.operations.view_worker import view_worker
from loyaltykit.operations.worker_statement import worker_statement

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from loyaltykit.loyalty.async_driver import AsyncDriver
    from loyaltykit.operations.pay_out import Payout
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.view_worker import WorkerView
    from loyaltykit.operations.worker_statement import WorkerStatement
    from loyaltykit.values.money import Money


class AsyncWorkers:
    """
    What workers have in money: the facet ``workers`` of `AsyncLoyalty`. Their points are those of the members they are.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> asyncio.run(loyalty.workers.view("w7", at=datetime(2026, 3, 1, tzinfo=timezone.utc))).balance
        Money('0.00', 'RUB')
    """

    def __init__(self, programs: Programs, driver: AsyncDriver) -> None:
        self._programs = programs
        self._driver = driver

    async def view(self, worker_id: str, *, at: datetime) -> WorkerView:
        """
        Give what the worker called *worker_id* has *at* that moment: the balance, and the progress of each bonus (G1).

        Bonuses whose period has ended by then are in the balance, booked or not. Raises `NaiveMoment`.
        """
        return await self._driver.run(partial(view_worker, self._programs, worker_id, at=at))

    async def pay_out(self, payout_id: str, worker_id: str, *, at: datetime, amount: Money | None = None) -> Payout:
        """
        Take *amount* off a worker's balance, or all of it: what the host pays to them.

        Where there's nothing to pay, or less than the amount, nothing is taken, and *reasons* says why. Raises
        `InvalidValue` for an amount of nothing, and `MixedUnits`.
        """
        call = partial(pay_out, self._programs, payout_id, worker_id, at=at, amount=amount)
        return await self._driver.run(call)

    async def statement(
        self,
        worker_id: str,
        *,
        at: datetime,
        start: datetime | None = None,
        end: datetime | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> WorkerStatement:
        """Give a page of what moved the balance of *worker_id*, as `Members.statement` does for points (R11)."""
        page: dict[str, Any] = {"start": start, "end": end, "after": after, "limit": limit}
        return await self._driver.run(partial(worker_statement, self._programs, worker_id, at=at, **page))
