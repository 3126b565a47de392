"""The area that one place adds at one size: a disk, a road, or what maps call it."""

from __future__ import annotations

import functools
import math
from functools import reduce
from operator import or_

import attrs
import numpy as np

from amberkit.eligibility.packs.policy import Rung
from amberkit.geo import (
    CellSet,
    Corridor,
    Disk,
    Region,
    boundary_rings,
    cover,
    local_xy,
)
from amberkit.plans.ground import Atlas, NamedArea, Road
from amberkit.plans.growth import Size
from amberkit.plans.trail import Focus
from amberkit.values import Localized

__all__ = ["Area", "along", "area_of"]

# Areas are neighbors where they share a cell of this resolution, 1 km wide: maps that
# were drawn apart rarely share a line.
_TOUCHING = 8


@attrs.frozen
class Area:
    """One area, and how far it goes from its place."""

    region: Region
    radius_m: float

    names: tuple[Localized, ...] = ()
    """What maps call it; empty for a disk or a road."""


def area_of(focus: Focus, size: Size, atlas: Atlas, *, cap_m: float) -> Area:
    """Return the area of one size: a disk, or the areas of a ladder.

    A disk holds everything within that many meters of the place. Of a ladder the areas
    of the last rung are meant, and those below it: maps need not nest, a plan has to.
    Where the atlas has no area of that rung the place itself stands for it, unnamed.
    What is farther than *cap_m* is cut off.
    """
    if not isinstance(size, tuple):
        return Area(_disk(focus, size), size)
    climbed = [_on(focus, rung, atlas) for rung in size]
    regions = [area.region for areas in climbed for area in areas]
    if not climbed[-1]:
        regions.append(_disk(focus))
    region = reduce(or_, dict.fromkeys(regions))
    names = tuple(area.name for area in climbed[-1])
    farthest_m = _farthest_m(focus, region)
    if farthest_m > cap_m:
        return Area(region & _disk(focus, cap_m), cap_m, names)
    return Area(region, farthest_m, names)


def _disk(focus: Focus, radius_m: float = 0.0) -> Disk:
    return Disk(focus.center, radius_m=radius_m + focus.margin_m)


def along(area: Area, road: Road, *, corridor_m: float) -> Area:
    """Return what of an area lies within *corridor_m* of a road."""
    corridor = Corridor(road.lines, reach_m=corridor_m)
    return Area(corridor & area.region, area.radius_m)


def _on(focus: Focus, rung: Rung, atlas: Atlas) -> tuple[NamedArea, ...]:
    areas = tuple(atlas.areas_of(rung.level))
    place = _disk(focus)
    holding = [
        area
        for area in areas
        if _cells(area.region) & _cells(place) and cover(area.region & place, _TOUCHING)
    ]
    if rung.neighbors and holding:
        home = reduce(or_, (_cells(area.region) for area in holding))
        holding = [area for area in areas if _cells(area.region) & home]
    return tuple(holding)


@functools.lru_cache(maxsize=4096)
def _cells(region: Region) -> CellSet:
    """Return the cells that a region touches. An atlas is asked the same every time."""
    return cover(region, _TOUCHING)


def _farthest_m(focus: Focus, region: Region) -> float:
    """Return how far a region goes from a place, rounded up to a kilometer."""
    rim = np.concatenate(boundary_rings(region, points=72))
    apart = local_xy(focus.center, lat=rim[:, 1], lon=rim[:, 0])
    return 1000.0 * math.ceil(float(np.hypot(*apart.T).max()) / 1000)
