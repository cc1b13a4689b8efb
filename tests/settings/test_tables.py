"""The kinds of settings that hold others."""

from __future__ import annotations

import jsonschema
import pytest

from loyaltykit import InvalidValue
from loyaltykit.settings.here import Here
from loyaltykit.settings.kind import UNREAD
from loyaltykit.settings.kinds import ChoiceKind, TextKind, WholeKind
from loyaltykit.settings.tables import MAX_ENTRIES, Field, ListKind, Partial, TableKind

NAMES = ListKind(TextKind(), unique=True)
NUMBERS = ListKind(WholeKind(0, 9))


class Range:
    """A range of which the low side is needed, and may not be above the high one."""

    def __init__(self, low, high, unit):
        if high is not None and low > high:
            message = "low is above high"
            raise InvalidValue(message, value=self)
        self.low, self.high, self.unit = low, high, unit


class Optional:
    """Of which nothing is needed."""

    def __init__(self, high=None):
        self.high = high


RANGE = TableKind(
    "Range",
    lambda: Range,
    {
        "from": Field("low", WholeKind(0, 9), says="The low side."),
        "to": Field("high", WholeKind(0, 9), None),
        "unit": Field("unit", ChoiceKind(["km", "min"]), "km"),
    },
)
OPTIONAL = TableKind("Optional", lambda: Optional, {"to": Field("high", WholeKind(0, 9), None)})


def codes(here):
    """Give the path and code of everything noted."""
    return [(problem.path, problem.code) for problem in here.problems]


class TestLists:
    """Each entry by its kind, at its place."""

    def test_a_list_becomes_a_tuple(self, here):
        """In the order of the file, and back."""
        assert NAMES.read(["b", "a"], here) == ("b", "a")
        assert NAMES.write(("b", "a")) == ["b", "a"]
        assert here.problems == []

    def test_entries_are_numbered_from_zero(self, here):
        """What can't be read keeps its place, so that the others keep their numbers."""
        assert NUMBERS.read([1, "x", 99, 2], here) == (1, UNREAD, UNREAD, 2)
        assert codes(here) == [("setting[1]", "wrong_type"), ("setting[2]", "too_large")]

    @pytest.mark.parametrize(
        ("raw", "code"),
        [("a", "wrong_type"), ({}, "wrong_type"), (("a",), "wrong_type"), ([], "empty"), (None, "null")],
    )
    def test_what_is_no_list_is_refused(self, raw, code, here):
        """One name is a list of one; an empty list says nothing."""
        assert NAMES.read(raw, here) is UNREAD
        assert codes(here) == [("setting", code)]

    def test_too_many_entries_are_refused_unread(self, here):
        """With their number and the limit; just as many as allowed are fine."""
        assert NUMBERS.read([1] * (MAX_ENTRIES + 1), here) is UNREAD
        assert [problem.figures for problem in here.problems] == [{"count": MAX_ENTRIES + 1, "limit": MAX_ENTRIES}]
        assert len(NUMBERS.read([1] * MAX_ENTRIES, here)) == MAX_ENTRIES
        assert len(here.problems) == 1

    def test_an_entry_that_stands_twice_is_told_where_names_are_unique(self, here):
        """At its second place; numbers may repeat."""
        NAMES.read(["a", "b", "a"], here)
        NUMBERS.read([1, 1], here)
        assert codes(here) == [("setting[2]", "duplicate")]

    def test_entries_that_cant_be_read_arent_duplicates(self, here):
        """Two wrong entries are two problems, not three."""
        NAMES.read([5, 6], here)
        assert codes(here) == [("setting[0]", "wrong_type"), ("setting[1]", "wrong_type")]

    def test_typed_lists_are_tuples_whose_entries_are_checked(self, here):
        """As strictly as those of a file."""
        NAMES.check(("a", 5, "a"), here)
        assert codes(here) == [("setting[1]", "wrong_type"), ("setting[2]", "duplicate")]
        NAMES.check("a", here)
        assert codes(here)[-1] == ("setting", "wrong_type")

    def test_schema(self):
        """Some entries of the kind, each once if they're unique."""
        assert NUMBERS.schema()["items"] == WholeKind(0, 9).schema()
        names, numbers = (jsonschema.Draft202012Validator(kind.schema()) for kind in (NAMES, NUMBERS))
        assert names.is_valid(["a", "b"])
        assert numbers.is_valid([1, 1])
        assert not any(names.is_valid(raw) for raw in ([], ["a", "a"], "a", [5]))


