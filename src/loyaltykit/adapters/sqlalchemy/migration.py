"""
The tables as a step of Alembic: a host's own revision calls `upgrade` and `downgrade` with Alembic's ``op``.

They make what is there in this release. What a later one changes will have functions of its own, so that revisions stay
what they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.operations.ops import CreateIndexOp, CreateTableOp, DropTableOp

from loyaltykit.adapters.sqlalchemy.reading import quoted
from loyaltykit.adapters.sqlalchemy.tables import FILL, TABLES

if TYPE_CHECKING:
    from alembic.operations import Operations

    from loyaltykit.adapters.sqlalchemy.tables import Tables


def upgrade(op: Operations, tables: Tables = TABLES) -> None:
    """
    Make *tables* and their indexes; run offline, by ``--sql``, it prints them.

    Examples:
        >>> from alembic.migration import MigrationContext
        >>> from alembic.operations import Operations
        >>> from sqlalchemy import create_engine, inspect
        >>> from loyaltykit.adapters.sqlalchemy import migration
        >>> engine = create_engine("sqlite://")
        >>> with engine.begin() as connection:
        ...     migration.upgrade(Operations(MigrationContext.configure(connection)))
        >>> len(inspect(engine).get_table_names())
        4
        >>> engine.dispose()
    """
    for table in tables.all:
        op.invoke(CreateTableOp.from_table(table))
        for index in table.indexes:
            op.invoke(CreateIndexOp.from_index(index))
    if op.get_context().dialect.name == "postgresql":
        op.execute(FILL % {"fullname": quoted(tables.document)})


def downgrade(op: Operations, tables: Tables = TABLES) -> None:
    """Drop *tables*, with all that is kept in them."""
    for table in reversed(tables.all):
        op.invoke(DropTableOp.from_table(table))
