from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
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
