"""Regions are values; a polygon that is none is refused with reason and place."""

import copy
import json
import pickle

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.errors import InvalidValue
from amberkit.geo import (
    CellSet,
    Difference,
    Disk,
    Intersection,
    InvalidRegion,
    LatLon,
    Polygon,
    Union,
)

GEOD = Geod(ellps="WGS84")
HERE = LatLon(lat=33.5731, lon=-7.5898)
DISK = Disk(HERE, radius_m=10_000)
SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]


def polygon(*rings):
    return Polygon.from_geojson({"type": "Polygon", "coordinates": rings})


# --- values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "radius", [0, -1, float("nan"), float("inf"), True, "5", 20_003_933, None]
)
def test_a_radius_must_be_a_length_on_earth(radius):
    with pytest.raises(InvalidValue, match="radius_m must be"):
        Disk(HERE, radius_m=radius)


def test_a_center_must_be_a_position():
    with pytest.raises(InvalidValue, match="center must be a LatLon"):
        Disk((33.5, -7.5), radius_m=10)


def test_regions_compare_by_value():
    land = polygon(SQUARE, HOLE)
    for make in (
        lambda: DISK | land,
        lambda: DISK & land,
        lambda: DISK - land,
        lambda: polygon(SQUARE, HOLE),
    ):
        assert make() == make()
        assert hash(make()) == hash(make())
        assert pickle.loads(pickle.dumps(make())) == copy.deepcopy(make()) == make()
    assert DISK | land != DISK & land
    assert DISK - land != land - DISK


def test_chains_of_one_operator_are_flat():
    a, b, c = (Disk(HERE, radius_m=r) for r in (1, 2, 3))

    assert a | b | c == a | (b | c) == Union((a, b, c))
    assert a & b & c == a & (b & c) == Intersection((a, b, c))
    assert a - b - c == Difference(Difference(a, b), c)


@pytest.mark.parametrize("other", [3, None, "land", CellSet(8)])
@pytest.mark.parametrize("operator", ["__or__", "__and__", "__sub__"])
def test_a_region_combines_with_regions_only(other, operator):
    for region in (DISK, polygon(SQUARE), DISK | DISK, DISK & DISK, DISK - DISK):
        assert getattr(region, operator)(other) is NotImplemented


def test_parts_must_be_regions():
    for make in (
        lambda: Union((DISK, 3)),
        lambda: Intersection(()),
        lambda: Difference(DISK, "x"),
    ):
        with pytest.raises(InvalidValue, match="region"):
            make()


# --- points ---------------------------------------------------------------------------


@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(1, 2e7),
    st.integers(0, 2**32 - 1),
)
def test_a_disk_holds_what_pyproj_finds_near(lat, lon, radius, seed):
    rng = np.random.default_rng(seed)
    y, x = rng.uniform(-90, 90, (4, 5)), rng.uniform(-180, 180, (4, 5))
    far = GEOD.inv(np.full(20, lon), np.full(20, lat), x.ravel(), y.ravel())[2].reshape(
        4, 5
    )

    inside = Disk(LatLon(lat=lat, lon=lon), radius_m=radius).contains_points(
        lat=y, lon=x
    )

    assert (inside == (far <= radius)).all()


def test_points_in_compositions_follow_the_parts():
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(-1, 5, 500), rng.uniform(-1, 5, 500)
    disk, land = Disk(LatLon(lat=1, lon=1), radius_m=2e5), polygon(SQUARE, HOLE)
    a, b = (
        disk.contains_points(lat=lat, lon=lon),
        land.contains_points(lat=lat, lon=lon),
    )

    assert ((disk | land).contains_points(lat=lat, lon=lon) == (a | b)).all()
    assert ((disk & land).contains_points(lat=lat, lon=lon) == (a & b)).all()
    assert ((disk - land).contains_points(lat=lat, lon=lon) == (a & ~b)).all()


def test_edges_belong_to_a_polygon_and_holes_do_not():
    land = polygon(SQUARE, HOLE)

    found = land.contains_points(
        lat=[0, 4, 2, 1.5, 1, 4.001], lon=[2, 4, 0, 1.5, 1.5, 2]
    )

    assert found.tolist() == [True, True, True, False, True, False]


def test_a_scalar_gives_a_scalar_array():
    assert DISK.contains_points(lat=33.5731, lon=-7.5898).shape == ()
    assert polygon(SQUARE).contains_points(lat=[1, 2], lon=1).tolist() == [True, True]
    assert DISK.contains_points(lat=[], lon=[]).shape == (0,)


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (91, 0, "lat"),
        (float("nan"), 0, "lat"),
        ([0, float("inf")], [0, 0], "lat"),
        (0, 180.1, "lon"),
        (True, 0, "lat"),
        ("1", 0, "lat"),
        (0, [[1], [1, 2]], "lon"),
        ([1, 2], [1, 2, 3], "lat and lon"),
    ],
)
def test_impossible_points_are_refused(lat, lon, name):
    for place in (DISK, polygon(SQUARE), DISK & DISK, CellSet(8)):
        with pytest.raises(InvalidValue) as error:
            place.contains_points(lat=lat, lon=lon)
        assert error.value.name.split(" at index ")[0] == name


