"""The vocabulary: English words that stand as figures are found again, as the library says them now. Rows B1, B6."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from loyaltykit import (
    InvalidValue,
    Money,
    Order,
    Percent,
    Period,
    PointValue,
    Program,
    ReferralSplit,
    Referrers,
    Shares,
    Template,
    Window,
    referral_split_for,
)
from loyaltykit.documents.order import Status
from loyaltykit.messages.vocabulary import PHRASES, VOCABULARY, phrase_in
from loyaltykit.program.program import RULES
from loyaltykit.replay import Columns
from loyaltykit.rules.expiry import UNITS
from loyaltykit.rules.scope import PARTS
from loyaltykit.settings.tables import ListKind, TableKind
from loyaltykit.values.code import normal_code


def expectations(kind):
    """Give what *kind*, and every kind within it, says to write."""
    yield kind.expected
    if isinstance(kind, ListKind):
        yield from expectations(kind.item)
    if isinstance(kind, TableKind):
        for field in kind.fields.values():
            yield from expectations(field.kind)


@pytest.mark.parametrize("settings", [Program, Columns])
def test_B6_every_kind_of_setting_says_what_to_write(settings):
    """Whoever adds a kind of setting adds what it expects."""
    unknown = {text for text in expectations(settings.as_kind()) if phrase_in("expected", text) is None}
    assert not unknown, "add these to loyaltykit.messages.vocabulary"


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: normal_code(7),
        lambda: normal_code("x" * 65),
        lambda: normal_code("x" * 999),
        lambda: normal_code(" "),
        lambda: normal_code("sale 🎉"),
        lambda: Period(date(2026, 3, 1), date(2026, 2, 1)),
        lambda: Period(date.min),
        lambda: Window((), "10:00", "10:00"),
        lambda: Template(""),
        lambda: Template("{points!r}"),
    ],
)
def test_B1_what_reasons_and_problems_quote_is_known(mistake):
    """A code or a table that can't be read is told by the message of its error."""
    with pytest.raises(InvalidValue) as caught:
        mistake()
    assert phrase_in("why", str(caught.value)) is not None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rule", RULES),
        ("status", get_args(Status)),
        ("part", [part.replace("_", " ") for part in PARTS]),
        ("unit", UNITS),
    ],
)
def test_B1_every_word_of_a_closed_list_is_known(name, words):
    """Kinds of rules, states of orders, parts of scopes, units of expiry."""
    assert [word for word in words if phrase_in(name, word) is None] == []


def test_B1_every_role_of_a_split_is_known():
    """Also several of them in one: who invited both sides has two, and the shares of two."""
    shares = Shares(
        customer=Percent(25), customer_referrer=Percent(25), worker=Percent(25), worker_referrer=Percent(25)
    )
    order = Order(id="o1", customer="m1", worker="w1", price=Money(100, "RUB"))
    at, worth = datetime(2026, 3, 1, tzinfo=UTC), PointValue(1, "RUB")
    roles = set()
    for referrers in (Referrers(customer="m2", worker="m2"), Referrers(customer="w1", worker="m1")):
        split = ReferralSplit(percent=Percent(10), shares=shares)
        decision = referral_split_for(split, order, at=at, referrers=referrers, point_value=worth)
        roles |= {award.role for award in decision.awards}
    assert "customer's referrer and worker's referrer" in roles
    assert all(phrase_in("role", role) for role in roles)


def test_a_phrase_is_found_by_its_own_text():
    """Earlier ones stand in no later one's way."""
    for name, words in VOCABULARY.items():
        for key, text in words.items():
            plain = text.replace("{{", "{").replace("}}", "}")
            assert phrase_in(name, plain)[0] == f"{name}.{key}"
    assert len(PHRASES) == sum(map(len, VOCABULARY.values()))


def test_what_varies_is_given_as_it_stood():
    """Blanks, quotes and line ends among it."""
    assert phrase_in("hint", "did you mean a\nb?") == ("hint.near", {"value": "a\nb"})
    assert phrase_in("hint", "who knows") is None
    assert phrase_in("no such figure", "customer") is None
