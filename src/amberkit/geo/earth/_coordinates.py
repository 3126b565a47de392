"""Latitudes and longitudes that callers pass, as checked arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue

__all__ = ["coordinates"]

Floats = npt.NDArray[np.float64]


def coordinates(lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return checked coordinates as two float arrays of one shape.

    Raises:
        InvalidValue: If they are no numbers, do not broadcast, or are out of range.
    """
    y, x = _checked("lat", lat, 90), _checked("lon", lon, 180)
    try:
        y, x = np.broadcast_arrays(y, x)
    except ValueError:
        raise InvalidValue("lat and lon", "of shapes that broadcast") from None
    return y, x


def _checked(name: str, values: npt.ArrayLike, limit: int) -> Floats:
    expected = f"finite numbers in [-{limit}, {limit}]"
    try:
        array = np.asarray(values)
    except ValueError:  # ragged
        raise InvalidValue(name, expected) from None
    if array.size and array.dtype.kind not in "iuf":
        raise InvalidValue(name, expected)
    result = array.astype(np.float64)
    bad = ~(np.abs(result) <= limit)  # NaN fails every comparison
    if bad.any():
        place = f" at index {int(bad.argmax())}" if result.ndim else ""
        raise InvalidValue(name + place, expected)
    return result
