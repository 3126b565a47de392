"""What is known of a place and an area, and what follows for areas put together.

A place is a cell, or a ball around a point. Of a place and an area two things can be
asked: whether they share a point, and whether the place lies in the area as a whole.
What is known of both is one status; what unions, intersections and complements make of
statuses stands in tables, worked out below from these two answers. The tables claim no
more than is so for any two areas.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "ALL_IN",
    "BOTH",
    "EITHER",
    "IN",
    "LEAVES",
    "MEETS",
    "MIXED",
    "OPPOSITE",
    "OUT",
    "SOME_IN",
    "STATUS",
    "UNSURE",
]

Signs = npt.NDArray[np.int8]

OUT = 0
"""No point of the place is in the area."""
IN = 1
"""Every point of the place is in the area."""
MIXED = 2
"""Some points are in the area and some are not."""
UNSURE = 3
"""Not known."""
MEETS = 4
"""Some points are in the area; whether all are is not known."""
LEAVES = 5
"""Some points are not in the area; whether any are is not known."""

SOME_IN: Signs = np.array([-1, 1, 1, 0, 1, 0], np.int8)
"""By status, whether some point is in the area: -1 no, 0 not known, 1 yes."""

ALL_IN: Signs = np.array([-1, 1, -1, 0, 0, -1], np.int8)
"""By status, whether every point is in the area: -1 no, 0 not known, 1 yes."""

STATUS: Signs = np.full((3, 3), UNSURE, np.int8)
"""The status by both answers, ``STATUS[some_in, all_in]``: -1 is the last index."""
STATUS[SOME_IN, ALL_IN] = np.arange(6)


def _either() -> Signs:
    """Return the statuses of the union of two areas, ``(6, 6)``."""
    one, other = np.ogrid[:6, :6]
    some_in = np.maximum(SOME_IN[one], SOME_IN[other])
    # That neither holds all of a place does not tell of both together, unless one of
    # them holds none of it.
    all_in = (np.maximum(ALL_IN[one], ALL_IN[other]) > 0).astype(np.int8)
    all_in = np.where(one == OUT, ALL_IN[other], all_in)
    all_in = np.where(other == OUT, ALL_IN[one], all_in)
    return np.asarray(STATUS[some_in, all_in])


OPPOSITE: Signs = STATUS[-ALL_IN, -SOME_IN]
"""The status of the complement of an area, by that of the area."""

EITHER: Signs = _either()
"""The status of a union, by those of two parts."""

BOTH: Signs = OPPOSITE[EITHER[np.ix_(OPPOSITE, OPPOSITE)]]
"""The status of an intersection, by those of two parts."""
