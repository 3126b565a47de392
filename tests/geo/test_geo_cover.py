"""A cover is exactly what it promises, everywhere on the earth."""

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from geo_oracle import GEOD, disk_oracle, flat_disk, flat_oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from amberkit.errors import InvalidValue
from amberkit.geo import (
    CellSet,
    Containment,
    CoverTooLarge,
    Disk,
    LatLon,
    Polygon,
    cover,
    cover_stages,
)

CASABLANCA = LatLon(lat=33.5731, lon=-7.5898)
PENTAGONS = [h3.cell_to_latlng(p) for p in h3.get_pentagons(2)]
EDGE_M = [h3.average_hexagon_edge_length(r, "m") for r in range(16)]
ANYWHERE = st.one_of(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-80, 80), st.floats(179.9, 180)),
    st.tuples(st.sampled_from([-90.0, 90.0, 89.9999, -89.999]), st.floats(-180, 180)),
    st.sampled_from(PENTAGONS),
)


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})


def members(cells):
    return set(cells.to_array().tolist())


# --- disks ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    center=ANYWHERE,
    resolution=st.integers(0, 13),
    times=st.floats(0.01, 4),
    containment=st.sampled_from(Containment),
)
def test_a_disk_is_covered_exactly(center, resolution, times, containment):
    lat, lon = center
    radius = min(max(1.0, times * EDGE_M[resolution]), 9e6)
    must, may = disk_oracle(lat, lon, radius, resolution, containment.value)

    found = members(
        cover(Disk(LatLon(lat=lat, lon=lon), radius_m=radius), resolution, containment)
    )

    assert must <= found <= may


@settings(deadline=None, max_examples=20)
@given(
    center=ANYWHERE,
    resolution=st.integers(0, 1),
    radius=st.floats(1e6, 20_003_932),
    containment=st.sampled_from(Containment),
)
def test_a_huge_disk_is_covered_exactly(center, resolution, radius, containment):
    lat, lon = center
    must, may = disk_oracle(lat, lon, radius, resolution, containment.value)

    found = members(
        cover(Disk(LatLon(lat=lat, lon=lon), radius_m=radius), resolution, containment)
    )

    assert must <= found <= may


@pytest.mark.parametrize("center", PENTAGONS, ids=lambda c: f"{c[0]:.0f},{c[1]:.0f}")
@pytest.mark.parametrize("containment", Containment)
def test_disks_around_pentagons_are_covered_exactly(center, containment):
    lat, lon = center
    radius = 2.3 * EDGE_M[6]
    must, may = disk_oracle(lat, lon, radius, 6, containment.value)

    found = members(
        cover(Disk(LatLon(lat=lat, lon=lon), radius_m=radius), 6, containment)
    )

    assert must <= found <= may


@pytest.mark.parametrize(
    ("lat", "lon", "radius"),
    [
        (33.5731, -7.5898, 160_000),
        (-17.5, 179.99, 90_000),
        (89.5, 20.0, 120_000),
        (-90.0, 0.0, 50_000),
        (64.7, 10.536, 700_000),
        (10.0, 100.0, 5_000_000),
    ],
)
def test_every_point_of_the_rim_is_in_the_cover(lat, lon, radius):
    azimuth = np.arange(0, 360, 0.1)
    n = len(azimuth)
    resolution = 7 if radius < 200_000 else 4
    x, y, _ = GEOD.fwd(
        np.full(n, lon), np.full(n, lat), azimuth, np.full(n, radius * (1 - 1e-12))
    )

    cells = cover(Disk(LatLon(lat=lat, lon=lon), radius_m=radius), resolution)

    assert cells.contains_points(lat=y, lon=x).all()


def test_nobody_of_a_hundred_thousand_is_left_out():
    chance, count = np.random.default_rng(4), 100_000
    far = 160_000 * np.sqrt(chance.uniform(0, 1, count))
    start = np.full(count, -7.5898), np.full(count, 33.5731)
    lon, lat, _ = GEOD.fwd(*start, chance.uniform(0, 360, count), far)
    cells = frozenset(cover(Disk(CASABLANCA, radius_m=160_000), 8))

    for y, x in zip(lat.tolist(), lon.tolist(), strict=True):
        assert h3.latlng_to_cell(y, x, 8) in cells


