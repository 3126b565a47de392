"""The drawing: land and sea, stages, places, roads, names. SVG without script."""

from __future__ import annotations

import html
from collections.abc import Iterator

import attrs
import numpy as np

from amberkit.geo import CellSet, Region, boundary_rings
from amberkit.plans import AlertPlan, Focus
from amberkit.render._wording import name_in
from amberkit.render.map._furniture import compass, grid, scale
from amberkit.render.map._hatches import WITHDRAWN, fill_of, hatches
from amberkit.render.map._labels import Board
from amberkit.render.map._sheet import SIZE, Floats, Sheet, holds, path_data

__all__ = ["DRAWING_STYLE", "Names", "draw", "glyph"]

DRAWING_STYLE = """
.sea{fill:#d4e5f2}.land{fill:#f4f0e4;stroke:none}
.coast{fill:none;stroke:#5f5a45;stroke-width:1.6}
.plain{fill:#f7f7f5}
.grid{fill:none;stroke:#5b7c99;stroke-width:.6;stroke-dasharray:4 4;opacity:.55}
.stage{fill-opacity:.3;stroke-width:2.2;stroke-linejoin:round}
.rim{fill:none;stroke-width:2.2;stroke-linejoin:round}
.border{fill:none;stroke:#5b1a78;stroke-width:3;stroke-dasharray:12 5 2 5}
.next{fill:none;stroke:#555;stroke-width:1.5;stroke-dasharray:6 5}
.casing{fill:none;stroke:#1c1c1c;stroke-width:6}.way{fill:none;stroke:#ffd800;
stroke-width:3.4}
.gone{stroke:#333;stroke-width:1.6;stroke-dasharray:3 3}
.label{font-size:17px;font-weight:700;fill:#1c1c1c;stroke:#fff;stroke-width:4;
paint-order:stroke;text-anchor:middle}
.name{font-size:16px;fill:#222;stroke:#fff;stroke-width:3.5;paint-order:stroke;
text-anchor:middle}
.small{font-size:13px;fill:#334;stroke:#fff;stroke-width:3;paint-order:stroke}
.ink{stroke:#1c1c1c;stroke-width:2;fill:none}
.mark{fill:#fff;stroke:#1c1c1c;stroke-width:2.4;stroke-linejoin:round}
""".strip().replace("\n", "")

# Cells are drawn one by one; of more than these, larger ones are drawn in their place.
_MOST_CELLS = 40_000

# How far a label may be moved to a side, in halves of its own length.
_TURNS = (0.0, 0.5, -0.5, 1.0, -1.0)

_GLYPHS = {
    "last_seen": "M-9,0h18M0,-9v18",
    "sighting": "M0,-10l9,16h-18z",
    "road": "M0,-10l10,10l-10,10l-10,-10z",
}


@attrs.frozen(kw_only=True)
class Names:
    """The words in the drawing; they are those of the leading language."""

    title: str
    north: str
    language: str

    stages: tuple[str, ...]
    """One line for each stage, for its rim."""


def glyph(kind: str, at: tuple[float, float]) -> str:
    """Return the mark of a place from which the area grows."""
    x, y = at
    moved = f"translate({x:.1f},{y:.1f})"
    return f'<path class="mark" transform="{moved}" d="{_GLYPHS[kind]}"/>'


def kind_of(focus: Focus) -> str:
    """Return what a place is: last seen, a sighting, or a sighting on a road."""
    return "road" if focus.road is not None else focus.origin.value


def draw(plan: AlertPlan, names: Names, *, land: Region | None) -> str:
    """Return the drawing of *plan* as one ``<svg>`` element.

    Args:
        plan: What to draw.
        names: What is written on it.
        land: What is land; the rest is then drawn as sea.
    """
    outlines = [boundary_rings(stage.region) for stage in plan.stages]
    gone = _outline_of(plan.stages[0].withdrawn)
    foci = np.array([[focus.center.lon, focus.center.lat] for focus in plan.foci])
    sheet = Sheet(plan.center, [*outlines[-1], *gone, foci])
    title = html.escape(names.title)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE:g} {SIZE:g}" '
        f'role="img" aria-label="{title}" direction="ltr">',
        f"<title>{title}</title>",
        *hatches(len(plan.stages)),
        f'<rect width="{SIZE:g}" height="{SIZE:g}" '
        f'class="{"plain" if land is None else "sea"}"/>',
    ]
    shore = () if land is None else boundary_rings(land)
    if land is not None:
        d = path_data(sheet.rings(shore), closed=True)
        parts.append(f'<path class="land" fill-rule="evenodd" d="{d}"/>')
    parts += grid(sheet)
    placed = [sheet.rings(rings) for rings in outlines]
    for stage in reversed(plan.stages):
        parts += _stage(
            stage.index,
            names.stages[stage.index],
            placed[stage.index],
            sheet.rims(outlines[stage.index]),
        )
    parts += _line("coast", sheet.rims(shore))
    parts += _withdrawn(sheet, gone)
    if plan.boundary is not None:
        parts += _line("border", sheet.rims(boundary_rings(plan.boundary)))
    board = Board()
    over = [compass(names.north, board), scale(sheet, board)]
    over += _foci(sheet, plan, board)
    over += _rim_labels(placed, names.stages, board)
    parts += _roads(sheet, plan, board, over)
    parts += _neighbors(sheet, plan, names.language, board, over)
    over += _places(sheet, plan, names.language, board)
    parts += over
    parts.append("</svg>")
    return "\n".join(parts)


