"""The tree of errors."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import UTC, datetime

import pytest

from loyaltykit import LoyaltyError, Money, Points, Problem, SettingsError, errors

FAMILY = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, LoyaltyError)]
PROBLEMS = (Problem("missing", path="id", expected="text"), Problem("empty", path="branches"))
SAMPLES = {
    "InvalidValue": errors.InvalidValue("no", value="x"),
    "ExcessDigits": errors.ExcessDigits("no", value="0.001", digits=2),
    "NaiveMoment": errors.NaiveMoment("no", value=datetime(2026, 1, 1)),  # noqa: DTZ001
    "ZoneNeeded": errors.ZoneNeeded("no", value=None),
    "InexactNumber": errors.InexactNumber("no", value=0.5),
    "MixedUnits": errors.MixedUnits("no", left=Money(5, "RUB"), right=Points(5)),
    "UnknownCurrency": errors.UnknownCurrency("no", value="RUR"),
    "SettingsError": SettingsError.of("program.toml", PROBLEMS),
    "InvalidDistrictMap": errors.InvalidDistrictMap.of("the map", PROBLEMS),
    "NoRevision": errors.NoRevision("no", at=datetime(2026, 1, 1, tzinfo=UTC)),
    "UnreadableOrders": errors.UnreadableOrders("no"),
    "MissingExtra": errors.MissingExtra("no", extra="reports"),
    "RepositoryError": errors.RepositoryError("no"),
    "OperationMismatch": errors.OperationMismatch.of("place o1", '"held"'),
    "VersionConflict": errors.VersionConflict.of("member/m1", 3),
    "Contended": errors.Contended.of(errors.VersionConflict.of("member/m1", 3), 8),
    "StoreTooNew": errors.StoreTooNew.of("member/m1", 9, 1),
    "CodeTaken": errors.CodeTaken.of("D48M"),
    "UnknownOrder": errors.UnknownOrder("no", order="o1"),
    "UnknownCard": errors.UnknownCard.of("c1"),
    "CommitUnknown": errors.CommitUnknown("no", operation_id="place o1"),
    "StoreUnavailable": errors.StoreUnavailable("no"),
    "LoyaltyError": LoyaltyError("no"),
}


def drawn():
    """Give the tree in the module's docstring: each name with its parent's and that of its stdlib error."""
    parents, tree = ["LoyaltyError"], {}
    for line in errors.__doc__.splitlines():
        found = re.match(r"    ([│ ]*)[├└]── (\w+)(?: \((\w+)\))?", line)
        if found:
            depth = len(found[1]) // 4
            del parents[depth + 1 :]
            tree[found[2]] = (parents[depth], found[3])
            parents.append(found[2])
    return tree


def test_the_tree_is_drawn_as_it_is():
    """Every class stands in the docstring, under its parent, with its stdlib error if the parent hasn't one already."""
    tree = {}
    for each in FAMILY:
        if each is not LoyaltyError:
            stdlib = [base.__name__ for base in each.__bases__ if base.__module__ == "builtins"]
            tree[each.__name__] = (each.__bases__[0].__name__, stdlib[0] if stdlib else None)
    assert drawn() == tree


@pytest.mark.parametrize("cls", [each for each in FAMILY if each is not LoyaltyError])
def test_each_is_an_error_of_the_standard_library_too(cls):
    """So that a host that catches ValueError, TypeError, LookupError, RuntimeError or ImportError catches it."""
    kinds = [base for base in (ValueError, TypeError, LookupError, RuntimeError, ImportError) if issubclass(cls, base)]
    assert len(kinds) == 1 or cls is errors.OperationMismatch


def test_codes_are_stable_and_their_own():
    """One a class; a program may tell errors by them, so they don't change."""
    assert {each.__name__: each.code for each in FAMILY} == {
        "LoyaltyError": "loyalty_error",
        "InvalidValue": "invalid_value",
        "ExcessDigits": "excess_digits",
        "NaiveMoment": "naive_moment",
        "ZoneNeeded": "zone_needed",
        "InexactNumber": "inexact_number",
        "MixedUnits": "mixed_units",
        "UnknownCurrency": "unknown_currency",
        "SettingsError": "bad_settings",
        "InvalidDistrictMap": "bad_district_map",
        "NoRevision": "no_revision",
        "UnreadableOrders": "unreadable_orders",
        "UnknownOrder": "unknown_order",
        "UnknownCard": "unknown_card",
        "CodeTaken": "code_taken",
        "MissingExtra": "missing_extra",
        "Contended": "contended",
        "StoreTooNew": "store_too_new",
        "RepositoryError": "repository_error",
        "OperationMismatch": "operation_mismatch",
        "VersionConflict": "version_conflict",
        "CommitUnknown": "commit_unknown",
        "StoreUnavailable": "store_unavailable",
    }


def test_every_class_has_a_sample_here():
    """So that the tests below see all of them."""
    assert set(SAMPLES) == {each.__name__ for each in FAMILY}


@pytest.mark.parametrize("name", SAMPLES)
def test_errors_travel_with_message_and_figures(name):
    """Between processes, and into copies."""
    error = SAMPLES[name]
    for back in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(back) is type(error)
        assert str(back) == str(error)
        assert vars(back) == vars(error)
        assert back.code == error.code


@pytest.mark.parametrize("name", SAMPLES)
def test_figures_are_attributes(name):
    """Those that the class announces are there."""
    announced = {key for base in type(SAMPLES[name]).__mro__ for key in vars(base).get("__annotations__", {})} - {
        "code"
    }
    assert set(vars(SAMPLES[name])) == announced


def test_a_settings_error_lists_its_problems():
    """A line each, counted in English."""
    error = SettingsError.of("program.toml", PROBLEMS)
    assert error.problems == PROBLEMS
    assert str(error) == (
        "program.toml: 2 problems\n"
        "  id: is missing (write text)\n"
        "  branches: is empty, which says nothing (leave the key out, or write at least one entry)"
    )
    assert str(SettingsError.of("x", PROBLEMS[:1])).startswith("x: 1 problem\n")
