"""What the replay's tests share: a small program, its columns, and where the real files lie."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from loyaltykit import Loyalty, Points, Program, Revisions
from loyaltykit.ledger.cursor import entry_cursor
from loyaltykit.operations.programs import Programs
from loyaltykit.replay import Columns, replay

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

PROGRAM = {"id": "city", "currency": "USD", "point_value": "0.01", "time_zone": "America/Chicago"}
COLUMNS = {"moments": "iso", "columns": {"placed_at": "when", "price": "fare"}}
KINDS = ("issued", "redeemed", "expired")
FULL = {"placed_at": "when", "price": "fare", "customer": "who", "branch": "where", "channel": "how"}


def program(**settings):
    """Give a program of Chicago, where a point is worth a cent, with *settings* besides."""
    return Program.from_dict(PROGRAM | settings)


def revisions(**settings):
    """Give the same as the only revision."""
    return Revisions([program(**settings)])


def columns(*, named=None, **settings):
    """Give columns for ISO moments, ``when`` and ``fare``, or those *named*, with *settings* besides."""
    return Columns.from_dict(COLUMNS | {"columns": named or COLUMNS["columns"]} | settings)


def replayed(text, *, named=None, under=None, **settings):
    """Replay *text*, a CSV file, under 5 % cashback or the revisions *under*."""
    content = text if isinstance(text, bytes) else text.encode()
    how = columns(named=named, **settings)
    return replay(io.BytesIO(content), columns=how, revisions=under or revisions(cashback=[{"percent": 5}]))


def shared_file(name):
    """Give the path of a real file that isn't part of the project; the test is skipped where it isn't at hand."""
    folder = Path(os.environ.get("LOYALTYKIT_DATA", ROOT.parent / "shared" / "data"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{path} isn't there: set LOYALTYKIT_DATA to the folder that holds {name}")
    return path


def entries_of(repository):
    """Give all entries of *repository*, a page at a time."""
    found, after = [], None
    while page := repository.entries(account=None, start=None, end=None, after=after, limit=1000):
        found += page
        after = entry_cursor(page[-1])
    return found


def documents_of(repository):
    """Give what *repository* keeps under each key, with its version."""
    keys = repository.keys("", after=None, limit=100_000)
    return repository.load(keys)


def assert_agrees(report, repository, under):
    """See that issued, redeemed and expired come to what members have, by their documents and by their entries."""
    total, until = report.life.total, report.life.until
    loyalty, programs = Loyalty(under, repository), Programs(under)
    prefix = programs.key("member", "").removesuffix('""]')
    views = [
        loyalty.members.view(json.loads(key)[-1], at=until)
        for key in repository.keys(prefix, after=None, limit=100_000)
    ]
    booked = sum(entry.amount for entry in entries_of(repository) if entry.account.startswith(prefix))
    assert total.issued - total.redeemed - total.expired == total.liability
    assert total.liability == sum((view.balance + view.held - view.debt for view in views), start=Points(0))
    assert total.liability.minor == booked
    assert list(report.life.by_month.values())[-1].liability == total.liability
    assert [sum(getattr(month, name).minor for month in report.life.by_month.values()) for name in KINDS] == [
        getattr(total, name).minor for name in KINDS
    ]
