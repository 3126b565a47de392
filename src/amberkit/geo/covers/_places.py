"""Many places at once: points with a ball around each, some of them cells of h3."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import degrees
from amberkit.geo.lattice import _h3
from amberkit.geo.lattice._ids import slots
from amberkit.geo.lattice._lattice import Tiles
from amberkit.geo.lattice._net import STEP_0
from amberkit.values import LatLon

__all__ = ["Places", "centers_reach_rad", "core_rad", "reach_rad"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def centers_reach_rad(resolution: int, goal: int) -> float:
    """Return how far the descendants' centers reach from a cell's own, at most.

    Measured in radians on h3's sphere. On the plane of the icosahedron, unfolded, the
    center of a child is at most one step of its resolution from its parent's, and each
    resolution divides the step by q = sqrt(7). With s steps of the cell's own
    resolution, n generations down: s (1/q + ... + 1/q^n). Projection to the sphere
    shortens every line, so this bounds the angle too. The rest is for rounding: a
    millionth, and 0.6 mm.

    Args:
        resolution: That of the cell.
        goal: That of the descendants, not coarser.
    """
    steps = sum(_step(finer) for finer in range(resolution + 1, goal + 1))
    return steps * (1 + 1e-6) + 1e-10


def reach_rad(resolution: int, goal: int) -> float:
    """Return how far the descendants of a cell reach from its center, at most.

    As `centers_reach_rad`, and from there to a corner, 1/sqrt(3) steps of theirs.
    """
    return centers_reach_rad(resolution, goal) + _step(goal) / 3**0.5 * (1 + 1e-6)


def core_rad(resolution: int) -> float:
    """Return how far around its center everything belongs to a cell, at least.

    Measured as for `reach_rad`. On the plane an edge is half a step away. Projection
    from the middle of the sphere shortens lines at z most along the ray from the middle
    of the face, by 1 + |z|2; a corner of the face, the farthest point of it, is two
    steps of resolution 0 away.
    """
    return _step(resolution) / 2 / (1 + (2 * STEP_0) ** 2) * (1 - 1e-6)


def _step(resolution: int) -> float:
    return STEP_0 * float(7 ** (-resolution / 2))


class Places:
    """Points, the balls around them, and what was already asked about them.

    Distances are computed when first needed, and kept: nested disks around one center
    share them.
    """

    def __init__(
        self, vector: Floats, reach_rad: Floats | float, tiles: Tiles | None = None
    ) -> None:
        self.vector = vector
        """The points as unit vectors on h3's sphere, ``(n, 3)``."""
        self._reach = np.asarray(reach_rad)
        self._tiles = tiles
        self._distances: dict[LatLon, Floats] = {}
        self._chords: dict[LatLon, Floats] = {}

    @classmethod
    def of_tiles(cls, tiles: Tiles, reach_rad: float) -> Places:
        """Return the centers of cells, with balls of one radius around them."""
        return cls(tiles.centers, reach_rad, tiles)

    def __len__(self) -> int:
        return len(self.vector)

    def reach_rad(self, rows: Ints) -> Floats:
        """Return the radii in radians on h3's sphere, one for each row or for all."""
        return self._reach[rows] if self._reach.ndim else self._reach

    @property
    def lat(self) -> Floats:
        """Latitudes in degrees."""
        return self._degrees[0]

    @property
    def lon(self) -> Floats:
        """Longitudes in degrees."""
        return self._degrees[1]

    @cached_property
    def _degrees(self) -> tuple[Floats, Floats]:
        return degrees(self.vector)

    def distances(self, center: LatLon, rows: Ints) -> Floats:
        """Return the geodesic distance in meters from *center* to each of *rows*."""
        known = self._distances.setdefault(center, np.full(len(self), np.nan))
        new = rows[np.isnan(known[rows])]
        known[new] = _geodesy.distances(center, *degrees(self.vector[new]))
        return known[rows]

    def chords(self, center: LatLon, rows: Ints) -> Floats:
        """Return the straight distance in meters from *center* to each of *rows*."""
        if center not in self._chords:
            self._chords[center] = _geodesy.chords(center, self.vector)
        return self._chords[center][rows]

    def are_within(self, center: LatLon, radius_m: float, rows: Ints) -> Bools:
        """Tell which of *rows* are at most *radius_m* from *center*, exactly."""
        chord = self.chords(center, rows)
        inside = chord <= _geodesy.sure_within(radius_m)
        (close,) = np.nonzero(~inside & (chord <= _geodesy.sure_beyond(radius_m)))
        inside[close] = self.distances(center, rows[close]) <= radius_m
        return inside

    @cached_property
    def positions(self) -> Floats:
        """Points of the ellipsoid in meters from its middle, ``(n, 3)``."""
        return _geodesy.positions(self.vector)

    @property
    def tiles(self) -> Tiles:
        """The cells that the points are the centers of."""
        assert self._tiles is not None  # noqa: S101 - only cells are asked for theirs
        return self._tiles

    @property
    def core_rad(self) -> float:
        """How far around its center everything belongs to each cell, in radians."""
        return core_rad(self.tiles.resolution)

    def boundaries(self, rows: Ints) -> tuple[Floats, Ints]:
        """Return the corners of the cells in *rows*, as `_lattice.boundaries` does."""
        return self.tiles.boundaries(rows)

    def holds(self, point: LatLon, rows: Ints) -> Bools:
        """Tell which of the cells in *rows* holds a point."""
        resolution = self.tiles.resolution
        cell = np.array([_h3.cell_at(point.lat, point.lon, resolution)], np.uint64)
        return np.asarray(self.tiles.slot[rows] == slots(cell, resolution))
