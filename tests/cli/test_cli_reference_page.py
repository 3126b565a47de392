"""The examples of docs/reference/command-line.md do what the page shows."""

from __future__ import annotations

import re
import shlex
import shutil

import pytest

import pack_samples as samples
from amberkit.cli import ExitCode, _demo, run
from amberkit.cli._app import _COMMANDS, _make_app

# In a shell-session HASH stands for the content hash that was printed before.
BLOCK = re.compile(
    r"^```(?:console|shell-session)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
PROMPT = re.compile(r"^\$ ", re.MULTILINE)


@pytest.fixture(scope="session")
def page(root):
    return (root / "docs/reference/command-line.md").read_text(encoding="utf-8")


def as_pattern(shown):
    """Return a pattern in which a line of three dots stands for any lines."""
    lines = [
        "(.*\n)*"
        if s == "...\n"
        # The day on which the page is read takes its own time.
        else re.sub(r"\d\\\.\d\\ s\n", r"\\d\\.\\d s\n", re.escape(s))
        for s in shown.splitlines(True)
    ]
    return re.compile("".join(lines))


def test_every_example_of_the_page_prints_what_the_page_shows(
    page, examples, tmp_path, capsys, monkeypatch
):
    shutil.copytree(examples, tmp_path / "docs" / "examples")
    samples.write_pack(tmp_path, "example-alert", id="example-alert")
    monkeypatch.chdir(tmp_path)
    # The page shows the first chapter; test_cli_demo.py lives through all of them.
    monkeypatch.setattr(_demo, "_CHAPTERS", {"documents": _demo._documents})
    shown = [
        example.partition("\n")[::2]
        for block in BLOCK.findall(page)
        for example in PROMPT.split(block)[1:]
    ]

    words = [shlex.split(line)[1:] for line, _ in shown]
    commands = {
        command
        for command in _COMMANDS
        for each in words
        if each[: len(command.split())] == command.split()
    }
    assert commands == set(_COMMANDS)
    content_hash = ""
    for line, output in shown:
        command, _, exit_code = line.partition("  # exits with ")
        code = run(shlex.split(command.replace("HASH", content_hash))[1:])
        printed = "".join(capsys.readouterr())
        if found := re.search("^content hash: (.*)$", printed, re.MULTILINE):
            content_hash = found[1]

        assert code == int(exit_code or 0), line
        assert as_pattern(output).fullmatch(printed), line


def test_the_page_names_every_exit_code(page):
    named = re.findall(r"^\| (\d+) \|", page, re.MULTILINE)

    assert [int(code) for code in named] == list(ExitCode)


@pytest.mark.parametrize("command", sorted(_COMMANDS))
def test_the_page_names_every_option(command, page):
    app = _make_app(whole=True)
    for word in command.split():
        app = app[word]

    for argument in app.assemble_argument_collection():
        for name in argument.names if not argument.children else ():
            assert not name.startswith("--") or f"`{name}" in page


def test_the_page_names_every_file_that_a_plan_writes(page, planned):
    for path in planned.out.rglob("*.*"):
        name = str(path.relative_to(planned.out))
        name = re.sub(r"\.(ar|fr)\.", ".TAG.", re.sub(r"-\d\.", "-N.", name))
        assert f"| `{name}` |" in page
