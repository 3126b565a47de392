"""Case and assessment in, plan out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable

import attrs

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.eligibility import Assessment, Pack
from amberkit.eligibility.packs import value_of
from amberkit.geo import CoverTooLarge, Region, cell_width_m
from amberkit.plans._alarms import alarms_of, concerns_of
from amberkit.plans._errors import PlanRefused
from amberkit.plans._overrides import Override
from amberkit.plans._plan import AlertPlan, Schedule
from amberkit.plans._refuse import refuse_outside, refuse_unfit
from amberkit.plans._revise import (
    cells_before,
    covers_of,
    refuse_unrelated,
    revision_of,
)
from amberkit.plans._services import plan_services
from amberkit.plans.exposure import Exposure, ExposureFinding, find_exposure
from amberkit.plans.ground import Atlas
from amberkit.plans.stages import Stage, stages_from, tracks_from
from amberkit.plans.trail import DEFAULT_RULE, follow
from amberkit.values import aware_utc

__all__ = ["plan_alert"]

_FINEST = 15


def plan_alert(
    case: Case,
    assessment: Assessment,
    pack: Pack,
    *,
    agency: Agency,
    now: dt.datetime,
    boundary: Region | None = None,
    atlas: Atlas | None = None,
    previous: AlertPlan | None = None,
    exposure: Exposure | None = None,
    overrides: Iterable[Override] = (),
    on_progress: Callable[[float], None] | None = None,
) -> AlertPlan:
    """Plan areas and times of an alert.

    Public stages grow as the pack's growth says, from the place last seen and from what
    sightings make of it, each within *boundary*. Time counts from when the child was
    there: a late report begins with a large area. Geometry is drawn around the centers
    of the H3 cells that hold the points at the pack's public resolution, with radii
    enlarged by the farthest that any point of such a cell can be from there, and by the
    uncertainty, rounded up to 500 m, 1 km, 2 km and so on. So each region contains the
    disk that is meant, and tells of a point only its coarse cell, and of the
    uncertainty only its order. The services are told at once, nationwide where the pack
    says so.

    Args:
        case: The case.
        assessment: Its assessment under *pack*.
        pack: The pack that decides growth, deadline and duration.
        agency: The agency; its bounds catch swapped coordinates.
        now: The time of planning; aware.
        boundary: What the area must not leave; None for no limit.
        atlas: Administrative areas and roads, where the pack or a sighting asks for
            them; names for the map.
        previous: The plan before, of the same alert. Its duration still counts, stages
            that are the same cost nothing, and the new plan says what changed.
        exposure: How often the agency allows itself to alert the same people, and what
            it has sent; None to count nothing.
        overrides: The recorded decisions; one is needed where the verdict is UNKNOWN,
            and, before anything goes out live, for each concern in ``unsettled``.
        on_progress: Called with a share in [0, 1] while cells are computed.

    Returns:
        The plan. Same arguments, same plan.

    Raises:
        PlanRefused: If the assessment is of another case, revision or pack, or FALSE,
            or UNKNOWN without an override; if *now* lies before the report; if the
            point lies outside the agency's bounds or the area outside *boundary*; if
            *previous* is of another case or over; if the pack asks for an area that
            the atlas has not; if the spill that the pack allows asks for more cells
            than `cover` gives.
    """
    now = aware_utc(now)
    decided = tuple(overrides)
    refuse_unfit(case, assessment, pack, now, decided)
    refuse_outside(case, agency)
    policy, growth = pack.policy, pack.policy.growth.value
    if previous is not None:
        refuse_unrelated(previous, case, now)
    began = now if previous is None else previous.began
    expires = (
        now + dt.timedelta(hours=policy.duration_h.value)
        if previous is None
        else previous.expires
    )
    atlas = atlas or Atlas()
    rule = value_of(policy.sightings) or DEFAULT_RULE
    trail = follow(
        case,
        rule,
        growth.pace,
        now=now,
        resolution=policy.public_resolution.value,
        boundary=boundary,
        atlas=atlas,
    )
    resolution = _resolution(pack)
    try:
        stages = stages_from(
            tracks_from(
                trail.foci,
                pack,
                corridor_m=rule.corridor_m,
                atlas=atlas,
                now=now,
                expires=expires,
            ),
            expires=expires,
            resolution=resolution,
            boundary=boundary,
            known=covers_of(previous, resolution),
            before=None
            if previous is None
            else cells_before(previous, now, resolution),
            on_progress=on_progress,
        )
    except CoverTooLarge as error:
        raise PlanRefused(
            "too-fine",
            "the spill that the pack allows asks for more cells than can be given",
        ) from error
    settled = {override.concern for override in decided}
    schedule = _schedule(case, pack, agency)
    exposed = _exposed(exposure, case, stages, schedule, now)
    concerns = concerns_of(stages, growth, trail, exposed)
    deadline = case.report.received + dt.timedelta(hours=policy.deadline_h.value)
    plan = AlertPlan(
        case_id=case.id,
        revision=case.revision,
        pack=pack.id,
        pack_digest=pack.digest,
        truth=assessment.truth,
        overrides=decided,
        unsettled=tuple(c for c in concerns if c not in settled),
        unacknowledged=assessment.unacknowledged,
        made=now,
        began=began,
        foci=trail.foci,
        weighed=trail.weighed,
        mobility=case.circumstances.mobility,
        last_seen=case.last_seen.time,
        deadline=deadline,
        expires=expires,
        stages=stages,
        services=plan_services(case, pack, trail, stages, boundary, now, expires),
        boundary=boundary,
        atlas=atlas,
        schedule=schedule,
        extensions=() if previous is None else previous.extensions,
        spill_m=cell_width_m(resolution),
        exposure=exposed,
        alarms=alarms_of(
            case, trail, stages, growth, agency, exposed, now=now, deadline=deadline
        ),
    )
    if previous is None:
        return plan
    return attrs.evolve(plan, revises=revision_of(previous, plan))


def _exposed(
    exposure: Exposure | None,
    case: Case,
    stages: tuple[Stage, ...],
    schedule: Schedule,
    now: dt.datetime,
) -> tuple[ExposureFinding, ...]:
    if exposure is None:
        return ()
    level = None if schedule.loudness is None else schedule.loudness.level
    return find_exposure(
        exposure, stages[-1].cells, now=now, case_id=case.id, level=level
    )


def _resolution(pack: Pack) -> int:
    """Return the pack's resolution, or a finer one where cells would spill too far."""
    coarsest = pack.policy.resolution.value
    allowed_m = value_of(pack.policy.max_spill_m) or math.inf
    finer = range(coarsest, _FINEST + 1)
    found = next((r for r in finer if cell_width_m(r) <= allowed_m), None)
    if found is None:
        raise PlanRefused("too-fine", "no cell is as small as the spill asks for")
    return found


def _schedule(case: Case, pack: Pack, agency: Agency) -> Schedule:
    policy = pack.policy
    return Schedule(
        time_zone=agency.time_zone,
        received=case.report.received,
        repeat=value_of(policy.repeat),
        extension=value_of(policy.extension),
        loudness=value_of(policy.loudness),
    )
