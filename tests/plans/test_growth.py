"""A stage is never smaller than what can be reached while it lasts."""

import datetime as dt
import itertools

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.cases import Mobility
from amberkit.eligibility.packs import Growth, GrowthKind, Speeds
from amberkit.plans import WhyCode
from amberkit.plans._growth import steps

SEEN = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
SPEEDS = Speeds(on_foot=5, public_transport=40, vehicle=80, unknown=30)
STAGED = Growth(
    kind=GrowthKind.STAGED,
    radii_m=(10_000, 20_000, 40_000, 80_000, 160_000),
    speeds_kmh=SPEEDS,
    detour_factor=1.0,
)
FIXED = attrs.evolve(STAGED, kind=GrowthKind.FIXED, radii_m=(160_000,))


def run(growth=STAGED, *, mobility=None, minutes=0.0, hours=24.0):
    now = SEEN + dt.timedelta(minutes=minutes)
    return steps(
        growth,
        mobility=mobility,
        last_seen=SEEN,
        now=now,
        expires=now + dt.timedelta(hours=hours),
    )


def minutes_of(found):
    return [round((step.starts - SEEN).total_seconds() / 60) for step in found]


def test_at_30_km_an_hour_each_step_starts_when_the_one_before_is_outgrown():
    found = run(minutes=5)

    # 10 km at 30 km/h are 20 min, 20 km 40 min, 40 km 80 min, 80 km 160 min.
    assert minutes_of(found) == [5, 20, 40, 80, 160]
    assert [step.radius_m for step in found] == [10e3, 20e3, 40e3, 80e3, 160e3]


def test_time_counts_from_last_seen_and_not_from_the_report():
    found = run(minutes=90)

    # After 90 min at 30 km/h, 45 km are behind the child: 40 km do not suffice.
    assert [step.radius_m for step in found] == [80e3, 160e3]


def test_a_detour_slows_the_growth():
    slow = attrs.evolve(STAGED, detour_factor=2.0)

    assert minutes_of(run(slow, minutes=5)) == [5, 40, 80, 160, 320]


@pytest.mark.parametrize(
    ("mobility", "first_end"),
    [
        (Mobility.ON_FOOT, 120),  # 10 km at 5 km/h
        (Mobility.PUBLIC_TRANSPORT, 15),  # at 40 km/h
        (Mobility.VEHICLE, 7),  # 7.5 min at 80 km/h, the minute that holds it
        (None, 20),  # at 30 km/h
    ],
)
def test_mobility_decides_the_pace(mobility, first_end):
    found = run(mobility=mobility, minutes=1)

    assert minutes_of(found)[1] == first_end


def test_a_step_that_would_start_after_the_end_is_left_out():
    found = run(mobility=Mobility.ON_FOOT, hours=10)

    # On foot 40 km are outgrown after 8 h, 80 km only after 16 h.
    assert [step.radius_m for step in found] == [10e3, 20e3, 40e3, 80e3]


def test_when_everything_is_outgrown_there_is_one_step_of_the_largest_radius():
    (only,) = run(minutes=1_000)

    assert (only.radius_m, only.why.code) == (160e3, WhyCode.LARGEST)


def test_a_step_that_ends_this_very_minute_is_not_begun():
    near = attrs.evolve(STAGED, radii_m=(2_505.0, 2_510.0, 80_000.0))
    found = run(near, minutes=5)

    # 2.5 km are behind the child; 2.51 km are in the minute that has begun.
    assert [step.radius_m for step in found] == [80e3]
    assert found[0].why.code is WhyCode.ALREADY_REACHABLE


def test_a_step_that_would_last_for_no_minute_is_passed_over():
    close = attrs.evolve(STAGED, radii_m=(10_000.0, 10_001.0, 10_002.0, 80_000.0))
    found = run(close, minutes=5)

    # All of 10 km and a little more are outgrown in the same minute, the 20th.
    assert [step.radius_m for step in found] == [10e3, 80e3]
    assert minutes_of(found) == [5, 20]


def test_no_pace_is_too_slow_for_the_calendar():
    crawl = attrs.evolve(STAGED, speeds_kmh=attrs.evolve(SPEEDS, unknown=0.1))
    (only,) = run(attrs.evolve(crawl, radii_m=(1e6, 2e7)), minutes=5)

    assert only.radius_m == 1e6


def test_fixed_growth_is_one_step():
    (only,) = run(FIXED, minutes=1)

    assert (only.radius_m, only.why.code) == (160e3, WhyCode.FIXED)


def test_the_reason_tells_the_figures():
    first, second, *_ = run(minutes=5)

    assert first.why.code is WhyCode.ALREADY_REACHABLE
    assert (first.why.elapsed_s, first.why.reach_m) == (300, 2_500)
    assert second.why.code is WhyCode.GROWS
    assert (second.why.elapsed_s, second.why.reach_m) == (1_200, 10_000)


@given(
    minutes=st.floats(0, 3_000),
    mobility=st.sampled_from([None, *Mobility]),
    detour=st.floats(1, 3),
    radii=st.lists(st.integers(1, 400_000), min_size=1, max_size=8, unique=True),
    hours=st.floats(0.1, 100),
)
def test_steps_are_seamless_and_hold_the_reach(minutes, mobility, detour, radii, hours):
    growth = Growth(
        kind=GrowthKind.STAGED,
        radii_m=tuple(sorted(map(float, radii))),
        speeds_kmh=SPEEDS,
        detour_factor=detour,
    )
    now = SEEN + dt.timedelta(minutes=minutes)
    expires = now + dt.timedelta(hours=hours)
    found = steps(growth, mobility=mobility, last_seen=SEEN, now=now, expires=expires)
    pace = SPEEDS.of(mobility) * 1000 / detour  # m/h

    assert found[0].starts == now
    assert found[-1].ends == expires
    assert all(a.ends == b.starts for a, b in itertools.pairwise(found))
    assert all(step.starts < step.ends for step in found)
    assert sorted({step.radius_m for step in found}) == [s.radius_m for s in found]
    for step in found:
        gone = (step.ends - SEEN).total_seconds() / 3600
        # Only the largest radius of the pack may be outgrown.
        assert (
            step.radius_m == growth.radii_m[-1] or step.radius_m >= gone * pace - 1e-3
        )
