"""Every command with every bad input that it can be given."""

from __future__ import annotations

import json
import os
from pathlib import Path

import cli_samples as bad
import pytest
from cyclopts import CycloptsError

from amberkit.cli._usage import usage_error
from amberkit.eligibility import list_packs

INPUTS = {
    # What is wrong: (how, exit code, lines on stderr at least).
    "case": [
        (bad.missing, 4, 1),
        (bad.broken_json, 4, 1),
        (bad.not_utf8, 4, 1),
        (bad.a_folder, 4, 1),
        (bad.too_long_a_name, 4, 1),
        (bad.no_path_at_all, 4, 1),
        (bad.too_large, 4, 1),
        (bad.an_array, 3, 2),
        (bad.twelve_mistakes, 3, 13),
        (bad.impossible_coordinate, 3, 2),
    ],
    "--agency": [
        (bad.missing, 4, 1),
        (bad.broken_json, 4, 1),
        (bad.a_folder, 4, 1),
        (bad.an_array, 3, 2),
    ],
    "--pack": [(lambda _: "atlantis", 2, 1), (lambda _: "", 0, 0)],
    "--language": [(lambda _: "tlh", 2, 1), (lambda _: "!", 2, 1)],
    "--languages": [(lambda _: "tlh", 2, 1), (lambda _: "!", 2, 1)],
    "--mode": [(lambda _: "rehearsal", 2, 1)],
    "--now": [
        (lambda _: "soon", 2, 1),
        (lambda _: "2026-11-22T18:05:00", 2, 1),
        (lambda _: "0001-01-01T00:00:00+14:00", 2, 1),
        (lambda _: "1999-01-01T00:00:00Z", 2, 1),
    ],
    "--boundary": [
        (bad.missing, 4, 1),
        (bad.broken_json, 4, 1),
        (bad.a_folder, 4, 1),
        (bad.an_array, 3, 2),
        (bad.no_polygon, 3, 2),
        (bad.open_ring, 3, 2),
    ],
    "--land": [(bad.missing, 4, 1), (bad.no_polygon, 3, 2)],
    "--out": [
        (lambda folder: f"{folder}/agency.json/below", 5, 1),
        (lambda _: "/proc/nope/below", 5, 1),
    ],
    "--unknown": [(lambda _: "1", 2, 1)],
}
TAKES = {
    "validate": ("case", "--unknown"),
    "assess": (
        "case",
        "--agency",
        "--pack",
        "--language",
        "--mode",
        "--now",
        "--unknown",
    ),
    "plan": tuple(INPUTS),
    "map": tuple(name for name in INPUTS if name != "--language"),
    "cover": ("--boundary", "--unknown"),
    "packs": ("--unknown",),
    "schema": ("--unknown",),
}
MATRIX = [
    pytest.param(command, option, *how, id=f"{command}-{option}-{number}")
    for command, options in TAKES.items()
    for option in options
    for number, how in enumerate(INPUTS[option])
    if how[1]
]


def command_line(command, option, value, scene):
    arguments = [command]
    if "case" in TAKES[command]:
        arguments.append(value if option == "case" else str(scene / "casablanca.json"))
    if command == "cover":
        arguments += ["33.5", "-7.6", "--radius-km", "1"]
    if "--out" in TAKES[command] and option != "--out":
        arguments += ["--out", str(scene / "out")]
    return arguments if option == "case" else [*arguments, option, value]


@pytest.mark.parametrize(("command", "option", "how", "code", "lines"), MATRIX)
def test_bad_input_ends_in_one_clear_line_for_each_problem(
    command, option, how, code, lines, scene, amberkit
):
    ran = amberkit(*command_line(command, option, how(scene), scene))

    said = ran.err.splitlines()
    assert ran.code == code
    assert ran.out == ""
    assert len(said) >= lines
    assert (len(said) == 1) is (lines == 1)
    assert said[0].startswith("amberkit: ")
    assert all(line.startswith("  - ") for line in said[1:])
    assert "Traceback" not in ran.err
    assert not [canary for canary in bad.CANARIES if canary in ran.err]


@pytest.mark.parametrize(("command", "option", "how", "code", "lines"), MATRIX)
def test_bad_input_is_told_as_json_if_json_is_asked_for(
    command, option, how, code, lines, scene, amberkit
):
    line = command_line(command, option, how(scene), scene)
    ran = amberkit(*line, "--json")

    error = ran.json()["error"]
    assert ran.err == ""
    assert error["exit_code"] == ran.code == code
    assert len(error["problems"]) >= max(lines - 1, 1)
    assert all(problem["message"] for problem in error["problems"])
    assert not [canary for canary in bad.CANARIES if canary in ran.out]


