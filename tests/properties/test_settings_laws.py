"""Settings: what is written is read again, equal programs are one revision, and the schema holds for all of them."""

from __future__ import annotations

import copy
import pickle

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Cashback, Expiry, FirstAppOrder, Program, Redemption, Scope, program_schema
from loyaltykit.program.files import from_json, from_toml, to_json, to_toml
from loyaltykit.program.program import branches_by_zone
from loyaltykit.program.reach import Reach
from loyaltykit.settings.here import Here
from loyaltykit.testing import strategies

SCHEMA = jsonschema.Draft202012Validator(program_schema())
RULES = st.one_of(strategies.cashbacks(), strategies.first_app_orders(), strategies.redemptions(), strategies.promos())


@given(strategies.programs())
def test_a_program_is_written_and_read_again(program):
    """As a dict, through TOML and through JSON, it stays the same, and so does its revision id."""
    raw = program.to_dict()
    for read in (raw, from_toml(to_toml(raw)), from_json(to_json(raw))):
        back = Program.from_dict(read)
        assert back == program
        assert back.to_dict() == raw
        assert back.revision == program.revision


@given(strategies.programs())
def test_equal_programs_are_one_revision(program):
    """However it was made or moved: the id is by content."""
    for same in (
        pickle.loads(pickle.dumps(program)),  # noqa: S301 - our own pickle
        copy.deepcopy(program),
        Program.from_dict(dict(reversed(program.to_dict().items()))),
    ):
        assert same == program
        assert hash(same) == hash(program)
        assert same.revision == program.revision
        assert (same.worth, same.zone) == (program.worth, program.zone)
        assert all(same.zone_of(branch.id) == program.zone_of(branch.id) for branch in program.branches)


@given(strategies.programs(), strategies.programs())
def test_other_programs_are_other_revisions(one, other):
    """Two programs have one id just if they're equal."""
    assert (one.revision == other.revision) is (one == other)
    named = Program.from_dict(one.to_dict() | {"name": "another one"})
    assert (named.revision == one.revision) is (one.name == "another one")


@given(strategies.programs())
def test_what_is_written_fits_the_schema(program):
    """An editor that knows the schema marks nothing in a sound program."""
    assert [error.message for error in SCHEMA.iter_errors(program.to_dict())] == []


@given(strategies.programs(), st.data())
def test_a_key_too_many_is_refused_by_schema_and_reader(program, data):
    """No table takes a key that nobody knows."""
    raw = program.to_dict()
    kind = data.draw(st.sampled_from(["cashback", "redemption", None]))
    table = raw[kind][0] if kind in raw else raw
    table["surplus"] = 1
    assert not SCHEMA.is_valid(raw)
    with pytest.raises(ValueError, match="surplus"):
        Program.from_dict(raw)


@given(RULES | strategies.expiries() | strategies.scopes() | strategies.branches() | strategies.cashback_steps())
def test_settings_are_values(settings):
    """Every settings class pickles, copies and hashes by value, and can't be changed."""
    back = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own pickle
    assert back == settings == copy.copy(settings) == copy.deepcopy(settings)
    assert hash(back) == hash(settings)
    with pytest.raises(AttributeError):
        settings.name = "other"
    with pytest.raises(AttributeError):
        settings.surplus = 1


@given(strategies.programs())
def test_every_rule_of_a_drawn_program_can_answer(program):
    """Strategies draw rules that earlier ones don't cover, in any of the program's zones."""
    here = Here()
    for rules in (program.cashback, program.first_app_order, program.redemption):
        Reach(branches_by_zone(program)).note_unreachable(rules, here)
    assert here.problems == []


@pytest.mark.parametrize("cls", [Cashback, Expiry, FirstAppOrder, Redemption, Scope, Program])
def test_every_field_says_what_it_is(cls):
    """The schema has a sentence for each key, for editors to show."""
    described = cls.as_kind().schema()["properties"]
    assert [key for key, field in described.items() if not field["description"].endswith(".")] == []
