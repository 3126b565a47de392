"""Every case that ships as an example goes the whole way, and gives nothing away."""

import datetime as dt
import hashlib
import io
import json
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from amberkit.agency import load_agency
from amberkit.cases import load_case
from amberkit.eligibility import Truth, assess, list_packs, load_pack
from amberkit.eligibility.packs.policy import Intrusiveness
from amberkit.geo import Polygon
from amberkit.plans import Effect, EventKind, load_atlas, plan_alert, timeline
from amberkit.plans.handoff import hand_offs
from amberkit.render import (
    render_cap,
    render_geojson,
    render_map,
    render_message,
    render_text,
    render_timeline,
    wording_languages,
)
from amberkit.schemas import read_source
from amberkit.values import Audience, Mode

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
CASES = [
    EXAMPLES / "casablanca.json",
    EXAMPLES / "casablanca-2.json",
    EXAMPLES / "tangier" / "case.json",
    EXAMPLES / "night" / "case.json",
    EXAMPLES / "night" / "case-2.json",
    EXAMPLES / "highway" / "case.json",
    EXAMPLES / "highway" / "case-2.json",
    EXAMPLES / "highway" / "case-3.json",
]


def name(path):
    return path.relative_to(EXAMPLES).as_posix()


every_case = pytest.mark.parametrize("path", CASES, ids=name)


def region(path):
    if not path.exists():
        return None
    return Polygon.from_geojson(read_source(path, "region"))


def agency_of(path):
    return load_agency(path.parent / "agency.json")


def assessed(path):
    """Return case, pack, time and assessment at the last thing that was reported."""
    case, agency = load_case(path), agency_of(path)
    now = max([case.report.received, *(seen.reported for seen in case.sightings)])
    pack = load_pack(agency.pack, on=now.date())
    return case, pack, now, assess(case, pack, now=now)


@cache
def planned(path):
    """Return the case and its plan, made of the plan of the revision before."""
    case, pack, now, assessment = assessed(path)
    before = CASES[CASES.index(path) - 1] if case.revision > 1 else None
    atlas = path.parent / "atlas.geojson"
    plan = plan_alert(
        case,
        assessment,
        pack,
        agency=agency_of(path),
        now=now,
        boundary=region(path.parent / "boundary.geojson"),
        atlas=load_atlas(atlas) if atlas.exists() else None,
        previous=None if before is None else planned(before)[1],
    )
    return case, plan


@cache
def requests(path):
    """Return what the neighbors of an example are asked."""
    case, plan = planned(path)
    return hand_offs(
        plan,
        case,
        agency=agency_of(path),
        packs=lambda pack_id: load_pack(pack_id, on=plan.made.date()),
        now=plan.made,
    )


@cache
def told(path):
    """Return every form that can come of a case, by audience."""
    case, plan = planned(path)
    agency = agency_of(path)
    languages = tuple(tag for tag in agency.name if tag in wording_languages())
    forms = {Audience.PUBLIC: [], Audience.SERVICES: []}
    for audience, found in forms.items():
        ends = dict.fromkeys((plan.stages[0], plan.stages[-1]))
        for stage in ends if audience is Audience.PUBLIC else plan.stages[:1]:
            message = render_message(
                plan,
                case,
                agency=agency,
                stage=stage.index,
                audience=audience,
                languages=languages,
                mode=Mode.EXERCISE,
                sent=plan.made,
            )
            found.append(str(render_geojson(message)))
            found.append(render_cap(message).decode("utf-8"))
            found.append(render_text(message))
    forms[Audience.PUBLIC] += (
        render_timeline(plan, agency=agency, languages=languages, mode=Mode.EXERCISE),
        json.dumps([asked.document() for asked in requests(path)], ensure_ascii=False),
        render_map(
            plan,
            agency=agency,
            languages=languages,
            mode=Mode.EXERCISE,
            land=region(path.parent / "land.geojson"),
        ),
    )
    return languages, forms


def test_no_example_is_left_out():
    found = {*EXAMPLES.glob("*/case*.json"), *EXAMPLES.glob("casablanca*.json")}

    assert found == set(CASES)


@every_case
def test_the_criteria_of_an_example_are_met(path):
    _, _, _, assessment = assessed(path)

    assert assessment.truth is Truth.TRUE
    assert assessment.unacknowledged == ()


@every_case
def test_an_example_has_a_plan_that_somebody_may_send(path):
    case, plan = planned(path)

    assert plan.revision == case.revision
    assert plan.unsettled == ()
    assert (plan.revises is None) == (case.revision == 1)


@every_case
def test_an_example_is_told_in_the_languages_of_its_agency(path):
    languages, forms = told(path)

    assert set(languages) == (
        {"ar", "fr"} if agency_of(path).contact == "19" else {"en"}
    )
    assert all(form for found in forms.values() for form in found)


