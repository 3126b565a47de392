"""From a GeoJSON document to an atlas, with every problem at its place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

import attrs

from amberkit.errors import InvalidDocument, InvalidValue, Problem
from amberkit.geo import Corridor, InvalidRegion, LatLon, Polygon
from amberkit.plans.ground._atlas import Atlas, NamedArea, Neighbor, PlaceName, Road
from amberkit.schemas import check, read_source, refuse_unless_json
from amberkit.values import Localized, clean_text

__all__ = ["load_atlas"]

T = TypeVar("T")

_Thing: TypeAlias = NamedArea | Neighbor | PlaceName | Road

_TYPES: Mapping[str, tuple[str, ...]] = {
    "area": ("Polygon", "MultiPolygon"),
    "neighbor": ("Polygon", "MultiPolygon"),
    "place": ("Point",),
    "road": ("LineString", "MultiLineString"),
}
"""The geometry of each kind of feature."""

_UNIQUE = {"neighbor": "id", "road": "name"}
"""By what those are told apart that are asked for one by one."""


def load_atlas(
    source: str | os.PathLike[str] | bytes | Mapping[str, object],
) -> Atlas:
    """Read an atlas: a path, JSON bytes, or the document already parsed.

    It is one GeoJSON FeatureCollection. What a feature is stands in its properties as
    ``kind``: an ``area`` with ``level`` and ``name``, a ``road`` with ``name``, a
    ``neighbor`` with ``id``, ``name`` and, if there is one, ``pack``, or a ``place``
    with ``name``. Names are objects of language tag and text, but that of a road is one
    text, for sightings name it. Each kind stands in the atlas in the order of the
    document. See ``json_schema("atlas")``.

    Raises:
        UnreadableDocument: If the file cannot be read or is no strict JSON.
        InvalidDocument: If it describes no atlas; all problems are listed, those of a
            geometry at ``$.features[i].geometry``.
    """
    if isinstance(source, Mapping):
        raw = refuse_unless_json(source, "atlas")
    else:
        raw = read_source(source, "atlas")
    if problems := check("atlas", raw):
        raise InvalidDocument("atlas", problems)
    assert isinstance(raw, dict)  # noqa: S101 - the schema has just said so
    features = [
        _Feature(f"$.features[{index}]", each["properties"], each["geometry"])
        for index, each in enumerate(raw["features"])
    ]
    things = [feature.read() for feature in features]
    wrong = [problem for feature in features for problem in feature.problems]
    wrong += _twice(features)
    if wrong:
        raise InvalidDocument("atlas", wrong)
    return Atlas(
        areas=tuple(each for each in things if isinstance(each, NamedArea)),
        roads=tuple(each for each in things if isinstance(each, Road)),
        neighbors=tuple(each for each in things if isinstance(each, Neighbor)),
        places=tuple(each for each in things if isinstance(each, PlaceName)),
    )


@attrs.frozen
class _Feature:
    """One feature of the document, and where what is wrong with it is noted."""

    path: str
    said: Mapping[str, Any]
    geometry: Mapping[str, Any]
    problems: list[Problem] = attrs.field(factory=list)

    def read(self) -> _Thing | None:
        """Return what it is, or None where something is wrong with it."""
        said = self.said
        match said["kind"]:
            case "road":
                called, lines = self._of("name", clean_text), self._where(_lines)
                if called is not None and lines is not None:
                    return Road(name=called, lines=lines)
            case "place":
                name, point = self._of("name", Localized), self._where(_point)
                if name is not None and point is not None:
                    return PlaceName(name=name, at=point)
            case kind:
                name = self._of("name", Localized)
                region = self._where(Polygon.from_geojson)
                if name is None or region is None:
                    return None
                if kind == "area":
                    return NamedArea(level=said["level"], name=name, region=region)
                pack = said.get("pack")
                return Neighbor(id=said["id"], name=name, region=region, pack=pack)
        return None

    def _of(self, key: str, make: Callable[[Any], T]) -> T | None:
        """Return one of its properties, or None and a problem."""
        try:
            return make(self.said[key])
        except InvalidValue as error:
            self._note(f"properties.{key}", "wrong-form", f"must be {error.expected}")
        return None

    def _where(self, make: Callable[[Any], T]) -> T | None:
        """Return its place, or None and a problem."""
        kind = self.said["kind"]
        if self.geometry["type"] not in _TYPES[kind]:
            right = f"must be {' or '.join(_TYPES[kind])}, for it is that of a {kind}"
            self._note("geometry.type", "not-listed", right)
            return None
        try:
            return make(self.geometry)
        except (InvalidRegion, InvalidValue) as error:
            self._note("geometry", "no-region", str(error))
        return None

    def _note(self, path: str, code: str, message: str) -> None:
        path = f"{self.path}.{path}"
        self.problems.append(Problem(path=path, code=code, message=message))


def _lines(geometry: Mapping[str, Any]) -> tuple[tuple[LatLon, ...], ...]:
    # A corridor checks what a plan will ask of the road: two points, no gap too wide.
    return Corridor.from_geojson(geometry, reach_m=1.0).lines


def _point(geometry: Mapping[str, Any]) -> LatLon:
    match geometry["coordinates"]:
        case [lon, lat, *_]:
            return LatLon(lat=lat, lon=lon)
        case _:
            raise InvalidValue("coordinates", "a position of lon and lat")


def _twice(features: list[_Feature]) -> Iterator[Problem]:
    """Yield each road or neighbor that is called like one before."""
    seen: dict[tuple[str, str], str] = {}
    for feature in features:
        kind = feature.said["kind"]
        if kind not in _UNIQUE:
            continue
        key = _UNIQUE[kind]
        first = seen.setdefault((kind, feature.said[key]), feature.path)
        if first != feature.path:
            yield Problem(
                path=f"{feature.path}.properties.{key}",
                code="not-unique",
                message=f"must be another one than {first} has",
            )
