"""
Factories of `DjangoRepository`, on SQLite and on PostgreSQL.

Where Django isn't configured yet, it's configured with the app alone. Each repository has an alias of its own in
``connections``, so that it has connections of its own, one a thread; they're closed with the store, whichever thread
has opened them.
"""

from __future__ import annotations

import os
import socket
from collections import defaultdict
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast
from urllib.parse import unquote, urlsplit

import django
from attrs import define, field
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.signals import connection_created

from loyaltykit.adapters.django import DjangoRepository
from loyaltykit.testing.postgres import Cluster, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from loyaltykit.testing.contract.factory import Store

APP: Final = "loyaltykit.adapters.django"

OPTIONS: Final = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON",
    "timeout": 30,
}
"""What SQLite is told in the settings of a host whose points are kept there."""

_numbers: Final = count()

_OPENED: Final[defaultdict[str, list[Any]]] = defaultdict(list)
"""By alias, every connection that any thread has opened."""


def configured() -> None:
    """Configure Django with the app and no database of a host's, unless it's configured."""
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=[APP],
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            USE_TZ=True,
        )
        django.setup()


def _opened(connection: Any, **_signal: Any) -> None:
    """Note *connection*, so that it can be closed when its thread is gone."""
    if connection.alias in _OPENED and connection not in _OPENED[connection.alias]:
        connection.inc_thread_sharing()
        _OPENED[connection.alias].append(connection)


connection_created.connect(_opened)


def _close_idle() -> None:
    """Close what's open and in no transaction: no forked process may carry it along."""
    for opened in list(_OPENED.values()):
        for connection in opened:
            if not connection.in_atomic_block:
                connection.close()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows doesn't fork
    os.register_at_fork(before=_close_idle)


def _add(database: dict[str, Any]) -> str:
    """Make an alias for *database*, given as it would stand in ``DATABASES``."""
    configured()
    alias = f"loyaltykit-{next(_numbers)}"
    databases: Any = connections.databases
    databases[alias] = connections.configure_settings({"default": {}, alias: database})[alias]
    _OPENED[alias] = []
    return alias


def _remove(alias: str) -> None:
    """Close every connection of every thread by *alias*, and forget it."""
    for connection in _OPENED.pop(alias):
        connection.close()
    with suppress(AttributeError):  # one that this thread has never used
        del connections[alias]
    databases: Any = connections.databases
    del databases[alias]


def _atomic(alias: str) -> AbstractContextManager[None]:
    block: Any = transaction.atomic(using=alias)
    return cast("AbstractContextManager[None]", block)


