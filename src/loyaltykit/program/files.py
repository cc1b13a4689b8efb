"""
Program files: TOML and JSON in, the same out. Row B8.

Files are untrusted: their size is bounded, their keys may not repeat, and whatever is wrong is a problem with its path.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import SettingsError
from loyaltykit.program.program import Program
from loyaltykit.program.revisions import Revisions, revision_problems
from loyaltykit.settings.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

MAX_BYTES = 1_048_576
"""The largest file that is read as a program."""

_ENDLESS = "it holds a number of thousands of digits"


def read_program(path: str | PathLike[str]) -> Program:
    """
    Read the program in the TOML or JSON file at *path*; raises `SettingsError` with every problem at once.

    Examples:
        >>> from loyaltykit import read_program
        >>> read_program("examples/chicago/program.toml").currency
        Currency('USD')
    """
    try:
        return Program.from_dict(read_raw(path))
    except SettingsError as error:
        raise SettingsError.of(str(path), error.problems) from None


def read_revisions(*paths: str | PathLike[str]) -> Revisions:
    """
    Read the programs at *paths*, which follow each other by their ``in_force_from``; raises `SettingsError`.

    Examples:
        >>> from loyaltykit import read_revisions
        >>> len(read_revisions("examples/chicago/program.toml").programs)
        1
    """
    programs: dict[str, Program] = {}
    problems: list[Problem] = []
    for path in map(str, paths):
        try:
            programs[path] = Program.from_dict(read_raw(path))
        except SettingsError as error:
            problems += [problem.under(path) if len(paths) > 1 else problem for problem in error.problems]
    problems = problems or revision_problems(programs)
    if problems:
        raise SettingsError.of(", ".join(map(str, paths)), problems)
    return Revisions(programs.values())


def write_program(program: Program, path: str | PathLike[str]) -> None:
    """
    Write *program* as TOML or JSON, by the ending of *path*; `read_program` reads the same program back.

    Examples:
        >>> import pathlib, tempfile
        >>> from loyaltykit import read_program, write_program
        >>> program = read_program("examples/chicago/program.toml")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_program(program, pathlib.Path(folder, "program.json"))
        ...     read_program(pathlib.Path(folder, "program.json")) == program
        True
    """
    _, writer = _format_of(Path(path))
    Path(path).write_text(writer(program.to_dict()), encoding="utf-8")


def read_raw(path: str | PathLike[str]) -> Any:
    """
    Read the TOML or JSON file at *path* as a dict of raw settings; raises `SettingsError` for a file that is neither.
    """
    reader, _ = _format_of(Path(path))
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused(Problem("unreadable_file", path="", why=error.strerror or str(error))) from None
    except ValueError as error:  # a path with a NUL in it
        raise _refused(Problem("unreadable_file", path="", why=str(error))) from None
    if len(content) > MAX_BYTES:
        raise _refused(Problem("file_too_large", path="", limit=MAX_BYTES))
    try:
        return reader(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _refused(
            Problem("bad_encoding", path="", why=f"byte {error.start} is {content[error.start]:#04x}")
        ) from None


def from_toml(text: str) -> Any:
    """Read TOML *text* as a dict of raw settings; raises `SettingsError` where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(Problem("bad_syntax", path="", why=str(error))) from None
    except ValueError:
        raise _refused(Problem("bad_syntax", path="", why=_ENDLESS)) from None
    except RecursionError:
        raise _refused(Problem("too_deep", path="")) from None


def from_json(text: str) -> Any:
    """
    Read JSON *text* as raw settings; raises `SettingsError` where it is none, or a key stands twice in one object.
    """
    repeated: list[str] = []
    try:
        raw = json.loads(text, object_pairs_hook=partial(_table, repeated))
    except json.JSONDecodeError as error:
        raise _refused(
            Problem("bad_syntax", path="", why=f"{error.msg} (at line {error.lineno}, column {error.colno})")
        ) from None
    except ValueError:
        raise _refused(Problem("bad_syntax", path="", why=_ENDLESS)) from None
    except RecursionError:
        raise _refused(Problem("too_deep", path="")) from None
    if repeated:
        raise _refused(*[Problem("duplicate_key", path="", key=key) for key in repeated])
    return raw


def to_toml(raw: dict[str, Any]) -> str:
    """Write *raw* settings as TOML."""
    import tomli_w  # noqa: PLC0415 - only who writes needs it

    return tomli_w.dumps(raw)


def to_json(raw: dict[str, Any]) -> str:
    """Write *raw* settings as JSON."""
    return json.dumps(raw, ensure_ascii=False, indent=2) + "\n"


_FORMATS: dict[str, tuple[Callable[[str], Any], Callable[[dict[str, Any]], str]]] = {
    ".toml": (from_toml, to_toml),
    ".json": (from_json, to_json),
}


def _format_of(path: Path) -> tuple[Callable[[str], Any], Callable[[dict[str, Any]], str]]:
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        raise _refused(Problem("unknown_format", path="", suffix=path.suffix or "a name without an ending")) from None


def _table(repeated: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        repeated += [key for key in table if counts[key] > 1]
    return table


def _refused(*problems: Problem) -> SettingsError:
    return SettingsError.of("the file", problems)
