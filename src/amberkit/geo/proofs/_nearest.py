"""How far points are from a goal: from a rim, or from a line of many arcs.

The nearest arc is found by straight chords through the earth, among those whose shadow
on one plane is near enough: no shadow is farther away than what casts it. The distance
is then a geodesic, to a point that is on the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, degrees, midpoints, vectors
from amberkit.geo.regions._regions import Corridor, Disk, Region, Round
from amberkit.geo.shapes._drawing import lengths_and_heights
from amberkit.values import LatLon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Goal", "Line", "goal_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Arcs are cut to this length, so that they are nowhere 8 cm above their chord, and
# straight edges in longitude and latitude until no arc is farther from them than this.
_LONGEST_RAD = 2_000 / _geodesy.LONGEST_RADIUS_M
_OFF_M = 0.05
_DEEP_M = 0.1
_QUARTER_M = 9_900_000
_AT_ONCE = 4_000_000


class Goal(Protocol):
    """Something to be near to; points are unit vectors on h3's sphere, ``(n, 3)``."""

    def nearest(self, vector: Floats) -> Ints:
        """Return the number of the part that is nearest to each point."""

    def distances_to(self, vector: Floats, part: Ints) -> Floats:
        """Return how far each point is from one part at most, in meters."""

    def distances(self, vector: Floats) -> Floats:
        """Return how far each point is away at most, in meters.

        A few centimeters more than it is, or a hundred-thousandth.
        """

    def least_distances(self, vector: Floats) -> Floats:
        """Return how far each point is away at least, in meters.

        Up to 100 km, 0.2 m less than it is.
        """


def goal_of(region: Region, shape: BaseGeometry) -> Goal:
    """Return a region as a goal for points that are not in it.

    Args:
        region: The region.
        shape: The region drawn: from inside where distances may be too large, from
            outside where they may be too small.
    """
    if isinstance(region, (Disk, Corridor)):
        return _Rim(region)
    return Line.of_shape(shape)


class _Rim:
    """The rim of a disk or a corridor, in one part; within it, distances are 0."""

    def __init__(self, region: Round) -> None:
        self._region = region

    def nearest(self, vector: Floats) -> Ints:
        return np.zeros(len(vector), np.int64)

    def distances_to(
        self,
        vector: Floats,
        part: Ints,  # noqa: ARG002 - the protocol's; there is one part
    ) -> Floats:
        return self.distances(vector)

    def distances(self, vector: Floats) -> Floats:
        lat, lon = degrees(vector)
        if isinstance(self._region, Disk):
            far = _geodesy.distances(self._region.center, lat, lon)
            return np.maximum(far - self._region.radius_m, 0)
        far = self._region.track.distances(lat, lon)
        return np.maximum(far - self._region.reach_m, 0)

    def least_distances(self, vector: Floats) -> Floats:
        return self.distances(vector)


