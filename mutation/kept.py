"""The results of a module, kept as JSON, and the survivors that are known to change nothing."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutation.modules import path_of, tests_of
from mutation.trials import KILLED, SURVIVED, TIMED_OUT, UNSURE, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mutation.mutants import Key

HERE = Path(__file__).parent
RESULTS = HERE / "results"
EQUIVALENT = HERE / "equivalent.toml"


class Results:
    """
    How each mutant of a *module* ended: what survived is kept as it stands, of all else a digest.

    What was found out about other source is forgotten; what survived other tests is tried again.
    """

    def __init__(self, module: str) -> None:
        self.module = module
        self._source, self._tests = _fingerprint(module)
        self._ended: dict[str, str] = {}
        self._survivors: dict[str, Key] = {}
        self._same_tests = True
        if self._file.exists():
            self._read(json.loads(self._file.read_text(encoding="utf-8")))

    @property
    def _file(self) -> Path:
        return RESULTS / f"{self.module}.json"

    def _read(self, kept: dict[str, Any]) -> None:
        if kept["source"] != self._source:
            return
        self._same_tests = kept["tests"] == self._tests
        for how in (KILLED, TIMED_OUT, WORDS):
            self._ended |= dict.fromkeys(kept[how], how)
        for how in (SURVIVED, UNSURE):
            for entry in kept[how]:
                self.note(_key(entry), how)

    def settled(self, key: Key, *, quickly: bool) -> bool:
        """Say whether a mutant needn't be tried: it was killed, or survived the tests as they are now."""
        how = self._ended.get(_digest(key))
        return how in {KILLED, TIMED_OUT} or (self._same_tests and how in {SURVIVED, *([UNSURE] if quickly else [])})

    def note(self, key: Key, how: str) -> None:
        """Note how a mutant ended."""
        digest = _digest(key)
        self._ended[digest] = how
        self._survivors.pop(digest, None)
        if how in {SURVIVED, UNSURE}:
            self._survivors[digest] = key

    def keep(self, keys: Iterable[Key]) -> None:
        """Forget all mutants but those of *keys*."""
        kept = set(map(_digest, keys))
        self._ended = {digest: how for digest, how in self._ended.items() if digest in kept}
        self._survivors = {digest: key for digest, key in self._survivors.items() if digest in kept}

    def count(self, *hows: str) -> int:
        """Count the mutants that ended in one of these ways; all, if none is told."""
        return sum(not hows or how in hows for how in self._ended.values())

    @property
    def survivors(self) -> list[Key]:
        """The mutants that no test has noticed."""
        return sorted(self._survivors.values())

    def write(self) -> None:
        """Write what is known so far."""
        RESULTS.mkdir(exist_ok=True)
        kept: dict[str, Any] = {"module": self.module, "source": self._source, "tests": self._tests}
        for how in (KILLED, TIMED_OUT, WORDS):
            kept[how] = sorted(digest for digest, ended in self._ended.items() if ended == how)
        for how in (SURVIVED, UNSURE):
            keys = [key for key in self.survivors if self._ended[_digest(key)] == how]
            kept[how] = [dict(zip(("function", "was", "becomes", "time"), key, strict=True)) for key in keys]
        self._file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _digest(key: Key) -> str:
    return hashlib.sha256(repr(key).encode()).hexdigest()[:10]


def _fingerprint(module: str) -> tuple[str, str]:
    """Give what tells this source of *module*, and its tests, from other ones."""
    source = path_of(module).read_bytes()
    tests = b"".join(Path(path).read_bytes() for path in tests_of(module))
    return hashlib.sha256(source).hexdigest()[:16], hashlib.sha256(tests).hexdigest()[:16]


def _key(entry: dict[str, Any]) -> Key:
    return entry["function"], entry["was"], entry["becomes"], entry.get("time", 1)


def equivalents(module: str) -> dict[Key, str]:
    """Give the mutants of *module* that are known to change nothing that can be told, with their kind."""
    raw = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {_key(entry): entry["kind"] for entry in raw["mutant"] if entry["module"] == module}
