"""The bounds on which covers rest, each against a search for something beyond it."""

import itertools
import math

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.geo import Disk, LatLon, geodesic_distance_m, local_xy
from amberkit.geo.covers._places import centers_reach_rad, core_rad, reach_rad
from amberkit.geo.earth import _geodesy as geodesy
from amberkit.geo.earth._spherical import vectors
from amberkit.geo.lattice import _ids

GEOD = Geod(ellps="WGS84")
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def unit(lat, lon):
    y, x = math.radians(lat), math.radians(lon)
    return np.array([math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)])


def angle(a, b):
    u, v = unit(*a), unit(*b)
    return math.atan2(np.linalg.norm(np.cross(u, v)), u @ v)


@given(points, points)
def test_a_geodesic_lies_between_the_bounds_of_its_angle(a, b):
    meters = GEOD.inv(a[1], a[0], b[1], b[0])[2]
    turn = angle(a, b)

    assert geodesy.LEAST_RADIUS_M * turn * (1 - 1e-9) - 1e-6 <= meters
    assert meters <= geodesy.LONGEST_RADIUS_M * turn * (1 + 1e-9) + 1e-6
    assert meters <= geodesy.FARTHEST_M


def some_way_off(lat, seed, count=2_000):
    """Return a center, points around it, and how far they are, by pyproj alone."""
    chance = np.random.default_rng(seed)
    lon = chance.uniform(-180, 180)
    start = np.full(count, lon), np.full(count, lat)
    far = 10 ** chance.uniform(-1, 7.3, count)
    lons, lats, _ = GEOD.fwd(*start, chance.uniform(-180, 180, count), far)
    return LatLon(lat=lat, lon=lon), lats, lons, GEOD.inv(*start, lons, lats)[2]


@pytest.mark.parametrize("lat", [-90, -89.9, -45, -1e-9, 0, 33.6, 45, 60, 89.99, 90])
def test_every_distance_lies_between_its_bounds(lat):
    center, lats, lons, far = some_way_off(float(lat), seed=1)
    least, most = geodesy.distance_bounds(center, vectors(lats, lons))

    assert (least <= far).all()
    assert (far <= most).all()
    assert (most[far < 5e5] - least[far < 5e5]).max() < 3
    assert (most[far < 1.6e5] - least[far < 1.6e5]).max() < 0.1


@pytest.mark.parametrize("lat", [-90, -45, 0, 33.6, 89.99])
def test_a_chord_tells_for_sure_what_is_within_a_distance_and_what_beyond(lat):
    center, lats, lons, far = some_way_off(float(lat), seed=2)
    chord = geodesy.chords(center, vectors(lats, lons))
    limit = np.random.default_rng(3).permutation(far)
    limit[::2] = far[::2] * np.random.default_rng(4).uniform(0.9999, 1.0001, 1_000)

    within = chord <= geodesy.sure_within(limit)
    beyond = chord > geodesy.sure_beyond(limit)

    assert (far[within] <= limit[within]).all()
    assert (far[beyond] > limit[beyond]).all()
    near = (limit < 5e5) & (np.abs(far - limit) > 4)
    assert (within | beyond)[near].all()
    assert near.sum() > 800
    assert geodesy.sure_beyond(-1.0) < 0
    assert geodesy.sure_within(-1.0) < 0
    # What is farther than 8,000 km in a straight line is beyond whatever is nearer.
    assert beyond[(limit < 8e6) & (far > 1.4e7)].all()


@given(points, points)
def test_the_distance_of_any_two_points_lies_between_its_bounds(a, b):
    far = GEOD.inv(a[1], a[0], b[1], b[0])[2]
    there = vectors(np.array([b[0]]), np.array([b[1]]))
    (least,), (most,) = geodesy.distance_bounds(LatLon(lat=a[0], lon=a[1]), there)

    assert least <= far <= most


@pytest.mark.parametrize("radius_m", [1, 2_000, 160_000, 5_000_000, 12_000_000])
@pytest.mark.parametrize("lat", [33.5731, -90, 0])
def test_points_beside_the_rim_of_a_disk_are_told_apart(radius_m, lat):
    center, n = LatLon(lat=lat, lon=-7.5898), 400
    start = np.full(n, center.lon), np.full(n, center.lat)
    azimuth = np.linspace(-180, 180, n)
    for beyond in (-1e-6, 1e-6, -1e-3, 1e-3, -0.3, 0.3):
        lons, lats, _ = GEOD.fwd(*start, azimuth, np.full(n, radius_m + beyond))
        inside = Disk(center, radius_m=radius_m).contains_points(lat=lats, lon=lons)

        assert (inside == (beyond < 0)).all()


