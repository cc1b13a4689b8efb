"""
Everything that loyaltykit raises, as one tree.

::

    LoyaltyError
    ├── InvalidValue (ValueError)         a value that is no number, code, id, term or moment of the kind asked for
    │   ├── ExcessDigits                  more decimals than the unit has, and no rounding was asked for
    │   ├── NaiveMoment                   a moment without a time zone
    │   └── ZoneNeeded                    local days or hours were to be judged, and no zone was given
    ├── InexactNumber (TypeError)         a float or a bool where an exact number stands
    ├── MixedUnits (TypeError)            points and money, or two currencies, in one sum
    ├── UnknownCurrency (LookupError)     no current ISO 4217 code
    ├── SettingsError (ValueError)        settings with problems: all of them, each with its path
    ├── InvalidDistrictMap (ValueError)   a map of districts with problems: all of them, feature by feature
    ├── NoRevision (LookupError)          no revision of the program is in force at that moment
    ├── UnreadableOrders (ValueError)     a file of past orders that can't be worked through at all
    ├── UnknownOrder (LookupError)        an order that was never placed
    ├── UnknownCard (LookupError)         a gift card that was never issued, or a code of none
    ├── CodeTaken (ValueError)            a code that somebody else has
    ├── MissingExtra (ImportError)        a package that what is asked for needs isn't installed
    └── RepositoryError (RuntimeError)    what a repository answers when it can't do what was asked
        ├── OperationMismatch (ValueError)    the same operation id, asked for something else
        ├── VersionConflict                   a document has changed since it was loaded
        ├── Contended                         the same, as often as was tried again; nothing was written
        ├── CommitUnknown (ConnectionError)   whether the change was written isn't known: ask again
        ├── StoreUnavailable (ConnectionError) the store can't be reached, and nothing was written
        └── StoreTooNew                       a later release wrote what this one can't read

Each carries a stable ``code`` for programs and, as attributes, the figures that its message names. Not being eligible
is never an error: rules answer with a `Reason`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_LISTED = 50
"""Problems of a map that its message lists: a file may have thousands."""


class LoyaltyError(Exception):
    """
    The family of everything that loyaltykit raises.

    Examples:
        >>> from loyaltykit import LoyaltyError, Money
        >>> try:
        ...     Money("12.505", "RUB")
        ... except LoyaltyError as error:
        ...     print(error.code)
        excess_digits
    """

    code: ClassVar[str] = "loyalty_error"

    def __init__(self, message: str, **figures: Any) -> None:
        super().__init__(message)
        self.__dict__.update(figures)


class InvalidValue(LoyaltyError, ValueError):
    """
    A *value* that can't be what was asked for; the message says why and how to write it.

    Examples:
        >>> from loyaltykit import InvalidValue, Percent
        >>> try:
        ...     Percent("ten")
        ... except InvalidValue as error:
        ...     print(error.value)
        ten
    """

    code = "invalid_value"
    value: object


class ExcessDigits(InvalidValue):
    """
    A *value* with more decimals than the *digits* of its unit; nothing is rounded unless asked for.

    Examples:
        >>> from loyaltykit import ExcessDigits, Points
        >>> try:
        ...     Points("1.5")
        ... except ExcessDigits as error:
        ...     print(error.digits)
        0
    """

    code = "excess_digits"
    digits: int


class NaiveMoment(InvalidValue):
    """
    A datetime without a time zone, which would mean another instant in every city.

    Examples:
        >>> from datetime import datetime
        >>> from loyaltykit import NaiveMoment, Term
        >>> try:
        ...     Term("P1D").after(datetime(2026, 3, 1))
        ... except NaiveMoment as error:
        ...     print(error.value)
        2026-03-01 00:00:00
    """

    code = "naive_moment"


class ZoneNeeded(InvalidValue):
    """
    Local days or hours were to be judged, and neither the setting nor the caller named a time zone.

    Examples:
        >>> from datetime import date, datetime, timezone
        >>> from loyaltykit import Period, ZoneNeeded
        >>> try:
        ...     Period(date(2026, 1, 1)).contains(datetime(2026, 1, 1, tzinfo=timezone.utc), zone=None)
        ... except ZoneNeeded as error:
        ...     print(error.code)
        zone_needed
    """

    code = "zone_needed"


class InexactNumber(LoyaltyError, TypeError):
    """
    A float or a bool where an exact number stands: 0.1 + 0.2 is not 0.3 in binary.

    Examples:
        >>> from loyaltykit import InexactNumber, Money
        >>> try:
        ...     Money(12.5, "RUB")
        ... except InexactNumber as error:
        ...     print(error.value)
        12.5
    """

    code = "inexact_number"
    value: object


class MixedUnits(LoyaltyError, TypeError):
    """
    Points and money, or two currencies, in one sum or comparison; *left* and *right* are the two.

    Examples:
        >>> from loyaltykit import MixedUnits, Money, Points
        >>> try:
        ...     Money("5", "RUB") + Points(5)
        ... except MixedUnits as error:
        ...     print(error.right)
        5
    """

    code = "mixed_units"
    left: object
    right: object


class UnknownCurrency(LoyaltyError, LookupError):
    """
    A code that is not a current one of ISO 4217.

    Examples:
        >>> from loyaltykit import Currency, UnknownCurrency
        >>> try:
        ...     Currency("HRK")
        ... except UnknownCurrency as error:
        ...     print(error.value)
        HRK
    """

    code = "unknown_currency"
    value: object


class SettingsError(LoyaltyError, ValueError):
    """
    Settings that can't stand, with every one of their *problems*.

    Examples:
        >>> from loyaltykit import Cashback, Percent, SettingsError
        >>> try:
        ...     Cashback(percent=Percent("110"))
        ... except SettingsError as error:
        ...     print(error.problems[0].path, error.problems[0].code)
        percent too_large
    """

    code = "bad_settings"
    problems: tuple[Any, ...]

    def __init__(self, message: str, *, problems: Sequence[object] = ()) -> None:
        super().__init__(message, problems=tuple(problems))

    @classmethod
    def of(cls, what: str, problems: Sequence[object]) -> SettingsError:
        """Give the error for the *problems* of *what*, a line for each."""
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        lines = "".join(f"\n  {problem}" for problem in problems)
        return cls(f"{what}: {count}{lines}", problems=problems)


class InvalidDistrictMap(LoyaltyError, ValueError):
    """
    A map of districts that can't stand, with every one of its *problems*; nothing of it was loaded.

    The message lists the first fifty.

    Examples:
        >>> from loyaltykit import InvalidDistrictMap
        >>> from loyaltykit.geo import DistrictMap
        >>> try:
        ...     DistrictMap.from_geojson({"type": "FeatureCollection", "features": []})
        ... except InvalidDistrictMap as error:
        ...     print(error.problems[0].code)
        no_features
    """

    code = "bad_district_map"
    problems: tuple[Any, ...]

    def __init__(self, message: str, *, problems: Sequence[object] = ()) -> None:
        super().__init__(message, problems=tuple(problems))

    @classmethod
    def of(cls, what: str, problems: Sequence[object]) -> InvalidDistrictMap:
        """Give the error for the *problems* of *what*, a line for each of the first fifty."""
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        lines = "".join(f"\n  {problem}" for problem in problems[:_LISTED])
        more = f"\n  and {len(problems) - _LISTED} more: see the error's problems" if len(problems) > _LISTED else ""
        return cls(f"{what}: {count}{lines}{more}", problems=problems)


class NoRevision(LoyaltyError, LookupError):
    """
    No revision of the program is in force *at* that moment.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import NoRevision, Program, Revisions
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "in_force_from": "2026-12-01",
        ... })
        >>> try:
        ...     Revisions((program,)).at(datetime(2026, 11, 1, tzinfo=timezone.utc))
        ... except NoRevision as error:
        ...     print(error.at.date())
        2026-11-01
    """

    code = "no_revision"
    at: Any


class UnreadableOrders(LoyaltyError, ValueError):
    """
    A file of past orders that can't be worked through at all; single bad rows are refused and reported instead.

    Examples:
        >>> import io
        >>> from loyaltykit import UnreadableOrders
        >>> from loyaltykit.replay import Columns, read_rows
        >>> columns = Columns.from_dict({"columns": {"placed_at": "when", "price": "fare"}, "moments": "iso"})
        >>> try:
        ...     list(read_rows(io.BytesIO(b"when,total"), columns))
        ... except UnreadableOrders as error:
        ...     print(error.code)
        unreadable_orders
    """

    code = "unreadable_orders"


class UnknownOrder(LoyaltyError, LookupError):
    """
    An *order* that was never placed, so that there's nothing to complete or to cancel.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Program, UnknownOrder
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ... })
        >>> try:
        ...     Loyalty(program, MemoryRepository()).cancel("o1", at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        ... except UnknownOrder as error:
        ...     print(error.order)
        o1
    """

    code = "unknown_order"
    order: str


class UnknownCard(LoyaltyError, LookupError):
    """
    A gift *card* that was never issued; None where a code was given, which is that of no card.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Program, UnknownCard
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ... })
        >>> try:
        ...     Loyalty(program, MemoryRepository()).cards.view("c1", at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        ... except UnknownCard as error:
        ...     print(error.card)
        c1
    """

    code = "unknown_card"
    card: str | None

    @classmethod
    def of(cls, card: str | None) -> UnknownCard:
        """Give the error for a *card* of that id, or for a code."""
        if card is None:
            return cls("no gift card has this code: give it as it was issued", card=None)
        return cls(f"the gift card {card} was never issued: issue it, or have a member buy it, first", card=card)


class CodeTaken(LoyaltyError, ValueError):
    """
    A code that was to be *taken* for a member, and is another's or a promo's; nothing was written.

    Examples:
        >>> from loyaltykit import CodeTaken
        >>> print(CodeTaken.of("#ROMASHKA_01"))
        the code #ROMASHKA_01 is given out already: choose another one
    """

    code = "code_taken"
    taken: str

    @classmethod
    def of(cls, taken: str) -> CodeTaken:
        """Give the error for the code *taken*, in its normal form."""
        message = f"the code {taken} is given out already: choose another one"
        return cls(message, taken=taken)


class MissingExtra(LoyaltyError, ImportError):
    """
    What is asked for needs a package that isn't installed: the *extra* of loyaltykit that brings it.

    Examples:
        >>> from loyaltykit.errors import MissingExtra
        >>> MissingExtra("files of Excel need xlsxwriter", extra="reports").extra
        'reports'
    """

    code = "missing_extra"
    extra: str


class RepositoryError(LoyaltyError, RuntimeError):
    """
    What a repository answers when it can't do what was asked.

    Examples:
        >>> from loyaltykit import LoyaltyError
        >>> from loyaltykit.errors import RepositoryError
        >>> issubclass(RepositoryError, LoyaltyError)
        True
    """

    code = "repository_error"


class OperationMismatch(RepositoryError, ValueError):
    """
    An *operation_id* that was committed before, for something else; *result* is what it left then.

    Where `Loyalty` raises it, *first* is that result as the first call gave it, so that the order can go on.

    Examples:
        >>> from loyaltykit import OperationMismatch
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> repository = MemoryRepository()
        >>> repository.commit(Change(operation_id="place o1", digest="a", result='"done"')).result
        '"done"'
        >>> try:
        ...     repository.commit(Change(operation_id="place o1", digest="b"))
        ... except OperationMismatch as error:
        ...     print(error.result)
        "done"
    """

    code = "operation_mismatch"
    operation_id: str
    result: str
    first: Any

    @classmethod
    def of(cls, operation_id: str, result: str) -> OperationMismatch:
        """Give the error for *operation_id*, which left *result*."""
        message = (
            f"the operation {operation_id} was committed before with other arguments: "
            "give a new id for a new operation, or the same arguments to have its result again"
        )
        return cls(message, operation_id=operation_id, result=result, first=None)


class VersionConflict(RepositoryError):
    """
    The document under *key* has changed since it was loaded; nothing was written.

    Where `Loyalty` raises it, *operation_id* says which operation met it.

    Examples:
        >>> from loyaltykit import VersionConflict
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> from loyaltykit.ledger.repository import Change
        >>> try:
        ...     MemoryRepository().commit(Change(operation_id="o", digest="d", guards={"member/m1": 7}))
        ... except VersionConflict as error:
        ...     print(error.key)
        member/m1
    """

    code = "version_conflict"
    key: str
    operation_id: str | None = None

    @classmethod
    def of(cls, key: str, expected: int) -> VersionConflict:
        """Give the error for *key*, which isn't at the *expected* version."""
        message = f"{key} is no longer at version {expected}: load it again and decide anew"
        return cls(message, key=key, operation_id=None)


class CommitUnknown(RepositoryError, ConnectionError):
    """
    Whether the change of *operation_id* was written isn't known; committing the same change again tells.

    Examples:
        >>> from loyaltykit import CommitUnknown
        >>> CommitUnknown("lost while committing", operation_id="place o1").operation_id
        'place o1'
    """

    code = "commit_unknown"
    operation_id: str


class StoreUnavailable(RepositoryError, ConnectionError):
    """
    The store can't be reached or is full or locked; provably nothing was written.

    Examples:
        >>> from loyaltykit import StoreUnavailable
        >>> from loyaltykit.adapters.sqlite import SqliteRepository
        >>> try:
        ...     SqliteRepository("/no/such/folder/loyalty.db")
        ... except StoreUnavailable as error:
        ...     print(error.code)
        store_unavailable
    """

    code = "store_unavailable"


class Contended(RepositoryError):
    """
    Others kept changing the document under *key*, in each of so many *attempts* of *operation_id*: it wrote nothing.

    Examples:
        >>> from loyaltykit import Contended, VersionConflict
        >>> print(Contended.of(VersionConflict.of("member/m1", 7), 8))
        8 attempts met a conflict on member/m1, and nothing was written: call again later
    """

    code = "contended"
    operation_id: str | None
    key: str
    attempts: int

    @classmethod
    def of(cls, conflict: VersionConflict, attempts: int) -> Contended:
        """Give the error for the last *conflict* of so many *attempts*."""
        message = f"{attempts} attempts met a conflict on {conflict.key}, and nothing was written: call again later"
        return cls(message, operation_id=conflict.operation_id, key=conflict.key, attempts=attempts)


class StoreTooNew(RepositoryError):
    """
    A later release of loyaltykit wrote what is stored under *key*, in a form of *version* that this one can't read.

    Examples:
        >>> from loyaltykit import StoreTooNew
        >>> StoreTooNew.of("member/m1", 9, 1).version
        9
    """

    code = "store_too_new"
    key: str
    version: int

    @classmethod
    def of(cls, key: str, version: int, known: int) -> StoreTooNew:
        """Give the error for *key*, written in form *version*, where only those up to *known* can be read."""
        message = f"{key} was written in form {version}, and this release reads up to {known}: upgrade loyaltykit here"
        return cls(message, key=key, version=version)
