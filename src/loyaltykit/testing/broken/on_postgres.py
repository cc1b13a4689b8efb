"""
Stores that are broken on PostgreSQL, over SQLAlchemy (P01, P19, P20, P24, P30).

They're in the table once this module is imported, which needs SQLAlchemy; the others need nothing.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, evolve, field
from sqlalchemy import Engine, text

from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, postgresql, reading
from loyaltykit.adapters.sqlalchemy.trouble import told
from loyaltykit.errors import VersionConflict
from loyaltykit.ledger.repository import Committed
from loyaltykit.testing.broken.table import breaks
from loyaltykit.testing.broken.window import Window
from loyaltykit.testing.contract.sqlalchemy_factories import OnPostgres

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from loyaltykit.adapters.sqlalchemy import Tables
    from loyaltykit.ledger.repository import Change


class Changed(SqlAlchemyRepository):
    """A repository over an engine, whose tables are made *ready* by a statement; all connections have one *window*."""

    ready: ClassVar[str] = ""

    def __init__(self, engine: Engine, tables: Tables, window: Window) -> None:
        super().__init__(engine, tables=tables)
        self._window = window


@define
class Postgres(OnPostgres):
    """A factory of stores on PostgreSQL whose repositories are of the class *made*."""

    made: type[Changed] = Changed
    window: Window = field(factory=Window, init=False)

    def create(self) -> SqlAlchemyRepository:
        """Make an empty store, and change its tables."""
        super().create()
        if self.made.ready:
            with self.engines[0].begin() as connection:
                connection.execute(text(self.made.ready.format(document=self.tables.document, due=self.tables.due)))
        return self.reopen()

    def reopen(self) -> SqlAlchemyRepository:
        """Give a repository over another engine."""
        return self.made(self.connect(), self.tables, self.window)


def on_postgres(cls: type[Changed]) -> Postgres:
    """Give a factory of stores of that class."""
    return Postgres(made=cls)


@breaks(
    "P30",
    on=on_postgres,
    like="what ORDER BY and < do by PostgreSQL's manual, where a cluster was made with a reader's locale",
)
class KeysByLocale(Changed):
    """Names are ordered as a reader of English would have them, not byte by byte."""

    ready = 'ALTER TABLE {document} ALTER key TYPE text COLLATE "en-x-icu"'


@breaks("P01", on=on_postgres, like="odoo/odoo#111670: floats, where every last digit counts")
class MomentsAsDoubles(Changed):
    """Due moments are doubles, which lose microseconds far from 1970."""

    ready = "ALTER TABLE {due} ALTER moment TYPE double precision"


class InSteps(Changed):
    """A commit is several statements, in a transaction of that *isolation*."""

    isolation: ClassVar[Any] = "READ COMMITTED"

    def commit(self, change: Change, /) -> Committed:
        with told(change):
            return self.stepwise(change)

    def stepwise(self, change: Change) -> Committed:
        """Look for the receipt, then write."""
        with closing(self._engine.connect()) as connection:
            connection.execution_options(isolation_level=self.isolation)
            known = reading.receipt(connection, self._tables, change.operation_id)
            if known is None:
                self.write(connection, change)
                connection.commit()
        return Committed(known.result if known else change.result, replayed=known is not None)

    def write(self, connection: Connection, change: Change) -> None:
        """Write *change*, whatever the versions are by now."""
        found = reading.load(connection, self._tables, [*change.guards])
        guards = {key: each.version for key, each in found.items()}
        postgresql.write(connection, self._tables, evolve(change, guards=guards))


@breaks(
    "P20",
    level=2,
    on=on_postgres,
    like="ACIDRain: 22 races in 12 shops under the isolation that's usual, a study of 2017",
)
class CheckedThenWritten(InSteps):
    """What is read is checked, then written over, in one transaction of READ COMMITTED: others commit between."""

    def write(self, connection: Connection, change: Change) -> None:
        found = reading.load(connection, self._tables, [*change.guards])
        for key, version in change.guards.items():
            if found[key].version != version:
                raise VersionConflict.of(key, version)
        self._window.stand_open()
        super().write(connection, change)


@breaks(
    "P19",
    level=2,
    on=on_postgres,
    like="a trial of ours; Jepsen's study of PostgreSQL 12.3 found that SERIALIZABLE itself leaked",
)
class SerializableTrusted(InSteps):
    """Versions aren't checked, since transactions are SERIALIZABLE; what was decided on was read before they began."""

    isolation = "SERIALIZABLE"

    def commit(self, change: Change, /) -> Committed:
        self._window.stand_open()
        return super().commit(change)


@breaks(
    "P24",
    level=2,
    on=on_postgres,
    like="juicedata/juicefs#2104, datahub-project/datahub#18401: rows locked in any order, and deadlocks",
)
class RowsAsGiven(InSteps):
    """Rows are locked in the order of the guards, and a deadlock is told as a store that can't be reached."""

    def commit(self, change: Change, /) -> Committed:
        with told():
            return self.stepwise(change)

    def write(self, connection: Connection, change: Change) -> None:
        lock = text(f"SELECT FROM {self._tables.document} WHERE key = :key FOR UPDATE")
        for number, key in enumerate(change.guards):
            connection.execute(lock, {"key": key})
            if not number:
                self._window.stand_open()
        postgresql.write(connection, self._tables, change)
