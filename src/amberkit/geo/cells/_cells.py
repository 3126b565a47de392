"""Sets of h3 cells of one resolution, kept as ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, final

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo._errors import BudgetExceeded, InvalidCell, MixedResolutions
from amberkit.geo.cells._area import cells_area_m2
from amberkit.geo.lattice import _ids, _lattice
from amberkit.geo.regions._regions import coordinates

__all__ = ["CellSet", "checked_cells", "checked_resolution"]

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_CHUNK = 1 << 16
_NOTHING: Ints = np.empty((0, 2), np.int64)


def checked_resolution(value: object) -> int:
    """Return *value* if it is an h3 resolution.

    Raises:
        InvalidValue: If it is not an ``int`` in 0 to 15; a ``bool`` is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 15:
        raise InvalidValue("resolution", "an int in [0, 15]")
    return value


@final
class CellSet:
    """An immutable set of h3 cells of one resolution.

    It is kept as the shortest list of ranges of ids: two ranges with no cell of this
    resolution between them are one. So equal sets have equal ranges, and the cost of
    set algebra grows with the edge of an area and not with its size.

    Sets combine with ``|``, ``&``, ``-``, ``^`` and compare with ``<=`` if they are of
    one resolution; otherwise `MixedResolutions` is raised, and ``==`` is False.
    Iteration gives ids as Python integers, in order.
    """

    __slots__ = ("_bounds", "_resolution")
    _bounds: Ints
    _resolution: int

    def __init__(self, resolution: int) -> None:
        """Make an empty set; see `from_cells` for others."""
        object.__setattr__(self, "_resolution", checked_resolution(resolution))
        object.__setattr__(self, "_bounds", _read_only(_NOTHING))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a CellSet cannot be changed")

    def __reduce__(self) -> tuple[Callable[..., CellSet], tuple[int, Ints]]:
        return CellSet._of_ranks, (self._resolution, self._bounds)

    @classmethod
    def _of_ranks(cls, resolution: int, bounds: Ints) -> CellSet:
        """Make a set of half-open intervals of ranks, in any order, not empty ones."""
        made = cls(resolution)
        object.__setattr__(made, "_bounds", _read_only(_merged(bounds)))
        return made

    @classmethod
    def from_cells(cls, ids: npt.ArrayLike, *, resolution: int) -> CellSet:
        """Make a set of cells of *resolution* or coarser.

        Args:
            ids: Cell ids, in any order, repeated or not. A coarser cell stands for all
                its descendants at *resolution*.
            resolution: The resolution of the set, 0 to 15.

        Raises:
            InvalidCell: If an id is no cell, or finer than *resolution*.
            InvalidValue: If *resolution* is none, or *ids* are no integers.
        """
        wanted = checked_resolution(resolution)
        array = _id_array(ids).ravel()
        found = _ids.resolutions(array)
        bad = ~_ids.is_cell(array) | (found > wanted)
        _refuse(bad, f"a cell of resolution {wanted} or coarser")
        parts = [
            _subtree_ranks(_ids.slots(array[found == r], r), r, wanted)
            for r in np.unique(found).tolist()
        ]
        return cls._of_ranks(wanted, np.concatenate([_NOTHING, *parts]))

    @property
    def resolution(self) -> int:
        """The h3 resolution of every cell, 0 to 15."""
        return self._resolution

    def __len__(self) -> int:
        return int((self._bounds[:, 1] - self._bounds[:, 0]).sum())

    def __iter__(self) -> Iterator[int]:
        for start, stop in self._bounds.tolist():
            for low in range(start, stop, _CHUNK):
                rank = np.arange(low, min(low + _CHUNK, stop))
                yield from self._ids_of(rank).tolist()

    def _ids_of(self, rank: Ints) -> Ids:
        r = self._resolution
        return _ids.slot_ids(_ids.slots_of_ranks(rank, r), r)

    def ranges(self) -> Ids:
        """Return closed intervals of ids, ``(n, 2)``, disjoint and in order.

        Between ``first`` and ``last`` of a row lie only cells of the set, as far as ids
        of its resolution go: in a database, ``cell BETWEEN first AND last`` on a column
        that holds ids of exactly this resolution.
        """
        return _read_only(self._ids_of(self._bounds - (0, 1)))

    def to_array(self, *, max_cells: int = 10_000_000) -> Ids:
        """Return the id of every cell, in order.

        Args:
            max_cells: The most that may be listed.

        Raises:
            BudgetExceeded: If the set has more cells than that.
        """
        if len(self) > max_cells:
            raise BudgetExceeded(len(self), max_cells)
        return _read_only(self._ids_of(_listed(*self._bounds.T)))

    @property
    def compact(self) -> Ids:
        """The fewest cells, of this resolution and coarser, that stand for the set.

        Sorted by id. A coarse cell stands for its descendants at `resolution`, whose
        shape differs from its own.
        """
        low = _ids.slots_of_ranks(self._bounds[:, 0], self._resolution)
        high = _ids.slots_of_ranks(self._bounds[:, 1] - 1, self._resolution) + 1
        found = []
        for r in range(self._resolution, 0, -1):
            up, down = -(-low // 7), high // 7
            whole = up < down
            head = np.where(whole, 7 * up, high)
            tail = np.where(whole, 7 * down, high)
            slot = np.concatenate((_listed(low, head), _listed(tail, high)))
            found.append(_ids.slot_ids(slot[_ids.exists(slot, r)], r))
            low, high = up[whole], down[whole]
        found.append(_ids.slot_ids(_listed(low, high), 0))
        return _read_only(np.sort(np.concatenate(found)))

    def contains(self, ids: npt.ArrayLike) -> Bools:
        """Tell which cells are in the set.

        Args:
            ids: Cell ids of this resolution or finer; a finer cell is in the set if
                its ancestor at this resolution is.

        Returns:
            A boolean array of the shape of *ids*.

        Raises:
            InvalidCell: If an id is no cell, or coarser.
            InvalidValue: If *ids* are no integers.
        """
        array = _id_array(ids)
        flat = array.ravel()
        coarse = _ids.resolutions(flat) < self._resolution
        expected = f"a cell of resolution {self._resolution} or finer"
        _refuse(~_ids.is_cell(flat) | coarse, expected)
        return self._has(_ids.parents(flat, self._resolution)).reshape(array.shape)

    def _has(self, ids: Ids) -> Bools:
        ends = np.append(self.ranges().ravel(), np.uint64(2**64 - 1))
        before = np.searchsorted(ends, ids, side="right")
        return np.asarray((before % 2 == 1) | (ends[np.maximum(before - 1, 0)] == ids))

    def contains_points(self, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Bools:
        """Tell which points lie in a cell of the set, as h3 assigns points to cells.

        Args:
            lat: Latitudes in degrees, in ``[-90, 90]``.
            lon: Longitudes in degrees, in ``[-180, 180]``.

        Returns:
            A boolean array of the shape to which both broadcast.

        Raises:
            InvalidValue: If a coordinate is not finite or out of range.
        """
        y, x = coordinates(lat, lon)
        ids = _lattice.cells_at(y.ravel(), x.ravel(), self._resolution)
        return self._has(ids).reshape(y.shape)

    @property
    def area_m2(self) -> float:
        """Area of all cells on the WGS 84 ellipsoid, in square meters.

        Good to one part in a hundred thousand.
        """
        return cells_area_m2(self.compact, self._resolution)

    # --- algebra --------------------------------------------------------------------

    def _combined(
        self, other: CellSet, rule: Callable[[Bools, Bools], Bools]
    ) -> CellSet:
        if self._resolution != other._resolution:
            raise MixedResolutions(self._resolution, other._resolution)
        mine, theirs = self._bounds.ravel(), other._bounds.ravel()
        points = np.unique(np.concatenate((mine, theirs)))
        inside = rule(_covers(mine, points), _covers(theirs, points))
        rows = np.flatnonzero(inside)
        return CellSet._of_ranks(
            self._resolution, np.stack((points[rows], points[rows + 1]), 1)
        )

    def __or__(self, other: object) -> CellSet:
        if not isinstance(other, CellSet):
            return NotImplemented
        return self._combined(other, np.logical_or)

    def __and__(self, other: object) -> CellSet:
        if not isinstance(other, CellSet):
            return NotImplemented
        return self._combined(other, np.logical_and)

    def __xor__(self, other: object) -> CellSet:
        if not isinstance(other, CellSet):
            return NotImplemented
        return self._combined(other, np.logical_xor)

    def __sub__(self, other: object) -> CellSet:
        if not isinstance(other, CellSet):
            return NotImplemented
        return self._combined(other, lambda a, b: a & ~b)

    def __le__(self, other: object) -> bool:
        if not isinstance(other, CellSet):
            return NotImplemented
        return len(self - other) == 0

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, CellSet):
            return NotImplemented
        return self <= other and len(self) < len(other)

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, CellSet):
            return NotImplemented
        return other <= self

    def __gt__(self, other: object) -> bool:
        if not isinstance(other, CellSet):
            return NotImplemented
        return other < self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CellSet):
            return NotImplemented
        same = self._resolution == other._resolution
        return same and np.array_equal(self._bounds, other._bounds)

    def __hash__(self) -> int:
        return hash((self._resolution, self._bounds.tobytes()))

    def __repr__(self) -> str:
        return (
            f"CellSet(resolution={self._resolution}, cells={len(self)}, "
            f"compact={len(self.compact)})"
        )


