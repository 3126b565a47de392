"""Polygons on a decimal grid that hold a shape, within a budget, proved by `covers`.

The shape is first made wider by three quarters of a grid step, and simplified from
outside. Rounding then moves no point of an edge by more than 0.71 of a step, so that
the shape stays inside. All in longitude and latitude, joined by straight lines there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo._errors import NotEnclosable
from amberkit.geo.regions._plane import WORLD
from amberkit.geo.wire._simpler import simpler

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["shells"]

Floats = npt.NDArray[np.float64]

_WIDER_STEPS = 0.75
# Rings with more corners than this are made coarser before anything else.
_MOST_CORNERS = 2_000
_LEAST_POSITIONS = 4
_MUCH_LESS = 1.01
_ROUNDS = 5
_AROUND = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y])


def shells(
    shape: BaseGeometry,
    drawn: Sequence[BaseGeometry],
    *,
    max_positions: int,
    max_shapes: int,
    decimals: int,
) -> list[shapely.Polygon]:
    """Return polygons without holes whose union holds a shape.

    Args:
        shape: What they have to hold, within -180 to 180 degrees of longitude.
        drawn: The same, or more, in some ways to begin with.
        max_positions: How many positions all rings together may have, each ring
            counting the first one again.
        max_shapes: How many polygons there may be.
        decimals: Decimal places of every coordinate.

    Raises:
        NotEnclosable: If none were found.
    """
    step = 10.0**-decimals
    starts = [_filled(_wider(each, _WIDER_STEPS * step)) for each in drawn]
    most = min(max_shapes, max_positions // _LEAST_POSITIONS, max(map(len, starts)))
    for count in range(most, 0, -1):
        found = [
            rounded
            for start in starts
            for rings in _candidates(_merged(start, count), max_positions)
            if _hold(rounded := [_rounded(ring, decimals) for ring in rings], shape)
        ]
        if found:
            # The first ones have their corners spread evenly, and overshoot less.
            least = min(map(_area, found))
            best = next(each for each in found if _area(each) <= least * _MUCH_LESS)
            tight = [_tightened(polygon, shape, decimals) for polygon in best]
            return tight if _hold(tight, shape) else best
    raise NotEnclosable(
        f"no ring of {max_positions} positions was found; allow more positions"
    )


def _candidates(
    parts: list[shapely.Polygon], max_positions: int
) -> Iterator[list[Floats]]:
    """Yield simpler rings; on a coarse grid fewer corners may do better."""
    corners = max_positions - len(parts)
    totals = (max(corners // part, 3 * len(parts)) for part in (1, 2, 4))
    return simpler(_rings(parts), sorted(set(totals), reverse=True))


# --- from a shape to rings ------------------------------------------------------------


def _wider(shape: BaseGeometry, by: float) -> BaseGeometry:
    """Return a shape wider by some degrees at least, of not too many corners."""
    wide = shapely.buffer(shape, by, join_style="mitre", mitre_limit=2)
    off = by
    while shapely.get_num_coordinates(wide) > _MOST_CORNERS and off < 1:
        off *= 2
        wide = shapely.buffer(shape, off + by, join_style="mitre", mitre_limit=2)
        wide = shapely.simplify(wide, off)
    return shapely.intersection(wide, WORLD)


def _filled(shape: BaseGeometry) -> list[shapely.Polygon]:
    """Return the parts of a shape without their holes, disjoint."""
    parts = shapely.get_parts(shape)
    whole = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
    return list(shapely.get_parts(shapely.normalize(whole)))


def _merged(parts: list[shapely.Polygon], count: int) -> list[shapely.Polygon]:
    """Return no more than some parts, the smallest ones put into a hull with another.

    Raises:
        NotEnclosable: If the hull would go round the far side of the earth.
    """
    while len(parts) > count:
        small = min(parts, key=lambda part: part.area)
        others = np.array([part for part in parts if part is not small])
        hulls = shapely.convex_hull(shapely.union(others, small))
        bounds = shapely.bounds(hulls)
        added = shapely.area(hulls) - shapely.area(others)
        added[bounds[:, 2] - bounds[:, 0] > 180] = np.inf
        best = int(added.argmin())
        if added[best] == np.inf:
            raise NotEnclosable(
                f"{count} polygons do not hold what lies far apart or on both sides of "
                "+-180 degrees; allow more polygons"
            )
        others[best] = hulls[best]
        parts = _filled(shapely.union_all(others))
    return parts


def _rings(parts: list[shapely.Polygon]) -> list[Floats]:
    return [
        shapely.get_coordinates(part.exterior)[:-1]
        for part in map(shapely.orient_polygons, parts)
    ]


# --- on the grid ----------------------------------------------------------------------


def _rounded(ring: Floats, decimals: int) -> shapely.Polygon:
    """Return a ring on the grid; its hull where rounding makes it cross itself."""
    polygon = _polygon(np.round(ring, decimals))
    if shapely.is_valid(polygon) and polygon.area > 0:
        return polygon
    hull = shapely.convex_hull(shapely.MultiPoint(np.round(ring, decimals)))
    return hull if isinstance(hull, shapely.Polygon) else shapely.Polygon()


def _polygon(ring: Floats) -> shapely.Polygon:
    moved = (ring != np.roll(ring, 1, axis=0)).any(axis=1)
    kept = ring[moved]
    return shapely.Polygon(kept if len(kept) > 2 else [(0, 0)] * 4)


def _hold(polygons: list[shapely.Polygon], shape: BaseGeometry) -> bool:
    """Tell whether each part of a shape is in one of some polygons, all of it."""
    if not shapely.is_valid(polygons).all():
        return False
    held = [shapely.covers(polygon, shapely.get_parts(shape)) for polygon in polygons]
    return bool(np.logical_or.reduce(held).all())


def _area(polygons: list[shapely.Polygon]) -> float:
    middle = np.array([p.centroid.y for p in polygons])
    return float((shapely.area(polygons) * np.cos(np.radians(middle))).sum())


def _tightened(
    polygon: shapely.Polygon, shape: BaseGeometry, decimals: int
) -> shapely.Polygon:
    """Return a polygon with its corners moved in, or left out, where they can be."""
    shapely.prepare(shape)
    around = _AROUND * 10.0**-decimals
    ring = shapely.get_coordinates(shapely.orient_polygons(polygon).exterior)[:-1]
    for _ in range(_ROUNDS):
        before = ring
        for i in reversed(range(len(ring))):
            places = np.round(ring[i] + around, decimals)
            ring = _with_better_corner(ring, i, places, shape)
        if ring is before:
            break
    return shapely.Polygon(ring)


def _with_better_corner(
    ring: Floats, i: int, places: Floats, shape: BaseGeometry
) -> Floats:
    """Return a ring without its corner *i*, or with that at one of some places.

    It is the ring with the least area whose change stays clear of the shape.
    """
    here, before, after = ring[i], ring[i - 1], ring[(i + 1) % len(ring)]
    # Where it is left out, it is as if it were where the one before it is.
    places = np.vstack((before[None], places)) if len(ring) > 3 else places
    (x, y), (dx, dy) = (places - here).T, after - before
    added = x * dy - y * dx
    for k in np.argsort(added)[: np.count_nonzero(added < 0)]:
        ends = np.stack((before, after))
        triangles = np.stack(
            [
                np.stack((here, places[k], end, here))
                for end in ends
                if (end != places[k]).any()
            ]
        )
        if shapely.intersects(shape, shapely.polygons(triangles)).any():
            continue
        changed = ring.copy()
        changed[i] = places[k]
        if (places[k] == before).all():
            changed = np.delete(ring, i, axis=0)
        if shapely.is_valid(shapely.Polygon(changed)):
            return changed
    return ring
