"""Maps that commands read; apart from other inputs, for geometry loads slowly."""

from __future__ import annotations

from pathlib import Path

from amberkit.cli._inputs import naming
from amberkit.errors import InvalidDocument, Problem
from amberkit.geo import InvalidRegion, Polygon
from amberkit.plans import Atlas, load_atlas
from amberkit.schemas import read_source

__all__ = ["read_atlas", "read_region"]


def read_atlas(given: Path | None) -> Atlas | None:
    """Read the atlas that is given, if one is; an error names the file."""
    if given is None:
        return None
    with naming("atlas", given):
        return load_atlas(given)


def read_region(given: Path | None, *, beside: Path | None = None) -> Polygon | None:
    """Read a GeoJSON region: the file given, or *beside* if there is such a file."""
    path = given or (beside if beside and beside.exists() else None)
    if path is None:
        return None
    with naming("region", path):
        document = read_source(path, "region")
        try:
            if isinstance(document, dict):
                return Polygon.from_geojson(document)
            reason = "must be a GeoJSON object"
        except InvalidRegion as error:
            reason = str(error)
        problem = Problem(path="$", code="no-region", message=reason)
        raise InvalidDocument("region", [problem])
