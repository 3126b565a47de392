"""Lines of corridors: read from GeoJSON, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from amberkit.errors import InvalidValue
from amberkit.geo._errors import InvalidRegion
from amberkit.geo.regions._documents import array, geometries, position
from amberkit.values import LatLon

__all__ = ["MAX_POINTS", "Lines", "checked_lines", "read_lines"]

Line: TypeAlias = tuple[LatLon, ...]
Lines: TypeAlias = tuple[Line, ...]

MAX_POINTS = 100_000


def read_lines(geojson: object) -> Lines:
    """Return the lines of a GeoJSON object; see `Corridor.from_geojson`.

    Raises:
        InvalidRegion: If it has another type or another form.
    """
    lines: list[Line] = []
    for kind, coordinates in geometries(geojson, ("LineString", "MultiLineString")):
        if kind == "LineString":
            lines.append(_line(len(lines), coordinates))
        else:
            several = array(coordinates, "coordinates")
            lines += [_line(n, line) for n, line in enumerate(several, len(lines))]
    return tuple(lines)


def _line(n: int, line: object) -> Line:
    return tuple(
        LatLon(lat=lat, lon=lon)
        for lon, lat in (
            position(value, line=n, vertex=v)
            for v, value in enumerate(array(line, "a line", line=n))
        )
    )


def checked_lines(value: Sequence[LatLon] | Sequence[Sequence[LatLon]]) -> Lines:
    """Return one line or several as tuples.

    Raises:
        InvalidRegion: If there is none, one has fewer than two points, or there are
            too many points.
        InvalidValue: If something else is among them.
    """
    given = _sequence(value)
    one = bool(given) and isinstance(given[0], LatLon)
    lines = [given] if one else [_sequence(line) for line in given]
    if not lines:
        raise InvalidRegion("there must be at least one line")
    if sum(map(len, lines)) > MAX_POINTS:
        raise InvalidRegion(f"there may be at most {MAX_POINTS} points")
    for n, line in enumerate(lines):
        if not all(isinstance(point, LatLon) for point in line):
            raise InvalidValue("lines", "sequences of LatLon")
        if len(line) < 2:
            raise InvalidRegion("a line must have at least two points", line=n)
    return tuple(tuple(line) for line in lines)


def _sequence(value: object) -> Sequence[Any]:
    if not isinstance(value, Sequence):
        raise InvalidValue("lines", "a sequence of LatLon, or several of them")
    return value
