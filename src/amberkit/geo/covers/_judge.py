"""Whether places meet a region and whether they lie within it."""

from __future__ import annotations

from typing import assert_never

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.covers import _corridor, _disk, _planar
from amberkit.geo.covers._logic import EVERYTHING, IN, MIXED, NOTHING, OUT, Atlas
from amberkit.geo.covers._places import Places
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._regions import (
    Corridor,
    Difference,
    Disk,
    Intersection,
    Polygon,
    Region,
    Round,
    Union,
)

__all__ = ["Judge", "Known", "Verdict", "shapes"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]


class Known:
    """The statuses of some places, each computed when first asked for, and kept.

    Of a ball, a status is what is proved at once; of a cell, it is exact.
    """

    def __init__(self, places: Places, *, exact: bool) -> None:
        self.places = places
        self._exact = exact
        self._statuses: dict[Round | Plane, Signs] = {}

    def status(self, shape: Round | Plane, rows: Ints) -> Signs:
        """Return OUT, IN, MIXED or UNSURE for each place in *rows*."""
        line = self._statuses.get(shape)
        if line is None:
            line = self._statuses[shape] = np.full(len(self.places), -1, np.int8)
        new = rows[line[rows] < 0]
        line[new] = self._compute(shape, new)
        return np.asarray(line[rows])

    def _compute(self, shape: Round | Plane, rows: Ints) -> Signs:
        if shape is NOTHING or shape is EVERYTHING:
            return np.full(len(rows), OUT if shape is NOTHING else IN, np.int8)
        if isinstance(shape, Disk):
            test = _disk.cell_status if self._exact else _disk.ball_status
            return test(shape, self.places, rows)
        if isinstance(shape, Corridor):
            test_line = _corridor.cell_status if self._exact else _corridor.ball_status
            return test_line(shape, self.places, rows)
        test_plane = _planar.cell_status if self._exact else _planar.ball_status
        return test_plane(shape, self.places, rows)


@attrs.frozen
class Verdict:
    """What is known of many places, each array ``(n,)`` of -1 no, 0 unknown, 1 yes."""

    meets: Signs
    """Whether the place shares a point with the region."""

    within: Signs
    """Whether all of the place is in the region."""


# Of a region of one part, by its status: out, in, mixed, unsure.
_MEETS = np.array([-1, 1, 1, 0], np.int8)
_WITHIN = np.array([-1, 1, -1, 0], np.int8)


class Judge:
    """Decides about one region."""

    def __init__(self, region: Region, atlas: Atlas) -> None:
        self.region = region
        self._atlas = atlas
        self._rounds = tuple(s for s in shapes(region) if not isinstance(s, Plane))

    def holds(self, places: Places, rows: Ints) -> Bools:
        """Tell which points of *places*, those in *rows*, are in the region."""
        if isinstance(self.region, Disk):
            return places.are_within(self.region.center, self.region.radius_m, rows)
        return self.region.contains_points(lat=places.lat[rows], lon=places.lon[rows])

    def decide(self, known: Known, rows: Ints) -> Verdict:
        """Return what is known of the places in *rows*."""
        if isinstance(self.region, (Disk, Corridor, Polygon)):
            region = self.region
            shape = region.plane if isinstance(region, Polygon) else region
            status = known.status(shape, rows)
            return Verdict(_MEETS[status], _WITHIN[status])
        verdict = Verdict(np.zeros(len(rows), np.int8), np.zeros(len(rows), np.int8))
        label = np.zeros(len(rows), np.int64)
        lines = [known.status(disk, rows) for disk in self._rounds]
        for line in lines:
            code = 4 * label + line
            label = (np.cumsum(np.bincount(code) > 0) - 1)[code]
        for group in np.unique(label).tolist():
            some = np.flatnonzero(label == group)
            statuses = [int(line[some[0]]) for line in lines]
            self._decide_alike(
                known,
                rows,
                some,
                dict(zip(self._rounds, statuses, strict=True)),
                verdict,
            )
        return verdict

    def _decide_alike(
        self,
        known: Known,
        rows: Ints,
        some: Ints,
        statuses: dict[Round, int],
        verdict: Verdict,
    ) -> None:
        """Decide about places for which every disk has the same status."""
        cases = self._atlas.cases(self.region, statuses)
        if cases is None:
            return
        all_out, all_in = np.ones(len(some), bool), np.ones(len(some), bool)
        one_in, one_out = np.zeros(len(some), bool), np.zeros(len(some), bool)
        for case in cases:
            status = known.status(case.area, rows[some])
            all_out &= status == OUT
            all_in &= status == IN
            if case.certain:
                one_in |= status == IN
                one_out |= status == OUT
            if len(cases) == 1:
                one_in |= status == MIXED
                one_out |= status == MIXED
        verdict.meets[some] = np.where(all_out, -1, one_in | all_in)
        verdict.within[some] = np.where(all_in, 1, -(one_out | all_out).astype(np.int8))


def shapes(region: Region) -> tuple[Round | Plane, ...]:
    """Return the distinct shapes that a region is made of, in order."""
    match region:
        case Disk() | Corridor():
            return (region,)
        case Polygon():
            return (region.plane,)
        case Union() | Intersection():
            parts = region.parts
        case Difference():
            parts = (region.whole, region.removed)
        case _:
            assert_never(region)
    return tuple(dict.fromkeys(shape for part in parts for shape in shapes(part)))
