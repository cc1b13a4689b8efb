"""Money: a whole number of minor units of one currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.errors import InvalidValue, MixedUnits
from loyaltykit.values.amount import Amount
from loyaltykit.values.currency import Currency
from loyaltykit.values.exact import exact_number, scaled
from loyaltykit.values.rounding import Rounding, round_ratio

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction
    from typing import Protocol

    class HostMoney(Protocol):
        """A host's own money object, as most money libraries make it."""

        @property
        def amount(self) -> Decimal | int | str:
            """The amount in major units."""
            ...

        @property
        def currency(self) -> Any:
            """A code, or an object that has one as ``code`` or as its text."""
            ...


class Money(Amount):
    """
    An exact sum of money: *minor* units (kopecks, cents) of a *currency*.

    *value* is in major units: an int, a Decimal, the text of a decimal, or a host's own money object (anything with
    ``amount`` and ``currency``, then *currency* may be left out). Raises `InexactNumber` for a float, `ExcessDigits`
    for more decimals than the currency has, `UnknownCurrency` and `InvalidValue` otherwise.

    Examples:
        >>> from loyaltykit import Money
        >>> fare = Money("412.00", "RUB")
        >>> fare.minor, fare.amount, str(fare)
        (41200, Decimal('412.00'), '412.00 RUB')
        >>> fare - Money("200", "RUB")
        Money('212.00', 'RUB')
    """

    __slots__ = ("currency",)

    currency: Currency

    def __init__(self, value: Decimal | int | str | HostMoney, currency: Currency | str | None = None) -> None:
        number, currency = _parts(value, currency)
        _set_minor(self, scaled(exact_number(number, "money"), currency.digits, f"money in {currency}"))
        _set_currency(self, currency)

    @classmethod
    def from_minor(cls, minor: int, currency: Currency | str) -> Money:
        """
        Give *minor* minor units of *currency*.

        Examples:
            >>> from loyaltykit import Money
            >>> Money.from_minor(1250, "RUB")
            Money('12.50', 'RUB')
        """
        if type(minor) is not int:
            message = f"minor units are counted in ints, not {minor!r}: give major units to Money(…) instead"
            raise InvalidValue(message, value=minor)
        return _money(minor, currency if type(currency) is Currency else Currency(str(currency)))

    @classmethod
    def rounded(
        cls,
        value: Decimal | Fraction | int | str,
        currency: Currency | str,
        rounding: Rounding = "half_up",
        step: Decimal | int | str | None = None,
    ) -> Money:
        """
        Give any exact number of major units as money, rounded once by *rounding* to a multiple of *step* (major units).

        Without a *step* the minor unit is the step.

        Examples:
            >>> from loyaltykit import Money
            >>> Money.rounded("12.345", "RUB"), Money.rounded("12.52", "CHF", step="0.05")
            (Money('12.35', 'RUB'), Money('12.50', 'CHF'))
        """
        known = Currency(str(currency))
        numerator, denominator = exact_number(value, "money").as_integer_ratio()
        units = step_units(step, known.digits, f"a step in {known}")
        return _money(round_ratio(numerator * 10**known.digits, denominator, rounding, units), known)

    @property
    def digits(self) -> int:
        """The decimals of the currency."""
        return self.currency.digits

    def with_minor(self, minor: int) -> Money:
        """Give *minor* minor units of the same currency."""
        return _money(minor, self.currency)

    def aligned(self, other: Any) -> tuple[int, int, Money]:
        """Give both counts of minor units; two currencies are refused."""
        if self.currency is not other.currency:
            message = (
                f"can't bring {self} and {other} together: two currencies; "
                "convert one of them at your own rate before it reaches loyaltykit"
            )
            raise MixedUnits(message, left=self, right=other)
        return self.minor, other.minor, self

    def __eq__(self, other: object) -> bool:
        """Say whether the other is the same sum in the same currency."""
        if type(other) is not Money:
            return NotImplemented
        return self.minor == other.minor and self.currency is other.currency

    def __hash__(self) -> int:
        """Hash by sum and currency."""
        return hash((self.minor, self.currency.code))

    def __repr__(self) -> str:
        """Show how it's made."""
        return f"Money('{self.amount}', '{self.currency}')"

    def __str__(self) -> str:
        """Give the amount and the code: 12.50 RUB."""
        return f"{self.amount} {self.currency}"


def order_sum(value: object, what: str) -> Money:
    """
    Give *value* back if it can be a sum of an order, which *what* names: Money, never below zero; else `InvalidValue`.

    Examples:
        >>> from loyaltykit import Money
        >>> order_sum(Money("0.00", "RUB"), "what is charged")
        Money('0.00', 'RUB')
    """
    if type(value) is not Money or value.minor < 0:
        message = f"{what} is Money, never below zero: not {value!r}"
        raise InvalidValue(message, value=value)
    return value


def step_units(step: Decimal | int | str | None, digits: int, what: str) -> int:
    """Give a rounding *step* of major units as a positive count of smallest units; none is one of them."""
    if step is None:
        return 1
    units = scaled(exact_number(step, what), digits, what)
    if units <= 0:
        message = f"{what} must be more than zero, not {step}"
        raise InvalidValue(message, value=step)
    return units


def _parts(value: Any, currency: Currency | str | None) -> tuple[Any, Currency]:
    if hasattr(value, "amount") and hasattr(value, "currency"):
        own = getattr(value.currency, "code", None) or str(value.currency)
        if currency is not None and str(currency) != own:
            message = f"{value} is in {own}, not in {currency}: leave the currency out, or convert first"
            raise MixedUnits(message, left=value, right=currency)
        return value.amount, Currency(own)
    if currency is None:
        message = f'money needs a currency: Money("{value}", "RUB")'
        raise InvalidValue(message, value=value)
    return value, currency if type(currency) is Currency else Currency(str(currency))


def _money(minor: int, currency: Currency) -> Money:
    money: Money = _new(Money)
    _set_minor(money, minor)
    _set_currency(money, currency)
    return money


# Frozen objects are filled through their slots: half the time of object.__setattr__ by name.
_new: Any = object.__new__
_set_minor: Any = Amount.__dict__["minor"].__set__
_set_currency: Any = Money.__dict__["currency"].__set__
