"""Gift cards come into the world: issued by the host, who sold them for money, or bought for points. Row S3."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.documents import card as card_document
from loyaltykit.documents import decisions as codec
from loyaltykit.documents.card import Card
from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.effects import CardPurchase
from loyaltykit.errors import InvalidValue
from loyaltykit.facts.standing import Standing
from loyaltykit.ledger.account import NEVER
from loyaltykit.ledger.card import issued, of_card
from loyaltykit.ledger.cursor import from_micros, micros
from loyaltykit.operations.book import Book
from loyaltykit.operations.open_member import NOTHING_MORE, open_member
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.reason import Reason
from loyaltykit.rules.gift_card import gift_card_for, valid_until
from loyaltykit.values.card_code import draw_card_code, grouped
from loyaltykit.values.moment import instant
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.rules.gift_card import GiftCard
    from loyaltykit.values.point_value import PointValue
    from loyaltykit.values.points import Points  # noqa: TC004


@frozen(kw_only=True)
class IssuedCard:
    """
    A gift *card*, by the host's id, of the *face*, issued *at* a moment: whoever has its *code* can pay with it.

    It *expires* at a moment, None for never; *points* is what it cost. Where it couldn't be bought there's no code, and
    *reasons* says why; neither is there where the same call comes again once the card is another's, or has a new code.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import IssuedCard, Money
        >>> at = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> IssuedCard(card="c1", code="D48M-7K2P-WXYZ-2345", face=Money(50, "RUB"), at=at).expires is None
        True
    """

    card: str
    code: str | None = field(repr=False)
    face: Money
    at: datetime
    expires: datetime | None = None
    points: Points | None = None
    reasons: tuple[Reason, ...] = ()


@frozen
class Terms:
    """What is issued: a *face* in minor units, that *expires* at a moment, by the *offer* of that name or none."""

    face: int
    expires: int
    offer: str | None = None


def issue_card(
    programs: Programs,
    card_id: str,
    *,
    at: datetime,
    face: Money | None = None,
    offer: str | None = None,
    member: str | None = None,
    expires: datetime | None = None,
) -> Operation[IssuedCard]:
    """Issue the gift card called *card_id*, of a *face* or by an *offer*, which the host has sold; it's *member*'s."""
    at = instant(at, "at")
    program = programs.at(at)
    until = None if expires is None else micros(instant(expires, "a card's expires"))
    owner = None if member is None else id_of("a member", member)
    asked: dict[str, Any] = {"face": None if face is None else _minor(programs, face)}
    asked |= {"offer": offer, "expires": until, "member": owner}
    book = Book(programs, "card", id_of("a gift card", card_id), asked=asked)
    if (yield from _was_asked_for(programs, card_id)):
        return (yield from _again(programs, book, card_id, owner))
    terms = _terms(programs, program, at, face, offer, expires)
    yield from programs.published(program)
    code = _write(programs, program, card_id, terms, owner, at, book)
    made = IssuedCard(
        card=card_id,
        code=code,
        face=Money.from_minor(terms.face, programs.worth.currency),
        at=at,
        expires=None if terms.expires == NEVER else from_micros(terms.expires),
    )
    committed = yield Commit(book.change(encode(made, programs.worth)), _reading(programs, card_id))
    return (yield from _recalled(programs, card_id, owner, committed.result)) if committed.replayed else made


def buy_card(programs: Programs, card_id: str, offer: str, *, member: str, at: datetime) -> Operation[IssuedCard]:
    """Have *member* buy the gift card called *card_id* by the *offer* of that name, for points."""
    at = instant(at, "at")
    program = programs.at(at)
    ids = id_of("a gift card", card_id), id_of("a member", member)
    book = Book(programs, "card", ids[0], asked={"offer": offer, "member": ids[1], "points": True})
    if (yield from _was_asked_for(programs, card_id)):
        return (yield from _again(programs, book, card_id, member))
    rule, terms = _offer(program, offer), _terms(programs, program, at, None, offer, None)
    yield from programs.published(program)
    key = programs.key("member", member)
    buyer = yield from open_member(programs, program, member, (yield Load((key,)))[key], micros(at))
    decision = gift_card_for(rule, member=member, standing=Standing(balance=buyer.balance))
    code, points = None, None
    for purchase in decision.effects:
        assert isinstance(purchase, CardPurchase)  # noqa: S101 - it does nothing else
        points = purchase.points.with_digits(program.digits)
        buyer.buy(points, card_id, rule.name)
        buyer.notify("card_bought", card=card_id, face=rule.face)
        buyer.write_into(book)
        code = _write(programs, program, card_id, terms, member, at, book)
    if code is None:
        book.write(programs.key("card", card_id), 0, None)
    made = IssuedCard(
        card=card_id,
        code=code,
        face=rule.face,
        at=at,
        expires=None if terms.expires == NEVER else from_micros(terms.expires),
        points=points,
        reasons=decision.reasons,
    )
    committed = yield Commit(book.change(encode(made, programs.worth)), _reading(programs, card_id))
    return (yield from _recalled(programs, card_id, member, committed.result)) if committed.replayed else made


def _was_asked_for(programs: Programs, card_id: str) -> Operation[bool]:
    """
    Say whether the card was issued before, or couldn't be bought, which leaves an empty document: whatever has changed
    since, the same call has the same answer.
    """
    key = programs.key("card", card_id)
    yield from programs.begun()
    return bool((yield Load((key,)))[key].version)


def _again(programs: Programs, book: Book, card_id: str, owner: str | None) -> Operation[IssuedCard]:
    """Give the answer of before; raises `OperationMismatch` where it was by another call."""
    committed = yield Commit(book.change(NOTHING_MORE), _reading(programs, card_id))
    return (yield from _recalled(programs, card_id, owner, committed.result))


def _offer(program: Program, name: str) -> GiftCard:
    rule = program.gift_card_named(name)
    if rule is None:
        known = ", ".join(offer.name for offer in program.gift_card) or "none"
        message = f"the program has no gift card called {name!r}: give the name of one that it has ({known})"
        raise InvalidValue(message, value=name)
    return rule


def _terms(
    programs: Programs, program: Program, at: datetime, face: Money | None, offer: str | None, expires: datetime | None
) -> Terms:
    """Give what is to be issued; raises `InvalidValue` where that isn't told, told twice, or can't be."""
    if (face is None) == (offer is None):
        message = "a gift card has a face or an offer: give face=Money(…), or offer= the name of one, and not both"
        raise InvalidValue(message, value=face)
    rule = None if offer is None else _offer(program, offer)
    minor = _minor(programs, rule.face if rule is not None else face)
    until = instant(expires, "a card's expires") if expires is not None else None
    if until is None and rule is not None:
        until = valid_until(rule, at, zone=program.zone)
    if until is not None and until <= at:
        message = (
            f"a gift card that expires at {until} has expired as it's issued: give a later moment, or leave it out"
        )
        raise InvalidValue(message, value=expires)
    return Terms(minor, NEVER if until is None else micros(until), None if rule is None else rule.name)


def _minor(programs: Programs, face: Money | None) -> int:
    minor = programs.minor_of(face, "a gift card's face")
    if not minor:
        message = "a gift card of nothing pays nothing: give it a face above zero"
        raise InvalidValue(message, value=face)
    return minor


def _write(
    programs: Programs, program: Program, card_id: str, terms: Terms, owner: str | None, at: datetime, book: Book
) -> str:
    """
    Write a new card, its code, and whose it is; give the code as it's shown.

    A code that another card has is a conflict, and the operation, begun anew, draws another one.
    """
    code, key = draw_card_code(programs.randbelow), programs.key("card", card_id)
    account, postings = issued(terms.face, at=micros(at), expires=terms.expires, rule=terms.offer)
    card = Card(code=code, face=terms.face, account=account, expires=terms.expires, owner=owner, offer=terms.offer)
    book.write(key, 0, card_document.encode(card))
    book.write(programs.key("card_code", code), 0, card_document.encode_code(card_id))
    if owner is not None:
        book.write(programs.key("member_card", owner, card_id), 0, NOTHING_MORE)
    for posting in postings:
        book.post(key, of_card(posting), programs.revision_of(program), unit=programs.worth.currency.code)
    if account.next_moment != NEVER:
        book.due(key, account.next_moment)
    return grouped(code)


def _reading(programs: Programs, card_id: str) -> Callable[[str], IssuedCard]:
    """Give what reads the result of a call that issued the card, without its code."""
    return partial(decode, programs.key("card", card_id), worth=programs.worth)


def _recalled(programs: Programs, card_id: str, owner: str | None, result: str) -> Operation[IssuedCard]:
    """
    Give the card that an earlier call issued to *owner* with that *result*.

    Its code is told as long as it's the same, and the card the same owner's: whoever gave it away is told none.
    """
    key = programs.key("card", card_id)
    stored = card_document.decode(key, (yield Load((key,)))[key].body)
    if stored is None or stored.recoded or stored.owner != owner:
        return decode(key, result, programs.worth)
    return decode(key, result, programs.worth, code=grouped(stored.code))


def encode(made: IssuedCard, worth: PointValue) -> str:
    """Give the result that a receipt keeps of *made*: all but the code, which is money."""
    body: dict[str, Any] = {"v": 1, "card": made.card, "face": made.face.minor, "at": micros(made.at)}
    told = {
        "expires": None if made.expires is None else micros(made.expires),
        "points": None if made.points is None else made.points.with_digits(worth.digits).minor,
        "reasons": [codec.written_reason(reason, worth) for reason in made.reasons] or None,
    }
    return as_json(body | {name: value for name, value in told.items() if value is not None})


@understood
def decode(operation_id: str, result: str, worth: PointValue, code: str | None = None) -> IssuedCard:
    """Read the *result* that the receipt of *operation_id* keeps, of a card with that *code*; raises `StoreTooNew`."""
    raw = opened(operation_id, result)
    return IssuedCard(
        card=raw["card"],
        code=code,
        face=Money.from_minor(raw["face"], worth.currency),
        at=from_micros(raw["at"]),
        expires=from_micros(raw["expires"]) if "expires" in raw else None,
        points=points_of(raw["points"], worth.digits) if "points" in raw else None,
        reasons=tuple([codec.read_reason(reason, figures, worth) for reason, figures in raw.get("reasons", ())]),
    )
