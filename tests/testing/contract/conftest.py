"""Runs pytest in pytest."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture
def pytester_run(tmp_path):
    """Give a function that runs a test file of that source in a Python of its own, and gives what pytest printed."""

    def run(source):
        file = tmp_path / "test_mine.py"
        file.write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "-c", "/dev/null", str(file)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout  # noqa: S603

    return run
