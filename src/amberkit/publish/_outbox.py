"""What an outbox keeps and answers: the values and the protocol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import attrs

from amberkit.messages import Delivery, Operation, Picture
from amberkit.publish._channel import Channel
from amberkit.publish._lanes import Lane
from amberkit.publish._protocol import Outcome
from amberkit.values import Audience, CaseId, Mode, aware_utc

LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""Before every clock: what waits since then is due by any of them."""

__all__ = ["LONG_AGO", "Answer", "Claim", "Content", "LaneStatus", "Outbox", "Release"]


@attrs.frozen(kw_only=True)
class Content:
    """One thing that may be sent to one channel: a version of the alert, or an ending.

    Forms may have slots (`amberkit.messages.Slot`), filled when it is first sent.
    """

    channel: str
    audience: Audience
    operation: Operation
    """PUBLISH for a version, CANCEL for an ending."""

    version: int
    """Grows over all that is released of a case."""

    ending: str | None = None
    """Of an ending, which one it is, such as ``found``."""

    starts: dt.datetime = attrs.field(converter=aware_utc)
    """From when on it is wanted."""

    identity: str
    """``sender,identifier`` as in CAP references."""

    forms: tuple[tuple[str, bytes], ...] = attrs.field(repr=False)
    pictures: tuple[Picture, ...] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class Release:
    """What the desk lets out of one case. Each claim reads it again."""

    case_id: CaseId
    revision: int
    mode: Mode
    content_hash: str
    """Of what two people approved."""

    expires: dt.datetime = attrs.field(converter=aware_utc)
    """When every lane of the case ends by itself."""

    expiry_ending: str
    """Which ending goes out then."""

    ended: dt.datetime | None = None
    """When somebody ended it."""

    ending: str | None = None
    """Which ending goes out, once it is ended."""

    withdraw: bool = True
    """Whether what identifies the child is removed after the ending."""


@attrs.frozen(kw_only=True)
class Claim:
    """One attempt, counted and stored before the first byte leaves."""

    channel: str
    fence: int
    """Unique among all attempts of the store; an answer with another fence is late."""

    delivery: Delivery
    deadline_s: float
    late_effect_s: float = 0


@attrs.frozen(kw_only=True)
class Answer:
    """How one attempt ended."""

    claim: Claim
    outcome: Outcome
    reference: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class LaneStatus:
    """One lane, as an operator sees it."""

    lane: Lane
    audience: Audience
    mode: Mode
    want: str
    """What is wanted of the channel: ``nothing``, ``content``, ``ended``,
    ``withdrawn``."""

    want_version: int
    since: dt.datetime | None = None
    """Since when it is wanted; None where nothing is."""

    closed: bool
    """Whether nothing is left to do, for the dispatcher or for anybody."""


class Outbox(Protocol):
    """Keeps lanes and what they have to carry; knows neither desk nor case.

    Every method is one transaction of its own. Times are given, never read.
    """

    @property
    def store(self) -> str:
        """Identifier of the store, the first part of every idempotency key."""
        ...

    @property
    def mode(self) -> Mode:
        """The one mode of everything in it."""
        ...

    def hold(self) -> AbstractContextManager[int | None]:
        """Be the one dispatcher of this store, for as long as the context lasts.

        Yields a file descriptor to be inherited by every process that may send: the
        store is held until the last of them has gone. None where there are no
        processes to wait for.

        Raises:
            DispatcherBusy: If another dispatcher or one of its workers is alive.
        """
        ...

    def recover(
        self,
        channels: Sequence[Channel],
        *,
        now: dt.datetime,
        alive: Collection[int] = (),
    ) -> int:
        """Take every attempt that nobody works at any more as unknown; count them.

        Where the clock has gone back since the last `beat`, every lane is looked at
        again. So is every lane that calls a person, for the channels may have
        changed.

        Args:
            channels: Those of the dispatcher.
            now: The current time.
            alive: The fences of attempts that somebody still works at.
        """
        ...

    def due(self, *, now: dt.datetime) -> frozenset[str]:
        """Return the names of the channels for which `claim` may find something."""
        ...

    def claim(
        self, channel: Channel, *, now: dt.datetime, limit: int, endings_only: bool
    ) -> tuple[Claim, ...]:
        """Start at most *limit* attempts: endings first, then what waits longest.

        Each is counted and stored when this returns. What `release_refusal` refuses,
        or what the channel no longer takes as it was approved, is not claimed but
        marked for a person; an ending always goes as it is.
        """
        ...

    def record(self, answers: Sequence[Answer], *, now: dt.datetime) -> None:
        """Store how attempts ended; an answer that is late changes nothing."""
        ...

    def overtaken(self, fences: Collection[int], *, now: dt.datetime) -> frozenset[int]:
        """Return which publish attempts in flight have been overtaken by an ending."""
        ...

    def next_due(self, *, now: dt.datetime) -> dt.datetime | None:
        """Return when there will be something to claim; None for never."""
        ...

    def lanes(
        self, case_id: str | None = None, *, now: dt.datetime
    ) -> tuple[LaneStatus, ...]:
        """Return the lanes of one case, or of all, ordered by case and channel."""
        ...

    def beat(self, *, now: dt.datetime) -> None:
        """Say that a dispatcher is alive."""
        ...

    def heartbeat(self) -> dt.datetime | None:
        """Return when a dispatcher was last known to be alive."""
        ...
