"""A plain repository on PostgreSQL over one connection of psycopg, its factory, and stores that bear no crash."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import psycopg
from attrs import define, field
from psycopg.pq import TransactionStatus

from loyaltykit.errors import CommitUnknown, OperationMismatch, StoreUnavailable, VersionConflict
from loyaltykit.ledger.cursor import behind_due, behind_entry, from_micros, micros
from loyaltykit.ledger.entry import Entry
from loyaltykit.ledger.repository import Committed, Due, Receipt, Versioned
from loyaltykit.testing.postgres import Cluster  # noqa: TC001 - attrs doesn't resolve annotations

SCHEMA = """
CREATE TABLE document (key text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, body text);
CREATE TABLE receipt (operation text COLLATE "C" PRIMARY KEY, digest text NOT NULL, result text NOT NULL);
CREATE TABLE entry (
    at bigint, operation text COLLATE "C", line integer, account text COLLATE "C", unit text, amount bigint,
    detail text, PRIMARY KEY (at, operation, line)
);
CREATE TABLE due (key text COLLATE "C" PRIMARY KEY, moment bigint NOT NULL);
"""


class PlainPostgres:
    """Sound: the receipt first, then each document by its version, and all of it one transaction."""

    settings = "-c synchronous_commit=local"
    schema = SCHEMA

    def __init__(self, url, name, told=lambda _: None):
        self._url, self._name, self._told = url, name, told
        self._connection = None

    def close(self):
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _let_go(self):
        """Connect anew the next time."""
        self.close()

    def _rows(self, text, *values):
        """Send a statement, over a fresh connection where the last one is lost; give its rows."""
        if self._connection is None:
            options = f"-c search_path={self._name} {self.settings}"
            self._connection = psycopg.connect(self._url, autocommit=True, options=options)
        self._told(text)
        cursor = self._connection.execute(text, values)
        return cursor.fetchall() if cursor.description else [()] * max(cursor.rowcount, 0)

    def _asked(self, text, *values):
        try:
            return self._rows(text, *values)
        except psycopg.Error as error:
            self._let_go()
            raise StoreUnavailable(str(error)) from error

    def load(self, keys, /):
        rows = self._asked("SELECT key, version, body FROM document WHERE key = ANY(%s)", list(keys))
        return dict.fromkeys(keys, Versioned(0, None)) | {key: Versioned(*found) for key, *found in rows}

    def receipt(self, operation_id, /):
        rows = self._asked("SELECT operation, digest, result FROM receipt WHERE operation = %s", operation_id)
        return Receipt(*rows[0]) if rows else None

    def keys(self, prefix, /, *, after, limit):
        text = "SELECT key FROM document WHERE starts_with(key, %s) AND key > %s ORDER BY key LIMIT %s"
        return [key for (key,) in self._asked(text, prefix, after or "", limit)]

    def entries(self, *, account, start, end, after, limit):
        assert (account, start, end) == (None, None, None)
        text = (
            "SELECT at, operation, line, account, unit, amount, detail FROM entry "
            "WHERE (at, operation, line) > (%s, %s, %s) ORDER BY at, operation, line LIMIT %s"
        )
        behind = (-(2**63), "", 0) if after is None else behind_entry(after)
        names = ("operation", "line", "account", "unit", "amount", "detail")
        return [
            Entry(at=from_micros(at), **dict(zip(names, rest, strict=True)))
            for at, *rest in self._asked(text, *behind, limit)
        ]

    def due(self, before, /, *, after, limit):
        text = (
            "SELECT key, moment FROM due WHERE moment <= %s AND (moment, key) > (%s, %s) ORDER BY moment, key LIMIT %s"
        )
        behind = (-(2**63), "") if after is None else behind_due(after)
        return [Due(key, from_micros(moment)) for key, moment in self._asked(text, micros(before), *behind, limit)]

    def commit(self, change, /):
        try:
            known = self._written(change)
        except psycopg.Error as error:
            self._let_go()
            raise StoreUnavailable(str(error)) from error
        if known is None:
            return Committed(change.result, replayed=False)
        if known[0] != change.digest:
            raise OperationMismatch.of(change.operation_id, known[1])
        return Committed(known[1], replayed=True)

    def _written(self, change):
        self._rows("BEGIN")
        known = self._receipt(change)
        if known is None:
            self._rest(change)
        self._end(change)
        return known

    def _end(self, change):
        try:
            self._rows("COMMIT")
        except psycopg.Error as error:
            self._let_go()
            raise CommitUnknown(str(error), operation_id=change.operation_id) from error

    def _receipt(self, change):
        text = "INSERT INTO receipt VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
        if self._rows(text, change.operation_id, change.digest, change.result):
            return None
        return self._rows("SELECT digest, result FROM receipt WHERE operation = %s", change.operation_id)[0]

    def _rest(self, change):
        self._documents(change)
        for e in change.entries:
            row = (micros(e.at), e.operation, e.line, e.account, e.unit, e.amount, e.detail)
            self._rows("INSERT INTO entry VALUES (%s, %s, %s, %s, %s, %s, %s)", *row)
        self._moments(change)

    def _documents(self, change):
        for key, version in sorted(change.guards.items()):
            if version:
                text = "UPDATE document SET version = version + 1 WHERE key = %s AND version = %s"
                done = self._rows(text, key, version)
            else:
                done = self._rows("INSERT INTO document VALUES (%s, 1, NULL) ON CONFLICT DO NOTHING", key)
            if not done:
                self._rows("ROLLBACK")
                raise VersionConflict.of(key, version)
            if key in change.puts:
                self._rows("UPDATE document SET body = %s WHERE key = %s", change.puts[key], key)

    def _moments(self, change):
        for key, moment in change.due.items():
            self._rows("DELETE FROM due WHERE key = %s", key)
            if moment is not None:
                self._rows("INSERT INTO due VALUES (%s, %s)", key, micros(moment))


class Unanswered(PlainPostgres):
    """Sound: but what it commits is answered by nobody, since the server waits for another one to have it, too."""

    settings = "-c synchronous_commit=on"


BROKEN = {}
"""Every store that doesn't bear that its server is killed, by its name, with what is told of it."""


