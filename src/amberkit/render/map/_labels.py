"""Where labels stand, so that none covers another."""

from __future__ import annotations

import html
from collections.abc import Iterable

from amberkit.render.map._sheet import SIZE

__all__ = ["Board"]

# The mean width of a letter, as a share of the height of its line, of Noto Sans and
# DejaVu Sans Bold; rather too wide than too narrow.
_WIDTH = 0.62
_EDGE = 4.0


class Board:
    """Remembers what is covered already; one for each drawing."""

    def __init__(self) -> None:
        self._covered: list[tuple[float, float, float, float]] = []

    def cover(self, x: float, y: float, half: float) -> None:
        """Keep a square around a mark free of labels."""
        self._covered.append((x - half, y - half, x + half, y + half))

    def label(
        self,
        text: str,
        places: Iterable[tuple[float, float]],
        *,
        size: float,
        css: str,
        more: str = "",
    ) -> str:
        """Return a label at the first place that is free; nothing if none is.

        Args:
            text: What it says, in any script; it is centered on its place.
            places: Where its middle may be, the best first.
            size: The height of its line, in units of the drawing.
            css: Its class.
            more: Further attributes.
        """
        wide, tall = len(text) * size * _WIDTH / 2, size * 0.6
        for x, y in places:
            box = (x - wide, y - tall, x + wide, y + tall)
            if self._is_free(box):
                self._covered.append(box)
                return (
                    f'<text class="{css}" x="{x:.1f}" y="{y + size * 0.35:.1f}"{more}>'
                    f"{html.escape(text)}</text>"
                )
        return ""

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
        west, north, east, south = box
        if min(west, north) < _EDGE or max(east, south) > SIZE - _EDGE:
            return False
        return not any(
            west < e and w < east and north < s and n < south
            for w, n, e, s in self._covered
        )
