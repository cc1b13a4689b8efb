# Made from loyalty.py by `make async`: change that one, and make this anew.
"""`AsyncLoyalty`: an order's life over an async repository."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from loyaltykit.errors import CommitUnknown, StoreUnavailable
from loyaltykit.loyalty.async_driver import AsyncDriver
from loyaltykit.loyalty.observe import Retry, ignore
from loyaltykit.operations.amend import amend
from loyaltykit.operations.cancel import cancel
from loyaltykit.operations.complete import complete
from loyaltykit.operations.correct import correct
from loyaltykit.operations.place import place
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.publish import publish
from loyaltykit.operations.quote import quote
from loyaltykit.operations.record_payment import record_payment
from loyaltykit.operations.refund import refund
from loyaltykit.operations.run_due import DueRun, Skipped, due_page, sweep_due
from loyaltykit.operations.settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any, Self

    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import AsyncReader, AsyncRepository
    from loyaltykit.loyalty.async_cards import AsyncCards
    from loyaltykit.loyalty.async_code_desk import AsyncCodeDesk
    from loyaltykit.loyalty.async_members import AsyncMembers
    from loyaltykit.loyalty.async_notices import AsyncNotices
    from loyaltykit.loyalty.async_reports import AsyncReports
    from loyaltykit.loyalty.async_workers import AsyncWorkers
    from loyaltykit.loyalty.observe import Observer
    from loyaltykit.operations.locate import Maps
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.values.money import Money

_RETRY = Retry()


class AsyncLoyalty:
    """
    The loyalty program of a host: it decides, holds, captures, expires and tells, over any repository.

    *program* is a program or its `Revisions`, *repository* whatever keeps the promises C1 to C9; it's the *reader*,
    too, unless that's another object. *retry* says how often a conflict is tried again (with None it's the caller's),
    *observe* hears `Committed`, `Replayed`, `Retried` and `Skipped`; what it raises reaches the caller, though the
    commit stands. *randbelow* gives a number below another for the codes that are drawn: ``secrets.randbelow``,
    unless a test needs the same ones again. *districts* is the `DistrictMap` of all branches, or one for each by its
    id, by which an order's pickup has its district (G4).

    Every call of an order's life returns a `Settlement`, and the same call again returns the same one: a repeated
    webhook does nothing twice. Loyalty never stops an order: what isn't granted is a reason. All calls raise
    `NaiveMoment` for a moment without a time zone, `NoRevision` before the first revision, `OperationMismatch` where
    the same call was made with other arguments before (with the first one's settlement in *first*), `Contended`,
    `StoreUnavailable`, `CommitUnknown` and `StoreTooNew`.

    All but `on` is awaited; *observe* is called. A call that was cancelled on its way may have been done or not: the
    same call again sees to it that it's done, once.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Money, Order, Points, Program, Settlement
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5"}], "redemption": [{"max_share": "50"}],
        ... })
        >>> async def two_orders(now: datetime) -> Settlement:
        ...     loyalty = AsyncLoyalty(program, AsyncMemoryRepository())
        ...     await loyalty.settle(Order(id="o1", customer="m1", price=Money("412.00", "RUB")), at=now)
        ...     second = Order(id="o2", customer="m1", price=Money("300", "RUB"))
        ...     await loyalty.place(second, at=now, redeem=Points(15))
        ...     return await loyalty.complete("o2", at=now, price=Money("280", "RUB"))
        >>> done = asyncio.run(two_orders(datetime(2026, 3, 1, tzinfo=timezone.utc)))
        >>> done.due, done.awards[0].points
        (Money('265.00', 'RUB'), Points(14))
    """

    def __init__(
        self,
        program: Program | Revisions | Programs,
        repository: AsyncRepository,
        *,
        reader: AsyncReader | None = None,
        retry: Retry | None = _RETRY,
        observe: Observer = ignore,
        randbelow: Callable[[int], int] | None = None,
        districts: Maps | None = None,
    ) -> None:
        self._programs = program if isinstance(program, Programs) else Programs(program, randbelow, districts)
        self._observe = observe
        self._driver = AsyncDriver(
            repository,
            cast("AsyncReader", repository) if reader is None else reader,
            retry=retry,
            observe=observe,
        )

    @property
    def members(self) -> AsyncMembers:
        """What members have."""
        from loyaltykit.loyalty.async_members import AsyncMembers  # noqa: PLC0415 - loaded when it's first asked for

        return AsyncMembers(self._programs, self._driver, self._observe)

    @property
    def codes(self) -> AsyncCodeDesk:
        """Codes: checked, given out and told."""
        from loyaltykit.loyalty.async_code_desk import AsyncCodeDesk  # noqa: PLC0415 - loaded when it's first asked for

        return AsyncCodeDesk(self._programs, self._driver)

    @property
    def cards(self) -> AsyncCards:
        """Gift cards: issued, bought, looked at, given away and frozen."""
        from loyaltykit.loyalty.async_cards import AsyncCards  # noqa: PLC0415 - loaded when it's first asked for

        return AsyncCards(self._programs, self._driver)

    @property
    def notices(self) -> AsyncNotices:
        """What there is to tell members."""
        from loyaltykit.loyalty.async_notices import AsyncNotices  # noqa: PLC0415 - loaded when it's first asked for

        return AsyncNotices(self._programs, self._driver)

    @property
    def workers(self) -> AsyncWorkers:
        """The money of those who carry out orders."""
        from loyaltykit.loyalty.async_workers import AsyncWorkers  # noqa: PLC0415 - loaded when it's first asked for

        return AsyncWorkers(self._programs, self._driver)

    @property
    def reports(self) -> AsyncReports:
        """What the program came to."""
        from loyaltykit.loyalty.async_reports import AsyncReports  # noqa: PLC0415 - most processes report nothing

        return AsyncReports(self._programs, self._driver)

    def on(self, repository: AsyncRepository, *, reader: AsyncReader | None = None) -> Self:
        """
        Give the same over a *repository* that joins a transaction of the host's: it neither commits nor tries again.

        A conflict is a `VersionConflict`: roll back, and start the transaction anew. It's cheap to make.
        """
        return type(self)(self._programs.joined(), repository, reader=reader, retry=None, observe=self._observe)

    async def quote(
        self,
        order: Order,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promo_code: str | None = None,
        referral_code: str | None = None,
        gift_card: str | None = None,
    ) -> Settlement:
        """
        Work out what *order* would come to, placed *at* that moment with *redeem* points spent on it; change nothing.

        *redeem* is ``Points(…)`` or ``"all"``, the codes are as somebody typed them; what the order holds, where it's
        placed already, may be spent on it. Raises `MixedUnits` for a price in another currency.
        """
        codes = {"promo_code": promo_code, "referral_code": referral_code, "gift_card": gift_card}
        return await self._driver.run(partial(quote, self._programs, order, at=at, redeem=redeem, **codes))

    async def place(
        self,
        order: Order,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promo_code: str | None = None,
        referral_code: str | None = None,
        gift_card: str | None = None,
    ) -> Settlement:
        """
        Place *order*, and hold for it as many of *redeem* points as the rules allow, and a use of its codes (R10, B3).

        What the *promo_code* gives is granted now and stands (G10); the *referral_code* of whoever brings a new
        customer is tied to the order until it's completed (T4); what the *gift_card* of that code pays is held on it
        (S3). A code that can't be used is a reason, and the order goes on without it. The revision in force *at* that
        moment is kept with the order. The hold ends by completion, cancellation or no-show, or else times out. An order
        that is completed or came to nothing isn't placed again: a new one needs an id of its own.
        """
        codes = {"promo_code": promo_code, "referral_code": referral_code, "gift_card": gift_card}
        return await self._driver.run(partial(place, self._programs, order, at=at, redeem=redeem, **codes))

    async def complete(
        self,
        order_id: str,
        *,
        at: datetime,
        price: Money | None = None,
        worker: str | None = None,
        worker_tariff: str | None = None,
        ends_at: datetime | None = None,
    ) -> Settlement:
        """
        Complete a placed order by its final facts: spend what it holds, credit what it earns (G5, G6, R9, R10).

        What isn't told stands as it was placed. Fewer points than were held are spent only where the final price can be
        paid with fewer; the rest goes back. A gift card pays no more than was held of it, though the fare rose. An
        order whose hold has ended, or that was cancelled, holds again what is still free. Where no price was ever told,
        the points that it holds are spent, and its gift card pays nothing. Raises `UnknownOrder` for one that was never
        placed.
        """
        final: dict[str, Any] = {"price": price, "worker": worker, "worker_tariff": worker_tariff, "ends_at": ends_at}
        return await self._driver.run(partial(complete, self._programs, order_id, at=at, **final))

    async def settle(
        self,
        order: Order,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promo_code: str | None = None,
        referral_code: str | None = None,
        gift_card: str | None = None,
    ) -> Settlement:
        """
        Place and complete *order* in one commit: a street hail, which nobody placed.

        One that is placed already is completed by what is told now of its price, worker, worker's tariff and end; what
        it holds stands, and its codes are those that it was placed with.
        """
        codes = {"promo_code": promo_code, "referral_code": referral_code, "gift_card": gift_card}
        return await self._driver.run(partial(settle, self._programs, order, at=at, redeem=redeem, **codes))

    async def cancel(self, order_id: str, *, at: datetime) -> Settlement:
        """
        Cancel a placed order: its points go back to the lots that they came from, with their dates (B2).

        So does the use of its codes, and what was paid for it: that is the settlement's *refund*.

        One that is completed stays so, with the reason ``already_completed``. Raises `UnknownOrder`.
        """
        return await self._driver.run(partial(cancel, self._programs, order_id, at=at))

    async def no_show(self, order_id: str, *, at: datetime) -> Settlement:
        """End a placed order to which nobody came, as `cancel` does."""
        return await self._driver.run(partial(cancel, self._programs, order_id, at=at, status="no_show"))

    async def amend(
        self,
        amendment_id: str,
        order_id: str,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promo_code: str | None = None,
        gift_card: str | None = None,
        price: Money | None = None,
        branch: str | None = None,
        service: str | None = None,
        tariff: str | None = None,
        worker: str | None = None,
        worker_tariff: str | None = None,
        channel: str | None = None,
        district: str | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        pickup: tuple[float, float] | None = None,
    ) -> Settlement:
        """
        Edit a placed order: swap facts, price, promo code and what is to be spent on it in one commit (B3).

        It's judged anew by the revision that it was placed under, with what it holds itself; what isn't told stands.
        ``redeem=Points(0)`` spends nothing any more, ``promo_code=""`` takes the code back, ``gift_card=""`` the card;
        a code that can't be used leaves the one that the order has. A referral code can only be named with a new order
        (T6). Points that it goes on holding aren't released in between. One that is completed or came to nothing stays
        so, with a reason. Raises `UnknownOrder`.
        """
        facts: dict[str, Any] = {"price": price, "branch": branch, "service": service, "tariff": tariff}
        facts |= {"worker": worker, "worker_tariff": worker_tariff, "channel": channel, "district": district}
        facts |= {"starts_at": starts_at, "ends_at": ends_at, "pickup": pickup}
        facts |= {"redeem": redeem, "promo_code": promo_code, "gift_card": gift_card}
        return await self._driver.run(partial(amend, self._programs, amendment_id, order_id, at=at, **facts))

    async def correct(
        self,
        correction_id: str,
        order_id: str,
        *,
        at: datetime,
        price: Money | None = None,
        branch: str | None = None,
        service: str | None = None,
        tariff: str | None = None,
        worker: str | None = None,
        worker_tariff: str | None = None,
        district: str | None = None,
        ends_at: datetime | None = None,
    ) -> Settlement:
        """
        Correct a completed order that was told wrong: work it out again by its own revision and post the differences.

        Of points, no more are spent than were, and a gift card pays no more than was captured; what's too much goes
        back. After a refund it's refused, with a reason.
        Raises `UnknownOrder`.
        """
        facts: dict[str, Any] = {"price": price, "branch": branch, "service": service, "tariff": tariff}
        facts |= {"worker": worker, "worker_tariff": worker_tariff, "district": district, "ends_at": ends_at}
        return await self._driver.run(partial(correct, self._programs, correction_id, order_id, at=at, **facts))

    async def refund(self, refund_id: str, order_id: str, *, at: datetime, amount: Money | None = None) -> Settlement:
        """
        Give back *amount* of what was charged for a completed order, or the rest of it, in exact proportion (B2).

        Points that were spent go back to their lots, the settlement's *refund* is the money to give back, and awards
        are taken back, for as long as the program's ``refundable_for``. Many small refunds come to one big one;
        *carried* is what's under way. Visits and first orders are taken back by the full refund alone. Raises
        `UnknownOrder`, and `InvalidValue` for an amount of nothing.
        """
        return await self._driver.run(partial(refund, self._programs, refund_id, order_id, at=at, amount=amount))

    async def record_payment(self, payment_id: str, order_id: str, amount: Money, *, at: datetime) -> Settlement:
        """
        Note that *amount* was received for an order: what's paid and what's sold are different figures (Y8).

        What a refund gave back before it came doesn't count; for an order that was cancelled, *refund* gives it back.
        Raises `UnknownOrder`, and `InvalidValue` for an amount of nothing.
        """
        return await self._driver.run(partial(record_payment, self._programs, payment_id, order_id, amount, at=at))

    async def publish(self, program: Program) -> str:
        """
        Store the text of *program* under its id, and give that id; placing does so by itself, once a process.

        Orders placed under it can then be completed by processes that were never given its file. Raises `InvalidValue`
        for a program of another id.
        """
        return await self._driver.run(partial(publish, self._programs, program))

    async def run_due(self, *, at: datetime, after: str | None = None, limit: int = 500) -> DueRun:
        """
        Book what time has done by *at*: points expired, awards fell due, holds timed out, bonuses ended (G8, G1).

        A batch looks at up to *limit* documents, and the next one begins behind *after*, the cursor of the one before.
        It may be repeated, and shared between processes. A document that can't be read or is fought over is skipped and
        told, and the batch goes on; a store that can't be reached ends it.
        """
        page = await self._driver.run(partial(due_page, self._programs, at=at, after=after, limit=limit))
        skipped = []
        for key in page.keys:
            try:
                await self._driver.run(partial(sweep_due, self._programs, key, at=at))
            except (StoreUnavailable, CommitUnknown):
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others go on
                skipped.append(Skipped(key, error))
                self._observe(skipped[-1])
        return DueRun(len(page.keys) - len(skipped), tuple(skipped), page.after)
