"""
What a rule answers: its effects and, where it grants nothing or less than it might, the reasons.

Reasons are codes with figures, from one table; words are made only when someone asks (B1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.coded import Coded, Meaning, in_words
from loyaltykit.values.immutable import Record
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from loyaltykit.values.money import Money
    from loyaltykit.values.percent import Percent
    from loyaltykit.values.term import Term

REASONS: dict[str, Meaning] = {
    # Where a rule applies
    "outside_branches": Meaning(("branch", "branches"), "the program runs in {branches}; the order's branch: {branch}"),
    "outside_scope": Meaning(
        ("rule", "part", "allowed", "actual"), "{rule} applies to {part} {allowed}; the order's: {actual}"
    ),
    "outside_period": Meaning(("rule", "period", "moment"), "{rule} applies {period}; the moment was {moment}"),
    "outside_windows": Meaning(("rule", "windows", "moment"), "{rule} applies {windows}; the moment was {moment}"),
    # What an order must bring
    "no_customer": Meaning((), "the order names no customer"),
    "no_worker": Meaning((), "the order names no worker"),
    "price_unknown": Meaning((), "the order's price isn't known yet"),
    "below_minimum": Meaning(("minimum", "actual"), "the price, {actual}, is below the minimum, {minimum}"),
    # What an award comes to
    "rounded_to_nothing": Meaning(("share", "basis"), "{share} of {basis} comes to less than the smallest award"),
    "capped": Meaning(("maximum", "uncapped"), "{uncapped} would be due; an order gets at most {maximum}"),
    "not_app": Meaning(
        ("channels", "actual"), "the order came through {actual}; it counts when it comes through {channels}"
    ),
    "not_first_app_order": Meaning(("channels",), "the member has had a completed order through {channels} before"),
    # What a worker gets
    "high_enough": Meaning(
        ("raise_to", "actual"), "the price, {actual}, is no less than {raise_to}, to which it's raised"
    ),
    "bonus_ahead": Meaning(
        ("orders", "end"), "the order counts for the bonus: the worker has {orders} in the period up to {end}"
    ),
    "counted_late": Meaning(
        ("moment", "start"), "the period of {moment} is closed: the order counts in the one from {start}"
    ),
    "bonus_closed": Meaning(
        ("start",), "the period from {start}, in which the order counted, is closed: its bonus stays"
    ),
    "less_than_asked": Meaning(("balance", "asked"), "{asked} were to be paid out; the worker has {balance}"),
    "nothing_to_pay": Meaning(("balance",), "the worker has {balance}: there's nothing to pay out"),
    # Who gets a share of a split
    "no_participants": Meaning((), "the order names neither a customer nor a worker"),
    "nobody_in_role": Meaning(("role", "points"), "the order names no {role}: {points} aren't paid"),
    "not_invited": Meaning(("role", "points"), "nobody invited the {role}: {points} aren't paid"),
    "earns_once": Meaning(
        ("member", "points"),
        "{member} is the customer and the worker, and earns as the customer alone: {points} aren't paid",
    ),
    # What can be redeemed
    "no_redemption": Meaning((), "the program lets no points be spent"),
    "limited_by_balance": Meaning(("balance", "requested"), "{requested} asked for; the member has {balance}"),
    "limited_by_share": Meaning(
        ("share", "charged", "limit", "requested"),
        "{requested} asked for; {share} of {charged} may be paid so: {limit}",
    ),
    "limited_by_maximum": Meaning(("maximum", "requested"), "{requested} asked for; an order takes at most {maximum}"),
    "below_minimum_redemption": Meaning(("minimum", "possible"), "{possible} could be spent; {minimum} is the least"),
    "worth_nothing": Meaning(("points",), "{points} come to less than the smallest coin"),
    "limits_at_completion": Meaning((), "the price isn't known yet: share and minimum will be judged at completion"),
    # What becomes of points that an order holds
    "limited_by_price": Meaning(
        ("charged", "limit", "held"), "{held} were held; the final {charged} can be paid with {limit}"
    ),
    "hold_ended": Meaning(("held", "free"), "the hold of {held} had ended before; {free} could be held again"),
    "returned_after_expiry": Meaning(("points",), "{points} came back after they had expired, and are gone"),
    # Who brought a member
    "no_referrals": Meaning((), "the program takes no referral codes"),
    "self_referral": Meaning((), "nobody can bring themselves"),
    "already_referred": Meaning((), "the member was brought by somebody already"),
    "referral_tied": Meaning(("order",), "the member has named a code with the order {order}, which is under way"),
    "has_referred": Meaning(("invited",), "the member has brought others, {invited} so far, and can't be brought now"),
    "referrer_unknown": Meaning(("referrer",), "{referrer}, who is to have brought the member, isn't known"),
    "referral_circle": Meaning(("referrer",), "the member has brought {referrer}, directly or through others"),
    "code_is_taken": Meaning(("typed",), "the code {typed} is given out already"),
    # Promo codes
    "code_unknown": Meaning(("typed",), "nobody was given the code {typed}"),
    "code_malformed": Meaning(("why",), "{why}"),
    "code_busy": Meaning(("promo_code",), "so many orders hold uses of {promo_code} that it takes no more just now"),
    "code_of_another": Meaning(("promo_code",), "{promo_code} was given to another member"),
    "own_code": Meaning(("promo_code",), "{promo_code} is the customer's own: it's for bringing in others"),
    "not_first_order": Meaning((), "the member has had a completed order before"),
    "code_used_up": Meaning(("promo_code", "limit"), "all uses of {promo_code} are taken: {limit}"),
    "promo_used_by_member": Meaning(("promo", "limit"), "the member has had all their uses of {promo}: {limit}"),
    "budget_empty": Meaning(("budget",), "the budget of {budget} is spent"),
    "budget_spent": Meaning(("left", "due"), "{due} would be due; {left} of the budget are left"),
    "limited_by_budget": Meaning(("left", "uncapped"), "{uncapped} would be due; {left} of the budget are left"),
    "order_is_free": Meaning((), "the order costs nothing, so nothing can come off its price"),
    # Gift cards
    "card_unknown": Meaning((), "this is the code of no gift card that can be used"),
    "card_frozen": Meaning((), "the gift card is frozen: nothing can be paid with it"),
    "card_empty": Meaning((), "nothing is left on the gift card"),
    "card_not_needed": Meaning((), "nothing is left to be paid with the gift card"),
    "limited_by_card": Meaning(
        ("balance", "payable"), "{payable} are to be paid; the gift card has {balance} for this order"
    ),
    "card_hold_ended": Meaning(
        ("held", "free"), "the hold of {held} on the gift card had ended before; {free} could be held again"
    ),
    "card_money_expired": Meaning(("money",), "{money} came back to the gift card after it had expired, and are gone"),
    "points_missing": Meaning(
        ("price", "balance", "missing"), "it costs {price}; the member has {balance}: {missing} are missing"
    ),
    "not_for_points": Meaning(("offer",), "{offer} is sold for money alone"),
    # What a level of a ladder takes off
    "no_level": Meaning(("tier",), "the member has no level of {tier}"),
    "level_unknown": Meaning(("tier", "level"), "{tier} has no level called {level} any more"),
    "level_without_discount": Meaning(("tier", "level"), "{level} of {tier} takes nothing off the price"),
    "other_discount": Meaning(("rule", "discount"), "{rule} takes {discount} off, which is no less"),
    # Calls that change nothing
    "already_placed": Meaning(
        ("order",), "the order {order} is placed already: what it holds stands, and nothing more is asked for it"
    ),
    "already_completed": Meaning(("order",), "the order {order} is completed: what was booked stands"),
    "already_ended": Meaning(("order", "status"), "the order {order} is {status} already"),
    "already_refunded": Meaning(("order",), "the order {order} is refunded wholly"),
    "partly_refunded": Meaning(
        ("order", "refunded"), "{refunded} of the order {order} are refunded: it can't be corrected"
    ),
    "not_completed": Meaning(
        ("order", "status"), "the order {order} is {status}: only a completed one can be changed so"
    ),
    "member_known": Meaning(("member",), "{member} is known already: an import is for members who aren't"),
    "member_forgotten": Meaning(("member",), "{member} was forgotten: nothing of before is carried over again"),
    "has_points": Meaning(
        ("balance", "held", "pending", "debt"),
        "the member has {balance}, {held} held and {pending} to come, and owes {debt}: the history stays",
    ),
    # What a refund takes and gives
    "refund_limited": Meaning(("rest", "asked"), "{asked} were to be refunded; {rest} are left of the order"),
    "too_late_to_claw_back": Meaning(("until",), "awards could be taken back until {until}: what was earned stays"),
    "forgiven": Meaning(("points",), "{points} can't be taken back any more, and aren't owed"),
}
"""Every code with its figures and English words; the codes are stable."""

_OUTSIDE = frozenset({"outside_scope", "outside_period", "outside_windows"})


class Reason(Coded):
    """
    Why a rule grants nothing, or less than it might: a stable *code* with its figures, as attributes too.

    Examples:
        >>> from loyaltykit import Money, Reason
        >>> reason = Reason("below_minimum", minimum=Money(300, "RUB"), actual=Money(250, "RUB"))
        >>> reason.actual
        Money('250.00', 'RUB')
        >>> print(reason)
        the price, 250.00 RUB, is below the minimum, 300.00 RUB
    """

    __slots__ = ()

    table = REASONS


class Award(Record):
    """
    *points* that a *member* earns; for a percentage, the *basis* that it was taken of and the *percent*.

    With a *delay* they're credited that long after completion, and can't be spent before.

    Examples:
        >>> from loyaltykit import Award, Points, Term
        >>> print(Award("m1", Points(100)))
        m1 earns 100 points
        >>> print(Award("m1", Points(100), delay=Term("PT3H")))
        m1 earns 100 points, credited after PT3H
    """

    __slots__ = ("basis", "delay", "member", "percent", "points")
    __match_args__ = ("member", "points", "basis", "percent", "delay")

    member: str
    points: Points
    basis: Money | None
    percent: Percent | None
    delay: Term | None

    def __init__(
        self,
        member: str,
        points: Points,
        basis: Money | None = None,
        percent: Percent | None = None,
        delay: Term | None = None,
    ) -> None:
        _award_member(self, member)
        _award_points(self, points)
        _award_basis(self, basis)
        _award_percent(self, percent)
        _award_delay(self, delay)

    def __str__(self) -> str:
        """Say it in English."""
        share = f" ({self.percent} of {self.basis})" if self.percent is not None else ""
        later = f", credited after {self.delay}" if self.delay is not None else ""
        return f"{self.member} earns {in_words(self.points)}{share}{later}"


class Share(Award):
    """
    *points* that a *member* earns as their part of a split, by their *role* in the order.

    Examples:
        >>> from loyaltykit import Points, Share
        >>> print(Share("m7", Points(17), "customer's referrer"))
        m7 earns 17 points as the customer's referrer
    """

    __slots__ = ("role",)
    __match_args__ = ("member", "points", "role")

    role: str

    def __init__(self, member: str, points: Points, role: str) -> None:
        super().__init__(member, points)
        object.__setattr__(self, "role", role)

    def __str__(self) -> str:
        """Say it in English."""
        return f"{super().__str__()} as the {self.role}"


class Advance(Award):
    """
    *points* that a *member* earns when the order is placed: it alone may spend them until it's completed (T4).

    Examples:
        >>> from loyaltykit import Advance, Points
        >>> print(Advance("m1", Points(100)))
        m1 earns 100 points, to be spent on this very order
    """

    __slots__ = ()

    def __init__(self, member: str, points: Points) -> None:
        super().__init__(member, points)

    def __str__(self) -> str:
        """Say it in English."""
        return f"{super().__str__()}, to be spent on this very order"


class InMoney(Record):
    """*money* that concerns a *member*; for a percentage, the *percent* of the order's price that it is."""

    __slots__ = ("member", "money", "percent")
    __match_args__ = ("member", "money", "percent")

    member: str
    money: Money
    percent: Percent | None

    def __init__(self, member: str, money: Money, percent: Percent | None = None) -> None:
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "money", money)
        object.__setattr__(self, "percent", percent)

    @property
    def _share(self) -> str:
        return f" ({self.percent} of the price)" if self.percent is not None else ""


