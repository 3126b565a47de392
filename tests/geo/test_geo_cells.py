"""Cell sets: one form for one set, and the laws of sets."""

import copy
import pickle

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.errors import InvalidValue
from amberkit.geo import (
    BudgetExceeded,
    CellSet,
    Containment,
    Disk,
    InvalidCell,
    LatLon,
    MixedResolutions,
    cover,
)

CELL = h3.latlng_to_cell(33.5731, -7.5898, 5)
PENTAGON = sorted(h3.get_pentagons(3))[4]
GEOD = Geod(ellps="WGS84")
# Families small enough to draw from, with and without a missing child.
UNIVERSES = {
    7: sorted(h3.cell_to_children(CELL, 7)),
    5: sorted(h3.cell_to_children(PENTAGON, 5)),
    0: sorted(h3.get_res0_cells()),
}


@st.composite
def some_cells(draw, count=2):
    """A resolution, and *count* sets of ids of it that lie near each other."""
    resolution = draw(st.sampled_from(sorted(UNIVERSES)))
    universe = UNIVERSES[resolution]
    start = st.integers(0, len(universe) - 1)
    sets = []
    for _ in range(count):
        runs = draw(st.lists(st.tuples(start, st.integers(1, 60)), max_size=5))
        sets.append({c for low, size in runs for c in universe[low : low + size]})
    return resolution, *sets


def made(ids, resolution):
    return CellSet.from_cells(sorted(ids), resolution=resolution)


@given(some_cells(1))
def test_listing_compacting_and_ranges_lose_nothing(drawn):
    resolution, ids = drawn

    cells = made(ids, resolution)

    assert cells.to_array().tolist() == sorted(ids) == list(cells)
    assert (len(cells), cells.resolution) == (len(ids), resolution)
    assert CellSet.from_cells(cells.compact, resolution=resolution) == cells
    assert CellSet.from_cells(cells.to_array()[::-1], resolution=resolution) == cells
    assert all(
        (cells.ranges()[:, 0] <= c).sum() - (cells.ranges()[:, 1] < c).sum() == 1
        for c in ids
    )


@given(some_cells(1))
def test_compact_is_what_h3_makes_of_it(drawn):
    resolution, ids = drawn

    assert made(ids, resolution).compact.tolist() == sorted(h3.compact_cells(ids))


@given(some_cells(1))
def test_ranges_are_the_fewest(drawn):
    resolution, ids = drawn
    everything = UNIVERSES[resolution]
    inside = [c in ids for c in everything]
    runs = sum(a and not b for a, b in zip(inside, [*inside[1:], False], strict=True))

    ranges = made(ids, resolution).ranges()

    assert len(ranges) == runs
    assert ranges.shape[1] == 2
    assert set(ranges.ravel().tolist()) <= ids


def test_a_range_goes_on_over_base_cells_and_missing_children():
    whole = made(h3.get_res0_cells(), 4)

    assert whole.ranges().tolist() == [
        [
            min(h3.cell_to_children(0x8001FFFFFFFFFFF, 4)),
            max(h3.cell_to_children(max(h3.get_res0_cells()), 4)),
        ]
    ]
    assert len(whole) == h3.get_num_cells(4)


@given(some_cells(2))
def test_algebra_is_that_of_sets(drawn):
    resolution, a, b = drawn
    left, right = made(a, resolution), made(b, resolution)

    assert set(left | right) == a | b
    assert set(left & right) == a & b
    assert set(left - right) == a - b
    assert set(left ^ right) == a ^ b
    assert (left <= right, left < right, left >= right, left > right) == (
        a <= b,
        a < b,
        a >= b,
        a > b,
    )
    assert (left == right) == (a == b)
    assert hash(made(a, resolution)) == hash(left)


@given(some_cells(3))
def test_de_morgan_holds(drawn):
    resolution, a, b, c = drawn
    x, y, z = (made(ids, resolution) for ids in (a, b, c))

    assert x - (y | z) == (x - y) & (x - z)
    assert x - (y & z) == (x - y) | (x - z)


@given(some_cells(1))
def test_contains_is_membership_of_the_ancestor(drawn):
    resolution, ids = drawn
    everything = UNIVERSES[resolution]
    finer = [h3.cell_to_center_child(c, resolution + 2) for c in everything]
    cells = made(ids, resolution)

    same = cells.contains(np.array(everything, np.uint64))
    below = cells.contains(np.array(finer, np.int64))

    assert same.tolist() == below.tolist() == [c in ids for c in everything]


def test_contains_keeps_the_shape_of_its_argument():
    cells = made([CELL], 5)

    assert cells.contains([[CELL], [CELL]]).shape == (2, 1)
    assert cells.contains(CELL).shape == ()
    assert cells.contains([]).shape == (0,)


def test_contains_points_asks_for_the_cell_of_the_point():
    cells = made([CELL], 5)
    lat, lon = h3.cell_to_latlng(CELL)

    found = cells.contains_points(lat=[[lat, lat + 2]], lon=[[lon, lon]])

    assert found.tolist() == [[True, False]]
    assert cells.contains_points(lat=lat, lon=lon).shape == ()


def test_coarser_cells_stand_for_their_descendants():
    cells = CellSet.from_cells([CELL, PENTAGON, CELL], resolution=6)

    assert set(cells) == {
        *h3.cell_to_children(CELL, 6),
        *h3.cell_to_children(PENTAGON, 6),
    }


