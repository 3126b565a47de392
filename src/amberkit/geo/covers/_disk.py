"""Where a place lies with respect to a disk, proved by distances on the ellipsoid.

Three facts do the work. A step on h3's sphere bounds a step on the ellipsoid
(`LEAST_RADIUS_M`, `LONGEST_RADIUS_M`), so a ball around a center is settled by one
distance and the triangle inequality. Along a curve the distance from a point changes
no faster than the length. And its second derivative is bounded: by 1/d from above,
because the ellipsoid curves outward everywhere, and by cot(d/r)/r from below, r being
the least radius that its curvature allows (Hessian comparison; P. Petersen, Riemannian
Geometry, chapter 6), each give or take the bend of the curve itself.
"""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.covers._logic import IN, MIXED, OUT, UNSURE
from amberkit.geo.covers._places import Places
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import angles, degrees, midpoints, successors
from amberkit.geo.regions._regions import Disk
from amberkit.values import LatLon

__all__ = ["ball_status", "cell_status"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

# sqrt(M N) at the equator, the least over the ellipsoid: 1 / sqrt(largest curvature).
_BEND_RADIUS_M = 6_356_752.0
# No shortest path ends before half a turn of that radius (Klingenberg's bound on the
# injectivity radius); beyond it the bound from below does not hold.
_NO_CUT_M = math.pi * _BEND_RADIUS_M - 10
# Below this length of an edge, what is still open is left open: a millimeter.
_FINEST_M = 1e-3


def ball_status(disk: Disk, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or UNSURE for the ball around each place in *rows*."""
    least, most = places.distance_bounds(disk.center, rows)
    reach = places.reach_rad[rows] * _geodesy.LONGEST_RADIUS_M
    status = np.full(len(rows), UNSURE, np.int8)
    status[most + reach <= disk.radius_m] = IN
    status[least - reach > disk.radius_m] = OUT
    # Where the bounds leave it open whether it is open.
    (close,) = np.nonzero(
        (status == UNSURE)
        & ((least + reach <= disk.radius_m) | (most - reach > disk.radius_m))
    )
    far, reach = places.distances(disk.center, rows[close]), reach[close]
    status[close[far + reach <= disk.radius_m]] = IN
    status[close[far - reach > disk.radius_m]] = OUT
    return status


@attrs.frozen
class _Edges:
    """Great-circle arcs, and how far their ends are from the disk's center."""

    cell: Ints
    a: Floats
    b: Floats
    least_a: Floats
    most_a: Floats
    least_b: Floats
    most_b: Floats

    def take(self, rows: Bools) -> _Edges:
        return _Edges(*(getattr(self, f.name)[rows] for f in attrs.fields(_Edges)))

    def measured(self, center: LatLon) -> _Edges:
        """Return them with exact distances in place of bounds."""
        far_a = _geodesy.distances(center, *degrees(self.a))
        far_b = _geodesy.distances(center, *degrees(self.b))
        return _Edges(self.cell, self.a, self.b, far_a, far_a, far_b, far_b)

    def halves(self, center: LatLon) -> _Edges:
        middle = midpoints(self.a, self.b)
        far = _geodesy.distances(center, *degrees(middle))
        return _Edges(
            np.concatenate((self.cell, self.cell)),
            np.concatenate((self.a, middle)),
            np.concatenate((middle, self.b)),
            np.concatenate((self.least_a, far)),
            np.concatenate((self.most_a, far)),
            np.concatenate((far, self.least_b)),
            np.concatenate((far, self.most_b)),
        )

    def length_m(self) -> Floats:
        return angles(self.a, self.b) * _geodesy.LONGEST_RADIUS_M

    def least_m(self) -> Floats:
        """A lower bound on the distance of any point of each arc."""
        length = self.length_m()
        least = (self.least_a + self.least_b - length) / 2
        bend = 1 / np.maximum(least, 1e-9) + _geodesy.CURVE_BEND
        sagging = np.minimum(self.least_a, self.least_b) - bend * length**2 / 8
        return np.asarray(np.maximum(least, sagging))

    def most_m(self) -> Floats:
        """An upper bound on the distance of any point of each arc."""
        length = self.length_m()
        most = (self.most_a + self.most_b + length) / 2
        turn = np.minimum(most, _NO_CUT_M) / _BEND_RADIUS_M
        cot = np.maximum(-1 / np.tan(np.maximum(turn, 1e-9)), 0) / _BEND_RADIUS_M
        bulging = np.maximum(self.most_a, self.most_b) + (
            (cot + _geodesy.CURVE_BEND) * length**2 / 8
        )
        return np.asarray(np.where(most < _NO_CUT_M, np.minimum(most, bulging), most))


def cell_status(disk: Disk, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or MIXED for the cell at each place in *rows*.

    What cannot be told within a millimeter is MIXED.
    """
    status = ball_status(disk, places, rows)
    open_rows = np.flatnonzero(status == UNSURE)
    if len(open_rows):
        status[open_rows] = _edge_status(disk, places, rows[open_rows])
    return status


def _edge_status(disk: Disk, places: Places, rows: Ints) -> Signs:
    n, radius = len(rows), disk.radius_m
    some_in, some_out = np.zeros((2, n), bool)
    # The center and the point opposite to it are where distance has its extremes
    # inside a cell and not on its edge.
    some_in |= places.holds(disk.center, rows)
    if radius < _geodesy.FARTHEST_M - 1:
        opposite = LatLon(
            lat=-disk.center.lat,
            lon=disk.center.lon - math.copysign(180, disk.center.lon),
        )
        some_out |= places.holds(opposite, rows)

    def still_open(edges: _Edges) -> _Edges:
        """Note what the ends tell, and return those whose middle may tell more."""
        for least, most in (
            (edges.least_a, edges.most_a),
            (edges.least_b, edges.most_b),
        ):
            some_in[edges.cell[most <= radius]] = True
            some_out[edges.cell[least > radius]] = True
        open_in = (edges.least_m() <= radius) & ~some_in[edges.cell]
        open_out = (edges.most_m() > radius) & ~some_out[edges.cell]
        return edges.take(open_in | open_out)

    edges = still_open(_edges(disk, places, rows))
    # Bounds settle most; the rest is measured.
    edges = still_open(edges.measured(disk.center))
    maybe_in, maybe_out = some_in.copy(), some_out.copy()
    while len(edges.cell):
        too_short = edges.length_m() < _FINEST_M
        maybe_in[edges.cell[too_short]] = maybe_out[edges.cell[too_short]] = True
        edges = still_open(edges.take(~too_short).halves(disk.center))
    maybe_in |= some_in
    maybe_out |= some_out
    return np.where(maybe_in & maybe_out, MIXED, np.where(maybe_in, IN, OUT)).astype(
        np.int8
    )


def _edges(disk: Disk, places: Places, rows: Ints) -> _Edges:
    corner, sizes = places.boundaries(rows)
    following = successors(sizes)
    position = _geodesy.positions(corner)
    least, most = _geodesy.distance_bounds(disk.center, position)
    return _Edges(
        np.repeat(np.arange(len(rows)), sizes),
        corner,
        corner[following],
        least,
        most,
        least[following],
        most[following],
    )
