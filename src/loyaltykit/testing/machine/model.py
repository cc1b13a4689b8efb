"""
What members have after every call, worked out the plain way: a purse is a list with an item for each single point.

It's written to be read, not to be fast, and shares nothing with the library but the words: who doubts an answer of
`Loyalty` looks here at what it should have been. Money is minor units, a term a timedelta.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from attrs import define, evolve, field

from loyaltykit.testing.machine.by_card import ByCard
from loyaltykit.testing.machine.card import Coins, split, sum_of
from loyaltykit.testing.machine.deal import DAY
from loyaltykit.testing.machine.ladder import PERCENTS, SHY_UP_TO, days_away, days_level, regular_level, visits_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.testing.machine.deal import Deal

DAWN: Final = datetime.min.replace(tzinfo=UTC)
FOREVER: Final = datetime.max.replace(tzinfo=UTC)

Answer: TypeAlias = dict[str, Any]
"""What a call answers, in plain words and numbers; it has only what isn't nothing."""


class Point(NamedTuple):
    """One point: when it *ends*, whether it lives on *grace*, and the date that it was *credited* with."""

    ends: datetime
    grace: bool
    credited: datetime


@define
class Award:
    """*points* that *order* earns by *rule*: they count from *due* on, and end at *ends*."""

    order: str
    rule: str
    points: int
    due: datetime
    ends: datetime


@define
class Hold:
    """The *points* that an order holds *until* a moment."""

    points: list[Point]
    until: datetime


@define
class Member:
    """
    A member as of a moment: the *purse*, what orders hold, awards that are *coming*, the *debt*.

    *gone* has each point that expired unspent: the date that it was credited with, and when it went. *channels* has
    one item for each completed order that came through one. *given* is a level by hand, and until when; who is *lost*
    or *shy* is in that category.
    """

    as_of: datetime = DAWN
    purse: list[Point] = field(factory=list)
    holds: dict[str, Hold] = field(factory=dict)
    coming: list[Award] = field(factory=list)
    debt: int = 0
    inactive: datetime = FOREVER
    gone: list[tuple[datetime, datetime]] = field(factory=list)
    channels: list[str] = field(factory=list)
    visits: int = 0
    sold: int = 0
    paid: int = 0
    given: tuple[str | None, datetime] = (None, FOREVER)
    lost: bool = False
    shy: bool = False

    def copied(self) -> Member:
        """Give another that can be changed without this one."""
        return evolve(
            self,
            purse=[*self.purse],
            holds={order: Hold([*hold.points], hold.until) for order, hold in self.holds.items()},
            coming=[evolve(award) for award in self.coming],
            gone=[*self.gone],
            channels=[*self.channels],
        )

    @property
    def posted(self) -> int:
        """What the entries of the member must come to."""
        return len(self.purse) + sum(len(hold.points) for hold in self.holds.values()) - self.debt


@define
class Ride:
    """
    An order as it was told last, and what has become of it; *life* is that in which its member placed it.

    *card* is the gift card that it's to be paid with, *on_card* what it was to hold there, *paid_by* the coins that it
    spent of that. *percent* is what comes off its price by a level, *receipts* by which days it was paid: [day, minor
    units]. *came_at* is when it was done for its member's levels: told late, not before their last visit;
    *until* when it holds points and card, *ahead* what was given back of money that hadn't come in.
    """

    id: str
    member: str | None
    price: int | None
    channel: str | None
    starts: datetime | None
    asked: int | str | None
    as_of: datetime
    visit: bool = True
    status: str = "placed"
    limited: bool = True
    held: int = 0
    captured: list[Point] = field(factory=list)
    awards: list[Award] = field(factory=list)
    had: list[str] = field(factory=list)
    completed_at: datetime = DAWN
    came_at: datetime = DAWN
    paid: int = 0
    refunded: int = 0
    until: datetime = FOREVER
    ahead: int = 0
    life: int = 0
    card: str | None = None
    on_card: int = 0
    paid_by: list[Coins] = field(factory=list)
    percent: int = 0
    receipts: list[tuple[date, int]] = field(factory=list)

    @property
    def charged(self) -> int:
        """What is charged for it."""
        price = self.price or 0
        return price - off(price, self.percent)

    @property
    def done(self) -> bool:
        """Whether it was completed, whatever was refunded of it."""
        return self.status in {"completed", "refunded"}

    def share(self, part: int) -> Fraction:
        """Give how much of *part* the refunds so far come to, exactly."""
        if self.status == "refunded":
            return Fraction(part)
        return Fraction(part * self.refunded, self.charged) if self.charged else Fraction(0)


