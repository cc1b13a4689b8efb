"""
A member's account, as pure functions: lots, holds, pending awards and debt go in, the account after comes out with what
is to be posted. Rows G8, R10, S2, B2.

Amounts are ints of the program's smallest units, moments whole microseconds since 1970 in UTC, and terms come as
arguments: whoever calls has counted when points expire. At any moment the sum of all postings is what lots and holds
come to, less the debt (P14).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import evolve, field, frozen

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence  # noqa: TC004 - attrs doesn't resolve annotations

NEVER: Final = 2**63 - 1
"""The moment that doesn't come: that at which undated points expire."""

BEFORE_ALL: Final = -(2**63)
"""The moment that an account which nobody has touched was judged at."""

Lot: TypeAlias = tuple[int, int, int]
"""
Points that expire together: when (`NEVER` for undated ones), their mark, and how many they are.

The mark is 0, or `GRACED` for points that live on a grace term, or, for points that are held or were spent, the moment
at which their member had stayed away for too long, if that came while they were held.
"""

GRACED: Final = 1

Grace: TypeAlias = "Callable[[int], int | None]"
"""Until when points last that were returned, past their expiry, at a moment; None where they're gone at once."""

ISSUED: Final = "issued"
REDEEMED: Final = "redeemed"
EXPIRED: Final = "expired"
ADJUSTED: Final = "adjusted"
OPENING: Final = "opening"
FORGOTTEN: Final = "forgotten"


@frozen
class Hold:
    """
    The *lots* that an order holds until it ends or, by time alone, *until* a moment.

    They keep their dates, and note if their member stays away for too long.

    Examples:
        >>> Hold(until=7, lots=((NEVER, 0, 200),)).amount
        200
    """

    until: int
    lots: tuple[Lot, ...]

    @property
    def amount(self) -> int:
        """The points that it holds."""
        return sum([amount for _, _, amount in self.lots])


@frozen
class Pending:
    """
    An award of *amount* that counts from *due* on and expires at *expires*; who gave it: *order*, *rule*, *revision*.

    Examples:
        >>> Pending(due=3, expires=NEVER, amount=41, order="o1", rule="cashback", revision="r1").amount
        41
    """

    due: int
    expires: int
    amount: int
    order: str
    rule: str
    revision: str


@frozen
class Posting:
    """
    What is to be booked: *amount* goes to the member *at* that moment, or leaves them where it's below zero.

    *kind* is the program's account on the other side; *order*, *rule* and *revision* say what it's for, where that's
    known, *by* which adjustment it was made.

    Examples:
        >>> Posting(at=3, kind=EXPIRED, amount=-5).kind
        'expired'
    """

    at: int
    kind: str
    amount: int
    order: str | None = None
    rule: str | None = None
    revision: str | None = None
    by: str | None = None


