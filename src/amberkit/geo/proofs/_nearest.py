"""How far points are from a goal: from a rim, or from a line of many arcs.

The nearest arc is found by straight chords through the earth: arcs are in bunches of
neighbors, each in a ball, and only bunches are searched whose ball is near enough. The
distance is then a geodesic, to a point that is on the line.
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
# How many arcs are searched together.
_BUNCH = 32
# As many numbers at a time as stay in the processor's cache.
_AT_ONCE = 100_000
# How far distances found by squares may be off.
_ROUGH_M = 1


class Goal(Protocol):
    """Something to be near to; points are unit vectors on h3's sphere, ``(n, 3)``."""

    def nearest(self, vector: Floats) -> Ints:
        """Return the number of the part that is nearest to each point."""

    def distances_to(self, vector: Floats, part: Ints) -> Floats:
        """Return how far each point is from one part at most, in meters."""

    def ends(self, part: Ints) -> Floats:
        """Return where parts end, ``(n, 2, 2)`` longitudes and latitudes.

        Not finite for a part that has no ends.
        """

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

    def ends(self, part: Ints) -> Floats:
        return np.full((len(part), 2, 2), np.nan)

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
        self._bunch = _bunches((a + b) / 2)
        self._hub = (a + b)[self._bunch].mean(axis=1) / 2
        off = self._hub[:, None]
        far = [np.linalg.norm(end[self._bunch] - off, axis=2) for end in (a, b)]
        self._reach = np.maximum(*far).max(axis=1)

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

    def ends(self, part: Ints) -> Floats:
        lat, lon = degrees(np.stack((self._start[part], self._end[part]), axis=1))
        return np.stack((lon, lat), axis=2)

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
        size = max(1, _AT_ONCE // len(self._hub))
        for begin in range(0, len(vector), size):
            some = slice(begin, begin + size)
            arc[some], chord[some] = self._some_nearest(vector[some])
        return arc, chord

    def _some_nearest(self, vector: Floats) -> tuple[Ints, Floats]:
        place = _geodesy.positions(vector)
        apart = _apart(place, self._hub)
        row = np.arange(len(place))
        first = (apart + self._reach).argmin(axis=1)
        _, chord = self._nearest_in(place, row, first)
        # All that may hold nearer ones, the first again.
        row, bunch = np.nonzero(apart - self._reach <= chord[:, None] + _ROUGH_M)
        arcs, chords = self._nearest_in(place, row, bunch)
        order = np.lexsort((chords, row))
        best = order[np.searchsorted(row, np.arange(len(place)))]
        return arcs[best], chords[best]

    def _nearest_in(self, place: Floats, row: Ints, bunch: Ints) -> tuple[Ints, Floats]:
        """Return for each pair of a point and a bunch the nearest arc of these."""
        found: list[tuple[Ints, Floats]] = [(np.empty(0, np.int64), np.empty(0))]
        size = max(1, _AT_ONCE // 4 // _BUNCH)
        for begin in range(0, len(row), size):
            rows = row[begin : begin + size, None]
            arcs = self._bunch[bunch[begin : begin + size]]
            chords, _ = self._chords(place, *np.broadcast_arrays(rows, arcs))
            at = chords.argmin(axis=1)[:, None]
            found.append(
                (
                    np.take_along_axis(arcs, at, axis=1)[:, 0],
                    np.take_along_axis(chords, at, axis=1)[:, 0],
                )
            )
        arc, chord = (np.concatenate([pair[i] for pair in found]) for i in (0, 1))
        return arc, chord

    def _chords(self, place: Floats, row: Ints, arc: Ints) -> tuple[Floats, Floats]:
        """Return how far points are from chords, and where along these."""
        way = self._way[arc]
        up = place[row] - self._foot[arc]
        square = np.maximum(np.einsum("...i,...i", way, way), 1e-30)
        share = np.clip(np.einsum("...i,...i", up, way) / square, 0, 1)
        off = up - share[..., None] * way
        return np.sqrt(np.einsum("...i,...i", off, off)), share


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


def _bunches(place: Floats) -> Ints:
    """Return the numbers of points in bunches of neighbors, some of them twice.

    All are cut in half across their longest side, and the halves again.
    """
    count = 1 << max(0, (len(place) - 1) // _BUNCH).bit_length()
    bunch = np.arange(count * _BUNCH)[None] * len(place) // (count * _BUNCH)
    while len(bunch) < count:
        several = place[bunch]
        longest = np.ptp(several, axis=1).argmax(axis=1)[:, None, None]
        along = np.take_along_axis(several, longest, axis=2)[..., 0]
        bunch = np.take_along_axis(bunch, along.argsort(axis=1), axis=1)
        bunch = bunch.reshape(2 * len(bunch), -1)
    return bunch


def _apart(place: Floats, hub: Floats) -> Floats:
    """Return the distances of points from hubs, ``(n, m)``, good to half a meter."""
    square = (place**2).sum(axis=1)[:, None] + (hub**2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(square - 2 * place @ hub.T, 0)))
