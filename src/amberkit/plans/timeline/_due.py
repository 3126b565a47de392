"""What is to be done now, whatever the clock has done since it was last asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from amberkit.plans._plan import AlertPlan
from amberkit.plans.timeline._events import Event, EventKind, stage_at, timeline
from amberkit.plans.timeline._volume import volume_at
from amberkit.values import aware_utc

__all__ = ["Due", "Progress", "due"]

_TO_THE_PUBLIC = (EventKind.SEND, EventKind.RAISE, EventKind.REPEAT)


@attrs.frozen(kw_only=True)
class Progress:
    """What was done so far."""

    checked: dt.datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(aware_utc)
    )
    """The latest time for which `due` was asked, and done; None if never."""

    is_public: bool = False
    """Whether the public was told already; then no deadline is near any more."""

    is_over: bool = False
    """Whether somebody has ended the alert. Nothing is due after that."""


@attrs.frozen(kw_only=True)
class Due:
    """What is to be done now, and when to ask again."""

    events: tuple[Event, ...]
    """In the order in which they are to be done."""

    wake: dt.datetime | None
    """When the next event comes; None after the end."""

    progress: Progress
    """What to ask with next time, once all of it is done."""


def due(plan: AlertPlan, now: dt.datetime, progress: Progress | None = None) -> Due:
    """Return what is to be done at *now* and was not done before.

    Ask as often as you like: each event comes once. After a pause, or where a clock was
    put forward, only what still holds is to be done: of what the public is told one
    event, for the stage in force, with the volume of the hour that it is; of alarms the
    nearest. A clock that was put back brings nothing a second time. Once *now* has
    reached the end there is the end and nothing else, and never anything after it.

    Args:
        plan: The approved plan.
        now: The time; aware.
        progress: What was done so far; None for nothing.

    Returns:
        What to do, when to ask again, and the progress to ask with then.

    Raises:
        InvalidValue: If *now* bears no UTC offset.
    """
    now = aware_utc(now)
    progress = progress or Progress()
    checked = progress.checked
    is_over = progress.is_over or (checked is not None and checked >= plan.expires)
    if is_over:
        return Due(events=(), wake=None, progress=progress)
    events = timeline(plan)
    latest = now if checked is None else max(now, checked)
    come = [
        event
        for event in events
        if event.at <= now and (checked is None or event.at > checked)
    ]
    to_come = [event for event in events if event.at > latest]
    return Due(
        events=tuple(_needed(plan, come, now, progress)),
        wake=next((e.at for e in to_come if not _is_idle(e, progress)), None),
        progress=attrs.evolve(progress, checked=latest),
    )


def _needed(
    plan: AlertPlan, come: list[Event], now: dt.datetime, progress: Progress
) -> Iterator[Event]:
    """Yield what still holds of the events that have come."""
    if come and come[-1].kind is EventKind.END:
        yield attrs.evolve(come[-1], merged=len(come) - 1)
        return
    yield from (event for event in come if event.kind is EventKind.SERVICES)
    told = [event for event in come if event.kind in _TO_THE_PUBLIC]
    if told:
        # A stage that has begun says more than that it is told again.
        first = min(told, key=lambda event: _TO_THE_PUBLIC.index(event.kind))
        yield attrs.evolve(
            first,
            stage=stage_at(plan, now),
            number=max(event.number for event in told),
            volume=volume_at(plan, now),
            merged=len(told) - 1,
        )
    for kind in (EventKind.DEADLINE, EventKind.EXPIRY):
        alarms = [e for e in come if e.kind is kind and not _is_idle(e, progress)]
        if alarms:
            yield attrs.evolve(alarms[-1], merged=len(alarms) - 1)


def _is_idle(event: Event, progress: Progress) -> bool:
    """Whether an event has nothing to say any more."""
    return event.kind is EventKind.DEADLINE and progress.is_public
