"""Every report is tested on each repository, over books that agree."""

from __future__ import annotations

from tests.operations.conftest import life, repository

__all__ = ["life", "repository"]
