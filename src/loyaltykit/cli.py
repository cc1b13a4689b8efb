"""
The command line: check a program file, print the schema of program files, replay past orders, report what a program
came to, try a repository.

Exit status: 0 where all went well, 1 where settings have problems or a repository breaks a promise, 2 for a wrong
command line, orders that can't be read, outputs that can't be written or a store that fails, 130 and 143 where it was
interrupted or told to end. Files are written only when everything went well; a store keeps what it got.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.conformance_command import add_conformance, conformed
from loyaltykit.conformance_command import misused as conformance_misused
from loyaltykit.errors import (
    InvalidDistrictMap,
    InvalidValue,
    MissingExtra,
    NoRevision,
    RepositoryError,
    SettingsError,
    UnreadableOrders,
)
from loyaltykit.program.files import read_program, read_revisions
from loyaltykit.program.schema import program_schema
from loyaltykit.program.words import program_in_words
from loyaltykit.replay import Move, life_csv, read_columns, replay, report_csv, report_in_words
from loyaltykit.replay.outputs import Outputs, UnwritableOutput
from loyaltykit.replay.picture import districts_svg
from loyaltykit.replay.words import PARTS, part_named
from loyaltykit.report_command import add_report, misused, reported
from loyaltykit.reports.csv_file import CsvFile, row_line
from loyaltykit.reports.csv_text import csv_line
from loyaltykit.reports.row import columns_of
from loyaltykit.reports.xlsx_file import XlsxFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from loyaltykit.geo import DistrictMap
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay import Columns, Report
    from loyaltykit.settings.problem import Problem

DISTRICT_KEY = "LocationID"
"""The property with a district's id, where none is named."""

BAD_SETTINGS = BROKEN_PROMISES = 1
BAD_USAGE = 2
STOPPED = 130
TERMINATED = 143

MEMORY = "memory"
SQLITE = "sqlite:"
"""How stores are named: the one, or the other and the path of a file."""

OUTPUTS = ("json", "csv", "life", "moves", "refused", "svg")
"""The options of a replay that name files to write."""


class _Terminated(BaseException):
    """The process was told to end."""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command line *argv* (that of the process, if left out) and give the exit status.

    Examples:
        >>> from loyaltykit.cli import main
        >>> main(["check", "missing.toml"])
        missing.toml: can't be read: No such file or directory (give the path of a file that you may read)
        1
    """
    args = _parser().parse_args(argv)
    if sys.stdout is None:
        return _complain("standard output is closed: nothing could be said", BAD_USAGE)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a stream that somebody put there
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status: int = args.run(args)
    except SettingsError as error:
        status = _complain(error, BAD_SETTINGS)
    except InvalidDistrictMap as error:
        status = _complain(f"--districts: {error}", BAD_SETTINGS)
    except UnreadableOrders as error:
        status = _complain(f"{args.orders}: {error}", BAD_USAGE)
    except RepositoryError as error:
        store = getattr(args, "repository", None)
        status = _complain(f"--repository {store}: {error}" if store else error, BAD_USAGE)
    except (OSError, UnwritableOutput) as error:
        status = _complain(error, BAD_USAGE)
    except KeyboardInterrupt as error:
        status = _complain(f"{' '.join(['stopped', *map(str, error.args)])}; {_left(args)}", STOPPED)
    except _Terminated:
        status = _complain(f"told to end; {_left(args)}", TERMINATED)
    return status


def _left(args: argparse.Namespace) -> str:
    """Say what a replay that didn't come to its end has left."""
    if args.run is _report or getattr(args, "repository", None) in {None, MEMORY}:
        return "nothing was written"
    return "no file was written, and the store keeps the orders that it got: the same again goes on from there"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loyaltykit", description="Loyalty rules: check them, and see what they cost."
    )
    version = sys.modules["loyaltykit"].__version__  # what is inside imports nothing of the face
    parser.add_argument("--version", action="version", version=f"loyaltykit {version}")
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser("check", help="say what is wrong with program files, or what they mean")
    check.add_argument("programs", nargs="+", metavar="PROGRAM", help="a program, .toml or .json")
    check.add_argument("--lang", type=_language, help="tell problems in this language: en, ru or uk (default: en)")
    check.set_defaults(run=_check)
    schema = commands.add_parser("schema", help="print the JSON Schema of program files, for editors")
    schema.set_defaults(run=_schema)
    conformance = commands.add_parser("conformance", help="does a repository keep its promises?")
    add_conformance(conformance)
    conformance.set_defaults(run=_conformance, refuse=conformance.error)
    _add_replay(commands.add_parser("replay", help="what would a program have cost over past orders?"))
    report = commands.add_parser("report", help="what did a program come to, by what a store holds?")
    add_report(report)
    report.set_defaults(run=_report, refuse=report.error)
    return parser


