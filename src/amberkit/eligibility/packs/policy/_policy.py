"""What a pack decides beside eligibility."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping

import attrs

from amberkit.eligibility.packs._claims import Decision
from amberkit.eligibility.packs.policy._growth import Growth
from amberkit.values import Confidence, LanguageTag

__all__ = [
    "Approval",
    "ConsentRule",
    "Contact",
    "Ending",
    "Extension",
    "Extent",
    "Intrusiveness",
    "Loudness",
    "Policy",
    "Repeat",
    "Scope",
    "Services",
    "SightingRule",
]


@attrs.frozen(kw_only=True)
class Contact:
    """Whom the public can call."""

    phone: str


class Scope(enum.Enum):
    """How far a notice to the services goes."""

    AREA = "area"
    """The services in the area of the alert."""

    NATIONWIDE = "nationwide"
    """All services of the country, at once."""


@attrs.frozen(kw_only=True)
class Services:
    """What police and other services get."""

    scope: Scope

    special_data: bool
    """Whether fields of the privacy class S may be included, each with a reason."""

    places: bool = False
    """Whether the surroundings of places that the child frequents belong to the area
    in which services are told. They never guide what the public is told."""


class Extent(enum.Enum):
    """How far the public area goes, by the rule."""

    RADIUS = "radius"
    REGION = "region"
    STATE = "state"
    NATIONWIDE = "nationwide"


class ConsentRule(enum.Enum):
    """What the consent of parents is to publication."""

    REQUIRED = "required"
    SOUGHT = "sought"
    NOT_REQUIRED = "not_required"


@attrs.frozen(kw_only=True)
class Approval:
    """The two bodies that sign, as keys such as ``police`` and ``prosecutor``."""

    requested_by: str
    authorized_by: str


@attrs.frozen(kw_only=True)
class Extension:
    """How often, and by how many hours each time, an alert may be extended."""

    count: int
    hours: float


@attrs.frozen(kw_only=True)
class Repeat:
    """How often a message is broadcast again: every so many minutes, so many hours."""

    every_min: float
    for_h: float


@attrs.frozen(kw_only=True)
class Ending:
    """What the end of an alert asks for."""

    message: bool
    """Whether the end is always announced."""

    withdraw_photograph: bool
    """Whether the photograph is taken back."""


@attrs.frozen(kw_only=True)
class SightingRule:
    """What a sighting does to the area, by how sure the agency is of it."""

    recenters_from: Confidence
    """From here on the search starts anew from its place."""

    adds_from: Confidence
    """From here on its surroundings are added."""

    guides_from: Confidence
    """From here on its surroundings are added where services are told."""

    fades_h: float
    """A sighting that nothing has confirmed counts for one degree less after each so
    many hours since it was reported."""

    corridor_m: float
    """How far on either side of a road the area goes where the child was seen on it; in
    meters."""


class Intrusiveness(enum.Enum):
    """How much a message takes hold of those whom it reaches, from little to much."""

    FEED = "feed"
    """It stands among other news, and is seen by who looks."""

    PUSH = "push"
    """It comes to the phone, without a sound."""

    SIREN = "siren"
    """It rings, whatever the phone is set to."""


@attrs.frozen(kw_only=True)
class Loudness:
    """How much a message may take hold of people, by day and by night."""

    level: Intrusiveness
    """The most that is ever used."""

    quiet_level: Intrusiveness
    """The most that is used in quiet hours, unless somebody decides otherwise."""

    quiet_from: dt.time
    """When quiet hours begin, by the clocks of the agency's zone."""

    quiet_until: dt.time
    """When they end; where it is not later, on the next day."""


@attrs.frozen(kw_only=True)
class Policy:
    """What a pack decides beside eligibility.

    A decision with the value None is one that exists, or may, and is not published; a
    decision that is None is not touched by the pack.
    """

    growth: Decision[Growth]

    max_radius_m: Decision[float]
    """How far an alert reaches from any place from which it grows, in meters."""

    resolution: Decision[int]
    """H3 resolution of the cells of an alert, in ``[0, 15]``."""

    public_resolution: Decision[int]
    """Coarser H3 resolution, 8 at most, whose cell center stands for the point in
    public."""

    deadline_h: Decision[float]
    """Hours after the report by which an alert must be out."""

    duration_h: Decision[float]
    """Hours that an alert stays."""

    languages: Decision[tuple[LanguageTag, ...]]
    """Languages of the public message, first the most important one."""

    contact: Decision[Contact]
    services: Decision[Services]
    approval: Decision[Approval | None] | None = None
    extent: Decision[Extent | None] | None = None
    extension: Decision[Extension | None] | None = None
    repeat: Decision[Repeat | None] | None = None
    ending: Decision[Ending | None] | None = None
    consent: Decision[ConsentRule | None] | None = None

    sightings: Decision[SightingRule | None] | None = None
    loudness: Decision[Loudness | None] | None = None

    max_spill_m: Decision[float | None] | None = None
    """How far a cell may reach beyond the area that it stands for, in meters."""

    retention_days: Decision[float | None] | None = None
    """Days for which personal data are kept after the end."""

    lesser: Decision[tuple[str, ...] | None] | None = None
    """Packs of lesser products, to be tried where this one says no; the most urgent
    first."""

    @property
    def decisions(self) -> Mapping[str, Decision[object]]:
        """Every decision that the pack gives, by name."""
        every = {
            field.name: getattr(self, field.name) for field in attrs.fields(Policy)
        }
        return {name: found for name, found in every.items() if found is not None}
