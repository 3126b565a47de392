"""The last word on one cell and a region of several parts: cut the cell to pieces.

A cell can meet A and meet B and still miss A & B. Where the parts alone do not tell,
the cell is cut into triangles, those into four each, until every piece is settled.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo.covers._judge import Judge, Known
from amberkit.geo.covers._places import Places
from amberkit.geo.earth._spherical import angles, degrees, midpoints

__all__ = ["has_point"]

Floats = npt.NDArray[np.float64]

# A piece this small, in radians, is a millimeter across.
_FINEST_RAD = 8e-11
# Where the edges of two parts run along each other, the pieces along them never settle.
_MOST_PIECES = 20_000


def has_point(judge: Judge, hub: Floats, ring: Floats, *, inside: bool) -> bool:
    """Tell whether some point of a cell is in a region, or some point outside it.

    Args:
        judge: The judge of the region.
        hub: The cell's center as a unit vector, ``(3,)``.
        ring: The cell's corners as unit vectors, ``(n, 3)``.
        inside: Whether to look for a point inside; otherwise for one outside.

    Returns:
        False if there is none. A doubt is a yes.
    """
    a = np.broadcast_to(hub, ring.shape)
    b, c = ring, np.roll(ring, -1, axis=0)
    while len(a):
        middle = a + b + c
        middle /= np.linalg.norm(middle, axis=1, keepdims=True)
        lat, lon = degrees(middle)
        if (judge.region.contains_points(lat=lat, lon=lon) == inside).any():
            return True
        reach = np.maximum.reduce([angles(middle, corner) for corner in (a, b, c)])
        known = Known(Places(middle, reach + 1e-12), exact=False)
        verdict = judge.decide(known, np.arange(len(lat)))
        still = (verdict.meets if inside else verdict.within) == 0
        if still.sum() > _MOST_PIECES or (still & (reach < _FINEST_RAD)).any():
            return True
        a, b, c = a[still], b[still], c[still]
        ab, bc, ca = midpoints(a, b), midpoints(b, c), midpoints(c, a)
        a, b, c = (
            np.concatenate(corners)
            for corners in ((a, ab, ca, ab), (ab, b, bc, bc), (ca, bc, c, ca))
        )
    return False
