"""
What every stored body has: JSON text with the version ``v`` of its form.

A release reads every earlier form and refuses later ones. It begins to write a new form only in the release after the
one that could read it, so that two releases can share a store while one takes over from the other.
"""

from __future__ import annotations

import json
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from loyaltykit.errors import RepositoryError, StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

P = ParamSpec("P")
T = TypeVar("T")

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


def understood(read: Callable[P, T]) -> Callable[P, T]:
    """
    Have *read*, whose first argument is the key or operation that it reads, say so where it can't.

    What isn't as any release wrote it, be it damaged or another program's, raises `RepositoryError` with that key.

    Examples:
        >>> @understood
        ... def visits(key, body):
        ...     return opened(key, body)["visits"]
        >>> visits("member/m1", '{"v":1,"vis')
        Traceback (most recent call last):
            ...
        loyaltykit.errors.RepositoryError: what member/m1 holds is damaged or none of ours (JSONDecodeError): restore it
    """

    @wraps(read)
    def reading(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return read(*arguments, **options)
        except RepositoryError:
            raise
        except _DAMAGE as error:
            raise damaged(arguments[0], type(error).__name__) from error

    return reading


def damaged(key: object, why: str) -> RepositoryError:
    """
    Give the error for what the document or operation *key* holds, and *why* it can't be read.

    Examples:
        >>> print(damaged("member/m1", "KeyError"))
        what member/m1 holds is damaged or none of ours (KeyError): restore it
    """
    return RepositoryError(f"what {key} holds is damaged or none of ours ({why}): restore it")


_DAMAGE: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading stumbles with over what isn't as it was written."""
