"""Case and assessment in, plan out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.eligibility import Assessment, Pack, Truth
from amberkit.eligibility.packs import Scope
from amberkit.errors import Problem
from amberkit.geo import Disk, Region, boundary_rings, coarse_cell, cover_stages
from amberkit.plans._errors import PlanRefused
from amberkit.plans._growth import steps
from amberkit.plans._plan import AlertPlan, Override, ServicesPlan, Stage
from amberkit.values import aware_utc

__all__ = ["plan_alert"]


def plan_alert(
    case: Case,
    assessment: Assessment,
    pack: Pack,
    *,
    agency: Agency,
    now: dt.datetime,
    boundary: Region | None = None,
    override: Override | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> AlertPlan:
    """Plan areas and times of an alert.

    Public stages grow around the point last seen as the pack's growth says, each
    within *boundary*, up to the pack's largest radius. Their geometry is drawn around
    the center of the H3 cell that holds the point at the pack's public resolution,
    with a radius enlarged by the farthest that any point of that cell can be from
    there, and by the uncertainty, rounded up to 500 m, 1 km, 2 km and so on. So each
    region contains the disk that is meant, and tells of the point only its coarse
    cell, and of the uncertainty only its order. The services are told at once,
    nationwide where the pack says so.

    Args:
        case: The case.
        assessment: Its assessment under *pack*.
        pack: The pack that decides growth, deadline and duration.
        agency: The agency; its bounds catch swapped coordinates.
        now: The time of planning; aware.
        boundary: What the area must not leave; None for no limit.
        override: The recorded decision, needed where the verdict is UNKNOWN.
        on_progress: Called with a share in [0, 1] while cells are computed.

    Returns:
        The plan. Same arguments, same plan.

    Raises:
        PlanRefused: If the assessment is of another case, revision or pack, or FALSE,
            or UNKNOWN without an override; if *now* lies before the report; if the
            point lies outside the agency's bounds or the area outside *boundary*.
    """
    now = aware_utc(now)
    _refuse_unfit(case, assessment, pack, now, override)
    _refuse_outside(case, agency)
    policy = pack.policy
    expires = now + dt.timedelta(hours=policy.duration_h.value)
    planned = steps(
        policy.growth.value,
        mobility=case.circumstances.mobility,
        last_seen=case.last_seen.time,
        now=now,
        expires=expires,
    )
    coarse = coarse_cell(case.last_seen.at, policy.public_resolution.value)
    margin_m = coarse.reach_m + _ladder(case.last_seen.uncertainty_m)
    regions: list[Region] = []
    for step in planned:
        disk = Disk(coarse.center, radius_m=step.radius_m + margin_m)
        regions.append(disk if boundary is None else disk & boundary)
    covers = cover_stages(
        regions, resolution=policy.resolution.value, on_progress=on_progress
    )
    if not all(covers):
        raise PlanRefused("outside-boundary", "the area lies outside the boundary")
    stages: list[Stage] = []
    for index, (step, region, cells) in enumerate(
        zip(planned, regions, covers, strict=True)
    ):
        stages.append(
            Stage(
                index=index,
                starts=step.starts,
                ends=step.ends,
                radius_m=step.radius_m,
                region=region,
                cells=cells,
                added=cells - covers[index - 1] if index else cells,
                why=step.why,
            )
        )
    services = policy.services.value
    is_nationwide = services.scope is Scope.NATIONWIDE
    deadline = case.report.received + dt.timedelta(hours=policy.deadline_h.value)
    return AlertPlan(
        case_id=case.id,
        revision=case.revision,
        pack=pack.id,
        truth=assessment.truth,
        override=override,
        unacknowledged=assessment.unacknowledged,
        made=now,
        center=coarse.center,
        mobility=case.circumstances.mobility,
        last_seen=case.last_seen.time,
        deadline=deadline,
        expires=expires,
        stages=tuple(stages),
        services=ServicesPlan(
            scope=services.scope,
            starts=now,
            ends=expires,
            radius_m=stages[-1].radius_m,
            region=boundary if is_nationwide else stages[-1].region,
            special_data=services.special_data,
        ),
        alarms=(*_late(now, deadline), *_beyond(stages, agency)),
    )


def _ladder(uncertainty_m: float) -> float:
    """Round up to a step of a ladder, for the figure itself is not public."""
    step_m = 500.0
    while step_m < uncertainty_m:
        step_m *= 2
    return step_m


def _refuse_unfit(
    case: Case,
    assessment: Assessment,
    pack: Pack,
    now: dt.datetime,
    override: Override | None,
) -> None:
    if (assessment.case_id, assessment.revision) != (case.id, case.revision):
        raise PlanRefused(
            "other-case", "the assessment must be of this case and this revision"
        )
    if assessment.pack != pack:
        raise PlanRefused("other-pack", "the assessment must be made under this pack")
    if now < max(case.report.received, case.last_seen.time):
        raise PlanRefused(
            "before-report", "now must not be before the report or the time last seen"
        )
    match assessment.truth:
        case Truth.FALSE:
            raise PlanRefused(
                "not-eligible", "the criteria are not met; see the assessment"
            )
        case Truth.UNKNOWN if override is None:
            raise PlanRefused(
                "undecided",
                "the criteria are not all known; answer the assessment's next "
                "question, or record an override",
            )


def _refuse_outside(case: Case, agency: Agency) -> None:
    at, bounds = case.last_seen.at, agency.bounds
    if bounds is None or bounds.holds(lat=at.lat, lon=at.lon):
        return
    reason = "last_seen.at must lie within the agency's bounds"
    if bounds.holds(lat=at.lon, lon=at.lat):
        reason += "; with latitude and longitude swapped it would"
    raise PlanRefused("outside-bounds", reason)


def _late(now: dt.datetime, deadline: dt.datetime) -> Iterator[Problem]:
    if now > deadline:
        yield Problem(
            path="$.report.received",
            code="deadline-passed",
            message="the alert should have been public by "
            + deadline.isoformat(timespec="minutes"),
        )


def _beyond(stages: list[Stage], agency: Agency) -> Iterator[Problem]:
    """Say from which stage on the area leaves the agency's bounds."""
    bounds = agency.bounds
    if bounds is None:
        return
    for stage in stages:
        for ring in boundary_rings(stage.region, points=72):
            if not all(bounds.holds(lat=lat, lon=lon) for lon, lat in ring.tolist()):
                yield Problem(
                    path="$.bounds",
                    code="beyond-bounds",
                    message=f"stage {stage.index + 1} and what follows reach beyond "
                    "the agency's bounds; a boundary would keep them inside",
                )
                return
