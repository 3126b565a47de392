"""The published schemas: sound, closed, and of one mind with the models."""

import copy
import enum
import json
import typing

import attrs
import jsonschema
import pytest

from amberkit.agency import Agency, Bounds
from amberkit.cases import Case, dump_case, load_case
from amberkit.errors import InvalidValue
from amberkit.schemas import NAMES, check, json_schema
from amberkit.values import LatLon, Localized, Restricted


def objects_in(schema):
    """Every schema of an object, wherever it stands."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for inner in schema.values():
            yield from objects_in(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects_in(inner)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_named_by_its_version(name):
    schema = json_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:amberkit:schema:{name}:1"


@pytest.mark.parametrize("name", NAMES)
def test_an_object_takes_no_unknown_keys(name):
    for schema in objects_in(json_schema(name)):
        if "properties" in schema or "patternProperties" in schema:
            closed = schema.get("additionalProperties") is not None
            assert closed, schema.get("description")


@pytest.mark.parametrize("name", ["case", "agency"])
def test_only_extensions_are_open(name):
    open_ones = [
        schema["description"]
        for schema in objects_in(json_schema(name))
        if schema.get("additionalProperties") is not False
    ]

    assert open_ones == (
        ["What the agency adds; restricted as a whole."] if name == "case" else []
    )


def test_a_schema_is_a_new_dict_each_time():
    json_schema("case")["properties"].clear()

    assert json_schema("case")["properties"]


@pytest.mark.parametrize("call", [json_schema, lambda name: check(name, {})])
def test_an_unknown_schema_is_refused(call):
    with pytest.raises(
        InvalidValue, match="schema must be one of agency, assessment, atlas, case"
    ):
        call("../case")


def test_the_case_format_has_one_identifier(examples):
    case = load_case(examples / "casablanca.json")

    assert json_schema("case")["$id"] == dump_case(case)["$schema"]


# --- schema and models ------------------------------------------------------------------


def resolved(schema, root):
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def agree(annotation, schema, root, where):
    """Walk model and schema together; both must say the same."""
    schema = resolved(schema, root)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    inner = [a for a in arguments if a is not type(None)]
    if where.endswith(".extensions"):
        assert schema["type"] == "object"
    elif origin in (typing.Annotated, Restricted) or type(None) in arguments:
        agree(inner[0], schema, root, where)
    elif origin is tuple:
        assert schema["type"] == "array"
        assert inner[1] is Ellipsis
        agree(inner[0], schema["items"], root, f"{where}[]")
    elif annotation is Localized:
        assert "patternProperties" in schema
    elif attrs.has(annotation):
        fields = {field.name: field for field in attrs.fields(annotation)}
        required = {
            name for name, field in fields.items() if field.default is attrs.NOTHING
        }
        assert set(schema["properties"]) - {"$schema"} == set(fields), where
        assert set(schema.get("required", [])) == required, where
        for name, field in fields.items():
            agree(field.type, schema["properties"][name], root, f"{where}.{name}")
    elif isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        assert schema["enum"] == [member.value for member in annotation], where
    else:
        kinds = {"int": "integer", "float": "number", "bool": "boolean"}
        kind = annotation if isinstance(annotation, str) else annotation.__name__
        assert schema["type"] == kinds.get(kind, "string"), where
    return where


def test_the_case_schema_says_what_the_models_say():
    schema = json_schema("case")

    assert agree(Case, schema, schema, "Case") == "Case"


@pytest.mark.parametrize(
    ("model", "place"), [(Agency, []), (Bounds, ["properties", "bounds"])]
)
def test_the_agency_schema_says_what_the_models_say(model, place):
    schema = json_schema("agency")
    for step in place:
        schema = schema[step]
    fields = attrs.fields(model)

    assert set(schema["properties"]) - {"$schema"} == {f.name for f in fields}
    assert set(schema["required"]) == {
        f.name for f in fields if f.default is attrs.NOTHING
    }


def test_positions_have_the_limits_of_the_globe():
    properties = json_schema("case")["$defs"]["lat_lon"]["properties"]

    assert set(properties) == {field.name for field in attrs.fields(LatLon)}
    assert [properties["lat"]["minimum"], properties["lat"]["maximum"]] == [-90, 90]
    assert [properties["lon"]["minimum"], properties["lon"]["maximum"]] == [-180, 180]


# --- wording ----------------------------------------------------------------------------


@pytest.fixture
def pack(root):
    path = (
        root
        / "src/amberkit/eligibility/packs/shipped/ma-tifli-moukhtafi.2023-03-10.json"
    )
    return json.loads(path.read_bytes())


def with_value(document, path, value):
    document = copy.deepcopy(document)
    place = document
    *steps, last = path
    for step in steps:
        place = place[step]
    place[last] = value
    return document


@pytest.mark.parametrize("name", ["agency", "case", "pack"])
def test_the_examples_hold_to_their_schemas(name, examples, pack):
    files = {"case": "casablanca.json", "agency": "agency.json"}
    document = (
        pack if name == "pack" else json.loads((examples / files[name]).read_bytes())
    )

    assert check(name, document) == ()


@pytest.mark.parametrize(
    ("schema", "value", "code", "message"),
    [
        ({"type": "array"}, 1, "wrong-type", "must be a list"),
        ({"enum": ["a", 1]}, "canary", "not-listed", "must be one of 'a', 1"),
        ({"enum": ["a"]}, "canary", "not-listed", "must be 'a'"),
        ({"const": "a"}, "canary", "not-listed", 'must be "a"'),
        ({"format": "uri"}, "canary", "wrong-format", "must be an absolute URI"),
        ({"minimum": 1}, 0, "out-of-range", "must be at least 1"),
        ({"exclusiveMinimum": 1}, 1, "out-of-range", "must be more than 1"),
        ({"maximum": 1}, 2, "out-of-range", "must be at most 1"),
        ({"exclusiveMaximum": 1}, 1, "out-of-range", "must be less than 1"),
        ({"minLength": 9}, "canary", "too-short", "must have at least 9 characters"),
        ({"maxItems": 1}, [1, 2], "too-long", "must have at most 1 items"),
        ({"minProperties": 1}, {}, "too-short", "must have at least 1 entries"),
        (
            {"uniqueItems": True},
            [1, 1],
            "not-unique",
            "must not list the same thing twice",
        ),
        (
            {"pattern": "^a$", "description": "The letter."},
            "canary",
            "wrong-form",
            "must be the letter",
        ),
        (
            {"pattern": "^canary$"},
            "canary\n",
            "wrong-form",
            "must be as its schema describes",
        ),
        (
            {"anyOf": [{"type": "null"}]},
            "canary",
            "wrong-form",
            "must be as its schema describes",
        ),
    ],
    ids=range(16),
)
def test_each_rule_is_worded_without_the_value(
    monkeypatch, schema, value, code, message
):
    from amberkit.schemas import _check

    _check._validator.cache_clear()
    monkeypatch.setattr(_check, "_load", lambda name: schema)
    found = check("case", value)
    _check._validator.cache_clear()

    assert [(p.path, p.code, p.message) for p in found] == [("$", code, message)]


def test_a_text_of_a_pack_may_be_null_where_the_schema_says_so(pack):
    assert check("pack", with_value(pack, ["valid_to"], None)) == ()
    assert [p.code for p in check("pack", with_value(pack, ["valid_to"], "soon"))] == [
        "wrong-form"
    ]
