"""What will be done when: the frozen outcome of planning."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility import Truth
from amberkit.eligibility.packs.policy import Extension, Loudness, Repeat, Scope
from amberkit.errors import Problem
from amberkit.geo import LatLon, Region
from amberkit.plans._overrides import Concern, Override
from amberkit.plans.exposure import ExposureFinding
from amberkit.plans.ground import Atlas
from amberkit.plans.stages import Stage
from amberkit.plans.trail import Effect, Focus, Weighed
from amberkit.values import CaseId

__all__ = ["AlertPlan", "Cause", "CauseCode", "Revision", "Schedule", "ServicesPlan"]


@attrs.frozen(kw_only=True)
class ServicesPlan:
    """The telegram to the services: at once, and as far as the pack says."""

    scope: Scope
    """The whole country, or the largest area of the alert."""

    starts: dt.datetime
    ends: dt.datetime
    radius_m: float
    """The largest step of the plan, in meters."""

    region: Region | None = attrs.field(repr=False)
    """Nationwide: the agency's boundary, None where it gave none. Otherwise the region
    of the largest stage, and what guides the services alone: the surroundings of
    sightings that are not sure and, where the pack says so, of places that the child
    frequents. For the services alone."""

    special_data: bool
    """Whether the pack lets class S reach the services, given a reason."""


class CauseCode(enum.Enum):
    """What made a revision differ from the plan before."""

    SIGHTING = "sighting"
    """A sighting is new, or does something else than before."""

    LAST_SEEN = "last_seen"
    """Where or when the child was last seen was corrected."""

    MOBILITY = "mobility"
    """How the child moves was corrected."""

    RULES = "rules"
    """Another pack, or another version of it."""

    BOUNDARY = "boundary"
    """Another boundary."""

    ATLAS = "atlas"
    """Another atlas."""

    TIME = "time"
    """Nothing but the time that has passed."""


@attrs.frozen(kw_only=True)
class Cause:
    """One reason for a revision."""

    code: CauseCode
    sighting: int | None = None
    """Index of the sighting in the case; None for any other cause."""

    effect: Effect | None = None
    """What it does now; None where it is no longer in the case."""


@attrs.frozen(kw_only=True)
class Revision:
    """What changed against the plan before, and why."""

    revision: int
    """The revision of the case that the plan before was made of."""

    stage: int
    """The stage of the plan before that was in force: ``added`` and ``withdrawn`` of
    the first stage are against it."""

    causes: tuple[Cause, ...]


@attrs.frozen(kw_only=True)
class Schedule:
    """What the pack says of times, and whose clock counts."""

    time_zone: str
    """IANA name of the agency's zone."""

    received: dt.datetime
    """When the report was taken; the deadline counts from there."""

    repeat: Repeat | None
    """How often a message goes out again; None for never."""

    extension: Extension | None
    """How often the alert may be extended, and by how much; None for never."""

    loudness: Loudness | None
    """How much a message may take hold of people; None where the pack does not say."""


@attrs.frozen(kw_only=True)
class AlertPlan:
    """From a decision to areas and times. It holds no restricted data.

    The exact point last seen is not in it either, nor that of any sighting: a plan can
    be shown to anyone who may see the alert, but for what `services` alone are told.
    """

    case_id: CaseId
    revision: int
    pack: str
    """Identifier of the pack."""

    pack_digest: str
    """SHA-256 of the pack's document, in hexadecimal digits."""

    truth: Truth
    """The verdict that it rests on: TRUE, or UNKNOWN with an override."""

    overrides: tuple[Override, ...] = ()
    """Who decided what, in spite of a concern."""

    unsettled: tuple[Concern, ...] = ()
    """What somebody must decide first; with one, no live message comes of the plan."""

    unacknowledged: tuple[str, ...] = ()
    """Criteria of the verdict for which no source is at hand, and that nobody has taken
    on; with one, no live message comes of the plan."""

    made: dt.datetime
    """The ``now`` of planning."""

    began: dt.datetime
    """The ``now`` of the first plan of this alert; its duration counts from there."""

    foci: tuple[Focus, ...]
    """The places from which the public area grows, the main one first."""

    weighed: tuple[Weighed, ...] = ()
    """What became of each sighting of the case, in its order."""

    mobility: Mobility | None = attrs.field(repr=False)
    last_seen: dt.datetime = attrs.field(repr=False)
    deadline: dt.datetime
    """When the alert must be public at the latest."""

    expires: dt.datetime
    """When it ends by itself; always set."""

    stages: tuple[Stage, ...]
    """For the public, from the first to the largest."""

    services: ServicesPlan
    boundary: Region | None
    """What no region leaves; None for no limit."""

    atlas: Atlas = attrs.field(repr=False)
    """What the agency's maps say of its land."""

    schedule: Schedule
    extensions: tuple[Override, ...] = ()
    """Each time that somebody let the alert go on for longer."""

    revises: Revision | None = None
    """What changed against the plan before; None for the first one."""

    spill_m: float
    """No cell reaches farther than this beyond its region, and so beyond the boundary,
    in meters; a proved bound. `Stage.certificate` measures the true figure."""

    exposure: tuple[ExposureFinding, ...] = ()
    """What it would do to each window of the agency's budget; empty without one."""

    alarms: tuple[Problem, ...] = ()
    """What somebody must look at, such as a deadline that has passed."""

    @property
    def center(self) -> LatLon:
        """Center of the coarse cell of the main place; WGS 84 degrees."""
        return self.foci[0].center
