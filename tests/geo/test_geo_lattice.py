"""Ids to places and back, against h3 itself."""

from __future__ import annotations

import doctest
import os

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.errors import InvalidValue
from amberkit.geo import InvalidCell, cells_to_latlng, latlng_to_cells
from amberkit.geo.cells import _latlng
from amberkit.geo.lattice import _h3, _lattice

CI = os.environ.get("AMBERKIT_PROFILE", "fast") != "fast"
MORE = 4 if CI else 1

# On the unit sphere: 0.6 micrometers.
NEAR = 1e-13


def vectors(pairs):
    lat, lon = np.radians(np.asarray(pairs, float).reshape(-1, 2)).T
    return np.column_stack(
        (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )


def ints(cells):
    return np.array([h3.str_to_int(cell) for cell in cells], np.uint64)


def all_cells(resolution):
    found = h3.get_res0_cells()
    return [c for root in found for c in h3.cell_to_children(root, resolution)]


def below_every_base_cell(resolution, seed):
    """Cells down to *resolution*, by random steps below each base cell."""
    chance = np.random.default_rng(seed)
    found = []
    for root in h3.get_res0_cells():
        for _ in range(MORE):
            cell = root
            for finer in range(1, resolution + 1):
                cell = chance.choice(h3.cell_to_children(cell, finer))
            found.append(str(cell))
    return found


def around_pentagons(resolution):
    return [
        cell for hub in h3.get_pentagons(resolution) for cell in h3.grid_disk(hub, 3)
    ]


def random_points(count, seed):
    vector = np.random.default_rng(seed).normal(size=(count, 3))
    x, y, z = vector.T
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def assert_same_places(cells):
    ids = ints(cells)
    centers = np.column_stack(cells_to_latlng(ids))

    assert np.abs(
        vectors(centers) - vectors([h3.cell_to_latlng(c) for c in cells])
    ).max() < (NEAR)

    corners, sizes = _lattice.boundaries(ids)
    theirs = [h3.cell_to_boundary(cell) for cell in cells]
    assert sizes.tolist() == [len(ring) for ring in theirs]
    ours = np.split(corners, np.cumsum(sizes)[:-1])
    for ring, expected in zip(ours, map(vectors, theirs), strict=True):
        first = np.abs(ring - expected[0]).max(axis=1).argmin()
        assert np.abs(np.roll(ring, -first, axis=0) - expected).max() < NEAR


def assert_same_cells(lat, lon, resolution):
    expected = ints(
        h3.latlng_to_cell(y, x, resolution) for y, x in zip(lat, lon, strict=True)
    )

    assert np.array_equal(
        latlng_to_cells(lat=lat, lon=lon, resolution=resolution), expected
    )


@pytest.mark.parametrize("resolution", range(4 if CI else 3))
def test_every_coarse_cell_is_where_h3_has_it(resolution):
    assert_same_places(all_cells(resolution))


@pytest.mark.parametrize("resolution", range(1, 16))
def test_cells_below_every_base_cell_are_where_h3_has_them(resolution):
    assert_same_places(below_every_base_cell(resolution, seed=resolution))


@pytest.mark.parametrize("resolution", range(1, 16))
def test_cells_around_pentagons_are_where_h3_has_them(resolution):
    assert_same_places(around_pentagons(resolution))


def test_cells_of_mixed_resolution_keep_their_order():
    assert_same_places(
        [cell for r in (9, 0, 15, 4, 1, 0) for cell in below_every_base_cell(r, seed=r)]
    )


@pytest.mark.parametrize("resolution", range(16))
def test_points_lie_in_the_cells_of_h3(resolution):
    lat, lon = random_points(1_200 * MORE, seed=resolution)
    assert_same_cells(lat, lon, resolution)


@pytest.mark.parametrize("resolution", range(16))
def test_points_about_the_corners_of_the_icosahedron_lie_in_the_cells_of_h3(resolution):
    chance = np.random.default_rng(resolution)
    hubs = np.array([h3.cell_to_latlng(c) for c in h3.get_pentagons(0)])
    # From far beyond the pentagon of the resolution to its middle.
    away = (
        chance.normal(size=(12, 80 * MORE, 2))
        * 40
        * 7 ** (-resolution / 2 - chance.uniform(0, 2, size=(12, 80 * MORE, 1)))
    )
    away[..., 1] /= np.cos(np.radians(hubs[:, None, 0]))
    lat, lon = (hubs[:, None] + away).reshape(-1, 2).T
    lat = np.clip(lat, -90, 90)
    assert_same_cells(lat, (lon + 180) % 360 - 180, resolution)


@pytest.mark.parametrize("resolution", range(16))
def test_points_on_the_edges_of_the_icosahedron_lie_in_the_cells_of_h3(resolution):
    corner = vectors([h3.cell_to_latlng(c) for c in h3.get_pentagons(0)])
    share = np.random.default_rng(resolution).uniform(size=(25 * MORE, 1))
    edges = [
        a * share + b * (1 - share)
        for i, a in enumerate(corner)
        for b in corner[:i]
        if a @ b > 0.4
    ]
    x, y, z = np.concatenate(edges).T
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))

    assert len(edges) == 30
    for off in (0, 1e-9, -1e-9, 3 * 7 ** (-resolution / 2)):
        assert_same_cells(np.clip(lat + off, -90, 90), lon, resolution)


