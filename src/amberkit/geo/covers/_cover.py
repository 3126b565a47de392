"""From a region to its cells: down from the coarse cells, along the rim only.

A cell whose hull, the ball that holds all its descendants, is within the region is
taken whole; one whose hull misses it is dropped; the rest is cut into its children. So
the cost grows with the rim of a region and not with its area. At the wanted resolution
the rim cells themselves are tested, exactly.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo._errors import CoverTooLarge
from amberkit.geo.cells._cells import CellSet, checked_resolution
from amberkit.geo.covers import _pieces
from amberkit.geo.covers._budget import needs_more
from amberkit.geo.covers._judge import Judge
from amberkit.geo.covers._known import Cells, Known, Shape
from amberkit.geo.covers._logic import Atlas
from amberkit.geo.covers._places import Places, centers_reach_rad, reach_rad
from amberkit.geo.covers._status import ALL_IN, IN, OUT, SOME_IN, UNSURE
from amberkit.geo.lattice._lattice import roots
from amberkit.geo.regions._regions import Region

__all__ = ["Containment", "cover", "cover_stages"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

MAX_RIM_CELLS = 1_000_000
_FEW = 200


class Containment(enum.Enum):
    """Which cells a cover takes."""

    OVERLAP = "overlap"
    """Every cell that shares a point with the region: nobody inside is left out."""

    CENTER = "center"
    """Every cell whose center is in the region, as h3's polyfill does."""

    WITHIN = "within"
    """Every cell that lies in the region as a whole: nothing outside is taken in."""


def cover(
    region: Region,
    resolution: int,
    containment: Containment = Containment.OVERLAP,
    *,
    max_rim_cells: int = MAX_RIM_CELLS,
    on_progress: Callable[[float], None] | None = None,
) -> CellSet:
    """Return the h3 cells of a region.

    A cell is the polygon that h3 gives it, its edges great circles on h3's sphere. The
    answer is exact; what is nearer than a millimeter to the edge of the region is
    taken for OVERLAP and left for WITHIN. Where the edges of different parts of a
    region run along each other, cells there are in doubt too.

    Args:
        region: A `Disk`, `Corridor`, `Polygon`, or what ``|``, ``&``, ``-`` make of
            them.
        resolution: h3 resolution, 0 to 15.
        containment: Which cells to take.
        max_rim_cells: How many cells may be undecided at a time, above *resolution*;
            1,000,000 of them take about half a minute.
        on_progress: Called with the share of the work that is done, rising to 1.0.

    Returns:
        The cells, at *resolution*.

    Raises:
        InvalidValue: If an argument is not what it must be.
        CoverTooLarge: If the rim needs more cells than allowed, as soon as that shows.

    Example:
        >>> len(cover(Disk(LatLon(lat=33.5731, lon=-7.5898), radius_m=5_000), 8))
        118
    """
    (cells,) = cover_stages(
        (region,),
        resolution,
        containment,
        max_rim_cells=max_rim_cells,
        on_progress=on_progress,
    )
    return cells


def cover_stages(
    regions: Iterable[Region],
    resolution: int,
    containment: Containment = Containment.OVERLAP,
    *,
    max_rim_cells: int = MAX_RIM_CELLS,
    on_progress: Callable[[float], None] | None = None,
) -> tuple[CellSet, ...]:
    """Return the cells of several regions, found in one descent.

    Each is what `cover` returns for that region. Stages of one alert, nested or around
    one center, share most of the work.

    Args:
        regions: The regions, any number.
        resolution: See `cover`.
        containment: See `cover`.
        max_rim_cells: See `cover`; the cells that some region leaves undecided.
        on_progress: See `cover`.

    Raises:
        InvalidValue: See `cover`.
        CoverTooLarge: See `cover`.
    """
    goal = checked_resolution(resolution)
    if isinstance(regions, Region) or not isinstance(regions, Iterable):
        raise InvalidValue("regions", "a sequence of regions")
    regions = tuple(regions)
    for region in regions:
        if not isinstance(region, Region):
            raise InvalidValue("region", "a Disk, Corridor, Polygon or a combination")
    if not isinstance(containment, Containment):
        raise InvalidValue("containment", "Containment.OVERLAP, CENTER or WITHIN")
    if isinstance(max_rim_cells, bool) or not isinstance(max_rim_cells, int):
        raise InvalidValue("max_rim_cells", "an int")
    # Of a hull, what matters: the centers of descendants, or all of them.
    reach = centers_reach_rad if containment is Containment.CENTER else reach_rad
    finest = reach_rad(max(goal - 1, 0), goal)
    if any(needs_more(region, finest, max_rim_cells) for region in regions):
        raise CoverTooLarge(goal, max_rim_cells)

    atlas = Atlas()
    searches = [_Search(Judge(r, atlas), goal, containment) for r in regions]
    tiles = roots()
    known = Known(Places.of_tiles(tiles, reach(0, goal)))
    undecided = np.ones((len(searches), len(tiles)), bool)
    while tiles.resolution < goal:
        for search, active in zip(searches, undecided, strict=True):
            rows = np.flatnonzero(active)
            active[rows] = search.descend(known, rows)
        rim = np.asarray(undecided.any(axis=0))
        if rim.sum() > max_rim_cells:
            raise CoverTooLarge(goal, max_rim_cells)
        tiles, owner = tiles.children(rim)
        owner = np.flatnonzero(rim)[owner]
        if len(tiles) < _FEW and tiles.resolution < goal:
            # To test so few costs as much as to test seven times as many.
            tiles, parent = tiles.children(np.ones(len(tiles), bool))
            owner = owner[parent]
        undecided = undecided[:, owner]
        known = known.below(
            Places.of_tiles(tiles, reach(tiles.resolution, goal)), owner
        )
        if on_progress is not None:
            # The rim grows by the square root of 7 from level to level.
            on_progress((7 ** (tiles.resolution / 2) - 1) / (7 ** ((goal + 1) / 2) - 1))
    _decide(known, searches, undecided)
    if on_progress is not None:
        on_progress(1.0)
    return tuple(search.cells() for search in searches)


