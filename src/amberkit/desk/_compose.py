"""From a plan and a case to the package: the last place that sees a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.desk._package import Cells, Package, Part
from amberkit.messages import Message, Picture
from amberkit.plans import AlertPlan
from amberkit.publish import Channel
from amberkit.render import (
    ENDINGS,
    Wording,
    clean_photographs,
    render_ending,
    render_forms,
    render_message,
)
from amberkit.values import Audience, Mode

__all__ = ["compose_package"]


def compose_package(
    case: Case,
    plan: AlertPlan,
    *,
    agency: Agency,
    channels: Sequence[Channel],
    languages: Sequence[str],
    mode: Mode,
    photos: Mapping[str, bytes],
    wordings: Iterable[Wording],
    now: dt.datetime,
) -> Package:
    """Render everything that this revision may ever send, endings included."""
    wordings = tuple(wordings)
    cleaned = clean_photographs(case, photos)

    def message(audience: Audience, stage: int) -> Message:
        return render_message(
            plan,
            case,
            agency=agency,
            stage=stage,
            audience=audience,
            languages=languages,
            mode=mode,
            sent=now,
            wordings=wordings,
            pictures=cleaned,
        )

    def ending(audience: Audience, which: str) -> Message:
        return render_ending(
            plan,
            agency=agency,
            audience=audience,
            languages=languages,
            mode=mode,
            ending=which,
            sent=now,
            wordings=wordings,
        )

    audiences = sorted({c.audience for c in channels}, key=lambda a: a.value)
    stages = {
        audience: [message(audience, index) for index in _stages(plan, audience)]
        for audience in audiences
    }
    endings = {
        audience: {which: ending(audience, which) for which in ENDINGS}
        for audience in audiences
    }
    parts = [
        part
        for channel in sorted(channels, key=lambda c: c.name)
        for part in (
            *_changes(channel, stages[channel.audience]),
            *_armed(channel, endings[channel.audience], plan),
        )
    ]
    shown = {
        picture.sha256: picture
        for messages in stages.values()
        for each in messages
        for picture in each.pictures
    }
    used = {sha256 for part in parts for sha256 in part.pictures}
    return Package(
        case_id=case.id,
        revision=case.revision,
        mode=mode,
        pack=plan.pack,
        expires=plan.expires,
        parts=tuple(parts),
        cells=tuple(
            Cells(
                stage=stage.index,
                resolution=stage.cells.resolution,
                ranges=tuple((int(a), int(b)) for a, b in stage.cells.ranges()),
            )
            for stage in plan.stages
        ),
        pictures=tuple(shown[sha256] for sha256 in sorted(used)),
    )


def _stages(plan: AlertPlan, audience: Audience) -> range:
    """Return the stages in which *audience* is told; the services at once."""
    return range(len(plan.stages) if audience is Audience.PUBLIC else 1)


def _changes(channel: Channel, messages: Sequence[Message]) -> Iterator[Part]:
    """Yield what changes on *channel* from stage to stage.

    A stage that changes nothing there is left out: no phone rings twice for nothing.
    """
    before: object = None
    for message in messages:
        forms = render_forms(message, channel.capabilities)
        pictures = _pictures(message, channel)
        if (forms, pictures) == before:
            continue
        before = (forms, pictures)
        yield Part(
            channel=channel.name,
            audience=channel.audience,
            stage=message.stage,
            ending=None,
            starts=message.starts,
            identity=_identity(message),
            forms=forms,
            pictures=tuple(picture.sha256 for picture in pictures),
        )


def _armed(
    channel: Channel, endings: Mapping[str, Message], plan: AlertPlan
) -> Iterator[Part]:
    """Yield every ending, so that whichever is needed is approved already."""
    for which, message in endings.items():
        yield Part(
            channel=channel.name,
            audience=channel.audience,
            stage=None,
            ending=which,
            starts=plan.made,
            identity=_identity(message),
            forms=render_forms(message, channel.capabilities),
        )


def _pictures(message: Message, channel: Channel) -> tuple[Picture, ...]:
    return message.pictures[: channel.capabilities.pictures]


def _identity(message: Message) -> str:
    return f"{message.sender},{message.identifier}"
