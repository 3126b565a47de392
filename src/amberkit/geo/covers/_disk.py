"""Where a place lies with respect to a disk, proved by distances on the ellipsoid.

To what corridors share (`_round`) comes one more fact: along a curve the second
derivative of the distance from a point is bounded from below by cot(d/r)/r, r being
the least radius that the ellipsoid's curvature allows (Hessian comparison; P. Petersen,
Riemannian Geometry, chapter 6), give or take the bend of the curve itself.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.covers import _round
from amberkit.geo.covers._places import Places
from amberkit.geo.covers._status import IN, MIXED, OUT, UNSURE
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import (
    angles,
    degrees,
    midpoints,
    successors,
    vectors,
)
from amberkit.geo.regions._regions import Disk
from amberkit.values import LatLon

__all__ = ["ball_status", "cell_statuses"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

# sqrt(M N) at the equator, the least over the ellipsoid: 1 / sqrt(largest curvature).
_BEND_RADIUS_M = 6_356_752.0
# No shortest path ends before half a turn of that radius (Klingenberg's bound on the
# injectivity radius); beyond it the bound from below does not hold.
_NO_CUT_M = math.pi * _BEND_RADIUS_M - 10

_CHUNK = 65_536


def ball_status(disk: Disk, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or UNSURE for the ball around each place in *rows*."""
    chord = places.chords(disk.center, rows)
    reach = places.reach_rad(rows) * _geodesy.LONGEST_RADIUS_M
    rims = np.stack((disk.radius_m - reach, disk.radius_m + reach))
    surely_in, maybe_out = _geodesy.sure_within(rims)
    maybe_in, surely_out = _geodesy.sure_beyond(rims)
    status = np.full(len(rows), UNSURE, np.int8)
    status[chord <= surely_in] = IN
    status[chord > surely_out] = OUT
    # Where chords leave it open whether it is open.
    (close,) = np.nonzero(
        (status == UNSURE) & ((chord <= maybe_in) | (chord > maybe_out))
    )
    if not len(close):
        return status
    far = places.distances(disk.center, rows[close])
    reach = np.broadcast_to(reach, len(rows))[close]
    status[close[far + reach <= disk.radius_m]] = IN
    status[close[far - reach > disk.radius_m]] = OUT
    return status


@attrs.frozen
class _Edges:
    """Great-circle arcs, and how far their ends are from a disk's center."""

    cell: Ints
    a: Floats
    b: Floats
    least_a: Floats
    most_a: Floats
    least_b: Floats
    most_b: Floats

    def take(self, rows: Bools) -> _Edges:
        return _Edges(*(getattr(self, f.name)[rows] for f in attrs.fields(_Edges)))

    def measured(self, asked: _Questions) -> _Edges:
        """Return them with exact distances in place of bounds."""
        far_a = asked.distances(self.cell, self.a)
        far_b = asked.distances(self.cell, self.b)
        return _Edges(self.cell, self.a, self.b, far_a, far_a, far_b, far_b)

    def halves(self, asked: _Questions) -> _Edges:
        middle = midpoints(self.a, self.b)
        far = asked.distances(self.cell, middle)
        return _Edges(
            np.concatenate((self.cell, self.cell)),
            np.concatenate((self.a, middle)),
            np.concatenate((middle, self.b)),
            np.concatenate((self.least_a, far)),
            np.concatenate((self.most_a, far)),
            np.concatenate((far, self.least_b)),
            np.concatenate((far, self.most_b)),
        )

    @functools.cached_property
    def length_m(self) -> Floats:
        """How long each arc is at most, in meters."""
        return angles(self.a, self.b) * _geodesy.LONGEST_RADIUS_M

    def least_m(self) -> Floats:
        """A lower bound on the distance of any point of each arc."""
        return _round.least_along(self.least_a, self.least_b, self.length_m)

    def most_m(self) -> Floats:
        """An upper bound on the distance of any point of each arc."""
        length = self.length_m
        most = (self.most_a + self.most_b + length) / 2
        turn = np.minimum(most, _NO_CUT_M) / _BEND_RADIUS_M
        cot = np.maximum(-1 / np.tan(np.maximum(turn, 1e-9)), 0) / _BEND_RADIUS_M
        bulging = np.maximum(self.most_a, self.most_b) + (
            (cot + _geodesy.CURVE_BEND) * length**2 / 8
        )
        return np.asarray(np.where(most < _NO_CUT_M, np.minimum(most, bulging), most))


def cell_statuses(asked: Mapping[Disk, Ints], places: Places) -> list[Signs]:
    """Return OUT, IN or MIXED for cells at the rims of disks.

    What cannot be told within a millimeter is MIXED.

    Args:
        asked: For each disk the rows of the cells, of whose balls it does not tell.
        places: The cells.

    Returns:
        The statuses, for each disk an array of those of its rows.
    """
    found = [np.full(len(rows), MIXED, np.int8) for rows in asked.values()]
    left = [
        np.flatnonzero(~_rim_in_core(disk, places, rows))
        for disk, rows in asked.items()
    ]
    questions = [
        _Questions.of(disk, places, rows[at])
        for (disk, rows), at in zip(asked.items(), left, strict=True)
    ]
    # Together, as many at a time as need little memory.
    answers = [_edge_statuses(some, places) for some in _Questions.in_chunks(questions)]
    ends = np.cumsum([len(at) for at in left])
    parts = np.split(np.concatenate([np.empty(0, np.int8), *answers]), ends)[:-1]
    for status, at, part in zip(found, left, parts, strict=True):
        status[at] = part
    return found


