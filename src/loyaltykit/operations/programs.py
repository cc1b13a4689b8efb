"""The revisions of a program as operations need them: in force at a moment, or by the id that an order keeps."""

from __future__ import annotations

import hashlib
import json
from copy import copy
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.documents import revision
from loyaltykit.errors import InvalidValue, NoRevision
from loyaltykit.ledger.cursor import from_micros
from loyaltykit.ledger.repository import Change
from loyaltykit.operations.locate import check_maps
from loyaltykit.operations.requests import Commit, Load
from loyaltykit.program.program import Program
from loyaltykit.program.revisions import FOR_GOOD, Revisions
from loyaltykit.values.money import order_sum

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyaltykit.operations.locate import Maps
    from loyaltykit.operations.requests import Operation
    from loyaltykit.values.percent import Percent


MAX_SUM: Final = 10**15
"""The most that an order may come to, in minor units and in units of points: ledgers add up thousands of it."""


class Programs:
    """
    The *revisions* that this process was given, those that it has met in the store, and those that it has published.

    *randbelow* gives a number below another for the codes that are drawn; *codes_given* is how many the store had
    when one was drawn last.

    Every key and every operation's id is a JSON array that begins with the program's id, so that programs may share a
    store and nothing collides.

    Examples:
        >>> from loyaltykit import Program
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> Programs(Program.from_dict(raw)).key("member", "m1")
        '["city","member","m1"]'
    """

    def __init__(
        self,
        given: Program | Revisions,
        randbelow: Callable[[int], int] | None = None,
        districts: Maps | None = None,
    ) -> None:
        self.revisions = given if isinstance(given, Revisions) else Revisions((given,))
        first = self.revisions.programs[0]
        self.id = first.id
        self.worth = first.worth
        self._members = self.prefix("member")
        self.zone = first.zone
        self._ids = {id(program): program.revision for program in self.revisions.programs}
        self._known = {self._ids[id(program)]: program for program in self.revisions.programs}
        self.published_ids: set[str] = set()
        self.units_agree = False
        self.randbelow = _securely if randbelow is None else randbelow
        self.codes_given = 0
        check_maps(districts)
        self.districts = districts
        self.have_bonuses = any(program.worker_bonus for program in self.revisions.programs)
        self.have_levels = any(program.tier or program.category for program in self.revisions.programs)
        self.have_notices = any(program.notice for program in self.revisions.programs)
        self._units = _units(first)

    def joined(self) -> Programs:
        """Give the same for one transaction of the host's: what is published in it may be rolled back."""
        joined = copy(self)
        joined.published_ids = set(self.published_ids)
        return joined

    def key(self, *parts: str) -> str:
        """Give the key, the account or the operation's id that *parts* make under this program."""
        return f"[{','.join(map(encode_basestring, (self.id, *parts)))}]"

    def minor_of(self, money: object, what: str) -> int:
        """
        Give the minor units of *money*, a sum of an order that *what* names.

        Raises `InvalidValue` for anything else, also for sums whose points no ledger could add up, and `MixedUnits` for
        another currency.
        """
        minor = self.worth.minor_in(order_sum(money, what))
        if max(minor, minor * self.worth.points_per // self.worth.minor_per) > MAX_SUM:
            message = f"{what} comes to more than {MAX_SUM} units: {money} is no sum that an order can have"
            raise InvalidValue(message, value=money)
        return minor

    def prefix(self, *parts: str) -> str:
        """Give what every key that *parts* begin starts with."""
        return self.key(*parts)[:-1] + ","

    def member_of(self, key: str) -> str | None:
        """Give whose document stands under *key*; None where it's another program's, or no member's."""
        return json.loads(key)[-1] if key.startswith(self._members) else None

    def has_promo(self, code: str) -> bool:
        """Say whether *code*, in its normal form, is a common promo code of a revision that this process was given."""
        return any(program.promo_by_code(code) is not None for program in self.revisions.programs)

    def at(self, moment: datetime) -> Program:
        """Give the program in force at *moment*; raises `NoRevision` before the first one."""
        return self.revisions.at(moment)

    def at_or_first(self, moment: datetime) -> Program:
        """Give the program in force at *moment*; before the first one that this process was given, that one."""
        try:
            return self.revisions.at(moment)
        except NoRevision:
            return self.revisions.programs[0]

    def percent_of(self, ladder: str, level: str | None, moment: int) -> Percent | None:
        """Give the percent that a *level* of a *ladder* takes off at *moment*; None for none, and for unknown ones."""
        tier = self.at_or_first(from_micros(moment)).tier_named(ladder)
        known = None if tier is None else tier.level_named(level)
        return None if known is None else known.percent

    def day_of(self, moment: int) -> int:
        """Give the ordinal of the local day that *moment* lies in, by the program's time zone."""
        from loyaltykit.values.day import day_at  # noqa: PLC0415 - most programs count no days

        return day_at(from_micros(moment), self.zone).toordinal()

    def revision_of(self, program: Program) -> str:
        """Give the id of *program*, worked out anew only where it's none of the revisions."""
        return self._ids.get(id(program)) or program.revision

    def revision_at(self, moment: int) -> str:
        """Give the id of the program in force at *moment*, in microseconds: that of what time has done then."""
        return self.revision_of(self.at_or_first(from_micros(moment)))

    def by_id(self, revision_id: str) -> Operation[Program]:
        """Give the revision called *revision_id*, from the store if this process wasn't given it."""
        if revision_id not in self._known:
            key = self.key("revision", revision_id)
            body = (yield Load((key,)))[key].body
            if body is None:
                message = (
                    f"the revision {revision_id}, under which an order was placed, is neither in this program's files "
                    "nor in the store: give its file to Loyalty, by read_revisions(…)"
                )
                raise NoRevision(message, at=None)
            program = Program.from_dict(revision.decode(key, body))
            self._known[revision_id] = program
            self._ids[id(program)] = revision_id
        return self._known[revision_id]

    def begun(self) -> Operation[str | None]:
        """
        See to it, once a process, that the store was begun in this program's units; give those that it has, if any.

        Raises `InvalidValue` where it was begun in others: every balance would mean something else.
        """
        if not self.units_agree:
            key = self.key("units")
            units = (yield Load((key,)))[key].body
            if units is not None and units != self._units:
                message = (
                    f"the store was begun by a program with {units}, not {self._units}: "
                    "units can't change, so give the program that has others an id of its own"
                )
                raise InvalidValue(message, value=self.id)
            self.units_agree = units is not None
        return self._units if self.units_agree else None

    def check_units(self, program: Program) -> None:
        """Raise `InvalidValue` where *program* is in other units than these: it can't be a revision of them."""
        if _units(program) != self._units:
            message = f"the program is in {_units(program)}, not {self._units}: units can't change between revisions"
            raise InvalidValue(message, value=program.id)

    def published(self, program: Program) -> Operation[None]:
        """See to it that *program* stands in the store, once a process, before an order names it."""
        revision_id = self.revision_of(program)
        if revision_id in self.published_ids:
            return
        units, key = (yield from self.begun()), self.key("revision", revision_id)
        if (yield Load((key,)))[key].body is None:
            bodies = {key: revision.encode(program.to_dict())}
            if units is None:
                bodies[self.key("units")] = self._units
            yield Commit(
                Change(
                    operation_id=self.key("publish", revision_id),
                    digest=revision_id,
                    guards=dict.fromkeys(bodies, 0),
                    puts=bodies,
                )
            )
        self.published_ids.add(revision_id)
        self.units_agree = True


def _securely(count: int) -> int:
    from secrets import randbelow  # noqa: PLC0415 - most processes draw no codes

    return randbelow(count)


def _units(program: Program) -> str:
    return revision.encode({name: program.to_dict().get(name) for name in FOR_GOOD})


def digest_of(asked: dict[str, Any]) -> str:
    """
    Give the digest of what is *asked*: None says nothing, so that a later release may ask for more.

    Examples:
        >>> digest_of({"price": 412, "worker": None}) == digest_of({"price": 412})
        True
    """
    told = {name: value for name, value in asked.items() if value is not None}
    return hashlib.sha256(_canonical(told).encode("utf-8", "surrogatepass")).hexdigest()


_canonical = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode
