"""A place to note problems at."""

from __future__ import annotations

import pytest

from loyaltykit.settings.here import Here


@pytest.fixture
def here():
    """Give the place called setting."""
    return Here("setting")


@pytest.fixture
def noted(here):
    """Give what was noted there, as path, code and figures."""
    return lambda: [(problem.path, problem.code, problem.figures) for problem in here.problems]
