"""The class to subclass: one test for each property, with the kit's three other outcomes told apart."""

from __future__ import annotations

from unittest import SkipTest

import pytest

import loyaltykit.testing
from loyaltykit.testing import RepositoryContract
from loyaltykit.testing.broken.guards import NothingChecked
from loyaltykit.testing.contract import contract
from loyaltykit.testing.contract.factories import InProcess
from loyaltykit.testing.contract.properties import AMONG_PROCESSES, PROPERTIES, all_properties


def last_writer_wins():
    """Give a factory of broken stores."""
    return InProcess(NothingChecked)


class Broken(RepositoryContract):
    factory = "tests.testing.contract.test_contract:last_writer_wins"
    seed = 99


class Good(RepositoryContract):
    factory = "loyaltykit.testing.contract.factories:memory"


def test_each_property_is_a_test_that_bears_its_id():
    """With what it proves as its docstring, in the order of the table."""
    tests = [name for name in vars(RepositoryContract) if name.startswith("test_")]
    assert tests == [each.test_name for each in all_properties(awaited=False)]
    assert RepositoryContract.test_P22_no_write_skew.__doc__ == PROPERTIES["P22"].says
    assert RepositoryContract.test_P22_no_write_skew_among_processes.__doc__ == AMONG_PROCESSES["P22"].says


def test_a_broken_store_fails_with_the_seed_of_its_class():
    """Which the message tells, to be set again."""
    with pytest.raises(AssertionError, match=r"(?s)P03 stale_guard_changes_nothing: .*LOYALTYKIT_SEED=99"):
        Broken().test_P03_stale_guard_changes_nothing()


def test_what_is_given_up_is_skipped_and_says_so():
    """As any test runner skips, whether it's pytest or unittest."""
    with pytest.raises(SkipTest, match="not claimed: P13 needs durable"):
        Good().test_P13_survives_reopening()


def test_the_class_is_found_in_the_package_and_nothing_else_is():
    """Loaded when it's asked for."""
    assert loyaltykit.testing.RepositoryContract is contract.RepositoryContract
    with pytest.raises(AttributeError, match="has no attribute 'Contract'"):
        loyaltykit.testing.Contract  # noqa: B018 - the look-up is the test


def test_pytest_collects_and_skips(pytester_run):
    """Subclassed as the docs say, in a file of its own: passed and skipped are counted apart."""
    done = pytester_run(
        "from loyaltykit.testing import RepositoryContract\n\n\n"
        "class TestMine(RepositoryContract):\n"
        '    factory = "loyaltykit.testing.contract.factories:memory"\n'
    )
    assert "24 passed, 12 skipped" in done
    assert "not claimed: P13 needs durable" in done
