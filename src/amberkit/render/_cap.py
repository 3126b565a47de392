"""CAP 1.2: one alert with one info block for each language."""

from __future__ import annotations

import datetime as dt

from amberkit.cap import (
    CapAlert,
    CapArea,
    CapCircle,
    CapInfo,
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
from amberkit.messages import Message, MessageText
from amberkit.render._times import in_zone
from amberkit.values import Audience, LatLon, Mode

__all__ = ["render_cap"]

_STATUS = {
    Mode.LIVE: Status.ACTUAL,
    Mode.EXERCISE: Status.EXERCISE,
    Mode.TEST: Status.TEST,
}


def render_cap(message: Message) -> bytes:
    """Return *message* as a CAP 1.2 document in UTF-8.

    Category Rescue, urgency Immediate, severity Severe and certainty Likely are those
    of the child-abduction sample in the standard (OASIS CAP 1.2, appendix A.4). The
    bytes have been parsed again and compared before they are returned. A message for
    the services has the scope Restricted. Each is an Alert of its own: updates and
    endings, which refer to it, belong to its delivery, and are not made here.

    Raises:
        MissingExtra: If the extra ``cap`` is not installed.
    """
    is_public = message.audience is Audience.PUBLIC
    alert = CapAlert(
        identifier=message.identifier,
        sender=message.sender,
        sent=_time(message, message.sent),
        status=_STATUS[message.mode],
        msg_type=MsgType.ALERT,
        scope=Scope.PUBLIC if is_public else Scope.RESTRICTED,
        restriction=None
        if is_public
        else " / ".join(text.description[0] for text in message.texts),
        note=" / ".join(text.marker for text in message.texts if text.marker) or None,
        incidents=(message.case_id,),
        infos=tuple(_info(message, text) for text in message.texts),
    )
    return write_cap(alert)


def _info(message: Message, text: MessageText) -> CapInfo:
    marked = [text.marker] if text.marker else []
    return CapInfo(
        language=text.language,
        categories=(Category.RESCUE,),
        event=text.event,
        response_types=(ResponseType.MONITOR,),
        urgency=Urgency.IMMEDIATE,
        severity=Severity.SEVERE,
        certainty=Certainty.LIKELY,
        onset=_time(message, message.starts),
        expires=_time(message, message.expires),
        sender_name=message.sender_name.find(text.language)
        or message.sender_name.find(next(iter(message.sender_name))),
        headline=" - ".join([*marked, text.headline]),
        description="\n".join([*marked, *text.description, *marked]),
        instruction="\n".join(text.instruction),
        web=message.status_url,
        contact=message.contact,
        parameters=(
            CapValue(value_name="revision", value=str(message.revision)),
            CapValue(value_name="stage", value=str(message.stage)),
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
