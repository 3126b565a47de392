"""A revision is planned upon the plan before."""

import shutil

import cli_samples as samples
import pytest

from amberkit.cli import ExitCode

LATER = ("--now", "2026-11-22T18:30:00+01:00")


@pytest.fixture
def revised(case):
    """The same case, half an hour later: it has been seen nearby."""
    path = case.with_name("revised.json")
    shutil.copy(case, path)
    seen = {
        "at": {"lat": 33.6, "lon": -7.5},
        "uncertainty_m": 200,
        "seen": "2026-11-22T18:20:00+01:00",
        "reported": "2026-11-22T18:25:00+01:00",
        "confidence": "confirmed",
    }
    samples.edit(path, (["revision"], 2), (["sightings"], [seen]))
    return path


def test_the_plan_ends_when_the_plan_before_does(case, revised, amberkit):
    out = case.parent / "out"

    before = amberkit("plan", case, "--out", out, "--json").json()
    again = amberkit("plan", revised, "--out", out, "--json", *LATER).json()
    told = amberkit(
        "plan", revised, "--out", out, "--json", *LATER, "--previous", case
    ).json()

    assert told["plan"]["expires"] == before["plan"]["expires"]
    assert told["plan"]["expires"] < again["plan"]["expires"]
    # What is in force already is not new.
    assert told["plan"]["stages"][0]["added"] < again["plan"]["stages"][0]["added"]


def test_what_has_changed_is_told_with_its_cause(case, revised, amberkit):
    out = case.parent / "out"
    given = ("plan", revised, "--out", out, *LATER, "--previous", case)

    shown = amberkit(*given).out
    told = amberkit(*given, "--json").json()["plan"]

    assert "revises revision 1: sighting 1 recenters\n" in shown
    assert told["revises"] == {
        "revision": 1,
        "causes": [{"code": "sighting", "sighting": 0, "effect": "recenters"}],
    }


def test_a_sighting_that_was_taken_out_and_other_causes_are_told(
    case, revised, amberkit
):
    # The later revision no longer has the sighting, and knows how the child moves.
    samples.edit(revised, (["revision"], 1), (["sightings", 0, "reported"], None))
    samples.edit(
        revised,
        (["revision"], 1),
        (["sightings", 0, "seen"], "2026-11-22T17:40:00+01:00"),
        (["sightings", 0, "reported"], "2026-11-22T17:45:00+01:00"),
    )
    samples.edit(
        case,
        (["revision"], 2),
        (["sightings"], []),
        (["circumstances", "mobility"], "on_foot"),
    )

    shown = amberkit(
        "plan", case, "--out", case.parent / "out", *LATER, "--previous", revised
    ).out

    assert "revises revision 1: sighting 1 taken out, " in shown
    assert "mobility" in shown.split("revises revision 1: ")[1].split("\n")[0]


def test_a_first_plan_revises_nothing(planned):
    assert planned.told["plan"]["revises"] is None
    assert planned.told["plan"]["unsettled"] == []
    assert "revises" not in planned.shown


def test_what_has_to_be_decided_is_told(case, amberkit):
    samples.edit(case, (["circumstances", "mobility"], "on_foot"))
    given = ("plan", case, "--out", case.parent / "out", "--pack", "nl-amber-alert")
    given += ("--languages", "fr")
    decided = ("--override-by", "0147", "--override-reason", "the danger is worse")

    shown = amberkit(*given, *decided)

    assert shown.code == ExitCode.DONE
    told = "to be decided before it goes out live: beyond_reach\n"
    assert told in shown.out
    both = ("--override-of", "undecided", "--override-of", "beyond_reach")
    assert told not in amberkit(*given, *decided, *both).out


def test_a_map_shows_the_revision(case, revised, amberkit):
    out = case.parent / "map.html"

    ran = amberkit("map", revised, "--out", out, *LATER, "--previous", case)

    assert ran.code == ExitCode.DONE
    assert out.exists()


def test_a_previous_case_of_another_kind_is_refused(case, revised, amberkit):
    samples.edit(case, (["id"], "MA-OTHER"))

    ran = amberkit(
        "plan", revised, "--out", case.parent / "out", *LATER, "--previous", case
    )

    assert ran.code == ExitCode.REFUSED
    assert "the plan before must be of this case" in ran.err


def test_a_previous_case_that_is_not_there_is_told(revised, amberkit):
    gone = revised.with_name("gone.json")

    ran = amberkit("map", revised, "--out", "x.html", *LATER, "--previous", gone)

    assert ran.code == ExitCode.UNREADABLE
    assert str(gone) in ran.err
