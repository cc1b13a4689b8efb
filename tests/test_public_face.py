"""The public face: every name loads, has one home and an example that runs, and costs nothing until it's used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import loyaltykit

PUBLIC = [name for name in loyaltykit.__all__ if name != "__version__"]


def test_all_is_sorted_and_complete():
    """What is loaded by name, what is named in __all__ and what a type checker sees are one list."""
    source = Path(loyaltykit.__file__).read_text(encoding="utf-8")
    typed = source[source.index("if TYPE_CHECKING:") : source.index("__version__")]
    for_checkers = sorted(re.findall(r"^ {8}(\w+),$", typed, re.MULTILINE) + _one_line_imports(typed))
    assert sorted(loyaltykit.__all__) == loyaltykit.__all__
    assert sorted(loyaltykit._HOMES) == PUBLIC
    assert [name for name in for_checkers if name != "Any"] == PUBLIC
    assert set(PUBLIC) < set(dir(loyaltykit))


def _one_line_imports(source):
    lists = re.findall(r"^    from [\w.]+ import (?!\()(.+)$", source, re.MULTILINE)
    return [name for names in lists for name in names.split(", ")]


def test_a_star_import_gives_every_name():
    """And nothing of the machinery."""
    namespace = {}
    exec("from loyaltykit import *", namespace)  # noqa: S102 - a star import can't stand in a function
    assert {name for name in namespace if name != "__builtins__"} == set(loyaltykit.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented_with_an_example(name):
    """A class or a function says what it is and shows it running, and its home is where it says it is."""
    thing = getattr(loyaltykit, name)
    assert thing.__name__ == name
    assert thing.__module__ == f"loyaltykit.{loyaltykit._HOMES[name]}"
    assert ">>> " in thing.__doc__, f"{name} has no example"


def test_an_unknown_name_is_an_attribute_error():
    """As in any other module."""
    with pytest.raises(AttributeError, match="no attribute 'Wallet'"):
        loyaltykit.Wallet  # noqa: B018 - the look-up is the test


def loaded_by(code):
    """Give the modules that a fresh Python has loaded after *code*."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", script], env=unmeasured, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_importing_the_package_loads_none_of_it():
    """The cost is paid by who uses a name."""
    ours = {name for name in loaded_by("import loyaltykit") if name.startswith(("loyaltykit", "attr"))}
    assert ours == {"loyaltykit"}


def test_a_decision_loads_no_more_than_it_needs():
    """Neither calendar arithmetic nor geometry, words of other languages, or the readers of files."""
    modules = loaded_by(
        "from loyaltykit import Cashback, Money, Order, Percent, PointValue, cashback_for\n"
        "from datetime import datetime, timezone\n"
        "order = Order(id='o', customer='m', price=Money(412, 'RUB'))\n"
        "cashback_for(Cashback(percent=Percent(5)), order, at=datetime.now(timezone.utc), "
        "point_value=PointValue(1, 'RUB'))"
    )
    assert not modules & {"dateutil", "shapely", "babel", "zoneinfo", "tomllib", "tomli_w", "sqlite3"}
    assert "loyaltykit.values.term" not in modules


def test_the_version_is_the_packages():
    """One version, told in two places."""
    project = Path(__file__).parent.parent / "pyproject.toml"
    assert f'version = "{loyaltykit.__version__}"' in project.read_text(encoding="utf-8")
