"""Rings of polygons: read from GeoJSON, checked, and unrolled into the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo._errors import InvalidRegion
from amberkit.geo.regions._documents import (
    Position,
    array,
    degrees,
    geometries,
    position,
)

__all__ = [
    "MAX_POINTS",
    "Rings",
    "check_count",
    "checked_pieces",
    "checked_rings",
    "fault",
    "read_polygons",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ring: TypeAlias = tuple[Position, ...]
Rings: TypeAlias = tuple[Ring, ...]

MAX_POINTS = 100_000


# --- reading --------------------------------------------------------------------------


def read_polygons(geojson: object) -> list[Rings]:
    """Return the polygons of a GeoJSON object as tuples; see `Polygon.from_geojson`.

    Raises:
        InvalidRegion: If it has another type or another form.
    """
    polygons: list[Rings] = []
    for kind, coordinates in geometries(geojson, ("Polygon", "MultiPolygon")):
        if kind == "Polygon":
            polygons.append(_rings(len(polygons), coordinates))
        else:
            several = array(coordinates, "coordinates")
            polygons += [
                _rings(p, rings) for p, rings in enumerate(several, len(polygons))
            ]
    return polygons


def _rings(p: int, rings: object) -> Rings:
    lines = [
        array(ring, "a ring", polygon=p, ring=r)
        for r, ring in enumerate(array(rings, "coordinates", polygon=p))
    ]
    _check_total(sum(map(len, lines)))
    return tuple(
        tuple(
            position(value, polygon=p, ring=r, vertex=v) for v, value in enumerate(line)
        )
        for r, line in enumerate(lines)
    )


def _check_total(total: int) -> None:
    if total > MAX_POINTS:
        raise InvalidRegion(f"there may be at most {MAX_POINTS} positions")


# --- checking -------------------------------------------------------------------------


def check_count(polygons: Sequence[Rings]) -> None:
    """Refuse none and too many."""
    total = sum(len(ring) for rings in polygons for ring in rings)
    _check_total(total)
    if not polygons:
        raise InvalidRegion("there must be at least one polygon")


def checked_pieces(polygons: Sequence[Rings]) -> list[shapely.Polygon]:
    """Return polygons in the plane, their longitudes without jumps.

    Raises:
        InvalidRegion: If one of them is no valid area; see `Polygon`.
    """
    check_count(polygons)
    return [_piece(p, rings) for p, rings in enumerate(polygons)]


def checked_rings(p: int, rings: Rings) -> list[Floats]:
    """Return the rings of polygon *p* as arrays ``(n, 2)`` of lon and lat.

    Raises:
        InvalidRegion: If there is none, one is not closed or too short, or a
            coordinate is no number in its range.
    """
    if not rings:
        raise InvalidRegion("a polygon must have an outer ring", p)
    return [_checked(p, r, ring) for r, ring in enumerate(rings)]


def _piece(p: int, rings: Rings) -> shapely.Polygon:
    lines = [_unrolled(p, r, line) for r, line in enumerate(checked_rings(p, rings))]
    west = lines[0][:, 0].min()
    for hole in lines[1:]:
        hole[:, 0] += 360 * np.ceil((west - hole[:, 0].min()) / 360)
    piece = shapely.Polygon(lines[0], lines[1:])
    reason = str(shapely.is_valid_reason(piece))
    if reason != "Valid Geometry":
        owners = [np.arange(len(line)) for line in lines]
        raise fault(p, lines, owners, reason)
    if np.ptp(lines[0][:, 0]) > 360:
        raise InvalidRegion("a ring may span at most 360 degrees", p, 0)
    return piece


_NO_LENGTH = (
    "an edge from -180 to 180 has no length, for edges go the shorter way; put "
    "positions between, at most 180 degrees apart"
)


def _checked(p: int, r: int, ring: Ring) -> Floats:
    if len(ring) < 4:
        raise InvalidRegion(
            "a ring must have at least four positions, the last one as the first", p, r
        )
    for v, (lon, lat) in enumerate(ring):
        degrees("lon", lon, 180, polygon=p, ring=r, vertex=v)
        degrees("lat", lat, 90, polygon=p, ring=r, vertex=v)
    if ring[0] != ring[-1]:
        reason = "a ring must end with the position it begins with"
        raise InvalidRegion(reason, p, r, len(ring) - 1)
    return np.array(ring, np.float64)


def _unrolled(p: int, r: int, line: Floats) -> Floats:
    step = np.diff(line[:, 0])
    along_pole = (np.abs(line[:-1, 1]) == 90) & (line[:-1, 1] == line[1:, 1])
    jump = np.where((np.abs(step) > 180) & ~along_pole, -np.sign(step), 0)
    turns = np.concatenate(([0], np.cumsum(jump)))
    if turns[-1] != 0:
        (seams,) = np.nonzero((np.abs(step) == 360) & ~along_pole)
        if len(seams):
            raise InvalidRegion(_NO_LENGTH, p, r, int(seams[0]))
        reason = "a ring that goes round a pole must have an edge along +90 or -90"
        raise InvalidRegion(reason, p, r)
    line[:, 0] += 360 * turns
    return line


def fault(
    p: int, lines: list[Floats], owners: list[Ints], reason: str
) -> InvalidRegion:
    """Return the error for a fault that GEOS reports as ``Text[x y]``.

    Args:
        p: Index of the polygon.
        lines: Its rings in a plane, closed.
        owners: For each point of each ring, the vertex it belongs to.
        reason: What GEOS says.
    """
    text, _, where = reason.partition("[")
    place = shapely.Point(*map(float, where.rstrip("]").split()))
    nearest = []
    for r, line in enumerate(lines):
        edges = shapely.linestrings(np.stack((line[:-1], line[1:]), axis=1))
        far = shapely.distance(edges, place)
        nearest.append((float(far.min()), r, int(owners[r][far.argmin()])))
    _, ring, vertex = min(nearest)
    rule = "rings must bound an area and not cross, holes must lie inside"
    return InvalidRegion(f"{text.lower()}; {rule}", p, ring, vertex)
