"""Factories are named by an import string, and say what their stores claim."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue
from loyaltykit.testing.contract.factories import InProcess, SqliteFile, memory, sqlite_file
from loyaltykit.testing.contract.factory import CAPABILITIES, Factory, claims, factory_named, fault_of, hooks_of


class Plain:
    """As little as a factory may be: everything is claimed, and no trouble offered."""

    create = reopen = destroy = print


def test_a_factory_is_named_by_an_import_string():
    """Each time a new one."""
    first, second = (factory_named("loyaltykit.testing.contract.factories:sqlite_file") for _ in range(2))
    assert isinstance(first, SqliteFile)
    assert first is not second


@pytest.mark.parametrize(
    "path", ["", "memory", "loyaltykit:", ":memory", "no.such:make", "loyaltykit.cli:no_such", "loyaltykit:__version__"]
)
def test_what_names_no_factory_is_refused(path):
    """With the text itself, and how to write one."""
    with pytest.raises(InvalidValue, match="names no factory") as caught:
        factory_named(path)
    assert caught.value.value == path


def test_what_makes_no_factory_is_refused():
    """The message says what a factory needs."""
    with pytest.raises(InvalidValue, match=r"is no factory: it needs create\(\), reopen\(\) and destroy\(\)"):
        factory_named("builtins:dict")


def test_everything_is_claimed_unless_it_is_given_up():
    """So that nothing is left out by forgetting it."""
    assert isinstance(Plain(), Factory)
    assert claims(Plain()) == CAPABILITIES
    assert claims(memory()) == {"threads"}


def test_a_capability_that_there_is_not_is_refused():
    """A mistyped one would silently give up the one that was meant."""
    with pytest.raises(InvalidValue, match=r"\['thread'\] are no capabilities"):
        claims(InProcess(memory().make, capabilities=frozenset({"thread"})))


def test_trouble_is_offered_or_not():
    """By the factory as a whole, or kind by kind."""
    assert fault_of(Plain(), "full") is None
    assert fault_of(sqlite_file(), "io") is None


def test_a_store_can_be_reopened_before_it_is_created():
    """And be destroyed when it never was."""
    factory = memory()
    assert factory.reopen() is factory.reopen()
    factory.destroy()
    sqlite_file().destroy()


class OfTheClass(Plain):
    """Its hooks are the class's, or nobody's."""

    @classmethod
    def fault(cls, kind):
        """Cause no trouble."""

    @staticmethod
    def trace(callback):
        """Tell of nothing."""

    @property
    def written(self):
        """Fail, if anybody asks."""
        raise NotImplementedError


def test_a_hook_counts_whoever_it_is_called_on():
    """An instance, its class or nothing; what isn't called is none, and isn't asked for."""
    assert hooks_of(OfTheClass()) == {"fault", "trace"}


def test_a_hook_of_the_class_that_is_nearly_named_as_one_is_refused():
    """As any other."""
    odd = type("Odd", (Plain,), {"kil_server": classmethod(print)})
    with pytest.raises(InvalidValue, match=r"^the factory has kil_server\(\), which is no hook: write kill_server\(\)"):
        hooks_of(odd())
