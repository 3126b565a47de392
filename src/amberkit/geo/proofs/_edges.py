"""How a set of cells lies among all cells: what is in it, and the edges it ends at."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.cells._cells import CellSet
from amberkit.geo.earth._spherical import degrees, midpoints, successors
from amberkit.geo.lattice import _lattice
from amberkit.geo.lattice._ids import children, resolutions, slot_ids, slots

__all__ = ["Family", "outer_edges"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]

# How far beyond the middle of an edge the cell on its other side is looked for, as a
# share of the way from the center.
_BEYOND = 0.01


@attrs.frozen
class Family:
    """The descendants of some cells, at the resolution of a set, seen from the set."""

    has_first: Bools
    """Whether the descendant in the middle of each, which is the first, is in it."""
    has_some: Bools
    """Whether any is."""
    has_all: Bools
    """Whether all are."""

    @classmethod
    def of(cls, ids: Ids, level: int, cells: CellSet) -> Family:
        """Return what is known of cells of a level that is not finer than the set."""
        ranges, goal = cells.ranges(), cells.resolution
        slot, size = slots(ids, level), 7 ** (goal - level)
        first, last = (
            slot_ids(slot * size, goal),
            slot_ids(slot * size + size - 1, goal),
        )
        # The first range that does not end before the family begins; one that no
        # family reaches stands for none.
        row = np.searchsorted(ranges[:, 1], first)
        begin, end = np.vstack((ranges, np.full((1, 2), 2**64 - 1, np.uint64)))[row].T
        has_first = begin <= first
        return cls(has_first, begin <= last, has_first & (last <= end))


def outer_edges(cells: CellSet) -> tuple[Floats, Floats]:
    """Return the edges with a cell of the set on one side only.

    Down from the coarse cells: what has only whole cells of the set around it has no
    descendant at the edge of the set.

    Returns:
        Where each edge starts and where it ends, unit vectors ``(n, 3)``; a cell of
        the set is to the left.
    """
    compact = cells.compact
    found = resolutions(compact)
    ids, edges = compact[:0], np.empty((2, 0, 3))
    for level in range(cells.resolution + 1):
        if level:
            ids, _ = children(ids, level)
        ids = np.concatenate((ids, compact[found == level]))
        start, sizes = _lattice.boundaries(ids)
        end = start[successors(sizes)]
        owner = np.repeat(np.arange(len(ids)), sizes)
        middle = midpoints(start, end)
        across = middle + (middle - _lattice.centers(ids)[owner]) * _BEYOND
        other = _lattice.cells_at(*degrees(across), level)
        ends_here = ~Family.of(other, level, cells).has_all
        ids = ids[np.unique(owner[ends_here])]
        edges = np.stack((start, end))[:, ends_here]
    return edges[0], edges[1]
