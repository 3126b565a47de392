"""Regions as polygons for maps and messages: drawn true, or proved to enclose."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.errors import InvalidValue
from amberkit.geo._errors import NotEnclosable
from amberkit.geo.cells._cells import checked_resolution
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, vectors
from amberkit.geo.lattice import _h3
from amberkit.geo.regions._plane import WORLD
from amberkit.geo.regions._regions import (
    Corridor,
    Difference,
    Disk,
    Intersection,
    Polygon,
    Region,
    Round,
    Union,
)
from amberkit.geo.shapes._outlines import side, unrolled
from amberkit.geo.shapes._ribbon import (
    corridor_shape,
    enclosed_by_corridor,
    enclosing_corridor,
)
from amberkit.values import LatLon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "CoarseCell",
    "areas",
    "boundary_rings",
    "bounding",
    "coarse_cell",
    "drawn",
    "enclosing_polygon",
]

Floats = npt.NDArray[np.float64]

# Seven decimals of a degree.
_GRID_DEG = 1e-7
# Points at which each edge of a ring is measured, and attempts to move it far enough.
_SAMPLES = 64
_ATTEMPTS = 40


# --- cells ----------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CoarseCell:
    """The h3 cell of a point: a place that does not give the point away."""

    id: int
    """The cell's id."""

    center: LatLon
    """The cell's center."""

    reach_m: float
    """No point of the cell is farther from the center than this; in meters, a multiple
    of 10."""


def coarse_cell(point: LatLon, resolution: int) -> CoarseCell:
    """Return the cell of *point* at *resolution*, its center and how far it reaches.

    Raises:
        InvalidValue: If *resolution* is not an int in 0 to 15.
    """
    cell = _h3.cell_at(point.lat, point.lon, checked_resolution(resolution))
    ids = np.array([cell], np.uint64)
    center_lat, center_lon = _h3.centers(ids)
    center = LatLon(lat=float(center_lat[0]), lon=float(center_lon[0]))
    lat, lon, _ = _h3.boundaries(ids)
    corner = vectors(lat, lon)
    edge_m = angles(corner, np.roll(corner, -1, axis=0)) * _geodesy.LONGEST_RADIUS_M
    # Within a quarter of the globe distance is convex along geodesics, so an edge is
    # farthest at a corner, but for its own bend.
    bulge = _geodesy.CURVE_BEND * float(edge_m.max()) ** 2 / 8
    reach = float(_geodesy.distances(center, lat, lon).max()) + bulge
    return CoarseCell(id=cell, center=center, reach_m=10.0 * math.ceil(reach / 10))


# --- regions --------------------------------------------------------------------------


def boundary_rings(region: Region, *, points: int = 360) -> tuple[Floats, ...]:
    """Return the rings of a region, for drawing it on a map.

    Args:
        region: Any region.
        points: How many points of its true rim stand for a disk, at least 8; as many
            for each whole turn along the rim of a corridor.

    Returns:
        Arrays ``(k, 2)`` of ``(lon, lat)`` in degrees, closed, outer rings
        counter-clockwise and holes clockwise, cut at the antimeridian; none for an
        empty region.

    Raises:
        InvalidValue: If *points* is out of range.
    """
    count = _count("points", points)
    shape = drawn(region, lambda shape, _outer: _true_shape(shape, count))
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(areas(shape))))
    return tuple(shapely.get_coordinates(ring) for ring in rings)


def enclosing_polygon(region: Region, *, vertices: int = 99) -> dict[str, Any]:
    """Return a GeoJSON geometry that contains a region.

    A reader joins the vertices by straight lines in longitude and latitude, and none of
    these comes nearer to a disk's center than its radius, or to a corridor's line than
    its reach: that is proved edge by edge, and the vertices move outward until it
    holds. Disks and corridors in a difference are replaced by polygons within them;
    corridors within some 10 degrees of a pole are left in.

    Args:
        region: Any region that is not empty.
        vertices: How many vertices stand for a disk, at least 8; a corridor has as
            many for each whole turn along its rim, and those of its line. 99 for a disk
            make 100 positions with the closing one, the most that wireless emergency
            alerts carry.

    Returns:
        A Polygon or MultiPolygon as RFC 7946 wants it: positions ``(lon, lat)``, rings
        closed, outer ones counter-clockwise, longitudes in ``[-180, 180]``, cut at the
        antimeridian.

    Raises:
        InvalidValue: If an argument is out of range.
        NotEnclosable: If no such polygon was found, or the region is empty.
    """
    count = _count("vertices", vertices)
    shape = areas(
        drawn(region, lambda shape, outer: bounding(shape, count, outer=outer))
    )
    if shape.is_empty:
        raise NotEnclosable("it is empty")
    oriented = shapely.orient_polygons(_on_grid(shape))
    only = oriented.geoms[0] if len(oriented.geoms) == 1 else oriented
    mapping: dict[str, Any] = shapely.geometry.mapping(only)
    return mapping


