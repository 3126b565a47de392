"""From a case document to files: validate, assess, plan and map."""

from __future__ import annotations

import json
import os
import re
import threading

import attrs
import cli_samples as samples
import pytest
from lxml import etree

from amberkit import load_agency, load_case
from amberkit.cli import ExitCode
from amberkit.cli._report import _how_loud
from amberkit.eligibility import assess, load_pack
from amberkit.plans import plan_alert

FORBID = (["report", "consent", "given"], False)
FORGET = (["report", "consent"], None)
HEADING = re.compile(r"^criterion +finding +evidence +source$", re.MULTILINE)


def written(folder):
    return sorted(str(p) for p in folder.rglob("*") if p.is_file())


def test_a_sound_case_is_told_to_be_valid(case, amberkit):
    ran = amberkit("validate", case)

    assert ran.code == 0
    assert ran.out == f"{case}  valid: case MA-EXAMPLE-2026-0001, revision 1\n"


def test_an_alert_is_a_yes_with_its_criteria(case, amberkit):
    ran = amberkit("assess", case)

    assert ran.code == ExitCode.DONE
    assert ran.out.startswith("Yes: ")


def test_an_assessment_speaks_the_language_that_is_asked_for(case, amberkit):
    assert amberkit("assess", case, "--language", "fr").out.startswith("Oui")


def test_what_is_no_alert_is_refused(case, amberkit):
    samples.edit(case, FORBID)

    ran = amberkit("assess", case)

    assert ran.code == ExitCode.REFUSED
    assert ran.out.startswith("No: ")


def test_a_missing_fact_leaves_it_undecided_and_is_asked_for(case, amberkit):
    samples.edit(case, FORGET)

    ran = amberkit("assess", case)

    assert ran.code == ExitCode.UNDECIDED
    assert "Ask next: " in ran.out


def test_a_live_assessment_is_made_at_the_time_of_the_clock(case, amberkit):
    told = amberkit("assess", case, "--mode", "live", "--json").json()

    replayed = amberkit("assess", case, "--json").json()
    assert replayed["now"] == "2026-11-22T17:00:00+00:00"
    assert told["now"] != replayed["now"]


def test_a_plan_is_made_for_the_time_that_is_given(case, amberkit):
    at = "2026-11-22T18:05:00+01:00"

    ran = amberkit("plan", case, "--out", case.parent / "out", "--now", at)

    assert "22 November 2026 18:05" in ran.out
    assert "the clock starts when the last thing was known" not in ran.out


def test_every_file_that_is_written_is_named_in_one_line(planned):
    lines = planned.shown.splitlines()

    named = [line.split("  ") for line in lines if line.startswith(str(planned.out))]
    assert sorted(path for path, _ in named) == written(planned.out)
    assert all(says for _, says in named)


def test_a_plan_as_json_names_the_files_and_the_stages(planned):
    plan = planned.told["plan"]

    assert sorted(planned.told["files"]) == written(planned.out_of_json)
    assert planned.told["notes"] == []
    assert planned.told["assessment"]["truth"] == plan["truth"] == "true"
    assert plan["made"] == "2026-11-22T17:00:00+00:00"
    ends = [stage["ends"] for stage in plan["stages"]]
    assert [stage["starts"] for stage in plan["stages"]] == [plan["made"], *ends[:-1]]
    assert ends[-1] == plan["expires"]


def test_what_is_written_is_of_the_form_that_its_name_says(planned):
    for path in planned.out.rglob("*.xml"):
        assert etree.parse(path).getroot().tag == (
            "{urn:oasis:names:tc:emergency:cap:1.2}alert"
        )
    for path in [*planned.out.rglob("*.json"), *planned.out.rglob("*.geojson")]:
        json.loads(path.read_bytes())
    for path in planned.out.rglob("*.txt"):
        assert path.read_text(encoding="utf-8").strip()
    assert (planned.out / "map.html").read_bytes().startswith(b"<!")
    assert not list(planned.out.rglob("*.part"))


def test_a_plan_is_the_same_twice(planned):
    once, twice = planned.out, planned.out_of_json

    names = [path.relative_to(once) for path in once.rglob("*") if path.is_file()]
    assert names
    assert all((once / n).read_bytes() == (twice / n).read_bytes() for n in names)


def test_a_plan_shows_findings_with_sources_and_stages_with_reasons(planned):
    flat = " ".join(planned.shown.split())

    assert HEADING.search(planned.shown)
    for row in planned.told["assessment"]["rows"]:
        assert row["says"].split()[0] in planned.shown
        if row["source"]:
            assert f"\n    {row['source']['url']}\n" in planned.shown
    assert f"{len(planned.told['plan']['stages'])} stages" in planned.shown
    for stage in planned.told["plan"]["stages"]:
        assert f"{stage['cells']:,}" in flat
        assert f"{stage['radius_m'] / 1000:g} km" in flat
    assert "Last seen 20 min ago" in flat
    assert "exercise: the clock starts when the last thing was known" in planned.shown


