"""From the tracks of all places to the stages of an alert."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_

from amberkit.geo import CellSet, Region, cover_stages
from amberkit.plans._errors import PlanRefused
from amberkit.plans.stages._stage import Part, Stage
from amberkit.plans.stages._tracks import Track

__all__ = ["stages_from"]

# Places grow at times of their own. Changes that are so near to each other are one: the
# later one comes earlier, which is the safe side, and nobody is told twice in a row.
_NEAR = dt.timedelta(minutes=10)


def stages_from(
    tracks: tuple[Track, ...],
    *,
    expires: dt.datetime,
    resolution: int,
    boundary: Region | None,
    known: Mapping[Region, CellSet],
    before: CellSet | None,
    on_progress: Callable[[float], None] | None,
) -> tuple[Stage, ...]:
    """Return the stages, each the union of what all places add at its time.

    Args:
        tracks: The places over time.
        expires: When the last stage ends.
        resolution: The h3 resolution of the cells.
        boundary: What no stage leaves; None for no limit.
        known: Covers of regions that are not asked for again, at *resolution*.
        before: The cells that the plan before had in force; None for a first plan.
        on_progress: Called with a share in [0, 1] while cells are computed.

    Raises:
        PlanRefused: If a stage has nothing within the boundary.
        CoverTooLarge: If the rim has more cells than `cover` allows.
    """
    begins = _begins(tracks)
    starts = sorted({at for own in begins for at in own})
    parts = [_parts(tracks, begins, start) for start in starts]
    regions = [_bounded(each, boundary) for each in parts]
    covers = _covers(regions, resolution, known, on_progress)
    if not all(covers):
        raise PlanRefused("outside-boundary", "the area lies outside the boundary")
    none = CellSet(resolution)
    earlier = [none if before is None else before, *covers]
    return tuple(
        Stage(
            index=index,
            starts=start,
            ends=end,
            radius_m=max(part.radius_m for part in those),
            region=region,
            cells=cells,
            added=cells - old,
            withdrawn=old - cells,
            parts=those,
        )
        for index, (start, end, those, region, cells, old) in enumerate(
            zip(
                starts,
                [*starts[1:], expires],
                parts,
                regions,
                covers,
                earlier[:-1],
                strict=True,
            )
        )
    )


def _begins(tracks: tuple[Track, ...]) -> list[list[dt.datetime]]:
    """Return for each track when its steps begin in the plan: on time, or a bit early.

    A step joins the stage before it where that began shortly before, and its own place
    had not changed there; so each step of a single place has a stage of its own.
    """
    begins: list[list[dt.datetime]] = [[] for _ in tracks]
    latest: dt.datetime | None = None
    changes = sorted(
        (step.starts, index) for index, each in enumerate(tracks) for step in each.steps
    )
    for at, index in changes:
        own = begins[index]
        has_changed = bool(own) and own[-1] == latest
        if latest is None or at - latest > _NEAR or has_changed:
            latest = at
        own.append(latest)
    return begins


def _parts(
    tracks: tuple[Track, ...], begins: list[list[dt.datetime]], start: dt.datetime
) -> tuple[Part, ...]:
    """Return what each track adds in the stage that begins at *start*."""

    def part(track: Track, own: list[dt.datetime]) -> Part:
        current = bisect.bisect_right(own, start) - 1
        step = track.steps[current]
        return Part(
            focus=track.focus,
            radius_m=step.radius_m,
            region=step.region,
            why=step.why,
            is_new=own[current] == start,
        )

    return tuple(map(part, tracks, begins))


def _bounded(parts: tuple[Part, ...], boundary: Region | None) -> Region:
    region = reduce(or_, dict.fromkeys(part.region for part in parts))
    return region if boundary is None else region & boundary


def _covers(
    regions: list[Region],
    resolution: int,
    known: Mapping[Region, CellSet],
    on_progress: Callable[[float], None] | None,
) -> list[CellSet]:
    """Return the cover of each region; what is known already costs nothing."""
    asked = [region for region in dict.fromkeys(regions) if region not in known]
    found = cover_stages(asked, resolution, on_progress=on_progress)
    covers = {**known, **dict(zip(asked, found, strict=True))}
    return [covers[region] for region in regions]
