"""From a plan to the requests that its neighbors should get."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import TypeAlias

from amberkit.agency import Agency
from amberkit.cases import Case, leaf_values
from amberkit.eligibility import Assessment, Pack, Role, Status, assess
from amberkit.eligibility.packs import value_of
from amberkit.errors import InvalidValue
from amberkit.geo import Containment, Disk, Region, cover
from amberkit.messages import may_see
from amberkit.plans._errors import PlanRefused
from amberkit.plans._plan import AlertPlan
from amberkit.plans.ground import Neighbor
from amberkit.plans.handoff._hand_off import (
    Crossing,
    HandOff,
    LanguageNeed,
    TheirRules,
)
from amberkit.plans.stages import Stage
from amberkit.plans.trail import Effect
from amberkit.schemas import canonical_json
from amberkit.values import (
    Audience,
    LanguageTag,
    Localized,
    Mode,
    aware_utc,
    clean_text,
)

__all__ = ["hand_offs"]

Packs: TypeAlias = Mapping[str, Pack] | Callable[[str], Pack | None]

# Maps that were drawn apart overlap a little along the border. A neighbor is reached
# where some of its land holds the center of a cell two resolutions finer than the
# plan's: a fiftieth of a cell.
_FINER = 2
_FINEST = 15
_CONSENT = "report.consent"


def hand_offs(
    plan: AlertPlan,
    case: Case,
    *,
    agency: Agency,
    packs: Packs,
    now: dt.datetime,
    mode: Mode = Mode.EXERCISE,
    authorization: str | None = None,
) -> tuple[HandOff, ...]:
    """Return a request for each neighbor whose land the area reaches.

    A stage reaches a neighbor where what its places add, before the boundary cuts it,
    covers some of the neighbor's land outside the boundary. A plan without a boundary
    reaches neighbors in the same way; its alert then goes there too, and that they have
    to be asked is no less true.

    Nothing is sent, and nothing of this can be published: each request is for a person
    to give to the neighbor, who decides. It holds identifiers, verdicts, an area and
    times, and nothing of the content of the case.

    Args:
        plan: The plan; its atlas says who the neighbors are.
        case: The case, of the revision that was planned.
        agency: Who asks.
        packs: The rules of the neighbors, by the identifiers that the atlas gives: a
            mapping, or a function that returns None where it has none. A neighbor
            without a pack gets a request without an evaluation.
        now: The time of the request; aware.
        mode: Whether it counts.
        authorization: The number under which our alert is authorized.

    Returns:
        Requests in the order in which neighbors are reached; at the same time first
        those on whose land the child was seen, then in the order of the atlas. Same
        arguments, same requests.

    Raises:
        PlanRefused: If *plan* is of another case or revision.
        InvalidValue: If *now* is not aware, *mode* is none, or *authorization* is no
            text of 1 to 64 characters.
    """
    now = aware_utc(now)
    if not isinstance(mode, Mode):
        raise InvalidValue("mode", "a Mode")
    number = None if authorization is None else _number(authorization)
    if (plan.case_id, plan.revision) != (case.id, case.revision):
        raise PlanRefused("other-case", "the plan must be of this case and revision")
    find = packs.get if isinstance(packs, Mapping) else packs

    def made(
        neighbor: Neighbor, stage: Stage, crossings: tuple[Crossing, ...]
    ) -> HandOff:
        rules = None if neighbor.pack is None else find(neighbor.pack)
        region = _beyond(plan, plan.stages[-1], neighbor)
        return HandOff(
            neighbor=neighbor,
            mode=mode,
            made=now,
            case_id=plan.case_id,
            revision=plan.revision,
            pack=plan.pack,
            pack_digest=plan.pack_digest,
            planned=plan.made,
            expires=plan.expires,
            agency=agency,
            authorization=number,
            stage=stage.index,
            since=stage.starts,
            region=region,
            cells=cover(region, plan.stages[-1].cells.resolution),
            crossings=crossings,
            rules=None if rules is None else _rules(case, rules, now),
        )

    reached = [
        (stage, _crossings(plan, neighbor), neighbor)
        for neighbor in plan.atlas.neighbors
        if (stage := _first(plan, neighbor)) is not None
    ]
    reached.sort(key=lambda each: (each[0].index, not each[1]))
    return tuple(made(neighbor, stage, seen) for stage, seen, neighbor in reached)


def _number(value: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 64:
        raise InvalidValue("authorization", "a text of 1 to 64 characters")
    return clean_text(value)


# --- where ----------------------------------------------------------------------------


def _first(plan: AlertPlan, neighbor: Neighbor) -> Stage | None:
    """Return the first stage that reaches a neighbor, or None."""
    # Areas only grow: where the last one does not reach it, none does.
    if not _is_reached(plan, plan.stages[-1], neighbor):
        return None
    return next(stage for stage in plan.stages if _is_reached(plan, stage, neighbor))


def _is_reached(plan: AlertPlan, stage: Stage, neighbor: Neighbor) -> bool:
    resolution = stage.cells.resolution
    region = _beyond(plan, stage, neighbor)
    if not cover(region, resolution):
        return False
    finer = min(resolution + _FINER, _FINEST)
    return len(cover(region, finer, Containment.CENTER)) > 0


def _beyond(plan: AlertPlan, stage: Stage, neighbor: Neighbor) -> Region:
    """Return what a stage would cover of a neighbor's land, outside the boundary."""
    whole = reduce(or_, dict.fromkeys(part.region for part in stage.parts))
    theirs = whole & neighbor.region
    return theirs if plan.boundary is None else theirs - plan.boundary


