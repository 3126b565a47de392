"""Times of several ways to one answer, taken in turns, as ratios to our own."""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "performance.md"


def seconds(
    ways: Mapping[str, Callable[[], object]], *, rounds: int = 9, patience: float = 4.0
) -> dict[str, float]:
    """Return the median time of each way, its first call not counted.

    They take turns, so that a machine that is slow for a while is slow for all. A way
    that takes longer than *patience* is called once.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    slow = set()
    for turn in range(rounds + 1):
        for name, way in ways.items():
            if name in slow:
                continue
            began = time.perf_counter()
            way()
            took = time.perf_counter() - began
            if turn or took > patience:
                times[name].append(took)
            if took > patience:
                slow.add(name)
    return {name: statistics.median(taken) for name, taken in times.items()}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as Markdown, columns aligned."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )  # fmt: skip


def shown(taken: float) -> str:
    """Return a time for people."""
    return f"{taken:.2f} s" if taken >= 1 else f"{taken * 1e3:.3g} ms"


def machine() -> str:
    """Return what the figures were measured with."""
    names = ("h3", "h3ronpy", "numpy", "shapely", "pyproj")
    tools = ", ".join(f"{name} {version(name)}" for name in names)
    kind = "unnamed processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = [x for x in cpuinfo.read_text().splitlines() if x.startswith("model n")]
        kind = found[0].partition(": ")[2] if found else kind
    return f"{kind}, one core; Python {platform.python_version()}, {tools}"


def write(parts: Mapping[str, str]) -> None:
    """Put each part between its marks on the page of figures."""
    text = PAGE.read_text(encoding="utf-8")
    for name, part in parts.items():
        begin, end = f"<!-- {name}: measured -->\n", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        if not rest:
            sys.exit(f"{PAGE.name} must have a place for {name!r}")
        text = f"{before}{begin}{part}\n{end}{rest.partition(end)[2]}"
    PAGE.write_text(text, encoding="utf-8")
