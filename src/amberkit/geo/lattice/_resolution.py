"""What a resolution is."""

from __future__ import annotations

from amberkit.errors import InvalidValue

__all__ = ["checked_resolution"]


def checked_resolution(value: object) -> int:
    """Return *value* if it is an h3 resolution.

    Raises:
        InvalidValue: If it is not an ``int`` in 0 to 15; a ``bool`` is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 15:
        raise InvalidValue("resolution", "an int in [0, 15]")
    return value
