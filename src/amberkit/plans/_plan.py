"""What will be done when: the frozen outcome of planning."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility import Truth
from amberkit.eligibility.packs import Scope
from amberkit.errors import InvalidValue, Problem
from amberkit.geo import CellSet, LatLon, Region
from amberkit.plans._growth import Why
from amberkit.values import CaseId, aware_utc

__all__ = ["AlertPlan", "Override", "ServicesPlan", "Stage"]


def _reason(value: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 1000:
        raise InvalidValue("reason", "1 to 1000 characters")
    return value


def _person(value: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 64:
        raise InvalidValue("by", "1 to 64 characters")
    return value


@attrs.frozen(kw_only=True)
class Override:
    """A recorded decision to plan although the criteria are not all known."""

    by: str = attrs.field(converter=_person, repr=False)
    """Who decided: a pseudonym or service number."""

    reason: str = attrs.field(converter=_reason, repr=False)
    """Why, in the agency's words; enters no message."""

    at: dt.datetime = attrs.field(converter=aware_utc)


@attrs.frozen(kw_only=True)
class Stage:
    """One area for the public, and the time for which it holds."""

    index: int
    """From 0."""

    starts: dt.datetime
    ends: dt.datetime
    """When the next stage takes over or, for the last one, when the alert expires."""

    radius_m: float
    """The step of the pack, in meters from last seen."""

    region: Region
    """The exact area. It contains the step's disk around last seen, but is drawn
    around a coarse center, so that it does not give the point away."""

    cells: CellSet
    """The H3 cells that share a point with *region*."""

    added: CellSet
    """Those of *cells* that no earlier stage had."""

    why: Why
    """Why this radius from this time on."""


@attrs.frozen(kw_only=True)
class ServicesPlan:
    """The telegram to the services: at once, and as far as the pack says."""

    scope: Scope
    """The whole country, or the largest area of the alert."""

    starts: dt.datetime
    ends: dt.datetime
    radius_m: float
    """The largest step of the plan, in meters."""

    region: Region | None
    """Nationwide: the agency's boundary, None where it gave none. Otherwise the region
    of the largest stage."""

    special_data: bool
    """Whether the pack lets class S reach the services, given a reason."""


@attrs.frozen(kw_only=True)
class AlertPlan:
    """From a decision to areas and times. It holds no restricted data.

    The exact point last seen is not in it either: a plan can be shown to anyone who
    may see the alert.
    """

    case_id: CaseId
    revision: int
    pack: str
    """Identifier of the pack."""

    truth: Truth
    """The verdict that it rests on: TRUE, or UNKNOWN with an *override*."""

    override: Override | None

    unacknowledged: tuple[str, ...] = ()
    """Criteria of the verdict for which no source is at hand, and that nobody has taken
    on; with one, no live message comes of the plan."""

    made: dt.datetime
    """The ``now`` of planning."""

    center: LatLon
    """Center of the coarse cell that holds the point last seen; WGS 84 degrees."""

    mobility: Mobility | None = attrs.field(repr=False)
    last_seen: dt.datetime = attrs.field(repr=False)
    deadline: dt.datetime
    """When the alert must be public at the latest."""

    expires: dt.datetime
    """When it ends by itself; always set."""

    stages: tuple[Stage, ...]
    """For the public, from the first to the largest."""

    services: ServicesPlan
    alarms: tuple[Problem, ...] = ()
    """What somebody must look at, such as a deadline that has passed."""