def test_a_plan_fits_eighty_columns_but_for_what_must_be_copied_whole(planned):
    wide = [line for line in planned.shown.splitlines() if len(line) > 80]

    whole = re.compile(rf"    https://|{re.escape(str(planned.out))}")
    assert all(whole.match(line) for line in wide)


def test_findings_and_reasons_come_in_the_language_that_is_asked_for(case, amberkit):
    ran = amberkit("plan", case, "--out", case.parent / "out", "--language", "fr")

    assert "Oui" in ran.out
    assert "Source secondaire" in " ".join(ran.out.split())
    assert "dernière" in ran.out


def test_messages_come_in_the_languages_that_are_asked_for(case, amberkit):
    out = case.parent / "out"

    amberkit("plan", case, "--out", out, "--languages", "fr")

    texts = sorted(path.name for path in (out / "public").glob("*.txt"))
    assert texts == [f"stage-{number}.fr.txt" for number in range(1, 6)]


def test_a_text_that_lacks_a_language_is_noted(case, amberkit):
    samples.edit(case, (["last_seen", "place", "fr"], None))

    ran = amberkit("plan", case, "--out", case.parent / "out")

    assert ran.code == 0
    assert "note: " in ran.out
    assert "last_seen.place" in ran.out


def test_a_picture_that_is_missing_is_noted_but_holds_no_plan_up(case, amberkit):
    (case.parent / "casablanca-child.png").unlink()

    ran = amberkit("plan", case, "--out", case.parent / "out")

    assert ran.code == 0
    assert "note: must name a file that lies beside the case document" in ran.out


def test_an_area_does_not_leave_a_boundary_that_is_given(case, amberkit):
    border = case.parent / "border.json"
    ring = [[-9, 33], [-7.6, 33], [-7.6, 34], [-9, 34], [-9, 33]]
    border.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))

    def cells(*more):
        out = case.parent / "out"
        told = amberkit("plan", case, "--out", out, "--json", *more).json()
        return [stage["cells"] for stage in told["plan"]["stages"]]

    assert all(map(int.__lt__, cells("--boundary", border), cells()))


def test_no_plan_is_made_of_what_is_no_alert_and_the_findings_say_why(case, amberkit):
    samples.edit(case, FORBID)

    ran = amberkit("plan", case, "--out", case.parent / "out")

    assert ran.code == ExitCode.REFUSED
    assert ran.out.startswith("No: ")
    assert HEADING.search(ran.out)
    assert (
        ran.err == "amberkit: no plan: the criteria are not met; see the assessment\n"
    )
    assert not (case.parent / "out").exists()


def test_no_plan_is_made_while_a_fact_is_missing_and_it_is_asked_for(case, amberkit):
    samples.edit(case, FORGET)

    ran = amberkit("plan", case, "--out", case.parent / "out")

    assert ran.code == ExitCode.UNDECIDED
    assert ran.out.startswith("Not known yet: ")
    assert ran.out.splitlines()[1].endswith("?")
    assert ran.err.startswith("amberkit: no plan: ")


def test_a_refusal_as_json_is_one_document_with_its_reason(case, amberkit):
    samples.edit(case, FORGET)

    ran = amberkit("plan", case, "--out", case.parent / "out", "--json")

    (problem,) = ran.json()["error"]["problems"]
    assert problem["code"] == "undecided"
    assert ran.json()["error"]["exit_code"] == ExitCode.UNDECIDED


def test_a_recorded_decision_overrides_a_missing_fact(case, amberkit):
    samples.edit(case, FORGET)
    decided = ["--override-by", "officer-0147", "--override-reason", "danger"]

    ran = amberkit("plan", case, "--out", case.parent / "out", *decided)

    assert ran.code == 0
    assert "Not known yet: " in ran.out
    assert (case.parent / "out" / "map.html").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--override-by", "a"], "must be given together"),
        (["--override-reason", "b"], "must be given together"),
        (["--override-of", "exposure"], "must be given together"),
        (
            ["--override-of", "weather"],
            "--override-of must be one of undecided, beyond_reach, exposure, quiet_hours",
        ),
        (["--override-by", "", "--override-reason", "b"], "must be given together"),
        (
            ["--override-by", "a", "--override-reason", " "],
            "--override-reason must be 1 to 1000 characters",
        ),
        (
            ["--override-by", "a" * 65, "--override-reason", "b"],
            "--override-by must be 1 to 64 characters",
        ),
    ],
)
def test_half_a_decision_is_refused(options, told, case, amberkit):
    ran = amberkit("plan", case, "--out", case.parent / "out", *options)

    assert ran.code == ExitCode.USAGE
    assert told in ran.err


