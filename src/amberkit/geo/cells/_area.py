"""Area of cells on the ellipsoid."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo.earth._geodesy import authalic_sphere
from amberkit.geo.earth._spherical import degrees, successors, vectors
from amberkit.geo.lattice import _lattice
from amberkit.geo.lattice._ids import children, resolutions

__all__ = ["cells_area_m2"]

# A coarse cell that stands for its descendants has nearly, not exactly, their area: the
# projection stretches a hexagon and the island of its descendants differently, most
# where a cell crosses an edge of the icosahedron. For each resolution, the generations
# after which the difference stays below a hundred-thousandth.
_GENERATIONS = (3, 3, 2, *(1,) * 13)


def cells_area_m2(compact: npt.NDArray[np.uint64], resolution: int) -> float:
    """Return the area in m2 of the descendants at *resolution* of the cells given."""
    total = 0.0
    found = resolutions(compact)
    for r in np.unique(found).tolist():
        ids = compact[found == r]
        goal = min(resolution, r + _GENERATIONS[r])
        for finer in range(r + 1, goal + 1):
            ids, _ = children(ids, finer)
        total += _area_m2(ids)
    return total


def _area_m2(ids: npt.NDArray[np.uint64]) -> float:
    """Return the area of the cells themselves, by fans of triangles.

    The edges are taken as great circles of the authalic sphere. For an edge of length
    s the area between the two readings is below 1e-10 s^3 per meter.
    """
    vector, sizes = _lattice.boundaries(ids)
    lat, lon = degrees(vector)
    beta, radius = authalic_sphere(lat)
    corner = vectors(np.degrees(beta), lon)
    starts = np.cumsum(sizes) - sizes
    hub = np.add.reduceat(corner, starts)
    hub /= np.linalg.norm(hub, axis=1, keepdims=True)
    hub = np.repeat(hub, sizes, axis=0)
    a, b = corner, corner[successors(sizes)]
    # Differences first: the corners of a small cell agree in most of their digits.
    triple = np.einsum("ni,ni->n", hub, np.cross(a - hub, b - hub))
    dots = (hub * a).sum(1) + (a * b).sum(1) + (b * hub).sum(1)
    return float((2 * np.arctan2(triple, 1 + dots)).sum() * radius**2)
