"""Stages: what several places add, along roads, up a ladder, within a boundary."""

import itertools

import attrs
import h3
import numpy as np
import pytest
from plan_samples import (
    CASABLANCA_DISTRICTS,
    GEOD,
    HOUR,
    LADDER,
    MINUTE,
    PACE,
    box,
    deciding,
    district,
    growing,
    moving,
    off,
    placed,
    planned,
    seen,
)

from amberkit.cases import Mobility
from amberkit.eligibility.packs import Evidence
from amberkit.eligibility.packs.policy import FixedGrowth, Scope, StagedGrowth
from amberkit.geo import LatLon, certify
from amberkit.plans import Atlas, Origin, PlanRefused, WhyCode
from amberkit.values import Confidence


def holds(stage, point, *, km):
    """Whether a stage holds everything within so many kilometers of a point."""
    azimuths = np.arange(0, 360, 1.0)
    n = len(azimuths)
    lon, lat, _ = GEOD.fwd(
        np.full(n, point.lon), np.full(n, point.lat), azimuths, np.full(n, km * 1000)
    )
    return bool(stage.region.contains_points(lat=lat, lon=lon).all())


# --- several places -------------------------------------------------------------------


def test_two_places_grow_each_by_its_own_time(case, pack, agency, now):
    at = off(case.last_seen.at, km=40)
    later = now + HOUR
    claim = seen(at, later - 5 * MINUTE, confidence=Confidence.BELIEVED)
    made = planned(attrs.evolve(case, sightings=(claim,)), pack, agency, later)
    first = made.stages[0]

    # 80 min from last seen: 31 km, so 40; 5 min from the sighting: 10.
    assert [part.radius_m for part in first.parts] == [40_000, 10_000]
    assert all(part.is_new for part in first.parts)
    assert holds(first, case.last_seen.at, km=40)
    assert holds(first, at, km=10)


def test_a_stage_says_which_place_has_grown(case, pack, agency, now):
    at = off(case.last_seen.at, km=40)
    later = now + HOUR
    claim = seen(at, later - 5 * MINUTE, confidence=Confidence.BELIEVED)
    made = planned(attrs.evolve(case, sightings=(claim,)), pack, agency, later)

    for before, stage in itertools.pairwise(made.stages):
        grown = [
            part.focus
            for old, part in zip(before.parts, stage.parts, strict=True)
            if part.radius_m > old.radius_m
        ]
        assert grown == [part.focus for part in stage.parts if part.is_new]
        assert stage.why == next(part.why for part in stage.parts if part.is_new)


def test_changes_within_ten_minutes_are_one_stage_that_comes_early(
    case, pack, agency, now
):
    # The place last seen grows at 17:32 to 40 km. One seen 8 min later would grow at
    # 17:40, and does so with it.
    claim = seen(
        off(case.last_seen.at, km=20),
        case.last_seen.time + 8 * MINUTE,
        confidence=Confidence.BELIEVED,
    )
    made = planned(attrs.evolve(case, sightings=(claim,)), pack, agency, now)
    starts = [stage.starts for stage in made.stages]

    assert all(b - a > 10 * MINUTE for a, b in itertools.pairwise(starts[1:]))
    (grown,) = [
        s for s in made.stages if s.parts[1].radius_m == 40e3 and s.parts[1].is_new
    ]
    assert grown.parts[0].is_new
    assert grown.starts < case.last_seen.time + 8 * MINUTE + 62 * MINUTE


# --- along a road ---------------------------------------------------------------------


@pytest.fixture
def on_the_road(case, pack, agency, now):
    road = CASABLANCA_DISTRICTS.roads[0]
    at = road.lines[0][0]
    ride = seen(at, now + 30 * MINUTE, mobility=Mobility.HIGHWAY, road="A3")
    return planned(
        attrs.evolve(case, sightings=(ride,)),
        pack,
        agency,
        now + 38 * MINUTE,
        atlas=CASABLANCA_DISTRICTS,
    )


def test_along_a_road_the_area_goes_as_far_as_one_can_drive_on_it(on_the_road):
    first = on_the_road.stages[0]

    # 8 min at 110 km/h on the road: 14.7 km, so 20; off it at 80 km/h: 8.2 km, so 10.
    assert [part.why.origin for part in first.parts] == [Origin.SIGHTING, Origin.ROAD]
    assert [part.why.speed_kmh for part in first.parts] == [80, 110]
    assert [part.why.detour_factor for part in first.parts] == [1.3, 1.0]
    assert [part.radius_m for part in first.parts] == [10_000, 20_000]
    wider = on_the_road.stages[1]
    assert [part.radius_m for part in wider.parts] == [20_000, 40_000]


