"""The document of a revision: a program's settings under their digest, for the orders that were placed under them."""

from __future__ import annotations

from typing import Any

from loyaltykit.documents.form import as_json, opened, understood


def encode(settings: dict[str, Any]) -> str:
    """
    Give the body of a program's *settings*, as `Program.to_dict` gives them.

    Examples:
        >>> encode({"id": "city"})
        '{"v":1,"program":{"id":"city"}}'
    """
    return as_json({"v": 1, "program": settings})


@understood
def decode(key: str, body: str) -> dict[str, Any]:
    """
    Read the settings in the *body* stored under *key*. Raises `StoreTooNew`.

    Examples:
        >>> decode("revision/1", '{"v":1,"program":{"id":"city"}}')
        {'id': 'city'}
    """
    settings: dict[str, Any] = opened(key, body)["program"]
    return settings
