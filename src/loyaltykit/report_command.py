"""``loyaltykit report``: what a program came to, by what a store holds."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import StoreUnavailable
from loyaltykit.loyalty.loyalty import Loyalty
from loyaltykit.program.files import read_revisions
from loyaltykit.reports.cards import CardRow
from loyaltykit.reports.point_sums import BY
from loyaltykit.reports.points import PointsRow
from loyaltykit.values.period import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loyaltykit.reports.csv_file import CsvFile
    from loyaltykit.reports.report import Report
    from loyaltykit.reports.xlsx_file import XlsxFile

NAMES: Final = (
    "points",
    "point-sums",
    "liability",
    "tiers",
    "tier-moves",
    "tier-endings",
    "cards",
    "card-sums",
    "referrals",
    "invited",
    "promos",
    "worker-codes",
    "worker-bonuses",
    "surcharges",
)
"""The reports that there are."""

ONE_BY_ONE: Final[dict[str, tuple[str, type[Any]]]] = {
    "points": ("point-sums", PointsRow),
    "cards": ("card-sums", CardRow),
}
"""The reports whose rows may be millions: they're written and not printed. Printed are their sums, another report."""

ONLY: Final = {"member": "ID", "branch": "NAME", "service": "NAME", "kind": "KIND", "rule": "NAME", "revision": "ID"}
"""The options that say which postings a report is about, each with what it takes."""

OF_POSTINGS: Final = ("points", "point-sums")
"""The reports that take these options."""

BOUNDS: Final = {
    "worker-bonuses": (),
    "cards": (),
    "card-sums": (),
    "tier-endings": ("end",),
}
"""The bounds that reports of what is under way have; all others have a start and an end."""

AS_OF: Final = (
    "orders completed by then, as 2026-03-31T20:00+03:00; "
    "who was invited, budgets, bonus orders, tiers and gift cards as stored last"
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
    for name, takes in ONLY.items():
        add(f"--{name}", metavar=takes, help=f"of {' and '.join(OF_POSTINGS)}: postings with this {name} alone")
    add("--by", choices=BY, help="of point-sums, and of what points prints: what to sum up by (default: month)")
    add("--csv", metavar="OUT", help="write the rows there, for a spreadsheet")
    add("--xlsx", metavar="OUT", help="write the rows there, for Excel; needs loyaltykit[reports]")


def misused(args: argparse.Namespace) -> str | None:
    """Say what *args* ask for that their report doesn't know; None where all is well."""
    bounds = BOUNDS.get(args.name, ("start", "end"))
    if (args.start and "start" not in bounds) or (args.until and "end" not in bounds):
        left_out = "--from" if "end" in bounds else "--from and --until"
        return f"{args.name} are told as they stand: leave {left_out} out, and name a moment by --at"
    options = [f"--{name}" for name in (*ONLY, "by") if getattr(args, name) is not None]
    if options and args.name not in OF_POSTINGS:
        return f"{options[0]} is for {' and '.join(OF_POSTINGS)}: leave it out for {args.name}"
    return None


def reported(args: argparse.Namespace, files: Sequence[Callable[[type[Any]], CsvFile | XlsxFile]]) -> Report[Any]:
    """
    Give the report that *args* ask for, and write its rows to *files*, each made for its class: of points all postings.

    Days are those of the program's time zone. The store is only read. Raises `StoreUnavailable` where there's no store,
    `SettingsError` for program files with problems, and `InvalidValue` for a period that ends before it starts.
    """
    revisions = read_revisions(*args.programs)
    start, end = Period(args.start, args.until).bounds(zone=revisions.programs[0].zone)
    bounds = {"start": start, "end": end}
    asked: dict[str, Any] = {"at": args.at or datetime.now(UTC)}
    asked |= {name: bounds[name] for name in BOUNDS.get(args.name, ("start", "end"))}
    if args.name in OF_POSTINGS:
        asked |= {name: getattr(args, name) for name in ONLY}
    path = args.repository.removeprefix(SQLITE)
    if not Path(path).is_file():
        message = "there is no such file: name the one that the orders were kept in"
        raise StoreUnavailable(message)
    with closing(SqliteRepository(path, read_only=True)) as repository:
        reports = Loyalty(revisions, repository).reports
        summed, kind = ONE_BY_ONE.get(args.name, (args.name, None))
        by = {"by": args.by or "month"} if args.name in OF_POSTINGS else {}
        report: Report[Any] = getattr(reports, _called(summed))(**asked, **by)
        if kind is None:
            _write(report.rows, [file(report.kind) for file in files])
        elif files:
            _write(getattr(reports, _called(args.name))(**asked), [file(kind) for file in files])
        return report


def _called(name: str) -> str:
    return name.replace("-", "_")


def _write(rows: Iterable[Any], files: Sequence[CsvFile | XlsxFile]) -> None:
    with ExitStack() as stack:
        for file in files:
            stack.enter_context(file)
        for row in rows:
            for file in files:
                file.add(row)


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