def test_the_road_is_in_the_area_and_what_lies_as_far_off_it_is_not(on_the_road, case):
    wider = on_the_road.stages[1]
    (line,) = CASABLANCA_DISTRICTS.roads[0].lines
    azimuth, _, _ = GEOD.inv(line[0].lon, line[0].lat, line[1].lon, line[1].lat)
    on, beside = off(line[0], km=35, azimuth=azimuth), off(line[0], km=35, azimuth=180)

    assert wider.region.contains_points(lat=on.lat, lon=on.lon)
    assert not wider.region.contains_points(lat=beside.lat, lon=beside.lon)


@pytest.mark.parametrize(
    ("road", "mobility"), [("A9", Mobility.VEHICLE), ("A3", Mobility.ON_FOOT)]
)
def test_a_road_that_is_unknown_or_walked_is_not_followed_and_somebody_is_told(
    case, pack, agency, now, road, mobility
):
    claim = seen(case.last_seen.at, now, mobility=mobility, road=road)
    made = planned(
        attrs.evolve(case, sightings=(claim,)),
        pack,
        agency,
        now + HOUR,
        atlas=CASABLANCA_DISTRICTS,
    )

    assert {part.why.origin for part in made.stages[0].parts} == {Origin.SIGHTING}
    (alarm,) = [a for a in made.alarms if a.code == "no-road"]
    assert alarm.path == "$.sightings[0].road"


def test_a_table_of_radii_follows_no_road(case, pack, agency, now):
    table = StagedGrowth(pace=PACE, radii_m=(5e3, 50e3), after_min=(0, 60))
    ride = seen(case.last_seen.at, now, mobility=Mobility.VEHICLE, road="A3")
    made = planned(
        attrs.evolve(case, sightings=(ride,)),
        deciding(pack, growth=table),
        agency,
        now + 30 * MINUTE,
        atlas=CASABLANCA_DISTRICTS,
    )

    assert [s.radius_m for s in made.stages] == [5e3, 50e3]
    assert {part.why.code for s in made.stages for part in s.parts} == {WhyCode.TIMED}
    assert all(len(stage.parts) == 1 for stage in made.stages)


# --- up a ladder ----------------------------------------------------------------------


@pytest.fixture
def ladder(pack):
    return deciding(pack, growth=LADDER)


def test_a_ladder_goes_from_district_to_neighbors_to_country(case, ladder, agency, now):
    made = planned(case, ladder, agency, now, atlas=CASABLANCA_DISTRICTS)
    names = [[n.find("en") for n in stage.why.names] for stage in made.stages]

    assert names == [["West"], ["West", "East"], ["Country"]]
    assert [stage.why.code for stage in made.stages] == [WhyCode.RUNG] * 3
    assert made.stages[0].region == CASABLANCA_DISTRICTS.areas[0].region
    far = CASABLANCA_DISTRICTS.areas[2].region
    assert not (made.stages[1].region & far).contains_points(lat=32.2, lon=-6.5)


def test_the_radius_of_a_rung_is_how_far_it_goes(case, ladder, agency, now):
    made = planned(case, ladder, agency, now, atlas=CASABLANCA_DISTRICTS)
    center = made.center
    corners = [(33.4, -7.8), (33.7, -7.8), (33.4, -7.45), (33.7, -7.45)]
    far = max(GEOD.inv(center.lon, center.lat, lon, lat)[2] for lat, lon in corners)

    assert far <= made.stages[0].radius_m <= far + 1_000


def test_a_point_near_a_border_is_in_both_districts(case, ladder, agency, now):
    case = placed(case, LatLon(lat=33.55, lon=-7.4501))
    made = planned(case, ladder, agency, now, atlas=CASABLANCA_DISTRICTS)

    assert [n.find("en") for n in made.stages[0].why.names] == ["West", "East"]


def test_maps_that_do_not_nest_make_a_plan_that_does(case, ladder, agency, now):
    odd = attrs.evolve(
        CASABLANCA_DISTRICTS,
        areas=(
            *CASABLANCA_DISTRICTS.areas[:3],
            district("Strip", 33.5, -7.7, 33.65, -7.5, level="country"),
        ),
    )
    made = planned(case, ladder, agency, now, atlas=odd)

    assert made.stages[0].cells <= made.stages[2].cells


