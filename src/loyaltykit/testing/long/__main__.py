"""``python -m loyaltykit.testing.long``: years and crowds played at length, in parts, and the figures added up."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.tasks import playable
from loyaltykit.testing.long.crowd import CALLS, PROCESSES, play_crowd
from loyaltykit.testing.long.parts import numbers_in, played, summed
from loyaltykit.testing.long.year import ORDERS
from loyaltykit.testing.long.years import played_year

if TYPE_CHECKING:
    from collections.abc import Callable

SQLITE = "loyaltykit.testing.contract.factories:sqlite_file"


def main(arguments: list[str] | None = None) -> int:
    """Play the parts that are asked for, or add up what was; give 1 where one has failed."""
    parser = argparse.ArgumentParser(prog="python -m loyaltykit.testing.long", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    years = commands.add_parser("years", help="years of programs in simulated time")
    years.add_argument("--orders", type=int, default=ORDERS, help="orders of a year (default: %(default)s)")
    add = commands.add_parser("sum", help="the figures of parts that were played, added up")
    add.add_argument("states", nargs="+", type=Path, help="files of parts")
    crowds = commands.add_parser("crowds", help="processes that call at one store all at once")
    crowds.add_argument(
        "factory", nargs="?", default=SQLITE, help="package.module:callable (default: SQLite in a file)"
    )
    crowds.add_argument("--processes", type=int, default=PROCESSES, help="of each crowd (default: %(default)s)")
    crowds.add_argument("--calls", type=int, default=CALLS, help="of each process (default: %(default)s)")
    for command in (years, crowds):
        command.add_argument("--numbers", type=numbers_in, default="0-999", help="which (default: %(default)s)")
        command.add_argument("--seed", type=int, help="play this one alone, and keep no figures")
        command.add_argument("--state", type=Path, default=Path("parts.jsonl"), help="where figures are kept")
        command.add_argument("--workers", type=int, default=1, help="processes to play in (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if asked.command == "sum":
        return _told(summed(asked.states))
    run, part = _run(asked)
    if asked.seed is not None:
        return _told(part(asked.seed))
    failed = 0
    for line in played(asked.numbers, part, asked.state, workers=asked.workers, run=run):
        failed += "FAILED" in line
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return int(failed > 0)


def _run(asked: argparse.Namespace) -> tuple[str, Callable[[int], dict[str, int]]]:
    """Give what is asked for in words, by which its parts are known again, and how a part is played."""
    if asked.command == "years":
        return f"years of {asked.orders} orders", partial(played_year, orders=asked.orders)
    return (
        f"crowds of {asked.processes} x {asked.calls} at {asked.factory}",
        lambda seed: play_crowd(
            playable(factory_named(asked.factory)), seed, processes=asked.processes, calls=asked.calls
        ),
    )


def _told(counts: dict[str, int]) -> int:
    for what, count in sorted(counts.items()):
        sys.stdout.write(f"{count:>14,} {what}\n")
    return int(counts.get("failed", 0) > 0)


if __name__ == "__main__":
    sys.exit(main())