@frozen
class Account:
    """
    A member's points, as they were judged *as_of* a moment.

    *lots* stand by their expiry, none twice; *holds* by their order; *debt* is what the member owes. All lots expire at
    *inactive_at*, unless a completed order moves that moment on. *unspent* is what expired so: the date of its
    lot, when it was gone, and how much; a clawback doesn't ask for it again.

    Examples:
        >>> account = Account(lots=((90, 0, 41),), debt=3)
        >>> account.balance, account.posted
        (41, 38)
    """

    as_of: int = BEFORE_ALL
    lots: tuple[Lot, ...] = ()
    holds: Mapping[str, Hold] = field(factory=dict)
    pending: tuple[Pending, ...] = ()
    debt: int = 0
    inactive_at: int = NEVER
    unspent: tuple[tuple[int, int, int], ...] = ()

    @property
    def balance(self) -> int:
        """The points that may be spent, as of that moment."""
        return sum([amount for _, _, amount in self.lots])

    @property
    def held(self) -> int:
        """The points that orders hold."""
        return sum([hold.amount for hold in self.holds.values()])

    @property
    def posted(self) -> int:
        """What the entries of the account come to."""
        return self.balance + self.held - self.debt

    def with_(
        self,
        *,
        as_of: int | None = None,
        lots: tuple[Lot, ...] | None = None,
        holds: Mapping[str, Hold] | None = None,
        pending: tuple[Pending, ...] | None = None,
        debt: int | None = None,
        inactive_at: int | None = None,
        unspent: tuple[tuple[int, int, int], ...] | None = None,
    ) -> Account:
        """Give the account with what is told changed: a third of the time of `attrs.evolve`, many times an order."""
        return Account(
            self.as_of if as_of is None else as_of,
            self.lots if lots is None else lots,
            self.holds if holds is None else holds,
            self.pending if pending is None else pending,
            self.debt if debt is None else debt,
            self.inactive_at if inactive_at is None else inactive_at,
            self.unspent if unspent is None else unspent,
        )

    @property
    def next_moment(self) -> int:
        """When something happens to the account by itself; `NEVER` if nothing will."""
        moments = [hold.until for hold in self.holds.values()]
        moments += [award.due for award in self.pending]
        if self.lots:
            moments.append(self.lots[0][0])
        if self.inactive_at > self.as_of and (self.lots or self.holds):
            moments.append(self.inactive_at)
        return min(moments, default=NEVER)


Changed: TypeAlias = tuple[Account, tuple[Posting, ...]]
"""The account after, and what is to be posted."""


def brought_to(account: Account, at: int, *, grace: Grace, steps: int | None = None) -> Changed:
    """
    Let pass what time alone does to *account* up to *at*, in its order: holds time out, awards fall due, points expire.

    A moment that has come by *at* counts, swept or not. Where *at* lies before the account's own, nothing passes and it
    stays where it was. Once *steps* postings have come of it, the account is left at the moment
    reached, so that a change stays within its bounds.

    Examples:
        >>> account = Account(as_of=3, lots=((90, 0, 41),))
        >>> after, postings = brought_to(account, 90, grace=lambda _: None)
        >>> after.balance, postings
        (0, (Posting(at=90, kind='expired', amount=-41, order=None, rule=None, revision=None, by=None),))
    """
    postings: list[Posting] = []
    judged = max(at, account.as_of)
    while (moment := account.next_moment) <= judged:
        if steps is not None and len(postings) >= steps:
            return account, tuple(postings)
        account = _passed(account, max(moment, account.as_of), grace, postings)
    return (account if account.as_of == judged else account.with_(as_of=judged)), tuple(postings)


def _passed(account: Account, moment: int, grace: Grace, postings: list[Posting]) -> Account:
    """Let the first thing happen that happens at *moment*; whatever came before it has passed."""
    account = account.with_(as_of=max(account.as_of, moment - 1))
    for order, hold in account.holds.items():
        if hold.until <= moment:
            account, more = _returned(account, order, 0, moment, grace)
            postings += more
            return account
    inactive = moment == account.inactive_at and account.as_of < moment
    if inactive or (account.lots and account.lots[0][0] <= moment):
        return _dated(account, moment, postings, inactive=inactive)
    award = next(award for award in account.pending if award.due <= moment)
    waiting = tuple([other for other in account.pending if other is not award])
    account, more = credited(account.with_(pending=waiting), award)
    postings += more
    return account


def _dated(account: Account, moment: int, postings: list[Posting], *, inactive: bool) -> Account:
    """Let expire what does at *moment*; where the member is *inactive* by then, all there is."""
    expired = bisect_left(account.lots, (moment + 1,))
    if inactive:
        expired = len(account.lots)
        account = account.with_(
            holds={order: Hold(hold.until, _lapsed(hold.lots, moment)) for order, hold in account.holds.items()}
        )
    account, more = _expired(account, account.lots[:expired], moment)
    postings += more
    return account.with_(as_of=moment, lots=account.lots[expired:])


