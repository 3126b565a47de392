"""What is drawn is what is there: nothing moves by more than a tenth of a unit."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from amberkit.geo import LatLon
from amberkit.render.map._furniture import grid
from amberkit.render.map._labels import Board
from amberkit.render.map._sheet import (
    Sheet,
    _closer,
    _cut_off,
    _in_sight,
    _thinned,
    _without_seams,
    holds,
    path_data,
)

SHEET = shapely.box(0, 0, 1000, 1000)
# Thousandths of a unit: what is combined here to be compared is not exact below.
coordinate = st.integers(-3_000_000, 4_000_000).map(lambda n: n / 1_000)
points = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=40)


def closed(corners):
    return np.array([*corners, corners[0]], dtype=float)


def filled(ring):
    """The area that is filled by the even-odd rule."""
    lines = shapely.union_all(shapely.LineString(ring))
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = [
        face
        for face in faces
        if holds([ring], np.array([face.representative_point().coords[0]]))[0]
    ]
    return shapely.union_all(inside)


@given(points)
def test_what_is_dropped_beyond_the_sheet_is_not_missed_on_it(corners):
    ring = closed(corners)
    here, there = (filled(each) & SHEET for each in (ring, _cut_off(ring)))

    assert math.isclose(here.area, there.area, rel_tol=1e-6, abs_tol=1e-3)


@given(points)
def test_lines_lose_nothing_that_is_in_sight(corners):
    line = np.array(corners)
    runs = [shapely.LineString(run) for run in _in_sight(line)]
    shown = shapely.union_all(runs) & SHEET
    whole = shapely.LineString(line) & SHEET

    assert shown.hausdorff_distance(whole) < 1e-6 if whole.length else not shown.length


def test_a_road_whose_points_are_all_beyond_the_sheet_still_crosses_it():
    (run,) = _in_sight(np.array([[-500.0, 500.0], [1_500.0, 500.0]]))

    assert run.tolist() == [[-500.0, 500.0], [1_500.0, 500.0]]


@given(points)
def test_thinning_moves_no_line_by_more_than_a_tenth(corners):
    ring = closed(corners)
    thin = _thinned(ring)
    line = shapely.LineString(thin)

    assert (thin[0] == ring[0]).all()
    assert (thin[-1] == ring[-1]).all()
    assert shapely.distance(shapely.points(ring), line).max() <= 0.1 + 1e-9


def test_a_smooth_line_is_drawn_with_few_points():
    turn = np.linspace(0, 2 * math.pi, 10_000)
    circle = np.column_stack((np.cos(turn), np.sin(turn))) * 400 + 500

    assert 60 < len(_thinned(circle)) < 300


@given(points, st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=9))
def test_the_even_odd_rule_is_that_of_shapely(corners, spots):
    ring, spots = closed(corners), np.array(spots)
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        return
    away = shapely.distance(shapely.points(spots), polygon.exterior) > 1e-6

    inside = shapely.contains(polygon, shapely.points(spots))

    assert (holds([ring], spots) == inside)[away].all()


def test_long_edges_are_cut_and_stay_within_the_poles():
    line = _closer(np.array([[-180.0, 90.0], [180.0, 90.0], [180.0, 89.0]]))

    assert len(line) == 360 + 1 + 1
    assert np.abs(line[:, 1]).max() <= 90.0
    assert np.abs(np.diff(line, axis=0)).max() <= 1.0 + 1e-9


def test_edges_that_are_short_stay_as_they_are():
    line = np.array([[0.0, 0.0], [0.5, 0.5], [1.0, 0.0]])

    assert _closer(line) is line


def test_a_ring_away_from_the_edge_of_the_plane_has_no_seam():
    ring = closed([(0, 0), (1, 0), (1, 1)])
    (same,) = _without_seams(ring)

    assert same is ring


def test_seams_are_no_part_of_a_rim():
    half = closed([(179, -1), (180, -1), (180, 0.5), (180, 1), (179, 1)])
    (rim,) = _without_seams(half)

    assert rim.tolist() == [[180, 1], [179, 1], [179, -1], [180, -1]]


def test_the_top_of_the_plane_is_no_part_of_a_rim():
    cap = closed([(-180, 89), (0, 89), (180, 89), (180, 90), (-180, 90)])
    (rim,) = _without_seams(cap)

    assert rim.tolist() == [[-180, 89], [0, 89], [180, 89]]


def test_path_data_go_in_steps_of_a_tenth():
    line = np.array([[1.0, 2.0], [1.01, 2.01], [3.25, 2.0], [3.0, -4.0]])

    assert path_data([line], closed=False) == "M1,2l2.2,0l-0.2,-6"
    assert path_data([line], closed=True).endswith("z")


@given(
    st.floats(-89, 89),
    st.floats(-180, 180),
    st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=2, max_size=9),
)
def test_everything_that_is_to_be_shown_is_in_the_frame(lat, lon, offsets):
    spots = np.array(
        [
            ((lon + east + 180) % 360 - 180, min(90, max(-90, lat + north)))
            for east, north in offsets
        ]
    )
    sheet = Sheet(LatLon(lat=lat, lon=lon), [spots])
    placed = sheet.place(spots[:, 1], spots[:, 0])

    assert placed.min() >= 0
    assert placed.max() <= 1000


@given(
    st.lists(
        st.tuples(
            st.text("abc ع", min_size=1, max_size=12),
            st.floats(0, 1000),
            st.floats(0, 1000),
        ),
        max_size=30,
    )
)
def test_no_label_covers_another(wanted):
    board = Board()
    boxes = []
    for text, x, y in wanted:
        if board.label(text, [(x, y)], size=16, css="name"):
            wide = len(text) * 16 * 0.25
            boxes.append(shapely.box(x - wide, y - 8, x + wide, y + 8))

    for index, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[:index])


def test_a_label_avoids_marks_and_takes_the_next_place():
    board = Board()
    board.cover(500, 500, 20)

    text = board.label("<x>", [(500, 500), (500, 560)], size=16, css="name")

    assert 'y="565.6"' in text
    assert "&lt;x&gt;" in text
    assert board.label("y", [(500, 500)], size=16, css="name") == ""


@pytest.mark.parametrize("lat", [0.0, 33.6, 64.0, 89.9, -90.0])
@pytest.mark.parametrize("half", [0.005, 0.1, 2.0, 12.0])
def test_there_are_a_few_lines_of_the_grid_everywhere(lat, half):
    low, high = max(-90.0, lat - half), min(90.0, lat + half)
    frame = [np.array([[10.0, low], [10.0, high]])]
    lines = [
        part
        for part in grid(Sheet(LatLon(lat=lat, lon=10.0), frame))
        if part.startswith("<path")
    ]

    assert 2 <= len(lines) <= 24
