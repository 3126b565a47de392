"""What every map has: parallels and meridians, a scale, north."""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Iterator

import numpy as np

from amberkit.render.map._labels import Board
from amberkit.render.map._sheet import SIZE, Floats, Sheet, path_data

__all__ = ["compass", "grid", "scale"]

# In degrees.
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)


def grid(sheet: Sheet) -> Iterator[str]:
    """Parallels and meridians at round degrees, labeled where they enter."""
    center = sheet.center
    reach_m = sheet.half_m * 1.5 + float(np.hypot(*sheet.middle_m))
    tall = min(180.0, math.degrees(reach_m / 6.35e6))
    # Near a pole every meridian is in sight.
    wide = min(180.0, tall / max(0.01, math.cos(math.radians(center.lat))))
    shown = math.degrees(sheet.half_m * 2 / 6.35e6)
    step = next((s for s in _STEPS if shown / s <= 4), 30)
    south, north = max(-90.0, center.lat - tall), min(90.0, center.lat + tall)
    for lat in _round_values(south, north, step):
        lons = np.linspace(center.lon - wide, center.lon + wide, 181)
        line = np.column_stack((lons, np.full_like(lons, lat)))
        yield from _grid_line(sheet, line, f"{abs(lat):g}°{'S' if lat < 0 else 'N'}", 0)
    across = min(360.0, shown / max(0.01, math.cos(math.radians(center.lat))))
    step = next((s for s in _STEPS if across / s <= 6), 45)
    for lon in _round_values(center.lon - wide, center.lon + wide, step):
        lats = np.linspace(south, north, 81)
        east = (lon + 180) % 360 - 180
        line = np.column_stack((np.full_like(lats, east), lats))
        name = f"{abs(east):g}°{'W' if east < 0 else 'E'}"
        yield from _grid_line(sheet, line, name, 1)


def _round_values(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(n * step, 6) for n in range(first, last + 1)]


def _grid_line(sheet: Sheet, line: Floats, name: str, along: int) -> Iterator[str]:
    """Draw a line of the grid if it is in sight; *along* is its main axis."""
    parts = sheet.lines([line])
    if not parts:
        return
    yield f'<path class="grid" d="{path_data(parts, closed=False)}"/>'
    edge = 46.0 if along == 0 else SIZE - 10
    crossing = [at for part in parts for at in _crossings(part, along, edge)]
    for x, y in crossing[:1]:
        if along == 0:
            yield f'<text class="small" x="6" y="{y - 4:.1f}">{name}</text>'
        else:
            yield f'<text class="small" x="{x + 4:.1f}" y="{SIZE - 8:g}">{name}</text>'


def _crossings(line: Floats, along: int, edge: float) -> Iterator[tuple[float, float]]:
    """Yield where a line crosses a margin of the sheet."""
    for a, b in itertools.pairwise(line):
        if (a[along] > edge) != (b[along] > edge):
            share = (edge - a[along]) / (b[along] - a[along])
            x, y = (a + (b - a) * share).tolist()
            if 24 < (y if along == 0 else x) < SIZE - 60:
                yield x, y


def scale(sheet: Sheet, board: Board) -> str:
    """A bar of a round length, about a tenth of the width, where nothing is lost."""
    target = sheet.half_m * 0.25
    power = 10.0 ** math.floor(math.log10(target))
    length = max(m * power for m in (1, 2, 5) if m * power <= target)
    width = sheet.units(length)
    x, y = SIZE - 40 - width, SIZE - 48
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    board.cover(x + width / 2, y - 8, width / 2 + 12)
    return (
        f'<path class="ink" d="M{x:.1f},{y - 7:g}v7h{width:.1f}v-7"/>'
        f'<text class="label" x="{x + width / 2:.1f}" y="{y - 12:g}">{text}</text>'
    )


def compass(north: str, board: Board) -> str:
    """An arrow: up is north at the center of the plan, for the projection is true."""
    x, y = SIZE - 46, 60
    board.cover(x, y - 6, 40)
    return (
        f'<path d="M{x:g},{y - 30:g}l13,38l-13,-9l-13,9z" fill="#1c1c1c"/>'
        f'<text class="label" x="{x:g}" y="{y + 30:g}">{html.escape(north)}</text>'
    )