class TestTables:
    """Keys, each of its kind, made into an object."""

    def test_an_object_is_made_of_the_keys(self, here):
        """Those left out get their default."""
        made = RANGE.read({"from": 1, "to": 5}, here)
        assert (made.low, made.high, made.unit) == (1, 5, "km")
        assert RANGE.write(made) == {"from": 1, "to": 5}
        assert here.problems == []

    def test_what_is_at_its_default_isnt_written(self):
        """What isn't, is."""
        assert RANGE.write(Range(0, None, "km")) == {"from": 0}
        assert RANGE.write(Range(0, 0, "min")) == {"from": 0, "to": 0, "unit": "min"}

    def test_every_problem_is_told_at_once(self, here):
        """Unknown keys first, then each key in the table's order; what could be read is given as it is."""
        found = RANGE.read({"too": 5, "to": 10, "unit": "m"}, here)
        assert codes(here) == [
            ("setting.too", "unknown_key"),
            ("setting.from", "missing"),
            ("setting.to", "too_large"),
            ("setting.unit", "unknown_choice"),
        ]
        assert isinstance(found, Partial)
        assert not any(hasattr(found, part) for part in ("low", "high", "unit"))
        assert here.problems[0].hint == "did you mean to?"

    def test_what_could_not_be_read_is_not_there(self, here):
        """So that checks that need it aren't run."""
        assert not hasattr(RANGE.read({"from": "x"}, here), "low")

    def test_what_the_class_refuses_is_impossible(self, here):
        """With its own words."""
        assert isinstance(RANGE.read({"from": 5, "to": 1}, here), Partial)
        assert [(problem.code, problem.why) for problem in here.problems] == [("impossible", "low is above high")]

    @pytest.mark.parametrize(
        ("raw", "code"), [(None, "null"), ("x", "wrong_type"), ([], "wrong_type"), (True, "boolean")]
    )
    def test_what_is_no_table_is_refused(self, raw, code, here):
        """With the keys that it could have."""
        assert RANGE.read(raw, here) is UNREAD
        assert codes(here) == [("setting", code)]
        assert here.problems[0].expected == "a table with from, to, unit"

    def test_an_empty_table_says_nothing(self, here):
        """Unless it's the whole file, or something is missing in it anyway."""
        OPTIONAL.read({}, here)
        assert codes(here) == [("setting", "empty")]
        whole = Here()
        OPTIONAL.read({}, whole)
        assert whole.problems == []
        RANGE.read({}, here)
        assert codes(here)[1:] == [("setting.from", "missing")]

    def test_a_typed_object_that_says_nothing_is_refused_as_well(self, here):
        """It couldn't be written."""
        OPTIONAL.check(OPTIONAL.load()(), here)
        assert codes(here) == [("setting", "empty")]

    def test_a_key_that_is_no_text_is_unknown(self, here):
        """Python's dicts may have one."""
        RANGE.read({"from": 1, 5: 6}, here)
        assert codes(here) == [("setting.5", "unknown_key")]

    def test_typed_objects_are_checked_field_by_field(self, here):
        """The type first; None is fine where it's the default, and nowhere else."""
        RANGE.check(Range(10, None, None), here)
        assert codes(here) == [("setting.from", "too_large"), ("setting.unit", "unknown_choice")]
        RANGE.check({"from": 1}, here)
        assert codes(here)[-1] == ("setting", "wrong_type")

    def test_schema(self):
        """Which keys there are, which are needed, what they default to, and no others."""
        schema = RANGE.schema()
        assert schema["required"] == ["from"]
        assert schema["properties"]["from"] == WholeKind(0, 9).schema() | {"description": "The low side."}
        assert schema["properties"]["unit"]["default"] == "km"
        assert "default" not in schema["properties"]["to"]
        valid = jsonschema.Draft202012Validator(schema).is_valid
        assert valid({"from": 1})
        assert not any(valid(raw) for raw in ({}, {"from": 1, "too": 2}, {"from": "1"}, []))


@pytest.mark.parametrize(("default", "shown"), [(UNREAD, False), (None, False), ((), False), (("a",), True)])
def test_a_schema_shows_only_defaults_that_can_be_written(default, shown):
    """Nothing, None and no entries aren't settings."""
    assert ("default" in Field("names", NAMES, default).schema()) is shown
