"""The ending of an alert says that it is over, and names nobody."""

import datetime as dt
import inspect
from pathlib import Path

import attrs
import pytest

from amberkit.cases import Case
from amberkit.errors import InvalidValue
from amberkit.geo import Polygon
from amberkit.messages import Area
from amberkit.plans import plan_alert
from amberkit.render import (
    ENDINGS,
    LanguageMissing,
    RenderRefused,
    WordingNotReviewed,
    load_wording,
    render_cap,
    render_ending,
    render_message,
    render_text,
    wording_languages,
)
from amberkit.values import Audience, Localized, Mode

GOLDEN = Path(__file__).parent / "golden"
DAY = dt.timedelta(hours=24)


@pytest.fixture
def render(plan, agency, now):
    def make(**changes):
        arguments = {
            "agency": agency,
            "audience": Audience.PUBLIC,
            "languages": ("ar", "fr", "en"),
            "mode": Mode.EXERCISE,
            "ending": "found",
            "sent": now,
        }
        return render_ending(changes.pop("plan", plan), **(arguments | changes))

    return make


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("audience", list(Audience))
def test_the_texts_are_as_they_were_read_and_approved(render, language, audience):
    texts = [
        render_text(render(ending=ending, audience=audience), language=language)
        for ending in ENDINGS
    ]
    golden = GOLDEN / f"endings.{audience.value}.{language}.txt"

    assert "\n".join(texts) == golden.read_text("utf-8")


def test_there_are_four_endings_in_an_order_that_holds():
    assert ENDINGS == ("found", "over", "not_found", "error")


@pytest.mark.parametrize("language", wording_languages())
def test_every_ending_has_words_of_its_own_in_every_language(language):
    endings = load_wording(language).endings

    assert set(endings) == set(ENDINGS)
    assert len({words["headline"] for words in endings.values()}) == len(ENDINGS)
    assert len({words["description"] for words in endings.values()}) == len(ENDINGS)


def test_an_ending_takes_no_case_holds_no_item_and_has_no_picture(render):
    message = render()
    parameters = inspect.signature(render_ending).parameters.values()

    assert not [p for p in parameters if p.annotation in (Case, "Case")]
    assert (message.items, message.pictures) == ((), ())
    assert message.gaps == ()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("audience", list(Audience))
def test_the_case_enters_an_ending_by_its_identifier_alone(
    render, plan, case, agency, now, ending, audience
):
    """What an alert says of the child is looked for in the ending, word by word."""
    alert = render_message(
        plan,
        case,
        agency=agency,
        stage=0,
        audience=Audience.SERVICES,
        languages=("ar", "fr"),
        mode=Mode.EXERCISE,
        sent=now,
    )
    of_the_child = {
        text
        for item in alert.items
        if isinstance(item.value, Localized)
        for text in item.value.as_dict().values()
    }
    message = render(ending=ending, audience=audience)
    said = "".join(render_text(message, language=tag) for tag in message.languages)

    assert len(of_the_child) > 20
    assert [text for text in of_the_child if text in said] == []
    # The age, the revision and every time are figures; of these there are only the
    # radius, the line and what stands in the identifier.
    rest = said.replace(case.id, "").replace("160", "").replace("19", "")
    assert not any(character.isdigit() for character in rest)


def test_an_ending_says_the_same_whenever_it_is_sent(render, plan, now):
    early, late = render(sent=now), render(sent=plan.expires + DAY / 2)

    assert early.texts == late.texts
    assert early.identifier == late.identifier
    assert late.sent == plan.expires + DAY / 2


def test_an_ending_holds_a_day_longer_than_the_alert(render, plan, now):
    assert render().expires == plan.expires + DAY
    assert render(sent=plan.made - DAY).expires == plan.expires + DAY
    assert render(sent=plan.expires + DAY - dt.timedelta(seconds=1)).ending is not None
    with pytest.raises(RenderRefused) as caught:
        render(sent=plan.expires + DAY)

    assert caught.value.code == "expired"


def test_a_fraction_of_a_second_is_cut(render, now):
    assert render(sent=now + dt.timedelta(microseconds=5)).sent == now


def test_the_identifier_names_case_revision_ending_audience_and_mode(render, plan):
    later = attrs.evolve(plan, revision=3)
    message = render(
        plan=later, ending="not_found", audience=Audience.SERVICES, mode=Mode.TEST
    )

    assert message.identifier == ("MA-EXAMPLE-2026-0001.r3.end.not_found.services.test")
    assert (message.case_id, message.revision) == (plan.case_id, 3)


