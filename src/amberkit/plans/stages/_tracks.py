"""One place over time: how large its area is when, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility.packs import Pack
from amberkit.eligibility.packs.policy import Growth, ReachGrowth
from amberkit.geo import Region
from amberkit.plans._errors import PlanRefused
from amberkit.plans.ground import Atlas, Road
from amberkit.plans.growth import Movement, Origin, Step, Why, WhyCode, steps
from amberkit.plans.stages._areas import Area, along, area_of
from amberkit.plans.trail import Focus

__all__ = ["Track", "TrackStep", "tracks_from"]


@attrs.frozen(kw_only=True)
class TrackStep:
    """One size of one place, and from when it is right."""

    starts: dt.datetime
    radius_m: float
    region: Region
    why: Why


@attrs.frozen(kw_only=True)
class Track:
    """The steps of one place; the first one starts when the plan does."""

    focus: int
    steps: tuple[TrackStep, ...]


def tracks_from(
    foci: tuple[Focus, ...],
    pack: Pack,
    *,
    corridor_m: float,
    atlas: Atlas,
    now: dt.datetime,
    expires: dt.datetime,
) -> tuple[Track, ...]:
    """Return what each place adds to the area over time.

    Where growth is by reach, and the child was seen in a vehicle on a road that the
    atlas has, the area goes farther along that road: as far as one can drive on it,
    without a detour.

    Raises:
        PlanRefused: If the pack goes by administrative areas, and the atlas has none
            that holds the main place.
    """
    growth, cap_m = pack.policy.growth.value, pack.policy.max_radius_m.value

    def track(index: int, focus: Focus, way: _Way) -> Track:
        found = []
        for step in steps(growth, way.moving, now=now, expires=expires):
            area = area_of(focus, step.size, atlas, cap_m=cap_m)
            if step.code is WhyCode.RUNG and not area.names and index == 0:
                level = step.size[-1].level if isinstance(step.size, tuple) else ""
                raise PlanRefused(
                    "no-area",
                    f"the atlas must have an area of the level {level!r} that holds "
                    "the main place, which is where the child was last seen or the "
                    "latest sighting that is sure",
                )
            if way.road is not None:
                area = along(area, way.road, corridor_m=corridor_m)
            found.append(
                TrackStep(
                    starts=step.starts,
                    radius_m=area.radius_m,
                    region=area.region,
                    why=_why(step, area, way, pack),
                )
            )
        return Track(focus=index, steps=tuple(found))

    return tuple(
        track(index, focus, way)
        for index, focus in enumerate(foci)
        for way in _ways(focus, growth)
    )


@attrs.frozen
class _Way:
    """How one gets on from a place: on any road, or along one."""

    origin: Origin
    moving: Movement
    road: Road | None = None


def _ways(focus: Focus, growth: Growth) -> Iterator[_Way]:
    pace, is_followed = growth.pace, focus.road is not None
    mobility = Mobility.VEHICLE if is_followed else focus.mobility
    freely = Movement(
        since=focus.since,
        mobility=mobility,
        speed_kmh=pace.speeds_kmh.of(mobility),
        detour_factor=pace.detour_factor,
    )
    yield _Way(focus.origin, freely)
    if is_followed and isinstance(growth, ReachGrowth):
        straight = attrs.evolve(
            freely,
            mobility=Mobility.HIGHWAY,
            speed_kmh=pace.speeds_kmh.highway,
            detour_factor=1.0,
        )
        yield _Way(Origin.ROAD, straight, focus.road)


def _why(step: Step, area: Area, way: _Way, pack: Pack) -> Why:
    moving, policy = way.moving, pack.policy
    is_farthest = area.radius_m == policy.max_radius_m.value
    decided = policy.max_radius_m if is_farthest else policy.growth
    return Why(
        code=step.code,
        origin=way.origin,
        radius_m=area.radius_m,
        names=area.names,
        elapsed_s=round((step.starts - moving.since).total_seconds()),
        speed_kmh=moving.speed_kmh,
        detour_factor=moving.detour_factor,
        mobility=moving.mobility,
        reach_m=round(moving.reach_m(step.starts)),
        evidence=decided.evidence,
        source=decided.source,
    )
