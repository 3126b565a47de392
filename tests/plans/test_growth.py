"""A stage is never smaller than what can be reached while it lasts."""

import datetime as dt
import itertools

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.cases import Mobility
from amberkit.eligibility.packs.policy import (
    FixedGrowth,
    LadderGrowth,
    Pace,
    ReachGrowth,
    Rung,
    Speeds,
    StagedGrowth,
)
from amberkit.plans import WhyCode
from amberkit.plans.growth import Movement, steps

SEEN = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
SPEEDS = Speeds(on_foot=5, public_transport=40, vehicle=80, highway=110, unknown=30)
PACE = Pace(speeds_kmh=SPEEDS, detour_factor=1.0)
REACH = ReachGrowth(pace=PACE, radii_m=(10_000, 20_000, 40_000, 80_000, 160_000))
FIXED = FixedGrowth(pace=PACE, radii_m=(160_000,))
STAGED = StagedGrowth(
    pace=PACE, radii_m=(5_000, 20_000, 80_000), after_min=(0, 30, 120)
)
LADDER = LadderGrowth(
    pace=PACE,
    rungs=(
        Rung(level="district", neighbors=False, after_min=0),
        Rung(level="district", neighbors=True, after_min=60),
        Rung(level="country", neighbors=False, after_min=180),
    ),
)


def moving(growth=REACH, mobility=None):
    return Movement(
        since=SEEN,
        mobility=mobility,
        speed_kmh=growth.pace.speeds_kmh.of(mobility),
        detour_factor=growth.pace.detour_factor,
    )


def run(growth=REACH, *, mobility=None, minutes=0.0, hours=24.0):
    now = SEEN + dt.timedelta(minutes=minutes)
    expires = now + dt.timedelta(hours=hours)
    return steps(growth, moving(growth, mobility), now=now, expires=expires)


def minutes_of(found):
    return [round((step.starts - SEEN).total_seconds() / 60) for step in found]


def test_at_30_km_an_hour_each_step_starts_when_the_one_before_is_outgrown():
    found = run(minutes=5)

    # 10 km at 30 km/h are 20 min, 20 km 40 min, 40 km 80 min, 80 km 160 min.
    assert minutes_of(found) == [5, 20, 40, 80, 160]
    assert [step.size for step in found] == [10e3, 20e3, 40e3, 80e3, 160e3]
    assert [step.code for step in found] == [WhyCode.ALREADY_REACHABLE] + [
        WhyCode.GROWS
    ] * 4


def test_time_counts_from_last_seen_and_not_from_the_report():
    found = run(minutes=90)

    # After 90 min at 30 km/h, 45 km are behind the child: 40 km do not suffice.
    assert [step.size for step in found] == [80e3, 160e3]


def test_a_detour_slows_the_growth():
    slow = attrs.evolve(REACH, pace=attrs.evolve(PACE, detour_factor=2.0))

    assert minutes_of(run(slow, minutes=5)) == [5, 40, 80, 160, 320]


@pytest.mark.parametrize(
    ("mobility", "first_end"),
    [
        (Mobility.ON_FOOT, 120),  # 10 km at 5 km/h
        (Mobility.PUBLIC_TRANSPORT, 15),  # at 40 km/h
        (Mobility.VEHICLE, 7),  # 7.5 min at 80 km/h, the minute that holds it
        (Mobility.HIGHWAY, 5),  # 5.45 min at 110 km/h
        (None, 20),  # at 30 km/h
    ],
)
def test_mobility_decides_the_pace(mobility, first_end):
    found = run(mobility=mobility, minutes=1)

    assert minutes_of(found)[1] == first_end


def test_a_step_that_would_start_after_the_end_is_left_out():
    found = run(mobility=Mobility.ON_FOOT, hours=10)

    # On foot 40 km are outgrown after 8 h, 80 km only after 16 h.
    assert [step.size for step in found] == [10e3, 20e3, 40e3, 80e3]


def test_on_foot_the_area_goes_no_farther_than_the_cap():
    capped = attrs.evolve(REACH, pace=attrs.evolve(PACE, on_foot_cap_m=30e3))

    on_foot = run(capped, mobility=Mobility.ON_FOOT, hours=100)
    assert [step.size for step in on_foot] == [10e3, 20e3, 30e3]
    assert run(capped, hours=100)[-1].size == 160e3


def test_a_late_report_on_foot_says_that_the_cap_holds_it():
    capped = attrs.evolve(REACH, pace=attrs.evolve(PACE, on_foot_cap_m=30e3))
    (only,) = run(capped, mobility=Mobility.ON_FOOT, minutes=10 * 60)

    # After 10 h at 5 km/h 50 km could be reached.
    assert (only.size, only.code) == (30e3, WhyCode.ON_FOOT)


