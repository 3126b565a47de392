"""What is refused for its rim before any work, and that nothing else is."""

import time

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from amberkit import LatLon
from amberkit.geo import Corridor, CoverTooLarge, Disk, Polygon, cover
from amberkit.geo.covers._budget import least_rim
from amberkit.geo.covers._places import reach_rad

RESOLUTION = 11


def star(seed, *, lat, lon, size_deg, corners, least=0.3):
    """A ragged polygon around a place, as GeoJSON has one."""
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    far = size_deg * rng.uniform(least, 1, corners)
    wide = far / np.cos(np.radians(abs(lat) + size_deg))
    x = (lon + wide * np.cos(turn) + 180) % 360 - 180
    ring = np.column_stack((x, lat + far * np.sin(turn))).tolist()
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def cells_along(rim, resolution):
    """The number of cells above *resolution* that hold cells with points of a rim."""
    step = 0.2 * h3.average_hexagon_edge_length(resolution, unit="m") / 111_000
    (lon, lat) = shapely.get_coordinates(shapely.segmentize(rim, step)).T
    cells = {
        h3.latlng_to_cell(y, x, resolution)
        for y, x in zip(lat.tolist(), lon.tolist(), strict=True)
    }
    return len({h3.cell_to_parent(cell, resolution - 1) for cell in cells})


stars = st.builds(
    star,
    st.integers(0, 2**32 - 1),
    lat=st.floats(-80, 80),
    lon=st.sampled_from([0.0, 12.3, 180.0, -179.99]),
    size_deg=st.floats(0.02, 0.2),
    corners=st.sampled_from([3, 8, 60, 700]),
)


@settings(max_examples=40)
@given(polygon=stars)
def test_no_more_is_asked_of_a_polygon_than_lies_on_its_rim(polygon):
    ball = reach_rad(RESOLUTION - 1, RESOLUTION)

    assert least_rim(polygon, ball) <= cells_along(polygon.plane.edge, RESOLUTION)


@settings(max_examples=20)
@given(polygon=stars, radius_m=st.floats(2_000, 15_000), hole=st.booleans())
def test_no_more_is_asked_of_a_combination_than_lies_on_its_rim(
    polygon, radius_m, hole
):
    (x, y), *_ = polygon.polygons[0][0]
    disk = Disk(LatLon(lat=y, lon=x), radius_m=radius_m)
    region = polygon - disk if hole else polygon & disk
    turn = np.radians(np.arange(0, 360, 0.05))
    far = np.degrees(radius_m / 6_371_000)
    lat = y + far * np.cos(turn)
    round_rim = shapely.LinearRing(
        np.column_stack((x + far * np.sin(turn) / np.cos(np.radians(lat)), lat))
    )
    ball = reach_rad(RESOLUTION - 1, RESOLUTION)

    most = cells_along(polygon.plane.edge, RESOLUTION) + cells_along(
        round_rim, RESOLUTION
    )
    assert least_rim(region, ball) <= most


@pytest.mark.parametrize(
    "region",
    [
        star(1, lat=30, lon=-8, size_deg=5, corners=1_000),
        star(2, lat=-17, lon=180, size_deg=5, corners=1_000),
        star(3, lat=64, lon=20, size_deg=5, corners=40_000, least=0.999),
        star(4, lat=30, lon=-8, size_deg=5, corners=1_000)
        & Disk(LatLon(lat=30, lon=-8), radius_m=300_000),
        Corridor(
            [
                (LatLon(lat=30, lon=-8), LatLon(lat=35, lon=-1)),
                (LatLon(lat=30, lon=-8), LatLon(lat=31, lon=-2)),
            ],
            reach_m=2_000,
        ),
    ],
    ids=["ragged", "across 180", "fine", "part", "roads"],
)
def test_a_ragged_explosion_is_refused_before_any_work(region):
    steps = []
    begin = time.process_time()

    with pytest.raises(CoverTooLarge):
        cover(region, 15, max_rim_cells=20_000, on_progress=steps.append)

    assert steps == []
    assert time.process_time() - begin < 5


def test_a_ragged_outline_is_refused_where_it_is_three_times_over():
    region = star(5, lat=30, lon=-8, size_deg=1, corners=300)
    on_rim = cells_along(region.plane.edge, 11)

    with pytest.raises(CoverTooLarge):
        cover(region, 11, max_rim_cells=on_rim // 3)
    assert least_rim(region, reach_rad(10, 11)) > on_rim / 3


def test_nothing_is_said_of_roads_that_may_go_round_the_earth():
    equator = [LatLon(lat=0, lon=lon) for lon in (0, 60, 120)]

    assert least_rim(Corridor(equator, reach_m=1_000), reach_rad(10, 11)) == 0


def test_a_road_does_not_hide_an_explosion():
    steps = []
    road = Corridor([LatLon(lat=30, lon=-8), LatLon(lat=31, lon=-2)], reach_m=2_000)
    region = Disk(LatLon(lat=30, lon=-8), radius_m=5_000_000) | road

    with pytest.raises(CoverTooLarge):
        cover(region, 15, max_rim_cells=20_000, on_progress=steps.append)

    assert steps == []


@pytest.mark.parametrize("size_deg", [1e-7, 1e-4])
def test_a_speck_needs_nothing(size_deg):
    speck = star(6, lat=30, lon=-8, size_deg=size_deg, corners=8)

    assert least_rim(speck, reach_rad(7, 8)) == 0
    assert len(cover(speck, 8, max_rim_cells=10)) <= 3
