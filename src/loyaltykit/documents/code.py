"""
The document of a code, under the key ``["city","code",NORMALISED]``: one name space for all codes that are given out.

A referral code has an *owner*. An issued promo code names its *promo*. The common codes of promo rules stand in the
program's file and have no document of their own, so a use of them fights with nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from loyaltykit.documents.form import as_json, opened, understood

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations

_NAMES: Final = ("owner", "promo", "batch", "bound_to", "worker")

_COUNTS: Final = ("life", "uses")


@frozen(kw_only=True)
class StoredCode:
    """
    Whose a code is: the member *owner* of a referral code (T1); or, of an issued promo code, the *promo* rule's name.

    An issued one may come of a *batch*, be *bound_to* the one member who may use it, or belong to a *worker* who brings
    in customers with it (G10, G11). *life* is that of whoever it belongs to: once they're forgotten, it's nobody's.
    *uses* counts its completed uses; *reserved* holds by order id what orders under way have taken of it: until which
    moment, in microseconds, and how many units of a budget.

    Examples:
        >>> decode("code/D48M", encode(StoredCode(owner="m1"))).owner
        'm1'
    """

    owner: str | None = None
    promo: str | None = None
    batch: str | None = None
    bound_to: str | None = None
    worker: str | None = None
    life: int = 0
    uses: int = 0
    reserved: Mapping[str, tuple[int, int]] = field(factory=dict)


def encode(code: StoredCode) -> str:
    """
    Give the body of *code*; what isn't there is left out.

    Examples:
        >>> encode(StoredCode(promo="summer", bound_to="m1", reserved={"o1": (90, 0)}))
        '{"v":1,"promo":"summer","bound_to":"m1","reserved":{"o1":[90,0]}}'
    """
    body: dict[str, Any] = {"v": 1}
    body |= {name: value for name in _NAMES if (value := getattr(code, name)) is not None}
    body |= {name: count for name in _COUNTS if (count := getattr(code, name))}
    if code.reserved:
        body["reserved"] = {order: list(share) for order, share in code.reserved.items()}
    return as_json(body)


@understood
def decode(key: str, body: str | None) -> StoredCode | None:
    """
    Read the *body* stored under *key*; None is that of a code that nobody was given. Raises `StoreTooNew`.

    Examples:
        >>> decode("code/D48M", None) is None
        True
    """
    if body is None:
        return None
    raw = opened(key, body)
    told: dict[str, Any] = {name: raw[name] for name in (*_NAMES, *_COUNTS) if name in raw}
    reserved = {order: (until, units) for order, (until, units) in raw.get("reserved", {}).items()}
    return StoredCode(**told, reserved=reserved)
