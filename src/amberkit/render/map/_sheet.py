"""The sheet that is drawn on: positions on the earth as units of the drawing.

Everything is projected azimuthally around the plan's coarse center, so that distances
from there are true and a circle is round. What is drawn is cut and thinned for the
size of the file, by less than anybody can see; the plan's own data stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from amberkit.geo import LatLon, local_xy

__all__ = ["SIZE", "Floats", "Sheet", "holds", "path_data"]

Floats: TypeAlias = npt.NDArray[np.float64]

SIZE = 1000.0
"""Width and height of the drawing in its own units."""

# In units of the drawing: a tenth is less than a pixel on any screen.
_THIN = 0.1
_BEYOND = 60.0
_LARGEST = 20_000.0

# Straight in longitude and latitude is not straight on the sheet; edges longer than
# this are cut, in degrees.
_LONG = 1.0


class Sheet:
    """Turns positions into units of the drawing."""

    def __init__(self, center: LatLon, shown: Sequence[Floats]) -> None:
        """Frame *shown*, arrays of ``(lon, lat)``, with a margin."""
        self.center = center
        points = np.concatenate(shown)
        xy = local_xy(center, lat=points[:, 1], lon=points[:, 0])
        low, high = xy.min(axis=0), xy.max(axis=0)
        self.middle_m: Floats = (low + high) / 2
        """Middle of the sheet, in meters east and north of the center."""

        self.half_m = float((high - low).max()) / 2 * 1.14 + 200
        """Half the width of the sheet in meters."""

    def place(self, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
        """Return (n, 2) units of the drawing, y downwards."""
        xy = local_xy(self.center, lat=lat, lon=lon) - self.middle_m
        return np.asarray((xy * [1, -1] / self.half_m + 1) * (SIZE / 2))

    def at(self, point: LatLon) -> tuple[float, float]:
        """Return x and y of a point."""
        ((x, y),) = self.place([point.lat], [point.lon]).tolist()
        return x, y

    def units(self, meters: float) -> float:
        """Return a length in units of the drawing."""
        return meters / self.half_m * SIZE / 2

    def rings(self, rings: Iterable[Floats]) -> list[Floats]:
        """Return rings of ``(lon, lat)`` in units, ready to be filled."""
        return [
            _thinned(_cut_off(self.place(ring[:, 1], ring[:, 0])))
            for ring in map(_closer, rings)
        ]

    def rims(self, rings: Iterable[Floats]) -> list[Floats]:
        """Return the lines to draw along rings: seams of the map are none of them.

        A region at the antimeridian is cut there, and one at a pole along the top of
        the plane of longitude and latitude; no line of the region is there.
        """
        return self.lines(
            part for ring in map(_closer, rings) for part in _without_seams(ring)
        )

    def lines(self, lines: Iterable[Floats]) -> list[Floats]:
        """Return lines of ``(lon, lat)`` in units, as far as they are in sight."""
        return [
            _thinned(part)
            for line in map(_closer, lines)
            for part in _in_sight(self.place(line[:, 1], line[:, 0]))
        ]


def path_data(lines: Iterable[Floats], *, closed: bool) -> str:
    """Return path data in tenths of a unit; what does not move by one is dropped."""
    return "".join(_path(line, closed=closed) for line in lines)


def holds(rings: Sequence[Floats], points: Floats) -> npt.NDArray[np.bool_]:
    """Return which points lie within rings, by the even-odd rule."""
    inside = np.zeros(len(points), dtype=bool)
    for ring in rings:
        a, b = ring, np.roll(ring, -1, axis=0)
        for y, x, index in zip(
            points[:, 1], points[:, 0], range(len(points)), strict=True
        ):
            crosses = (a[:, 1] > y) != (b[:, 1] > y)
            rise = b[crosses, 1] - a[crosses, 1]
            run = b[crosses, 0] - a[crosses, 0]
            at = a[crosses, 0] + (y - a[crosses, 1]) * run / rise
            inside[index] ^= bool(np.count_nonzero(at > x) % 2)
    return inside


def _path(points: Floats, *, closed: bool) -> str:
    tenths = np.rint(points * 10).astype(int).tolist()
    (x, y), *rest = tenths
    words = [f"M{x / 10:g},{y / 10:g}"]
    for to_x, to_y in rest:
        if (to_x, to_y) != (x, y):
            words.append(f"l{(to_x - x) / 10:g},{(to_y - y) / 10:g}")
            x, y = to_x, to_y
    return "".join(words) + ("z" if closed else "")


def _closer(line: Floats) -> Floats:
    """Return a line of ``(lon, lat)`` without edges that are long."""
    steps = np.abs(np.diff(line, axis=0)).max(axis=1)
    pieces = np.maximum(1, np.ceil(steps / _LONG)).astype(int)
    if (pieces == 1).all():
        return line
    first = np.repeat(np.arange(len(pieces)), pieces)
    share = np.concatenate([np.arange(n) / n for n in pieces.tolist()])[:, None]
    inner = line[first] * (1 - share) + line[first + 1] * share
    # Rounding must not lead beyond a pole.
    inner[:, 1] = np.clip(inner[:, 1], -90.0, 90.0)
    return np.concatenate([inner, line[-1:]])


def _without_seams(ring: Floats) -> Iterator[Floats]:
    """Yield the parts of a ring of ``(lon, lat)`` that lie on no edge of the plane."""
    lon, lat = np.abs(ring[:, 0]) >= 180 - 1e-9, np.abs(ring[:, 1]) >= 90 - 1e-9
    along = (lon[:-1] & lon[1:]) | (lat[:-1] & lat[1:])
    if not along.any():
        yield ring
        return
    # From a seam on, so that no part is in two pieces.
    start = int(np.argmax(along))
    turned = np.roll(ring[:-1], -start, axis=0)
    turned = np.concatenate([turned, turned[:1]])
    for run in np.split(np.arange(len(along)), np.flatnonzero(np.roll(along, -start))):
        own = run[~np.roll(along, -start)[run]]
        if len(own):
            yield turned[own[0] : own[-1] + 2]


def _cut_off(points: Floats) -> Floats:
    """Drop points of a ring that cannot change what is seen of it.

    Of points one after another that all lie beyond one edge of the sheet the first and
    the last will do: the line between them lies beyond it too.
    """
    for axis in (0, 1):
        for sign, edge in ((-1, _BEYOND), (1, SIZE + _BEYOND)):
            beyond = np.greater(points[:, axis] * sign, edge)
            amid = beyond[:-2] & beyond[1:-1] & beyond[2:]
            points = points[np.concatenate([[True], ~amid, [True]])]
    return np.clip(points, -_LARGEST, _LARGEST)


def _in_sight(points: Floats) -> Iterator[Floats]:
    """Yield the runs of a line whose edges are not all beyond one side of the sheet."""
    low, high = points < -_BEYOND, points > SIZE + _BEYOND
    passes = (low[:-1] & low[1:]) | (high[:-1] & high[1:])
    hidden: npt.NDArray[np.bool_] = np.logical_or(passes[:, 0], passes[:, 1])
    edges = np.arange(len(hidden))
    for run in np.split(edges, np.flatnonzero(np.diff(hidden.astype(int))) + 1):
        if not hidden[run[0]]:
            yield np.clip(points[run[0] : run[-1] + 2], -_LARGEST, _LARGEST)


def _thinned(points: Floats) -> Floats:
    """Return a line without points that lie nearer to it than a tenth of a unit.

    The rule of Ramer (1972), and of Douglas and Peucker (1973).
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    open_ = [(0, len(points) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        off = _off(points[first + 1 : last], points[first], points[last])
        worst = int(off.argmax())
        if off[worst] > _THIN:
            middle = first + 1 + worst
            keep[middle] = True
            open_ += [(first, middle), (middle, last)]
    return points[keep]


def _off(points: Floats, a: Floats, b: Floats) -> Floats:
    """Return how far points are from the line between two others."""
    way = b - a
    length2 = float(way @ way)
    share = np.clip((points - a) @ way / length2, 0, 1) if length2 else 0.0
    foot = a + np.multiply.outer(np.broadcast_to(share, len(points)), way)
    return np.asarray(np.hypot(*(points - foot).T))
