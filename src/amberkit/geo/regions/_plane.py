"""Areas in the plane of longitude and latitude.

The plane is the cylinder of longitudes rolled out three times, from -540 to 540
degrees, so that a shape that crosses the antimeridian is one piece in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["WORLD", "Plane", "turned"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

WORLD = shapely.box(-180, -90, 180, 90)

_TURNS = (-720.0, -360.0, 0.0, 360.0, 720.0)


def turned(shape: BaseGeometry, west: float, east: float) -> list[BaseGeometry]:
    """Return the copies of a shape, whole turns apart, that reach into a strip."""
    copies = [affinity.translate(shape, turn) for turn in _TURNS]
    return [c for c in copies if c.bounds[2] >= west and c.bounds[0] <= east]


@attrs.frozen(eq=False)
class Plane:
    """A closed area of the rolled-out plane; compared by identity."""

    shape: BaseGeometry
    """The area, three times over. One degree is added beyond each edge that runs along
    a pole, so that the pole is inside and not on the edge."""

    def __attrs_post_init__(self) -> None:
        shapely.prepare(self.shape)

    @classmethod
    def of_pieces(cls, pieces: Iterable[shapely.Polygon]) -> Plane:
        """Return the union of polygons that each span at most 360 degrees."""
        shapes = [s for piece in pieces for s in (piece, *_polar_strips(piece))]
        copies = [c for s in shapes for c in turned(s, -540, 540)]
        return cls(shapely.union_all(copies))

    @cached_property
    def edge(self) -> BaseGeometry:
        """The boundary, prepared; of a part without area, the part itself."""
        parts = shapely.get_parts(self.shape)
        lines = [p.boundary if isinstance(p, shapely.Polygon) else p for p in parts]
        edge = shapely.union_all(lines)
        shapely.prepare(edge)
        return edge

    def contains(self, lat: Floats, lon: Floats) -> Bools:
        """Tell which points are inside or on the edge; arrays of one shape."""
        inside = shapely.intersects_xy(self.shape, lon, lat)
        low, high = shapely.bounds(self.shape)[[1, 3]]
        # A pole is one point, whatever its longitude.
        at_pole = ((lat == 90) & (high >= 90)) | ((lat == -90) & (low <= -90))
        return np.asarray(inside | at_pole)


def _polar_strips(piece: shapely.Polygon) -> list[BaseGeometry]:
    lines = [shapely.get_coordinates(r) for r in (piece.exterior, *piece.interiors)]
    return [
        shapely.box(min(x0, x1), min(y0, 1.01 * y0), max(x0, x1), max(y0, 1.01 * y0))
        for line in lines
        for (x0, y0), (x1, y1) in pairwise(line.tolist())
        if y0 == y1 and abs(y0) == 90 and x0 != x1
    ]
