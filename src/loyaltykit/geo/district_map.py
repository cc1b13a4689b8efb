"""A branch's map: read from GeoJSON, refused or accepted as a whole, and asked which district a point lies in."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

from attrs import frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.geo.district import District
from loyaltykit.geo.grid import Grid
from loyaltykit.geo.problem import DistrictProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal
    from os import PathLike


@frozen(eq=False, repr=False)
class DistrictMap:
    """
    The districts of a branch, in the file's order; iterating gives them, and `len` their number.

    It never changes, may be shared between threads, and pickles with its grid, so that a worker process looks points up
    at once, without shapely. G4.

    Examples:
        >>> from loyaltykit.geo import DistrictMap
        >>> chicago = DistrictMap.from_geojson(
        ...     "examples/data/chicago_community_areas.geojson", key="area_number", name="community"
        ... )
        >>> chicago.resolve(-87.6298, 41.8781).name
        'LOOP'
        >>> len(chicago), chicago.ids[:3]
        (77, ('1', '2', '3'))
    """

    _districts: tuple[District, ...]
    _problems: tuple[DistrictProblem, ...]
    _grid: Grid

    @classmethod
    def from_geojson(
        cls,
        path_or_dict: str | PathLike[str] | Mapping[str, Any],
        *,
        key: str = "LocationID",
        name: str | None = None,
        priority: str | None = None,
        repair: str | None = None,
        within: tuple[float, float, float, float] | None = None,
    ) -> DistrictMap:
        """
        Read the map at *path_or_dict*, the path of a GeoJSON file or the dict that lies in one.

        *key*, *name* and *priority* are the properties that hold each district's id, name and priority. The name is
        otherwise a property called ``name``, in any case, or the id; the priority 0. *within* is a box that the
        districts should lie in, roughly: west, south, east and north in degrees.

        Raises `InvalidDistrictMap` with everything that's wrong, feature by feature, also where no feature has one of
        the properties asked for. With ``repair="report"``, outlines
        that cross themselves are mended, rings closed and features that aren't areas left out, and `problems` tells of
        each.

        Examples:
            >>> from loyaltykit import InvalidDistrictMap
            >>> from loyaltykit.geo import DistrictMap
            >>> bow = [[30.5, 50.4], [30.6, 50.5], [30.6, 50.4], [30.5, 50.5], [30.5, 50.4]]
            >>> raw = {"type": "FeatureCollection", "features": [{
            ...     "type": "Feature", "properties": {"id": "7", "name": "Bow"},
            ...     "geometry": {"type": "Polygon", "coordinates": [bow]},
            ... }]}
            >>> try:
            ...     DistrictMap.from_geojson(raw, key="id")
            ... except InvalidDistrictMap as error:
            ...     print(error.problems[0].feature, error.problems[0].words)
            0 its outline crosses or touches itself: Self-intersection[30.55 50.45]
            >>> DistrictMap.from_geojson(raw, key="id", repair="report").resolve(30.51, 50.45).name
            'Bow'
        """
        from loyaltykit.geo.building import grid_for  # noqa: PLC0415 - looking points up needs neither
        from loyaltykit.geo.reading import Reading, read_map  # noqa: PLC0415

        how = Reading.of(key=key, name=name, priority=priority, repair=repair, within=within)
        districts, problems = read_map(path_or_dict, how)
        return cls(tuple(districts), tuple(problems), grid_for(districts))

    def resolve(self, lon: float, lat: float) -> District | None:
        """
        Give the district in which the point lies, in degrees of longitude and latitude, or None.

        Borders belong to both neighbours. Where several districts cover the point, it goes to the one with the higher
        priority, then the smaller area, then the earlier in the file. Raises `InvalidValue` for what's no place on
        Earth: NaN, text, a latitude of 100.

        Examples:
            >>> from loyaltykit.geo import DistrictMap
            >>> square = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
            >>> corner = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
            >>> town = DistrictMap.from_geojson({"type": "FeatureCollection", "features": [
            ...     {"type": "Feature", "properties": {"id": name},
            ...      "geometry": {"type": "Polygon", "coordinates": [ring]}}
            ...     for name, ring in (("town", square), ("corner", corner))
            ... ]}, key="id")
            >>> town.resolve(0.5, 0.5).id, town.resolve(1.0, 1.5).id, town.resolve(3.0, 3.0)
            ('town', 'corner', None)
            >>> [district.id for district in town.resolve_all(1.0, 1.5)]
            ['corner', 'town']
        """
        if type(lon) is not float or type(lat) is not float:
            lon, lat = _degrees(lon, lat)
        found = self._grid.first(lon, lat)
        if found is None:
            _check_place(lon, lat)
        return found

    def resolve_all(self, lon: float, lat: float) -> tuple[District, ...]:
        """Give every district that covers the point, the one that `resolve` gives first; raises as it does."""
        lon, lat = _degrees(lon, lat)
        _check_place(lon, lat)
        return self._grid.all(lon, lat)

    def resolve_many(self, lons: Sequence[float], lats: Sequence[float]) -> list[District | None]:
        """
        Give what `resolve` gives for each point of *lons* and *lats*: lists, arrays or columns, equally long.

        Raises `InvalidValue` where they aren't, or where a point is no place on Earth; the message names it.

        Examples:
            >>> from loyaltykit.geo import DistrictMap
            >>> chicago = DistrictMap.from_geojson("examples/data/chicago_community_areas.geojson", key="area_number")
            >>> [district and district.id for district in chicago.resolve_many([-87.6298, 0], [41.8781, 0])]
            ['32', None]
        """
        xs, ys = _listed(lons), _listed(lats)
        if len(xs) != len(ys):
            message = f"{len(xs)} longitudes and {len(ys)} latitudes are no points: give as many of both"
            raise InvalidValue(message, value=(len(xs), len(ys)))
        if not set(map(type, xs)) | set(map(type, ys)) <= {float}:
            points = list(map(_degrees, xs, ys))
            xs, ys = [x for x, _ in points], [y for _, y in points]
        found = self._grid.first_of_many(xs, ys)
        for x, y, district in zip(xs, ys, found, strict=True):
            if district is None:
                _check_place(x, y)
        return found

    @property
    def ids(self) -> tuple[str, ...]:
        """The districts' ids in the file's order, as ``program.check(districts=…)`` takes them."""
        return tuple([district.id for district in self._districts])

    def problems(self) -> tuple[DistrictProblem, ...]:
        """Give what's worth a look in the file, and after a repair what was mended or left out, and how."""
        return self._problems

    def to_svg(self, values: Mapping[str, Decimal | float] | None = None) -> str:
        """
        Give a picture of the map as SVG, with names, and with *values* by id coloured from the lowest to the highest.

        Raises `InvalidValue` for a value of no district, or one that's no number.

        Examples:
            >>> from loyaltykit.geo import DistrictMap
            >>> chicago = DistrictMap.from_geojson("examples/data/chicago_community_areas.geojson", key="area_number")
            >>> chicago.to_svg({"32": 120, "8": 75}).count("<path")
            77
        """
        from loyaltykit.geo.svg import drawn  # noqa: PLC0415 - looking points up doesn't need it

        return drawn(self._districts, values)

    def _repr_svg_(self) -> str:
        """Give the picture that notebooks show."""
        return self.to_svg()

    def __len__(self) -> int:
        """Count the districts."""
        return len(self._districts)

    def __iter__(self) -> Iterator[District]:
        """Give the districts in the file's order."""
        return iter(self._districts)

    def __repr__(self) -> str:
        """Say what it is, in short."""
        return f"<DistrictMap of {len(self)} districts>"


