"""
``python -m loyaltykit.testing.crash``: clients, and servers, killed at length, and the figures.

A run is played in parts, each from a seed of its own. Those that are done stand in the file of --state, from which the
same command goes on; several with a --share each may write into one file at once.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.tasks import playable
from loyaltykit.testing.crash.parts import Done, parts_of, share_of

if TYPE_CHECKING:
    from argparse import Namespace

    from loyaltykit.testing.crash.parts import Part

SQLITE = "loyaltykit.testing.contract.factories:sqlite_file"

SEED = 2027
"""The first part's seed where none is given: all who play a share, or go on, play the same run."""


def main() -> None:
    """Kill as many clients, and servers, as asked, and say what that came to."""
    args = _arguments()
    done = Done(args.state)
    for killed, kills in (("clients", args.kills), ("server", args.server_kills)):
        parts = parts_of(args.factory, killed, seed=args.seed, kills=kills)
        _play([part for part in share_of(parts, args.share) if part not in done.parts], done)
        if parts:
            count = sum(part in done.parts for part in parts)
            told = f"{count} of {len(parts)} parts, seed {args.seed}"
            sys.stdout.write(f"{killed}: {done.sum(parts).in_words()}\n{told}\n")


def _play(parts: list[Part], done: Done) -> None:
    for part in parts:
        done.note(part, part.played(playable(factory_named(part.factory))))


def _arguments() -> Namespace:
    parser = argparse.ArgumentParser(prog="python -m loyaltykit.testing.crash", description=__doc__)
    add = parser.add_argument
    add("factory", nargs="?", default=SQLITE, help="package.module:callable (default: SQLite in a file)")
    add("--kills", type=int, default=10_000, help="clients to kill (default: %(default)s)")
    add("--server-kills", type=int, default=0, help="times to kill their server (default: none)")
    add("--seed", type=int, default=SEED, help="the first part's seed (default: %(default)s)")
    add("--state", type=Path, help="the file that has the parts that are done")
    add("--share", default="1/1", help="the share of the parts to play, such as 2/4 (default: all)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