def test_a_map_is_one_page_and_nothing_else(case, amberkit):
    out = case.parent / "out" / "map.html"

    ran = amberkit("map", case, "--out", out)

    assert ran.out == f"{out}  map of 5 stages; open it in a browser\n"
    assert written(out.parent) == [str(out)]
    assert b"<svg" in out.read_bytes()


def test_a_map_is_written_through_a_link(case, amberkit):
    page, link = case.parent / "page.html", case.parent / "link.html"
    page.write_text("old")
    link.symlink_to(page)

    amberkit("map", case, "--out", link)

    assert link.is_symlink()
    assert page.read_bytes().startswith(b"<!")


def test_a_map_goes_into_a_pipe_without_taking_its_place(case, amberkit):
    pipe = case.parent / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()

    ran = amberkit("map", case, "--out", pipe)

    reader.join(timeout=10)
    assert ran.code == 0
    assert pipe.is_fifo()
    assert got[0].startswith(b"<!")


def test_a_map_of_land_that_is_given_differs_from_one_without(case, amberkit):
    pages = []
    for name in ("with", "without"):
        amberkit("map", case, "--out", case.parent / name)
        pages.append((case.parent / name).read_bytes())
        (case.parent / "land.geojson").unlink(missing_ok=True)

    assert pages[0] != pages[1]


