"""The vocabulary: English words that stand as figures are found again, as the library says them now. Rows B1, B6."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from loyaltykit import (
    InvalidDistrictMap,
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
    words,
)
from loyaltykit.documents.order import Status
from loyaltykit.geo import DistrictMap
from loyaltykit.messages.vocabulary import PHRASES, VOCABULARY, phrase_in
from loyaltykit.notice import NOTICES
from loyaltykit.program.program import RULES
from loyaltykit.reason import REASONS
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
    ("name", "known"),
    [
        ("rule", RULES),
        ("status", get_args(Status)),
        ("part", [part.replace("_", " ") for part in PARTS]),
        ("unit", UNITS),
    ],
)
def test_B1_every_word_of_a_closed_list_is_known(name, known):
    """Kinds of rules, states of orders, parts of scopes, units of expiry."""
    assert [word for word in known if phrase_in(name, word) is None] == []


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


BOX = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
WRONG_MAPS = {
    "no map": {"type": "Topology"},
    "a feature without type": [{}],
    "no coordinates": [("Polygon", 7)],
    "no rings": [("Polygon", [])],
    "a ring that is none": [("Polygon", [7])],
    "a position that is none": [("Polygon", [[[0, 0], [1], [1, 1], [0, 0]]])],
    "an open ring": [("Polygon", [BOX[:4]])],
    "a crossing": [("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]])],
    "a hole outside": [("Polygon", [BOX, [[5, 5], [6, 5], [6, 6], [5, 5]]])],
    "nested holes": [
        (
            "Polygon",
            [
                [[x * 9, y * 9] for x, y in BOX],
                [[x * 4 + 1, y * 4 + 1] for x, y in BOX],
                [[x + 2, y + 2] for x, y in BOX],
            ],
        )
    ],
    "nested shells": [("MultiPolygon", [[[[x * 9, y * 9] for x, y in BOX]], [[[x + 2, y + 2] for x, y in BOX]]])],
    "no place on Earth": [("Polygon", [[[200, 100], [201, 100], [201, 101], [200, 100]]])],
    "swapped axes": [("Polygon", [[[10, 100], [11, 100], [11, 101], [10, 100]]])],
}


@pytest.mark.parametrize("name", WRONG_MAPS)
@pytest.mark.parametrize("locale", ["ru", "uk"])
def test_G4_what_is_wrong_with_a_map_is_told_without_english(name, locale):
    """Also where it is, and why."""
    wrong = WRONG_MAPS[name]
    if isinstance(wrong, list):
        features = [
            {"type": "Feature", "properties": {"id": "d1"}, "geometry": {"type": each[0], "coordinates": each[1]}}
            if each
            else each
            for each in wrong
        ]
        wrong = {"type": "FeatureCollection", "features": features}
    with pytest.raises(InvalidDistrictMap) as caught:
        DistrictMap.from_geojson(wrong, key="id")
    for problem in caught.value.problems:
        told = re.sub(
            r"repair=\S+|GeoJSON|FeatureCollection|Feature|MultiPolygon|Polygon|Topology|d1|id",
            "",
            words(problem, locale),
        )
        assert not re.search("[A-Za-z]{2}", told), told


def test_a_phrase_is_found_by_its_own_text():
    """Earlier ones stand in no later one's way."""
    for name, texts in VOCABULARY.items():
        for key, text in texts.items():
            plain = text.replace("{{", "{").replace("}}", "}")
            assert phrase_in(name, plain)[0] == f"word.{name}.{key}"
    assert len(PHRASES) == sum(map(len, VOCABULARY.values()))


def test_figures_that_hosts_name_are_never_looked_up():
    """Of reasons and notices only these five are the library's own words; a branch called "placed" stays one."""
    figures = {figure for table in (REASONS, NOTICES) for meaning in table.values() for figure in meaning.figures}
    assert figures & set(VOCABULARY) == {"part", "role", "rule", "status", "why"}


def test_what_varies_is_given_as_it_stood():
    """Blanks, quotes and line ends among it."""
    assert phrase_in("hint", "did you mean a\nb?") == ("word.hint.near", {"value": "a\nb"})
    assert phrase_in("hint", "who knows") is None
    assert phrase_in("no such figure", "customer") is None
