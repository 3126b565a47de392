"""A neighbor is asked, with its own rules looked up; nothing of it can be published."""

import datetime as dt
import inspect
import json
import pickle
import re
import typing
from pathlib import Path

import attrs
import pytest
from plan_samples import (
    HOUR,
    MINUTE,
    box,
    deciding,
    growing,
    off,
    placed,
    planned,
    seen,
)

import amberkit.channels
import amberkit.desk
import amberkit.plans
import amberkit.publish
import amberkit.render
from amberkit.cases import Mobility, leaf_values
from amberkit.eligibility import Status, Truth, load_pack
from amberkit.eligibility.packs.policy import ConsentRule
from amberkit.errors import InvalidValue
from amberkit.geo import LatLon, cover
from amberkit.plans import Atlas, Effect, Neighbor, PlanRefused
from amberkit.plans.handoff import HandOff, hand_offs
from amberkit.schemas import NAMES, check
from amberkit.values import Localized, Mode, Restricted

DAY = dt.date(2026, 11, 22)

# The land ends 30 km east of the place last seen; two neighbors share what is beyond.
WEST = box(31.0, -10.0, 36.0, -7.25)
NEAR = box(33.0, -7.25, 36.0, -6.5)
FAR = box(31.0, -6.5, 36.0, -5.0)
REMOTE = box(45.0, 5.0, 50.0, 10.0)


def neighbor(id_, region, pack=None):
    return Neighbor(id=id_, name=Localized({"en": id_}), region=region, pack=pack)


LAND = Atlas(
    neighbors=(
        neighbor("remote", REMOTE),
        neighbor("far", FAR, "nl-amber-alert"),
        neighbor("near", NEAR, "fr-alerte-enlevement"),
    )
)


@pytest.fixture(scope="module")
def packs():
    names = ("fr-alerte-enlevement", "nl-amber-alert", "us-tx-amber-alert")
    return {name: load_pack(name, on=DAY) for name in names}


@pytest.fixture(scope="module")
def here(case):
    """The example at a place from which the border is 30 km."""
    return placed(case, LatLon(lat=33.57, lon=-7.574), time=case.last_seen.time)


@pytest.fixture(scope="module")
def made(here, pack, agency, now):
    return planned(here, pack, agency, now, boundary=WEST, atlas=LAND)


@pytest.fixture(scope="module")
def asked(made, here, agency, packs, now):
    return hand_offs(
        made, here, agency=agency, packs=packs, now=now, authorization="2026/117"
    )


# --- who is asked, and where --------------------------------------------------------------


def test_each_neighbor_that_is_reached_is_asked_in_the_order_of_reaching(asked, made):
    assert [each.neighbor.id for each in asked] == ["near", "far"]
    assert [each.stage for each in asked] == sorted(each.stage for each in asked)
    assert all(each.since == made.stages[each.stage].starts for each in asked)


def test_the_stage_is_the_first_whose_uncut_area_holds_some_of_their_land(asked, made):
    for each in asked:
        theirs = each.neighbor.region
        held = [
            any(len(cover(part.region & theirs, 7)) > 0 for part in stage.parts)
            for stage in made.stages
        ]

        assert held.index(True) == each.stage


def test_the_area_is_theirs_beyond_the_boundary_and_of_the_largest_stage(asked, made):
    largest = made.stages[-1]
    for each in asked:
        whole = cover(largest.parts[0].region & each.neighbor.region - WEST, 8)

        assert each.cells.resolution == largest.cells.resolution
        assert each.cells == whole.to_resolution(largest.cells.resolution)


def test_without_neighbors_nobody_is_asked(made, here, agency, packs, now):
    bare = attrs.evolve(made, atlas=Atlas())

    assert hand_offs(bare, here, agency=agency, packs=packs, now=now) == ()


def test_a_shared_border_line_is_not_their_land(made, here, agency, now):
    # The whole land is covered, up to the line that both maps draw.
    flush = attrs.evolve(
        made,
        stages=tuple(
            attrs.evolve(
                stage,
                parts=tuple(attrs.evolve(part, region=WEST) for part in stage.parts),
            )
            for stage in made.stages
        ),
    )

    assert hand_offs(flush, here, agency=agency, packs={}, now=now) == ()


