"""
Generate codes: promo codes in bulk, each of which nobody has. Rows G10, G11.

They come in batches, each an operation of its own, named by the host's id and the batch's number. Its codes are its
result, so the same call again gives the same codes, and goes on where it was stopped.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from loyaltykit.documents import code as code_document
from loyaltykit.documents import codes_given
from loyaltykit.documents.code import StoredCode
from loyaltykit.documents.form import as_json, opened, understood
from loyaltykit.errors import InvalidValue
from loyaltykit.operations.book import Book
from loyaltykit.operations.give_code import TRIES, codes_of, length_for
from loyaltykit.operations.life_of import life_of
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.rules.codes import Codes
from loyaltykit.settings.kind import hint_for
from loyaltykit.values.code import draw_code
from loyaltykit.values.moment import instant
from loyaltykit.values.text import id_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyaltykit.ledger.repository import Versioned
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program  # noqa: TC004 - attrs doesn't resolve annotations

BATCH: Final = 80
"""Codes that are written in one commit: with the count of all codes they're within what a change may guard."""

LENGTHS: Final = range(4, 33)
"""How many characters may be asked for."""


@frozen(kw_only=True)
class Codebook:
    """
    What is asked for: *count* codes of the *promo* rule of that name under *id*, of *length* characters.

    They're *bound_to* a member, or a *worker*'s, where one is named. *program* is the one in force, which may know of
    no such rule: batches that were written before are given all the same.

    Examples:
        >>> from loyaltykit import Program
        >>> program = Program.from_dict({"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "UTC"})
        >>> list(Codebook(id="b1", program=program, promo="thanks", count=100, length=8).batches)
        [0, 1]
    """

    id: str
    program: Program
    promo: str
    count: int
    length: int
    bound_to: str | None = None
    worker: str | None = None

    @property
    def batches(self) -> range:
        """The numbers of its batches."""
        return range(-(-self.count // BATCH))

    @property
    def asked(self) -> dict[str, Any]:
        """What the host asked for."""
        told: dict[str, Any] = {"promo": self.promo, "count": self.count, "length": self.length}
        return told | {"bound_to": self.bound_to, "worker": self.worker}

    @property
    def codes(self) -> Codes:
        """How they're drawn."""
        return Codes(alphabet=codes_of(self.program).alphabet, length=self.length)


def codebook(
    programs: Programs,
    batch_id: str,
    promo: str,
    count: int,
    *,
    at: datetime,
    member: str | None,
    worker: str | None,
    length: int,
) -> Codebook:
    """Give what is asked for, by the program in force *at* a moment; raises `InvalidValue` for what can't ever be."""
    program = programs.at(instant(at, "at"))
    for what, value, allowed in (("count", count, range(1, 10**9)), ("length", length, LENGTHS)):
        if type(value) is not int or value not in allowed:
            message = f"the {what} of codes is a whole number from {allowed[0]} to {allowed[-1]}: not {value!r}"
            raise InvalidValue(message, value=value)
    return Codebook(
        id=id_of("a batch of codes", batch_id),
        program=program,
        promo=id_of("a promo", promo),
        count=count,
        length=length,
        bound_to=None if member is None else id_of("a member", member),
        worker=None if worker is None else id_of("a worker", worker),
    )


def _refused(wanted: Codebook) -> InvalidValue | None:
    """Give the error why the program in force has no such codes issued as are *wanted*; None where it has."""
    program, name = wanted.program, wanted.promo
    rule = program.promo_named(name)
    if rule is None:
        known = [each.name for each in program.promo if each.code_kind != "common"]
        return InvalidValue(f"the program has no promo called {name!r}: {hint_for(name, known)}", value=name)
    if rule.code_kind == "common":
        message = f"{name} has the one common code {rule.code}: issue codes of an individual promo, or of a worker's"
        return InvalidValue(message, value=name)
    if (wanted.worker is None) == (rule.code_kind == "worker"):
        wants = "name the worker whose codes they are" if wanted.worker is None else "leave the worker out"
        return InvalidValue(f"codes of {name} are {rule.code_kind}: {wants}", value=wanted.worker)
    if wanted.bound_to is not None and rule.code_kind == "worker":
        message = f"codes of {name} are a worker's, for whoever is new: leave the member out"
        return InvalidValue(message, value=wanted.bound_to)
    return None


def generate_batch(programs: Programs, wanted: Codebook, number: int) -> Operation[tuple[str, ...]]:
    """
    Draw the codes of a batch, write them, and give them; or those that it was given before, whatever the program says
    now. Raises `InvalidValue` where it has no such codes issued.
    """
    parts = "codes", wanted.id, str(number)
    book, read = Book(programs, *parts, asked=wanted.asked), partial(decode, programs.key(*parts))
    yield from programs.begun()
    refused = _refused(wanted)
    if refused is not None:
        return (yield from book.answer_of_before(refused, read))
    yield from programs.published(wanted.program)
    count_key, size = programs.key("codes"), min(BATCH, wanted.count - number * BATCH)
    codes, count = yield from _unused(programs, wanted.codes, size)
    whose = wanted.worker or wanted.bound_to
    life = 0 if whose is None else (yield from life_of(programs, whose))
    stored = StoredCode(promo=wanted.promo, batch=wanted.id, bound_to=wanted.bound_to, worker=wanted.worker, life=life)
    for code in codes:
        book.write(programs.key("code", code), 0, code_document.encode(stored))
    given = codes_given.decode(count_key, count.body) + len(codes)
    book.write(count_key, count.version, codes_given.encode(given))
    committed = yield Commit(book.change(encode(codes)), read)
    return read(committed.result)


def encode(codes: tuple[str, ...]) -> str:
    """
    Give the result that a receipt keeps of a batch of *codes*.

    Examples:
        >>> encode(("D48M", "7K2P"))
        '{"v":1,"codes":["D48M","7K2P"]}'
        >>> decode("codes b1 0", encode(("D48M", "7K2P")))
        ('D48M', '7K2P')
    """
    return as_json({"v": 1, "codes": list(codes)})


@understood
def decode(operation_id: str, result: str) -> tuple[str, ...]:
    """Read the *result* that the receipt of *operation_id* keeps; raises `StoreTooNew`."""
    return tuple(opened(operation_id, result)["codes"])


def _unused(programs: Programs, codes: Codes, wanted: int) -> Operation[tuple[tuple[str, ...], Versioned]]:
    """Draw so many codes that nobody has, and no revision; give them, and the count of all codes as it was read."""
    count_key, drawn, tries = programs.key("codes"), dict[str, str](), 0
    while True:
        longer = length_for(codes, programs.codes_given + wanted) + tries // TRIES
        while len(drawn) < wanted:
            code = draw_code(codes.alphabet, longer, programs.randbelow)
            drawn |= {} if programs.has_promo(code) else {code: programs.key("code", code)}
        found: Mapping[str, Versioned] = yield Load((count_key, *drawn.values()))
        programs.codes_given = codes_given.decode(count_key, found[count_key].body)
        drawn = {code: key for code, key in drawn.items() if not found[key].version}
        if length_for(codes, programs.codes_given + wanted) > longer:
            drawn = {}
        elif len(drawn) == wanted:
            return tuple(drawn), found[count_key]
        tries += 1
