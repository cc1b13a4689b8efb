"""Every operation agrees with the plain model, over each repository; and whatever is broken, the machine finds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import settings

from loyaltykit.testing import machine
from loyaltykit.testing.machine import LifeMachine

OFTEN = settings(max_examples=max(settings().max_examples, 120))

TestOnMemory = LifeMachine.TestCase
TestOnSqlite = LifeMachine.over("loyaltykit.testing.contract.factories:sqlite_memory").TestCase
TestOnMemory.settings = TestOnSqlite.settings = OFTEN


def test_the_package_loads_the_machine_alone():
    """When it's asked for."""
    with pytest.raises(AttributeError, match="has no attribute 'Machine'"):
        machine.Machine  # noqa: B018 - the look-up is the test


def test_the_model_needs_no_hypothesis():
    """The contract of repositories plays it where Hypothesis isn't installed."""
    code = (
        "import sys\nimport loyaltykit.testing.machine.life, loyaltykit.testing.machine\n"
        "print({'hypothesis', 'pytest'} & set(sys.modules))"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], env=unmeasured, check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout == "set()\n"
