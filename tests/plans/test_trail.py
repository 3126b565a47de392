"""What a sighting does to the area, by confidence, age and place."""

import attrs
import pytest
from plan_samples import HOUR, MINUTE, box, deciding, moving, off, planned, seen

from amberkit.cases import Mobility
from amberkit.plans import Effect, Origin
from amberkit.plans.trail import DEFAULT_RULE
from amberkit.values import Confidence


@pytest.fixture
def later(now):
    """Three hours into the alert."""
    return now + 3 * HOUR


@pytest.fixture
def plan_with(case, pack, agency, later):
    def make(*sightings, **options):
        seen_since = attrs.evolve(case, sightings=sightings)
        return planned(seen_since, pack, agency, later, **options)

    return make


def effects(plan):
    return [each.effect for each in plan.weighed]


def test_without_sightings_the_area_grows_from_where_the_child_was_last_seen(plan_with):
    made = plan_with()

    assert made.weighed == ()
    (focus,) = made.foci
    assert (focus.origin, focus.sighting) == (Origin.LAST_SEEN, None)


def test_a_confirmed_sighting_starts_the_search_anew_and_shrinks_it(
    plan_with, case, later
):
    at = off(case.last_seen.at, km=60)
    made = plan_with(seen(at, later - 20 * MINUTE))
    without = plan_with()

    assert effects(made) == [Effect.RECENTERS]
    (focus,) = made.foci
    assert (focus.origin, focus.sighting) == (Origin.SIGHTING, 0)
    assert made.stages[0].radius_m == 10_000 < without.stages[0].radius_m
    assert made.stages[0].region.contains_points(lat=at.lat, lon=at.lon)
    assert not made.stages[0].region.contains_points(
        lat=case.last_seen.at.lat, lon=case.last_seen.at.lon
    )


def test_of_two_confirmed_sightings_the_later_one_counts(plan_with, case, later):
    near, far = off(case.last_seen.at, km=30), off(case.last_seen.at, km=40)
    made = plan_with(seen(far, later - 20 * MINUTE), seen(near, later - HOUR))

    assert effects(made) == [Effect.RECENTERS, Effect.SUPERSEDED]
    assert made.foci[0].sighting == 0


def test_a_likely_sighting_adds_its_surroundings(plan_with, case, later):
    at = off(case.last_seen.at, km=60)
    made = plan_with(seen(at, later - MINUTE, confidence=Confidence.BELIEVED))

    assert effects(made) == [Effect.ADDS]
    assert [focus.origin for focus in made.foci] == [Origin.LAST_SEEN, Origin.SIGHTING]
    for point in (at, case.last_seen.at):
        assert made.stages[0].region.contains_points(lat=point.lat, lon=point.lon)


def test_a_likely_sighting_that_cannot_be_reached_in_time_splits_the_search(
    plan_with, case, later
):
    at = off(case.last_seen.at, km=300, azimuth=100)
    made = plan_with(seen(at, later - MINUTE, confidence=Confidence.BELIEVED))

    # At 30 km/h not even on a straight road: 100 km can be reached in 3 h 20 min.
    assert effects(made) == [Effect.SPLITS]
    (alarm,) = [a for a in made.alarms if a.code == "contradicts"]
    assert alarm.path == "$.sightings[0]"


def test_a_sighting_that_is_not_sure_guides_the_services_alone(
    case, pack, agency, later
):
    at = off(case.last_seen.at, km=200, azimuth=90)
    doubtful = seen(at, later - MINUTE, confidence=Confidence.SUSPECTED)
    case = attrs.evolve(case, sightings=(doubtful,))
    services = attrs.evolve(
        pack.policy.services.value, scope=type(pack.policy.services.value.scope).AREA
    )
    made = planned(case, deciding(pack, services=services), agency, later)

    assert effects(made) == [Effect.GUIDES]
    assert len(made.foci) == 1
    assert made.services.region.contains_points(lat=at.lat, lon=at.lon)
    for stage in made.stages:
        assert not stage.region.contains_points(lat=at.lat, lon=at.lon)


