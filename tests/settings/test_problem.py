"""Problems: where, what, and how to mend it."""

from __future__ import annotations

import pickle
import string

import pytest

from loyaltykit import Problem
from loyaltykit.settings.problem import PROBLEMS


def test_a_problem_says_where_what_and_how_to_mend_it():
    """On one line; without a path it's the whole file's."""
    problem = Problem("too_large", path="cashback[2].percent", value="110", maximum="100")
    assert str(problem) == "cashback[2].percent: 110 is more than 100 (write at most 100)"
    assert (problem.words, problem.fix) == ("110 is more than 100", "write at most 100")
    assert str(Problem("too_deep", path="")) == "is nested too deep (no setting lies deeper than five levels)"


@pytest.mark.parametrize(
    ("path", "below", "joined"),
    [
        ("percent", "cashback[2]", "cashback[2].percent"),
        ("[2].percent", "cashback", "cashback[2].percent"),
        ("percent", "", "percent"),
        ("", "cashback", "cashback"),
    ],
)
def test_a_problem_moves_with_its_settings(path, below, joined):
    """Under the path at which they lie; code and figures stay."""
    problem = Problem("missing", path=path, expected="a percent")
    assert problem.under(below) == Problem("missing", path=joined, expected="a percent")


def test_problems_are_equal_by_path_code_and_figures():
    """All three; and hashed, printed and pickled with them."""
    problem = Problem("missing", path="percent", expected="a percent")
    for other in (
        Problem("missing", path="points", expected="a percent"),
        Problem("null", path="percent", expected="a percent"),
        Problem("missing", path="percent", expected="points"),
    ):
        assert problem != other
    same = pickle.loads(pickle.dumps(problem))  # noqa: S301
    assert same == problem
    assert hash(same) == hash(problem)
    assert eval(repr(problem), {"Problem": Problem}) == problem  # noqa: S307
    assert same.path == "percent"


@pytest.mark.parametrize("code", PROBLEMS)
def test_words_and_fixes_name_only_their_figures(code):
    """So that every problem can be said, and every figure is worth carrying."""
    meaning = PROBLEMS[code]
    used = {name for text in (meaning.words, meaning.fix) for _, name, _, _ in string.Formatter().parse(text) if name}
    assert used <= set(meaning.figures)
    assert meaning.fix
    problem = Problem(code, path="x", **dict.fromkeys(meaning.figures, "5"))
    assert str(problem) == f"x: {problem.words} ({problem.fix})"
    assert "{" not in str(problem)
