"""The atlas document: one GeoJSON file with areas, roads, neighbors and places."""

import copy
import json
import subprocess
import sys

import pytest

from amberkit.errors import InvalidDocument, UnreadableDocument
from amberkit.geo import LatLon, Polygon
from amberkit.plans import Atlas, NamedArea, Neighbor, PlaceName, Road, load_atlas
from amberkit.schemas import json_schema
from amberkit.values import Localized

SQUARE = [[[-8.0, 33.0], [-7.0, 33.0], [-7.0, 34.0], [-8.0, 34.0], [-8.0, 33.0]]]
EAST = [[[-7.0, 33.0], [-6.0, 33.0], [-6.0, 34.0], [-7.0, 34.0], [-7.0, 33.0]]]
LINE = [[-7.6, 33.6], [-6.8, 34.0]]


def feature(kind, geometry, coordinates, **said):
    return {
        "type": "Feature",
        "properties": {"kind": kind, **said},
        "geometry": {"type": geometry, "coordinates": coordinates},
    }


AREA = feature("area", "Polygon", SQUARE, level="province", name={"en": "West"})
ROAD = feature("road", "LineString", LINE, name="A3")
NEIGHBOR = feature("neighbor", "MultiPolygon", [EAST], id="east", name={"en": "East"})
PLACE = feature("place", "Point", [-7.6, 33.6], name={"fr": "Ville"})


def document(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


GOOD = document(AREA, ROAD, NEIGHBOR, PLACE)


def changed(path, value):
    """The good document with one value changed; ``None`` takes it out."""
    new = copy.deepcopy(GOOD)
    *steps, last = path
    place = new
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return new


def problems_of(source):
    with pytest.raises(InvalidDocument) as caught:
        load_atlas(source)
    assert caught.value.kind == "atlas"
    return caught.value.problems


@pytest.mark.parametrize("form", ["path", "text", "bytes", "mapping"])
def test_an_atlas_is_read_from_a_path_bytes_or_a_mapping(form, tmp_path):
    path = tmp_path / "atlas.geojson"
    path.write_text(json.dumps(GOOD))
    source = {
        "path": path,
        "text": str(path),
        "bytes": path.read_bytes(),
        "mapping": GOOD,
    }[form]

    assert load_atlas(source) == Atlas(
        areas=(
            NamedArea(
                level="province",
                name=Localized({"en": "West"}),
                region=Polygon.from_geojson(AREA),
            ),
        ),
        roads=(
            Road(
                name="A3",
                lines=((LatLon(lat=33.6, lon=-7.6), LatLon(lat=34.0, lon=-6.8)),),
            ),
        ),
        neighbors=(
            Neighbor(
                id="east",
                name=Localized({"en": "East"}),
                region=Polygon.from_geojson(NEIGHBOR),
            ),
        ),
        places=(
            PlaceName(name=Localized({"fr": "Ville"}), at=LatLon(lat=33.6, lon=-7.6)),
        ),
    )


def test_each_kind_keeps_the_order_of_the_document():
    names = ["A7", "A1", "A3"]
    roads = [feature("road", "LineString", LINE, name=name) for name in names]
    levels = ["province", "district"]
    areas = [
        feature("area", "Polygon", SQUARE, level=level, name={"en": level})
        for level in levels
    ]

    atlas = load_atlas(document(roads[0], areas[0], roads[1], areas[1], roads[2]))

    assert [road.name for road in atlas.roads] == names
    assert [area.level for area in atlas.areas] == levels


def test_a_road_may_have_several_lines_and_a_neighbor_a_pack():
    lines = [LINE, [[-6.8, 34.0], [-6.0, 34.1]]]
    road = feature("road", "MultiLineString", lines, name="N 1")
    neighbor = copy.deepcopy(NEIGHBOR)
    neighbor["properties"]["pack"] = "fr-alerte-enlevement"

    atlas = load_atlas(document(road, neighbor))

    assert [len(line) for line in atlas.roads[0].lines] == [2, 2]
    assert atlas.neighbors[0].pack == "fr-alerte-enlevement"


def test_what_maps_write_beside_the_data_is_passed_over():
    here = copy.deepcopy(PLACE) | {"id": 7, "bbox": [-7.6, 33.6, -7.6, 33.6]}
    here["geometry"] |= {"bbox": [-7.6, 33.6, -7.6, 33.6]}
    here["geometry"]["coordinates"] = [-7.6, 33.6, 27.0]
    more = {"$schema": "urn:amberkit:schema:atlas:1", "name": "atlas", "bbox": []}

    assert load_atlas(document(here, **more)) == load_atlas(document(PLACE))


def test_an_atlas_may_be_empty():
    assert load_atlas(document()) == Atlas()


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        (["type"], "Feature", "$.type", "not-listed"),
        (["features"], None, "$.features", "required"),
        (["crs"], {"type": "name"}, "$.crs", "unknown-key"),
        (["features", 0, "type"], "Thing", "$.features[0].type", "not-listed"),
        (["features", 3], 7, "$.features[3]", "wrong-type"),
        (["features", 3, "properties"], "x", "$.features[3].properties", "wrong-type"),
        (
            ["features", 3, "properties", "kind"],
            None,
            "$.features[3].properties.kind",
            "required",
        ),
        (
            ["features", 3, "properties", "kind"],
            "town",
            "$.features[3].properties.kind",
            "not-listed",
        ),
        (
            ["features", 0, "properties", "level"],
            None,
            "$.features[0].properties.level",
            "required",
        ),
        (
            ["features", 0, "properties", "level"],
            "Province!",
            "$.features[0].properties.level",
            "wrong-form",
        ),
        (
            ["features", 0, "properties", "levl"],
            "x",
            "$.features[0].properties.levl",
            "unknown-key",
        ),
        (
            ["features", 1, "properties", "name"],
            {"en": "A3"},
            "$.features[1].properties.name",
            "wrong-type",
        ),
        (
            ["features", 1, "properties", "name"],
            "A\u202e3",
            "$.features[1].properties.name",
            "wrong-form",
        ),
        (
            ["features", 2, "properties", "id"],
            "../east",
            "$.features[2].properties.id",
            "wrong-form",
        ),
        (
            ["features", 2, "properties", "name"],
            {"en": "E\u202east"},
            "$.features[2].properties.name",
            "wrong-form",
        ),
        (
            ["features", 3, "properties", "name"],
            {"en": "a", "EN": "b"},
            "$.features[3].properties.name",
            "wrong-form",
        ),
        (
            ["features", 1, "geometry", "type"],
            "Polygon",
            "$.features[1].geometry.type",
            "not-listed",
        ),
        (
            ["features", 0, "geometry", "coordinates"],
            SQUARE[0],
            "$.features[0].geometry",
            "no-region",
        ),
        (
            ["features", 0, "geometry", "coordinates"],
            [SQUARE[0][:-1]],
            "$.features[0].geometry",
            "no-region",
        ),
        (
            ["features", 1, "geometry", "coordinates"],
            LINE[:1],
            "$.features[1].geometry",
            "no-region",
        ),
        (
            ["features", 3, "geometry", "coordinates"],
            [200, 33.6],
            "$.features[3].geometry",
            "no-region",
        ),
        (
            ["features", 3, "geometry", "coordinates"],
            [True, 33.6],
            "$.features[3].geometry",
            "no-region",
        ),
        (
            ["features", 3, "geometry", "coordinates"],
            [-7.6],
            "$.features[3].geometry",
            "no-region",
        ),
        (["features", 3, "geometry"], None, "$.features[3].geometry", "required"),
    ],
)
def test_a_mistake_is_named_by_its_place(path, value, where, code):
    found = problems_of(changed(path, value))

    assert [(problem.path, problem.code) for problem in found] == [(where, code)]


