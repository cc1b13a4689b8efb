"""The facet ``reports`` of `Loyalty`: what the program came to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.reports.card_sums import card_sums
from loyaltykit.reports.cards import cards_page
from loyaltykit.reports.invited import invited
from loyaltykit.reports.liability import liability
from loyaltykit.reports.point_sums import point_sums
from loyaltykit.reports.points import STAGES, wanted_points
from loyaltykit.reports.promos import promos
from loyaltykit.reports.referrals import referrals
from loyaltykit.reports.surcharges import surcharges
from loyaltykit.reports.tier_endings import tier_endings
from loyaltykit.reports.tier_moves import tier_moves
from loyaltykit.reports.tiers import tiers
from loyaltykit.reports.worker_bonuses import worker_bonuses
from loyaltykit.reports.worker_codes import worker_codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Unpack

    from loyaltykit.loyalty.driver import Driver
    from loyaltykit.operations.programs import Programs
    from loyaltykit.reports.card_sums import CardSums
    from loyaltykit.reports.cards import CardRow
    from loyaltykit.reports.invited import InvitedRow
    from loyaltykit.reports.liability import LiabilityRow
    from loyaltykit.reports.point_sums import PointsSums
    from loyaltykit.reports.points import Only, PointsRow
    from loyaltykit.reports.promos import PromoRow
    from loyaltykit.reports.referrals import ReferralRow
    from loyaltykit.reports.report import Report
    from loyaltykit.reports.surcharges import SurchargeRow
    from loyaltykit.reports.tier_endings import TierEnding
    from loyaltykit.reports.tier_moves import TierMove
    from loyaltykit.reports.tiers import TierRow
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

    `points`, `point_sums` and `liability` are about postings, not orders: they count when they're booked for, by *at*.
    Tiers and gift cards are told as they're stored, as time has made them by *at*.

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

    def points(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None, **only: Unpack[Only]
    ) -> Iterator[PointsRow]:
        """
        Give every posting of points up to and with *at*, from *start* up to *end*, one after the other (S4, S5, R11).

        *only* those of a ``member``, a ``branch``, a ``service``, a ``kind``, a ``rule`` or a ``revision``, where these
        are told. Those that are booked come by their moments, and behind them what time has done and nobody has booked
        yet; they're read a page at a time, so that millions take no more room than a page. What is asked for wrongly is
        told with the first row.

        Examples:
            >>> from datetime import datetime, timezone
            >>> from loyaltykit import Loyalty, Money, Order, Program
            >>> from loyaltykit.adapters.memory import MemoryRepository
            >>> program = Program.from_dict({
            ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
            ...     "cashback": [{"percent": "5"}],
            ... })
            >>> loyalty, now = Loyalty(program, MemoryRepository()), datetime(2026, 3, 1, tzinfo=timezone.utc)
            >>> order = Order(id="o1", customer="m1", branch="north", price=Money("412.00", "RUB"))
            >>> done = loyalty.settle(order, at=now)
            >>> [(row.member, row.kind, row.points.minor, row.branch) for row in loyalty.reports.points(at=now)]
            [('m1', 'issued', 21, 'north')]
            >>> list(loyalty.reports.points(at=now, branch="south"))
            []
        """
        wanted = wanted_points(only, at=at, start=start, end=end)
        for stage in STAGES:
            after: str | None = None
            while True:
                rows, after = self._driver.run(partial(stage, self._programs, wanted, after))
                for row in rows:  # noqa: UP028 - async generators have no yield from
                    yield row
                if after is None:
                    break

    def point_sums(
        self,
        *,
        at: datetime,
        start: datetime | None = None,
        end: datetime | None = None,
        by: str = "month",
        **only: Unpack[Only],
    ) -> Report[PointsSums]:
        """
        Report what the same postings come to, *by* ``month``, ``member``, ``branch``, ``service``, ``rule`` or
        ``revision``: what was earned, spent, expired (S5). Raises `InvalidValue` for anything else.
        """
        return self._driver.run(partial(point_sums, self._programs, only, at=at, start=start, end=end, by=by))

    def liability(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None
    ) -> Report[LiabilityRow]:
        """Report, month by month, what members may spend at its end, how it came to that, and the breakage (B10)."""
        return self._driver.run(partial(liability, self._programs, at=at, start=start, end=end))

    def tiers(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None, ahead: int = 30
    ) -> Report[TierRow]:
        """
        Report how many members have each level of each ladder, who came to it in the period, and whose ends by time
        alone within so many days of 24 hours *ahead* (Y1, Y2, Y3). Levels are those that are stored, as time has made
        them by *at*. Raises `InvalidValue` for a number of days that is none.
        """
        return self._driver.run(partial(tiers, self._programs, at=at, start=start, end=end, ahead=ahead))

    def tier_moves(
        self, *, at: datetime, start: datetime | None = None, end: datetime | None = None
    ) -> Report[TierMove]:
        """Report who moved on a ladder in the period, from which level to which; of several moves the last (Y1, Y3)."""
        return self._driver.run(partial(tier_moves, self._programs, at=at, start=start, end=end))

    def tier_endings(self, *, at: datetime, end: datetime | None = None) -> Report[TierEnding]:
        """Report whose level ends by time alone behind *at*, and before *end* where that's told (Y2, B7)."""
        return self._driver.run(partial(tier_endings, self._programs, at=at, end=end))

    def cards(self, *, at: datetime) -> Iterator[CardRow]:
        """
        Give every gift card that has something on it, one after the other by their ids, without their codes (S3).

        They're told as stored, as time has made them by *at*.
        """
        after: str | None = None
        while True:
            page, after = self._driver.run(partial(cards_page, self._programs, at, after))
            for card in page:
                if card.is_outstanding:
                    yield card
            if after is None:
                break

    def card_sums(self, *, at: datetime) -> Report[CardSums]:
        """Report what is on gift cards, by the offer that they were sold by (S3, B10)."""
        return self._driver.run(partial(card_sums, self._programs, at=at))

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
