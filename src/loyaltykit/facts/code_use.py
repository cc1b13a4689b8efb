"""What is stored about a promo code at the moment of an order. Rows G10, G11, B9."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.code import normal_code
from loyaltykit.values.money import Money, order_sum
from loyaltykit.values.text import id_of


def _promo(value: str) -> str:
    return id_of("a promo", value)


def _spent(value: Money | None) -> Money | None:
    return None if value is None else order_sum(value, "what is spent of a promo's budget")


def _member(value: str | None) -> str | None:
    return None if value is None else id_of("a member", value)


def _counted(_use: Any, attribute: Any, value: Any) -> None:
    if type(value) is not int or value < 0:
        message = f"a code's {attribute.name} are a whole number, never below zero: not {value!r}"
        raise InvalidValue(message, value=value)


@frozen(kw_only=True)
class CodeUse:
    """
    What other orders have made of a promo *code*, which belongs to the rule called *promo*.

    *uses* counts those of this code, *member_uses* those of the promo by the order's customer; *spent* is what they
    took of the promo's budget. All three take in what orders under way have reserved, and none of what the order itself
    has, so that a code's own hold never counts against its order. *bound_to* is the one member who may use the code,
    *worker* the one whose it is. The code is kept in its normal form. Raises `InvalidValue`.

    Examples:
        >>> from loyaltykit import CodeUse
        >>> CodeUse(code="summer", promo="summer", uses=99).code
        'SUMMER'
    """

    code: str = field(converter=normal_code)
    promo: str = field(converter=_promo)
    uses: int = field(default=0, validator=_counted)
    member_uses: int = field(default=0, validator=_counted)
    spent: Money | None = field(default=None, converter=_spent)
    bound_to: str | None = field(default=None, converter=_member)
    worker: str | None = field(default=None, converter=_member)
