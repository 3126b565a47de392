"""From what is known about the disks of a region to what is known about the region.

For each place (a cell, or a ball around a point) each disk has a status, and so has
each corridor: what is said of disks here goes for both. Once every disk is known to
hold the place or to miss it, what remains of a region is an area of the plane, combined
exactly from its polygons. So polygons may share borders, as a country and its provinces
do, and one of them may occur more than once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, TypeAlias, assert_never

import attrs
import shapely

from amberkit.geo.covers._status import IN, MIXED
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._regions import (
    Corridor,
    Difference,
    Disk,
    Intersection,
    Polygon,
    Region,
    Round,
    Union,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["EVERYTHING", "NOTHING", "Atlas", "Case"]

NOTHING = Plane(shapely.Polygon())
EVERYTHING = Plane(shapely.box(-540, -91, 540, 91))

# With more open disks than this at one place, the place is cut smaller first.
_MOST_OPEN = 6

_Signs: TypeAlias = Mapping[Round, bool]


@attrs.frozen
class Case:
    """One way in which the open disks of a place can lie around one of its points."""

    area: Plane
    """What the region is there."""

    certain: bool
    """Whether some point of the place is known to be of this case."""


class Atlas:
    """The areas of the plane that regions come down to, each made once."""

    def __init__(self) -> None:
        self._polygons: dict[Polygon, Plane] = {}
        self._made: dict[tuple[str, tuple[Plane, ...]], Plane] = {}

    def area(self, region: Region, inside: _Signs) -> Plane:
        """Return what a region is for points of which the disks are known.

        Args:
            region: The region.
            inside: For each disk of the region, whether the points are in it.
        """
        match region:
            case Disk() | Corridor():
                return EVERYTHING if inside[region] else NOTHING
            case Polygon():
                return self._polygons.setdefault(region, region.plane)
            case Union():
                parts = [self.area(part, inside) for part in region.parts]
                return self._join("|", shapely.union, NOTHING, EVERYTHING, parts)
            case Intersection():
                parts = [self.area(part, inside) for part in region.parts]
                return self._join("&", shapely.intersection, EVERYTHING, NOTHING, parts)
            case Difference():
                whole = self.area(region.whole, inside)
                removed = self.area(region.removed, inside)
                if removed is NOTHING or whole is NOTHING:
                    return whole
                if removed is EVERYTHING or removed is whole:
                    return NOTHING
                return self._make("-", shapely.difference, (whole, removed))
            case _:
                assert_never(region)

    def _join(
        self,
        name: str,
        combine: Callable[[BaseGeometry, BaseGeometry], BaseGeometry],
        neutral: Plane,
        absorbing: Plane,
        parts: list[Plane],
    ) -> Plane:
        distinct = tuple(p for p in dict.fromkeys(parts) if p is not neutral)
        if absorbing in distinct:
            return absorbing
        if len(distinct) < 2:
            return distinct[0] if distinct else neutral
        return self._make(name, combine, distinct)

    def _make(
        self,
        name: str,
        combine: Callable[[BaseGeometry, BaseGeometry], BaseGeometry],
        parts: tuple[Plane, ...],
    ) -> Plane:
        if (name, parts) not in self._made:
            shape = reduce(combine, (part.shape for part in parts))
            made = NOTHING if shape.is_empty else Plane(shape)
            self._made[name, parts] = made
        return self._made[name, parts]

    def cases(self, region: Region, statuses: Mapping[Round, int]) -> list[Case] | None:
        """Return what a region can be for the points of one place.

        Args:
            region: The region.
            statuses: OUT, IN, MIXED or UNSURE for each disk of the region.

        Returns:
            The cases, no two of one area; None if there are too many to tell.
        """
        unsettled = [disk for disk, status in statuses.items() if status >= MIXED]
        if len(unsettled) > _MOST_OPEN:
            return None
        areas = {
            signs: self.area(
                region,
                {disk: status == IN for disk, status in statuses.items()}
                | dict(zip(unsettled, signs, strict=True)),
            )
            for signs in product((False, True), repeat=len(unsettled))
        }
        # A mixed disk has points of the place on both sides. So if all cases on one
        # side have one area, some point is of it.
        sides = [
            {area for signs, area in areas.items() if signs[i] == side}
            for i, disk in enumerate(unsettled)
            if statuses[disk] == MIXED
            for side in (False, True)
        ]
        sure = {next(iter(side)) for side in sides if len(side) == 1}
        distinct = dict.fromkeys(areas.values())
        return [Case(a, a in sure or len(distinct) == 1) for a in distinct]
