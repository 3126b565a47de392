"""Everything that a plan does by itself, in order."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator

import attrs

from amberkit.plans._plan import AlertPlan
from amberkit.plans.timeline._volume import Volume, loud_again_at, volume_at

__all__ = ["Event", "EventKind", "raise_at", "stage_at", "timeline"]

# When somebody is told that a time is near. Policy, not science: long enough to find a
# second person, and short enough to still matter.
_BEFORE_DEADLINE = tuple(dt.timedelta(minutes=m) for m in (360, 120, 30, 0))
_BEFORE_EXPIRY = tuple(dt.timedelta(minutes=m) for m in (120, 30))

# What the schema of packs says as well, for a plan that code has made.
_MOST_OFTEN = dt.timedelta(minutes=1)


class EventKind(enum.Enum):
    """What happens."""

    SERVICES = "services"
    """The services are told."""

    SEND = "send"
    """A stage begins, and the public in it is told; one that adds nobody is passed
    over."""

    RAISE = "raise"
    """Quiet hours are over: what was held back goes out as by day."""

    REPEAT = "repeat"
    """The public is told again, as the pack says."""

    DEADLINE = "deadline"
    """An alarm for the agency: the alert has to be public soon, or now."""

    EXPIRY = "expiry"
    """An alarm for the agency: the alert ends soon, unless it is extended."""

    END = "end"
    """The alert ends, and everybody who was told is told so."""


_ORDER = {kind: place for place, kind in enumerate(EventKind)}


@attrs.frozen(kw_only=True)
class Event:
    """One thing that a plan does at one time."""

    kind: EventKind
    at: dt.datetime
    """When; in UTC."""

    stage: int | None = None
    """The stage whose area it is about; None for what has none."""

    number: int = 0
    """Of a repetition, which one, from 1. Of the alarm before the end, how many
    extensions are left."""

    ahead_s: int = 0
    """Of an alarm, how many seconds are left."""

    volume: Volume | None = None
    """How loud it is, for what goes to the public; None where the pack does not say."""

    merged: int = 0
    """How many others it stands for, which were due and are no longer needed."""


def timeline(plan: AlertPlan) -> tuple[Event, ...]:
    """Return everything that *plan* does by itself from its making on, in order.

    Times are absolute: 24 hours are 24 hours, whatever clocks do in between; only quiet
    hours follow the clocks on the wall. The last event is the end, and there is only
    one.
    """
    sent = [*_sends(plan)]
    taken = {event.at for event in sent}
    raised = [event for event in _raises(plan, sent) if event.at not in taken]
    taken |= {event.at for event in raised}
    repeated = (event for event in _repeats(plan) if event.at not in taken)
    events = [
        Event(kind=EventKind.SERVICES, at=plan.services.starts),
        *sent,
        *raised,
        *repeated,
        *_alarms(plan),
    ]
    before = [event for event in events if plan.made <= event.at < plan.expires]
    end = Event(kind=EventKind.END, at=plan.expires, stage=len(plan.stages) - 1)
    return (*sorted(before, key=lambda e: (e.at, _ORDER[e.kind])), end)


def stage_at(plan: AlertPlan, at: dt.datetime) -> int:
    """Return the index of the stage in force; the first one before it has begun."""
    begun = [stage.index for stage in plan.stages if stage.starts <= at]
    return begun[-1] if begun else 0


def _sends(plan: AlertPlan) -> Iterator[Event]:
    """Yield the stages that reach somebody new; the others would ring for nothing."""
    for stage in plan.stages:
        if stage.index > 0 and not stage.added:
            continue
        yield Event(
            kind=EventKind.SEND,
            at=stage.starts,
            stage=stage.index,
            volume=volume_at(plan, stage.starts),
        )


def raise_at(plan: AlertPlan, at: dt.datetime) -> Event:
    """Return that what is in force at *at* goes out again, as by day."""
    return Event(
        kind=EventKind.RAISE,
        at=at,
        stage=stage_at(plan, at),
        volume=volume_at(plan, at),
    )


def _raises(plan: AlertPlan, sent: list[Event]) -> Iterator[Event]:
    """Yield the end of each night in which a stage began without a sound."""
    held = (event.at for event in sent if event.volume and event.volume.is_held_back)
    for ends in dict.fromkeys(loud_again_at(plan, at) for at in held):
        if ends is not None:
            yield raise_at(plan, ends)


def _repeats(plan: AlertPlan) -> Iterator[Event]:
    """Yield the repetitions, counted from when the alert began."""
    repeat = plan.schedule.repeat
    if repeat is None:
        return
    every = max(dt.timedelta(minutes=repeat.every_min), _MOST_OFTEN)
    last = plan.began + dt.timedelta(hours=repeat.for_h)
    number, at = 1, plan.began + every
    while at <= last and at < plan.expires:
        if at > plan.made:
            yield Event(
                kind=EventKind.REPEAT,
                at=at,
                stage=stage_at(plan, at),
                number=number,
                volume=volume_at(plan, at),
            )
        number, at = number + 1, at + every


def _alarms(plan: AlertPlan) -> Iterator[Event]:
    for ahead in _BEFORE_DEADLINE:
        at = plan.deadline - ahead
        if at > plan.schedule.received:
            yield Event(
                kind=EventKind.DEADLINE, at=at, ahead_s=int(ahead.total_seconds())
            )
    extension = plan.schedule.extension
    left = extension.count - len(plan.extensions) if extension else 0
    for ahead in _BEFORE_EXPIRY:
        yield Event(
            kind=EventKind.EXPIRY,
            at=plan.expires - ahead,
            ahead_s=int(ahead.total_seconds()),
            number=left,
        )
