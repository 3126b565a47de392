"""Where a message applies: as shapes, and in words."""

from __future__ import annotations

import math

from amberkit.eligibility.packs import Scope
from amberkit.geo import Disk, Region, enclosing_polygon
from amberkit.messages import Area, Circle, Point
from amberkit.plans import ServicesPlan, Stage
from amberkit.render._wording import Wording
from amberkit.values import LatLon

__all__ = ["area_of", "say_area"]


def say_area(part: Stage | ServicesPlan, wording: Wording) -> str:
    """Return the name of the area of a part of a plan."""
    radius = wording.isolate(wording.number(part.radius_m / 1000))
    return wording.phrases[_phrase(part)].format(radius=radius)


def _phrase(part: Stage | ServicesPlan) -> str:
    if isinstance(part, ServicesPlan) and part.scope is Scope.NATIONWIDE:
        return "area_nationwide"
    return "area_circle" if isinstance(part.region, Disk) else "area_bounded"


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
