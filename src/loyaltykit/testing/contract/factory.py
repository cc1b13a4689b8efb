"""What an integrator tells the kit: how a store is made, reached again and removed, and what it claims to bear."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.repository import AsyncReader, AsyncRepository, Reader, Repository

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

CAPABILITIES: Final = frozenset({"threads", "processes", "durable", "joins_transaction"})
"""All that a store can claim; whoever doesn't say claims all of it."""

ASYNC_CAPABILITIES: Final = CAPABILITIES - {"threads"} | {"tasks"}
"""All that an async store can claim: tasks of one event loop, where others have threads."""

FAULTS: Final = ("locked", "full", "io")
"""Kinds of trouble that a factory may cause: locked by somebody else, no room left, a disk that fails."""


class Store(Repository, Reader, Protocol):
    """A repository that can be read, too."""


class AsyncStore(AsyncRepository, AsyncReader, Protocol):
    """An async repository that can be read, too."""


@runtime_checkable
class Factory(Protocol):
    """
    What makes the stores under test: a fresh one for every property.

    It may have ``capabilities``, a frozenset of ``threads``, ``processes``, ``durable`` and ``joins_transaction``; what
    it leaves out is given up. It may have ``fault(kind)``, which gives a context manager of a repository over the same
    store that meets that trouble, or None for trouble that it can't cause.

    Examples:
        >>> from loyaltykit.testing.contract.factories import memory
        >>> factory = memory()
        >>> isinstance(factory, Factory), sorted(factory.capabilities)
        (True, ['threads'])
    """

    def create(self) -> Store:
        """Make an empty store; give a repository over it."""
        ...

    def reopen(self) -> Store:
        """Give another repository over the same store, by a fresh connection."""
        ...

    def destroy(self) -> None:
        """Close what was opened, and remove the store."""
        ...


class AsyncFactory(Protocol):
    """
    What makes the async stores under test: a `Factory` whose calls may be ``async def``, each for itself.

    All are made on the loop on which the store is used. ``capabilities`` has ``tasks`` where others have ``threads``,
    and what ``fault(kind)`` gives may be an async context manager.

    Examples:
        >>> from loyaltykit.testing.contract.factories import async_memory
        >>> factory: AsyncFactory = async_memory()
        >>> sorted(factory.capabilities)
        ['tasks']
    """

    def create(self) -> AsyncStore | Awaitable[AsyncStore]:
        """Make an empty store; give a repository over it."""
        ...

    def reopen(self) -> AsyncStore | Awaitable[AsyncStore]:
        """Give another repository over the same store, by a fresh connection."""
        ...

    def destroy(self) -> Awaitable[None] | None:
        """Close what was opened, and remove the store."""
        ...


def factory_named(path: str) -> Factory:
    """
    Give the factory that *path* names, as ``package.module:callable``; raises `InvalidValue` where it names none.

    Examples:
        >>> factory_named("loyaltykit.testing.contract.factories:memory").create().load([])
        {}
    """
    module, colon, name = path.partition(":")
    if not (module and colon and name):
        message = f"{path!r} names no factory: write package.module:callable, such as mypackage.loyalty:make"
        raise InvalidValue(message, value=path)
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, TypeError) as error:
        message = f"{path!r} names no factory, such as mypackage.loyalty:make: {error!r}"
        raise InvalidValue(message, value=path) from error
    if not isinstance(made, Factory):
        message = f"what {path} made, {made!r}, is no factory: it needs create(), reopen() and destroy()"
        raise InvalidValue(message, value=path)
    return made


def claims(factory: Factory | AsyncFactory, known: frozenset[str] = CAPABILITIES) -> frozenset[str]:
    """
    Give what the store of *factory* claims; raises `InvalidValue` for a word that isn't among the *known* ones.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> sorted(claims(sqlite_file()))
        ['durable', 'processes', 'threads']
    """
    claimed = frozenset(getattr(factory, "capabilities", known))
    if unknown := claimed - known:
        message = f"{sorted(unknown)} are no capabilities: there are {sorted(known)}"
        raise InvalidValue(message, value=sorted(unknown))
    return claimed


def fault_of(factory: Factory, kind: str) -> AbstractContextManager[Store] | None:
    """Give trouble of that *kind* where *factory* can cause it."""
    fault: Callable[[str], AbstractContextManager[Store] | None] | None = getattr(factory, "fault", None)
    return fault(kind) if fault else None
