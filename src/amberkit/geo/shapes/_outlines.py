"""From rings around the earth to areas of the plane of longitude and latitude."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.earth import _geodesy
from amberkit.geo.regions._plane import WORLD, turned

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Chords", "in_world", "side", "unrolled"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def unrolled(rim: Floats) -> Floats:
    """Return a ring closed, each step of longitude the shorter way.

    Args:
        rim: An open ring as ``(lon, lat)`` rows in degrees.
    """
    closed = np.vstack((rim, rim[:1]))
    closed[:, 0] = np.unwrap(closed[:, 0], period=360)
    return closed


def side(line: Floats, lon: float, lat: float) -> BaseGeometry:
    """Return the side of a ring, as `unrolled` gives it, on which a point lies."""
    if abs(line[-1, 0] - line[0, 0]) < 180:
        shape = in_world(shapely.Polygon(line))
    else:
        # The ring goes round the earth: close it along a pole.
        ends = np.array([[line[-1, 0], 90], [line[0, 0], 90]])
        shape = in_world(shapely.Polygon(np.vstack((line, ends))))
    if not shapely.intersects_xy(shape, lon, lat):
        return shapely.difference(WORLD, shape)
    return shape


def in_world(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of the rolled-out plane within -180 to 180 degrees."""
    # A ring that crosses itself keeps its edges, and so what these surely enclose.
    sound = shapely.make_valid(shape)
    copies = [shapely.intersection(c, WORLD) for c in turned(sound, -180, 180)]
    return shapely.union_all(copies)


@attrs.frozen
class Chords:
    """Straight lines in longitude and latitude: their ends as ``(lon, lat)`` rows."""

    a: Floats
    b: Floats

    def middles(self) -> Floats:
        return np.asarray((self.a + self.b) / 2)

    def halves(self, rows: Bools) -> Chords:
        """Return those in *rows*, each cut in the middle."""
        a, b, middle = self.a[rows], self.b[rows], self.middles()[rows]
        return Chords(np.concatenate((a, middle)), np.concatenate((middle, b)))

    def least_m(self, far_a: Floats, far_b: Floats) -> Floats:
        """Return a lower bound on the distance of any point of them from something.

        The second derivative of distance along a curve is at most 1/d plus the curve's
        own bend. A straight line in longitude and latitude bends at most twice the
        tangent of its latitude, by the radius.

        Args:
            far_a: How far the first ends are from it, in meters.
            far_b: How far the second ends are.
        """
        lat_a, lat_b = (np.radians(np.abs(end[:, 1])) for end in (self.a, self.b))
        high = np.minimum(np.maximum(lat_a, lat_b), np.pi / 2 - 1e-9)
        low = np.where(self.a[:, 1] * self.b[:, 1] < 0, 0, np.minimum(lat_a, lat_b))
        step = np.radians(self.b - self.a)
        length = np.hypot(step[:, 0] * np.cos(low), step[:, 1])
        length = length * _geodesy.LONGEST_RADIUS_M
        least = (far_a + far_b - length) / 2
        bend = 2 * np.tan(high) / _geodesy.LEAST_RADIUS_M
        sag = (1 / np.maximum(least, 1e-9) + bend) * length**2 / 8
        return np.asarray(np.maximum(least, np.minimum(far_a, far_b) - sag))
