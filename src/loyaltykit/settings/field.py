"""
The field specifiers that settings classes are declared with: one for each kind of setting, with what it says in a
sentence.

Each takes the sentence for the schema and the docs, perhaps a *default*, and the *key* in the file where that isn't the
field's own name.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.errors import InvalidValue
from loyaltykit.settings import amounts, kinds
from loyaltykit.settings.kind import Kind
from loyaltykit.settings.tables import ListKind
from loyaltykit.values.code import normal_code
from loyaltykit.values.moment import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.settings.kind import HasKind

REQUIRED: Any = attrs.NOTHING
"""The default of a field that must be given."""


def _field(kind: Kind | Callable[[], Kind], default: Any, key: str | None, says: str, **options: Any) -> Any:
    return attrs.field(default=default, metadata={"kind": kind, "key": key, "says": says}, **options)


def text(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a name or an id."""
    return _field(kinds.TextKind(), default, key, says)


def choice(choices: Sequence[str], says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare one of a few words."""
    return _field(kinds.ChoiceKind(choices), default, key, says)


def digits(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare the decimals of the program's points."""
    return _field(amounts.DigitsKind(), default, key, says)


def whole(
    says: str, *, minimum: int = 1, maximum: int = 1_000_000_000, default: Any = REQUIRED, key: str | None = None
) -> Any:
    """Declare a whole number from *minimum* to *maximum*: how often, how many."""
    return _field(kinds.WholeKind(minimum, maximum), default, key, says)


def flag(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a yes or no."""
    return _field(kinds.FlagKind(), default, key, says)


def code(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a code that people type; it's kept in its normal form."""
    return _field(kinds.CodeKind(), default, key, says, converter=_in_normal_form)


def template(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a text with variables."""
    return _field(kinds.TemplateKind(), default, key, says, converter=_as_template)


def number(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare an exact number above zero."""
    return _field(amounts.NumberKind(), default, key, says)


def percent(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a percent above 0 and up to 100."""
    return _field(amounts.PercentKind(), default, key, says)


def share(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a percent from 0 to 100."""
    return _field(amounts.ShareKind(), default, key, says)


def points(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare points above zero."""
    return _field(amounts.PointsKind(), default, key, says)


def money(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare money of the program's currency above zero."""
    return _field(amounts.MoneyKind(), default, key, says)


def currency(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare the program's currency."""
    return _field(amounts.CurrencyKind(), default, key, says)


def zone(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a time zone."""
    return _field(kinds.ZoneKind(), default, key, says)


def day(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a local day, or a moment."""
    return _field(kinds.DayKind(), default, key, says, converter=_in_utc)


def term(
    says: str,
    *,
    default: Any = REQUIRED,
    key: str | None = None,
    years: int = 1,
    hours: bool = True,
    none_word: str | None = None,
) -> Any:
    """
    Declare a term of up to so many *years*, or of *hours* where these may be written; *none_word* stands for None.
    """
    return _field(kinds.TermKind(years=years, hours=hours, none_word=none_word), default, key, says)


def names(says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a list of names, none twice."""
    return _field(ListKind(kinds.TextKind(), unique=True), default, key, says, converter=_frozen_list)


def entries(item: Kind, says: str, *, default: Any = REQUIRED, key: str | None = None, unique: bool = False) -> Any:
    """Declare a list of one kind; where *unique*, nothing may stand in it twice."""
    return _field(ListKind(item, unique=unique), default, key, says, converter=_frozen_list)


def tables(of: type[HasKind] | str, says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare a list of settings of one class, which may be named by its home and loaded when it's first needed."""
    return _field(lambda: ListKind(_loaded(of).as_kind()), default, key, says, converter=_frozen_list)


def table(of: type[HasKind] | Kind | str, says: str, *, default: Any = REQUIRED, key: str | None = None) -> Any:
    """Declare settings of one class, which may be named by its home as in `tables`, or a table of one kind."""
    return _field(of if isinstance(of, Kind) else lambda: _loaded(of).as_kind(), default, key, says)


def _loaded(of: type[HasKind] | str) -> type[HasKind]:
    """Give the class *of*, or load it from its home, such as ``rules.promo:Promo``."""
    if not isinstance(of, str):
        return of
    module, name = of.split(":")
    loaded: type[HasKind] = getattr(import_module(f"loyaltykit.{module}"), name)
    return loaded


def derived(*, init: Literal[False] = False) -> Any:
    """Declare a field that isn't a setting: the class fills it from the others when it's made."""
    return attrs.field(init=init, eq=False, repr=False)


def _in_utc(value: Any) -> Any:
    with suppress(InvalidValue):  # the kind's check tells what is wrong
        return instant(value) if isinstance(value, datetime) else value
    return value


def _in_normal_form(value: Any) -> Any:
    with suppress(InvalidValue):  # the kind's check tells what is wrong
        return normal_code(value) if isinstance(value, str) else value
    return value


def _as_template(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from loyaltykit.values.template import Template  # noqa: PLC0415 - most programs have none

    with suppress(InvalidValue):  # the kind's check tells what is wrong
        return Template(value)
    return value


def _frozen_list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
