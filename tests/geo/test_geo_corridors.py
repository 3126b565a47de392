"""A corridor is everything within reach of a line, and is covered exactly."""

import copy
import pickle
import time

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from geo_line_oracle import corridor_oracle, far_from, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.errors import InvalidValue
from amberkit.geo import (
    Containment,
    Corridor,
    Disk,
    InvalidRegion,
    LatLon,
    Polygon,
    cover,
)

GEOD = Geod(ellps="WGS84")
ROAD = [LatLon(lat=33.5, lon=-7.6), LatLon(lat=33.6, lon=-7.5), LatLon(lat=34, lon=-7)]
PENTAGONS = [h3.cell_to_latlng(p) for p in h3.get_pentagons(2)]
EDGE_M = [h3.average_hexagon_edge_length(r, "m") for r in range(16)]
ANYWHERE = st.one_of(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-80, 80), st.floats(179.9, 180)),
    st.tuples(st.sampled_from([-90.0, 90.0, 89.9999, -89.999]), st.floats(-180, 180)),
    st.sampled_from(PENTAGONS),
)


def places(line):
    return [LatLon(lat=lat, lon=lon) for lat, lon in line]


def walked(start, turns, steps):
    """The points of a line that makes these turns and steps."""
    (lat, lon), azimuth, line = start, 0.0, [start]
    for turn, step in zip(turns, steps, strict=False):
        azimuth += turn
        lon, lat, _ = GEOD.fwd(lon, lat, azimuth, step)
        line.append((lat, lon))
    return line


def members(cells):
    return set(cells.to_array().tolist())


# --- values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reach", [0, -1, float("nan"), float("inf"), True, "5", 1_000_001, None]
)
def test_a_reach_must_be_a_length(reach):
    with pytest.raises(InvalidValue, match="reach_m must be"):
        Corridor(ROAD, reach_m=reach)


@pytest.mark.parametrize(
    "lines", [None, 5, ROAD[0], [5, 6], [ROAD, 5], [ROAD, [1, 2]], [ROAD[0], 3], {1}]
)
def test_a_line_is_made_of_positions(lines):
    with pytest.raises(InvalidValue, match="must be"):
        Corridor(lines, reach_m=5)


@pytest.mark.parametrize(
    ("lines", "reason", "place"),
    [
        ([], "at least one line", (None, None)),
        ([ROAD[0]], "at least two points", (0, None)),
        ([ROAD, ROAD[:1]], "at least two points", (1, None)),
        ([ROAD, []], "at least two points", (1, None)),
        (ROAD * 40_000, "at most 100000 points", (None, None)),
        ([ROAD, [*ROAD, LatLon(lat=-60, lon=80)]], "at most 90 degrees", (1, 2)),
        (places([(0, 0), (0, 179), (0, 0)]), "at most 90 degrees", (0, 0)),
        (places([(0, 0), (0, 89)] * 60), "at most 1000000 km long", (None, None)),
    ],
)
def test_a_faulty_line_is_refused_with_its_place(lines, reason, place):
    began = time.perf_counter()
    with pytest.raises(InvalidRegion, match=reason) as error:
        Corridor(lines, reach_m=5)

    assert time.perf_counter() - began < 0.5
    assert (error.value.line, error.value.vertex) == place
    assert error.value.polygon is None
    assert not place[0] or str(error.value).startswith(f"line {place[0]}")


def test_corridors_compare_by_value():
    one, other = (Corridor(ROAD, reach_m=500) for _ in range(2))

    assert (
        one
        == other
        == Corridor([ROAD], reach_m=500)
        == Corridor(tuple(ROAD), reach_m=500.0)
    )
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert one != Corridor(ROAD, reach_m=501)
    assert one != Corridor(ROAD[::-1], reach_m=500)
    assert repr(one) == "Corridor(1 lines, 3 points, reach_m=500.0)"


def test_corridors_combine_with_other_regions():
    road, disk = Corridor(ROAD, reach_m=5_000), Disk(ROAD[1], radius_m=6_000)
    lat, lon = np.meshgrid(np.linspace(33.4, 33.7, 40), np.linspace(-7.7, -7.4, 40))
    on_road = road.contains_points(lat=lat, lon=lon)
    in_disk = disk.contains_points(lat=lat, lon=lon)

    for region, expected in (
        (road | disk, on_road | in_disk),
        (road & disk, on_road & in_disk),
        (road - disk, on_road & ~in_disk),
        (disk - road, in_disk & ~on_road),
    ):
        assert (region.contains_points(lat=lat, lon=lon) == expected).all()
        assert expected.any()
    assert road.__or__(3) is NotImplemented


