"""A map of what past orders cost where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.geo import DistrictMap
    from loyaltykit.replay.report import Report


def districts_svg(report: Report, districts: DistrictMap) -> str:
    """
    Give a picture of *districts* as SVG, coloured by the surcharges of *report*: pale where least was paid to workers.

    Districts where no order began are grey.
    """
    known = frozenset(districts.ids)
    return districts.to_svg(
        {each.district: each.surcharges.amount for each in report.by_district if each.district in known}
    )
