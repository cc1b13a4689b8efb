"""Pay out: a worker's balance of money is emptied, or a part of it is taken. Row G1."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.documents import decisions as codec
from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_worker import open_worker
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.open_worker import OpenWorker
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.values.point_value import PointValue


@frozen
class Payout:
    """
    What a payout came to: the money that is *paid* to *worker* *at* a moment, and what is *left* on their balance.

    Where nothing is paid, *reasons* says why.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Money, Payout
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> Payout("w7", Money(1500, "RUB"), Money(0, "RUB"), at).left
        Money('0.00', 'RUB')
    """

    worker: str
    paid: Money
    left: Money
    at: datetime
    reasons: tuple[Reason, ...] = ()


def pay_out(
    programs: Programs, payout_id: str, worker_id: str, *, at: datetime, amount: Money | None = None
) -> Operation[Payout]:
    """Take *amount* off the balance of a worker, None for all of it; less than that, or nothing, isn't paid at all."""
    at, worth = instant(at, "at"), programs.worth
    asked = None if amount is None else worth.minor_in(_some(amount))
    ids = id_of("a worker", worker_id), id_of("a payout", payout_id)
    book = Book(programs, "pay_out", *ids, asked={"amount": asked})
    yield from programs.published(programs.at(at))
    key = programs.key("worker", worker_id)
    worker = yield from open_worker(programs, worker_id, (yield Load((key,)))[key], micros(at))
    minor, reasons = _possible(worker, asked)
    if minor:
        worker.pay_out(minor, payout_id)
    if worker.postings:
        worker.write_into(book)
    payout = Payout(worker_id, worker.money(minor), worker.money(worker.balance), at, reasons)
    read = partial(decode, programs.key("pay_out", *ids), worth=worth)
    committed = yield Commit(book.change(encode(payout, worth)), read)
    return read(committed.result) if committed.replayed else payout


def _some(amount: Money) -> Money:
    if not order_sum(amount, "a payout").minor:
        message = "a payout of nothing pays nothing: say how much, or leave the amount out for all there is"
        raise InvalidValue(message, value=amount)
    return amount


def _possible(worker: OpenWorker, asked: int | None) -> tuple[int, tuple[Reason, ...]]:
    """Give what is paid, and the reason why it's nothing, if it is."""
    if worker.balance <= 0:
        return 0, (Reason("nothing_to_pay", balance=worker.money(worker.balance)),)
    if asked is not None and asked > worker.balance:
        return 0, (Reason("less_than_asked", balance=worker.money(worker.balance), asked=worker.money(asked)),)
    return worker.balance if asked is None else asked, ()


def encode(payout: Payout, worth: PointValue) -> str:
    """Give the result that a receipt keeps of *payout*."""
    told = {"v": 1, "worker": payout.worker, "paid": payout.paid.minor, "left": payout.left.minor}
    reasons = [codec.written_reason(reason, worth) for reason in payout.reasons]
    return as_json(told | {"at": micros(payout.at), "reasons": reasons})


@understood
def decode(operation_id: str, result: str, worth: PointValue) -> Payout:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    raw: dict[str, Any] = opened(operation_id, result)
    paid, left = (Money.from_minor(raw[name], worth.currency) for name in ("paid", "left"))
    reasons = tuple([codec.read_reason(code, figures, worth) for code, figures in raw["reasons"]])
    return Payout(raw["worker"], paid, left, from_micros(raw["at"]), reasons)
