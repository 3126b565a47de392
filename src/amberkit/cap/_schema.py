"""The elements of CAP 1.2 in the order of its schema, tied to the fields of the model.

Reader and writer both follow this table; it is the one place that knows how an
element is called, where it stands and how often.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import attrs

from amberkit.cap._check import (
    Check,
    Conflicts,
    check_altitude,
    check_content,
    check_identity,
    check_items,
    check_language,
    check_radius,
    check_ring,
    check_size,
    check_text,
    check_time,
    check_token,
    check_uri,
)
from amberkit.cap._codes import (
    Category,
    Certainty,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from amberkit.cap._lexical import (
    read_content,
    read_items,
    read_number,
    read_point,
    read_ring,
    read_size,
    read_time,
    write_content,
    write_items,
    write_number,
    write_point,
    write_ring,
    write_time,
)
from amberkit.cap._model import (
    CapAlert,
    CapArea,
    CapCircle,
    CapInfo,
    CapReference,
    CapResource,
    CapValue,
    alert_conflicts,
    area_conflicts,
    no_conflicts,
)
from amberkit.errors import InvalidValue

__all__ = ["ALERT", "NAMESPACE", "Leaf", "Record", "Slot"]

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


def _as_is(_: str, raw: str) -> str:
    return raw


def _right(_: str, __: object) -> None:
    """Accept what the reader cannot have got wrong."""


@attrs.frozen(kw_only=True)
class Leaf:
    """An element that holds text."""

    read: Callable[[str, str], Any] = _as_is
    """Name to report and text, to value."""

    check: Check = _right
    """What the value must be."""

    write: Callable[[Any], str] = str
    """Value to text."""

    exact: bool = False
    """Whether white space is part of the value; elsewhere it is collapsed."""

    nullable: bool = False
    """Whether an optional element may be blank, which means that it is absent."""


@attrs.frozen
class Record:
    """An element that holds elements."""

    model: type[attrs.AttrsInstance]
    """The class of its value."""

    slots: tuple[Slot, ...]
    """Its elements in their order."""

    conflicts: Callable[[Any], Conflicts] = no_conflicts
    """What the fields must not be together."""


@attrs.frozen
class Slot:
    """A place for an element."""

    tag: str
    """Its local name."""

    field: str
    """The field of the model that it fills."""

    form: Leaf | Record
    """What it holds."""

    required: bool = attrs.field(default=False, kw_only=True)
    """Whether there must be one."""

    many: bool = attrs.field(default=False, kw_only=True)
    """Whether there may be several, as a tuple; else an absent one is None or ()."""


def _code(kind: type[enum.Enum]) -> Leaf:
    words = ", ".join(str(member.value) for member in kind)

    def read(name: str, raw: str) -> enum.Enum:
        try:
            return kind(raw)
        except ValueError:
            raise InvalidValue(name, f"one of {words}") from None

    return Leaf(read=read, write=lambda member: str(member.value))


def _read_circle(name: str, raw: str) -> CapCircle:
    point, _, radius = raw.partition(" ")
    radius_km = read_number(f"{name} radius in km", radius)
    check_radius(f"{name} radius in km", radius_km)
    return CapCircle(center=read_point(name, point), radius_km=radius_km)


def _write_circle(circle: CapCircle) -> str:
    return f"{write_point(circle.center)} {write_number(circle.radius_km)}"


def _read_reference(name: str, raw: str) -> CapReference:
    match raw.split(","):
        case [sender, identifier, sent]:
            return CapReference(
                sender=sender, identifier=identifier, sent=read_time(name, sent)
            )
    raise InvalidValue(name, "sender,identifier,sent, parted by spaces")


def _read_references(name: str, raw: str) -> tuple[CapReference, ...]:
    return tuple(_read_reference(name, part) for part in raw.split(" "))


def _write_references(references: tuple[CapReference, ...]) -> str:
    return " ".join(
        f"{r.sender},{r.identifier},{write_time(r.sent)}" for r in references
    )


_TEXT = Leaf(check=check_text, exact=True, nullable=True)
_TOKEN = Leaf(check=check_token, nullable=True)
_IDENTITY = Leaf(check=check_identity)
_URI = Leaf(check=check_uri, nullable=True)
_TIME = Leaf(read=read_time, check=check_time, write=write_time)
_ITEMS = Leaf(
    read=read_items, check=check_items, write=write_items, exact=True, nullable=True
)
_FEET = Leaf(read=read_number, check=check_altitude, write=write_number)

_VALUE = Record(
    CapValue,
    (
        Slot("valueName", "value_name", _TOKEN, required=True),
        Slot("value", "value", _TEXT, required=True),
    ),
)

_RESOURCE = Record(
    CapResource,
    (
        Slot("resourceDesc", "resource_desc", _TEXT, required=True),
        Slot("mimeType", "mime_type", _TOKEN, required=True),
        Slot("size", "size_bytes", Leaf(read=read_size, check=check_size)),
        Slot("uri", "uri", _URI),
        Slot(
            "derefUri",
            "deref_uri",
            Leaf(
                read=read_content,
                check=check_content,
                write=write_content,
                nullable=True,
            ),
        ),
        Slot("digest", "digest", _TOKEN),
    ),
)

_AREA = Record(
    CapArea,
    (
        Slot("areaDesc", "area_desc", _TEXT, required=True),
        Slot(
            "polygon",
            "polygons",
            Leaf(read=read_ring, check=check_ring, write=write_ring),
            many=True,
        ),
        Slot(
            "circle", "circles", Leaf(read=_read_circle, write=_write_circle), many=True
        ),
        Slot("geocode", "geocodes", _VALUE, many=True),
        Slot("altitude", "altitude_ft", _FEET),
        Slot("ceiling", "ceiling_ft", _FEET),
    ),
    area_conflicts,
)

_INFO = Record(
    CapInfo,
    (
        Slot("language", "language", Leaf(check=check_language, nullable=True)),
        Slot("category", "categories", _code(Category), required=True, many=True),
        Slot("event", "event", _TEXT, required=True),
        Slot("responseType", "response_types", _code(ResponseType), many=True),
        Slot("urgency", "urgency", _code(Urgency), required=True),
        Slot("severity", "severity", _code(Severity), required=True),
        Slot("certainty", "certainty", _code(Certainty), required=True),
        Slot("audience", "audience", _TEXT),
        Slot("eventCode", "event_codes", _VALUE, many=True),
        Slot("effective", "effective", _TIME),
        Slot("onset", "onset", _TIME),
        Slot("expires", "expires", _TIME),
        Slot("senderName", "sender_name", _TEXT),
        Slot("headline", "headline", _TEXT),
        Slot("description", "description", _TEXT),
        Slot("instruction", "instruction", _TEXT),
        Slot("web", "web", _URI),
        Slot("contact", "contact", _TEXT),
        Slot("parameter", "parameters", _VALUE, many=True),
        Slot("resource", "resources", _RESOURCE, many=True),
        Slot("area", "areas", _AREA, many=True),
    ),
)

ALERT = Record(
    CapAlert,
    (
        Slot("identifier", "identifier", _IDENTITY, required=True),
        Slot("sender", "sender", _IDENTITY, required=True),
        Slot("sent", "sent", _TIME, required=True),
        Slot("status", "status", _code(Status), required=True),
        Slot("msgType", "msg_type", _code(MsgType), required=True),
        Slot("source", "source", _TEXT),
        Slot("scope", "scope", _code(Scope), required=True),
        Slot("restriction", "restriction", _TEXT),
        Slot("addresses", "addresses", _ITEMS),
        Slot("code", "codes", _TOKEN, many=True),
        Slot("note", "note", _TEXT),
        Slot(
            "references",
            "references",
            Leaf(read=_read_references, write=_write_references, nullable=True),
        ),
        Slot("incidents", "incidents", _ITEMS),
        Slot("info", "infos", _INFO, many=True),
    ),
    alert_conflicts,
)
