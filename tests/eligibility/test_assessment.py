"""What an assessment is: no short cut, vetoes, laws, nothing that it shows."""

import datetime as dt
import itertools
import pickle

import pytest
from eligibility_samples import (
    CASE_FACTS,
    CONSENT,
    LEVELS,
    NOW,
    assess_document,
    case_document,
    criterion,
    morocco,
    oracle_verdict,
    pack_document,
    pack_of,
    partial,
    rules,
    sure,
    with_facts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from amberkit.cases import load_case
from amberkit.eligibility import Role, Status, Truth, assess, parse_pack
from amberkit.errors import InvalidValue, NotShareable
from amberkit.values import Restricted

TRUTH = {"T": Truth.TRUE, "U": Truth.UNKNOWN, "F": Truth.FALSE}


@settings(deadline=None)
@given(st.lists(rules, min_size=1, max_size=3), st.lists(rules, max_size=2), partial)
def test_the_verdict_is_that_of_kleenes_tables(criteria, vetoes, facts):
    assessment = assess_document(with_facts(facts), pack_of(*criteria, vetoes=vetoes))

    known = {name: facts.get(name) for name in CASE_FACTS}
    assert assessment.truth is TRUTH[oracle_verdict(criteria, vetoes, known)]


@settings(deadline=None)
@given(
    st.lists(rules, min_size=1, max_size=3),
    st.lists(rules, max_size=2),
    partial,
    partial,
)
def test_learning_never_flips_a_decided_verdict(criteria, vetoes, facts, learnt):
    pack = pack_of(*criteria, vetoes=vetoes)
    before = assess_document(with_facts(facts), pack).truth

    after = assess_document(with_facts(learnt | facts), pack).truth

    assert before is Truth.UNKNOWN or after is before


@settings(deadline=None)
@given(st.permutations([sure("suspicious"), sure("danger"), CONSENT]), partial)
def test_the_order_of_the_criteria_does_not_matter(criteria, facts):
    here = assess_document(with_facts(facts), pack_of(*criteria))
    there = assess_document(with_facts(facts), pack_of(*reversed(criteria)))

    assert here.truth is there.truth
    assert set(here.missing.for_true) == set(there.missing.for_true)


@pytest.mark.parametrize(
    ("criterion_level", "veto_level", "verdict"),
    [
        ("confirmed", "ruled_out", Truth.TRUE),
        ("confirmed", "suspected", Truth.UNKNOWN),
        ("confirmed", None, Truth.UNKNOWN),
        ("confirmed", "believed", Truth.FALSE),
        ("confirmed", "confirmed", Truth.FALSE),
        (None, "ruled_out", Truth.UNKNOWN),
        (None, "suspected", Truth.UNKNOWN),
        (None, None, Truth.UNKNOWN),
        (None, "believed", Truth.FALSE),
        ("ruled_out", "ruled_out", Truth.FALSE),
        ("ruled_out", "suspected", Truth.FALSE),
        ("ruled_out", None, Truth.FALSE),
        ("ruled_out", "confirmed", Truth.FALSE),
    ],
)
def test_a_veto_overrides_and_an_unknown_one_holds_up(
    criterion_level, veto_level, verdict
):
    facts = {
        "circumstances.danger": criterion_level,
        "circumstances.forced": veto_level,
    }
    document = with_facts({name: level for name, level in facts.items() if level})

    assessment = assess_document(
        document, pack_of(sure("danger"), vetoes=[sure("forced")])
    )

    assert assessment.truth is verdict


def test_known_of_an_unknown_fact_is_unknown_and_never_false():
    pack = pack_of({"known": {"fact": "circumstances.danger"}})

    assert assess_document(with_facts({}), pack).truth is Truth.UNKNOWN
    for level in LEVELS:
        document = with_facts({"circumstances.danger": level})
        assert assess_document(document, pack).truth is Truth.TRUE


@pytest.mark.parametrize(
    ("level", "least"), list(itertools.product(LEVELS, LEVELS[1:]))
)
def test_confidence_is_false_only_where_it_is_ruled_out(level, least):
    document = with_facts({"circumstances.danger": level})

    truth = assess_document(document, pack_of(sure("danger", least))).truth

    if level == "ruled_out":
        assert truth is Truth.FALSE
    elif LEVELS.index(level) >= LEVELS.index(least):
        assert truth is Truth.TRUE
    else:
        assert truth is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("op", "value", "holds"),
    [
        ("<", 10, True),
        ("<", 9, False),
        ("<=", 9, True),
        ("<=", 8, False),
        ("==", 9, True),
        ("==", 8, False),
        ("!=", 8, True),
        ("!=", 9, False),
        (">=", 9, True),
        (">=", 10, False),
        (">", 8, True),
        (">", 9, False),
        ("in", [8, 9], True),
        ("in", [8, 10], False),
    ],
)
def test_a_child_of_nine_is_compared(op, value, holds):
    pack = pack_of({"compare": {"fact": "child.age_years", "op": op, "value": value}})

    assert assess_document(case_document(), pack).truth is Truth.of(holds)