@pytest.mark.parametrize(
    "atlas", [None, Atlas(), Atlas(areas=CASABLANCA_DISTRICTS.areas[2:])]
)
def test_a_ladder_without_an_area_that_holds_the_place_is_refused(
    case, ladder, agency, now, atlas
):
    with pytest.raises(PlanRefused, match="of the level") as caught:
        planned(case, ladder, agency, now, atlas=atlas)

    assert caught.value.code == "no-area"


def test_a_sighting_where_the_map_is_empty_stands_for_itself(case, ladder, agency, now):
    at = off(case.last_seen.at, km=60, azimuth=180)
    claim = seen(at, now, confidence=Confidence.BELIEVED)
    bare = attrs.evolve(
        CASABLANCA_DISTRICTS,
        areas=CASABLANCA_DISTRICTS.areas[:2] + CASABLANCA_DISTRICTS.areas[3:],
    )
    made = planned(
        attrs.evolve(case, sightings=(claim,)), ladder, agency, now, atlas=bare
    )
    first = made.stages[0]

    assert holds(first, at, km=0.2)
    assert [bool(part.why.names) for part in first.parts] == [True, False]
    (alarm,) = [a for a in made.alarms if a.code == "no-area"]
    assert alarm.path == "$.sightings[0]"


# --- boundary, spill, proof -----------------------------------------------------------


def test_the_proof_of_a_stage_misses_nothing_and_spills_less_than_was_said(
    case, pack, agency, now
):
    boundary = box(33.3, -7.8, 33.75, -7.2)
    made = planned(case, pack, agency, now, boundary=boundary)
    for stage in made.stages[:2]:
        proof = stage.certificate

        assert proof.is_complete
        assert proof.missed_m2 == 0.0
        assert 0 < proof.overshoot_m <= made.spill_m
    assert certify(made.stages[-1].cells, boundary).overshoot_m <= made.spill_m


def test_no_corner_of_a_cell_is_farther_beyond_a_disk_than_the_spill(
    case, pack, agency, now
):
    made = planned(case, pack, agency, now)
    disk, cells = made.stages[0].region, made.stages[0].cells
    corners = [
        corner for cell in cells.to_strings() for corner in h3.cell_to_boundary(cell)
    ]
    lat, lon = np.array(corners).T
    n = len(lat)
    center = np.full(n, disk.center.lon), np.full(n, disk.center.lat)
    _, _, apart = GEOD.inv(*center, lon, lat)

    assert apart.max() <= disk.radius_m + made.spill_m


@pytest.mark.parametrize(
    ("allowed_m", "resolution"), [(1_500, 8), (1_000, 9), (200, 10)]
)
def test_a_pack_that_allows_less_spill_gets_finer_cells(
    case, pack, agency, now, allowed_m, resolution
):
    strict = growing(deciding(pack, max_spill_m=float(allowed_m)), radii_m=(5_000.0,))
    made = planned(case, strict, agency, now)

    assert made.stages[0].cells.resolution == resolution
    assert made.spill_m <= allowed_m


def test_a_spill_that_no_cells_can_keep_is_refused(case, pack, agency, now):
    with pytest.raises(PlanRefused) as caught:
        planned(case, deciding(pack, max_spill_m=1.0), agency, now)

    assert caught.value.code == "too-fine"


# --- why ------------------------------------------------------------------------------


def test_the_largest_step_cites_who_says_how_far_an_alert_goes(case, pack, agency, now):
    made = planned(case, pack, agency, now)

    assert {s.why.evidence for s in made.stages[:-1]} == {Evidence.POLICY}
    assert made.stages[-1].why.evidence is Evidence.SECONDARY
    assert made.stages[-1].why.source == pack.policy.max_radius_m.source


def test_the_reason_tells_the_figures(case, pack, agency, now):
    first, second, *_ = planned(case, pack, agency, now).stages

    # 20 min at 30 km/h, roads 1.3 times as long: 7.7 km.
    assert (first.why.elapsed_s, first.why.reach_m) == (1_200, 7_692)
    assert (second.why.elapsed_s, second.why.reach_m) == (1_560, 10_000)
    assert (first.why.code, second.why.code) == (
        WhyCode.ALREADY_REACHABLE,
        WhyCode.GROWS,
    )


# --- services -------------------------------------------------------------------------


