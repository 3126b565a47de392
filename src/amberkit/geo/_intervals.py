"""Half-open intervals of whole numbers, as rows ``(start, stop)``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["covers", "listed", "merged"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def merged(bounds: Ints) -> Ints:
    """Return half-open intervals sorted, those that touch or overlap made one."""
    ordered = bounds[np.argsort(bounds[:, 0], kind="stable")]
    reach = np.maximum.accumulate(ordered[:, 1])
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:, 0] > reach[:-1]
    last = np.append(first[1:], True)[: len(first)]
    return np.stack((ordered[first, 0], reach[last]), 1)


def covers(ends: Ints, points: Ints) -> Bools:
    """Tell which points lie in half-open intervals, given by their ends in order."""
    return np.asarray(np.searchsorted(ends, points, side="right") % 2 == 1)


def listed(start: Ints, stop: Ints) -> Ints:
    """Return every number in half-open intervals, interval by interval."""
    size = stop - start
    before = np.cumsum(size) - size
    return np.asarray(np.arange(int(size.sum())) + np.repeat(start - before, size))
