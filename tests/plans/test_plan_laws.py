"""Laws of every plan, over cases, sightings, boundaries and kinds of growth."""

import itertools
import pickle

import attrs
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from plan_samples import (
    CASABLANCA_DISTRICTS,
    GEOD,
    HOUR,
    LADDER,
    MINUTE,
    PACE,
    deciding,
    district,
    moving,
    off,
    planned,
    seen,
)

from amberkit.cases import Mobility
from amberkit.eligibility.packs.policy import FixedGrowth, ReachGrowth, StagedGrowth
from amberkit.geo import Polygon
from amberkit.plans import Atlas
from amberkit.values import Confidence

BORDER = [
    [-8.0, 33.2], [-7.6, 33.35], [-7.2, 33.1], [-6.8, 33.5], [-7.1, 33.9],
    [-7.5, 33.75], [-7.9, 33.7], [-8.0, 33.2],
]  # fmt: skip

DISTRICTS = Atlas(
    areas=(
        *(
            district(f"{row}{column}", lat, lon, lat + 0.7, lon + 0.7)
            for row, lat in enumerate((32.3, 33.0, 33.7))
            for column, lon in enumerate((-8.9, -8.2, -7.5, -6.8))
        ),
        district("Country", 32.0, -9.0, 35.0, -6.0, level="country"),
    ),
    roads=CASABLANCA_DISTRICTS.roads,
)

GROWTHS = [
    ReachGrowth(pace=PACE, radii_m=(3_000.0, 10_000.0, 30_000.0)),
    ReachGrowth(
        pace=attrs.evolve(PACE, on_foot_cap_m=7_000.0), radii_m=(3_000.0, 30_000.0)
    ),
    StagedGrowth(pace=PACE, radii_m=(4e3, 15e3, 25e3), after_min=(0, 45, 200)),
    FixedGrowth(pace=PACE, radii_m=(20_000.0,)),
    LADDER,
]

sightings = st.tuples(
    st.floats(0, 60),  # km from the place last seen
    st.floats(0, 360),
    st.integers(0, 300),  # minutes after the report
    st.integers(0, 120),  # minutes until it was reported
    st.sampled_from(Confidence),
    st.sampled_from([None, *Mobility]),
    st.sampled_from([None, "A3"]),
)


@pytest.fixture(scope="module")
def make(case, pack, agency, now):
    def plan(growth, found, mobility, *, hours, is_bounded, previous=None):
        heard = tuple(
            seen(
                off(case.last_seen.at, km=km, azimuth=azimuth),
                now + minute * MINUTE,
                reported=now + (minute + delay) * MINUTE,
                confidence=confidence,
                mobility=moved,
                road=road,
            )
            for km, azimuth, minute, delay, confidence, moved, road in found
        )
        ring = {"type": "Polygon", "coordinates": [BORDER]}
        return planned(
            attrs.evolve(moving(case, mobility), sightings=heard),
            deciding(pack, growth=growth, resolution=7, max_spill_m=None),
            agency,
            now + hours * HOUR,
            boundary=Polygon.from_geojson(ring) if is_bounded else None,
            atlas=DISTRICTS,
            previous=previous,
        )

    return plan


plans = {
    "growth": st.sampled_from(GROWTHS),
    "found": st.lists(sightings, max_size=3),
    "mobility": st.sampled_from([None, *Mobility]),
    "hours": st.floats(0, 10),
    "is_bounded": st.booleans(),
}


@given(**plans)
def test_stages_follow_each_other_and_only_grow(make, **arguments):
    made = make(**arguments)

    assert made.stages[0].starts == made.made
    assert made.stages[-1].ends == made.expires
    for before, stage in itertools.pairwise(made.stages):
        assert before.ends == stage.starts
        assert before.starts < stage.starts
        assert before.cells <= stage.cells
        assert not stage.withdrawn


@given(**plans)
def test_added_and_withdrawn_part_the_difference(make, **arguments):
    first = make(**{**arguments, "found": [], "hours": 0})
    made = make(**arguments, previous=first)
    (before,) = [s.cells for s in first.stages if s.index == made.revises.stage]
    for stage in made.stages:
        assert not stage.added & stage.withdrawn
        assert not stage.added & before
        assert stage.withdrawn <= before
        assert (before - stage.withdrawn) | stage.added == stage.cells
        before = stage.cells


@given(**plans)
def test_no_region_leaves_the_boundary_or_the_cap(make, **arguments):
    made = make(**{**arguments, "is_bounded": True})
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(32.5, 34.5, 800), rng.uniform(-8.6, -6.2, 800)
    outside = ~shapely.contains_xy(shapely.Polygon(BORDER).buffer(1e-9), lon, lat)
    for stage in made.stages:
        held = stage.region.contains_points(lat=lat, lon=lon)
        apart = np.min(
            [
                GEOD.inv(
                    np.full_like(lon, made.foci[part.focus].center.lon),
                    np.full_like(lat, made.foci[part.focus].center.lat),
                    lon,
                    lat,
                )[2]
                - made.foci[part.focus].margin_m
                - part.radius_m
                for part in stage.parts
            ],
            axis=0,
        )

        assert not (held & outside).any()
        assert apart[held].max(initial=-1.0) <= 1e-3


@given(**plans)
def test_the_same_arguments_give_the_same_plan_byte_for_byte(make, **arguments):
    assert pickle.dumps(make(**arguments)) == pickle.dumps(make(**arguments))


@given(**plans)
def test_every_sighting_is_weighed_and_every_focus_has_a_part(make, **arguments):
    made = make(**arguments)

    assert [w.sighting for w in made.weighed] == list(range(len(arguments["found"])))
    for stage in made.stages:
        assert {part.focus for part in stage.parts} == set(range(len(made.foci)))
