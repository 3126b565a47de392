"""An assessment that is kept, replayed and handed on."""

import copy
import datetime as dt
import json
import subprocess
import sys

import attrs
import pytest
from eligibility_samples import (
    DAY,
    NOW,
    assess_document,
    case_document,
    criterion,
    morocco,
    pack_document,
    pack_of,
    sure,
)

from amberkit.cases import dump_case, load_case
from amberkit.eligibility import (
    NotAcknowledged,
    PackNotInForce,
    Status,
    Truth,
    Waiver,
    WaiverRefused,
    assess,
    load_pack,
    parse_pack,
)
from amberkit.errors import InvalidValue
from amberkit.schemas import check, read_json
from amberkit.values import Mode

SALT = bytes(range(16))
WAIVER = Waiver(
    case_id="MA-EXAMPLE-2026-0001",
    criterion="consent",
    authority="prosecutor",
    by="magistrate-7",
    reason="Zq17Xv cannot be reached",
    at=NOW,
)


def waivable_pack():
    document = pack_document()
    document["criteria"][1]["waivable_by"] = "prosecutor"
    return parse_pack(document)


def without_consent():
    document = case_document()
    document["report"].pop("consent")
    return load_case(document)


# --- waivers --------------------------------------------------------------------------


def test_a_waived_criterion_decides_nothing_and_is_on_record():
    assessment = assess(without_consent(), waivable_pack(), now=NOW, waivers=[WAIVER])

    finding = assessment.findings[1]
    assert assessment.truth is Truth.TRUE
    assert (finding.status, finding.truth) == (Status.WAIVED, Truth.UNKNOWN)
    assert not finding.decides
    assert assessment.missing.next is None
    assert assessment.record()["waivers"] == [
        {
            "criterion": "consent",
            "authority": "prosecutor",
            "at": "2026-11-22T17:30:00+00:00",
            "by": "magistrate-7",
            "reason": "Zq17Xv cannot be reached",
        }
    ]


def test_without_the_waiver_the_question_stays():
    assessment = assess(without_consent(), waivable_pack(), now=NOW)

    assert assessment.truth is Truth.UNKNOWN
    assert assessment.missing.next == "report.consent"


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({"criterion": "nothing"}, "the pack has no such criterion or veto"),
        ({"criterion": "age"}, "the pack lets nobody waive it"),
        ({"authority": "mayor"}, "only prosecutor may waive it"),
        ({"at": NOW + dt.timedelta(seconds=1)}, "must not be of the future"),
        ({"case_id": "ANOTHER-1"}, "the waiver is of another case"),
    ],
)
def test_a_waiver_that_does_not_fit_is_refused(change, right):
    waiver = attrs.evolve(WAIVER, **change)

    with pytest.raises(WaiverRefused, match=right):
        assess(without_consent(), waivable_pack(), now=NOW, waivers=[waiver])


def test_one_criterion_at_least_is_left_to_decide():
    document = pack_document()
    document["criteria"] = [criterion("only", sure("danger"), waivable_by="prosecutor")]
    waiver = attrs.evolve(WAIVER, criterion="only")

    with pytest.raises(WaiverRefused, match="one criterion must be left to decide"):
        assess(without_consent(), parse_pack(document), now=NOW, waivers=[waiver])


@pytest.mark.parametrize("wrong", [["abc"], "abc", [{}], [None]])
def test_only_waivers_waive(wrong):
    with pytest.raises(InvalidValue, match="waivers must be an iterable of Waiver"):
        assess(without_consent(), waivable_pack(), now=NOW, waivers=wrong)


def test_one_criterion_is_waived_once():
    with pytest.raises(WaiverRefused, match="one waiver of it only"):
        assess(without_consent(), waivable_pack(), now=NOW, waivers=[WAIVER, WAIVER])


@pytest.mark.parametrize("field", ["criterion", "authority", "by", "reason"])
@pytest.mark.parametrize("value", ["", "  ", "x" * 1_001, 7])
def test_a_waiver_has_short_texts(field, value):
    with pytest.raises(InvalidValue, match=field):
        attrs.evolve(WAIVER, **{field: value})


def test_a_waiver_prints_no_person_and_no_reason():
    assert "magistrate" not in repr(WAIVER)
    assert "Zq17Xv" not in repr(WAIVER)


# --- live, and what no source says ----------------------------------------------------


def unsourced_pack():
    document = pack_document()
    document["criteria"][5]["evidence"] = "unsourced"
    return parse_pack(document)


def test_nothing_live_comes_of_criteria_without_a_source_that_nobody_takes_on():
    case, pack = load_case(case_document()), unsourced_pack()

    with pytest.raises(NotAcknowledged, match="no source is at hand for age"):
        assess(case, pack, now=NOW, mode=Mode.LIVE)
    exercise = assess(case, pack, now=NOW)
    taken_on = assess(case, pack, now=NOW, mode=Mode.LIVE, acknowledged={"age"})

    assert exercise.unacknowledged == ("age",)
    assert taken_on.unacknowledged == ()
    assert taken_on.record()["acknowledged"] == ["age"]
    assert assess(case, morocco(), now=NOW, mode=Mode.LIVE).unacknowledged == ()


