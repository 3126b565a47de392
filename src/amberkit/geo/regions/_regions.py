"""Regions as values: a disk, a polygon, and what they become when combined."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._coordinates import coordinates
from amberkit.geo.regions._geodesic_rings import geodesic_plane
from amberkit.geo.regions._lines import Lines, checked_lines, read_lines
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._rings import Rings, checked_pieces, read_polygons
from amberkit.geo.regions._track import Track
from amberkit.values import LatLon, finite

__all__ = [
    "Corridor",
    "Difference",
    "Disk",
    "Intersection",
    "Polygon",
    "Region",
    "Round",
    "Union",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# Beyond, a strip is no strip any more, and all that is proved about distances from a
# line holds with room to spare within a quarter of the globe.
_MOST_REACH_M = 1_000_000

# --- arguments ------------------------------------------------------------------------


def _center(value: LatLon) -> LatLon:
    if not isinstance(value, LatLon):
        raise InvalidValue("center", "a LatLon")
    return value


def _radius(value: float) -> float:
    radius = finite("radius_m", value, 0, _geodesy.FARTHEST_M)
    if radius == 0:
        raise InvalidValue("radius_m", "more than 0")
    return radius


def _reach(value: float) -> float:
    reach = finite("reach_m", value, 0, _MOST_REACH_M)
    if reach == 0:
        raise InvalidValue("reach_m", "more than 0")
    return reach


def _polygons(value: Iterable[Rings]) -> tuple[Rings, ...]:
    return tuple(read_polygons({"type": "MultiPolygon", "coordinates": value}))


def _flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("geodesic", "a bool")
    return value


def _region(value: Region) -> Region:
    if not isinstance(value, Region):
        raise InvalidValue("a part of a region", "a region")
    return value


def _regions(values: Iterable[Region]) -> tuple[Region, ...]:
    parts = tuple(_region(value) for value in values)
    if not parts:
        raise InvalidValue("parts", "at least one region")
    return parts


# --- operators ------------------------------------------------------------------------


def _unite(self: Region, other: Region) -> Region:
    if not isinstance(other, Region):
        return NotImplemented
    sides = (s.parts if isinstance(s, Union) else (s,) for s in (self, other))
    return Union(part for side in sides for part in side)


def _intersect(self: Region, other: Region) -> Region:
    if not isinstance(other, Region):
        return NotImplemented
    sides = (s.parts if isinstance(s, Intersection) else (s,) for s in (self, other))
    return Intersection(part for side in sides for part in side)


def _subtract(self: Region, other: Region) -> Region:
    if not isinstance(other, Region):
        return NotImplemented
    return Difference(self, other)


# --- regions --------------------------------------------------------------------------


@attrs.frozen
class Disk:
    """All points within a geodesic distance of a center.

    Raises:
        InvalidValue: If the center is no `LatLon` or the radius is out of range.
    """

    center: LatLon = attrs.field(converter=_center)
    """The middle."""

    radius_m: float = attrs.field(kw_only=True, converter=_radius)
    """Radius in meters on the WGS 84 ellipsoid, in ``(0, 20_003_932]``; the largest
    takes in every point of the earth."""

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points are in the region, its edge included.

        Args:
            lat: Latitudes in degrees, in ``[-90, 90]``.
            lon: Longitudes in degrees, in ``[-180, 180]``.

        Returns:
            A boolean array of the shape to which both broadcast.

        Raises:
            InvalidValue: If a coordinate is not finite or out of range.
        """
        y, x = coordinates(lat, lon)
        inside = _geodesy.are_within(self.center, self.radius_m, y.ravel(), x.ravel())
        return inside.reshape(y.shape)

    __or__ = _unite
    __and__ = _intersect
    __sub__ = _subtract


