"""How many alerts each cell has got, told by the ranges of cells alone.

The first ids of all ranges count one up, the last ids one down. Where the count comes
to some number a range of cells with at least so many begins, and where it falls below
it ends. Both ends are ends of ranges that were given, and so are cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.eligibility.packs.policy import Intrusiveness
from amberkit.geo import CellSet
from amberkit.plans.exposure._budget import (
    Exposure,
    ExposureFinding,
    PastAlert,
    Window,
)
from amberkit.values import CaseId, aware_utc

__all__ = ["find_exposure", "tally"]


def find_exposure(
    exposure: Exposure,
    area: CellSet,
    *,
    now: dt.datetime,
    case_id: CaseId,
    level: Intrusiveness | None,
) -> tuple[ExposureFinding, ...]:
    """Return what an alert in *area* would do to each window that it counts in.

    Args:
        exposure: The budget, and what was sent. Past cells of another resolution are
            taken at that of *area*: a finer one as the cell that holds it.
        area: The cells of the alert; not empty.
        now: When it goes out. A window holds what went out later than so many days ago,
            and not after *now*.
        case_id: Its case: past alerts of the same one do not count, for this one only
            revises them.
        level: How loud it is; None where that is not known.
    """
    past = [
        attrs.evolve(each, cells=each.cells.to_resolution(area.resolution) & area)
        for each in exposure.history
        if each.case_id != case_id
    ]
    return tuple(
        _finding(window, _within(past, window, now), area)
        for window in exposure.budget.windows
        if window.counts(level)
    )


def tally(
    history: Iterable[PastAlert],
    resolution: int,
    *,
    since: dt.datetime,
    until: dt.datetime,
) -> tuple[CellSet, ...]:
    """Return where there has been at least one alert, at least two, and so on.

    Item ``k`` holds the cells with more than ``k`` alerts; each lies within the one
    before, and the last is not empty. So ``tally(...)[3]`` is drawn where four alerts
    or more have been.

    Args:
        history: What was sent. Past cells of another resolution are taken at
            *resolution*: a finer one as the cell that holds it.
        resolution: The h3 resolution, 0 to 15.
        since: Alerts of exactly this time no longer count; aware.
        until: Alerts of exactly this time do; aware.

    Raises:
        InvalidValue: If a time is not aware, or *resolution* is none.
    """
    since, until = aware_utc(since), aware_utc(until)
    counted = _alerts(
        attrs.evolve(each, cells=each.cells.to_resolution(resolution))
        for each in history
        if since < each.at <= until
    )
    depths = _Depths.of(counted, resolution)
    return tuple(depths.at_least(count) for count in range(1, depths.most + 1))


def _within(past: list[PastAlert], window: Window, now: dt.datetime) -> list[CellSet]:
    since = now - dt.timedelta(days=window.days)
    return _alerts(
        each for each in past if since < each.at <= now and window.counts(each.level)
    )


def _alerts(past: Iterable[PastAlert]) -> list[CellSet]:
    """Return where each alert was: all that is of one case is one alert."""
    apart: list[CellSet] = []
    by_case: dict[CaseId, CellSet] = {}
    for each in past:
        if each.case_id is None:
            apart.append(each.cells)
        else:
            before = by_case.get(each.case_id, CellSet(each.cells.resolution))
            by_case[each.case_id] = before | each.cells
    return [*apart, *by_case.values()]


def _finding(window: Window, past: list[CellSet], area: CellSet) -> ExposureFinding:
    depths = _Depths.of([*past, area], area.resolution)
    beyond = depths.at_least(window.alerts + 1)
    area_m2 = beyond.area_m2 if beyond else 0.0
    return ExposureFinding(
        window=window,
        most=depths.most,
        cells=len(beyond),
        area_km2=area_m2 / 1e6,
        share=min(1.0, area_m2 / area.area_m2),
    )


@attrs.frozen(eq=False)
class _Depths:
    """How many sets lie upon each other, along the ids of one resolution."""

    resolution: int

    ends: npt.NDArray[np.uint64]
    """First and last ids of all ranges, in order; of equal ones the first ids first."""

    depth: npt.NDArray[np.int64]
    """How many ranges are open after each of them."""

    @classmethod
    def of(cls, sets: Sequence[CellSet], resolution: int) -> _Depths:
        none = CellSet(resolution).ranges().reshape(0, 2)
        ranges = np.concatenate([none, *(cells.ranges() for cells in sets)])
        ends = ranges.T.ravel()
        steps = np.repeat([1, -1], len(ranges))
        order = np.argsort(ends, kind="stable")
        return cls(resolution, ends[order], np.cumsum(steps[order]))

    @property
    def most(self) -> int:
        return int(self.depth.max(initial=0))

    def at_least(self, count: int) -> CellSet:
        """Return the cells that lie in at least so many of the sets."""
        before = np.concatenate(([0], self.depth[:-1]))[: len(self.depth)]
        first = self.ends[(before < count) & (self.depth >= count)]
        last = self.ends[(before >= count) & (self.depth < count)]
        pairs = np.column_stack((first, last))
        return CellSet.from_ranges(pairs, resolution=self.resolution)