def test_each_of_twelve_mistakes_has_a_line_that_says_where(case, amberkit):
    bad.twelve_mistakes(case.parent)

    told = amberkit("validate", case).err

    for keys, _ in bad.TWELVE_MISTAKES[:-1]:
        path = "$" + "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in keys)
        assert sum(line.endswith(f" @ {path}") for line in told.splitlines()) == 1
    assert f"invalid case {case}: " in told


def test_an_impossible_coordinate_is_told_with_its_limit(case, amberkit):
    bad.impossible_coordinate(case.parent)

    told = amberkit("validate", case).err

    assert "90 @ $.last_seen.at.lat" in told


def test_an_unknown_pack_is_told_with_those_that_there_are(case, amberkit):
    ran = amberkit("assess", case, "--pack", "atlantis")

    known = ", ".join(sorted({info.id for info in list_packs()}))
    assert ran.err == f"amberkit: no pack 'atlantis'; there is: {known}\n"


def test_a_pack_that_is_not_in_force_is_told_with_its_period(case, amberkit):
    ran = amberkit("assess", case, "--now", "1999-01-01T00:00:00Z")

    assert ran.code == 2
    assert "not in force on 1999-01-01; it is from 2023-03-10" in ran.err


def test_a_case_without_an_agency_needs_one_named(case, amberkit):
    (case.parent / "agency.json").unlink()

    ran = amberkit("assess", case)

    assert ran.code == 2
    assert "--agency must name the agency's document" in ran.err


def test_an_agency_without_a_pack_needs_one_named(case, amberkit):
    bad.edit(case.parent / "agency.json", (["pack"], None))

    ran = amberkit("assess", case)

    assert ran.code == 2
    assert "--pack must name a pack" in ran.err


def test_a_pack_that_is_named_needs_no_agency(case, amberkit):
    (case.parent / "agency.json").unlink()

    ran = amberkit("assess", case, "--pack", "ma-tifli-moukhtafi")

    assert ran.code == 0


def test_a_picture_that_is_missing_is_a_problem_of_the_case(case, amberkit):
    (case.parent / "casablanca-child.png").unlink()

    ran = amberkit("validate", case)

    assert ran.code == 3
    assert "beside the case document @ $.children[0].photographs[0].file" in ran.err


def test_a_picture_that_was_exchanged_is_a_problem_of_the_case(case, amberkit):
    (case.parent / "casablanca-child.png").write_bytes(b"another")

    ran = amberkit("validate", case)

    assert ran.code == 3
    assert "must be the SHA-256 of the file" in ran.err


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [pipe, device, Path.mkdir])
def test_what_is_no_regular_file_is_no_picture(make, case, amberkit):
    picture = case.parent / "casablanca-child.png"
    picture.unlink()
    make(picture)

    ran = amberkit("validate", case)

    assert ran.code == 3
    assert "beside the case document @ $.children[0].photographs[0].file" in ran.err


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (20_000_000, "must be the SHA-256 of the file @ "),
        (20_000_001, "must name a file of at most 20 MB @ "),
        (10**12, "must name a file of at most 20 MB @ "),
    ],
)
def test_no_more_of_a_picture_is_read_than_can_be_cleaned(size, told, case, amberkit):
    with (case.parent / "casablanca-child.png").open("wb") as file:
        file.truncate(size)

    ran = amberkit("validate", case)

    assert ran.code == 3
    assert told in ran.err


def test_the_path_of_an_error_is_null_where_there_is_no_document(case, amberkit):
    ran = amberkit("cover", "95", "-200", "--radius-km", "5", "--json")

    assert [p["path"] for p in ran.json()["error"]["problems"]] == [None, None]


@pytest.mark.parametrize("name", ["x" * 300, "o\0"])
def test_what_is_no_name_for_a_file_is_told(name, case, amberkit):
    ran = amberkit("map", case, "--out", case.parent / name)

    assert ran.code == 5
    assert ran.err.startswith("amberkit: cannot write ")


@pytest.mark.parametrize("out", [".", "/", "here"])
def test_a_map_cannot_be_written_over_a_folder(out, case, amberkit, monkeypatch):
    (case.parent / "here").mkdir()
    monkeypatch.chdir(case.parent)

    ran = amberkit("map", case, "--out", out)

    assert ran.code == 5
    assert ran.err == f"amberkit: cannot write {out}: is a directory\n"


