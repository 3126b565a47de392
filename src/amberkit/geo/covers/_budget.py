"""How many cells the rim of a region needs at least, told before any work."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.covers._judge import rounds
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, vectors
from amberkit.geo.regions._plane import WORLD
from amberkit.geo.regions._regions import Corridor, Disk, Polygon, Region

__all__ = ["least_rim"]

_SAMPLES = 256
# How far points on either side of a rim are from it, as a part of the radius.
_BESIDE = 1e-6


def least_rim(region: Region, ball_rad: float) -> float:
    """Return how many balls it takes at least to hold the rim of a region.

    Every point of the rim lies in the hull of an undecided cell. The part of a convex
    line that lies in a ball is no longer than the ball's rim: so a disk needs the
    quotient of both rims. Of a circle a hundred times as wide as the ball it is one
    arc, no more than a fortieth longer than the ball is wide. A line of a polygon's
    rim, and one around a corridor, is at least as long as it is wide, and a ball holds
    no more of the way across than its own width. Of a combination, the disks count as
    far as their rims are rims of the whole, by samples; half of that is allowed for.
    """
    match region:
        case Disk():
            return _disk_rim(region, ball_rad)
        case Corridor():
            places = np.array([(p.lon, p.lat) for p in region.lines[0]])
            # Several lines, or a very long one, might leave no rim at all.
            is_plain = len(region.lines) == 1 and region.track.length_m.sum() < 8e6
            return _width_rad([places]) / (2 * ball_rad) if is_plain else 0
        case Polygon():
            # What parts of a polygon share is no rim, nor is a cut at 180 degrees.
            rim = shapely.intersection(region.plane.edge, WORLD)
            lines = map(shapely.get_coordinates, shapely.get_parts(rim))
            return _width_rad(lines) / (2 * ball_rad)
        case _:
            disks = [part for part in rounds(region) if isinstance(part, Disk)]
            rims = [_disk_rim(d, ball_rad) * _rim_share(region, d) / 2 for d in disks]
            return max(rims, default=0)


def _disk_rim(disk: Disk, ball_rad: float) -> float:
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


def _width_rad(lines: Iterable[npt.NDArray[np.float64]]) -> float:
    """Return how wide the widest line is at least, in radians on the sphere.

    Args:
        lines: Rows of ``(lon, lat)`` in degrees.
    """
    width = 0.0
    for line in lines:
        lon, lat = line.reshape(-1, 2).T
        if len(lon):
            vector = vectors(lat, lon)
            low, high = vector[vector.argmin(axis=0)], vector[vector.argmax(axis=0)]
            width = max(width, float(angles(low, high).max()))
    return width
