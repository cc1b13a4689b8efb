"""What an entry's detail says of its posting, beside whose and how much it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.documents.form import as_json, damaged, opened, understood
from loyaltykit.ledger.account import ADJUSTED

if TYPE_CHECKING:
    from loyaltykit.ledger.account import Posting


@frozen(kw_only=True)
class Detail:
    """
    Of what *kind* a posting is, and under which *revision* it was judged; for which *order*, by which *rule*, and *by*
    which adjustment, gift card or payout, where there's such.

    Examples:
        >>> Detail(kind="expired", revision="r1").order is None
        True
    """

    kind: str
    revision: str
    order: str | None = None
    rule: str | None = None
    by: str | None = None

    @property
    def adjustment(self) -> str | None:
        """
        The id of the adjustment by which it was made; None for what was made otherwise.

        Examples:
            >>> Detail(kind="adjusted", revision="r1", by="a1").adjustment
            'a1'
        """
        return self.by if self.kind == ADJUSTED else None


def encode(posting: Posting, revision: str) -> str:
    """
    Give the detail of an entry that books *posting*, judged under *revision*; what isn't there is left out.

    Examples:
        >>> from loyaltykit.ledger.account import Posting
        >>> encode(Posting(at=3, kind="expired", amount=-5), "r1")
        '{"v":1,"kind":"expired","revision":"r1"}'
    """
    said = {"v": 1, "kind": posting.kind, "order": posting.order, "rule": posting.rule, "by": posting.by}
    said["revision"] = revision
    return as_json({name: value for name, value in said.items() if value is not None})


@understood
def decode(operation_id: str, detail: str) -> Detail:
    """
    Read the *detail* of an entry that *operation_id* booked; raises `StoreTooNew`, and `RepositoryError` where it's
    damaged.

    Examples:
        >>> decode("complete o1", '{"v":1,"kind":"issued","order":"o1","rule":"cashback","revision":"r1"}').rule
        'cashback'
    """
    raw = opened(operation_id, detail)
    kind, order, rule, by = raw["kind"], raw.get("order"), raw.get("rule"), raw.get("by")
    return Detail(
        kind=_text(kind),
        revision=_text(raw["revision"]),
        order=None if order is None else _text(order),
        rule=None if rule is None else _text(rule),
        by=None if by is None and kind != ADJUSTED else _text(by),
    )


def order_and_rule(operation_id: str, said: Detail) -> tuple[str, str]:
    """
    Give the order that an entry of *operation_id*, which *said* so much, is for, and the rule that gave it.

    Raises `RepositoryError` where it names none, which an award or a surcharge always does.

    Examples:
        >>> order_and_rule("complete o1", Detail(kind="issued", revision="r1", order="o1", rule="cashback"))
        ('o1', 'cashback')
    """
    if said.order is None or said.rule is None:
        raise damaged(operation_id, "no order or rule")
    return said.order, said.rule


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    message = f"text belongs here, not {value!r}"
    raise TypeError(message)
