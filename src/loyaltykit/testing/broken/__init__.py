"""
Repositories that are broken, each in one way, as real ones have been; each names the property that must catch it.

Most change one step of the memory adapter. None is as contrived as it looks: each is a store that somebody has written.
See the kit fail by naming one: ``loyaltykit conformance loyaltykit.testing.broken:NothingChecked``. ``table`` has them
all; ``texts``, ``guards``, ``receipts``, ``readers``, ``lives``, ``connections``, ``races``, ``tasks``, ``hosts``,
``processes``, ``crashes`` and ``on_postgres`` are the repositories themselves.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from loyaltykit.testing.broken import (
    connections,
    crashes,
    guards,
    hosts,
    lives,
    processes,
    races,
    readers,
    receipts,
    tasks,
    texts,
)
from loyaltykit.testing.broken.table import BROKEN, Broken

__all__ = [
    "BROKEN",
    "Broken",
    "connections",
    "crashes",
    "guards",
    "hosts",
    "lives",
    "processes",
    "races",
    "readers",
    "receipts",
    "tasks",
    "texts",
]


def __getattr__(name: str) -> Broken:
    """Give the broken repository of that *name*, which makes factories of it; those on PostgreSQL need SQLAlchemy."""
    if name not in BROKEN and not name.startswith("_") and find_spec("sqlalchemy"):
        import_module(f"{__name__}.on_postgres")
    try:
        return BROKEN[name]
    except KeyError:
        unseen = "" if f"{__name__}.on_postgres" in sys.modules else "; those on PostgreSQL need SQLAlchemy"
        message = f"there's no broken repository called {name}: there are {', '.join(BROKEN)}{unseen}"
        raise AttributeError(message) from None
