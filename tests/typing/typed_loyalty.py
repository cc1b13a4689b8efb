"""What type checkers see of an order's life: the same results, plain or awaited, over repositories of that kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, assert_type

from loyaltykit import (
    AsyncLoyalty,
    Award,
    CardCheck,
    CardPage,
    CardView,
    CodeCheck,
    DueRun,
    HistoryCleared,
    IssuedCard,
    IssuedCode,
    Joined,
    LevelSet,
    Loyalty,
    MemberView,
    Money,
    Move,
    Notice,
    NoticePage,
    Order,
    Payout,
    Points,
    Program,
    PromoRow,
    RecalculationRun,
    ReferralRow,
    Report,
    Retry,
    Revisions,
    Settlement,
    Skipped,
    Statement,
    TierView,
    WaitingNotice,
    WorkerBonusRow,
    WorkerStatement,
    WorkerView,
)
from loyaltykit.adapters.memory import AsyncMemoryRepository, MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.loyalty.async_members import AsyncMembers
from loyaltykit.loyalty.members import Members

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.loyalty.observe import Event


def observe(event: Event) -> None:
    """Hear what happens, and know what was skipped."""
    if isinstance(event, Skipped):
        assert_type(event.error, Exception)


def levels(loyalty: Loyalty, at: datetime) -> None:
    """Levels are given by names, and worked out again of one or of all."""
    assert_type(loyalty.members.set_tier("s1", "m1", "regulars", "gold", at=at, until=None), LevelSet)
    assert_type(loyalty.members.recalculate("m1", at=at).moves, tuple[Move, ...])
    assert_type(loyalty.members.recalculate_all(at=at, after=None, limit=9), RecalculationRun)
    assert_type(loyalty.members.view("m1", at=at).tiers, tuple[TierView, ...])


def plain(program: Program, revisions: Revisions, order: Order, at: datetime) -> None:
    """Every call of an order's life gives a settlement."""
    loyalty = Loyalty(program, SqliteRepository(":memory:"), reader=MemoryRepository(), retry=None, observe=observe)
    assert_type(Loyalty(revisions, MemoryRepository(), retry=Retry(attempts=3)), Loyalty)
    assert_type(loyalty.on(MemoryRepository()), Loyalty)
    assert_type(loyalty.quote(order, at=at, redeem=Points(5)), Settlement)
    assert_type(loyalty.place(order, at=at, redeem="all"), Settlement)
    done = loyalty.complete("o1", at=at, price=Money("412.00", "RUB"))
    assert_type(done, Settlement)
    assert_type(done.due, Money | None)
    assert_type(done.awards, tuple[Award, ...])
    assert_type(loyalty.settle(order, at=at), Settlement)
    assert_type(loyalty.cancel("o1", at=at), Settlement)
    assert_type(loyalty.no_show("o1", at=at), Settlement)
    assert_type(loyalty.publish(program), str)
    assert_type(loyalty.run_due(at=at), DueRun)
    assert_type(loyalty.members, Members)
    assert_type(loyalty.reports.referrals(at=at, start=at, end=None), Report[ReferralRow])
    assert_type(loyalty.reports.promos(at=at).total, PromoRow | None)
    assert_type(loyalty.reports.worker_bonuses(at=at).rows, tuple[WorkerBonusRow, ...])
    assert_type(loyalty.members.view("m1", at=at), MemberView)
    assert_type(loyalty.members.statement("m1", at=at, after=None), Statement)
    assert_type(loyalty.members.join("m1", at=at, referral_code="D48M"), Joined)
    assert_type(loyalty.codes.check("d48m", at=at, customer="m1"), CodeCheck)
    assert_type(loyalty.codes.issue("i1", "m1", at=at, code=None), IssuedCode)
    assert_type(loyalty.codes.referral_link("https://city.example/{code}", "D48M"), str)
    assert_type(loyalty.codes.generate("b1", "thanks", 200, at=at, member="m1"), Iterator[str])
    assert_type(loyalty.place(order, at=at, promo_code="SUMMER"), Settlement)
    assert_type(loyalty.members.set_consent("m1", agreed=True, at=at), bool)
    assert_type(loyalty.members.clear_history("c1", "m1", at=at, balance="keep"), HistoryCleared)
    loyalty.members.clear_history("c1", "m1", at=at, balance="drop")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - kept
    page = loyalty.notices.waiting(at=at, after=None, limit=9)
    assert_type(page.notices, tuple[WaitingNotice, ...])
    assert_type(page.notices[0].notice, Notice)
    loyalty.notices.acknowledge(*(each.id for each in page.notices))
    assert_type(loyalty.complete("o1", at=at, ends_at=at), Settlement)
    assert_type(loyalty.cards.issue("c1", at=at, face=Money(50, "RUB"), member=None, expires=at), IssuedCard)
    assert_type(loyalty.cards.buy("c2", "fifty", member="m1", at=at).code, str | None)
    assert_type(loyalty.cards.view(code="D48M-7K2P-WXYZ-2345", at=at), CardView)
    assert_type(loyalty.cards.check("D48M-7K2P-WXYZ-2345", at=at), CardCheck)
    assert_type(loyalty.cards.of("m1", at=at, after=None), CardPage)
    assert_type(loyalty.cards.give("g1", "c1", "m2", at=at), CardView)
    assert_type(loyalty.cards.freeze("f1", "c1", at=at).frozen, bool)
    assert_type(loyalty.cards.recode("r1", "c1", at=at).code, str)
    assert_type(loyalty.place(order, at=at, gift_card="D48M-7K2P-WXYZ-2345").card, Money | None)
    assert_type(loyalty.amend("a1", "o1", at=at, gift_card=""), Settlement)
    assert_type(loyalty.workers.view("w7", at=at), WorkerView)
    assert_type(loyalty.workers.pay_out("p1", "w7", at=at, amount=Money(5, "RUB")), Payout)
    assert_type(loyalty.workers.statement("w7", at=at), WorkerStatement)
    loyalty.complete("o1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - at
    Loyalty(program, AsyncMemoryRepository())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - async


async def awaited(program: Program, order: Order, at: datetime) -> None:
    """What awaiting gives is what the plain calls give."""
    repository = AsyncMemoryRepository()
    loyalty = AsyncLoyalty(program, repository, reader=repository, retry=None, observe=observe)
    assert_type(loyalty.on(repository), AsyncLoyalty)
    assert_type(await loyalty.quote(order, at=at, redeem=Points(5)), Settlement)
    assert_type(await loyalty.place(order, at=at, redeem="all"), Settlement)
    done = await loyalty.complete("o1", at=at, price=Money("412.00", "RUB"))
    assert_type(done, Settlement)
    assert_type(done.due, Money | None)
    assert_type(await loyalty.settle(order, at=at), Settlement)
    assert_type(await loyalty.cancel("o1", at=at), Settlement)
    assert_type(await loyalty.no_show("o1", at=at), Settlement)
    assert_type(await loyalty.publish(program), str)
    assert_type(await loyalty.run_due(at=at), DueRun)
    assert_type(loyalty.members, AsyncMembers)
    assert_type(await loyalty.reports.promos(at=at, start=at, end=None), Report[PromoRow])
    assert_type(await loyalty.members.view("m1", at=at), MemberView)
    assert_type(await loyalty.members.statement("m1", at=at, after=None), Statement)
    assert_type(await loyalty.members.join("m1", at=at, referral_code="D48M"), Joined)
    assert_type(await loyalty.codes.check("d48m", at=at, customer="m1"), CodeCheck)
    assert_type(await loyalty.codes.issue("i1", "m1", at=at, code=None), IssuedCode)
    assert_type(loyalty.codes.referral_link("https://city.example/{code}", "D48M"), str)
    assert_type(loyalty.codes.generate("b1", "bring", 1, at=at, worker="w7", length=4), AsyncIterator[str])
    assert_type(await loyalty.notices.waiting(at=at), NoticePage)
    assert_type(await loyalty.cards.buy("c2", "fifty", member="m1", at=at), IssuedCard)
    assert_type(await loyalty.cards.check("D48M-7K2P-WXYZ-2345", at=at), CardCheck)
    assert_type(await loyalty.workers.view("w7", at=at), WorkerView)
    assert_type(await loyalty.workers.pay_out("p1", "w7", at=at, amount=Money(5, "RUB")), Payout)
    assert_type(await loyalty.workers.statement("w7", at=at), WorkerStatement)
    _ = loyalty.place(order, at=at).due  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue] - unawaited
    AsyncLoyalty(program, MemoryRepository())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - plain