def broken(told):
    def noted(cls):
        BROKEN[cls.__name__] = cls, told
        return cls

    return noted


@broken("what is kept of .* is None, not Receipt")
class NotOnTheDisk(PlainPostgres):
    """A commit returns before it's written down."""

    settings = "-c synchronous_commit=off"


@broken("what is kept of .* is None, not Receipt|what documents say is posted|as the script never left it")
class NotInTheLog(PlainPostgres):
    """A table that isn't logged is emptied when its server has been killed."""

    schema = SCHEMA.replace("CREATE TABLE receipt", "CREATE UNLOGGED TABLE receipt")


@broken("as the script never left it|where orders stand|of which StoreUnavailable was told")
class ReceiptInItsOwnTransaction(PlainPostgres):
    """That it was done is written first, so that no other does it, then what was done."""

    def _written(self, change):
        known = self._receipt(change)
        if known is None:
            self._rows("BEGIN")
            self._rest(change)
            self._end(change)
        return known


@broken("as the script never left it|what .* (is|are|say|leave|have)")
class EachStatementAlone(PlainPostgres):
    """Each statement is a transaction of its own."""

    def _written(self, change):
        known = self._receipt(change)
        if known is None:
            self._rest(change)
        return known


@broken("what is kept of .* is None, not Receipt")
class AcknowledgedBeforeCommit(PlainPostgres):
    """A commit is acknowledged when its statements are sent; whoever asks next has it ended."""

    def _end(self, _change):
        """Leave the transaction open."""

    def _rows(self, text, *values):
        if self._connection is not None and self._connection.info.transaction_status == TransactionStatus.INTRANS:
            return self._once_ended(text, *values)
        return super()._rows(text, *values)

    def _once_ended(self, text, *values):
        if text == "BEGIN" or text.startswith("SELECT"):
            super()._rows("COMMIT")
        return super()._rows(text, *values)


@broken("of which StoreUnavailable was told")
class LostMeansNotWritten(Unanswered):
    """A connection that is lost while a transaction ends is taken for one that was lost before."""

    def _end(self, _change):
        self._rows("COMMIT")


@broken("what is kept of .* is None, not Receipt")
class LostMeansWritten(PlainPostgres):
    """A connection that is lost while a transaction ends is taken for one that was lost behind it."""

    settings = f"{PlainPostgres.settings} -c commit_delay=100000 -c commit_siblings=0"

    def _end(self, change):
        with suppress(CommitUnknown):
            super()._end(change)


@broken("was told VersionConflict|an acknowledged result is|what is kept of .* is None|as the script never left it")
class TriedUnderAnotherName(Unanswered):
    """What may not have been written is written once more, and by another name, so that it isn't refused."""

    def __init__(self, *given):
        super().__init__(*given)
        self._lost = set()

    def _end(self, change):
        try:
            super()._end(change)
        except CommitUnknown:
            self._lost.add(change.operation_id)
            raise

    def _receipt(self, change):
        again = change.operation_id in self._lost
        return super()._receipt(Named(change, f"{change.operation_id} again") if again else change)


@broken("a client failed with .*(OperationalError|AdminShutdown)")
class ErrorsOfTheDriver(PlainPostgres):
    """What the driver raises is nobody's business but the host's."""

    def _asked(self, text, *values):
        return self._rows(text, *values)


@broken("a client was told an error while the server was there")
class NeverConnectsAnew(PlainPostgres):
    """A connection that is lost is asked over and over."""

    def _let_go(self):
        """Keep it."""


class Named:
    """A *change* by another *name*."""

    def __init__(self, change, name):
        self.operation_id, self.digest, self.result = name, change.digest, change.result


@define
class OwnCluster:
    """A factory of stores on a *cluster* of its own, a schema each, connections being what *make* gives."""

    cluster: Cluster
    make: type = PlainPostgres
    capabilities: frozenset = frozenset({"threads", "processes", "durable"})
    schema: str = field(default="", init=False)

    def create(self):
        if not self.cluster.running:
            self.cluster.start()
        self.schema = f"store_{uuid4().hex}"
        with psycopg.connect(self.cluster.url, autocommit=True, options=PlainPostgres.settings) as connection:
            connection.execute(f"CREATE SCHEMA {self.schema}; SET search_path = {self.schema}; {self.make.schema}")
        return self.reopen()

    def reopen(self):
        return self.make(self.cluster.url, self.schema)

    def destroy(self):
        """Leave the schema: the cluster is thrown away."""

    def trace(self, callback):
        return self.make(self.cluster.url, self.schema, callback)

    def kill_server(self):
        self.cluster.kill()

    def start_server(self):
        self.cluster.start()
