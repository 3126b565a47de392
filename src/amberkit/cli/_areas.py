"""The command about an area: a cover of a disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, Token

from amberkit.cli._exit import ExitCode, UsageError
from amberkit.cli._options import Json
from amberkit.cli._output import print_json, print_line, progress
from amberkit.cli._regions import read_region
from amberkit.geo import Containment, Disk, LatLon, Region
from amberkit.geo import cover as cover_region

__all__ = ["cover"]


def _whole(_: type, tokens: Sequence[Token]) -> int:
    """Read a whole number: by default 8.5 would become 8."""
    return int(tokens[0].value)


WholeNumber = Annotated[int, Parameter(converter=_whole)]

# Half the way around the ellipsoid along a meridian: no place is farther away.
_FARTHEST_KM = 20_003.932


def cover(
    lat: Annotated[float, Parameter(help="Latitude of the center, degrees north.")],
    lon: Annotated[
        float,
        Parameter(help="Longitude of the center, degrees east; negative is west."),
    ],
    /,
    *,
    radius_km: Annotated[float, Parameter(help="Radius in kilometers.")],
    resolution: Annotated[
        WholeNumber, Parameter(help="H3 resolution: 0 (coarse) to 15 (fine).")
    ] = 8,
    containment: Annotated[
        Containment,
        Parameter(
            help="Cells that share a point with the area (overlap), whose center lies "
            "in it (center), or that lie in it whole (within)."
        ),
    ] = Containment.OVERLAP,
    boundary: Annotated[
        Path | None,
        Parameter(help="GeoJSON file with a border that the area may not leave."),
    ] = None,
    max_rim_cells: Annotated[
        WholeNumber,
        Parameter(help="Refuse a cover that has more cells than this on its rim."),
    ] = 1_000_000,
    cells: Annotated[
        bool,
        Parameter(
            help="Print the compact cells and nothing else, one a line.",
            negative="",
            show_default=False,
        ),
    ] = False,
    json: Json = False,
) -> ExitCode:
    """Cover a disk on the ellipsoid with H3 cells.

    The answer is exact and does not depend on a map projection. Compact cells stand
    for all their descendants at the resolution.

    Example: amberkit cover 33.5731 -7.5898 --radius-km 10
    """
    _refuse_unfit(lat, lon, radius_km, resolution, max_rim_cells)
    region: Region = Disk(LatLon(lat=lat, lon=lon), radius_m=radius_km * 1000)
    border = read_region(boundary)
    if border is not None:
        region &= border
    with progress("covering") as tell:
        found = cover_region(
            region,
            resolution,
            containment,
            max_rim_cells=max_rim_cells,
            on_progress=tell,
        )
    compact = [f"{cell:x}" for cell in found.compact.tolist()]
    if json:
        print_json(
            {
                "resolution": found.resolution,
                "containment": containment.value,
                "count": len(found),
                "area_km2": round(found.area_m2 / 1e6, 3),
                "compact": compact,
            }
        )
    elif cells:
        for cell in compact:
            print_line(cell)
    else:
        print_line(f"cells at resolution {found.resolution}: {len(found):,}")
        print_line(f"compact: {len(compact):,}")
        print_line(f"area: {found.area_m2 / 1e6:,.1f} km2")
    return ExitCode.DONE


def _refuse_unfit(
    lat: float, lon: float, radius_km: float, resolution: int, max_rim_cells: int
) -> None:
    """Report everything that is out of range, in the words of the command line."""
    fits = {
        "LAT must be in [-90, 90], degrees north": -90 <= lat <= 90,
        "LON must be in [-180, 180], degrees east": -180 <= lon <= 180,
        f"--radius-km must be more than 0 and at most {_FARTHEST_KM:,}": (
            0 < radius_km <= _FARTHEST_KM
        ),
        "--resolution must be in [0, 15]": 0 <= resolution <= 15,
        "--max-rim-cells must be at least 1": max_rim_cells >= 1,
    }
    if problems := [says for says, fit in fits.items() if not fit]:
        raise UsageError(*problems)
