"""One area for the public, and the time for which it holds."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import attrs

from amberkit.geo import CellSet, Certificate, Region, certify
from amberkit.plans.growth import Why

__all__ = ["Part", "Stage"]


@attrs.frozen(kw_only=True)
class Part:
    """What one place adds to the area of a stage."""

    focus: int
    """Which place: its index in the plan."""

    radius_m: float
    """The step of the pack, in meters from that place; of an administrative area, how
    far it goes, rounded up to a kilometer."""

    region: Region
    """The exact area, before the boundary cuts it."""

    why: Why
    """Why this size from its time on."""

    is_new: bool
    """Whether it is larger than in the stage before, or new."""


@attrs.frozen(kw_only=True)
class Stage:
    """One area for the public, and the time for which it holds."""

    index: int
    """From 0."""

    starts: dt.datetime
    ends: dt.datetime
    """When the next stage takes over or, for the last one, when the alert expires."""

    radius_m: float
    """The largest radius of its parts, in meters."""

    region: Region
    """The exact area, within the boundary. It contains the disks that are meant, but is
    drawn around coarse centers, so that it does not give a point away."""

    cells: CellSet
    """The H3 cells that share a point with *region*."""

    added: CellSet
    """Those of *cells* that the stage before did not have."""

    withdrawn: CellSet
    """Those that the stage before had, and that are no longer in *cells*. Within one
    plan areas only grow; a revision may take cells away."""

    parts: tuple[Part, ...]
    """What each place adds; the main place first."""

    @property
    def why(self) -> Why:
        """Why it begins: the reason of its first part that is new."""
        return next(part for part in self.parts if part.is_new).why

    @cached_property
    def certificate(self) -> Certificate:
        """The proof of its cells, measured when first asked for.

        ``missed_m2`` is 0.0; ``overshoot_m`` and ``extra_m2`` are how far, and over
        what area, the cells spill over the region.
        """
        return certify(self.cells, self.region)
