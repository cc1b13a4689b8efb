"""Alembic: the shipped step makes what the metadata says, on both databases; it prints it, and takes it back."""

from __future__ import annotations

import io

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import MetaData, inspect, text

from loyaltykit.adapters.sqlalchemy import SqlAlchemyRepository, migration, tables
from loyaltykit.testing.contract.sqlalchemy_factories import OnPostgres, OnSqlite
from loyaltykit.testing.contract.trial import change_of

PREFIX = "migrated_"

ENVIRONMENT = """
from alembic import context
from tests.adapters.test_sqlalchemy_migration import RUN
if context.is_offline_mode():
    context.configure(dialect_name=RUN["dialect"], target_metadata=RUN["metadata"])
    context.run_migrations()
else:
    with RUN["engine"].connect() as connection:
        context.configure(connection=connection, target_metadata=RUN["metadata"], include_name=RUN["include"])
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
"""

REVISION = f"""
from alembic import op
from loyaltykit.adapters.sqlalchemy import migration, tables

revision, down_revision = "1", None

def upgrade():
    migration.upgrade(op, tables(prefix="{PREFIX}"))

def downgrade():
    migration.downgrade(op, tables(prefix="{PREFIX}"))
"""

RUN = {}
"""What the environment of Alembic, which it loads as a file, is to use."""


def ours(name, kind, _parents):
    """Look at our tables alone: others use the server, too."""
    return kind != "table" or name.startswith(PREFIX)


@pytest.fixture(params=[OnSqlite, OnPostgres])
def engine(request):
    factory = request.param()
    engine = factory.connect()
    yield engine
    with engine.begin() as connection:
        tables(prefix=PREFIX).document.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    factory.destroy()


@pytest.fixture
def config(engine, tmp_path):
    """A host's project of Alembic, with one revision."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENVIRONMENT)
    (tmp_path / "versions" / "1_loyalty.py").write_text(REVISION)
    metadata = MetaData()
    tables(prefix=PREFIX, metadata=metadata)
    RUN.update(engine=engine, dialect=engine.dialect.name, metadata=metadata, include=ours)
    config = Config(output_buffer=io.StringIO(), stdout=io.StringIO())
    config.set_main_option("script_location", str(tmp_path))
    config.set_main_option("path_separator", "os")
    return config


def test_what_it_makes_is_what_the_metadata_says(config, engine):
    """``alembic upgrade``, then ``alembic check``, types and indexes too; and the store works."""
    command.upgrade(config, "head")
    command.check(config)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, RUN["metadata"]) == []
    store = SqlAlchemyRepository(engine, tables=tables(prefix=PREFIX))
    assert not store.commit(change_of("o", guards={"a": 0})).replayed


def test_what_it_makes_is_what_create_all_makes(config, engine):
    """Column by column, with collations, indexes and the room that is left for updates."""
    command.upgrade(config, "head")
    migrated = described(engine)
    command.downgrade(config, "base")
    assert described(engine) == {}
    tables(prefix=PREFIX).create_all(engine)
    assert described(engine) == migrated
    assert len(migrated) == 4
    if engine.dialect.name == "postgresql":
        assert migrated[f"{PREFIX}document"][-1] == ["fillfactor=80"]


def described(engine):
    """Give what the database says of our tables."""
    look = inspect(engine)
    with engine.connect() as connection:
        options = (
            "SELECT reloptions FROM pg_class WHERE relname = :name"
            if look.dialect.name == "postgresql"
            else "SELECT sql LIKE '%WITHOUT ROWID' FROM sqlite_master WHERE name = :name"
        )
        filled = {name: connection.execute(text(options), {"name": name}).scalar() for name in look.get_table_names()}
    return {
        name: (
            [repr(column) for column in look.get_columns(name)],
            look.get_pk_constraint(name)["constrained_columns"],
            look.get_indexes(name),
            filled[name],
        )
        for name in look.get_table_names()
        if name.startswith(PREFIX)
    }


def test_offline_it_prints_the_statements(config):
    """``--sql``, for who may not run them."""
    command.upgrade(config, "head", sql=True)
    printed = config.output_buffer.getvalue()
    assert printed.count(f"CREATE TABLE {PREFIX}") == 4
    assert printed.count(f"CREATE INDEX {PREFIX}") == 2
    assert migration.__doc__


def test_a_schema_whose_name_is_a_word_of_sqls_is_quoted():
    """In what Alembic has no operation for as well."""
    printed = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": printed})
    migration.upgrade(Operations(context), tables(schema="user", metadata=MetaData()))
    assert 'ALTER TABLE "user"."loyaltykit_document" SET (fillfactor = 80)' in printed.getvalue()