def _lapsed(lots: tuple[Lot, ...], moment: int) -> tuple[Lot, ...]:
    """Note that the member of held *lots* has stayed away for too long at *moment*."""
    noted: list[Lot] = []
    for expires, mark, amount in lots:
        if mark == GRACED:
            noted.append((min(expires, moment), GRACED, amount))
        else:
            noted.append((expires, mark or moment, amount))
    return tuple(noted)


def _expired(account: Account, lots: tuple[Lot, ...], moment: int, order: str | None = None) -> Changed:
    """Note *lots* as expired at *moment*; those on grace come from others, whose date nobody asks for any more."""
    if not lots:
        return account, ()
    unspent = Counter({(expires, gone): amount for expires, gone, amount in account.unspent})
    for expires, mark, amount in lots:
        if mark != GRACED:
            unspent[expires, min(mark or moment, moment)] += amount
    gone = sum([amount for _, _, amount in lots])
    kept = tuple([(*when, amount) for when, amount in sorted(unspent.items())])
    return account.with_(unspent=kept), (Posting(moment, EXPIRED, -gone, order),)


def credited(account: Account, award: Pending) -> Changed:
    """
    Credit *award*, which is due; a debt is paid first. What has expired by then, since it's booked late, is issued and
    expires at once: it pays nothing.

    Examples:
        >>> award = Pending(due=3, expires=90, amount=41, order="o1", rule="cashback", revision="r1")
        >>> account, _ = credited(Account(debt=30), award)
        >>> account.balance, account.debt
        (11, 0)
        >>> late, postings = credited(Account(as_of=95, debt=30), evolve(award, due=95))
        >>> late.balance, late.debt, [posting.amount for posting in postings]
        (0, 30, [41, -41])
    """
    posting = Posting(award.due, ISSUED, award.amount, award.order, award.rule, award.revision)
    if award.expires > award.due:
        return _paid_in(account, award.expires, 0, award.amount), (posting,)
    after, gone = _expired(account, ((award.expires, 0, award.amount),), award.due, award.order)
    return after, (posting, *[evolve(each, rule=award.rule, revision=award.revision) for each in gone])


def credited_and_spent(account: Account, award: Pending, spent: int) -> Changed:
    """
    Credit *award*, which its order alone might spend, and spend *spent* of it there; a debt is paid of the rest alone.

    Examples:
        >>> award = Pending(due=3, expires=90, amount=100, order="o1", rule="promo", revision="r1")
        >>> account, postings = credited_and_spent(Account(debt=30), award, 80)
        >>> account.lots, account.debt, [posting.amount for posting in postings]
        ((), 10, [100, -80])
    """
    issued = Posting(award.due, ISSUED, award.amount, award.order, award.rule, award.revision)
    after = _paid_in(account, award.expires, 0, award.amount - spent)
    if not spent:
        return after, (issued,)
    return after, (issued, Posting(award.due, REDEEMED, -spent, award.order, None, award.revision))


def awaiting(account: Account, award: Pending) -> Account:
    """
    Note *award*, which counts from its due moment on: until then it's no part of the balance, and nothing is posted.

    Examples:
        >>> award = Pending(due=9, expires=NEVER, amount=41, order="o1", rule="cashback", revision="r1")
        >>> account = awaiting(Account(), award)
        >>> account.balance, brought_to(account, 9, grace=lambda _: None)[0].balance
        (0, 41)
    """
    return account.with_(pending=(*account.pending, award))


def held_for(account: Account, order: str, amount: int, *, until: int) -> Account:
    """
    Hold *amount* of the balance for *order*, up to *until*: the lots that expire first, undated ones last.

    Raises `InvalidValue` for more than the balance, less than one unit, or an order that holds points already.

    Examples:
        >>> account = Account(as_of=3, lots=((90, 0, 41),))
        >>> account = held_for(account, "o1", 40, until=60)
        >>> account.balance, account.held, account.posted
        (1, 40, 41)
    """
    if not 0 < amount <= account.balance or order in account.holds:
        message = f"{amount} units can't be held for {order}: the balance is {account.balance}, an order has one hold"
        raise InvalidValue(message, value=amount)
    lots, left = taken(account.lots, amount)
    return account.with_(lots=left, holds={**account.holds, order: Hold(until, lots)})