def test_what_an_earlier_plan_has_left_is_removed_and_nothing_else(case, amberkit):
    out = case.parent / "out"
    amberkit("plan", case, "--out", out)
    (out / "public" / "notes.txt").write_text("mine", encoding="utf-8")
    (case.parent / "outside.txt").write_text("mine", encoding="utf-8")
    listed = json.loads((out / "files.json").read_bytes())
    (out / "files.json").write_text(json.dumps([*listed, "../outside.txt", 7]))

    amberkit("plan", case, "--out", out, "--languages", "fr")

    names = {path.name for path in (out / "public").iterdir()}
    assert "stage-1.ar.txt" not in names
    assert {"stage-1.fr.txt", "notes.txt"} <= names
    assert (case.parent / "outside.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("listed", ["no json", "7", "{}"])
def test_a_list_that_cannot_be_read_removes_nothing(case, amberkit, listed):
    out = case.parent / "out"
    out.mkdir()
    (out / "files.json").write_text(listed, encoding="utf-8")
    (out / "mine.txt").write_text("mine", encoding="utf-8")

    ran = amberkit("plan", case, "--out", out)

    assert ran.code == 0
    assert (out / "mine.txt").exists()


def test_an_old_file_that_cannot_be_removed_is_told(case, amberkit):
    out = case.parent / "out"
    (out / "stuck").mkdir(parents=True)
    (out / "files.json").write_text('["stuck"]', encoding="utf-8")

    ran = amberkit("plan", case, "--out", out)

    assert ran.code == 5
    assert "stuck" in ran.err


def test_an_override_is_shown_and_recorded(case, amberkit):
    samples.edit(case, (["circumstances", "publication_harm"], None))
    given = ("--override-by", "0147", "--override-reason", "the prosecutor decided")

    shown = amberkit("plan", case, "--out", case.parent / "out", *given)
    told = amberkit("plan", case, "--out", case.parent / "out", *given, "--json").json()

    assert "override by 0147: the prosecutor decided" in shown.out
    (override,) = told["plan"]["overrides"]
    assert override["concern"] == "undecided"
    assert override["by"] == "0147"
    assert override["reason"] == "the prosecutor decided"
    assert "prosecutor" not in "".join(
        path.read_text(encoding="utf-8")
        for path in (case.parent / "out" / "public").iterdir()
    )


def test_a_decision_may_be_about_several_concerns(case, amberkit):
    given = ("--override-by", "0147", "--override-reason", "the danger is worse")
    given += ("--override-of", "exposure", "--override-of", "beyond_reach")

    told = amberkit("plan", case, "--out", case.parent / "out", *given, "--json").json()

    concerns = [override["concern"] for override in told["plan"]["overrides"]]
    assert concerns == ["exposure", "beyond_reach"]


def test_a_decision_about_another_concern_is_none_about_a_missing_fact(case, amberkit):
    samples.edit(case, FORGET)
    given = ("--override-by", "0147", "--override-reason", "the danger is worse")

    ran = amberkit(
        "plan", case, "--out", case.parent / "out", *given, "--override-of", "exposure"
    )

    assert ran.code == ExitCode.UNDECIDED


def test_a_plan_says_who_decided_to_wake_people_at_night(scene, amberkit):
    night = scene / "night" / "case.json"
    given = ("--override-by", "chief-2", "--override-reason", "a plate")
    of = ("--override-of", "quiet-hours")
    shown = amberkit("plan", night, "--out", scene / "out", *given, *of)

    assert "how loud: siren, as chief-2 decided" in shown.out


def test_a_plan_says_where_the_pack_leaves_open_how_loud_it_is(examples):
    case = load_case(examples / "casablanca.json")
    now = case.report.received
    pack = load_pack("ma-tifli-moukhtafi", on=now.date())
    bare = attrs.evolve(pack, policy=attrs.evolve(pack.policy, loudness=None))
    plan = plan_alert(
        case,
        assess(case, bare, now=now),
        bare,
        agency=load_agency(examples / "agency.json"),
        now=now,
    )

    assert _how_loud(plan) == "how loud: the pack does not say"


def test_an_exercise_starts_when_the_last_sighting_was_reported(case, amberkit):
    later = {
        "at": {"lat": 33.6, "lon": -7.6},
        "uncertainty_m": 100,
        "seen": "2026-11-22T18:30:00+01:00",
        "reported": "2026-11-22T18:40:00+01:00",
        "confidence": "confirmed",
    }
    samples.edit(case, (["sightings", 0], later))
    told = amberkit("plan", case, "--out", case.parent / "out", "--json").json()

    assert told["plan"]["made"] == "2026-11-22T17:40:00+00:00"


def test_a_language_of_the_pack_that_nobody_has_worded_is_left_out(case, amberkit):
    samples.edit(case, (["children", 0, "languages"], ["en"]))
    out = case.parent / "out"
    given = (
        "--pack",
        "us-amber-guidance",
        "--override-by",
        "7",
        "--override-reason",
        "r",
    )

    amberkit("plan", case, "--out", out, *given)
    names = {path.name for path in (out / "public").iterdir()}

    assert "stage-1.en.txt" in names
    assert "stage-1.es.txt" not in names


def test_a_plan_of_one_stage_says_so(case, amberkit):
    late = "2026-11-24T18:00:00+01:00"

    ran = amberkit("plan", case, "--out", case.parent / "out", "--now", late)

    assert "1 stage; it holds until the alert ends" in ran.out
    assert "note: the alert should have been public by" in ran.out


def test_a_zone_that_nobody_knows_is_a_problem_of_the_agency(case, amberkit):
    agency = case.parent / "agency.json"
    samples.edit(agency, (["time_zone"], "Atlantis/Capital"))

    ran = amberkit("assess", case)

    assert ran.code == 3
    assert "$.time_zone" in ran.err


def test_the_findings_are_also_written_as_a_page(case, amberkit, tmp_path):
    page = tmp_path / "found.html"

    ran = amberkit("assess", case, "--language", "ar", "--html", page)

    assert ran.code == ExitCode.DONE
    assert page.read_text("utf-8").startswith(
        '<!doctype html>\n<html lang="ar" dir="rtl"'
    )


def test_what_is_missing_and_what_would_turn_it_can_be_read_by_a_program(
    case, amberkit
):
    settled = amberkit("assess", case, "--json").json()
    samples.edit(case, FORGET)
    unsettled = amberkit("assess", case, "--json").json()

    assert settled["missing"] == {"for_true": [], "for_false": []}
    assert ["child.age_years"] in settled["opposite"]
    assert unsettled["missing"]["for_true"]
    assert unsettled["opposite"] == []


def test_the_pack_is_that_of_the_day_in_the_zone_of_the_agency(case, amberkit):
    # It is still the 14th in UTC, and the Polish rule changed on the 15th.
    at = "2025-08-15T00:30:00+02:00"

    # Casablanca is an hour behind: the 14th. Without an agency, UTC: the 14th too.
    for zone, first in (
        ("Africa/Casablanca", "2019-01-01"),
        ("Europe/Warsaw", "2025-08-15"),
    ):
        agency = json.loads((case.parent / "agency.json").read_text("utf-8"))
        (case.parent / "agency.json").write_text(
            json.dumps({**agency, "time_zone": zone}), "utf-8"
        )
        ran = amberkit(
            "assess", case, "--pack", "pl-child-alert", "--now", at, "--json"
        )
        assert ran.json()["pack"]["valid_from"] == first
    (case.parent / "agency.json").unlink()
    ran = amberkit("assess", case, "--pack", "pl-child-alert", "--now", at, "--json")
    assert ran.json()["pack"]["valid_from"] == "2019-01-01"
