"""``python -m loyaltykit.testing.crash``: clients killed at length, and the figures."""

from __future__ import annotations

import argparse
import sys

from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.trial import seed_from
from loyaltykit.testing.crash.harness import Crashes

SQLITE = "loyaltykit.testing.contract.factories:sqlite_file"


def main() -> None:
    """Kill as many clients as asked, and say what that came to."""
    parser = argparse.ArgumentParser(prog="python -m loyaltykit.testing.crash", description=__doc__)
    parser.add_argument(
        "factory", nargs="?", default=SQLITE, help="package.module:callable (default: SQLite in a file)"
    )
    parser.add_argument("--kills", type=int, default=10_000, help="clients to kill (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="the seed to draw them from (default: a new one)")
    args = parser.parse_args()
    seed = seed_from(args.seed)
    figures = Crashes(factory_named(args.factory), seed=seed).run(args.kills)
    sys.stdout.write(f"{figures.in_words()}\nseed {seed}\n")


if __name__ == "__main__":
    main()
