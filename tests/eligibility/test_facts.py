"""The facts: their declarations, and how each is read from a case."""

import datetime as dt

import attrs
import pytest
from eligibility_samples import NOW, case_document

from amberkit.cases import Case, leaves_of, load_case
from amberkit.eligibility import FACTS, FactType
from amberkit.eligibility.facts._facts import read_fact
from amberkit.errors import InvalidValue
from amberkit.values import Confidence, Privacy, Restricted

C = Confidence
PRIVACY = {leaf.name: leaf.privacy for leaf in leaves_of(Case)}
STRICTER = list(Privacy)


def read(name, document):
    reading = read_fact(FACTS[name], load_case(document), NOW)
    return reading.reveal(), reading.fields


def bare():
    """The example with nothing in it that need not be."""
    document = case_document()
    document["circumstances"] = {}
    document["children"] = [
        {"given_name": {"fr": "Leïla"}, "sex": "female", "age_years": 9}
    ]
    for name in (
        "suspects",
        "vehicles",
        "risk_indicators",
        "sightings",
        "readiness",
        "disclosures",
        "attributions",
    ):
        document.pop(name)
    document["report"].pop("consent")
    return document


# --- declarations ---------------------------------------------------------------------


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_a_declaration_is_complete(fact):
    assert FACTS[fact.name] is fact
    assert set(fact.question) == {"en", "fr", "ar"}
    assert fact.question.find("en").endswith("?")
    assert fact.question.find("fr").endswith(" ?")
    assert fact.question.find("ar").endswith("؟")
    assert fact.cost in (1, 2, 3)
    assert bool(fact.values) == (fact.type is FactType.ENUM)
    assert (fact.unit is not None) == (
        fact.type in (FactType.INTEGER, FactType.DURATION)
    )


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_a_fact_is_as_private_as_the_strictest_field_it_is_read_from(fact):
    assert fact.fields
    assert fact.privacy is max(
        (PRIVACY[name] for name in fact.fields), key=STRICTER.index
    )


TYPES = {
    FactType.BOOLEAN: bool,
    FactType.INTEGER: int,
    FactType.ENUM: str,
    FactType.CONFIDENCE: Confidence,
    FactType.DURATION: dt.timedelta,
}


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
@pytest.mark.parametrize("document", [case_document(), bare()], ids=["whole", "bare"])
def test_a_value_has_the_declared_type_and_comes_from_declared_fields(fact, document):
    value, fields = read(fact.name, document)

    assert value is None or type(value) is TYPES[fact.type]
    assert set(fields) <= set(fact.fields)
    assert fields


@pytest.mark.parametrize(
    "name",
    sorted(
        set(FACTS)
        - {
            "child.age_years",
            "report.reporter_relation",
            "report.delay",
            "last_seen.elapsed",
        }
    ),
)
def test_what_a_case_leaves_out_is_not_known_and_its_fields_are_named(name):
    assert read(name, bare()) == (None, FACTS[name].fields)


def test_a_reading_shows_no_value():
    reading = read_fact(FACTS["report.consent"], load_case(case_document()), NOW)

    assert reading.value == Restricted(True)
    assert "True" not in repr(reading)


# --- readings -------------------------------------------------------------------------


def child(**fields):
    return {"given_name": {"fr": "X"}, "sex": "male", **fields}


@pytest.mark.parametrize(
    ("children", "age", "fields"),
    [
        ([child(age_years=9)], 9, ("children.age_years",)),
        (
            [child(birth_date="2017-11-22")],
            9,
            ("children.birth_date", "last_seen.time"),
        ),
        (
            [child(birth_date="2017-11-24")],
            8,
            ("children.birth_date", "last_seen.time"),
        ),
        ([child(age_years=17), child(age_years=4)], 4, ("children.age_years",)),
        ([child(age_years=19), child(age_years=16)], 16, ("children.age_years",)),
        (
            [child(age_years=3), child(birth_date="2010-01-01")],
            3,
            ("children.age_years", "children.birth_date", "last_seen.time"),
        ),
    ],
)
def test_the_age_is_that_of_the_youngest_child_at_the_disappearance(
    children, age, fields
):
    assert read("child.age_years", bare() | {"children": children}) == (age, fields)


