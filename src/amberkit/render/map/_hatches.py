"""Colors of the stages, and hatches that tell them apart in black and white."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["WITHDRAWN", "fill_of", "hatch_id", "hatches", "print_rules"]

_FILLS = ("#7a0019", "#b5121b", "#d9552b", "#eb9234", "#f3c65f", "#f8e3a1")

_TILES = (
    "M-1,1l2,-2M0,{s}l{s},-{s}M{h},{t}l2,-2",
    "M0,{m}h{s}",
    "M-1,{h}l2,2M0,0l{s},{s}M{h},-1l2,2",
    "M{m},0v{s}",
    "M0,{m}h{s}M{m},0v{s}",
    "M{m},{m}h1v1h-1z",
)
"""Rising, level, falling, upright, crossed, dotted; the first stage is full."""

WITHDRAWN = "hatch-withdrawn"
"""The hatch of what a revision withdraws; on the screen and on paper."""


def fill_of(index: int) -> str:
    """Return the color of a stage."""
    return _FILLS[min(index, len(_FILLS) - 1)]


def hatch_id(index: int) -> str:
    """Return the name of the hatch of a stage."""
    return f"hatch-{index}"


def hatches(count: int) -> Iterator[str]:
    """Yield a pattern for each stage, and one for what is withdrawn.

    After seven stages they come again with wider tiles.
    """
    yield "<defs>"
    yield _pattern(hatch_id(0), 10, "M0,0h10v10h-10z", "fill:#444", "#fff")
    for index in range(1, count):
        turn, kind = divmod(index - 1, len(_TILES))
        tile = 10 + 8 * turn
        path = _TILES[kind].format(s=tile, m=tile // 2, h=tile - 1, t=tile + 1)
        style = "fill:none;stroke:#444;stroke-width:1.6"
        yield _pattern(hatch_id(index), tile, path, style, "#fff")
    style = "fill:none;stroke:#333"
    yield _pattern(WITHDRAWN, 12, "M2,2l4,4M6,2l-4,4", style, "none")
    yield "</defs>"


def print_rules(count: int) -> str:
    """Return the style rules by which paper shows hatches in place of colors.

    Each area is opaque there, and smaller stages lie upon larger ones: so each hatch is
    seen exactly where its stage adds to the one before.
    """
    return "".join(
        f".fill-{index}{{fill:url(#{hatch_id(index)})!important;fill-opacity:1}}"
        for index in range(count)
    )


def _pattern(name: str, tile: int, path: str, style: str, ground: str) -> str:
    return (
        f'<pattern id="{name}" width="{tile}" height="{tile}" '
        'patternUnits="userSpaceOnUse">'
        f'<rect width="{tile}" height="{tile}" fill="{ground}"/>'
        f'<path d="{path}" style="{style}"/></pattern>'
    )
