"""CAP 1.2: one message with one info block for each language."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.cap import (
    CapAlert,
    CapArea,
    CapCircle,
    CapInfo,
    CapReference,
    CapValue,
    Category,
    Certainty,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    write_cap,
)
from amberkit.messages import Message, MessageText, Slot
from amberkit.render._errors import RenderRefused
from amberkit.render._wording import name_in
from amberkit.times import in_zone
from amberkit.values import Audience, LatLon, Mode

__all__ = ["cap_template", "render_cap"]

_STATUS = {
    Mode.LIVE: Status.ACTUAL,
    Mode.EXERCISE: Status.EXERCISE,
    Mode.TEST: Status.TEST,
}


def render_cap(message: Message) -> bytes:
    """Return *message* as a CAP 1.2 document in UTF-8, sent at ``message.sent``.

    Category Rescue, urgency Immediate, severity Severe and certainty Likely are those
    of the child-abduction sample in the standard (OASIS CAP 1.2, appendix A.4). The
    bytes have been parsed again and compared before they are returned. A message for
    the services has the scope Restricted. Each is an Alert of its own: an Update or a
    Cancel names the messages before it, which `cap_template` leaves room for.

    Raises:
        RenderRefused: For an ending, which cancels messages that it must name.
        MissingExtra: If the extra ``cap`` is not installed.
    """
    if message.ending is not None:
        raise RenderRefused(
            "ending",
            "an ending must name the messages that it cancels: use cap_template, "
            "and messages.fill when they are known",
        )
    return write_cap(_alert(message, MsgType.ALERT))


def cap_template(message: Message) -> bytes:
    """Return *message* as CAP 1.2 with slots, to be filled when it is sent.

    `amberkit.messages.fill` makes a valid message of it: of an alert an Alert, or an
    Update where there are references; of an ending a Cancel, which needs at least one
    reference. The rest is as in `render_cap`, and has been parsed again too.

    Raises:
        MissingExtra: If the extra ``cap`` is not installed.
    """
    is_ending = message.ending is not None
    # Stand-ins, so that what is written is whole and is checked: any message will do.
    itself = _alert(message, MsgType.ALERT).reference
    msg_type = MsgType.CANCEL if is_ending else MsgType.UPDATE
    form = write_cap(_alert(message, msg_type, references=(itself,)))
    form = _replace(form, b"sent", b"<sent>%s</sent>" % Slot.SENT.value)
    form = _replace(form, b"references", Slot.REFERENCES.value)
    if is_ending:
        return form
    return _replace(form, b"msgType", b"<msgType>%s</msgType>" % Slot.MSG_TYPE.value)


def _replace(form: bytes, tag: bytes, new: bytes) -> bytes:
    """Return *form* with *new* in place of the one element *tag*."""
    # No text can hold a "<", so that a tag stands where its element does and nowhere
    # else; if there were two, this would not unpack.
    before, rest = form.split(b"<%s>" % tag)
    _, after = rest.split(b"</%s>" % tag)
    return before + new + after


def _alert(
    message: Message,
    msg_type: MsgType,
    *,
    references: tuple[CapReference, ...] = (),
) -> CapAlert:
    is_public = message.audience is Audience.PUBLIC
    return CapAlert(
        identifier=message.identifier,
        sender=message.sender,
        sent=_time(message, message.sent),
        status=_STATUS[message.mode],
        msg_type=msg_type,
        scope=Scope.PUBLIC if is_public else Scope.RESTRICTED,
        restriction=None
        if is_public
        else " / ".join(text.description[0] for text in message.texts),
        note=" / ".join(text.marker for text in message.texts if text.marker) or None,
        references=references,
        incidents=(message.case_id,),
        infos=tuple(_info(message, text) for text in message.texts),
    )


@attrs.frozen
class _Codes:
    """How CAP rates a message, in the words of section 3.2.2 of the standard."""

    response: ResponseType
    urgency: Urgency
    severity: Severity
    certainty: Certainty


_ALERT = _Codes(
    ResponseType.MONITOR, Urgency.IMMEDIATE, Severity.SEVERE, Certainty.LIKELY
)
# Past: "responsive action is no longer required", true of every ending. AllClear: "no
# longer poses a threat or concern", and Minor: "minimal to no known threat", to the
# public, to whom this is told. Observed: "determined to have occurred".
_OVER = _Codes(ResponseType.ALL_CLEAR, Urgency.PAST, Severity.MINOR, Certainty.OBSERVED)
_ENDINGS = {
    "found": _OVER,
    # As for a child that was found: the codes must not tell why an alert is over.
    "over": _OVER,
    # Nothing is clear, and nobody can say that the threat is minor: the child may still
    # be missing. "Attend to information sources": the status page and the line remain.
    "not_found": _Codes(
        ResponseType.MONITOR, Urgency.PAST, Severity.UNKNOWN, Certainty.OBSERVED
    ),
    # "Not expected to occur (p ~ 0)": what was told of has not happened.
    "error": _Codes(
        ResponseType.ALL_CLEAR, Urgency.PAST, Severity.MINOR, Certainty.UNLIKELY
    ),
}


def _info(message: Message, text: MessageText) -> CapInfo:
    codes, told = _ALERT, CapValue(value_name="stage", value=str(message.stage))
    onset: dt.datetime | None = _time(message, message.starts)
    if message.ending is not None:
        codes = _ENDINGS[message.ending]
        told = CapValue(value_name="ending", value=message.ending)
        # The stage that it ends may not even have begun.
        onset = None
    marked = [text.marker] if text.marker else []
    return CapInfo(
        language=text.language,
        categories=(Category.RESCUE,),
        event=text.event,
        response_types=(codes.response,),
        urgency=codes.urgency,
        severity=codes.severity,
        certainty=codes.certainty,
        onset=onset,
        expires=_time(message, message.expires),
        sender_name=name_in(text.language, message.sender_name),
        headline=" - ".join([*marked, text.headline]),
        description="\n".join([*marked, *text.description, *marked]),
        instruction="\n".join(text.instruction),
        web=message.status_url,
        contact=message.contact,
        parameters=(
            CapValue(value_name="revision", value=str(message.revision)),
            told,
        ),
        areas=(_area(message, text),),
    )


def _time(message: Message, time: dt.datetime) -> dt.datetime:
    return in_zone(time, message.time_zone).replace(microsecond=0)


def _area(message: Message, text: MessageText) -> CapArea:
    # A CAP polygon has no holes; the outer rings alone contain the area.
    return CapArea(
        area_desc=text.area,
        polygons=tuple(
            tuple(LatLon(lat=lat / 1e7, lon=lon / 1e7) for lat, lon in rings[0])
            for rings in message.area.polygons
        ),
        circles=tuple(
            CapCircle(
                center=LatLon(lat=circle.center[0] / 1e7, lon=circle.center[1] / 1e7),
                radius_km=circle.radius_m / 1000,
            )
            for circle in message.area.circles
        ),
    )
