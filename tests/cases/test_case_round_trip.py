"""What is read is what was written."""

import json

import attrs
import pytest
from hypothesis import given, settings

from amberkit.cases import dump_case, load_case
from amberkit.errors import InvalidDocument, InvalidValue
from amberkit.values import Restricted
from strategies import cases


def fields_in(value):
    """Every field of a model in which *value* has something, the wrapped ones too."""
    if isinstance(value, Restricted):
        value = value.reveal()
    if isinstance(value, tuple):
        for item in value:
            yield from fields_in(item)
    elif type(value).__module__.startswith("amberkit.cases") and attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            inner = getattr(value, field.name)
            if inner not in (None, (), Restricted(())):
                yield type(value), field.name
            yield from fields_in(inner)


def test_every_case_survives_its_document():
    seen = set()

    @settings(max_examples=120, derandomize=True, database=None)
    @given(cases())
    def law(case):
        seen.update(fields_in(case))
        document = dump_case(case)
        data = json.dumps(document, ensure_ascii=False).encode()

        assert load_case(document) == case
        assert load_case(data) == case
        assert dump_case(load_case(data)) == document

    law()
    models = {model for model, _ in seen}

    # The law speaks of every field of every model.
    assert len(models) == 17
    assert {(m, f.name) for m in models for f in attrs.fields(m)} == seen


def test_the_example_comes_back_as_it_was_but_for_zones(examples):
    path = examples / "casablanca.json"
    written = json.loads(path.read_bytes())

    document = json.loads(json.dumps(dump_case(load_case(path))))

    def in_utc(value):
        match value:
            case dict():
                return {k: in_utc(v) for k, v in value.items()}
            case list():
                return [in_utc(v) for v in value]
            case str() if value.endswith("+01:00"):
                hour = int(value[11:13]) - 1
                return f"{value[:11]}{hour:02}{value[13:19]}+00:00"
            case _:
                return value

    expected = in_utc(written)
    # What equals the default is left out.
    del expected["revision"]
    for known in expected["sightings"] + expected["vehicles"]:
        del known["confidence"]
    assert document == expected


@pytest.mark.parametrize("form", ["path", "text", "bytes", "mapping"])
def test_a_case_is_read_from_a_path_bytes_or_a_mapping(examples, case, form):
    path = examples / "casablanca.json"
    source = {
        "path": path,
        "text": str(path),
        "bytes": b"\xef\xbb\xbf" + path.read_bytes(),
        "mapping": json.loads(path.read_bytes()),
    }[form]

    assert load_case(source) == case


def test_reading_does_not_change_the_mapping_it_is_given(examples):
    raw = json.loads((examples / "casablanca.json").read_bytes())
    before = json.dumps(raw)
    load_case(raw)

    assert json.dumps(raw) == before


def test_json_writes_whole_numbers_in_more_than_one_way(examples, case):
    raw = json.loads((examples / "casablanca.json").read_bytes())
    raw["children"][0]["age_years"] = 9.0
    raw["revision"] = 1e0
    raw["last_seen"]["uncertainty_m"] = 150.0

    again = load_case(raw)

    assert again == case
    assert type(again.children[0].age_years) is int


def test_extensions_are_kept_to_the_letter_and_canonical(examples):
    raw = json.loads((examples / "casablanca.json").read_bytes())
    raw["extensions"] = {
        "z": "a\u200bb\x7f\u202ee\u0301",
        "a": [1.5, None, True, 10**300],
    }

    case = load_case(raw)

    assert dump_case(case)["extensions"] == raw["extensions"]
    assert case.extensions.reveal().startswith('{"a":[1.5,null,true,1000')


def test_a_case_without_extensions_is_written_without():
    minimal = {
        "id": "A",
        "children": [{"given_name": {"ar": "ليلى"}, "sex": "female", "age_years": 9}],
        "last_seen": {
            "at": {"lat": 33, "lon": -7},
            "uncertainty_m": 0,
            "time": "2026-11-22T12:00:00Z",
        },
        "report": {
            "received": "2026-11-22T12:00:00Z",
            "reporter": {"relation": "other"},
        },
    }

    case = load_case(minimal)
    document = dump_case(case)

    assert "extensions" not in document
    assert set(document) == {"$schema", *minimal}
    assert case.extensions == Restricted("{}")


def test_texts_are_normalized_when_read(examples):
    raw = json.loads((examples / "casablanca.json").read_bytes())
    raw["children"][0]["given_name"] = {"FR-ma": "Lei\u0308la\r\nb"}

    assert load_case(raw).children[0].given_name.as_dict() == {"fr-MA": "Leïla\nb"}


@pytest.mark.parametrize("text", ["SECRET no json", "[]", '"SECRET"'])
def test_extensions_made_by_hand_are_refused_without_being_shown(case, text):
    odd = attrs.evolve(case, extensions=Restricted(text))

    with pytest.raises(InvalidDocument, match="must be an object") as caught:
        dump_case(odd)

    assert "SECRET" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_case_has_a_child(case):
    with pytest.raises(InvalidValue, match="children"):
        attrs.evolve(case, children=())


@pytest.mark.parametrize("source", [5, None, ["case.json"]])
def test_what_is_neither_path_nor_document_is_refused(source):
    with pytest.raises(InvalidValue, match="source"):
        load_case(source)
