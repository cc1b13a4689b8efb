"""The catalogues: fresh, whole, with the figures of the English, and in their own language. Row B1."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from io import BytesIO
from string import Formatter

import pytest

from loyaltykit import program_schema
from loyaltykit.messages.texts import NOUNS, TEXTS
from loyaltykit.rules.notice import LANGUAGES as ALL
from tests.messages.catalogues import LANGUAGES, catalogue_of, compiled, english_of, path_of, updated

STANDARDS = {"GeoJSON", "JSON", "WGS", "EPSG", "UTF", "ISO", "IANA", "UTC", "Y", "m", "d", "H", "M", "S"}
WRITTEN = {
    "Feature",
    "FeatureCollection",
    "Polygon",
    "MultiPolygon",
    "repair",
    "report",
    "within",
    "null",
    "true",
    "false",
    "toml",
    "json",
    "iso",
    "unix",
    "unix_wall_clock",
    "moments",
}
EXAMPLES = {"SUMMER", "RUB", "UAH", "Europe", "Moscow", "Kyiv", "America", "Chicago", "P6M", "P30D", "PT3H"}


def keys_of(schema):
    """Give the keys that settings have in *schema*, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = schema.values()
    if not isinstance(schema, str | int | None):
        for inner in schema:
            yield from keys_of(inner)


IDS = STANDARDS | WRITTEN | EXAMPLES | set(keys_of(program_schema()))
"""What stands in Latin letters in every language."""


def texts_of(language):
    """Give every translation of *language* by its key; of a noun, each form."""
    for message in catalogue_of(language):
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for form in forms:
            yield message.id if isinstance(message.id, str) else message.id[0], form


def figures_of(text):
    """Give the names that stand in braces in *text*."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def test_every_language_of_templates_but_english_has_a_catalogue():
    """English stands in the tables."""
    assert ("en", *LANGUAGES) == ALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_B1_the_catalogue_is_fresh(language):
    """It has the keys and the English of the tables, and nothing is fuzzy that wasn't looked at."""
    now, due = catalogue_of(language), updated(language)
    assert english_of(now) == english_of(due), "texts were added or changed: run `make messages`, then translate them"
    fuzzy = [message.id for message in due if message.fuzzy and message.id]
    assert not fuzzy, f"their English was changed: look at {fuzzy} in {path_of(language)}, and take `fuzzy` away there"


@pytest.mark.parametrize("language", LANGUAGES)
def test_B1_the_compiled_catalogue_is_fresh(language):
    """Programs read the .mo."""
    there, due = (
        GNUTranslations(BytesIO(content))._catalog
        for content in (path_of(language, "mo").read_bytes(), compiled(catalogue_of(language)))
    )
    there.pop(""), due.pop("")  # the header names Babel's release
    assert there == due, "the .po was edited: run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_B1_every_text_is_translated(language):
    """Each reason, problem, notice, effect and word of the vocabulary."""
    empty = sorted({key for key, text in texts_of(language) if not text})
    assert not empty, (
        f"whoever adds a text gives it words in every language: write the msgstr of {empty} in {path_of(language)}, "
        "then run `make messages`"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_B1_translations_have_the_figures_of_the_english(language):
    """No more, which would fail, and no fewer, which would keep something back."""
    wrong = {
        key: text
        for key, text in texts_of(language)
        if text and key in TEXTS and figures_of(text) != figures_of(TEXTS[key])
    }
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_by_a_noun_has_that_noun(language):
    """``{orders:orders}`` needs noun.orders."""
    nouns = {spec for _, text in texts_of(language) for _, _, spec, _ in Formatter().parse(text) if spec}
    assert nouns <= set(NOUNS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left(language):
    """Nothing in Latin letters but ids; no letters of the one language in the other."""
    foreign = {"ru": "іїєґ’", "uk": "ыэъё"}[language]
    for key, text in texts_of(language):
        bare = re.sub(r"\{\w+(:\w+)?\}", "", text.replace("{{points}}", ""))
        left = set(re.findall(r"[A-Za-z]\w*", bare)) - IDS
        assert not left, f"{key}: {left} in {text!r}"
        assert not set(bare.lower()) & set(foreign), f"{key}: {text!r}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_begin_and_end_as_the_english_do(language):
    """What stands within a sentence keeps its blanks and commas, and none ends with a stop."""
    for key, text in texts_of(language):
        english = TEXTS.get(key, text)
        assert text[:1].isspace() == english[:1].isspace(), key
        assert text[-1:].isspace() == english[-1:].isspace(), key
        assert not text.endswith("."), key


def test_a_changed_english_text_makes_its_translations_fuzzy(monkeypatch):
    """Until somebody has looked at them; until then they're served all the same."""
    monkeypatch.setitem(TEXTS, "reason.no_customer", "the order has no customer")
    due = updated("ru")
    assert due.get("reason.no_customer").fuzzy
    assert not due.get("reason.no_worker").fuzzy
    assert GNUTranslations(BytesIO(compiled(due))).gettext("reason.no_customer") == "в заказе не указан клиент"


def test_texts_come_and_go(monkeypatch):
    """A new one is empty until it's translated, and one that's gone is dropped."""
    monkeypatch.setitem(TEXTS, "reason.new", "something new")
    monkeypatch.delitem(TEXTS, "reason.no_customer")
    due = updated("uk")
    assert not due.get("reason.new").string
    assert due.get("reason.no_customer") is None
