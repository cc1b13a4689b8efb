"""Problems of maps: a code, figures, words and a fix, and where."""

from __future__ import annotations

import pickle
import string

import pytest

from loyaltykit.geo import DistrictProblem
from loyaltykit.geo.problem import DISTRICT_PROBLEMS, MENDED, REFUSED, UNDRAWN, UNPLACED, WARNINGS


@pytest.mark.parametrize("code", DISTRICT_PROBLEMS)
def test_words_and_fix_name_only_figures_that_there_are(code):
    """And every problem has both, so that whoever reads it knows what to do."""
    meaning = DISTRICT_PROBLEMS[code]
    named = {name for text in (meaning.words, meaning.fix) for _, name, _, _ in string.Formatter().parse(text) if name}
    assert named == set(meaning.figures)
    assert meaning.fix


def test_a_code_refuses_warns_or_mends():
    """Never two of them, and those that later steps look at refuse."""
    assert len(DISTRICT_PROBLEMS) == len(REFUSED) + len(WARNINGS) + len(MENDED)
    assert set(REFUSED) > UNPLACED | UNDRAWN
    assert DistrictProblem("no_features").refuses
    assert not DistrictProblem("repeated_points", feature=0, count=2).refuses
    assert not DistrictProblem("left_out", feature=0, value="Point").refuses


@pytest.mark.parametrize(
    ("key", "name", "line"),
    [
        ("7", "Loop", "feature 3 (7, Loop): points that repeat the one before: 2 (simplify its outline)"),
        ("Loop", "Loop", "feature 3 (Loop): points that repeat the one before: 2 (simplify its outline)"),
        (None, None, "feature 3: points that repeat the one before: 2 (simplify its outline)"),
    ],
)
def test_a_line_names_the_feature(key, name, line):
    """By its place, its key and its name, the last two once where they're one."""
    assert str(DistrictProblem("repeated_points", feature=3, key=key, name=name, count=2)) == line


def test_a_line_of_the_whole_file_names_no_feature():
    """There's none to name."""
    assert str(DistrictProblem("no_features")) == "the map has no features (export it with its districts)"


def test_problems_are_values():
    """Equal by all that they say; they travel, and are shown as they're made."""
    problem = DistrictProblem("repeated_points", feature=3, key="7", name="Loop", count=2)
    assert pickle.loads(pickle.dumps(problem)) == problem  # noqa: S301
    assert eval(repr(problem)) == problem  # noqa: S307
    assert problem != DistrictProblem("repeated_points", feature=4, key="7", name="Loop", count=2)
    assert problem.figures == {"count": 2}
