"""Which ids are in a set, asked for many at once, against numpy and h3."""

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.geo import CellSet, Disk, InvalidCell, LatLon, cover
from amberkit.geo.lattice import _ids

CASABLANCA = LatLon(lat=33.5731, lon=-7.5898)
MANY = 40_000


def anywhere(resolution, count, seed):
    """Cells everywhere, by digits drawn at random."""
    base = np.random.default_rng(seed).integers(0, 122, count)
    return np.array(
        [
            h3.cell_to_center_child(cell, resolution)
            for cell in np.array(sorted(h3.get_res0_cells()))[base].tolist()
        ],
        np.uint64,
    )


@pytest.mark.parametrize("radius_m", [3, 20_000, 2_000_000])
@pytest.mark.parametrize(("lat", "lon"), [(33.5731, -7.5898), (0, 180), (90, 0)])
def test_many_ids_are_told_apart_as_few_are(radius_m, lat, lon):
    place = Disk(LatLon(lat=lat, lon=lon), radius_m=radius_m)
    resolution = {3: 15, 20_000: 8, 2_000_000: 4}[radius_m]
    cells = cover(place, resolution)
    chance = np.random.default_rng(1)
    inside = cells.to_array()
    near = np.array(
        h3.grid_disk(h3.latlng_to_cell(lat, lon, resolution), 40), np.uint64
    )
    far = anywhere(resolution, 200, seed=2)
    ids = chance.choice(np.concatenate((inside, near, far)), MANY)

    assert np.array_equal(cells.contains(ids), np.isin(ids, inside))
    assert np.array_equal(cells.contains(ids[:50]), np.isin(ids[:50], inside))


def test_a_set_of_everything_and_a_set_of_nothing_answer_too():
    ids = anywhere(3, MANY, seed=3)
    everything = CellSet.from_cells(sorted(h3.get_res0_cells()), resolution=3)

    assert everything.contains(ids).all()
    assert not CellSet(3).contains(ids).any()


def test_finer_ids_among_many_are_in_if_their_ancestors_are():
    cells = cover(Disk(CASABLANCA, radius_m=10_000), 7)
    near = h3.grid_disk(h3.latlng_to_cell(33.5731, -7.5898, 7), 12)
    ids = np.array([c for n in near for c in h3.cell_to_children(n, 9)], np.uint64)
    expected = np.isin(_ids.parents(ids, 7), cells.to_array())

    assert len(ids) > 20_000
    assert np.array_equal(cells.contains(ids), expected)


def test_a_bad_id_among_many_is_named_by_its_place():
    ids = np.full(MANY, h3.latlng_to_cell(33.5731, -7.5898, 9), np.uint64)
    ids[31_111] = 7

    with pytest.raises(InvalidCell) as refused:
        CellSet(9).contains(ids)

    assert refused.value.index == 31_111


@given(
    st.sampled_from([h3.latlng_to_cell(33.5731, -7.5898, r) for r in (0, 5, 9, 15)])
    | st.sampled_from([h3.get_pentagons(r)[4] for r in (0, 1, 4, 15)]),
    st.lists(st.integers(0, 63), max_size=3),
    st.lists(st.tuples(st.integers(1, 15), st.integers(0, 7)), max_size=3),
)
def test_an_id_is_a_cell_exactly_if_h3_says_so(cell, flips, digits):
    for bit in flips:
        cell ^= 1 << bit
    for place, digit in digits:
        shift = 3 * (15 - place)
        cell = cell & ~(7 << shift) | digit << shift

    assert _ids.is_cell(np.array([cell], np.uint64))[0] == h3.is_valid_cell(cell)


def test_one_cell_is_in_a_set_or_not():
    cell = h3.latlng_to_cell(33.5731, -7.5898, 8)
    cells = CellSet.from_cells([cell], resolution=8)

    assert cell in cells
    assert np.uint64(cell) in cells
    assert sorted(h3.grid_ring(cell, 1))[0] not in cells
    assert "8839aab903fffff" not in cells
    with pytest.raises(InvalidCell):
        _ = 7 in cells
