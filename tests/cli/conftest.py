from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import cli_samples as samples
import pytest

from amberkit.cli import run


@attrs.frozen
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def amberkit(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command within this process."""

    def call(*arguments: object) -> Ran:
        for stream in (sys.stdout, sys.stderr):
            # As the process does it: a name may have bytes that are no text.
            stream.reconfigure(errors="replace")
        code = run([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return call


@attrs.frozen
class Planned:
    """The example, planned once to be read and once as JSON, in one folder each."""

    shown: str
    told: Any
    out: Path
    out_of_json: Path


@pytest.fixture(scope="session")
def planned(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = tmp_path_factory.mktemp("planned")
    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        for name, more in (("shown", []), ("told", ["--json"])):
            with contextlib.redirect_stdout(io.StringIO()) as stream:
                case = examples / "casablanca.json"
                assert run(["plan", str(case), "--out", str(folder / name), *more]) == 0
            printed.append(stream.getvalue())
    shown, told = printed
    return Planned(shown, json.loads(told), folder / "shown", folder / "told")


@pytest.fixture
def scene(examples: Path, tmp_path: Path) -> Path:
    """A copy of the example, to change and to write into."""
    return Path(shutil.copytree(examples, tmp_path / "scene"))


@pytest.fixture
def case(scene: Path) -> Path:
    return scene / "casablanca.json"


def quietly(*arguments: object) -> str:
    """Run a command that does what it should, and return what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        assert run([str(argument) for argument in arguments]) == 0
    return stream.getvalue()


@attrs.frozen
class Submitted:
    """A store, and the content hash that waits in it or has been approved."""

    store: Path
    hash: str


@pytest.fixture(scope="session")
def made(
    examples: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Submitted]:
    """Stores in three states, made once: submitted, approved, published."""
    root = tmp_path_factory.mktemp("stores")
    case, over = examples / "casablanca.json", ("--store", root / "submitted")
    who = ("--by", "officer-7", "--json", *samples.at("18:00"))
    content_hash = json.loads(quietly("submit", case, *over, *who))["content_hash"]
    shutil.copytree(root / "submitted", root / "approved")
    over = ("--store", root / "approved")
    quietly(
        "approve", content_hash, *over, "--by", "commissioner-2", *samples.at("18:04")
    )
    shutil.copytree(root / "approved", root / "published")
    over = ("--store", root / "published")
    quietly("run", *over, "--send", "--once", *samples.at("18:04"))
    return {
        name: Submitted(root / name, content_hash)
        for name in ("submitted", "approved", "published")
    }


def _copy(made: dict[str, Submitted], name: str, to: Path) -> Submitted:
    shutil.copytree(made[name].store, to / "desk")
    return attrs.evolve(made[name], store=to / "desk")


@pytest.fixture
def submitted(made: dict[str, Submitted], tmp_path: Path) -> Submitted:
    return _copy(made, "submitted", tmp_path)


@pytest.fixture
def approved(made: dict[str, Submitted], tmp_path: Path) -> Submitted:
    return _copy(made, "approved", tmp_path)


@pytest.fixture
def published(made: dict[str, Submitted], tmp_path: Path) -> Submitted:
    return _copy(made, "published", tmp_path)
