"""What a rule's answer does: whom it gives points or money, what it spends, holds, gives back and takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.coded import in_words
from loyaltykit.values.immutable import Record
from loyaltykit.values.points import Points

if TYPE_CHECKING:
    from loyaltykit.values.money import Money
    from loyaltykit.values.percent import Percent
    from loyaltykit.values.term import Term


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


# Frozen objects are filled through their slots: half the time of object.__setattr__ by name.
_award_member: Any = Award.__dict__["member"].__set__
_award_points: Any = Award.__dict__["points"].__set__
_award_basis: Any = Award.__dict__["basis"].__set__
_award_percent: Any = Award.__dict__["percent"].__set__
_award_delay: Any = Award.__dict__["delay"].__set__
