"""Every reason, every effect and every change is a sentence, in every language."""

import re

import attrs
import pytest

from amberkit.cases import Mobility
from amberkit.eligibility.packs import Evidence, Source, SourceKind
from amberkit.eligibility.packs.policy import (
    FixedGrowth,
    LadderGrowth,
    Rung,
    Scope,
    StagedGrowth,
)
from amberkit.errors import Problem
from amberkit.plans import Cause, CauseCode, Concern, Effect, Origin, Weighed, WhyCode
from amberkit.render import (
    load_wording,
    render_changes,
    render_concern,
    render_message,
    render_sightings,
    render_text,
    render_why,
    wording_languages,
)
from amberkit.render._area import say_area, where_of
from amberkit.render._changes import say_alarm
from amberkit.values import Audience, Confidence, Localized, Mode

LANGUAGES = wording_languages()
SOURCE = Source(
    key="order", title="Order 12", url="https://law.example/12", kind=SourceKind.PRIMARY
)


@pytest.fixture(scope="module")
def why(plan):
    return attrs.evolve(
        plan.stages[0].why,
        radius_m=40_000.0,
        reach_m=21_000,
        elapsed_s=40 * 60,
        names=(Localized({"fr": "Settat", "ar": "سطات"}), Localized({"fr": "Anfa"})),
    )


# --- reasons --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(WhyCode))
@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("evidence", list(Evidence))
def test_a_reason_is_one_sentence_with_its_figures(
    why, language, code, origin, evidence
):
    sourced = evidence in (Evidence.PRIMARY, Evidence.SECONDARY)
    told = attrs.evolve(
        why,
        code=code,
        origin=origin,
        evidence=evidence,
        source=SOURCE if sourced else None,
    )
    sentence = render_why(told, language=language)

    assert "40" in sentence
    assert "{" not in sentence
    assert sentence.endswith(").")
    assert ("https://law.example/12" in sentence) == sourced
    assert ("Order 12" in sentence) == sourced


ORIGINS = {
    Origin.LAST_SEEN: ("Last seen 40 min ago", "around the place last seen"),
    Origin.SIGHTING: ("Sighted 40 min ago", "around the place of the sighting"),
    Origin.ROAD: ("Sighted on the road 40 min ago", "along the road"),
}


@pytest.mark.parametrize("origin", list(Origin))
def test_a_reason_names_where_the_area_grows_from(why, origin):
    sentence = render_why(attrs.evolve(why, origin=origin), language="en")
    ago, around = ORIGINS[origin]

    assert sentence.startswith(ago)
    assert f"40 km {around} (" in sentence


def test_what_has_no_source_is_called_policy(why):
    policy = attrs.evolve(why, evidence=Evidence.POLICY, source=None)

    assert "policy" in render_why(policy, language="en")
    assert "politique" in render_why(policy, language="fr")
    assert "سياسة" in render_why(policy, language="ar")


def test_on_foot_the_reason_says_that_the_pack_goes_no_farther(why):
    capped = attrs.evolve(why, code=WhyCode.ON_FOOT, mobility=Mobility.ON_FOOT)

    assert "on foot the pack goes no farther than 40 km" in render_why(
        capped, language="en"
    )


def test_a_rung_is_told_by_the_names_of_its_areas(why):
    rung = attrs.evolve(why, code=WhyCode.RUNG)

    assert "this area: Settat, Anfa, up to 40 km away" in render_why(
        rung, language="en"
    )
    assert "\u2068سطات\u2069، \u2068Anfa\u2069" in render_why(rung, language="ar")


def test_without_a_detour_nobody_multiplies_by_one(why):
    straight = attrs.evolve(why, detour_factor=1.0)

    assert "in a straight line" in render_why(straight, language="en")
    assert "1.3 times" in render_why(why, language="en")


