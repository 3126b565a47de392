"""The outline of a set is the union of its cells, as h3 and shapely make it."""

import json

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import assume, example, given
from hypothesis import strategies as st

from amberkit.geo import (
    BudgetExceeded,
    CellSet,
    Containment,
    Disk,
    LatLon,
    Polygon,
    cover,
)
from amberkit.geo.cells._rim import _Edges

WORLD = shapely.box(-180, -90, 180, 90)
BASE_CELLS = sorted(h3.get_res0_cells())
HERE = LatLon(lat=33.5731, lon=-7.5898)


def flat_cell(cell):
    """A cell as h3 draws it, within the frame of the world."""
    lat, lon = np.array(h3.cell_to_boundary(cell)).T
    lon = np.unwrap(lon, period=360)
    turn = 360 * np.round((lon[0] - lon[-1]) / 360)
    if turn:  # it holds a pole
        pole = 90 * np.sign(lat[0])
        lon = [*lon, lon[0] - turn, lon[0] - turn, lon[0]]
        lat = [*lat, lat[0], pole, pole]
    shape = shapely.Polygon(np.column_stack((lon, lat)))
    assert shape.is_valid
    return shapely.union_all(
        [
            shapely.intersection(shapely.affinity.translate(shape, turn), WORLD)
            for turn in (-360, 0, 360)
        ]
    )


def flat_union(ids):
    # Corners of neighbors differ in their last digits.
    return shapely.union_all([flat_cell(cell) for cell in ids], grid_size=1e-9)


def parts_and_holes(shape):
    """How many there are, but for slivers between corners that should be one."""
    parts = [p for p in shapely.get_parts(shape) if is_seen(p)]
    holes = [shapely.Polygon(hole) for p in parts for hole in p.interiors]
    return len(parts), sum(map(is_seen, holes))


def is_seen(polygon):
    return polygon.area > 1e-8 * polygon.length


def assert_rfc_7946(geometry):
    assert geometry["type"] == "MultiPolygon"
    shape = shapely.geometry.shape(geometry)
    assert shape.is_valid
    for part in shape.geoms:
        assert part.exterior.is_ccw
        assert not any(hole.is_ccw for hole in part.interiors)
    places = shapely.get_coordinates(shape)
    assert (np.abs(places) <= (180, 90)).all()
    return shape


PLACES = st.one_of(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-80, 80), st.sampled_from([-180.0, 179.99, -179.9])),
    st.tuples(st.sampled_from([-90.0, -89.9, 89.5, 90.0]), st.floats(-180, 180)),
    # The corners of the icosahedron, and places along its edges.
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 1)).map(
        lambda drawn: between(*drawn)
    ),
)


def between(i, j, share):
    pentagons = sorted(h3.get_pentagons(0))
    lat, lon = np.radians([h3.cell_to_latlng(pentagons[k]) for k in (i, j)]).T
    a, b = np.stack(
        (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), 1
    )
    x, y, z = a if a @ b < 0.4 else a * (1 - share) + b * share
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