@every_case
def test_an_example_tells_of_a_drawing_that_lies_beside_it(path):
    for child in load_case(path).children:
        for picture in child.photographs:
            data = (path.parent / picture.file.reveal()).read_bytes()

            assert hashlib.sha256(data).hexdigest() == picture.sha256.reveal()
            assert picture.kind.value == "drawing"
            assert Image.open(io.BytesIO(data)).size == (240, 300)
            assert len(data) < 6_000


@pytest.mark.parametrize("folder", ["tangier", "night", "highway"])
def test_a_neighbor_of_an_example_has_a_pack_that_ships(folder):
    atlas = load_atlas(EXAMPLES / folder / "atlas.geojson")
    ids = {listed.id for listed in list_packs()}

    assert [neighbor.pack in ids for neighbor in atlas.neighbors] == [True]


@every_case
def test_the_neighbor_of_an_example_is_asked_and_decides_by_its_own_rules(path):
    verdicts = {
        "casablanca": {},
        "tangier": {"north-shore": Truth.UNKNOWN},
        "night": {"us-birch": Truth.TRUE},
        "highway": {"us-tx": Truth.UNKNOWN},
    }
    expected = verdicts.get(path.parent.name, verdicts["casablanca"])

    assert {r.neighbor.id: r.rules.truth for r in requests(path)} == expected


def test_a_parent_on_the_highway_is_no_case_for_the_rules_beyond_the_boundary():
    path = EXAMPLES / "highway" / "case-3.json"
    document = json.loads(path.read_text("utf-8"))
    document["circumstances"]["killing"] = "ruled_out"
    case, plan = load_case(document), planned(path)[1]
    theirs = load_pack("us-tx-amber-alert", on=plan.made.date())
    verdict = assess(case, theirs, now=plan.made)

    assert requests(path)[0].rules.missing == (("circumstances.killing",),)
    assert verdict.truth is Truth.FALSE


def test_the_sighting_of_the_highway_beyond_the_boundary_moves_nothing_here():
    _, before = planned(EXAMPLES / "highway" / "case-2.json")
    _, after = planned(EXAMPLES / "highway" / "case-3.json")

    assert after.weighed[1].effect is Effect.CROSSES
    assert after.center == before.center


def test_a_report_that_comes_seven_hours_late_begins_with_the_largest_area():
    case, plan = planned(EXAMPLES / "tangier" / "case.json")

    assert plan.made - case.last_seen.time == dt.timedelta(hours=7)
    assert [stage.radius_m for stage in plan.stages] == [160_000]


def test_the_night_on_foot_stays_small_and_is_quiet_until_seven():
    _, first = planned(EXAMPLES / "night" / "case.json")
    _, plan = planned(EXAMPLES / "night" / "case-2.json")
    heard = [event for event in timeline(plan) if event.volume is not None]
    loud = [event for event in heard if event.volume.level is Intrusiveness.SIREN]

    assert plan.stages[-1].radius_m == 40_000
    assert [w.effect for w in plan.weighed] == [
        Effect.RECENTERS,
        Effect.ADDS,
        Effect.RULED_OUT,
    ]
    assert loud[0].kind is EventKind.RAISE
    assert loud[0].at.astimezone(ZoneInfo("America/Chicago")).time() == dt.time(7)
    assert len(plan.stages[0].cells) < len(first.stages[0].cells)


def restricted(path):
    """Yield what nobody is told, as it stands in the document."""
    document = json.loads(path.read_text("utf-8"))
    reporter = document["report"]["reporter"]
    yield from (reporter["name"], reporter["phone"], reporter["address"])
    yield document["last_seen"]["witness"]
    yield from (seen["note"] for seen in document.get("sightings", ()))
    for child in document["children"]:
        yield from (*child["hobbies"], *child["personal_problems"])
        yield from (child["school"], child["home_address"])
        for place in child["places_frequented"]:
            yield from (place["name"], *map(str, place["at"].values()))


def points(path):
    """Yield the exact points, as they stand in the document."""
    document = json.loads(path.read_text("utf-8"))
    for place in (document["last_seen"], *document.get("sightings", ())):
        yield from map(str, place["at"].values())


@every_case
def test_what_is_restricted_is_in_no_form_of_an_example(path):
    _, forms = told(path)
    found = {
        text
        for text in restricted(path)
        for form in (*forms[Audience.PUBLIC], *forms[Audience.SERVICES])
        if text in form
    }

    assert len(set(restricted(path))) > 10
    assert found == set()


@every_case
def test_the_public_is_told_no_exact_point_of_an_example(path):
    _, forms = told(path)

    assert [p for p in points(path) for f in forms[Audience.PUBLIC] if p in f] == []
