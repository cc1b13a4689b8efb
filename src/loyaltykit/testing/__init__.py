"""
What the library gives to those who test their own rules and repositories with it.

``RepositoryContract`` is the class to subclass for a repository of one's own, ``AsyncRepositoryContract`` for an async
one. ``schedules`` plays racing calls in every order in which they can meet, ``machine`` all operations against a plain
model. ``strategies`` holds Hypothesis strategies
for values, facts and settings, ``registration`` tells Hypothesis about them. Importing this package loads neither
Hypothesis nor pytest; the extra ``loyaltykit[testing]`` brings the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loyaltykit.testing.contract.contract import AsyncRepositoryContract, RepositoryContract

__all__ = ["AsyncRepositoryContract", "RepositoryContract"]


def __getattr__(name: str) -> Any:
    """Load the contract when it's asked for: most programs that import Hypothesis, and so this package, never do."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from loyaltykit.testing.contract import contract  # noqa: PLC0415

    return getattr(contract, name)
