"""From case and assessment to areas and times."""

import datetime as dt
import pickle

import attrs
import numpy as np
import pyproj
import pytest

from amberkit.agency import Bounds
from amberkit.cases import Mobility
from amberkit.eligibility import Truth, assess
from amberkit.eligibility.packs.policy import Scope
from amberkit.errors import InvalidValue
from amberkit.geo import Disk, LatLon, Polygon, coarse_cell
from amberkit.plans import Override, PlanRefused, WhyCode, plan_alert
from amberkit.render import render_message
from amberkit.values import Audience, Mode

GEOD = pyproj.Geod(ellps="WGS84")
HOUR = dt.timedelta(hours=1)


def box(south, west, north, east):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})


def test_the_example_grows_in_five_stages_out_to_160_km(plan):
    radii = [stage.radius_m for stage in plan.stages]

    assert radii == [10e3, 20e3, 40e3, 80e3, 160e3]
    assert [stage.index for stage in plan.stages] == [0, 1, 2, 3, 4]
    assert plan.truth is Truth.TRUE


def test_stages_follow_each_other_until_the_alert_expires(plan, now):
    ends = [stage.ends for stage in plan.stages]
    starts = [stage.starts for stage in plan.stages]

    assert starts[0] == now
    assert starts[1:] == ends[:-1]
    assert ends[-1] == plan.expires == now + 24 * HOUR


def test_the_deadline_is_a_day_after_the_report(plan, case):
    assert plan.deadline == case.report.received + 24 * HOUR
    assert plan.alarms == ()


def test_a_plan_made_after_the_deadline_says_so(case, pack, agency, now):
    late = now + 24 * HOUR + dt.timedelta(seconds=1)
    planned = plan_alert(
        case, assess(case, pack, now=late), pack, agency=agency, now=late
    )

    assert [alarm.code for alarm in planned.alarms] == ["deadline-passed"]
    assert planned.stages[0].why.code is WhyCode.LARGEST


def test_services_are_told_nationwide_at_once(plan, now):
    assert (plan.services.starts, plan.services.ends) == (now, plan.expires)
    assert plan.services.region is None


def test_a_pack_can_keep_the_services_to_the_area(case, assessment, pack, agency, now):
    services = pack.policy.services
    near = attrs.evolve(services.value, scope=Scope.AREA)
    policy = attrs.evolve(pack.policy, services=attrs.evolve(services, value=near))
    local = attrs.evolve(pack, policy=policy)
    case = attrs.evolve(case, sightings=())
    planned = plan_alert(
        case,
        attrs.evolve(assessment, pack=local),
        local,
        agency=agency,
        now=now,
    )
    message = render_message(
        planned,
        case,
        agency=agency,
        stage=0,
        audience=Audience.SERVICES,
        languages=("en",),
        mode=Mode.TEST,
        sent=now,
    )

    assert planned.services.region == planned.stages[-1].region
    assert message.text("en").area.startswith("Within 160 km")
    assert not message.area.nationwide


def test_each_region_contains_the_disk_that_is_meant(plan, case):
    at, uncertainty = case.last_seen.at, case.last_seen.uncertainty_m
    azimuths = np.arange(0, 360, 0.5)
    for stage in plan.stages:
        n = len(azimuths)
        lon, lat, _ = GEOD.fwd(
            np.full(n, at.lon),
            np.full(n, at.lat),
            azimuths,
            np.full(n, stage.radius_m + uncertainty),
        )

        assert stage.region.contains_points(lat=lat, lon=lon).all()
        assert stage.cells.contains_points(lat=lat, lon=lon).all()


def test_added_cells_are_those_that_no_earlier_stage_had(plan):
    union = plan.stages[0].added
    for before, stage in zip(plan.stages, plan.stages[1:], strict=False):
        assert len(stage.added & before.cells) == 0
        union = union | stage.added

    assert union == plan.stages[-1].cells
    assert sum(len(stage.added) for stage in plan.stages) == len(union)


def test_the_geometry_tells_of_the_point_only_its_coarse_cell(
    case, assessment, pack, agency, now, plan
):
    """Another point of the same coarse cell gives the very same plan."""
    import h3

    cell = h3.latlng_to_cell(case.last_seen.at.lat, case.last_seen.at.lon, 7)
    others = [
        LatLon(lat=lat, lon=lon)
        for lat, lon in map(h3.cell_to_latlng, h3.cell_to_children(cell, 9))
        if h3.latlng_to_cell(lat, lon, 7) == cell
    ]

    assert len(others) > 20
    for other in others[:6]:
        moved = attrs.evolve(case, last_seen=attrs.evolve(case.last_seen, at=other))
        again = plan_alert(moved, assessment, pack, agency=agency, now=now)

        assert again == plan