# --- GeoJSON --------------------------------------------------------------------------

LINE = [[-7.6, 33.5], [-7.5, 33.6], [-7.0, 34.0]]


class Shown:
    """Anything that shows itself as GeoJSON."""

    def __init__(self, document):
        self.__geo_interface__ = document


def test_geojson_comes_back_as_it_was_given():
    for document in (
        {"type": "LineString", "coordinates": LINE},
        {"type": "MultiLineString", "coordinates": [LINE, LINE[:2]]},
    ):
        road = Corridor.from_geojson(document, reach_m=500)

        assert road.to_geojson() == road.__geo_interface__ == document
        assert Corridor.from_geojson(road, reach_m=500) == road
        assert Corridor.from_geojson(Shown(document), reach_m=500) == road
        shape = shapely.geometry.shape(road)
        assert Corridor.from_geojson(shape, reach_m=500) == road
    assert Corridor.from_geojson(shapely.LineString(LINE), reach_m=9) == Corridor(
        ROAD, reach_m=9
    )


def test_features_and_altitudes_are_read():
    high = [[*position, 9.0] for position in LINE]
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": high},
    }
    several = shapely.MultiLineString([LINE, LINE[1:]])
    both = {"type": "FeatureCollection", "features": (feature, several)}

    assert Corridor.from_geojson(feature, reach_m=5) == Corridor(ROAD, reach_m=5)
    assert Corridor.from_geojson(Shown(both), reach_m=5).lines == (
        tuple(ROAD),
        tuple(ROAD),
        tuple(ROAD[1:]),
    )


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (None, (None, None)),
        (Shown(5), (None, None)),
        (shapely.Point(0, 0), (None, None)),
        (shapely.box(0, 0, 1, 1), (None, None)),
        ({"type": "LineString"}, (0, None)),
        ({"type": "LineString", "coordinates": []}, (0, None)),
        ({"type": "LineString", "coordinates": [LINE[0]]}, (0, None)),
        ({"type": "MultiLineString", "coordinates": [LINE, "ab"]}, (1, None)),
        ({"type": "MultiLineString", "coordinates": 7}, (None, None)),
        ({"type": "MultiLineString", "coordinates": []}, (None, None)),
        ({"type": "LineString", "coordinates": [[0, 0], [0, 95]]}, (0, 1)),
        ({"type": "LineString", "coordinates": [[0, 0], [True, 5]]}, (0, 1)),
        ({"type": "LineString", "coordinates": [[0, float("nan")], [0, 5]]}, (0, 0)),
        ({"type": "MultiLineString", "coordinates": [LINE, [[0, 0], [5]]]}, (1, 1)),
    ],
    ids=str,
)
def test_what_is_no_line_is_refused_with_its_place(document, place):
    with pytest.raises(InvalidRegion) as error:
        Corridor.from_geojson(document, reach_m=5)

    assert (error.value.line, error.value.vertex) == place


# --- points ---------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    ANYWHERE,
    st.lists(st.floats(-180, 180), min_size=1, max_size=4),
    st.floats(1, 500_000),
    st.floats(0.01, 20),
    st.integers(0, 2**32 - 1),
)
def test_points_are_told_apart_as_pyproj_does(start, turns, reach, times, seed):
    steps = [min(reach * times, 3e6)] * len(turns)
    line = walked(start, turns, steps)
    samples = sampled(line, reach / 100)
    chance = np.random.default_rng(seed)
    base = samples[chance.integers(0, len(samples), 300)]
    x, y, _ = GEOD.fwd(
        base[:, 1],
        base[:, 0],
        chance.uniform(-180, 180, 300),
        reach * chance.uniform(0.9, 1.1, 300),
    )
    far = far_from(samples, y, x)

    inside = Corridor(places(line), reach_m=reach).contains_points(lat=y, lon=x)

    # The samples are 1 % of the reach apart, so nearer than this to the line.
    assert inside[far <= reach].all()
    assert not inside[far > reach * (1 + 1.3e-5) + 1e-6].any()


