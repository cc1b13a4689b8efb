# Made from notices.py by `make async`: change that one, and make this anew.
"""The facet ``notices`` of `AsyncLoyalty`: what there is to tell members."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.operations.notices import acknowledge, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.loyalty.async_driver import AsyncDriver
    from loyaltykit.operations.notices import NoticePage
    from loyaltykit.operations.programs import Programs


class AsyncNotices:
    """
    What there is to tell members: the facet ``notices`` of `AsyncLoyalty`. Sending it is the host's.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> asyncio.run(loyalty.notices.waiting(at=datetime(2026, 3, 1, tzinfo=timezone.utc))).notices
        ()
    """

    def __init__(self, programs: Programs, driver: AsyncDriver) -> None:
        self._programs = programs
        self._driver = driver

    async def waiting(self, *, at: datetime, after: str | None = None, limit: int = 100) -> NoticePage:
        """
        Give a page of up to *limit* notices that wait *at* a moment, the earliest first (S7, Y6).

        The next page stands behind *after*, the cursor of the one before. A notice waits until it's acknowledged, or
        for 90 days. Raises `InvalidValue` for a limit below one.
        """
        return await self._driver.run(partial(waiting, self._programs, at=at, after=after, limit=limit))

    async def acknowledge(self, *notice_ids: str) -> None:
        """
        Take note that notices were sent, or need not be: they wait no more. The same call again does nothing.

        A sender that acknowledges what it has sent sends nothing twice, but for what it had sent when it was killed.
        Raises `InvalidValue` for what is no notice's id.
        """
        await self._driver.run(partial(acknowledge, self._programs, notice_ids))
