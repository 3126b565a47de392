"""The missing facts, against brute force over the values of facts."""

import itertools
import time

import pytest
from eligibility_samples import (
    CASE_FACTS,
    CONSENT,
    assess_document,
    oracle_verdict,
    pack_of,
    partial,
    rules,
    sure,
    with_facts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from amberkit.eligibility import FACTS, Missing, Truth
from amberkit.eligibility.findings._missing import find_missing


def leaves_of(rule):
    ((node, body),) = rule.items()
    if node == "not":
        return leaves_of(body)
    if node in ("all", "any", "at_least"):
        inner = body["of"] if node == "at_least" else body
        return [leaf for r in inner for leaf in leaves_of(r)]
    return [(body["fact"], rule)]


def brute_force(criteria, vetoes, facts):
    """Minimal sets for true and for false, by trying every value of every open fact."""
    now = {name: facts.get(name) for name in CASE_FACTS}
    if oracle_verdict(criteria, vetoes, now) != "U":
        return {"T": set(), "F": set()}
    leaves = [leaf for rule in criteria + vetoes for leaf in leaves_of(rule)]
    open_facts = sorted(
        {f for f, leaf in leaves if oracle_verdict([leaf], [], now) == "U"}
    )
    found = {"T": set(), "F": set()}
    for size in range(len(open_facts) + 1):
        for names in itertools.combinations(open_facts, size):
            for values in itertools.product(*(CASE_FACTS[name] for name in names)):
                learnt = now | dict(zip(names, values, strict=True))
                verdict = oracle_verdict(criteria, vetoes, learnt)
                if verdict != "U" and not any(s <= set(names) for s in found[verdict]):
                    found[verdict].add(frozenset(names))
    return found


@settings(deadline=None, max_examples=100)
@given(st.lists(rules, min_size=1, max_size=3), st.lists(rules, max_size=1), partial)
def test_missing_sets_are_those_of_brute_force(criteria, vetoes, facts):
    pack = pack_of(*criteria, vetoes=vetoes)

    missing = assess_document(with_facts(facts), pack).missing

    expected = brute_force(criteria, vetoes, facts)
    assert {frozenset(names) for names in missing.for_true} == expected["T"]
    assert {frozenset(names) for names in missing.for_false} == expected["F"]
    assert len(set(missing.for_true)) == len(missing.for_true)


def brute_opposite(criteria, vetoes, facts):
    """Minimal sets of facts that, being otherwise, turn a verdict."""
    now = {name: facts.get(name) for name in CASE_FACTS}
    verdict = oracle_verdict(criteria, vetoes, now)
    if verdict == "U":
        return set()
    turned = {"T": "F", "F": "T"}[verdict]
    names = sorted({f for rule in criteria + vetoes for f, _ in leaves_of(rule)})
    found = set()
    for size in range(len(names) + 1):
        for some in itertools.combinations(names, size):
            if any(smaller <= set(some) for smaller in found):
                continue
            for values in itertools.product(*(CASE_FACTS[name] for name in some)):
                changed = now | dict(zip(some, values, strict=True))
                if oracle_verdict(criteria, vetoes, changed) == turned:
                    found.add(frozenset(some))
                    break
    return found


@settings(deadline=None, max_examples=100)
@given(st.lists(rules, min_size=1, max_size=3), st.lists(rules, max_size=1), partial)
def test_what_would_turn_a_verdict_is_what_brute_force_finds(criteria, vetoes, facts):
    pack = pack_of(*criteria, vetoes=vetoes)

    opposite = assess_document(with_facts(facts), pack).opposite

    assert {frozenset(names) for names in opposite} == brute_opposite(
        criteria, vetoes, facts
    )


@settings(deadline=None)
@given(st.lists(rules, min_size=1, max_size=3), st.lists(rules, max_size=1), partial)
def test_there_is_a_question_exactly_where_the_verdict_is_unknown(
    criteria, vetoes, facts
):
    assessment = assess_document(with_facts(facts), pack_of(*criteria, vetoes=vetoes))

    asks = assessment.missing.next is not None

    assert asks == (assessment.truth is Truth.UNKNOWN)


def test_criteria_that_share_a_fact_are_not_met_by_two_values_of_it():
    # Ruled out for one criterion and confirmed for the other: no value is both.
    pack = pack_of({"any": [sure("danger"), CONSENT]}, {"not": sure("danger")})

    missing = assess_document(with_facts({}), pack).missing

    assert missing.for_true == (("report.consent", "circumstances.danger"),)
    assert missing.for_false == (("circumstances.danger",),)


def test_a_verdict_that_cannot_be_reached_has_no_set():
    pack = pack_of(sure("danger"), {"not": sure("danger")})

    missing = assess_document(with_facts({}), pack).missing

    assert missing == Missing(for_true=(), for_false=(("circumstances.danger",),))
    assert missing.next == "circumstances.danger"


def test_a_confidence_that_is_too_weak_is_asked_for_again():
    pack = pack_of(sure("danger", "confirmed"))

    missing = assess_document(
        with_facts({"circumstances.danger": "believed"}), pack
    ).missing

    assert missing.for_true == missing.for_false == (("circumstances.danger",),)


def test_an_unknown_veto_is_asked_about_first_and_then_the_cheapest_question():
    pack = pack_of(
        sure("suspicious"), CONSENT, {"known": {"fact": "description.photograph"}},
        vetoes=[sure("publication_harm")],
    )  # fmt: skip

    missing = assess_document(with_facts({}), pack).missing

    assert missing.for_true == (
        (
            "circumstances.publication_harm",
            "report.consent",
            "description.photograph",
            "circumstances.suspicious",
        ),
    )
    assert missing.for_false == (
        ("circumstances.publication_harm",),
        ("report.consent",),
        ("circumstances.suspicious",),
    )


def test_a_veto_that_is_settled_is_not_urgent():
    shared = {"any": [sure("publication_harm"), sure("danger")]}
    document = with_facts({"circumstances.publication_harm": "ruled_out"})

    missing = assess_document(document, pack_of(sure("suspicious"), CONSENT, vetoes=[
        sure("publication_harm"), {"all": [sure("publication_harm"), sure("forced")]},
    ])).missing  # fmt: skip

    assert missing.for_true == (("report.consent", "circumstances.suspicious"),)
    assert assess_document(
        document, pack_of(CONSENT, vetoes=[shared])
    ).missing.next == ("circumstances.danger")


@pytest.mark.parametrize("truth", [Truth.TRUE, Truth.FALSE])
def test_nothing_is_missing_where_the_verdict_is_settled(truth):
    level = "confirmed" if truth is Truth.TRUE else "ruled_out"
    document = with_facts({"circumstances.danger": level})

    assessment = assess_document(document, pack_of({"any": [sure("danger")]}))

    assert (assessment.truth, assessment.missing) == (truth, Missing())


def test_whole_numbers_words_and_durations_have_values_to_try():
    age = {"compare": {"fact": "child.age_years", "op": "<", "value": 18}}
    old = {"compare": {"fact": "child.age_years", "op": "in", "value": [13, 19]}}
    who = {
        "compare": {"fact": "report.reporter_relation", "op": "==", "value": "other"}
    }
    soon = {"within": {"fact": "last_seen.elapsed", "hours": 3}}
    nothing = dict.fromkeys(
        ["child.age_years", "report.reporter_relation", "last_seen.elapsed"]
    )
    every = tuple(sorted(nothing))

    assert find_missing(pack_of(age, old, who, soon), nothing).for_true == (every,)
    assert find_missing(pack_of(age, {"not": age}), nothing).for_true == ()
    late = {"not": soon}
    assert find_missing(pack_of(late), nothing).for_true == (("last_seen.elapsed",),)
    for name in nothing:
        missing = find_missing(pack_of({"known": {"fact": name}}), nothing)
        assert missing == Missing(for_true=((name,),))


def ten_unknown():
    names = [
        "suspicious",
        "forced",
        "criminal",
        "danger",
        "publication_harm",
        "custody_dispute",
    ]
    rules = [sure(name) for name in names]
    rules += [{"known": {"fact": "risk.online_recruitment"}}]
    rules += [{"known": {"fact": "risk.trafficking"}}, CONSENT]
    rules += [{"known": {"fact": "description.photograph"}}]
    document = with_facts({})
    del document["risk_indicators"]
    return rules, document


def test_ten_unknown_facts_of_an_all_of_are_quick():
    rules, document = ten_unknown()
    assessment = assess_document(document, pack_of({"all": rules}))

    started = time.perf_counter()
    missing = assessment.missing
    seconds = time.perf_counter() - started

    assert [len(names) for names in missing.for_true] == [10]
    assert [len(names) for names in missing.for_false] == [1] * 7
    assert seconds < 0.2  # a hang guard: 20 times the 10 ms that are promised


def test_at_least_five_of_ten_can_be_met_in_every_way():
    rules, document = ten_unknown()
    half = {"at_least": {"count": 5, "of": rules}}

    missing = assess_document(document, pack_of(half)).missing

    assert len(missing.for_true) == 252  # 10 choose 5
    assert {len(names) for names in missing.for_true} == {5}


def test_where_there_are_too_many_ways_every_set_is_still_sufficient():
    unknown = dict.fromkeys(sorted(set(FACTS) - {"child.age_years"})[:13])
    known = [{"known": {"fact": name}} for name in unknown]
    pack = pack_of({"at_least": {"count": 6, "of": known}})

    started = time.perf_counter()
    missing = find_missing(pack, unknown)
    seconds = time.perf_counter() - started

    assert len(unknown) == 13
    assert 0 < len(missing.for_true) < 1716  # 13 choose 6
    assert {len(set(names)) for names in missing.for_true} == {6}
    assert seconds < 20
