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
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

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
from loyaltykit.program.files import read_program
from loyaltykit.program.schema import program_schema
from loyaltykit.program.words import program_in_words
from loyaltykit.replay.outputs import Outputs, UnwritableOutput
from loyaltykit.replay_command import MEMORY, SQLITE, add_replay, inputs_of, replayed
from loyaltykit.replay_command import misused as replay_misused
from loyaltykit.report_command import add_report, reported
from loyaltykit.report_command import misused as report_misused
from loyaltykit.reports.csv_file import CsvFile
from loyaltykit.reports.xlsx_file import XlsxFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loyaltykit.settings.problem import Problem

BAD_SETTINGS = BROKEN_PROMISES = 1
BAD_USAGE = 2
STOPPED = 130
TERMINATED = 143


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
    replaying = commands.add_parser("replay", help="what would a program have cost over past orders?")
    add_replay(replaying)
    replaying.set_defaults(run=_replay, refuse=replaying.error)
    report = commands.add_parser("report", help="what did a program come to, by what a store holds?")
    add_report(report)
    report.set_defaults(run=_report, refuse=report.error)
    return parser


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
    wrong = replay_misused(args)
    if wrong is not None:
        args.refuse(wrong)
    with _ended_by_sigterm(), Outputs(inputs_of(args)) as outputs:
        _keep_store(outputs, args.repository)
        _say(replayed(args, outputs, _bar()))  # before the files stand in their places: if it can't be said, none does
    return 0


def _report(args: argparse.Namespace) -> int:
    wrong = report_misused(args)
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


def _bar() -> Any:
    """Give the class of progress bars: only on a terminal, and only where tqdm is installed."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return tqdm


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