def test_without_a_boundary_a_neighbor_is_asked_all_the_same(
    here, pack, agency, now, packs
):
    free = planned(here, pack, agency, now, atlas=LAND)

    asked = hand_offs(free, here, agency=agency, packs=packs, now=now)

    assert [each.neighbor.id for each in asked] == ["near", "far"]


def test_a_finest_resolution_needs_no_finer_one(here, pack, agency, now):
    fine = growing(deciding(pack, resolution=15), radii_m=(1_000.0,))
    fine = deciding(fine, max_radius_m=1_000.0)
    close = Atlas(neighbors=(neighbor("close", box(33.0, -7.6, 34.0, -7.57)),))
    small = planned(here, fine, agency, now, atlas=close)

    (only,) = hand_offs(small, here, agency=agency, packs={}, now=now)

    assert only.cells.resolution == 15


# --- sightings beyond the border ----------------------------------------------------------


@pytest.fixture(scope="module")
def crossed(here, pack, agency):
    """A sighting in a car beyond the border, in the far neighbor's land."""
    now = here.report.received + 2 * HOUR
    there = seen(
        LatLon(lat=33.6123, lon=-6.2345), now - 7 * MINUTE, mobility=Mobility.VEHICLE
    )
    case = attrs.evolve(here, sightings=(there,))
    return case, planned(case, pack, agency, now, boundary=WEST, atlas=LAND), now


def test_a_sighting_on_their_land_is_told_coarsely(crossed, agency, packs):
    case, plan, now = crossed
    assert [each.effect for each in plan.weighed] == [Effect.CROSSES]

    asked = hand_offs(plan, case, agency=agency, packs=packs, now=now)

    first = asked[0]
    assert first.neighbor.id == "far"
    assert first.stage == 0
    (crossing,) = first.crossings
    exact = case.sightings[0].at
    assert crossing.sighting == 0
    assert (crossing.center.lat, crossing.center.lon) != (exact.lat, exact.lon)
    assert crossing.radius_m >= 500
    # Seven minutes ago: rounded down to five minutes.
    assert crossing.since.minute % 5 == 0
    assert crossing.since <= case.sightings[0].seen < crossing.since + 5 * MINUTE
    assert [each.crossings for each in asked[1:]] == [()] * len(asked[1:])


def test_at_the_same_time_those_come_first_where_the_child_was_seen(
    crossed, agency, packs
):
    case, plan, now = crossed
    # Both are reached by the first stage; the atlas has the near one first.
    both = Atlas(neighbors=tuple(reversed(LAND.neighbors)))
    wide = attrs.evolve(plan, atlas=both)

    asked = hand_offs(wide, case, agency=agency, packs=packs, now=now)

    order = [(each.stage, not each.crossings) for each in asked]
    assert order == sorted(order)
    assert asked[0].crossings


# --- their rules --------------------------------------------------------------------------


def test_their_pack_is_held_against_the_case(asked, packs):
    near, far = asked

    assert near.rules.pack == "fr-alerte-enlevement"
    assert near.rules.pack_digest == packs["fr-alerte-enlevement"].digest
    assert far.rules.pack == "nl-amber-alert"
    assert (
        near.rules.contact == packs["fr-alerte-enlevement"].policy.contact.value.phone
    )
    assert near.rules.truth in Truth


def test_consent_is_told_from_the_finding_and_from_their_rule(asked):
    near, far = asked

    assert near.rules.consent is ConsentRule.SOUGHT
    assert near.rules.consent_status is Status.MET
    # The sources of that pack say nothing of consent.
    assert (far.rules.consent, far.rules.consent_status) == (None, None)


def test_what_is_missing_for_a_yes_is_named_by_its_facts(made, here, agency, pack, now):
    report = attrs.evolve(here.report, consent=None)
    unasked = attrs.evolve(here, report=report)
    # Morocco asks for consent, and without an answer there is no verdict.
    theirs = {"fr-alerte-enlevement": pack}

    near, _ = hand_offs(made, unasked, agency=agency, packs=theirs, now=now)

    assert near.rules.truth is Truth.UNKNOWN
    assert near.rules.missing == (("report.consent",),)
    assert near.rules.consent is ConsentRule.REQUIRED
    assert near.rules.consent_status is Status.UNKNOWN