def test_seven_copies_of_a_cell_are_that_cell():
    assert CellSet.from_cells([CELL] * 7, resolution=5).compact.tolist() == [CELL]


def test_an_empty_set_is_a_set():
    empty = CellSet(9)

    assert (len(empty), list(empty), len(empty.compact), empty.ranges().shape) == (
        0,
        [],
        0,
        (0, 2),
    )
    assert empty.area_m2 == 0
    assert empty == CellSet.from_cells([], resolution=9)
    assert empty | empty == empty


def test_sets_of_different_resolutions_do_not_combine():
    left, right = CellSet(8), CellSet(9)

    assert left != right
    for combine in (
        lambda: left | right,
        lambda: left & right,
        lambda: left - right,
        lambda: left ^ right,
        lambda: left <= right,
    ):
        with pytest.raises(MixedResolutions, match="resolutions 8 and 9"):
            combine()


@pytest.mark.parametrize(
    "operator",
    [
        "__or__",
        "__and__",
        "__sub__",
        "__xor__",
        "__le__",
        "__lt__",
        "__ge__",
        "__gt__",
        "__eq__",
    ],
)
def test_other_things_do_not_combine(operator):
    assert getattr(CellSet(8), operator)({CELL}) is NotImplemented


def test_arrays_are_read_only_and_sets_cannot_be_changed():
    cells = made([CELL], 5)

    for array in (cells.compact, cells.to_array(), cells.ranges()):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(AttributeError, match="cannot be changed"):
        cells._resolution = 3


def test_copies_are_equal():
    cells = made([CELL], 7)

    assert pickle.loads(pickle.dumps(cells)) == copy.deepcopy(cells) == cells


def test_repr_says_what_it_is():
    area = fine_area(h3.cell_to_children(CELL, 7)) / 1e6

    assert repr(made([CELL], 7)) == (
        f"CellSet(resolution=7, cells=49, compact=1, area='{area:.1f} km2')"
    )


def test_listing_beyond_the_budget_is_refused():
    with pytest.raises(BudgetExceeded) as error:
        made([CELL], 15).to_array()

    assert (error.value.cells, error.value.max_cells) == (7**10, 10_000_000)


def test_iteration_lists_nothing_in_advance():
    first = CELL
    for resolution in range(6, 16):
        first = min(h3.cell_to_children(first, resolution))

    assert next(iter(made([CELL], 15))) == first


BROKEN = {
    "zero": 0,
    "all ones": 2**63 - 1,
    "an edge": h3.origin_to_directed_edges(CELL)[0],
    "a digit too many": CELL & ~(7 << 3),
    "a digit missing": CELL | (7 << 30),
    "a base cell too high": CELL | (127 << 45),
    "below a pentagon's missing child": h3.cell_to_center_child(
        h3.get_pentagons(0)[0], 1
    )
    | (1 << 42),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_cell_is_refused_with_its_place(name):
    assert not h3.is_valid_cell(BROKEN[name])

    for call in (
        lambda ids: CellSet(1).contains(ids),
        lambda ids: CellSet.from_cells(ids, resolution=15),
    ):
        with pytest.raises(InvalidCell, match="index 1") as error:
            call([CELL, BROKEN[name]])
        assert error.value.index == 1


def test_cells_of_the_wrong_resolution_are_refused():
    with pytest.raises(InvalidCell, match="resolution 6 or finer"):
        CellSet(6).contains([CELL])
    with pytest.raises(InvalidCell, match="resolution 4 or coarser"):
        CellSet.from_cells([CELL], resolution=4)


@pytest.mark.parametrize("ids", [[1.5], ["8001"], [-1], [True]])
def test_ids_must_be_integers(ids):
    with pytest.raises(InvalidValue, match="integers"):
        CellSet(6).contains(ids)


def fine_area(ids):
    """The sum over cells, each by pyproj."""
    rings = [np.array(h3.cell_to_boundary(c)) for c in ids]
    return sum(abs(GEOD.polygon_area_perimeter(r[:, 1], r[:, 0])[0]) for r in rings)


@settings(deadline=None, max_examples=25)
@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(3, 12), st.integers(0, 3))
def test_area_is_that_of_every_single_cell(lat, lon, coarse, depth):
    root = h3.latlng_to_cell(lat, lon, coarse)
    single = fine_area(h3.cell_to_children(root, coarse + depth))

    found = CellSet.from_cells([root], resolution=coarse + depth).area_m2

    # Below resolution 5 geodesics and great circles enclose areas that differ by more.
    assert found == pytest.approx(single, rel=1e-5)


@pytest.mark.parametrize("resolution", [0, 3, 7, 12, 15])
def test_the_whole_earth_has_the_area_of_the_ellipsoid(resolution):
    whole = made(h3.get_res0_cells(), resolution)

    # 510 065 621.724 km2: NIMA TR8350.2, table 3.3, authalic radius 6 371 007.1809 m.
    assert whole.area_m2 == pytest.approx(510_065_621.724e6, rel=1e-9)


def test_the_area_of_a_cover_is_near_that_of_its_disk():
    within, overlap = (
        cover(Disk(LatLon(lat=33.5731, lon=-7.5898), radius_m=20_000), 11, c).area_m2
        for c in (Containment.WITHIN, Containment.OVERLAP)
    )

    assert within < np.pi * 20_000**2 < overlap
    assert overlap / within < 1.02


def test_a_set_of_no_resolution_cannot_be():
    with pytest.raises(InvalidValue, match="resolution"):
        CellSet(16)