def test_a_sighting_that_was_ruled_out_does_nothing(plan_with, case, later):
    at = off(case.last_seen.at, km=60)
    made = plan_with(seen(at, later - HOUR, confidence=Confidence.RULED_OUT))

    assert effects(made) == [Effect.RULED_OUT]
    assert made.stages == plan_with().stages


def test_what_is_ruled_out_later_is_taken_back(plan_with, case, later):
    at = off(case.last_seen.at, km=60)
    before = plan_with(seen(at, later - HOUR))
    after = plan_with(
        seen(at, later - HOUR, confidence=Confidence.RULED_OUT), previous=before
    )

    assert len(after.stages[0].withdrawn) > 0
    assert [cause.effect for cause in after.revises.causes] == [Effect.RULED_OUT]


@pytest.mark.parametrize(
    ("confidence", "hours", "effect"),
    [
        (Confidence.BELIEVED, 11.9, Effect.ADDS),
        (Confidence.BELIEVED, 12, Effect.GUIDES),
        (Confidence.BELIEVED, 24, Effect.FADED),
        (Confidence.SUSPECTED, 11.9, Effect.GUIDES),
        (Confidence.SUSPECTED, 12, Effect.FADED),
        (Confidence.CONFIRMED, 47, Effect.RECENTERS),
    ],
)
def test_what_nothing_confirms_fades(
    case, pack, agency, now, confidence, hours, effect
):
    claim = seen(case.last_seen.at, now, confidence=confidence, reported=now)
    case = attrs.evolve(case, sightings=(claim,))
    made = planned(case, pack, agency, now + hours * HOUR)

    assert effects(made) == [effect]


def test_a_sighting_less_sure_than_anything_the_pack_acts_on_does_nothing(
    case, pack, agency, later
):
    strict = attrs.evolve(
        DEFAULT_RULE, adds_from=Confidence.CONFIRMED, guides_from=Confidence.CONFIRMED
    )
    claim = seen(case.last_seen.at, later, confidence=Confidence.BELIEVED)
    made = planned(
        attrs.evolve(case, sightings=(claim,)),
        deciding(pack, sightings=strict),
        agency,
        later,
    )

    assert effects(made) == [Effect.TOO_WEAK]


def test_a_pack_that_does_not_say_gets_the_default(case, pack, agency, later):
    silent = attrs.evolve(pack, policy=attrs.evolve(pack.policy, sightings=None))
    claim = seen(case.last_seen.at, later, confidence=Confidence.BELIEVED)
    made = planned(attrs.evolve(case, sightings=(claim,)), silent, agency, later)

    assert effects(made) == [Effect.ADDS]


@pytest.mark.parametrize("ahead", ["seen", "reported"])
def test_a_sighting_of_a_time_to_come_waits_and_somebody_is_told(
    plan_with, case, later, ahead
):
    time = later + MINUTE if ahead == "seen" else later
    made = plan_with(seen(case.last_seen.at, time, reported=later + MINUTE))

    assert effects(made) == [Effect.NOT_YET]
    (alarm,) = [a for a in made.alarms if a.code == "not-yet"]
    assert alarm.path == f"$.sightings[0].{ahead}"


def test_a_sighting_before_the_child_was_last_seen_is_superseded(plan_with, case):
    early = case.last_seen.time - 10 * MINUTE
    made = plan_with(seen(off(case.last_seen.at, km=5), early))

    assert effects(made) == [Effect.SUPERSEDED]


def test_a_sighting_beyond_the_boundary_moves_nothing_here(plan_with, case, later):
    at = off(case.last_seen.at, km=150, azimuth=90)
    boundary = box(32, -9, 35, -6.5)
    made = plan_with(seen(at, later - MINUTE), boundary=boundary)

    assert effects(made) == [Effect.CROSSES]
    assert made.foci[0].origin is Origin.LAST_SEEN
    assert made.foci[1].sighting == 0
    assert "beyond-boundary" in {alarm.code for alarm in made.alarms}


