"""Whatever is wrong with a document is said, all of it, and no value with it."""

import copy
import json
import random
import time

import pytest

from amberkit.cases import load_case
from amberkit.errors import AmberkitError, InvalidDocument, UnreadableDocument


@pytest.fixture
def raw(examples):
    return json.loads((examples / "casablanca.json").read_bytes())


def problems_of(source):
    with pytest.raises(InvalidDocument) as caught:
        load_case(source)
    return [(problem.path, problem.code) for problem in caught.value.problems]


# --- all at once ----------------------------------------------------------------------


def test_twelve_mistakes_are_twelve_problems(raw):
    child, vehicle = raw["children"][0], raw["vehicles"][0]
    raw["id"] = "lower case"
    raw["colour"] = "x"
    child["age_years"] = 8
    child["sex"] = "girl"
    child["given_name"] = {"français": "Leïla"}
    child["photographs"][0]["file"] = "../../etc/passwd"
    raw["last_seen"]["at"]["lat"] = 133.59438
    raw["last_seen"]["time"] = "2026-11-22T17:40:00"
    raw["sightings"][0]["seen"] = "2026-11-22T19:57:00+01:00"
    vehicle["plate"] = "12345-A-6"
    raw["disclosures"][0]["field"] = "children.school"
    del raw["report"]["reporter"]

    # Without a usable time of disappearance nobody knows how old the child was.
    assert problems_of(raw) == [
        ("$.children[0].given_name", "unknown-key"),
        ("$.children[0].photographs[0].file", "wrong-form"),
        ("$.children[0].sex", "not-listed"),
        ("$.colour", "unknown-key"),
        ("$.disclosures[0].field", "not-listed"),
        ("$.id", "wrong-form"),
        ("$.last_seen.at.lat", "out-of-range"),
        ("$.last_seen.time", "wrong-format"),
        ("$.report.reporter", "required"),
        ("$.sightings[0].seen", "order"),
        ("$.vehicles[0].plate_partial", "not-both"),
    ]

    raw["last_seen"]["time"] = "2026-11-22T17:40:00Z"
    raw["report"]["received"] = "2026-11-22T17:30:00Z"
    twelve = problems_of(raw)
    assert len(twelve) == 12
    assert ("$.children[0].age_years", "disagrees") in twelve
    assert ("$.last_seen.time", "order") in twelve


@pytest.mark.parametrize(
    ("steps", "value", "problem"),
    [
        (["children", 0, "birth_date"], "2017-02-29", "wrong-format"),
        (["children", 0, "birth_date"], "2017-03-14\n", "wrong-format"),
        (["children", 0, "birth_date"], "2026-11-24", "order"),
        (["children", 0, "age_years"], 10, "disagrees"),
        (["children", 0, "age_years"], 9.5, "wrong-type"),
        (["children", 0, "age_years"], True, "wrong-type"),
        (["children", 0, "age_years"], -1, "out-of-range"),
        (["children", 0, "hobbies"], [1], "wrong-type"),
        (["children"], [], "too-short"),
        (["children"], {}, "wrong-type"),
        (["id"], "ABC\n", "wrong-form"),
        (["id"], "-A", "wrong-form"),
        (["id"], "A" * 65, "wrong-form"),
        (["revision"], 0, "out-of-range"),
        (["revision"], 10**300, "out-of-range"),
        (["revision"], 1e300, "out-of-range"),
        (["last_seen", "time"], "2026-02-30T12:00:00Z", "wrong-format"),
        (["last_seen", "time"], "2026-11-22T12:00:00Z\n", "wrong-format"),
        (["last_seen", "time"], "٢٠٢٦-11-22T12:00:00Z", "wrong-format"),
        (["last_seen", "time"], "0001-01-01T00:00:00+01:00", "wrong-format"),
        (["last_seen", "time"], "9999-12-31T23:59:59-01:00", "wrong-format"),
        (["last_seen", "time"], "2026-11-22T12:00:60Z", "wrong-format"),
        (["last_seen", "uncertainty_m"], 100_000.5, "out-of-range"),
        (["last_seen", "at"], [33.5, -7.6], "wrong-type"),
        (["report", "received"], 1_795_000_000, "wrong-type"),
        (["report", "consent", "at"], "2026-11-22T12:00:00", "wrong-format"),
        (["report", "station"], "two\nlines", "wrong-form"),
        (["report", "station"], "line\n", "wrong-form"),
        (["report", "station"], " ", "wrong-form"),
        (["report", "station"], "x" * 1001, "too-long"),
        (["report", "station"], "a\u202eb", "not-clean"),
        (["report", "station"], "\u2066open", "not-clean"),
        (["vehicles", 0, "plate_country"], "MA\n", "wrong-form"),
        (["vehicles", 0, "marks"], {}, "too-short"),
        (["vehicles", 0, "marks"], {"fr": " "}, "wrong-form"),
        (["vehicles", 0, "marks"], {"fr-ma": "a", "fr-MA": "b"}, "not-unique"),
        (["vehicles", 0, "marks"], {"fr\n": "a"}, "unknown-key"),
        (["disclosures", 0, "by"], "Nadia El Mitali", "wrong-form"),
        (["disclosures", 0, "field"], "children.health", "not-allowed"),
        (["disclosures", 0, "field"], "id", "not-listed"),
        (["disclosures", 0, "field"], 7, "wrong-type"),
        (["extensions"], [], "wrong-type"),
        (["$schema"], 1, "wrong-type"),
    ],
)
def test_one_mistake_is_one_problem(raw, steps, value, problem):
    place = raw
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value

    assert [code for _, code in problems_of(raw)] == [problem]