@attrs.frozen(repr=False, cache_hash=True)
class Corridor:
    """All points within a geodesic distance of a line: along a road or a railway.

    The points of a line are joined by geodesics, the shortest paths on WGS 84. Several
    lines stand for the union of them. Points may be repeated; a line that stays at one
    point is a disk.

    Raises:
        InvalidRegion: If there is no line, a line has fewer than two points, two
            consecutive points are more than 90 degrees apart, there are more than
            100,000 points, or they make a way of more than 1,000,000 km. The first
            fault is named with its place.
        InvalidValue: If a point is no `LatLon` or the reach is out of range.
    """

    lines: Lines = attrs.field(converter=checked_lines)
    """Lines, each a tuple of points; given as one line or as several."""

    reach_m: float = attrs.field(kw_only=True, converter=_reach)
    """Greatest distance from a line in meters, in ``(0, 1_000_000]``."""

    def __attrs_post_init__(self) -> None:
        _ = self.track

    @classmethod
    def from_geojson(cls, geojson: object, *, reach_m: float) -> Corridor:
        """Read lines from a GeoJSON object.

        Args:
            geojson: A LineString, MultiLineString, Feature, or FeatureCollection of
                these, parsed, or an object whose ``__geo_interface__`` is one.
                Altitudes and properties are dropped. Points are joined by geodesics,
                where RFC 7946 has straight lines in longitude and latitude.
            reach_m: See `Corridor`.

        Raises:
            InvalidRegion: If it is anything else, or no valid line.
            InvalidValue: If the reach is out of range.
        """
        return cls(read_lines(geojson), reach_m=reach_m)

    def to_geojson(self) -> dict[str, Any]:
        """Return the lines as a GeoJSON geometry, LineString or MultiLineString."""
        nested = [[[point.lon, point.lat] for point in line] for line in self.lines]
        if len(nested) == 1:
            return {"type": "LineString", "coordinates": nested[0]}
        return {"type": "MultiLineString", "coordinates": nested}

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return self.to_geojson()

    def __repr__(self) -> str:
        lines, points = len(self.lines), sum(map(len, self.lines))
        return f"Corridor({lines} lines, {points} points, reach_m={self.reach_m})"

    @cached_property
    def track(self) -> Track:
        """The lines, ready for measuring distances from them."""
        return Track.of_lines(self.lines)

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points are within reach of a line; see `Disk.contains_points`."""
        y, x = coordinates(lat, lon)
        inside = self.track.are_within(self.reach_m, y.ravel(), x.ravel())
        return inside.reshape(y.shape)

    __or__ = _unite
    __and__ = _intersect
    __sub__ = _subtract


@attrs.frozen(repr=False, cache_hash=True)
class Polygon:
    """An area bounded by straight lines in longitude and latitude (RFC 7946).

    What is inside follows the even-odd rule in the plane of longitude and latitude; a
    point on an edge is inside. An edge that spans more than 180 degrees of longitude
    is taken the other way, across the antimeridian. A pole is inside only where an edge
    runs along +90 or -90. Several polygons stand for the union of them.

    With ``geodesic=True`` edges are geodesics, the shortest paths on WGS 84, and poles
    and the antimeridian are places like any other. A polygon must then fit a
    hemisphere, or it would not be plain which side is inside; the smaller one is.

    Raises:
        InvalidValue: If *geodesic* is no bool.
        InvalidRegion: If there is no polygon, a ring is not closed or has fewer than
            four positions, rings of a polygon cross or run along each other, a hole is
            not inside its outer ring, a ring goes round a pole without an edge along
            it, a coordinate is no finite number in its range, or there are more than
            100,000 positions. With geodesics, if a polygon does not fit a hemisphere
            with five degrees to spare, two consecutive positions are more than 90
            degrees apart, or edges are so long or so near to a pole that they would be
            cut into more than 1,000,000 pieces. The first fault is named with its
            place.
    """

    polygons: tuple[Rings, ...] = attrs.field(converter=_polygons)
    """Polygons, each a tuple of rings, the outer one first, each a tuple of positions
    ``(lon, lat)`` in degrees, the first one repeated last."""

    geodesic: bool = attrs.field(default=False, kw_only=True, converter=_flag)
    """Whether edges are geodesics."""

    def __attrs_post_init__(self) -> None:
        _ = self.plane

    @classmethod
    def from_geojson(cls, geojson: object, *, geodesic: bool = False) -> Polygon:
        """Read a GeoJSON object.

        Args:
            geojson: A Polygon, MultiPolygon, Feature, or FeatureCollection of these,
                parsed, or an object whose ``__geo_interface__`` is one, such as a
                shapely geometry or a GeoDataFrame. Altitudes and properties are
                dropped.
            geodesic: Whether edges are geodesics; GeoJSON itself does not tell.

        Raises:
            InvalidRegion: If it is anything else, or no valid area.
        """
        return cls(tuple(read_polygons(geojson)), geodesic=geodesic)

    def to_geojson(self) -> dict[str, Any]:
        """Return a GeoJSON geometry, Polygon or MultiPolygon, positions as given."""
        nested = [
            [[list(position) for position in ring] for ring in rings]
            for rings in self.polygons
        ]
        if len(nested) == 1:
            return {"type": "Polygon", "coordinates": nested[0]}
        return {"type": "MultiPolygon", "coordinates": nested}

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return self.to_geojson()

    def __repr__(self) -> str:
        total = sum(len(ring) for rings in self.polygons for ring in rings)
        kind = ", geodesic=True" if self.geodesic else ""
        return f"Polygon({len(self.polygons)} polygons, {total} positions{kind})"

    @cached_property
    def plane(self) -> Plane:
        """The area in the plane of longitude and latitude."""
        if self.geodesic:
            return geodesic_plane(self.polygons)
        return Plane.of_pieces(checked_pieces(self.polygons))

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points are inside or on an edge; see `Disk.contains_points`."""
        return self.plane.contains(*coordinates(lat, lon))

    __or__ = _unite
    __and__ = _intersect
    __sub__ = _subtract


