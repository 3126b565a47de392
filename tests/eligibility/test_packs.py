"""Packs: what ships, which one is in force, and what a bad one is told."""

import copy
import datetime as dt
import json
import pickle
import time
from types import MappingProxyType

import pytest
from eligibility_samples import criterion, pack_document

from amberkit.eligibility import (
    FACTS,
    FactType,
    PackNotInForce,
    UnknownLanguage,
    UnknownPack,
    list_packs,
    load_pack,
    parse_pack,
)
from amberkit.eligibility.packs import diff_packs, overlaps
from amberkit.errors import InvalidDocument, InvalidValue, UnreadableDocument
from amberkit.schemas import check, read_json

DANGER = {"confidence": {"fact": "circumstances.danger", "at_least": "believed"}}


def problems_of(document):
    with pytest.raises(InvalidDocument) as caught:
        parse_pack(document)
    assert caught.value.kind == "pack"
    return [(problem.path, problem.code) for problem in caught.value.problems]


def with_rule(rule):
    document = pack_document()
    document["criteria"] = [criterion("only", rule)]
    return document


# --- what ships -----------------------------------------------------------------------


def test_the_list_of_packs_is_sorted_and_each_can_be_loaded():
    packs = list_packs()

    assert [pack.id for pack in packs] == sorted(pack.id for pack in packs)
    for info in packs:
        assert load_pack(info.id, on=info.valid_from).info == info


def test_no_two_versions_of_a_pack_are_in_force_on_one_day():
    for first in list_packs():
        for second in list_packs():
            if first.id == second.id and first.valid_from < second.valid_from:
                assert first.valid_to is not None
                assert first.valid_to < second.valid_from


def test_a_pack_is_loaded_once():
    first = load_pack("ma-tifli-moukhtafi", on=dt.date(2026, 11, 22))

    assert load_pack("ma-tifli-moukhtafi", on=dt.date(2023, 3, 10)) is first


def test_an_unknown_pack_is_told_what_there_is():
    with pytest.raises(
        UnknownPack, match=r"no pack 'atlantis'; there is: .*ma-tifli"
    ) as caught:
        load_pack("atlantis", on=dt.date(2026, 11, 22))

    assert caught.value.id == "atlantis"
    assert set(caught.value.known) == {info.id for info in list_packs()}


def test_the_day_before_it_began_a_pack_is_not_in_force():
    with pytest.raises(
        PackNotInForce, match="not in force on 2023-03-09; it is from 2023"
    ) as caught:
        load_pack("ma-tifli-moukhtafi", on=dt.date(2023, 3, 9))

    assert caught.value.periods == ((dt.date(2023, 3, 10), None),)


def test_a_time_of_day_is_no_day():
    with pytest.raises(InvalidValue, match="on must be a date without a time of day"):
        load_pack("ma-tifli-moukhtafi", on=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        ("2023-03-09", False),
        ("2023-03-10", True),
        ("2025-01-31", True),
        ("2025-02-01", False),
    ],
)
def test_the_first_and_the_last_day_count(day, in_force):
    pack = parse_pack(pack_document() | {"valid_to": "2025-01-31"})

    assert pack.in_force(dt.date.fromisoformat(day)) is in_force


