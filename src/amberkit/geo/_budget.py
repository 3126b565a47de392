"""How many cells the rim of a region needs at least, told before any work."""

from __future__ import annotations

import numpy as np
import shapely

from amberkit.geo import _geodesy
from amberkit.geo._judge import disks
from amberkit.geo._plane import WORLD
from amberkit.geo._regions import Disk, Polygon, Region
from amberkit.geo._spherical import angles, vectors

__all__ = ["least_rim"]

_SAMPLES = 256
# How far points on either side of a rim are from it, as a part of the radius.
_BESIDE = 1e-6


def least_rim(region: Region, ball_rad: float) -> float:
    """Return how many balls it takes at least to hold the rim of a region.

    Every point of the rim lies in the hull of an undecided cell. The part of a convex
    line that lies in a ball is no longer than the ball's rim: so a disk needs the
    quotient of both rims. A line of a polygon's rim is at least as long as it is
    wide, and a ball holds no more of the way across than its own width. Of a
    combination, the disks count as far as their rims are rims of the whole, by samples;
    half of that is allowed for.
    """
    match region:
        case Disk():
            return _disk_rim(region, ball_rad)
        case Polygon():
            return _width_rad(region) / (2 * ball_rad)
        case _:
            shares = ((disk, _rim_share(region, disk)) for disk in disks(region))
            rims = [_disk_rim(disk, ball_rad) * share / 2 for disk, share in shares]
            return max(rims, default=0)


def _disk_rim(disk: Disk, ball_rad: float) -> float:
    turn = min(disk.radius_m, _geodesy.FARTHEST_M - disk.radius_m)
    turn /= _geodesy.LONGEST_RADIUS_M
    rim_m = 2 * np.pi * _geodesy.LEAST_RADIUS_M * np.sin(turn)
    ball_m = 2 * np.pi * _geodesy.LONGEST_RADIUS_M * ball_rad
    return float(rim_m / ball_m)


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


def _width_rad(polygon: Polygon) -> float:
    """Return how wide the widest line of the rim is at least, in radians on the sphere.

    What parts of a polygon share is no rim, nor is a cut at the antimeridian.
    """
    rim = shapely.intersection(polygon.plane.edge, WORLD)
    width = 0.0
    for line in shapely.get_parts(rim):
        if line.is_empty:
            continue
        lon, lat = shapely.get_coordinates(line).T
        vector = vectors(lat, lon)
        low, high = vector[vector.argmin(axis=0)], vector[vector.argmax(axis=0)]
        width = max(width, float(angles(low, high).max()))
    return width
