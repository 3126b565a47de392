"""The outline of a set of cells as polygons in the plane of longitude and latitude."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.cells._rim import Members, cycles, rim
from amberkit.geo.earth._spherical import degrees
from amberkit.geo.lattice import _lattice

__all__ = ["outline_rings"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


def outline_rings(ranges: Ids, resolution: int, max_cells: int) -> list[list[Floats]]:
    """Return the polygons of a set, each its outer ring and its holes.

    Args:
        ranges: The set as `CellSet.ranges` gives it.
        resolution: Its resolution.
        max_cells: The most cells that may lie on its rim.

    Returns:
        Rings ``(k, 2)`` of ``(lon, lat)`` in degrees, closed, outer ones
        counter-clockwise, holes clockwise, cut at the antimeridian.

    Raises:
        BudgetExceeded: If more cells lie on the rim.
    """
    members = Members(ranges, resolution)
    corner, following = rim(members, max_cells)
    lat, lon = degrees(corner)
    poles = _lattice.cells_at(np.array([90.0, -90.0]), np.zeros(2), resolution)
    place, following = _framed(
        np.column_stack((lon, lat)), following, members.are_all_in(poles, resolution)
    )
    return _nested([place[cycle] for cycle in cycles(following)])


def _framed(place: Floats, following: Ints, poles: Bools) -> tuple[Floats, Ints]:
    """Cut rings where they cross the antimeridian, and close them along the frame.

    The frame is the edge of the world, at +-180 and +-90. Going round it with the world
    on the left, a ring that leaves the world is followed by one that comes in, and
    what lies between is in the set. A corner of the frame is if its pole is.

    Args:
        place: Corners ``(lon, lat)``, ``(n, 2)``.
        following: Which corner follows each.
        poles: Whether the north and the south pole are in the set.
    """
    step = place[following, 0] - place[:, 0]
    (cut,) = np.nonzero(np.abs(step) > 180)
    side = np.where(step[cut] < 0, 180.0, -180.0)
    share = (side - place[cut, 0]) / (step[cut] + 2 * side)
    height = place[cut, 1] + share * (place[following[cut], 1] - place[cut, 1])
    exits, entries = (np.column_stack((s, height)) for s in (side, -side))
    frame = np.vstack((exits, _FRAME[np.repeat(poles, 2)], entries))
    on_frame = len(place) + np.arange(len(frame))
    after = np.empty_like(on_frame)
    after[len(frame) - len(cut) :] = following[cut]
    # The way round, from the southeast: up in the east, and down in the west.
    way = np.argsort(np.where(frame[:, 0] > 0, frame[:, 1], 360 - frame[:, 1]))
    leaves = way < len(frame) - len(cut)
    after[way[leaves]] = on_frame[np.roll(way, -1)[leaves]]
    following = np.concatenate((following, after))
    following[cut] = on_frame[: len(cut)]
    return np.vstack((place, frame)), following


_FRAME = np.array([(180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0), (180.0, -90.0)])


def _nested(rings: list[Floats]) -> list[list[Floats]]:
    """Return the outer rings, each with its holes: the smallest ring around a hole."""
    size = [_area(ring) for ring in rings]
    outer = sorted((i for i, area in enumerate(size) if area > 0), key=size.__getitem__)
    holes = [ring for ring, area in zip(rings, size, strict=True) if area < 0]
    polygons = [[rings[i]] for i in outer]
    tree = shapely.STRtree([shapely.Point(hole[0]) for hole in holes])
    areas = np.array([shapely.Polygon(rings[i]) for i in outer], object)
    around, inside = tree.query(areas, predicate="contains")
    for hole, first in zip(*np.unique(inside, return_index=True), strict=True):
        polygons[around[first]].append(holes[hole])
    return polygons


def _area(ring: Floats) -> float:
    """Return twice the area of a ring in the plane, negative if it is clockwise."""
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1])
