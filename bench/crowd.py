"""Operations a second on PostgreSQL, by number of processes: with customers of their own, and all with one code."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from bench.life import AT, PROGRAM
from bench.postgres import ByHand, ByLibrary, clear, served
from loyaltykit import Contended, Loyalty, Money, Order, Program
from loyaltykit.testing.contract.verdict import NotClaimed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axes import Axes

PROCESSES: Final = (1, 2, 4, 8, 16)
SECONDS: Final = 3.0
WITH_CODE: Final = Program.from_dict(
    {**PROGRAM.to_dict(), "promo": [{"name": "spring", "code": "SPRING", "points": 10, "limit": 1_000_000}]}
)
"""Each use of its one code is counted in the same document, for which all wait."""


class OneCode(ByLibrary):
    """Orders of *customer*, each with the code that everybody has."""

    def __init__(self, url: str, customer: str) -> None:
        super().__init__(url, customer)
        self.loyalty = Loyalty(WITH_CODE, self.repository)

    def one_more(self) -> None:
        """Place and complete one more order, with the code."""
        order_id = f"{self.customer}-{next(self.ids)}"
        order = Order(id=order_id, customer=self.customer, price=Money("412.00", "RUB"), branch="centre")
        self.loyalty.place(order, at=AT, promo_code="SPRING")
        self.loyalty.complete(order_id, at=AT, worker="w7")


SERIES: Final[dict[str, type[ByLibrary | ByHand]]] = {
    "SQL by hand, customers of their own": ByHand,
    "customers of their own": ByLibrary,
    "all with one limited code": OneCode,
}


@frozen
class Figure:
    """Of the *series*: so many *processes* made *rate* operations a second; *contended* of all gave up."""

    series: str
    processes: int
    rate: float
    contended: int


def figures() -> Iterator[Figure]:
    """Measure every series at every number of processes; nothing where there's no PostgreSQL."""
    try:
        with served() as url:
            for series in SERIES:
                for processes in PROCESSES:
                    clear(url)
                    yield _measured(series, processes, url)
    except NotClaimed as missing:
        print(missing)


def _measured(series: str, processes: int, url: str) -> Figure:
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes)
    with context.Pool(processes, _begin, (ready,)) as pool:
        done = pool.starmap(_worked, [(series, url, f"m{number}") for number in range(processes)], chunksize=1)
    return Figure(series, processes, sum(rate for rate, _ in done), sum(contended for _, contended in done))


_ready: Any = None


def _begin(ready: Any) -> None:
    global _ready  # noqa: PLW0603 - what a process of the pool begins with
    _ready = ready


def _worked(series: str, url: str, customer: str) -> tuple[float, int]:
    """Place and complete orders for some seconds, when all are ready; give the calls a second, and how many gave up."""
    one = SERIES[series](url, customer)
    one.open(30)
    _done(one)
    _ready.wait()
    begun, outcomes = time.perf_counter(), Counter[bool]()
    while (passed := time.perf_counter() - begun) < SECONDS:
        outcomes[_done(one)] += 1
    one.close()
    return 2 * outcomes[True] / passed, outcomes[False]


def _done(one: ByLibrary | ByHand) -> bool:
    """Say whether *one* has placed and completed an order, and didn't give up since others were always faster."""
    try:
        one.one_more()
    except Contended:
        return False
    return True


def draw(measured: list[Figure], path: Path) -> None:
    """Draw all series on one plot, into the SVG file at *path*."""
    import matplotlib as mpl  # noqa: PLC0415 - for this alone
    from matplotlib.figure import Figure as Plot  # noqa: PLC0415 - for this alone

    mpl.rcParams["svg.hashsalt"] = "loyaltykit"  # so that names in the file are the same each time
    plot = Plot(figsize=(7, 4), layout="constrained")
    axes: Axes = plot.subplots()
    for series in SERIES:
        points = [(each.processes, each.rate) for each in measured if each.series == series]
        axes.plot(*zip(*points, strict=True), marker="o", label=series)
    axes.set_xscale("log", base=2)
    axes.set_xticks(PROCESSES, [str(number) for number in PROCESSES])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("processes")
    axes.set_ylabel("operations a second")
    axes.grid(alpha=0.3)
    axes.legend()
    plot.savefig(path, metadata={"Date": None})


def tabled(measured: list[Figure]) -> list[str]:
    """Give the figures as lines of a Markdown table, a line a series; nothing where nothing was measured."""
    lines = [
        f"| operations a second, by processes | {' | '.join(map(str, PROCESSES))} |",
        f"|---|{'--:|' * len(PROCESSES)}",
    ]
    for series in SERIES:
        measured_here = [each for each in measured if each.series == series]
        rates = [
            f"{each.rate:,.0f}" + (f" ({each.contended} gave up)" if each.contended else "") for each in measured_here
        ]
        lines.append(f"| {series} | {' | '.join(rates)} |")
    return lines if measured else []
