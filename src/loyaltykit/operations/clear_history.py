"""Clear a member's history: nothing lies behind them any more, and what they have stays, or has it refused. Row S8."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import frozen

from loyaltykit.documents import decisions as codec
from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.behind import without_history
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import open_member
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.reason import Reason
from loyaltykit.values.moment import instant
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.open_member import OpenMember
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.values.point_value import PointValue

OnBalance: TypeAlias = Literal["refuse", "keep"]
"""What a member's points mean for clearing their history: it's refused, or they're kept."""

ON_BALANCE: Final = ("refuse", "keep")


@frozen
class HistoryCleared:
    """
    Whether the history of *member* was *cleared* at a moment; where it wasn't, *reasons* says why.

    Examples:
        >>> from datetime import datetime, timezone
        >>> HistoryCleared("m1", datetime(2026, 3, 1, tzinfo=timezone.utc), cleared=True).reasons
        ()
    """

    member: str
    at: datetime
    cleared: bool
    reasons: tuple[Reason, ...] = ()


def clear_history(
    programs: Programs, clear_id: str, member_id: str, *, at: datetime, balance: OnBalance = "refuse"
) -> Operation[HistoryCleared]:
    """Clear what lies behind a member; where they have points, as *balance* says."""
    at = instant(at, "at")
    if balance not in ON_BALANCE:
        message = f"a balance is one of {', '.join(ON_BALANCE)} when a history is cleared: not {balance!r}"
        raise InvalidValue(message, value=balance)
    ids = id_of("a member", member_id), id_of("a clearing", clear_id)
    book = Book(programs, "clear_history", *ids, asked={"balance": balance})
    program = programs.at(at)
    yield from programs.begun()
    key = programs.key("member", member_id)
    member = yield from open_member(programs, program, member_id, (yield Load((key,)))[key], micros(at))
    reasons = _has_points(member, programs.worth.digits) if balance == "refuse" else ()
    if member.known and not reasons:
        member.member = without_history(member.member)
        member.write_into(book)
    done = HistoryCleared(member_id, at, cleared=not reasons, reasons=reasons)
    read = partial(decode, programs.key("clear_history", *ids), worth=programs.worth)
    committed = yield Commit(book.change(encode(done, programs.worth)), read)
    return read(committed.result) if committed.replayed else done


def _has_points(member: OpenMember, digits: int) -> tuple[Reason, ...]:
    """Give the reason why what *member* has keeps their history; none where they have nothing and owe nothing."""
    account = member.account
    pending = sum([award.amount for award in account.pending])
    units = {"balance": account.balance, "held": account.held, "pending": pending, "debt": account.debt}
    if not any(units.values()):
        return ()
    return (Reason("has_points", **{name: points_of(amount, digits) for name, amount in units.items()}),)


def encode(done: HistoryCleared, worth: PointValue) -> str:
    """Give the result that a receipt keeps of *done*."""
    reasons = [codec.written_reason(reason, worth) for reason in done.reasons]
    return as_json({"v": 1, "member": done.member, "at": micros(done.at), "cleared": done.cleared, "reasons": reasons})


@understood
def decode(operation_id: str, result: str, worth: PointValue) -> HistoryCleared:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    raw: dict[str, Any] = opened(operation_id, result)
    reasons = tuple([codec.read_reason(code, figures, worth) for code, figures in raw["reasons"]])
    return HistoryCleared(raw["member"], from_micros(raw["at"]), cleared=raw["cleared"], reasons=reasons)
