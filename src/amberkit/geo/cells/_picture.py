"""A set of cells for the eye: its area in words, and a small picture for notebooks."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo._errors import BudgetExceeded
from amberkit.geo.cells._outline import outline_rings
from amberkit.geo.cells._rim import Members, cycles, rim
from amberkit.geo.earth._geodesy import local_xy
from amberkit.geo.earth._spherical import degrees
from amberkit.values import LatLon

if TYPE_CHECKING:
    from amberkit.geo.cells._cells import CellSet

__all__ = ["area_text", "draw_cells"]

Floats = npt.NDArray[np.float64]

# With more compact cells than this, their area takes too long for a glance.
_MOST_COMPACT = 50_000
# More than this takes long too, and is not seen: several cells to a pixel, or a rim of
# several times the way round the picture.
_MOST_CELLS = 1_000_000
_MOST_ON_RIM = 5_000
# Farther from the middle, the projection shows shapes too far from true.
_FARTHEST_M = 4e6

# Pixels.
_WIDTH, _TALLEST, _MARGIN, _LINE = 480, 400, 16, 20

# On paper of its own, the picture reads alike on light and dark pages.
_PAPER = 'fill="#fcfcfa" stroke="#c9d1d6"'
_TEXT = 'fill="#26323a" font-family="system-ui,sans-serif" font-size="13"'
_CELLS = (
    'fill="#1f7a8c" fill-opacity=".3" fill-rule="evenodd" stroke="#1f7a8c" '
    'stroke-linejoin="round"'
)
_SCALE = 'fill="none" stroke="#26323a" stroke-width="1.5"'
_GRID = 'fill="none" stroke="#c9d1d6"'


def area_text(cells: CellSet) -> str | None:
    """Return the area of a set as people read it; None where that would take long."""
    if len(cells.compact) > _MOST_COMPACT:
        return None
    area = cells.area_m2
    return f"{area / 1e6:,.1f} km2" if area >= 1e5 else f"{area:,.1f} m2"


def draw_cells(cells: CellSet) -> str:
    """Return an SVG image of a set: the outline, a scale and a caption.

    It needs nothing from elsewhere. The outline is drawn in meters around the middle,
    or on a plate of the world if it reaches too far, and in coarser cells if there are
    more of them than can be seen.
    """
    sketch = _sketch(cells) if len(cells) else _Sketch(0)
    count = len(cells)
    words = [f"resolution {cells.resolution}", f"{count:,} cell{'s' * (count != 1)}"]
    area = area_text(cells)
    if area is not None:
        words.append(area)
    lines = [" · ".join(words)]
    if sketch.resolution < cells.resolution:
        lines.append(f"drawn at resolution {sketch.resolution}")
    top = sketch.height + _MARGIN + _LINE
    caption = [_words(_MARGIN, top + i * _LINE, line) for i, line in enumerate(lines)]
    height = math.ceil(top + len(lines) * _LINE - _LINE + _MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" style="max-width:100%;height:auto" role="img">'
        f"<title>{html.escape(', '.join(lines))}</title>"
        f'<rect x=".5" y=".5" width="{_WIDTH - 1}" height="{height - 1}" rx="6" '
        f"{_PAPER}/>{sketch.marks}{''.join(caption)}</svg>"
    )


def _words(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {_TEXT}>{html.escape(text)}</text>'


@attrs.frozen
class _Sketch:
    """What is drawn above the caption."""

    height: float
    resolution: int = 15
    marks: str = ""


def _sketch(cells: CellSet) -> _Sketch:
    """Draw a set that is not empty, in the finest cells that are quick to draw."""
    while len(cells) > _MOST_CELLS or len(cells.ranges()) > _MOST_ON_RIM:
        cells = cells.to_resolution(cells.resolution - 1)
    try:
        corner, following = rim(Members(cells.ranges(), cells.resolution), _MOST_ON_RIM)
    except BudgetExceeded:
        return _sketch(cells.to_resolution(cells.resolution - 1))
    place = _local(cells, corner)
    if place is None:
        return _world(cells)
    return _map(cells.resolution, [place[ring] for ring in cycles(following)])


def _local(cells: CellSet, corner: Floats) -> Floats | None:
    """Return corners in meters around their middle; None where that shows nothing."""
    lat, lon = degrees(corner)
    middle_lat, middle_lon = map(float, degrees(corner.sum(axis=0)))
    place = local_xy(LatLon(lat=middle_lat, lon=middle_lon), lat=lat, lon=lon)
    reach = np.hypot(*place.T).max(initial=0)
    across = math.copysign(180, middle_lon)
    # The side of a ring that is drawn must be the one on which the set is.
    if reach > _FARTHEST_M or cells.contains_points(
        lat=-middle_lat, lon=middle_lon - across
    ):
        return None
    return place


def _map(resolution: int, rings: list[Floats]) -> _Sketch:
    places = np.concatenate(rings)
    west, north = places[:, 0].min(), places[:, 1].max()
    wide, high = np.ptp(places, axis=0)
    inner = _WIDTH - 2 * _MARGIN
    scale = min(inner / wide, _TALLEST / high)
    left = (_WIDTH - wide * scale) / 2
    moved = [
        (ring - (west, north)) * (scale, -scale) + (left, _MARGIN) for ring in rings
    ]
    below = high * scale + 2 * _MARGIN
    bar_m = _round_length(inner / 4 / scale)
    bar = bar_m * scale
    label = f"{bar_m / 1000:,.0f} km" if bar_m >= 1000 else f"{bar_m:g} m"
    marks = (
        f'{_path(moved)}<path d="M{_MARGIN} {below:.1f}v6h{bar:.1f}v-6" {_SCALE}/>'
        f"{_words(_MARGIN + bar + 8, below + 8, label)}"
    )
    return _Sketch(below + _LINE - _MARGIN, resolution, marks)


def _round_length(most: float) -> float:
    """Return the longest of 1, 2, 5, 10, ... that is no longer than *most*."""
    ten = 10.0 ** math.floor(math.log10(most))
    return max(step * ten for step in (1, 2, 5) if step * ten <= most)


def _world(cells: CellSet) -> _Sketch:
    """Draw on a plate of longitudes and latitudes, with a line at each 30 degrees."""
    scale = (_WIDTH - 2 * _MARGIN) / 360
    polygons = outline_rings(cells.ranges(), cells.resolution, _MOST_ON_RIM)
    lines = [np.array([(x, -90), (x, 90)]) for x in range(-180, 181, 30)]
    lines += [np.array([(-180, y), (180, y)]) for y in range(-90, 91, 30)]

    def moved(places: Floats) -> Floats:
        return (places - (-180, 90)) * (scale, -scale) + _MARGIN

    grid = "".join(map(_line, map(moved, lines)))
    rings = [moved(ring) for polygon in polygons for ring in polygon]
    marks = f'<path d="{grid}" {_GRID}/>{_path(rings)}'
    return _Sketch(180 * scale, cells.resolution, marks)


def _path(rings: Iterable[Floats]) -> str:
    """Draw rings, given in pixels, as exactly as can be seen."""
    simple = shapely.simplify([shapely.LinearRing(ring) for ring in rings], 0.3)
    drawn = "".join(_line(shapely.get_coordinates(ring)[:-1]) + "z" for ring in simple)
    return f'<path d="{drawn}" {_CELLS}/>'


def _line(places: Floats) -> str:
    return "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in places.tolist())
