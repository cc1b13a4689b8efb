"""Reasons and problems: codes with figures, put into words when someone asks."""

from __future__ import annotations

import copy
import pickle
import string

import pytest

from loyaltykit import Money, Points, Problem, Reason
from loyaltykit.coded import Coded, Meaning, in_words
from loyaltykit.reason import REASONS
from loyaltykit.settings.problem import PROBLEMS

REASON = Reason("below_minimum", minimum=Money(300, "RUB"), actual=Money(250, "RUB"))


TABLE = {"dry": Meaning((), "it's dry"), "rain": Meaning(("hours", "places"), "rain for {hours} in {places}")}


class Weather(Coded):
    """A table of two codes."""

    __slots__ = ()
    table = TABLE


def test_figures_are_attributes_in_the_tables_order():
    """However they were given."""
    rain = Weather("rain", places=("Riga", "Tartu"), hours=3)
    assert (rain.code, rain.hours, rain.places) == ("rain", 3, ("Riga", "Tartu"))
    assert list(rain.figures.items()) == [("hours", 3), ("places", ("Riga", "Tartu"))]
    assert rain.values == (3, ("Riga", "Tartu"))


def test_words_are_made_when_asked_for():
    """In English, lists with commas."""
    assert str(Weather("rain", places=("Riga", "Tartu"), hours=3)) == "rain for 3 in Riga, Tartu"
    assert Weather("dry").words == "it's dry"


@pytest.mark.parametrize(
    ("code", "figures", "message"),
    [
        ("snow", {}, r"Weather snow\(\) is not in the table: expected one of dry, rain"),
        ("rain", {"hours": 3}, r"rain\(hours\) is not in the table: expected rain\(hours, places\)"),
        ("dry", {"hours": 3}, r"dry\(hours\) is not in the table: expected dry\(\)"),
    ],
)
def test_only_the_tables_codes_and_figures_exist(code, figures, message):
    """A slip in a rule shows at once, and says what was expected."""
    with pytest.raises(TypeError, match=message):
        Weather(code, **figures)


@pytest.mark.parametrize("name", ["places", "surplus", "_hidden", "__len__"])
def test_other_attributes_dont_exist(name):
    """Neither another code's figures nor anything else."""
    with pytest.raises(AttributeError, match=f"Weather has no {name}"):
        getattr(Weather("dry"), name)


def test_they_are_values():
    """Equal by class, code and figures, hashed alike, and shown as they're made."""
    same = Reason("below_minimum", actual=Money(250, "RUB"), minimum=Money("300.00", "RUB"))
    assert same == REASON
    assert hash(same) == hash(REASON)
    assert Reason("below_minimum", minimum=Money(301, "RUB"), actual=Money(250, "RUB")) != REASON
    assert Reason("no_customer") != Reason("price_unknown")
    assert Weather("dry") != "dry"
    assert repr(REASON) == "Reason('below_minimum', minimum=Money('300.00', 'RUB'), actual=Money('250.00', 'RUB'))"


def test_they_cant_be_changed():
    """Neither code nor figures."""
    for name in ("code", "values", "minimum"):
        with pytest.raises(AttributeError, match="can't be changed"):
            setattr(REASON, name, None)


def test_they_travel():
    """Equal after a pickle, and copied with their figures."""
    for back in (pickle.loads(pickle.dumps(REASON)), copy.copy(REASON), copy.deepcopy(REASON)):  # noqa: S301
        assert back == REASON
        assert back.actual == Money(250, "RUB")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Points(1), "1 point"),
        (Points("1.00", digits=2), "1.00 point"),
        (Points(0), "0 points"),
        (Points(-1), "-1 points"),
        (Points(41), "41 points"),
        (Money(5, "RUB"), "5.00 RUB"),
        (("a", Points(2), None), "a, 2 points, none"),
        ((), ""),
        (None, "none"),
        (5, "5"),
    ],
)
def test_figures_in_a_sentence(value, words):
    """Points with their noun, several values as a list, nothing as none."""
    assert in_words(value) == words


@pytest.mark.parametrize(("cls", "table"), [(Reason, REASONS), (Problem, PROBLEMS)])
def test_tables_are_sound(cls, table):
    """Codes and figures are names, words use only their figures, and no attribute of the class hides a figure."""
    for code, meaning in table.items():
        assert code.isidentifier()
        assert len(set(meaning.figures)) == len(meaning.figures)
        fields = {
            name for text in (meaning.words, meaning.fix) for _, name, _, _ in string.Formatter().parse(text) if name
        }
        assert fields <= set(meaning.figures)
        assert not [name for name in meaning.figures if hasattr(cls, name) or name == "path"]


def test_an_unfilled_reason_has_no_figures():
    """Asking one that was never made ends in an AttributeError, as asking anything else does."""
    with pytest.raises(AttributeError):
        object.__new__(Reason).minimum  # noqa: B018 - the look-up is the test