def _add_replay(parser: argparse.ArgumentParser) -> None:
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
    parser.set_defaults(run=_replay, refuse=parser.error)


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


def _language(text: str) -> str:
    from loyaltykit.messages.words import speech_in  # noqa: PLC0415 - most people read English

    try:
        return speech_in(text).language
    except InvalidValue as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _check(args: argparse.Namespace) -> int:
    status = 0
    for path in args.programs:
        try:
            program = read_program(path)
        except SettingsError as error:
            status = BAD_SETTINGS
            for problem in error.problems:
                _say(f"{path}: {_told(problem, args.lang)}")
        else:
            _say(program_in_words(program))
            _say(f"revision {program.revision}")
    return status


def _told(problem: Problem, language: str | None) -> str:
    """Give *problem* in *language*; in English, without loading any other, if none was asked for."""
    if language is None:
        return str(problem)
    from loyaltykit.messages.words import words  # noqa: PLC0415 - most people read English

    return words(problem, language)


def _schema(_args: argparse.Namespace) -> int:
    _say(json.dumps(program_schema(), ensure_ascii=False, indent=2))
    return 0


def _conformance(args: argparse.Namespace) -> int:
    wrong = conformance_misused(args)
    if wrong is not None:
        args.refuse(wrong)
    try:
        said, well = conformed(args, _bar())
    except InvalidValue as error:
        return _complain(error, BAD_USAGE)
    _say(said)
    return 0 if well else BROKEN_PROMISES


def _replay(args: argparse.Namespace) -> int:
    for name in ("redeem", "life"):
        if args.repository is None and getattr(args, name) is not None:
            args.refuse(f"--{name} needs --repository: without one nobody has points to spend, and none expire")
    for name in ("district_key", "district_name", "svg"):
        if args.districts is None and getattr(args, name) is not None:
            args.refuse(f"--{name.replace('_', '-')} needs --districts: without a map there are none")
    inputs = [("--orders", args.orders), ("--columns", args.columns), *(("--program", path) for path in args.program)]
    if args.districts is not None:
        inputs.append(("--districts", args.districts))
    with _ended_by_sigterm(), Outputs(inputs) as outputs:
        _keep_store(outputs, args.repository)
        files = [outputs.begin(f"--{name}", getattr(args, name)) for name in OUTPUTS]
        as_json, as_csv, life, moves, refused, svg = files
        revisions, columns = _settings(args)
        districts = _districts(args)
        refused.write(csv_line(("line", "code", "words")))
        moves.write(csv_line(columns_of(Move)))
        with _store(args.repository) as repository:
            report = _replayed(
                args.orders,
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
        _say(
            report_in_words(report, args.say)
        )  # before the files stand in their places: if it can't be said, none does
    return 0


def _report(args: argparse.Namespace) -> int:
    wrong = misused(args)
    if wrong is not None:
        args.refuse(wrong)
    try:
        with Outputs([("PROGRAM", path) for path in args.programs]) as outputs:
            _keep_store(outputs, args.repository)
            as_csv, as_xlsx = outputs.begin("--csv", args.csv), outputs.begin("--xlsx", args.xlsx, binary=True)
            files: list[Callable[[type[Any]], CsvFile | XlsxFile]] = []
            if args.csv is not None:
                files.append(partial(CsvFile, as_csv))
            if args.xlsx is not None:
                files.append(partial(XlsxFile, as_xlsx))
            _say(str(reported(args, files)))
    except (InvalidValue, MissingExtra, NoRevision) as error:
        return _complain(error, BAD_USAGE)
    return 0


def _keep_store(outputs: Outputs, name: str | None) -> None:
    """Keep the file of the store called *name* from being an output, or an input."""
    if name not in {None, MEMORY}:
        outputs.keep(f"--repository {name}", str(name).removeprefix(SQLITE))


def _store(name: str | None) -> AbstractContextManager[MemoryRepository | SqliteRepository | None]:
    """Give the store called *name* for a block, None for none; one in a file is made if it isn't there."""
    if name is None:
        return nullcontext()
    if name == MEMORY:
        return nullcontext(MemoryRepository())
    return closing(SqliteRepository(name.removeprefix(SQLITE)))


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Have SIGTERM end the block as an error does, so that it leaves no file behind; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)  # None, if Python didn't set it


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


def _replayed(path: str, **options: Any) -> Report:
    bar = _bar()
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


def _bar() -> Any:
    """Give the class of progress bars: only on a terminal, and only where tqdm is installed."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return tqdm


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


def _say(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - for what is still held back
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # whoever reads our words may have read enough, as head does
            message = f"standard output can't be written: {error.strerror}"
            raise UnwritableOutput(message) from None


def _complain(what: object, status: int) -> int:
    with suppress(OSError, AttributeError):  # closed, or nobody reads it
        sys.stderr.write(f"loyaltykit: {what}\n")
    return status
