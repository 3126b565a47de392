"""The agency: who speaks, on which line, for which area."""

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.agency import Agency, Bounds, load_agency
from amberkit.errors import InvalidDocument, InvalidValue, UnreadableDocument
from amberkit.values import Localized

GOOD = {
    "sender": "alerts@child-alert.example",
    "name": {"ar": "الشرطة", "fr": "Police"},
    "contact": "+212 600-000-000",
    "status_url": "https://child-alert.example/status",
    "time_zone": "Africa/Casablanca",
}
BOX = {"south": 20.5, "west": -17.5, "north": 36.5, "east": -0.5}


def problems_of(document):
    with pytest.raises(InvalidDocument) as caught:
        load_agency(document)
    assert caught.value.kind == "agency"
    return [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize("form", ["path", "text", "bytes", "mapping"])
def test_an_agency_is_read_from_a_path_bytes_or_a_mapping(examples, form):
    path = examples / "agency.json"
    source = {
        "path": path,
        "text": str(path),
        "bytes": path.read_bytes(),
        "mapping": json.loads(path.read_bytes()),
    }[form]

    agency = load_agency(source)

    assert agency.sender == "alerts@child-alert.example"
    assert agency.pack == "ma-tifli-moukhtafi"
    assert agency.bounds == Bounds(**BOX)


def test_an_agency_needs_neither_pack_nor_bounds():
    assert load_agency(GOOD) == Agency(**GOOD | {"name": Localized(GOOD["name"])})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sender": "two words"}, ("$.sender", "wrong-form")),
        ({"sender": "a\n"}, ("$.sender", "wrong-form")),
        ({"sender": "a,b"}, ("$.sender", "wrong-form")),
        ({"sender": "a\u202eb"}, ("$.sender", "wrong-form")),
        ({"sender": ""}, ("$.sender", "wrong-form")),
        ({"name": {}}, ("$.name", "too-short")),
        ({"name": {"fr-ma": "a", "fr-MA": "b"}}, ("$.name", "wrong-form")),
        ({"name": {"fr": "\u202e"}}, ("$.name", "wrong-form")),
        ({"contact": "call us"}, ("$.contact", "wrong-form")),
        ({"contact": "19\n"}, ("$.contact", "wrong-form")),
        ({"status_url": "http://a.example"}, ("$.status_url", "wrong-form")),
        ({"time_zone": "here and now"}, ("$.time_zone", "wrong-form")),
        ({"pack": "No Pack"}, ("$.pack", "wrong-form")),
        ({"bounds": BOX | {"south": 40}}, ("$.bounds", "wrong-form")),
        ({"bounds": BOX | {"north": 91}}, ("$.bounds.north", "out-of-range")),
        ({"bounds": {}}, ("$.bounds.east", "required")),
        ({"color": "red"}, ("$.color", "unknown-key")),
    ],
)
def test_a_mistake_is_named_by_its_place(change, problem):
    assert problems_of(GOOD | change)[0] == problem


def test_all_mistakes_are_listed_by_path():
    assert [path for path, _ in problems_of({})] == [
        "$.contact",
        "$.name",
        "$.sender",
        "$.status_url",
        "$.time_zone",
    ]
    assert problems_of(
        GOOD
        | {"sender": "\u202e", "name": {"fr": "\u202e"}, "bounds": BOX | {"south": 40}}
    ) == [(f"$.{name}", "wrong-form") for name in ("bounds", "name", "sender")]


@pytest.mark.parametrize("source", [b"", b"[", b"\xff"])
def test_bytes_that_are_no_json_are_refused(source):
    with pytest.raises(UnreadableDocument, match="cannot read the agency"):
        load_agency(source)


def test_an_agency_that_is_no_object_is_refused():
    assert problems_of(b"[]") == [("$", "wrong-type")]


@pytest.mark.parametrize(
    "change",
    [
        {"sender": "two words"},
        {"sender": "a\x00b"},
        {"sender": "a" * 201},
        {"contact": "call us"},
        {"contact": ""},
        {"status_url": "http://a.example"},
        {"status_url": "https://"},
        {"status_url": "https://a.example/é"},
        {"time_zone": "../etc/passwd"},
        {"time_zone": ""},
    ],
)
def test_an_agency_of_another_form_cannot_exist(examples, change):
    agency = load_agency(examples / "agency.json")

    with pytest.raises(InvalidValue):
        attrs.evolve(agency, **change)


# --- bounds -----------------------------------------------------------------------------


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_box_holds_what_lies_between_its_sides(lat, lon):
    inside = 20.5 <= lat <= 36.5 and -17.5 <= lon <= -0.5

    assert Bounds(**BOX).holds(lat=lat, lon=lon) is inside


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_box_across_the_antimeridian_holds_both_its_sides(lat, lon):
    fiji = Bounds(south=-20, west=177, north=-12, east=-178)
    # The same box on a circle that begins at Greenwich.
    inside = -20 <= lat <= -12 and 177 <= lon % 360 <= 182

    assert fiji.holds(lat=lat, lon=lon) is inside


def test_the_edge_belongs_to_the_box():
    box = Bounds(**BOX)

    assert box.holds(lat=20.5, lon=-17.5)
    assert box.holds(lat=36.5, lon=-0.5)
    assert not box.holds(lat=36.500001, lon=-0.5)


@pytest.mark.parametrize(
    "change",
    [
        {"south": 40},
        {"south": -91},
        {"north": 91},
        {"west": -181},
        {"east": 181},
        {"east": float("nan")},
        {"west": True},
        {"north": "36"},
    ],
)
def test_a_box_off_the_globe_or_upside_down_is_refused(change):
    with pytest.raises(InvalidValue):
        Bounds(**BOX | change)
