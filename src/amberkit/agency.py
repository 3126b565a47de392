"""Who speaks: the agency that issues alerts, its line, its zone, its bounds."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from amberkit.errors import InvalidDocument, InvalidValue, Problem
from amberkit.schemas import check, read_source, refuse_unless_json
from amberkit.values import LatLon, Localized, clean_text

__all__ = ["Agency", "Bounds", "load_agency"]

_SENDER = re.compile(r"[^\s,<&]{1,200}")
_CONTACT = re.compile(r"\+?[0-9][0-9 ()/-]{0,30}")
_STATUS_URL = re.compile(r"https://[!-~]{1,1992}")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


@attrs.frozen(kw_only=True)
class Bounds:
    """A box of longitudes and latitudes that holds the agency's area.

    With *west* greater than *east* it crosses the antimeridian.
    """

    south: float
    west: float
    north: float
    east: float

    def __attrs_post_init__(self) -> None:
        LatLon(lat=self.south, lon=self.west)
        LatLon(lat=self.north, lon=self.east)
        if self.south > self.north:
            raise InvalidValue("bounds", "given with south not above north")

    def holds(self, *, lat: float, lon: float) -> bool:
        """Return whether the point lies in the box or on its edge."""
        east_of_west, west_of_east = lon >= self.west, lon <= self.east
        if self.west <= self.east:
            across = east_of_west and west_of_east
        else:
            across = east_of_west or west_of_east
        return self.south <= lat <= self.north and across


def _sender(value: str) -> str:
    if not _SENDER.fullmatch(clean_text(value)):
        raise InvalidValue("sender", "1 to 200 characters, no space, ',', '<', '&'")
    return value


def _contact(value: str) -> str:
    if not _CONTACT.fullmatch(value):
        raise InvalidValue("contact", "a telephone number such as +212 600 000 000")
    return value


def _status_url(value: str) -> str:
    if not _STATUS_URL.fullmatch(value):
        raise InvalidValue("status_url", "an https address")
    return value


def _zone(value: str) -> str:
    if not _ZONE.fullmatch(value):
        raise InvalidValue("time_zone", "an IANA name such as Africa/Casablanca")
    return value


@attrs.frozen(kw_only=True)
class Agency:
    """The agency in whose name alerts go out.

    Raises:
        InvalidValue: If a field has not the form that is described.
    """

    sender: str = attrs.field(converter=_sender)
    """CAP sender: a name that is unique worldwide, such as an address or a domain."""

    name: Localized
    """Name of the agency, as the public knows it."""

    contact: str = attrs.field(converter=_contact)
    """The official line that takes what people have seen. Never a private number."""

    status_url: str = attrs.field(converter=_status_url)
    """Where the public can check that an alert is real and still open."""

    time_zone: str = attrs.field(converter=_zone)
    """IANA name of the zone in which times are shown."""

    pack: str | None = None
    """Identifier of the pack that the agency works under."""

    bounds: Bounds | None = None
    """Where its cases can lie; catches coordinates that were swapped."""


def load_agency(
    source: str | os.PathLike[str] | bytes | Mapping[str, object],
) -> Agency:
    """Read an agency document: a path, JSON bytes, or the document already parsed.

    Raises:
        UnreadableDocument: If the file cannot be read or is no strict JSON.
        InvalidDocument: If it describes no agency; all problems are listed.
    """
    if isinstance(source, Mapping):
        raw = refuse_unless_json(source, "agency")
    else:
        raw = read_source(source, "agency")
    if problems := check("agency", raw):
        raise InvalidDocument("agency", problems)
    assert isinstance(raw, dict)  # noqa: S101 - the schema has just said so
    if found := sorted(_problems(raw), key=lambda p: p.path):
        raise InvalidDocument("agency", found)
    fields = {key: value for key, value in raw.items() if key != "$schema"}
    fields["name"] = Localized(fields["name"])
    if "bounds" in fields:
        fields["bounds"] = Bounds(**fields["bounds"])
    return Agency(**fields)


def _problems(raw: dict[str, Any]) -> Iterator[Problem]:
    """Yield what the schema cannot see: texts that are not clean, a box upside down."""
    makers: dict[str, Callable[[Any], object]] = {
        "bounds": lambda box: Bounds(**box),
        "name": Localized,
        "sender": clean_text,
    }
    for key in makers.keys() & raw.keys():
        try:
            makers[key](raw[key])
        except InvalidValue as error:
            right = f"must be {error.expected}"
            yield Problem(path=f"$.{key}", code="wrong-form", message=right)
