"""Between h3 ids and latitudes and longitudes, whole arrays at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.geo.cells._cells import checked_cells, checked_resolution
from amberkit.geo.earth._coordinates import coordinates
from amberkit.geo.earth._spherical import degrees
from amberkit.geo.lattice import _lattice

__all__ = ["cell_boundaries", "cells_to_latlng", "latlng_to_cells"]

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.uint64]


def cells_to_latlng(ids: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the centers of cells, within a micrometer of where h3 has them.

    Next to the poles h3 itself rounds to some millimeters, and the difference is that.

    Args:
        ids: Valid cell ids, of any resolution.

    Returns:
        Latitudes and longitudes in degrees, each ``(n,)``, in the order of *ids*.

    Raises:
        InvalidCell: If an id is no cell.
        InvalidValue: If *ids* are no integers.

    Example:
        >>> lat, lon = cells_to_latlng([0x8839AAB903FFFFF])
        >>> round(float(lat[0]), 3), round(float(lon[0]), 3)
        (33.573, -7.592)
    """
    return degrees(_lattice.centers(checked_cells(ids)))


def latlng_to_cells(*, lat: npt.ArrayLike, lon: npt.ArrayLike, resolution: int) -> Ids:
    """Return the cell in which h3 places each point.

    Args:
        lat: Latitudes in degrees, in ``[-90, 90]``.
        lon: Longitudes in degrees, in ``[-180, 180]``.
        resolution: h3 resolution, 0 to 15.

    Returns:
        Ids of the shape to which both broadcast, each what ``h3.latlng_to_cell`` gives.

    Raises:
        InvalidValue: If a coordinate is not finite or out of range, or *resolution* is
            not an int in 0 to 15.

    Example:
        >>> hex(latlng_to_cells(lat=33.5731, lon=-7.5898, resolution=8).item())
        '0x8839aab903fffff'
    """
    y, x = coordinates(lat, lon)
    res = checked_resolution(resolution)
    return _lattice.cells_at(y.ravel(), x.ravel(), res).reshape(y.shape)


def cell_boundaries(ids: npt.ArrayLike) -> tuple[Floats, ...]:
    """Return the corners of cells, within a micrometer of where h3 has them.

    Next to the poles h3 itself rounds to some millimeters, and the difference is that.

    Args:
        ids: Valid cell ids, of any resolution.

    Returns:
        For each cell an array ``(k, 2)`` of ``(lat, lon)`` in degrees, open,
        counter-clockwise, 5 to 10 corners; it may begin at another one than h3's.

    Raises:
        InvalidCell: If an id is no cell.
        InvalidValue: If *ids* are no integers.
    """
    vector, sizes = _lattice.boundaries(checked_cells(ids))
    corners = np.column_stack(degrees(vector))
    return tuple(np.split(corners, np.cumsum(sizes)))[:-1]
