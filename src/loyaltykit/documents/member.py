"""The document of a member: the account, and what lies behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from loyaltykit.documents.form import as_json, opened
from loyaltykit.documents.lots import read_lots, written_lots
from loyaltykit.facts.history import History
from loyaltykit.ledger.account import NEVER, Account, Hold, Pending

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations

_NOTHING: Final[tuple[Any, ...]] = (None, [], {})
"""What is left out of a body."""

_NO_ACCOUNT: Final = Account()


@frozen
class Member:
    """
    A member: their *account*, their completed orders by *channels*, their *visits*, what they were *sold* and *paid*.

    *visits* counts completed orders, *sold* sums up what was charged for them, *paid* what was received: minor units.
    *life* tells apart whoever was forgotten and begins anew.

    Examples:
        >>> decode("member/m1", encode(Member(visits=3))).visits
        3
    """

    account: Account = _NO_ACCOUNT
    channels: Mapping[str, int] = field(factory=dict)
    visits: int = 0
    sold: int = 0
    paid: int = 0
    life: int = 0

    @property
    def history(self) -> History:
        """What rules look at of it."""
        return History(channels=self.channels.keys())


def encode(member: Member) -> str:
    """
    Give the body of *member*: what isn't there is left out, and moments that never come are null.

    Examples:
        >>> encode(Member())
        '{"v":1,"as_of":-9223372036854775808,"lots":[]}'
    """
    account = member.account
    body: dict[str, Any] = {"v": 1, "as_of": account.as_of, "lots": written_lots(account.lots)}
    if account.holds:
        body["holds"] = {order: _written_hold(hold) for order, hold in account.holds.items()}
    if account.pending:
        body["pending"] = [
            [each.due, None if each.expires == NEVER else each.expires, *_given_by(each)] for each in account.pending
        ]
    told = {
        "debt": account.debt or None,
        "inactive_at": None if account.inactive_at == NEVER else account.inactive_at,
        "unspent": written_lots(account.unspent),
        "channels": dict(sorted(member.channels.items())),
        "visits": member.visits or None,
        "sold": member.sold or None,
        "paid": member.paid or None,
        "life": member.life or None,
    }
    body |= {name: value for name, value in told.items() if value not in _NOTHING}
    return as_json(body)


def decode(key: str, body: str | None) -> Member:
    """
    Read the *body* stored under *key*; None is that of a member whom nobody has seen yet. Raises `StoreTooNew`.

    Examples:
        >>> decode("member/m1", None) == Member()
        True
    """
    if body is None:
        return Member()
    raw = opened(key, body)
    holds, pending = raw.get("holds", {}), raw.get("pending", ())
    account = Account(
        as_of=raw["as_of"],
        lots=read_lots(raw["lots"]),
        holds={order: Hold(until, read_lots(lots)) for order, (until, lots) in holds.items()},
        pending=tuple([Pending(due, NEVER if expires is None else expires, *rest) for due, expires, *rest in pending]),
        debt=raw.get("debt", 0),
        inactive_at=raw.get("inactive_at", NEVER),
        unspent=read_lots(raw.get("unspent", ())),
    )
    told = raw.get("channels", {}), raw.get("visits", 0), raw.get("sold", 0), raw.get("paid", 0), raw.get("life", 0)
    return Member(account, *told)


def _written_hold(hold: Hold) -> list[Any]:
    return [hold.until, written_lots(hold.lots)]


def _given_by(award: Pending) -> tuple[int, str, str, str]:
    return award.amount, award.order, award.rule, award.revision
