"""Exact numbers from what people and programs write; floats, bools and surplus digits are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import ExcessDigits, InexactNumber, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

MAX_DIGITS = 30
"""Digits that a number may have before and after its point; more is a mistake or an attack, never a sum of money."""


def exact_number(value: object, what: str) -> Decimal | int | Fraction:
    """
    Give *value*, an int, a Decimal, a Fraction or the text of a decimal, as an exact number; *what* names it in errors.

    Raises `InexactNumber` for a float or a bool, `InvalidValue` for anything else that isn't such a number or is out of
    bounds (`MAX_DIGITS`).
    """
    reader = _READERS.get(type(value)) or next((_READERS[base] for base in _READERS if isinstance(value, base)), None)
    return (reader or _read_other)(value, what)


def exact_decimal(value: object, what: str) -> Decimal:
    """
    Give *value*, an int, a Decimal or the text of a decimal, as a Decimal; raises as `exact_number`.

    A Fraction is refused, since most have no end as decimals.
    """
    number = exact_number(value, what)
    if not isinstance(number, int | Decimal):
        message = f"{what} can't be made from {value!r}: give the decimal that is meant"
        raise InvalidValue(message, value=value)
    return Decimal(number)


def scaled(number: Decimal | int | Fraction, digits: int, what: str) -> int:
    """
    Give exact *number* as a count of units of 10^-*digits*.

    Raises `ExcessDigits` where it isn't a whole count.
    """
    numerator, denominator = number.as_integer_ratio()
    scale: int = 10**digits
    units, rest = divmod(numerator * scale, denominator)
    if rest:
        decimals = f"{digits} decimal" + ("" if digits == 1 else "s")
        message = f"{what} has {decimals}, and {number} has more: round it first, by rounded(…), or write fewer digits"
        raise ExcessDigits(message, value=number, digits=digits)
    return units


def decimal_of(units: int, digits: int) -> Decimal:
    """Give a count of *units* of 10^-*digits* as a Decimal with just that many decimals."""
    return Decimal(f"{units}E-{digits}")


def _read_text(value: str, what: str) -> Decimal:
    if not _is_decimal(value):
        message = (
            f"{what} can't be made from {_shown(value)}: write digits, at most one point and no blanks, such as 12.50"
        )
        raise InvalidValue(message, value=value)
    return Decimal(value)


def _is_decimal(text: str) -> bool:
    whole, _, rest = text.removeprefix("-" if text.startswith("-") else "+").partition(".")
    return text.isascii() and (whole + rest).isdigit() and max(len(whole), len(rest)) <= MAX_DIGITS


def _read_decimal(value: Decimal, what: str) -> Decimal:
    if not value.is_finite():
        message = f"{what} can't be {value}: only finite numbers are exact"
        raise InvalidValue(message, value=value)
    exponent = value.as_tuple().exponent
    if value.adjusted() >= MAX_DIGITS or (isinstance(exponent, int) and exponent < -MAX_DIGITS):
        _refuse_size(value, what)
    return value


def _read_other(value: object, what: str) -> Fraction:
    from fractions import Fraction  # noqa: PLC0415 - 1 ms that few programs need

    if not isinstance(value, Fraction):
        message = (
            f"{what} can't be made from {value!r}, of type {type(value).__name__}: "
            "give an int, a Decimal or the text of a decimal"
        )
        raise InvalidValue(message, value=value)
    if abs(value.numerator) >= 10 ** (2 * MAX_DIGITS) or value.denominator >= 10 ** (2 * MAX_DIGITS):
        _refuse_size(value, what)
    return value


def _read_int(value: int, what: str) -> int:
    if abs(value) >= 10**MAX_DIGITS:
        _refuse_size(value, what)
    return value


def _refuse_size(value: object, what: str) -> None:
    message = (
        f"{what} is out of bounds: at most {MAX_DIGITS} digits may stand before the point and {MAX_DIGITS} after it"
    )
    raise InvalidValue(message, value=value)


def _refuse_float(value: object, what: str) -> Decimal:
    kind = type(value).__name__
    message = (
        f"{what} can't be made from {value!r}, a {kind}, which is no exact number: "
        f"give an int, a Decimal or text, such as {str(value).lower()!r}"
        if isinstance(value, float)
        else f"{what} can't be made from {value!r}, a bool: give an int, a Decimal or text"
    )
    raise InexactNumber(message, value=value)


def _shown(text: str, limit: int = 40) -> str:
    return repr(text if len(text) <= limit else text[:limit] + "…")


_READERS: dict[type, Callable[[Any, str], Decimal | int | Fraction]] = {
    bool: _refuse_float,
    float: _refuse_float,
    int: _read_int,
    str: _read_text,
    Decimal: _read_decimal,
}
