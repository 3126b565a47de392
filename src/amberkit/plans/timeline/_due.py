"""What is to be done now, whatever the clock has done since it was last asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from amberkit.plans._plan import AlertPlan
from amberkit.plans.timeline._events import Event, EventKind, stage_at, timeline
from amberkit.plans.timeline._volume import night_at, volume_at
from amberkit.values import aware_utc

__all__ = ["Due", "Progress", "due"]

_TO_THE_PUBLIC = (EventKind.SEND, EventKind.REPEAT)


@attrs.frozen(kw_only=True)
class Progress:
    """What was done so far."""

    checked: dt.datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(aware_utc)
    )
    """The latest time for which `due` was asked, and done; None if never."""

    plan_made: dt.datetime | None = None
    """When the plan was made that was asked of. Of another one, such as a revision,
    nothing was done yet; that the public was told, and that it is over, still holds."""

    held_until: dt.datetime | None = None
    """The end of the night in which something went out quieter than by day, and has not
    gone out as by day since; None if nothing was held back."""

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
        progress: What was done so far; None for nothing. What was done of the plan
            before a revision does not count for the revision.

    Returns:
        What to do, when to ask again, and the progress to ask with then.

    Raises:
        InvalidValue: If *now* bears no UTC offset.
    """
    now = aware_utc(now)
    progress = progress or Progress()
    if progress.plan_made != plan.made:
        progress = attrs.evolve(progress, checked=None, plan_made=plan.made)
    checked = progress.checked
    if progress.is_over:
        return Due(events=(), wake=None, progress=progress)
    # When people are raised depends on when they were told, not on the plan alone.
    events = [e for e in timeline(plan) if e.kind is not EventKind.RAISE]
    latest = now if checked is None else max(now, checked)
    come = [
        event
        for event in events
        if event.at <= now and (checked is None or event.at > checked)
    ]
    if come and come[-1].kind is EventKind.END:
        end = attrs.evolve(come[-1], merged=len(come) - 1)
        done = attrs.evolve(progress, checked=latest, held_until=None, is_over=True)
        return Due(events=(end,), wake=None, progress=done)
    told = _told(plan, come, now, progress.held_until)
    held_until = progress.held_until if told is None else _held_until(plan, told, now)
    progress = attrs.evolve(progress, checked=latest, held_until=held_until)
    to_come = [e.at for e in events if e.at > latest and not _is_idle(e, progress)]
    if held_until is not None and latest < held_until < plan.expires:
        to_come.append(held_until)
    return Due(
        events=tuple(_in_order(come, told, progress)),
        wake=min(to_come, default=None),
        progress=progress,
    )


def _told(
    plan: AlertPlan,
    come: list[Event],
    now: dt.datetime,
    held_until: dt.datetime | None,
) -> Event | None:
    """Return the one thing that the public is told; None if there is nothing."""
    told = [event for event in come if event.kind in _TO_THE_PUBLIC]
    stage, volume = stage_at(plan, now), volume_at(plan, now)
    if told:
        # A stage that has begun says more than that it is told again.
        first = min(told, key=lambda event: _TO_THE_PUBLIC.index(event.kind))
        return attrs.evolve(
            first,
            stage=stage,
            number=max(event.number for event in told),
            volume=volume,
            merged=len(told) - 1,
        )
    is_day = volume is not None and not volume.is_held_back
    if held_until is not None and now >= held_until and is_day:
        return Event(kind=EventKind.RAISE, at=held_until, stage=stage, volume=volume)
    return None


def _held_until(plan: AlertPlan, told: Event, now: dt.datetime) -> dt.datetime | None:
    """Return the end of the night, where something was held back in it."""
    loudness = plan.schedule.loudness
    if loudness is None or told.volume is None or not told.volume.is_held_back:
        return None
    night = night_at(loudness, now, plan.schedule.time_zone)
    return None if night is None else night[1]


def _in_order(
    come: list[Event], told: Event | None, progress: Progress
) -> Iterator[Event]:
    """Yield what still holds of the events that have come."""
    yield from (event for event in come if event.kind is EventKind.SERVICES)
    if told is not None:
        yield told
    for kind in (EventKind.DEADLINE, EventKind.EXPIRY):
        alarms = [e for e in come if e.kind is kind and not _is_idle(e, progress)]
        if alarms:
            yield attrs.evolve(alarms[-1], merged=len(alarms) - 1)


def _is_idle(event: Event, progress: Progress) -> bool:
    """Whether an event has nothing to say any more."""
    return event.kind is EventKind.DEADLINE and progress.is_public
