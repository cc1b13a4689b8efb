"""
The lines of a file of past orders: plain or gzip by its first bytes, UTF-8 with or without a mark.

Files are untrusted: never more is held at once than a row may have.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING, Final

from loyaltykit.errors import UnreadableOrders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from _typeshed import WriteableBuffer

    class Readable(Protocol):
        """A binary file, as far as it's needed: standard input can't be wound back."""

        def read(self, size: int, /) -> bytes:
            """Give at most *size* bytes, none at the end."""
            raise NotImplementedError


MAX_ROW: Final = 1_048_576
"""Characters that one row may have; more is no row but a file of another kind, or an attack."""

_GZIP = b"\x1f\x8b"
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class RowTooLong(Exception):
    """A row has more characters than `MAX_ROW`; the rest of its line is passed over."""


class Lines:
    """
    The text lines of a binary *file*, counted; undecodable bytes become lone surrogates, which no id may hold.

    ``begin_row`` starts the count of characters of a row, which may span several lines. Raises `UnreadableOrders` where
    the file can't be read on, and `RowTooLong`.
    """

    def __init__(self, file: Readable) -> None:
        head = file.read(2)
        if head in _WIDE:
            message = f"the orders are written in {_WIDE[head]}: save the file as UTF-8"
            raise UnreadableOrders(message)
        source: io.BufferedReader | gzip.GzipFile = io.BufferedReader(_Resumed(head, file), 1 << 16)
        if head == _GZIP:
            source = gzip.GzipFile(fileobj=source)
        self._text = io.TextIOWrapper(source, encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._room = MAX_ROW
        self.count = 0

    def begin_row(self) -> None:
        """Begin a row with the next line."""
        self._room = MAX_ROW

    def __iter__(self) -> Iterator[str]:
        """Give the lines."""
        return self

    def __next__(self) -> str:
        """Give the next line with its end."""
        line = self._read(self._room)
        if not line:
            raise StopIteration
        self.count += 1
        self._room -= len(line)
        if self._room <= 0:
            while line and not line.endswith(("\n", "\r")):
                line = self._read(MAX_ROW)
            raise RowTooLong
        return line

    def _read(self, limit: int) -> str:
        try:
            return self._text.readline(limit)
        except EOFError:
            message = f"the gzip file ends too early, after line {self.count}: fetch it again, it was cut off"
        except (OSError, zlib.error) as error:
            message = f"the file can't be read on after line {self.count}: {error}"
        raise UnreadableOrders(message)


class _Resumed(io.RawIOBase):
    """A *file* of which the *head* has been read already."""

    def __init__(self, head: bytes, file: Readable) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill *buffer* with the head, then from the file."""
        room = memoryview(buffer).cast("B")
        given = self._head or self._file.read(len(room))
        self._head = b""
        room[: len(given)] = given
        return len(given)
