"""The pack of Morocco: one row for each criterion met, not met and not known."""

import datetime as dt

import attrs
import pytest
from eligibility_samples import assess_document, case_document, morocco

from amberkit.cases import Mobility
from amberkit.eligibility import Status, Truth
from amberkit.eligibility.packs import Evidence, SourceKind
from amberkit.eligibility.packs.policy import GrowthKind, Scope

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE


def change(path, value):
    """A change of the example case: set *path*, or take it away for None."""

    def apply(document):
        *way, last = path
        place = document
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return apply


def reporter(relation):
    return change(("report", "reporter", "relation"), relation)


def consent(**fields):
    whole = {"given": True, "by": "mother", "at": "2026-11-22T16:58:00Z"} | fields
    return change(("report", "consent"), whole)


def circumstance(name, level):
    return change(("circumstances", name), level)


def born(date):
    def apply(document):
        child = document["children"][0]
        child.pop("age_years")
        child["birth_date"] = date

    return apply


def looks(*kept):
    def apply(document):
        appearance = document["children"][0]["appearance"]
        document["children"][0]["appearance"] = {
            name: value for name, value in appearance.items() if name in kept
        }

    return apply


def no_photograph(document):
    document["children"][0]["photographs"] = []


DECISIONS = [
    # change, criterion, its truth, verdict, reason
    (reporter("father"), "reporter", T, T, "a father may report"),
    (reporter("mother"), "reporter", T, T, "a mother may report"),
    (reporter("legal_guardian"), "reporter", T, T, "a legal guardian may report"),
    (reporter("other"), "reporter", F, F, "nobody else may"),
    (consent(), "consent", T, T, "the mother said yes"),
    (consent(by="legal_guardian"), "consent", T, T, "the guardian said yes"),
    (consent(given=False), "consent", F, F, "a refusal is respected"),
    (consent(by="other"), "consent", U, U, "a yes of somebody else is no consent"),
    (consent(given=False, by="other"), "consent", U, U, "nor is a no a refusal"),
    (change(("report", "consent"), None), "consent", U, U, "nobody was asked yet"),
    (circumstance("suspicious", "confirmed"), "suspicious-disappearance", T, T, "sure"),
    (
        circumstance("suspicious", "suspected"),
        "suspicious-disappearance",
        T,
        T,
        "a suspicion is enough",
    ),
    (
        circumstance("suspicious", "ruled_out"),
        "suspicious-disappearance",
        F,
        F,
        "there is none",
    ),
    (circumstance("suspicious", None), "suspicious-disappearance", U, U, "not asked"),
    (
        circumstance("forced", "ruled_out"),
        "suspicious-disappearance",
        T,
        T,
        "voluntary counts too",
    ),
    (looks("clothing"), "sufficient-information", T, T, "clothing can be recognized"),
    (looks("hair"), "sufficient-information", T, T, "hair can"),
    (looks("height_cm"), "sufficient-information", T, T, "height can"),
    (looks("marks"), "sufficient-information", T, T, "marks can"),
    (
        looks("eyes", "build", "weight_kg"),
        "sufficient-information",
        U,
        U,
        "not from afar; ask",
    ),
    (looks(), "sufficient-information", U, U, "not described yet; ask"),
    (no_photograph, "photograph", U, T, "if possible: it does not decide"),
    (born("2008-11-22"), "age", F, F, "18 on the very day"),
    (born("2008-11-24"), "age", T, T, "17 for two more days"),
    (born("2008-11-23"), "age", U, U, "17 or 18, by the calendar of the place; ask"),
    (born("2010-03-14"), "age", T, T, "16, like the child of the first alert"),
    (
        circumstance("publication_harm", "ruled_out"),
        "publication-harm",
        F,
        T,
        "no harm",
    ),
    (
        circumstance("publication_harm", "suspected"),
        "publication-harm",
        U,
        U,
        "settle it first",
    ),
    (circumstance("publication_harm", None), "publication-harm", U, U, "ask first"),
    (
        circumstance("publication_harm", "believed"),
        "publication-harm",
        T,
        F,
        "do no harm",
    ),
    (
        circumstance("publication_harm", "confirmed"),
        "publication-harm",
        T,
        F,
        "do no harm",
    ),
    (
        circumstance("danger", "ruled_out"),
        "imminent-danger",
        None,
        T,
        "not published as a test",
    ),
    (
        circumstance("danger", None),
        "imminent-danger",
        None,
        T,
        "not published as a test",
    ),
    (
        circumstance("custody_dispute", "confirmed"),
        "family-abduction",
        None,
        T,
        "not published",
    ),
]


