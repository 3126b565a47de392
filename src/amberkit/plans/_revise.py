"""What a new plan takes over from the one before, and what changed against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from amberkit.cases import Case
from amberkit.geo import CellSet, Region
from amberkit.plans._errors import PlanRefused
from amberkit.plans._plan import AlertPlan, Cause, CauseCode, Revision
from amberkit.plans.growth import Origin
from amberkit.plans.stages import Stage
from amberkit.plans.trail import Focus

__all__ = ["cells_before", "covers_of", "refuse_unrelated", "revision_of"]


def refuse_unrelated(previous: AlertPlan, case: Case, now: dt.datetime) -> None:
    """Refuse a plan before that is of something else, later, or over."""
    if previous.case_id != case.id or previous.revision > case.revision:
        raise PlanRefused(
            "other-plan", "the plan before must be of this case, and not of a later one"
        )
    if now < previous.made:
        raise PlanRefused("other-plan", "the plan before must not be made after now")
    if now >= previous.expires:
        raise PlanRefused(
            "expired",
            "the plan before has expired; extend it in time, or make a plan without it",
        )


def _in_force(previous: AlertPlan, now: dt.datetime) -> Stage:
    return [stage for stage in previous.stages if stage.starts <= now][-1]


def cells_before(previous: AlertPlan, now: dt.datetime, resolution: int) -> CellSet:
    """Return the cells in force at *now*, at the resolution of the new plan."""
    cells = _in_force(previous, now).cells
    if resolution < cells.resolution:
        # Of a coarser cell that was held in part only, all is new.
        return cells.to_resolution_within(resolution)
    return cells.to_resolution(resolution)


def covers_of(previous: AlertPlan | None, resolution: int) -> Mapping[Region, CellSet]:
    """Return the covers that need not be found again, by region."""
    stages = () if previous is None else previous.stages
    return {s.region: s.cells for s in stages if s.cells.resolution == resolution}


def revision_of(previous: AlertPlan, plan: AlertPlan) -> Revision:
    """Return what changed from *previous* to *plan*, and why."""
    return Revision(
        revision=previous.revision,
        stage=_in_force(previous, plan.made).index,
        causes=tuple(_causes(previous, plan)) or (Cause(code=CauseCode.TIME),),
    )


def _causes(previous: AlertPlan, plan: AlertPlan) -> Iterator[Cause]:
    old = {each.sighting: each.effect for each in previous.weighed}
    new = {each.sighting: each.effect for each in plan.weighed}
    for index in sorted(old.keys() | new.keys()):
        effect = new.get(index)
        is_other = _focus_of(previous, index) != _focus_of(plan, index)
        if old.get(index) is not effect or is_other:
            yield Cause(code=CauseCode.SIGHTING, sighting=index, effect=effect)
    if previous.last_seen != plan.last_seen or _moved(previous.foci[0], plan.foci[0]):
        yield Cause(code=CauseCode.LAST_SEEN)
    if previous.mobility is not plan.mobility:
        yield Cause(code=CauseCode.MOBILITY)
    if previous.pack_digest != plan.pack_digest:
        yield Cause(code=CauseCode.RULES)
    if previous.boundary != plan.boundary:
        yield Cause(code=CauseCode.BOUNDARY)
    if previous.atlas != plan.atlas:
        yield Cause(code=CauseCode.ATLAS)


def _focus_of(plan: AlertPlan, sighting: int) -> Focus | None:
    return next((f for f in plan.foci if f.sighting == sighting), None)


def _moved(old: Focus, new: Focus) -> bool:
    """Whether the place last seen is another one, and still the main place."""
    is_last_seen = old.origin is new.origin is Origin.LAST_SEEN
    return is_last_seen and (old.center, old.margin_m) != (new.center, new.margin_m)
