"""Distances from lines on the ellipsoid, for many points at a time.

A line is cut into pieces of a few kilometers. Each stays so close to its straight chord
in space that the distance from the chord bounds the distance from the piece. Balls
around eight pieces, around eight of those balls and so on keep the search short.
Between the bounds, the foot of the perpendicular is sought on the ellipsoid itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo._errors import InvalidRegion
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import vectors
from amberkit.values import LatLon

__all__ = ["Feet", "Track"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAX_LENGTH_M = 1e9

_PIECE_M = 4_000.0
_BRANCHES = 8
# As many points at a time as stay in the processor's cache.
_AT_ONCE = 8192
_MEAN_RADIUS_M = 6.37e6
# How far a foot may be from where it was sought before. The distance from the line is
# wrong by far less: it is flat there. Each round asks for less, so that it ends.
_STEP_M = 1e-5


@attrs.frozen
class Feet:
    """The points of a line next to given points, and how far they are."""

    lat: Floats
    lon: Floats
    distance_m: Floats

    def take(self, rows: Ints) -> Feet:
        """Return some of them."""
        return Feet(self.lat[rows], self.lon[rows], self.distance_m[rows])


@attrs.frozen
class _Balls:
    """Balls in space, each around eight that follow each other one level below."""

    center: Floats
    radius: Floats


@attrs.frozen(eq=False)
class Track:
    """Pieces of geodesics, in the order of the lines that they make up."""

    lat: Floats
    """Where each piece begins, degrees."""

    lon: Floats
    azimuth: Floats
    """The direction in which it begins, degrees clockwise from north."""

    length_m: Floats

    start: Floats
    """Where it begins in space, meters, ``(n, 3)``."""

    chord: Floats
    """The way in space from its beginning to its end."""

    sag_m: Floats
    """How far it is from its chord at most."""

    balls: tuple[_Balls, ...]
    """From the few largest down to those around the pieces."""

    @classmethod
    def of_lines(cls, lines: Sequence[Sequence[LatLon]]) -> Track:
        """Return lines cut into pieces.

        Raises:
            InvalidRegion: If consecutive points are more than 90 degrees apart, or all
                of it is too long.
        """
        places = np.array([(p.lat, p.lon) for line in lines for p in line], float)
        sizes = np.array([len(line) for line in lines])
        first = np.delete(np.arange(len(places)), np.cumsum(sizes) - 1)
        _check_steps(vectors(*places.T), first, sizes)
        (lat, lon), (to_lat, to_lon) = places[first].T, places[first + 1].T
        azimuth, length = _geodesy.routes(lat, lon, to_lat, to_lon)
        if length.sum() > MAX_LENGTH_M:
            most = round(MAX_LENGTH_M / 1000)
            raise InvalidRegion(f"the lines may be at most {most} km long together")
        count = np.maximum(np.ceil(length / _PIECE_M), 1).astype(np.int64)
        owner = np.repeat(np.arange(len(first)), count)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        share = length[owner] / count[owner]
        way = lat[owner], lon[owner], azimuth[owner]
        return cls.of_pieces(*_geodesy.walks(*way, number * share), share)

    @classmethod
    def of_pieces(
        cls, lat: Floats, lon: Floats, azimuth: Floats, length_m: Floats
    ) -> Track:
        """Return the track made of geodesics, each of some kilometers at most."""
        start = _geodesy.positions(vectors(lat, lon))
        to_lat, to_lon, _ = _geodesy.walks(lat, lon, azimuth, length_m)
        chord = _geodesy.positions(vectors(to_lat, to_lon)) - start
        # A geodesic bends in space like a circle of the least radius or less.
        sag = length_m**2 / (8 * _geodesy.LEAST_RADIUS_M)
        balls = [_Balls(start + chord / 2, _norm(chord) / 2 + sag)]
        while len(balls[0].radius) > _BRANCHES:
            balls.insert(0, _around(balls[0]))
        return cls(lat, lon, azimuth, length_m, start, chord, sag, tuple(balls))

    def take(self, rows: Ints) -> Track:
        """Return some of the pieces."""
        return self.of_pieces(
            self.lat[rows], self.lon[rows], self.azimuth[rows], self.length_m[rows]
        )

    def distance_bounds(self, position: Floats) -> tuple[Floats, Floats]:
        """Return what each geodesic distance is at least and at most.

        Args:
            position: Points as `_geodesy.positions` returns them.
        """
        least, most = np.empty((2, len(position)))
        for begin in range(0, len(position), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            near = self._near(position[some])
            low, high = (np.minimum.reduceat(b, near.begins) for b in near.bounds)
            least[some], most[some] = _geodesy.arc_bounds(low, high)
        return least, most

    def distances(self, lat: Floats, lon: Floats) -> Floats:
        """Return the geodesic distance in meters of each point; see `feet`."""
        return self.feet(lat, lon).distance_m

    def are_within(self, reach_m: float, lat: Floats, lon: Floats) -> Bools:
        """Tell which points have a distance of at most *reach_m*, exactly."""
        least, most = self.distance_bounds(_geodesy.positions(vectors(lat, lon)))
        inside = most <= reach_m
        (close,) = np.nonzero(~inside & (least <= reach_m))
        inside[close] = self.distances(lat[close], lon[close]) <= reach_m
        return inside

    def feet(self, lat: Floats, lon: Floats) -> Feet:
        """Return the next point of the lines for each point.

        Exact within a quarter of the globe: up to there the distance from a point is
        convex along a geodesic, and has one least value on each piece.
        """
        best = Feet(*np.full((3, len(lat)), np.nan))
        for begin in range(0, len(lat), _AT_ONCE):
            y, x = lat[begin : begin + _AT_ONCE], lon[begin : begin + _AT_ONCE]
            near = self._near(_geodesy.positions(vectors(y, x)))
            feet = self._sought(y[near.point], x[near.point], near)
            # The first of the nearest pieces of each point.
            order = np.lexsort((feet.distance_m, near.point))
            chosen = order[near.begins]
            best.lat[begin : begin + _AT_ONCE] = feet.lat[chosen]
            best.lon[begin : begin + _AT_ONCE] = feet.lon[chosen]
            best.distance_m[begin : begin + _AT_ONCE] = feet.distance_m[chosen]
        return best

    def _sought(self, lat: Floats, lon: Floats, near: _Near) -> Feet:
        """Return the foot on one piece for each pair of a point and a piece.

        On a sphere one step leads to it from anywhere. On the ellipsoid each step
        leaves a small part of the way.
        """
        feet = Feet(*np.empty((3, len(lat))))
        along = near.share * self.length_m[near.piece]
        rows, enough = np.arange(len(lat)), _STEP_M
        while len(rows):
            piece, at = near.piece[rows], along[rows]
            y, x, ahead = _geodesy.walks(
                self.lat[piece], self.lon[piece], self.azimuth[piece], at
            )
            azimuth, distance = _geodesy.routes(y, x, lat[rows], lon[rows])
            feet.lat[rows], feet.lon[rows], feet.distance_m[rows] = y, x, distance
            turn, arc = np.radians(azimuth - ahead), distance / _MEAN_RADIUS_M
            step = _MEAN_RADIUS_M * np.arctan2(np.sin(arc) * np.cos(turn), np.cos(arc))
            along[rows] = np.clip(at + step, 0, self.length_m[piece])
            rows = rows[np.abs(along[rows] - at) > enough]
            enough *= 4
        return feet

    def _near(self, position: Floats) -> _Near:
        """Return for each point the pieces of which one is the nearest."""
        n, top = len(position), len(self.balls[0].radius)
        point, node = np.repeat(np.arange(n), top), np.tile(np.arange(top), n)
        for level, balls in enumerate(self.balls):
            away = _norm(position[point] - balls.center[node])
            kept = _nearest(point, away - balls.radius[node], away + balls.radius[node])
            point, node = point[kept], node[kept]
            if level + 1 < len(self.balls):
                below = len(self.balls[level + 1].radius)
                point = np.repeat(point, _BRANCHES)
                node = np.add.outer(node * _BRANCHES, np.arange(_BRANCHES)).ravel()
                point, node = point[node < below], node[node < below]
        away, share = self._from_chords(position[point], node)
        low, high = away - self.sag_m[node], away + self.sag_m[node]
        kept = _nearest(point, low, high)
        point, node = point[kept], node[kept]
        begins = np.searchsorted(point, np.arange(n))
        return _Near(point, node, share[kept], (low[kept], high[kept]), begins)

    def _from_chords(self, position: Floats, piece: Ints) -> tuple[Floats, Floats]:
        """Return how far points are from chords, and at which share of them."""
        chord, off = self.chord[piece], position - self.start[piece]
        square = np.einsum("ij,ij->i", chord, chord)
        share = np.einsum("ij,ij->i", chord, off) / np.maximum(square, 1e-9)
        share = np.clip(share, 0, 1)
        return _norm(off - share[:, None] * chord), share


@attrs.frozen
class _Near:
    """Pairs of a point and a piece that may be the nearest to it, point by point."""

    point: Ints
    piece: Ints
    share: Floats
    """Where on the piece, from 0 to 1, its chord is nearest."""
    bounds: tuple[Floats, Floats]
    """How far in space the piece is from the point at least and at most."""
    begins: Ints
    """Index of the first pair of each point."""


def _nearest(point: Ints, low: Floats, high: Floats) -> Bools:
    """Tell which pairs may be nearest, by bounds on lengths in space.

    Of two paths the longer one may have the shorter chord, by at most two thousandths
    at 8,000 km and by less than the square of that share below (`arc_bounds`).
    """
    begins = np.flatnonzero(np.diff(point, prepend=-1))
    best = np.minimum.reduceat(high, begins)
    best += 2e-3 * best * np.minimum(best / 8e6, 1) ** 2 + 1e-5
    return np.asarray(low <= best[point])


def _norm(vector: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vector, vector)))


def _around(balls: _Balls) -> _Balls:
    """Return a ball around each eight that follow each other."""
    begins = np.arange(0, len(balls.radius), _BRANCHES)
    sizes = np.diff(begins, append=len(balls.radius))
    center = np.add.reduceat(balls.center, begins) / sizes[:, None]
    away = _norm(balls.center - np.repeat(center, sizes, axis=0)) + balls.radius
    return _Balls(center, np.maximum.reduceat(away, begins))


def _check_steps(normal: Floats, first: Ints, sizes: Ints) -> None:
    """Refuse consecutive points between which a shortest path is not plain."""
    ahead = np.einsum("ij,ij->i", normal[first], normal[first + 1])
    if (ahead < 0).any():
        vertex = int(first[int(np.argmax(ahead < 0))])
        ends = np.cumsum(sizes)
        line = int(np.searchsorted(ends, vertex, side="right"))
        reason = "the next point must be at most 90 degrees away; put points between"
        raise InvalidRegion(
            reason, line=line, vertex=vertex - int(ends[line] - sizes[line])
        )
