"""A revision says what changed and why, and costs what its changed stages cost."""

import datetime as dt

import attrs
import pytest
from plan_samples import (
    CASABLANCA_DISTRICTS,
    HOUR,
    MINUTE,
    box,
    deciding,
    growing,
    moving,
    off,
    planned,
    seen,
)

from amberkit.cases import Mobility
from amberkit.geo import CellSet
from amberkit.plans import CauseCode, Effect, PlanRefused
from amberkit.values import Confidence


@pytest.fixture
def first(case, pack, agency, now):
    return planned(attrs.evolve(case, sightings=()), pack, agency, now)


@pytest.fixture
def revise(case, pack, agency, now, first):
    def make(*sightings, at=now + HOUR, pack=pack, case=case, **options):
        revised = attrs.evolve(case, sightings=sightings, revision=2)
        options = {"previous": first, **options}
        return planned(revised, pack, agency, at, **options)

    return make


def codes(plan):
    return [cause.code for cause in plan.revises.causes]


def test_the_first_plan_revises_nothing(first):
    assert first.revises is None
    assert first.began == first.made
    assert first.stages[0].added == first.stages[0].cells
    assert not first.stages[0].withdrawn


def test_a_plan_in_which_nothing_but_time_has_passed_is_the_rest_of_the_first(
    first, revise, now
):
    later = revise()

    assert codes(later) == [CauseCode.TIME]
    assert (later.revises.revision, later.revises.stage) == (1, 2)
    assert [s.starts for s in later.stages[1:]] == [s.starts for s in first.stages[3:]]
    assert not later.stages[0].added
    assert not later.stages[0].withdrawn


def test_stages_that_stay_the_same_are_taken_over_and_not_covered_again(
    first, revise, monkeypatch
):
    asked = []
    from amberkit.plans.stages import _stages

    real = _stages.cover_stages

    def counting(regions, *rest, **options):
        asked.extend(regions)
        return real(regions, *rest, **options)

    monkeypatch.setattr(_stages, "cover_stages", counting)
    later = revise()

    assert asked == []
    assert later.stages[-1].cells is first.stages[-1].cells


def test_a_sighting_says_what_it_does_and_what_it_takes_away(revise, case, now):
    at = off(case.last_seen.at, km=30)
    later = revise(seen(at, now + 50 * MINUTE))
    (cause,) = later.revises.causes

    assert (cause.code, cause.sighting, cause.effect) == (
        CauseCode.SIGHTING,
        0,
        Effect.RECENTERS,
    )
    assert len(later.stages[0].withdrawn) > 0


def test_added_and_withdrawn_part_what_is_different(first, revise, case, now):
    later = revise(seen(off(case.last_seen.at, km=30), now + 50 * MINUTE))
    before = first.stages[2].cells
    for stage in later.stages:
        assert stage.added | stage.withdrawn == before ^ stage.cells
        assert not stage.added & stage.withdrawn
        assert (before | stage.added) - stage.withdrawn == stage.cells
        before = stage.cells


def test_a_sighting_that_is_no_longer_in_the_case_is_named(revise, case, now):
    claim = seen(off(case.last_seen.at, km=20), now, confidence=Confidence.BELIEVED)
    second = revise(claim)
    third = revise(previous=second, at=now + 2 * HOUR)
    (cause,) = third.revises.causes

    assert (cause.code, cause.sighting, cause.effect) == (CauseCode.SIGHTING, 0, None)


def test_another_place_last_seen_is_a_cause(revise, case):
    moved = attrs.evolve(case.last_seen, at=off(case.last_seen.at, km=8))

    assert codes(revise(case=attrs.evolve(case, last_seen=moved))) == [
        CauseCode.LAST_SEEN
    ]


def test_another_time_last_seen_is_a_cause(revise, case):
    later = case.last_seen.time + 10 * MINUTE
    corrected = attrs.evolve(case.last_seen, time=later)

    assert codes(revise(case=attrs.evolve(case, last_seen=corrected))) == [
        CauseCode.LAST_SEEN
    ]


def test_another_way_to_move_is_a_cause(revise, case):
    assert codes(revise(case=moving(case, Mobility.ON_FOOT))) == [CauseCode.MOBILITY]


def test_another_pack_is_a_cause_even_with_other_cells(revise, pack):
    finer = attrs.evolve(deciding(pack, resolution=9), digest="0" * 64)
    later = revise(pack=growing(finer, radii_m=(5_000.0,)))

    assert codes(later) == [CauseCode.RULES]
    assert later.stages[0].withdrawn.resolution == 9
    assert len(later.stages[0].withdrawn) > 0


def test_another_boundary_is_a_cause(revise):
    assert codes(revise(boundary=box(33, -8, 34, -7))) == [CauseCode.BOUNDARY]


def test_another_atlas_is_a_cause(revise):
    assert codes(revise(atlas=CASABLANCA_DISTRICTS)) == [CauseCode.ATLAS]


def test_the_time_of_an_alert_counts_from_its_first_plan(first, revise, now):
    later = revise(at=now + 20 * HOUR)

    assert later.began == first.began
    assert later.expires == first.expires == later.stages[-1].ends
    assert later.made == now + 20 * HOUR


def test_a_plan_that_has_expired_cannot_be_revised(first, revise):
    with pytest.raises(PlanRefused) as caught:
        revise(at=first.expires)

    assert caught.value.code == "expired"


@pytest.mark.parametrize(
    "change",
    [
        {"case_id": "OTHER-1"},
        {"revision": 3},
        {"made": dt.datetime(2026, 11, 23, tzinfo=dt.UTC)},
    ],
    ids=["case", "revision", "time"],
)
def test_a_plan_of_something_else_cannot_be_revised(first, revise, change):
    with pytest.raises(PlanRefused) as caught:
        revise(previous=attrs.evolve(first, **change))

    assert caught.value.code == "other-plan"


def test_a_first_plan_adds_everything_to_nothing(first):
    assert first.stages[0].cells - first.stages[0].added == CellSet(8)


@pytest.mark.parametrize(
    "change",
    [{"km": 25}, {"mobility": Mobility.HIGHWAY}, {"minutes": 30}],
    ids=["place", "mobility", "time"],
)
def test_a_sighting_that_was_corrected_is_a_cause(revise, case, now, change):
    def of(*, km=15, mobility=None, minutes=50):
        at = off(case.last_seen.at, km=km)
        return seen(at, now + minutes * MINUTE, mobility=mobility)

    before = revise(of())
    after = revise(of(**change), previous=before)
    (cause,) = after.revises.causes

    assert (cause.code, cause.sighting) == (CauseCode.SIGHTING, 0)
    assert cause.effect is Effect.RECENTERS


def test_of_a_coarser_cell_that_was_held_in_part_all_is_new(case, pack, agency, now):
    fine = deciding(growing(pack, radii_m=(10_000.0,)), resolution=9)
    coarse = deciding(growing(pack, radii_m=(10_200.0,)), resolution=8)
    before = planned(case, fine, agency, now)
    after = planned(case, coarse, agency, now, previous=before)

    held = before.stages[0].cells.area_m2
    grown = after.stages[0].cells.area_m2 - held
    assert after.stages[0].added.area_m2 >= grown
