"""What lies behind a member."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

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


def _counted(_history: Any, _attribute: Any, value: Any) -> None:
    if type(value) is not int or value < 0:
        message = f"a history's visits are a whole number, never below zero: not {value!r}"
        raise InvalidValue(message, value=value)


@frozen(kw_only=True)
class History:
    """
    The *channels* through which the member has had a completed order (app, phone, web, as the host names them).

    *visits* counts the completed orders. Raises `InvalidValue` for channels that aren't a collection of names, and for
    visits that are no number of orders.

    Examples:
        >>> from loyaltykit import History
        >>> "app" in History(channels={"phone"}).channels
        False
    """

    channels: frozenset[str] = field(default=frozenset(), converter=_names)
    visits: int = field(default=0, validator=_counted)