def ended(account: Account, order: str, *, spent: int, grace: Grace, revision: str | None = None) -> Changed:
    """
    End the hold of *order*, if it has one: capture *spent* of it, those first that expire first, and release the rest.

    Held points don't expire, and are spent like any other. What is released goes back to the lots that it came from,
    with their dates; what has expired since is gone, or lasts until *grace* says; once on grace, never again: nothing
    launders expiry. Raises `InvalidValue` for more than is held.

    Examples:
        >>> account = Account(as_of=3, lots=((90, 0, 41),))
        >>> held = held_for(account, "o1", 40, until=200)
        >>> after, postings = ended(held, "o1", spent=30, grace=lambda _: None)
        >>> after.balance, after.held, postings[0].amount
        (11, 0, -30)
        >>> late, _ = brought_to(held, 95, grace=lambda _: None)
        >>> ended(late, "o1", spent=0, grace=lambda _: None)[0].balance
        0
        >>> ended(late, "o1", spent=0, grace=lambda moment: moment + 7)[0].lots
        ((102, 1, 40),)
    """
    hold = account.holds.get(order)
    if not 0 <= spent <= (hold.amount if hold else 0):
        message = f"{spent} units can't be captured for {order}, which holds {hold.amount if hold else 0}"
        raise InvalidValue(message, value=spent)
    if hold is None:
        return account, ()
    after, postings = _returned(account, order, spent, account.as_of, grace)
    capture = (Posting(account.as_of, REDEEMED, -spent, order, None, revision),) if spent else ()
    return after, (*capture, *postings)


@frozen
class Clawed:
    """
    What a clawback came to: the *account* after, its *postings*, and what no point covered: *owed* or *forgiven*.

    Examples:
        >>> Clawed(Account(debt=11), (), owed=11, forgiven=0).owed
        11
    """

    account: Account
    postings: tuple[Posting, ...]
    owed: int
    forgiven: int