@pytest.mark.parametrize("reach", [1, 300, 20_000, 500_000])
@pytest.mark.parametrize(
    ("lat", "lon", "azimuth"),
    [(33.5, -7.6, 40), (0, 179, 90), (89, 5, 0), (-70, 0, 99)],
)
def test_points_beside_the_rim_are_told_apart_to_the_millimeter(
    lat, lon, azimuth, reach
):
    lon_b, lat_b, _ = GEOD.fwd(lon, lat, azimuth, 900_000)
    road = Corridor(places([(lat, lon), (lat_b, lon_b)]), reach_m=reach)
    along = np.linspace(1_000, 899_000, 200)
    ones = np.ones(200)
    x, y, back = GEOD.fwd(lon * ones, lat * ones, azimuth * ones, along)
    for side in (90, -90):
        for beyond in (-1e-3, 1e-3):
            to_lon, to_lat, _ = GEOD.fwd(x, y, back + side, (reach + beyond) * ones)

            inside = road.contains_points(lat=to_lat, lon=to_lon)

            assert (inside == (beyond < 0)).all()


def test_a_line_that_stays_at_one_point_is_a_disk():
    spot = Corridor([ROAD[0], ROAD[0]], reach_m=2_000)
    for containment in Containment:
        assert cover(spot, 9, containment) == cover(
            Disk(ROAD[0], radius_m=2_000), 9, containment
        )


def test_a_point_twice_in_a_line_changes_nothing():
    twice = Corridor([ROAD[0], ROAD[1], ROAD[1], ROAD[2]], reach_m=700)

    assert cover(twice, 9) == cover(Corridor(ROAD, reach_m=700), 9)


# --- covers ---------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(
    start=ANYWHERE,
    turns=st.lists(st.floats(-180, 180), min_size=1, max_size=4),
    resolution=st.integers(0, 13),
    times=st.floats(0.05, 3),
    steps=st.lists(st.floats(0.05, 4), min_size=4, max_size=4),
    containment=st.sampled_from(Containment),
)
def test_a_corridor_is_covered_exactly(
    start, turns, resolution, times, steps, containment
):
    reach = min(max(1.0, times * EDGE_M[resolution]), 1e6)
    line = walked(start, turns, [min(s * EDGE_M[resolution], 3e6) for s in steps])
    must, may = corridor_oracle([line], reach, resolution, containment.value)

    found = members(
        cover(Corridor(places(line), reach_m=reach), resolution, containment)
    )

    assert must <= found <= may


@pytest.mark.parametrize("pentagon", PENTAGONS[::5])
@pytest.mark.parametrize("containment", Containment)
def test_roads_near_pentagons_are_covered_exactly(pentagon, containment):
    lines = [
        walked(pentagon, [20, 80, 30], [3 * EDGE_M[6]] * 3),
        walked((pentagon[0] + 0.05, pentagon[1]), [190], [4 * EDGE_M[6]]),
    ]
    reach = 1.9 * EDGE_M[6]
    must, may = corridor_oracle(lines, reach, 6, containment.value)

    found = members(
        cover(Corridor([places(n) for n in lines], reach_m=reach), 6, containment)
    )

    assert must <= found <= may


def circle(lat, lon, radius, count):
    azimuth = np.linspace(0, 360, count + 1)
    ones = np.ones(count + 1)
    x, y, _ = GEOD.fwd(lon * ones, lat * ones, azimuth, radius * ones)
    return list(zip(y.tolist(), x.tolist(), strict=True))


@pytest.mark.parametrize("resolution", [4, 7, 10])
@pytest.mark.parametrize("times", [2, 8])
def test_a_hole_in_a_ring_road_is_seen_however_small(resolution, times):
    cell = h3.latlng_to_cell(48.2, 16.4, resolution)
    lat, lon = h3.cell_to_latlng(cell)
    ring = circle(lat, lon, times * EDGE_M[resolution], 90)
    a, b = ring[0], ring[1]
    azimuth, _, length = GEOD.inv(a[1], a[0], b[1], b[0])
    middle = GEOD.fwd(a[1], a[0], azimuth, length / 2)
    depth = GEOD.inv(lon, lat, middle[0], middle[1])[2]

    def holds(reach):
        road = Corridor(places(ring), reach_m=reach)
        return bool(cover(road, resolution, Containment.WITHIN).contains([cell])[0])

    assert not holds(depth * (1 - 1e-4) - 0.01)
    assert holds(depth * (1 + 1e-4) + 0.01)


