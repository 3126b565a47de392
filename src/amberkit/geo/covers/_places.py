"""Many places at once: points with a ball around each, some of them cells of h3."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import degrees
from amberkit.geo.lattice import _h3, _lattice
from amberkit.geo.lattice._ids import resolutions
from amberkit.geo.lattice._net import STEP_0
from amberkit.values import LatLon

__all__ = ["Places", "reach_rad"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_NO_IDS: Ids = np.empty(0, np.uint64)


def reach_rad(resolution: int) -> float:
    """Return how far a cell and all its descendants reach from its center, at most.

    Measured in radians on h3's sphere. On the plane of the icosahedron, unfolded, the
    center of a child is at most one step of its resolution from its parent's, a corner
    is 1/sqrt(3) steps from its cell's center, and each resolution divides the step by
    q = sqrt(7). With s steps of the cell's own resolution, n generations down:
    s (1/q + ... + 1/q^n + 1/(q^n sqrt 3)), which grows with n towards s / (q - 1).
    Projection to the sphere shortens every line, so this bounds the angle too. The
    rest is for rounding: a millionth, and 0.6 mm.
    """
    step = STEP_0 * 7 ** (-resolution / 2)
    return step / (7**0.5 - 1) * (1 + 1e-6) + 1e-10


class Places:
    """Points, the balls around them, and what was already asked about them.

    Distances are computed when first needed, row by row, and kept: nested disks around
    one center share them.
    """

    def __init__(self, vector: Floats, reach: Floats, ids: Ids = _NO_IDS) -> None:
        self.vector = vector
        """The points as unit vectors on h3's sphere, ``(n, 3)``."""
        self.reach_rad = reach
        """Radius of each ball in radians on h3's sphere."""
        self._ids = ids
        self._distances: dict[LatLon, Floats] = {}

    @classmethod
    def of_cells(cls, ids: Ids) -> Places:
        """Return the centers of cells, with balls that hold all their descendants."""
        reach = np.array([reach_rad(r) for r in range(16)])
        return cls(_lattice.centers(ids), reach[resolutions(ids)], ids)

    def __len__(self) -> int:
        return len(self.vector)

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

    def distance_bounds(self, center: LatLon, rows: Ints) -> tuple[Floats, Floats]:
        """Return what the distances of *rows* are at least and at most, in meters."""
        return _geodesy.distance_bounds(center, self._positions[rows])

    @cached_property
    def _positions(self) -> Floats:
        return _geodesy.positions(self.vector)

    def cells(self, rows: Ints) -> Ids:
        """Return the ids of *rows*, which must be cells."""
        return self._ids[rows]

    def boundaries(self, rows: Ints) -> tuple[Floats, Ints]:
        """Return the corners of the cells in *rows*, as `_lattice.boundaries` does."""
        return _lattice.boundaries(self.cells(rows))

    def holds(self, point: LatLon, rows: Ints) -> Bools:
        """Tell which of the cells in *rows* holds a point."""
        ids = self.cells(rows)
        found = {
            r: _h3.cell_at(point.lat, point.lon, r)
            for r in set(resolutions(ids).tolist())
        }
        return np.isin(ids, np.array(list(found.values()), np.uint64))
