"""What a value of a CAP message must be.

Each check takes the name to report and the value, and raises `InvalidValue`. The
limits are those of Common Alerting Protocol 1.2
(https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html), section 3.2, and
of its schema.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import attrs

from amberkit.errors import InvalidValue
from amberkit.values import LatLon, finite

__all__ = [
    "Check",
    "altitude",
    "checked",
    "collapse",
    "content",
    "identity",
    "instance",
    "instant",
    "items",
    "language",
    "radius",
    "ring",
    "size",
    "text",
    "token",
    "tuple_of",
    "uri",
]

Check = Callable[[str, Any], object]

# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IDENTITY = re.compile(r"[^\s,<&]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # xs:language
_MOST_OFFSET = dt.timedelta(hours=14)  # xs:dateTime

# RFC 3986, with the characters of RFC 3987 beyond ASCII, as xs:anyURI has them.
_CHARACTER = r"(?:[\w.~!$&'()*+,;=:@-]|[^\x00-\x7f]|%[0-9A-Fa-f]{2})"
_URI = re.compile(
    rf"""
    (?: [A-Za-z][A-Za-z0-9+.-]*:             # scheme
    |   (?! [^/?\#]*: ) )                    # or a relative reference
    (?: // (?:(?!@){_CHARACTER})* (?:@(?:(?![:@]){_CHARACTER})*)? )?
    (?: {_CHARACTER} | / )*
    (?: \? (?:{_CHARACTER}|[/?])* )?
    (?: \# (?:{_CHARACTER}|[/?])* )?
    """,
    re.VERBOSE,
)


def checked(check: Check) -> Callable[[object, attrs.Attribute[Any], Any], None]:
    """Return *check* as an attrs validator that reports the name of the field."""

    def validate(_: object, field: attrs.Attribute[Any], value: Any) -> None:
        check(field.name, value)

    return validate
