"""
What every stored body has: JSON text with the version ``v`` of its form.

A release reads every earlier form and refuses later ones. It begins to write a new form only in the release after the
one that could read it, so that two releases can share a store while one takes over from the other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

as_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
"""The JSON text of a body, without blanks."""


def opened(key: str, body: str, upgrades: Sequence[Upgrade] = ()) -> dict[str, Any]:
    """
    Read *body*, stored under *key*, in its latest form: each of *upgrades* makes the next form of the one before.

    Raises `StoreTooNew` for a form that the *upgrades* don't lead to.

    Examples:
        >>> def with_visits(raw):
        ...     return {**raw, "visits": 0}
        >>> opened("member/m1", '{"v":1,"debt":3}', [with_visits])
        {'v': 1, 'debt': 3, 'visits': 0}
        >>> opened("m1", '{"v":3}', [with_visits])
        Traceback (most recent call last):
            ...
        loyaltykit.errors.StoreTooNew: m1 was written in form 3, and this release reads up to 2: upgrade loyaltykit here
    """
    raw: dict[str, Any] = json.loads(body)
    version, latest = raw["v"], len(upgrades) + 1
    if version > latest:
        raise StoreTooNew.of(key, version, latest)
    for upgrade in upgrades[version - 1 :]:
        raw = upgrade(raw)
    return raw