@pytest.mark.parametrize(
    ("seconds", "english", "arabic"),
    [
        (0, "0 min", "0 دقيقة"),
        (60, "1 min", "دقيقة واحدة"),
        (119, "1 min", "دقيقة واحدة"),
        (2 * 60, "2 min", "دقيقتين"),
        (11 * 60, "11 min", "11 دقيقة"),
        (3600, "1 h", "ساعة واحدة"),
        (2 * 3600 + 5 * 60, "2 h 5 min", "ساعتين و5 دقائق"),
        (10 * 3600, "10 h", "10 ساعات"),
        (101 * 3600, "101 h", "101 ساعة"),
        (103 * 3600, "103 h", "103 ساعات"),
        (111 * 3600, "111 h", "111 ساعة"),
    ],
)
def test_durations_take_the_plural_of_their_number(seconds, english, arabic):
    assert load_wording("en").elapsed(seconds) == english
    assert load_wording("ar").elapsed(seconds) == arabic


# --- sightings, changes, concerns -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("effect", list(Effect))
def test_each_effect_of_a_sighting_is_a_sentence_of_its_own(plan, language, effect):
    weighed = tuple(Weighed(sighting=n, effect=e) for n, e in enumerate(Effect))
    told = render_sightings(attrs.evolve(plan, weighed=weighed), language=language)
    place = list(Effect).index(effect)

    assert re.search(rf"\b{place + 1}\b", told[place])
    assert told[place].endswith(".")
    assert len(set(told)) == len(told) == len(Effect)


def test_a_first_plan_changes_nothing(plan):
    assert render_changes(plan, language="en") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_revision_tells_what_comes_and_goes_and_why(revised, language):
    numbers, *causes = render_changes(revised, language=language)
    first = revised.stages[0]

    for cells in (first.added, first.withdrawn):
        shown = f"{len(cells):,}".replace(",", "\u202f")
        assert f" {shown} " in numbers
        assert f"({round(cells.area_m2 / 1e6):,}".replace(",", "\u202f") in numbers
    assert causes[:5] == list(render_sightings(revised, language=language))
    assert len(causes) == len(revised.revises.causes)