class Line:
    """Great-circle arcs, from *start* to *end*, unit vectors ``(n, 3)``; not empty."""

    def __init__(self, start: Floats, end: Floats) -> None:
        self._start, self._end = _short_arcs(start, end)
        a, b = _geodesy.positions(self._start), _geodesy.positions(self._end)
        self._foot, self._way = a, b - a
        self._axes = _plane_below(self._start.mean(axis=0))
        shadows = np.stack((a @ self._axes, b @ self._axes), axis=1)
        self._tree = shapely.STRtree(np.asarray(shapely.linestrings(shadows)))

    @classmethod
    def of_edges(cls, start: Floats, end: Floats) -> Line:
        """Return straight edges in longitude and latitude, ``(lon, lat)`` rows."""
        done: list[tuple[Floats, Floats]] = []
        while len(start):
            length, high = lengths_and_heights(start, end)
            bend_m = 2 * np.tan(high) * length**2 / 8 * _geodesy.LONGEST_RADIUS_M
            fine = np.minimum(bend_m, length * _geodesy.LONGEST_RADIUS_M) <= _OFF_M
            # A great circle may go the other way round the earth.
            fine &= length <= 1
            done.append((start[fine], end[fine]))
            start, end = start[~fine], end[~fine]
            middle = (start + end) / 2
            start, end = np.vstack((start, middle)), np.vstack((middle, end))
        a, b = (np.vstack([pair[side] for pair in done]) for side in (0, 1))
        return cls(vectors(a[:, 1], a[:, 0]), vectors(b[:, 1], b[:, 0]))

    @classmethod
    def of_shape(cls, shape: BaseGeometry) -> Line:
        """Return the edges of a shape's parts; of a part without area, the part."""
        parts = shapely.get_parts(shape)
        is_area = shapely.get_dimensions(parts) == 2
        lines = np.concatenate((shapely.get_rings(parts[is_area]), parts[~is_area]))
        point, line = shapely.get_coordinates(lines, return_index=True)
        # A single point is an edge to itself.
        single = np.bincount(line)[line] == 1
        joined = line[1:] == line[:-1]
        start = np.vstack((point[:-1][joined], point[single]))
        end = np.vstack((point[1:][joined], point[single]))
        return cls.of_edges(start, end)

    @property
    def corners(self) -> Floats:
        """Where arcs begin, unit vectors ``(n, 3)``."""
        return self._start

    def nearest(self, vector: Floats) -> Ints:
        return self._nearest(vector)[0]

    def distances_to(self, vector: Floats, part: Ints) -> Floats:
        row = np.arange(len(vector))
        _, share = self._chords(_geodesy.positions(vector), row, part)
        start, end = self._start[part], self._end[part]
        lat, lon = degrees(start * (1 - share[:, None]) + end * share[:, None])
        return _geodesy.distances_between(*degrees(vector), lat, lon) + _OFF_M

    def distances(self, vector: Floats) -> Floats:
        return self.distances_to(vector, self.nearest(vector))

    def least_distances(self, vector: Floats) -> Floats:
        return self._nearest(vector)[1] - _OFF_M - _DEEP_M

    def reach_m(self, center: LatLon) -> float:
        """Return a bound on the distance of a point to all others on the line.

        Up to a quarter of the earth, an arc of 2 km is less than a millimeter farther
        away than its ends; beyond, the bound is 1 km over the truth.
        """
        ends = np.vstack((self._start, self._end))
        far = float(_geodesy.distances(center, *degrees(ends)).max())
        return far + _OFF_M + (1e-3 if far < _QUARTER_M else 1_000)

    def _nearest(self, vector: Floats) -> tuple[Ints, Floats]:
        """Return the nearest arcs, and how far their chords are."""
        arc, chord = np.empty(len(vector), np.int64), np.empty(len(vector))
        size = max(1, _AT_ONCE // len(self._foot))
        for begin in range(0, len(vector), size):
            some = slice(begin, begin + size)
            arc[some], chord[some] = self._some_nearest(vector[some])
        return arc, chord

    def _some_nearest(self, vector: Floats) -> tuple[Ints, Floats]:
        place = _geodesy.positions(vector)
        shadow = shapely.points(place @ self._axes)
        first = np.asarray(self._tree.nearest(shadow))
        limit, _ = self._chords(place, np.arange(len(vector)), first)
        row, arc = self._tree.query(shadow, predicate="dwithin", distance=limit + 1e-3)
        chord, _ = self._chords(place, row, arc)
        order = np.lexsort((chord, row))
        best = order[np.searchsorted(row[order], np.arange(len(vector)))]
        return arc[best], chord[best]

    def _chords(self, place: Floats, row: Ints, arc: Ints) -> tuple[Floats, Floats]:
        """Return how far points are from chords, and where along these."""
        foot, way = self._foot[arc], self._way[arc]
        up = place[row] - foot
        square = np.maximum(np.einsum("ij,ij->i", way, way), 1e-30)
        share = np.clip(np.einsum("ij,ij->i", up, way) / square, 0, 1)
        return np.linalg.norm(up - share[:, None] * way, axis=1), share


def _short_arcs(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    done = []
    while len(start):
        short = angles(start, end) <= _LONGEST_RAD
        done.append((start[short], end[short]))
        start, end = start[~short], end[~short]
        middle = midpoints(start, end)
        start, end = np.vstack((start, middle)), np.vstack((middle, end))
    a, b = (np.vstack([pair[side] for pair in done]) for side in (0, 1))
    return a, b


def _plane_below(hub: Floats) -> Floats:
    """Return two axes, ``(3, 2)``, of the plane on which a point looks down."""
    _, _, axes = np.linalg.svd(hub[None])
    return np.asarray(axes[1:].T)
