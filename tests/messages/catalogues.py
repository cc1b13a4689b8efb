"""
The catalogues of the translations, brought up to date and compiled by ``make messages``.

Translators edit the .po files alone. A new text gets an empty entry there, one that's gone loses its own, and one whose
English was changed is marked fuzzy, until somebody has looked at its translation and has taken the mark away.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from loyaltykit import messages
from loyaltykit.messages.texts import NOUNS, TEXTS
from loyaltykit.messages.translated import DOMAIN

LANGUAGES = ("ru", "uk")
LOCALE = Path(messages.__file__).parent / "locale"
MADE = datetime(2026, 11, 22, tzinfo=UTC)
"""What every catalogue's header says, so that making them anew changes nothing."""


def path_of(language, ending="po"):
    """Give the file of *language*'s catalogue."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def template():
    """Give a catalogue of all keys, each with its English in the comment above."""
    catalogue = Catalog(domain=DOMAIN)
    for key, english in TEXTS.items():
        catalogue.add(key, auto_comments=[english.strip()])
    for noun, forms in NOUNS.items():
        catalogue.add((f"noun.{noun}", f"noun.{noun}"), auto_comments=[", ".join(forms)])
        catalogue.add(f"noun.{noun}.fraction", auto_comments=[f"1.5 {forms[1]}"])
    return catalogue


def catalogue_of(language):
    """Give the catalogue of *language* as its file has it."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def english_of(catalogue):
    """Give the English of every text of *catalogue* by its key; the file wraps what's long."""
    return {message.id: " ".join(message.auto_comments) for message in catalogue if message.id}


def updated(language):
    """Give the catalogue of *language* as it should be: the template's keys, those fuzzy whose English changed."""
    catalogue, texts = catalogue_of(language), template()
    before = english_of(catalogue)
    catalogue.update(texts, no_fuzzy_matching=True)
    for key, english in english_of(catalogue).items():
        if before.get(key, english) != english:
            catalogue.get(key).flags.add("fuzzy")
    catalogue.creation_date = catalogue.revision_date = MADE
    return catalogue


def compiled(catalogue):
    """Give what programs read of *catalogue*."""
    file = io.BytesIO()
    write_mo(file, catalogue, use_fuzzy=True)
    return file.getvalue()


def main():
    """Bring every language's files up to date."""
    for language in LANGUAGES:
        catalogue = updated(language)
        with path_of(language).open("wb") as file:
            write_po(file, catalogue, width=120, ignore_obsolete=True)
        path_of(language, "mo").write_bytes(compiled(catalogue))


if __name__ == "__main__":
    main()
