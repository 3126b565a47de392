"""Regions as values: a disk, a polygon, and what they become when combined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo.earth import _geodesy
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._rings import Rings, checked_pieces, read_polygons
from amberkit.values import LatLon, finite

__all__ = [
    "Difference",
    "Disk",
    "Intersection",
    "Polygon",
    "Region",
    "Union",
    "coordinates",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


# --- arguments ------------------------------------------------------------------------


def coordinates(lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return checked coordinates as two float arrays of one shape.

    Raises:
        InvalidValue: If they are no numbers, do not broadcast, or are out of range.
    """
    y, x = _checked("lat", lat, 90), _checked("lon", lon, 180)
    try:
        y, x = np.broadcast_arrays(y, x)
    except ValueError:
        raise InvalidValue("lat and lon", "of shapes that broadcast") from None
    return y, x


def _checked(name: str, values: npt.ArrayLike, limit: int) -> Floats:
    expected = f"finite numbers in [-{limit}, {limit}]"
    try:
        array = np.asarray(values)
    except ValueError:  # ragged
        raise InvalidValue(name, expected) from None
    if array.size and array.dtype.kind not in "iuf":
        raise InvalidValue(name, expected)
    result = array.astype(np.float64)
    if not (np.abs(result) <= limit).all():  # NaN fails every comparison
        raise InvalidValue(name, expected)
    return result


def _center(value: LatLon) -> LatLon:
    if not isinstance(value, LatLon):
        raise InvalidValue("center", "a LatLon")
    return value


def _radius(value: float) -> float:
    radius = finite("radius_m", value, 0, _geodesy.FARTHEST_M)
    if radius == 0:
        raise InvalidValue("radius_m", "more than 0")
    return radius


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
class Polygon:
    """An area bounded by straight lines in longitude and latitude (RFC 7946).

    What is inside follows the even-odd rule in the plane of longitude and latitude; a
    point on an edge is inside. An edge that spans more than 180 degrees of longitude
    is taken the other way, across the antimeridian. A pole is inside only where an edge
    runs along +90 or -90. Several polygons stand for the union of them.

    Raises:
        InvalidRegion: If there is no polygon, a ring is not closed or has fewer than
            four positions, rings of a polygon cross or run along each other, a hole is
            not inside its outer ring, a ring goes round a pole without an edge along
            it, a coordinate is no finite number in its range, or there are more than
            100,000 positions. The first fault is named with its place.
    """

    polygons: tuple[Rings, ...] = attrs.field()
    """Polygons, each a tuple of rings, the outer one first, each a tuple of positions
    ``(lon, lat)`` in degrees, the first one repeated last."""

    def __attrs_post_init__(self) -> None:
        _ = self.plane

    @classmethod
    def from_geojson(cls, geojson: Mapping[str, Any]) -> Polygon:
        """Read a GeoJSON object, parsed.

        Args:
            geojson: A Polygon, MultiPolygon, Feature, or FeatureCollection of these.
                Altitudes and properties are dropped.

        Raises:
            InvalidRegion: If it is anything else, or no valid area.
        """
        return cls(tuple(read_polygons(geojson)))

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
        return f"Polygon({len(self.polygons)} polygons, {total} positions)"

    @cached_property
    def plane(self) -> Plane:
        """The area in the plane of longitude and latitude."""
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


Region: TypeAlias = Disk | Polygon | Union | Intersection | Difference
"""A closed set of points on the WGS 84 ellipsoid: immutable, hashable, compared by
value, combined by ``|``, ``&`` and ``-``."""
