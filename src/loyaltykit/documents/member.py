"""The document of a member: the account, and what lies behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import field, frozen

from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.documents.level_held import LevelHeld, read_levels, written_levels
from loyaltykit.documents.lots import read_lots, written_lots
from loyaltykit.facts.history import History
from loyaltykit.ledger.account import NEVER, Account, Hold, Pending

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations

_NOTHING: Final[tuple[Any, ...]] = (None, [], {})
"""What is left out of a body."""

_NO_ACCOUNT: Final = Account()

Day: TypeAlias = tuple[int, int, int, int]
"""A local day by its ordinal, what was sold and paid that day in minor units, and the visits."""


_RARE: Final[dict[str, Any]] = {
    "gone": {},
    "days": (),
    "levels": {},
    "categories": (),
    "away": (),
    "consent": None,
    "warned": (),
    "wakes": NEVER,
    "cleared": 0,
    "barred": (),
}
"""What most members haven't got, with what stands there then: looked at as one, since every order reads a member."""


@frozen(kw_only=True)
class Referral:
    """
    Who brought a member: the *referrer*, by their *code*, None where they were carried over or set by the host.

    Who has *joined* is referred for good; a code that was named with an order is tied to it, and gone where nothing
    comes of that. Either way the reward is awaited of one *order* *until* a moment, in microseconds, and *rewarded*
    once that is completed (G9, T5). *life* is the referrer's: whoever was forgotten since brings nobody any more.

    Examples:
        >>> named = Referral(referrer="m1", code="D48M", order="o1", until=90)
        >>> named.stands_at(89), named.stands_at(90)
        (True, False)
    """

    referrer: str
    code: str | None = None
    order: str | None = None
    until: int = NEVER
    joined: bool = False
    rewarded: bool = False
    life: int = 0

    def stands_at(self, moment: int) -> bool:
        """Say whether it still holds at *moment*: it's for good, or the order that it's tied to is still awaited."""
        return self.joined or self.awaits_at(moment)

    def awaits_at(self, moment: int) -> bool:
        """Say whether at *moment* the reward is awaited of one order."""
        return self.order is not None and moment < self.until


@frozen
class Member:
    """
    A member: their *account*, their completed orders by *channels*, their *visits*, what they were *sold* and *paid*.

    *visits* counts completed orders, without *sales*, those that were no visit; *sold* sums up what was charged for all
    of them, *paid* what was received: minor units. *life* tells apart whoever was forgotten and begins anew. *code* is
    the referral code that they pass on, *invited* counts whom they brought, *referral* says who brought them (G9, R12).

    *last_visit* is its moment, *gone* by the moment of each visit that was refunded before a later one the visit before
    it. *days* are local days of late: (ordinal, sold, paid, visits), where a ladder counts over a rolling period.
    *levels* are those of each ladder, *categories* what was given, in the program's order, *away* what those become by
    staying away: (moment, categories); *barred* are those that a status keeps out (Y1–Y5).

    *consent* is whether they agreed to marketing, and since when: None where nobody has said. *warned* are the moments
    of expiry that they were told of, *wakes* is when there's something to tell them next (S7). *cleared* counts how
    often their history was cleared: what lay behind them before is no part of it (S8).

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
    code: str | None = None
    invited: int = 0
    referral: Referral | None = None
    sales: int = 0
    last_visit: int | None = None
    gone: Mapping[int, int | None] = field(factory=dict)
    days: tuple[Day, ...] = ()
    levels: Mapping[str, LevelHeld] = field(factory=dict)
    categories: tuple[str, ...] = ()
    away: tuple[tuple[int, tuple[str, ...]], ...] = ()
    consent: tuple[bool, int] | None = None
    warned: tuple[int, ...] = ()
    wakes: int = NEVER
    cleared: int = 0
    barred: tuple[str, ...] = ()

    @property
    def agreed(self) -> bool:
        """Whether they agreed to marketing."""
        return self.consent is not None and self.consent[0]

    @property
    def orders(self) -> int:
        """The completed orders, visits or not."""
        return self.visits + self.sales

    @property
    def history(self) -> History:
        """What the rules of an order look at of it."""
        return History(channels=self.channels.keys(), visits=self.visits, sales=self.sales)


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
        "code": member.code,
        "invited": member.invited or None,
        "referral": None if member.referral is None else _written_referral(member.referral),
        "sales": member.sales or None,
        "last_visit": member.last_visit,
    }
    if any(getattr(member, name) != default for name, default in _RARE.items()):
        told |= _written_rare(member)
    body |= {name: value for name, value in told.items() if value not in _NOTHING}
    return as_json(body)


def _written_rare(member: Member) -> dict[str, Any]:
    """Give what most members haven't got: levels, categories and what comes of them, consent, what they were told."""
    return {
        "gone": list(member.gone.items()),
        "days": member.days or None,
        "levels": written_levels(member.levels),
        "categories": member.categories or None,
        "away": member.away or None,
        "consent": member.consent,
        "warned": member.warned or None,
        "wakes": None if member.wakes == NEVER else member.wakes,
        "cleared": member.cleared or None,
        "barred": member.barred or None,
    }


@understood
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
    referral = _read_referral(raw["referral"]) if "referral" in raw else None
    known = account, *told, raw.get("code"), raw.get("invited", 0), referral, raw.get("sales", 0), raw.get("last_visit")
    return Member(*known) if _RARE.keys().isdisjoint(raw) else Member(*known, *_read_rare(raw))


def _read_rare(raw: dict[str, Any]) -> tuple[Any, ...]:
    """Read what `_written_rare` gives, in the order of the attributes."""
    return (
        dict(raw.get("gone", ())),
        tuple([tuple(day) for day in raw.get("days", ())]),
        read_levels(raw.get("levels", {})),
        tuple(raw.get("categories", ())),
        tuple([(moment, tuple(names)) for moment, names in raw.get("away", ())]),
        _row(raw.get("consent")),
        tuple(raw.get("warned", ())),
        raw.get("wakes", NEVER),
        raw.get("cleared", 0),
        tuple(raw.get("barred", ())),
    )


def _row(raw: list[Any] | None) -> Any:
    return None if raw is None else tuple(raw)


def _written_referral(referral: Referral) -> dict[str, Any]:
    """Give what is known of *referral*; what never ends has no end."""
    told = {
        "referrer": referral.referrer,
        "code": referral.code,
        "order": referral.order,
        "until": None if referral.until == NEVER else referral.until,
        "joined": referral.joined or None,
        "rewarded": referral.rewarded or None,
        "life": referral.life or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _read_referral(raw: dict[str, Any]) -> Referral:
    return Referral(**raw)


def _written_hold(hold: Hold) -> list[Any]:
    return [hold.until, written_lots(hold.lots)]


def _given_by(award: Pending) -> tuple[int, str, str, str]:
    return award.amount, award.order, award.rule, award.revision
