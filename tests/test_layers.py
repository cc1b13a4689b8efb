"""The layers hold, and the check that holds them sees a violation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"

pytestmark = pytest.mark.skipif(not SOURCE.is_dir(), reason="the layers are those of the source, which isn't here")


def lint(folder):
    """Run import-linter over the copy of the source in *folder*."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the source with its settings, to plant violations in."""
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold(copy):
    """No module imports from above."""
    done = lint(copy)
    assert done.returncode == 0, done.stdout


VIOLATIONS = {
    "values know rules": ("values/money.py", "from loyaltykit.rules.cashback import Cashback"),
    "a rule knows the program": ("rules/cashback.py", "from loyaltykit.program.program import Program"),
    "a rule knows another": ("rules/cashback.py", "from loyaltykit.rules.redemption import Redemption"),
    "the library knows its tests": ("waterfall/work_out.py", "from loyaltykit.testing import strategies"),
    "the ledger knows settings": ("ledger/entry.py", "from loyaltykit.settings.here import Here"),
    "districts know the ledger": ("geo/district.py", "from loyaltykit.ledger.entry import Entry"),
    "operations know a map's making": ("operations/place.py", "from loyaltykit.geo.district_map import DistrictMap"),
    "an adapter knows rules": ("adapters/memory.py", "from loyaltykit.rules.scope import Scope"),
    "an adapter knows reasons' tables": ("adapters/memory.py", "from loyaltykit.coded import Coded"),
    "an adapter knows another": ("adapters/memory.py", "from loyaltykit.adapters.sqlite import SqliteRepository"),
    "operations know words": ("operations/place.py", "from loyaltykit.messages.words import words"),
    "someone inside imports the public face": ("facts/order.py", "import loyaltykit"),
}


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_planted_violation_is_caught(copy, violation):
    """A check that can't fail would be worse than none."""
    name, line = VIOLATIONS[violation]
    module = copy / "src" / "loyaltykit" / name
    module.write_text(module.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