def test_their_languages_are_told_with_the_fields_that_lack_them(asked, here):
    near, far = asked

    (french,) = near.rules.languages
    (dutch,) = far.rules.languages
    assert (french.language, dutch.language) == ("fr", "nl")
    assert "children.given_name" in dutch.missing
    assert "children.given_name" not in french.missing
    assert len(set(dutch.missing)) == len(dutch.missing)
    # Class S is not told of, not even that there is something.
    assert not [name for name in dutch.missing if name.endswith(("health", "origin"))]


def test_a_neighbor_without_a_pack_is_asked_and_told_so(made, here, agency, now):
    asked = hand_offs(made, here, agency=agency, packs={}, now=now)

    assert [each.rules for each in asked] == [None, None]
    assert [each.document()["rules"] for each in asked] == [None, None]


def test_a_neighbor_that_names_no_pack_needs_none(here, pack, agency, now, packs):
    bare = Atlas(neighbors=(neighbor("near", NEAR),))
    made = planned(here, pack, agency, now, boundary=WEST, atlas=bare)

    (only,) = hand_offs(made, here, agency=agency, packs=packs, now=now)

    assert only.rules is None


def test_packs_may_be_given_by_a_function(made, here, agency, packs, now, asked):
    called = hand_offs(
        made, here, agency=agency, packs=packs.get, now=now, authorization="2026/117"
    )

    assert called == asked


# --- the document -------------------------------------------------------------------------


def test_the_document_fits_its_schema_and_that_of_assessments(asked):
    assert "handoff" in NAMES
    for each in asked:
        document = json.loads(json.dumps(each.document()))

        assert check("handoff", document) == ()
        assert check("assessment", document["rules"]["assessment"]) == ()
        assert document["rules"]["assessment"]["form"] == "partner"


def test_the_document_of_a_sighting_fits_its_schema(crossed, agency, packs):
    case, plan, now = crossed
    asked = hand_offs(plan, case, agency=agency, packs=packs, now=now)

    for each in asked:
        assert check("handoff", each.document()) == ()


def test_the_document_says_what_to_refer_to(asked, made, agency):
    document = asked[0].document()

    assert document["reference"] == f"{made.case_id}.r1.handoff.near"
    assert document["plan"]["pack"] == made.pack
    assert document["plan"]["pack_digest"] == made.pack_digest
    assert document["plan"]["made"] == made.made.isoformat()
    assert document["agency"]["authorization"] == "2026/117"
    assert document["agency"]["contact"] == agency.contact
    assert document["agency"]["status_url"] == agency.status_url
    assert document["mode"] == "exercise"


def test_a_live_request_says_that_it_counts(made, here, agency, packs, now):
    asked = hand_offs(made, here, agency=agency, packs=packs, now=now, mode=Mode.LIVE)

    assert {each.document()["mode"] for each in asked} == {"live"}
    # The evaluation is a help, from which no alert may come.
    assert asked[0].document()["rules"]["assessment"]["mode"] == "exercise"


def test_the_same_arguments_give_the_same_document_byte_for_byte(
    made, here, agency, packs, now, asked
):
    again = hand_offs(
        made, here, agency=agency, packs=packs, now=now, authorization="2026/117"
    )

    assert again == asked
    assert [json.dumps(each.document()) for each in again] == [
        json.dumps(each.document()) for each in asked
    ]
    assert pickle.loads(pickle.dumps(asked)) == asked


def test_a_document_is_a_new_one_each_time(asked):
    asked[0].document()["rules"].clear()

    assert asked[0].document()["rules"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mode": "live"}, "mode"),
        ({"authorization": " "}, "authorization"),
        ({"authorization": "1" * 65}, "authorization"),
        ({"authorization": 7}, "authorization"),
        ({"authorization": "\u202e7"}, "text"),
        ({"now": DAY}, "time"),
    ],
)
def test_an_argument_of_the_wrong_form_is_named(
    change, name, made, here, agency, packs, now
):
    with pytest.raises(InvalidValue) as caught:
        hand_offs(
            made, here, **({"agency": agency, "packs": packs, "now": now} | change)
        )

    assert caught.value.name == name


def test_a_plan_of_another_case_or_revision_is_refused(made, here, agency, now):
    later = attrs.evolve(here, revision=2)

    with pytest.raises(PlanRefused) as caught:
        hand_offs(made, later, agency=agency, packs={}, now=now)

    assert caught.value.code == "other-case"


