"""Rings of polygons: read from GeoJSON, checked, and unrolled into the plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo._errors import InvalidRegion

__all__ = ["MAX_POINTS", "Rings", "checked_pieces", "read_polygons"]

Floats = npt.NDArray[np.float64]
Position: TypeAlias = tuple[float, float]
Ring: TypeAlias = tuple[Position, ...]
Rings: TypeAlias = tuple[Ring, ...]
Place: TypeAlias = tuple[int, int, int]

MAX_POINTS = 100_000

_KINDS = "a Polygon, MultiPolygon, Feature, or FeatureCollection of these"
# Features may hold collections, but nobody nests them deep.
_MAX_DEPTH = 16


# --- reading --------------------------------------------------------------------------


def read_polygons(geojson: object, depth: int = 0) -> list[Rings]:
    """Return the polygons of a GeoJSON object as tuples; see `Polygon.from_geojson`.

    Raises:
        InvalidRegion: If it has another type or another form.
    """
    if not isinstance(geojson, Mapping) or depth > _MAX_DEPTH:
        raise InvalidRegion(f"the document must be {_KINDS}")
    match geojson.get("type"):
        case "FeatureCollection":
            features = _array(geojson.get("features"), "features")
            return [p for f in features for p in read_polygons(f, depth + 1)]
        case "Feature":
            return read_polygons(geojson.get("geometry"), depth + 1)
        case "Polygon":
            return [_rings(0, geojson.get("coordinates"))]
        case "MultiPolygon":
            several = _array(geojson.get("coordinates"), "coordinates")
            return [_rings(index, rings) for index, rings in enumerate(several)]
        case _:
            raise InvalidRegion(f"the document must be {_KINDS}")


def _array(value: object, name: str, *place: int) -> Sequence[Any]:
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise InvalidRegion(f"{name} must be an array", *place)
    return value


def _rings(p: int, rings: object) -> Rings:
    return tuple(
        tuple(
            _position(position, (p, r, v))
            for v, position in enumerate(_array(ring, "a ring", p, r))
        )
        for r, ring in enumerate(_array(rings, "coordinates", p))
    )


def _position(value: object, place: Place) -> Position:
    position = _array(value, "a position", *place)
    if len(position) < 2:
        raise InvalidRegion("a position must have lon and lat", *place)
    return _degrees("lon", position[0], 180, place), _degrees(
        "lat", position[1], 90, place
    )


def _degrees(name: str, value: object, limit: int, place: Place) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not -limit <= value <= limit
    ):
        reason = f"{name} must be a finite number in [-{limit}, {limit}]"
        raise InvalidRegion(reason, *place)
    return float(value)


# --- checking -------------------------------------------------------------------------


def checked_pieces(polygons: Sequence[Rings]) -> list[shapely.Polygon]:
    """Return polygons in the plane, their longitudes without jumps.

    Raises:
        InvalidRegion: If one of them is no valid area; see `Polygon`.
    """
    total = sum(len(ring) for rings in polygons for ring in rings)
    if total > MAX_POINTS:
        raise InvalidRegion(f"there may be at most {MAX_POINTS} positions")
    if not polygons:
        raise InvalidRegion("there must be at least one polygon")
    return [_piece(p, rings) for p, rings in enumerate(polygons)]


def _piece(p: int, rings: Rings) -> shapely.Polygon:
    if not rings:
        raise InvalidRegion("a polygon must have an outer ring", p)
    lines = [_unrolled(p, r, ring) for r, ring in enumerate(rings)]
    west = lines[0][:, 0].min()
    for hole in lines[1:]:
        hole[:, 0] += 360 * np.ceil((west - hole[:, 0].min()) / 360)
    piece = shapely.Polygon(lines[0], lines[1:])
    reason = str(shapely.is_valid_reason(piece))
    if reason != "Valid Geometry":
        raise _fault(p, lines, reason)
    if np.ptp(lines[0][:, 0]) > 360:
        raise InvalidRegion("a ring may span at most 360 degrees", p, 0)
    return piece


def _unrolled(p: int, r: int, ring: Ring) -> Floats:
    if len(ring) < 4:
        raise InvalidRegion("a ring must have at least four positions", p, r)
    for v, (lon, lat) in enumerate(ring):
        _degrees("lon", lon, 180, (p, r, v))
        _degrees("lat", lat, 90, (p, r, v))
    if ring[0] != ring[-1]:
        reason = "a ring must end with the position it begins with"
        raise InvalidRegion(reason, p, r, len(ring) - 1)
    line = np.array(ring, np.float64)
    step = np.diff(line[:, 0])
    along_pole = (np.abs(line[:-1, 1]) == 90) & (line[:-1, 1] == line[1:, 1])
    jump = np.where((np.abs(step) > 180) & ~along_pole, -np.sign(step), 0)
    turns = np.concatenate(([0], np.cumsum(jump)))
    if turns[-1] != 0:
        reason = "a ring that goes round a pole must have an edge along +90 or -90"
        raise InvalidRegion(reason, p, r)
    line[:, 0] += 360 * turns
    return line


def _fault(p: int, lines: list[Floats], reason: str) -> InvalidRegion:
    """Return the error for a fault that GEOS reports as ``Text[x y]``."""
    text, _, where = reason.partition("[")
    fault = shapely.Point(*map(float, where.rstrip("]").split()))
    nearest = []
    for r, line in enumerate(lines):
        edges = shapely.linestrings(np.stack((line[:-1], line[1:]), axis=1))
        far = shapely.distance(edges, fault)
        nearest.append((float(far.min()), r, int(far.argmin())))
    _, ring, vertex = min(nearest)
    rule = "rings must bound an area and not cross, holes must lie inside"
    return InvalidRegion(f"{text.lower()}; {rule}", p, ring, vertex)
