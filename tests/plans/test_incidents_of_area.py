"""What went wrong elsewhere about area and mobility, and what a plan makes of it.

Each test tells in one sentence what happened and in one what the plan does. Places and
distances are like those of the reports; cases and people are fictional.
"""

import datetime as dt

import attrs
import pytest
from plan_samples import (
    HOUR,
    PACE,
    box,
    deciding,
    growing,
    moving,
    off,
    placed,
    planned,
)

from amberkit.agency import Bounds
from amberkit.cases import Mobility
from amberkit.eligibility.packs.policy import FixedGrowth
from amberkit.geo import Containment, LatLon, cover, geodesic_distance_m
from amberkit.plans import (
    Atlas,
    Concern,
    Exposure,
    ExposureBudget,
    Neighbor,
    Override,
    PastAlert,
    PlanRefused,
    WhyCode,
    Window,
)
from amberkit.plans.handoff import HandOff, hand_offs
from amberkit.render import RenderRefused, load_wording, render_message
from amberkit.values import Audience, Localized, Mode

TEXAS = box(25.8, -106.7, 36.5, -93.5)
AUSTIN = LatLon(lat=30.2672, lon=-97.7431)
COUNTY = box(33.7, -118.95, 34.82, -117.64)
HILLS = LatLon(lat=34.13, lon=-118.65)
QUEBEC_CITY = LatLon(lat=46.8139, lon=-71.2080)
HAMILTON = LatLon(lat=43.2557, lon=-79.8711)
OTTAWA = LatLon(lat=45.4215, lon=-75.6972)
THUNDER_BAY = LatLon(lat=48.3809, lon=-89.2477)
TORONTO = LatLon(lat=43.6532, lon=-79.3832)
TANGIER = LatLon(lat=35.7595, lon=-5.8340)
OUJDA = LatLon(lat=34.6805, lon=-1.9076)
MOROCCO = box(27.7, -13.2, 35.93, -1.75)


def everywhere(agency):
    """The agency without bounds, so that a case may lie in any country."""
    return attrs.evolve(agency, bounds=None)


def one_radius(pack, *, km):
    """A pack with one area from the beginning, as most have."""
    radius_m = km * 1000.0
    return deciding(
        pack,
        growth=FixedGrowth(pace=PACE, radii_m=(radius_m,)),
        max_radius_m=radius_m,
        resolution=6,
    )


def told(plan, code):
    return [alarm.message for alarm in plan.alarms if alarm.code == code]


@pytest.fixture(scope="module")
def live(agency):
    """Make the live message of a plan, with wording that was reviewed."""
    wordings = [
        attrs.evolve(load_wording(tag), reviewed_by="reviewer-3")
        for tag in ("fr", "ar")
    ]

    def live(plan, case):
        return render_message(
            plan,
            case,
            agency=agency,
            stage=0,
            audience=Audience.PUBLIC,
            languages=("ar", "fr"),
            mode=Mode.LIVE,
            sent=plan.made,
            wordings=wordings,
        )

    return live


def test_texas_alerts_the_whole_state_so_often_that_people_turn_alerts_off(
    case, pack, agency, now, live
):
    """After the test of 2023 more people in Texas than in any other state had turned
    alerts off. The fifth alert for everybody within 30 days is an alarm with the
    numbers, and goes out only with a recorded decision."""
    state = cover(TEXAS, 5)
    history = [
        PastAlert(at=now - dt.timedelta(days=6 * n), cells=state) for n in range(1, 5)
    ]
    budget = ExposureBudget(windows=[Window(days=30, alerts=4)])
    lost = placed(case, AUSTIN)
    options = {
        "boundary": TEXAS,
        "exposure": Exposure(budget=budget, history=history),
    }
    rules, ours = one_radius(pack, km=1_200), everywhere(agency)
    decided = Override(
        concern=Concern.EXPOSURE, by="officer-7", reason="He is armed.", at=now
    )

    plan = planned(lost, rules, ours, now, **options)
    settled = planned(lost, rules, ours, now, overrides=[decided], **options)

    (finding,) = plan.exposure
    (alarm,) = told(plan, "exposure")
    assert finding.most == 5
    # Cells of the plan are finer: a few along the border have another parent.
    assert finding.share > 0.999
    assert finding.area_km2 > 600_000
    assert "alert 5 within 30 days" in alarm
    assert Concern.EXPOSURE in plan.unsettled
    with pytest.raises(RenderRefused, match="exposure"):
        live(plan, lost)
    assert Concern.EXPOSURE not in settled.unsettled


