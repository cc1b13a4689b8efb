"""What an integrator tells the kit: how a store is made, reached again and removed, and what it claims to bear."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from inspect import getattr_static
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable
from unittest import SkipTest

from loyaltykit.errors import InvalidValue
from loyaltykit.ledger.repository import AsyncReader, AsyncRepository, Reader, Repository

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from contextlib import AbstractContextManager

CAPABILITIES: Final = frozenset({"threads", "processes", "durable", "joins_transaction"})
"""All that a store can claim; whoever doesn't say claims all of it."""

ASYNC_CAPABILITIES: Final = CAPABILITIES - {"threads"} | {"tasks"}
"""All that an async store can claim: tasks of one event loop, where others have threads."""

FAULTS: Final = ("locked", "full", "io")
"""Kinds of trouble that a factory may cause: locked by somebody else, no room left, a disk that fails."""

HOOKS: Final = {
    "fault": "fault(kind)",
    "trace": "trace(callback)",
    "transaction": "transaction()",
    "written": "written()",
    "kill_server": "kill_server()",
    "start_server": "start_server()",
}
"""Calls that a factory may have, by their names: what needs one that isn't there isn't claimed."""

ALIKE: Final = 0.85
"""How much a name has to be like a hook's to count as that hook, written wrongly."""


class Store(Repository, Reader, Protocol):
    """A repository that can be read, too."""


class AsyncStore(AsyncRepository, AsyncReader, Protocol):
    """An async repository that can be read, too."""


@runtime_checkable
class Factory(Protocol):
    """
    What makes the stores under test: a fresh one for every property.

    It may have ``capabilities``, a frozenset of ``threads``, ``processes``, ``durable`` and ``joins_transaction``; what
    it leaves out is given up. And it may have hooks:

    - ``fault(kind)`` gives a context manager of a repository over the same store that meets that trouble, or None for
      trouble that it can't cause;
    - ``trace(callback)`` gives a repository over the same store that calls *callback* with each statement before it's
      sent;
    - ``transaction()`` gives a context manager that opens a transaction of the host's own and gives a repository that
      joins it, and ``write(text)``, which writes a row of the host's own in it; left by an error, it rolls back, else
      it commits. ``written()`` gives the texts that are committed;
    - ``kill_server()`` ends the database server at once, ``start_server()`` returns when it answers again.

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


class Joining(Factory, Protocol):
    """A `Factory` whose stores join a transaction of the host's own."""

    def transaction(self) -> AbstractContextManager[tuple[Store, Callable[[str], object]]]:
        """Open a transaction; give a repository that joins it, and what writes a row of the host's own in it."""
        ...

    def written(self) -> Sequence[str]:
        """Give the texts of the host's own rows that are committed."""
        ...


class AsyncFactory(Protocol):
    """
    What makes the async stores under test: a `Factory` whose calls may be ``async def``, each for itself.

    All are made on the loop on which the store is used. ``capabilities`` has ``tasks`` where others have ``threads``,
    and what ``fault(kind)`` and ``transaction()`` give may be async context managers, ``write`` and ``written`` async.

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
    except SkipTest:
        raise
    except Exception as error:
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
    given = getattr(factory, "capabilities", known)
    if isinstance(given, str) or not isinstance(given, Iterable):
        message = f"capabilities is a set of words, such as {{'threads'}}, not {given!r}"
        raise InvalidValue(message, value=given)
    claimed = frozenset(given)
    if unknown := claimed - known:
        kind = "of an async store" if "tasks" in known else "of one that isn't async"
        message = f"{sorted(unknown)} are no capabilities {kind}: there are {sorted(known)}"
        raise InvalidValue(message, value=sorted(unknown))
    return claimed


def hooks_of(factory: object) -> frozenset[str]:
    """
    Give the names of the `HOOKS` that *factory* has; raises `InvalidValue` for a call that is nearly named as one.

    Examples:
        >>> from loyaltykit.testing.contract.factories import sqlite_file
        >>> sorted(hooks_of(sqlite_file()))
        ['fault', 'trace']
    """
    offered: frozenset[str] | None = getattr(factory, "offered", None)
    if offered is not None:
        return offered
    calls = {name for name in dir(factory) if name[0] != "_" and _is_call(getattr_static(factory, name))}
    missing = sorted(HOOKS.keys() - calls)
    for name in sorted(calls - HOOKS.keys()):
        for meant in get_close_matches(name, missing, n=1, cutoff=ALIKE):
            message = f"the factory has {name}(), which is no hook: write {HOOKS[meant]}, or _{name} if it's none"
            raise InvalidValue(message, value=name)
    return frozenset(HOOKS.keys() & calls)


def _is_call(found: object) -> bool:
    """Say whether what was *found* in a class or an instance can be called there; what is computed isn't asked for."""
    return callable(found) or isinstance(found, classmethod)


def joining(factory: Factory) -> Joining:
    """Give *factory* as one whose stores join a host's transaction, as its hooks say."""
    return cast("Joining", factory)


def fault_of(factory: Factory, kind: str) -> AbstractContextManager[Store] | None:
    """Give trouble of that *kind* where *factory* can cause it."""
    fault: Callable[[str], AbstractContextManager[Store] | None] | None = getattr(factory, "fault", None)
    return fault(kind) if fault else None
