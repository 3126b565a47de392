"""From one product to the next lesser one."""

import datetime as dt

import pytest
from eligibility_samples import NOW, case_document, morocco, pack_document

from amberkit.cases import load_case
from amberkit.eligibility import (
    PackNotInForce,
    Truth,
    Waiver,
    assess_ladder,
    load_pack,
    parse_pack,
)
from amberkit.values import Mode

DAY = dt.date(2026, 11, 22)
NAMES = ("nl-amber-alert", "nl-missing-child-alert", "nl-burgernet")


def climb(**circumstances):
    document = case_document()
    document["circumstances"] = circumstances
    pack = load_pack(NAMES[0], on=DAY)
    return assess_ladder(load_case(document), pack, now=NOW, on=DAY)


def verdicts(rungs):
    return [(rung.pack, rung.assessment.truth) for rung in rungs]


def test_the_most_urgent_product_that_says_yes_is_the_last_one_tried():
    rungs = climb(
        taken="confirmed",
        forced="confirmed",
        danger="confirmed",
        danger_to_life="confirmed",
        danger_to_health="confirmed",
        public_can_help="confirmed",
        publication_harm="ruled_out",
    )

    assert verdicts(rungs)[0] == (NAMES[0], Truth.TRUE)
    assert len(rungs) == 1


def test_where_the_first_says_no_the_next_lesser_one_is_tried():
    rungs = climb(
        taken="ruled_out",
        forced="ruled_out",
        danger="ruled_out",
        danger_to_life="ruled_out",
        danger_to_health="ruled_out",
        welfare_concern="confirmed",
        public_can_help="confirmed",
        publication_harm="ruled_out",
    )

    assert [rung.pack for rung in rungs[:2]] == list(NAMES[:2])
    assert rungs[0].assessment.truth is Truth.FALSE
    assert rungs[-1].assessment.truth is Truth.TRUE


def test_what_is_not_known_does_not_end_the_search_and_no_product_is_tried_twice():
    rungs = climb()

    assert [rung.pack for rung in rungs] == list(NAMES)
    assert all(rung.assessment.truth is not Truth.TRUE for rung in rungs)


def test_a_pack_without_lesser_products_is_a_ladder_of_one():
    rungs = assess_ladder(load_case(case_document()), morocco(), now=NOW, on=DAY)

    assert [rung.pack for rung in rungs] == ["ma-tifli-moukhtafi"]


@pytest.mark.parametrize("value", [None, []])
def test_nothing_lesser_is_nothing_more_to_try(value):
    assert len(assess_ladder(refused(), with_lesser(value), now=NOW, on=DAY)) == 1


def test_a_lesser_product_that_is_not_to_be_had_is_told_and_takes_nothing_with_it():
    pack = with_lesser([NAMES[2], NAMES[1]])

    rungs = assess_ladder(refused(), pack, now=NOW, on=dt.date(2020, 1, 1))

    assert [rung.pack for rung in rungs] == [pack.id, NAMES[2], NAMES[1]]
    assert [rung.assessment is None for rung in rungs] == [False, True, True]
    assert all(isinstance(rung.error, PackNotInForce) for rung in rungs[1:])


def refused():
    document = case_document()
    document["report"]["reporter"]["relation"] = "other"
    return load_case(document)


def with_lesser(value):
    document = pack_document()
    document["policy"]["lesser"] = {
        "value": value,
        "says": dict.fromkeys(("en", "fr", "ar"), "Lesser products."),
        "evidence": "unpublished" if value is None else "policy",
    }
    return parse_pack(document)


def test_a_ladder_takes_what_is_acknowledged_and_what_is_waived():
    document = pack_document()
    document["criteria"][5]["evidence"] = "unsourced"
    document["criteria"][0]["waivable_by"] = "prosecutor"
    pack = parse_pack(document)
    waiver = Waiver(
        case_id="MA-EXAMPLE-2026-0001",
        criterion="reporter",
        authority="prosecutor",
        by="magistrate-7",
        reason="an aunt has raised the child",
        at=NOW,
    )

    (rung,) = assess_ladder(
        refused(),
        pack,
        now=NOW,
        on=DAY,
        mode=Mode.LIVE,
        waivers=[waiver],
        acknowledged={"age"},
    )

    assert rung.assessment.truth is Truth.TRUE
    assert rung.assessment.acknowledged == ("age",)
