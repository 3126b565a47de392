"""One request to one neighbor, as a value and as a document."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import attrs

from amberkit.agency import Agency
from amberkit.eligibility import Status, Truth
from amberkit.eligibility.packs.policy import ConsentRule
from amberkit.geo import CellSet, LatLon, Region
from amberkit.plans.ground import Neighbor
from amberkit.values import CaseId, LanguageTag, Mode

__all__ = ["Crossing", "HandOff", "LanguageNeed", "TheirRules"]

SCHEMA_ID = "urn:amberkit:schema:handoff:1"


@attrs.frozen(kw_only=True)
class Crossing:
    """A sighting beyond the boundary, as coarse as everything that leaves a plan."""

    sighting: int
    """Its index in the case."""

    since: dt.datetime = attrs.field(repr=False)
    """When the child was there, rounded down to five minutes; in UTC."""

    center: LatLon
    """Center of the coarse cell that holds the point."""

    radius_m: float
    """From there, in meters, everything where the child may have been."""


@attrs.frozen(kw_only=True)
class LanguageNeed:
    """One language in which the neighbor speaks, and what the case lacks in it."""

    language: LanguageTag

    missing: tuple[str, ...]
    """Fields of the case, such as ``children.given_name``, that have texts but none in
    this language; each once, in the order of the model."""


@attrs.frozen(kw_only=True)
class TheirRules:
    """What the neighbor's pack says of the case: a help for them, no decision."""

    pack: str
    """Identifier of the pack."""

    pack_digest: str
    """SHA-256 of its document, in hexadecimal digits."""

    truth: Truth
    """Whether its criteria are met, as far as the case tells."""

    missing: tuple[tuple[str, ...], ...]
    """Sets of facts of which one would have to be learnt for a yes; the cheapest
    first."""

    consent: ConsentRule | None
    """What it asks for; None where it does not say."""

    consent_status: Status | None
    """Whether what it asks for is met; None where no criterion of it asks."""

    languages: tuple[LanguageNeed, ...]
    """In the order of the pack."""

    contact: str
    """The telephone number that the pack gives to the public."""

    assessment: str = attrs.field(repr=False)
    """The form for partners of the assessment (`Assessment.partner_form`), as JSON."""


@attrs.frozen(kw_only=True)
class HandOff:
    """A request to a neighbor to decide whether to alert.

    It holds what was found, where and since when, and whom to ask. What is in the case
    is not in it: no name, no description, no exact point.
    """

    neighbor: Neighbor = attrs.field(repr=lambda neighbor: repr(neighbor.id))
    mode: Mode
    """Whether it counts. An exercise asks nobody to act."""

    made: dt.datetime
    """When; aware, in UTC."""

    case_id: CaseId
    revision: int

    pack: str
    """Identifier of the pack that our own alert is made by."""

    pack_digest: str
    """SHA-256 of its document, in hexadecimal digits."""

    planned: dt.datetime
    """When our plan was made; with case and revision it tells which one."""

    expires: dt.datetime
    """When our alert ends by itself."""

    agency: Agency = attrs.field(repr=lambda agency: repr(agency.sender))
    """Who asks."""

    authorization: str | None = attrs.field(repr=False)
    """The number under which our alert is authorized; None if there is none."""

    stage: int
    """From which stage on the area reaches them, from 0."""

    since: dt.datetime
    """When that stage starts."""

    region: Region = attrs.field(repr=False)
    """What the largest stage covers of their land, without what lies within our
    boundary. Drawn around coarse centers."""

    cells: CellSet
    """Its h3 cells, at the resolution of the plan."""

    crossings: tuple[Crossing, ...]
    """Sightings on their land, if there are any; their surroundings are in *region*."""

    rules: TheirRules | None
    """What their pack says of the case; None where no pack is at hand, so that it is
    they who have to be asked."""

    @property
    def reference(self) -> str:
        """What to call it by: the same for the same case, revision and neighbor."""
        return f"{self.case_id}.r{self.revision}.handoff.{self.neighbor.id}"

    def document(self) -> dict[str, Any]:
        """Return it as a new JSON-ready document; see ``json_schema("handoff")``.

        The same hand-off gives the same document. Times are in UTC; stages count from
        0; ``area.compact`` are h3 cells of which each stands for all of its descendants
        at ``area.resolution``.
        """
        return {
            "$schema": SCHEMA_ID,
            "reference": self.reference,
            "mode": self.mode.value,
            "made": self.made.isoformat(),
            "case_id": self.case_id,
            "revision": self.revision,
            "plan": {
                "pack": self.pack,
                "pack_digest": self.pack_digest,
                "made": self.planned.isoformat(),
                "expires": self.expires.isoformat(),
            },
            "agency": {
                "sender": self.agency.sender,
                "name": self.agency.name.as_dict(),
                "contact": self.agency.contact,
                "status_url": self.agency.status_url,
                "authorization": self.authorization,
            },
            "neighbor": {
                "id": self.neighbor.id,
                "name": self.neighbor.name.as_dict(),
            },
            "sightings": [
                {
                    "index": each.sighting,
                    "since": each.since.isoformat(),
                    "center": {"lat": each.center.lat, "lon": each.center.lon},
                    "radius_m": each.radius_m,
                }
                for each in self.crossings
            ],
            "area": {
                "stage": self.stage,
                "since": self.since.isoformat(),
                "resolution": self.cells.resolution,
                "cells": len(self.cells),
                "area_km2": round(self.cells.area_m2 / 1e6, 1),
                "compact": [f"{cell:x}" for cell in self.cells.compact.tolist()],
            },
            "rules": self.rules and _rules(self.rules),
        }


def _rules(rules: TheirRules) -> dict[str, Any]:
    return {
        "assessment": json.loads(rules.assessment),
        "consent": {
            "rule": rules.consent and rules.consent.value,
            "status": rules.consent_status and rules.consent_status.value,
        },
        "languages": [
            {"language": each.language, "missing": list(each.missing)}
            for each in rules.languages
        ],
        "contact": rules.contact,
    }
