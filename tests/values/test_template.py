"""Templates: names alone are filled in, in two ways of writing (S7, T3)."""

from __future__ import annotations

import pickle

import pytest

from loyaltykit import InvalidValue, Template
from loyaltykit.values.template import MAX_TEMPLATE


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{points} more", "<points> more"),
        ("%Points% more", "<points> more"),
        ("%points%{Points}", "<points><points>"),
        ("%ClientReferralCode%", "<client_referral_code>"),
        ("{client_referral_code}", "<client_referral_code>"),
        ("{ClientReferralCode}", "<client_referral_code>"),
        ("%Points%%Balance%", "<points><balance>"),
        ("{{points}}", "{points}"),
        ("{{{points}}}", "{<points>}"),
        ("%%points%%", "%points%"),
        ("100 %% of {points}", "100 % of <points>"),
        ("5 % off, 10% off", "5 % off, 10% off"),
        ("50%", "50%"),
        ("% {points} %", "% <points> %"),
        ("{Баллы}", "<баллы>"),
        ("Ёлка\n{points}", "Ёлка\n<points>"),
    ],
)
def test_T3_variables_are_filled_in(text, filled):
    """Each by its name in small letters; everything else stays."""
    template = Template(text)
    assert template.fill({name: f"<{name}>" for name in template.names}) == filled


@pytest.mark.parametrize(
    "text",
    ["{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{0}", "{}", "{ a }", "{", "}", "{points", "points}", "{{points}", "{a{b}}"],
)
def test_S7_nothing_but_names_can_be_asked_for(text):
    """No formats, attributes or indexes, and no brace that's alone."""
    with pytest.raises(InvalidValue, match="a brace in a template stands around a variable"):
        Template(text)


@pytest.mark.parametrize("text", ["", " \n", "x" * (MAX_TEMPLATE + 1), "a\0", "\ud800", 7, None])
def test_what_is_no_text_is_refused(text):
    """As is text that no store could hold."""
    with pytest.raises(InvalidValue, match="a template is text of 1 to 2000 characters"):
        Template(text)


def test_S7_what_is_filled_in_is_never_read_again():
    """A member called {points} stays so."""
    assert Template("{a} {b}").fill({"a": "{b}", "b": "%A%"}) == "{b} %A%"


def test_a_variable_without_a_value_is_an_error():
    """That names it, and what there is."""
    with pytest.raises(InvalidValue, match="without a value: balance; known: points") as caught:
        Template("{points} {balance}").fill({"points": "5"})
    assert caught.value.value == "balance"


def test_names_stand_once_in_their_order():
    """In small letters, however they're written."""
    assert Template("{b}%A%{a}%B%").names == ("b", "a")


def test_a_template_is_a_value():
    """Equal by its text, hashable, picklable, and shown as it's made."""
    template = Template("{points} more")
    assert template == Template("{points} more") != Template("%Points% more")
    assert pickle.loads(pickle.dumps(template)).fill({"points": "5"}) == "5 more"  # noqa: S301 - our own bytes
    assert hash(template) == hash(Template("{points} more"))
    assert (str(template), repr(template)) == ("{points} more", "Template('{points} more')")
