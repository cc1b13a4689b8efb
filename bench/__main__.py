"""Print the table; with ``--record`` also write it into docs/performance.md."""

from __future__ import annotations

import compileall
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import loyaltykit
from bench.crowd import draw, figures, tabled
from bench.rows import rows

if TYPE_CHECKING:
    from bench.measure import Row

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
PLOT = PAGE.with_name("processes.svg")
PICTURE = f"""
![Operations a second by number of processes]({PLOT.name})

An operation is a `place` or a `complete`, on PostgreSQL, each process with a connection of its own. Customers of their
own wait for nobody; all who use one code with a limit wait for the document in which its uses are counted.
""".strip()
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
HEAD = "| work | yardstick | ours | yardstick's | ratio | goal | |\n|---|---|--:|--:|--:|--:|---|"


def line(row: Row) -> str:
    """Give a row as a line of a Markdown table."""
    verdict = "reached" if row.ratio <= row.goal else "**missed**"
    cells = (row.work, row.yardstick, time(row.ours), time(row.theirs), f"{row.ratio:.2f}×", f"≤ {row.goal}×", verdict)
    return f"| {' | '.join(cells)} |"


def time(seconds: float) -> str:
    """Give a time in the unit that suits it."""
    return f"{seconds * 1e6:.2f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"  # noqa: PLR2004 - a millisecond


def main() -> None:
    """Measure, print, and record if asked to."""
    compileall.compile_dir(Path(loyaltykit.__file__).parent, quiet=1)  # as an installer does
    print(HEAD)
    lines = []
    for row in rows():
        lines.append(line(row))
        print(lines[-1], flush=True)
    crowd = list(figures())
    processes = tabled(crowd)
    print("", *processes, sep="\n")
    if "--record" in sys.argv:
        if crowd:
            draw(crowd, PLOT)
            processes += ["", PICTURE]
        where = f"Last run: Python {platform.python_version()} on {platform.machine()}, {platform.system()}."
        page = PAGE.read_text(encoding="utf-8")
        before, after = page[: page.index(BEGIN)], page[page.index(END) :]
        table = "\n".join([BEGIN, where, "", HEAD, *lines, "", *processes, ""])
        PAGE.write_text(before + table + after, encoding="utf-8")


if __name__ == "__main__":
    main()
