"""A pack: one jurisdiction's policy over one period, with a source for each claim."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar, assert_never

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility.logic._rules import AllOf, Not, Rule, leaves
from amberkit.values import LanguageTag, Localized

__all__ = [
    "Approval",
    "ConsentRule",
    "Contact",
    "Criterion",
    "Decision",
    "Ending",
    "Evidence",
    "Extension",
    "Extent",
    "Growth",
    "GrowthKind",
    "Pack",
    "PackInfo",
    "Policy",
    "Quote",
    "Repeat",
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
    """One condition.

    Of the criteria all must hold, of the vetoes none may; a duty follows where its
    condition holds, and decides nothing.
    """

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

    waivable_by: str | None = None
    """The authority that may waive it, such as ``magistrate``; None for nobody."""


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
class Policy:
    """What a pack decides beside eligibility.

    A decision with the value None is one that exists, or may, and is not published; a
    decision that is None is not touched by the pack.
    """

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
    approval: Decision[Approval | None] | None = None
    extent: Decision[Extent | None] | None = None
    extension: Decision[Extension | None] | None = None
    repeat: Decision[Repeat | None] | None = None
    ending: Decision[Ending | None] | None = None
    consent: Decision[ConsentRule | None] | None = None

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


@attrs.frozen(kw_only=True)
class PackInfo:
    """What a list of packs shows."""

    id: str
    jurisdiction: str
    """ISO 3166-1 alpha-2 code, ISO 3166-2 code, or ``EU``."""

    title: Localized
    valid_from: dt.date
    valid_to: dt.date | None


@attrs.frozen(kw_only=True)
class Pack:
    """A dated, cited policy of one jurisdiction. Not legal advice; see *notice*."""

    id: str

    jurisdiction: str
    """ISO 3166-1 alpha-2 code, ISO 3166-2 code, or ``EU``."""

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
    duties: tuple[Criterion, ...] = ()
    policy: Policy

    digest: str
    """SHA-256 of the document, as canonical JSON, in hexadecimal digits."""

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The names of all facts that its rules ask for, sorted."""
        every = (*self.criteria, *self.vetoes, *self.duties)
        rules = [each.rule for each in every if each.rule is not None]
        return tuple(sorted({leaf.fact for rule in rules for leaf in leaves(rule)}))

    def verdict_rule(self, waived: Collection[str] = ()) -> Rule:
        """Return the pack as one rule: every criterion, and none of the vetoes.

        Args:
            waived: Identifiers of criteria and vetoes that are left out.
        """
        return AllOf(
            (
                *_deciding(self.criteria, waived),
                *map(Not, _deciding(self.vetoes, waived)),
            )
        )

    @cached_property
    def unsourced(self) -> tuple[str, ...]:
        """The criteria and vetoes that decide, and for which no source is at hand."""
        return tuple(
            each.id
            for each in (*self.criteria, *self.vetoes)
            if each.decides and each.evidence is Evidence.UNSOURCED
        )

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


def _deciding(several: Iterable[Criterion], waived: Collection[str]) -> Iterator[Rule]:
    for each in several:
        if each.rule is not None and each.decides and each.id not in waived:
            yield each.rule
