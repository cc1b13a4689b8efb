"""
The document of what orders have used of a promo: by ``["city","promo",NAME]`` the uses of its common code and what is
spent of its budget, by ``["city","promo_member",NAME,MEMBER]`` the uses of one member. Rows G10, B9.

There's one only where it's needed: for a common code with a limit, a promo with a budget, a member where uses are
counted by member. What orders under way have reserved passes by time alone, and is left out the next time that the
document is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from loyaltykit.documents.form import as_json, opened, understood

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations

MOST_RESERVED: Final = 2_000
"""Orders that may have reserved something of one document at a time."""

MOST_BYTES: Final = 250 * 1024
"""Bytes that their ids and figures may take: a body has at most 256 KiB."""

_FIGURES: Final = 44
"""Bytes that the figures of one reservation take at most, with its marks."""


@frozen(kw_only=True)
class PromoUse:
    """
    The completed *uses*, and the *units* of a budget (minor units of money) that they took.

    *reserved* holds by order id what orders under way have taken: until which moment, in microseconds, and how many
    units. *as_of* is the latest moment at which it was judged.

    Examples:
        >>> used = PromoUse(uses=3, reserved={"o1": (90, 500)})
        >>> decode("promo/summer", encode(used)) == used
        True
    """

    uses: int = 0
    units: int = 0
    reserved: Mapping[str, tuple[int, int]] = field(factory=dict)
    as_of: int = -(2**63)

    def at(self, moment: int) -> PromoUse:
        """
        Give it as it stands at *moment*, or at the latest that it was judged at: without what has timed out.

        Examples:
            >>> PromoUse(reserved={"o1": (90, 500), "o2": (91, 0)}).at(90).reserved
            {'o2': (91, 0)}
        """
        now = max(moment, self.as_of)
        return evolve(self, reserved={id_: each for id_, each in self.reserved.items() if each[0] > now}, as_of=now)

    def without(self, order_id: str) -> PromoUse:
        """Give it without what the order called *order_id* has reserved."""
        return evolve(self, reserved={id_: each for id_, each in self.reserved.items() if id_ != order_id})

    def reserving(self, order_id: str, until: int, units: int) -> PromoUse:
        """Give it with one use and *units* reserved for an order, *until* a moment."""
        return evolve(self, reserved={**self.without(order_id).reserved, order_id: (until, units)})

    def consuming(self, order_id: str, units: int) -> PromoUse:
        """Give it with one use and *units* taken for good by an order; what that had reserved is gone."""
        return evolve(self.without(order_id), uses=self.uses + 1, units=self.units + units)

    @property
    def taken(self) -> tuple[int, int]:
        """The uses and the units that are consumed or reserved."""
        return self.uses + len(self.reserved), self.units + sum(units for _, units in self.reserved.values())

    @property
    def is_full(self) -> bool:
        """
        Whether it holds no more reservations.

        Examples:
            >>> PromoUse(reserved={str(number): (90, 0) for number in range(2_000)}).is_full
            True
        """
        if len(self.reserved) >= MOST_RESERVED:
            return True
        return (
            sum(len(id_.encode()) + id_.count('"') + id_.count("\\") + _FIGURES for id_ in self.reserved) > MOST_BYTES
        )


def encode(use: PromoUse) -> str:
    """
    Give the body of *use*; what isn't there is left out.

    Examples:
        >>> encode(PromoUse(uses=3, reserved={"o1": (90, 500)}, as_of=7))
        '{"v":1,"as_of":7,"uses":3,"reserved":{"o1":[90,500]}}'
    """
    body: dict[str, Any] = {"v": 1, "as_of": use.as_of}
    if use.uses:
        body["uses"] = use.uses
    if use.units:
        body["units"] = use.units
    if use.reserved:
        body["reserved"] = {order: list(share) for order, share in use.reserved.items()}
    return as_json(body)


@understood
def decode(key: str, body: str | None) -> PromoUse:
    """
    Read the *body* stored under *key*; None is that of a promo that nobody has used yet. Raises `StoreTooNew`.

    Examples:
        >>> decode("promo/summer", None) == PromoUse()
        True
    """
    if body is None:
        return PromoUse()
    raw = opened(key, body)
    return PromoUse(
        uses=raw.get("uses", 0),
        units=raw.get("units", 0),
        reserved={order: (until, units) for order, (until, units) in raw.get("reserved", {}).items()},
        as_of=raw["as_of"],
    )


@frozen(kw_only=True)
class PromoHeld:
    """
    What an order keeps of the *promo* whose *code* was named with it: the rule's name, and the code's normal form.

    *units* is what was reserved of the budget, or consumed; a use was reserved *until* a moment. Where the price wasn't
    known at placing, nothing was *judged* yet. *worker* is the one whose code it is.

    Examples:
        >>> PromoHeld(promo="summer", code="SUMMER", units=4120).judged
        True
    """

    promo: str
    code: str
    units: int = 0
    judged: bool = True
    worker: str | None = None
    until: int | None = None


def written_held(held: PromoHeld) -> dict[str, Any]:
    """
    Give *held* as JSON holds it, without what's at its default.

    Examples:
        >>> written_held(PromoHeld(promo="summer", code="SUMMER", judged=False))
        {'promo': 'summer', 'code': 'SUMMER', 'judged': False}
    """
    told: dict[str, Any] = {"promo": held.promo, "code": held.code}
    if held.units:
        told["units"] = held.units
    if not held.judged:
        told["judged"] = False
    if held.worker is not None:
        told["worker"] = held.worker
    if held.until is not None:
        told["until"] = held.until
    return told


def read_held(raw: dict[str, Any] | None) -> PromoHeld | None:
    """
    Read what JSON holds of a `PromoHeld`; None where there was no code.

    Examples:
        >>> read_held({"promo": "summer", "code": "SUMMER"}).units, read_held(None)
        (0, None)
    """
    return None if raw is None else PromoHeld(**raw)