def _read_only(array: npt.NDArray[np.generic]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array


def _merged(bounds: Ints) -> Ints:
    """Return half-open intervals sorted, those that touch or overlap made one."""
    ordered = bounds[np.argsort(bounds[:, 0], kind="stable")]
    reach = np.maximum.accumulate(ordered[:, 1])
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:, 0] > reach[:-1]
    last = np.append(first[1:], True)[: len(first)]
    return np.stack((ordered[first, 0], reach[last]), 1)


def _covers(ends: Ints, points: Ints) -> Bools:
    """Tell which points lie in half-open intervals, given by their ends in order."""
    return np.asarray(np.searchsorted(ends, points, side="right") % 2 == 1)


def _listed(start: Ints, stop: Ints) -> Ints:
    """Return every number in half-open intervals, interval by interval."""
    size = stop - start
    before = np.cumsum(size) - size
    return np.asarray(np.arange(int(size.sum())) + np.repeat(start - before, size))


def _subtree_ranks(slot: Ints, resolution: int, wanted: int) -> Ints:
    """Return the ranks of all descendants of cells, as half-open intervals."""
    size = 7 ** (wanted - resolution)
    first, last = slot * size, (slot + 1) * size - 1
    return np.stack((_ids.ranks(first, wanted), _ids.ranks(last, wanted) + 1), 1)


def _id_array(ids: npt.ArrayLike) -> Ids:
    array = np.asarray(ids)
    if array.size and (array.dtype.kind not in "iu" or array.min() < 0):
        raise InvalidValue("ids", "h3 cell ids as integers")
    return array.astype(np.uint64)


def checked_cells(ids: npt.ArrayLike) -> Ids:
    """Return *ids* flat; refuse what is no cell."""
    array = _id_array(ids).ravel()
    _refuse(~_ids.is_cell(array), "a cell")
    return array


def _refuse(bad: Bools, expected: str) -> None:
    if bad.any():
        raise InvalidCell(expected, int(np.argmax(bad)))
