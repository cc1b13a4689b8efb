"""Who invited those who take part in an order."""

from __future__ import annotations

from attrs import field, frozen

from loyaltykit.values.text import id_of


def _member(value: str | None) -> str | None:
    return None if value is None else id_of("a referrer", value)


@frozen(kw_only=True)
class Referrers:
    """
    Who invited the *customer* of an order and who its *worker*, None where nobody did. Raises `InvalidValue`.

    Examples:
        >>> from loyaltykit import Referrers
        >>> Referrers(customer="m7").worker is None
        True
    """

    customer: str | None = field(default=None, converter=_member)
    worker: str | None = field(default=None, converter=_member)
