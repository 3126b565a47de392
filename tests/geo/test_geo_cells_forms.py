"""Cell sets in other forms: strings, ranges with a sign, and other resolutions."""

import h3.api.basic_int as h3
import h3.api.basic_str as h3_str
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.errors import InvalidValue
from amberkit.geo import BudgetExceeded, CellSet, Disk, InvalidCell, LatLon, cover

CELL = h3.latlng_to_cell(33.5731, -7.5898, 5)
PENTAGON = sorted(h3.get_pentagons(3))[4]
# Families small enough to draw from, with and without a missing child.
UNIVERSES = {
    7: sorted(h3.cell_to_children(CELL, 7)),
    5: sorted(h3.cell_to_children(PENTAGON, 5)),
    0: sorted(h3.get_res0_cells()),
}


@st.composite
def some_cells(draw):
    """A resolution, and ids of it that lie near each other."""
    resolution = draw(st.sampled_from(sorted(UNIVERSES)))
    universe = UNIVERSES[resolution]
    start = st.integers(0, len(universe) - 1)
    runs = draw(st.lists(st.tuples(start, st.integers(1, 60)), max_size=5))
    return resolution, {c for low, n in runs for c in universe[low : low + n]}


def made(ids, resolution):
    return CellSet.from_cells(sorted(ids), resolution=resolution)


def assert_same(left, right):
    assert left == right
    assert hash(left) == hash(right)
    assert left.ranges().tolist() == right.ranges().tolist()


# --- strings --------------------------------------------------------------------------


@given(some_cells())
def test_strings_are_those_of_h3_and_lead_back(drawn):
    resolution, ids = drawn
    cells = made(ids, resolution)

    strings = cells.to_strings()

    assert strings == [h3_str.int_to_str(c) for c in sorted(ids)]
    assert_same(CellSet.from_strings(strings, resolution=resolution), cells)
    shuffled = (s.upper() for s in strings[::-1] * 2)
    assert_same(CellSet.from_strings(shuffled, resolution=resolution), cells)


def test_the_string_of_a_coarser_cell_stands_for_its_descendants():
    cells = CellSet.from_strings([h3_str.int_to_str(CELL)], resolution=7)

    assert set(cells) == set(h3.cell_to_children(CELL, 7))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "8839aab903ffff",
        "08839aab903fffff",
        "0x839aab903ffff",
        "8839aab903ffff ",
        "8839_aab903ffff",
        "8839aab903ffffg",
        "٨٨39aab903fffff",
        "000000000000000",
        "fffffffffffffff",
        "8f39aab903ad8c0",
        613503458713370623,
        None,
        b"8839aab903fffff",
    ],
)
def test_a_string_that_is_no_cell_is_refused_with_its_place(bad):
    with pytest.raises(
        InvalidCell, match="index 1 must be a cell of resolution 8"
    ) as error:
        CellSet.from_strings(["8839aab903fffff", bad, ""], resolution=8)

    assert error.value.index == 1


@pytest.mark.parametrize("strings", ["8839aab903fffff", b"8839aab903fffff", 7, None])
def test_strings_must_be_several(strings):
    with pytest.raises(InvalidValue, match="strings"):
        CellSet.from_strings(strings, resolution=8)


def test_more_strings_than_allowed_are_refused():
    with pytest.raises(BudgetExceeded):
        made([CELL], 7).to_strings(max_cells=48)

    assert len(made([CELL], 7).to_strings(max_cells=49)) == 49


# --- ranges ---------------------------------------------------------------------------


@given(some_cells(), st.randoms(use_true_random=False))
def test_ranges_lead_back_in_any_order_and_with_either_sign(drawn, random):
    resolution, ids = drawn
    cells = made(ids, resolution)
    signed = cells.signed_ranges()
    rows = signed.tolist()
    some = sorted(ids)
    # Parts of what is there already, which overlap.
    rows += [
        [c, max(x for x in some if x >= c and h3_rest(x, c, some))] for c in some[:3]
    ]
    random.shuffle(rows)

    assert (signed.dtype, cells.ranges().dtype) == (np.int64, np.uint64)
    assert (signed == cells.ranges()).all()
    for form in (cells.ranges(), signed, rows):
        assert_same(CellSet.from_ranges(form, resolution=resolution), cells)


def h3_rest(last, first, some):
    """Tell whether every cell between two of a set is in the set."""
    universe = UNIVERSES[h3.get_resolution(first)]
    between = [c for c in universe if first <= c <= last]
    return set(between) <= set(some)


def test_signed_ranges_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        made([CELL], 7).signed_ranges()[...] = 0