def test_a_special_field_may_be_disclosed_to_services(raw):
    raw["disclosures"][0] |= {"field": "children.health", "audience": "services"}

    assert load_case(raw).disclosures[0].field == "children.health"


def test_a_child_needs_an_age_or_a_birth_date(raw):
    del raw["children"][0]["birth_date"]
    load_case(raw)
    del raw["children"][0]["age_years"]

    assert problems_of(raw) == [("$.children[0].age_years", "required")]


@pytest.mark.parametrize(
    ("seen", "age", "fits"),
    [
        # 00:30 in Casablanca on the birthday is still the day before in UTC.
        ("2026-03-13T23:30:00Z", 9, True),
        ("2026-03-13T23:30:00Z", 8, True),
        ("2026-03-12T23:30:00Z", 9, False),
        ("2026-03-15T12:00:00Z", 9, True),
        ("2026-03-16T12:00:00Z", 8, False),
        ("2000-01-01T00:00:00Z", 9, False),
    ],
)
def test_an_age_fits_if_it_was_right_anywhere_on_earth(raw, seen, age, fits):
    raw["last_seen"]["time"] = seen
    raw["children"][0]["age_years"] = age
    if fits:
        load_case(raw)
    else:
        assert problems_of(raw)[0][0].startswith("$.children[0].")


@pytest.mark.parametrize("year", ["1899", "3000", "9999"])
def test_a_year_that_no_case_can_have_is_refused(raw, year):
    raw["last_seen"]["time"] = f"{year}-12-30T12:00:00Z"

    assert ("$.last_seen.time", "wrong-format") in problems_of(raw)


# --- hostile forms --------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [b"[]", b'"case"', b"null", b"7", b"true"],
)
def test_the_top_must_be_an_object(document):
    assert problems_of(document) == [("$", "wrong-type")]


def test_an_empty_object_lacks_what_is_required():
    assert problems_of({}) == [
        (f"$.{name}", "required") for name in ("children", "id", "last_seen", "report")
    ]


def places_in(value, steps=()):
    yield steps
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in children:
        yield from places_in(inner, (*steps, key))


def replaced(document, steps, value):
    if not steps:
        return value
    document = copy.deepcopy(document)
    place = document
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    return document


JUNK = [None, True, 7.9, -(10**399), "\u202e", "", [], {}, [[]], {"a": None}]


@pytest.mark.parametrize("junk", [None, [[]]], ids=["null", "list"])
def test_junk_in_any_place_is_a_typed_error_or_nothing(raw, junk):
    refused = 0
    for steps in places_in(raw):
        if "extensions" in steps:
            continue
        document = json.dumps(replaced(raw, steps, junk)).encode()
        try:
            load_case(document)
        except AmberkitError:
            refused += 1

    assert refused >= len(list(places_in(raw))) - 20


def test_an_odd_key_is_never_shown(raw):
    raw["Leïla Canary"] = "\u202e"
    raw["children"][0]["Leïla Canary"] = "\u202e"
    raw["children"][0]["given_name"] = {"Leïla Canary": "\u202e"}

    with pytest.raises(InvalidDocument) as caught:
        load_case(raw)

    assert "Canary" not in str(caught.value)
    assert [p.path for p in caught.value.problems] == [
        "$.children[0].given_name",
        "$.children[0]['...']",
        "$['...']",
    ]


def test_a_flood_of_problems_is_cut(raw):
    raw["children"][0]["hobbies"] = [1] * 60_000
    raw["children"][0]["personal_problems"] = ["\u202e"] * 60_000
    started = time.perf_counter()
    problems = problems_of(raw)

    assert ("$", "too-many") in problems
    assert len(problems) < 2_100
    assert time.perf_counter() - started < 20


