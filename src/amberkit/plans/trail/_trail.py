"""From last seen and sightings to the places from which the area grows.

The latest sighting that is sure enough becomes the place to start from; what was known
before it is superseded. Later ones that are likely are added. Of the others the public
is told nothing. What is not confirmed loses a degree of confidence with time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

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
        mobility = seen.mobility or case.circumstances.mobility
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
    latest = max(sure, key=lambda i: (case.sightings[i].seen, i), default=None)
    main = last_seen if latest is None else places[latest]
    main_time = case.last_seen.time if latest is None else case.sightings[latest].seen
    reaches = _reacher(main, pace)

    def effect(index: int, seen: Sighting) -> Effect:
        if seen.confidence is Confidence.RULED_OUT:
            return Effect.RULED_OUT
        if index not in open_:
            return Effect.NOT_YET
        if index == latest:
            return Effect.RECENTERS
        if seen.seen <= main_time:
            return Effect.SUPERSEDED
        degree = open_[index]
        if degree <= 0:
            return Effect.FADED
        if degree < _DEGREES.index(rule.guides_from):
            return Effect.TOO_WEAK
        if degree < _DEGREES.index(rule.adds_from):
            return Effect.GUIDES
        if index in beyond:
            return Effect.CROSSES
        return Effect.ADDS if reaches(places[index]) else Effect.SPLITS

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


def _reacher(main: Focus, pace: Pace) -> Callable[[Focus], bool]:
    """Return whether one can have come from the main place to another in time."""
    movement = Movement(
        since=main.since,
        mobility=main.mobility,
        speed_kmh=pace.speeds_kmh.of(main.mobility),
        detour_factor=pace.detour_factor,
    )

    def reaches(place: Focus) -> bool:
        apart_m = geodesic_distance_m(main.center, place.center)
        slack_m = main.margin_m + place.margin_m
        return apart_m <= movement.reach_m(place.since) + slack_m

    return reaches
