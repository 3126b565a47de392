"""GeoJSON (RFC 7946): one Feature with the area and what is said of it."""

from __future__ import annotations

from typing import Any

from amberkit.geo import Disk, LatLon, enclosing_polygon
from amberkit.messages import Area, Message, Point
from amberkit.times import in_zone

__all__ = ["render_geojson"]


def render_geojson(message: Message) -> dict[str, Any]:
    """Return *message* as a GeoJSON Feature, ready for `json.dumps`.

    The geometry is in ``(lon, lat)`` degrees, outer rings counter-clockwise, cut at
    the antimeridian, and contains the area; it is null for a nationwide message.
    Properties hold the texts by language and no item of the case by itself.
    """
    return {
        "type": "Feature",
        "id": message.identifier,
        "geometry": _geometry(message.area),
        "properties": {
            "mode": message.mode.value,
            "audience": message.audience.value,
            "case": message.case_id,
            "revision": message.revision,
            "stage": message.stage,
            "sender": message.sender,
            "sent": _time(message, "sent"),
            "starts": _time(message, "starts"),
            "expires": _time(message, "expires"),
            "contact": message.contact,
            "status_url": message.status_url,
            "texts": {
                text.language: {
                    "direction": text.direction,
                    "marker": text.marker,
                    "headline": text.headline,
                    "description": "\n".join(text.description),
                    "instruction": "\n".join(text.instruction),
                    "area": text.area,
                }
                for text in message.texts
            },
        },
    }


def _time(message: Message, field: str) -> str:
    return in_zone(getattr(message, field), message.time_zone).isoformat(
        timespec="seconds"
    )


def _geometry(area: Area) -> dict[str, Any] | None:
    polygons = [[_ring(ring) for ring in rings] for rings in area.polygons]
    for circle in area.circles:
        polygons += _circle(circle.center, circle.radius_m)
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _circle(center: Point, radius_m: int) -> list[Any]:
    """Return the polygons, two at the antimeridian, that contain a circle."""
    disk = Disk(LatLon(lat=center[0] / 1e7, lon=center[1] / 1e7), radius_m=radius_m)
    geometry = enclosing_polygon(disk)
    coordinates: list[Any] = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _ring(ring: tuple[Point, ...]) -> list[list[float]]:
    return [[lon / 1e7, lat / 1e7] for lat, lon in ring]
