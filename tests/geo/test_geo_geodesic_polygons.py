"""Polygons with geodesic edges: what pyproj says is inside is inside."""

from itertools import pairwise

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.errors import InvalidValue
from amberkit.geo import (
    Containment,
    Disk,
    InvalidRegion,
    LatLon,
    Polygon,
    boundary_rings,
    cover,
    enclosing_polygon,
)
from amberkit.geo.regions import _geodesic_rings

GEOD = Geod(ellps="WGS84")


def geodesic(*rings):
    document = {"type": "Polygon", "coordinates": rings}
    return Polygon.from_geojson(document, geodesic=True)


def ring_around(lat, lon, radius, count, turn=0.0):
    """A closed ring of points at a distance of a center, counter-clockwise."""
    azimuth = turn - np.linspace(0, 360, count, endpoint=False)
    ones = np.ones(count)
    x, y, _ = GEOD.fwd(lon * ones, lat * ones, azimuth, radius * ones)
    ring = np.column_stack([x, y]).tolist()
    return [*ring, ring[0]]


def beside(ring, meters, count=50):
    """Points to the left of a ring's geodesics, the inside of one that goes round."""
    found = []
    for (x0, y0), (x1, y1) in pairwise(ring):
        azimuth, _, length = GEOD.inv(x0, y0, x1, y1)
        ones = np.ones(count)
        along = np.linspace(0.01, 0.99, count) * length
        x, y, back = GEOD.fwd(x0 * ones, y0 * ones, azimuth * ones, along)
        x, y, _ = GEOD.fwd(x, y, back + 180 - 90, meters * ones)
        found.append(np.column_stack([y, x]))
    return np.concatenate(found).T


CENTERS = st.one_of(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.sampled_from([-90.0, 90.0, 89.9, -89.99]), st.floats(-180, 180)),
    st.tuples(st.floats(-60, 60), st.floats(179, 180)),
)


@settings(deadline=None, max_examples=25)
@given(CENTERS, st.floats(100, 3e5), st.integers(3, 6), st.floats(0, 90))
def test_points_a_centimeter_from_an_edge_are_told_apart(center, radius, count, turn):
    lat, lon = center
    ring = ring_around(lat, lon, radius, count, turn)
    area = geodesic(ring)

    for meters in (0.01, 1e-3):
        y, x = beside(ring, meters)
        assert area.contains_points(lat=y, lon=x).all()
        y, x = beside(ring, -meters)
        assert not area.contains_points(lat=y, lon=x).any()
    assert area.contains_points(lat=lat, lon=lon).all()


@pytest.mark.parametrize("pole", [1, -1])
def test_four_points_round_a_pole_are_a_cap(pole):
    ring = [[0, 85 * pole], [90, 85 * pole], [180, 85 * pole], [-90, 85 * pole]]
    cap = geodesic([*ring, ring[0]])

    inside = cap.contains_points(
        lat=[90 * pole, 90 * pole, 88 * pole, 84 * pole, -90 * pole],
        lon=[0, 77, 33, 0, 0],
    )
    assert inside.tolist() == [True, True, True, False, False]
    cells = cover(cap, 3, Containment.CENTER)
    everywhere = np.array(
        [c for z in h3.get_res0_cells() for c in h3.cell_to_children(z, 3)]
    )
    place = np.array([h3.cell_to_latlng(c) for c in everywhere.tolist()])
    # The cap's edges come as near to the pole as in their middles: 86.46 degrees.
    assert cells.contains(everywhere[place[:, 0] * pole > 86.5]).all()
    assert not cells.contains(everywhere[place[:, 0] * pole < 85]).any()


