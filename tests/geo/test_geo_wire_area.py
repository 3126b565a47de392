"""What a channel takes holds the region, keeps to the budget, and says how far it goes."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.errors import InvalidValue
from amberkit.geo import (
    CellSet,
    Disk,
    LatLon,
    NotEnclosable,
    Polygon,
    WireBudget,
    wire_area,
)
from amberkit.geo.shapes import _polygons

GEOD = Geod(ellps="WGS84")
HERE = LatLon(lat=33.5731, lon=-7.5898)


def box(west, south, east, north):
    return Polygon.from_geojson(
        shapely.geometry.mapping(shapely.box(west, south, east, north))
    )


def rim(disk, n=3_600):
    lon, lat, _ = GEOD.fwd(
        np.full(n, disk.center.lon),
        np.full(n, disk.center.lat),
        np.linspace(0, 360, n),
        np.full(n, disk.radius_m),
    )
    return lat, (lon + 180) % 360 - 180


def shape_of(area):
    """What a reader makes of the polygons, by shapely."""
    return shapely.union_all(
        [shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in area.polygons]
    )


def holds(area, lat, lon):
    return bool(shapely.intersects_xy(shape_of(area), lon, lat).all())


def assert_on_the_wire(area, budget):
    """Check decimals, counts and rings."""
    rings = area.polygons
    assert area.circle is None
    assert 1 <= len(rings) <= budget.max_shapes
    assert sum(map(len, rings)) <= budget.max_positions
    for ring in rings:
        assert ring[0] == ring[-1]
        flat = shapely.Polygon([(lon, lat) for lat, lon in ring])
        assert flat.is_valid
        assert flat.exterior.is_ccw
        for lat, lon in ring:
            assert -90 <= lat <= 90
            assert -180 <= lon <= 180
            assert lat == round(lat, budget.decimals)
            assert lon == round(lon, budget.decimals)


def farthest_beyond_a_disk(area, disk, per_edge=200):
    """How far the edges of polygons are from a disk at most, by pyproj."""
    ring = np.vstack([shapely.get_coordinates(p) for p in rings_of(area)])
    points = shapely.get_coordinates(
        shapely.segmentize(rings_of(area), np.ptp(ring, axis=0).max() / per_edge)
    )
    n = len(points)
    return (
        GEOD.inv(np.full(n, disk.center.lon), np.full(n, disk.center.lat), *points.T)[
            2
        ].max()
        - disk.radius_m
    )


def rings_of(area):
    return [shapely.LinearRing([(lon, lat) for lat, lon in r]) for r in area.polygons]


# --- disks ----------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    st.floats(-80, 80),
    st.floats(-180, 180) | st.sampled_from([180.0, -179.99]),
    st.floats(0, 6.3).map(lambda power: 10**power),
    st.integers(8, 100),
    st.integers(3, 6),
)
def test_polygons_hold_a_disk_within_any_budget(lat, lon, radius, positions, decimals):
    disk = Disk(LatLon(lat=lat, lon=lon), radius_m=radius)
    budget = WireBudget(max_positions=positions, max_shapes=2, decimals=decimals)

    area = wire_area(disk, budget)

    assert_on_the_wire(area, budget)
    assert holds(area, *rim(disk))
    assert holds(area, lat, lon)
    truth = farthest_beyond_a_disk(area, disk)
    assert truth - 0.01 <= area.overshoot_m <= truth * (1 + 1e-4) + 1
    witness = area.witness
    to = GEOD.inv(lon, lat, witness.lon, witness.lat)[2] - radius
    assert area.overshoot_m - 1 - 1e-5 * truth <= to <= area.overshoot_m + 0.01


@pytest.mark.parametrize("radius", [300, 2_000, 5_000, 160_000])
def test_a_disk_of_an_alert_goes_little_beyond(radius):
    disk = Disk(HERE, radius_m=radius)

    area = wire_area(disk)

    step = GEOD.inv(0, 33.5731, 1e-4, 33.5731 + 1e-4)[2]
    least = radius / math.cos(math.pi / 99) - radius
    assert area.overshoot_m <= least + 2 * step
    grown = math.pi * (radius + area.overshoot_m) ** 2
    assert math.pi * radius**2 * 0.9999 <= area.area_m2 <= grown


@settings(max_examples=15, deadline=None)
@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(0, 6.3).map(lambda power: 10**power),
    st.integers(0, 7),
)
def test_a_circle_holds_a_disk(lat, lon, radius, decimals):
    disk = Disk(LatLon(lat=lat, lon=lon), radius_m=radius)

    area = wire_area(disk, WireBudget(circles=True, decimals=decimals))

    center, radius_km = area.circle.center, area.circle.radius_km
    y, x = rim(disk)
    n = len(y)
    far = GEOD.inv(np.full(n, center.lon), np.full(n, center.lat), x, y)[2]
    assert area.polygons == ()
    assert (center.lat, center.lon) == (round(lat, decimals), round(lon, decimals))
    assert radius_km == round(radius_km, 3)
    assert far.max() <= radius_km * 1_000 <= far.max() + 1.001
    off = GEOD.inv(center.lon, center.lat, lon, lat)[2]
    assert area.overshoot_m == pytest.approx(
        off + radius_km * 1_000 - radius, abs=2, rel=1e-5
    )


@pytest.mark.parametrize(
    ("lat", "lon", "radius"),
    [(89, 0, 500_000), (-89, 33, 2e6), (0, 0, 9e6), (10, 20, 12e6), (10, 10, 19.98e6)],
)
def test_large_and_polar_disks_are_held(lat, lon, radius):
    disk = Disk(LatLon(lat=lat, lon=lon), radius_m=radius)
    budget = WireBudget(max_shapes=4)

    area = wire_area(disk, budget)

    assert_on_the_wire(area, budget)
    rng = np.random.default_rng(3)
    y, x = np.degrees(np.arcsin(rng.uniform(-1, 1, 4000))), rng.uniform(-180, 180, 4000)
    inside = GEOD.inv(np.full(4000, lon), np.full(4000, lat), x, y)[2] <= radius
    assert holds(area, y[inside], x[inside])


def test_what_no_ring_of_few_vertices_holds_is_begun_with_many(monkeypatch):
    monkeypatch.setattr(_polygons, "_ATTEMPTS", 0)
    disk = Disk(HERE, radius_m=5_000)

    area = wire_area(disk)

    assert_on_the_wire(area, WireBudget())
    assert holds(area, *rim(disk))
    assert area.overshoot_m < 100


# --- polygons and compositions --------------------------------------------------------

TURNS = np.linspace(0, 2 * math.pi, 240, endpoint=False)
REACH = 0.7 + 0.3 * np.sin(7 * TURNS)
STAR = list(zip(REACH * np.cos(TURNS), 30 + REACH * np.sin(TURNS), strict=True))
STAR = Polygon(((tuple((float(x), float(y)) for x, y in [*STAR, STAR[0]]),),))


@pytest.mark.parametrize("positions", [6, 40, 100])
@pytest.mark.parametrize(
    "region",
    [
        STAR,
        STAR & Disk(LatLon(lat=30, lon=0.5), radius_m=60_000),
        STAR - Disk(LatLon(lat=30, lon=0), radius_m=30_000),
        box(0, 0, 1, 1) | box(1.2, 0, 2, 0.5) | Disk(LatLon(lat=0, lon=3), radius_m=9),
    ],
    ids=["star", "part of a disk", "ring", "three"],
)
def test_polygons_hold_a_composition(region, positions):
    budget = WireBudget(max_positions=positions, max_shapes=3)

    area = wire_area(region, budget)

    assert_on_the_wire(area, budget)
    west, south, east, north = shape_of(area).bounds
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(west, east, 20_000), rng.uniform(south, north, 20_000)
    inside = region.contains_points(lat=lat, lon=lon)
    assert inside.any()
    assert holds(area, lat[inside], lon[inside])
    witness = area.witness
    assert not region.contains_points(lat=witness.lat, lon=witness.lon)
    assert shape_of(area).distance(shapely.Point(witness.lon, witness.lat)) < 1e-9


def test_more_positions_make_less_area():
    sizes = [
        wire_area(STAR, WireBudget(max_positions=n)).area_m2 for n in (10, 40, 150)
    ]

    exact = abs(GEOD.polygon_area_perimeter(*np.array(STAR.polygons[0][0]).T)[0])
    assert sizes[0] > sizes[1] > sizes[2] > exact
    assert sizes[2] < exact * 1.01


def test_the_overshoot_into_a_filled_hole_is_its_radius():
    hole = Disk(LatLon(lat=33.6, lon=-7.5), radius_m=12_000)

    area = wire_area(box(-8, 33.2, -7, 34) - hole)

    assert area.overshoot_m == pytest.approx(12_000, abs=1.2)
    assert GEOD.inv(-7.5, 33.6, area.witness.lon, area.witness.lat)[2] < 2


def test_a_long_edge_that_runs_along_the_region_is_measured():
    # The grid of whole degrees leaves a strip of one width all along.
    region = box(-8.5, 20.5, -1, 21)

    area = wire_area(region, WireBudget(decimals=0))

    corner = [
        min(GEOD.inv(lon, lat, min(max(lon, -8.5), -1), y)[2] for y in (20.5, 21))
        for lat, lon in area.polygons[0]
    ]
    assert area.overshoot_m == pytest.approx(max(corner), rel=0.01)


POLAR = Polygon.from_geojson(
    {
        "type": "Polygon",
        "coordinates": [
            [[-180, 84], [0, 84], [180, 84], [180, 90], [0, 90], [-180, 90], [-180, 84]]
        ],
    }
)


def test_a_circle_around_a_polar_area_goes_nowhere_beyond_it():
    area = wire_area(POLAR, WireBudget(circles=True))

    assert area.circle.center.lat == 90
    assert area.overshoot_m < 2
    assert area.circle.radius_km * 1_000 == pytest.approx(
        GEOD.inv(0, 84, 0, 90)[2], abs=2
    )


def test_two_hemispheres_together_are_measured_where_both_are_far():
    disks = [Disk(LatLon(lat=0, lon=lon), radius_m=9e6) for lon in (0, 100)]

    area = wire_area(disks[0] | disks[1], WireBudget(circles=True))

    # On the equator, halfway round the other way.
    far = GEOD.inv(0, 0, -130, 0)[2] - 9e6
    assert far <= area.overshoot_m < far * 1.0001
    assert abs(area.witness.lon + 130) < 0.1
    assert abs(area.witness.lat) < 2


def test_a_shape_of_too_many_corners_is_made_coarser():
    turn = np.linspace(0, 2 * math.pi, 9_000, endpoint=False)
    reach = 1 + 0.01 * np.sin(900 * turn)
    ring = np.column_stack((reach * np.cos(turn), 40 + reach * np.sin(turn))).tolist()
    region = Polygon(((tuple(map(tuple, [*ring, ring[0]])),),))

    area = wire_area(region)

    assert_on_the_wire(area, WireBudget())
    lon, lat = np.array(ring).T
    assert holds(area, lat, lon)
    assert shape_of(area).area < math.pi * 1.05


@pytest.mark.parametrize("shapes", [1, 2, 5])
def test_parts_are_put_together_where_there_may_be_few(shapes):
    parts = [Disk(LatLon(lat=10, lon=float(x)), radius_m=9_000) for x in range(4)]
    region = parts[0] | parts[1] | parts[2] | parts[3]
    budget = WireBudget(max_shapes=shapes)

    area = wire_area(region, budget)

    assert len(area.polygons) == min(shapes, 4)
    assert all(holds(area, *rim(part)) for part in parts)


def test_a_circle_holds_a_composition():
    region = box(-8, 33, -7, 34) | Disk(LatLon(lat=34.5, lon=-6), radius_m=20_000)

    area = wire_area(region, WireBudget(circles=True))

    center = area.circle.center
    y, x = rim(Disk(LatLon(lat=34.5, lon=-6), radius_m=20_000))
    x, y = np.append(x, [-8, -8, -7, -7]), np.append(y, [33, 34, 33, 34])
    n = len(x)
    far = GEOD.inv(np.full(n, center.lon), np.full(n, center.lat), x, y)[2]
    assert far.max() <= area.circle.radius_km * 1_000
    # A box and a disk of this span 232 km from corner to rim.
    span = GEOD.inv(-8, 33, -6, 34.5)[2] + 20_000
    assert span / 2 - 1 <= area.circle.radius_km * 1_000 <= span / 2 + 500


def test_a_region_around_the_earth_takes_the_largest_circle():
    ring = ((-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90))

    area = wire_area(Polygon(((ring,),)), WireBudget(circles=True))

    assert area.circle.radius_km == 20_003.932
    assert area.area_m2 == pytest.approx(510_065_621.724e6, rel=1e-5)


def test_a_far_part_makes_a_large_circle():
    two = Disk(HERE, radius_m=100) | Disk(LatLon(lat=-30, lon=150), radius_m=100)

    area = wire_area(two, WireBudget(circles=True))

    half = GEOD.inv(HERE.lon, HERE.lat, 150, -30)[2] / 2
    assert half <= area.circle.radius_km * 1_000 <= half + 70_000


def test_the_whole_earth_is_itself():
    ring = ((-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90))
    earth = Polygon(((ring,),))

    area = wire_area(earth)

    assert len(ring) == len(area.polygons[0])
    assert (area.overshoot_m, area.witness) == (0.0, None)


# --- what cannot be done --------------------------------------------------------------


def test_one_polygon_does_not_go_across_the_antimeridian():
    disk = Disk(LatLon(lat=-17.8, lon=179.95), radius_m=50_000)

    with pytest.raises(NotEnclosable, match="allow more polygons"):
        wire_area(disk)
    with pytest.raises(NotEnclosable, match="allow more polygons"):
        wire_area(disk, WireBudget(max_positions=4, max_shapes=2))

    assert len(wire_area(disk, WireBudget(max_shapes=2)).polygons) == 2


def test_a_budget_that_is_too_small_is_an_error():
    with pytest.raises(NotEnclosable, match="allow more positions"):
        wire_area(box(0, 0, 1, 1), WireBudget(max_positions=4))


def test_a_grid_so_coarse_is_still_kept():
    area = wire_area(
        Disk(LatLon(lat=0.2, lon=0.3), radius_m=10), WireBudget(decimals=0)
    )

    assert_on_the_wire(area, WireBudget(decimals=0))
    assert holds(area, 0.2, 0.3)


@pytest.mark.parametrize("circles", [True, False])
def test_an_overshoot_beyond_the_limit_is_an_error(circles):
    region = box(0, 0, 1, 0.01)
    budget = WireBudget(max_overshoot_m=5, circles=circles)

    with pytest.raises(NotEnclosable, match="more than the 5 m allowed"):
        wire_area(region, budget)


def test_an_overshoot_within_the_limit_is_none():
    area = wire_area(Disk(HERE, radius_m=160_000), WireBudget(max_overshoot_m=161))

    assert area.overshoot_m <= 161


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"max_positions": 3}, "max_positions must be an int in"),
        ({"max_positions": True}, "max_positions must be an int in"),
        ({"max_shapes": 0}, "max_shapes must be an int in"),
        ({"decimals": 8}, "decimals must be an int in"),
        ({"decimals": 4.0}, "decimals must be an int in"),
        ({"circles": 1}, "circles must be True or False"),
        ({"max_overshoot_m": -1}, "max_overshoot_m"),
    ],
)
def test_budgets_are_checked(wrong, match):
    with pytest.raises(InvalidValue, match=match):
        WireBudget(**wrong)


@pytest.mark.parametrize(
    ("region", "budget", "match"),
    [
        ("Rabat", None, "region must be"),
        (box(0, 0, 1, 1), "WEA", "budget must be"),
        (box(0, 0, 1, 1) & box(2, 2, 3, 3), None, "with an area"),
    ],
)
def test_only_regions_and_budgets_make_an_area(region, budget, match):
    with pytest.raises(InvalidValue, match=match):
        wire_area(region, budget)


@pytest.mark.parametrize("lat", [-90, -89.99996, 12.34567, 90])
@pytest.mark.parametrize("radius_m", [300, 200_000, 15_000_000])
def test_the_circle_of_a_disk_goes_beyond_it_by_rounding_alone(lat, radius_m):
    disk = Disk(LatLon(lat=lat, lon=7.654321), radius_m=radius_m)

    area = wire_area(disk, WireBudget(circles=True))

    circle, place = area.circle, (disk.center.lon, disk.center.lat)
    apart = GEOD.inv(*place, circle.center.lon, circle.center.lat)[2]
    beyond = circle.radius_km * 1_000 + apart - radius_m
    far = GEOD.inv(*place, area.witness.lon, area.witness.lat)[2] - radius_m
    assert 2 * apart <= beyond < 30
    assert area.overshoot_m == pytest.approx(beyond, abs=1e-6)
    assert far == pytest.approx(beyond, abs=1e-5)


def test_ids_that_are_ragged_are_refused():
    with pytest.raises(InvalidValue, match="ids must be h3 cell ids"):
        CellSet.from_cells([[1], [1, 2]], resolution=3)
