"""Commands about areas: a cover of a disk, a map of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._cases import make_plan
from amberkit.cli._exit import ExitCode
from amberkit.cli._inputs import read_region
from amberkit.cli._output import print_json, print_line, progress, write_files
from amberkit.geo import Containment, Disk, LatLon, Region
from amberkit.geo import cover as cover_region
from amberkit.render import render_map
from amberkit.values import Mode

__all__ = ["cover", "map_"]


def cover(
    lat: float,
    lon: float,
    *,
    radius_km: float,
    resolution: int = 8,
    containment: Containment = Containment.OVERLAP,
    within: Path | None = None,
    cells: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> ExitCode:
    """Cover a disk with H3 cells.

    Example: amberkit cover 33.5731 -7.5898 --radius-km 160 --resolution 8

    Parameters
    ----------
    lat
        Latitude of the center, degrees north.
    lon
        Longitude of the center, degrees east; negative is west.
    radius_km
        Radius in kilometers.
    resolution
        H3 resolution, 0 to 15.
    containment
        overlap: cells that share a point with the area; center: cells whose center
        lies in it; within: cells that lie in it whole.
    within
        GeoJSON file with a border that the area must not leave.
    cells
        Print the compact cells, one a line.
    json
        Print JSON, cells included.
    """
    region: Region = Disk(LatLon(lat=lat, lon=lon), radius_m=radius_km * 1000)
    border = read_region(within)
    if border is not None:
        region &= border
    with progress("covering") as tell:
        found = cover_region(region, resolution, containment, on_progress=tell)
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


def map_(
    case: Path,
    *,
    out: Path,
    agency: Path | None = None,
    pack: str | None = None,
    boundary: Path | None = None,
    land: Path | None = None,
    languages: Annotated[
        tuple[str, ...] | None, Parameter(consume_multiple=True, negative="")
    ] = None,
    mode: Mode = Mode.EXERCISE,
    now: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> ExitCode:
    """Write the map of a case's plan, and nothing else.

    Example: amberkit map docs/examples/casablanca.json --out map.html

    Parameters
    ----------
    case
        The case document.
    out
        The HTML file to write.
    agency
        The agency's document; by default agency.json beside the case.
    pack
        The pack; by default the agency's.
    boundary
        GeoJSON file with a border that the area must not leave.
    land
        GeoJSON file with what is land; by default land.geojson beside the case.
    languages
        BCP 47 tags, the leading one first; by default the pack's.
    mode
        exercise, test or live.
    now
        The time to plan at; by default the report, or the clock if live.
    json
        Print JSON.
    """
    made = make_plan(
        case, agency=agency, pack=pack, boundary=boundary, mode=mode, now=now
    )
    page = render_map(
        made.plan,
        agency=made.agency,
        languages=languages or made.pack.policy.languages.value,
        mode=mode,
        land=read_region(land, beside=case.parent / "land.geojson"),
    )
    write_files(out.parent, {out.name: page.encode()})
    if json:
        print_json({"map": str(out), "stages": len(made.plan.stages)})
    else:
        print_line(f"{out}  the map, {len(made.plan.stages)} stages")
    return ExitCode.DONE
