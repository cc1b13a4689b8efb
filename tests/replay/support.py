"""What the replay's tests share: a small program, its columns, and where the real files lie."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from loyaltykit import Program, Revisions
from loyaltykit.replay import Columns, replay

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

PROGRAM = {"id": "city", "currency": "USD", "point_value": "0.01", "time_zone": "America/Chicago"}
COLUMNS = {"moments": "iso", "columns": {"placed_at": "when", "price": "fare"}}
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
