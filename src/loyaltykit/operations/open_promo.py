"""
A promo code in the hands of an operation: what's known of it, and what an order reserves, consumes and gives back.

Theory of operation. Placing an order reserves a use, and what the discount takes of a budget, until the order's hold
times out; completing it consumes both; cancelling gives them back. What is counted where:

- a common code's uses, and what is spent of a promo's budget, in one document a promo;
- an issued code's uses in the code's own document;
- the uses of a member in one document a promo and member.

What isn't limited isn't counted: a code without limits has no document that orders could fight over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from loyaltykit.documents import code as code_document
from loyaltykit.documents import promo_use
from loyaltykit.documents.code import StoredCode
from loyaltykit.documents.promo_use import PromoHeld, PromoUse
from loyaltykit.errors import InvalidValue
from loyaltykit.operations.life_of import life_of
from loyaltykit.operations.requests import Load
from loyaltykit.reason import Reason
from loyaltykit.values.code import normal_code
from loyaltykit.values.money import Money
from loyaltykit.waterfall.discounted import KeptPromo

if TYPE_CHECKING:
    from loyaltykit.decision import Decision
    from loyaltykit.facts.order import Order
    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.book import Book
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program
    from loyaltykit.rules.promo import Promo
    from loyaltykit.values.point_value import PointValue


class OpenUse:
    """The uses in the document under *key* as it was *stored*, brought to the moment *at*, in microseconds."""

    def __init__(self, key: str, stored: Versioned, at: int) -> None:
        self.key = key
        self.use = self._read(stored.body).at(at)
        self._version = stored.version
        self._before = self.use

    def _read(self, body: str | None) -> PromoUse:
        return promo_use.decode(self.key, body)

    def _body(self) -> str:
        return promo_use.encode(self.use)

    def write_into(self, book: Book) -> None:
        """Write it where it has changed; where it was only looked at, nothing is guarded."""
        if self.use is not self._before:
            book.write(self.key, self._version, self._body())


class OpenCode(OpenUse):
    """The uses of an issued *code*, which stand in its own document beside whose it is."""

    code: StoredCode

    def _read(self, body: str | None) -> PromoUse:
        self.code = code_document.decode(self.key, body) or StoredCode()
        return PromoUse(uses=self.code.uses, reserved=self.code.reserved)

    def _body(self) -> str:
        return code_document.encode(evolve(self.code, uses=self.use.uses, reserved=self.use.reserved))


@frozen(kw_only=True)
class Counts:
    """
    The documents in which a use is counted: the uses of a *code*, what is spent of a *budget*, the uses of a *member*.

    Each is None where nothing limits it; a common code's uses and its promo's budget stand in one document.

    Examples:
        >>> Counts().documents
        ()
    """

    code: OpenUse | None = None
    budget: OpenUse | None = None
    member: OpenUse | None = None

    @property
    def documents(self) -> tuple[OpenUse, ...]:
        """The documents, each once."""
        return tuple({each.key: each for each in (self.code, self.budget, self.member) if each is not None}.values())


class OpenPromo:
    """
    What *order* makes of a *code* of the promo *rule*, counted in *counts*: *use* is what the rule looks at.

    An issued code may be *bound_to* a member, or belong to a *worker*.
    """

    def __init__(
        self,
        rule: Promo,
        code: str,
        order: Order,
        *,
        counts: Counts,
        worth: PointValue,
        bound_to: str | None,
        worker: str | None,
    ) -> None:
        from loyaltykit.facts.code_use import CodeUse  # noqa: PLC0415 - most orders name no code

        self.rule = rule
        self.counts = counts
        self._order = order
        self._worth = worth
        self.use = CodeUse(
            code=code,
            promo=rule.name,
            uses=self._taken(counts.code)[0],
            member_uses=self._taken(counts.member)[0],
            spent=None if counts.budget is None else Money.from_minor(self._taken(counts.budget)[1], worth.currency),
            bound_to=bound_to,
            worker=worker,
        )

    def _taken(self, counted: OpenUse | None) -> tuple[int, int]:
        """Give the uses and units that other orders have taken."""
        return (0, 0) if counted is None else counted.use.without(self._order.id).taken

    def is_held(self, held: PromoHeld, at: int) -> bool:
        """Say whether all that the order *held* stands *at* a moment: nothing has timed out, or was given back."""
        in_time = held.until is None or at < held.until
        return in_time and all(self._order.id in each.use.reserved for each in self.counts.documents)

    def named(self) -> PromoHeld:
        """Give what an order keeps of its code where that gives nothing."""
        return self._held(0, judged=False)

    def kept(self, held: PromoHeld) -> KeptPromo:
        """Give what the budget has for the order: what it *held* or consumed of it, and what is left besides."""
        if self.counts.budget is None or self.rule.budget is None:
            return KeptPromo()
        from loyaltykit.rules.promo import left_of  # noqa: PLC0415 - most orders name no code

        spent = Money.from_minor(self.counts.budget.use.taken[1], self._worth.currency)
        return KeptPromo(Money.from_minor(held.units, self._worth.currency), left_of(self.rule.budget, spent))

    def reserve(self, decision: Decision, *, until: int) -> PromoHeld | None:
        """
        Reserve what *decision* grants *until* a moment; say what the order has to keep.

        Where the decision waits for a price, a use is reserved without any of the budget. Where it grants nothing,
        nothing is, and what the order had reserved before is given back.
        """
        if not decision.effects and not waits(decision):
            self.release()
            return None
        units = self._units(decision)
        for each in self.counts.documents:
            each.use = each.use.reserving(self._order.id, until, units if each is self.counts.budget else 0)
        return evolve(self._held(units, judged=not waits(decision)), until=until)

    def consume(self, decision: Decision) -> PromoHeld | None:
        """Take what *decision* grants for good; say what the order has to keep. A use without effect is given back."""
        if not decision.effects:
            self.release()
            return None
        units = self._units(decision)
        for each in self.counts.documents:
            each.use = each.use.consuming(self._order.id, units if each is self.counts.budget else 0)
        return self._held(units)

    def correct(self, held: PromoHeld, decision: Decision) -> PromoHeld:
        """Have the order, which consumed *held*, have taken of the budget what *decision* grants now; the use stays."""
        units, budget = self._units(decision), self.counts.budget
        if budget is not None and units != held.units:
            budget.use = evolve(budget.use, units=budget.use.units + units - held.units)
        return self._held(units)

    def release(self) -> None:
        """Give back what the order has reserved."""
        for each in self.counts.documents:
            if self._order.id in each.use.reserved:
                each.use = each.use.without(self._order.id)

    def write_into(self, book: Book) -> None:
        """Write the documents that have changed."""
        for each in self.counts.documents:
            each.write_into(book)

    def _units(self, decision: Decision) -> int:
        if self.counts.budget is None:
            return 0
        from loyaltykit.rules.promo import cost_of  # noqa: PLC0415 - most orders name no code

        return cost_of(decision, self._order.customer, self._worth).minor

    def _held(self, units: int, *, judged: bool = True) -> PromoHeld:
        return PromoHeld(promo=self.rule.name, code=self.use.code, units=units, judged=judged, worker=self.use.worker)


def waits(decision: Decision) -> bool:
    """Say whether a promo's *decision* only waits for the order's price to be known."""
    return not decision.effects and [reason.code for reason in decision.reasons] == ["price_unknown"]


def open_promo(
    programs: Programs, program: Program, typed: str, order: Order, *, at: int, beside: OpenPromo | None = None
) -> Operation[OpenPromo | Reason]:
    """
    Open the promo code that somebody *typed* for *order*, *at* a moment; or give the reason why it can't be used.

    *beside* is another code that the same operation has opened for the order: a document in which both count is opened
    once.
    """
    try:
        code = normal_code(typed)
    except InvalidValue as error:
        return Reason("code_malformed", why=str(error))
    known = {} if beside is None else {each.key: each for each in beside.counts.documents}
    rule = program.promo_by_code(code)
    if rule is None:
        key = programs.key("code", code)
        issued = known.get(key) or OpenCode(key, (yield Load((key,)))[key], at)
        known[key] = issued
        rule = _rule_of(program, issued)
        if rule is None or not (yield from _is_theirs_still(programs, issued)):
            return Reason("code_unknown", typed=code)
    opened = yield from _opened(programs, rule, code, order, at=at, known=known)
    if any(each.use.is_full and order.id not in each.use.reserved for each in opened.counts.documents):
        return Reason("code_busy", promo_code=code)
    return opened


def reopen_promo(
    programs: Programs, program: Program, held: PromoHeld, order: Order, *, at: int
) -> Operation[OpenPromo]:
    """
    Open what *order* keeps of a promo code *at* a later moment, under the *program* that it was placed under.
    """
    rule = program.promo_named(held.promo)
    assert rule is not None  # noqa: S101 - an order keeps to its revision
    return (yield from _opened(programs, rule, held.code, order, at=at, known={}, worker=held.worker))


def _rule_of(program: Program, issued: OpenUse) -> Promo | None:
    """Give the rule whose code was *issued*; None where it's no promo code, or its promo isn't in the program."""
    named = issued.code.promo if isinstance(issued, OpenCode) else None
    rule = None if named is None else program.promo_named(named)
    return None if rule is None or rule.code_kind == "common" else rule


def _is_theirs_still(programs: Programs, issued: OpenUse) -> Operation[bool]:
    """Say whether a code that was *issued* to somebody belongs to them still: nobody's is anybody's."""
    assert isinstance(issued, OpenCode)  # noqa: S101 - it was issued
    whose = issued.code.worker or issued.code.bound_to
    return whose is None or (yield from life_of(programs, whose)) == issued.code.life


def _opened(
    programs: Programs,
    rule: Promo,
    code: str,
    order: Order,
    *,
    at: int,
    known: dict[str, OpenUse],
    worker: str | None = None,
) -> Operation[OpenPromo]:
    """Open the documents in which a use of *code* counts, but for those that are *known*."""
    keys = _keys(programs, rule, code, order.customer)
    missing = tuple([key for key in dict.fromkeys(keys.values()) if key not in known])
    found = (yield Load(missing)) if missing else {}
    for key in missing:
        known[key] = (OpenCode if key == programs.key("code", code) else OpenUse)(key, found[key], at)
    issued = known.get(programs.key("code", code))
    return OpenPromo(
        rule,
        code,
        order,
        counts=Counts(**{role: known[key] for role, key in keys.items()}),
        worth=programs.worth,
        bound_to=issued.code.bound_to if isinstance(issued, OpenCode) else None,
        worker=issued.code.worker if isinstance(issued, OpenCode) else worker,
    )


def _keys(programs: Programs, rule: Promo, code: str, customer: str | None) -> dict[str, str]:
    """Give where a use of *code* by *customer* counts, by what is counted there."""
    keys, own = {}, programs.key("promo", rule.name)
    if rule.uses_per_code is not None:
        keys["code"] = own if rule.code_kind == "common" else programs.key("code", code)
    if rule.budget is not None:
        keys["budget"] = own
    if rule.uses_per_member is not None and customer is not None:
        keys["member"] = programs.key("promo_member", rule.name, customer)
    return keys