# --- what may not be in it, and where it may not go ---------------------------------------


def texts_of(value):
    """Every text of a value of a case, whatever holds it."""
    if isinstance(value, Restricted):
        yield from texts_of(value.reveal())
    elif isinstance(value, Localized):
        yield from value.as_dict().values()
    elif isinstance(value, LatLon):
        yield from (f"{value.lat!r}", f"{value.lon!r}")
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, str):
        yield value


def test_nothing_of_the_content_of_the_case_is_in_it(crossed, agency, packs):
    case, plan, now = crossed
    asked = hand_offs(plan, case, agency=agency, packs=packs, now=now)
    shown = (
        json.dumps([each.document() for each in asked], ensure_ascii=False)
        + repr(asked)
        + pickle.dumps(asked).decode("utf-8", "replace")
        + pickle.dumps(asked).decode("utf-16-le", "replace")
    )

    secrets = {
        text
        for leaf, _, value in leaf_values(case)
        # The names of fields, which decisions and statements are about, are no content.
        if leaf.name not in ("id", "disclosures.field", "attributions.field")
        for text in texts_of(value)
        # Short words such as language tags are in every document.
        if len(text) > 3
    }

    assert len(secrets) > 20
    assert sorted(secret for secret in secrets if secret in shown) == []


def test_no_exact_point_is_in_it_as_a_number(crossed, agency, packs):
    case, plan, now = crossed
    points = [case.last_seen.at, case.sightings[0].at]
    asked = hand_offs(plan, case, agency=agency, packs=packs, now=now)

    numbers = []

    def walk(value):
        match value:
            case dict():
                list(map(walk, value.values()))
            case list():
                list(map(walk, value))
            case float():
                numbers.append(value)

    walk([each.document() for each in asked])
    for point in points:
        assert not [n for n in numbers if abs(n - point.lat) < 1e-4]
        assert not [n for n in numbers if abs(n - point.lon) < 1e-4]


def test_two_points_of_one_coarse_cell_give_the_same_requests(
    here, pack, agency, now, packs
):
    moved = attrs.evolve(
        here, last_seen=attrs.evolve(here.last_seen, at=off(here.last_seen.at, km=0.05))
    )

    asked = [
        hand_offs(
            planned(case, pack, agency, now, boundary=WEST, atlas=LAND),
            case,
            agency=agency,
            packs=packs,
            now=now,
        )
        for case in (here, moved)
    ]

    documents = [[each.document() for each in some] for some in asked]
    assert documents[0] == documents[1]


@pytest.mark.parametrize(
    "room", [amberkit.render, amberkit.publish, amberkit.channels, amberkit.desk]
)
def test_nothing_that_renders_or_publishes_takes_a_hand_off(room):
    for name in room.__all__:
        found = getattr(room, name)
        for call in (
            [found, *vars(found).values()] if isinstance(found, type) else [found]
        ):
            if inspect.isfunction(call):
                annotations = str(inspect.signature(call))
                assert "HandOff" not in annotations, name


@pytest.mark.parametrize(
    "room", ["messages", "render", "publish", "channels", "store", "desk"]
)
def test_nothing_that_renders_or_publishes_speaks_of_hand_offs(room):
    modules = (Path(amberkit.plans.__file__).parents[1] / room).rglob("*.py")
    texts = {path: path.read_text("utf-8") for path in modules}

    assert texts
    assert not [p for p, text in texts.items() if re.search("hand_?offs?", text, re.I)]


def test_a_hand_off_is_refused_where_a_message_is_wanted(asked):
    for render in (amberkit.render.render_text, amberkit.render.render_cap):
        arguments = {"language": "fr"} if render is amberkit.render.render_text else {}
        with pytest.raises((AttributeError, TypeError, InvalidValue)):
            render(asked[0], **arguments)


def test_a_hand_off_is_no_part_of_a_plan_or_a_message():
    import amberkit.messages

    for model in (amberkit.plans.AlertPlan, amberkit.messages.Message):
        hints = typing.get_type_hints(model)
        assert not [name for name, hint in hints.items() if "HandOff" in str(hint)]
    assert "HandOff" not in amberkit.plans.__all__
    assert HandOff.__module__.startswith("amberkit.plans.handoff")
