"""The ending of an alert: it names nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from amberkit.agency import Agency
from amberkit.errors import InvalidValue
from amberkit.messages import Message, MessageText
from amberkit.plans import AlertPlan, ServicesPlan, Stage
from amberkit.render._area import area_of, say_area, where_of
from amberkit.render._compose import Frame
from amberkit.render._errors import RenderRefused
from amberkit.render._wording import Wording, choose_wordings, name_in
from amberkit.times import in_zone
from amberkit.values import Audience, LanguageTag, Mode, aware_utc, language_tag

__all__ = ["ENDINGS", "render_ending"]

ENDINGS: tuple[str, ...] = ("found", "over", "not_found", "error")
"""The child has been found; the alert is over, without saying why; its time has passed;
it was sent in error. The third goes out where nobody ends an alert, so it claims
nothing of the child: somebody may know more by then."""

# CAP wants an expiry after `sent`, and the ending of an alert that runs out is sent
# when that has expired: a day is left for channels that are out of reach just then.
_HOLDS_FOR = dt.timedelta(hours=24)


def render_ending(
    plan: AlertPlan,
    *,
    agency: Agency,
    audience: Audience,
    languages: Sequence[str],
    mode: Mode,
    ending: str,
    sent: dt.datetime,
    wordings: Iterable[Wording] = (),
) -> Message:
    """Say to one audience that the alert of *plan* has ended.

    No case comes in: what is said is one of four fixed texts, the name of the area, the
    official line, the status page and the identifier of the case. It tells no time
    either, since it is approved together with the alert and sent much later.

    Args:
        plan: The plan of the alert.
        agency: Who speaks.
        audience: Who is told: the public in the whole area of the last stage, the
            services where they were told of the alert.
        languages: BCP 47 tags, the leading one first.
        mode: Live, exercise or test; all but live are marked in every text.
        ending: One of `ENDINGS`.
        sent: Any time before the ending expires, 24 hours after the plan; aware. It
            enters no text.
        wordings: The agency's own phrases, as in `render_message`.

    Returns:
        A message that is an ending, without items and pictures.

    Raises:
        RenderRefused: If *sent* is 24 hours or more after the plan has expired.
        LanguageMissing: If there is no wording in a language.
        WordingNotReviewed: If the mode is live and a wording names no reviewer.
        InvalidValue: If *ending*, *audience* or a language is none, or the agency's
            zone is not known.
    """
    if not isinstance(audience, Audience):
        raise InvalidValue("audience", "an Audience")
    if ending not in ENDINGS:
        raise InvalidValue("ending", "one of " + ", ".join(ENDINGS))
    sent = aware_utc(sent).replace(microsecond=0)
    expires = plan.expires + _HOLDS_FOR
    chosen = choose_wordings(languages, wordings, mode)
    if sent >= expires:
        raise RenderRefused("expired", "sent must be before the ending expires")
    in_zone(sent, agency.time_zone)
    is_public = audience is Audience.PUBLIC
    told: Stage | ServicesPlan = plan.stages[-1] if is_public else plan.services
    frame = Frame(
        case_id=plan.case_id,
        revision=plan.revision,
        mode=mode,
        audience=audience,
        agency=agency.name,
        contact=agency.contact,
        status_url=agency.status_url,
        zone=agency.time_zone,
        sent=sent,
        expires=expires,
        where=where_of(told, plan),
    )
    return Message(
        identifier=f"{plan.case_id}.r{plan.revision}.end.{ending}"
        f".{audience.value}.{mode.value}",
        case_id=plan.case_id,
        revision=plan.revision,
        stage=len(plan.stages) - 1 if is_public else 0,
        mode=mode,
        audience=audience,
        sender=agency.sender,
        sender_name=agency.name,
        contact=agency.contact,
        status_url=agency.status_url,
        time_zone=agency.time_zone,
        sent=sent,
        starts=told.starts,
        expires=expires,
        area=area_of(told.region),
        items=(),
        texts=tuple(
            _text(ending, frame, language=language_tag(tag), wording=wording)
            for tag, wording in zip(languages, chosen, strict=True)
        ),
        ending=ending,
    )


def _text(
    ending: str, frame: Frame, *, language: LanguageTag, wording: Wording
) -> MessageText:
    phrases, words = wording.phrases, wording.endings[ending]
    is_public = frame.audience is Audience.PUBLIC
    before = [] if is_public else [phrases["services_only"]]
    after = [phrases["delete_pictures"]] if is_public else []
    line = "call_if_known" if ending == "not_found" else "official_line"
    return MessageText(
        language=language,
        direction=wording.direction,
        marker=wording.markers.get(frame.mode.value),
        event=wording.events[frame.audience.value],
        headline=words["headline"],
        description=(*before, words["description"], *after),
        instruction=(
            phrases["status"].format(url=wording.isolate(frame.status_url)),
            phrases[line].format(contact=wording.isolate(frame.contact)),
            phrases["case"].format(case=wording.isolate(frame.case_id)),
            phrases["issued_by"].format(agency=name_in(language, frame.agency)),
        ),
        area=say_area(frame.where, wording),
    )