@pytest.mark.parametrize(
    "error",
    [
        UnknownPack("zz", ["aa", "bb"]),
        PackNotInForce(
            "zz", dt.date(2020, 1, 1), [(dt.date(2021, 1, 1), dt.date(2021, 2, 1))]
        ),
        UnknownLanguage("de", ["ar", "en"]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_pickling(error):
    twin = pickle.loads(pickle.dumps(error))

    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))
    assert isinstance(error, LookupError)


def test_a_period_that_has_ended_is_named_with_its_last_day():
    period = (dt.date(2021, 1, 1), dt.date(2021, 2, 1))

    text = str(PackNotInForce("zz", dt.date(2020, 1, 1), [period]))

    assert text.endswith("it is from 2021-01-01 to 2021-02-01")


# --- documents that are packs -------------------------------------------------------------


def test_a_pack_can_be_parsed_from_any_mapping():
    assert parse_pack(MappingProxyType(pack_document())) == parse_pack(pack_document())


def test_texts_in_further_languages_are_kept():
    document = pack_document()
    document["title"]["es"] = "Marruecos"

    assert parse_pack(document).title.find("es") == "Marruecos"


EVERY_NODE = [
    {"all": [DANGER]},
    {"any": [DANGER, DANGER]},
    {"not": DANGER},
    {"at_least": {"count": 2, "of": [DANGER, DANGER]}},
    {"compare": {"fact": "child.age_years", "op": "<", "value": 18}},
    {"compare": {"fact": "child.age_years", "op": "in", "value": [1, 2]}},
    {"compare": {"fact": "child.age_years", "op": "==", "value": 9.0}},
    {"compare": {"fact": "report.reporter_relation", "op": "!=", "value": "other"}},
    {"compare": {"fact": "report.consent", "op": "!=", "value": False}},
    {"known": {"fact": "last_seen.elapsed"}},
    DANGER,
    {"within": {"fact": "last_seen.elapsed", "hours": 72}},
]


@pytest.mark.parametrize("rule", EVERY_NODE, ids=lambda rule: next(iter(rule)))
def test_every_node_of_the_format_can_be_parsed(rule):
    assert parse_pack(with_rule(rule)).criteria[0].rule is not None


# --- documents that are none --------------------------------------------------------------


@pytest.mark.parametrize("document", [None, 3, "a pack", ["a pack"]])
def test_what_is_no_mapping_is_no_pack(document):
    assert problems_of(document) == [("$", "wrong-type")]


def test_an_empty_document_is_told_all_that_it_needs():
    assert {code for _, code in problems_of({})} == {"required"}
    assert len(problems_of({})) == 11


def test_what_is_no_json_is_refused_before_anything_else():
    assert problems_of({"id": {1, 2}}) == [("$.id", "not-json")]


def compare(fact, op, value):
    return {"compare": {"fact": fact, "op": op, "value": value}}


def deep(levels):
    rule = DANGER
    for _ in range(levels - 1):
        rule = {"not": rule}
    return rule


BAD_RULES = [
    # rule, path below the rule, code
    ({"known": {"fact": "child.shoe_size"}}, ".known.fact", "unknown-fact"),
    ({"within": {"fact": "nobody.knows", "hours": 2}}, ".within.fact", "unknown-fact"),
    (compare("nobody.knows", "<", 2), ".compare.fact", "unknown-fact"),
    ({"within": {"fact": "child.age_years", "hours": 2}}, ".within.fact", "wrong-type"),
    ({"confidence": {"fact": "report.consent", "at_least": "believed"}}, ".confidence.fact", "wrong-type"),
    ({"confidence": {"fact": "circumstances.danger", "at_least": "ruled_out"}}, ".confidence.at_least", "not-listed"),
    (compare("circumstances.danger", "==", "believed"), ".compare.fact", "wrong-type"),
    (compare("last_seen.elapsed", "<", 3), ".compare.fact", "wrong-type"),
    (compare("report.consent", "<", True), ".compare.op", "wrong-type"),
    (compare("report.reporter_relation", ">=", "father"), ".compare.op", "wrong-type"),
    (compare("child.age_years", "~", 3), ".compare.op", "not-listed"),
    (compare("report.consent", "==", "yes"), ".compare.value", "wrong-type"),
    (compare("report.consent", "==", 1), ".compare.value", "wrong-type"),
    (compare("child.age_years", "<", True), ".compare.value", "wrong-type"),
    (compare("child.age_years", "<", 17.5), ".compare.value", "wrong-type"),
    (compare("child.age_years", "<", [17]), ".compare.value", "wrong-type"),
    (compare("child.age_years", "in", 17), ".compare.value", "wrong-type"),
    (compare("child.age_years", "in", []), ".compare.value", "wrong-type"),
    (compare("child.age_years", "in", [17, "18"]), ".compare.value", "wrong-type"),
    (compare("report.reporter_relation", "==", "uncle"), ".compare.value", "wrong-type"),
    (compare("report.reporter_relation", "in", ["uncle", "father"]), ".compare.value", "wrong-type"),
    ({"at_least": {"count": 3, "of": [DANGER, DANGER]}}, ".at_least.count", "out-of-range"),
    ({"at_least": {"count": 0, "of": [DANGER]}}, ".at_least.count", "out-of-range"),
    ({"all": []}, ".all", "too-short"),
    ({"all": [DANGER, {"any": [{"known": {"fact": "a.b"}}]}]}, ".all[1].any[0].known.fact", "unknown-fact"),
    ({"any": [DANGER, {"either": [DANGER]}]}, ".any[1].either", "unknown-key"),
    ({}, "", "too-short"),
    ({"not": DANGER, "all": [DANGER]}, "", "too-long"),
    ("always", "", "wrong-type"),
    (deep(9), ".not" * 8, "too-deep"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "code"), BAD_RULES)
def test_a_bad_rule_is_named_with_its_place(rule, path, code):
    assert (f"$.criteria[0].rule{path}", code) in problems_of(with_rule(rule))


def test_eight_levels_are_not_too_deep():
    assert parse_pack(with_rule(deep(8))).criteria[0].decides


def test_a_comparison_is_told_the_values_that_there_are():
    with pytest.raises(
        InvalidDocument, match="must be one of father, mother, legal_guardian, other"
    ):
        parse_pack(with_rule(compare("report.reporter_relation", "==", "uncle")))


def test_an_unknown_fact_is_told_the_facts_that_would_fit():
    with pytest.raises(InvalidDocument) as caught:
        parse_pack(with_rule({"within": {"fact": "no.such", "hours": 1}}))

    durations = [f.name for f in FACTS.values() if f.type is FactType.DURATION]
    assert caught.value.problems[0].message == f"must be one of {', '.join(durations)}"


def change(path, value):
    def apply(document):
        *way, last = path
        for step in way:
            document = document[step]
        if value is None:
            del document[last]
        else:
            document[last] = value

    return apply


SPEEDS = {
    "on_foot": 5,
    "public_transport": 40,
    "vehicle": 80,
    "highway": 110,
    "unknown": 30,
}


def staged(after_min):
    return {
        "kind": "staged",
        "radii_m": [10_000, 20_000, 160_000],
        "after_min": after_min,
        "speeds_kmh": SPEEDS,
        "detour_factor": 1.3,
    }


def ladder(minutes):
    rungs = minutes
    if isinstance(minutes, list):
        rungs = [{"level": "district", "after_min": each} for each in minutes]
    return {
        "kind": "ladder",
        "rungs": rungs,
        "speeds_kmh": SPEEDS,
        "detour_factor": 1.3,
    }


BAD_PACKS = [
    (change(["$schema"], "urn:amberkit:schema:case:1"), "$.$schema", "not-listed"),
    (change(["id"], "Not An Id"), "$.id", "wrong-form"),
    (change(["jurisdiction"], "Morocco"), "$.jurisdiction", "wrong-form"),
    (change(["title", "ar"], None), "$.title.ar", "required"),
    (change(["title", "ar"], " "), "$.title.ar", "wrong-form"),
    (change(["title", "en"], "turned \u202e round"), "$.title", "not-clean"),
    (change(["notice", "not a tag"], "?"), "$.notice", "unknown-key"),
    (change(["title", "EN"], "twice"), "$.title", "not-clean"),
    (change(["sources", "h24info-2024", "title"], "turned \u202e"), "$.sources.h24info-2024.title", "not-clean"),
    (change(["sources", "h24info-2024", "url"], "ftp://example.org"), "$.sources.h24info-2024.url", "wrong-form"),
    (change(["sources", "h24info-2024", "kind"], "primary"), "$.criteria[0].source", "disagrees"),
    (change(["sources", "h24info-2024"], None), "$.criteria[0].source", "not-listed"),
    (change(["sources", "Upper"], {}), "$.sources", "wrong-form"),
    (change(["valid_from"], "2023-02-30"), "$.valid_from", "wrong-format"),
    (change(["valid_to"], "soon"), "$.valid_to", "wrong-form"),
    (change(["valid_to"], "2023-03-09"), "$.valid_to", "order"),
    (change(["criteria"], []), "$.criteria", "too-short"),
    (change(["criteria", 1, "id"], "reporter"), "$.criteria[1].id", "not-unique"),
    (change(["vetoes", 0, "id"], "reporter"), "$.vetoes[0].id", "not-unique"),
    (change(["criteria", 0, "source"], None), "$.criteria[0].source", "required"),
    (change(["criteria", 0, "quote"], None), "$.criteria[0].quote", "required"),
    (change(["vetoes", 0, "quote"], "quotation"), "$.vetoes[0].quote", "required"),
    (change(["vetoes", 0, "source"], "h24info-2024"), "$.vetoes[0].source", "not-allowed"),
    (change(["criteria", 0, "source"], 3), "$.criteria[0].source", "wrong-type"),
    (change(["criteria", 0, "rule"], None), "$.criteria[0].rule", "required"),
    (change(["criteria", 6, "rule"], DANGER), "$.criteria[6].rule", "not-allowed"),
    (change(["criteria", 6, "decides"], True), "$.criteria[6].decides", "not-allowed"),
    (change(["criteria", 0, "decides"], 1), "$.criteria[0].decides", "wrong-type"),
    (change(["criteria", 0], "a sentence"), "$.criteria[0]", "wrong-type"),
    (change(["policy"], "none"), "$.policy", "wrong-type"),
    (change(["policy", "growth"], "none"), "$.policy.growth", "wrong-type"),
    (change(["policy", "growth", "value", "radii_m"], [20_000, 10_000]), "$.policy.growth.value.radii_m", "order"),
    (change(["policy", "growth", "value", "radii_m"], [10_000, 10_000]), "$.policy.growth.value.radii_m", "order"),
    (change(["policy", "growth", "value", "radii_m"], [10_000, "far"]), "$.policy.growth.value.radii_m[1]", "wrong-type"),
    (change(["policy", "growth", "value", "radii_m"], [160_001]), "$.policy.growth.value.radii_m", "out-of-range"),
    (change(["policy", "growth", "value", "kind"], "fixed"), "$.policy.growth.value.radii_m", "too-long"),
    (change(["policy", "growth", "value", "detour_factor"], 0.9), "$.policy.growth.value.detour_factor", "out-of-range"),
    (change(["policy", "growth", "value", "speeds_kmh", "vehicle"], 0), "$.policy.growth.value.speeds_kmh.vehicle", "out-of-range"),
    (change(["policy", "max_radius_m", "value"], "far"), "$.policy.max_radius_m.value", "wrong-type"),
    (change(["policy", "max_radius_m", "evidence"], "policy"), "$.policy.max_radius_m.source", "not-allowed"),
    (change(["policy", "duration_h", "evidence"], "unpublished"), "$.policy.duration_h.evidence", "not-listed"),
    (change(["policy", "public_resolution", "value"], 9), "$.policy.public_resolution.value", "out-of-range"),
    (change(["policy", "public_resolution", "value"], 8), "$.policy.public_resolution.value", "order"),
    (change(["policy", "languages", "value"], ["ar", "AR"]), "$.policy.languages.value", "not-unique"),
    (change(["policy", "languages", "value"], ["Arabic!"]), "$.policy.languages.value[0]", "wrong-form"),
    (change(["policy", "contact", "value", "phone"], "call us"), "$.policy.contact.value.phone", "wrong-form"),
    (change(["surprise"], 1), "$.surprise", "unknown-key"),
    (change(["policy", "growth", "value", "radii_m"], None), "$.policy.growth.value.radii_m", "required"),
    (change(["policy", "growth", "value", "kind"], "staged"), "$.policy.growth.value.after_min", "required"),
    (change(["policy", "growth", "value", "kind"], "ladder"), "$.policy.growth.value.rungs", "required"),
    (change(["policy", "growth", "value", "kind"], ["reach"]), "$.policy.growth.value.kind", "not-listed"),
    (change(["policy", "growth", "value", "after_min"], [0]), "$.policy.growth.value.after_min", "not-allowed"),
    (change(["policy", "growth", "value", "on_foot_cap_m"], 160_001), "$.policy.growth.value.on_foot_cap_m", "out-of-range"),
    (change(["policy", "growth", "value"], staged([0, 30, 30])), "$.policy.growth.value.after_min", "order"),
    (change(["policy", "growth", "value"], staged([5, 30, 60])), "$.policy.growth.value.after_min", "order"),
    (change(["policy", "growth", "value"], staged([0, 30])), "$.policy.growth.value.after_min", "disagrees"),
    (change(["policy", "growth", "value"], staged([0, "soon", 60])), "$.policy.growth.value.after_min[1]", "wrong-type"),
    (change(["policy", "growth", "value"], ladder([0, 0])), "$.policy.growth.value.rungs", "order"),
    (change(["policy", "growth", "value"], ladder([10, 20])), "$.policy.growth.value.rungs", "order"),
    (change(["policy", "growth", "value"], ladder([0, "later"])), "$.policy.growth.value.rungs[1].after_min", "wrong-type"),
    (change(["policy", "growth", "value"], ladder("all")), "$.policy.growth.value.rungs", "wrong-type"),
    (change(["policy", "sightings", "value", "adds_from"], "ruled_out"), "$.policy.sightings.value.adds_from", "not-listed"),
    (change(["policy", "sightings", "value", "recenters_from"], "suspected"), "$.policy.sightings.value.recenters_from", "order"),
    (change(["policy", "sightings", "value", "guides_from"], "confirmed"), "$.policy.sightings.value.adds_from", "order"),
    (change(["policy", "loudness", "value", "quiet_level"], "siren"), "$.policy.loudness.value.quiet_level", "order"),
    (change(["policy", "loudness", "value", "quiet_from"], "24:00"), "$.policy.loudness.value.quiet_from", "wrong-form"),
    (change(["policy", "max_spill_m", "value"], 0), "$.policy.max_spill_m.value", "out-of-range"),
]  # fmt: skip


@pytest.mark.parametrize(("apply", "path", "code"), BAD_PACKS)
def test_a_bad_pack_is_told_the_place(apply, path, code):
    document = pack_document()
    apply(document)

    assert (path, code) in problems_of(document)


@pytest.mark.parametrize("how", ["unpublished", "undeciding"])
def test_a_pack_in_which_nothing_decides_is_refused(how):
    # Every case would be an alert.
    document = pack_document()
    for entry in document["criteria"]:
        if how == "unpublished":
            for key in ("source", "quote", "rule", "decides"):
                entry.pop(key, None)
            entry["evidence"] = "unpublished"
        elif "rule" in entry:
            entry["decides"] = False

    assert problems_of(document) == [("$.criteria", "required")]


def test_all_problems_come_at_once_in_the_order_of_their_paths():
    document = pack_document()
    for apply, _, _ in (BAD_PACKS[1], BAD_PACKS[15], BAD_PACKS[17], BAD_PACKS[31]):
        apply(document)

    assert problems_of(document) == [
        ("$.criteria[1].id", "not-unique"),
        ("$.id", "wrong-form"),
        ("$.policy.growth.value.radii_m", "order"),
        ("$.valid_to", "order"),
    ]


def places_in(value, way=()):
    """Every place in a document but the French and Arabic twins of a text."""
    yield way
    if isinstance(value, dict):
        for key in value.keys() - {"fr", "ar"} if "en" in value else value:
            yield from places_in(value[key], (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places_in(inner, (*way, index))


JUNK = [None, True, 7, -1.5, "?", [], {}, [[]], {"a": {}}]


def test_junk_in_any_place_is_a_problem_or_a_pack_but_never_a_crash():
    whole = with_rule({"all": EVERY_NODE[2:]})
    whole["criteria"] += pack_document()["criteria"][1:2]
    places = list(places_in(whole))[1:]

    outcomes = []
    for number, way in enumerate(places):
        document = copy.deepcopy(whole)
        place = document
        for step in way[:-1]:
            place = place[step]
        place[way[-1]] = JUNK[number % len(JUNK)]
        try:
            outcomes.append(parse_pack(document))
        except InvalidDocument as error:
            outcomes.append(error.problems)

    assert len(outcomes) == len(places) > 100
    assert all(outcomes)


def test_the_schema_alone_accepts_what_ships_and_names_itself():
    document = pack_document()

    assert check("pack", document) == ()
    assert document["$schema"] == "urn:amberkit:schema:pack:1"
    assert json.loads(json.dumps(document)) == document


# --- whole files that are bad -----------------------------------------------------------


def test_a_pack_is_no_lesser_product_of_itself():
    document = pack_document()
    document["policy"]["lesser"] = {
        "value": ["ma-tifli-moukhtafi"],
        "says": dict.fromkeys(("en", "fr", "ar"), "None."),
        "evidence": "policy",
    }

    assert problems_of(document) == [("$.policy.lesser.value", "cycle")]


@pytest.mark.parametrize(
    ("value", "evidence", "path"),
    [
        (None, "policy", "$.policy.retention_days.evidence"),
        (30, "unpublished", "$.policy.retention_days.value"),
    ],
)
def test_a_decision_without_a_value_is_one_that_is_not_published(value, evidence, path):
    document = pack_document()
    document["policy"]["retention_days"] = {
        "value": value,
        "says": dict.fromkeys(("en", "fr", "ar"), "Kept so long."),
        "evidence": evidence,
    }

    assert problems_of(document) == [(path, "disagrees")]


def test_two_versions_in_force_on_one_day_are_found():
    first, second = pack_document(), pack_document()
    first["valid_to"] = "2024-12-31"
    second["valid_from"] = "2024-12-31"
    apart = pack_document() | {"valid_from": "2025-01-01"}

    (problem,) = overlaps([parse_pack(second), parse_pack(first)])

    assert problem.path == "ma-tifli-moukhtafi@2024-12-31.valid_from"
    assert problem.code == "overlap"
    assert overlaps([parse_pack(apart), parse_pack(first)]) == ()


@pytest.mark.parametrize(
    "data",
    [
        b'{"criteria": ' + b'[{"rule": {"not": ' * 10_000,
        b'{"title": {"en": "' + b"x" * 5_000_000 + b'"}}',
    ],
    ids=["10,000 levels", "5 MB"],
)
def test_a_monstrous_file_is_refused_at_once(data):
    started = time.process_time()

    with pytest.raises(UnreadableDocument):
        read_json(data, "pack")

    assert time.process_time() - started < 2


def test_a_monstrous_mapping_is_refused_at_once():
    rule = {"known": {"fact": "report.consent"}}
    for _ in range(10_000):
        rule = {"not": rule}
    started = time.process_time()

    with pytest.raises(InvalidDocument):
        parse_pack(with_rule(rule))

    assert time.process_time() - started < 2


def test_rules_of_more_leaves_than_anyone_can_wait_for_are_refused():
    leaf = {"known": {"fact": "report.consent"}}
    document = pack_document()
    document["criteria"] = [
        criterion(f"c{i}", {"all": [{"any": [leaf] * 10}] * 10}) for i in range(4)
    ]

    assert problems_of(document) == [("$.criteria", "too-long")]


def test_a_document_of_too_many_values_is_refused_before_anything_else():
    document = with_rule({"any": [DANGER] * 30_000})
    started = time.process_time()

    assert problems_of(document) == [("$", "too-long")]

    assert time.process_time() - started < 5


def test_a_text_is_of_one_line():
    document = pack_document()
    document["criteria"][0]["says"]["en"] = "Met.\n- Met: forged."

    assert problems_of(document) == [("$.criteria[0].says", "not-clean")]


@pytest.mark.parametrize("url", ["https://a.example/\n", "https://a b", "https://"])
def test_an_address_has_no_spaces(url):
    document = pack_document()
    document["sources"]["telquel-2023"]["url"] = url

    assert ("$.sources.telquel-2023.url", "wrong-form") in problems_of(document)


def test_a_fact_that_is_asked_in_the_wrong_way_is_told_of_what_type_it_is():
    rule = {"compare": {"fact": "circumstances.danger", "op": "==", "value": True}}

    with pytest.raises(InvalidDocument, match="is of the type confidence"):
        parse_pack(with_rule(rule))


# --- kinds of growth ------------------------------------------------------------------


def grown(growth):
    document = pack_document()
    document["policy"]["growth"]["value"] = growth
    return parse_pack(document)


def test_a_table_of_radii_is_read():
    growth = grown(staged([0, 30, 60.5])).policy.growth.value

    assert growth.kind.value == "staged"
    assert growth.radii_m == (10_000, 20_000, 160_000)
    assert growth.after_min == (0, 30, 60.5)


def test_a_ladder_is_read_and_its_rungs_are_compared():
    one, other = grown(ladder([0, 30])), grown(ladder([0, 45]))
    growth = one.policy.growth.value

    assert [(r.level, r.neighbors, r.after_min) for r in growth.rungs] == [
        ("district", False, 0),
        ("district", False, 30),
    ]
    (found,) = diff_packs(one, other)
    assert [(p.name, p.old, p.new) for p in found.parts] == [
        ("value.rungs[1].after_min", "30.0", "45.0")
    ]
