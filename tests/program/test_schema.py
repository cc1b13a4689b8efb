"""The JSON Schema of program files agrees with what is read (B8)."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from loyaltykit import program_schema
from tests.program.test_files import RAW
from tests.program.test_wrong_files import BASE, WRONG, cashback

SCHEMA = Draft202012Validator(program_schema())

# What no schema of single values can say: contradictions between settings, and what text stands for.
ONLY_READING_TELLS = {
    "unknown_zone", "not_positive", "too_large", "too_many_digits", "wrong_currency", "bad_date", "naive_moment",
    "impossible", "duplicate", "no_gain", "two_gains", "not_ascending", "step_below_minimum", "above_cap", "no_effect",
    "minimum_above_maximum", "unreachable", "unknown_branch", "bad_text", "empty", "kind_name", "never_applies",
    "too_long", "nothing_expires", "too_many_lots", "bad_code",
    "bad_template", "unknown_variable", "nothing_to_tell", "told_at_once",
}  # fmt: skip


def test_the_schema_is_one_of_the_2020_12_dialect():
    """Any tool that knows the dialect can use it."""
    Draft202012Validator.check_schema(program_schema())
    assert program_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("raw", [BASE, cashback(), RAW])
def test_B8_what_reads_is_valid(raw):
    """A sound program is valid under the schema."""
    assert list(SCHEMA.iter_errors(raw)) == []


@pytest.mark.parametrize("name", [name for name, wrong in WRONG.items() if wrong[2] not in ONLY_READING_TELLS])
def test_B8_what_doesnt_read_is_invalid(name):
    """A mistake in a single value or key is invalid under the schema too; but JSON calls whole floats integers."""
    raw = WRONG[name][0]
    whole_floats = {"float for points", "float for digits"}
    assert SCHEMA.is_valid(raw) == (name in whole_floats)


def test_every_setting_is_described():
    """An editor shows what a key means."""

    def undescribed(schema, path=""):
        for key, field in schema.get("properties", {}).items():
            if "description" not in field:
                yield f"{path}.{key}"
            yield from undescribed(field, f"{path}.{key}")
            yield from undescribed(field.get("items", {}), f"{path}.{key}[]")

    assert list(undescribed(program_schema())) == []