def _listed(numbers: Iterable[float]) -> Sequence[float]:
    """Give *numbers* as a list, those of an array or a column as Python's own; raises `InvalidValue` for no column."""
    tolist = getattr(numbers, "tolist", None)
    listed: Any = tolist() if tolist else numbers
    if isinstance(listed, list | tuple):
        return listed
    if not isinstance(listed, Iterable):
        asked = "give two lists, arrays or columns of numbers, or ask resolve for one point"
        message = f"{numbers!r:.80} is no column: {asked}"
        raise InvalidValue(message, value=numbers)
    return list(listed)


def _degrees(lon: float, lat: float) -> tuple[float, float]:
    """Give both as floats; raises `InvalidValue` for what's no real number: text, a bool, a Decimal."""
    for value in (lon, lat):
        if isinstance(value, bool) or not isinstance(value, Real):
            message = f"a point is two numbers of degrees, ints or floats: {value!r} is none, so write float(…)"
            raise InvalidValue(message, value=value)
    try:
        return float(lon), float(lat)
    except OverflowError:
        message = "a point's longitude or latitude has hundreds of digits: write degrees"
        raise InvalidValue(message, value=(lon, lat)) from None


def _check_place(lon: float, lat: float) -> None:
    """Raise `InvalidValue` for what's no place on Earth."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - degrees
        message = f"{lon}, {lat} is no place on Earth: write longitude, then latitude, in degrees"
        raise InvalidValue(message, value=(lon, lat))
