"""The facet ``notices`` of `Loyalty`: what there is to tell members."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.operations.notices import acknowledge, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.loyalty.driver import Driver
    from loyaltykit.operations.notices import NoticePage
    from loyaltykit.operations.programs import Programs


class Notices:
    """
    What there is to tell members: the facet ``notices`` of `Loyalty`. Sending it is the host's.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Points, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "salon", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "notice": [{"kind": "points_adjusted", "consent": False}],
        ... })
        >>> loyalty = Loyalty(program, MemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> done = loyalty.members.adjust("a1", "m1", Points(50), at=now, description="Sorry for the wait.")
        >>> (waiting,) = loyalty.notices.waiting(at=now).notices
        >>> print(waiting.member, waiting.notice)
        m1 the balance changed by 50 points, to 50 points. Sorry for the wait.
        >>> loyalty.notices.acknowledge(waiting.id)
        >>> loyalty.notices.waiting(at=now).notices
        ()
    """

    def __init__(self, programs: Programs, driver: Driver) -> None:
        self._programs = programs
        self._driver = driver

    def waiting(self, *, at: datetime, after: str | None = None, limit: int = 100) -> NoticePage:
        """
        Give a page of up to *limit* notices that wait *at* a moment, the earliest first (S7, Y6).

        The next page stands behind *after*, the cursor of the one before. A notice waits until it's acknowledged, or
        for 90 days. Raises `InvalidValue` for a limit below one.
        """
        return self._driver.run(partial(waiting, self._programs, at=at, after=after, limit=limit))

    def acknowledge(self, *notice_ids: str) -> None:
        """
        Take note that notices were sent, or need not be: they wait no more. The same call again does nothing.

        A sender that acknowledges what it has sent sends nothing twice, but for what it had sent when it was killed.
        Raises `InvalidValue` for what is no notice's id.
        """
        self._driver.run(partial(acknowledge, self._programs, notice_ids))