def test_no_ranges_are_the_empty_set():
    for nothing in ([], np.empty((0, 2), np.int64), CellSet(7).signed_ranges()):
        assert CellSet.from_ranges(nothing, resolution=7) == CellSet(7)


FIRST, LAST = UNIVERSES[7][0], UNIVERSES[7][-1]


@pytest.mark.parametrize(
    ("ranges", "index"),
    [
        ([[FIRST, LAST], [FIRST, CELL]], 3),
        ([[FIRST, LAST], [FIRST + 1, LAST]], 2),
        ([[0, LAST]], 0),
        ([[FIRST, 2**63 - 1]], 1),
        ([[FIRST, FIRST], [LAST, FIRST]], 3),
        ([[UNIVERSES[0][0], UNIVERSES[0][1]]], 0),
    ],
)
def test_a_range_with_a_wrong_end_is_refused_with_its_place(ranges, index):
    for dtype in (np.int64, np.uint64):
        with pytest.raises(InvalidCell) as error:
            CellSet.from_ranges(np.array(ranges, dtype), resolution=7)
        assert error.value.index == index


def test_a_range_that_ends_before_it_begins_says_so():
    with pytest.raises(InvalidCell, match="index 1 must be no less than the first id"):
        CellSet.from_ranges([[LAST, FIRST]], resolution=7)


@pytest.mark.parametrize(
    "ranges", [[FIRST, LAST], [[FIRST, LAST, LAST]], [[[FIRST, LAST]]], FIRST]
)
def test_ranges_must_be_rows_of_two(ranges):
    with pytest.raises(InvalidValue, match=r"ranges must be first and last ids"):
        CellSet.from_ranges(ranges, resolution=7)


@pytest.mark.parametrize("ranges", [[[1.5, 2]], [["a", "b"]], [[-5, FIRST]]])
def test_ranges_must_be_ids(ranges):
    with pytest.raises(InvalidValue, match="integers"):
        CellSet.from_ranges(ranges, resolution=7)


def test_ranges_need_a_resolution():
    with pytest.raises(InvalidValue, match="resolution"):
        CellSet.from_ranges([], resolution=16)


# --- other resolutions ----------------------------------------------------------------


@given(some_cells(), st.integers(0, 3))
def test_finer_cells_are_all_descendants(drawn, steps):
    resolution, ids = drawn
    cells = made(ids, resolution)

    finer = cells.to_resolution(resolution + steps)

    assert finer.resolution == resolution + steps
    assert set(finer) == set(h3.uncompact_cells(ids, resolution + steps))
    assert cells.to_resolution_within(resolution + steps) == finer
    assert_same(finer.to_resolution(resolution), cells)
    assert_same(finer.to_resolution_within(resolution), cells)


@given(some_cells(), st.data())
def test_coarser_cells_have_some_or_all_of_their_descendants_in_the_set(drawn, data):
    resolution, ids = drawn
    coarse = data.draw(st.integers(0, resolution))
    cells = made(ids, resolution)
    parents = {h3.cell_to_parent(c, coarse) for c in ids}

    some, whole = cells.to_resolution(coarse), cells.to_resolution_within(coarse)

    assert set(some) == parents
    assert set(whole) == {
        p for p in parents if ids.issuperset(h3.cell_to_children(p, resolution))
    }
    assert (some.resolution, whole.resolution) == (coarse, coarse)
    back = whole.to_resolution(resolution), some.to_resolution(resolution)
    assert back[0] <= cells <= back[1]


@given(some_cells(), some_cells())
def test_changing_the_resolution_goes_with_the_algebra(one, other):
    a, b = (made(ids, resolution).to_resolution(7) for resolution, ids in (one, other))

    for coarse in range(8):
        assert (a | b).to_resolution(coarse) == a.to_resolution(
            coarse
        ) | b.to_resolution(coarse)
        assert (a & b).to_resolution_within(coarse) == a.to_resolution_within(
            coarse
        ) & b.to_resolution_within(coarse)


def test_a_large_set_changes_its_resolution_by_ranges():
    cells = cover(Disk(LatLon(lat=33.5731, lon=-7.5898), radius_m=160_000), 12)

    there, back = cells.to_resolution(15), cells.to_resolution(15).to_resolution(12)

    assert len(there) == 343 * len(cells)
    assert back == cells


@pytest.mark.parametrize("resolution", [-1, 16, True, 7.0, None])
def test_a_set_is_brought_to_a_resolution_only(resolution):
    with pytest.raises(InvalidValue, match="resolution"):
        made([CELL], 5).to_resolution(resolution)
    with pytest.raises(InvalidValue, match="resolution"):
        made([CELL], 5).to_resolution_within(resolution)
