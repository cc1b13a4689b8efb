"""Rows of CSV files that nobody vouches for."""

from __future__ import annotations

import csv
import gzip
import io

import pytest

from loyaltykit import UnreadableOrders
from loyaltykit.replay import Refusal, read_rows
from loyaltykit.replay.source import MAX_ROW
from tests.replay.support import columns


def rows_of(text, **settings):
    """Give the rows of *text*."""
    return list(read_rows(io.BytesIO(text if isinstance(text, bytes) else text.encode()), columns(**settings)))


def told(rows):
    """Give line and code of every refused row."""
    return [(row.line, row.refusal.code) for row in rows if row.refusal]


def test_cells_are_found_by_the_header_whatever_the_order():
    """Columns that aren't mapped are passed over; blanks around names and cells are no part of them."""
    rows = rows_of("x, fare ,when \n1, 4.50 ,2026-03-01\n")
    assert [(row.line, row.cells) for row in rows] == [(2, {"placed_at": "2026-03-01", "price": "4.50"})]


def test_quotes_may_hold_commas_quotes_and_line_ends():
    """A row's line is the one on which it begins."""
    rows = rows_of('when,fare\n"a,""b""\nc",1\nd,2\n')
    assert [(row.line, row.cells["placed_at"]) for row in rows] == [(2, 'a,"b"\nc'), (4, "d")]


def test_blank_lines_are_rows_that_say_nothing():
    """They may stand before the header and anywhere else; a line of commas isn't blank."""
    rows = rows_of("\n \nwhen,fare\n\n   \na,1\n,\n")
    assert [(row.line, row.is_blank) for row in rows] == [(4, True), (5, True), (6, False), (7, False)]


def test_blank_lines_of_a_file_with_one_column():
    """One column may even be both moment and price; an empty one is a blank line."""
    rows = rows_of("n\n\n1\n \n", named={"placed_at": "n", "price": "n"})
    assert [row.is_blank for row in rows] == [True, False, True]


def test_empty_fields_after_the_last_column_are_counted_and_passed_over():
    """Real exports end their rows with commas."""
    rows = rows_of("when,fare\na,1,,\nb,2, \nc,3\n")
    assert [(row.cells["price"], row.surplus) for row in rows] == [("1", 2), ("2", 1), ("3", 0)]


def test_fields_after_the_last_column_that_say_something_are_refused():
    """A fare of 1,250 without quotes is two fields: to drop the second would be a wrong sum."""
    rows = rows_of("when,fare\na,1,250\nb,2\n")
    assert told(rows) == [(2, "surplus_fields")]
    assert rows[0].refusal.value == "250"


def test_rows_with_too_few_fields_are_refused():
    """Which ones are missing can't be known."""
    rows = rows_of("when,fare,x\na,1\nb,2,3\n")
    assert told(rows) == [(2, "missing_fields")]
    assert (rows[0].refusal.fields, rows[0].refusal.columns) == (2, 3)


def test_broken_quotes_are_refused_with_all_the_lines_that_they_swallowed():
    """A quote that is opened and closed two lines on takes those lines with it, and says so."""
    rows = rows_of('when,fare\n"a,1\nb,2\nc"x,3\nd,4\n')
    assert told(rows) == [(2, "broken_quotes")]
    assert rows[0].refusal.until == 4
    assert rows[1].cells["placed_at"] == "d"


def test_a_quote_that_is_never_closed_is_refused_at_the_end():
    """The rest of the file is in that row."""
    assert told(rows_of('when,fare\na,1\n"b,2\nc,3\n')) == [(3, "broken_quotes")]


def test_a_field_over_the_limit_of_csv_is_refused_and_the_next_row_read():
    """Python's csv takes 131,072 characters a field; that limit is the whole process's, so it's left as it is."""
    rows = rows_of(f"when,fare\n{'x' * 131_073},1\nb,2\n{'x' * 131_072},3\n")
    assert rows[0].refusal == Refusal("field_too_long", limit=131_072, until=2)
    assert str(rows[0].refusal) == "one of its fields, up to line 2, is longer than 131072 characters"
    assert [row.cells["price"] for row in rows[1:]] == ["2", "3"]
    assert csv.field_size_limit() == 131_072


def test_rows_over_several_lines_say_over_how_many():
    """A quote that is never meant, closed lines further on, hides the orders between: their number is known."""
    rows = rows_of('when,fare\na,1\n"b,2\n\nc,3\nd",4\ne,5\n"x"y,\n"f\n",6')
    assert [(row.line, row.lines) for row in rows] == [(2, 1), (3, 4), (7, 1), (8, 1), (9, 2)]


def test_a_row_over_our_limit_is_refused_and_the_next_row_read():
    """Memory stays bounded on a line of any length."""
    rows = rows_of(b"when,fare\n" + b"x" * (2 * MAX_ROW) + b",1\nb,2\n")
    assert told(rows) == [(2, "row_too_long")]
    assert (rows[1].line, rows[1].cells["price"]) == (3, "2")


def test_nul_bytes_and_stray_carriage_returns_crash_nothing():
    """NULs are characters like others; a lone carriage return ends a line, as on old machines."""
    rows = rows_of(b"when,fare\r\na\0,1\rb,2\r\n")
    assert [(row.line, row.cells["placed_at"]) for row in rows] == [(2, "a\0"), (3, "b")]


def test_gzip_is_the_same_as_plain():
    """The first bytes tell."""
    text = b"when,fare\na,1\n"
    assert rows_of(gzip.compress(text)) == rows_of(text)


@pytest.mark.parametrize("text", ["", "\n\n", "  \n"])
def test_a_file_without_a_header_is_unreadable(text):
    """There's nothing to find columns in."""
    with pytest.raises(UnreadableOrders, match="empty"):
        rows_of(text)


def test_a_header_without_the_mapped_columns_names_them_and_those_there_are():
    """Both the wanted and the present names stand in the message, with a guess where one is near."""
    with pytest.raises(UnreadableOrders) as refused:
        rows_of("time,Fare,tip\n1,2,3\n")
    assert str(refused.value) == (
        "the orders have no column when (use one of time, Fare, tip), nor fare (did you mean Fare?); "
        "their header: time, Fare, tip"
    )


def test_a_header_of_anything_is_shown_so_that_a_terminal_bears_it():
    """Control characters are escaped, and a thousand characters are enough."""
    with pytest.raises(UnreadableOrders) as refused:
        rows_of("fare\x1b[2J,tip\n1,2\n")
    assert str(refused.value).isprintable()
    with pytest.raises(UnreadableOrders) as refused:
        rows_of("x" * 5000 + "\n")
    assert f"their header: {'x' * 1000}…" in str(refused.value)


def test_a_mapped_column_that_stands_twice_is_unreadable():
    """Which of the two is the fare isn't guessed; one that isn't mapped may stand twice."""
    with pytest.raises(UnreadableOrders, match="fare more than once"):
        rows_of("when,fare,fare\n")
    assert rows_of("when,fare,x,x\na,1,2,3\n")[0].cells["price"] == "1"


def test_a_header_with_broken_quotes_is_unreadable():
    """Without a header no row can be read."""
    with pytest.raises(UnreadableOrders, match="header, on line 1, can't be read"):
        rows_of('"when"x,fare\na,1\n')


def test_the_callers_file_stays_open():
    """Who opened it closes it."""
    file = io.BytesIO(b"when,fare\na,1\n")
    list(read_rows(file, columns()))
    assert not file.closed
