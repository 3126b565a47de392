"""Whether places meet a region and whether they lie within it."""

from __future__ import annotations

from typing import assert_never

import numpy as np
import numpy.typing as npt

from amberkit.geo.covers._formula import Source, formula_of
from amberkit.geo.covers._known import Known, Shape
from amberkit.geo.covers._logic import Atlas
from amberkit.geo.regions._regions import (
    Corridor,
    Difference,
    Disk,
    Intersection,
    Polygon,
    Region,
    Union,
)

__all__ = ["Judge"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]


class Judge:
    """Decides about one region."""

    def __init__(self, region: Region, atlas: Atlas) -> None:
        self._region = region
        self._formula = formula_of(region, atlas)

    @property
    def asked(self) -> tuple[Shape, ...]:
        """The shapes whose statuses decide first."""
        return self._formula.asked

    def status(self, known: Source, rows: Ints) -> Signs:
        """Return a status of the region for each place in *rows*, see `_status`."""
        return self._formula.status(known, rows)

    def holds(self, known: Known, rows: Ints) -> Bools:
        """Tell which places in *rows* have their center in the region."""
        return _holds(self._region, known, rows)


def _holds(region: Region, known: Known, rows: Ints) -> Bools:
    match region:
        case Disk() | Corridor():
            return known.holds(region, rows)
        case Polygon():
            return known.holds(region.plane, rows)
        case Union():
            parts = [_holds(part, known, rows) for part in region.parts]
            return np.asarray(np.logical_or.reduce(parts))
        case Intersection():
            parts = [_holds(part, known, rows) for part in region.parts]
            return np.asarray(np.logical_and.reduce(parts))
        case Difference():
            whole, removed = region.whole, region.removed
            return _holds(whole, known, rows) & ~_holds(removed, known, rows)
        case _:
            assert_never(region)