def test_long_texts_do_not_make_a_pattern_look_twice(raw):
    raw["report"]["station"] = "a" * 500_000 + "\nb"

    assert {code for _, code in problems_of(raw)} == {"too-long", "wrong-form"}


# --- fuzz -----------------------------------------------------------------------------

CANARIES = [
    "canary-given-ليلى",
    "canary-family",
    "canary-health",
    "canary-school",
    "canary-home",
    "canary-reporter",
    "canary-phone",
    "canary-plate",
    "canary-note",
]


@pytest.fixture
def planted(raw):
    child, report = raw["children"][0], raw["report"]
    child["given_name"] = {"ar": CANARIES[0]}
    child["family_name"] = {"fr": CANARIES[1]}
    child["health"] = {"fr": CANARIES[2]}
    child["school"] = CANARIES[3]
    child["home_address"] = CANARIES[4]
    report["reporter"]["name"] = CANARIES[5]
    report["reporter"]["phone"] = CANARIES[6]
    raw["vehicles"][0]["plate_partial"] = CANARIES[7]
    raw["sightings"][0]["note"] = CANARIES[8]
    return raw


def said_by(error):
    """All that an error and what lies behind it say, in every form."""
    while error is not None:
        yield from (str(error), repr(error), repr(vars(error)), repr(error.args))
        error = error.__context__


def try_to_load(source):
    """Load; on an error of ours, say what it says. Any other error goes through."""
    try:
        load_case(source)
    except (InvalidDocument, UnreadableDocument) as error:
        return "".join(said_by(error))
    return ""


def mutated(good, chance):
    """The document with one to three of its values moved, doubled, dropped or broken."""
    document = json.loads(good)
    for _ in range(chance.randint(1, 3)):
        places = [steps for steps in places_in(document) if steps]
        steps = chance.choice(places)
        place = document
        for step in steps[:-1]:
            place = place[step]
        last = steps[-1]
        match chance.randrange(6):
            case 0:
                place[last] = chance.choice(JUNK)
            case 1:
                del place[last]
            case 2:
                # A value of somewhere else, such as a name where a number should be.
                value = document
                for step in chance.choice(places):
                    value = value[step] if not isinstance(value, str) else value
                place[last] = copy.deepcopy(value)
            case 3 if isinstance(place, dict):
                place[f"{chance.choice(CANARIES)} {last}"] = place[last]
            case 4 if isinstance(place, dict):
                place[f"{last}\n"] = place.pop(last)
            case _ if isinstance(place[last], str):
                text = place[last]
                extra = chance.choice(["\n", "\u202e", "\x00", "\u2069", "é", "٣", "Z"])
                at = chance.randint(0, len(text))
                place[last] = text[:at] + extra + text[at:]
            case _:
                place[last] = [place[last]]
    return document


def test_hundreds_of_broken_values_raise_only_our_errors_and_show_nothing(planted):
    chance = random.Random(1)
    good = json.dumps(planted)
    said = "".join(try_to_load(mutated(good, chance)) for _ in range(500))

    assert said.count("invalid case") > 250
    assert not [canary for canary in CANARIES if canary in said]
    assert "canary" not in said


def test_a_thousand_broken_files_raise_only_our_errors_and_show_nothing(planted):
    chance = random.Random(2)
    good = json.dumps(planted, ensure_ascii=False).encode()
    pieces = [b'"', b"{", b"}", b"[", b",", b"\\", b"\\ud800", b"\xff", b"\xed\xa0\x80",
              b"NaN", b"-Infinity", b"1e999", b"\x00", b"null", b"9" * 5_000, b"\n", b'"id":1,']  # fmt: skip
    said = ""
    for _ in range(1_500):
        data = bytearray(good)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 30)]
                case 2:
                    data[at:at] = chance.choice(pieces)
                case _:
                    del data[at:]
        said += try_to_load(bytes(data))

    assert said.count("cannot read the case") > 500
    assert "canary" not in said


@pytest.mark.parametrize(
    ("key", "hint"),
    [("mobilty", "did you mean 'mobility'?"), ("zzz", "there is summary")],
)
def test_a_mistyped_key_is_told_what_was_meant(raw, key, hint):
    raw["circumstances"][key] = "on_foot"

    with pytest.raises(InvalidDocument) as caught:
        load_case(raw)

    (problem,) = caught.value.problems
    assert problem.path == f"$.circumstances.{key}"
    assert hint in problem.message


def test_an_object_in_another_form_is_told_what_it_should_be(raw):
    raw["children"][0]["given_name"] = "Leila"

    with pytest.raises(InvalidDocument, match="by BCP 47 tag") as caught:
        load_case(raw)

    assert "Leila" not in str(caught.value)
