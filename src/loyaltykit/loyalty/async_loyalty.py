# Made from loyalty.py by `make async`: change that one, and make this anew.
"""`AsyncLoyalty`: an order's life over an async repository, and what members have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from loyaltykit.errors import CommitUnknown, OperationMismatch, StoreUnavailable
from loyaltykit.loyalty.async_driver import AsyncDriver
from loyaltykit.loyalty.observe import Retry, ignore
from loyaltykit.operations.adjust import adjust
from loyaltykit.operations.amend import amend
from loyaltykit.operations.cancel import cancel
from loyaltykit.operations.check_code import check_code
from loyaltykit.operations.complete import complete
from loyaltykit.operations.correct import correct
from loyaltykit.operations.forget import forget
from loyaltykit.operations.import_member import ImportRun, NotImported, export_page, import_member
from loyaltykit.operations.issue_code import issue_code
from loyaltykit.operations.join import join
from loyaltykit.operations.link_member import link_member
from loyaltykit.operations.pay_out import pay_out
from loyaltykit.operations.place import place
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.publish import publish
from loyaltykit.operations.quote import quote
from loyaltykit.operations.record_payment import record_payment
from loyaltykit.operations.refund import refund
from loyaltykit.operations.run_due import DueRun, Skipped, due_page, sweep_due
from loyaltykit.operations.settle import settle
from loyaltykit.operations.statement import statement
from loyaltykit.operations.view import view
from loyaltykit.operations.view_worker import view_worker
from loyaltykit.operations.worker_statement import worker_statement
from loyaltykit.values.code import message_with, referral_link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from datetime import datetime
    from typing import Any, Self

    from loyaltykit.decision import Reason
    from loyaltykit.facts.opening import OpeningMember
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import AsyncReader, AsyncRepository
    from loyaltykit.loyalty.async_reports import AsyncReports
    from loyaltykit.loyalty.observe import Observer
    from loyaltykit.operations.adjust import Adjustment
    from loyaltykit.operations.check_code import CodeCheck
    from loyaltykit.operations.import_member import ExportPage
    from loyaltykit.operations.issue_code import IssuedCode
    from loyaltykit.operations.join import Joined
    from loyaltykit.operations.locate import Maps
    from loyaltykit.operations.pay_out import Payout
    from loyaltykit.operations.settlement import Settlement
    from loyaltykit.operations.statement import Statement
    from loyaltykit.operations.view import MemberView
    from loyaltykit.operations.view_worker import WorkerView
    from loyaltykit.operations.worker_statement import WorkerStatement
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.rules.redemption import Requested
    from loyaltykit.values.money import Money
    from loyaltykit.values.points import Points

_RETRY = Retry()


class AsyncMembers:
    """
    What members have: the facet ``members`` of `AsyncLoyalty`.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> asyncio.run(loyalty.members.view("m1", at=datetime(2026, 3, 1, tzinfo=timezone.utc))).balance
        Points(0)
    """

    def __init__(self, programs: Programs, driver: AsyncDriver) -> None:
        self._programs = programs
        self._driver = driver

    async def view(self, member_id: str, *, at: datetime) -> MemberView:
        """
        Give what the member called *member_id* has *at* that moment: balance, held, pending, debt, the next expiry.

        A member whom nobody has seen yet has nothing. Raises `NaiveMoment`, and `NoRevision` before the first revision.
        """
        return await self._driver.run(partial(view, self._programs, member_id, at=at))

    async def statement(
        self,
        member_id: str,
        *,
        at: datetime,
        start: datetime | None = None,
        end: datetime | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Statement:
        """
        Give a page of what moved the balance of *member_id*, by moment, from *start* up to and without *end* (R11).

        A page has up to *limit* booked lines, and the next one stands behind *after*, the cursor of the one before. The
        last page has, behind them, what time has done by *at* and nobody has booked yet: the lines always sum up to
        what is posted.
        """
        page: dict[str, Any] = {"start": start, "end": end, "after": after, "limit": limit}
        return await self._driver.run(partial(statement, self._programs, member_id, at=at, **page))

    async def adjust(
        self, adjustment_id: str, member_id: str, points: Points, *, at: datetime, description: str | None = None
    ) -> Adjustment:
        """
        Give *points* to a member by hand, or take them where they're below zero (S6).

        What's given expires as if it were awarded then; of what's taken, no more than the balance. The *description*
        stands in the member's statement, and apart from entries, so that it can be erased. Raises `InvalidValue`.
        """
        call = partial(adjust, self._programs, adjustment_id, member_id, points, at=at, description=description)
        return await self._driver.run(call)

    async def forget(self, member_id: str, *, at: datetime) -> None:
        """
        Erase what is stored about a member: the document, and what was written to adjustments.

        What they have is given up to the program's account ``forgotten``, so that totals stay true; entries and
        receipts stay, and name nothing but the id.
        """
        return await self._driver.run(partial(forget, self._programs, member_id, at=at))

    async def join(
        self, member_id: str, *, at: datetime, referral_code: str | None = None, code: str | None = None
    ) -> Joined:
        """
        Have a member take part, brought by the owner of *referral_code* (R12); with *code*, that's their own (R5).

        A member is brought once, before the first completed order, never by themselves, and not after having brought
        others: else *reasons* says why not. The same call again finds nothing to do. Raises `InvalidValue` for a *code*
        that is none, and `CodeTaken` for one that isn't free.
        """
        call = partial(join, self._programs, member_id, at=at, referral_code=referral_code, code=code)
        return await self._driver.run(call)

    async def import_members(
        self, members: Iterable[OpeningMember], *, at: datetime, referrer: str | None = None
    ) -> ImportRun:
        """
        Carry *members* over from another system, each in a commit of its own (R6).

        Then each is put under whoever brought them, or under *referrer* where that isn't told: who has brought others
        may be, too, unless a circle would arise. The same import again does nothing twice and can go on where it was
        stopped. Who is known already, or was imported with other figures, is skipped and told, and stays under whoever
        brought them; figures that can't be, end the run. To watch it, give an iterable that tells how far it is.
        """
        done, skipped, links = 0, [], []
        for opening in members:
            try:
                why: Reason | Exception | None = await self._driver.run(
                    partial(import_member, self._programs, opening, at=at)
                )
            except OperationMismatch as mismatch:
                why = mismatch
            if why is None:
                done += 1
                links += [(opening.id, above)] if (above := opening.referrer or referrer) else []
            else:
                skipped.append(NotImported(opening.id, why))
        unlinked = []
        for member_id, above in links:
            reason = await self._driver.run(partial(link_member, self._programs, member_id, above, at=at))
            if reason is not None:
                unlinked.append(NotImported(member_id, reason))
        return ImportRun(done, tuple(skipped), tuple(unlinked))

    async def export_members(self, *, at: datetime, after: str | None = None, limit: int = 100) -> ExportPage:
        """
        Give a page of the members as they are *at* a moment, in the form in which another program imports them (R6).

        The next page stands behind *after*, the cursor of the one before. Held and pending points, debts and the
        moment of the last order aren't part of it.
        """
        return await self._driver.run(partial(export_page, self._programs, at=at, after=after, limit=limit))


class AsyncCodeDesk:
    """
    Where codes are given out and checked: the facet ``codes`` of `AsyncLoyalty`.

    All but `referral_link` and `message` is awaited; `generate` is taken by ``async for``.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> print(asyncio.run(loyalty.codes.check("sale 🎉", at=now)))
        no code: a code is made of letters, digits, #, _ and -: '🎉' in 'sale 🎉' is none of them
    """

    def __init__(self, programs: Programs, driver: AsyncDriver) -> None:
        self._programs = programs
        self._driver = driver

    async def check(self, code: str, *, at: datetime, customer: str | None = None) -> CodeCheck:
        """
        Say what the *code* is that somebody types, and whether *customer* could name it with an order now (T6).

        Nothing is written, and nothing that people type is an error.
        """
        return await self._driver.run(partial(check_code, self._programs, code, at=at, customer=customer))

    async def issue(self, issue_id: str, member_id: str, *, at: datetime, code: str | None = None) -> IssuedCode:
        """
        Give a member the referral *code* that is set by hand, or one that is drawn, unless they have one (T1).

        Codes that they had before stay theirs. Raises `InvalidValue` for what is no code, and `CodeTaken` where
        somebody else has it, or a promo.
        """
        return await self._driver.run(partial(issue_code, self._programs, issue_id, member_id, at=at, code=code))

    async def generate(
        self,
        batch_id: str,
        promo: str,
        count: int,
        *,
        at: datetime,
        member: str | None = None,
        worker: str | None = None,
        length: int = 8,
    ) -> AsyncIterator[str]:
        """
        Give *count* unique codes of the promo rule called *promo*, one after the other (G10, G11).

        They're written 80 at a time while they're taken, and the same call again gives the same codes and goes on where
        it was stopped. Individual ones may be bound to a *member*, a worker's are that *worker*'s. Codes have *length*
        characters, more where one in a hundred of a length is given out. Raises `InvalidValue`.
        """
        from loyaltykit.operations.generate_codes import (  # noqa: PLC0415 - most processes generate none
            codebook,
            generate_batch,
        )

        told: dict[str, Any] = {"at": at, "member": member, "worker": worker, "length": length}
        wanted = codebook(self._programs, batch_id, promo, count, **told)
        for number in wanted.batches:
            batch = await self._driver.run(partial(generate_batch, self._programs, wanted, number))
            for code in batch:
                yield code

    @staticmethod
    def referral_link(template: str, code: str) -> str:
        """
        Give the host's URL with *code* in it: *template* has ``{code}`` where it goes (G9); raises `InvalidValue`.
        """
        return referral_link(template, code)

    @staticmethod
    def message(template: str, code: str) -> str:
        """Give *template* with *code* wherever it has ``%ClientReferralCode%`` (T3); raises `InvalidValue`."""
        return message_with(template, code)


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
        """Give a page of what moved the balance of *worker_id*, as `AsyncMembers.statement` does for points (R11)."""
        page: dict[str, Any] = {"start": start, "end": end, "after": after, "limit": limit}
        return await self._driver.run(partial(worker_statement, self._programs, worker_id, at=at, **page))


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
        self.members = AsyncMembers(self._programs, self._driver)
        self.codes = AsyncCodeDesk(self._programs, self._driver)
        self.workers = AsyncWorkers(self._programs, self._driver)

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
    ) -> Settlement:
        """
        Work out what *order* would come to, placed *at* that moment with *redeem* points spent on it; change nothing.

        *redeem* is ``Points(…)`` or ``"all"``, the codes are as somebody typed them. Raises `MixedUnits` for a price in
        another currency.
        """
        codes = {"promo_code": promo_code, "referral_code": referral_code}
        return await self._driver.run(partial(quote, self._programs, order, at=at, redeem=redeem, **codes))

    async def place(
        self,
        order: Order,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promo_code: str | None = None,
        referral_code: str | None = None,
    ) -> Settlement:
        """
        Place *order*, and hold for it as many of *redeem* points as the rules allow, and a use of its codes (R10, B3).

        What the *promo_code* gives is granted now and stands (G10); the *referral_code* of whoever brings a new
        customer is tied to the order until it's completed (T4). A code that can't be used is a reason, and the order
        goes on without it. The revision in force *at* that moment is kept with the order. The hold ends by completion,
        cancellation or no-show, or else times out. An order that is completed or came to nothing isn't placed again: a
        new one needs an id of its own.
        """
        codes = {"promo_code": promo_code, "referral_code": referral_code}
        return await self._driver.run(partial(place, self._programs, order, at=at, redeem=redeem, **codes))

    async def complete(
        self,
        order_id: str,
        *,
        at: datetime,
        price: Money | None = None,
        worker: str | None = None,
        worker_tariff: str | None = None,
    ) -> Settlement:
        """
        Complete a placed order by its final facts: spend what it holds, credit what it earns (G5, G6, R9, R10).

        What isn't told stands as it was placed. Fewer points than were held are spent only where the final price can be
        paid with fewer; the rest goes back. An order whose hold has ended, or that was cancelled, holds again what is
        still free. Raises `UnknownOrder` for one that was never placed.
        """
        final: dict[str, Any] = {"price": price, "worker": worker, "worker_tariff": worker_tariff}
        return await self._driver.run(partial(complete, self._programs, order_id, at=at, **final))

    async def settle(
        self,
        order: Order,
        *,
        at: datetime,
        redeem: Requested | None = None,
        promo_code: str | None = None,
        referral_code: str | None = None,
    ) -> Settlement:
        """
        Place and complete *order* in one commit: a street hail, which nobody placed.

        One that is placed already is completed by the price and worker that are told now; what it holds stands, and its
        codes are those that it was placed with.
        """
        codes = {"promo_code": promo_code, "referral_code": referral_code}
        return await self._driver.run(partial(settle, self._programs, order, at=at, redeem=redeem, **codes))

    async def cancel(self, order_id: str, *, at: datetime) -> Settlement:
        """
        Cancel a placed order: its points go back to the lots that they came from, with their dates (B2).

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
        price: Money | None = None,
        branch: str | None = None,
        service: str | None = None,
        tariff: str | None = None,
        worker: str | None = None,
        worker_tariff: str | None = None,
        channel: str | None = None,
        district: str | None = None,
        starts_at: datetime | None = None,
        pickup: tuple[float, float] | None = None,
    ) -> Settlement:
        """
        Edit a placed order: swap facts, price, promo code and what is to be spent on it in one commit (B3).

        It's judged anew by the revision that it was placed under, with what it holds itself; what isn't told stands.
        ``redeem=Points(0)`` spends nothing any more, ``promo_code=""`` takes the code back; a code that can't be used
        leaves the one that the order has. A referral code can only be named with a new order (T6). Points that it goes
        on holding aren't released in between. One that is completed or came to nothing stays so, with a reason. Raises
        `UnknownOrder`.
        """
        facts: dict[str, Any] = {"price": price, "branch": branch, "service": service, "tariff": tariff}
        facts |= {"worker": worker, "worker_tariff": worker_tariff, "channel": channel, "district": district}
        facts |= {"starts_at": starts_at, "pickup": pickup}
        call = partial(amend, self._programs, amendment_id, order_id, at=at, redeem=redeem, promo_code=promo_code)
        return await self._driver.run(partial(call, **facts))

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
    ) -> Settlement:
        """
        Correct a completed order that was told wrong: work it out again by its own revision and post the differences.

        Of points, no more are spent than were; what's too much goes back. After a refund it's refused, with a reason.
        Raises `UnknownOrder`.
        """
        facts: dict[str, Any] = {"price": price, "branch": branch, "service": service, "tariff": tariff}
        facts |= {"worker": worker, "worker_tariff": worker_tariff, "district": district}
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