class Credit(InMoney):
    """
    *money* that is credited to the account of a worker, the *member*; for a percentage, the *percent* of the price.

    Below zero it's taken back from there.

    Examples:
        >>> from loyaltykit import Credit, Money
        >>> print(Credit("w7", Money(50, "RUB")))
        w7 is credited 50.00 RUB
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Say it in English."""
        if self.money.minor < 0:
            return f"{self.member} gives back {-self.money}{self._share}"
        return f"{self.member} is credited {self.money}{self._share}"


class Discount(InMoney):
    """
    *money* that comes off the price of a *member*'s order; for a percentage, the *percent* of the price, or of the
    *basis* that another discount has left of it.

    Examples:
        >>> from loyaltykit import Discount, Money, Percent
        >>> print(Discount("m1", Money("41.20", "RUB"), Percent(10)))
        m1 gets 41.20 RUB off (10 % of the price)
        >>> print(Discount("m1", Money(45, "RUB"), Percent(5), Money(900, "RUB")))
        m1 gets 45.00 RUB off (5 % of 900.00 RUB)
    """

    __slots__ = ("basis",)
    __match_args__ = ("member", "money", "percent", "basis")

    basis: Money | None

    def __init__(self, member: str, money: Money, percent: Percent | None = None, basis: Money | None = None) -> None:
        super().__init__(member, money, percent)
        object.__setattr__(self, "basis", basis)

    @property
    def _share(self) -> str:
        return super()._share if self.basis is None else f" ({self.percent} of {self.basis})"

    def __str__(self) -> str:
        """Say it in English."""
        return f"{self.member} gets {self.money} off{self._share}"


