"""Where a place lies with respect to a corridor, proved by distances on the ellipsoid.

A cell that the corridor meets and does not hold shares its edge with it, or the line
begins in the cell. So edges tell what is outside. They do not tell what is inside: a
road that goes round a hole is near to all the edges of a cell and not to its middle.
But balls up to a quarter of the globe are convex: where the corners of a cell, or of a
triangle of it, are within reach of one point of the line, all of it is. Cells for which
that is not so are cut into triangles until it is, or a point outside turns up.
"""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.covers import _round
from amberkit.geo.covers._places import Places
from amberkit.geo.covers._status import IN, MIXED, OUT, UNSURE
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, degrees, midpoints, successors
from amberkit.geo.lattice import _lattice
from amberkit.geo.regions._regions import Corridor
from amberkit.geo.regions._track import Feet

__all__ = ["ball_status", "cell_status"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

# With more open triangles of one cell than this, as where the rims of two roads run
# along each other in it, the cell is left open.
_MOST_TRIANGLES = 5_000


def ball_status(corridor: Corridor, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or UNSURE for the ball around each place in *rows*."""
    track, limit = corridor.track, corridor.reach_m
    least, most = track.distance_bounds(places.positions[rows])
    reach = places.reach_rad(rows) * _geodesy.LONGEST_RADIUS_M
    reach = np.broadcast_to(reach, len(rows))
    status = np.full(len(rows), UNSURE, np.int8)
    status[most + reach <= limit] = IN
    status[least - reach > limit] = OUT
    # Where the bounds leave it open whether it is open.
    (close,) = np.nonzero(
        (status == UNSURE) & ((least + reach <= limit) | (most - reach > limit))
    )
    far = track.distances(places.lat[rows[close]], places.lon[rows[close]])
    status[close[far + reach[close] <= limit]] = IN
    status[close[far - reach[close] > limit]] = OUT
    return status


def cell_status(corridor: Corridor, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or MIXED for the cell at each place in *rows*.

    What cannot be told within a millimeter is MIXED.
    """
    cells = _Cells(rows, *places.boundaries(rows))
    least, most = _corner_bounds(corridor, cells)
    outer = np.maximum.reduceat(least, cells.starts) > corridor.reach_m
    inner = np.minimum.reduceat(most, cells.starts) <= corridor.reach_m
    inner |= _begins_in(corridor, places, rows)
    left = ~inner
    inner[left] = _is_near(corridor, cells, least, left)
    left = inner & ~outer
    outer[left] = _leaves(corridor, places, cells, left)
    status = np.where(inner & outer, MIXED, np.where(inner, IN, OUT))
    return status.astype(np.int8)


@attrs.frozen
class _Cells:
    row: Ints
    corner: Floats
    sizes: Ints

    @property
    def starts(self) -> Ints:
        return np.asarray(np.cumsum(self.sizes) - self.sizes)

    @property
    def owner(self) -> Ints:
        """The index of each corner's cell."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


def _corner_bounds(corridor: Corridor, cells: _Cells) -> tuple[Floats, Floats]:
    """Return the distance of each corner at least and at most, exact near the rim."""
    reach, track = corridor.reach_m, corridor.track
    # Cells share corners, computed to within some nanometers of each other.
    _, first, same = np.unique(
        np.round(cells.corner, 12), axis=0, return_index=True, return_inverse=True
    )
    corner = cells.corner[first]
    least, most = track.distance_bounds(_geodesy.positions(corner))
    close = (least <= reach) & (most > reach)
    least[close] = most[close] = track.distances(*degrees(corner[close]))
    return least[same], most[same]


def _begins_in(corridor: Corridor, places: Places, rows: Ints) -> Bools:
    """Tell in which cells a line begins."""
    lat, lon = np.array([(line[0].lat, line[0].lon) for line in corridor.lines]).T
    tiles = places.tiles
    found = _lattice.cells_at(lat, lon, tiles.resolution)
    return np.isin(tiles.ids(rows), found)


# --- outside --------------------------------------------------------------------------


@attrs.frozen
class _Edges:
    """Great-circle arcs, and how far their ends are from the line at least."""

    cell: Ints
    a: Floats
    b: Floats
    least_a: Floats
    least_b: Floats

    def take(self, rows: Bools) -> _Edges:
        return _Edges(*(getattr(self, f.name)[rows] for f in attrs.fields(_Edges)))

    def length_m(self) -> Floats:
        return angles(self.a, self.b) * _geodesy.LONGEST_RADIUS_M

    def least_m(self) -> Floats:
        return _round.least_along(self.least_a, self.least_b, self.length_m())


def _is_near(corridor: Corridor, cells: _Cells, least: Floats, rows: Bools) -> Bools:
    """Tell which of the cells in *rows* have a point within reach on their edges.

    What cannot be told within a millimeter is within reach.
    """
    reach, distances = corridor.reach_m, corridor.track.distances
    found = np.zeros(len(cells.sizes), bool)
    following = successors(cells.sizes)
    edges = _Edges(
        cells.owner, cells.corner, cells.corner[following], least, least[following]
    )
    edges = edges.take(rows[edges.cell] & (edges.least_m() <= reach))
    # Bounds settle most; the rest is measured.
    far_a, far_b = distances(*degrees(edges.a)), distances(*degrees(edges.b))
    edges = _Edges(edges.cell, edges.a, edges.b, far_a, far_b)
    while len(edges.cell):
        edges = edges.take((edges.least_m() <= reach) & ~found[edges.cell])
        middle = midpoints(edges.a, edges.b)
        far = distances(*degrees(middle))
        close = (far <= reach) | (edges.length_m() < _round.FINEST_M)
        found[edges.cell[close]] = True
        edges = _Edges(
            np.concatenate((edges.cell, edges.cell)),
            np.concatenate((edges.a, middle)),
            np.concatenate((middle, edges.b)),
            np.concatenate((edges.least_a, far)),
            np.concatenate((far, edges.least_b)),
        )
    return found[rows]


# --- inside ---------------------------------------------------------------------------


def _leaves(corridor: Corridor, places: Places, cells: _Cells, rows: Bools) -> Bools:
    """Tell which of the cells in *rows*, whose corners are inside, leave the corridor.

    What cannot be told within a millimeter leaves it.
    """
    chosen = np.flatnonzero(rows)
    edge = np.flatnonzero(rows[cells.owner])
    cell = np.searchsorted(chosen, cells.owner[edge])
    hub = places.vector[cells.row[chosen]][cell]
    following = successors(cells.sizes)[edge]
    triangle = np.stack((hub, cells.corner[edge], cells.corner[following]), axis=1)

    feet = corridor.track.feet(
        places.lat[cells.row[chosen]], places.lon[cells.row[chosen]]
    )
    left = feet.distance_m > corridor.reach_m
    far = _distances(feet.take(cell), triangle).max(axis=1)
    beyond = np.zeros(len(left), bool)
    beyond[cell[far > _limit_m(corridor, triangle)]] = True
    some = beyond[cell]
    _cut(corridor, left, cell[some], triangle[some])
    return left


def _cut(corridor: Corridor, left: Bools, cell: Ints, triangle: Floats) -> None:
    """Note in *left* which cells have a point outside in one of their triangles.

    A triangle is settled if its corners are near enough to one point of the line, or
    on an average to two: between two roads the one grows farther as the other nears.

    Args:
        corridor: The corridor.
        left: For each cell, whether it has one; changed.
        cell: The index of each triangle's cell.
        triangle: Their corners as unit vectors, ``(n, 3, 3)``.
    """
    while len(cell):
        feet = corridor.track.feet(*degrees(triangle.sum(axis=1)))
        left[cell[feet.distance_m > corridor.reach_m]] = True
        far, limit = _distances(feet, triangle), _limit_m(corridor, triangle)
        still = (far.max(axis=1) > limit) & ~left[cell]
        cell, triangle, far, limit = (v[still] for v in (cell, triangle, far, limit))

        farthest = triangle[np.arange(len(cell)), far.argmax(axis=1)]
        far += _distances(corridor.track.feet(*degrees(farthest)), triangle)
        still = far.max(axis=1) > 2 * limit
        cell, triangle = cell[still], triangle[still]

        small = _sides_m(triangle) < _round.FINEST_M
        many = np.bincount(cell, minlength=len(left)) > _MOST_TRIANGLES
        left[cell[small | many[cell]]] = True
        still = ~left[cell]
        cell, triangle = np.tile(cell[still], 4), _quarters(triangle[still])


def _quarters(triangle: Floats) -> Floats:
    a, b, c = triangle.swapaxes(0, 1)
    ab, bc, ca = midpoints(a, b), midpoints(b, c), midpoints(c, a)
    parts = (a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)
    return np.concatenate([np.stack(part, axis=1) for part in parts])


def _distances(feet: Feet, triangle: Floats) -> Floats:
    """Return how far the corners of each triangle are from a point, ``(n, 3)``."""
    lat, lon = (np.repeat(value, 3) for value in (feet.lat, feet.lon))
    far = _geodesy.routes(lat, lon, *map(np.ravel, degrees(triangle)))[1]
    return far.reshape(-1, 3)


def _limit_m(corridor: Corridor, triangle: Floats) -> Floats:
    """Return how far corners may be so that all of a triangle is within reach.

    Up to a quarter of the globe distance is convex along geodesics, so a triangle is
    farthest at a corner, but for the bend of its sides.
    """
    bulge = _geodesy.CURVE_BEND * _sides_m(triangle) ** 2 / 8
    return np.asarray(corridor.reach_m - bulge)


def _sides_m(triangle: Floats) -> Floats:
    """Return the length of the longest side of each triangle."""
    turn = angles(triangle, np.roll(triangle, 1, axis=1)).max(axis=1)
    return np.asarray(turn * _geodesy.LONGEST_RADIUS_M)