def test_on_the_eve_of_a_birthday_the_age_hangs_on_the_local_calendar():
    """A case knows no zone; whoever does states the age, which then goes first."""
    # At 17:40 in Casablanca it is the 23rd already where the day begins.
    born = child(birth_date="2017-11-23")

    asked = read("child.age_years", bare() | {"children": [born]})
    told = read("child.age_years", bare() | {"children": [born | {"age_years": 8}]})

    assert asked[0] is None
    assert told == (8, ("children.age_years",))


def test_a_consent_of_the_future_is_none_yet():
    tomorrow = {"given": True, "by": "mother", "at": "2026-11-23T18:00:00+01:00"}
    report = bare()["report"] | {"consent": tomorrow}

    assert read("report.consent", bare() | {"report": report})[0] is None


def test_the_age_is_not_known_while_one_child_has_none():
    case = load_case(bare())
    nameless = attrs.evolve(case.children[0], age_years=None)
    case = attrs.evolve(case, children=(*case.children, nameless))

    assert read_fact(FACTS["child.age_years"], case, NOW).value is None
    assert read_fact(FACTS["description.child"], case, NOW).value is None


def test_the_time_since_the_child_was_last_seen_is_exact():
    value, _ = read("last_seen.elapsed", case_document())

    assert value == dt.timedelta(minutes=50)


@pytest.mark.parametrize(
    ("signs", "strongest"),
    [
        ({"forced_labor": "suspected"}, C.SUSPECTED),
        ({"forced_labor": "ruled_out"}, None),
        ({"forced_labor": "ruled_out", "forced_crime": "believed"}, C.BELIEVED),
        ({"forced_labor": "confirmed", "forced_crime": "believed"}, C.CONFIRMED),
        (
            dict.fromkeys(
                [
                    "sexual_exploitation",
                    "forced_crime",
                    "forced_marriage",
                    "forced_labor",
                ],
                "ruled_out",
            ),
            C.RULED_OUT,
        ),
        ({"online_recruitment": "confirmed"}, None),
    ],
)
def test_trafficking_is_the_strongest_sign_and_ruled_out_only_with_all(
    signs, strongest
):
    value, _ = read("risk.trafficking", bare() | {"risk_indicators": signs})

    assert value is strongest


def test_one_child_that_is_described_and_photographed_is_enough():
    whole = case_document()["children"][0]
    one = {
        key: whole[key]
        for key in ("given_name", "sex", "age_years", "appearance", "photographs")
    }
    two = [one, child(age_years=4)]

    for name in ("description.child", "description.photograph"):
        assert read(name, bare() | {"children": [one]})[0] is True
        assert read(name, bare() | {"children": [one, one]})[0] is True
        assert read(name, bare() | {"children": two})[0] is True
        assert read(name, bare() | {"children": two[1:]})[0] is None


@pytest.mark.parametrize(
    ("vehicle", "described"),
    [
        ({"plate": "1-A-2"}, True),
        ({"plate_partial": "1-?-2"}, True),
        ({"kind": "car", "color": "red"}, True),
        ({"make": "Dacia", "marks": {"fr": "rayure"}}, True),
        ({"kind": "car"}, None),
        ({"color": "red"}, None),
        ({"plate": "1-A-2", "confidence": "ruled_out"}, None),
        ({}, None),
    ],
)
def test_a_vehicle_can_be_known_by_a_plate_or_by_kind_and_sign(vehicle, described):
    assert read("description.vehicle", bare() | {"vehicles": [vehicle]})[0] is described