def test_no_great_circle_bends_more_than_the_bound():
    # Geodesic curvature of a short great-circle arc, by how far its middle lies from
    # the geodesic of its ends: offset = bend * length^2 / 8.
    worst = 0.0
    for lat in np.linspace(-85, 85, 35):
        for azimuth in np.linspace(5, 175, 35):
            u = unit(lat, 0)
            north = np.array(
                [-math.sin(math.radians(lat)), 0, math.cos(math.radians(lat))]
            )
            way = north * math.cos(math.radians(azimuth)) + np.array(
                [0, 1, 0]
            ) * math.sin(math.radians(azimuth))
            half = 0.002
            ends = [u * math.cos(half) + s * way * math.sin(half) for s in (-1, 1)]
            (y0, x0), (y1, x1) = [
                (
                    math.degrees(math.atan2(e[2], math.hypot(e[0], e[1]))),
                    math.degrees(math.atan2(e[1], e[0])),
                )
                for e in ends
            ]
            az, _, length = GEOD.inv(x0, y0, x1, y1)
            mid = GEOD.fwd(x0, y0, az, length / 2)
            back, _, offset = GEOD.inv(mid[0], mid[1], 0, lat)
            along = GEOD.inv(mid[0], mid[1], x1, y1)[0]
            across = abs(offset * math.sin(math.radians(back - along)))
            worst = max(worst, 8 * across / length**2)

    # Measured over an arc of 25 km, so to a few parts in a hundred thousand.
    assert 5e-10 < worst < geodesy.CURVE_BEND


def descendants(cell, rng):
    """A random line of descent, each with its corners."""
    while True:
        yield cell, h3.cell_to_boundary(cell)
        if h3.get_resolution(cell) == 15:
            return
        cell = rng.choice(sorted(h3.cell_to_children(cell)))


ROOTS = sorted(h3.get_res0_cells())


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ROOTS), st.integers(0, 6), st.randoms(use_true_random=False))
def test_no_descendant_reaches_beyond_its_ancestors_hull(root, level, rng):
    for _ in range(level):
        root = rng.choice(sorted(h3.cell_to_children(root)))
    center = h3.cell_to_latlng(root)
    hull = reach_rad(level, 15)

    for _ in range(4):
        for _, ring in descendants(root, rng):
            assert max(angle(center, corner) for corner in ring) <= hull


@pytest.mark.parametrize("level", range(5))
def test_no_grandchild_of_a_pentagon_reaches_beyond_the_hull(level):
    for pentagon in h3.get_pentagons(level):
        center = h3.cell_to_latlng(pentagon)
        reach = max(
            angle(center, c)
            for g in h3.cell_to_children(pentagon, level + 2)
            for c in h3.cell_to_boundary(g)
        )

        assert reach <= reach_rad(level, 15)


FACES = [
    np.degrees((np.arcsin(z), np.arctan2(y, x)))
    for x, y, z in (
        total / np.linalg.norm(total)
        for total in (
            vectors(*np.array([h3.cell_to_latlng(p) for p in trio]).T).sum(axis=0)
            for trio in itertools.combinations(h3.get_pentagons(0), 3)
            if max(
                angle(h3.cell_to_latlng(a), h3.cell_to_latlng(b))
                for a, b in itertools.combinations(trio, 2)
            )
            < 1.2
        )
    )
]


@pytest.mark.parametrize("level", [0, 1, 4, 5, 9])
def test_the_farthest_descendants_come_up_to_the_hull_but_not_beyond(level):
    # In the middle of a face nothing is shortened, and always the child that leads
    # farthest away comes next.
    farthest = 0.0
    for lat, lon in FACES:
        hub = cell = h3.latlng_to_cell(lat, lon, level)
        center = h3.cell_to_latlng(hub)
        for finer in range(level + 1, min(level + 7, 16)):
            cell = max(
                h3.cell_to_children(cell, finer),
                key=lambda c: angle(center, h3.cell_to_latlng(c)),
            )
        ring = h3.cell_to_boundary(cell)
        farthest = max(farthest, *(angle(center, corner) for corner in ring))

    assert len(FACES) == 20
    assert farthest <= reach_rad(level, 15)
    assert farthest > (0.9 if level == 0 else 0.97) * reach_rad(level, 15)


