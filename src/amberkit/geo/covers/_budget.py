"""How many cells the rim of a region needs at least, told before any work."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.covers._formula import shapes
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, vectors
from amberkit.geo.regions._plane import WORLD, Plane
from amberkit.geo.regions._regions import Corridor, Disk, Polygon, Region, Round

__all__ = ["least_rim", "needs_more"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SAMPLES = 256
# How far points on either side of a rim are from it: of a disk as a part of the radius,
# of an edge in degrees.
_BESIDE = 1e-6
_BESIDE_DEG = 1e-7
# An edge is cut into chains of so many balls, or so many chains, with a gap between
# two of them so that what meets at an angle is apart.
_CHAIN_BALLS = 40
_MOST_CHAINS = 5_000
_GAP_BALLS = 4
# Where in a chain a combination is asked, as parts of its positions.
_ASKED = (1 / 6, 1 / 2, 5 / 6)


def needs_more(region: Region, ball_rad: float, most: float) -> bool:
    """Tell whether the rim of a region is known to need more balls than *most*.

    No more is asked of a region than of its shapes alone, so one of short rims, as
    nearly every one is, passes without a sample of it.
    """
    if not isinstance(region, Corridor):
        longest = max(_most_asked(shape, ball_rad) for shape in shapes(region))
        if longest <= most:
            return False
    return least_rim(region, ball_rad) > most


def _most_asked(shape: Round | Plane, ball_rad: float) -> float:
    """Return what `least_rim` asks of a shape at most, wherever it occurs."""
    if isinstance(shape, Disk):
        return _disk_rim(shape, ball_rad)
    if isinstance(shape, Corridor):
        # In a combination nothing is asked of it.
        return 0.0
    # No way on the sphere is longer than it is in degrees of the plane.
    return float(np.radians(shapely.length(shape.edge)) / (2 * ball_rad))


def least_rim(region: Region, ball_rad: float) -> float:
    """Return how many balls it takes at least to hold the rim of a region.

    Every point of the rim lies in the hull of an undecided cell. Of a combination, a
    disk or a polygon counts as far as its rim is one of the whole, by samples; half of
    that is allowed for.
    """
    if isinstance(region, Disk):
        return _disk_rim(region, ball_rad)
    if isinstance(region, Corridor):
        return _corridor_rim(region, ball_rad)
    if isinstance(region, Polygon):
        chain, row = _chains(region.plane, ball_rad)
        return float((_ends_rad(chain, row) / (2 * ball_rad)).sum())
    least = 0.0
    for shape in shapes(region):
        if isinstance(shape, Disk):
            share = _rim_share(region, shape) / 2
            least = max(least, _disk_rim(shape, ball_rad) * share)
        elif isinstance(shape, Plane):
            chain, row = _chains(shape, ball_rad)
            apart = _ends_rad(chain, row)[_are_rim(region, chain, row)]
            least = max(least, float(apart.sum()) / (2 * ball_rad) / 2)
    return least


# --- disks and corridors --------------------------------------------------------------


def _disk_rim(disk: Disk, ball_rad: float) -> float:
    """Return the quotient of what is long and what a ball holds of it.

    The part of a convex line that lies in a ball is no longer than the ball's rim. Of a
    circle a hundred times as wide as the ball it is one arc, no more than a fortieth
    longer than the ball is wide.
    """
    turn = min(disk.radius_m, _geodesy.FARTHEST_M - disk.radius_m)
    turn /= _geodesy.LONGEST_RADIUS_M
    rim_m = 2 * np.pi * _geodesy.LEAST_RADIUS_M * np.sin(turn)
    widths = 2.05 if turn > 100 * ball_rad else 2 * np.pi
    return float(rim_m / (widths * _geodesy.LONGEST_RADIUS_M * ball_rad))


def _rim_share(region: Region, disk: Disk) -> float:
    """Return the share of a disk's rim that parts the region from what is outside."""
    azimuth = np.linspace(0, 360, _SAMPLES, endpoint=False)
    inside = [
        region.contains_points(lat=lat, lon=lon)
        for lat, lon in (
            _geodesy.destinations(disk.center, azimuth, np.full(_SAMPLES, reach))
            for reach in disk.radius_m * np.array([1 - _BESIDE, 1 + _BESIDE])
        )
    ]
    return float((inside[0] != inside[1]).mean())


