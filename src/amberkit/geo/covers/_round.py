"""What is bounded by a distance: facts that disks and corridors share.

A step on h3's sphere bounds a step on the ellipsoid (`LEAST_RADIUS_M`,
`LONGEST_RADIUS_M`), so a ball around a center is settled by one distance and the
triangle inequality. Along a curve the distance from a point changes no faster than the
length, and its second derivative is at most 1/d, because the ellipsoid curves outward
everywhere, give or take the bend of the curve itself (Hessian comparison; P. Petersen,
Riemannian Geometry, chapter 6). Both hold for the least of many distances too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo.earth import _geodesy

__all__ = ["FINEST_M", "least_along"]

Floats = npt.NDArray[np.float64]

FINEST_M = 1e-3
"""Below this length of an edge, what is still open is left open: a millimeter."""


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