def _rim_in_core(disk: Disk, places: Places, rows: Ints) -> Bools:
    """Tell where the rim surely passes close to the middle of a cell.

    The shortest path from the disk's center, and what prolongs it, pass through there.
    """
    core = places.core_rad * _geodesy.LEAST_RADIUS_M
    if disk.radius_m + core > _NO_CUT_M:
        return np.zeros(len(rows), bool)
    chord = places.chords(disk.center, rows)
    has_in = chord <= _geodesy.sure_within(disk.radius_m + core)
    return np.asarray(has_in & (chord > _geodesy.sure_beyond(disk.radius_m - core)))


@attrs.frozen
class _Questions:
    """Pairs of a disk and a cell at its rim, each array ``(n,)``."""

    row: Ints
    """The row of the cell."""

    lat: Floats
    """Latitude of the disk's center."""

    lon: Floats
    radius_m: Floats
    some_in: Bools
    """Whether some point of the cell is known to be in the disk."""

    some_out: Bools

    @classmethod
    def of(cls, disk: Disk, places: Places, rows: Ints) -> _Questions:
        """Return the questions to one disk.

        Its center and the point opposite to it are where distance has its extremes
        inside a cell and not on its edge. A cell that is open lies at the rim.
        """
        center, radius = disk.center, disk.radius_m
        some_in, some_out = np.zeros((2, len(rows)), bool)
        width = 2 * float(places.reach_rad(rows).max()) * _geodesy.LONGEST_RADIUS_M
        if radius <= width:
            some_in |= places.holds(center, rows)
        if _geodesy.FARTHEST_M - 1 - width <= radius < _geodesy.FARTHEST_M - 1:
            opposite = LatLon(
                lat=-center.lat, lon=center.lon - math.copysign(180, center.lon)
            )
            some_out |= places.holds(opposite, rows)
        lat, lon, radii = np.full((len(rows), 3), (center.lat, center.lon, radius)).T
        return cls(rows, lat, lon, radii, some_in, some_out)

    @classmethod
    def in_chunks(cls, questions: Sequence[_Questions]) -> Iterator[_Questions]:
        """Yield all of several, a number at a time."""
        fields = zip(*(attrs.astuple(some) for some in questions), strict=True)
        together = [np.concatenate(field) for field in fields]
        total = sum(len(some.row) for some in questions)
        for begin in range(0, total, _CHUNK):
            yield cls(*(field[begin : begin + _CHUNK] for field in together))

    def edges(self, places: Places) -> _Edges:
        """Return the edges of all cells, with bounds on the distances of their ends."""
        corner, sizes = places.boundaries(self.row)
        cell, following = np.repeat(np.arange(len(sizes)), sizes), successors(sizes)
        start = _geodesy.positions(vectors(self.lat, self.lon))
        way = _geodesy.positions(corner) - start[cell]
        chord = np.sqrt(np.einsum("ij,ij->i", way, way))
        least, most = _geodesy.arc_bounds(chord)
        ends = (least, most, least[following], most[following])
        return _Edges(cell, corner, corner[following], *ends)

    def distances(self, cell: Ints, vector: Floats) -> Floats:
        """Return how far points of cells are from the centers of their disks."""
        lat, lon = self.lat[cell], self.lon[cell]
        return _geodesy.routes(lat, lon, *degrees(vector))[1]


def _edge_statuses(asked: _Questions, places: Places) -> Signs:
    some_in, some_out = asked.some_in.copy(), asked.some_out.copy()

    def still_open(edges: _Edges) -> _Edges:
        """Note what the ends tell, and return those whose middle may tell more."""
        radius = asked.radius_m[edges.cell]
        for least, most in (
            (edges.least_a, edges.most_a),
            (edges.least_b, edges.most_b),
        ):
            some_in[edges.cell[most <= radius]] = True
            some_out[edges.cell[least > radius]] = True
        open_in = (edges.least_m() <= radius) & ~some_in[edges.cell]
        open_out = (edges.most_m() > radius) & ~some_out[edges.cell]
        return edges.take(open_in | open_out)

    edges = still_open(asked.edges(places))
    # Bounds settle most; the rest is measured.
    edges = still_open(edges.measured(asked))
    maybe_in, maybe_out = some_in.copy(), some_out.copy()
    while len(edges.cell):
        too_short = edges.length_m < _round.FINEST_M
        maybe_in[edges.cell[too_short]] = maybe_out[edges.cell[too_short]] = True
        edges = still_open(edges.take(~too_short).halves(asked))
    maybe_in |= some_in
    maybe_out |= some_out
    status = np.where(maybe_in & maybe_out, MIXED, np.where(maybe_in, IN, OUT))
    return status.astype(np.int8)
