"""What the agency's maps say: areas, roads, neighbors, names. None are shipped."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from amberkit.geo import LatLon, Region
from amberkit.values import Localized

__all__ = ["Atlas", "NamedArea", "Neighbor", "PlaceName", "Road"]


@attrs.frozen(kw_only=True)
class NamedArea:
    """An administrative area, such as a district or a province."""

    level: str
    """What kind of area it is; the key that rungs of a ladder ask for."""

    name: Localized
    region: Region


@attrs.frozen(kw_only=True)
class Road:
    """A road or a railway."""

    name: str
    """What a sighting calls it, such as ``A3``."""

    lines: tuple[tuple[LatLon, ...], ...]
    """Its course: one or more lines, joined by geodesics from point to point."""


@attrs.frozen(kw_only=True)
class Neighbor:
    """Another jurisdiction, which decides for itself."""

    id: str
    """A short name, such as ``es`` or ``us-tx``."""

    name: Localized
    region: Region
    """Where it decides."""

    pack: str | None = None
    """Identifier of the pack that holds its rules; None if there is none at hand."""


@attrs.frozen(kw_only=True)
class PlaceName:
    """A name for the map."""

    name: Localized
    at: LatLon


@attrs.frozen(kw_only=True)
class Atlas:
    """What the agency passes of its land."""

    areas: tuple[NamedArea, ...] = ()
    roads: tuple[Road, ...] = ()
    neighbors: tuple[Neighbor, ...] = ()
    places: tuple[PlaceName, ...] = ()

    def areas_of(self, level: str) -> Iterator[NamedArea]:
        """Yield the areas of one level, in the order given."""
        return (area for area in self.areas if area.level == level)

    def road(self, name: str | None) -> Road | None:
        """Return the road of that name, or None."""
        return next((road for road in self.roads if road.name == name), None)