@attrs.frozen
class Union:
    """All points in at least one part; made by ``|``."""

    parts: tuple[Region, ...] = attrs.field(converter=_regions)
    """What it is made of, in the order written."""

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points are in some part; see `Disk.contains_points`."""
        inside = [part.contains_points(lat=lat, lon=lon) for part in self.parts]
        return np.asarray(np.logical_or.reduce(inside))

    __or__ = _unite
    __and__ = _intersect
    __sub__ = _subtract


@attrs.frozen
class Intersection:
    """All points in every part; made by ``&``."""

    parts: tuple[Region, ...] = attrs.field(converter=_regions)
    """What it is made of, in the order written."""

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points are in every part; see `Disk.contains_points`."""
        inside = [part.contains_points(lat=lat, lon=lon) for part in self.parts]
        return np.asarray(np.logical_and.reduce(inside))

    __or__ = _unite
    __and__ = _intersect
    __sub__ = _subtract


@attrs.frozen
class Difference:
    """All points of one region that are not in another, and their limit; from ``-``."""

    whole: Region = attrs.field(converter=_region)
    """What is taken from."""

    removed: Region = attrs.field(converter=_region)
    """What is taken away."""

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points are in the whole and not removed.

        A point exactly on the edge of what is removed counts as removed, although the
        edge belongs to the region: only there, and there rounding decides anyway. See
        `Disk.contains_points`.
        """
        kept = self.whole.contains_points(lat=lat, lon=lon)
        return np.asarray(kept & ~self.removed.contains_points(lat=lat, lon=lon))

    __or__ = _unite
    __and__ = _intersect
    __sub__ = _subtract


Round: TypeAlias = Disk | Corridor
"""What is bounded by a distance from something."""

Region: TypeAlias = Disk | Corridor | Polygon | Union | Intersection | Difference
"""A closed set of points on the WGS 84 ellipsoid: immutable, hashable, compared by
value, combined by ``|``, ``&`` and ``-``."""