@pytest.fixture
def local(pack):
    """A pack whose services are told in the area, and where the child may go."""
    services = attrs.evolve(pack.policy.services.value, scope=Scope.AREA, places=True)
    return growing(deciding(pack, services=services), radii_m=(2_000.0, 5_000.0))


def test_places_that_the_child_frequents_widen_only_what_services_are_told(
    case, local, agency, now
):
    # The ice rink by the sea, 4.6 km off.
    rink = LatLon(lat=33.5951, lon=-7.6689)
    case = attrs.evolve(case, sightings=())
    small = growing(local, radii_m=(1_000.0,))
    made = planned(case, small, agency, now)

    assert made.services.region.contains_points(lat=rink.lat, lon=rink.lon)
    assert not made.stages[-1].region.contains_points(lat=rink.lat, lon=rink.lon)


def test_where_the_pack_does_not_say_so_places_widen_nothing(case, local, agency, now):
    services = attrs.evolve(local.policy.services.value, places=False)
    case = attrs.evolve(case, sightings=())
    made = planned(case, deciding(local, services=services), agency, now)

    assert made.services.region == made.stages[-1].region


def test_a_place_without_a_point_widens_nothing(case, local, agency, now):
    from amberkit.values import Restricted

    (child,) = case.children
    named = tuple(attrs.evolve(p, at=None) for p in child.places_frequented.reveal())
    child = attrs.evolve(child, places_frequented=Restricted(named))
    case = attrs.evolve(case, children=(child,), sightings=())
    made = planned(case, local, agency, now)

    assert made.services.region == made.stages[-1].region


def test_services_of_a_ladder_are_told_of_the_place_itself(case, local, agency, now):
    pack = deciding(local, growth=LADDER)
    made = planned(case, pack, agency, now, atlas=CASABLANCA_DISTRICTS)

    assert made.services.region is not None


# --- reach ----------------------------------------------------------------------------


def test_a_fixed_area_beyond_what_can_be_reached_is_told(case, pack, agency, now):
    fixed = FixedGrowth(pace=PACE, radii_m=(800_000.0,))
    far = deciding(
        pack, growth=fixed, max_radius_m=800_000.0, resolution=6, max_spill_m=None
    )
    made = planned(case, far, agency, now)

    # 24 h 20 min at 30 km/h, roads 1.3 times as long: 562 km.
    (alarm,) = [a for a in made.alarms if a.code == "beyond-reach"]
    assert "800 km" in alarm.message
    assert "562 km" in alarm.message
    assert made.unsettled == ()


def test_a_fixed_area_that_can_be_reached_is_not(case, pack, agency, now):
    fixed = deciding(pack, growth=FixedGrowth(pace=PACE, radii_m=(160_000.0,)))
    made = planned(moving(case, Mobility.VEHICLE), fixed, agency, now)

    assert "beyond-reach" not in {alarm.code for alarm in made.alarms}


def test_what_guides_the_services_stays_within_the_boundary(case, local, agency, now):
    boundary = box(33.4, -7.8, 33.75, -7.4)
    doubtful = seen(LatLon(lat=33.9, lon=-7.0), now, confidence=Confidence.SUSPECTED)
    case = attrs.evolve(case, sightings=(doubtful,))
    made = planned(case, local, agency, now, boundary=boundary)

    assert not made.services.region.contains_points(lat=33.9, lon=-7.0)


def test_no_rung_goes_farther_than_the_pack_lets_an_alert_reach(
    case, ladder, agency, now
):
    capped = deciding(ladder, max_radius_m=50_000.0)
    made = planned(case, capped, agency, now, atlas=CASABLANCA_DISTRICTS)
    country = made.stages[-1]
    far, near = off(made.center, km=60), off(made.center, km=49)

    assert country.radius_m == 50_000
    assert not country.region.contains_points(lat=far.lat, lon=far.lon)
    assert country.region.contains_points(lat=near.lat, lon=near.lon)


def test_a_spill_finer_than_the_finest_cell_is_refused(case, pack, agency, now):
    tiny = growing(deciding(pack, max_spill_m=1.0), radii_m=(100.0,))
    with pytest.raises(PlanRefused) as caught:
        planned(case, tiny, agency, now)

    assert caught.value.code == "too-fine"


def test_a_spill_that_asks_for_more_cells_than_there_can_be_is_refused(
    case, pack, agency, now
):
    with pytest.raises(PlanRefused, match="more cells") as caught:
        planned(case, deciding(pack, max_spill_m=2.0), agency, now)

    assert caught.value.code == "too-fine"
