"""From last seen and sightings to the places from which the area grows.

The latest sighting that is sure enough, and that can have been reached from what was
known before, becomes the place to start from; that is superseded then. Later ones that
are likely are added. Of the others the public is told nothing. What is not confirmed
loses a degree of confidence with time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from amberkit.cases import Case, Mobility, Sighting
from amberkit.eligibility.packs.policy import Pace, SightingRule
from amberkit.geo import Disk, Region, cover, geodesic_distance_m
from amberkit.plans.ground import Atlas, Road
from amberkit.plans.growth import Movement
from amberkit.plans.trail._effects import Effect, Weighed
from amberkit.plans.trail._focus import Focus, focus_at
from amberkit.values import Confidence

__all__ = ["DEFAULT_RULE", "Trail", "follow"]

DEFAULT_RULE = SightingRule(
    recenters_from=Confidence.CONFIRMED,
    adds_from=Confidence.BELIEVED,
    guides_from=Confidence.SUSPECTED,
    fades_h=12.0,
    corridor_m=5_000.0,
)
"""What holds where a pack does not say; policy, not science."""

_DEGREES = list(Confidence)
"""From ruled out to confirmed."""


@attrs.frozen(kw_only=True)
class Trail:
    """Where the search has come to."""

    foci: tuple[Focus, ...]
    """From where the public area grows, the main place first."""

    guides: tuple[Focus, ...]
    """Of what surroundings services alone are told."""

    weighed: tuple[Weighed, ...]
    """What became of each sighting of the case, in its order."""


def follow(
    case: Case,
    rule: SightingRule,
    pace: Pace,
    *,
    now: dt.datetime,
    resolution: int,
    boundary: Region | None,
    atlas: Atlas,
) -> Trail:
    """Weigh every sighting of *case*, and return where the area grows from.

    Args:
        case: The case.
        rule: What sightings do, by how sure the agency is.
        pace: How fast one gets on: a sighting that is too far off to be reached from
            the main place contradicts it.
        now: The time of planning.
        resolution: The h3 resolution that hides the points.
        boundary: Where the agency can alert; a sighting beyond it is its neighbor's.
        atlas: Its roads; one that a sighting names is followed.
    """

    def focus(index: int) -> Focus:
        seen = case.sightings[index]
        mobility = _faster(seen.mobility, case.circumstances.mobility)
        return focus_at(
            seen.at,
            uncertainty_m=seen.uncertainty_m,
            time=seen.seen,
            resolution=resolution,
            mobility=mobility,
            sighting=index,
            road=_road(atlas, seen, mobility),
        )

    last_seen = focus_at(
        case.last_seen.at,
        uncertainty_m=case.last_seen.uncertainty_m,
        time=case.last_seen.time,
        resolution=resolution,
        mobility=case.circumstances.mobility,
    )
    open_ = {
        index: _degree(seen, rule, now)
        for index, seen in enumerate(case.sightings)
        if max(seen.seen, seen.reported) <= now
    }
    places = {index: focus(index) for index, degree in open_.items() if degree > 0}
    beyond = {i for i, place in places.items() if not _touches(place, boundary)}
    sure = [
        index
        for index in places.keys() - beyond
        if open_[index] >= _DEGREES.index(rule.recenters_from)
        and case.sightings[index].seen > case.last_seen.time
    ]
    # Each takes the place of the one before it only if it can have been reached from
    # there. Otherwise one of the two is wrong, and nobody here knows which.
    main, main_time, latest = last_seen, case.last_seen.time, None
    for index in sorted(sure, key=lambda i: (case.sightings[i].seen, i)):
        time = case.sightings[index].seen
        if _can_reach(main, places[index], time, pace):
            main, main_time, latest = places[index], time, index

    def fits(index: int, seen: Sighting) -> bool:
        return _can_reach(main, places[index], seen.seen, pace)

    def effect(index: int, seen: Sighting) -> Effect:
        if seen.confidence is Confidence.RULED_OUT:
            return Effect.RULED_OUT
        if index not in open_:
            return Effect.NOT_YET
        if index == latest:
            return Effect.RECENTERS
        if seen.seen < main_time:
            return Effect.SUPERSEDED
        degree = open_[index]
        if degree <= 0:
            return Effect.FADED
        if seen.seen == main_time and fits(index, seen):
            return Effect.SUPERSEDED
        if degree < _DEGREES.index(rule.guides_from):
            return Effect.TOO_WEAK
        if degree < _DEGREES.index(rule.adds_from):
            return Effect.GUIDES
        if index in beyond:
            return Effect.CROSSES
        return Effect.ADDS if fits(index, seen) else Effect.SPLITS

    weighed = tuple(
        Weighed(sighting=index, effect=effect(index, seen))
        for index, seen in enumerate(case.sightings)
    )

    def with_effect(*effects: Effect) -> Iterator[Focus]:
        return (places[each.sighting] for each in weighed if each.effect in effects)

    return Trail(
        foci=(main, *with_effect(Effect.ADDS, Effect.SPLITS, Effect.CROSSES)),
        guides=tuple(with_effect(Effect.GUIDES)),
        weighed=weighed,
    )


def _degree(seen: Sighting, rule: SightingRule, now: dt.datetime) -> int:
    """Return how sure the agency is by now: 3 for confirmed, 0 for not at all."""
    degree = _DEGREES.index(seen.confidence)
    if seen.confidence is Confidence.CONFIRMED:
        return degree
    faded = int((now - seen.reported) / dt.timedelta(hours=rule.fades_h))
    return max(0, degree - faded)


def _road(atlas: Atlas, seen: Sighting, mobility: Mobility | None) -> Road | None:
    """Return the road along which the area grows: known, and taken in a vehicle."""
    is_driven = mobility in (Mobility.VEHICLE, Mobility.HIGHWAY)
    return atlas.road(seen.road) if is_driven else None


def _touches(place: Focus, boundary: Region | None) -> bool:
    """Whether the agency can alert anybody where the place may be."""
    center = place.center
    if boundary is None or boundary.contains_points(lat=center.lat, lon=center.lon):
        return True
    return len(cover(Disk(center, radius_m=place.margin_m) & boundary, 9)) > 0


def _faster(a: Mobility | None, b: Mobility | None) -> Mobility | None:
    """Return the faster of what is known of how the child moves.

    Who was seen on foot at a filling station may have a car, and on foot is a reason to
    keep an area small only where nothing else is known.
    """
    order = [None, *Mobility]
    return max(a, b, key=order.index)


def _can_reach(main: Focus, place: Focus, time: dt.datetime, pace: Pace) -> bool:
    """Whether one can have come from the main place to another by a time.

    It is asked generously, at the faster pace of the two and without a detour: what is
    called impossible here has to be.
    """
    movement = Movement(
        since=main.since,
        mobility=main.mobility,
        speed_kmh=max(
            pace.speeds_kmh.of(main.mobility), pace.speeds_kmh.of(place.mobility)
        ),
        detour_factor=1.0,
    )
    apart_m = geodesic_distance_m(main.center, place.center)
    return apart_m <= movement.reach_m(time) + main.margin_m + place.margin_m
