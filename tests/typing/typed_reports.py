"""The typed face of reports: what checkers make of it, under mypy and a second one; nothing here is run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, assert_type

from loyaltykit import (
    AsyncLoyalty,
    CardRow,
    CardSums,
    CsvFile,
    LiabilityRow,
    Loyalty,
    Money,
    Points,
    PointsRow,
    PointsSums,
    Report,
    TierEnding,
    TierMove,
    TierRow,
    XlsxFile,
)

if TYPE_CHECKING:
    from datetime import datetime


def reports(loyalty: Loyalty, at: datetime) -> None:
    """Rows that come one by one are iterators, all others stand in a report."""
    rows = loyalty.reports.points(at=at, member="m1", branch=None, kind="issued")
    assert_type(rows, Iterator[PointsRow])
    assert_type(loyalty.reports.cards(at=at), Iterator[CardRow])
    assert_type(loyalty.reports.point_sums(at=at, by="member", rule="five"), Report[PointsSums])
    assert_type(loyalty.reports.liability(at=at), Report[LiabilityRow])
    assert_type(loyalty.reports.card_sums(at=at), Report[CardSums])
    assert_type(loyalty.reports.tiers(at=at, ahead=7), Report[TierRow])
    assert_type(loyalty.reports.tier_moves(at=at), Report[TierMove])
    assert_type(loyalty.reports.tier_endings(at=at), Report[TierEnding])
    loyalty.reports.points(at=at, membre="m1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with CsvFile("points.csv", PointsRow) as as_csv, XlsxFile("points.xlsx", PointsRow) as as_xlsx:
        for row in rows:
            assert_type(row.points, Points)
            as_csv.add(row)
            as_xlsx.add(row)
    for month in loyalty.reports.liability(at=at).rows:
        assert_type(month.worth, Money)
        assert_type(month.breakage, Decimal | None)


async def awaited(loyalty: AsyncLoyalty, at: datetime) -> None:
    """The same, awaited; rows are taken by ``async for``."""
    assert_type(loyalty.reports.points(at=at, service="haircut"), AsyncIterator[PointsRow])
    assert_type(loyalty.reports.cards(at=at), AsyncIterator[CardRow])
    assert_type(await loyalty.reports.liability(at=at), Report[LiabilityRow])
