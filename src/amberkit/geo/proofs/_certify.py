"""The proof that an alert carries: what its cells leave out, and what they add."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.errors import InvalidValue
from amberkit.geo.cells._cells import CellSet
from amberkit.geo.cells._rim import Members, rim
from amberkit.geo.covers._cover import Containment, cover_stages
from amberkit.geo.earth._spherical import degrees
from amberkit.geo.proofs._measure import Farthest, farthest_point
from amberkit.geo.proofs._nearest import Line, goal_of
from amberkit.geo.regions._regions import Region
from amberkit.geo.shapes._drawing import (
    AN_AREA,
    areas_m2,
    cell_shapes,
    drawn_inside,
    drawn_outside,
    shared_areas,
)
from amberkit.values import LatLon

__all__ = ["Certificate", "certify"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NOTHING = Farthest(0.0, None)
_MOST_ON_RIM = 1_000_000


@attrs.frozen(kw_only=True)
class Certificate:
    """How well a set of cells stands for a region.

    Areas are on the WGS 84 ellipsoid, in square meters, good to a hundred-thousandth
    of the larger of `region_m2` and what they are; with a corridor in the region, to a
    hundredth. Distances are geodesics, in meters: bounds from above, less than 1 m, or
    a hundred-thousandth, over the truth; where a corridor is combined with something
    else, a hundredth of its reach.
    """

    region_m2: float
    """Area of the region."""

    cells_m2: float
    """Area of the cells."""

    missing_cells: int
    """How many cells of this resolution meet the region and are not in the set."""

    missed_m2: float
    """Area of the region that no cell covers; 0.0 if no cell is missing."""

    farthest_miss_m: float | None
    """How far the point of the region that no cell covers and that is farthest from
    all cells is from them. 0.0 if no cell is missing, None if the set is empty."""

    farthest_miss: LatLon | None
    """Such a point; None if none was found."""

    extra_m2: float
    """Area of the cells that is outside the region."""

    overshoot_m: float
    """How far the point of the cells that is farthest from the region is from it."""

    overshoot: LatLon | None
    """That point; None if all cells lie within the region."""

    @property
    def is_complete(self) -> bool:
        """Whether it is proved that every point of the region is in a cell."""
        return self.missing_cells == 0

    @property
    def area_ratio(self) -> float:
        """Area of the cells by area of the region."""
        return self.cells_m2 / self.region_m2


def certify(cells: CellSet, region: Region) -> Certificate:
    """Measure what cells leave out of a region and how far they go beyond it.

    The region need not be the one that was covered. An alert is to stay within a legal
    boundary, its region is ``area & boundary``, but its cells spill over the boundary:
    how far they do is the overshoot of ``certify(cells, boundary)``.

    The cost grows with the rim of the region and with the edge of the set.

    Args:
        cells: Any set of cells.
        region: What they stand for, a region with an area.

    Raises:
        InvalidValue: If an argument is of another type, or the region has no area.
        CoverTooLarge: If the rim of the region has more cells than `cover` allows.
        BudgetExceeded: If more than 1,000,000 cells lie on the rim of the set.

    Example:
        >>> disk = Disk(LatLon(lat=33.5731, lon=-7.5898), radius_m=5_000)
        >>> proof = certify(cover(disk, 8), disk)
        >>> proof.is_complete, proof.missed_m2, round(proof.overshoot_m)
        (True, 0.0, 1018)
    """
    if not isinstance(cells, CellSet):
        raise InvalidValue("cells", "a CellSet")
    if not isinstance(region, Region):
        raise InvalidValue("region", "a region")
    (touched,) = cover_stages([region], cells.resolution)
    (within,) = cover_stages([region], cells.resolution, Containment.WITHIN)
    shape = drawn_inside(region)
    if shape.is_empty:
        raise InvalidValue("region", AN_AREA)

    missing, rim = touched - cells, touched - within
    missed_m2, _ = _rim_areas(shape, rim - cells)
    _, extra_m2 = _rim_areas(shape, rim & cells)
    miss = _farthest_miss(cells, missing, region)
    over = _overshoot(cells - within, region, shape)
    return Certificate(
        region_m2=float(areas_m2(np.array([shape]))[0]),
        cells_m2=cells.area_m2,
        missing_cells=len(missing),
        missed_m2=missed_m2 + (within - cells).area_m2,
        farthest_miss_m=miss.bound_m if len(cells) else None,
        farthest_miss=miss.witness,
        extra_m2=extra_m2 + (cells - touched).area_m2,
        overshoot_m=over.bound_m,
        overshoot=over.witness,
    )


def _rim_areas(shape: shapely.MultiPolygon, rim: CellSet) -> tuple[float, float]:
    """Return the area of some cells that is in a shape, and that is not."""
    drawn = cell_shapes(rim.to_array())
    inside = float(shared_areas(shape, drawn).sum())
    return inside, max(float(areas_m2(drawn).sum()) - inside, 0.0)


# --- distances ------------------------------------------------------------------------


def _overshoot(cells: CellSet, region: Region, shape: shapely.MultiPolygon) -> Farthest:
    """Return the point of some cells that is farthest from a region.

    Args:
        cells: The cells, none of them within the region.
        region: The region.
        shape: The region drawn from inside: who is at a distance from it is at no
            greater distance from the region.
    """
    if not len(cells):
        return _NOTHING
    goal = goal_of(region, shape)

    def measure(vector: Floats, _reach: Floats) -> tuple[Floats, Bools]:
        lat, lon = degrees(vector)
        far = np.zeros(len(vector))
        (out,) = np.nonzero(~region.contains_points(lat=lat, lon=lon))
        far[out] = goal.distances(vector[out])
        return far, np.ones(len(vector), bool)

    return farthest_point(cells, measure)


def _farthest_miss(cells: CellSet, missing: CellSet, region: Region) -> Farthest:
    """Return the point of a region in *missing* that is farthest from *cells*."""
    if not len(cells) or not len(missing):
        return _NOTHING
    start, following = rim(Members(cells.ranges(), cells.resolution), _MOST_ON_RIM)
    edge = Line(start, start[following])
    shape = drawn_outside(region)
    shapely.prepare(shape)
    goal = goal_of(region, shape)

    def measure(vector: Floats, reach: Floats) -> tuple[Floats, Bools]:
        lat, lon = degrees(vector)
        gap = np.zeros(len(vector))
        (out,) = np.nonzero(~shapely.intersects_xy(shape, lon, lat))
        gap[out] = goal.least_distances(vector[out])
        far = np.full(len(vector), -np.inf)
        (some,) = np.nonzero(gap <= reach)
        far[some] = edge.distances(vector[some])
        return far, region.contains_points(lat=lat, lon=lon)

    return farthest_point(missing, measure)