def off(price: int, percent: int) -> int:
    """Give what *percent* of *price* takes off it: half a minor unit is one."""
    return (price * percent + 50) // 100


def over(term: timedelta, moment: datetime) -> datetime:
    """
    Give when *term* from *moment* is over: hours elapse, days end with the last of them.

    Examples:
        >>> over(2 * DAY, datetime(2026, 3, 1, 9, tzinfo=UTC)).isoformat()
        '2026-03-04T00:00:00+00:00'
    """
    then = moment + term
    return then if term % DAY else then.replace(hour=0, minute=0, second=0, microsecond=0) + DAY


class Model(ByCard):
    """
    All members and orders of a program, and what each call does to them and answers.

    Examples:
        >>> from loyaltykit.testing.machine.deal import Deal
        >>> model, now = Model(Deal(percent=10)), datetime(2026, 3, 1, tzinfo=UTC)
        >>> model.settle(Ride("o1", "m1", 41_200, None, None, None, now), now)["awards"]
        [('cashback', 41)]
        >>> len(model.seen("m1", now).purse)
        41
    """

    def __init__(self, deal: Deal) -> None:
        self.deal = deal
        self.members: dict[str, Member] = {}
        self.rides: dict[str, Ride] = {}
        self.cards = {}
        self.lives: Counter[str] = Counter()

    # Time alone

    def seen(self, name: str, at: datetime) -> Member:
        """Give a member as they are *at* a moment; what is done to that copy counts once it's `kept`."""
        member = self.members.get(name, Member()).copied()
        self.pass_time(member, at)
        member.lost = member.lost or self._is_away(name, member.as_of)
        return member

    def rides_of(self, name: str) -> list[Ride]:
        """Give the orders of a member in the life that they're in."""
        return [ride for ride in self.rides.values() if (ride.member, ride.life) == (name, self.lives[name])]

    def _is_away(self, name: str, moment: datetime) -> bool:
        return self.deal.ladders and days_away(self.rides_of(name), moment) > self.deal.away

    def _judge(self, name: str, member: Member, status: str | None = None) -> None:
        """Give and take away the categories of *member*, whose order has just ended in that *status*."""
        member.shy = (member.shy or status == "no_show") and self.deal.ladders and member.visits < SHY_UP_TO
        member.lost = (member.lost and status != "came") or self._is_away(name, member.as_of)

    def standing(self, name: str, member: Member, moment: datetime) -> dict[str, Any]:
        """Give the levels and categories of *member* at a moment, by hand until when."""
        if not self.deal.ladders:
            return {}
        rides, (level, until) = self.rides_of(name), member.given
        names = [("lost", member.lost or self._is_away(name, moment)), ("shy", member.shy)]
        return {
            "regulars": regular_level(self.deal, member, rides, moment),
            "days": days_level(rides, moment),
            "categories": tuple(each for each, is_so in names if is_so),
            "given": (level, until) if moment < until and level else None,
        }

    def _percent(self, ride: Ride, name: str | None, at: datetime) -> int:
        """Give the percent that comes off *ride*, judged at a moment; none while no price is known."""
        if not self.deal.ladders or name is None or ride.price is None:
            return 0
        member = self.seen(name, at)
        return PERCENTS[regular_level(self.deal, member, self.rides_of(name), member.as_of)]

    def kept(self, name: str, member: Member) -> None:
        """Keep what was done to a member."""
        self.members[name] = member

    def pass_time(self, member: Member, at: datetime) -> None:
        """Let everything happen to *member* that has come by *at*: what comes first, first."""
        at = max(at, member.as_of)
        while (moment := max(min(self._moments(member)), member.as_of)) <= at:
            self._happens(member, moment)
        member.as_of = at

    @staticmethod
    def _moments(member: Member) -> list[datetime]:
        """Give when something happens to *member* by itself."""
        away = member.inactive if member.as_of < member.inactive else FOREVER  # which happens once
        moments = [hold.until for hold in member.holds.values()] + [award.due for award in member.coming]
        return [away, *moments, *[point.ends for point in member.purse]]

    def is_due(self, name: str, at: datetime) -> bool:
        """Say whether something is to be booked for a member; who has nothing can't lose it by staying away."""
        member = self.members[name]
        away, *moments = self._moments(member)
        soonest = min([*moments, away if member.purse or member.holds else FOREVER])
        return soonest <= at or self._moves(name, member, at)

    def _moves(self, name: str, member: Member, at: datetime) -> bool:
        """Say whether levels or categories change by time alone up to *at*: with a day, or as what was given ends."""
        moments = [member.given[1]] if member.as_of < member.given[1] <= at else []
        day = member.as_of.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        while day <= at and self.deal.ladders and member.as_of != DAWN:
            moments.append(day)
            day += DAY
        before = self.standing(name, member, member.as_of)
        return any(self.standing(name, member, moment) != before for moment in moments)

    def _happens(self, member: Member, moment: datetime) -> None:
        """Let one thing happen: a hold times out, or else points expire, or else an award falls due."""
        for order, hold in member.holds.items():
            if hold.until <= moment:
                del member.holds[order]
                self._put_back(member, hold.points, moment)
                return
        if member.as_of < member.inactive <= moment:
            self._stayed_away(member)
            member.as_of = moment
        expired = [point for point in member.purse if point.ends <= moment]
        member.purse = [point for point in member.purse if point.ends > moment]
        self._expire(member, expired, moment)
        for award in member.coming:
            if award.due <= moment:
                member.coming.remove(award)
                self._credit(member, award.points, award.ends)
                return
        member.as_of = moment

    @staticmethod
    def _stayed_away(member: Member) -> None:
        """End all points of *member*, those that orders hold, too."""
        for points in (member.purse, *[hold.points for hold in member.holds.values()]):
            points[:] = sorted(point._replace(ends=min(point.ends, member.inactive)) for point in points)

    @staticmethod
    def _expire(member: Member, points: Iterable[Point], moment: datetime) -> None:
        member.gone += [(point.credited, moment) for point in points if not point.grace]

    def _credit(self, member: Member, points: int, ends: datetime) -> None:
        for _ in range(points):
            self._receive(member, Point(ends, False, ends))  # noqa: FBT003 - it isn't on grace

    @staticmethod
    def _receive(member: Member, point: Point) -> None:
        """Take a point in: it pays the debt, if there's one."""
        if member.debt:
            member.debt -= 1
        else:
            insort(member.purse, point)

    def _put_back(self, member: Member, points: Iterable[Point], moment: datetime) -> int:
        """Give *points* back, with their dates; those that have expired are gone, or get grace once."""
        lost = []
        for point in points:
            if point.ends > moment:
                self._receive(member, point)
            elif point.grace or not self.deal.grace or not (self.deal.lives or self.deal.inactivity):
                lost.append(point)
            else:
                self._receive(member, Point(over(self.deal.grace, moment), True, point.credited))  # noqa: FBT003
        self._expire(member, lost, moment)
        return len(lost)

    def _ends(self, credited: datetime) -> datetime:
        return FOREVER if self.deal.lives is None else over(self.deal.lives, credited)

    # What an order comes to

    def _spendable(self, ride: Ride, wanted: int | str | None, balance: int) -> int:
        """Give how many points of those that are *wanted* may be spent on *ride*."""
        if wanted is None or ride.member is None:
            return 0
        points = balance if wanted == "all" else min(int(wanted), balance)
        if ride.price is not None:
            points = min(points, ride.charged * self.deal.max_share // 100 // self.deal.unit)
        if self.deal.maximum is not None:
            points = min(points, self.deal.maximum)
        return 0 if ride.price is not None and points < self.deal.minimum else points

    def _earned(self, ride: Ride, spent: int, had: list[str]) -> dict[str, int]:
        """Give what *ride* earns by each rule, for a member who *had* orders through these channels."""
        earned: dict[str, int] = {}
        if ride.member is None:
            return earned
        if ride.price is not None:
            basis = ride.charged - spent * self.deal.unit if self.deal.basis == "payable" else ride.charged
            earned["cashback"] = int(Fraction(basis * self.deal.percent, 100 * self.deal.unit) + Fraction(1, 2))
        if ride.channel == "app" and "app" not in had:
            earned["first_app_order"] = self.deal.welcome
        return {rule: points for rule, points in earned.items() if points}

    def _comes_to(self, ride: Ride, redeemed: int, awards: dict[str, int], **more: Any) -> Answer:
        """Give the answer of a call that has judged *ride*."""
        charged = None if ride.price is None else ride.charged
        due = None if charged is None else charged - redeemed * self.deal.unit - more.get("card", 0)
        sums = {"charged": charged, "redeemed": redeemed, "due": due}
        return told({"status": ride.status, **sums, "awards": list(awards.items()), **more})

    def stands(self, ride: Ride, at: datetime, **more: Any) -> Answer:
        """Give the answer of a call *at* a moment that has only looked at *ride*, or taken something back."""
        answer = {"status": ride.status, **more}
        if ride.status == "placed" and max(at, ride.as_of) >= ride.until:
            ride = evolve(ride, held=0, on_card=0)
        if ride.done or ride.status == "placed":
            units = len(ride.captured) if ride.done else ride.held
            by_card = sum_of(ride.paid_by) if ride.done else ride.on_card
            cash = self._paid(ride, units) - by_card
            back, back_on_card = self._money_back(ride)
            answer["redeemed"], answer["card"] = units - int(ride.share(units)), by_card - back_on_card
            if ride.price is not None:
                answer |= {"charged": ride.charged - ride.refunded, "due": cash - back}
        return told(answer)

    def _paid(self, ride: Ride, points: int) -> int:
        """Give what is to be paid for *ride* beside so many *points*, in cash and by card."""
        return max(ride.charged - points * self.deal.unit, 0)

    def _money_back(self, ride: Ride) -> tuple[int, int]:
        """Give what refunds so far have given back of a *ride* in cash, and to its card."""
        paid = self._paid(ride, len(ride.captured))
        both = int(ride.share(paid))
        on_card = both * sum_of(ride.paid_by) // paid if paid else 0
        return both - on_card, on_card

    def _member_of(self, ride: Ride) -> str | None:
        """Name the member of *ride*; None for nobody, and for whoever was forgotten since they placed it."""
        return ride.member if ride.member is None or self.lives[ride.member] == ride.life else None

    # Calls

    def quote(self, ride: Ride, at: datetime) -> Answer:
        """Say what *ride* would come to; nothing is kept."""
        balance, had = 0, list[str]()
        ride = evolve(ride, percent=self._percent(ride, ride.member, at))
        if ride.member is not None:
            member = self.seen(ride.member, at)
            own = member.holds.get(ride.id, Hold([], FOREVER)).points
            balance, had = len(member.purse) + len(own), member.channels
        redeemed = self._spendable(ride, ride.asked, balance)
        card = self._pays(ride, redeemed, self._accepted(ride, ride.card, at))
        return self._comes_to(evolve(ride, status="quoted"), redeemed, self._earned(ride, redeemed, had), card=card)

    def place(self, ride: Ride, at: datetime) -> Answer:
        """Hold what may be spent on *ride*; a member of whom nothing is held isn't written."""
        if ride.id in self.rides:
            return self.stands(self.rides[ride.id], at)
        answer: Answer = self.quote(ride, at) | {"status": "placed"}
        ride = evolve(
            ride,
            percent=self._percent(ride, ride.member, at),
            held=answer.get("redeemed", 0),
            limited=ride.price is not None,
        )
        ride.life = self.lives[ride.member or ""]
        self._hold_on_card(ride, self._accepted(ride, ride.card, at), answer.get("card", 0), at)
        if ride.held:
            assert ride.member is not None  # noqa: S101 - else nothing could be spent
            member = self.seen(ride.member, at)
            points, member.purse = member.purse[: ride.held], member.purse[ride.held :]
            member.holds[ride.id] = Hold(points, self._times_out(ride, at))
            self.kept(ride.member, member)
        ride.until = self._until(ride, at)
        self.rides[ride.id] = ride
        return answer

    def _until(self, ride: Ride, at: datetime) -> datetime:
        return self._times_out(ride, at) if ride.held or ride.on_card else FOREVER

    def _times_out(self, ride: Ride, at: datetime) -> datetime:
        """Give until when *ride* holds points and card: whoever was judged later than it sets the clock."""
        name = self._member_of(ride)
        if name is not None:
            at = self.seen(name, at).as_of
        if ride.card in self.cards:
            at = max(at, self.cards[str(ride.card)].as_of)
        return max(at, ride.starts or at) + self.deal.hold

    def complete(self, order: str, at: datetime, price: int | None) -> Answer:
        """Spend what *order* holds, as far as its price goes, and credit what it earns."""
        ride = self.rides[order]
        if ride.done:
            return self.stands(ride, at)
        at = max(at, ride.as_of)
        ride.price = ride.price if price is None else price
        name = self._member_of(ride)
        if not ride.limited:
            ride.percent = self._percent(ride, name, at)
        ride.came_at = self._came_at(ride, name, at)
        ride.status, ride.as_of, ride.completed_at = "completed", at, at
        if name is None:
            return self._comes_to(ride, 0, {}, **self._captured(ride, 0))
        member = self.seen(name, at)
        if ride.held and order not in member.holds:
            free = min(ride.held, len(member.purse))
            member.holds[order] = Hold(member.purse[:free], FOREVER)
            member.purse = member.purse[free:]
        return self._end(ride, member)

    def settle(self, ride: Ride, at: datetime) -> Answer:
        """Place *ride* and complete it at once."""
        if ride.id in self.rides:
            return self.complete(ride.id, at, ride.price)
        ride.percent = self._percent(ride, ride.member, at)
        ride.came_at = self._came_at(ride, ride.member, at)
        self.rides[ride.id] = ride
        ride.status, ride.completed_at, ride.life = "completed", at, self.lives[ride.member or ""]
        if ride.member is None:
            self._fare_on_card(ride, 0)
            return self._comes_to(ride, 0, {}, **self._captured(ride, 0))
        member = self.seen(ride.member, at)
        ride.completed_at = member.as_of
        ride.held = self._spendable(ride, ride.asked, len(member.purse))
        ride.limited = ride.price is not None
        if ride.held:
            member.holds[ride.id] = Hold(member.purse[: ride.held], FOREVER)
            member.purse = member.purse[ride.held :]
        self._fare_on_card(ride, ride.held)
        return self._end(ride, member)

    def _came_at(self, ride: Ride, name: str | None, at: datetime) -> datetime:
        """Give when *ride*, completed *at* a moment, was done: a visit isn't before the last one that stands."""
        if name is None or not ride.visit:
            return at
        return max([at, *(each.came_at for each in visits_of(self.rides_of(name)))])

    def _end(self, ride: Ride, member: Member) -> Answer:
        """End the hold of *ride* by its final price, and put it behind the *member*."""
        hold = member.holds.pop(ride.id, Hold([], FOREVER))
        spent = self._spent(ride, len(hold.points))
        ride.captured, back = hold.points[:spent], hold.points[spent:]
        lost = self._put_back(member, back, member.as_of)
        ride.had, ride.completed_at = [*member.channels], member.as_of
        earned = self._earned(ride, spent, ride.had)
        for rule, points in earned.items():
            award = self._award(ride, rule, points)
            ride.awards.append(award)
            self._grant(member, award, points)
        if ride.channel is not None:
            member.channels.append(ride.channel)
        member.inactive = FOREVER
        if self.deal.inactivity is not None:
            member.inactive = over(self.deal.inactivity, member.as_of)
        member.visits += ride.visit
        member.sold += ride.charged
        self._judge(str(ride.member), member, "came" if ride.visit else None)
        self.kept(str(ride.member), member)
        return self._comes_to(ride, spent, earned, back=len(back) - lost, **self._captured(ride, spent))

    def _spent(self, ride: Ride, held: int) -> int:
        """Give how many of the points that were *held* are spent: limits that waited for a price bind now."""
        return min(held, ride.charged // self.deal.unit) if ride.limited else self._spendable(ride, held, held)

    def _award(self, ride: Ride, rule: str, points: int) -> Award:
        due = ride.completed_at
        if rule == "cashback" and self.deal.delay is not None:
            due += self.deal.delay
        return Award(ride.id, rule, points, due, self._ends(due))

    def _grant(self, member: Member, award: Award, points: int) -> None:
        """Credit *points* of *award*, or have them wait until it's due; what has expired by now is gone at once."""
        if award.due > member.as_of:
            member.coming.append(evolve(award, points=points))
        elif award.ends <= member.as_of:
            self._expire(member, [Point(award.ends, False, award.ends)] * points, member.as_of)  # noqa: FBT003
        else:
            self._credit(member, points, award.ends)

    def cancel(self, order: str, at: datetime, status: str) -> Answer:
        """End *order*, which comes to nothing; what it holds goes back."""
        ride = self.rides[order]
        if ride.status != "placed":
            return self.stands(ride, at)
        ride.status, ride.as_of = status, max(at, ride.as_of)
        back, paid, ride.paid, ride.receipts = 0, ride.paid, 0, []
        name = self._member_of(ride)
        missed = status == "no_show" and ride.visit and self.deal.ladders
        if (ride.held or paid or missed) and name is not None:
            member = self.seen(name, ride.as_of)
            points = member.holds.pop(order, Hold([], FOREVER)).points
            back = len(points) - self._put_back(member, points, member.as_of)
            member.paid -= paid
            self._judge(name, member, status if missed else None)
            self.kept(name, member)
        return self.stands(ride, at, back=back, refund=paid or None, card_back=self._released(ride))

    def amend(
        self, order: str, at: datetime, price: int | None, redeem: int | str | None, card: str | None = None
    ) -> Answer:
        """Judge *order* anew with another price, or with something else to be spent on it: points, a gift card."""
        ride = self.rides[order]
        if ride.status != "placed":
            return self.stands(ride, at)
        ride.as_of = max(at, ride.as_of)
        ride.price = ride.price if price is None else price
        ride.asked = ride.asked if redeem is None else redeem
        name = self._member_of(ride)
        ride.percent = ride.percent if ride.limited else self._percent(ride, name, ride.as_of)
        ride.limited = ride.price is not None
        card_back = self._recarded(ride, card)
        if name is None:
            ride.held, on_card = 0, self._reheld(ride, card_back)
            ride.until = self._until(ride, ride.as_of)
            return self._comes_to(ride, 0, {}, **on_card)
        member = self.seen(name, ride.as_of)
        own = member.holds[order].points if order in member.holds else []
        ride.held = self._spendable(ride, ride.asked, len(own) + len(member.purse))
        kept, given, more = own[: ride.held], own[ride.held :], max(ride.held - len(own), 0)
        lost = 0
        if ride.held or own:
            member.holds.pop(order, None)
            added, member.purse = member.purse[:more], member.purse[more:]
            if ride.held:
                member.holds[order] = Hold(sorted([*kept, *added]), self._times_out(ride, ride.as_of))
            lost = self._put_back(member, given, member.as_of)
            self.kept(name, member)
        earned, on_card = self._earned(ride, ride.held, member.channels), self._reheld(ride, card_back)
        ride.until = self._until(ride, ride.as_of)
        return self._comes_to(ride, ride.held, earned, back=len(given) - lost, **on_card)

    def refund(self, order: str, at: datetime, amount: int | None) -> Answer:
        """Give back *amount* of what was charged, or the rest: money, points, and what was earned, in proportion."""
        ride = self.rides[order]
        rest = ride.charged - ride.refunded
        if ride.status != "completed" or (amount is not None and not rest):
            return self.stands(ride, at)
        part = rest if amount is None else min(amount, rest)
        name, before, ride.as_of = self._member_of(ride), evolve(ride), max(at, ride.as_of)
        member = self.seen(name or "", ride.as_of)  # as time has made them, while the order still lay behind them
        ride.refunded += part
        ride.status = "refunded" if part == rest else "completed"

        def now(total: int) -> int:
            """Give what this refund gives back of *total*: what's due by now, less what was before."""
            return int(ride.share(total)) - int(before.share(total))

        by_card, paid = sum_of(ride.paid_by), self._paid(ride, len(ride.captured))
        (cash_before, card_before), (cash_now, card_now) = self._money_back(before), self._money_back(ride)
        money = cash_now - cash_before
        paid_back = ride.paid if ride.status == "refunded" else min(money, ride.paid)
        ride.paid -= paid_back
        ride.ahead += max(money - paid_back, 0)
        ride.receipts = paid_less(ride.receipts, paid_back)
        answer: Answer = {"refund": money}
        carried = {"money": paid}
        coins = split(split(ride.paid_by, by_card - card_before)[0], by_card - card_now)[1]
        answer["card_back"] = self._back_on_card(ride, coins)
        if name is not None:
            carried["redemption"] = len(ride.captured)
            dates = {award.ends for award in ride.awards}
            spent = sorted(ride.captured, key=lambda point: point.ends in dates)  # what its own awards may count first
            last = len(spent) - int(before.share(len(spent)))
            back = spent[last - now(len(spent)) : last]
            answer["back"] = len(back) - self._put_back(member, back, member.as_of)
            if member.as_of <= ride.completed_at + self.deal.refundable:
                answer |= self._clawed(member, [(award, now(award.points)) for award in ride.awards])
                carried |= {award.rule: award.points for award in ride.awards}
            member.sold -= part
            member.paid -= paid_back
            if ride.status == "refunded":
                member.visits -= ride.visit
                if ride.channel is not None:
                    member.channels.remove(ride.channel)
            self._judge(name, member)
            self.kept(name, member)
        under_way = {what: ride.share(total) % 1 for what, total in carried.items()}
        if paid:
            under_way["gift_card"] = Fraction((cash_now + card_now) * by_card, paid) % 1
        answer["carried"] = {what: each for what, each in under_way.items() if each}
        return self.stands(ride, at, **answer)

    def _clawed(self, member: Member, awards: list[tuple[Award, int]]) -> Answer:
        """Take that many points of each of *awards* back; what can't be taken is owed, or forgiven."""
        clawed = owed = 0
        for award, points in awards:
            rest = sum(not self._taken(member, award) for _ in range(points))
            clawed += points if self.deal.owing else points - rest
            owed += rest if self.deal.owing else 0
        member.debt += owed
        return {"clawed": clawed, "owed": owed}

    @staticmethod
    def _taken(member: Member, award: Award) -> bool:
        """Take one point of *award* back: if it's still to come, or has expired, or from the purse; say if it could."""
        for other in member.coming:
            if (other.order, other.rule) == (award.order, award.rule):
                other.points -= 1
                if not other.points:
                    member.coming.remove(other)
                return True
        for gone in member.gone:
            if gone[0] == award.ends and gone[1] > award.due:  # what went before can't have been of this award
                member.gone.remove(gone)
                return True
        own = [point for point in member.purse if (point.ends, point.grace) == (award.ends, False)]
        for point in own or member.purse:
            member.purse.remove(point)
            return True
        return False

    def correct(self, order: str, at: datetime, price: int) -> Answer:
        """Work a completed order out again by another *price*, and post what differs."""
        ride = self.rides[order]
        if ride.status != "completed" or ride.refunded:
            return self.stands(ride, at)
        before, ride.price, ride.as_of = ride.charged, price, max(at, ride.as_of)
        if ride.member is None:
            return self._comes_to(ride, 0, {}, **self._corrected(ride, 0))
        spent, name = self._spent(ride, len(ride.captured)), self._member_of(ride)
        assert name is not None  # noqa: S101 - orders of whoever was forgotten aren't corrected here
        member = self.seen(name, ride.as_of)
        ride.captured, back = ride.captured[:spent], ride.captured[spent:]
        answer: Answer = {"back": len(back) - self._put_back(member, back, member.as_of)}
        earned = self._earned(ride, spent, ride.had)
        old = {award.rule: award for award in ride.awards}
        ride.awards = [self._award(ride, rule, points) for rule, points in earned.items()]
        less = []
        for award in ride.awards:
            more = award.points - (old[award.rule].points if award.rule in old else 0)
            if more > 0:
                self._grant(member, award, more)
            less.append((award, max(-more, 0)))
        less += [(award, award.points) for rule, award in old.items() if rule not in earned]
        answer |= self._clawed(member, less)
        member.sold += ride.charged - before
        self._judge(name, member)
        self.kept(name, member)
        return self._comes_to(ride, spent, earned, **answer, **self._corrected(ride, spent))

    def record_payment(self, order: str, at: datetime, amount: int) -> Answer:
        """Note that *amount* was received for an order: what was given back already doesn't count."""
        ride = self.rides[order]
        if ride.status == "cancelled":
            return self.stands(ride, at, refund=amount)
        ride.as_of = max(at, ride.as_of)
        gone = min(ride.ahead, max(0, ride.paid + amount - self.stands(ride, at).get("due", 0)))
        if ride.status == "refunded":
            gone = amount
        ride.ahead, amount = ride.ahead - gone, amount - gone
        ride.paid += amount
        name = self._member_of(ride)
        if name is not None:
            member = self.seen(name, ride.as_of)
            member.paid += amount
            ride.receipts = [*ride.receipts, (member.as_of.date(), amount)]
            self._judge(name, member)
            self.kept(name, member)
        return self.stands(ride, at)

    def adjust(self, name: str, at: datetime, points: int) -> int:
        """Give *points* by hand, or take as many as there are; say how many it was."""
        member = self.seen(name, at)
        points = max(points, -len(member.purse))
        self._credit(member, points, self._ends(member.as_of))
        member.purse = member.purse[max(-points, 0) :]
        if points or name in self.members:
            self.kept(name, member)
        return points

    def set_tier(self, name: str, at: datetime, level: str | None, until: datetime) -> str | None:
        """Give a level of the first ladder by hand, or take it back; say which one the member has then."""
        member = self.seen(name, at)
        member.given = level, until
        self._judge(name, member)
        self.kept(name, member)
        return regular_level(self.deal, member, self.rides_of(name), member.as_of)

    def import_member(self, name: str, at: datetime, lots: list[tuple[int, datetime]], visits: int, sold: int) -> bool:
        """Carry a member over who isn't known yet; say whether it was done."""
        if name in self.members:
            return False
        member = Member(as_of=at, visits=visits, sold=sold)
        for points, ends in lots:
            self._credit(member, points, ends)
        self.pass_time(member, at)
        self.kept(name, member)
        return True

    def forget(self, name: str) -> None:
        """Know nothing of a member any more: whoever comes again under that name is somebody else."""
        if self.members.pop(name, None) is not None:
            self.lives[name] += 1

    def run_due(self, at: datetime) -> int:
        """Book what time has done; say to how many members and cards."""
        due = [name for name in self.members if self.is_due(name, at)]
        for name in due:
            self.kept(name, self.seen(name, at))
        return len(due) + self.sweep_cards(at)

    def _graced(self, moment: datetime) -> datetime | None:
        graced = self.deal.grace if self.deal.lives or self.deal.inactivity else None
        return None if graced is None else over(graced, moment)


def paid_less(receipts: list[tuple[date, int]], amount: int) -> list[tuple[date, int]]:
    """
    Give *receipts* without *amount* of them, of the last day first.

    Examples:
        >>> from datetime import date
        >>> paid_less([(date(2026, 3, 1), 500), (date(2026, 3, 2), 900)], 1_000)
        [(datetime.date(2026, 3, 1), 400)]
    """
    left = []
    for day, paid in sorted(receipts, reverse=True):
        left.append((day, paid - min(paid, amount)))
        amount -= min(paid, amount)
    return [(day, paid) for day, paid in sorted(left) if paid]


def told(answer: Answer) -> Answer:
    """Leave out of *answer* what is nothing: it can't differ then."""
    return {name: value for name, value in answer.items() if value not in (None, 0, [], {})}
