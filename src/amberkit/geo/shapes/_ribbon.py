"""Corridors as polygons: drawn, proved to enclose, or proved to be enclosed.

Pieces of the lines that are near to each other are put into one plane, around which
distances and directions are true from its middle. There their strip is a buffer. On
the way to the ellipsoid lengths shrink, by a thousandth at 500 km and never grow,
because the ellipsoid curves outward everywhere (Rauch comparison; M. do Carmo,
Riemannian Geometry, chapter 10).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo._errors import NotEnclosable
from amberkit.geo.earth import _geodesy
from amberkit.geo.regions._regions import Corridor
from amberkit.geo.regions._track import Track
from amberkit.geo.shapes._outlines import Chords, side, unrolled
from amberkit.values import LatLon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["corridor_shape", "enclosed_by_corridor", "enclosing_corridor"]

Floats = npt.NDArray[np.float64]

# Side of the cubes of space whose pieces share a plane.
_NEAR_M = 250_000.0
# Shares of the reach: how much a line may be straightened, how much an edge may bend.
_STRAIGHTENED = 0.002
_BENT = 0.005
_ATTEMPTS = 40
_HALVINGS = 12
_MOST_EDGES = 20_000
# How far a piece of a line is from a straight one in the plane, at most.
_PIECE_BEND_M = 0.03
# Nearer to a pole, straight lines of longitude and latitude bend too much for a bound.
_STEEP_DEG = 80.0


def corridor_shape(corridor: Corridor, vertices: int) -> BaseGeometry:
    """Return a corridor in the plane of longitude and latitude, for drawing."""
    return shapely.union_all(
        [_drawn(strip, corridor.reach_m, vertices) for strip in _strips(corridor)]
    )


def enclosing_corridor(corridor: Corridor, vertices: int) -> BaseGeometry:
    """Return a shape of that plane that holds a corridor.

    No edge of it comes nearer to the line than the reach, and all pieces of the line
    begin inside: so all that is within reach is inside.

    Raises:
        NotEnclosable: If none was found.
    """
    return shapely.union_all(
        [_enclosing(strip, corridor.reach_m, vertices) for strip in _strips(corridor)]
    )


def enclosed_by_corridor(corridor: Corridor, vertices: int) -> BaseGeometry:
    """Return a shape of that plane that a corridor holds; none near a pole."""
    return shapely.union_all(
        [_enclosed(strip, corridor.reach_m, vertices) for strip in _strips(corridor)]
    )


@attrs.frozen
class _Ring:
    """A ring on the earth as `unrolled` gives it, and a point that it encloses."""

    line: Floats
    lon: float
    lat: float
    is_hole: bool

    def area(self) -> BaseGeometry:
        return side(self.line, self.lon, self.lat)


@attrs.frozen
class _Strip:
    """Pieces of a line near to each other, on a plane of meters around one of them."""

    track: Track
    center: LatLon
    line: BaseGeometry

    def rings(self, reach_m: float, vertices: int, longest_m: float) -> list[_Ring]:
        """Return the rings of what is within reach of the line in the plane.

        Args:
            reach_m: The distance.
            vertices: How many vertices stand for a whole circle.
            longest_m: The greatest length of an edge, but of long rims.
        """
        area = shapely.buffer(self.line, reach_m, quad_segs=math.ceil(vertices / 4))
        longest = max(longest_m, shapely.length(area) / _MOST_EDGES)
        area = shapely.segmentize(area, longest)
        return [
            self._ring(ring, is_hole=number > 0)
            for part in shapely.get_parts(area)
            for number, ring in enumerate(shapely.get_rings(part))
        ]

    def _ring(self, ring: BaseGeometry, *, is_hole: bool) -> _Ring:
        point = shapely.point_on_surface(shapely.Polygon(shapely.get_coordinates(ring)))
        ((lon, lat),) = self._on_earth(shapely.get_coordinates(point))
        rim = self._on_earth(shapely.get_coordinates(ring)[:-1])
        # Where it goes round the earth it is closed from here, along a meridian that
        # must not cross it.
        rim = np.roll(rim, -int(rim[:, 1].argmax()), axis=0)
        return _Ring(unrolled(rim), float(lon), float(lat), is_hole)

    def _on_earth(self, xy: Floats) -> Floats:
        x, y = xy.T
        azimuth = np.degrees(np.arctan2(x, y))
        lat, lon = _geodesy.destinations(self.center, azimuth, np.hypot(x, y))
        return np.column_stack((lon, lat))


def _area(rings: list[_Ring]) -> BaseGeometry:
    """Return what is within the outer rings and not within the holes.

    Parts do not lie within holes of others: what is within reach of a line there would
    be joined to what is around it, or far from all of it.
    """
    outer, holes = (
        shapely.union_all([ring.area() for ring in rings if ring.is_hole == is_hole])
        for is_hole in (False, True)
    )
    return shapely.difference(outer, holes)


def _strips(corridor: Corridor) -> list[_Strip]:
    track = corridor.track
    cube = np.floor(track.start / _NEAR_M).astype(np.int64)
    _, group = np.unique(cube, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    ends = np.flatnonzero(np.diff(group.ravel()[order])) + 1
    return [_strip(track.take(rows), corridor) for rows in np.split(order, ends)]


def _strip(track: Track, corridor: Corridor) -> _Strip:
    middle = len(track.lat) // 2
    center = LatLon(lat=float(track.lat[middle]), lon=float(track.lon[middle]))
    to_lat, to_lon, _ = _geodesy.walks(
        track.lat, track.lon, track.azimuth, track.length_m
    )
    begin = _geodesy.local_xy(center, lat=track.lat, lon=track.lon)
    end = _geodesy.local_xy(center, lat=to_lat, lon=to_lon)
    # Where a piece does not begin where the one before ends, a line begins.
    jump = np.flatnonzero(np.hypot(*(begin[1:] - end[:-1]).T) > 1e-3) + 1
    line = shapely.MultiLineString(
        [
            np.vstack((part, last[-1:]))
            for part, last in zip(
                np.split(begin, jump), np.split(end, jump), strict=True
            )
        ]
    )
    straightened = shapely.simplify(line, _STRAIGHTENED * corridor.reach_m)
    return _Strip(track, center, straightened)


def _longest_m(strip: _Strip, reach_m: float) -> float:
    """Return how long edges may be so as to bend by a small share of the reach only.

    A straight line in longitude and latitude bends at most twice the tangent of its
    latitude, by the radius, and one of the plane by less than half as much as that at
    45 degrees. At a pole the former has no bound, but it never bends out by more than
    about its length.
    """
    top = np.radians(min(_top_deg(strip, reach_m), 90 - 1e-6))
    bend = (2 * math.tan(top) + 1) / _geodesy.LEAST_RADIUS_M
    return max(math.sqrt(8 * _BENT * reach_m / bend), reach_m / 50)


def _top_deg(strip: _Strip, reach_m: float) -> float:
    """Return a latitude, north or south, beyond which the strip does not reach."""
    reach = math.degrees(2 * reach_m / _geodesy.LEAST_RADIUS_M)
    return float(np.abs(strip.track.lat).max()) + reach


def _drawn(strip: _Strip, reach_m: float, vertices: int) -> BaseGeometry:
    return _area(strip.rings(reach_m, vertices, _longest_m(strip, reach_m)))


def _enclosing(strip: _Strip, reach_m: float, vertices: int) -> BaseGeometry:
    factor = 1 / math.cos(math.pi / (4 * math.ceil(vertices / 4)))
    longest = _longest_m(strip, reach_m)
    for _ in range(_ATTEMPTS):
        rings = strip.rings(reach_m * factor, vertices, longest)
        short = reach_m - _nearest(strip.track, _chords(rings), reach_m)
        shape = _area(rings)
        begins_in = shapely.intersects_xy(shape, strip.track.lon, strip.track.lat)
        if short <= 0 and begins_in.all():
            return shape
        factor *= 1 + 1e-9 + max(short, 0) / reach_m
    raise NotEnclosable("no strip of so few vertices does it; use more vertices")


def _chords(rings: list[_Ring]) -> Chords:
    return Chords(
        np.concatenate([ring.line[:-1] for ring in rings]),
        np.concatenate([ring.line[1:] for ring in rings]),
    )


def _nearest(
    track: Track, chords: Chords, reach_m: float, halvings: int = _HALVINGS
) -> float:
    """Return a lower bound on how near chords come to the line.

    It is exact enough to tell whether it is less than the reach.
    """
    far = [track.distances(end[:, 1], end[:, 0]) for end in (chords.a, chords.b)]
    if np.min(far) < reach_m:
        return float(np.min(far))
    near = chords.least_m(*far)
    if near.min() >= reach_m or not halvings:
        return float(near.min())
    return _nearest(track, chords.halves(near < reach_m), reach_m, halvings - 1)


def _enclosed(strip: _Strip, reach_m: float, vertices: int) -> BaseGeometry:
    inner = reach_m * (1 - _STRAIGHTENED - _BENT) - _PIECE_BEND_M
    if inner <= 0 or _top_deg(strip, reach_m) > _STEEP_DEG:
        return shapely.Polygon()
    return _drawn(strip, inner, vertices)
