"""Lines of untrusted files."""

from __future__ import annotations

import gzip
import io

import pytest

from loyaltykit import UnreadableOrders
from loyaltykit.replay.source import MAX_ROW, Lines, RowTooLong


def test_plain_and_gzip_give_the_same_lines():
    """What a file is packed in shows in its first bytes; a mark before UTF-8 is no text."""
    content = "\ufeffa,b\r\nЧикаго,2\n".encode()
    assert list(Lines(io.BytesIO(content))) == ["a,b\r\n", "Чикаго,2\n"]
    assert list(Lines(io.BytesIO(gzip.compress(content)))) == ["a,b\r\n", "Чикаго,2\n"]


def test_gzip_of_several_parts_is_read_to_its_end():
    """Log rotation joins gzip files end to end."""
    assert list(Lines(io.BytesIO(gzip.compress(b"a\n") + gzip.compress(b"b\n")))) == ["a\n", "b\n"]


@pytest.mark.parametrize("content", [b"", b"a", b"\n"])
def test_tiny_files_are_read(content):
    """A file may be shorter than the bytes by which gzip is told."""
    assert "".join(Lines(io.BytesIO(content))).encode() == content


def test_undecodable_bytes_become_lone_surrogates():
    """They're kept, one by one, so that the rows around them can be read."""
    assert list(Lines(io.BytesIO(b"caf\xe9,1\n"))) == ["caf\udce9,1\n"]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_told_by_its_mark(mark):
    """Spreadsheets save it as "Unicode text"; guessing on would make mojibake."""
    with pytest.raises(UnreadableOrders, match="UTF-16: save the file as UTF-8"):
        Lines(io.BytesIO(mark + b"a\0"))


def test_a_gzip_file_that_was_cut_off_is_said_to_be():
    """Half the orders would be a wrong report that looks right."""
    packed = gzip.compress(b"".join(b"%d,%d\n" % (n, n * n * 7919 % 10007) for n in range(5000)))
    with pytest.raises(UnreadableOrders, match=r"ends too early, after line [0-9]+"):
        list(Lines(io.BytesIO(packed[: len(packed) // 2])))


def test_a_gzip_file_with_a_changed_byte_is_refused():
    """Its checksum, or the stream itself, shows it."""
    packed = bytearray(gzip.compress(b"a,b\n1,2\n"))
    packed[-8] ^= 1
    with pytest.raises(UnreadableOrders, match="can't be read on after line"):
        list(Lines(io.BytesIO(bytes(packed))))
    packed[10] = 0xFF
    with pytest.raises(UnreadableOrders, match="can't be read on after line 0"):
        list(Lines(io.BytesIO(bytes(packed))))


def test_a_line_without_end_is_passed_over_and_the_next_is_read():
    """A row has at most 1,048,576 characters, however long the line goes on; no more is ever held."""
    lines = Lines(io.BytesIO(b"a\n" + b"x" * (3 * MAX_ROW) + b"\nb\n" + b"y" * MAX_ROW))
    assert next(lines) == "a\n"
    with pytest.raises(RowTooLong):
        next(lines)
    lines.begin_row()
    assert (next(lines), lines.count) == ("b\n", 3)
    with pytest.raises(RowTooLong):
        next(lines)
    lines.begin_row()
    assert list(lines) == []


def test_lines_of_one_row_share_its_room():
    """A row of a thousand lines is as bounded as one of a single line."""
    lines = Lines(io.BytesIO((b"x" * 1023 + b"\n") * 2000))
    with pytest.raises(RowTooLong):
        list(lines)
    assert lines.count == 1024
