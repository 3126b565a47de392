"""What the documentation shows is what happens: its code runs, its output is compared."""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from amberkit.cli import run

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name(page):
    return str(page.relative_to(ROOT))


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A copy of the examples, where commands may write."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "page", [p for p in PAGES if "```python" in p.read_text("utf-8")], ids=name
)
def test_python_blocks_run_and_print_what_is_shown(page, workshop):
    blocks = BLOCK.findall(page.read_text("utf-8"))
    namespace = {"__name__": "documentation"}
    compared = 0
    for (kind, code), (next_kind, shown) in zip(
        blocks, [*blocks[1:], ("", "")], strict=True
    ):
        if kind != "python":
            continue
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, f"{page.name}: {code[:60]!r}", "exec"), namespace)

        if printed.getvalue():
            assert next_kind == "text", f"output without a text block after:\n{code}"
            assert printed.getvalue() == shown
            compared += 1
    assert compared


def commands_in(page):
    """Yield each ``$ command`` of the console blocks with the output shown below it."""
    for kind, text in BLOCK.findall(page.read_text("utf-8")):
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield command, output


@pytest.mark.parametrize(
    "page", [p for p in PAGES if "```console" in p.read_text("utf-8")], ids=name
)
def test_commands_do_what_is_shown(page, workshop, capsys):
    ran = 0
    for command, shown in commands_in(page):
        words = shlex.split(command.split("#")[0])
        assert words[0] == "amberkit"
        run(words[1:])
        told = capsys.readouterr()
        printed = told.out + told.err
        ran += 1

        # A line of three dots stands for any lines.
        pattern = re.escape(shown.rstrip()).replace(re.escape("\n...\n"), "\n(.*\n)*")
        pattern = re.sub(r"(^|\n)\\\.\\\.\\\.$", r"\1(?s:.*)", pattern)
        if shown.strip():
            assert re.fullmatch(pattern, printed.rstrip()), f"{command}\n{printed}"
    assert ran


LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    broken = [
        target
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_page_is_linked_from_another():
    linked = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text("utf-8"))
    }

    assert {page.resolve() for page in PAGES} - linked <= {ROOT / "README.md"}


def test_architecture_names_every_room_and_its_layers():
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    import amberkit

    package = Path(amberkit.__file__).parent
    rooms = {p.name for p in package.iterdir() if (p / "__init__.py").exists()}
    rooms |= {p.stem for p in package.glob("*.py")} - {"__init__", "__main__"}
    _, *parts = text.split("\n| room")
    tables = [set(re.findall(r"^\| `([a-z]+)` \|", p, re.MULTILINE)) for p in parts]
    table, *others = tables
    houses = [re.match(r" of `([a-z]+)`", part)[1] for part in parts[1:]]
    layers = re.search(r"```text\n(cli\b.*?)```", text, re.DOTALL)[1]

    assert table == rooms
    assert set(houses) == {"eligibility", "geo", "plans"}
    for room, inner in zip(houses, others, strict=True):
        assert inner == {p.parent.name for p in (package / room).glob("*/__init__.py")}
    assert set(re.findall(r"\w+", layers)) == rooms


def test_architecture_draws_the_layers_that_are_held():
    import tomllib

    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    drawn = re.search(r"```text\n(cli\b.*?)```", text, re.DOTALL)[1].split("\n")
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (layers,) = [
        c["layers"]
        for c in contract["tool"]["importlinter"]["contracts"]
        if c.get("containers") == ["amberkit"]
    ]
    # Rooms in parentheses are held for later ones and are not there yet.
    held = [re.sub(r"\s*[|:]?\s*\(\w+\)", "", layer) for layer in layers]

    assert [line for line in drawn if line] == [layer for layer in held if layer]


def test_the_readme_is_short_and_has_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")

    assert len(text.splitlines()) <= 95
    assert (ROOT / "LICENSE").exists()
    assert text.count("```bash") == 2
