"""Regions and cells drawn in longitude and latitude, fine enough to be measured.

A region is drawn twice: from inside, so that every point drawn is in the region, and
from outside, so that every point of the region is drawn. For each disk both lines are
proved by `_disk`'s bounds on the second derivative of distance. Of a polygon both are
the polygon itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, degrees, successors
from amberkit.geo.lattice import _lattice
from amberkit.geo.regions._plane import WORLD
from amberkit.geo.regions._regions import Disk, Region, Round
from amberkit.geo.shapes._outlines import in_world, side
from amberkit.geo.shapes._polygons import areas, bounding, drawn

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "AN_AREA",
    "areas_m2",
    "cell_shapes",
    "drawn_inside",
    "drawn_outside",
    "drawn_with",
    "shared_areas",
]

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]
Shapes = npt.NDArray[np.object_]

AN_AREA = (
    "a region with an area: its parts must have some in common, and positions of "
    "GeoJSON are longitude and latitude"
)
"""What is asked of a region that is to be measured."""

# How far a drawn rim may be from the true one: meters, and a share of the radius. It
# is twice this where the line runs farthest from the rim.
_OFF_M = 0.05
_OFF_SHARE = 1e-6
# Coordinates next to 180 degrees are no finer than this.
_ROUNDING_M = 1e-7
# 300 m before the rim of a disk may begin to meet itself on the far side of the earth;
# what lies beyond is less than a hundred-thousandth of the earth.
_LARGEST_M = 19_970_000.0
# An edge of a cell is cut until arc and chord differ by this share of its length.
_CUT_SHARE = 1e-6
_MOST_CUTS = 4096
_TOGETHER = 32
# How many corners stand for a whole turn along the rim of a corridor.
_TURN = 720


# --- regions --------------------------------------------------------------------------


def drawn_inside(region: Region) -> shapely.MultiPolygon:
    """Return the parts of a region that have an area, or a hair less of each.

    What is missing lies within 0.1 m of the rim of a disk, and within a hundredth of
    the reach of that of a corridor; of one within 10 degrees of a pole, all is. In
    longitude and latitude, within -180 to 180 degrees.
    """
    return areas(drawn(region, _drawn, outer=False))


def drawn_outside(region: Region) -> BaseGeometry:
    """Return a region with its seams and single points, or a hair more."""
    return drawn(region, _drawn)


def drawn_with(region: Region, corners: int) -> BaseGeometry:
    """Return what `drawn_outside` returns, or more, with few corners for each disk.

    Raises:
        NotEnclosable: If so few are not enough.
    """

    def draw(shape: Round, outer: bool) -> BaseGeometry:
        if not outer:
            return _drawn(shape, outer)
        larger = _larger(shape) if isinstance(shape, Disk) else shape
        return bounding(larger, corners, outer=True)

    return drawn(region, draw)


def _drawn(shape: Round, outer: bool) -> BaseGeometry:
    if isinstance(shape, Disk):
        return _disk_drawn(shape, outer)
    return bounding(shape, _TURN, outer=outer)


def _larger(disk: Disk) -> Disk:
    """Return a disk that holds another as it is drawn from outside."""
    radius = disk.radius_m + 2.01 * _off_m(disk)
    return Disk(disk.center, radius_m=min(radius, _geodesy.FARTHEST_M))


def _off_m(disk: Disk) -> float:
    return max(min(_OFF_M, disk.radius_m * _OFF_SHARE), _ROUNDING_M)


def _disk_drawn(disk: Disk, outer: bool) -> BaseGeometry:
    off = _off_m(disk)
    if disk.radius_m + off > _LARGEST_M:
        smaller = Disk(disk.center, radius_m=_LARGEST_M - off)
        return WORLD if outer else _disk_drawn(smaller, outer)
    reach = disk.radius_m + (off if outer else -off)
    if reach <= 0:
        return shapely.Polygon()
    return side(_line(disk, reach, off), disk.center.lon, disk.center.lat)


def _line(disk: Disk, reach_m: float, off_m: float) -> Floats:
    """Return a ring whose edges nowhere leave a distance by more than *off_m*.

    The ring is closed, counter-clockwise, each step of longitude the shorter way.
    """
    turn = np.linspace(0, 360, 65)
    point = _reached(disk, turn, reach_m)
    while True:
        line = point.copy()
        line[:, 0] = np.unwrap(line[:, 0], period=360)
        coarse = _sag_m(line, reach_m) > off_m
        if not coarse.any():
            return line
        between = (turn[:-1][coarse] + turn[1:][coarse]) / 2
        place = np.flatnonzero(coarse) + 1
        turn = np.insert(turn, place, between)
        point = np.insert(point, place, _reached(disk, between, reach_m), axis=0)


def _reached(disk: Disk, turn: Floats, reach_m: float) -> Floats:
    """Return points at a distance from a disk's center as ``(lon, lat)`` rows."""
    lat, lon = _geodesy.destinations(disk.center, -turn, np.full(len(turn), reach_m))
    return np.column_stack((lon, lat))


def _sag_m(line: Floats, reach_m: float) -> Floats:
    """Bound how far each edge of a ring of points at one distance is from that.

    A straight line in longitude and latitude bends at most twice the tangent of its
    latitude, by the radius.
    """
    length, high = lengths_and_heights(line[:-1], line[1:])
    length *= _geodesy.LONGEST_RADIUS_M
    turn = np.minimum(reach_m, _LARGEST_M + 1) / _geodesy.SEMI_MINOR_M
    in_bend = 1 / np.maximum(reach_m - length, reach_m / 2)
    out_bend = max(-1 / np.tan(turn), 0) / _geodesy.SEMI_MINOR_M
    own_bend = 2 * np.tan(high) / _geodesy.LEAST_RADIUS_M
    sag = length**2 / 8 * (np.maximum(in_bend, out_bend) + own_bend)
    return np.asarray(np.minimum(sag, length / 2))


