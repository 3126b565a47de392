"""Sets of h3 cells of one resolution, kept as ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo._errors import BudgetExceeded, InvalidCell, MixedResolutions
from amberkit.geo.cells._algebra import SetAlgebra
from amberkit.geo.cells._area import cells_area_m2
from amberkit.geo.cells._intervals import covers, listed, merged
from amberkit.geo.cells._members import members
from amberkit.geo.cells._outline import outline_rings
from amberkit.geo.cells._picture import area_text, draw_cells
from amberkit.geo.cells._strings import numbers_of
from amberkit.geo.earth._coordinates import coordinates
from amberkit.geo.lattice import _ids, _lattice
from amberkit.geo.lattice._resolution import checked_resolution

__all__ = ["CellSet", "checked_cells", "checked_resolution"]

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_CHUNK = 1 << 16
_AT_ONCE = 8192
_NOTHING: Ints = np.empty((0, 2), np.int64)


@final
class CellSet(SetAlgebra):
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
        return CellSet._of_bounds, (self._resolution, self._bounds)

    @classmethod
    def _of_bounds(cls, resolution: int, bounds: Ints) -> CellSet:
        """Make a set of half-open intervals of ranks, in order and apart."""
        made = cls(resolution)
        object.__setattr__(made, "_bounds", _read_only(bounds))
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
        slots = [_ids.slots(array[found == r], r) for r in range(wanted + 1)]
        return cls.of_slots(slots)

    @classmethod
    def of_slots(cls, slots: Sequence[Ints]) -> CellSet:
        """Make a set of cells given by their slots (see `_ids`), for use in here.

        Args:
            slots: Those of resolution 0, of 1, and so on; the last is that of the set,
                and coarser cells stand for their descendants there.
        """
        wanted = len(slots) - 1
        sizes = [7 ** (wanted - r) for r in range(wanted + 1)]
        pairs = list(zip(slots, sizes, strict=True))
        begin = np.concatenate([some * size for some, size in pairs])
        end = np.concatenate([(some + 1) * size for some, size in pairs])
        return cls._of_slot_intervals(wanted, begin, end)

    @classmethod
    def _of_slot_intervals(cls, resolution: int, begin: Ints, end: Ints) -> CellSet:
        """Make a set of half-open intervals of slots, the first and last not empty."""
        # Fewer before the ranks are computed; then those across gaps in the slots.
        begin, end = merged(begin, end)
        bounds = _ids.ranks(begin, resolution), _ids.ranks(end - 1, resolution) + 1
        return cls._of_bounds(resolution, np.stack(merged(*bounds), axis=1))

    @classmethod
    def from_strings(cls, strings: Iterable[str], *, resolution: int) -> CellSet:
        """Make a set of cells as h3 writes them, such as ``"8839aab903fffff"``.

        Args:
            strings: 15 hexadecimal digits each, else as in `from_cells`.
            resolution: The resolution of the set, 0 to 15.

        Raises:
            InvalidCell: If a string is no cell, or finer than *resolution*.
            InvalidValue: If *resolution* is none, or *strings* are no strings.
        """
        return cls.from_cells(numbers_of(strings), resolution=resolution)

    @classmethod
    def from_ranges(cls, ranges: npt.ArrayLike, *, resolution: int) -> CellSet:
        """Make a set of all cells of *resolution* in closed intervals of ids.

        Args:
            ranges: First and last id of each, ``(n, 2)``, as integers with a sign or
                without; in any order, and they may overlap.
            resolution: The resolution of the set and of every id, 0 to 15.

        Raises:
            InvalidCell: If an id is no cell of *resolution*, or a last one comes before
                its first; the index counts over the flat array.
            InvalidValue: If *resolution* is none, or *ranges* have another form.
        """
        wanted = checked_resolution(resolution)
        array = _id_array(ranges)
        if array.size and (array.ndim != 2 or array.shape[1] != 2):
            raise InvalidValue("ranges", "first and last ids, of shape (n, 2)")
        ends = array.ravel()
        bad = ~_ids.is_cell(ends) | (_ids.resolutions(ends) != wanted)
        _refuse(bad, f"a cell of resolution {wanted}")
        bad[1::2] = ends[1::2] < ends[::2]
        _refuse(bad, "no less than the first id of its range")
        rank = _ids.ranks(_ids.slots(ends, wanted), wanted)
        bounds = merged(rank[::2], rank[1::2] + 1)
        return cls._of_bounds(wanted, np.stack(bounds, axis=1))

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

    def signed_ranges(self) -> Ints:
        """Return `ranges` as integers with a sign, for what has no others.

        The numbers are the same, for no id needs the highest bit: ``bigint`` in
        PostgreSQL, ``int64`` in Arrow and Parquet. `from_ranges` takes them back.

        Example::

            first, last = cells.signed_ranges().T
            table = pyarrow.table({"first": first, "last": last})
        """
        return self.ranges().view(np.int64)

    def to_array(self, *, max_cells: int = 10_000_000) -> Ids:
        """Return the id of every cell, in order.

        Args:
            max_cells: The most that may be listed.

        Raises:
            BudgetExceeded: If the set has more cells than that.
        """
        if len(self) > max_cells:
            raise BudgetExceeded(len(self), max_cells)
        return _read_only(self._ids_of(listed(*self._bounds.T)))

    def to_strings(self, *, max_cells: int = 10_000_000) -> list[str]:
        """Return every cell as h3 writes it, in the order of ids.

        Args:
            max_cells: The most that may be listed.

        Raises:
            BudgetExceeded: If the set has more cells than that.
        """
        return [f"{cell:x}" for cell in self.to_array(max_cells=max_cells).tolist()]

    def to_resolution(self, resolution: int) -> CellSet:
        """Return the set in cells of another resolution; nothing of it is lost.

        At a finer one these are all descendants, and the way back leads to the same
        set. At a coarser one they are all cells that have a descendant in the set, so
        they stand for more: see `to_resolution_within`. Cells nest by id. A cell and
        its descendants differ in shape, so the area changes a little both ways.

        Raises:
            InvalidValue: If *resolution* is not an int in 0 to 15.
        """
        wanted = checked_resolution(resolution)
        level = min(wanted, self._resolution)
        slot = _ids.slots_of_ranks(self._bounds - (0, 1), self._resolution)
        slot //= 7 ** (self._resolution - level)
        size = 7 ** (wanted - level)
        begin, end = slot[:, 0] * size, (slot[:, 1] + 1) * size
        return CellSet._of_slot_intervals(wanted, begin, end)

    def to_resolution_within(self, resolution: int) -> CellSet:
        """Return the set in cells of another resolution; nothing is added to it.

        As `to_resolution`, but at a coarser one these are the cells of which every
        descendant is in the set, so they may stand for less.

        Raises:
            InvalidValue: If *resolution* is not an int in 0 to 15.
        """
        return self._rest().to_resolution(resolution)._rest()

    def _rest(self) -> CellSet:
        """Return all other cells of the earth."""
        count = _ids.CELLS_PER_RESOLUTION[self._resolution]
        return CellSet._of_bounds(self._resolution, np.array([[0, count]])) - self

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
            slot = np.concatenate((listed(low, head), listed(tail, high)))
            found.append(_ids.slot_ids(slot[_ids.exists(slot, r)], r))
            low, high = up[whole], down[whole]
        found.append(_ids.slot_ids(listed(low, high), 0))
        return _read_only(np.sort(np.concatenate(found)))

    def contains(self, ids: npt.ArrayLike) -> Bools:
        """Tell which cells are in the set.

        Cells nest by id and not by shape: a point in a cell of the set may have a finer
        cell with another ancestor. Where nobody may be left out, ask with ids of the
        set's own resolution, made from the points.

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
        flat, result = array.ravel(), np.empty(array.size, bool)
        expected = f"a cell of resolution {self._resolution} or finer"
        has = members(self.ranges(), array.size)
        # As many at a time as stay in the processor's cache.
        for begin in range(0, array.size, _AT_ONCE):
            some = flat[begin : begin + _AT_ONCE]
            found = _ids.resolutions(some)
            _refuse(~_ids.is_cell(some) | (found < self._resolution), expected, begin)
            if (found > self._resolution).any():
                some = _ids.parents(some, self._resolution)
            result[begin : begin + _AT_ONCE] = has(some)
        return result.reshape(array.shape)

    def __contains__(self, cell: object) -> bool:
        """Tell whether one cell is in the set, as `contains` does of many."""
        is_id = isinstance(cell, int | np.integer)
        return is_id and bool(self.contains(np.array([cell]))[0])

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
        return members(self.ranges(), ids.size)(ids).reshape(y.shape)

    @property
    def area_m2(self) -> float:
        """Area of all cells on the WGS 84 ellipsoid, in square meters.

        Good to one part in a hundred thousand.
        """
        return cells_area_m2(self.compact, self._resolution)

    def outline(self, *, max_cells: int = 1_000_000) -> dict[str, Any]:
        """Return the union of the cells as a GeoJSON geometry.

        Its edges are those edges of cells that have the set on one side only, as
        straight lines in longitude and latitude between corners. On the sphere the edge
        of a cell is a great circle: if it has the length e, it lies up to about
        ``e2 tan(lat) / 8R`` beside, R being the radius of the earth. At 45 degrees that
        is 31 km at resolution 0, 120 m at 3, 5 cm at 7 and 1 mm at 9. The cost grows
        with the rim of the set and not with its area.

        Args:
            max_cells: The most cells that may lie on the rim.

        Returns:
            A MultiPolygon always, as RFC 7946 wants it: positions ``[lon, lat]``, rings
            closed, outer ones counter-clockwise, cut at the antimeridian. A pole in the
            set is enclosed by an edge along +-90. Rings do not touch each other. The
            empty set has no polygons.

        Raises:
            BudgetExceeded: If more cells lie on the rim.
        """
        polygons = outline_rings(self.ranges(), self._resolution, max_cells)
        return {
            "type": "MultiPolygon",
            "coordinates": [[ring.tolist() for ring in rings] for rings in polygons],
        }

    def _combined(
        self, other: CellSet, rule: Callable[[Bools, Bools], Bools]
    ) -> CellSet:
        if self._resolution != other._resolution:
            raise MixedResolutions(self._resolution, other._resolution)
        mine, theirs = self._bounds.ravel(), other._bounds.ravel()
        # Two sorted runs, which a stable sort merges.
        points = np.sort(np.concatenate((mine, theirs)), kind="stable")
        inside = rule(covers(mine, points), covers(theirs, points))
        turns = np.flatnonzero(np.diff(inside, prepend=False))
        return CellSet._of_bounds(self._resolution, points[turns].reshape(-1, 2))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CellSet):
            return NotImplemented
        same = self._resolution == other._resolution
        return same and np.array_equal(self._bounds, other._bounds)

    def __hash__(self) -> int:
        return hash((self._resolution, self._bounds.tobytes()))

    def __repr__(self) -> str:
        area = area_text(self)
        return (
            f"CellSet(resolution={self._resolution}, cells={len(self)}, "
            f"compact={len(self.compact)}{f', area={area!r}' if area else ''})"
        )

    def _repr_svg_(self) -> str:
        return draw_cells(self)

    _repr_html_ = _repr_svg_


def _read_only(array: npt.NDArray[np.generic]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array


def _id_array(ids: npt.ArrayLike) -> Ids:
    try:
        array = np.asarray(ids)
    except ValueError:  # ragged
        raise InvalidValue("ids", "h3 cell ids as integers") from None
    if array.size and (array.dtype.kind not in "iu" or array.min() < 0):
        raise InvalidValue("ids", "h3 cell ids as integers")
    return array.astype(np.uint64, copy=False)


def checked_cells(ids: npt.ArrayLike) -> Ids:
    """Return *ids* flat; refuse what is no cell."""
    array = _id_array(ids).ravel()
    _refuse(~_ids.is_cell(array), "a cell")
    return array


def _refuse(bad: Bools, expected: str, begin: int = 0) -> None:
    if bad.any():
        raise InvalidCell(expected, begin + int(np.argmax(bad)))
