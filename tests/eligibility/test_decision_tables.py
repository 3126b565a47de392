"""Decision tables: what is wrong with one is told, and so is what it leaves out."""

import copy
import datetime as dt

import pytest
from eligibility_samples import criterion, pack_document

from amberkit.eligibility import Truth, parse_pack, parse_table, table_problems
from amberkit.errors import InvalidDocument
from amberkit.values import Confidence

SURE = {"confidence": {"fact": "circumstances.danger", "at_least": "believed"}}
RECENT = {"within": {"fact": "last_seen.elapsed", "hours": 72}}
ASKED = {"compare": {"fact": "report.reporter_relation", "op": "==", "value": "father"}}
YOUNG = {"compare": {"fact": "child.age_years", "op": "<", "value": 18}}
CONSENT = {"compare": {"fact": "report.consent", "op": "==", "value": True}}


def pack_of_five():
    document = pack_document()
    rules = {
        "danger": SURE,
        "recent": RECENT,
        "father": ASKED,
        "young": YOUNG,
        "consent": CONSENT,
    }
    document["criteria"] = [criterion(name, rule) for name, rule in rules.items()]
    document["criteria"][4]["waivable_by"] = "judge"
    document["vetoes"] = []
    document["duties"] = []
    return parse_pack(document)


def row(name, facts, findings, truth, **more):
    return {
        "name": name,
        "facts": facts,
        "findings": findings,
        "truth": truth,
        "because": "the text says so",
        **more,
    }


def table_document():
    facts = {
        "danger": ("circumstances.danger", "ruled_out"),
        "recent": ("last_seen.elapsed", 73.5),
        "father": ("report.reporter_relation", "mother"),
        "young": ("child.age_years", 18),
        "consent": ("report.consent", False),
    }
    rows = [
        row(f"{name} {truth}", {fact: value}, {name: truth}, truth)
        for name, (fact, wrong) in facts.items()
        for truth, value in (("false", wrong), ("unknown", None))
    ]
    rows.append(row("all", {}, dict.fromkeys(facts, "true"), "true"))
    return {
        "$schema": "urn:amberkit:schema:decision-table:1",
        "pack": "ma-tifli-moukhtafi",
        "valid_from": "2023-03-10",
        "base": {
            "circumstances.danger": "believed",
            "last_seen.elapsed": 2,
            "report.reporter_relation": "father",
            "child.age_years": 9.0,
            "report.consent": True,
        },
        "rows": rows,
    }


def problems_of(document):
    with pytest.raises(InvalidDocument) as caught:
        parse_table(document, pack_of_five())
    return [(p.path, p.code, p.message) for p in caught.value.problems]


def test_a_sound_table_is_read_with_its_base_first():
    table = parse_table(table_document(), pack_of_five())

    assert (table.pack, table.valid_from) == (
        "ma-tifli-moukhtafi",
        dt.date(2023, 3, 10),
    )
    assert table.rows[0].name == "base"
    assert table.rows[0].truth is Truth.TRUE
    assert table.rows[0].facts == {
        "circumstances.danger": Confidence.BELIEVED,
        "last_seen.elapsed": dt.timedelta(hours=2),
        "report.reporter_relation": "father",
        "child.age_years": 9,
        "report.consent": True,
    }
    assert table.rows[2].facts["circumstances.danger"] is None
    assert table_problems(table, pack_of_five()) == ()


def test_a_verdict_and_a_finding_that_differ_are_told_with_their_row():
    document = table_document()
    document["rows"][0] |= {"truth": "true", "findings": {"danger": "true"}}

    table = parse_table(document, pack_of_five())
    found = [(p.path, p.code) for p in table_problems(table, pack_of_five())]

    assert ('$.rows["danger false"].truth', "disagrees") in found
    assert ('$.rows["danger false"].findings["danger"]', "disagrees") in found
    # And now no row is left in which it is false.
    assert ("$.rows", "required") in found


