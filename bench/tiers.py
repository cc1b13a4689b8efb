"""The levels of a million members, against the same ladder written out by hand."""

from __future__ import annotations

import random
from collections import deque
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from attrs import define

from bench.measure import Row, in_process
from loyaltykit import Level, Money, Tier, level_moves

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMBERS: Final = 1_000_000
TODAY: Final = date(2026, 6, 1)
AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
SIXTY_DAYS: Final = timedelta(days=60)
CLASSES: Final = Tier(
    name="classes",
    lapse_after=60,
    levels=[
        Level(name="bronze", sold=Money(20_000, "RUB"), paid=Money(20_000, "RUB"), visits=10),
        Level(name="silver", sold=Money(50_000, "RUB"), paid=Money(50_000, "RUB"), visits=30),
        Level(name="gold", sold=Money(100_000, "RUB"), paid=Money(100_000, "RUB"), visits=50),
    ],
)


@define
class PlainMember:
    """A member as a host without the library would have it."""

    id: str
    sold: int
    paid: int
    visits: int
    last_visit: date | None
    level: str | None


def levels_by_hand(members: list[PlainMember]) -> list[tuple[str, str | None]]:
    """The ladder above, inlined: who moves, and to which level."""
    earliest, moved = TODAY - SIXTY_DAYS, []
    for member in members:
        level: str | None = None
        if member.last_visit is not None and member.last_visit < earliest:
            level = None
        elif member.sold >= 10_000_000 or member.paid >= 10_000_000 or member.visits >= 50:  # noqa: PLR2004 - inlined
            level = "gold"
        elif member.sold >= 5_000_000 or member.paid >= 5_000_000 or member.visits >= 30:  # noqa: PLR2004 - inlined
            level = "silver"
        elif member.sold >= 2_000_000 or member.paid >= 2_000_000 or member.visits >= 10:  # noqa: PLR2004 - inlined
            level = "bronze"
        if level != member.level:
            moved.append((member.id, level))
    return moved


def tier_rows() -> Iterator[Row]:
    """Measure a million members, of whom one in twenty-five or so moves."""
    members = _members()
    rows = [(each.id, each.sold, each.paid, each.visits, each.last_visit, each.level) for each in members]
    ours = [(move.member, move.now) for move in level_moves(CLASSES, rows, at=AT, zone=UTC)]
    assert ours == levels_by_hand(members)  # noqa: S101 - a yardstick that differs measures nothing
    yield in_process(
        "levels of 1,000,000 members, who moves",
        "the same ladder inlined over attrs objects",
        lambda: deque(level_moves(CLASSES, rows, at=AT, zone=UTC), maxlen=0),
        lambda: levels_by_hand(members),
        1.5,
        rounds=9,
        calls=1,
    )


def _members() -> list[PlainMember]:
    """Draw members, nineteen in twenty of whom have the level that's theirs."""
    draw = random.Random(2026)  # noqa: S311 - the same members in each run
    members = [_member(number, draw) for number in range(MEMBERS)]
    now = dict(levels_by_hand(members))
    for member in members:
        settled = draw.randrange(20)
        member.level = now.get(member.id) if settled else draw.choice((None, "bronze", "silver", "gold"))
    return members


def _member(number: int, draw: random.Random) -> PlainMember:
    sold, visits = int(draw.expovariate(1 / 2_500_000)), int(draw.expovariate(1 / 12))
    last_visit = TODAY - timedelta(days=int(draw.expovariate(1 / 40)))
    return PlainMember(f"m{number}", sold, sold * draw.choice((10, 10, 8)) // 10, visits, last_visit, None)
