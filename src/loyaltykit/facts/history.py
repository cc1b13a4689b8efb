"""What lies behind a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable


def _names(channels: Iterable[str]) -> frozenset[str]:
    return frozenset((channels,)) if isinstance(channels, str) else frozenset(channels)


@frozen(kw_only=True)
class History:
    """
    The *channels* through which the member has had a completed order (app, phone, web, as the host names them).

    Examples:
        >>> from loyaltykit import History
        >>> "app" in History(channels={"phone"}).channels
        False
    """

    channels: frozenset[str] = field(default=frozenset(), converter=_names)