@pytest.mark.parametrize(
    ("suspect", "described"),
    [
        ({"sex": "male", "appearance": {"hair": "gray"}}, True),
        ({"sex": "male", "age_years": 40}, None),
        ({"appearance": {"hair": "gray"}}, None),
    ],
)
def test_a_suspect_can_be_known_by_the_sex_and_a_trait(suspect, described):
    assert read("description.suspect", bare() | {"suspects": [suspect]})[0] is described


# --- people, the agency, and what else is asked -------------------------------------------


def suspects(*people):
    def person(fields):
        return {"appearance": {"clothing": {"fr": "veste"}}} | fields

    return bare() | {"suspects": [person(fields) for fields in people]}


@pytest.mark.parametrize(
    ("people", "parent", "unrelated"),
    [
        ([], None, None),
        ([{"relation": "parent"}], True, False),
        ([{"relation": "guardian"}], True, False),
        ([{"relation": "relative"}], False, False),
        ([{"relation": "acquaintance"}], False, True),
        ([{"relation": "online_contact"}], False, True),
        ([{"relation": "parent"}, {"relation": "stranger"}], True, True),
        ([{"relation": "relative"}, {}], None, None),
        ([{"relation": "stranger"}, {}], None, True),
    ],
)
def test_one_suspect_is_enough_for_a_yes_and_all_are_needed_for_a_no(
    people, parent, unrelated
):
    document = suspects(*people)

    assert read("suspect.parent_or_guardian", document)[0] is parent
    assert read("suspect.unrelated", document)[0] is unrelated


@pytest.mark.parametrize(
    ("people", "older"),
    [
        ([("stranger", 13)], 4),
        ([("acquaintance", 12), ("online_contact", 40)], 31),
        ([("stranger", 9)], 0),
        ([("stranger", None)], None),
        ([("stranger", 40), ("stranger", None)], None),
        ([("stranger", 40), (None, 50)], None),
        ([], None),
        # A parent is older, but it is not the parent that the law means.
        ([("acquaintance", 11), ("parent", 40)], 2),
        ([("parent", 40)], None),
        ([("stranger", 20), ("relative", None)], 11),
    ],
)
def test_the_oldest_of_those_unrelated_is_so_many_years_older(people, older):
    found = [
        {
            name: value
            for name, value in (("relation", relation), ("age_years", age))
            if value is not None
        }
        for relation, age in people
    ]

    assert read("suspect.unrelated_years_older", suspects(*found))[0] == older


@pytest.mark.parametrize(
    ("levels", "strongest"),
    [
        (["suspected", "confirmed"], C.CONFIRMED),
        (["ruled_out"], C.RULED_OUT),
        (["ruled_out", None], None),
        ([None], None),
        ([], None),
    ],
)
def test_prior_violence_is_the_strongest_of_all_suspects(levels, strongest):
    people = [{} if level is None else {"prior_violence": level} for level in levels]

    assert read("suspect.prior_violence", suspects(*people))[0] is strongest


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("name", ["staffed_line", "registered"])
def test_what_the_agency_has_ready_is_read_from_its_record(name, value):
    document = bare() | {"readiness": {name: value}}

    assert read(f"agency.{name}", document) == (value, (f"readiness.{name}",))


def test_a_disability_that_is_written_down_is_known_and_none_is_not_ruled_out():
    document = bare()
    assert read("child.disability", document)[0] is None

    document["children"][0]["disability"] = {"fr": "sourde"}
    assert read("child.disability", document) == (True, ("children.disability",))


def test_how_the_child_moves_and_how_late_it_was_reported():
    document = bare()
    document["circumstances"]["mobility"] = "on_foot"

    assert read("circumstances.mobility", document)[0] == "on_foot"
    assert read("report.delay", document)[0] == dt.timedelta(minutes=20)


@pytest.mark.parametrize("name", ["", "nodot", "A.b", "a.b.c", "a.b ", None])
def test_a_fact_has_a_name_of_two_words(name):
    with pytest.raises(InvalidValue, match="two words such as agency"):
        attrs.evolve(FACTS["child.disability"], name=name)