def _decide(known: Known, searches: Sequence[_Search], undecided: Bools) -> None:
    """Have each search take its cells of the wanted resolution.

    Centers and balls come first, then all that the searches still ask of one shape in
    one question.
    """
    left = [
        search.look(known, np.flatnonzero(active))
        for search, active in zip(searches, undecided, strict=True)
    ]
    asked: dict[Shape, Bools] = {}
    for search, rows in zip(searches, left, strict=True):
        for shape in search.judge.asked:
            where = asked.setdefault(shape, np.zeros(len(known.places), bool))
            where[rows[known.status(shape, rows) == UNSURE]] = True
    cells = Cells(known)
    cells.ask({shape: np.flatnonzero(where) for shape, where in asked.items()})
    for search, rows in zip(searches, left, strict=True):
        search.finish(cells, rows)


class _Search:
    """The descent for one region: what was found so far."""

    def __init__(self, judge: Judge, goal: int, containment: Containment) -> None:
        self.judge = judge
        self._containment = containment
        # For OVERLAP a point inside is sought in a cell, for WITHIN one outside.
        self._inside = containment is not Containment.WITHIN
        self._has_point = SOME_IN if self._inside else -ALL_IN
        self._found: list[list[Ints]] = [[] for _ in range(goal + 1)]

    def cells(self) -> CellSet:
        none = np.empty(0, np.int64)
        return CellSet.of_slots([np.concatenate([none, *some]) for some in self._found])

    def descend(self, known: Known, rows: Ints) -> Bools:
        """Take what is within, and tell which of *rows* are still undecided."""
        status = self.judge.status(known, rows)
        self._take(known.places, rows[status == IN])
        return np.asarray((status != IN) & (status != OUT))

    def look(self, known: Known, rows: Ints) -> Ints:
        """Take those of *rows* whose center or ball tells so; return what is open.

        A center in the region settles half of the rim without a look at edges, and so
        does one outside where the whole cell must be in.
        """
        answer = np.where(self.judge.holds(known, rows) == self._inside, 1, -1)
        if self._containment is not Containment.CENTER:
            (left,) = np.nonzero(answer < 0)
            answer[left] = self._has_point[self.judge.status(known, rows[left])]
        return self._settle(known.places, rows, answer)

    def finish(self, cells: Cells, rows: Ints) -> None:
        """Take those of *rows* that belong."""
        answer = self._has_point[self.judge.status(cells, rows)]
        (left,) = np.nonzero(answer == 0)
        found = _pieces.have_point(
            self.judge, cells.places, rows[left], inside=self._inside
        )
        answer[left] = np.where(found, 1, -1)
        self._settle(cells.places, rows, answer)

    def _settle(self, places: Places, rows: Ints, answer: Signs) -> Ints:
        """Take what belongs by whether it has the point sought; return what is open."""
        self._take(places, rows[answer == (1 if self._inside else -1)])
        return np.asarray(rows[answer == 0])

    def _take(self, places: Places, rows: Ints) -> None:
        self._found[places.tiles.resolution].append(places.tiles.slot[rows])
