"""What somebody must look at, and what somebody must decide, before a plan goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from amberkit.agency import Agency, Bounds
from amberkit.cases import Case, Mobility
from amberkit.eligibility.packs.policy import Growth, ReachGrowth
from amberkit.errors import Problem
from amberkit.geo import boundary_rings
from amberkit.plans._overrides import Concern
from amberkit.plans.exposure import ExposureFinding
from amberkit.plans.growth import WhyCode
from amberkit.plans.stages import Part, Stage
from amberkit.plans.trail import Effect, Trail

__all__ = ["alarms_of", "concerns_of"]

_TOLD = {
    Effect.NOT_YET: (
        "not-yet",
        "must not be after now; until it is corrected, the sighting does not count",
    ),
    Effect.SPLITS: (
        "contradicts",
        "cannot be reached from the main place in time: one of the two is wrong, and "
        "the area holds both",
    ),
    Effect.CROSSES: (
        "beyond-boundary",
        "lies beyond the boundary: the neighbor has to be asked, and the area here "
        "goes on",
    ),
}


def alarms_of(
    case: Case,
    trail: Trail,
    stages: tuple[Stage, ...],
    growth: Growth,
    agency: Agency,
    exposure: tuple[ExposureFinding, ...],
    *,
    now: dt.datetime,
    deadline: dt.datetime,
) -> tuple[Problem, ...]:
    """Return what somebody must look at, the most urgent first."""
    return (
        *_late(now, deadline),
        *_sightings(case, trail, now),
        *_off_the_map(trail, stages),
        *_past_reach(stages, growth),
        *_past_bounds(stages, agency),
        *_past_budget(exposure),
    )


def concerns_of(
    stages: tuple[Stage, ...],
    growth: Growth,
    trail: Trail,
    exposure: tuple[ExposureFinding, ...],
) -> Iterator[Concern]:
    """Yield what somebody must decide before it goes out live."""
    is_on_foot = all(focus.mobility is Mobility.ON_FOOT for focus in trail.foci)
    if is_on_foot and any(_past_reach(stages, growth)):
        yield Concern.BEYOND_REACH
    if any(finding.exceeds for finding in exposure):
        yield Concern.EXPOSURE


def _sightings(case: Case, trail: Trail, now: dt.datetime) -> Iterator[Problem]:
    for each in trail.weighed:
        path = f"$.sightings[{each.sighting}]"
        if each.effect in _TOLD:
            code, message = _TOLD[each.effect]
            field = ""
            if each.effect is Effect.NOT_YET:
                is_seen = case.sightings[each.sighting].seen > now
                field = ".seen" if is_seen else ".reported"
            yield Problem(path=path + field, code=code, message=message)
    for focus in trail.foci:
        if focus.sighting is None or focus.road is not None:
            continue
        if case.sightings[focus.sighting].road is not None:
            yield Problem(
                path=f"$.sightings[{focus.sighting}].road",
                code="no-road",
                message="is followed only if the atlas has it and a vehicle is on it; "
                "the area grows in all directions alike",
            )


def _off_the_map(trail: Trail, stages: tuple[Stage, ...]) -> Iterator[Problem]:
    """Say of which sightings the atlas has no area."""
    nameless = {
        part.focus
        for stage in stages
        for part in stage.parts
        if part.why.code is WhyCode.RUNG and not part.why.names
    }
    for index in sorted(nameless):
        yield Problem(
            path=f"$.sightings[{trail.foci[index].sighting}]",
            code="no-area",
            message="lies in no area of the atlas of a level that the ladder has; the "
            "place itself stands for it",
        )


def _past_reach(stages: tuple[Stage, ...], growth: Growth) -> Iterator[Problem]:
    """Say that the area goes farther than anybody can come while the alert lasts."""
    if isinstance(growth, ReachGrowth):
        return
    last = stages[-1]
    beyond = [part for part in last.parts if part.radius_m > _reach_m(part, last)]
    if beyond and len(beyond) == len(last.parts):
        reach_m = max(_reach_m(part, last) for part in last.parts)
        yield Problem(
            path="$.circumstances.mobility",
            code="beyond-reach",
            message=f"the area goes {last.radius_m / 1000:,.0f} km far, but by its end "
            f"no more than {reach_m / 1000:,.0f} km can be reached at the pace assumed",
        )


def _reach_m(part: Part, stage: Stage) -> float:
    """Return how far one can have come by the end of a stage, in meters."""
    why = part.why
    more_s = (stage.ends - stage.starts).total_seconds()
    return why.reach_m + more_s * why.speed_kmh / 3.6 / why.detour_factor


def _late(now: dt.datetime, deadline: dt.datetime) -> Iterator[Problem]:
    if now > deadline:
        yield Problem(
            path="$.report.received",
            code="deadline-passed",
            message="the alert should have been public by "
            + deadline.isoformat(timespec="minutes"),
        )


def _past_bounds(stages: tuple[Stage, ...], agency: Agency) -> Iterator[Problem]:
    """Say from which stage on the area leaves the agency's bounds."""
    bounds = agency.bounds
    # Areas only grow: where the last one stays within, all do.
    if bounds is None or _is_within(bounds, stages[-1]):
        return
    first = next(stage for stage in stages if not _is_within(bounds, stage))
    yield Problem(
        path="$.bounds",
        code="beyond-bounds",
        message=f"stage {first.index + 1} and what follows reach beyond the agency's "
        "bounds; a boundary would keep them inside",
    )


def _is_within(bounds: Bounds, stage: Stage) -> bool:
    rings = boundary_rings(stage.region, points=72)
    return all(
        bounds.holds(lat=lat, lon=lon) for ring in rings for lon, lat in ring.tolist()
    )


def _past_budget(exposure: tuple[ExposureFinding, ...]) -> Iterator[Problem]:
    """Say where people would be alerted more often than the agency allows itself."""
    for found in exposure:
        if found.exceeds:
            window = found.window
            yield Problem(
                path="$.exposure",
                code="exposure",
                message=f"this would be alert {found.most} within {window.days:g} days "
                f"somewhere, and more than the {window.alerts} that the budget allows "
                f"in {found.cells:,} cells, {found.area_km2:,.1f} km2, "
                f"{found.share:.1%} of the area; go on with a recorded override",
            )