@pytest.mark.parametrize("generations", [0, 1, 2, 3])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_descendants_of_each_generation_stay_within_its_bounds(level, generations):
    goal = level + generations
    cells = [*h3.get_pentagons(level), *(c for c in ROOTS if level == 0)]
    for lat, lon in FACES:
        cells += h3.grid_disk(h3.latlng_to_cell(lat, lon, level), 1)
    far_center = far_corner = 0.0
    for cell in cells:
        hub = h3.cell_to_latlng(cell)
        hub = vectors(*np.array([hub]).T)[0]
        below = h3.cell_to_children(cell, goal)
        centers = vectors(*np.array([h3.cell_to_latlng(c) for c in below]).T)
        corners = vectors(
            *np.array([p for c in below for p in h3.cell_to_boundary(c)]).T
        )
        far_center = max(far_center, np.arccos((centers @ hub).min().clip(-1, 1)))
        far_corner = max(far_corner, np.arccos((corners @ hub).min()))

    # arccos of what is nearly 1 errs by some 1e-8.
    assert far_center <= centers_reach_rad(level, goal) + 1e-7
    assert far_corner <= reach_rad(level, goal)
    if level:
        assert far_center > 0.93 * centers_reach_rad(level, goal) - 1e-7
        assert far_corner > 0.93 * reach_rad(level, goal)


def gap(center, ring):
    """How near the edges of a ring come to a point, sampled and in radians."""
    share = np.linspace(0, 1, 101)[:, None]
    lat, lon = np.radians(np.array(ring)).T
    corner = np.stack(
        (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )
    nearest = 9.0
    y, x = np.radians(center)
    hub = np.array((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)))
    for a, b in zip(corner.T, np.roll(corner.T, -1, axis=0), strict=True):
        edge = a * (1 - share) + b * share
        edge /= np.linalg.norm(edge, axis=1, keepdims=True)
        nearest = min(nearest, np.linalg.norm(edge - hub, axis=1).min())
    return nearest


@pytest.mark.parametrize("level", [0, 1, 2, 3, 6, 7])
def test_no_edge_comes_nearer_to_its_center_than_the_core(level):
    chance = np.random.default_rng(level)
    cells = [*h3.get_pentagons(level)]
    for hub in h3.get_pentagons(level):
        cells += h3.grid_disk(hub, 2)
    for root in ROOTS:
        for finer in range(1, level + 1):
            root = int(chance.choice(h3.cell_to_children(root, finer)))
        cells.append(root)
    least = min(gap(h3.cell_to_latlng(c), h3.cell_to_boundary(c)) for c in cells)

    assert core_rad(level) <= least < 1.1 * core_rad(level)


def test_the_hull_is_not_much_too_wide():
    # The cell in the middle of a face is hardly stretched.
    widest = max(
        max(angle(h3.cell_to_latlng(c), corner) for corner in h3.cell_to_boundary(c))
        for c in h3.cell_to_children(ROOTS[10], 3)
    )

    assert widest > 0.6 * reach_rad(3, 15)


# --- arithmetic on ids ----------------------------------------------------------------


@given(points, st.integers(0, 15), st.integers(0, 15))
def test_parents_are_those_of_h3(point, fine, coarse):
    fine, coarse = max(fine, coarse), min(fine, coarse)
    cell = h3.latlng_to_cell(*point, fine)

    assert _ids.parents(np.array([cell], np.uint64), coarse).tolist() == [
        h3.cell_to_parent(cell, coarse)
    ]


@settings(deadline=None)
@given(st.sampled_from(ROOTS), st.integers(0, 15), st.randoms(use_true_random=False))
def test_slots_and_ranks_lead_back_and_count(root, resolution, rng):
    cell = root
    for _ in range(resolution):
        cell = rng.choice(sorted(h3.cell_to_children(cell)))
    ids = np.array([cell], np.uint64)
    before = sum(h3.cell_to_children_size(r, resolution) for r in ROOTS if r < root)

    slot = _ids.slots(ids, resolution)
    rank = _ids.ranks(slot, resolution)

    assert _ids.slot_ids(slot, resolution).tolist() == [cell]
    assert _ids.slots_of_ranks(rank, resolution).tolist() == slot.tolist()
    assert rank.tolist() == [before + h3.cell_to_child_pos(cell, 0)]
    assert _ids.exists(slot, resolution).all()
    assert _ids.is_cell(ids).all()