def test_a_full_disk_is_told_and_leaves_nothing_behind(case, amberkit):
    ran = amberkit("map", case, "--out", "/dev/full")

    assert ran.code == 5
    assert "cannot write /dev/full: no space left on device" in ran.err


def test_what_fails_to_be_written_leaves_no_draft(case, amberkit, monkeypatch):
    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    ran = amberkit("map", case, "--out", case.parent / "out" / "map.html")

    assert ran.code == 5
    assert list((case.parent / "out").iterdir()) == []


def test_twenty_mistakes_on_the_command_line_are_no_reason_to_stop_at_the_first(
    amberkit,
):
    ran = amberkit(
        "cover", "nan", "-200", "--radius-km", "-5", "--resolution", "16",
        "--max-rim-cells", "0",
    )  # fmt: skip

    assert ran.code == 2
    assert ran.err.splitlines() == [
        "amberkit: LAT must be in [-90, 90], degrees north",
        "amberkit: LON must be in [-180, 180], degrees east",
        "amberkit: --radius-km must be more than 0 and at most 20,003.932",
        "amberkit: --resolution must be in [0, 15]",
        "amberkit: --max-rim-cells must be at least 1",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["foo"], "there is no command 'foo'; there is: validate, assess, plan, "),
        (["--mode"], "there is no command '--mode'"),
        (["cover", "abc", "0", "--radius-km", "1"], "LAT must be a number; see "),
        (["cover", "1", "2"], "--radius-km must be given; see 'amberkit cover --help'"),
        (["cover", "1", "2", "--radius-km"], "--radius-km needs a value"),
        (["cover", "1", "2", "--radius-km", "nan"], "--radius-km must be more than 0"),
        (["cover", "1", "2", "--radius-km", "1e9"], "at most 20,003.932"),
        (
            ["cover", "1", "2", "--radius-km", "1", "--resolution", "8.5"],
            "--resolution must be a whole number",
        ),
        (
            ["cover", "1", "2", "--radius-km", "1", "--containment", "touching"],
            "--containment must be one of overlap, center, within",
        ),
        (
            ["cover", "1", "2", "--radius-km", "1", "--radius-km", "2"],
            "--radius-km must be given once",
        ),
        (["cover", "1", "2", "3", "--radius-km", "1"], "one argument too many: '3'"),
        (["plan"], "CASE must be given; see 'amberkit plan --help'"),
        (
            ["plan", "x", "--outt", "y"],
            "--out must be given; there is no option --outt",
        ),
        (["plan", "x", "--out", "y", "--langage", "fr"], "is --language meant?"),
        (["validate", "x.json", "--json=maybe"], "--json must be given without a"),
        (
            ["schema", "packet"],
            "schema must be one of agency, assessment, atlas, case, decision-table, handoff, pack",
        ),
        (["packs", "--no-json"], "there is no option --no-json"),
        (["packs", "lnt"], "there is no command 'lnt'; there is: list, lint, test, "),
        (["packs", "lint"], "FILE must be given; see 'amberkit packs lint --help'"),
        (["packs", "test", "x.table.json"], "FILE must name a pack, not only "),
        (["packs", "diff", "x.json"], "AFTER must be given"),
        (
            ["packs", "diff", "shire@2026-02-30", "x.json"],
            "BEFORE must be a file, or ID@DATE with a date such as 2026-11-22",
        ),
    ],
)
def test_a_mistake_on_the_command_line_is_one_plain_line(arguments, told, amberkit):
    ran = amberkit(*arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err
    assert ran.err.startswith("amberkit: ")
    assert ran.err.count("\n") == 1
    assert not set(ran.err) & set("─│╭╮╰╯")


def test_a_mistake_of_another_kind_is_told_in_the_words_of_the_parser():
    told = str(usage_error(CycloptsError(msg="Something else.")))

    assert told == "something else; see 'amberkit --help'"


def test_a_cover_over_budget_is_refused_with_what_would_help(amberkit):
    ran = amberkit("cover", 33, -7, "--radius-km", 50, "--max-rim-cells", 10)

    assert ran.code == 1
    assert "use a coarser resolution" in ran.err


def test_an_error_of_json_can_be_read_by_a_program(amberkit):
    ran = amberkit("schema", "packet", "--json")

    assert json.loads(ran.out)["error"] == {
        "kind": "InvalidValue",
        "exit_code": 2,
        "message": "schema must be one of agency, assessment, atlas, case, decision-table, handoff, pack",
        "problems": [
            {
                "path": None,
                "code": "InvalidValue",
                "message": "schema must be one of agency, assessment, atlas, case, decision-table, handoff, pack",
            }
        ],
    }
