"""A place from which the area grows, without the exact point."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.cases import Mobility
from amberkit.geo import LatLon, coarse_cell
from amberkit.plans.ground import Road
from amberkit.plans.growth import Origin

__all__ = ["Focus", "focus_at"]

# Reach may be too large, never too small: times are rounded down.
_SIGHTING_STEP = dt.timedelta(minutes=5)


@attrs.frozen(kw_only=True)
class Focus:
    """A place from which the area of an alert grows, and since when.

    It tells of the point only the coarse cell that holds it, of its uncertainty only
    the order, and of the time of a sighting only the five minutes in which it lies.
    """

    origin: Origin

    sighting: int | None
    """Index of the sighting in the case; None where the child was last seen."""

    center: LatLon
    """Center of the coarse cell that holds the point; WGS 84 degrees."""

    margin_m: float
    """What is added to each radius, in meters, so that the area still holds the disk
    around the point: the reach of the cell, and the uncertainty, rounded up to 500 m,
    1 km, 2 km and so on."""

    since: dt.datetime = attrs.field(repr=False)
    """When the child was there; in UTC."""

    mobility: Mobility | None = attrs.field(repr=False)
    """How it moves from there; None where that is not known."""

    road: Road | None = attrs.field(default=None, repr=False)
    """The road of the atlas on which it was seen in a vehicle."""


def focus_at(
    at: LatLon,
    *,
    uncertainty_m: float,
    time: dt.datetime,
    resolution: int,
    mobility: Mobility | None,
    sighting: int | None = None,
    road: Road | None = None,
) -> Focus:
    """Return the focus for a point, at the pack's public resolution."""
    coarse = coarse_cell(at, resolution)
    if sighting is not None:
        time -= (time - dt.datetime.min.replace(tzinfo=time.tzinfo)) % _SIGHTING_STEP
    return Focus(
        origin=Origin.LAST_SEEN if sighting is None else Origin.SIGHTING,
        sighting=sighting,
        center=coarse.center,
        margin_m=coarse.reach_m + _ladder(uncertainty_m),
        since=time,
        mobility=mobility,
        road=road,
    )


def _ladder(uncertainty_m: float) -> float:
    """Round up to a step of a ladder, for the figure itself is not public."""
    step_m = 500.0
    while step_m < uncertainty_m:
        step_m *= 2
    return step_m