def _execute(alias: str, statement: str) -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@define
class DjangoStores:
    """What the factories of both vendors have in common: aliases of one *database*, and a host's own table there."""

    capabilities: ClassVar[frozenset[str]] = frozenset({"threads", "processes", "durable", "joins_transaction"})
    aliases: list[str] = field(factory=list, init=False)

    def database(self) -> dict[str, Any]:
        """Give the settings of the store's database, as they'd stand in ``DATABASES``."""
        raise NotImplementedError  # pragma: no cover - each has its own

    def create(self) -> DjangoRepository:
        """Make an empty store."""
        repository = self.reopen()
        call_command("migrate", database=repository.using, verbosity=0)
        _execute(repository.using, "CREATE TABLE host (text text)")
        return repository

    def reopen(self, **options: Any) -> DjangoRepository:
        """Give a repository by an alias, and so connections, of its own; *options* are added to the database's."""
        database = self.database()
        alias = _add(database | {"OPTIONS": database["OPTIONS"] | options})
        self.aliases.append(alias)
        return DjangoRepository(alias)

    def destroy(self) -> None:
        """Close every connection of every thread."""
        while self.aliases:
            _remove(self.aliases.pop())

    @contextmanager
    def transaction(self) -> Iterator[tuple[Store, Callable[[str], None]]]:
        """Open a transaction of the host's; give a repository that joins it, and what writes a row of the host's."""
        alias = self.reopen().using

        def write(text: str) -> None:
            with connections[alias].cursor() as cursor:
                cursor.execute("INSERT INTO host (text) VALUES (%s)", (text,))

        with _atomic(alias):
            yield DjangoRepository(alias, joins=True), write

    def written(self) -> list[str]:
        """Give the host's rows that are committed."""
        return [text for (text,) in _execute(self.reopen().using, "SELECT text FROM host ORDER BY text")]

    def trace(self, callback: Callable[[str], object]) -> DjangoRepository:
        """Give another repository, with *callback* told of each statement of this thread before it's sent."""
        repository = self.reopen()
        connection = connections[repository.using]
        connection.ensure_connection()
        commit = connection._commit  # noqa: SLF001 - the one statement that goes through no cursor

        def told(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
            callback(sql)
            return execute(sql, *arguments)

        def committed() -> None:
            callback("COMMIT")
            commit()

        connection.execute_wrappers.append(told)
        connection._commit = committed  # noqa: SLF001
        return repository


@define
class DjangoSqlite(DjangoStores):
    """A factory of SQLite files in a temporary folder."""

    folder: TemporaryDirectory[str] | None = field(default=None, init=False)

    def database(self) -> dict[str, Any]:
        """Give the settings of a file as a host should have them."""
        self.folder = self.folder or TemporaryDirectory(prefix="loyaltykit-", ignore_cleanup_errors=True)
        path = Path(self.folder.name, "loyalty.db")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": OPTIONS}

    def destroy(self) -> None:
        """Close every connection and remove the file."""
        super().destroy()
        if self.folder:
            self.folder.cleanup()
        self.folder = None

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give a repository that finds the file locked, or full; SQLite can't be told to fail otherwise."""
        trouble = {"locked": self._locked, "full": self._full}.get(kind)
        return trouble() if trouble else None

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        repository = self.reopen(timeout=0)
        with _atomic(self.reopen().using):  # IMMEDIATE: it holds the file from its first moment
            yield repository

    @contextmanager
    def _full(self) -> Iterator[Store]:
        repository = self.reopen()
        ((pages,),) = _execute(repository.using, "PRAGMA page_count")
        _execute(repository.using, f"PRAGMA max_page_count = {pages}")
        yield repository


@define
class DjangoPostgres(DjangoStores):
    """A factory of schemas on the PostgreSQL server that tests share."""

    schema: str | None = field(default=None, init=False)

    def database(self) -> dict[str, Any]:
        """Give the settings of the server, in a schema of the store's own."""
        if self.schema is None:
            self.schema = f"loyaltykit_{os.getpid()}_{next(_numbers)}"
            self._on_server(f"CREATE SCHEMA {self.schema}")
        return self._server({"options": f"-c search_path={self.schema}"})

    def destroy(self) -> None:
        """Close every connection and remove the schema, unless its server is gone."""
        super().destroy()
        if self.schema is not None and self.answers:
            self._on_server(f"DROP SCHEMA {self.schema} CASCADE")
        self.schema = None

    @property
    def url(self) -> str:
        """Where the server is."""
        return server().url

    @property
    def answers(self) -> bool:
        """Whether the server runs."""
        return True

    def _server(self, options: dict[str, Any]) -> dict[str, Any]:
        """Give the settings of the server."""
        url = urlsplit(self.url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
            "OPTIONS": options,
        }

    def _on_server(self, statement: str) -> None:
        alias = _add(self._server({}))
        _execute(alias, statement)
        _remove(alias)

    def fault(self, kind: str) -> AbstractContextManager[Store] | None:
        """Give a repository that finds a table locked, or is cut off; a full disk can't be caused."""
        trouble = {"locked": self._locked, "io": self._cut_off}.get(kind)
        return trouble() if trouble else None

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        schema, other = f"-c search_path={self.schema}", self.reopen().using
        with _atomic(other):
            _execute(other, "LOCK TABLE loyaltykit_document")
            yield self.reopen(options=f"{schema} -c lock_timeout=50")

    @contextmanager
    def _cut_off(self) -> Iterator[Store]:
        repository = self.reopen()
        with cut_off(repository.using, before="INSERT INTO loyaltykit_document"):
            yield repository


@define
class DjangoCluster(DjangoPostgres):
    """A factory of schemas on a cluster of its own, which waits for the disk, and can be killed and started again."""

    cluster: Cluster = field(factory=Cluster, init=False)

    @property
    def url(self) -> str:
        """Where the server of the cluster is."""
        return self.cluster.url

    @property
    def answers(self) -> bool:
        """Whether the server of the cluster runs."""
        return self.cluster.running

    def create(self) -> DjangoRepository:
        """Make an empty store, on a server that is started for it."""
        self.cluster.start()
        return super().create()

    def kill_server(self) -> None:
        """End the server at once."""
        self.cluster.kill()

    def start_server(self) -> None:
        """Start it again; return when it answers."""
        self.cluster.start()


@contextmanager
def cut_off(alias: str, *, before: str) -> Iterator[None]:
    """Cut this thread's connection to PostgreSQL before a statement that begins so: once, and without a word."""
    connection = connections[alias]
    connection.ensure_connection()
    commit = connection._commit  # noqa: SLF001 - it goes through no cursor
    waiting = [before]

    def cut(statement: str) -> None:
        if waiting and statement.startswith(waiting[0]):
            waiting.clear()
            with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)

    def told(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        cut(sql)
        return execute(sql, *arguments)

    def committed() -> None:
        cut("COMMIT")
        commit()

    connection._commit = committed  # noqa: SLF001
    try:
        with connection.execute_wrapper(told):
            yield
    finally:
        del connection._commit  # noqa: SLF001


def django_sqlite() -> DjangoSqlite:
    """
    Give the factory of `DjangoRepository` on SQLite.

    Examples:
        >>> factory = django_sqlite()
        >>> factory.create().keys("", after=None, limit=1)
        []
        >>> factory.destroy()
    """
    return DjangoSqlite()


def django_postgres() -> DjangoPostgres:
    """
    Give the factory of `DjangoRepository` on PostgreSQL; its stores raise `NotClaimed` where there's none.

    Examples:
        >>> sorted(django_postgres().capabilities)
        ['durable', 'joins_transaction', 'processes', 'threads']
    """
    return DjangoPostgres()


def django_cluster() -> DjangoCluster:
    """
    Give the factory of `DjangoRepository` on a cluster of PostgreSQL of its own, which can be killed.

    Examples:
        >>> django_cluster().cluster.running
        False
    """
    return DjangoCluster()