def test_a_boundary_is_never_left(case, assessment, pack, agency, now):
    boundary = box(33.3, -7.8, 33.7, -7.2)
    planned = plan_alert(
        case, assessment, pack, agency=agency, now=now, boundary=boundary
    )
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(32.0, 35.0, 5_000), rng.uniform(-9.5, -5.8, 5_000)
    outside = ~boundary.contains_points(lat=lat, lon=lon)

    for stage in planned.stages:
        assert not stage.region.contains_points(lat=lat, lon=lon)[outside].any()
    assert planned.services.region == boundary


def test_an_area_wholly_outside_the_boundary_is_refused(
    case, assessment, pack, agency, now
):
    with pytest.raises(PlanRefused) as caught:
        plan_alert(
            case,
            assessment,
            pack,
            agency=agency,
            now=now,
            boundary=box(10, 10, 11, 11),
        )

    assert caught.value.code == "outside-boundary"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda a, case: attrs.evolve(a, case_id="OTHER-1"), "other-case"),
        (lambda a, case: attrs.evolve(a, revision=2), "other-case"),
        (lambda a, case: attrs.evolve(a, truth=Truth.FALSE), "not-eligible"),
        (lambda a, case: attrs.evolve(a, truth=Truth.UNKNOWN), "undecided"),
        (
            lambda a, case: attrs.evolve(a, pack=attrs.evolve(a.pack, id="zz-other")),
            "other-pack",
        ),
    ],
    ids=["case", "revision", "false", "unknown", "pack"],
)
def test_an_assessment_that_does_not_carry_a_plan_is_refused(
    change, code, case, assessment, pack, agency, now
):
    with pytest.raises(PlanRefused) as caught:
        plan_alert(case, change(assessment, case), pack, agency=agency, now=now)

    assert caught.value.code == code


def test_unknown_with_a_recorded_override_is_planned(
    case, assessment, pack, agency, now
):
    unknown = attrs.evolve(assessment, truth=Truth.UNKNOWN)
    override = Override(by="officer-0147", reason="the prosecutor decided", at=now)
    planned = plan_alert(
        case, unknown, pack, agency=agency, now=now, overrides=[override]
    )

    assert planned.overrides == (override,)
    assert planned.truth is Truth.UNKNOWN


def test_false_is_refused_even_with_an_override(case, assessment, pack, agency, now):
    refused = attrs.evolve(assessment, truth=Truth.FALSE)
    override = Override(by="officer-0147", reason="the prosecutor decided", at=now)

    with pytest.raises(PlanRefused, match="criteria are not met"):
        plan_alert(case, refused, pack, agency=agency, now=now, overrides=[override])


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001, 5, None])
def test_an_override_needs_a_reason(reason, now):
    with pytest.raises(InvalidValue, match="reason"):
        Override(by="officer-0147", reason=reason, at=now)


@pytest.mark.parametrize("by", ["", "  ", "x" * 65, 5, None])
def test_an_override_needs_somebody_who_decided(by, now):
    with pytest.raises(InvalidValue, match="by"):
        Override(by=by, reason="the prosecutor decided", at=now)


def test_a_child_last_seen_after_now_is_refused(case, assessment, pack, agency, now):
    later = attrs.evolve(case.last_seen, time=now + HOUR)
    with pytest.raises(PlanRefused) as caught:
        plan_alert(
            attrs.evolve(case, last_seen=later),
            assessment,
            pack,
            agency=agency,
            now=now,
        )

    assert caught.value.code == "before-report"


@pytest.mark.parametrize(
    ("uncertainty_m", "ladder_m"),
    [(0, 500), (500, 500), (501, 1_000), (1_900, 2_000), (100_000, 128_000)],
)
def test_the_radius_tells_of_the_uncertainty_only_its_step(
    case, assessment, pack, agency, now, uncertainty_m, ladder_m
):
    last_seen = attrs.evolve(case.last_seen, uncertainty_m=uncertainty_m)
    planned = plan_alert(
        attrs.evolve(case, last_seen=last_seen),
        assessment,
        pack,
        agency=agency,
        now=now,
    )
    reach_m = coarse_cell(case.last_seen.at, 7).reach_m
    first = planned.stages[0]

    assert first.region.radius_m == first.radius_m + reach_m + ladder_m