def test_a_word_is_no_collection_of_words_and_a_word_is_no_mode():
    case, pack = load_case(case_document()), unsourced_pack()

    with pytest.raises(InvalidValue, match="a collection of identifiers"):
        assess(case, pack, now=NOW, acknowledged="image-ageing")
    with pytest.raises(InvalidValue, match="mode must be a Mode"):
        assess(case, pack, now=NOW, mode="live")


def test_a_pack_that_is_not_in_force_anywhere_makes_nothing_live():
    document = pack_document() | {"valid_to": "2026-11-20"}
    case, pack = load_case(case_document()), parse_pack(document)

    with pytest.raises(PackNotInForce):
        assess(case, pack, now=NOW, mode=Mode.LIVE)

    # An old case is replayed under the rule of its day.
    assert assess(case, pack, now=NOW).truth is Truth.TRUE
    # On the last day it may still be in force somewhere.
    late = parse_pack(document | {"valid_to": "2026-11-22"})
    assert assess(case, late, now=NOW, mode=Mode.LIVE).truth is Truth.TRUE


# --- what would turn the verdict --------------------------------------------------------


def test_of_a_yes_each_fact_that_could_make_it_a_no_is_named():
    pack = pack_of(sure("danger"), {"any": [sure("suspicious"), sure("forced")]})
    facts = {"danger": "believed", "suspicious": "believed", "forced": "confirmed"}
    document = case_document() | {"circumstances": facts}

    assessment = assess_document(document, pack)

    assert assessment.truth is Truth.TRUE
    assert assessment.opposite == (
        ("circumstances.danger",),
        ("circumstances.forced", "circumstances.suspicious"),
    )


def test_of_a_no_all_that_stands_against_it_is_named_together():
    pack = pack_of(sure("danger"), vetoes=[sure("publication_harm")])
    facts = {"danger": "ruled_out", "publication_harm": "confirmed"}
    document = case_document() | {"circumstances": facts}

    assessment = assess_document(document, pack)

    assert assessment.truth is Truth.FALSE
    assert assessment.opposite == (
        ("circumstances.danger", "circumstances.publication_harm"),
    )
    assert len(assessment.explain("fr").changes) == 1


def test_a_time_that_has_passed_and_a_number_below_zero_can_turn_a_verdict():
    pack = pack_of(
        {"within": {"fact": "last_seen.elapsed", "hours": 72}},
        {"compare": {"fact": "suspect.unrelated_years_older", "op": ">=", "value": 0}},
    )
    document = case_document()
    document["suspects"] = [{"age_years": 40, "relation": "stranger"}]

    assert assess_document(document, pack).opposite == (
        ("last_seen.elapsed",),
        ("suspect.unrelated_years_older",),
    )


def test_a_verdict_that_is_not_known_has_no_opposite():
    assert assess(without_consent(), morocco(), now=NOW).opposite == ()


# --- duties -----------------------------------------------------------------------------


def duty_pack(rule):
    document = pack_document()
    whole = criterion("refer", rule)
    document["duties"] = [whole]
    return parse_pack(document)


REFER = {"confidence": {"fact": "risk.trafficking", "at_least": "suspected"}}


@pytest.mark.parametrize(
    ("signs", "status"),
    [
        ({"forced_labor": "suspected"}, Status.DUE),
        (None, Status.UNKNOWN),
        (
            dict.fromkeys(
                (
                    "sexual_exploitation",
                    "forced_crime",
                    "forced_marriage",
                    "forced_labor",
                ),
                "ruled_out",
            ),
            Status.NOT_DUE,
        ),
    ],
    ids=["due", "unknown", "not due"],
)
def test_a_duty_follows_from_its_rule_and_decides_nothing(signs, status):
    document = case_document()
    document.pop("risk_indicators")
    if signs is not None:
        document["risk_indicators"] = signs

    assessment = assess_document(document, duty_pack(REFER))

    finding = assessment.findings[-1]
    assert finding.status is status
    assert not finding.decides
    assert assessment.duties == ((finding,) if status is Status.DUE else ())
    assert assessment.truth is assess_document(document, morocco()).truth
    assert "refer." in assessment.explain("en").text()


# --- the record -------------------------------------------------------------------------


def test_the_record_holds_to_its_schema_and_is_json():
    for document in (case_document(), dump_case(without_consent())):
        assessment = assess_document(document, morocco())
        for form in (assessment.record(), assessment.partner_form()):
            again = read_json(json.dumps(form).encode(), "assessment")
            assert again == form
            assert check("assessment", form) == ()


def test_the_record_says_who_stated_what_it_rests_on():
    record = assess_document(case_document(), morocco()).record()

    (reading,) = (f for f in record["facts"] if f["name"] == "circumstances.suspicious")
    assert reading["stated"] == [
        {
            "field": "circumstances.suspicious",
            "by": "officer-0147",
            "at": "2026-11-22T17:02:00+00:00",
        }
    ]
    assert reading["value"] == "believed"


