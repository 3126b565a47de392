"""The point of a shape that is farthest from a region, for shapes with long edges.

An edge that runs along a region is as far from it all the way, and bounds that grow
with the size of a piece would have to look at every meter. But the distance to one arc
is nearly a convex function: on a piece it is greatest in a corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import vectors
from amberkit.geo.proofs._measure import Farthest
from amberkit.geo.proofs._nearest import Goal
from amberkit.geo.shapes._drawing import lengths_and_heights
from amberkit.values import LatLon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["farthest_beyond"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

_OPEN_M = 0.6
_OPEN_SHARE = 1e-5
# So near to a side of its box, as a part of the width, no piece is cut.
_MARGIN = 0.01
# Beyond, the distance to an arc bends the other way.
_QUARTER_M = 9e6


def farthest_beyond(shape: BaseGeometry, goal: Goal) -> Farthest:
    """Return the point of a shape that is farthest from a goal.

    Args:
        shape: What is beyond the region, in longitude and latitude, with an area.
        goal: The region.
    """
    best, witness, bound = -1.0, None, 0.0
    pieces = _areas(np.array([shape]))
    while len(pieces):
        corner, piece = shapely.get_coordinates(pieces, return_index=True)
        box = shapely.bounds(pieces)
        middle = (box[:, :2] + box[:, 2:]) / 2
        part = goal.nearest(_unit(middle))
        far = goal.distances_to(_unit(corner), part[piece])
        # Of each piece the corner that seems farthest, measured in full.
        order = np.lexsort((far, piece))
        last = order[np.searchsorted(piece[order], np.arange(len(pieces)), "right") - 1]
        found = goal.distances(_unit(corner[last]))
        if found.max() > best:
            at = corner[last[found.argmax()]]
            best = float(found.max())
            witness = LatLon(lat=float(at[1]), lon=float(at[0]))

        length, high = lengths_and_heights(box[:, :2], box[:, 2:])
        length *= _geodesy.LONGEST_RADIUS_M
        by_corners = far[last] + _bulge_m(far[last], length, high)
        by_middle = goal.distances_to(_unit(middle), part) + length / 2
        most = np.minimum(by_corners, by_middle)
        more = most > best + max(_OPEN_M, best * _OPEN_SHARE)
        bound = max(bound, best, float(most[~more].max(initial=0)))
        pieces = _halves(pieces[more], goal.ends(part[more]))
    return Farthest(bound, witness)


def _bulge_m(far: Floats, length: Floats, high: Floats) -> Floats:
    """Bound how much farther than all corners of a piece its other points can be.

    The second derivative of the distance to an arc, along a straight line in longitude
    and latitude, is no less than minus the bend of parallels at that distance and of
    the line itself. Twice, for a point between two points between corners.
    """
    radius = _geodesy.LEAST_RADIUS_M
    turn = np.minimum(far, _QUARTER_M) / radius
    bend = (np.tan(turn) + 2 * np.tan(high)) / radius
    return np.where(far < _QUARTER_M, length**2 / 4 * bend, np.inf)


def _halves(pieces: Shapes, ends: Floats) -> Shapes:
    """Return all pieces cut into two, across the longer side of their boxes.

    What is beyond a region is mostly thin, and cut into four a strip would be cut
    lengthwise for nothing. They are cut where an arc ends that is in between, for
    beside two arcs the distance to one of them says little; or else in the middle.
    """
    low, high = np.split(shapely.bounds(pieces), 2, axis=1)
    level = np.cos(np.radians(np.abs(low[:, 1:] + high[:, 1:]) / 2))
    side = ((high - low) * np.hstack((level, np.ones_like(level)))).argmax(axis=1)
    row = np.arange(len(pieces))
    begin, width = low[row, side], (high - low)[row, side]
    at = (ends[row, :, side] - begin[:, None]) / width[:, None]
    at = np.where((at > _MARGIN) & (at < 1 - _MARGIN), at, 0.5)
    share = at[row, np.abs(at - 0.5).argmax(axis=1)]
    to, start = high.copy(), low.copy()
    to[row, side] = start[row, side] = begin + share * width
    boxes = (shapely.box(*low.T, *to.T), shapely.box(*start.T, *high.T))
    return _areas(np.concatenate([shapely.intersection(pieces, b) for b in boxes]))


def _areas(shapes: Shapes) -> Shapes:
    parts = shapely.get_parts(shapes)
    is_area = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    return np.asarray(parts[is_area])


def _unit(place: Floats) -> Floats:
    return vectors(place[:, 1], place[:, 0])
