"""Templates: what is written is what is filled, whatever stands around the variables (S7, T3)."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import event, given
from hypothesis import strategies as st

from loyaltykit import InvalidValue, Template
from loyaltykit.testing import strategies
from loyaltykit.values.template import CODE, MAX_TEMPLATE

NAMES = ("points", "balance", CODE)
CAMEL = {"points": "Points", "balance": "Balance", CODE: "ClientReferralCode"}
LITERALS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
VARIABLES = st.tuples(st.sampled_from(NAMES), st.sampled_from(["{name}", "{Name}", "%name%", "%Name%"]))
VALUES = st.fixed_dictionaries({name: st.text(max_size=9) for name in NAMES})


def escaped(literal):
    """Give *literal* as a template writes it: all that might begin a variable is doubled."""
    for sign in "{}%":
        literal = literal.replace(sign, sign * 2)
    return literal


def written(part):
    if isinstance(part, str):
        return escaped(part)
    name, form = part
    return form.replace("name", name).replace("Name", CAMEL[name])


@given(st.lists(LITERALS | VARIABLES, max_size=8), VALUES)
def test_S7_what_is_written_is_what_is_filled(parts, values):
    """Literals stand as they are, variables as their values, whatever these hold."""
    text = "".join(map(written, parts))
    if not text.strip():
        return
    filled = "".join(part if isinstance(part, str) else values[part[0]] for part in parts)
    assert Template(text).fill(values) == filled
    assert set(Template(text).names) == {part[0] for part in parts if not isinstance(part, str)}


@given(st.text(st.sampled_from("{}%aB_.![0:] ") | st.characters(), max_size=20))
def test_S7_any_text_is_a_template_or_is_refused(text):
    """And what is a template is filled by its names alone, and gives back nothing that it wasn't given."""
    with suppress(InvalidValue):
        template = Template(text)
        event(f"variables: {len(template.names)}")
        assert all(name.isidentifier() and name == name.lower() for name in template.names)
        assert len(template.fill(dict.fromkeys(template.names, ""))) <= len(text)


@given(LITERALS.filter(str.strip))
def test_S7_text_without_signs_is_itself(text):
    """Nothing is read into it."""
    assert Template(escaped(text)).fill({}) == text
    if not set("{}%") & set(text):
        assert Template(text).fill({}) == text


@given(strategies.templates(names=NAMES), VALUES)
def test_S7_drawn_templates_read_as_they_are_written(template, values):
    """By their text alone; and they're no longer than a template may be."""
    again = Template(str(template))
    assert (again, again.fill(values)) == (template, template.fill(values))
    assert len(str(template)) <= MAX_TEMPLATE
