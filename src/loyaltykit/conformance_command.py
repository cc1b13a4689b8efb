"""``loyaltykit conformance``: does a repository keep its promises?"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

LEVELS = (1, 2, 3, 4)

ONE_BY_ONE = ("level", "seed", "property")
"""The options that a schedule leaves no room for: it has a property and a seed of its own."""


def add_conformance(parser: argparse.ArgumentParser) -> None:
    """
    Add the arguments of the command to *parser*.

    Examples:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_conformance(parser)
        >>> parser.parse_args(["mine:make", "--property", "P22"]).property
        ['P22']
    """
    add = parser.add_argument
    add("factory", help="what makes the stores, as package.module:callable; looked for in this folder too")
    add(
        "--level",
        type=int,
        choices=LEVELS,
        help="up to this: 1, one caller after another; 2, threads or tasks; 3, processes; 4, clients and servers that "
        "are killed (default: the highest that the factory claims)",
    )
    add("--property", action="append", metavar="ID", help="this one alone, such as P22 or P22/processes; or several")
    add("--seed", type=int, help="play again what a failure has printed")
    add("--schedule", metavar="SCHEDULE", help="play a race again in this order: the text of a failure, or its file")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the outcomes as JSON")
    form.add_argument("--markdown", action="store_true", help="print the outcomes as a table in Markdown")


def misused(args: argparse.Namespace) -> str | None:
    """
    Say what is wrong with the options of *args*, if something is.

    Examples:
        >>> import argparse
        >>> misused(argparse.Namespace(schedule="P22 7 AB", level=None, seed=7, property=None))
        '--seed goes without --schedule, which says by itself what is played'
    """
    given = [name for name in ONE_BY_ONE if args.schedule is not None and getattr(args, name) is not None]
    return f"--{given[0]} goes without --schedule, which says by itself what is played" if given else None


def conformed(args: argparse.Namespace, bar: type[Any] | None) -> tuple[str, bool]:
    """
    Play what *args* ask for, with a *bar* of progress if there is one; give what came of it, and whether all is well.

    Raises `InvalidValue` for a factory, a property or a schedule that is none.

    Examples:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_conformance(parser)
        >>> make = "loyaltykit.testing.contract.factories:memory"
        >>> args = parser.parse_args([make, "--property", "P02", "--seed", "7", "--markdown"])
        >>> conformed(args, None)[1]
        True
    """
    from loyaltykit.testing.contract.conformance import (  # noqa: PLC0415 - no other command needs the kit
        as_json,
        as_markdown,
        conformance,
        failed,
        in_words,
        replayed,
    )
    from loyaltykit.testing.contract.schedule import Schedule  # noqa: PLC0415 - as above

    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    with redirect_stdout(sys.stderr):  # what a factory prints is none of the outcomes
        if args.schedule is not None:
            outcomes = replayed(args.factory, Schedule.from_text(_text(args.schedule)))
        else:
            progress = iter if bar is None else partial(_shown, bar)
            outcomes = conformance(
                args.factory, level=args.level, seed=args.seed, only=args.property or (), progress=progress
            )
    highest = args.level is None and not args.property and args.schedule is None
    if args.json:
        return as_json(outcomes), not failed(outcomes)
    said = (as_markdown if args.markdown else in_words)(outcomes, highest=highest)
    return said, not failed(outcomes)


def _text(given: str) -> str:
    """Give what the file *given* holds, or *given* itself where there's no such file."""
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return given


def _shown(bar: Any, properties: Any) -> Any:
    """Give *properties* one by one, each named by *bar* while it's played; no thread watches, for some are forked."""
    bar.monitor_interval = 0
    with bar(properties, file=sys.stderr, leave=False, unit=" properties") as shown:
        for each in shown:
            shown.set_postfix_str(each.key)
            yield each
