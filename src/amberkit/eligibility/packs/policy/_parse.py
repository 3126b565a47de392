"""The policy of a pack document, built."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, assert_never

from amberkit.eligibility.packs._claims import Decision, Evidence, Source
from amberkit.eligibility.packs.policy._growth import (
    FixedGrowth,
    Growth,
    GrowthKind,
    LadderGrowth,
    Pace,
    ReachGrowth,
    Rung,
    Speeds,
    StagedGrowth,
)
from amberkit.eligibility.packs.policy._policy import (
    Approval,
    ConsentRule,
    Contact,
    Ending,
    Extension,
    Extent,
    Intrusiveness,
    Loudness,
    Policy,
    Repeat,
    Scope,
    Services,
    SightingRule,
)
from amberkit.values import Confidence, Localized, language_tag

__all__ = ["parse_policy"]

T = TypeVar("T")


def parse_policy(raw: Mapping[str, Any], sources: Mapping[str, Source]) -> Policy:
    """Build the policy of a raw pack document that has passed all checks."""

    def decision(name: str, build: Callable[[Any], T]) -> Decision[T]:
        found = raw[name]
        return Decision(
            value=build(found["value"]),
            says=Localized(found["says"]),
            evidence=Evidence(found["evidence"]),
            source=sources[found["source"]] if "source" in found else None,
        )

    def optional(name: str, build: Callable[[Any], T]) -> Decision[T | None] | None:
        if name not in raw:
            return None
        return decision(name, lambda value: None if value is None else build(value))

    return Policy(
        growth=decision("growth", _growth),
        max_radius_m=decision("max_radius_m", float),
        resolution=decision("resolution", int),
        public_resolution=decision("public_resolution", int),
        deadline_h=decision("deadline_h", float),
        duration_h=decision("duration_h", float),
        languages=decision("languages", lambda tags: tuple(map(language_tag, tags))),
        contact=decision("contact", lambda value: Contact(phone=value["phone"])),
        services=decision(
            "services",
            lambda value: Services(
                scope=Scope(value["scope"]),
                special_data=value["special_data"],
                places=value.get("places", False),
            ),
        ),
        approval=optional("approval", lambda value: Approval(**value)),
        extent=optional("extent", Extent),
        extension=optional(
            "extension",
            lambda value: Extension(
                count=int(value["count"]), hours=float(value["hours"])
            ),
        ),
        repeat=optional(
            "repeat",
            lambda value: Repeat(
                every_min=float(value["every_min"]), for_h=float(value["for_h"])
            ),
        ),
        ending=optional("ending", lambda value: Ending(**value)),
        consent=optional("consent", ConsentRule),
        sightings=optional("sightings", _sightings),
        loudness=optional("loudness", _loudness),
        max_spill_m=optional("max_spill_m", float),
        retention_days=optional("retention_days", float),
        lesser=optional("lesser", tuple),
    )


def _growth(raw: Mapping[str, Any]) -> Growth:
    pace = Pace(
        speeds_kmh=Speeds(**{k: float(v) for k, v in raw["speeds_kmh"].items()}),
        detour_factor=float(raw["detour_factor"]),
        on_foot_cap_m=float(raw["on_foot_cap_m"]) if "on_foot_cap_m" in raw else None,
    )
    radii_m = tuple(map(float, raw.get("radii_m", ())))
    match GrowthKind(raw["kind"]):
        case GrowthKind.FIXED:
            return FixedGrowth(pace=pace, radii_m=radii_m)
        case GrowthKind.REACH:
            return ReachGrowth(pace=pace, radii_m=radii_m)
        case GrowthKind.STAGED:
            after_min = tuple(map(float, raw["after_min"]))
            return StagedGrowth(pace=pace, radii_m=radii_m, after_min=after_min)
        case GrowthKind.LADDER:
            return LadderGrowth(pace=pace, rungs=tuple(map(_rung, raw["rungs"])))
        case unknown:
            assert_never(unknown)


def _rung(raw: Mapping[str, Any]) -> Rung:
    return Rung(
        level=raw["level"],
        neighbors=raw.get("neighbors", False),
        after_min=float(raw["after_min"]),
    )


def _sightings(raw: Mapping[str, Any]) -> SightingRule:
    return SightingRule(
        recenters_from=Confidence(raw["recenters_from"]),
        adds_from=Confidence(raw["adds_from"]),
        guides_from=Confidence(raw["guides_from"]),
        fades_h=float(raw["fades_h"]),
        corridor_m=float(raw["corridor_m"]),
    )


def _loudness(raw: Mapping[str, Any]) -> Loudness:
    return Loudness(
        level=Intrusiveness(raw["level"]),
        quiet_level=Intrusiveness(raw["quiet_level"]),
        quiet_from=dt.time.fromisoformat(raw["quiet_from"]),
        quiet_until=dt.time.fromisoformat(raw["quiet_until"]),
    )
