"""What is bounded by a distance: facts that disks and corridors share.

A step on h3's sphere bounds a step on the ellipsoid (`LEAST_RADIUS_M`,
`LONGEST_RADIUS_M`), so a ball around a center is settled by one distance and the
triangle inequality. Along a curve the distance from a point changes no faster than the
length, and its second derivative is at most 1/d, because the ellipsoid curves outward
everywhere, give or take the bend of the curve itself (Hessian comparison; P. Petersen,
Riemannian Geometry, chapter 6). Both hold for the least of many distances too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from amberkit.geo import _geodesy
from amberkit.geo._logic import IN, OUT, UNSURE

__all__ = ["FINEST_M", "ball_status", "least_along"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

FINEST_M = 1e-3
"""Below this length of an edge, what is still open is left open: a millimeter."""


def ball_status(
    limit_m: float,
    reach_rad: Floats,
    bounds: tuple[Floats, Floats],
    measured: Callable[[Ints], Floats],
) -> Signs:
    """Return OUT, IN or UNSURE for balls.

    Args:
        limit_m: The distance that bounds the region.
        reach_rad: Radius of each ball in radians on h3's sphere.
        bounds: What the distance of each center is at least and at most.
        measured: Returns the distances of some of the centers, by their indices.
    """
    least, most = bounds
    reach = reach_rad * _geodesy.LONGEST_RADIUS_M
    status = np.full(len(reach), UNSURE, np.int8)
    status[most + reach <= limit_m] = IN
    status[least - reach > limit_m] = OUT
    # Where the bounds leave it open whether it is open.
    (close,) = np.nonzero(
        (status == UNSURE) & ((least + reach <= limit_m) | (most - reach > limit_m))
    )
    far, reach = measured(close), reach[close]
    status[close[far + reach <= limit_m]] = IN
    status[close[far - reach > limit_m]] = OUT
    return status


def least_along(least_a: Floats, least_b: Floats, length_m: Floats) -> Floats:
    """Return a lower bound on the distance of any point of great-circle arcs.

    Args:
        least_a: What the distance of one end is at least.
        least_b: The same for the other end.
        length_m: The length of each arc on the ellipsoid, or more.
    """
    least = (least_a + least_b - length_m) / 2
    bend = 1 / np.maximum(least, 1e-9) + _geodesy.CURVE_BEND
    sagging = np.minimum(least_a, least_b) - bend * length_m**2 / 8
    return np.asarray(np.maximum(least, sagging))
