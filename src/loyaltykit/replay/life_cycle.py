"""
The whole life of past orders over a repository: each is placed and completed at its moment, and in the end what time
has done is booked. Rows B4, B10, G8.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from loyaltykit.errors import InvalidValue, OperationMismatch, UnknownOrder, UnreadableOrders
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.operations.programs import Programs
from loyaltykit.replay.flows import MICROSECOND, PAGE, read_life
from loyaltykit.replay.outcome import Outcome, budgets_left, read_steps
from loyaltykit.replay.refusal import Refusal
from loyaltykit.replay.worked import Worked
from loyaltykit.settings.kind import shown

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Literal, Protocol, TypeAlias

    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import Reader, Repository
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay.flows import Span
    from loyaltykit.replay.orders import Told
    from loyaltykit.rules.category import Criteria
    from loyaltykit.rules.tier import Level

    class Store(Repository, Reader, Protocol):
        """A repository that can be read, too, as both of the library's can."""

    Redeem: TypeAlias = Literal["all"] | None

NOBODY: Final = {"referral_code": None, "referrer": None, "worker_referrer": None}
"""Who brought whom, where the program has nothing to do with it."""


class LifeCycle:
    """
    What has orders live over *repository*, by time; members are taken to spend *redeem* on each of them.

    Whoever is told to have brought somebody is given a code, and that's named with the first order of whom they
    brought. Completed orders are taken to be paid in full, where a tier or a category asks for what was paid.

    Raises `InvalidValue` for anything else than ``"all"`` or None.
    """

    def __init__(self, revisions: Revisions, repository: Store, *, redeem: Redeem) -> None:
        if redeem not in ("all", None):
            message = f'what members spend on past orders is "all" or None, not {redeem!r}'
            raise InvalidValue(message, value=redeem)
        self._programs = Programs(revisions)
        self._repository = repository
        self._loyalty = Loyalty(self._programs, repository)
        self._redeem: Redeem = redeem
        self._pays = any(map(counts_paid, revisions.programs))
        self._span: Span | None = None
        self._codes: dict[str, str] = {}
        self._brought: set[str] = set()

    def needs_ids(self) -> None:
        """Raise `UnreadableOrders` where the store has orders, beside which the number of a line says nothing."""
        orders = self._programs.key("order", "").removesuffix('""]')
        if self._repository.keys(orders, after=None, limit=1):
            message = (
                "the orders have no ids, and the store holds orders already: there the number of a line says nothing; "
                "name the column of their ids (columns.id), or begin with an empty store"
            )
            raise UnreadableOrders(message)

    def work(self, program: Program, order: Order, at: datetime, told: Told) -> Worked | Refusal | None:
        """
        Place and complete *order* at its moment under *program*, by what was *told* beside it; they come by time.

        None for one that was cancelled, or to which the customer didn't come.
        """
        self._span = (self._span[0] if self._span else at, at)
        try:
            return self._lived(order, at, told if program.referral_codes else evolve(told, **NOBODY))
        except OperationMismatch:
            return Refusal("known_otherwise", id=shown(order.id))
        except InvalidValue as error:
            with suppress(UnknownOrder):
                self._loyalty.cancel(order.id, at=at)
            return Refusal("not_bookable", why=str(error))

    def _lived(self, order: Order, at: datetime, told: Told) -> Worked | None:
        worker_code = self._code_of(told.worker_referrer, order.worker, at)
        if worker_code is not None and order.worker is not None:
            self._loyalty.members.join(order.worker, at=at, referral_code=worker_code)
        referral_code = told.referral_code or self._code_of(told.referrer, order.customer, at)
        codes = {"promo_code": told.promo_code, "referral_code": referral_code}
        placed = self._loyalty.place(order, at=at, redeem=self._redeem, **codes)
        if told.ending is not None:
            end = self._loyalty.cancel if told.ending == "cancelled" else self._loyalty.no_show
            end(order.id, at=at)
            return None
        final: dict[str, Any] = {"worker": order.worker, "worker_tariff": order.worker_tariff}
        done = self._loyalty.complete(order.id, at=at, price=order.price, **final)
        if self._pays and done.due:
            self._loyalty.record_payment("replay", order.id, amount=done.due, at=at)
        return Worked(done, done.revision, placed.decisions)

    def _code_of(self, referrer: str | None, member: str | None, at: datetime) -> str | None:
        """Give the code by which *referrer* brings *member*, who names it once: with the first order of the file."""
        if referrer is None or member is None or member in self._brought:
            return None
        self._brought.add(member)
        if referrer not in self._codes:
            self._codes[referrer] = self._loyalty.codes.issue("replay", referrer, at=at).code
        return self._codes[referrer]

    def outcome(self) -> Outcome:
        """Book what time has done by the last order, and give what became of points, bonuses and budgets by then."""
        told: dict[str, Any] = {"redeem": self._redeem or "none", "span": self._span}
        if self._span is None:
            return Outcome(read_life(self._repository, self._programs, **told))
        last = self._span[1]
        self._run_due(last)
        return Outcome(
            read_life(self._repository, self._programs, **told),
            read_steps(self._repository, self._programs, end=last + MICROSECOND),
            budgets_left(self._repository, self._programs, at=last),
        )

    def _run_due(self, at: datetime) -> None:
        after: str | None = None
        while True:
            run = self._loyalty.run_due(at=at, after=after, limit=PAGE)
            for skipped in run.skipped:
                raise skipped.error
            after = run.after
            if after is None:
                return


def counts_paid(program: Program) -> bool:
    """Say whether *program* has a tier or a category that asks what members have paid."""
    criteria: list[Level | Criteria] = [level for tier in program.tier for level in tier.levels]
    criteria += [each for rule in program.category for each in (rule.added, rule.removed) if each is not None]
    return any(each.paid is not None for each in criteria)
