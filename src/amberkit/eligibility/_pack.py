"""A pack: one jurisdiction's policy over one period, with a source for each claim."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Generic, TypeVar, assert_never

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility._rules import Rule
from amberkit.values import LanguageTag, Localized

__all__ = [
    "Contact",
    "Criterion",
    "Decision",
    "Evidence",
    "Growth",
    "GrowthKind",
    "Pack",
    "PackInfo",
    "Policy",
    "Quote",
    "Scope",
    "Services",
    "Source",
    "SourceKind",
    "Speeds",
]

T_co = TypeVar("T_co", covariant=True)


class SourceKind(enum.Enum):
    """How near a source is to the rule itself."""

    PRIMARY = "primary"
    """The law, the order or the agency's own publication."""

    SECONDARY = "secondary"
    """Press, or statements made through it."""


@attrs.frozen(kw_only=True)
class Source:
    """Where a claim can be read."""

    key: str
    title: str
    url: str
    kind: SourceKind


class Evidence(enum.Enum):
    """What stands behind a sentence of a pack."""

    PRIMARY = "primary"
    """A primary source says so."""

    SECONDARY = "secondary"
    """A secondary source says so."""

    UNSOURCED = "unsourced"
    """Believed to be so; no source is at hand."""

    POLICY = "policy"
    """A choice of the pack, to be made by the agency; no source claims it."""

    UNPUBLISHED = "unpublished"
    """The rule exists or may exist, but is not public; it decides nothing here."""


class Quote(enum.Enum):
    """How a sentence stands to the words of its source."""

    PARAPHRASE = "paraphrase"
    TRANSLATION = "translation"
    QUOTATION = "quotation"


@attrs.frozen(kw_only=True)
class Criterion:
    """One condition: of the criteria all must hold, of the vetoes none may."""

    id: str

    says: Localized
    """The condition as a sentence."""

    evidence: Evidence
    source: Source | None = None
    """Given exactly where the evidence is primary or secondary."""

    quote: Quote | None = None
    """Given exactly where there is a source."""

    decides: bool = True
    """False for what is shown and recorded, but is no part of the verdict."""

    rule: Rule | None = None
    """None exactly where the evidence is `Evidence.UNPUBLISHED`."""


@attrs.frozen(kw_only=True)
class Decision(Generic[T_co]):
    """A value that the pack decides, and why."""

    value: T_co
    says: Localized
    evidence: Evidence

    source: Source | None = None
    """Given exactly where the evidence is primary or secondary."""


class GrowthKind(enum.Enum):
    """Whether the area of an alert grows."""

    STAGED = "staged"
    """From each radius to the next."""

    FIXED = "fixed"
    """One radius from the beginning."""


@attrs.frozen(kw_only=True)
class Speeds:
    """Assumed speeds in kilometers an hour, from 0.1 to 1000."""

    on_foot: float
    public_transport: float
    vehicle: float

    unknown: float
    """Where nothing is known of how the child travels."""

    def of(self, mobility: Mobility | None) -> float:
        """Return the speed for *mobility*, in kilometers an hour."""
        match mobility:
            case None:
                return self.unknown
            case Mobility.ON_FOOT:
                return self.on_foot
            case Mobility.PUBLIC_TRANSPORT:
                return self.public_transport
            case Mobility.VEHICLE:
                return self.vehicle
            case _:
                assert_never(mobility)


@attrs.frozen(kw_only=True)
class Growth:
    """How the area grows with time."""

    kind: GrowthKind

    radii_m: tuple[float, ...]
    """Radii in meters, ascending; exactly one where the kind is fixed."""

    speeds_kmh: Speeds

    detour_factor: float
    """How many times longer the way is than the straight line; at least 1."""


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


@attrs.frozen(kw_only=True)
class Policy:
    """What a pack decides beside eligibility."""

    growth: Decision[Growth]

    max_radius_m: Decision[float]
    """The farthest that an alert reaches, in meters from where it began."""

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


@attrs.frozen(kw_only=True)
class PackInfo:
    """What a list of packs shows."""

    id: str
    jurisdiction: str
    """ISO 3166-1 alpha-2 code."""

    title: Localized
    valid_from: dt.date
    valid_to: dt.date | None


@attrs.frozen(kw_only=True)
class Pack:
    """A dated, cited policy of one jurisdiction. Not legal advice; see *notice*."""

    id: str

    jurisdiction: str
    """ISO 3166-1 alpha-2 code."""

    title: Localized

    valid_from: dt.date
    """First day on which it is in force."""

    valid_to: dt.date | None = None
    """Last day on which it is; None while it is."""

    notice: Localized
    """What it is not, and how it came about. Every explanation ends with it."""

    sources: tuple[Source, ...]
    criteria: tuple[Criterion, ...]
    vetoes: tuple[Criterion, ...] = ()
    policy: Policy

    @property
    def info(self) -> PackInfo:
        """What a list of packs shows of it."""
        return PackInfo(
            id=self.id,
            jurisdiction=self.jurisdiction,
            title=self.title,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )

    def in_force(self, day: dt.date) -> bool:
        """Whether the pack is in force on *day*; the first and last day count."""
        return self.valid_from <= day and (
            self.valid_to is None or day <= self.valid_to
        )
