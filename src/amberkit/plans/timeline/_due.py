"""What is to be done now, whatever the clock has done since it was last asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from amberkit.plans._plan import AlertPlan
from amberkit.plans.timeline._events import (
    Event,
    EventKind,
    raise_at,
    stage_at,
    timeline,
)
from amberkit.plans.timeline._volume import loud_again_at, volume_at
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
    """Whether the alert has ended, by itself or by somebody. Nothing is due after
    that, of a revision either."""

    held_until: dt.datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(aware_utc)
    )
    """When what went out last, quieter than by day, goes out again; None for never."""

    plan_made: dt.datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(aware_utc)
    )
    """When the plan was made that this is the progress of; None for the plan that one
    asks of. Of another plan, nothing has been done yet."""


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
    nearest. What so came late into a night is raised when that ends. A clock that was
    put back brings nothing a second time, and one that is behind holds nothing back:
    time never runs behind the making of the plan. Once *now* has reached the end there
    is the end and nothing else, and never anything after it.

    Of a revision everything has yet to go out, whenever the plan before was asked; give
    it the progress that you have.

    Args:
        plan: The approved plan.
        now: The time; aware.
        progress: What was done so far; None for nothing.

    Returns:
        What to do, when to ask again, and the progress to ask with then.

    Raises:
        InvalidValue: If *now* bears no UTC offset.
    """
    now = max(aware_utc(now), plan.made)
    progress = _of(plan, progress or Progress())
    checked = progress.checked
    if progress.is_over or (checked is not None and checked >= plan.expires):
        over = attrs.evolve(progress, is_over=True)
        return Due(events=(), wake=None, progress=over)
    latest = now if checked is None else max(now, checked)
    come = [
        event
        for event in _events(plan, progress)
        if event.at <= latest and (checked is None or event.at > checked)
    ]
    needed = tuple(_needed(plan, come, latest, progress))
    progress = attrs.evolve(
        progress,
        checked=latest,
        held_until=_held_until(plan, needed, latest, progress),
        is_over=latest >= plan.expires,
    )
    to_come = [event for event in _events(plan, progress) if event.at > latest]
    return Due(
        events=needed,
        wake=next((e.at for e in to_come if not _is_idle(e, progress)), None),
        progress=progress,
    )


def _of(plan: AlertPlan, progress: Progress) -> Progress:
    """Return how far *plan* has come, where *progress* may be of the one before."""
    if progress.plan_made in (None, plan.made):
        return attrs.evolve(progress, plan_made=plan.made)
    return Progress(
        is_public=progress.is_public, is_over=progress.is_over, plan_made=plan.made
    )


def _events(plan: AlertPlan, progress: Progress) -> list[Event]:
    """Return all events, with what is to be raised since it was sent too late."""
    events = [*timeline(plan)]
    at = progress.held_until
    told = {event.at for event in events if event.kind in _TO_THE_PUBLIC}
    if at is not None and at < plan.expires and at not in told:
        events.append(raise_at(plan, at))
    # The end stays last.
    return sorted(events, key=lambda event: event.at)


def _held_until(
    plan: AlertPlan, needed: tuple[Event, ...], now: dt.datetime, progress: Progress
) -> dt.datetime | None:
    """Return when what the public was told last goes out again, as by day."""
    until = progress.held_until
    for event in needed:
        if event.kind not in _TO_THE_PUBLIC or event.volume is None:
            continue
        if not event.volume.is_held_back:
            return None
        if event.kind is EventKind.SEND:
            until = loud_again_at(plan, now)
    # The morning has passed, and it is night again.
    return loud_again_at(plan, now) if until is not None and until <= now else until


def _needed(
    plan: AlertPlan, come: list[Event], now: dt.datetime, progress: Progress
) -> Iterator[Event]:
    """Yield what still holds of the events that have come."""
    if come and come[-1].kind is EventKind.END:
        yield attrs.evolve(come[-1], merged=len(come) - 1)
        return
    yield from (event for event in come if event.kind is EventKind.SERVICES)
    volume = volume_at(plan, now)
    is_night = volume is not None and volume.is_held_back
    told = [
        event
        for event in come
        # Where it is night again there is nothing to raise, until the next morning.
        if event.kind in _TO_THE_PUBLIC
        and not (event.kind is EventKind.RAISE and is_night)
    ]
    if told:
        # A stage that has begun says more than that it is told again.
        first = min(told, key=lambda event: _TO_THE_PUBLIC.index(event.kind))
        yield attrs.evolve(
            first,
            stage=stage_at(plan, now),
            number=max(event.number for event in told),
            volume=volume,
            merged=len(told) - 1,
        )
    for kind in (EventKind.DEADLINE, EventKind.EXPIRY):
        alarms = [e for e in come if e.kind is kind and not _is_idle(e, progress)]
        if alarms:
            yield attrs.evolve(alarms[-1], merged=len(alarms) - 1)


def _is_idle(event: Event, progress: Progress) -> bool:
    """Whether an event has nothing to say any more."""
    return event.kind is EventKind.DEADLINE and progress.is_public
