"""
The decorator that makes a settings class of fields that ``field`` declares.

A settings class is a frozen attrs class: keyword-only, deeply immutable, hashable, picklable, and checked once, when
it's made; every problem is listed with its path. Checks across fields are methods marked with `checked`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

import attrs

from loyaltykit.errors import SettingsError
from loyaltykit.settings import field
from loyaltykit.settings.here import Here
from loyaltykit.settings.kind import UNREAD
from loyaltykit.settings.tables import Field, Partial, TableKind

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = TypeVar("Check", bound=Callable[..., None])

_SettingsClass = TypeVar("_SettingsClass", bound="Settings")


class Settings:
    """What every settings class is: checked when it's made, and a kind of setting itself."""

    __slots__ = ()

    means_something_empty: ClassVar[bool] = False

    def __attrs_post_init__(self) -> None:
        """Check every field, then across fields; raises `SettingsError` with all problems."""
        here = Here()
        self.as_kind().check(self, here)
        if here.problems:
            raise SettingsError.of(type(self).__name__, here.problems)

    def __repr__(self) -> str:
        """Show the settings that aren't at their default, as they're made."""
        fields = self.as_kind().fields.values()
        parts = [(field.attribute, getattr(self, field.attribute), field.default) for field in fields]
        told = ", ".join(f"{name}={value!r}" for name, value, default in parts if value != default)
        return f"{type(self).__name__}({told})"

    @classmethod
    def as_kind(cls) -> SettingsKind:
        """Give the kind of setting that these settings are: how they're read, checked, written and described."""
        return _kind_of(cls)  # type: ignore[arg-type]  # a class is hashable, whatever its objects are


def read_settings(cls: type[_SettingsClass], raw: Any) -> _SettingsClass:
    """
    Read settings of *cls* from *raw*, a dict as TOML or JSON give it; raises `SettingsError` with every problem at
    once.
    """
    here = Here()
    read: _SettingsClass = cls.as_kind().read(raw, here)
    if here.problems:
        raise SettingsError.of(cls.__name__, here.problems)
    return read


def checked(*needs: str) -> Callable[[Check], Check]:
    """
    Mark a method that checks across fields; it runs once the fields that it *needs* could be read.

    The method takes the settings (or, of a file with problems, as much as could be read) and the place to note at.
    """

    def mark(method: Check) -> Check:
        method.needs = needs  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
        return method

    return mark


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        field.text,
        field.choice,
        field.digits,
        field.whole,
        field.flag,
        field.code,
        field.template,
        field.number,
        field.percent,
        field.share,
        field.points,
        field.money,
        field.currency,
        field.zone,
        field.day,
        field.term,
        field.names,
        field.entries,
        field.tables,
        field.table,
        field.derived,
    ),
)
def settings(cls: type[_SettingsClass]) -> type[_SettingsClass]:
    """
    Make *cls* a settings class.

    Examples:
        >>> from loyaltykit import Percent
        >>> from loyaltykit.settings import field
        >>> from loyaltykit.settings.frozen import Settings, read_settings, settings
        >>> @settings
        ... class Fee(Settings):
        ...     share: Percent = field.percent("The share that is kept.")
        >>> read_settings(Fee, {"share": "2.5"}).share
        Percent('2.5')
    """
    return attrs.frozen(cls, kw_only=True, repr=False)


@cache
def _kind_of(cls: type[Settings]) -> SettingsKind:
    fields = {}
    for declared in attrs.fields(cls):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - made by attrs
        if "kind" in declared.metadata:
            kind = declared.metadata["kind"]
            default = UNREAD if declared.default is attrs.NOTHING else declared.default
            fields[declared.metadata["key"] or declared.name] = Field(
                declared.name, kind, default, declared.metadata["says"]
            )
    return SettingsKind(cls, fields)


class SettingsKind(TableKind):
    """A table that a settings class describes."""

    def __init__(self, of: type[Settings], fields: dict[str, Field]) -> None:
        super().__init__(of.__name__, lambda: of, fields)
        self.may_be_empty = of.means_something_empty
        own = {name: method for base in reversed(of.__mro__[:-1]) for name, method in vars(base).items()}
        self.checks = [method for method in own.values() if hasattr(method, "needs")]

    def _found(self, raw: dict[str, Any], here: Here) -> dict[str, Any]:
        found = super()._found(raw, here)
        known = Partial(found)
        for check in self.checks:
            if all(need in found for need in check.needs):
                check(known, here)
        return found

    def check(self, value: Any, here: Here) -> None:
        """Check the type, every field, and then across fields if these were sound."""
        before = len(here.problems)
        super().check(value, here)
        if len(here.problems) == before:
            for check in self.checks:
                check(value, here)
