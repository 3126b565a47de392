"""How the values of a CAP message are spelled.

``read_*`` take the name to report and the text of an element and return a checked
value, or raise `InvalidValue`; ``write_*`` spell a value. Reading what was written
gives an equal value, always.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from decimal import Decimal

from amberkit.errors import InvalidValue
from amberkit.times import parse_time
from amberkit.values import LatLon

__all__ = [
    "read_content",
    "read_items",
    "read_number",
    "read_point",
    "read_ring",
    "read_size",
    "read_time",
    "write_content",
    "write_items",
    "write_number",
    "write_point",
    "write_ring",
    "write_time",
]

_TIME = re.compile(r"[^Z.]+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_SIZE = re.compile(r"\+?\d{1,18}", re.ASCII)
_ITEM = re.compile(r'"([^"]*)"(?!\S)|(\S+)')

# CAP asks for -00:00 and many senders write +00:00. A zone named so keeps what was
# read: sender, identifier and sent are the identity of a message, as written.
_PLUS_ZERO = dt.timezone(dt.timedelta(0), "+00:00")


def read_time(name: str, raw: str) -> dt.datetime:
    """Read a time of CAP: RFC 3339 without fractions and without ``Z``."""
    try:
        time = parse_time(raw if _TIME.fullmatch(raw) else "")
    except InvalidValue:
        raise InvalidValue(
            name, "a time such as 2030-05-01T14:00:00+01:00, UTC as -00:00 and never Z"
        ) from None
    return time.replace(tzinfo=_PLUS_ZERO) if raw.endswith("+00:00") else time


def write_time(value: dt.datetime) -> str:
    text = value.isoformat()
    if text.endswith("+00:00") and value.tzname() != "+00:00":
        return f"{text[:-6]}-00:00"
    return text


def read_number(name: str, raw: str) -> float:
    if not _NUMBER.fullmatch(raw):
        raise InvalidValue(name, "a decimal number without exponent")
    return float(raw)


def write_number(value: float) -> str:
    # repr is the shortest text that reads back the same; Decimal spells it out. Zero
    # is added because -0.0 equals 0.0, and equal messages have equal bytes.
    return f"{Decimal(repr(float(value) + 0.0)):f}".removesuffix(".0")


def read_point(name: str, raw: str) -> LatLon:
    lat, _, lon = raw.partition(",")
    try:
        return LatLon(lat=read_number("lat", lat), lon=read_number("lon", lon))
    except InvalidValue:
        raise InvalidValue(
            name, "lat,lon in degrees, in [-90, 90] and [-180, 180]"
        ) from None


def write_point(value: LatLon) -> str:
    return f"{write_number(value.lat)},{write_number(value.lon)}"


def read_ring(name: str, raw: str) -> tuple[LatLon, ...]:
    return tuple(
        read_point(f"{name} point {number}", point)
        for number, point in enumerate(raw.split(" "), 1)
    )


def write_ring(value: tuple[LatLon, ...]) -> str:
    return " ".join(map(write_point, value))


def read_items(_: str, raw: str) -> tuple[str, ...]:
    """Read texts parted by white space, those that hold some in double quotes.

    A quote elsewhere stays in its text, for the check to refuse.
    """
    return tuple(quoted or plain for quoted, plain in _ITEM.findall(raw))


def write_items(value: tuple[str, ...]) -> str:
    return " ".join(f'"{v}"' if re.search(r"\s", v) else v for v in value)


def read_size(name: str, raw: str) -> int:
    if not _SIZE.fullmatch(raw):
        raise InvalidValue(name, "a count of bytes in digits")
    return int(raw)


def read_content(name: str, raw: str) -> bytes:
    try:
        return base64.b64decode("".join(raw.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValue(name, "base64") from None


def write_content(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
