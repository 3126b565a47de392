"""From a region to its cells: down from the coarse cells, along the rim only.

A cell whose hull, the ball that holds all its descendants, is within the region is
taken whole; one whose hull misses it is dropped; the rest is cut into its children. So
the cost grows with the rim of a region and not with its area. At the wanted resolution
the rim cells themselves are tested, exactly.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue
from amberkit.geo._errors import CoverTooLarge
from amberkit.geo.cells._cells import CellSet, checked_resolution
from amberkit.geo.covers import _pieces
from amberkit.geo.covers._judge import Judge, Known
from amberkit.geo.covers._logic import Atlas
from amberkit.geo.covers._places import Places, reach_rad
from amberkit.geo.earth._geodesy import FARTHEST_M, LEAST_RADIUS_M, LONGEST_RADIUS_M
from amberkit.geo.lattice import _ids
from amberkit.geo.regions._regions import Disk, Region

__all__ = ["Containment", "cover", "cover_stages"]

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

MAX_RIM_CELLS = 1_000_000


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
        region: A `Disk`, a `Polygon`, or what ``|``, ``&``, ``-`` make of them.
        resolution: h3 resolution, 0 to 15.
        containment: Which cells to take.
        max_rim_cells: How many cells may be undecided at a time; 1,000,000 cells of
            the rim take about half a minute.
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
    regions: Sequence[Region],
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
    for region in regions:
        if not isinstance(region, Region):
            raise InvalidValue("region", "a Disk, a Polygon or a combination of these")
    if not isinstance(containment, Containment):
        raise InvalidValue("containment", "a Containment")
    if isinstance(max_rim_cells, bool) or not isinstance(max_rim_cells, int):
        raise InvalidValue("max_rim_cells", "an int")
    if any(_least_rim(region, goal) > max_rim_cells for region in regions):
        raise CoverTooLarge(goal, max_rim_cells)

    atlas = Atlas()
    searches = [_Search(Judge(r, atlas), goal, containment) for r in regions]
    ids = _ids.slot_ids(np.arange(122), 0)
    undecided = np.ones((len(searches), len(ids)), bool)
    for level in range(goal + 1):
        places = Places.of_cells(ids)
        hulls, cells = Known(places, exact=False), Known(places, exact=True)
        for search, active in zip(searches, undecided, strict=True):
            rows = np.flatnonzero(active)
            still = search.descend(hulls, ids, rows)
            active[rows] = still
            if level == goal:
                search.finish(cells, ids, rows[still])
        rim = undecided.any(axis=0)
        if rim.sum() > max_rim_cells:
            raise CoverTooLarge(goal, max_rim_cells)
        if on_progress is not None:
            # The rim grows by the square root of 7 from level to level.
            on_progress((7 ** ((level + 1) / 2) - 1) / (7 ** ((goal + 1) / 2) - 1))
        if level < goal:
            ids, owner = _ids.children(ids[rim], level + 1)
            undecided = undecided[:, rim][:, owner]
    return tuple(search.cells() for search in searches)


def _least_rim(region: Region, resolution: int) -> float:
    """Return how many rim cells a region has at least, as far as that is plain."""
    if not isinstance(region, Disk):
        return 0
    turn = min(region.radius_m, FARTHEST_M - region.radius_m) / LONGEST_RADIUS_M
    rim_m = 2 * np.pi * LEAST_RADIUS_M * np.sin(turn)
    # The part of a convex line that lies in a ball is no longer than the ball's rim.
    return float(rim_m / (2 * np.pi * LONGEST_RADIUS_M * reach_rad(resolution)))


class _Search:
    """The descent for one region: what was found so far."""

    def __init__(self, judge: Judge, goal: int, containment: Containment) -> None:
        self.judge = judge
        self.goal = goal
        self.containment = containment
        self.found: list[Ids] = []

    def cells(self) -> CellSet:
        return CellSet.from_cells(np.concatenate(self.found), resolution=self.goal)

    def descend(self, hulls: Known, ids: Ids, rows: Ints) -> Bools:
        """Take what is within, and tell which of *rows* are still undecided."""
        verdict = self.judge.decide(hulls, rows)
        self.found.append(ids[rows[verdict.within > 0]])
        return np.asarray((verdict.within <= 0) & (verdict.meets >= 0))

    def finish(self, cells: Known, ids: Ids, rows: Ints) -> None:
        """Take those of *rows*, cells of the wanted resolution, that belong."""
        places = cells.places
        inside = self.containment is not Containment.WITHIN
        # A center in the region settles half of the rim without a look at edges, and
        # so does one outside where the whole cell must be in.
        center_in = self.judge.region.contains_points(
            lat=places.lat[rows], lon=places.lon[rows]
        )
        found = center_in == inside
        if self.containment is not Containment.CENTER:
            left = np.flatnonzero(~found)
            verdict = self.judge.decide(cells, rows[left])
            sign = verdict.meets if inside else -verdict.within
            found[left[sign > 0]] = True
            for i in left[sign == 0]:
                hub, (ring, _) = places.vector[rows[i]], places.boundaries(rows[[i]])
                found[i] = _pieces.has_point(self.judge, hub, ring, inside=inside)
        self.found.append(ids[rows[found == inside]])
