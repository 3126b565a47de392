"""The one door to h3: typed, vector in and vector out.

h3 measures on a sphere and takes latitude and longitude at face value; what leaves
this module is in degrees on WGS 84, read the same way. Callers pass valid cells and
coordinates in range: h3 itself answers nonsense with nonsense.
"""

from __future__ import annotations

from itertools import chain

import h3.api.basic_int as h3
import numpy as np
import numpy.typing as npt

__all__ = ["boundaries", "cell_at", "cells_at", "centers"]

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]


def cell_at(lat: float, lon: float, resolution: int) -> int:
    """Return the id of the cell that holds a point."""
    return int(h3.latlng_to_cell(lat, lon, resolution))


def cells_at(lat: Floats, lon: Floats, resolution: int) -> Ids:
    """Return the id of the cell that holds each point; shape ``(n,)``."""
    find = h3.latlng_to_cell
    pairs = zip(lat.tolist(), lon.tolist(), strict=True)
    return np.fromiter((find(y, x, resolution) for y, x in pairs), np.uint64, len(lat))


def centers(ids: Ids) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes of the centers, in degrees, each ``(n,)``."""
    flat = chain.from_iterable(map(h3.cell_to_latlng, ids.tolist()))
    pairs = np.fromiter(flat, np.float64, 2 * len(ids)).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def boundaries(ids: Ids) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Return the corners of all cells, end to end, open and counter-clockwise.

    Returns:
        Latitudes and longitudes in degrees, each ``(m,)``, and the number of corners
        of each cell, ``(n,)``: 5 to 10, for a cell that crosses an edge of h3's
        icosahedron has a corner there too.
    """
    rings = list(map(h3.cell_to_boundary, ids.tolist()))
    sizes = np.fromiter(map(len, rings), np.int64, len(rings))
    flat = chain.from_iterable(chain.from_iterable(rings))
    pairs = np.fromiter(flat, np.float64, 2 * int(sizes.sum())).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy(), sizes
