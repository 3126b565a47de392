"""From a region to its cells: down from the coarse cells, along the rim only.

A cell whose hull, the ball that holds all its descendants, is within the region is
taken whole; one whose hull misses it is dropped; the rest is cut into its children. So
the cost grows with the rim of a region and not with its area. At the wanted resolution
the rim cells themselves are tested, exactly.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo._errors import CoverTooLarge
from amberkit.geo.cells._cells import CellSet, checked_resolution
from amberkit.geo.covers import _pieces
from amberkit.geo.covers._budget import needs_more
from amberkit.geo.covers._judge import Judge, Known
from amberkit.geo.covers._logic import Atlas
from amberkit.geo.covers._places import Places, centers_reach_rad, reach_rad
from amberkit.geo.lattice._lattice import roots
from amberkit.geo.regions._regions import Region

__all__ = ["Containment", "cover", "cover_stages"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

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
    undecided = np.ones((len(searches), len(tiles)), bool)
    while tiles.resolution < goal:
        hulls = Places.of_tiles(tiles, reach(tiles.resolution, goal))
        known = Known(hulls, exact=False)
        for search, active in zip(searches, undecided, strict=True):
            rows = np.flatnonzero(active)
            active[rows] = search.descend(known, rows)
        rim = np.asarray(undecided.any(axis=0))
        if rim.sum() > max_rim_cells:
            raise CoverTooLarge(goal, max_rim_cells)
        tiles, owner = tiles.children(rim)
        undecided = undecided[:, rim][:, owner]
        if len(tiles) < _FEW and tiles.resolution < goal:
            # To test so few costs as much as to test seven times as many.
            tiles, owner = tiles.children(np.ones(len(tiles), bool))
            undecided = undecided[:, owner]
        if on_progress is not None:
            # The rim grows by the square root of 7 from level to level.
            on_progress((7 ** (tiles.resolution / 2) - 1) / (7 ** ((goal + 1) / 2) - 1))
    known = Known(Places.of_tiles(tiles, reach_rad(goal, goal)), exact=True)
    for search, active in zip(searches, undecided, strict=True):
        search.finish(known, np.flatnonzero(active))
    if on_progress is not None:
        on_progress(1.0)
    return tuple(search.cells() for search in searches)


class _Search:
    """The descent for one region: what was found so far."""

    def __init__(self, judge: Judge, goal: int, containment: Containment) -> None:
        self.judge = judge
        self.goal = goal
        self.containment = containment
        self.found: list[Ints] = [np.empty(0, np.int64)] * (goal + 1)
        """The slots found at each resolution."""

    def cells(self) -> CellSet:
        return CellSet.of_slots(self.found)

    def descend(self, hulls: Known, rows: Ints) -> Bools:
        """Take what is within, and tell which of *rows* are still undecided."""
        verdict = self.judge.decide(hulls, rows)
        tiles = hulls.places.tiles
        self.found[tiles.resolution] = tiles.slot[rows[verdict.within > 0]]
        return np.asarray((verdict.within <= 0) & (verdict.meets >= 0))

    def finish(self, cells: Known, rows: Ints) -> None:
        """Take those of *rows*, cells of the wanted resolution, that belong."""
        places = cells.places
        inside = self.containment is not Containment.WITHIN
        # A center in the region settles half of the rim without a look at edges, and
        # so does one outside where the whole cell must be in.
        found = self.judge.holds(places, rows) == inside
        if self.containment is not Containment.CENTER:
            left = np.flatnonzero(~found)
            verdict = self.judge.decide(cells, rows[left])
            sign = verdict.meets if inside else -verdict.within
            found[left[sign > 0]] = True
            for i in left[sign == 0]:
                hub, (ring, _) = places.vector[rows[i]], places.boundaries(rows[[i]])
                found[i] = _pieces.has_point(self.judge, hub, ring, inside=inside)
        self.found[self.goal] = places.tiles.slot[rows[found == inside]]
