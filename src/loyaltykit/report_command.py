"""``loyaltykit report``: what a program came to, by what a store holds."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import StoreUnavailable
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.program.files import read_revisions
from loyaltykit.values.period import Period

if TYPE_CHECKING:
    from loyaltykit.reports.report import Report

NAMES: Final = ("referrals", "invited", "promos", "worker-codes", "worker-bonuses", "surcharges")
"""The reports that there are."""

AS_IT_STANDS: Final = "worker-bonuses"
"""The report of what is under way, of which there are no periods."""

AS_OF: Final = (
    "orders completed by then, as 2026-03-31T20:00+03:00; who was invited, budgets and bonus orders as stored last"
)
"""What a moment is to a report."""

SQLITE: Final = "sqlite:"
"""How the name of a store begins."""


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add what the command is told to *parser*."""
    add = parser.add_argument
    add("name", choices=NAMES, metavar="NAME", help=f"which one: {', '.join(NAMES)}")
    add("programs", nargs="+", metavar="PROGRAM", help="the program's file; several are its revisions")
    add("--repository", type=_store_name, required=True, metavar="STORE", help="the store: sqlite:PATH")
    add("--from", dest="start", type=_day, metavar="DAY", help="orders completed from this day on, as 2026-03-01")
    add("--until", type=_day, metavar="DAY", help="orders completed up to this day, all of it included")
    add("--at", type=_moment, metavar="MOMENT", help=f"{AS_OF} (default: now)")
    add("--csv", metavar="OUT", help="write the rows there, for a spreadsheet")


def reported(args: argparse.Namespace) -> Report[Any]:
    """
    Give the report that *args* ask for.

    Days are those of the program's time zone. Nothing is written. Raises `StoreUnavailable` where there's no store,
    `SettingsError` for program files with problems, and `InvalidValue` for a period that ends before it starts.
    """
    revisions = read_revisions(*args.programs)
    bounds = {}
    if args.name != AS_IT_STANDS:
        start, end = Period(args.start, args.until).bounds(zone=revisions.programs[0].zone)
        bounds = {"start": start, "end": end}
    path = args.repository.removeprefix(SQLITE)
    if not Path(path).is_file():
        message = "there is no such file: name the one that the orders were kept in"
        raise StoreUnavailable(message)
    at = args.at or datetime.now(UTC)
    with closing(SqliteRepository(path, read_only=True)) as repository:
        reports = Loyalty(revisions, repository).reports
        report: Report[Any] = getattr(reports, args.name.replace("-", "_"))(at=at, **bounds)
        return report


def _store_name(text: str) -> str:
    if text.startswith(SQLITE) and text != SQLITE:
        return text
    message = f"{text!r} is no store that is kept: write sqlite: and the path of a file, as in sqlite:loyalty.db"
    raise argparse.ArgumentTypeError(message)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no day: write it as 2026-03-01"
        raise argparse.ArgumentTypeError(message) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"{text!r} is no moment with its offset from UTC: write it as 2026-03-31T20:00+03:00"
        raise argparse.ArgumentTypeError(message)
    return moment
