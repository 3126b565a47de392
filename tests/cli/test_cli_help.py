"""Help, version, and what every command has in common."""

from __future__ import annotations

import inspect
import json

import pytest

from amberkit.cli import ExitCode
from amberkit.cli._app import _COMMANDS, _make_app

COMMANDS = sorted(_COMMANDS)


def loaded(command):
    """Return a command, which may have two words, as the parser knows it."""
    app = _make_app(whole=True)
    for word in command.split():
        app = app[word]
    return app


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_command_with_what_it_does(arguments, amberkit):
    ran = amberkit(*arguments)

    assert ran.code == 0
    assert ran.err == ""
    for command in {command.split()[0] for command in COMMANDS}:
        (line,) = [s for s in ran.out.splitlines() if s.startswith(f"    {command} ")]
        assert len(line.split()) > 3


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_its_options_an_example_and_the_exit_codes(
    command, amberkit
):
    ran = amberkit(*command.split(), "--help")

    assert ran.code == 0
    assert f"Example: amberkit {command}" in ran.out
    assert "--json" in ran.out
    assert "Exit codes: 0 done; 1 refused" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    assert not set(ran.out) & set("─│╭╮╰╯")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_describes_every_option(command):
    arguments = loaded(command).assemble_argument_collection()

    assert arguments
    assert all(
        argument.parameter.help for argument in arguments if not argument.children
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_that_a_command_takes_is_taken_by_place_and_by_name(command):
    taken = loaded(command).default_command

    kinds = {
        parameter.kind for parameter in inspect.signature(taken).parameters.values()
    }
    assert kinds <= {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_of_help_is_broken_in_the_middle(command, amberkit):
    told = amberkit(*command.split(), "--help").out.partition("Example: ")[0]

    # A line that is too long for the terminal leaves a word or two behind it.
    lines = told.splitlines()
    assert not [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if line and following and len(line) < 50
    ]


def test_help_names_every_exit_code(amberkit):
    epilogue = amberkit("--help").out.partition("Exit codes: ")[2]

    named = [int(entry.split()[0]) for entry in epilogue.split(";")]
    assert named == list(ExitCode)


def test_the_version_is_told_with_the_name(amberkit):
    ran = amberkit("--version")

    assert ran.code == 0
    assert ran.out.startswith("amberkit ")
    assert ran.out.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "CASE"],
        ["assess", "CASE"],
        ["map", "CASE", "--out", "OUT/map.html"],
        ["cover", "-33.5", "-7", "--radius-km", "3"],
        ["packs"],
        ["schema"],
        ["schema", "case"],
    ],
)
def test_json_is_one_document_and_nothing_else(arguments, case, amberkit):
    names = {"CASE": str(case), "OUT": str(case.parent / "out")}
    for name, path in names.items():
        arguments = [argument.replace(name, path) for argument in arguments]

    ran = amberkit(*arguments, "--json")

    assert ran.code == 0
    assert ran.err == ""
    assert json.loads(ran.out)


def test_packs_are_listed_with_the_time_for_which_they_hold(amberkit):
    ran = amberkit("packs")

    entry, *_ = amberkit("packs", "--json").json()["packs"]
    assert entry["id"] in ran.out
    assert entry["valid_from"] in ran.out
    assert entry["valid_to"] is None
    assert "in force" in ran.out


def test_schemas_are_listed_and_shown(amberkit):
    listed = amberkit("schema").out.split()

    assert listed == amberkit("schema", "--json").json()
    for name in listed:
        assert amberkit("schema", name).json()["$id"] == f"urn:amberkit:schema:{name}:1"
