"""Times as the store keeps them: whole microseconds since 1970 in UTC."""

from __future__ import annotations

import datetime as dt

from amberkit.values import aware_utc

__all__ = ["from_us", "to_us"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def to_us(time: dt.datetime) -> int:
    """Return *time* as microseconds since 1970-01-01 in UTC, exactly.

    Raises:
        InvalidValue: If it is naive, or not in the years 1900 to 2999.
    """
    return (aware_utc(time) - _EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> dt.datetime:
    """Return the time, in UTC, that `to_us` made into *microseconds*."""
    return _EPOCH + microseconds * _MICROSECOND