@st.composite
def some_cells(draw):
    """Some of the cells around a place, with holes and islands, and some finer ones."""
    lat, lon = draw(PLACES)
    resolution = draw(st.integers(0, 9))
    middle = h3.latlng_to_cell(lat, lon, resolution)
    around = sorted(h3.grid_disk(middle, draw(st.integers(0, 4))))
    left_out = draw(st.sets(st.sampled_from(around), max_size=len(around) // 2))
    finer = resolution + draw(st.integers(0, 2))
    ids = set(h3.uncompact_cells(set(around) - left_out, finer))
    some = draw(st.sets(st.sampled_from(sorted(ids)), max_size=5)) if ids else set()
    return finer, ids - some


@given(some_cells())
@example((0, set(BASE_CELLS) - {BASE_CELLS[0]}))
@example((1, set(h3.uncompact_cells(BASE_CELLS[60:], 1))))
@example((2, set(h3.uncompact_cells(BASE_CELLS[20:50], 2))))
def test_the_outline_is_the_union_of_the_cells(drawn):
    resolution, ids = drawn
    expected = flat_union(ids)

    found = CellSet.from_cells(sorted(ids), resolution=resolution).outline()

    shape = assert_rfc_7946(found)
    apart = shapely.symmetric_difference(shape, expected).area
    assert apart <= 1e-8 * expected.length
    assert parts_and_holes(shape) == parts_and_holes(expected)


@given(some_cells())
def test_the_outline_has_no_corner_but_those_of_cells(drawn):
    resolution, ids = drawn
    corners = [corner for cell in ids for corner in h3.cell_to_boundary(cell)]

    shape = shapely.geometry.shape(
        CellSet.from_cells(sorted(ids), resolution=resolution).outline()
    )

    found = shapely.get_coordinates(shape)
    # Those on the frame are of cuts.
    places = on_sphere(found[(np.abs(found) < (180, 90)).all(axis=1)][:, ::-1])
    among = on_sphere(np.array(corners).reshape(-1, 2))
    apart = [np.abs(among - place).max(axis=1).min() for place in places]
    assert max(apart, default=0) < 1e-12


def on_sphere(pairs):
    lat, lon = np.radians(pairs).T
    return np.column_stack(
        (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )


@given(
    st.floats(-70, 70),
    st.floats(-170, 170),
    st.integers(5, 12),
    st.integers(0, 2**32 - 1),
)
def test_a_point_is_in_the_outline_if_its_cell_is_in_the_set(
    lat, lon, resolution, seed
):
    rng = np.random.default_rng(seed)
    middle = h3.latlng_to_cell(lat, lon, resolution)
    around = sorted(h3.grid_disk(middle, 6))
    ids = set(rng.choice(around, 60, replace=False).tolist())
    edge = np.radians(np.ptp(np.array(h3.cell_to_boundary(middle)), axis=0).max())
    lats = lat + rng.uniform(-9, 9, 300) * np.degrees(edge) / 2
    lons = lon + rng.uniform(-9, 9, 300) * np.degrees(edge) / 2

    shape = assert_rfc_7946(
        CellSet.from_cells(sorted(ids), resolution=resolution).outline()
    )

    # What the docstring allows: a great circle lies beside a straight line.
    beside = np.degrees(edge**2) * np.tan(np.radians(75)) / 8
    points = shapely.points(lons, lats)
    clear = shapely.distance(shape.boundary, points) > beside
    expected = [
        h3.latlng_to_cell(y, x, resolution) in ids
        for y, x in zip(lats.tolist(), lons.tolist(), strict=True)
    ]
    assert clear.sum() > 200
    assert (
        shapely.contains(shape, points)[clear].tolist()
        == np.array(expected)[clear].tolist()
    )


@given(some_cells())
def test_the_cells_with_their_centers_in_the_outline_are_the_set(drawn):
    resolution, ids = drawn
    assume(ids)
    cells = CellSet.from_cells(sorted(ids), resolution=resolution)

    region = Polygon.from_geojson(cells.outline())

    assert cover(region, resolution, Containment.CENTER) == cells


def test_nothing_has_no_polygon_and_everything_is_the_world():
    everything = CellSet.from_cells(BASE_CELLS, resolution=15)

    assert CellSet(9).outline() == {"type": "MultiPolygon", "coordinates": []}
    assert assert_rfc_7946(everything.outline()).equals(WORLD)


def test_islands_lie_in_holes_and_holes_in_islands():
    middle = h3.latlng_to_cell(33.5731, -7.5898, 8)
    ids = [c for k in (0, 2, 3, 5, 6) for c in h3.grid_ring(middle, k)]

    found = CellSet.from_cells(ids, resolution=8).outline()["coordinates"]

    assert [len(polygon) for polygon in found] == [1, 2, 2]
    assert_rfc_7946({"type": "MultiPolygon", "coordinates": found})


def test_a_band_around_the_earth_has_no_pole():
    ids = [
        c
        for c in h3.uncompact_cells(BASE_CELLS, 2)
        if abs(h3.cell_to_latlng(c)[0]) < 40
    ]

    shape = assert_rfc_7946(CellSet.from_cells(ids, resolution=2).outline())

    assert parts_and_holes(shape) == (1, 0)
    assert shape.bounds[0::2] == (-180, 180)
    assert shape.bounds[3] < 50


def test_the_outline_of_a_cover_is_plain_json():
    outline = cover(Disk(LatLon(lat=10.0, lon=180.0), radius_m=90_000), 6).outline()

    assert json.loads(json.dumps(outline)) == outline
    assert len(outline["coordinates"]) == 2


def test_the_cost_follows_the_rim():
    few = 4_000

    disk = cover(Disk(HERE, radius_m=160_000), 9)

    assert len(disk) > 700_000
    assert len(disk.outline(max_cells=few)["coordinates"]) == 1


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        (CellSet.from_cells(BASE_CELLS[:1], resolution=15), 100),
        (
            CellSet.from_cells(
                h3.grid_ring(h3.latlng_to_cell(0, 0, 5), 3), resolution=5
            ),
            17,
        ),
        (
            CellSet.from_cells(
                h3.grid_ring(h3.latlng_to_cell(0, 0, 5), 3), resolution=7
            ),
            18,
        ),
    ],
)
def test_more_on_the_rim_than_allowed_is_refused(cells, count):
    with pytest.raises(BudgetExceeded) as error:
        cells.outline(max_cells=count)

    assert error.value.max_cells == count < error.value.cells <= 10 * count


def test_a_budget_that_just_suffices_does():
    ring = h3.grid_ring(h3.latlng_to_cell(0, 0, 5), 3)

    polygons = CellSet.from_cells(ring, resolution=5).outline(max_cells=18)

    assert [len(rings) for rings in polygons["coordinates"]] == [2]


# --- what the descent relies on -------------------------------------------------------


def near_pentagons(resolution, steps):
    return {c for p in h3.get_pentagons(resolution) for c in h3.grid_disk(p, steps)}


@pytest.mark.parametrize("resolution", range(6))
def test_beyond_the_edges_of_a_cell_are_its_neighbors(resolution):
    ids = sorted(
        h3.uncompact_cells(BASE_CELLS, resolution)
        if resolution < 3
        else near_pentagons(resolution, 4)
    )

    edges = _Edges(np.array(ids, np.uint64), resolution)

    found = {c: set() for c in ids}
    for cell, beyond in zip(edges.cell.tolist(), edges.beyond.tolist(), strict=True):
        found[cell].add(beyond)
    assert found == {c: set(h3.grid_disk(c, 1)) - {c} for c in ids}


@pytest.mark.parametrize("resolution", range(1, 6))
def test_parents_of_neighbors_are_neighbors_or_the_same(resolution):
    # On the lattice that is proved; here for the places where it has a corner.
    for cell in near_pentagons(resolution, 5):
        near = set(h3.grid_disk(h3.cell_to_parent(cell), 1))
        assert {h3.cell_to_parent(n) for n in h3.grid_disk(cell, 1)} <= near
