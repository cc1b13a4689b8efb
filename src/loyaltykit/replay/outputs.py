"""
The files that a replay writes: whole or not at all, and never in the place of a file that it reads.

Each is begun before anything is read, so that a path that can't be written is told at once. A regular file is written
beside its place and takes it at the end; pipes, devices and the standard streams are written to as they are.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self, TypeAlias

    Named: TypeAlias = tuple[str, str]

MODE = 0o777
"""The permissions that a file keeps when another takes its place."""


BESIDE = ("-wal", "-shm", "-journal")
"""How the files are called that a store on SQLite has beside it."""


class UnwritableOutput(Exception):
    """An output can't be written; the message names it as the command line does, and says why."""


class Output:
    """Text, or bytes, on its way to where *name* says: written to *file*, which takes its *place* when it's whole."""

    def __init__(self, name: str, file: IO[Any], *, beside: Path | None = None, place: Path | None = None) -> None:
        self._name = name
        self._file = file
        self._beside = beside
        self._place = place

    def write(self, content: str | bytes) -> None:
        """Write *content*, of the output's kind; raises `UnwritableOutput`."""
        try:
            self._file.write(content)
        except OSError as error:
            raise _unwritable(self._name, error) from None

    def close(self) -> None:
        """Write what is still held back; raises `UnwritableOutput`."""
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(self._name, error) from None

    def take_place(self) -> None:
        """Stand where it belongs; raises `UnwritableOutput`."""
        if self._beside is None or self._place is None:
            return
        try:
            self._beside.replace(self._place)
        except OSError as error:
            raise _unwritable(self._name, error) from None

    def give_up(self) -> None:
        """Close the file, whatever becomes of what is still held back."""
        with suppress(OSError):
            self._file.close()


class Outputs:
    """
    The outputs of a run with such *inputs*, each the option that named it and its path; ``-`` is standard input.

    They take their places together, when the block ends without an error; otherwise none does.
    """

    def __init__(self, inputs: Iterable[Named]) -> None:
        self._taken: dict[object, str] = {}
        self._outputs: list[Output] = []
        self._beside: list[Path] = []
        for option, path in inputs:
            self._taken.setdefault(_input_identity(path), f"{option} {path}")

    def keep(self, name: str, path: str) -> None:
        """
        Leave what is written at *path*, and beside it, to the store that *name* names; raises `UnwritableOutput`.

        Raised where it's an input: what isn't there yet, or is empty, would become a store.
        """
        for beside in ("", *BESIDE):
            with suppress(OSError):  # whoever opens it says what is wrong
                self._take(_identity(path + beside, _found(path + beside)), name)

    def begin(self, option: str, path: str | None, *, binary: bool = False) -> Output:
        """
        Begin the output that *option* wants at *path*, text or *binary*; without a path, what is written goes nowhere.

        Raises `UnwritableOutput`, also where it would take the place of an input or of another output.
        """
        name = f"{option} {path}"
        try:
            output = self._begun(name, os.devnull if path is None else path, "wb" if binary else "w")
        except OSError as error:
            raise _unwritable(name, error) from None
        self._outputs.append(output)
        return output

    def _begun(self, name: str, path: str, mode: str) -> Output:
        found = _found(path)
        self._take(_identity(path, found), name)
        own = _standard_stream(found)
        if own is not None:
            return Output(name, _opened(os.dup(own), mode))
        if found is not None and not stat.S_ISREG(found.st_mode):
            return Output(name, _opened(path, mode))
        if not os.path.basename(path):  # noqa: PTH119 - a Path would drop the slash that a folder's name ends with
            message = f"{name} can't be written: it names no file"
            raise UnwritableOutput(message)
        place = Path(os.path.realpath(path))
        beside = place.with_name(f".loyaltykit-{secrets.token_hex(8)}")
        self._beside.append(beside)  # before it's there: an interruption may come at any moment
        file = _opened(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), mode)
        if found is not None:
            beside.chmod(found.st_mode & MODE)
        return Output(name, file, beside=beside, place=place)

    def _take(self, identity: object, name: str) -> None:
        other = self._taken.setdefault(identity, name) if identity is not None else name
        if other is not name:
            message = f"{name} can't be written: that is the file of {other}, which would be lost; name another"
            raise UnwritableOutput(message)

    def __enter__(self) -> Self:
        """Begin the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Have all outputs take their places if all went well; leave nothing else behind."""
        try:
            if kind is None:
                for output in self._outputs:
                    output.close()
                for output in self._outputs:
                    output.take_place()
        finally:
            for output in self._outputs:
                output.give_up()
            for beside in self._beside:
                beside.unlink(missing_ok=True)  # what took its place isn't there any more


def _unwritable(name: str, error: OSError) -> UnwritableOutput:
    return UnwritableOutput(f"{name} can't be written: {error.strerror}")


def _opened(where: str | int, mode: str) -> IO[Any]:
    """Open a path or a descriptor to be written: text in UTF-8, or bytes where *mode* says so."""
    told = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    return open(where, mode, **told)  # type: ignore[call-overload, no-any-return]  # noqa: PTH123


def _found(path: str) -> os.stat_result | None:
    """Give what stands at *path*, behind all links; None where there's nothing yet."""
    try:
        return os.stat(path)  # noqa: PTH116 - a Path would take no path for the current folder
    except FileNotFoundError:
        return None


def _identity(path: str, found: os.stat_result | None) -> object:
    """Give what two names of one regular file share; None for pipes and devices, which hold nothing to be lost."""
    if found is None:
        return os.path.realpath(path)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _input_identity(path: str) -> object:
    with suppress(OSError, AttributeError):  # whoever reads it says what is wrong
        return _identity(path, os.fstat(sys.stdin.fileno()) if path == "-" else _found(path))
    return None


def _standard_stream(found: os.stat_result | None) -> int | None:
    """Give the descriptor of the standard stream that leads to what was *found*, if one does."""
    if found is None:
        return None
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # closed, or one that somebody put there
            number = stream.fileno()
            if os.path.samestat(os.fstat(number), found):
                return number
    return None
