"""``loyaltykit replay``: what a program would have cost over past orders."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.errors import InvalidValue, SettingsError, UnreadableOrders
from loyaltykit.program.files import read_revisions
from loyaltykit.replay import Move, life_csv, read_columns, replay, report_csv, report_in_words
from loyaltykit.replay.picture import districts_svg
from loyaltykit.replay.words import PARTS, part_named
from loyaltykit.reports.csv_file import row_line
from loyaltykit.reports.csv_text import csv_line
from loyaltykit.reports.row import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from loyaltykit.geo import DistrictMap
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay import Columns, Report
    from loyaltykit.replay.outputs import Outputs

DISTRICT_KEY: Final = "LocationID"
"""The property with a district's id, where none is named."""

MEMORY: Final = "memory"
SQLITE: Final = "sqlite:"
"""How stores are named: the one, or the other and the path of a file."""

OUTPUTS: Final = ("json", "csv", "life", "moves", "refused", "svg")
"""The options that name files to write."""


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Add what the command is told to *parser*."""
    add = parser.add_argument
    add("--program", action="append", required=True, help="a program file; several are its revisions")
    add("--orders", required=True, help="past orders: CSV, plain or gzip; - for standard input")
    add("--columns", required=True, help="which column holds which fact of an order: .toml or .json")
    add(
        "--repository",
        type=_repository_name,
        metavar="STORE",
        help="have the orders live there, and report what became of the points: memory or sqlite:PATH",
    )
    add(
        "--redeem",
        choices=("all", "none"),
        help="with --repository: what members are taken to spend on every order: all that they may, or none (default)",
    )
    add("--json", metavar="OUT", help="write the whole report there, exact")
    add("--csv", metavar="OUT", help="write the months and branches there, for a spreadsheet")
    add("--life", metavar="OUT", help="with --repository: write what became of the points each month there, as CSV")
    add("--moves", metavar="OUT", help="write every move of a member on a ladder of tiers there, as CSV")
    add("--refused", metavar="OUT", help="write every refused row with its line and reason there, as CSV")
    add("--districts", metavar="MAP", help="a map, GeoJSON, by which pickups have their districts")
    add(
        "--district-key", metavar="PROPERTY", help="with --districts: the property with their ids (default: LocationID)"
    )
    add("--district-name", metavar="PROPERTY", help="with --districts: the property with their names")
    add("--svg", metavar="OUT", help="with --districts: draw them there, coloured by the surcharges that were paid")
    add("--say", type=_parts, metavar="PARTS", help=f"print these parts alone, with commas: {', '.join(PARTS)}")


def _repository_name(text: str) -> str:
    if text == MEMORY or (text.startswith(SQLITE) and text != SQLITE):
        return text
    message = f"{text!r} is no store: write memory, or sqlite: and the path of a file, as in sqlite:loyalty.db"
    raise argparse.ArgumentTypeError(message)


def _parts(text: str) -> list[str]:
    try:
        return [part_named(part) for part in text.split(",")]
    except InvalidValue as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def misused(args: argparse.Namespace) -> str | None:
    """Say what is wrong with the command line, None if nothing is."""
    for name in ("redeem", "life"):
        if args.repository is None and getattr(args, name) is not None:
            return f"--{name} needs --repository: without one nobody has points to spend, and none expire"
    for name in ("district_key", "district_name", "svg"):
        if args.districts is None and getattr(args, name) is not None:
            return f"--{name.replace('_', '-')} needs --districts: without a map there are none"
    return None


def inputs_of(args: argparse.Namespace) -> list[tuple[str, str]]:
    """Give what is read, each by its option and path."""
    inputs = [("--orders", args.orders), ("--columns", args.columns), *(("--program", path) for path in args.program)]
    return inputs if args.districts is None else [*inputs, ("--districts", args.districts)]


def replayed(args: argparse.Namespace, outputs: Outputs, bar: Any) -> str:
    """Give what it came to in words, and write all *outputs* that were asked for; *bar* is a class of progress bars."""
    files = [outputs.begin(f"--{name}", getattr(args, name)) for name in OUTPUTS]
    as_json, as_csv, life, moves, refused, svg = files
    revisions, columns = _settings(args)
    districts = _districts(args)
    refused.write(csv_line(("line", "code", "words")))
    moves.write(csv_line(columns_of(Move)))
    with _store(args.repository) as repository:
        report = _read(
            args.orders,
            bar,
            columns=columns,
            revisions=revisions,
            repository=repository,
            redeem="all" if args.redeem == "all" else None,
            districts=districts,
            on_move=lambda move: moves.write(row_line(move, columns_of(Move))),
            on_refused=lambda line, refusal: refused.write(csv_line((line, refusal.code, refusal.words))),
        )
    as_json.write(report.to_json())
    as_csv.write(report_csv(report))
    life.write(life_csv(report.life) if report.life else "")
    svg.write("" if districts is None else districts_svg(report, districts))
    return report_in_words(report, args.say)


def _store(name: str | None) -> AbstractContextManager[MemoryRepository | SqliteRepository | None]:
    """Give the store called *name* for a block, None for none; one in a file is made if it isn't there."""
    if name is None:
        return nullcontext()
    if name == MEMORY:
        return nullcontext(MemoryRepository())
    return closing(SqliteRepository(name.removeprefix(SQLITE)))


def _settings(args: argparse.Namespace) -> tuple[Revisions, Columns]:
    """Read the program and the columns; the problems of both are told at once."""
    read: list[Any] = []
    errors: list[SettingsError] = []
    for reader, paths in ((read_revisions, args.program), (read_columns, [args.columns])):
        try:
            read.append(reader(*paths))
        except SettingsError as error:
            errors.append(error)
    if errors:
        problems = [problem for error in errors for problem in error.problems]
        raise SettingsError("\n".join(map(str, errors)), problems=problems)
    return read[0], read[1]


def _districts(args: argparse.Namespace) -> DistrictMap | None:
    """Read the map of districts, if one is given."""
    if args.districts is None:
        return None
    from loyaltykit.geo import DistrictMap  # noqa: PLC0415 - most replays have none

    return DistrictMap.from_geojson(args.districts, key=args.district_key or DISTRICT_KEY, name=args.district_name)


def _read(path: str, bar: Any, **options: Any) -> Report:
    """Replay the orders at *path*, with a *bar* that moves as they're read, if there is one."""
    if path == "-" and sys.stdin is None:
        message = "standard input is closed: there are no orders to read"
        raise UnreadableOrders(message)
    with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as file:
        if bar is None:
            return replay(file, **options)
        shown = partial(bar, file=sys.stderr, leave=False)
        with shown(total=_size(file), desc="reading", unit="B", unit_scale=True) as bytes_read:
            return replay(
                _Watched(file, bytes_read.update),
                progress=lambda records, total: shown(records, total=total, desc="working out", unit=" orders"),
                **options,
            )


def _size(file: IO[bytes]) -> int | None:
    """Give the bytes of *file*; None for a stream, whose end nobody knows."""
    return os.fstat(file.fileno()).st_size or None


class _Watched:
    """A binary *file* that tells *update* how many bytes were read."""

    def __init__(self, file: IO[bytes], update: Callable[[int], object]) -> None:
        self._file = file
        self._update = update

    def read(self, size: int) -> bytes:
        given = self._file.read(size)
        self._update(len(given))
        return given