def test_texas_may_alert_where_the_child_can_be_and_spare_the_rest(
    case, pack, agency, now
):
    """The same history, but alerts that had kept to where a child could have got. An
    alert around Austin then leaves everybody within the budget."""
    elsewhere = cover(box(31.5, -106.6, 32.2, -104.0), 5)
    history = [
        PastAlert(at=now - dt.timedelta(days=6 * n), cells=elsewhere)
        for n in range(1, 5)
    ]
    budget = ExposureBudget(windows=[Window(days=30, alerts=4)])

    plan = planned(
        placed(case, AUSTIN),
        pack,
        everywhere(agency),
        now,
        boundary=TEXAS,
        exposure=Exposure(budget=budget, history=history),
    )

    assert plan.exposure[0].most == 1
    assert plan.unsettled == ()


def test_los_angeles_lost_the_polygon_and_told_the_county(case, pack, agency, now):
    """In January 2025 a polygon was lost on the way, and ten million phones of a county
    rang for a fire in its hills. An area that has nothing within the boundary is
    refused; it never becomes the boundary itself."""
    at_sea = placed(case, off(HILLS, km=900, azimuth=250))
    here = placed(case, HILLS)
    near = growing(deciding(pack, max_radius_m=10_000.0), radii_m=(10_000.0,))

    with pytest.raises(PlanRefused) as refused:
        planned(at_sea, near, everywhere(agency), now, boundary=COUNTY)
    plan = planned(here, near, everywhere(agency), now, boundary=COUNTY)

    assert refused.value.code == "outside-boundary"
    county = cover(COUNTY, plan.stages[0].cells.resolution)
    for stage in plan.stages:
        assert stage.cells <= county
        assert stage.cells.area_m2 < county.area_m2 / 10


def test_delaware_told_the_state_of_what_concerned_a_mile(case, pack, agency, now):
    """In January 2025 what concerned one mile went to a whole state. Without a boundary
    the area is that of the pack and no more, and that it leaves the agency's bounds is
    an alarm that names the stage."""
    dover = LatLon(lat=39.1582, lon=-75.5244)
    bounds = Bounds(south=38.4, west=-75.8, north=39.9, east=-75.0)
    state = attrs.evolve(agency, bounds=bounds)
    mile = growing(deciding(pack, max_radius_m=1_600.0), radii_m=(1_600.0,))

    small = planned(placed(case, dover), mile, state, now)
    large = planned(placed(case, dover), pack, state, now)

    assert told(small, "beyond-bounds") == []
    # One mile, the coarse cell around the point and its uncertainty.
    assert small.stages[-1].cells.area_m2 < 150e6
    (alarm,) = told(large, "beyond-bounds")
    first = int(alarm.split()[1])
    reach_m = [stage.radius_m for stage in large.stages]
    # From Dover to the edge of the box it is 39 km to the west or east at least.
    assert reach_m[first - 1] >= 10_000
    assert "a boundary would keep them inside" in alarm


def test_quebec_woke_a_province_for_somebody_on_foot(case, pack, agency, now, live):
    """At 2:58 in the night a whole province was woken, and the suspect was on foot. One
    radius for everything is then more than anybody can walk: no live message comes of
    it until somebody has decided."""
    walking = moving(placed(case, QUEBEC_CITY), Mobility.ON_FOOT)
    province = one_radius(pack, km=800)
    decided = Override(
        concern=Concern.BEYOND_REACH, by="officer-7", reason="A car is near.", at=now
    )

    plan = planned(walking, province, everywhere(agency), now)
    settled = planned(walking, province, everywhere(agency), now, overrides=[decided])

    assert plan.unsettled == (Concern.BEYOND_REACH,)
    with pytest.raises(RenderRefused, match="beyond_reach") as refused:
        live(plan, walking)
    assert refused.value.code == "unsettled"
    assert settled.unsettled == ()
    assert live(settled, walking).mode is Mode.LIVE