@pytest.mark.parametrize("lon", [-180, 179.5, 180, -177])
def test_a_shape_across_the_antimeridian_holds_its_points(lon):
    folded = polygon([[175, -5], [-176, -5], [-176, 5], [175, 5], [175, -5]])

    assert folded.contains_points(lat=1, lon=lon)
    assert not folded.contains_points(lat=1, lon=0)
    assert not folded.contains_points(lat=1, lon=-175)


@pytest.mark.parametrize("pole", [90, -90])
def test_a_pole_is_inside_only_through_an_edge_along_it(pole):
    y = pole * 0.9
    cap = polygon(
        [[-180, y], [-60, y], [60, y], [180, y], [180, pole], [-180, pole], [-180, y]]
    )
    tip = polygon([[0, y], [20, y], [10, pole], [0, y]])

    assert cap.contains_points(lat=[pole, pole, 0.95 * pole], lon=[0, 77, 180]).all()
    assert not cap.contains_points(lat=[-pole, 0], lon=[0, 0]).any()
    assert tip.contains_points(lat=pole, lon=-120)
    assert not tip.contains_points(lat=0.95 * pole, lon=-120)


def test_a_hole_may_be_written_on_the_other_side_of_the_antimeridian():
    ring = [[170, -5], [-170, -5], [-170, 5], [170, 5], [170, -5]]
    hole = [[-179, -1], [-178, -1], [-178, 1], [-179, 1], [-179, -1]]

    assert polygon(ring, hole).contains_points(
        lat=[0, 0], lon=[-178.5, 178.5]
    ).tolist() == [False, True]


# --- GeoJSON --------------------------------------------------------------------------


def test_geojson_comes_back_as_it_was_given():
    one = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
    two = {
        "type": "MultiPolygon",
        "coordinates": [[SQUARE], [[[9, 9], [8, 9], [8, 8], [9, 9]]]],
    }

    for given_ in (one, two):
        region = Polygon.from_geojson(given_)

        assert region.to_geojson() == region.__geo_interface__ == given_
        assert json.loads(json.dumps(region.to_geojson())) == given_
        assert Polygon.from_geojson(region.to_geojson()) == region
        assert shapely.geometry.shape(region).is_valid


def test_features_and_collections_are_read():
    feature = {
        "type": "Feature",
        "properties": None,
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    both = {"type": "FeatureCollection", "features": [feature, feature]}

    assert Polygon.from_geojson(feature) == polygon(SQUARE)
    assert len(Polygon.from_geojson(both).polygons) == 2
    assert repr(Polygon.from_geojson(both)) == "Polygon(2 polygons, 10 positions)"


def test_altitudes_are_dropped():
    assert polygon([[x, y, 100] for x, y in SQUARE]) == polygon(SQUARE)


class Shown:
    """Anything that shows itself as GeoJSON, as a GeoDataFrame does."""

    def __init__(self, document):
        self.__geo_interface__ = document


def test_what_shows_itself_as_geojson_is_read():
    land = polygon(SQUARE, HOLE)
    shape = shapely.geometry.shape(land)
    several = shapely.MultiPolygon([shape, shapely.box(10, 10, 11, 11)])
    frame = Shown(
        {
            "type": "FeatureCollection",
            "bbox": (0.0, 0.0, 4.0, 4.0),
            "features": [
                {"id": "0", "type": "Feature", "geometry": shape.__geo_interface__},
                Shown({"type": "Feature", "geometry": several}),
            ],
        }
    )

    assert Polygon.from_geojson(shape) == Polygon.from_geojson(land) == land
    assert shapely.equals(
        shapely.geometry.shape(Polygon.from_geojson(several)), several
    )
    assert len(Polygon.from_geojson(frame).polygons) == 3
    with pytest.raises(InvalidRegion, match="the document must be"):
        Polygon.from_geojson(Shown("Polygon"))


def test_a_fault_in_a_collection_names_the_polygon_of_all():
    good = {"type": "Feature", "geometry": polygon(SQUARE).to_geojson()}
    bad = {"type": "Polygon", "coordinates": [broken(1, [0, 99])]}
    both = {"type": "FeatureCollection", "features": [good, good, bad]}
    with pytest.raises(InvalidRegion) as error:
        Polygon.from_geojson(both)

    assert (error.value.polygon, error.value.ring, error.value.vertex) == (2, 0, 1)


NESTED = {"type": "Polygon", "coordinates": [SQUARE]}
for _ in range(20):
    NESTED = {"type": "Feature", "geometry": NESTED}

WRONG_DOCUMENTS = [
    None,
    [],
    "Polygon",
    {},
    {"type": "Point", "coordinates": [0, 0]},
    {"type": "GeometryCollection", "geometries": []},
    {"type": "Feature", "geometry": None},
    {"type": "FeatureCollection"},
    {"type": "FeatureCollection", "features": []},
    {"type": "FeatureCollection", "features": "abc"},
    {"type": "MultiPolygon", "coordinates": []},
    {"type": "MultiPolygon", "coordinates": 5},
    {"type": "MultiPolygon", "coordinates": [[]]},
    {"type": "Polygon"},
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[0, 0]]},
    {"type": "Polygon", "coordinates": ["abcd"]},
    {"type": "Polygon", "coordinates": [[[0], [1, 1], [1, 0], [0]]]},
    NESTED,
]


