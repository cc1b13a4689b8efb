"""Try the mutants of the modules that are named, or of all: ``python -m mutation [MODULE…] [--quickly] [--record]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mutation.kept import Results, equivalents
from mutation.modules import modules, path_of, tests_of
from mutation.mutants import mutants_of
from mutation.session import OPTIONS, quick
from mutation.table import counts_of, line, record
from mutation.trials import WORDS, Trials

if TYPE_CHECKING:
    from mutation.mutants import Key, Mutant

EVERY = 50
"""After so many mutants, what is known is written, to go on from where a run was ended."""


def main() -> int:
    """
    Try what isn't known yet, print each module's figures and survivors; 1 where tests fail as they are, or a mutant
    survives that isn't explained.
    """
    told = _arguments()
    failed = 0
    if len(told.module) == 1:
        failed = _one(told.module[0], quickly=told.quickly)
    else:
        for module in told.module or modules():  # each imports its tests anew
            command = [sys.executable, "-m", "mutation", module, *(["--quickly"] if told.quickly else [])]
            failed |= subprocess.call(command)  # noqa: S603 - this Python with our own arguments
    if told.record:
        record()
    return failed


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    reader.add_argument("module", nargs="*", help="such as rules.promo; all, if none is named")
    reader.add_argument("--quickly", action="store_true", help="don't try in a fresh interpreter what survives")
    reader.add_argument("--record", action="store_true", help="write the table into docs/mutation.md")
    told = reader.parse_args()
    unknown = set(told.module) - set(modules())
    if unknown:
        reader.error(f"no such module: {', '.join(sorted(unknown))}; there are {', '.join(modules())}")
    return told


def _one(module: str, *, quickly: bool) -> int:
    """Try the mutants of *module* and print what came of it; 1 where its tests fail, or one survives unexplained."""
    results = Results(module)
    broken = _try(module, results, quickly=quickly)
    if broken is not None:
        print(f"{module}: {broken}")
        return 1
    print(line(module, counts_of(results)))
    known = equivalents(module)
    unexplained = [key for key in results.survivors if key not in known]
    for key in unexplained:
        print(_shown(key))
    return int(bool(unexplained))


def _shown(key: Key) -> str:
    function, was, becomes, time = key
    which = f" ({time})" if time > 1 else ""
    changed = [*(f"- {each}" for each in was.split("\n")), *(f"+ {each}" for each in becomes.split("\n"))]
    return "\n    ".join([f"  {function}{which}", *changed])


def _try(module: str, results: Results, *, quickly: bool) -> str | None:
    """Try the mutants of *module* of which *results* doesn't know yet; give what keeps them from being tried."""
    mutants = {mutant.key: mutant for mutant in mutants_of(path_of(module).read_text(encoding="utf-8"))}
    results.keep(mutants)
    for key, mutant in mutants.items():
        if mutant.words:
            results.note(key, WORDS)
    unknown = [mutant for key, mutant in mutants.items() if not (mutant.words or results.settled(key, quickly=quickly))]
    if not unknown:
        return None
    tried = 0

    def note(mutant: Mutant, ended: str) -> None:
        nonlocal tried
        tried += 1
        results.note(mutant.key, ended)
        if not tried % EVERY:
            results.write()

    quick()
    trials = Trials(path_of(module), unknown, tests_of(module), note, quickly=quickly)
    pytest.main([*OPTIONS, *tests_of(module)], plugins=[trials])
    results.write()
    return trials.broken


if __name__ == "__main__":
    sys.exit(main())
