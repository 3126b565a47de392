"""The rim of a set of cells: from the coarse cells down, along the rim only.

A cell whose descendants are all in the set, and those of its neighbors too, is inside:
no cell below it has a neighbor outside. For the parents of two neighbors are neighbors
or the same: a parent's center is at most one step of its children's from theirs, so
two such parents are at most three steps apart, and on their lattice the nearest centers
are sqrt(7) steps away and the next ones already sqrt(21). All other cells of the set
are cut into their children. So the cost grows with the rim and not with the area.

Three cells meet at each corner. So of the edges that have the set on their left and not
on their right, at each corner of the rim one arrives and one leaves: they make rings
that never touch. A corner is told by the cells that meet there, which are exact, and
not by its coordinates, which are rounded.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo._errors import BudgetExceeded
from amberkit.geo.earth._spherical import degrees, successors
from amberkit.geo.lattice import _lattice
from amberkit.geo.lattice._ids import children, slot_ids

__all__ = ["Members", "cycles", "rim"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


class Members:
    """A set of cells, asked about cells of its resolution and coarser ones."""

    def __init__(self, ranges: Ids, resolution: int) -> None:
        """Take closed intervals of ids, as few as can be and in order."""
        self.first, self.last = ranges.T
        self.resolution = resolution

    def are_all_in(self, ids: Ids, level: int) -> Bools:
        """Tell which cells of resolution *level* have no descendant outside."""
        low, high = self._span(ids, level)
        reach = np.append(self.last, np.uint64(0))
        return high <= reach[np.searchsorted(self.first, low, side="right") - 1]

    def are_met(self, ids: Ids, level: int) -> Bools:
        """Tell which cells of resolution *level* have a descendant in the set."""
        low, high = self._span(ids, level)
        before = np.searchsorted(self.last, low)
        return np.asarray(before < np.searchsorted(self.first, high, side="right"))

    def middles(self, ids: Ids, level: int) -> Ids:
        """Return the descendant in the middle of each cell of resolution *level*."""
        return self._span(ids, level)[0]

    def _span(self, ids: Ids, level: int) -> tuple[Ids, Ids]:
        """Return the first and last descendants: with digits 0, and with digits 6."""
        goal = self.resolution
        ones = sum(1 << (3 * (15 - r)) for r in range(level + 1, goal + 1))
        low = (ids + np.uint64(goal - level << 52)) & ~np.uint64(7 * ones)
        return low, low | np.uint64(6 * ones)


def rim(members: Members, max_cells: int) -> tuple[Floats, Ints]:
    """Return the corners of the rim, and which one follows each.

    Args:
        members: The set.
        max_cells: The most cells that may lie on the rim.

    Returns:
        Unit vectors, ``(n, 3)``, and for each the index of the next one along the rim,
        which has the set on its left.

    Raises:
        BudgetExceeded: If more cells lie on the rim, as soon as that shows.
    """
    ids = slot_ids(np.arange(122), 0)
    for level in range(members.resolution + 1):
        ids = ids[members.are_met(ids, level)]
        full = members.are_all_in(ids, level)
        edges = _Edges(ids[full], level)
        out = ~members.are_met(edges.beyond, level)
        # Each of these cells has one below it, or is one, that lies on the rim.
        count = int((~full).sum() + edges.cells_with(out).sum())
        if count > max_cells:
            advice = "that many lie on the rim; raise max_cells or use to_resolution()"
            raise BudgetExceeded(count, max_cells, advice)
        if level < members.resolution:
            near = ~full
            near[full] = edges.cells_with(~members.are_all_in(edges.beyond, level))
            ids, _ = children(ids[near], level + 1)
    (on_rim,) = np.nonzero(out)
    return edges.start[on_rim], edges.chained(on_rim)


class _Edges:
    """The edges of cells of one resolution, cell by cell and counter-clockwise.

    Where an edge of the icosahedron cuts the edge of a cell, that one counts as two.
    """

    def __init__(self, ids: Ids, resolution: int) -> None:
        self.start, sizes = _lattice.boundaries(ids)
        """The corner at which each edge starts, as unit vectors."""
        self.first = np.cumsum(sizes) - sizes
        """Where the edges of each cell begin."""
        self.following = successors(sizes)
        """The next edge of the same cell."""
        self.cell = np.repeat(ids, sizes)
        hub = np.add.reduceat(self.start, self.first) / sizes[:, None]
        middle = (self.start + self.start[self.following]) / 2
        # Beyond its middle, a tenth of the way there from the middle of the cell.
        point = middle + (middle - np.repeat(hub, sizes, axis=0)) / 10
        self.beyond = _lattice.cells_at(*degrees(point), resolution)
        """The cell on the other side."""

    def cells_with(self, some: Bools) -> Bools:
        """Tell which cells have one of *some* edges."""
        return np.logical_or.reduceat(some, self.first)

    def chained(self, some: Ints) -> Ints:
        """Return which of *some* edges starts where each of them ends."""
        after = np.stack((self.cell, self.beyond, self.beyond[self.following]), axis=1)
        before = np.empty_like(after)
        before[self.following] = after
        ends, starts = (np.sort(cells[some], axis=1) for cells in (after, before))
        by_end, by_start = (np.lexsort(cells.T) for cells in (ends, starts))
        following = np.empty(len(some), np.int64)
        following[by_end] = by_start
        return following


def cycles(following: Ints) -> list[list[int]]:
    """Return the rings of a permutation, each closed with its first index."""
    after = following.tolist()
    done = bytearray(len(after))
    found = []
    for first in range(len(after)):
        if not done[first]:
            ring = [first]
            while not done[ring[-1]]:
                done[ring[-1]] = True
                ring.append(after[ring[-1]])
            found.append(ring)
    return found
