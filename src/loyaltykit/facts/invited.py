"""Who invited the customer whose first order this is."""

from __future__ import annotations

from attrs import field, frozen

from loyaltykit.values.code import normal_code
from loyaltykit.values.text import id_of


def _member(value: str) -> str:
    return id_of("a referrer", value)


def _code(value: str | None) -> str | None:
    return None if value is None else normal_code(value)


@frozen(kw_only=True)
class Invited:
    """
    The *referrer* who invited the customer of an order, and by which *code*, None where they were simply set.

    It's told of the one order that an invitation rewards: the customer's first that is completed. The code is kept in
    its normal form. Raises `InvalidValue`.

    Examples:
        >>> from loyaltykit import Invited
        >>> Invited(referrer="m7", code="d48m").code
        'D48M'
    """

    referrer: str = field(converter=_member)
    code: str | None = field(default=None, converter=_code)