def test_what_no_row_is_about_is_told():
    document = table_document()
    del document["rows"][:2]
    table = parse_table(document, pack_of_five())

    assert [p.message for p in table_problems(table, pack_of_five())] == [
        "must have a row in which danger is false",
        "must have a row in which danger is unknown",
    ]


def test_what_a_rule_cannot_be_needs_no_row():
    raw = pack_document()
    raw["criteria"] = [criterion("known", {"known": {"fact": "report.consent"}})]
    raw["vetoes"], raw["duties"] = [], []
    pack = parse_pack(raw)
    document = table_document() | {
        "base": {"report.consent": True},
        "rows": [
            row("known", {}, {"known": "true"}, "true"),
            row("not known", {"report.consent": None}, {"known": "unknown"}, "unknown"),
        ],
    }

    assert table_problems(parse_table(document, pack), pack) == ()


def test_a_row_may_waive_what_the_pack_lets_somebody_waive():
    document = table_document()
    document["rows"].append(
        row(
            "waived",
            {"report.consent": None},
            {"consent": "unknown"},
            "true",
            waived=["consent"],
        )
    )

    table = parse_table(document, pack_of_five())

    assert table_problems(table, pack_of_five()) == ()


WRONG = [
    (lambda d: d.update(pack="another"), "$.pack", "disagrees"),
    (lambda d: d.update(valid_from="2023-03-11"), "$.pack", "disagrees"),
    (lambda d: d["base"].pop("report.consent"), '$.base["report.consent"]', "required"),
    (
        lambda d: d["base"].update({"report.consent": 1}),
        '$.base["report.consent"]',
        "wrong-type",
    ),
    (
        lambda d: d["base"].update({"report.delay": 1}),
        '$.base["report.delay"]',
        "unknown-fact",
    ),
    (
        lambda d: d["rows"][0]["facts"].update({"child.age_years": 8.5}),
        '$.rows[0].facts["child.age_years"]',
        "wrong-type",
    ),
    (
        lambda d: d["rows"][0]["facts"].update({"child.age_years": True}),
        '$.rows[0].facts["child.age_years"]',
        "wrong-type",
    ),
    (
        lambda d: d["rows"][0]["facts"].update({"report.reporter_relation": "uncle"}),
        '$.rows[0].facts["report.reporter_relation"]',
        "wrong-type",
    ),
    (
        lambda d: d["rows"][0]["facts"].update({"circumstances.danger": "sure"}),
        '$.rows[0].facts["circumstances.danger"]',
        "wrong-type",
    ),
    (
        lambda d: d["rows"][0]["facts"].update({"last_seen.elapsed": 1e9}),
        '$.rows[0].facts["last_seen.elapsed"]',
        "wrong-type",
    ),
    *(
        (
            lambda d, value=value: d["base"].update({"circumstances.danger": value}),
            '$.base["circumstances.danger"]',
            "wrong-type",
        )
        for value in ([], {}, [1])
    ),
    (
        lambda d: d["rows"][0]["findings"].update(nothing="true"),
        '$.rows[0].findings["nothing"]',
        "not-listed",
    ),
    (
        lambda d: d["rows"][0].update(waived=["young"]),
        '$.rows[0].waived["young"]',
        "not-listed",
    ),
    (
        lambda d: d["rows"][1].update(name=d["rows"][0]["name"]),
        "$.rows[1].name",
        "not-unique",
    ),
    (lambda d: d["rows"][0].update(name="base"), "$.rows[0].name", "not-unique"),
    (lambda d: d["rows"][0].pop("because"), "$.rows[0].because", "required"),
    (lambda d: d.update(rows=[]), "$.rows", "too-short"),
]


@pytest.mark.parametrize(("change", "path", "code"), WRONG)
def test_what_is_wrong_with_a_table_is_told_with_its_place(change, path, code):
    document = copy.deepcopy(table_document())
    change(document)

    assert (path, code) in [found[:2] for found in problems_of(document)]