def _crossings(plan: AlertPlan, neighbor: Neighbor) -> tuple[Crossing, ...]:
    """Return the sightings beyond the boundary that may be on a neighbor's land."""
    beyond = {w.sighting for w in plan.weighed if w.effect is Effect.CROSSES}
    return tuple(
        Crossing(
            sighting=focus.sighting,
            since=focus.since,
            center=focus.center,
            radius_m=focus.margin_m,
        )
        for focus in plan.foci
        if focus.sighting is not None
        and focus.sighting in beyond
        and cover(Disk(focus.center, radius_m=focus.margin_m) & neighbor.region, 9)
    )


# --- by what rules --------------------------------------------------------------------


def _rules(case: Case, pack: Pack, now: dt.datetime) -> TheirRules:
    # As an exercise: this decides nothing, and in live mode a pack that has gone out of
    # force would stop it.
    assessment = assess(case, pack, now=now)
    return TheirRules(
        pack=pack.id,
        pack_digest=pack.digest,
        truth=assessment.truth,
        missing=assessment.missing.for_true,
        consent=value_of(pack.policy.consent),
        consent_status=_consent_status(assessment),
        languages=tuple(
            LanguageNeed(language=tag, missing=tuple(dict.fromkeys(_gaps(case, tag))))
            for tag in pack.policy.languages.value
        ),
        contact=pack.policy.contact.value.phone,
        assessment=canonical_json(assessment.partner_form()).decode(),
    )


def _consent_status(assessment: Assessment) -> Status | None:
    """Return what became of the criterion that asks for consent, if one does."""
    return next(
        (
            finding.status
            for finding in assessment.findings
            if finding.role is Role.CRITERION
            and any(answer.leaf.fact == _CONSENT for answer in finding.answers)
        ),
        None,
    )


def _gaps(case: Case, language: LanguageTag) -> Iterator[str]:
    """Yield the fields that services may see and that have no text in a language."""
    for leaf, _, value in leaf_values(case):
        if (
            isinstance(value, Localized)
            and may_see(Audience.SERVICES, leaf.privacy, reason=None)
            and value.find(language) is None
        ):
            yield leaf.name
