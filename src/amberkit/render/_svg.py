"""The drawing: land and sea, stages, a grid, a scale. SVG without script.

Everything is projected azimuthally around the plan's coarse center, so that distances
from there are true and a circle is round.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from amberkit.geo import (
    LatLon,
    Region,
    boundary_rings,
    local_xy,
)
from amberkit.plans import AlertPlan

__all__ = ["draw", "fill_of"]

SIZE = 1000.0
"""Width and height of the drawing in its own units."""

_FILLS = ("#7a0019", "#b5121b", "#d9552b", "#eb9234", "#f3c65f", "#f8e3a1")
_STYLE = """
.sea{fill:#d4e5f2}.land{fill:#f4f0e4;stroke:#8a8570;stroke-width:1.2}
.coast{fill:none;stroke:#5f5a45;stroke-width:1.6}
.plain{fill:#f7f7f5}
.grid{fill:none;stroke:#5b7c99;stroke-width:.6;stroke-dasharray:4 4;opacity:.55}
.stage{fill-opacity:.3;stroke-width:2.2;stroke-linejoin:round}
.label{font-size:17px;font-weight:700;fill:#1c1c1c;stroke:#fff;stroke-width:4;
paint-order:stroke;text-anchor:middle}
.small{font-size:13px;fill:#334;stroke:#fff;stroke-width:3;paint-order:stroke}
.ink{stroke:#1c1c1c;stroke-width:2;fill:none}
""".strip()


def fill_of(index: int) -> str:
    """Return the color of a stage."""
    return _FILLS[min(index, len(_FILLS) - 1)]


class _Sheet:
    """Turns positions into the units of the drawing."""

    def __init__(self, center: LatLon, half_m: float) -> None:
        self.center = center
        self.half_m = half_m

    def place(self, lat: npt.ArrayLike, lon: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return (n, 2) drawing units, y downwards."""
        xy = local_xy(self.center, lat=lat, lon=lon)
        return (xy * [1, -1] / self.half_m + 1) * (SIZE / 2)

    def units(self, meters: float) -> float:
        return meters / self.half_m * SIZE / 2

    def path(self, rings: Iterable[npt.NDArray[np.float64]]) -> str:
        """Return path data for rings of (lon, lat), all projected in one call."""
        listed = list(rings)
        if not listed:
            return ""
        joined = np.concatenate(listed)
        placed = self.place(joined[:, 1], joined[:, 0])
        ends = np.cumsum([len(ring) for ring in listed])[:-1]
        return "".join(_path(part, closed=True) for part in np.split(placed, ends))


def _path(points: npt.NDArray[np.float64], *, closed: bool) -> str:
    """Return path data in tenths of a unit; what does not move by one is dropped."""
    tenths = np.rint(np.clip(points, -9_999, 9_999) * 10).astype(int).tolist()
    (x, y), *rest = tenths
    words = [f"M{x / 10:g},{y / 10:g}"]
    for to_x, to_y in rest:
        if (to_x, to_y) != (x, y):
            words.append(f"l{(to_x - x) / 10:g},{(to_y - y) / 10:g}")
            x, y = to_x, to_y
    return "".join(words) + ("z" if closed else "")


def draw(
    plan: AlertPlan,
    *,
    labels: tuple[str, ...],
    title: str,
    north: str,
    land: Region | None,
) -> str:
    """Return the drawing of *plan* as one ``<svg>`` element.

    Args:
        plan: What to draw.
        labels: One line for each stage, for its rim.
        title: What the drawing shows, for those who cannot see it.
        north: The word or letter for north.
        land: What is land; the rest is then drawn as sea.
    """
    reach_m = max(stage.radius_m for stage in plan.stages)
    sheet = _Sheet(plan.center, reach_m * 1.14 + 4_000)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE:g} {SIZE:g}" '
        f'role="img" aria-label="{html.escape(title)}" direction="ltr">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>",
        f'<rect width="{SIZE:g}" height="{SIZE:g}" '
        f'class="{"plain" if land is None else "sea"}"/>',
    ]
    if land is not None:
        parts.append(
            f'<path class="land" fill-rule="evenodd" d="{_outline(sheet, land)}"/>'
        )
    parts += _grid(sheet)
    for stage in reversed(plan.stages):
        fill = fill_of(stage.index)
        parts.append(
            f'<path class="stage" id="stage-{stage.index}" fill-rule="evenodd" '
            f'fill="{fill}" stroke="{fill}" d="{_outline(sheet, stage.region)}">'
            f"<title>{html.escape(labels[stage.index])}</title></path>"
        )
    if land is not None:
        parts.append(f'<path class="coast" d="{_outline(sheet, land)}"/>')
    parts += _center_mark()
    parts += _labels(sheet, plan, labels)
    parts += _scale(sheet, reach_m)
    parts += _compass(north)
    parts.append("</svg>")
    return "\n".join(parts)


def _outline(sheet: _Sheet, region: Region) -> str:
    return sheet.path(np.asarray(ring) for ring in boundary_rings(region))


def _labels(sheet: _Sheet, plan: AlertPlan, labels: tuple[str, ...]) -> Iterator[str]:
    """Put each label on the rim of its stage, in turn north and south of it."""
    for stage in plan.stages:
        up = -1 if stage.index % 2 == 0 else 1
        y = SIZE / 2 + up * sheet.units(stage.radius_m)
        yield (
            f'<text class="label" x="{SIZE / 2:g}" y="{y + (6 if up > 0 else -4):.1f}">'
            f"{html.escape(labels[stage.index])}</text>"
        )


def _grid(sheet: _Sheet) -> Iterator[str]:
    """Parallels and meridians at round degrees, labeled where they enter."""
    center, half = sheet.center, sheet.half_m
    tall = math.degrees(half * 1.5 / 6.35e6)
    # Near a pole every meridian is in sight.
    wide = min(180.0, tall / max(0.01, math.cos(math.radians(center.lat))))
    step = next((s for s in (0.1, 0.25, 0.5, 1, 2, 5, 10) if tall / s <= 5), 30)
    south, north = max(-90.0, center.lat - tall), min(90.0, center.lat + tall)
    for lat in _round_values(south, north, step):
        lons = np.linspace(center.lon - wide, center.lon + wide, 81)
        points = sheet.place(np.full_like(lons, lat), (lons + 180) % 360 - 180)
        yield from _grid_line(points, f"{abs(lat):g}°{'S' if lat < 0 else 'N'}", 0)
    for lon in _round_values(center.lon - wide, center.lon + wide, step):
        lats = np.linspace(south, north, 81)
        east = (lon + 180) % 360 - 180
        points = sheet.place(lats, np.full_like(lats, east))
        yield from _grid_line(points, f"{abs(east):g}°{'W' if east < 0 else 'E'}", 1)


def _round_values(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(n * step, 6) for n in range(first, last + 1)]


def _grid_line(
    points: npt.NDArray[np.float64], label: str, along: int
) -> Iterator[str]:
    """Draw a line of the grid if it is in sight; *along* is its main axis."""
    seen = points[((points > -40) & (points < SIZE + 40)).all(axis=1)]
    if len(seen) < 2:
        return
    yield f'<path class="grid" d="{_path(seen, closed=False)}"/>'
    edge = 46 if along == 0 else SIZE - 10
    x, y = seen[np.argmin(np.abs(seen[:, along] - edge))]
    if along == 0:
        yield f'<text class="small" x="6" y="{y - 4:.1f}">{label}</text>'
    else:
        yield f'<text class="small" x="{x + 4:.1f}" y="{SIZE - 8:g}">{label}</text>'


def _center_mark() -> Iterator[str]:
    middle = SIZE / 2
    yield (
        f'<path class="ink" d="M{middle - 8:g},{middle:g}h16'
        f'M{middle:g},{middle - 8:g}v16"/>'
    )


def _scale(sheet: _Sheet, reach_m: float) -> Iterator[str]:
    """A bar of a round length, about a fifth of the width."""
    target = reach_m / 2.5
    power = 10.0 ** math.floor(math.log10(target))
    length = max(m * power for m in (1, 2, 5) if m * power <= target)
    width = sheet.units(length)
    x, y = SIZE - 40 - width, SIZE - 48
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    yield f'<path class="ink" d="M{x:.1f},{y - 7:g}v7h{width:.1f}v-7"/>'
    yield (f'<text class="label" x="{x + width / 2:.1f}" y="{y - 10:g}">{text}</text>')


def _compass(north: str) -> Iterator[str]:
    x = SIZE - 46
    yield f'<path d="M{x:g},30l13,38l-13,-9l-13,9z" fill="#1c1c1c"/>'
    yield f'<text class="label" x="{x:g}" y="90">{html.escape(north)}</text>'
