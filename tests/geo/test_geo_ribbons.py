"""A corridor on the wire: its polygon contains it, and what is drawn is true."""

import numpy as np
import pytest
import shapely
from geo_line_oracle import far_from, sampled
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.geo import (
    Corridor,
    Disk,
    LatLon,
    NotEnclosable,
    Polygon,
    boundary_rings,
    enclosing_polygon,
)
from amberkit.geo.shapes import _ribbon

GEOD = Geod(ellps="WGS84")
STARTS = st.one_of(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-80, 80), st.floats(179.9, 180)),
    st.tuples(st.sampled_from([-90.0, 90.0, 89.9, -89.99]), st.floats(-180, 180)),
)


def walked(start, turns, step):
    (lat, lon), azimuth, line = start, 0.0, [start]
    for turn in turns:
        azimuth += turn
        lon, lat, _ = GEOD.fwd(lon, lat, azimuth, step)
        line.append((lat, lon))
    return line


def corridor(*lines, reach):
    return Corridor(
        [[LatLon(lat=y, lon=x) for y, x in line] for line in lines], reach_m=reach
    )


def around(line, reach, seed, low=0.0, high=1 - 1e-9, count=500):
    """Points at a distance from points of a line, and how far that is, by pyproj."""
    chance = np.random.default_rng(seed)
    samples = sampled(line, reach / 50)
    base = samples[chance.integers(0, len(samples), count)]
    x, y, _ = GEOD.fwd(
        base[:, 1],
        base[:, 0],
        chance.uniform(-180, 180, count),
        reach * chance.uniform(low, high, count),
    )
    return y, x, far_from(samples, y, x)


def holds(geometry, lat, lon):
    return shapely.intersects_xy(shapely.geometry.shape(geometry), lon, lat)


@settings(deadline=None, max_examples=15)
@example(start=(-90.0, 0.0), turns=[0.0, -26.0], reach=3_200.0, times=5.0)
@given(
    start=STARTS,
    turns=st.lists(st.floats(-180, 180), min_size=1, max_size=5),
    reach=st.floats(1, 400_000),
    times=st.floats(0.01, 8),
)
def test_the_polygon_of_a_corridor_holds_it_and_little_more(start, turns, reach, times):
    line = walked(start, turns, min(times * reach, 1e6))

    geometry = enclosing_polygon(corridor(line, reach=reach))

    shape = shapely.geometry.shape(geometry)
    assert shape.is_valid
    lat, lon, _ = around(line, reach, seed=2)
    assert holds(geometry, lat, lon).all()
    assert holds(geometry, *around(line, reach, seed=3, low=0.99)[:2]).all()
    lat, lon, far = around(line, reach, seed=4, low=1.03, high=1.1)
    # The samples of the oracle are two hundredths of the reach apart.
    beyond = far > reach * 1.025 + 0.2
    assert not holds(geometry, lat[beyond], lon[beyond]).any()


@settings(deadline=None, max_examples=20)
@given(
    st.floats(-70, 70),
    st.floats(-180, 180),
    st.lists(st.floats(-180, 180), min_size=1, max_size=4),
    st.floats(1, 100_000),
)
def test_what_is_taken_away_is_within_the_corridor(lat, lon, turns, reach):
    line = walked((lat, lon), turns, 3 * reach)
    road = corridor(line, reach=reach)
    here = Disk(LatLon(lat=lat, lon=lon), radius_m=20 * reach)

    rest = enclosing_polygon(here - road)

    y, x, far = around(line, reach, seed=5, low=0.97, high=1.2)
    beyond = far > reach * (1 + 1e-4)
    assert holds(rest, y[beyond], x[beyond]).all()
    y, x, _ = around(line, reach, seed=6, high=0.97)
    held = holds(rest, y, x)
    assert held.mean() < 0.01 or reach < 10


@pytest.mark.parametrize("lat", [89, -85])
def test_near_a_pole_nothing_is_taken_away(lat):
    here = Disk(LatLon(lat=lat, lon=0), radius_m=9_000)

    rest = enclosing_polygon(here - corridor([(lat, 0), (lat, 1)], reach=900))

    assert holds(rest, np.array([lat]), np.array([0.0])).all()


def test_too_narrow_a_corridor_takes_nothing_away():
    here = Disk(LatLon(lat=5, lon=0), radius_m=9_000)
    road = corridor([(5, -1), (5, 1)], reach=0.02)

    rest, whole = (
        shapely.geometry.shape(enclosing_polygon(r)) for r in (here - road, here)
    )
    assert rest.equals(whole)


@settings(deadline=None, max_examples=20)
@given(
    st.tuples(st.floats(-85, 85), st.floats(-180, 180)),
    st.lists(st.floats(-180, 180), min_size=1, max_size=4),
    st.floats(1, 200_000),
)
def test_what_is_drawn_is_the_rim(start, turns, reach):
    line = walked(start, turns, 5 * reach)

    rings = boundary_rings(corridor(line, reach=reach))

    for ring in rings:
        assert (ring[0] == ring[-1]).all()
    points = np.concatenate(rings)
    # Not where a ring is cut at the antimeridian.
    points = points[np.abs(points[:, 0]) < 180 - 1e-9]
    far = far_from(sampled(line, reach / 100), points[:, 1], points[:, 0])
    assert (np.abs(far - reach) < 0.006 * reach + 0.1).all()


def test_a_corridor_over_a_pole_is_drawn_around_it():
    rings = boundary_rings(corridor([(89, 0), (89, 180)], reach=50_000))

    drawn = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    area, _ = GEOD.geometry_area_perimeter(shapely.segmentize(drawn, 0.1))
    length = GEOD.inv(0, 89, 180, 89)[2]
    assert area == pytest.approx(np.pi * 5e4**2 + 1e5 * length, rel=0.01)
    assert drawn.covers(shapely.Point(77, 90))


def test_a_ring_road_has_a_hole():
    azimuth, ones = np.linspace(0, 360, 60), np.ones(60)
    x, y, _ = GEOD.fwd(179.95 * ones, 60 * ones, azimuth, 20_000 * ones)
    ring = corridor(list(zip(y.tolist(), x.tolist(), strict=True)), reach=2_000)

    geometry = enclosing_polygon(ring)

    assert not holds(geometry, np.array([60.0]), np.array([179.95])).any()
    assert holds(geometry, y, x).all()
    area, _ = GEOD.geometry_area_perimeter(shapely.geometry.shape(geometry))
    assert area == pytest.approx(2 * np.pi * 20_000 * 4_000, rel=0.01)


def test_lines_far_apart_are_held_apart():
    far_apart = corridor(
        [(10, 10), (10.1, 10)],
        [(10, 10.05), (10.1, 10.06)],
        [(-40, 70), (-40, 71)],
        reach=900,
    )

    geometry = enclosing_polygon(far_apart)

    assert len(geometry["coordinates"]) == 3
    assert len(boundary_rings(far_apart)) == 3


def test_a_corridor_held_by_land_is_held():
    land = Polygon.from_geojson(shapely.geometry.mapping(shapely.box(9, 9, 11, 10.05)))
    road = corridor([(10, 10), (10.1, 10)], reach=900)

    geometry = enclosing_polygon(road & land)

    assert shapely.geometry.shape(geometry).bounds[3] == pytest.approx(10.05, abs=1e-6)


def test_a_strip_that_is_not_found_is_told(monkeypatch):
    monkeypatch.setattr(_ribbon, "_ATTEMPTS", 1)

    with pytest.raises(NotEnclosable, match="more vertices"):
        enclosing_polygon(corridor([(50, 10), (50, 13)], reach=200_000), vertices=1000)
