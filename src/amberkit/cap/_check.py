"""What a value of a CAP message must be.

Each check takes the name to report and the value, and raises `InvalidValue`. The
limits are those of Common Alerting Protocol 1.2, section 3.2
(https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html), and its schema.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from amberkit.errors import InvalidValue
from amberkit.values import LatLon, finite

if TYPE_CHECKING:
    import attrs

__all__ = [
    "Check",
    "Conflicts",
    "check_altitude",
    "check_content",
    "check_identity",
    "check_items",
    "check_language",
    "check_radius",
    "check_ring",
    "check_size",
    "check_text",
    "check_time",
    "check_token",
    "check_uri",
    "checked",
    "collapse",
    "every",
    "instance",
    "refuse",
]

Check = Callable[[str, Any], None]
Conflicts = Iterator[tuple[str, str]]
"""XPath below the element, such as ``info[1]/expires``, and what must be there."""

# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_SPACE = re.compile("[ \t\r\n]+")
_IDENTITY = re.compile(r"[^\s,<&]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # xs:language

# RFC 3986, with other scripts as in RFC 3987: what xs:anyURI takes.
_C = r"(?:[\w.~!$&'()*+,;=-]|(?!\s)[^\x00-\x7f]|%[0-9A-Fa-f]{2})"
_URI = re.compile(
    rf"""
    (?: [A-Za-z][A-Za-z0-9+.-]*: | (?![^/?\#]*:) )            # scheme, or relative
    (?: // (?:(?:{_C}|:)*@)? (?:\[[0-9A-Fa-f:.]+\]|{_C}*) (?::[0-9]{{1,5}})?
        (?:/(?:{_C}|[:@/])*)?
    |   (?!//) (?:{_C}|[:@/])* )
    (?: \? (?:{_C}|[:@/?])* )?
    (?: \# (?:{_C}|[:@/?])* )?
    """,
    re.VERBOSE,
)

_MOST_RADIUS_KM = 20_038  # half the equator of WGS 84; nothing is farther away
_MOST_ALTITUDE_FT = 10_000_000  # wide enough; it keeps out infinity
_MOST_OFFSET = dt.timedelta(hours=14)  # xs:dateTime


def collapse(value: str) -> str:
    """Return *value* without XML white space at its ends, and one space elsewhere."""
    return _XML_SPACE.sub(" ", value).strip(" ")


def _xml(value: object) -> bool:
    return isinstance(value, str) and not _NOT_XML.search(value)


def check_text(name: str, value: object) -> None:
    if not _xml(value) or not str(value).strip():
        raise InvalidValue(name, "text that XML 1.0 can carry, and not blank")


def check_token(name: str, value: object) -> None:
    if not _xml(value) or not value or value != collapse(str(value)):
        raise InvalidValue(
            name, "text that XML 1.0 can carry, no white space but single inner spaces"
        )


def check_identity(name: str, value: object) -> None:
    if not _xml(value) or not _IDENTITY.fullmatch(str(value)):
        raise InvalidValue(name, "text without white space, comma, '<' and '&'")


def check_language(name: str, value: object) -> None:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise InvalidValue(name, "a language tag such as 'ar' or 'fr-MA'")


def check_uri(name: str, value: object) -> None:
    if not _xml(value) or not value or not _URI.fullmatch(str(value)):
        raise InvalidValue(name, "a URI such as 'https://example.org/alert?id=1'")


def check_items(name: str, value: object) -> None:
    """Check a tuple of non-blank texts, such as addresses."""
    if not isinstance(value, tuple) or not all(
        _xml(item) and item.strip() and '"' not in item for item in value
    ):
        raise InvalidValue(name, "a tuple of texts that are not blank, without '\"'")


def check_time(name: str, value: object) -> None:
    offset = value.utcoffset() if isinstance(value, dt.datetime) else None
    if (
        not isinstance(value, dt.datetime)
        or offset is None
        or value.microsecond
        or offset % dt.timedelta(minutes=1)
        or abs(offset) > _MOST_OFFSET
    ):
        raise InvalidValue(
            name,
            "a time in whole seconds with a UTC offset of whole minutes up to 14 h",
        )


def check_radius(name: str, value: object) -> None:
    finite(name, value, 0, _MOST_RADIUS_KM)


def check_altitude(name: str, value: object) -> None:
    finite(name, value, -_MOST_ALTITUDE_FT, _MOST_ALTITUDE_FT)


def check_size(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**18:
        raise InvalidValue(name, "a count of bytes, at most 18 digits")


def check_content(name: str, value: object) -> None:
    if not isinstance(value, bytes) or not value:
        raise InvalidValue(name, "bytes, at least one")


def check_ring(name: str, value: object) -> None:
    if (
        not isinstance(value, tuple)
        or not all(isinstance(point, LatLon) for point in value)
        or len(value) < 4
        or value[0] != value[-1]
    ):
        raise InvalidValue(name, "a ring of 4 points or more, the last as the first")


def instance(kind: type) -> Check:
    """Return a check for an instance of *kind*."""

    def check(name: str, value: object) -> None:
        if not isinstance(value, kind):
            raise InvalidValue(name, f"a {kind.__name__}")

    return check


def every(check: Check, *, least: int = 0) -> Check:
    """Return a check for a tuple of at least *least* values that pass *check*."""

    def check_all(name: str, value: object) -> None:
        if not isinstance(value, tuple) or len(value) < least:
            raise InvalidValue(name, f"a tuple of {least} or more")
        for index, item in enumerate(value):
            check(f"{name}[{index}]", item)

    return check_all


def checked(check: Check) -> Callable[[object, attrs.Attribute[Any], Any], None]:
    """Return *check* as an attrs validator that reports the name of the field."""

    def validate(_: object, field: attrs.Attribute[Any], value: Any) -> None:
        check(field.name, value)

    return validate


def refuse(conflicts: Conflicts) -> None:
    """Raise `InvalidValue` for the first of *conflicts*, if there is one."""
    for name, expected in conflicts:
        raise InvalidValue(name, expected)