def test_a_hole_of_less_than_a_millimeter_is_a_doubt_and_goes_inward():
    cell = h3.latlng_to_cell(48.2, 16.4, 11)
    lat, lon = h3.cell_to_latlng(cell)
    lon, lat, _ = GEOD.fwd(lon, lat, 33.3, 7.77)
    spokes = [GEOD.fwd(lon, lat, azimuth, 200.0)[:2] for azimuth in (0, 110, 200)]
    spots = [places([(y, x), (y, x)]) for x, y in spokes]

    for beyond, held in ((-1e-6, False), (1e-3, True)):
        road = Corridor(spots, reach_m=200 + beyond)
        assert cover(road, 11, Containment.WITHIN).contains([cell]).tolist() == [held]


def test_two_rims_that_run_along_each_other_are_a_doubt_and_go_inward():
    cell = h3.latlng_to_cell(0.0, 0.0, 9)
    gap = GEOD.inv(0, 0, 0.02, 0)[2]
    roads = [places([(-0.005, x), (0.005, x)]) for x in (-0.02, 0.02)]

    for beyond, held in ((0, False), (1e-3, True)):
        both = Corridor(roads, reach_m=gap + beyond)
        assert cover(both, 9, Containment.WITHIN).contains([cell]).tolist() == [held]
        assert cover(both, 9).contains([cell]).all()


def test_a_corner_that_is_touched_is_a_doubt_and_goes_outward():
    cell = h3.latlng_to_cell(48.2, 16.4, 9)
    hub, corner = h3.cell_to_latlng(cell), h3.cell_to_boundary(cell)[0]
    azimuth = GEOD.inv(hub[1], hub[0], corner[1], corner[0])[0]
    lon, lat, _ = GEOD.fwd(corner[1], corner[0], azimuth, 0.5)
    spot = places([(lat, lon), (lat, lon)])

    for short, taken in ((1e-7, True), (1e-3, False)):
        found = cover(Corridor(spot, reach_m=0.5 - short), 9)
        assert found.contains([cell]).tolist() == [taken]


@pytest.mark.parametrize("containment", Containment)
def test_many_lines_are_covered_as_their_union(containment):
    chance = np.random.default_rng(7)
    lines = [
        places(walked((46 + i / 5, 7 + i / 3), chance.uniform(-90, 90, 5), [9_000] * 5))
        for i in range(9)
    ]
    together = cover(Corridor(lines, reach_m=4_000), 6, containment)
    apart = [cover(Corridor(line, reach_m=4_000), 6, containment) for line in lines]
    union = apart[0]
    for cells in apart[1:]:
        union |= cells

    assert union <= together
    assert containment is Containment.WITHIN or union == together


@pytest.mark.parametrize("containment", Containment)
def test_a_road_across_a_border_is_covered_on_one_side(containment):
    land = Polygon.from_geojson(
        {
            "type": "Polygon",
            "coordinates": [[[-8, 33], [-7.45, 33], [-7.45, 34], [-8, 34], [-8, 33]]],
        }
    )
    road = Corridor(ROAD, reach_m=1_500)
    inside, outside = road & land, road - land

    whole = cover(road, 9, containment)
    parts = cover(inside, 9, containment) | cover(outside, 9, containment)

    assert parts <= whole
    assert containment is Containment.WITHIN or parts == whole
    lat, lon = np.array([(p.lat, p.lon) for p in ROAD]).T
    assert cover(outside, 9).contains_points(lat=lat, lon=lon).tolist() == [
        False,
        False,
        True,
    ]


def test_a_long_road_is_covered_in_a_second():
    chance = np.random.default_rng(3)
    road = places(walked((33.5, -7.6), chance.normal(0, 8, 4_999), [100] * 4_999))
    began = time.perf_counter()

    cells = cover(Corridor(road, reach_m=500), 9)

    assert time.perf_counter() - began < 5
    lat, lon = np.array([(p.lat, p.lon) for p in road]).T
    assert cells.contains_points(lat=lat, lon=lon).all()
