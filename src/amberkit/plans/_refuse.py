"""What keeps a plan from being made."""

from __future__ import annotations

import datetime as dt

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.eligibility import Assessment, Pack, Truth
from amberkit.plans._errors import PlanRefused
from amberkit.plans._overrides import Concern, Override

__all__ = ["refuse_outside", "refuse_unfit"]


def refuse_unfit(
    case: Case,
    assessment: Assessment,
    pack: Pack,
    now: dt.datetime,
    decided: tuple[Override, ...],
) -> None:
    """Refuse what does not belong together, and a verdict that carries no plan."""
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
        case Truth.UNKNOWN if not any(
            override.concern is Concern.UNDECIDED for override in decided
        ):
            raise PlanRefused(
                "undecided",
                "the criteria are not all known; answer the assessment's next "
                "question, or record an override",
            )


def refuse_outside(case: Case, agency: Agency) -> None:
    """Refuse a point that the agency's bounds do not hold."""
    at, bounds = case.last_seen.at, agency.bounds
    if bounds is None or bounds.holds(lat=at.lat, lon=at.lon):
        return
    reason = "last_seen.at must lie within the agency's bounds"
    if bounds.holds(lat=at.lon, lon=at.lat):
        reason += "; with latitude and longitude swapped it would"
    raise PlanRefused("outside-bounds", reason)