def test_a_cap_beyond_the_largest_step_changes_nothing():
    wide = attrs.evolve(REACH, pace=attrs.evolve(PACE, on_foot_cap_m=160e3))
    late = run(wide, mobility=Mobility.ON_FOOT, minutes=60 * 60)

    assert [(step.size, step.code) for step in late] == [(160e3, WhyCode.LARGEST)]


def test_when_everything_is_outgrown_there_is_one_step_of_the_largest_radius():
    (only,) = run(minutes=1_000)

    assert (only.size, only.code) == (160e3, WhyCode.LARGEST)


def test_a_step_that_ends_this_very_minute_is_not_begun():
    near = attrs.evolve(REACH, radii_m=(2_505.0, 2_510.0, 80_000.0))
    found = run(near, minutes=5)

    # 2.5 km are behind the child; 2.51 km are in the minute that has begun.
    assert [step.size for step in found] == [80e3]
    assert found[0].code is WhyCode.ALREADY_REACHABLE


def test_a_step_that_would_last_for_no_minute_is_passed_over():
    close = attrs.evolve(REACH, radii_m=(10_000.0, 10_001.0, 10_002.0, 80_000.0))
    found = run(close, minutes=5)

    # All of 10 km and a little more are outgrown in the same minute, the 20th.
    assert [step.size for step in found] == [10e3, 80e3]
    assert minutes_of(found) == [5, 20]


def test_no_pace_is_too_slow_for_the_calendar():
    crawl = attrs.evolve(PACE, speeds_kmh=attrs.evolve(SPEEDS, unknown=0.1))
    (only,) = run(attrs.evolve(REACH, pace=crawl, radii_m=(1e6, 2e7)), minutes=5)

    assert only.size == 1e6


def test_a_fixed_area_is_one_step():
    (only,) = run(FIXED, minutes=1)

    assert (only.size, only.code) == (160e3, WhyCode.FIXED)


def test_a_table_gives_a_radius_for_each_time_since_last_seen():
    found = run(STAGED, minutes=10)

    assert minutes_of(found) == [10, 30, 120]
    assert [step.size for step in found] == [5e3, 20e3, 80e3]
    assert {step.code for step in found} == {WhyCode.TIMED}


def test_a_late_report_starts_in_the_middle_of_a_table():
    found = run(STAGED, minutes=45)

    assert minutes_of(found) == [45, 120]
    assert [step.size for step in found] == [20e3, 80e3]


def test_mobility_does_not_move_a_table():
    assert run(STAGED, mobility=Mobility.HIGHWAY) == run(STAGED)


def test_a_ladder_is_climbed_rung_by_rung():
    found = run(LADDER, minutes=30)

    assert minutes_of(found) == [30, 60, 180]
    assert [step.size for step in found] == [
        LADDER.rungs[:1],
        LADDER.rungs[:2],
        LADDER.rungs,
    ]
    assert {step.code for step in found} == {WhyCode.RUNG}


def test_reach_is_never_less_than_nothing():
    assert moving().reach_m(SEEN - dt.timedelta(hours=1)) == 0.0


growths = st.one_of(
    st.builds(
        lambda radii, detour, cap: ReachGrowth(
            pace=attrs.evolve(PACE, detour_factor=detour, on_foot_cap_m=cap),
            radii_m=tuple(sorted(map(float, radii))),
        ),
        st.lists(st.integers(1, 400_000), min_size=1, max_size=8, unique=True),
        st.floats(1, 3),
        st.none() | st.floats(1, 500_000),
    ),
    st.just(FIXED),
    st.just(STAGED),
    st.just(LADDER),
)


@given(
    growth=growths,
    minutes=st.floats(0, 3_000),
    mobility=st.sampled_from([None, *Mobility]),
    hours=st.floats(0.1, 100),
)
def test_steps_are_seamless_growing_and_hold_the_reach(
    growth, minutes, mobility, hours
):
    now = SEEN + dt.timedelta(minutes=minutes)
    expires = now + dt.timedelta(hours=hours)
    found = steps(growth, moving(growth, mobility), now=now, expires=expires)
    pace = SPEEDS.of(mobility) * 1000 / growth.pace.detour_factor  # m/h

    assert found[0].starts == now
    assert found[-1].ends == expires
    assert all(a.ends == b.starts for a, b in itertools.pairwise(found))
    assert all(step.starts < step.ends for step in found)
    if isinstance(growth, LadderGrowth):
        sizes = [len(step.size) for step in found]
    else:
        sizes = [step.size for step in found]
    assert sorted(set(sizes)) == sizes
    if not isinstance(growth, ReachGrowth):
        return
    cap_m = growth.pace.on_foot_cap_m
    on_foot = mobility is Mobility.ON_FOOT and cap_m is not None
    largest = min(growth.radii_m[-1], cap_m) if on_foot else growth.radii_m[-1]
    for step in found:
        gone = (step.ends - SEEN).total_seconds() / 3600
        # Only the largest radius of the pack may be outgrown.
        assert step.size == largest or step.size >= gone * pace - 1e-3
        assert step.size <= largest
