"""Where a distance is greatest over the cells of a set, by branch and bound.

From one point to another a distance changes by no more than they are apart: what it is
in the middle of a cell or of a triangle, and how far that reaches, bound it there.
Cells whose bound is no more than what was already found are dropped, others are cut,
into their children and at last into triangles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.cells._cells import CellSet
from amberkit.geo.cells._rim import Members
from amberkit.geo.covers._places import reach_rad
from amberkit.geo.earth._geodesy import LONGEST_RADIUS_M
from amberkit.geo.earth._spherical import angles, degrees, midpoints, successors
from amberkit.geo.lattice import _lattice
from amberkit.geo.lattice._ids import children, slot_ids
from amberkit.values import LatLon

__all__ = ["Farthest", "Measure", "farthest_point"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]

# What stays open: meters, or a share of the distance.
_OPEN_M = 0.6
_OPEN_SHARE = 5e-6

Measure: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Bools]]
"""From points, unit vectors ``(n, 3)``, and how far each stands for others, in meters
``(n,)``, to a bound from above on the distance of each, good to some decimeters, and
whether the point itself counts. The bound is ``-inf`` where no point within reach
counts."""


@attrs.frozen
class Farthest:
    """The greatest distance: a bound from above, and the point that comes nearest."""

    bound_m: float
    witness: LatLon | None


def farthest_point(cells: CellSet, measure: Measure) -> Farthest:
    """Return where a distance is greatest among the points that count in *cells*."""
    search, members = _Search(measure), Members(cells.ranges(), cells.resolution)
    ids = slot_ids(np.arange(122), 0)
    for level in range(cells.resolution):
        ids = ids[members.are_met(ids, level)]
        own = members.are_met(members.middles(ids, level), cells.resolution)
        reach = np.full(len(ids), reach_rad(level, cells.resolution))
        ids = ids[search.may_hold_more(_lattice.centers(ids), reach, own)]
        ids, _ = children(ids, level + 1)
    ids = ids[members.are_met(ids, cells.resolution)]
    search.cut(*_triangles(ids))
    return Farthest(search.bound_m, search.witness)


def _triangles(ids: Ids) -> tuple[Floats, Floats, Floats]:
    corner, sizes = _lattice.boundaries(ids)
    hub = np.repeat(_lattice.centers(ids), sizes, axis=0)
    return hub, corner, corner[successors(sizes)]


class _Search:
    """What was found so far, and a bound on what was dropped."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._best_m = -1.0
        self.witness: LatLon | None = None
        self.bound_m = 0.0

    def cut(self, a: Floats, b: Floats, c: Floats) -> None:
        """Search triangles, cutting them while they may hold more."""
        # A distance is mostly greatest in a corner.
        corners = np.unique(np.concatenate((a, b)), axis=0)
        self._ask(corners, np.zeros(len(corners)), np.ones(len(corners), bool))
        while len(a):
            middle = a + b + c
            middle /= np.linalg.norm(middle, axis=1, keepdims=True)
            reach = np.maximum.reduce([angles(middle, corner) for corner in (a, b, c)])
            still = self.may_hold_more(middle, reach, np.ones(len(a), bool))
            a, b, c = a[still], b[still], c[still]
            ab, bc, ca = midpoints(a, b), midpoints(b, c), midpoints(c, a)
            a, b, c = (
                np.concatenate(corners)
                for corners in ((a, ab, ca, ab), (ab, b, bc, bc), (ca, bc, c, ca))
            )

    def may_hold_more(self, middle: Floats, reach_rad: Floats, own: Bools) -> Bools:
        """Tell which balls may hold more than was found; keep the bound of others.

        Args:
            middle: The middle of each ball.
            reach_rad: Its radius.
            own: Whether its middle is in the set.
        """
        reach = reach_rad * LONGEST_RADIUS_M
        bound = self._ask(middle, reach, own) + reach
        open_m = max(_OPEN_M, self._best_m * _OPEN_SHARE)
        # Where nothing was found that counts, the smallest pieces are bound enough.
        more = (bound > self._best_m + open_m) & (reach > open_m / 2)
        dropped = float(bound[~more].max(initial=0))
        self.bound_m = max(self.bound_m, self._best_m, dropped)
        return np.asarray(more)

    def _ask(self, vector: Floats, reach_m: Floats, own: Bools) -> Floats:
        far, counts = self._measure(vector, reach_m)
        value = np.where(own & counts, far, -1)
        if value.max(initial=-1) > self._best_m:
            at = int(value.argmax())
            lat, lon = degrees(vector[at])
            self._best_m = float(value[at])
            self.witness = LatLon(lat=float(lat), lon=float(lon))
        return far