def lengths_and_heights(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return bounds on straight edges between ``(lon, lat)`` rows, both in radians.

    Returns:
        The most that each edge is long on the sphere, and its highest latitude, north
        or south, below a pole by 1e-9.
    """
    step = np.radians(b - a)
    one, other = np.radians(a[:, 1]), np.radians(b[:, 1])
    low = np.where(one * other < 0, 0, np.minimum(np.abs(one), np.abs(other)))
    high = np.minimum(np.maximum(np.abs(one), np.abs(other)), np.pi / 2 - 1e-9)
    return np.hypot(step[:, 0] * np.cos(low), step[:, 1]), high


# --- cells ----------------------------------------------------------------------------


def cell_shapes(ids: Ids) -> Shapes:
    """Return cells as areas in longitude and latitude, within -180 to 180 degrees."""
    vector, sizes = _lattice.boundaries(ids)
    point, edge = _cut(vector, vector[successors(sizes)])
    cell = np.repeat(np.arange(len(ids)), sizes)[edge]
    lat, lon = degrees(point)
    starts = np.searchsorted(cell, np.arange(len(ids)))
    base = lon[starts]
    x = base[cell] + (lon - base[cell] + 180) % 360 - 180
    shapes = np.empty(len(ids), object)
    beyond = np.logical_or.reduceat(np.abs(x) >= 180, starts)
    step = (x[successors(np.diff(np.append(starts, len(x))))] - x + 180) % 360 - 180
    winding = np.add.reduceat(step, starts)
    special = beyond | (np.abs(winding) > 180)
    plain = ~special[cell]
    rings = shapely.linearrings(
        np.column_stack((x, lat))[plain],
        indices=(np.cumsum(~special) - 1)[cell[plain]],
    )
    shapes[~special] = shapely.polygons(rings)
    for i in np.flatnonzero(special):
        own = cell == i
        ring = np.column_stack((x[own], lat[own]))
        ring = np.vstack((ring, ring[:1]))
        ring[:, 0] = np.unwrap(ring[:, 0], period=360)
        if abs(winding[i]) > 180:
            pole = np.copysign(90, lat[starts[i]])
            ends = [(ring[-1, 0], pole), (ring[0, 0], pole)]
            ring = np.vstack((ring, ends))
        shapes[i] = in_world(shapely.Polygon(ring))
    return shapes


def _cut(a: Floats, b: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return points along great-circle arcs in order, and the arc of each."""
    length = angles(a, b)
    top = np.arcsin(np.minimum(np.maximum(np.abs(a[:, 2]), np.abs(b[:, 2])), 1))
    top = np.minimum(top + length / 2, np.pi / 2 - 1e-9)
    share = length * np.tan(top) / 4 / _CUT_SHARE
    pieces = np.clip(np.ceil(np.sqrt(share)), 1, _MOST_CUTS).astype(np.int64)
    arc = np.repeat(np.arange(len(a)), pieces)
    before = np.cumsum(pieces) - pieces
    part = ((np.arange(len(arc)) - before[arc]) / pieces[arc])[:, None]
    return a[arc] * (1 - part) + b[arc] * part, arc


def shared_areas(shape: BaseGeometry, cells: Shapes) -> Floats:
    """Return the area in m2 that each of some cells shares with a shape."""
    if not len(cells):
        return np.empty(0)
    bounds = shapely.bounds(cells)
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    box = shapely.box(west, south, east, north)
    near = areas(shapely.intersection(shape, box))
    if len(cells) <= _TOGETHER:
        return areas_m2(shapely.intersection(cells, near))
    across = east - west >= north - south
    order = np.argsort(bounds[:, 0 if across else 1])
    half = len(cells) // 2
    result = np.empty(len(cells))
    for some in (order[:half], order[half:]):
        result[some] = shared_areas(near, cells[some])
    return result


def areas_m2(shapes: Shapes) -> Floats:
    """Return the area of each shape on the ellipsoid, its edges straight lines.

    What lies between an edge and the pole, summed along the edges by longitude.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    is_area = shapely.get_dimensions(parts) == 2
    parts, owner = parts[is_area], owner[is_area]
    rings, part = shapely.get_rings(parts, return_index=True)
    point, ring = shapely.get_coordinates(rings, return_index=True)
    # The nearer pole keeps more digits.
    south = shapely.bounds(rings)[:, 1] < 0
    point[south[ring], 1] *= -1
    joined = ring[1:] == ring[:-1]
    total = np.zeros(len(rings))
    swept = _to_pole_m2(point[:-1][joined], point[1:][joined])
    np.add.at(total, ring[1:][joined], swept)
    is_hole = np.append(False, part[1:] == part[:-1])[: len(rings)]
    result = np.zeros(len(shapes))
    np.add.at(result, owner[part], np.where(is_hole, -1, 1) * np.abs(total))
    return result


def _to_pole_m2(a: Floats, b: Floats) -> Floats:
    """Return the area between each edge and the north pole, signed, in m2."""
    rise = np.abs(b[:, 1] - a[:, 1])
    node, weight = np.polynomial.legendre.leggauss(3 if rise.max(initial=0) < 1 else 16)
    share = (1 + node) / 2
    lat = a[:, 1:] * (1 - share) + b[:, 1:] * share
    mean = _geodesy.area_to_pole_m2(lat) @ weight / 2
    return np.asarray(np.radians(b[:, 0] - a[:, 0]) * mean)
