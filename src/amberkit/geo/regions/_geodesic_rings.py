"""Rings of geodesics, brought to the plane of longitude and latitude.

Each geodesic is cut until its pieces are straight there within a quarter of a
millimeter. Whether rings cross is told on another plane, around the middle of the
polygon, where poles are points like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo._errors import InvalidRegion
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import degrees, vectors
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._rings import Rings, check_count, checked_rings, fault
from amberkit.values import LatLon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["geodesic_plane"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAX_PIECES = 1_000_000

# What a plane must hold: all three turns, and what lies beyond the poles.
_STRIP = shapely.box(-540, -91, 540, 91)

_BENT_M = 2.5e-4
# At a pole pieces are cut no shorter than this.
_SHORTEST_M = 2.5e-4
# A number of 53 binary digits up to 1,024 keeps all that it has on this grid, some
# hundredths of a micrometer wide.
_FINE_DEG = 2.0**-42
# With five degrees to spare, an axis of the hemisphere is found in fewer attempts
# (A. Novikoff's bound for the perceptron: one by the square of the sine).
_ATTEMPTS = 140


def geodesic_plane(polygons: Sequence[Rings]) -> Plane:
    """Return the union of polygons with geodesic edges; see `Polygon`.

    Raises:
        InvalidRegion: If one of them is no valid area.
    """
    check_count(polygons)
    return Plane(shapely.union_all([_shape(p, r) for p, r in enumerate(polygons)]))


@attrs.frozen
class _Cut:
    """A closed ring cut into pieces."""

    lat: Floats
    lon: Floats
    owner: Ints
    """For each point the given vertex at which its edge begins."""


def _shape(p: int, rings: Rings) -> BaseGeometry:
    given = checked_rings(p, rings)
    axis = _axis(p, np.concatenate(given))
    cut = [_cut(p, r, line) for r, line in enumerate(given)]
    _check(p, axis, cut)
    pole = float(np.sign(axis[2]))
    outer, *holes = (
        shapely.intersection(Plane.of_pieces([_piece(ring, pole=pole)]).shape, _STRIP)
        for ring in cut
    )
    return shapely.difference(outer, shapely.union_all(holes))


def _axis(p: int, points: Floats) -> Floats:
    """Return the middle of a hemisphere that holds all points, as a vector."""
    normal = vectors(points[:, 1], points[:, 0])
    axis = normal.mean(axis=0)
    for _ in range(_ATTEMPTS):
        worst = normal[(normal @ axis).argmin()]
        if worst @ axis > 0.04 * np.linalg.norm(axis):
            return np.asarray(axis / np.linalg.norm(axis))
        axis = axis + worst
    reason = "a polygon with geodesic edges must fit a hemisphere; cut it into several"
    raise InvalidRegion(reason, p)


def _cut(p: int, r: int, line: Floats) -> _Cut:
    """Return a ring with so many points that it may be joined by straight lines."""
    lon, lat = line.T
    normal = vectors(lat, lon)
    (apart,) = np.nonzero(np.einsum("ij,ij->i", normal[:-1], normal[1:]) < 0)
    if len(apart):
        reason = "the next position must be at most 90 degrees away; put some between"
        raise InvalidRegion(reason, p, r, int(apart[0]))
    azimuth, length = _geodesy.routes(lat[:-1], lon[:-1], lat[1:], lon[1:])
    edge: Ints = np.arange(len(length))
    begin: Floats = np.zeros(len(length))
    lat_a, lon_a, lat_b, share = lat[:-1], lon[:-1], lat[1:], 1.0
    done: list[tuple[Ints, Floats, Floats, Floats]] = []
    while len(edge):
        fine = _is_straight(lat_a, lat_b, share * length[edge])
        done.append((edge[fine], begin[fine], lat_a[fine], lon_a[fine]))
        edge, begin = edge[~fine], begin[~fine]
        lat_a, lon_a, lat_b = lat_a[~fine], lon_a[~fine], lat_b[~fine]
        if sum(len(part[0]) for part in done) + len(edge) > MAX_PIECES:
            reason = f"its edges would be cut into more than {MAX_PIECES} pieces"
            raise InvalidRegion(reason, p, r)
        share /= 2
        middle = begin + share
        lat_m, lon_m, _ = _geodesy.walks(
            lat[edge], lon[edge], azimuth[edge], middle * length[edge]
        )
        edge, begin = np.tile(edge, 2), np.concatenate((begin, middle))
        lat_a, lon_a = np.concatenate((lat_a, lat_m)), np.concatenate((lon_a, lon_m))
        lat_b = np.concatenate((lat_m, lat_b))
    owner, begin, found_lat, found_lon = map(np.concatenate, zip(*done, strict=True))
    order = np.lexsort((begin, owner))
    return _Cut(
        np.append(found_lat[order], lat[0]),
        np.append(found_lon[order], lon[0]),
        np.append(owner[order], 0),
    )


def _is_straight(
    lat_a: Floats, lat_b: Floats, length_m: Floats
) -> npt.NDArray[np.bool_]:
    """Tell which pieces are near enough to straight lines in longitude and latitude.

    These bend at most twice the tangent of their latitude, by the radius.
    """
    radius = _geodesy.LEAST_RADIUS_M
    top = np.radians(np.maximum(np.abs(lat_a), np.abs(lat_b))) + length_m / radius / 2
    bend = 2 * np.tan(np.minimum(top, np.pi / 2 - 1e-12)) / radius
    return np.asarray((bend * length_m**2 / 8 <= _BENT_M) | (length_m <= _SHORTEST_M))


def _check(p: int, axis: Floats, cut: list[_Cut]) -> None:
    """Refuse rings that cross themselves or each other, and holes that are outside."""
    (lat, lon) = map(float, degrees(axis))
    center = LatLon(lat=lat, lon=lon)
    lines = [_geodesy.local_xy(center, lat=ring.lat, lon=ring.lon) for ring in cut]
    reason = str(shapely.is_valid_reason(shapely.Polygon(lines[0], lines[1:])))
    if reason != "Valid Geometry":
        raise fault(p, lines, [ring.owner for ring in cut], reason)


def _piece(ring: _Cut, *, pole: float) -> shapely.Polygon:
    """Return the smaller side of a ring in the plane, closed along a pole if need be.

    Args:
        ring: The ring.
        pole: 1 or -1 for the pole that is in the hemisphere of the polygon.
    """
    # Closed from its point next to the pole, along a meridian that cannot cross it.
    first = int((pole * ring.lat[:-1]).argmax())
    lat, lon = (np.roll(v[:-1], -first) for v in (ring.lat, ring.lon))
    lat, lon = np.append(lat, lat[0]), np.append(lon, lon[0])
    # On a grid that whole turns keep to the last digit: the ring closes where it began,
    # and around a pole, copies of it side by side leave no seam.
    lon = np.round(lon / _FINE_DEG) * _FINE_DEG
    lon[1:] -= 360 * np.cumsum(np.round(np.diff(lon) / 360))
    line = np.column_stack((lon, lat))
    if lon[-1] != lon[0]:
        line = np.vstack((line, [[lon[-1], 90 * pole], [lon[0], 90 * pole]]))
    return shapely.Polygon(line)
