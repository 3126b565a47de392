"""What an agency's maps say of its land, given to a command as one file."""

import json

import pytest

from amberkit.cli import ExitCode
from amberkit.schemas import check

EAST = [[[-7, 33], [-6, 33], [-6, 34], [-7, 34], [-7, 33]]]


def write(path, **said):
    said = {"kind": "neighbor", "id": "east", "name": {"en": "East"}} | said
    geometry = {"type": "Polygon", "coordinates": EAST}
    feature = {"type": "Feature", "properties": said, "geometry": geometry}
    document = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.mark.parametrize("command", ["plan", "map"])
def test_a_plan_is_made_with_the_atlas_that_is_given(command, case, amberkit):
    atlas = write(case.parent / "atlas.geojson")

    ran = amberkit(command, case, "--out", case.parent / "out", "--atlas", atlas)

    assert (ran.code, ran.err) == (ExitCode.DONE, "")


def test_a_mistake_in_the_atlas_is_told_with_its_file_and_place(case, amberkit):
    atlas = write(case.parent / "atlas.geojson", id="East")

    ran = amberkit("plan", case, "--out", case.parent / "out", "--atlas", atlas)

    assert ran.code == ExitCode.INVALID
    assert f"invalid atlas {atlas}" in ran.err
    assert "$.features[0].properties.id" in ran.err


def test_an_atlas_that_is_not_there_is_told(case, amberkit):
    gone = case.parent / "gone.geojson"

    ran = amberkit("submit", case, "--store", "x", "--by", "a", "--atlas", gone)

    assert ran.code == ExitCode.UNREADABLE
    assert str(gone) in ran.err


def test_a_neighbor_that_the_area_reaches_gets_a_request(case, amberkit):
    atlas = write(case.parent / "atlas.geojson", pack="fr-alerte-enlevement")
    out = case.parent / "out"

    ran = amberkit("plan", case, "--out", out, "--atlas", atlas)

    document = json.loads((out / "handoff-east.json").read_bytes())
    assert ran.code == ExitCode.DONE
    assert "handoff-east.json  request to east, reached from stage " in ran.out
    assert "no pack" not in ran.out
    assert check("handoff", document) == ()
    assert document["rules"]["assessment"]["pack"]["id"] == "fr-alerte-enlevement"
    assert document["mode"] == "exercise"


@pytest.mark.parametrize("more", [{}, {"pack": "no-such-pack"}])
def test_rules_that_are_not_at_hand_keep_no_plan_from_being_made(more, case, amberkit):
    atlas = write(case.parent / "atlas.geojson", **more)
    out = case.parent / "out"

    ran = amberkit("plan", case, "--out", out, "--atlas", atlas)

    assert ran.code == ExitCode.DONE
    assert "; no pack with its rules is at hand" in ran.out
    assert json.loads((out / "handoff-east.json").read_bytes())["rules"] is None


def test_a_request_is_removed_when_the_next_plan_asks_nobody(case, amberkit):
    atlas = write(case.parent / "atlas.geojson")
    out = case.parent / "out"
    amberkit("plan", case, "--out", out, "--atlas", atlas)

    amberkit("plan", case, "--out", out)

    assert not (out / "handoff-east.json").exists()