def test_how_the_child_moved_at_the_sighting_counts_from_there(case, pack, agency, now):
    walking = moving(case, Mobility.ON_FOOT)
    ride = seen(case.last_seen.at, now, mobility=Mobility.HIGHWAY)
    made = planned(attrs.evolve(walking, sightings=(ride,)), pack, agency, now + HOUR)

    assert made.mobility is Mobility.ON_FOOT
    assert made.stages[0].why.speed_kmh == 110


def test_the_plan_tells_of_a_sighting_only_a_coarse_place_and_time(
    case, pack, agency, now
):
    """Other points of the cell, and times of the same five minutes: the same plan."""
    import h3

    later = now + HOUR
    at = off(case.last_seen.at, km=20)
    cell = h3.latlng_to_cell(at.lat, at.lon, 7)
    plans = set()
    for child, minute in zip(
        list(h3.cell_to_children(cell, 9))[10:14], range(4), strict=True
    ):
        lat, lon = h3.cell_to_latlng(child)
        if h3.latlng_to_cell(lat, lon, 7) != cell:
            continue
        sighting = seen(type(at)(lat=lat, lon=lon), now + minute * MINUTE)
        made = planned(attrs.evolve(case, sightings=(sighting,)), pack, agency, later)
        plans.add((made.foci, made.stages[0].region, made.stages[0].ends))

    assert len(plans) == 1


# --- sightings that cannot both be true -----------------------------------------------


def holds(stage, *points):
    return all(
        stage.region.contains_points(lat=point.lat, lon=point.lon) for point in points
    )


def test_a_sure_sighting_that_cannot_have_been_reached_takes_nothing_away(
    plan_with, case, later
):
    """One of the two is wrong, and nobody here knows which."""
    at = off(case.last_seen.at, km=300, azimuth=100)
    made = plan_with(seen(at, later - MINUTE))

    assert effects(made) == [Effect.SPLITS]
    assert made.foci[0].origin is Origin.LAST_SEEN
    assert holds(made.stages[0], at, case.last_seen.at)
    assert "contradicts" in {alarm.code for alarm in made.alarms}


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_sure_sightings_that_exclude_each_other_the_area_holds_both(
    plan_with, case, now, swapped
):
    near = seen(off(case.last_seen.at, km=5), now + 10 * MINUTE)
    far = seen(off(case.last_seen.at, km=300, azimuth=100), now + 11 * MINUTE)
    made = plan_with(*([far, near] if swapped else [near, far]))

    assert set(effects(made)) == {Effect.RECENTERS, Effect.SPLITS}
    assert holds(made.stages[0], near.at, far.at)


def test_a_sure_sighting_elsewhere_at_the_very_time_is_not_superseded(plan_with, case):
    at = off(case.last_seen.at, km=200, azimuth=100)
    made = plan_with(seen(at, case.last_seen.time))

    assert effects(made) == [Effect.SPLITS]
    assert holds(made.stages[0], at, case.last_seen.at)


def test_one_glimpse_on_foot_does_not_make_a_driver_walk(case, pack, agency, later):
    """Somebody gets out at a filling station."""
    driving = moving(case, Mobility.VEHICLE)
    glimpse = seen(
        off(case.last_seen.at, km=40), later - MINUTE, mobility=Mobility.ON_FOOT
    )
    made = planned(attrs.evolve(driving, sightings=(glimpse,)), pack, agency, later)

    assert effects(made) == [Effect.RECENTERS]
    assert made.foci[0].mobility is Mobility.VEHICLE
    assert made.stages[-1].radius_m == 160_000


def test_a_vehicle_at_the_sighting_counts_for_the_way_there(plan_with, case, later):
    """At 80 km/h 160 km can be reached in two hours, at 30 km/h only 60."""
    at = off(case.last_seen.at, km=110, azimuth=120)
    ride = seen(
        at,
        case.last_seen.time + 2 * HOUR,
        confidence=Confidence.BELIEVED,
        mobility=Mobility.VEHICLE,
    )

    assert effects(plan_with(ride)) == [Effect.ADDS]