def test_a_key_that_was_nearly_right_is_guessed():
    (problem,) = problems_of(changed(["features", 0, "properties", "levels"], "x"))

    assert "did you mean 'level'?" in problem.message


def test_a_fault_of_geometry_says_what_is_wrong_and_where_in_the_ring():
    ring = [[-8, 33], [-7, 33], [-7, 94], [-8, 33]]
    wrong = changed(["features", 0, "geometry", "coordinates"], [ring])

    assert [str(problem) for problem in problems_of(wrong)] == [
        "polygon 0, ring 0, vertex 2: lat must be a finite number in [-90, 90] "
        "@ $.features[0].geometry"
    ]


def test_every_problem_is_listed_at_once():
    bad_area = copy.deepcopy(AREA)
    bad_area["properties"]["name"] = {"en": "W\u202e"}
    bad_area["geometry"]["coordinates"] = [SQUARE[0][:3]]
    bad_place = feature("place", "LineString", LINE, name={"en": "\u202e"})

    found = problems_of(document(bad_area, ROAD, bad_place, ROAD))

    assert [(problem.path, problem.code) for problem in found] == [
        ("$.features[0].properties.name", "wrong-form"),
        ("$.features[0].geometry", "no-region"),
        ("$.features[2].properties.name", "wrong-form"),
        ("$.features[2].geometry.type", "not-listed"),
        ("$.features[3].properties.name", "not-unique"),
    ]


@pytest.mark.parametrize(("each", "key"), [(ROAD, "name"), (NEIGHBOR, "id")])
def test_what_is_asked_for_by_name_must_have_a_name_of_its_own(each, key):
    (problem,) = problems_of(document(PLACE, each, PLACE, each))

    assert problem.path == f"$.features[3].properties.{key}"
    assert problem.message == "must be another one than $.features[1] has"


def test_a_road_and_a_neighbor_may_share_a_name():
    neighbor = copy.deepcopy(NEIGHBOR)
    road = feature("road", "LineString", LINE, name="east")

    assert load_atlas(document(neighbor, road)).road("east")


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b'{"type": NaN}',
        b'{"type": "a", "type": "b"}',
        b"[" * 100,
        b" " * 4_000_001,
    ],
)
def test_what_is_no_strict_json_is_not_read(data):
    with pytest.raises(UnreadableDocument, match="cannot read the atlas"):
        load_atlas(data)


def test_a_file_that_is_not_there_is_not_read(tmp_path):
    with pytest.raises(UnreadableDocument, match="no such file"):
        load_atlas(tmp_path / "none.geojson")


def test_no_error_repeats_a_value(tmp_path):
    wrong = changed(["features", 1, "properties", "name"], "Xyzzy\nXyzzy")

    assert "Xyzzy" not in "".join(map(str, problems_of(wrong)))


def test_the_schema_is_shown_by_the_command():
    run = subprocess.run(
        [sys.executable, "-m", "amberkit", "schema", "atlas"],
        capture_output=True,
        check=True,
    )

    assert json.loads(run.stdout) == json_schema("atlas")
