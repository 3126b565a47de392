"""GeoJSON documents: the geometries in them, and their positions, checked one by one.

What has a ``__geo_interface__`` (a shapely geometry, a GeoDataFrame of geopandas) is
read through it. https://gist.github.com/sgillies/2217756
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from amberkit.geo._errors import InvalidRegion

__all__ = ["Position", "array", "degrees", "geometries", "position"]

Position: TypeAlias = tuple[float, float]

# Features may hold collections, but nobody nests them deep.
_MAX_DEPTH = 16


def geometries(
    document: object, kinds: tuple[str, str], depth: int = 0
) -> Iterator[tuple[str, object]]:
    """Return the type and the coordinates of each geometry of a document.

    Args:
        document: A geometry, a Feature, or a FeatureCollection, parsed, or something
            with a ``__geo_interface__`` that gives one.
        kinds: The two types of geometry that are right.
        depth: How many documents hold this one.

    Raises:
        InvalidRegion: If it has another type or another form.
    """
    found = _mapping(document) if depth <= _MAX_DEPTH else {}
    match found.get("type"):
        case "FeatureCollection":
            for feature in array(found.get("features"), "features"):
                yield from geometries(feature, kinds, depth + 1)
        case "Feature":
            yield from geometries(found.get("geometry"), kinds, depth + 1)
        case kind if kind in kinds:
            yield kind, found.get("coordinates")
        case _:
            expected = f"a {kinds[0]}, {kinds[1]}, Feature, or FeatureCollection"
            raise InvalidRegion(f"the document must be {expected} of these")


def _mapping(document: object) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        document = getattr(document, "__geo_interface__", None)
    return document if isinstance(document, Mapping) else {}


def array(value: object, name: str, **place: int) -> Sequence[Any]:
    """Return *value* if it is an array.

    Args:
        value: What was read.
        name: What it is, for the error.
        place: Where it is, as `InvalidRegion` names it.

    Raises:
        InvalidRegion: If it is none.
    """
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise InvalidRegion(f"{name} must be an array", **place)
    return value


def position(value: object, **place: int) -> Position:
    """Return a position as longitude and latitude; see `array`."""
    numbers = array(value, "a position", **place)
    if len(numbers) < 2:
        raise InvalidRegion("a position must have lon and lat", **place)
    return degrees("lon", numbers[0], 180, **place), degrees(
        "lat", numbers[1], 90, **place
    )


def degrees(name: str, value: object, limit: int, **place: int) -> float:
    """Return a finite number within a limit; see `array`."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not -limit <= value <= limit
    ):
        reason = f"{name} must be a finite number in [-{limit}, {limit}]"
        raise InvalidRegion(reason, **place)
    return float(value)
