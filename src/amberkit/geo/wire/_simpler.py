"""Rings with fewer corners, each step of which only adds area.

A corner that points inward is left out; an edge between two corners that point outward
is left out too, and its neighbors are drawn on until they meet. Whichever step adds the
least is taken first. Rings are ``(lon, lat)`` rows, open, counter-clockwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["simpler"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def simpler(rings: Sequence[Floats], totals: Sequence[int]) -> Iterator[list[Floats]]:
    """Yield rings that hold the ones given, with no more corners than each total.

    Args:
        rings: Rings that do not cross themselves.
        totals: How many corners all rings together may have, falling. The iteration
            ends at a total for which no more steps are found.
    """
    works = [_Steps.of(ring) for ring in rings]
    for total in totals:
        while sum(len(work.ring) for work in works) > total:
            i = min(range(len(works)), key=lambda i: works[i].least)
            if works[i].least == np.inf:
                return
            works[i] = works[i].next()
        yield [work.ring for work in works]


@attrs.frozen
class _Steps:
    """A ring, and what each step from it adds."""

    ring: Floats
    cut: Floats
    """What leaving out each corner adds, ``inf`` where it cannot be left out."""
    drop: Floats
    """What leaving out the edge after each corner adds."""
    peak: Floats
    """Where the neighbors of each such edge meet."""

    @classmethod
    def of(cls, ring: Floats) -> _Steps:
        before, after, beyond = (np.roll(ring, k, axis=0) for k in (1, -1, -2))
        bend = _cross(ring - before, after - ring)
        width = np.cos(np.radians(ring[:, 1]))
        cut = np.where((bend <= 0) & _is_read(before, after), -bend / 2 * width, np.inf)

        way, back, edge = ring - before, after - beyond, after - ring
        with np.errstate(divide="ignore", invalid="ignore"):
            meet = _cross(way, back)
            on, off = _cross(edge, back) / meet, _cross(edge, way) / meet
            peak = ring + on[:, None] * way
            fits = (on > 0) & (off > 0) & (bend > 0) & (np.roll(bend, -1) > 0)
            fits &= (np.abs(peak) <= (180, 90)).all(axis=1)
            fits &= _is_read(before, peak) & _is_read(peak, beyond)
            drop = np.where(fits, np.abs(_cross(peak - ring, edge)) / 2 * width, np.inf)
        if len(ring) <= 3:
            cut = drop = np.full(len(ring), np.inf)
        return cls(ring, cut, drop, peak)

    @property
    def least(self) -> float:
        return float(min(self.cut.min(), self.drop.min()))

    def next(self) -> _Steps:
        """Take the cheapest step, or note that it cannot be taken."""
        n, i, j = len(self.ring), int(self.cut.argmin()), int(self.drop.argmin())
        whole = shapely.linearrings(self.ring)
        if self.cut[i] <= self.drop[j]:
            path = self.ring[[i - 1, (i + 1) % n]]
            if not shapely.crosses(shapely.linestrings(path), whole):
                return _Steps.of(np.delete(self.ring, i, axis=0))
            return attrs.evolve(self, cut=_without(self.cut, i))
        path = np.stack((self.ring[j], self.peak[j], self.ring[(j + 1) % n]))
        if not shapely.crosses(shapely.linestrings(path), whole):
            ring = self.ring.copy()
            ring[j] = self.peak[j]
            return _Steps.of(np.delete(ring, (j + 1) % n, axis=0))
        return attrs.evolve(self, drop=_without(self.drop, j))


def _without(costs: Floats, at: int) -> Floats:
    left = costs.copy()
    left[at] = np.inf
    return left


def _is_read(a: Floats, b: Floats) -> Bools:
    """Tell which edges a reader cannot take for one that goes the other way round."""
    along_pole = (np.abs(a[:, 1]) == 90) & (a[:, 1] == b[:, 1])
    return np.asarray((np.abs(a[:, 0] - b[:, 0]) <= 180) | along_pole)


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
