"""What lies behind a member."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.text import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable


def _names(channels: Iterable[str]) -> frozenset[str]:
    given = (channels,) if isinstance(channels, str) else channels
    if not isinstance(given, Collection) or not all(isinstance(name, str) and is_id(name) for name in given):
        message = f"a history's channels are names, such as {{'app', 'phone'}}: not {channels!r}"
        raise InvalidValue(message, value=channels)
    return frozenset(given)


@frozen(kw_only=True)
class History:
    """
    The *channels* through which the member has had a completed order (app, phone, web, as the host names them).

    Raises `InvalidValue` for what isn't a collection of names.

    Examples:
        >>> from loyaltykit import History
        >>> "app" in History(channels={"phone"}).channels
        False
    """

    channels: frozenset[str] = field(default=frozenset(), converter=_names)