@pytest.mark.parametrize("document", WRONG_DOCUMENTS, ids=lambda d: str(d)[:40])
def test_what_is_no_polygon_is_refused(document):
    with pytest.raises(InvalidRegion):
        Polygon.from_geojson(document)


def broken(at, position):
    return [position if i == at else p for i, p in enumerate(SQUARE)]


@pytest.mark.parametrize(
    ("rings", "reason", "place"),
    [
        (
            [broken(2, [4, 95])],
            r"lat must be a finite number in \[-90, 90\]",
            (0, 0, 2),
        ),
        ([broken(1, [181, 0])], "lon must be", (0, 0, 1)),
        ([broken(1, [float("nan"), 0])], "lon must be", (0, 0, 1)),
        ([broken(3, [0, float("inf")])], "lat must be", (0, 0, 3)),
        ([broken(3, [True, 4])], "lon must be", (0, 0, 3)),
        ([broken(3, ["0", 4])], "lon must be", (0, 0, 3)),
        ([SQUARE[:-1]], "must end with the position", (0, 0, 3)),
        ([SQUARE, HOLE[:3]], "at least four positions", (0, 1, None)),
        ([[[0, 0], [4, 4], [4, 0], [0, 3], [0, 0]]], "self-intersection", (0, 0, None)),
        ([SQUARE, [[5, 5], [6, 5], [6, 6], [5, 5]]], "hole lies outside", (0, 1, None)),
        ([[[0, 0], [1, 0], [2, 0], [0, 0]]], "rings must bound an area", (0, 0, None)),
        (
            [[[0, 80], [120, 80], [-120, 80], [0, 80]]],
            "goes round a pole",
            (0, 0, None),
        ),
        (
            [[[-180, 0], [180, 0], [180, 10], [-180, 10], [-180, 0]]],
            "rings must bound",
            (0, 0, None),
        ),
    ],
)
def test_a_faulty_ring_is_refused_with_its_place(rings, reason, place):
    with pytest.raises(InvalidRegion, match=reason) as error:
        polygon(*rings)

    found = (error.value.polygon, error.value.ring, error.value.vertex)
    assert found[:2] == place[:2]
    assert place[2] is None or found[2] == place[2]


def test_a_crossing_names_an_edge_that_crosses():
    with pytest.raises(InvalidRegion) as error:
        polygon([[0, 0], [10, 0], [10, 10], [5, -5], [0, 10], [0, 0]])

    assert error.value.vertex in {0, 2, 3}


def test_rings_built_by_hand_are_checked_too():
    with pytest.raises(InvalidRegion, match="lat must be"):
        Polygon(
            (tuple(tuple((float(x), 30.0 * y) for x, y in ring) for ring in [SQUARE]),)
        )


def test_a_ring_may_not_wind_more_than_once_around_the_earth():
    forth = [[(x + 180) % 360 - 180, 0] for x in range(0, 721, 90)]
    ring = [*forth, *([x, 10] for x, _ in reversed(forth)), [0, 0]]

    with pytest.raises(InvalidRegion, match="at most 360 degrees"):
        polygon(ring)


def test_too_many_positions_are_refused_before_they_are_looked_at():
    ring = tuple([(0.0, 99.0)] * 100_001)

    with pytest.raises(InvalidRegion, match="at most 100000 positions"):
        Polygon(((ring,),))


def test_the_text_of_an_error_holds_no_coordinate():
    with pytest.raises(InvalidRegion) as error:
        polygon([[12.345, 0], [4, 4], [4, 0], [0, 3], [12.345, 0]])

    assert "12" not in str(error.value)
    assert str(error.value).startswith("polygon 0, ring 0, vertex")


@pytest.mark.parametrize("polygons", [None, (5,), ((5,),), "ring", [[[(0, 0, 5)]]]])
@pytest.mark.parametrize("geodesic", [False, True])
def test_what_has_not_the_form_of_polygons_is_refused(polygons, geodesic):
    with pytest.raises(InvalidRegion):
        Polygon(polygons, geodesic=geodesic)


def test_an_edge_from_180_to_180_has_no_length():
    ring = [[-180, 85], [180, 85], [180, 90], [-180, 90], [-180, 85]]

    with pytest.raises(InvalidRegion, match="has no length") as refused:
        Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})

    assert refused.value.vertex == 0