def test_a_plan_that_only_time_has_changed_says_so(planned, plan, now):
    again = planned(now=now, previous=plan)

    assert render_changes(again, language="en") == (
        "Against stage 1 of revision 1: the area is the same.",
        "Nothing has changed but the time that has passed.",
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(CauseCode))
@pytest.mark.parametrize("mobility", [None, Mobility.ON_FOOT])
def test_each_cause_is_a_sentence(revised, language, code, mobility):
    sighting = 2 if code is CauseCode.SIGHTING else None
    cause = Cause(code=code, sighting=sighting)
    told = attrs.evolve(
        revised,
        mobility=mobility,
        revises=attrs.evolve(revised.revises, causes=(cause,)),
    )
    _, sentence = render_changes(told, language=language)

    assert sentence.endswith(".")
    assert ("3" in sentence) == (sighting is not None)
    assert (revised.pack in sentence) == (code is CauseCode.RULES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_areas_keep_a_decimal(revised, language):
    first = revised.stages[0]
    one = first.cells.from_cells(
        first.cells.to_array()[:3], resolution=first.cells.resolution
    )
    few = attrs.evolve(first, added=one)
    told = attrs.evolve(revised, stages=(few, *revised.stages[1:]))

    # A cell of resolution 8 has some 0.8 km2 there.
    assert re.search(r"\b2[.,]\d\b", render_changes(told, language=language)[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_concern_is_a_sentence(language):
    told = {render_concern(concern, language=language) for concern in Concern}

    assert len(told) == len(Concern)
    assert all(sentence.endswith(".") for sentence in told)


def test_an_alarm_is_told_in_the_language_of_the_page(revised):
    wording = load_wording("fr")
    told = [
        say_alarm(alarm, revised, wording, zone="Africa/Casablanca")
        for alarm in revised.alarms
    ]

    assert any("signalement 2 " in (sentence or "") for sentence in told)


def test_an_alarm_without_a_phrase_is_left_to_its_message(plan):
    new = Problem(path="$.budget", code="brand-new", message="must be looked at")

    assert say_alarm(new, plan, load_wording("en"), zone="UTC") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missed_deadline_is_told_with_its_time(plan, language):
    late = Problem(path="$.report.received", code="deadline-passed", message="")
    sentence = say_alarm(late, plan, load_wording(language), zone="UTC")

    assert f"{plan.deadline:%H:%M} (UTC+00:00)" in sentence


# --- names of areas -------------------------------------------------------------------


def named(plan, part=None, language="en"):
    return say_area(where_of(part or plan.stages[0], plan), load_wording(language))


def test_one_place_keeps_the_name_it_had(plan):
    assert named(plan) == "Within 10 km of the place of the disappearance"


def test_several_places_and_a_road_are_named_as_what_they_are(revised):
    # On the road since 18 min, with 5 min for rounding: 37 to 42 km at 110 km/h.
    assert named(revised) == (
        "In the marked areas, up to 40 km around places where the child was last seen "
        "or may have been seen since, and along the marked road, up to 40 km"
    )


def test_an_area_that_grows_from_a_sighting_says_so(planned, case, seen, now, later):
    sure = seen(33.3, -7.62, 0.3, Confidence.CONFIRMED, before=later)
    moved = attrs.evolve(case, sightings=(sure,))

    assert named(planned(now=later, of=moved)) == (
        "Within 10 km of the place where the child was seen since"
    )


@pytest.fixture(scope="module")
def ladder(pack):
    return LadderGrowth(
        pace=pack.policy.growth.value.pace,
        rungs=(
            Rung(level="district", neighbors=False, after_min=0.0),
            Rung(level="province", neighbors=False, after_min=60.0),
        ),
    )


def test_areas_of_a_ladder_are_named(planned, ladder, atlas, now):
    plan = planned(now=now, growth=ladder, atlas=atlas)

    assert named(plan) == "In these areas: Anfa (en)"
    assert named(plan, plan.stages[1]) == "In these areas: Chaouia (en)"
    assert "\u2068Anfa ع\u2069" in named(plan, language="ar")


def test_a_boundary_is_part_of_the_name(planned, now, atlas):
    plan = planned(now=now, boundary=atlas.areas[1].region)

    assert named(plan).endswith(
        "of the place of the disappearance, inside the agency's boundary"
    )


def test_services_are_told_of_more_than_the_public(plan, revised):
    assert named(plan, plan.services) == "The whole country"

    area = attrs.evolve(
        revised.services, scope=Scope.AREA, region=revised.stages[-1].region
    )
    more = attrs.evolve(area, region=revised.stages[0].region)

    assert "other areas marked" not in named(revised, area)
    assert named(revised, more).endswith(", and in the other areas marked")


def test_a_message_names_the_area_it_is_for(revised, sighted_case, agency, later):
    message = render_message(
        revised,
        sighted_case,
        agency=agency,
        stage=0,
        audience=Audience.PUBLIC,
        languages=("en",),
        mode=Mode.EXERCISE,
        sent=later,
    )

    assert named(revised) in render_text(message)
    assert "A99" not in render_text(message)


def test_services_read_how_and_on_which_road(revised, sighted_case, agency, later):
    message = render_message(
        revised,
        sighted_case,
        agency=agency,
        stage=0,
        audience=Audience.SERVICES,
        languages=("ar", "en", "fr"),
        mode=Mode.EXERCISE,
        sent=later,
    )

    assert "; by vehicle; Road: A99; confirmed" in render_text(message, language="en")
    assert " ; en véhicule ; Route : A99 ; confirmé" in render_text(
        message, language="fr"
    )
    assert "الطريق: \u2068A99\u2069" in render_text(message, language="ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_growth_has_its_reasons(planned, pack, ladder, atlas, now, language):
    reach = pack.policy.growth.value
    staged = StagedGrowth(
        pace=reach.pace, radii_m=(5_000.0, 9_000.0), after_min=(0.0, 90.0)
    )
    fixed = FixedGrowth(pace=reach.pace, radii_m=(30_000.0,))
    for growth, figure in ((staged, "5"), (fixed, "30"), (ladder, "Anfa")):
        plan = planned(now=now, growth=growth, atlas=atlas)

        assert figure in render_why(plan.stages[0].why, language=language)
