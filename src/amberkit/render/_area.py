"""Where a message applies: as shapes, and in words."""

from __future__ import annotations

import math

import attrs

from amberkit.eligibility.packs.policy import Scope
from amberkit.geo import Disk, Region, enclosing_polygon
from amberkit.messages import Area, Circle, Point
from amberkit.plans import AlertPlan, Origin, Part, ServicesPlan, Stage
from amberkit.render._wording import Wording, name_in
from amberkit.values import LatLon

__all__ = ["Where", "area_of", "say_area", "where_of"]


@attrs.frozen(kw_only=True)
class Where:
    """What the name of an area tells; no place, no road and no time of a sighting."""

    parts: tuple[Part, ...]
    """Of what it is made; empty for the whole country."""

    has_more: bool
    """Whether the services are told of more than the largest stage."""

    is_bounded: bool
    """Whether it ends at the agency's boundary."""


def where_of(part: Stage | ServicesPlan, plan: AlertPlan) -> Where:
    """Return what is to be said of the area of a part of *plan*."""
    is_bounded = plan.boundary is not None
    if isinstance(part, Stage):
        return Where(parts=part.parts, has_more=False, is_bounded=is_bounded)
    if part.scope is Scope.NATIONWIDE:
        return Where(parts=(), has_more=False, is_bounded=False)
    last = plan.stages[-1]
    has_more = part.region != last.region
    # What guides the services alone is not cut: their messages are no broadcast.
    is_cut = is_bounded and not has_more
    return Where(parts=last.parts, has_more=has_more, is_bounded=is_cut)


def say_area(where: Where, wording: Wording) -> str:
    """Return the name of an area in the phrases of *wording*."""
    phrases = wording.phrases
    if not where.parts:
        return phrases["area_nationwide"]

    def radius(parts: list[Part]) -> str:
        farthest_m = max(part.radius_m for part in parts)
        return wording.isolate(wording.number(farthest_m / 1000))

    roads = [part for part in where.parts if part.why.origin is Origin.ROAD]
    around = [part for part in where.parts if part.why.origin is not Origin.ROAD]
    names = [name for part in where.parts for name in part.why.names]
    shown = dict.fromkeys(name_in(wording.language, name) for name in names)
    said = phrases[_phrase(around)].format(
        radius=radius(around), names=wording.join(map(wording.isolate, shown))
    )
    if roads:
        said = phrases["area_along"].format(area=said, radius=radius(roads))
    if where.is_bounded:
        said = phrases["area_inside"].format(area=said)
    if where.has_more:
        said = phrases["area_more"].format(area=said)
    return said


def _phrase(parts: list[Part]) -> str:
    """Return which phrase names what is not along a road."""
    if any(part.why.names for part in parts):
        return "area_named"
    if len(parts) > 1:
        return "area_several"
    is_sighting = parts[0].why.origin is Origin.SIGHTING
    return "area_sighting" if is_sighting else "area_circle"


def area_of(region: Region | None) -> Area:
    """Return shapes that contain *region*."""
    if region is None:
        return Area()
    if isinstance(region, Disk):
        # One meter more than makes up for rounding the center to 1e-7 degrees.
        circle = Circle(_point(region.center), math.ceil(region.radius_m) + 1)
        return Area(circles=(circle,))
    geometry = enclosing_polygon(region)
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    return Area(
        polygons=tuple(
            tuple(
                tuple(_point(LatLon(lat=lat, lon=lon)) for lon, lat in ring)
                for ring in rings
            )
            for rings in polygons
        )
    )


def _point(point: LatLon) -> Point:
    return round(point.lat * 1e7), round(point.lon * 1e7)