@pytest.mark.parametrize("resolution", [3, 8, 9, 15])
def test_h3_itself_places_points_on_the_edges_of_its_cells(resolution):
    cells = below_every_base_cell(resolution, seed=1)
    corners = np.array([pair for cell in cells for pair in h3.cell_to_boundary(cell)])
    assert_same_cells(*corners.T, resolution)


@given(
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    resolution=st.integers(0, 15),
)
def test_any_point_lies_in_the_cell_of_h3(lat, lon, resolution):
    assert_same_cells([lat], [lon], resolution)


@pytest.mark.parametrize(
    ("resolution", "most"), [(3, 0.06), (5, 0.01), (9, 0.0004), (8, 0.0004)]
)
def test_h3_is_asked_for_the_corners_of_few_cells(resolution, most, monkeypatch):
    ids = latlng_to_cells(
        **dict(zip(("lat", "lon"), random_points(50_000, 3), strict=True)),
        resolution=resolution,
    )
    asked = []
    monkeypatch.setattr(
        _h3,
        "boundaries",
        lambda some, ask=_h3.boundaries: asked.extend(some) or ask(some),
    )

    _lattice.boundaries(ids)
    assert len(asked) <= most * len(ids)


@pytest.mark.parametrize(("resolution", "most"), [(0, 0), (9, 1), (12, 3), (15, 30)])
def test_h3_is_asked_for_few_points(resolution, most, monkeypatch):
    lat, lon = random_points(200_000, 4)
    asked = []
    monkeypatch.setattr(
        _h3,
        "cells_at",
        lambda y, x, r, ask=_h3.cells_at: asked.extend(y) or ask(y, x, r),
    )

    latlng_to_cells(lat=lat, lon=lon, resolution=resolution)
    assert len(asked) <= most


def test_shapes_are_kept():
    cells = latlng_to_cells(lat=[[10], [20]], lon=[1, 2, 3], resolution=5)
    one = latlng_to_cells(lat=10, lon=1, resolution=5)

    assert cells.shape == (2, 3)
    assert one.shape == ()
    assert one == cells[0, 0]
    assert latlng_to_cells(lat=[], lon=[], resolution=5).shape == (0,)
    assert [line.shape for line in cells_to_latlng([])] == [(0,), (0,)]


@pytest.mark.parametrize(
    "changed",
    [{"lat": 95}, {"lat": np.nan}, {"lon": 181}, {"resolution": 16}, {"lat": "33"}],
)
def test_what_is_no_point_or_resolution_is_refused(changed):
    with pytest.raises(InvalidValue) as raised:
        latlng_to_cells(**{"lat": 33, "lon": -7, "resolution": 8} | changed)

    assert "95" not in str(raised.value)


def test_what_is_no_cell_is_refused():
    with pytest.raises(InvalidCell):
        cells_to_latlng([0x8839AAB903FFFFF, 7])


def test_the_examples_of_the_page_hold():
    told = doctest.testmod(_latlng)

    assert told.attempted == 3
    assert told.failed == 0