def test_centers_agree_with_pyproj_over_a_whole_alert():
    ids = np.array(h3.grid_disk(h3.latlng_to_cell(33.5731, -7.5898, 8), 60), np.uint64)
    center = np.array([h3.cell_to_latlng(c) for c in ids.tolist()])
    far = GEOD.inv(
        np.full(len(ids), -7.5898),
        np.full(len(ids), 33.5731),
        center[:, 1],
        center[:, 0],
    )[2]

    cells = cover(Disk(CASABLANCA, radius_m=40_000), 8, Containment.CENTER)

    assert members(cells) == set(ids[far <= 40_000].tolist())


def test_a_whole_earth_is_every_cell():
    for containment in Containment:
        cells = cover(Disk(CASABLANCA, radius_m=20_003_932), 3, containment)

        assert len(cells) == h3.get_num_cells(3)


def test_all_but_the_far_side_leaves_out_the_cell_opposite():
    opposite = h3.latlng_to_cell(-33.5731, -7.5898 + 180, 4)

    cells = cover(Disk(CASABLANCA, radius_m=20_003_931 - 100), 4, Containment.WITHIN)

    assert h3.get_num_cells(4) - len(cells) == 1
    assert not cells.contains([opposite]).any()


# --- polygons -------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(
    st.floats(-70, 70),
    st.floats(-170, 170),
    st.floats(0.2, 5),
    st.floats(0.2, 5),
    st.floats(-0.6, 0.6),
    st.integers(4, 11),
    st.sampled_from(Containment),
)
def test_a_polygon_is_covered_exactly(
    lat, lon, wide, high, slant, resolution, containment
):
    unit = EDGE_M[resolution] / 111_000
    dx, dy = wide * unit / np.cos(np.radians(lat)), high * unit
    ring = [
        (lon, lat),
        (lon + dx, lat + slant * dy),
        (lon + dx, lat + dy),
        (lon + dx / 3, lat + 0.8 * dy),
    ]
    shape = shapely.Polygon(ring)
    must, may = flat_oracle(shape, resolution, containment.value, 1e-8)

    found = members(
        cover(
            Polygon.from_geojson(shapely.geometry.mapping(shape)),
            resolution,
            containment,
        )
    )

    assert must <= found <= may


def test_a_hole_is_left_out():
    shape = flat_disk(33.5, -7.5, 9_000, 40).difference(
        flat_disk(33.5, -7.5, 4_000, 30)
    )
    for containment in Containment:
        must, may = flat_oracle(shape, 8, containment.value)

        found = members(
            cover(Polygon.from_geojson(shapely.geometry.mapping(shape)), 8, containment)
        )

        assert must <= found <= may


@pytest.mark.parametrize("resolution", [0, 1, 2, 4])
@pytest.mark.parametrize("containment", Containment)
def test_a_shape_across_the_antimeridian_is_one_however_written(
    resolution, containment
):
    folded = square(170, -20, -175, 15)
    cut = Polygon.from_geojson(
        {
            "type": "MultiPolygon",
            "coordinates": [
                square(170, -20, 180, 15).to_geojson()["coordinates"],
                square(-180, -20, -175, 15).to_geojson()["coordinates"],
            ],
        }
    )

    one, other = (cover(p, resolution, containment) for p in (folded, cut))

    assert one == other
    assert resolution == 0 or len(one) > 0


@pytest.mark.parametrize("pole", [1, -1])
@pytest.mark.parametrize("resolution", [1, 3, 5])
def test_a_polar_cap_is_covered_as_its_points_are(pole, resolution):
    ring = [
        [-180, 84],
        [-60, 84],
        [60, 84],
        [180, 84],
        [180, 90],
        [-180, 90],
        [-180, 84],
    ]
    cap = Polygon.from_geojson(
        {"type": "Polygon", "coordinates": [[[x, pole * y] for x, y in ring]]}
    )
    cells = cover(cap, resolution)
    inside = cover(cap, resolution, Containment.WITHIN)
    lat, lon = np.meshgrid(pole * np.linspace(84, 90, 60), np.linspace(-180, 180, 120))

    assert cells.contains_points(lat=lat, lon=lon).all()
    assert inside <= cells
    assert h3.latlng_to_cell(90 * pole, 0, resolution) in set(inside) or resolution == 1
    edge = [h3.cell_to_boundary(c) for c in inside]
    assert all(abs(y) >= 84 for ring in edge for y, _ in ring)