class Redeem(Record):
    """
    *points* that a *member* spends on the order, and what they're *worth* there.

    Examples:
        >>> from loyaltykit import Money, Points, Redeem
        >>> print(Redeem("m1", Points(200), Money(200, "RUB")))
        m1 spends 200 points, worth 200.00 RUB
    """

    __slots__ = ("member", "points", "worth")
    __match_args__ = ("member", "points", "worth")

    member: str
    points: Points
    worth: Money

    def __init__(self, member: str, points: Points, worth: Money) -> None:
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "worth", worth)

    def __str__(self) -> str:
        """Say it in English."""
        return f"{self.member} spends {in_words(self.points)}, worth {self.worth}"


class Release(Record):
    """
    *points* that an order held and that a *member* has back, to spend elsewhere.

    Examples:
        >>> from loyaltykit import Points, Release
        >>> print(Release("m1", Points(200)))
        m1 has 200 points back
    """

    __slots__ = ("member", "points")
    __match_args__ = ("member", "points")

    member: str
    points: Points

    def __init__(self, member: str, points: Points) -> None:
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "points", points)

    def __str__(self) -> str:
        """Say it in English."""
        return f"{self.member} has {in_words(self.points)} back"


class Return(Record):
    """
    *points* that a *member* had spent on an order and has back, since the order was refunded or corrected.

    Examples:
        >>> from loyaltykit import Points, Return
        >>> print(Return("m1", Points(48)))
        m1 gets back 48 points that were spent
    """

    __slots__ = ("member", "points")
    __match_args__ = ("member", "points")

    member: str
    points: Points

    def __init__(self, member: str, points: Points) -> None:
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "points", points)

    def __str__(self) -> str:
        """Say it in English."""
        return f"{self.member} gets back {in_words(self.points)} that were spent"


