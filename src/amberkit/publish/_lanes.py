"""Lanes: what is wanted of a channel, what it holds, and so what is to be done.

A lane is one channel for one case. Everything that can happen in it stands in two
tables. `NEXT` says what to do, from what is wanted and what the channel holds; `AFTER`
says what the channel holds, from what it held and how an attempt ended. Both have an
answer for every pair; the diagram in the documentation and the tests come from them.

The invariant behind `AFTER`: what is noted is never surer than what is so. An attempt
of which nobody knows the outcome leaves *maybe*, and *maybe* is left only by an answer
of the channel, by a person, or by an ending.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from amberkit.messages import Capabilities, Operation
from amberkit.publish._protocol import Outcome
from amberkit.values import CaseId

__all__ = [
    "AFTER",
    "LADDER_S",
    "NEXT",
    "SETTLED",
    "Attempt",
    "Do",
    "Held",
    "Lane",
    "Need",
    "Rest",
    "Settled",
    "Step",
    "Want",
    "after",
    "claimed",
    "set_back",
    "settle",
    "step",
]


class Want(enum.Enum):
    """What is wanted of a channel, compared with what it holds."""

    NOTHING = "nothing"
    """Nothing yet."""

    CONTENT = "content"
    """The version that it holds, or may hold."""

    NEWER = "newer"
    """A version that it cannot hold yet."""

    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    """Ended, and then what identifies the child removed."""


class Held(enum.Enum):
    """What a channel holds, as far as anyone can know."""

    NOTHING = "nothing"
    MAYBE = "maybe content"
    """It may show the version that was last tried."""

    CONTENT = "content"
    MAYBE_ENDED = "maybe ended"
    """It may say that it is over, and may still show something."""

    ENDED = "ended"
    WITHDRAWN = "withdrawn"


_P, _C, _W = Operation.PUBLISH, Operation.CANCEL, Operation.WITHDRAW
_ORDER = tuple(Held)


def _row(*cells: Operation | None) -> Mapping[Held, Operation | None]:
    return MappingProxyType(dict(zip(_ORDER, cells, strict=True)))


NEXT: Mapping[Want, Mapping[Held, Operation | None]] = MappingProxyType(
    {
        # held:                nothing maybe content maybe-ended ended withdrawn
        Want.NOTHING: _row(None, None, None, None, None, None),
        Want.CONTENT: _row(_P, _P, None, None, None, None),
        Want.NEWER: _row(_P, _P, _P, None, None, None),
        Want.ENDED: _row(None, _C, _C, _C, None, None),
        Want.WITHDRAWN: _row(None, _C, _C, _C, _W, None),
    }
)
"""What to do, by what is wanted and what is held. After an ending nothing is ever
published; an ending is sent as long as something may be shown."""


def _held(*cells: Held) -> Mapping[Held, Held]:
    return MappingProxyType(dict(zip(_ORDER, cells, strict=True)))


_N, _M, _V = Held.NOTHING, Held.MAYBE, Held.CONTENT
_ME, _E, _WD = Held.MAYBE_ENDED, Held.ENDED, Held.WITHDRAWN
_SAME = _held(_N, _M, _V, _ME, _E, _WD)
_ARRIVED = {
    # held before:  nothing maybe content maybe-ended ended withdrawn
    _P: _held(_V, _V, _V, _ME, _ME, _ME),
    _C: _held(_E, _E, _E, _E, _E, _WD),
    _W: _held(_WD, _WD, _WD, _WD, _WD, _WD),
}
_UNKNOWN = {
    _P: _held(_M, _M, _M, _ME, _ME, _ME),
    _C: _held(_ME, _ME, _ME, _ME, _E, _WD),
    _W: _held(_ME, _ME, _ME, _ME, _E, _WD),
}

AFTER: Mapping[Operation, Mapping[Outcome, Mapping[Held, Held]]] = MappingProxyType(
    {
        operation: MappingProxyType(
            {
                Outcome.ACCEPTED: _ARRIVED[operation],
                Outcome.DUPLICATE: _ARRIVED[operation],
                Outcome.REJECTED: _SAME,
                Outcome.DEFERRED: _SAME,
                Outcome.UNKNOWN: _UNKNOWN[operation],
            }
        )
        for operation in Operation
    }
)
"""What is held after an attempt, by operation, outcome and what was held before. A
publish that arrives after an ending, which a lane never starts, brings the ending back.
*Ended* leaves open whether it was withdrawn as well, so a withdrawal of unknown outcome
leaves it as it is."""


class Settled(enum.Enum):
    """What a person has found out about a channel."""

    GONE = "gone"
    """It shows nothing, and has not said that anything is over."""

    SHOWN = "shown"
    """It shows the version that was last tried."""

    ENDED = "ended"
    WITHDRAWN = "withdrawn"


SETTLED: Mapping[Settled, Held] = MappingProxyType(
    {
        Settled.GONE: Held.NOTHING,
        Settled.SHOWN: Held.CONTENT,
        Settled.ENDED: Held.ENDED,
        Settled.WITHDRAWN: Held.WITHDRAWN,
    }
)
"""What is held once a person has said so, whatever was noted before. Who has looked
knows better than any table."""

LADDER_S = (0, 2, 5, 10, 20, 40, 60)
"""Seconds from one attempt to the next; the last step is repeated. A publish is tried
until the alert expires, an ending until it is confirmed."""

_BLIND_ENDINGS = 5
"""How often an ending is sent without an answer where nothing dedupes."""


class Need(enum.Enum):
    """Why a lane waits for a person."""

    UNANSWERED = "nobody knows whether it was published, and the channel shows it twice"
    REFUSED = "the channel has refused this version for good"
    NOT_RELEASED = "it must not go out or cannot be read: check mode, form, key"
    ENDING_UNANSWERED = "the ending was sent as often as may be, with no answer"
    ENDING_REFUSED = "the channel refuses the ending, which is tried again"
    CANNOT_END = "the channel cannot take an alert back before it expires"
    CANNOT_WITHDRAW = "the channel cannot remove it by itself; somebody has to ask"


@attrs.frozen(kw_only=True)
class Attempt:
    """An attempt that has begun and not ended."""

    operation: Operation
    version: int
    fence: int
    started: dt.datetime


@attrs.frozen(kw_only=True)
class Lane:
    """One channel for one case."""

    case_id: CaseId
    channel: str
    held: Held = Held.NOTHING
    version: int = 0
    """The version that *held* speaks of; 0 before the first."""

    attempt: Attempt | None = None
    tried: tuple[Operation, int] | None = None
    """The operation and version that *tries* counts."""

    tries: int = 0
    """Attempts at *tried*, counted before each."""

    unanswered: int = 0
    """Attempts at *tried* of which nobody knows what became."""

    retry_at: dt.datetime | None = None
    """Not before this time again at *tried*."""

    refused: int = 0
    """The highest version that the channel refused for good."""

    doubt_until: dt.datetime | None = None
    """Until then a lost publish may still take effect."""

    again: int = 0
    """How many versions of the ending had to follow the first, each with a key of its
    own: a lost publish may have taken effect after it, or a person has seen that what
    was sent is not what is shown."""

    reference: str | None = attrs.field(default=None, repr=False)
    """What the channel's last receipt gave."""

    need: Need | None = None
    """Why it waits for a person, or calls one while it goes on."""


