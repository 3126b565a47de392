"""The figures of the documentation are what the library draws today."""

import runpy
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "figures"


def test_the_figures_are_those_that_the_library_draws(tmp_path):
    runpy.run_path(str(FIGURES / "draw.py"))["main"](tmp_path)

    drawn = {p.name: p.read_text("utf-8") for p in tmp_path.iterdir()}
    assert len(drawn) == 5
    assert drawn == {p.name: p.read_text("utf-8") for p in FIGURES.glob("*.svg")}
