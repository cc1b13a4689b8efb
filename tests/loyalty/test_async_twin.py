"""The async twins are what their origins make them, and have every call of theirs."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from loyaltykit.loyalty import (
    async_code_desk,
    async_driver,
    async_loyalty,
    async_members,
    async_reports,
    async_workers,
    code_desk,
    driver,
    loyalty,
    members,
    reports,
    workers,
)
from tests.loyalty import async_twin

CLASSES = [
    (loyalty.Loyalty, async_loyalty.AsyncLoyalty),
    (members.Members, async_members.AsyncMembers),
    (code_desk.CodeDesk, async_code_desk.AsyncCodeDesk),
    (workers.Workers, async_workers.AsyncWorkers),
    (reports.Reports, async_reports.AsyncReports),
    (driver.Driver, async_driver.AsyncDriver),
]
CALLS = [
    (name, plain, twin)
    for plain, twin in CLASSES
    for name, call in vars(plain).items()
    if inspect.isfunction(call) and (not name.startswith("_") or name == "__init__")
]
PLAIN = {"__init__", "on"}
"""What isn't awaited: it asks nothing of the store."""


@pytest.mark.parametrize("name", async_twin.TWINS)
def test_twins_are_fresh(name):
    """Whoever changes an origin runs ``make async``."""
    pytest.importorskip("ruff")
    there = Path(loyalty.__file__).with_name(name).read_text(encoding="utf-8")
    assert there == async_twin.made(name), f"{name} is older than what it's made from: run make async"


def test_a_table_that_has_grown_old_says_so(monkeypatch):
    """A pattern that is found no more would leave something untranslated."""
    table = (*async_twin.DRIVER, (r"self\.gone\(", "await self.gone("))
    monkeypatch.setitem(async_twin.TWINS, "async_driver.py", ("driver.py", table))
    with pytest.raises(LookupError, match=r"self.*gone.* isn't found in driver.py any more"):
        async_twin.made("async_driver.py")


@pytest.mark.parametrize(("plain", "twin"), CLASSES)
def test_twins_have_all_the_calls_and_no_other(plain, twin):
    """In the same order, too."""
    assert twin.__name__ == f"Async{plain.__name__}"
    assert list(vars(twin)) == list(vars(plain))


@pytest.mark.parametrize(("name", "plain", "twin"), CALLS)
def test_calls_take_and_give_the_same(name, plain, twin):
    """But that they're awaited, and written over async repositories."""
    ours, theirs = getattr(twin, name), getattr(plain, name)
    streams = inspect.isgeneratorfunction(theirs)
    assert inspect.isasyncgenfunction(ours) is streams
    assert inspect.iscoroutinefunction(ours) is (name not in PLAIN and not streams)
    assert str(inspect.signature(ours)).replace("Async", "") == str(inspect.signature(theirs))