def _stage(
    index: int, label: str, rings: list[Floats], rims: list[Floats]
) -> Iterator[str]:
    fill = fill_of(index)
    # Where nothing is cut, one path is its own rim.
    is_whole = len(rings) == len(rims) and all(map(np.array_equal, rings, rims))
    stroke = fill if is_whole else "none"
    yield (
        f'<path class="stage fill-{index}" id="stage-{index}" data-stage="{index}" '
        f'fill-rule="evenodd" fill="{fill}" stroke="{stroke}" '
        f'd="{path_data(rings, closed=True)}">'
        f"<title>{html.escape(label)}</title></path>"
    )
    if not is_whole:
        yield (
            f'<path class="rim" data-stage="{index}" stroke="{fill}" '
            f'd="{path_data(rims, closed=False)}"/>'
        )


def _line(css: str, lines: list[Floats]) -> Iterator[str]:
    if lines:
        yield f'<path class="{css}" d="{path_data(lines, closed=False)}"/>'


def _outline_of(cells: CellSet) -> tuple[Floats, ...]:
    """Return the rings around cells; of very many, those around larger ones."""
    while len(cells) > _MOST_CELLS and cells.resolution > 0:
        cells = cells.to_resolution(cells.resolution - 1)
    if not len(cells):
        return ()
    geometry = cells.outline()
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    return tuple(np.array(ring) for rings in polygons for ring in rings)


def _withdrawn(sheet: Sheet, gone: tuple[Floats, ...]) -> Iterator[str]:
    if gone:
        d = path_data(sheet.rings(gone), closed=True)
        yield (
            f'<path class="gone" fill="url(#{WITHDRAWN})" fill-rule="evenodd" d="{d}"/>'
        )


def _foci(sheet: Sheet, plan: AlertPlan, board: Board) -> Iterator[str]:
    """Mark the places from which the area grows; sightings bear their number."""
    for focus in plan.foci:
        x, y = sheet.at(focus.center)
        board.cover(x, y, 14)
        yield glyph(kind_of(focus), (x, y))
        if focus.sighting is not None:
            beside = ((x + 20, y - 8), (x - 20, y - 8), (x, y + 24), (x, y - 24))
            yield board.label(
                str(focus.sighting + 1), beside, size=17, css="label focus"
            )


def _rim_labels(
    placed: list[list[Floats]], labels: tuple[str, ...], board: Board
) -> Iterator[str]:
    """Put each label on the rim of its stage, in turn north and south of it."""
    for index, rings in enumerate(placed):
        points = np.concatenate(rings)
        # The rim all around, from the north or the south on.
        order = np.argsort(points[:, 1] * (1 if index % 2 == 0 else -1), kind="stable")
        places = points[order[:: max(1, len(order) // 60)]].tolist()
        yield board.label(
            labels[index],
            [(x, y) for x, y in places],
            size=17,
            css="label",
            more=f' data-stage="{index}"',
        )


def _roads(
    sheet: Sheet, plan: AlertPlan, board: Board, over: list[str]
) -> Iterator[str]:
    """Draw the roads that are followed, with their names."""
    roads = dict.fromkeys(focus.road for focus in plan.foci if focus.road is not None)
    for road in roads:
        lines = sheet.lines(
            np.array([[point.lon, point.lat] for point in line]) for line in road.lines
        )
        for css in ("casing", "way"):
            yield from _line(css, lines)
        places = [
            (x + 24, y)
            for line in lines
            for x, y in ((line[1:] + line[:-1]) / 2).tolist()
        ]
        over.append(board.label(road.name, places, size=16, css="label"))


def _neighbors(
    sheet: Sheet, plan: AlertPlan, language: str, board: Board, over: list[str]
) -> Iterator[str]:
    """Draw where neighbors decide, with their names inside, as far as in sight."""
    steps = np.linspace(80, SIZE - 80, 13)
    spots = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    # Those in the middle of what is seen come first.
    for neighbor in plan.atlas.neighbors:
        rings = boundary_rings(neighbor.region)
        yield from _line("next", sheet.rims(rings))
        inside = spots[holds(sheet.rings(rings), spots)]
        if len(inside):
            apart = np.hypot(*(inside - inside.mean(axis=0)).T)
            places = [(x, y) for x, y in inside[apart.argsort(kind="stable")].tolist()]
            name = name_in(language, neighbor.name)
            over.append(board.label(name, places, size=18, css="name"))


def _places(
    sheet: Sheet, plan: AlertPlan, language: str, board: Board
) -> Iterator[str]:
    """Write the names that the agency gave, each beside its dot."""
    dots = [(place, sheet.at(place.at)) for place in plan.atlas.places]
    for _, (x, y) in dots:
        board.cover(x, y, 4)
    for place, (x, y) in dots:
        name = name_in(language, place.name)
        half = len(name) * 16 * 0.31 + 8
        beside = (
            (x + half, y),
            (x - half, y),
            *(
                (x + turn * half, y + up)
                for up in (-15, 15, -30, 30)
                for turn in _TURNS
            ),
        )
        written = board.label(name, beside, size=16, css="name")
        if written:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1c1c1c"/>'
            yield written