@pytest.mark.parametrize(
    ("elapsed", "truth"),
    [(-1, Truth.TRUE), (3 * 3600, Truth.TRUE), (3 * 3600 + 1, Truth.FALSE)],
)
def test_within_counts_the_time_since_the_child_was_last_seen(elapsed, truth):
    pack = pack_of({"within": {"fact": "last_seen.elapsed", "hours": 3}})
    last_seen = dt.datetime(2026, 11, 22, 16, 40, tzinfo=dt.UTC)
    now = last_seen + dt.timedelta(seconds=elapsed)

    assert assess_document(case_document(), pack, now=now).truth is truth


def test_every_criterion_and_every_leaf_is_kept_whatever_the_others_say():
    both = {"all": [sure("danger"), {"any": [CONSENT, {"not": sure("forced")}]}]}
    pack = pack_of(both, sure("suspicious"), vetoes=[sure("publication_harm")])
    document = with_facts({"circumstances.danger": "ruled_out", "report.consent": True})

    findings = assess_document(document, pack).findings

    F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
    assert [f.criterion.id for f in findings] == ["c0", "c1", "v0"]
    assert [f.role for f in findings] == [Role.CRITERION, Role.CRITERION, Role.VETO]
    assert [[a.truth for a in f.answers] for f in findings] == [[F, T, U], [U], [U]]
    assert [f.truth for f in findings] == [F, U, U]


def test_a_finding_names_its_fields_once():
    pack = pack_of({"any": [CONSENT, {"not": CONSENT}]})

    (finding,) = assess_document(case_document(), pack).findings

    assert len(finding.answers) == 2
    assert finding.fields == (
        "report.consent.at",
        "report.consent.by",
        "report.consent.given",
    )


def test_what_does_not_decide_is_found_but_not_counted():
    document = pack_document()
    document["criteria"] = [
        criterion("counts", sure("danger")),
        criterion("shown", CONSENT, decides=False),
    ]
    document["vetoes"] = [criterion("shown-too", sure("forced"), decides=False)]
    document["duties"] = []
    facts = {"circumstances.danger": "confirmed", "circumstances.forced": "confirmed"}
    case = with_facts(facts | {"report.consent": False})

    assessment = assess_document(case, parse_pack(document))

    assert assessment.truth is Truth.TRUE
    assert [f.status for f in assessment.findings] == [
        Status.MET,
        Status.NOT_MET,
        Status.APPLIES,
    ]


def test_an_assessment_names_its_case_its_pack_and_its_time():
    document = case_document() | {"revision": 3}
    at_rabat = NOW.astimezone(dt.timezone(dt.timedelta(hours=1)))
    pack = morocco()

    assessment = assess(load_case(document), pack, now=at_rabat)

    assert (assessment.case_id, assessment.revision) == ("MA-EXAMPLE-2026-0001", 3)
    assert assessment.pack is pack
    assert (assessment.now, assessment.now.tzinfo) == (NOW, dt.UTC)


def test_the_same_arguments_give_the_same_assessment():
    assert assess_document(case_document(), morocco()) == assess_document(
        case_document(), morocco()
    )


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(InvalidValue):
        assess_document(case_document(), morocco(), now=NOW.replace(tzinfo=None))


def test_facts_are_those_the_pack_asks_for_and_their_values_stay_wrapped():
    facts = assess_document(case_document(), morocco()).facts

    assert [fact.fact for fact in facts] == sorted(
        {
            "child.age_years",
            "circumstances.publication_harm",
            "circumstances.suspicious",
            "description.child",
            "description.photograph",
            "report.consent",
            "report.reporter_relation",
            "risk.online_recruitment",
            "risk.trafficking",
        }
    )
    assert all(isinstance(fact.value, Restricted) for fact in facts)


def test_no_repr_tells_a_value_of_the_case():
    document = case_document()
    document["circumstances"] |= {
        "suspicious": "confirmed",
        "publication_harm": "believed",
    }
    assessment = assess_document(document, morocco())

    shown = repr(
        (assessment, assessment.findings, assessment.facts, assessment.missing)
    )

    # Two words of the pack's own rules are also values of the case.
    assert "confirmed" not in shown
    for value in ("Leïla", "ليلى", "2017", "Nadia", "Imaginaire", "PV-FICTIF"):
        assert value not in shown
    assert "mother" not in repr(assessment) + repr(assessment.facts)


def test_an_assessment_cannot_be_pickled_because_it_holds_what_is_restricted():
    with pytest.raises(NotShareable):
        pickle.dumps(assess_document(case_document(), morocco()))
