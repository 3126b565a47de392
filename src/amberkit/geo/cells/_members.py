"""Which of many ids lie in ranges of ids."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["members"]

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint64]

_OUT, _IN, _MIXED = range(3)
_BUCKETS = 1 << 15
# A table is made for so many ids; for fewer it is not worth it.
_MANY = 20_000


def members(ranges: Ids, count: int) -> Callable[[Ids], Bools]:
    """Return what tells which ids lie in some range.

    Where many are asked for, a table says of most at once: it cuts the span of the
    ranges into equal buckets, which lie in a range as a whole, miss all of them, or are
    mixed. Only in these a search is needed.

    Args:
        ranges: Closed, disjoint and in order, ``(n, 2)``.
        count: About how many ids will be asked for.
    """
    ends = ranges.ravel()

    def by_search(ids: Ids) -> Bools:
        before = np.searchsorted(ends, ids, side="right")
        return np.asarray((before % 2 == 1) | (ends[np.maximum(before - 1, 0)] == ids))

    if not len(ends):
        return lambda ids: np.zeros(len(ids), bool)
    if count < _MANY:
        return by_search
    low, span = ends[0], int(ends[-1] - ends[0])
    shift = np.uint64(max(span.bit_length() - _BUCKETS.bit_length() + 1, 0))
    # One more for ids beyond: those below wrap around to it.
    last = np.uint64((span >> int(shift)) + 1)
    first_in, last_in = ((ranges - low) >> shift).astype(np.int64).T
    rises = np.zeros(int(last) + 2, np.int64)
    np.add.at(rises, first_in + 1, 1)
    np.add.at(rises, last_in, -1)
    table = np.where(np.cumsum(rises) > 0, _IN, _OUT).astype(np.int8)
    table[first_in] = table[last_in] = _MIXED

    def by_table(ids: Ids) -> Bools:
        told = table[np.minimum((ids - low) >> shift, last).astype(np.intp)]
        inside = np.asarray(told == _IN)
        (mixed,) = np.nonzero(told == _MIXED)
        inside[mixed] = by_search(ids[mixed])
        return inside

    return by_table
