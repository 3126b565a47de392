"""A CAP 1.2 message as values.

Field names are those of the standard in Python's spelling, plural where an element
may be repeated. Every class checks itself and raises `InvalidValue`; texts are kept
exactly as given. Times keep their UTC offset.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
from attrs.validators import optional

from amberkit.cap._check import (
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
    checked,
    every,
    instance,
    refuse,
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
from amberkit.cap._lexical import write_time
from amberkit.values import LatLon

__all__ = [
    "CapAlert",
    "CapArea",
    "CapCircle",
    "CapInfo",
    "CapReference",
    "CapResource",
    "CapValue",
    "alert_conflicts",
    "area_conflicts",
    "no_conflicts",
]

_TEXT = checked(check_text)
_TOKEN = checked(check_token)
_TIME = checked(check_time)
_IDENTITY = checked(check_identity)


def _spelled(value: dt.datetime | None) -> str | None:
    # Two spellings of one moment are two identities to whoever refers to a message.
    return None if value is None else write_time(value)


def _fixed(value: dt.datetime) -> dt.datetime:
    # Two times of one zone are compared by their wall clocks, which is wrong where
    # one hour comes twice; a fixed offset has no such hour, and cannot overflow.
    return value.replace(tzinfo=dt.timezone(value.utcoffset() or dt.timedelta(0)))


@attrs.frozen(kw_only=True)
class CapReference:
    """The identity of a message, by which later ones refer to it."""

    sender: str = attrs.field(validator=_IDENTITY)
    """Its sender."""

    identifier: str = attrs.field(validator=_IDENTITY)
    """Its identifier."""

    sent: dt.datetime = attrs.field(validator=_TIME, eq=_spelled)
    """Its `sent`, with the same UTC offset; equal only if spelled the same."""


@attrs.frozen(kw_only=True)
class CapValue:
    """A code or parameter of a system that CAP does not know."""

    value_name: str = attrs.field(validator=_TOKEN)
    """What the value is, such as ``SAME``."""

    value: str = attrs.field(validator=_TEXT)
    """The value itself, such as ``CAE``."""


@attrs.frozen(kw_only=True)
class CapCircle:
    """A disk on the WGS 84 ellipsoid."""

    center: LatLon = attrs.field(validator=checked(instance(LatLon)))
    """Its middle."""

    radius_km: float = attrs.field(validator=checked(check_radius))
    """Its radius in kilometers, in ``[0, 20038]``."""


@attrs.frozen(kw_only=True)
class CapResource:
    """A file that belongs to a message, such as a photograph."""

    resource_desc: str = attrs.field(validator=_TEXT)
    """What it is and shows."""

    mime_type: str = attrs.field(validator=_TOKEN)
    """Media type such as ``image/jpeg``."""

    size_bytes: int | None = attrs.field(
        default=None, validator=optional(checked(check_size))
    )
    """Its size; the standard allows an estimate."""

    uri: str | None = attrs.field(default=None, validator=optional(checked(check_uri)))
    """Where it is."""

    deref_uri: bytes | None = attrs.field(
        default=None, validator=optional(checked(check_content))
    )
    """The file itself; in base64 in the message."""

    digest: str | None = attrs.field(default=None, validator=optional(_TOKEN))
    """Its SHA-1 in hexadecimal digits."""


@attrs.frozen(kw_only=True)
class CapArea:
    """The area to alert: the union of its polygons, circles and geocodes.

    Raises:
        InvalidValue: For a ceiling without an altitude, or below it.
    """

    area_desc: str = attrs.field(validator=_TEXT)
    """The area in words."""

    polygons: tuple[tuple[LatLon, ...], ...] = attrs.field(
        default=(), validator=checked(every(check_ring))
    )
    """Rings of 4 points or more, the last equal to the first."""

    circles: tuple[CapCircle, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapCircle)))
    )
    """Disks."""

    geocodes: tuple[CapValue, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapValue)))
    )
    """Codes of areas, such as administrative ones."""

    altitude_ft: float | None = attrs.field(
        default=None, validator=optional(checked(check_altitude))
    )
    """Feet above mean sea level; the lower limit where there is a ceiling."""

    ceiling_ft: float | None = attrs.field(
        default=None, validator=optional(checked(check_altitude))
    )
    """Upper limit in feet above mean sea level."""

    def __attrs_post_init__(self) -> None:
        refuse(area_conflicts(self))


@attrs.frozen(kw_only=True)
class CapInfo:
    """What a message says, in one language."""

    categories: tuple[Category, ...] = attrs.field(
        validator=checked(every(instance(Category), least=1))
    )
    """Kinds of event, at least one."""

    event: str = attrs.field(validator=_TEXT)
    """The event in words."""

    urgency: Urgency = attrs.field(validator=checked(instance(Urgency)))
    """How soon to respond."""

    severity: Severity = attrs.field(validator=checked(instance(Severity)))
    """How great the threat is."""

    certainty: Certainty = attrs.field(validator=checked(instance(Certainty)))
    """How sure the sender is."""

    language: str = attrs.field(default="en-US", validator=checked(check_language))
    """Language tag of the texts; the default is that of the standard."""

    response_types: tuple[ResponseType, ...] = attrs.field(
        default=(), validator=checked(every(instance(ResponseType)))
    )
    """What to do."""

    audience: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """For whom it is meant."""

    event_codes: tuple[CapValue, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapValue)))
    )
    """Codes of the event."""

    effective: dt.datetime | None = attrs.field(
        default=None, validator=optional(_TIME), eq=_spelled
    )
    """From when the information holds; absent: from `CapAlert.sent`."""

    onset: dt.datetime | None = attrs.field(
        default=None, validator=optional(_TIME), eq=_spelled
    )
    """When the event is expected to begin."""

    expires: dt.datetime | None = attrs.field(
        default=None, validator=optional(_TIME), eq=_spelled
    )
    """Until when the information holds; later than `CapAlert.sent`."""

    sender_name: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """Name of the agency, for people."""

    headline: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """The message in one line."""

    description: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """The event in full."""

    instruction: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """What to do, in full."""

    web: str | None = attrs.field(default=None, validator=optional(checked(check_uri)))
    """A page that tells more."""

    contact: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """Whom to call."""

    parameters: tuple[CapValue, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapValue)))
    )
    """What particular systems need."""

    resources: tuple[CapResource, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapResource)))
    )
    """Files."""

    areas: tuple[CapArea, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapArea)))
    )
    """Where."""


@attrs.frozen(kw_only=True)
class CapAlert:
    """A CAP 1.2 message.

    Raises:
        InvalidValue: Also for a restriction with another scope than Restricted or
            none with that, the scope Private without addresses, an Update or Cancel
            without references, or an ``info`` that expires before it is sent.
    """

    identifier: str = attrs.field(validator=_IDENTITY)
    """Unique among the messages of the sender; no white space, comma, ``<``, ``&``."""

    sender: str = attrs.field(validator=_IDENTITY)
    """Globally unique name of the sender, of the same characters."""

    sent: dt.datetime = attrs.field(validator=_TIME, eq=_spelled)
    """When it was made, in whole seconds. Part of the identity, therefore equal only
    if the UTC offset is the same too; a fraction of a second is refused, not cut."""

    status: Status = attrs.field(validator=checked(instance(Status)))
    """How to handle it."""

    msg_type: MsgType = attrs.field(validator=checked(instance(MsgType)))
    """What it does to earlier ones."""

    scope: Scope = attrs.field(validator=checked(instance(Scope)))
    """For whom it is."""

    source: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """The operator or device from which it comes."""

    restriction: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """The rule for the scope Restricted."""

    addresses: tuple[str, ...] = attrs.field(default=(), validator=checked(check_items))
    """Recipients."""

    codes: tuple[str, ...] = attrs.field(
        default=(), validator=checked(every(check_token))
    )
    """Special codes, such as that of a profile."""

    note: str | None = attrs.field(default=None, validator=optional(_TEXT))
    """Purpose of the message; names the exercise, or explains the error."""

    references: tuple[CapReference, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapReference)))
    )
    """Earlier messages."""

    incidents: tuple[str, ...] = attrs.field(default=(), validator=checked(check_items))
    """Names of the incidents that it is about."""

    infos: tuple[CapInfo, ...] = attrs.field(
        default=(), validator=checked(every(instance(CapInfo)))
    )
    """What it says, commonly once for each language."""

    def __attrs_post_init__(self) -> None:
        refuse(alert_conflicts(self))

    @property
    def reference(self) -> CapReference:
        """Return the identity of this message, for the references of later ones."""
        return CapReference(
            sender=self.sender, identifier=self.identifier, sent=self.sent
        )


# What the elements of one object ask of each other. The reader runs these before
# there is an object, so that it can list all of them: hence any object with the fields.


def no_conflicts(_: Any) -> Conflicts:
    """Yield nothing."""
    return iter(())


def area_conflicts(area: Any) -> Conflicts:
    """Yield what contradicts itself in the fields of a `CapArea`."""
    if area.ceiling_ft is not None and (
        area.altitude_ft is None or area.ceiling_ft < area.altitude_ft
    ):
        yield "ceiling", "given only with an altitude, and not below it"


def alert_conflicts(alert: Any) -> Conflicts:
    """Yield what contradicts itself in the fields of a `CapAlert`."""
    if (alert.scope is Scope.RESTRICTED) is (alert.restriction is None):
        yield "restriction", "given if, and only if, the scope is Restricted"
    if alert.scope is Scope.PRIVATE and not alert.addresses:
        yield "addresses", "given for the scope Private"
    if alert.msg_type in (MsgType.UPDATE, MsgType.CANCEL) and not alert.references:
        yield "references", "given for an Update or Cancel"
    for number, info in enumerate(alert.infos, 1):
        if info.expires is not None and _fixed(info.expires) <= _fixed(alert.sent):
            yield f"info[{number}]/expires", "later than sent"
