"""From a plan to a message: the waist through which everything public passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.eligibility import NotAcknowledged
from amberkit.errors import InvalidValue
from amberkit.messages import Message, Picture
from amberkit.plans import AlertPlan, ServicesPlan, Stage
from amberkit.render._area import area_of, where_of
from amberkit.render._compose import Frame, compose
from amberkit.render._errors import RenderRefused
from amberkit.render._projection import gaps_in, pictures_for, project
from amberkit.render._wording import Wording, choose_wordings
from amberkit.times import in_zone
from amberkit.values import Audience, Mode, aware_utc, language_tag

__all__ = ["render_message"]


def render_message(
    plan: AlertPlan,
    case: Case,
    *,
    agency: Agency,
    stage: int,
    audience: Audience,
    languages: Sequence[str],
    mode: Mode,
    sent: dt.datetime,
    wordings: Iterable[Wording] = (),
    pictures: Mapping[str, Picture] | None = None,
) -> Message:
    """Say what *plan* says, to one audience, in one stage.

    The message holds what *audience* may see of *case* and nothing else; its area
    contains the stage's region (the services are told nationwide, or within the
    agency's boundary). Texts stand in logical order, times in the agency's zone.

    Args:
        plan: The plan of this case.
        case: The case, of the revision that was planned.
        agency: Who speaks.
        stage: Index of the stage; for the services, who are told at once, 0.
        audience: Who is told.
        languages: BCP 47 tags, the leading one first.
        mode: Live, exercise or test; all but live are marked in every text.
        sent: The time that the message bears; aware, before the plan expires.
        wordings: The agency's own phrases, such as reviewed ones; a language that none
            of them is in takes the wording that ships.
        pictures: What `clean_photographs` has made of the photographs of *case*. The
            message holds those that its items speak of. None if they travel apart.

    Returns:
        The message; its ``gaps`` list free texts missing in a language and, unless
        *pictures* is None, photographs that it tells of and that are not in there.

    Raises:
        RenderRefused: If plan, case and stage do not belong together, or *sent* lies
            before the plan was made or after it has expired; if the mode is live, and
            somebody has to decide something first, see ``unsettled`` of the plan.
        LanguageMissing: If there is no wording in a language.
        WordingNotReviewed: If the mode is live and a wording names no reviewer.
        NotAcknowledged: If the mode is live, and the plan rests on criteria for which
            no source is at hand and that nobody has taken on; see `assess`.
        InvalidValue: If a language is no tag, or the agency's zone is not known.
    """
    if not isinstance(audience, Audience):
        raise InvalidValue("audience", "an Audience")
    sent = aware_utc(sent).replace(microsecond=0)
    chosen = choose_wordings(languages, wordings, mode)
    tags = tuple(language_tag(language) for language in languages)
    _refuse_unfit(plan, case, stage, audience, sent)
    if mode is Mode.LIVE and plan.unacknowledged:
        raise NotAcknowledged(plan.unacknowledged)
    if mode is Mode.LIVE and plan.unsettled:
        concerns = ", ".join(concern.value for concern in plan.unsettled)
        raise RenderRefused(
            "unsettled", f"a live message needs a recorded override of {concerns}"
        )
    in_zone(sent, agency.time_zone)
    part: Stage | ServicesPlan = plan.services
    if audience is Audience.PUBLIC:
        part = plan.stages[stage]
    special = audience is Audience.SERVICES and plan.services.special_data
    items = project(
        case, audience, at=sent, zone=agency.time_zone, special_data=special
    )
    shown: tuple[Picture, ...] = ()
    gaps = gaps_in(items, tags)
    if pictures is not None:
        shown, missing = pictures_for(items, case, pictures)
        gaps += missing
    frame = Frame(
        case_id=case.id,
        revision=case.revision,
        mode=mode,
        audience=audience,
        agency=agency.name,
        contact=agency.contact,
        status_url=agency.status_url,
        zone=agency.time_zone,
        sent=sent,
        expires=plan.expires,
        where=where_of(part, plan),
    )
    texts = [
        compose(items, frame, language=tag, wording=wording)
        for tag, wording in zip(tags, chosen, strict=True)
    ]
    return Message(
        identifier=f"{case.id}.r{case.revision}.s{stage}.{audience.value}.{mode.value}",
        case_id=case.id,
        revision=case.revision,
        stage=stage,
        mode=mode,
        audience=audience,
        sender=agency.sender,
        sender_name=agency.name,
        contact=agency.contact,
        status_url=agency.status_url,
        time_zone=agency.time_zone,
        sent=sent,
        starts=part.starts,
        expires=plan.expires,
        area=area_of(part.region),
        items=items,
        texts=tuple(texts),
        pictures=shown,
        gaps=gaps,
    )


def _refuse_unfit(
    plan: AlertPlan, case: Case, stage: int, audience: Audience, sent: dt.datetime
) -> None:
    if (plan.case_id, plan.revision) != (case.id, case.revision):
        raise RenderRefused(
            "other-case", "the plan must be of this case and this revision"
        )
    last = len(plan.stages) - 1 if audience is Audience.PUBLIC else 0
    if stage not in range(last + 1):
        raise RenderRefused("no-such-stage", f"stage must be in [0, {last}]")
    if sent < plan.made.replace(microsecond=0):
        raise RenderRefused("too-early", "sent must not be before the plan was made")
    if sent >= plan.expires:
        raise RenderRefused("expired", "sent must be before the plan expires")