def test_a_polygon_beside_the_pole_is_covered_by_its_points():
    wedge = Polygon.from_geojson(
        {
            "type": "Polygon",
            "coordinates": [[[10, 89.9], [100, 89.9], [60, 89.9999], [10, 89.9]]],
        }
    )
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(89.9, 90, 4000), rng.uniform(10, 100, 4000)
    keep = wedge.contains_points(lat=lat, lon=lon)

    cells = cover(wedge, 7)

    assert keep.sum() > 100
    assert cells.contains_points(lat=lat[keep], lon=lon[keep]).all()


# --- compositions ---------------------------------------------------------------------

SHAPES = {
    "disk": (Disk(CASABLANCA, radius_m=6_000), flat_disk(33.5731, -7.5898, 6_000)),
    "second": (
        Disk(LatLon(lat=33.60, lon=-7.52), radius_m=5_000),
        flat_disk(33.60, -7.52, 5_000),
    ),
    "land": (square(-7.63, 33.5, -7.55, 33.6), shapely.box(-7.63, 33.5, -7.55, 33.6)),
    "town": (
        square(-7.60, 33.55, -7.45, 33.58),
        shapely.box(-7.60, 33.55, -7.45, 33.58),
    ),
}
EXPRESSIONS = {
    "a & b": lambda a, b, c: a & b,
    "a | b": lambda a, b, c: a | b,
    "a - b": lambda a, b, c: a - b,
    "(a & b) | c": lambda a, b, c: (a & b) | c,
    "(a | b) & c": lambda a, b, c: (a | b) & c,
    "a - (b & c)": lambda a, b, c: a - (b & c),
    "(a & c) - (b & c)": lambda a, b, c: (a & c) - (b & c),
    "a & b & c": lambda a, b, c: a & b & c,
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("containment", Containment)
@pytest.mark.parametrize(
    "names",
    [("disk", "second", "land"), ("disk", "land", "town"), ("land", "town", "disk")],
)
def test_a_composition_is_covered_exactly(expression, containment, names):
    make = EXPRESSIONS[expression]
    region = make(*(SHAPES[name][0] for name in names))
    shape = make(*(SHAPES[name][1] for name in names))
    must, may = flat_oracle(shape, 7, containment.value)

    found = members(cover(region, 7, containment))

    assert must <= found <= may


def test_parts_that_meet_the_same_cell_may_miss_each_other():
    lat, lon = h3.cell_to_latlng(h3.latlng_to_cell(33.5731, -7.5898, 6))
    west = Disk(LatLon(lat=lat, lon=lon - 0.01), radius_m=400)
    east = Disk(LatLon(lat=lat, lon=lon + 0.01), radius_m=400)

    assert len(cover(west, 6) & cover(east, 6)) == 1
    assert len(cover(west & east, 6)) == 0


@pytest.mark.parametrize(
    ("gap_m", "cells"), [(0.01, 0), (0.0004, 1), (-0.0004, 1), (-0.01, 1)]
)
def test_what_is_nearer_than_a_millimetre_counts_as_touching(gap_m, cells):
    lat, lon = h3.cell_to_latlng(h3.latlng_to_cell(33.5731, -7.5898, 6))
    east, north, _ = GEOD.fwd(lon, lat, 77, 1_000)
    one = Disk(LatLon(lat=lat, lon=lon), radius_m=600)
    other = Disk(LatLon(lat=north, lon=east), radius_m=400 - gap_m)

    assert len(cover(one & other, 6)) == cells


def test_touching_at_a_point_counts_as_meeting():
    ring = square(0, 0, 1, 1)

    assert len(cover(ring & square(1, 1, 2, 2), 5)) >= 1
    assert len(cover(ring & square(1, 0, 2, 1), 5)) > 5


def test_a_region_without_itself_is_empty():
    disk = Disk(CASABLANCA, radius_m=9_000)
    land = SHAPES["land"][0]

    assert len(cover(disk - disk, 8)) == 0
    assert len(cover((disk & land) - (disk & land), 8)) == 0
    assert len(cover(land - land, 8)) == 0


def test_edges_of_two_parts_that_run_along_each_other_are_decided_outward():
    west, east = square(-7.6, 33.5, -7.5, 33.6), square(-7.5, 33.5, -7.4, 33.6)
    world = Disk(CASABLANCA, radius_m=9_000)

    left = cover((world & west) - east, 9)

    assert cover(world & west, 9, Containment.WITHIN) <= left <= cover(world & west, 9)


def test_many_parts_at_one_place_are_covered():
    disks = [
        Disk(LatLon(lat=33.57, lon=-7.6 + 0.001 * i), radius_m=2_000) for i in range(9)
    ]
    union = disks[0]
    for disk in disks[1:]:
        union = union | disk
    whole = cover(disks[0], 8)
    for disk in disks[1:]:
        whole = whole | cover(disk, 8)

    assert cover(union, 8) == whole
    assert cover(union, 8, Containment.WITHIN) <= whole


# --- laws -----------------------------------------------------------------------------


def some_disks(south, north):
    return st.builds(
        lambda lat, lon, r: Disk(LatLon(lat=lat, lon=lon), radius_m=r),
        st.floats(south, north),
        st.floats(-7.1, -7),
        st.floats(100, 9_000),
    )


disks = some_disks(33, 33.1)
# Never around the same center: rims that run along each other are cut very fine.
others = some_disks(33.11, 33.2)


@settings(deadline=None, max_examples=30)
@given(disks, others)
def test_the_overlap_of_a_union_is_the_union_of_overlaps(a, b):
    assert cover(a | b, 8) == cover(a, 8) | cover(b, 8)


@settings(deadline=None, max_examples=30)
@given(disks, others)
def test_within_an_intersection_is_within_both(a, b):
    within = Containment.WITHIN

    assert cover(a & b, 8, within) == cover(a, 8, within) & cover(b, 8, within)


@settings(deadline=None, max_examples=30)
@given(disks, st.floats(1, 3), st.sampled_from(Containment))
def test_a_larger_disk_has_every_cell_of_a_smaller_one(disk, times, containment):
    larger = Disk(disk.center, radius_m=disk.radius_m * times)

    assert cover(disk, 8, containment) <= cover(larger, 8, containment)


@settings(deadline=None, max_examples=20)
@given(disks, others)
def test_within_implies_center_implies_overlap(a, b):
    for region in (a, a - b, a & b):
        within, center, overlap = (
            cover(region, 8, c)
            for c in (Containment.WITHIN, Containment.CENTER, Containment.OVERLAP)
        )

        assert within <= center <= overlap


# --- stages, progress, budget, arguments ----------------------------------------------


@pytest.mark.parametrize("containment", Containment)
def test_stages_are_what_each_cover_is(containment):
    land = SHAPES["land"][0]
    regions = [Disk(CASABLANCA, radius_m=1_000 * 2**i) & land for i in range(5)]
    regions += [SHAPES["second"][0], land, regions[1]]

    stages = cover_stages(regions, 8, containment)

    assert stages == tuple(cover(region, 8, containment) for region in regions)


def test_no_stages_are_no_covers():
    assert cover_stages((), 8) == ()


def test_progress_rises_to_one():
    shares = []

    cover(Disk(CASABLANCA, radius_m=9_000), 9, on_progress=shares.append)

    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1.0


def test_an_explosion_is_refused_before_it_starts():
    steps = []

    with pytest.raises(CoverTooLarge) as error:
        cover(Disk(CASABLANCA, radius_m=5e6), 15, on_progress=steps.append)

    assert (error.value.resolution, error.value.max_rim_cells) == (15, 1_000_000)
    assert steps == []


FIJI = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[175, -20], [180, -20], [180, -15], [175, -15], [175, -20]]],
        [[[-180, -20], [-178, -20], [-178, -15], [-180, -15], [-180, -20]]],
    ],
}