@attrs.frozen
class Do:
    """Attempt this now."""

    operation: Operation
    version: int


@attrs.frozen
class Rest:
    """Nothing to do now."""

    until: dt.datetime | None = None
    """When to look again; None: when something happens."""

    need: Need | None = None
    """Why a person is called."""

    lane: Lane | None = None
    """The lane after what time alone has changed, where it has."""


Step = Do | Rest


def step(
    lane: Lane,
    want: Want,
    version: int,
    capabilities: Capabilities,
    *,
    now: dt.datetime,
    expires: dt.datetime,
) -> Step:
    """Return what is to be done next in a lane without an attempt in flight.

    Args:
        lane: The lane.
        want: ENDED, WITHDRAWN, NOTHING, or CONTENT for *version*.
        version: The version wanted, of the content or of the ending.
        capabilities: What the channel can do.
        now: The current time.
        expires: When the alert ends by itself.
    """
    if want is Want.CONTENT and version > lane.version:
        want = Want.NEWER
    operation = NEXT[want][lane.held]
    if operation is None:
        return Rest()
    if operation is not Operation.PUBLISH:
        version += lane.again
    if operation is Operation.PUBLISH:
        if lane.refused >= version:
            return Rest(need=Need.REFUSED)
        blind = lane.held is Held.MAYBE and want is Want.CONTENT
        if blind and not capabilities.dedupes and capabilities.on_unknown == "hold":
            return Rest(need=Need.UNANSWERED)
    elif operation is Operation.CANCEL:
        if capabilities.cancel in ("expire_only", "none"):
            if now < expires:
                return Rest(until=expires, need=Need.CANNOT_END)
            # It is over by itself; only the note of it is missing.
            return Rest(lane=attrs.evolve(lane, held=Held.ENDED, need=None))
        same = lane.tried == (operation, version)
        spent = same and lane.unanswered >= _BLIND_ENDINGS
        if spent and not capabilities.dedupes:
            return Rest(need=Need.ENDING_UNANSWERED)
    elif capabilities.withdraw in ("request", "none"):
        return Rest(need=Need.CANNOT_WITHDRAW)
    same = lane.tried == (operation, version)
    if same and lane.retry_at is not None and now < lane.retry_at:
        return Rest(until=lane.retry_at, need=lane.need)
    return Do(operation, version)


