"""
All operations of `Loyalty` against a plain model: in any order, again, late, early, on any repository.

``LifeMachine`` is Hypothesis's state machine of it. ``life`` makes each call of both and compares them, ``model`` says
what must come of it, ``deal`` is a program in plain numbers; these need no Hypothesis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loyaltykit.testing.machine.life_machine import LifeMachine

__all__ = ["LifeMachine"]


def __getattr__(name: str) -> Any:
    """Load the machine, and Hypothesis with it, when it's asked for."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from loyaltykit.testing.machine import life_machine  # noqa: PLC0415

    return getattr(life_machine, name)
