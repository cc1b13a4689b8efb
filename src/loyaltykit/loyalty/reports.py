"""The facet ``reports`` of `Loyalty`: what the program came to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.reports.invited import invited
from loyaltykit.reports.promos import promos
from loyaltykit.reports.referrals import referrals
from loyaltykit.reports.surcharges import surcharges
from loyaltykit.reports.worker_bonuses import worker_bonuses
from loyaltykit.reports.worker_codes import worker_codes

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.loyalty.driver import Driver
    from loyaltykit.operations.programs import Programs
    from loyaltykit.reports.invited import InvitedRow
    from loyaltykit.reports.promos import PromoRow
    from loyaltykit.reports.referrals import ReferralRow
    from loyaltykit.reports.report import Report
    from loyaltykit.reports.surcharges import SurchargeRow
    from loyaltykit.reports.worker_bonuses import WorkerBonusRow
    from loyaltykit.reports.worker_codes import WorkerCodeRow


class Reports:
    """
    What the program came to: the facet ``reports`` of `Loyalty`.

    Each report reads all orders, members or entries once, a hundred at a time, and writes nothing; it's about orders
    that were completed by *at*, from *start* up to and without *end* where these are told, as they stand now: a refund
    lowers turnover and points, whenever it came. Who was invited, what is left of budgets, and how many orders a bonus
    period has, is told as it's stored now, for an earlier *at* too. Points and money are sums over entries. All raise
    `NaiveMoment`, and `InvalidValue` for a period that ends before it starts.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Money, Order, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "redemption": [{}],
        ...     "promo": [{"name": "summer", "code": "SUMMER", "percent": "10", "budget": "5000"}],
        ... })
        >>> loyalty = Loyalty(program, MemoryRepository())
        >>> now = datetime(2026, 6, 1, tzinfo=timezone.utc)
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> done = loyalty.settle(order, at=now, promo_code="summer")
        >>> print(loyalty.reports.promos(at=now))
        Promos: 1 row
        promo     uses  turnover, RUB  discount, RUB  points  worker points  budget, RUB  left, RUB
          summer     1         370.80          41.20       0              0     5,000.00   4,958.80
          in all     1         370.80          41.20       0              0
    """

    def __init__(self, programs: Programs, driver: Driver) -> None:
        self._programs = programs
        self._driver = driver

    def referrals(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None
    ) -> Report[ReferralRow]:
        """Report what each referral code brought, and with what effect: the largest turnover first (T7)."""
        return self._driver.run(partial(referrals, self._programs, at=at, start=start, end=end))

    def invited(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None
    ) -> Report[InvitedRow]:
        """Report each member who was brought, by whom and by which code, and what came of it (T7)."""
        return self._driver.run(partial(invited, self._programs, at=at, start=start, end=end))

    def promos(self, *, at: datetime, start: datetime | None = None, end: datetime | None = None) -> Report[PromoRow]:
        """Report the uses of each promo, what it took off, its points, and what is left of its budget (G10, B9)."""
        return self._driver.run(partial(promos, self._programs, at=at, start=start, end=end))

    def worker_codes(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None
    ) -> Report[WorkerCodeRow]:
        """Report whom the promo codes of workers brought, and what came of it (G11)."""
        return self._driver.run(partial(worker_codes, self._programs, at=at, start=start, end=end))

    def worker_bonuses(self, *, at: datetime) -> Report[WorkerBonusRow]:
        """Report how far each worker is with each bonus whose period runs *at* that moment (G1)."""
        return self._driver.run(partial(worker_bonuses, self._programs, at=at))

    def surcharges(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None
    ) -> Report[SurchargeRow]:
        """Report what workers got beside the price, by district and by rule (G2, G3, G4)."""
        return self._driver.run(partial(surcharges, self._programs, at=at, start=start, end=end))
