"""What the services are told: at once, and as far as the pack says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import reduce
from operator import or_

from amberkit.cases import Case
from amberkit.eligibility import Pack
from amberkit.eligibility.packs.policy import LadderGrowth, Scope
from amberkit.geo import Disk, Region
from amberkit.plans._plan import ServicesPlan
from amberkit.plans.stages import Stage
from amberkit.plans.trail import Focus, Trail, focus_at

__all__ = ["plan_services"]


def plan_services(
    case: Case,
    pack: Pack,
    trail: Trail,
    stages: tuple[Stage, ...],
    boundary: Region | None,
    now: dt.datetime,
    expires: dt.datetime,
) -> ServicesPlan:
    """Return what the services are told, from *now* to *expires*.

    What only guides the search (sightings that are not sure and, where the pack says
    so, places that the child frequents) widens an area for them, and for nobody else.
    """
    services = pack.policy.services.value
    region = boundary
    if services.scope is Scope.AREA:
        floor_m = _floor_m(pack)
        guides = [*trail.guides, *(_places(case, pack) if services.places else ())]
        around = [
            Disk(guide.center, radius_m=guide.margin_m + floor_m) for guide in guides
        ]
        region = reduce(or_, around, stages[-1].region)
        region = region if boundary is None else region & boundary
    return ServicesPlan(
        scope=services.scope,
        starts=now,
        ends=expires,
        radius_m=stages[-1].radius_m,
        region=region,
        special_data=services.special_data,
    )


def _floor_m(pack: Pack) -> float:
    """Return the smallest radius of the pack; 0 where it goes by areas of a map."""
    growth = pack.policy.growth.value
    return 0.0 if isinstance(growth, LadderGrowth) else growth.radii_m[0]


def _places(case: Case, pack: Pack) -> Iterator[Focus]:
    """Yield the surroundings of the places that the children frequent, coarsely."""
    for child in case.children:
        for place in child.places_frequented.reveal():
            if place.at is not None:
                yield focus_at(
                    place.at,
                    uncertainty_m=place.radius_m,
                    time=case.last_seen.time,
                    resolution=pack.policy.public_resolution.value,
                    mobility=None,
                )