def test_the_public_is_told_in_the_whole_area_that_any_stage_had(render, plan):
    message = render()
    (circle,) = message.area.circles

    assert message.stage == len(plan.stages) - 1
    assert circle.radius_m > plan.stages[-1].region.radius_m
    assert all(circle.radius_m > stage.region.radius_m for stage in plan.stages)
    assert "160" in message.text("en").area


def test_the_services_are_told_where_they_were_told_of_the_alert(render):
    message = render(audience=Audience.SERVICES)

    assert message.area == Area()
    assert message.stage == 0
    assert message.text("en").area == "The whole country"


def test_services_within_a_boundary_hear_of_the_end_there(
    render, case, assessment, pack, agency, now
):
    ring = [[-9, 33], [-7, 33], [-7, 34], [-9, 34], [-9, 33]]
    land = Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})
    bounded = plan_alert(case, assessment, pack, agency=agency, now=now, boundary=land)

    assert render(plan=bounded, audience=Audience.SERVICES).area.polygons
    assert render(plan=bounded).area.polygons
    assert "boundary" in render(plan=bounded).text("en").area


@pytest.mark.parametrize("ending", ENDINGS)
def test_only_the_public_is_asked_to_delete_pictures(render, ending):
    public = render(ending=ending).text("en").description
    services = render(ending=ending, audience=Audience.SERVICES).text("en").description

    assert [line for line in public if "delete pictures" in line] == [public[-1]]
    assert not [line for line in services if "delete" in line]
    assert services[0] == "For police and other services only. Not to be passed on."
    assert not [line for line in public if "services only" in line]


@pytest.mark.parametrize("audience", list(Audience))
def test_who_knows_something_is_asked_to_call_while_the_child_is_missing(
    render, audience
):
    lines = {
        ending: render(ending=ending, audience=audience).text("en").instruction[1]
        for ending in ENDINGS
    }

    assert lines.pop("not_found") == "If you know something, call 19."
    assert set(lines.values()) == {"Official line: 19."}


def test_an_ending_that_hides_its_reason_tells_none(render):
    lines = render(ending="over").text("en").description

    assert lines[0] == "This alert is over and no longer applies."


def test_an_agency_without_a_name_in_a_language_keeps_the_one_it_has(render, agency):
    named = attrs.evolve(agency, name=Localized({"en": "Example Police"}))

    assert "Example Police" in render_text(render(agency=named), language="ar")


# --- as everywhere ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "marker"), [(Mode.EXERCISE, "EXERCICE"), (Mode.TEST, "ESSAI")]
)
def test_whatever_is_not_live_says_so_first_and_last(render, mode, marker):
    lines = render_text(render(mode=mode), language="fr").strip().splitlines()

    assert marker in lines[0]
    assert marker in lines[-1]


def test_a_live_ending_needs_reviewed_wording_and_bears_no_mark(render):
    reviewed = attrs.evolve(load_wording("fr"), reviewed_by="reviewer-3")
    live = render(mode=Mode.LIVE, languages=("fr",), wordings=(reviewed,))

    assert render_text(live).startswith("Alerte disparition")
    with pytest.raises(WordingNotReviewed) as caught:
        render(mode=Mode.LIVE, wordings=(reviewed,))
    assert caught.value.language == "ar"


def test_own_wording_is_used(render):
    english = load_wording("en")
    words = dict(english.endings["found"], description="Home again.")
    own = attrs.evolve(english, endings={**english.endings, "found": words})

    assert "Home again." in render_text(render(languages=("en",), wordings=(own,)))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"ending": "cancelled"}, "ending"),
        ({"ending": "located_harmed"}, "ending"),
        ({"audience": "public"}, "audience"),
        ({"mode": "live"}, "mode"),
        ({"languages": ()}, "languages"),
        ({"sent": dt.datetime(2026, 11, 22)}, "time"),  # noqa: DTZ001 - what is refused
    ],
)
def test_arguments_of_another_kind_are_refused_by_name(render, changes, name):
    with pytest.raises(InvalidValue) as caught:
        render(**changes)

    assert caught.value.name == name


def test_an_unknown_zone_or_language_is_refused(render, agency):
    with pytest.raises(InvalidValue, match="IANA"):
        render(agency=attrs.evolve(agency, time_zone="Atlantis/Capital"))
    with pytest.raises(LanguageMissing):
        render(languages=("de",))


def test_an_ending_is_no_cap_message_before_it_names_what_it_cancels(render):
    with pytest.raises(RenderRefused, match="cap_template") as caught:
        render_cap(render())

    assert caught.value.code == "ending"


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_phrase_is_left_with_a_blank(render, audience, ending):
    message = render(audience=audience, ending=ending)

    for language in message.languages:
        assert not set("{}") & set(render_text(message, language=language))