@pytest.mark.parametrize("resolution", [1, 2, 3])
def test_ranks_number_all_cells_in_order(resolution):
    every = np.array(
        sorted(c for r in ROOTS for c in h3.cell_to_children(r, resolution)), np.uint64
    )

    slot = _ids.slots(every, resolution)

    assert _ids.ranks(slot, resolution).tolist() == list(range(len(every)))
    assert (
        _ids.slots_of_ranks(np.arange(len(every)), resolution).tolist() == slot.tolist()
    )
    assert _ids.exists(np.arange(122 * 7**resolution), resolution).sum() == len(every)


@pytest.mark.parametrize("resolution", [1, 2, 3])
def test_children_are_those_of_h3(resolution):
    parents = np.array(
        sorted(c for r in ROOTS for c in h3.cell_to_children(r, resolution - 1)),
        np.uint64,
    )

    ids, owner = _ids.children(parents, resolution)

    assert ids.tolist() == sorted(
        c for p in parents.tolist() for c in h3.cell_to_children(p)
    )
    assert [h3.cell_to_parent(c) for c in ids.tolist()] == parents[owner].tolist()


@given(st.integers(0, 2**63 - 1), st.integers(0, 62))
def test_a_cell_is_what_h3_takes_for_one(number, bit):
    cell = h3.latlng_to_cell(number % 180 - 90, number % 360 - 180, number % 16)
    ids = [
        number,
        cell,
        cell ^ (1 << bit),
        (number & ((1 << 52) - 1)) | (cell >> 52 << 52),
    ]

    assert _ids.is_cell(np.array(ids, np.uint64)).tolist() == [
        h3.is_valid_cell(i) for i in ids
    ]


# --- geodesy --------------------------------------------------------------------------


def test_distance_is_that_of_pyproj():
    rabat, oujda = LatLon(lat=34.02, lon=-6.83), LatLon(lat=34.68, lon=-1.91)

    assert geodesic_distance_m(rabat, oujda) == GEOD.inv(-6.83, 34.02, -1.91, 34.68)[2]


@given(points, st.floats(0, 360), st.floats(0, 500_000))
def test_local_metres_keep_distance_and_direction(center, azimuth, distance):
    lat, lon = center[0] * 0.99, center[1]
    x, y, _ = GEOD.fwd(lon, lat, azimuth, distance)

    east, north = local_xy(LatLon(lat=lat, lon=lon), lat=[y], lon=[x])[0]

    assert math.hypot(east, north) == pytest.approx(distance, abs=1e-6)
    assert east == pytest.approx(distance * math.sin(math.radians(azimuth)), abs=0.1)
    assert north == pytest.approx(distance * math.cos(math.radians(azimuth)), abs=0.1)


# --- the edges of a set ---------------------------------------------------------------


@st.composite
def patches(draw):
    """Some cells of resolution 4, where no cell has more corners than neighbors."""
    middle = draw(
        st.sampled_from(h3.get_pentagons(4))
        | st.builds(
            h3.latlng_to_cell, st.floats(-90, 90), st.floats(-180, 180), st.just(4)
        )
    )
    near = sorted(h3.grid_disk(middle, 6))
    return set(near) - draw(st.sets(st.sampled_from(near), max_size=40))


# --- areas ----------------------------------------------------------------------------


@given(st.floats(0, 89.9), st.floats(1e-4, 5))
def test_a_strip_below_the_pole_has_the_area_that_pyproj_gives_it(lat, width):
    share = np.linspace(0, 1, 400)
    ring_lon = np.concatenate((share * width, [width, 0]))
    ring_lat = np.concatenate((np.full(400, lat), [90, 90]))

    found = math.radians(width) * float(geodesy.area_to_pole_m2(np.array([lat]))[0])

    truth = abs(GEOD.polygon_area_perimeter(ring_lon, ring_lat)[0])
    assert found == pytest.approx(truth, rel=1e-7)


@given(points, points)
def test_distances_are_those_of_pyproj(a, b):
    pair = (np.array([value]) for value in (*a, *b))

    (found,) = geodesy.distances_between(*pair)

    assert found == GEOD.inv(a[1], a[0], b[1], b[0])[2]
