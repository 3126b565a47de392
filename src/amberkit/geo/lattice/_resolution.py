"""What a resolution is."""

from __future__ import annotations

import numpy as np

from amberkit.errors import InvalidValue

__all__ = ["checked_resolution"]


def checked_resolution(value: object) -> int:
    """Return *value* if it is an h3 resolution.

    Raises:
        InvalidValue: If it is not an integer in 0 to 15; a ``bool`` is none.
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        resolution = int(value)
        if 0 <= resolution <= 15:
            return resolution
    raise InvalidValue("resolution", "an int in [0, 15]")
