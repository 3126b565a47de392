"""The case: what is known, who said so, and since when.

No ``from __future__ import annotations`` here: the privacy class of each field is read
from its annotation when the class is made.
"""

import datetime as dt
import enum
from typing import Annotated

import attrs

from amberkit.cases._people import Child, Person
from amberkit.cases._privacy import classified
from amberkit.cases._scene import (
    Circumstances,
    LastSeen,
    RiskIndicators,
    Sighting,
    Vehicle,
)
from amberkit.errors import InvalidValue
from amberkit.values import (
    Audience,
    CaseId,
    DisclosureReason,
    Privacy,
    Restricted,
    aware_utc,
    case_id,
)

__all__ = [
    "Attribution",
    "Case",
    "Consent",
    "Disclosure",
    "Readiness",
    "Report",
    "Reporter",
    "ReporterRelation",
]

P0, P1, P2, R = Privacy.P0, Privacy.P1, Privacy.P2, Privacy.R


class ReporterRelation(enum.Enum):
    """What the person who reports is to the child."""

    FATHER = "father"
    MOTHER = "mother"
    LEGAL_GUARDIAN = "legal_guardian"
    OTHER = "other"


@attrs.frozen(kw_only=True, field_transformer=classified)
class Reporter:
    """Who reported the disappearance. Nothing of this is ever published."""

    relation: Annotated[ReporterRelation, R]
    name: Annotated[str | None, R] = None
    phone: Annotated[str | None, R] = None
    address: Annotated[str | None, R] = None
    id_number: Annotated[str | None, R] = None


@attrs.frozen(kw_only=True, field_transformer=classified)
class Consent:
    """A dated decision for or against publication."""

    given: Annotated[bool, R]
    """True for an express yes, False for a no."""

    by: Annotated[ReporterRelation, R]

    at: Annotated[dt.datetime, R] = attrs.field(converter=aware_utc)
    """When it was given; aware, in UTC."""

    document: Annotated[str | None, R] = None
    """Where the signed paper is kept."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class Report:
    """The report with which the case began."""

    received: Annotated[dt.datetime, P0] = attrs.field(converter=aware_utc)
    """When an officer took it; aware, in UTC. Deadlines count from here."""

    station: Annotated[str | None, P2] = None
    """The office that took it."""

    reporter: Annotated[Restricted[Reporter], R]
    consent: Annotated[Restricted[Consent] | None, R] = None
    statement_number: Annotated[Restricted[str] | None, R] = None


@attrs.frozen(kw_only=True, field_transformer=classified)
class Disclosure:
    """A recorded decision that one audience may see one P2 or S field."""

    field: Annotated[str, R]
    """The field, such as ``vehicles.plate_partial``; see `disclosable_fields`."""

    audience: Annotated[Audience, R]
    reason: Annotated[DisclosureReason, R]

    by: Annotated[str, R]
    """Who decided: a pseudonym or service number, not a name."""

    at: Annotated[dt.datetime, R] = attrs.field(converter=aware_utc)
    """When it was decided; aware, in UTC."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class Attribution:
    """Who stated what a field says, and when."""

    field: Annotated[str, R]
    """The field, such as ``circumstances.danger``; see `attributable_fields`."""

    by: Annotated[str, R]
    """Who stated it: a pseudonym or service number, not a name."""

    at: Annotated[dt.datetime, R] = attrs.field(converter=aware_utc)
    """When it was stated; aware, in UTC."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class Readiness:
    """Whether the agency is ready for an alert. A field left out is not known."""

    staffed_line: Annotated[bool | None, R] = None
    """Whether a telephone line is staffed for the calls that will come."""

    registered: Annotated[bool | None, R] = None
    """Whether the child is in the police database, marked as abducted."""


def _not_empty(_: object, field: "attrs.Attribute[object]", value: object) -> None:
    if not value:
        raise InvalidValue(field.name, "at least one")


@attrs.frozen(kw_only=True, field_transformer=classified)
class Case:
    """One disappearance, of one or several children.

    Frozen; a correction is a new value with a higher *revision*. Its ``repr`` shows
    P0 fields only, and nothing restricted can be printed or pickled with it.
    """

    id: Annotated[CaseId, P0] = attrs.field(converter=case_id)

    revision: Annotated[int, P0] = 1
    """1 for the first version, one more for each correction."""

    children: Annotated[tuple[Child, ...], P1] = attrs.field(validator=_not_empty)
    last_seen: Annotated[LastSeen, P1]
    sightings: Annotated[tuple[Sighting, ...], P2] = ()
    circumstances: Annotated[Circumstances, P1] = attrs.field(factory=Circumstances)
    companions: Annotated[tuple[Person, ...], P1] = ()
    suspects: Annotated[tuple[Person, ...], P1] = ()
    vehicles: Annotated[tuple[Vehicle, ...], P1] = ()
    report: Annotated[Report, P0]
    risk_indicators: Annotated[Restricted[RiskIndicators] | None, R] = None
    readiness: Annotated[Restricted[Readiness] | None, R] = None
    disclosures: Annotated[tuple[Disclosure, ...], R] = ()

    attributions: Annotated[tuple[Attribution, ...], R] = ()
    """Who stated what; of several for one field, the latest counts."""

    extensions: Annotated[Restricted[str], R] = Restricted("{}")
    """What the agency adds: one JSON object, as canonical JSON text."""
