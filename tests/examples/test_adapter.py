"""The adapter of docs/adapter.md, as it lies in examples/adapter: it's small, and keeps the contract on both."""

from __future__ import annotations

import ast
import sys
from typing import ClassVar

import pytest

from loyaltykit.testing import RepositoryContract
from tests.examples.adapter_page import ROOT

FOLDER = ROOT / "examples" / "adapter"


@pytest.fixture(autouse=True, scope="module")
def _found():
    """Have its modules found, as they are by whoever runs the kit in their folder."""
    sys.path.insert(0, str(FOLDER))
    yield
    sys.path.remove(str(FOLDER))
    for name in ("dbapi", "proof", "transactions"):
        sys.modules.pop(name, None)


class TestOnSqlite(RepositoryContract):
    """On SQLite, it keeps all that it claims."""

    factory: ClassVar[str] = "proof:on_sqlite"


class TestOnPostgresql(RepositoryContract):
    """On PostgreSQL, where there is one, the same files do."""

    factory: ClassVar[str] = "proof:on_postgresql"


def lines_of_code(source: str) -> int:
    """Count the lines that have code, docstrings left out."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return sum(len(line) > 0 for line in ast.unparse(tree).splitlines())


def test_it_is_small():
    """Whoever writes one has about as much to write, tests and all."""
    counts = {path.name: lines_of_code(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.py")}
    assert counts["dbapi.py"] + counts["transactions.py"] <= 150, counts