def _merged(lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """Give *lots* by their date, those of one date and mark as one."""
    sums: Counter[tuple[int, int]] = Counter()
    for expires, mark, amount in lots:
        sums[expires, mark] += amount
    return tuple([(*kind, amount) for kind, amount in sorted(sums.items())])


def clawed_back(account: Account, award: Pending, amount: int, *, owing: bool = True) -> Clawed:
    """
    Take *amount* of *award* back, in this order: what of it is still to come; what expired of its lot unspent, which
    counts as taken; the lot itself; other lots, those first that expire first. Held points are never touched.

    What's left is owed, or, where *owing* is false, forgiven.

    Examples:
        >>> award = Pending(due=3, expires=90, amount=41, order="o1", rule="cashback", revision="r1")
        >>> account = Account(as_of=4, lots=((90, 0, 30),))
        >>> clawed = clawed_back(account, award, 41)
        >>> clawed.account.balance, clawed.account.posted, clawed.owed, clawed.postings[0].amount
        (0, -11, 11, -41)
        >>> clawed = clawed_back(account, award, 41, owing=False)
        >>> clawed.account.posted, clawed.forgiven, clawed.postings[0].amount
        (0, 11, -30)
        >>> clawed_back(Account(as_of=99, unspent=((90, 90, 41),)), award, 41).postings
        ()
    """
    account, amount = _unawarded(account, award, amount)
    account, amount = _counted(account, award, amount)
    own = [lot for lot in account.lots if lot[:2] == (award.expires, 0)]
    others = [lot for lot in account.lots if lot[:2] != (award.expires, 0)]
    covered = min(amount, account.balance)
    rest = amount - covered
    owed, forgiven = (rest, 0) if owing else (0, rest)
    lots = tuple(sorted(taken((*own, *others), covered)[1]))
    after = account.with_(lots=lots, debt=account.debt + owed)
    posting = Posting(account.as_of, ISSUED, -covered - owed, award.order, award.rule, award.revision)
    return Clawed(after, (posting,) if posting.amount else (), owed, forgiven)


def _counted(account: Account, award: Pending, amount: int) -> tuple[Account, int]:
    """Count what expired of the lot of *award*, since it was credited, as taken; give what's left to be taken."""
    unspent: list[tuple[int, int, int]] = []
    for expires, gone, there in account.unspent:
        counted = min(amount, there) if expires == award.expires and gone > award.due else 0
        amount -= counted
        if there > counted:
            unspent.append((expires, gone, there - counted))
    return account.with_(unspent=tuple(unspent)), amount


def _unawarded(account: Account, award: Pending, amount: int) -> tuple[Account, int]:
    """Take *amount* off what of *award* is still to come; give what's left to be taken."""
    waiting: list[Pending] = []
    for other in account.pending:
        same = (other.order, other.rule, other.due) == (award.order, award.rule, award.due)
        off = min(amount, other.amount) if same else 0
        amount -= off
        if other.amount > off:
            waiting.append(evolve(other, amount=other.amount - off) if off else other)
    return account.with_(pending=tuple(waiting)), amount


def given_back(account: Account, lots: tuple[Lot, ...], *, order: str, grace: Grace, revision: str) -> Changed:
    """
    Give back what was spent from *lots* on *order*, with their dates; what has expired since is treated as by `ended`.

    Examples:
        >>> lots, kept = ((90, 0, 30),), {"order": "o1", "grace": lambda _: None, "revision": "r1"}
        >>> account, postings = given_back(Account(as_of=4), lots, **kept)
        >>> account.lots, postings[0].amount
        (((90, 0, 30),), 30)
    """
    amount = sum([each for _, _, each in lots])
    posting = Posting(account.as_of, REDEEMED, amount, order, None, revision)
    after, more = _put_back(account, lots, account.as_of, grace, order)
    return after, (posting, *more)


def reheld(account: Account, order: str, amount: int, *, until: int, grace: Grace) -> Changed:
    """
    Have *order* hold *amount* in all: more of the balance, or, of what it holds, those that expire first.

    Points that it goes on holding are never released in between, so they don't expire by it. Raises `InvalidValue` for
    more than it holds and the balance together.

    Examples:
        >>> account = held_for(Account(as_of=3, lots=((90, 0, 41),)), "o1", 40, until=60)
        >>> reheld(account, "o1", 41, until=60, grace=lambda _: None)[0].held
        41
        >>> after, _ = reheld(account, "o1", 10, until=60, grace=lambda _: None)
        >>> after.held, after.balance
        (10, 31)
    """
    hold = account.holds.get(order, Hold(until, ()))
    if not 0 <= amount <= hold.amount + account.balance:
        message = f"{amount} units can't be held for {order}: the balance is {account.balance}, it holds {hold.amount}"
        raise InvalidValue(message, value=amount)
    kept, back = taken(hold.lots, amount)
    more, lots = taken(account.lots, max(amount - hold.amount, 0))
    holds = {other: each for other, each in account.holds.items() if other != order}
    if amount:
        holds[order] = Hold(until, _merged((*kept, *more)))
    return _put_back(account.with_(lots=lots, holds=holds), back, account.as_of, grace, order)


def adjusted(account: Account, amount: int, *, expires: int, by: str) -> Changed:
    """
    Credit *amount* by hand, which expires at *expires*, or take it of the balance where it's below zero (S6).

    Examples:
        >>> account, _ = adjusted(Account(as_of=4), 50, expires=90, by="a1")
        >>> adjusted(account, -20, expires=90, by="a2")[0].lots
        ((90, 0, 30),)
    """
    if not amount:
        return account, ()
    posting = Posting(account.as_of, ADJUSTED, amount, by=by)
    if amount > 0:
        return _paid_in(account, expires, 0, amount), (posting,)
    return account.with_(lots=taken(account.lots, -amount)[1]), (posting,)


def opened_with(account: Account, lots: Sequence[tuple[int, int]], *, inactive_at: int = NEVER) -> Changed:
    """
    Carry over *lots* of another system: when each expires, and how many points it has.

    A member who had stayed away for too long by then, at *inactive_at*, has lost them.

    Examples:
        >>> opened_with(Account(as_of=4), [(90, 50), (90, 5)])[0].lots
        ((90, 0, 55),)
        >>> opened_with(Account(as_of=4), [(90, 50)], inactive_at=3)[0].lots
        ()
    """
    for expires, amount in lots:
        account = _paid_in(account, expires, 0, amount)
    account = account.with_(inactive_at=inactive_at)
    brought = sum([amount for _, amount in lots])
    opening = (Posting(account.as_of, OPENING, brought),) if brought else ()
    if inactive_at > account.as_of:
        return account, opening
    account, more = _expired(account.with_(lots=()), account.lots, account.as_of)
    return account, (*opening, *more)


def forgotten(account: Account) -> tuple[Posting, ...]:
    """
    Give what is to be posted where *account* is given up, so that totals stay true.

    Examples:
        >>> forgotten(Account(as_of=4, lots=((90, 0, 41),), debt=1))[0].amount
        -40
    """
    return (Posting(account.as_of, FORGOTTEN, -account.posted),) if account.posted else ()


def taken(lots: tuple[Lot, ...], amount: int) -> tuple[tuple[Lot, ...], tuple[Lot, ...]]:
    """
    Give the first *amount* of *lots*, and the rest.

    Examples:
        >>> taken(((90, 0, 41), (NEVER, 0, 5)), 42)
        (((90, 0, 41), (9223372036854775807, 0, 1)), ((9223372036854775807, 0, 4),))
    """
    first: list[Lot] = []
    for index, (expires, graced, there) in enumerate(lots):
        if there > amount:
            parts = ((expires, graced, amount),) if amount else ()
            return (*first, *parts), ((expires, graced, there - amount), *lots[index + 1 :])
        first.append((expires, graced, there))
        amount -= there
    return tuple(first), ()


def _paid_in(account: Account, expires: int, graced: int, amount: int) -> Account:
    """Add *amount* to the lot that it belongs to, once it has paid the debt."""
    paid = min(account.debt, amount)
    if paid:
        account, amount = account.with_(debt=account.debt - paid), amount - paid
    if not amount:
        return account
    lots = account.lots
    place = bisect_left(lots, (expires, graced))
    there = place < len(lots) and lots[place][:2] == (expires, graced)
    lot = (expires, graced, amount + lots[place][2] if there else amount)
    return account.with_(lots=(*lots[:place], lot, *lots[place + there :]))


def _returned(account: Account, order: str, spent: int, moment: int, grace: Grace) -> Changed:
    """End the hold of *order* at *moment*: but for the first *spent*, give its points back."""
    hold = account.holds[order]
    others = {other: kept for other, kept in account.holds.items() if other != order}
    back = taken(hold.lots, spent)[1]
    return _put_back(account.with_(holds=others), back, moment, grace, order)


def _put_back(account: Account, lots: tuple[Lot, ...], moment: int, grace: Grace, order: str) -> Changed:
    """Put *lots* of *order* back at *moment*: with their dates, on grace where these have passed, or not at all."""
    gone: list[Lot] = []
    for expires, mark, amount in lots:
        expired = expires <= moment or mark > GRACED
        until = expires if not expired else None if mark == GRACED else grace(moment)
        if until is None:
            gone.append((expires, mark, amount))
        else:
            account = _paid_in(account, until, GRACED if expired else mark, amount)
    return _expired(account, tuple(gone), moment, order)