def test_of_several_statements_the_latest_one_counts_and_none_of_the_future():
    document = case_document()
    first = document["attributions"][0]
    document["attributions"] += [
        {**first, "by": "officer-2", "at": "2026-11-22T17:10:00Z"},
        {**first, "by": "officer-3", "at": "2026-11-22T18:10:00Z"},
    ]

    record = assess_document(document, morocco()).record()

    assert [
        stated["by"] for fact in record["facts"] for stated in fact.get("stated", ())
    ] == ["officer-2"]


def test_a_court_that_has_the_record_and_the_case_finds_the_same():
    first = assess(load_case(case_document()), morocco(), now=NOW)
    filed = json.loads(json.dumps(dump_case(load_case(case_document()))))
    record = json.loads(json.dumps(first.record()))

    pack = load_pack(record["pack"]["id"], on=DAY)
    now = dt.datetime.fromisoformat(record["now"])
    again = assess(load_case(filed), pack, now=now, mode=Mode(record["mode"]))

    assert pack.digest == record["pack"]["digest"]
    assert again.record() == record
    assert again.content_hash(SALT) == first.content_hash(SALT)


def test_the_hash_is_the_same_in_another_process():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from eligibility_samples "
        "import *; print(assess_document(case_document(), morocco())"
        ".content_hash(bytes(range(16))))"
    )
    folder = __file__.rpartition("/")[0]
    ran = [
        subprocess.run(
            [sys.executable, "-c", code, folder],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert len(ran[0]) == 64
    assert ran[0] == ran[1]
    assert ran[0] == assess_document(case_document(), morocco()).content_hash(SALT)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["circumstances"].update(suspicious="confirmed"),
        lambda d: d["children"][0].pop("photographs"),
        lambda d: d.update(revision=2),
        lambda d: d.update(attributions=[]),
    ],
    ids=["a level", "a photograph", "a revision", "a statement"],
)
def test_the_hash_tells_what_has_changed(change):
    document = case_document()
    change(document)
    before = assess_document(case_document(), morocco())

    assert assess_document(document, morocco()).content_hash(
        SALT
    ) != before.content_hash(SALT)
    assert before.content_hash(SALT) != before.content_hash(b"another salt of 16")


def test_the_order_of_what_is_listed_in_a_case_does_not_matter():
    document = case_document()
    first = document["attributions"][0]
    document["attributions"] = [first, {**first, "by": "officer-2"}]
    document["vehicles"].append({"kind": "van", "color": "white"})
    turned = copy.deepcopy(document)
    turned["attributions"].reverse()
    turned["vehicles"].reverse()
    rule = {"compare": {"fact": "description.vehicle", "op": "==", "value": True}}
    pack = pack_of(rule, sure("suspicious"))

    assert (
        assess_document(document, pack).record()
        == assess_document(turned, pack).record()
    )


@pytest.mark.parametrize("salt", [b"", b"x" * 15, "x" * 16, None])
def test_a_salt_is_long(salt):
    with pytest.raises(InvalidValue, match="salt must be at least 16 bytes"):
        assess_document(case_document(), morocco()).content_hash(salt)


def test_every_kind_of_leaf_and_value_has_its_form():
    leaf_rules = [
        {"known": {"fact": "report.consent"}},
        {"within": {"fact": "report.delay", "hours": 2.5}},
        {"compare": {"fact": "child.age_years", "op": "in", "value": [9, 10]}},
        sure("danger"),
    ]
    record = assess_document(case_document(), pack_of(*leaf_rules)).record()

    assert [f["answers"][0]["rule"] for f in record["findings"]] == leaf_rules
    assert {f["name"]: f["value"] for f in record["facts"]} == {
        "report.consent": True,
        "report.delay": pytest.approx(1 / 3),
        "child.age_years": 9,
        "circumstances.danger": "believed",
    }


# --- what partners get --------------------------------------------------------------------


def test_partners_get_no_value_no_person_and_no_reason():
    document = case_document()
    pack = waivable_pack()
    assessment = assess(load_case(document), pack, now=NOW, waivers=[WAIVER])
    text = json.dumps(assessment.partner_form(), ensure_ascii=False)

    keys = set()

    def walk(value):
        if isinstance(value, dict):
            keys.update(value)
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(assessment.partner_form())
    assert keys.isdisjoint({"value", "stated", "answers", "by", "reason"})
    assert keys.isdisjoint({"facts", "fields", "opposite", "known"})
    assert "duty" not in text
    for secret in (
        "officer-0147",
        "magistrate-7",
        "Zq17Xv",
        "believed",
        "suspected",
        "ruled_out",
        "confirmed",
        "mother",
    ):
        assert secret not in text


def test_two_cases_that_differ_in_values_alone_look_the_same_to_partners():
    document = case_document()
    document["circumstances"]["suspicious"] = "confirmed"
    document["report"]["reporter"]["relation"] = "father"

    first, second = (
        assess_document(each, morocco()).partner_form()
        for each in (case_document(), document)
    )

    assert first == second