def test_a_plan_before_the_report_is_refused(case, assessment, pack, agency, now):
    with pytest.raises(PlanRefused) as caught:
        plan_alert(case, assessment, pack, agency=agency, now=now - HOUR)

    assert caught.value.code == "before-report"


def test_a_naive_now_is_refused(case, assessment, pack, agency, now):
    with pytest.raises(InvalidValue, match="UTC offset"):
        plan_alert(case, assessment, pack, agency=agency, now=now.replace(tzinfo=None))


def test_swapped_coordinates_are_refused_with_a_hint(
    case, assessment, pack, agency, now
):
    at = case.last_seen.at
    swapped = attrs.evolve(case.last_seen, at=LatLon(lat=at.lon, lon=at.lat))
    wrong = attrs.evolve(case, last_seen=swapped)

    with pytest.raises(PlanRefused, match="swapped it would") as caught:
        plan_alert(wrong, assessment, pack, agency=agency, now=now)

    assert caught.value.code == "outside-bounds"
    assert str(at.lat) not in str(caught.value)


def test_a_point_that_is_outside_either_way_gets_no_hint(
    case, assessment, pack, agency, now
):
    away = attrs.evolve(case.last_seen, at=LatLon(lat=48.0, lon=2.0))

    with pytest.raises(PlanRefused) as caught:
        plan_alert(
            attrs.evolve(case, last_seen=away), assessment, pack, agency=agency, now=now
        )

    assert "swapped" not in str(caught.value)


def test_an_area_that_leaves_the_bounds_of_the_agency_is_noted(
    case, assessment, pack, agency, now
):
    tight = attrs.evolve(agency, bounds=Bounds(south=33, west=-9, north=34.2, east=-7))
    planned = plan_alert(case, assessment, pack, agency=tight, now=now)
    within = box(33.1, -8.9, 34.1, -7.1)
    bounded = plan_alert(case, assessment, pack, agency=tight, now=now, boundary=within)

    # 40 km around Casablanca stay inside, 80 km pass 34.2 degrees north.
    (alarm,) = planned.alarms
    assert alarm.code == "beyond-bounds"
    assert alarm.message.startswith("stage 4 ")
    assert bounded.alarms == ()


def test_without_bounds_any_place_will_do(case, assessment, pack, agency, now):
    away = attrs.evolve(case.last_seen, at=LatLon(lat=-17.0, lon=179.95))
    planned = plan_alert(
        attrs.evolve(case, last_seen=away),
        assessment,
        pack,
        agency=attrs.evolve(agency, bounds=None),
        now=now,
    )

    assert len(planned.stages) == 5


def test_bounds_may_cross_the_antimeridian():
    bounds = Bounds(south=-20, west=177, north=-12, east=-178)

    assert bounds.holds(lat=-17, lon=179.95)
    assert bounds.holds(lat=-17, lon=-179.95)
    assert not bounds.holds(lat=-17, lon=0)


def test_a_vehicle_makes_the_first_stage_larger(case, assessment, pack, agency, now):
    moving = attrs.evolve(case.circumstances, mobility=Mobility.VEHICLE)
    planned = plan_alert(
        attrs.evolve(case, circumstances=moving),
        assessment,
        pack,
        agency=agency,
        now=now,
    )

    # 20 min at 80 km/h over roads 1.3 times as long: 20.5 km.
    assert planned.stages[0].radius_m == 40e3
    assert planned.stages[0].why.mobility is Mobility.VEHICLE


def test_progress_is_told_from_nothing_to_all(case, assessment, pack, agency, now):
    shares = []
    plan_alert(
        case, assessment, pack, agency=agency, now=now, on_progress=shares.append
    )

    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_same_arguments_give_the_same_plan(case, assessment, pack, agency, now, plan):
    assert plan_alert(case, assessment, pack, agency=agency, now=now) == plan


def test_a_plan_holds_neither_the_point_nor_anything_restricted(plan, case):
    shown = repr(plan) + str(pickle.dumps(plan))

    for canary in ("33.59438", "7.61902", "rue Imaginaire", "Patinoire", "Mitali"):
        assert canary not in shown
    assert isinstance(plan.stages[0].region, Disk)
    assert plan.center != case.last_seen.at
