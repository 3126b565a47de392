"""The last word on one cell and a region of several parts: cut the cell to pieces.

A cell can meet A and meet B and still miss A & B. Where the parts alone do not tell,
the cell is cut into triangles, those into four each, until every piece is settled.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo import _disk, _planar
from amberkit.geo._logic import Judge, Leaf
from amberkit.geo._places import Places
from amberkit.geo._regions import Disk, Region
from amberkit.geo._spherical import angles, degrees, midpoints

__all__ = ["ball_status", "cell_status", "has_point"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

# A piece this small, in radians, is a millimetre across.
_FINEST_RAD = 8e-11
# Where the edges of two parts run along each other, the pieces along them never settle.
_MOST_PIECES = 20_000


def ball_status(leaf: Leaf, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or UNSURE for the ball around each place in *rows*."""
    if isinstance(leaf, Disk):
        return _disk.ball_status(leaf, places, rows)
    return _planar.ball_status(leaf, places, rows)


def cell_status(leaf: Leaf, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or MIXED for the cell at each place in *rows*."""
    if isinstance(leaf, Disk):
        return _disk.cell_status(leaf, places, rows)
    return _planar.cell_status(leaf, places, rows)


def has_point(
    region: Region, judge: Judge, hub: Floats, ring: Floats, *, inside: bool
) -> bool:
    """Tell whether some point of a cell is in a region, or some point outside it.

    Args:
        region: The region.
        judge: Its judge.
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
        if (region.contains_points(lat=lat, lon=lon) == inside).any():
            return True
        reach = np.maximum.reduce([angles(middle, corner) for corner in (a, b, c)])
        places, rows = Places(lat, lon, reach + 1e-12), np.arange(len(lat))
        statuses = np.stack([ball_status(leaf, places, rows) for leaf in judge.leaves])
        verdict = judge.decide(statuses)
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
