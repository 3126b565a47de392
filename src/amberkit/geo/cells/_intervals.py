"""Half-open intervals of whole numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["covers", "listed", "merged"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def merged(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return half-open intervals sorted, those that touch or overlap made one."""
    order = np.argsort(begin, kind="stable")
    begin, reach = begin[order], np.maximum.accumulate(end[order])
    (gaps,) = np.nonzero(begin[1:] > reach[:-1])
    first = np.concatenate(([0], gaps + 1))[: len(begin)]
    last = np.append(gaps, len(begin) - 1)[: len(begin)]
    return begin[first], reach[last]


def covers(ends: Ints, points: Ints) -> Bools:
    """Tell which points lie in half-open intervals, given by their ends in order."""
    return np.asarray(np.searchsorted(ends, points, side="right") % 2 == 1)


def listed(start: Ints, stop: Ints) -> Ints:
    """Return every number in half-open intervals, interval by interval."""
    size = stop - start
    before = np.cumsum(size) - size
    return np.asarray(np.arange(int(size.sum())) + np.repeat(start - before, size))
