"""How far points are from a line on the earth that consists of many arcs.

The nearest arc is found by straight chords through the earth, among those whose shadow
on one plane is near enough: no shadow is farther away than what casts it. The distance
is then a geodesic, to a point that is on the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo import _geodesy
from amberkit.geo._drawing import lengths_and_heights
from amberkit.geo._spherical import angles, degrees, midpoints, vectors

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Line"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Arcs are cut to this length, so that they are nowhere 8 cm above their chord, and
# straight edges in longitude and latitude until no arc is farther from them than this.
_LONGEST_RAD = 2_000 / _geodesy.LONGEST_RADIUS_M
_OFF_M = 0.05
_DEEP_M = 0.1
_AT_ONCE = 4_000_000


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

    def distances(self, vector: Floats) -> tuple[Floats, Floats]:
        """Return what the distance of each point is at least and at most, in meters.

        The bounds are 0.2 m apart for points within 100 km, and more beyond: the one
        from above stays good to a hundred-thousandth.

        Args:
            vector: Points as unit vectors on h3's sphere, ``(n, 3)``.
        """
        least, most = np.empty(len(vector)), np.empty(len(vector))
        size = max(1, _AT_ONCE // len(self._foot))
        for begin in range(0, len(vector), size):
            some = slice(begin, begin + size)
            least[some], most[some] = self._some_distances(vector[some])
        return least, most

    def _some_distances(self, vector: Floats) -> tuple[Floats, Floats]:
        place = _geodesy.positions(vector)
        shadow = shapely.points(place @ self._axes)
        first = np.asarray(self._tree.nearest(shadow))
        row = np.arange(len(vector))
        limit, _ = self._chords(place, row, first)
        row, arc = self._tree.query(shadow, predicate="dwithin", distance=limit + 1e-3)
        chord, share = self._chords(place, row, arc)
        best = np.lexsort((chord, row))
        best = best[np.searchsorted(row[best], np.arange(len(vector)))]
        share = share[best, None]
        start, end = self._start[arc[best]], self._end[arc[best]]
        lat, lon = degrees(start * (1 - share) + end * share)
        most = _geodesy.distances_between(*degrees(vector), lat, lon)
        return chord[best] - _OFF_M - _DEEP_M, most + _OFF_M

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
    return (
        np.vstack([pair[0] for pair in done]),
        np.vstack([pair[1] for pair in done]),
    )


def _plane_below(hub: Floats) -> Floats:
    """Return two axes, ``(3, 2)``, of the plane on which a point looks down."""
    _, _, axes = np.linalg.svd(hub[None])
    return np.asarray(axes[1:].T)