def claimed(lane: Lane, do: Do, *, fence: int, now: dt.datetime) -> Lane:
    """Return the lane once an attempt has begun; it is counted from here on."""
    tried = (do.operation, do.version)
    return attrs.evolve(
        lane,
        attempt=Attempt(
            operation=do.operation, version=do.version, fence=fence, started=now
        ),
        tried=tried,
        tries=lane.tries + 1 if lane.tried == tried else 1,
        unanswered=lane.unanswered if lane.tried == tried else 0,
        retry_at=None,
    )


def after(
    lane: Lane,
    outcome: Outcome,
    *,
    late_effect_s: float,
    now: dt.datetime,
    reference: str | None = None,
) -> Lane:
    """Return the lane once its attempt has ended with *outcome*.

    Args:
        lane: The lane, with its attempt.
        outcome: How it ended.
        late_effect_s: For how many seconds a lost publish may still take effect.
        now: The current time.
        reference: What the receipt gave; None keeps the one before.
    """
    attempt = lane.attempt
    assert attempt is not None  # noqa: S101 - an answer is to an attempt
    changes: dict[str, Any] = {
        "held": AFTER[attempt.operation][outcome][lane.held],
        "attempt": None,
        "need": None,
        "retry_at": None,
    }
    if reference is not None:
        changes["reference"] = reference
    arrived = outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE)
    if not arrived:
        rung = LADDER_S[min(lane.tries, len(LADDER_S) - 1)]
        changes["retry_at"] = now + dt.timedelta(seconds=rung)
    if outcome is Outcome.UNKNOWN:
        changes["unanswered"] = lane.unanswered + 1
    if attempt.operation is Operation.PUBLISH:
        if arrived or outcome is Outcome.UNKNOWN:
            changes["version"] = attempt.version
        if outcome is Outcome.REJECTED:
            changes |= {"refused": attempt.version, "need": Need.REFUSED}
        if outcome is Outcome.UNKNOWN and late_effect_s:
            changes["doubt_until"] = now + dt.timedelta(seconds=late_effect_s)
    elif outcome is Outcome.REJECTED:
        changes["need"] = Need.ENDING_REFUSED
    elif arrived and lane.doubt_until is not None and now < lane.doubt_until:
        # A publish that was lost may still arrive, after this ending.
        changes |= {
            "held": Held.MAYBE_ENDED,
            "again": lane.again + 1,
            "tried": (attempt.operation, attempt.version + 1),
            "tries": 0,
            "unanswered": 0,
            "retry_at": lane.doubt_until,
            "doubt_until": None,
        }
    return attrs.evolve(lane, **changes)


def set_back(lane: Lane, *, late_effect_s: float, now: dt.datetime) -> Lane:
    """Return the lane once the clock has gone back to *now*.

    What was put off to a time of the clock as it was is tried again at once. Only a
    lost publish has all its time again to take effect.

    Args:
        lane: The lane.
        late_effect_s: For how many seconds a lost publish may still take effect.
        now: The current time.
    """
    late = now + dt.timedelta(seconds=late_effect_s)
    doubt, retry = lane.doubt_until, lane.retry_at
    if lane.tries:
        # Before the first attempt waits only an ending that must follow a lost publish.
        retry = None
    return attrs.evolve(
        lane,
        doubt_until=doubt and min(doubt, late),
        retry_at=retry and min(retry, late),
    )


def settle(lane: Lane, found: Settled) -> Lane:
    """Return the lane once a person has said what the channel shows.

    An ending that has to follow one that was tried is another one: under the same key
    the channel would take it for what it has had.
    """
    had_ending = lane.tried is not None and lane.tried[0] is not Operation.PUBLISH
    return attrs.evolve(
        lane,
        held=SETTLED[found],
        tried=None,
        tries=0,
        unanswered=0,
        retry_at=None,
        refused=0,
        doubt_until=None,
        again=lane.again + had_ending,
        need=None,
    )
