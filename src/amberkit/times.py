"""Times as documents write them and as clocks on a wall show them.

Everything in between is aware and in UTC (`amberkit.values.aware_utc`), where a
duration is a duration: 24 hours are 24 hours, whatever the clocks of a country do in
the meantime.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

from amberkit.errors import InvalidValue

__all__ = ["in_zone", "instants_of", "parse_time"]

_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(\.\d+)?"
    r"(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_LEAP = "60"
_LAST_MINUTE = dt.time(23, 59)


def parse_time(text: str) -> dt.datetime:
    """Read a time as RFC 3339 writes it, and keep its offset.

    A leap second, ``23:59:60`` in UTC, is the beginning of the next minute, and so is
    every fraction of it. Python has no room for it, and POSIX has none either: there
    both are the same number. The last microsecond before would do as well, but CAP
    writes whole seconds only. Of two times in order neither becomes the later one.

    No table of leap seconds stands behind this, for it would be out of date one day;
    ``:60`` in any other minute of UTC is no time.

    >>> parse_time("2016-12-31T23:59:60Z").isoformat()
    '2017-01-01T00:00:00+00:00'

    Raises:
        InvalidValue: If it is anything else, or not in the years 1 to 9999.
    """
    match = _RFC_3339.fullmatch(text) if isinstance(text, str) else None
    try:
        if match is None:
            raise ValueError
        minute, second, _, offset = match.groups()
        if second != _LEAP:
            return dt.datetime.fromisoformat(text)
        begins = dt.datetime.fromisoformat(f"{minute}:00{offset}")
        if begins.astimezone(dt.UTC).time() != _LAST_MINUTE:
            raise ValueError
        return begins + dt.timedelta(minutes=1)
    except (ValueError, OverflowError):
        raise InvalidValue(
            "time", "a time with its UTC offset such as 2026-11-22T18:05:00+01:00"
        ) from None


def in_zone(time: dt.datetime, zone: str) -> dt.datetime:
    """Return *time* in the IANA zone *zone*.

    Raises:
        InvalidValue: If this system knows no such zone.
    """
    return time.astimezone(_zone(zone))


def instants_of(
    date: dt.date, clock: dt.time, zone: str
) -> tuple[dt.datetime, dt.datetime]:
    """Return when clocks in *zone* show *clock* on *date*: the first and the last time.

    The two are the same but on days when clocks change. Where the hour comes twice,
    they are its two readings. Where it is skipped, they are what clocks would show that
    had been put forward already, and that had not been put forward yet.

    >>> first, last = instants_of(dt.date(2025, 10, 26), dt.time(2, 30), "Europe/Paris")
    >>> f"{first:%H:%M} and {last:%H:%M} UTC"
    '00:30 and 01:30 UTC'

    Args:
        date: The day of the calendar there.
        clock: The time of day, without a zone.
        zone: IANA name.

    Returns:
        Both in UTC, the earlier one first.

    Raises:
        InvalidValue: If this system knows no such zone.
    """
    local = dt.datetime.combine(date, clock, _zone(zone))
    first, last = sorted(local.replace(fold=k).astimezone(dt.UTC) for k in (0, 1))
    return first, last


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(
            "time_zone", "an IANA zone that this system knows (extra 'i18n' brings all)"
        ) from None