def _corridor_rim(corridor: Corridor, ball_rad: float) -> float:
    """Return how often the widest line is as wide as a ball.

    What goes around it is at least as long as it is wide, and a ball holds no more of
    the way across than its own width. Lines that are very long together might go round
    the earth and leave no rim at all.
    """
    if corridor.track.length_m.sum() > 8e6:
        return 0
    width = 0.0
    for line in corridor.lines:
        vector = vectors(*np.array([(p.lat, p.lon) for p in line]).T)
        low, high = vector[vector.argmin(axis=0)], vector[vector.argmax(axis=0)]
        width = max(width, float(angles(low, high).max()))
    return width / (2 * ball_rad)


# --- edges ----------------------------------------------------------------------------


def _chains(plane: Plane, ball_rad: float) -> tuple[Floats, Ints]:
    """Return pieces of a rim, no two of which share a ball.

    From one end of a chain to the other the distance from the first grows from 0 to
    what they are apart, so that it holds as many points as are balls in that, each so
    far from all others that no ball holds two.

    Returns:
        The positions of all chains, ``(n, 2)`` longitudes and latitudes, and the number
        of the chain that each belongs to.
    """
    # What parts of a polygon share is no rim, nor is a cut at 180 degrees.
    edge = shapely.line_merge(shapely.intersection(plane.edge, WORLD))
    cut = [
        _cut(shapely.get_coordinates(line), ball_rad)
        for line in shapely.get_parts(edge)
    ]
    lines = [line for several in cut for line in several]
    if not lines:
        return np.empty((0, 2)), np.empty(0, np.int64)
    chains = np.array([shapely.LineString(line) for line in lines])
    west, south, east, north = shapely.bounds(chains).T
    # The balls around points of a chain reach no farther than this on the plane.
    high = np.radians(np.maximum(np.abs(south), np.abs(north)))
    with np.errstate(divide="ignore"):
        ratio = np.sin(2 * ball_rad) / np.cos(high)
    half = np.where(ratio < 1, np.degrees(np.arcsin(np.minimum(ratio, 1))), np.inf)
    reach = np.hypot(half, np.degrees(2 * ball_rad))
    own = np.maximum(np.abs(west), np.abs(east)) + half < 180
    chains, reach = chains[own], reach[own]
    one, other = shapely.STRtree(chains).query(chains, "dwithin", distance=reach)
    # Of two that are too near to each other one goes.
    kept = np.ones(len(chains), bool)
    kept[np.maximum(one, other)[one != other]] = False
    return shapely.get_coordinates(chains[kept], return_index=True)


def _cut(line: Floats, ball_rad: float) -> list[Floats]:
    """Return the chains of one line."""
    unit = vectors(line[:, 1], line[:, 0])
    along = np.concatenate(([0.0], np.cumsum(angles(unit[:-1], unit[1:]))))
    gap = _GAP_BALLS * ball_rad
    count = int(min(along[-1] / (2 * _CHAIN_BALLS * ball_rad), _MOST_CHAINS))
    if count < 1:
        return []
    bound = np.linspace(0, along[-1], count + 1)
    begin, end = bound[:-1] + gap, bound[1:] - gap
    mark = np.union1d(along, np.concatenate((begin, end)))
    place = np.column_stack([np.interp(mark, along, axis) for axis in line.T])
    first = np.searchsorted(mark, begin)
    last = np.searchsorted(mark, end, "right")
    return [place[i:j] for i, j in zip(first.tolist(), last.tolist(), strict=True)]


def _ends_rad(chain: Floats, row: Ints) -> Floats:
    """Return how far the ends of each chain are apart, on the sphere."""
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    lasts = np.append(starts[1:], len(row)) - 1 if len(row) else starts
    unit = vectors(chain[:, 1], chain[:, 0])
    return angles(unit[starts], unit[lasts])


def _are_rim(region: Region, chain: Floats, row: Ints) -> Bools:
    """Tell which chains seem to part a region from what is outside."""
    starts = np.searchsorted(row, np.arange(row.max(initial=-1) + 1))
    sizes = np.diff(starts, append=len(row))
    seen = np.ones(len(starts), bool)
    for share in _ASKED:
        # The edge that holds the place so far along the positions, and its middle.
        at = starts + (share * (sizes - 1)).astype(np.int64)
        a, b = chain[at], chain[at + 1]
        x, y = ((a + b) / 2).T
        aside = b - a
        aside *= _BESIDE_DEG / np.linalg.norm(aside, axis=1, keepdims=True)
        left, right = (
            region.contains_points(
                lat=y + side * aside[:, 0], lon=x - side * aside[:, 1]
            )
            for side in (1, -1)
        )
        seen &= left != right
    return seen