@pytest.mark.parametrize(
    "region",
    [
        Disk(CASABLANCA, radius_m=8_000_000),
        Disk(CASABLANCA, radius_m=8_000_000) & square(-60, -20, 60, 60),
        Disk(CASABLANCA, radius_m=8_000_000) | Disk(CASABLANCA, radius_m=9_000_000),
        square(-60, -20, 60, 60) - Disk(CASABLANCA, radius_m=2_000_000),
        square(-60, -20, 60, 60),
        Polygon.from_geojson(FIJI),
    ],
    ids=["disk", "within", "either", "hole", "polygon", "across 180"],
)
def test_an_explosion_is_refused_before_any_work(region):
    steps = []

    with pytest.raises(CoverTooLarge):
        cover(region, 15, max_rim_cells=100_000, on_progress=steps.append)

    assert steps == []


@pytest.mark.parametrize(
    "region",
    [
        square(-180, -90, 180, 90),
        square(-180, -90, 0, 90) | square(0, -90, 180, 90),
        Disk(CASABLANCA, radius_m=1_000_000) | Disk(CASABLANCA, radius_m=20_003_932),
        Disk(CASABLANCA, radius_m=1_000_000) - Disk(CASABLANCA, radius_m=2_000_000),
    ],
    ids=["world", "halves", "swallowed", "gone"],
)
def test_what_has_no_rim_is_not_refused(region):
    found = len(cover(region, 15, max_rim_cells=3_000))

    assert found in (0, h3.get_num_cells(15))


