"""The report for people."""

from __future__ import annotations

from loyaltykit.replay import report_in_words
from tests.replay.support import FULL, replayed, revisions

HEAD = "when,fare,who,where,how\n"


def words_of(lines, **settings):
    """Give the report over *lines* in words."""
    return report_in_words(replayed(HEAD + "".join(lines), named=FULL, **settings))


def test_the_whole_report():
    """What a person reads, to the letter."""
    lines = [
        "2026-03-01T12:00:00-06:00,1000.00,m1,north,app\n",
        "2026-04-01T12:00:00-05:00,0.05,m2,,phone\n",
        "\n",
        "2026-04-02T12:00:00-05:00,-1.00,m2,,phone,\n",
        "2026-04-02T12:00:00-05:00,-2.00,m2,,phone,\n",
        "soon,1.00,m2,,phone\n",
    ]
    assert words_of(lines).splitlines() == [
        "city, replayed over 2 orders from 2026-03-01 to 2026-04-01",
        "",
        "  orders read            5; passed over: 1 blank line, 2 empty surplus fields",
        "  rows refused           3",
        "  turnover        1,000.05 USD",
        "  points issued      5,000 to 1 of 2 members",
        "  worth              50.00 USD, 5.00 % of turnover",
        "",
        "Refused",
        "  2 rows negative_price, first on line 5: the price, -1.00, is below zero",
        "  1 row bad_moment, first on line 7: placed_at: soon is no moment written as iso, of 1900 to 2999",
        "",
        "By month   orders  turnover  points  worth   share",
        "  2026-03       1  1,000.00   5,000  50.00  5.00 %",
        "  2026-04       1      0.05       0   0.00  0.00 %",
        "",
        "By branch      orders  turnover  points  worth   share",
        "  north             1  1,000.00   5,000  50.00  5.00 %",
        "  (no branch)       1      0.05       0   0.00  0.00 %",
        "",
        "By rule     awards  points  money   cost   share",
        "  cashback       1   5,000   0.00  50.00  5.00 %",
        "",
        "Why not more                    orders",
        "  cashback: rounded_to_nothing       1  5 % of 0.05 USD comes to less than the smallest award",
        "",
        "Who gained most  orders  points  worth",
        "  m1                  1   5,000  50.00",
    ]


def test_rows_over_several_lines_are_told():
    """Orders between two quotes that were never meant would vanish without a word."""
    lines = ['2026-03-01T12:00Z,1.00,"m1,,\n', "2026-03-02T12:00Z,1.00,m2,,\n", '",,\n']
    (told,) = [line for line in words_of(lines).splitlines() if "orders read" in line]
    assert told.split("; ")[1:] == ["1 row goes over 3 lines, first on line 2"]
    (told,) = [line for line in words_of(["\n", *lines, *lines]).splitlines() if "orders read" in line]
    assert told.split("; ")[1:] == ["passed over: 1 blank line", "2 rows go over 6 lines, first on line 3"]


def test_no_orders_are_told_as_such():
    """There is nothing to list."""
    assert words_of([]).splitlines() == [
        "city, replayed over 0 orders",
        "",
        "  orders read        0",
        "  rows refused       0",
        "  turnover        0.00 USD",
        "  points issued      0 to 0 of 0 members",
        "  worth           0.00 USD",
    ]


def test_turnover_of_nothing_has_no_share():
    """Nothing can be divided by it."""
    assert "  2026-03       1      0.00       0   0.00    – %" in words_of(["2026-03-01T12:00Z,0,,,\n"]).splitlines()


def test_more_than_two_years_are_summed_up_by_year():
    """24 months are listed, 25 are not: the JSON and the CSV have them all."""
    months = [f"{2023 + number // 12}-{number % 12 + 1:02}-15T12Z,1.00,m1,,\n" for number in range(25)]
    assert "By month" in words_of(months[:24])
    text = words_of(months)
    assert "By month" not in text
    lines = text.splitlines()
    start = lines.index(next(line for line in lines if line.startswith("By year (25 months)")))
    assert [line.split()[:3] for line in lines[start + 1 : start + 4]] == [
        ["2023", "12", "12.00"],
        ["2024", "12", "12.00"],
        ["2025", "1", "1.00"],
    ]


def test_many_branches_are_cut_short_with_their_number():
    """The eight largest by turnover are named, the others counted."""
    lines = [f"2026-03-01T12:00Z,{number}.00,,b{number},\n" for number in range(1, 11)]
    text = words_of(lines)
    assert [line.split()[0] for line in text.splitlines() if line.startswith("  b")] == [
        f"b{n}" for n in range(10, 2, -1)
    ]
    assert "  and 2 smaller ones" in text.splitlines()
    assert "  and 1 smaller one" in words_of(lines[:9]).splitlines()


def test_many_reasons_are_cut_short_with_their_number():
    """The eight most frequent are told, the others counted."""
    rules = [
        {"percent": 5, "name": f"rule {number}", "minimum": 100, "scope": {"branches": [f"b{number}"]}}
        for number in range(10)
    ]
    lines = [f"2026-03-01T12:00Z,1.00,m1,b{number},\n" for number in range(10)]
    text = words_of(lines, under=revisions(cashback=rules))
    assert text.count("below_minimum") == 8
    assert text.splitlines()[-1] == "  and 2 others"


def test_long_names_are_cut():
    """A name of 128 characters would break every table: of a branch, a member, a rule."""
    assert f"  {'x' * 40}…  " in words_of([f"2026-03-01T12:00Z,1.00,m1,{'x' * 128},\n"])
    text = words_of([f"2026-03-01T12:00Z,1.00,{'y' * 128},,\n"])
    assert f"  {'y' * 40}…  " in text
    under = revisions(cashback=[{"percent": 5, "name": "z" * 128, "minimum": 100}])
    assert f"  {'z' * 40}…: below_minimum  " in words_of(["2026-03-01T12:00Z,1.00,m1,,\n"], under=under)


def test_names_that_turn_a_line_around_are_written_as_code_points():
    """A mark that makes the rest of the line run backwards is allowed in an id; a terminal would follow it."""
    text = words_of(["2026-03-01T12:00Z,10.00,m\u202e1,b\u202e1,\n"])
    assert r"'m\u202e1'" in text
    assert r"'b\u202e1'" in text
    assert "\u202e" not in text


def test_long_reasons_are_cut():
    """A rule may name any number of branches: a hundred characters of its answer are shown."""
    scope = {"branches": [f"branch {number:03}" for number in range(50)]}
    text = words_of(["2026-03-01T12:00Z,10.00,m1,,\n"], under=revisions(cashback=[{"percent": 5, "scope": scope}]))
    (line,) = [line for line in text.splitlines() if "outside_scope" in line]
    words = line.split("  ")[-1]
    assert (len(words), words[-1]) == (101, "…")


def test_as_many_reasons_as_are_told_leave_none_out():
    """Eight are eight: nothing is left to be counted."""
    rules = [
        {"percent": 5, "name": f"rule {number}", "minimum": 100, "scope": {"branches": [f"b{number}"]}}
        for number in range(8)
    ]
    lines = [f"2026-03-01T12:00Z,1.00,m1,b{number},\n" for number in range(8)]
    text = words_of(lines, under=revisions(cashback=rules))
    assert text.count("below_minimum") == 8
    assert "other" not in text