def test_quebec_by_reach_stays_as_small_as_one_can_walk(case, pack, agency, now, live):
    """The same night under a pack that goes by reach. The area stays within its cap for
    who is on foot, and nobody has to decide anything."""
    walking = moving(placed(case, QUEBEC_CITY), Mobility.ON_FOOT)
    cap_m = 20_000.0
    pace = attrs.evolve(pack.policy.growth.value.pace, on_foot_cap_m=cap_m)

    plan = planned(walking, growing(pack, pace=pace), everywhere(agency), now)

    assert all(stage.radius_m <= cap_m for stage in plan.stages)
    assert plan.unsettled == ()
    assert told(plan, "beyond-reach") == []
    assert live(plan, walking).mode is Mode.LIVE


def test_ottawa_was_woken_for_hamilton(case, pack, agency, now):
    """In 2019 all of Ontario was alerted at night, and people in Ottawa complained that
    they had been woken for Hamilton. An area far beyond what can be reached is an alarm
    with both figures."""
    lost = moving(placed(case, HAMILTON), None)
    ontario = one_radius(pack, km=1_600)

    plan = planned(lost, ontario, everywhere(agency), now)

    (alarm,) = told(plan, "beyond-reach")
    hours = (plan.expires - lost.last_seen.time) / HOUR
    assert "1,600 km" in alarm
    assert f"{hours * 30 / 1.3:,.0f} km" in alarm


def test_ottawa_sleeps_until_hamilton_can_have_come_there(case, pack, agency, now):
    """The same report under a pack that goes by reach. The first stages leave Ottawa
    out, and where a stage holds it, one can have come there by its end."""
    lost = moving(placed(case, HAMILTON), Mobility.VEHICLE)
    plan = planned(lost, pack, everywhere(agency), now)
    apart_m = geodesic_distance_m(HAMILTON, OTTAWA)

    reaching = [
        stage
        for stage in plan.stages
        if stage.cells.contains_points(lat=OTTAWA.lat, lon=OTTAWA.lon)
    ]

    assert not plan.stages[0].cells.contains_points(lat=OTTAWA.lat, lon=OTTAWA.lon)
    assert all(stage.radius_m > apart_m * 0.9 for stage in reaching)


@pytest.mark.parametrize(
    ("place", "name", "theirs"),
    [
        (TANGIER, "es", box(35.94, -10.0, 44.0, 3.0)),
        (OUJDA, "dz", box(20.0, -1.74, 37.0, 10.0)),
    ],
)
def test_160_km_from_tangier_or_oujda_leave_the_country(
    place, name, theirs, case, pack, agency, now, live
):
    """A circle of 160 km around Tangier holds Spain, and one around Oujda holds Algeria.
    The alert ends at the border; the neighbor gets a request, and never a message."""
    neighbor = Neighbor(id=name, name=Localized({"en": name}), region=theirs)
    lost = moving(placed(case, place), Mobility.VEHICLE)

    plan = planned(
        lost,
        pack,
        everywhere(agency),
        now,
        boundary=MOROCCO,
        atlas=Atlas(neighbors=(neighbor,)),
    )
    (asked,) = hand_offs(plan, lost, agency=agency, packs={}, now=now)

    assert plan.stages[-1].radius_m == 160_000
    for stage in plan.stages:
        abroad = cover(stage.region & theirs, 9, Containment.CENTER)
        assert len(abroad) == 0
    assert asked.neighbor.id == name
    assert asked.cells.area_m2 > 1e9
    assert isinstance(asked, HandOff)
    # What is sent covers nothing that the neighbor would decide on, but for the border.
    message = live(attrs.evolve(plan, unacknowledged=()), lost)
    assert message.audience is Audience.PUBLIC


def test_thunder_bay_was_left_by_plane_before_the_police_were_told(case, pack, agency):
    """A child and a suspect had flown from Thunder Bay to Toronto, 900 km, before
    anybody was told. The plan begins with the largest step of the pack and says that
    more than that can have been reached."""
    lost = moving(placed(case, THUNDER_BAY), Mobility.VEHICLE)
    largest_m = pack.policy.growth.value.radii_m[-1]
    assert geodesic_distance_m(THUNDER_BAY, TORONTO) > 5 * largest_m
    late = lost.last_seen.time + 12 * HOUR
    lost = attrs.evolve(lost, report=attrs.evolve(lost.report, received=late))

    plan = planned(lost, pack, everywhere(agency), late)

    (only,) = plan.stages
    assert only.starts == late
    assert only.radius_m == largest_m
    assert only.why.code is WhyCode.LARGEST
    assert only.why.reach_m > largest_m
