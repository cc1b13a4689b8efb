"""Hypothesis knows the types of loyaltykit by itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import loyaltykit
from loyaltykit import Cashback, Currency, Money, Order, Points, Program, Scope, Term
from loyaltykit.testing import strategies
from loyaltykit.testing.registration import STRATEGIES

ONE = settings(phases=[Phase.generate])


def run(code):
    """Run *code* in a Python of its own; give what it printed."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def test_from_type_works_with_nothing_else_imported():
    """The entry point has told Hypothesis, in any process in which both are installed."""
    code = (
        "from hypothesis import find, strategies as st\n"
        "from loyaltykit import Money\n"
        "print(find(st.from_type(Money), lambda money: money.minor > 0))\n"
    )
    assert run(code).startswith("0.01 ")


def test_the_strategies_load_only_when_they_are_asked_for():
    """Importing Hypothesis tells it of the types and draws nothing yet."""
    code = "import sys, hypothesis\nprint('loyaltykit' in sys.modules, 'loyaltykit.testing.strategies' in sys.modules)"
    assert run(code) == "True False"


@pytest.mark.parametrize("first", ["loyaltykit.testing.strategies", "loyaltykit.testing.registration", "hypothesis"])
def test_the_order_of_imports_doesnt_matter(first):
    """Though Hypothesis imports us while it's being imported by us."""
    then = "from hypothesis import strategies as st\nfrom loyaltykit import Money\nst.from_type(Money).validate()"
    assert run(f"import {first}\n{then}") == ""


def test_the_package_itself_loads_neither_hypothesis_nor_pytest():
    """Only the modules in it that need them do."""
    code = "import sys, loyaltykit.testing\nprint({'hypothesis', 'pytest', '_pytest'} & set(sys.modules))"
    assert run(code) == "set()"


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_type_is_drawn_by_its_strategy(name):
    """Each type's own, without arguments; what it draws is of the type."""
    drawn_type = getattr(loyaltykit, name)
    assert isinstance(find(st.from_type(drawn_type), lambda _: True, settings=ONE), drawn_type)
    assert st.from_type(drawn_type).validate() is None
    assert STRATEGIES[name] in strategies.__all__


def test_every_value_fact_and_settings_class_is_known():
    """Of the public classes that hosts make themselves, none is forgotten."""
    made_by_rules = {
        "Advance",
        "Award",
        "Breakdown",
        "CardPayment",
        "CardPurchase",
        "CardRelease",
        "CardReturn",
        "CategoryChange",
        "Clawback",
        "Credit",
        "Decision",
        "Discount",
        "LevelMove",
        "Missing",
        "Notice",
        "Problem",
        "Reason",
        "Redeem",
        "Release",
        "Return",
        "Revisions",
        "Share",
        "Replay",
        "Report",
        "TierProgress",
    }
    classes = {name for name in loyaltykit.__all__ if isinstance(getattr(loyaltykit, name), type)}
    folders = {"operations", "loyalty", "reports"}
    life = {name for name in classes if getattr(loyaltykit, name).__module__.split(".")[1] in folders}
    errors = {name for name in classes if issubclass(getattr(loyaltykit, name), Exception)}
    assert classes - errors - made_by_rules - life <= set(STRATEGIES)


@settings(max_examples=5)
@given(...)
def test_annotations_are_enough(
    fare: Money,
    points: Points,
    order: Order,
    program: Program,
    rule: Cashback,
    scope: Scope,
    term: Term,
    currency: Currency,
):
    """A test that annotates its arguments needs no strategies at all."""
    assert fare + -fare == Money(0, fare.currency)
    assert points - points == Points(0)
    assert order.price is None or order.price.minor >= 0
    assert Program.from_dict(program.to_dict()) == program
    assert hash(rule)
    assert hash(scope)
    assert Term(str(term)) == term
    assert Currency(currency.code) is currency