class Clawback(Record):
    """
    *points* of an award that a *member* loses again, of which *owed* are taken from later awards.

    Examples:
        >>> from loyaltykit import Clawback, Points
        >>> print(Clawback("m1", Points(20), Points(5)))
        m1 loses 20 points that were earned, owing 5 points of them
    """

    __slots__ = ("member", "owed", "points")
    __match_args__ = ("member", "points", "owed")

    member: str
    points: Points
    owed: Points

    def __init__(self, member: str, points: Points, owed: Points = Points(0)) -> None:  # noqa: B008 - frozen
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "owed", owed)

    def __str__(self) -> str:
        """Say it in English."""
        owing = f", owing {in_words(self.owed)} of them" if self.owed else ""
        return f"{self.member} loses {in_words(self.points)} that were earned{owing}"


class OfCard(Record):
    """*money* that concerns a gift *card*, by the host's id of it."""

    __slots__ = ("card", "money")
    __match_args__ = ("card", "money")

    card: str
    money: Money

    def __init__(self, card: str, money: Money) -> None:
        object.__setattr__(self, "card", card)
        object.__setattr__(self, "money", money)


class CardPayment(OfCard):
    """
    *money* that a gift *card* pays of the order (S3).

    Examples:
        >>> from loyaltykit import CardPayment, Money
        >>> print(CardPayment("c1", Money("50.00", "RUB")))
        the gift card c1 pays 50.00 RUB
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Say it in English."""
        return f"the gift card {self.card} pays {self.money}"


class CardRelease(OfCard):
    """
    *money* that an order held on a gift *card*, and that can be spent elsewhere again.

    Examples:
        >>> from loyaltykit import CardRelease, Money
        >>> print(CardRelease("c1", Money("50.00", "RUB")))
        the gift card c1 has 50.00 RUB back
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Say it in English."""
        return f"the gift card {self.card} has {self.money} back"


