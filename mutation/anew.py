"""Run tests with one module imported from other source: ``python -m mutation.anew PATH SOURCE SECONDS TEST…``."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mutation.modules import name_of
from mutation.session import OPTIONS, quick
from mutation.trials import bounded

if TYPE_CHECKING:
    from types import CodeType


def main(path: str, changed: str, seconds: str, *tests: str) -> int:
    """Give pytest's exit code for *tests* where the module at *path* has the source of the file *changed*."""
    bounded(int(seconds))
    source = Path(changed).read_text(encoding="utf-8")
    plain = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        return compile(source, path, "exec") if loader.path == path else plain(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    import_module(name_of(Path(path)))  # before pytest, which imports by a loader of its own what it's to run
    quick()
    return pytest.main([*OPTIONS, *tests])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
