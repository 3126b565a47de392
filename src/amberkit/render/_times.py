"""Times as people read them: in the agency's zone, with its offset."""

from __future__ import annotations

import datetime as dt
import functools

from amberkit.times import in_zone
from amberkit.values import language_tag

__all__ = ["show_date", "show_time"]


def show_time(time: dt.datetime, *, zone: str, language: str) -> str:
    """Return date, time and UTC offset for readers of *language*.

    With Babel (extra ``i18n``) the date is in words, as the zone's country writes it,
    in Latin digits; without it, as ISO 8601.
    """
    local = in_zone(time, zone)
    clock = f"{local:%H:%M} (UTC{_offset(local)})"
    return f"{show_date(local.date(), zone=zone, language=language)} {clock}"


def show_date(date: dt.date, *, zone: str, language: str) -> str:
    """Return a date as `show_time` writes it."""
    locale = _locale(zone, language)
    if locale is None:
        return date.isoformat()
    from babel.dates import format_date

    return str(format_date(date, "d MMMM y", locale=locale))


def _offset(local: dt.datetime) -> str:
    sign_and_digits = f"{local:%z}"
    return f"{sign_and_digits[:3]}:{sign_and_digits[3:5]}"


@functools.cache
def _locale(zone: str, language: str) -> str | None:
    """Return the Babel locale for a language in a zone's country, or None."""
    try:
        from babel.core import Locale, get_global
    except ImportError:
        return None
    tag = language_tag(language)
    primary = tag.split("-")[0]
    region = tag.split("-")[-1] if tag != primary else None
    region = region or get_global("zone_territories").get(zone)
    found = Locale.negotiate([f"{primary}_{region}", primary], _babel_locales())
    return None if found is None else str(found)


@functools.cache
def _babel_locales() -> list[str]:
    from babel.localedata import locale_identifiers

    return list(locale_identifiers())