class CardReturn(OfCard):
    """
    *money* that a gift *card* had paid and has back, since the order was refunded or corrected.

    Examples:
        >>> from loyaltykit import CardReturn, Money
        >>> print(CardReturn("c1", Money("12.13", "RUB")))
        the gift card c1 gets back 12.13 RUB that it had paid
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Say it in English."""
        return f"the gift card {self.card} gets back {self.money} that it had paid"


class CardPurchase(Record):
    """
    *points* for which a *member* buys a gift card of the *face* (S3).

    Examples:
        >>> from loyaltykit import CardPurchase, Money, Points
        >>> print(CardPurchase("m1", Points(500), Money(50, "RUB")))
        m1 buys a gift card of 50.00 RUB for 500 points
    """

    __slots__ = ("face", "member", "points")
    __match_args__ = ("member", "points", "face")

    member: str
    points: Points
    face: Money

    def __init__(self, member: str, points: Points, face: Money) -> None:
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "face", face)

    def __str__(self) -> str:
        """Say it in English."""
        return f"{self.member} buys a gift card of {self.face} for {in_words(self.points)}"


Effect = (
    Award
    | Redeem
    | Release
    | Return
    | Clawback
    | Credit
    | Discount
    | CardPayment
    | CardRelease
    | CardReturn
    | CardPurchase
)
"""What a decision does."""


class Decision(Record):
    """
    A rule's answer: the *rule*'s name, its *effects*, and the *reasons* why these aren't more.

    Not being eligible is a decision without effects, never an exception.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Cashback, Money, Order, Percent, PointValue, cashback_for
        >>> order = Order(id="o1", customer="m1", price=Money("412.00", "RUB"))
        >>> decision = cashback_for(
        ...     Cashback(percent=Percent("5")), order,
        ...     at=datetime(2026, 3, 1, tzinfo=timezone.utc), point_value=PointValue("0.50", "RUB"),
        ... )
        >>> decision.points, decision.reasons
        (Points(41), ())
        >>> print(decision)
        cashback: m1 earns 41 points (5 % of 412.00 RUB)
    """

    __slots__ = ("effects", "reasons", "rule")
    __match_args__ = ("rule", "effects", "reasons")

    rule: str
    effects: tuple[Effect, ...]
    reasons: tuple[Reason, ...]

    def __init__(self, rule: str, effects: tuple[Effect, ...] = (), reasons: tuple[Reason, ...] = ()) -> None:
        _decision_rule(self, rule)
        _decision_effects(self, effects)
        _decision_reasons(self, reasons)

    @property
    def awards(self) -> tuple[Award, ...]:
        """The effects that are awards."""
        return tuple([effect for effect in self.effects if isinstance(effect, Award)])

    @property
    def points(self) -> Points:
        """The points of all effects together."""
        return sum((each.points for each in self.effects if not isinstance(each, InMoney | OfCard)), start=Points(0))

    @property
    def advances(self) -> tuple[Advance, ...]:
        """The awards that the order itself may spend."""
        return tuple([effect for effect in self.effects if isinstance(effect, Advance)])

    @property
    def discounts(self) -> tuple[Discount, ...]:
        """The effects that take something off the price."""
        return tuple([effect for effect in self.effects if isinstance(effect, Discount)])

    @property
    def credits(self) -> tuple[Credit, ...]:
        """The effects that credit money to a worker."""
        return tuple([effect for effect in self.effects if isinstance(effect, Credit)])

    @property
    def in_scope(self) -> bool:
        """Whether the rule was the one to answer: its scope matched the order."""
        return not self.reasons or self.reasons[0].code not in _OUTSIDE

    def __str__(self) -> str:
        """Say it in English: what it does, then why not more."""
        parts = [str(part) for part in (*self.effects, *self.reasons)]
        return f"{self.rule}: {'; '.join(parts) or 'nothing to do'}"


# Frozen objects are filled through their slots: half the time of object.__setattr__ by name.
_award_member: Any = Award.__dict__["member"].__set__
_award_points: Any = Award.__dict__["points"].__set__
_award_basis: Any = Award.__dict__["basis"].__set__
_award_percent: Any = Award.__dict__["percent"].__set__
_award_delay: Any = Award.__dict__["delay"].__set__
_decision_rule: Any = Decision.__dict__["rule"].__set__
_decision_effects: Any = Decision.__dict__["effects"].__set__
_decision_reasons: Any = Decision.__dict__["reasons"].__set__
