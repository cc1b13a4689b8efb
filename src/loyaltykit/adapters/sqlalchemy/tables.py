"""The four tables of a store, as SQLAlchemy's metadata: documents, receipts, entries, due moments."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen
from sqlalchemy import DDL, BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, event
from sqlalchemy.dialects.postgresql import TEXT

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

PREFIX: Final = "loyaltykit_"
"""What the names of tables and indexes begin with, unless the host says otherwise."""

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_BYTES: Final = Text().with_variant(TEXT(collation="C"), "postgresql")
"""Names, compared byte by byte: SQLite does so unasked."""

FILL: Final = "ALTER TABLE %(fullname)s SET (fillfactor = 80)"
"""On PostgreSQL documents leave room for a new version beside the old, so that no index has to change."""

_FILLED = DDL(FILL)  # type: ignore[no-untyped-call]


@frozen(eq=False)
class Tables:
    """
    The tables of one store: *document*, *receipt*, *entry* and *due*.

    Names are compared byte by byte. Moments are whole microseconds since 1970 in UTC. The index of an account's entries
    has `account_hash`, since PostgreSQL has no room for two long names in one row of an index.

    Examples:
        >>> from loyaltykit.adapters.sqlalchemy import tables
        >>> tables(prefix="points_").document.name
        'points_document'
    """

    document: Table
    receipt: Table
    entry: Table
    due: Table

    @property
    def all(self) -> list[Table]:
        """All four."""
        return [self.document, self.receipt, self.entry, self.due]

    def create_all(self, bind: Engine | Connection) -> None:
        """
        Make those tables that aren't there yet; over an async engine by ``await connection.run_sync(it)``.

        Examples:
            >>> from sqlalchemy import create_engine, inspect
            >>> from loyaltykit.adapters.sqlalchemy import tables
            >>> engine = create_engine("sqlite://")
            >>> tables().create_all(engine)
            >>> inspect(engine).get_table_names()
            ['loyaltykit_document', 'loyaltykit_due', 'loyaltykit_entry', 'loyaltykit_receipt']
            >>> engine.dispose()
        """
        self.document.metadata.create_all(bind, tables=self.all)


def tables(*, prefix: str = PREFIX, schema: str | None = None, metadata: MetaData | None = None) -> Tables:
    """
    Give the tables whose names begin with *prefix*, in *schema*, as parts of *metadata*: the host's, or one's own.

    The same ones again for the same arguments. Raises `InvalidValue` for a prefix or schema that isn't plain.

    Examples:
        >>> from sqlalchemy import MetaData
        >>> from loyaltykit.adapters.sqlalchemy import tables
        >>> ours = MetaData()
        >>> tables(prefix="points_", schema="loyalty", metadata=ours).entry.fullname
        'loyalty.points_entry'
        >>> sorted(ours.tables)[0]
        'loyalty.points_document'
        >>> tables() is tables()
        True
    """
    for what, name in (("prefix", prefix), ("schema", schema)):
        if name is not None and not _NAME.fullmatch(name):
            message = f"the {what} {name!r} isn't 1 to 40 plain letters in lower case, digits and _: such as {PREFIX}"
            raise InvalidValue(message, value=name)
    return _tables(prefix, schema, metadata)


@cache
def _tables(prefix: str, schema: str | None, given: MetaData | None) -> Tables:
    metadata = MetaData() if given is None else given
    made = Tables(
        document=Table(
            f"{prefix}document",
            metadata,
            Column("key", _BYTES, primary_key=True),
            Column("version", BigInteger, nullable=False),
            Column("body", Text),
            schema=schema,
        ),
        receipt=Table(
            f"{prefix}receipt",
            metadata,
            Column("operation", _BYTES, primary_key=True),
            Column("digest", Text, nullable=False),
            Column("result", Text, nullable=False),
            schema=schema,
        ),
        entry=Table(
            f"{prefix}entry",
            metadata,
            Column("at", BigInteger, nullable=False),
            Column("account_hash", BigInteger, nullable=False),
            Column("amount", BigInteger, nullable=False),
            Column("line", Integer, nullable=False),
            Column("operation", _BYTES, nullable=False),
            Column("account", _BYTES, nullable=False),
            Column("unit", Text, nullable=False),
            Column("detail", Text, nullable=False),
            PrimaryKeyConstraint("at", "operation", "line"),
            Index(f"{prefix}entry_of_account", "account_hash", "at"),
            schema=schema,
            sqlite_with_rowid=False,
        ),
        due=Table(
            f"{prefix}due",
            metadata,
            Column("key", _BYTES, primary_key=True),
            Column("moment", BigInteger, nullable=False),
            Index(f"{prefix}due_by_moment", "moment", "key"),
            schema=schema,
        ),
    )
    event.listen(made.document, "after_create", _FILLED.execute_if(dialect="postgresql"))
    return made


def account_hash(account: str) -> int:
    """
    Give the first 8 bytes of the SHA-256 of *account*, as a whole number with a sign: what its entries are found by.

    Examples:
        >>> account_hash("member/m1")
        -8144454778928678507
    """
    return int.from_bytes(hashlib.sha256(account.encode()).digest()[:8], signed=True)


metadata: Final = MetaData()
"""Has the tables of a store with the usual names: Alembic's ``target_metadata``, or one of them."""

TABLES: Final = tables(metadata=metadata)
"""The tables with the usual names."""