@pytest.mark.parametrize(
    ("apply", "criterion", "truth", "verdict", "reason"),
    DECISIONS,
    ids=[f"{row[1]}: {row[4]}" for row in DECISIONS],
)
def test_decision(apply, criterion, truth, verdict, reason):
    document = case_document()
    apply(document)

    assessment = assess_document(document, morocco())

    (finding,) = [f for f in assessment.findings if f.criterion.id == criterion]
    assert (finding.truth, assessment.truth) == (truth, verdict), reason


def test_every_criterion_and_veto_is_in_the_decision_table():
    pack = morocco()

    named = {row[1] for row in DECISIONS} | {"ending"}

    assert {c.id for c in (*pack.criteria, *pack.vetoes)} == named


def test_the_example_is_an_alert():
    assessment = assess_document(case_document(), morocco())

    assert assessment.truth is Truth.TRUE
    assert assessment.explain().question is None


def test_without_a_word_on_harm_the_first_question_is_about_it():
    document = case_document()
    del document["circumstances"]["publication_harm"]
    del document["report"]["consent"]

    assessment = assess_document(document, morocco())

    assert assessment.truth is Truth.UNKNOWN
    assert assessment.missing.next == "circumstances.publication_harm"


def test_what_is_not_published_is_shown_as_such_and_decides_nothing():
    findings = assess_document(case_document(), morocco()).findings

    silent = [f for f in findings if f.status is Status.UNPUBLISHED]

    assert [f.criterion.id for f in silent] == [
        "imminent-danger",
        "family-abduction",
        "ending",
    ]
    assert all(f.truth is None and not f.criterion.decides for f in silent)
    assert all(f.criterion.evidence is Evidence.UNPUBLISHED for f in silent)


def test_no_claim_goes_beyond_its_source():
    pack = morocco()
    policy = pack.policy
    claims = [*pack.criteria, *pack.vetoes, *pack.duties]
    decisions = [getattr(policy, field.name) for field in attrs.fields(type(policy))]
    claims += [decision for decision in decisions if decision is not None]

    # Everything known of this system comes from press reports.
    assert {source.kind for source in pack.sources} == {SourceKind.SECONDARY}
    for claim in claims:
        assert claim.evidence is not Evidence.PRIMARY
        assert (claim.source is not None) == (claim.evidence is Evidence.SECONDARY)
    assert {claim.source for claim in claims if claim.source} == set(pack.sources)


def test_the_policy_says_what_was_published_and_marks_the_rest_as_a_choice():
    policy = morocco().policy

    assert policy.growth.value.kind is GrowthKind.REACH
    assert policy.growth.value.radii_m == (10_000, 20_000, 40_000, 80_000, 160_000)
    assert policy.growth.evidence is Evidence.POLICY
    assert policy.max_radius_m.value == 160_000
    assert policy.max_radius_m.evidence is Evidence.SECONDARY
    assert policy.deadline_h.value == 24
    assert policy.deadline_h.evidence is Evidence.SECONDARY
    assert policy.duration_h.value == 24
    assert policy.duration_h.evidence is Evidence.POLICY
    assert (policy.resolution.value, policy.public_resolution.value) == (8, 7)
    assert policy.languages.value == ("ar", "fr")
    assert policy.contact.value.phone == "19"
    assert policy.services.value.scope is Scope.NATIONWIDE
    assert policy.services.value.special_data is False


@pytest.mark.parametrize(
    ("mobility", "speed_kmh"),
    [
        (Mobility.ON_FOOT, 5),
        (Mobility.PUBLIC_TRANSPORT, 40),
        (Mobility.VEHICLE, 80),
        (Mobility.HIGHWAY, 110),
        (None, 30),
    ],
)
def test_there_is_a_speed_for_each_way_to_travel(mobility, speed_kmh):
    assert morocco().policy.growth.value.pace.speeds_kmh.of(mobility) == speed_kmh


def test_it_is_in_force_from_the_day_on_which_the_districts_began():
    pack = morocco()

    assert pack.valid_from == dt.date(2023, 3, 10)
    assert pack.valid_to is None
    assert pack.jurisdiction == "MA"