@pytest.mark.parametrize(
    "ring",
    [
        [[10, 88], [100, 87], [-170, 88], [10, 88]],
        [[0, 90], [30, 88], [60, 88], [0, 90]],
        [[179, -1], [-179, -1], [-179, 3], [179, 3], [179, -1]],
        [[-60, -89], [120, -89], [30, -88], [-60, -89]],
    ],
)
def test_the_area_is_that_of_pyproj(ring):
    area = geodesic(ring)

    expected = abs(GEOD.polygon_area_perimeter(*np.array(ring).T)[0])
    found = cover(area, 8, Containment.CENTER).area_m2
    assert found == pytest.approx(expected, rel=3e-4)


def test_a_hole_round_a_pole_is_left_out():
    outer, hole = ring_around(89, 30, 500_000, 5), ring_around(90, 0, 200_000, 4)
    ring = geodesic(outer, hole)

    assert not ring.contains_points(lat=[90, 89], lon=[5, 30]).any()
    assert ring.contains_points(lat=[86.5], lon=[30]).all()
    for side, inside in ((0.01, False), (-0.01, True)):
        y, x = beside(hole, side)
        assert (ring.contains_points(lat=y, lon=x) == inside).all()


def test_an_edge_bends_towards_the_pole():
    square = [[0, 60], [12, 60], [12, 62], [0, 62], [0, 60]]
    flat = Polygon.from_geojson({"type": "Polygon", "coordinates": [square]})
    bent = Polygon.from_geojson(flat, geodesic=True)

    assert flat != bent
    assert hash(flat) != hash(bent)
    assert bent == geodesic(square)
    assert bent.to_geojson() == flat.to_geojson()
    assert repr(bent) == "Polygon(1 polygons, 5 positions, geodesic=True)"
    assert flat.contains_points(lat=60.1, lon=6).all()
    assert not bent.contains_points(lat=60.1, lon=6).any()
    assert bent.contains_points(lat=62.1, lon=6).all()


def test_geodesic_polygons_combine_and_go_on_the_wire():
    land = geodesic(ring_around(48, 16, 20_000, 6))
    here = Disk(LatLon(lat=48, lon=16), radius_m=5_000)

    assert len(boundary_rings(land - here)) == 2
    held = shapely.geometry.shape(enclosing_polygon(land & here))
    assert held.covers(shapely.Point(16, 48))
    assert cover(land & here, 8) <= cover(here, 8)


@pytest.mark.parametrize(
    ("rings", "reason", "place"),
    [
        ([ring_around(0, 0, 9.8e6, 8)], "must fit a hemisphere", (0, None, None)),
        ([[[0, 0], [120, 0], [-120, 0], [0, 0]]], "fit a hemisphere", (0, None, None)),
        ([[[0, 0], [50, 0], [-45, 0], [0, 9], [0, 0]]], "90 degrees", (0, 0, 1)),
        ([[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]], "self-intersection", (0, 0, None)),
        (
            [ring_around(80, 0, 1e6, 4), ring_around(20, 0, 1e5, 4)],
            "hole lies outside",
            (0, 1, None),
        ),
        ([[[0, 0], [1, 0], [1, 95], [0, 0]]], "lat must be", (0, 0, 2)),
        ([[[0, 0], [1, 0], [1, 1]]], "at least four", (0, 0, None)),
        ([], "an outer ring", (0, None, None)),
    ],
)
def test_a_faulty_ring_is_refused_with_the_place_given(rings, reason, place):
    with pytest.raises(InvalidRegion, match=reason) as error:
        geodesic(*rings)

    found = (error.value.polygon, error.value.ring, error.value.vertex)
    assert found[:2] == place[:2]
    assert place[2] is None or found[2] == place[2]
    assert found[2] is None or found[2] < len(rings[found[1]])


def test_too_many_pieces_are_refused(monkeypatch):
    monkeypatch.setattr(_geodesic_rings, "MAX_PIECES", 1_000)

    with pytest.raises(InvalidRegion, match="more than 1000 pieces"):
        geodesic(ring_around(45, 0, 1e6, 5))


def test_geodesic_is_yes_or_no():
    with pytest.raises(InvalidValue, match="geodesic must be a bool"):
        Polygon(((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),),), geodesic=1)
