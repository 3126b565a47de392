"""The last word on cells and a region of several parts: cut the cells to pieces.

A cell can meet A and meet B and still miss A & B. Where the parts alone do not tell,
the cell is cut into triangles, those into four each, until every piece is settled.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo.covers._judge import Judge
from amberkit.geo.covers._known import Known
from amberkit.geo.covers._places import Places
from amberkit.geo.covers._status import ALL_IN, SOME_IN
from amberkit.geo.earth._spherical import angles, midpoints, successors

__all__ = ["have_point"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A piece this small, in radians, is a millimeter across.
_FINEST_RAD = 8e-11
# Where the edges of two parts run along each other, the pieces along them never settle.
_MOST_PIECES = 20_000
# As many cells at a time as have few pieces together, were each of them such a one.
_AT_ONCE = 16


def have_point(judge: Judge, places: Places, rows: Ints, *, inside: bool) -> Bools:
    """Tell which cells have some point in a region, or some point outside it.

    Args:
        judge: The judge of the region.
        places: Cells.
        rows: Which of them to look at.
        inside: Whether to look for a point inside; otherwise for one outside.

    Returns:
        False where there is none. A doubt is a yes.
    """
    found = np.zeros(len(rows), bool)
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        corner, sizes = places.boundaries(some)
        cell = np.repeat(np.arange(len(some)), sizes)
        triangle = (places.vector[some][cell], corner, corner[successors(sizes)])
        found[begin : begin + _AT_ONCE] = _found(judge, cell, triangle, inside=inside)
    return found


def _found(
    judge: Judge, cell: Ints, triangle: tuple[Floats, Floats, Floats], *, inside: bool
) -> Bools:
    """Tell for which cells one of their triangles has a point.

    Args:
        judge: The judge of the region.
        cell: The number of each triangle's cell.
        triangle: Their corners as unit vectors, three times ``(n, 3)``.
        inside: See `have_point`.
    """
    found, answer = np.zeros(int(cell[-1]) + 1, bool), SOME_IN if inside else ALL_IN
    a, b, c = triangle
    while len(cell):
        middle = a + b + c
        middle /= np.linalg.norm(middle, axis=1, keepdims=True)
        reach = np.maximum.reduce([angles(middle, corner) for corner in (a, b, c)])
        known = Known(Places(middle, reach + 1e-12))
        held = judge.holds(known, np.arange(len(cell))) == inside
        found[cell[held]] = True

        (still,) = np.nonzero(~found[cell])
        still = still[answer[judge.status(known, still)] == 0]
        many = np.bincount(cell[still], minlength=len(found)) > _MOST_PIECES
        found[many] = found[cell[still[reach[still] < _FINEST_RAD]]] = True
        still = still[~found[cell[still]]]

        cell, a, b, c = np.tile(cell[still], 4), a[still], b[still], c[still]
        ab, bc, ca = midpoints(a, b), midpoints(b, c), midpoints(c, a)
        a, b, c = (
            np.concatenate(corners)
            for corners in ((a, ab, ca, ab), (ab, b, bc, bc), (ca, bc, c, ca))
        )
    return found
