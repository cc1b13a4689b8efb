"""
Districts: which one a point lies in, by maps read from GeoJSON.

Looking points up needs nothing but Python; reading a map loads shapely, to judge its outlines.
"""

from loyaltykit.geo.district import District
from loyaltykit.geo.district_map import DistrictMap
from loyaltykit.geo.problem import DistrictProblem

__all__ = ["District", "DistrictMap", "DistrictProblem"]
