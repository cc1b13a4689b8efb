# Made from members.py by `make async`: change that one, and make this anew.
"""The facet ``members`` of `AsyncLoyalty`: what members have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.errors import CommitUnknown, OperationMismatch, StoreUnavailable
from loyaltykit.operations.adjust import adjust
from loyaltykit.operations.clear_history import clear_history
from loyaltykit.operations.forget import forget
from loyaltykit.operations.import_member import ImportRun, NotImported, export_page, import_member
from loyaltykit.operations.join import join
from loyaltykit.operations.link_member import link_member
from loyaltykit.operations.recalculate import RecalculationRun, member_page, recalculate
from loyaltykit.operations.run_due import Skipped
from loyaltykit.operations.set_consent import set_consent
from loyaltykit.operations.set_tier import set_tier
from loyaltykit.operations.statement import statement
from loyaltykit.operations.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from loyaltykit.facts.opening import OpeningMember
    from loyaltykit.loyalty.async_driver import AsyncDriver
    from loyaltykit.loyalty.observe import Observer
    from loyaltykit.operations.adjust import Adjustment
    from loyaltykit.operations.clear_history import HistoryCleared, OnBalance
    from loyaltykit.operations.import_member import ExportPage
    from loyaltykit.operations.join import Joined
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.recalculate import Recalculated
    from loyaltykit.operations.set_tier import LevelSet
    from loyaltykit.operations.statement import Statement
    from loyaltykit.operations.view import MemberView
    from loyaltykit.reason import Reason
    from loyaltykit.values.points import Points


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

    def __init__(self, programs: Programs, driver: AsyncDriver, observe: Observer) -> None:
        self._programs = programs
        self._driver = driver
        self._observe = observe

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
        self,
        adjustment_id: str,
        member_id: str,
        points: Points,
        *,
        at: datetime,
        description: str | None = None,
        operator: str | None = None,
    ) -> Adjustment:
        """
        Give *points* to a member by hand, or take them where they're below zero (S6).

        What's given expires as if it were awarded then; of what's taken, no more than the balance. The *description*,
        and the *operator* who does it, by the host's id, stand in the member's statement, and apart from entries, so
        that they can be erased. Raises `InvalidValue`.
        """
        written = {"description": description, "operator": operator}
        call = partial(adjust, self._programs, adjustment_id, member_id, points, at=at, **written)
        return await self._driver.run(call)

    async def set_tier(
        self, set_id: str, member_id: str, tier: str, level: str | None, *, at: datetime, until: datetime | None = None
    ) -> LevelSet:
        """
        Give a member a *level* of the ladder *tier* by hand, *until* a moment or for good; None takes it back (Y7).

        They have it, or what they've earned, if that's higher, and it doesn't lapse before. The same call again is
        answered as it was. Raises `InvalidValue` for a ladder or a level that the program in force doesn't have, and
        for an end that has come already.
        """
        call = partial(set_tier, self._programs, set_id, member_id, tier, level, at=at, until=until)
        return await self._driver.run(call)

    async def recalculate(self, member_id: str, *, at: datetime) -> Recalculated:
        """
        Judge a member's levels and categories anew, by the program in force *at* a moment (Y7); say what has changed.

        That's done by itself whenever an order is completed, paid or taken back, and time counts by itself. The same
        call again changes nothing, and a level that has lapsed comes back by a visit alone.
        """
        return await self._driver.run(partial(recalculate, self._programs, member_id, at=at))

    async def recalculate_all(self, *, at: datetime, after: str | None = None, limit: int = 500) -> RecalculationRun:
        """
        Judge the levels and categories of all members anew, once the program has changed (Y7), a batch at a time.

        A batch looks at up to *limit* members, and the next one begins behind *after*, the cursor of the one before. It
        may be stopped, repeated and shared between processes. A member who can't be read or is fought over is skipped
        and told, and the batch goes on; a store that can't be reached ends it.
        """
        page = await self._driver.run(partial(member_page, self._programs, after=after, limit=limit))
        looked, skipped = [], []
        for member_id in page.ids:
            try:
                looked.append(await self._driver.run(partial(recalculate, self._programs, member_id, at=at)))
            except (StoreUnavailable, CommitUnknown):
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others go on
                skipped.append(Skipped(self._programs.key("member", member_id), error))
                self._observe(skipped[-1])
        moved = tuple([each for each in looked if each.has_moved])
        return RecalculationRun(len(looked), moved, tuple(skipped), page.after)

    async def set_consent(self, member_id: str, *, agreed: bool, at: datetime) -> bool:
        """
        Note that a member has *agreed* to marketing *at* a moment, or hasn't; give what stands (S7).

        The latest that was said counts, in whatever order it arrives. Notices that need consent are made for whoever
        has agreed by then, and those that wait are dropped once it's withdrawn; forgetting erases it.
        """
        return await self._driver.run(partial(set_consent, self._programs, member_id, agreed=agreed, at=at))

    async def clear_history(
        self, clear_id: str, member_id: str, *, at: datetime, balance: OnBalance = "refuse"
    ) -> HistoryCleared:
        """
        Clear what lies behind a member: orders and visits, sums sold and paid, levels and categories (S8).

        Points, code, referral and consent stay, and so do entries: totals stay true. Where the member has points, or
        owes any, nothing is cleared, with the reason; with ``balance="keep"`` it is, and the points stay. What is
        refunded later of orders from before takes nothing off the new history. Raises `InvalidValue`.
        """
        call = partial(clear_history, self._programs, clear_id, member_id, at=at, balance=balance)
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
        brought them, and so is who has a level that the program in force lacks; figures that can't be, end the run. To
        watch it, give an iterable that tells how far it is.
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

        The next page stands behind *after*, the cursor of the one before. Held and pending points and debts aren't
        part of it.
        """
        return await self._driver.run(partial(export_page, self._programs, at=at, after=after, limit=limit))