@pytest.mark.parametrize("lat", [0, 45, 60, 80, 88])
def test_a_polygon_needs_no_larger_budget_at_high_latitudes(lat):
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    far = 0.2 * (1 + 0.3 * np.sin(7 * turn))
    wide = far / np.cos(np.radians(lat))
    ring = np.column_stack((wide * np.cos(turn), lat + far * np.sin(turn))).tolist()
    polygon = Polygon.from_geojson(
        {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    )

    assert len(cover(polygon, 9, max_rim_cells=900)) > 10_000


@pytest.mark.parametrize("size_m", [0.3, 3, 100])
def test_a_small_polygon_around_a_pole_is_covered_within_a_small_budget(size_m):
    south = 90 - size_m / 111_694
    ring = [(10.0, south), (130.0, south), (-110.0, south), (10.0, south)]
    polygon = Polygon(((tuple(ring),),), geodesic=True)

    cells = cover(polygon, 13, max_rim_cells=3_000)

    disk = cover(Disk(LatLon(lat=90, lon=0), radius_m=size_m), 13)
    assert cells <= disk
    assert len(cells) > 0.4 * len(disk)


def test_stages_may_come_from_an_iterator():
    radii = (1_000, 2_000)
    disks = [Disk(CASABLANCA, radius_m=radius) for radius in radii]

    assert cover_stages(iter(disks), np.int64(8)) == cover_stages(disks, 8)
    for wrong in (disks[0], None, 5):
        with pytest.raises(InvalidValue, match="regions must be a sequence of regions"):
            cover_stages(wrong, 8)


def test_a_rim_beyond_the_budget_is_refused():
    with pytest.raises(CoverTooLarge, match="more than 50 cells on its rim"):
        cover(SHAPES["land"][0], 9, max_rim_cells=50)


@pytest.mark.parametrize("resolution", [-1, 16, True, 8.0, "8", None])
def test_a_resolution_must_be_one(resolution):
    with pytest.raises(InvalidValue, match=r"resolution must be an int in \[0, 15\]"):
        cover(Disk(CASABLANCA, radius_m=10), resolution=resolution)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"region": "Morocco"}, "region"),
        ({"region": CellSet(8)}, "region"),
        ({"containment": "overlap"}, "containment"),
        ({"max_rim_cells": True}, "max_rim_cells"),
        ({"max_rim_cells": 1e6}, "max_rim_cells"),
    ],
)
def test_arguments_are_checked(arguments, name):
    with pytest.raises(InvalidValue) as error:
        cover(
            **({"region": Disk(CASABLANCA, radius_m=10), "resolution": 8} | arguments)
        )

    assert error.value.name == name
