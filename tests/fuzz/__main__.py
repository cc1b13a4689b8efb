"""
Fuzz every reader in turn, batch by batch, until the time is over; what was played is kept, and not played again.

A batch is a reader, a seed and a number of examples. A failure is shrunk, printed with its seed, and ends the run with
status 1; ``--seed`` and ``--only`` play that batch again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.law import judge
from tests.fuzz.readers import READERS

MEMORY = 4 * 1024**3
"""Bytes of addresses that the whole process may have: a reader that takes more fails."""


def main(arguments=None):
    """Play batches; give the exit status."""
    wanted = _arguments(arguments)
    _bound_memory()
    done = Counter(json.loads(wanted.state.read_text()) if wanted.state.exists() and wanted.seed is None else {})
    end, failed, played = time.monotonic() + wanted.seconds, False, 0
    readers = [reader for reader in READERS if wanted.only in reader.name]
    while True:
        for reader in readers:
            number = done[reader.name] if wanted.seed is None else wanted.seed
            counts = Counter()
            try:
                batch(reader, number, wanted.examples, counts)
            except Exception:  # noqa: BLE001 - it's told, and the other readers go on
                failed = True
                sys.stdout.write(traceback.format_exc()[-6_000:])
            told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
            sys.stdout.write(f"{reader.name}, seed {number}: {told}\n")
            sys.stdout.flush()
            done[reader.name] += 1
            played += sum(counts.values())
            if wanted.seed is None:
                wanted.state.parent.mkdir(parents=True, exist_ok=True)
                wanted.state.write_text(json.dumps(done, indent=1))
            if time.monotonic() > end:
                sys.stdout.write(f"{played} texts; {'something is broken' if failed else 'all is well'}\n")
                return int(failed)


def batch(reader, number, examples, counts):
    """Give *reader* so many examples drawn from the seed *number*; count what came of them."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,  # the law has its own
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def keeps(data):
        counts[judge(reader.read, data.draw(reader.drawn), reader.again)] += 1

    keeps()


def _arguments(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long to begin new batches for")
    parser.add_argument("--examples", type=int, default=500, help="texts of a batch")
    parser.add_argument("--seed", type=int, help="the one batch to play again, of each reader")
    parser.add_argument("--only", default="", help="readers that have this in their name")
    parser.add_argument("--state", type=Path, default=Path(".build/fuzz.json"), help="which batches have been played")
    wanted = parser.parse_args(arguments)
    if not any(wanted.only in reader.name for reader in READERS):
        names = ", ".join(reader.name for reader in READERS)
        parser.error(f"no reader has {wanted.only!r} in its name; there are {names}")
    return wanted


def _bound_memory():
    """Refuse more memory, where the system knows how."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    sys.exit(main())