def _on_grid(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Return a shape on the grid of 1e-7 degrees that holds *shape*."""
    places = shapely.get_coordinates(shape)
    if (places == np.round(places, 7)).all():
        return shape
    # Snapping moves a vertex by at most 0.71 of a step, less than it was moved before.
    # Coordinates next to zero, such as 5e-324, are too small for GEOS to divide by.
    sound = shapely.transform(shape, lambda places: np.round(places, 12))
    wider = shapely.buffer(sound, _GRID_DEG, join_style="mitre", mitre_limit=2)
    snapped = shapely.set_precision(shapely.intersection(wider, WORLD), _GRID_DEG)
    return areas(shapely.transform(snapped, lambda places: np.round(places, 7)))


def _count(name: str, value: object) -> int:
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or not 8 <= value <= 100_000
    ):
        raise InvalidValue(name, "an int in [8, 100000]")
    return value


def areas(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Return the parts that have an area."""
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon([p for p in parts if isinstance(p, shapely.Polygon)])


def drawn(
    region: Region,
    draw: Callable[[Round, bool], BaseGeometry],
    outer: bool = True,
) -> BaseGeometry:
    """Return a region in the plane; *draw* makes what encloses or is enclosed."""
    match region:
        case Disk() | Corridor():
            return draw(region, outer)
        case Polygon():
            return shapely.intersection(region.plane.shape, WORLD)
        case Union():
            return shapely.union_all(
                [drawn(part, draw, outer) for part in region.parts]
            )
        case Intersection():
            parts = [drawn(part, draw, outer) for part in region.parts]
            return functools.reduce(shapely.intersection, parts)
        case Difference():
            whole = drawn(region.whole, draw, outer)
            return shapely.difference(whole, drawn(region.removed, draw, not outer))
        case _:
            raise InvalidValue("region", "a Disk, Corridor, Polygon or a combination")


def _rim(disk: Disk, count: int, factor: float) -> Floats:
    """Return points around a disk as open ``(lon, lat)`` rows, counter-clockwise."""
    azimuth = -np.linspace(0, 360, count, endpoint=False)
    reach = np.full(count, disk.radius_m * factor)
    lat, lon = _geodesy.destinations(disk.center, azimuth, reach)
    return np.column_stack((lon, lat))


def _true_shape(shape: Round, count: int) -> BaseGeometry:
    if isinstance(shape, Corridor):
        return corridor_shape(shape, count)
    line = unrolled(_rim(shape, count, 1.0))
    return side(line, shape.center.lon, shape.center.lat)


def bounding(shape: Round, count: int, *, outer: bool) -> BaseGeometry:
    if isinstance(shape, Disk):
        return _bounding_disk(shape, count, outer=outer)
    return (enclosing_corridor if outer else enclosed_by_corridor)(shape, count)


def _bounding_disk(disk: Disk, count: int, *, outer: bool) -> BaseGeometry:
    """Return a polygon that holds a disk, or one that the disk holds."""
    factor = 1 / math.cos(math.pi / count) if outer else 1.0
    for _ in range(_ATTEMPTS):
        if disk.radius_m * factor >= _geodesy.FARTHEST_M * 0.99:
            return WORLD if outer else shapely.Polygon()
        line = unrolled(_rim(disk, count, factor))
        nearest, farthest = _edge_distances(disk, line)
        short = disk.radius_m - nearest if outer else farthest - disk.radius_m
        if short <= 0:
            return side(line, disk.center.lon, disk.center.lat)
        change = 1 + 1e-9 + short / disk.radius_m
        factor = factor * change if outer else factor / change
    if not outer:
        return shapely.Polygon()
    raise NotEnclosable("no ring of so few vertices does it; use more vertices")


def _edge_distances(disk: Disk, line: Floats) -> tuple[float, float]:
    """Return bounds on the distance from a disk's center to the edges of a ring.

    The second derivative of distance along a curve is at most 1/d plus the curve's own
    bend. A straight line in longitude and latitude bends at most twice the tangent of
    its latitude, by the radius.
    """
    share = np.linspace(0, 1, _SAMPLES + 1)[None, :, None]
    point = line[:-1, None] + share * np.diff(line, axis=0)[:, None]
    lon, lat = point[..., 0], np.clip(point[..., 1], -90, 90)
    far = _geodesy.distances(disk.center, lat.ravel(), lon.ravel()).reshape(lat.shape)
    step = np.radians(np.diff(point, axis=1))
    high = np.radians(np.maximum(np.abs(lat[:, :-1]), np.abs(lat[:, 1:])))
    low = np.radians(np.minimum(np.abs(lat[:, :-1]), np.abs(lat[:, 1:])))
    low = np.where(lat[:, :-1] * lat[:, 1:] < 0, 0, low)
    length = (
        np.hypot(step[..., 0] * np.cos(low), step[..., 1]) * _geodesy.LONGEST_RADIUS_M
    )
    least = (far[:, :-1] + far[:, 1:] - length) / 2
    most = (far[:, :-1] + far[:, 1:] + length) / 2
    bend = 2 * np.tan(np.minimum(high, np.pi / 2 - 1e-9)) / _geodesy.LEAST_RADIUS_M
    sag = (1 / np.maximum(least, 1e-9) + bend) * length**2 / 8
    near = np.maximum(least, np.minimum(far[:, :-1], far[:, 1:]) - sag)
    return float(near.min()), float(most.max())
