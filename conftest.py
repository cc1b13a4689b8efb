"""What every test run has: Hypothesis profiles, and the documentation as tests."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

settings.register_profile(
    "quick", deadline=None, max_examples=60, derandomize=True
)  # a run says the same twice; deep ones explore
settings.register_profile("brief", deadline=None, max_examples=12, derandomize=True)  # where quick has run beside it
settings.register_profile(
    "deep", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ROOT = Path(__file__).parent


def _from_root(_namespace: object) -> None:
    """Run every example from the project's folder, where its paths begin."""
    os.chdir(ROOT)


pytest_collect_file = (
    Sybil(parsers=[PythonCodeBlockParser()], patterns=["README.md", "docs/*.md"], setup=_from_root)
    + Sybil(parsers=[DocTestParser()], patterns=["*.py"], path=str(ROOT / "src"), setup=_from_root)
).pytest()
