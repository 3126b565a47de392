"""The dispatcher: the one that calls publishers, and the one that retries."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol

import attrs

from amberkit.errors import AmberkitError
from amberkit.messages import Operation
from amberkit.publish._channel import Channel
from amberkit.publish._crew import Crew
from amberkit.publish._errors import PublishRefused
from amberkit.publish._outbox import Answer, Outbox
from amberkit.values import aware_utc

__all__ = ["CrewMaker", "Dispatcher", "Stop"]

CrewMaker = Callable[[Sequence[Channel], int | None], Crew]
"""Makes the crew of a dispatcher, from its channels and the descriptor to keep."""

_AT_ONCE = 8
_HURRY_S = 3.0
_POLL_S = 0.1
_LAST_TRIES = 5
_BEAT = dt.timedelta(seconds=5)


class Stop(Protocol):
    """Says when to stop; a `threading.Event` does."""

    def wait(self, timeout: float) -> bool:
        """Wait at most *timeout* seconds; return whether to stop."""
        ...


def _processes(channels: Sequence[Channel], keep: int | None) -> Crew:
    from amberkit.publish._processes import ProcessCrew

    return ProcessCrew(channels, keep=keep)


def _ignore(_: object) -> None:
    """Tell nobody."""


@attrs.define
class _Open:
    """What a dispatcher has while it holds its store."""

    crew: Crew
    release: contextlib.ExitStack
    answers: list[Answer] = attrs.field(factory=list)
    """Those that could not be recorded yet; none is ever dropped."""

    beat: dt.datetime | None = None


class Dispatcher:
    """Sends what is due, and goes on until each channel has confirmed.

    It knows neither desk nor case: it reads the outbox, gives each claim to a worker of
    its channel, and records the answer. There is one for each store at a time; a second
    one is refused until every process of the first has gone. As a context manager it
    keeps its workers from one `drain` to the next.

    Args:
        outbox: What to send.
        channels: Every channel of the store, each name once.
        crew: Makes what carries out the claims; by default worker processes.
        on_answer: Is told of every answer, once it is stored. It has to return at once,
            for nothing is sent meanwhile; what it raises is dropped.
        on_error: Is told when store or workers could not be used for a moment (`run`
            only); as for *on_answer*.
        probe: Is told of every step by name, for tests that stop it there.

    Raises:
        PublishRefused: If a name is given twice or a channel is of another mode.
    """

    def __init__(
        self,
        outbox: Outbox,
        channels: Sequence[Channel],
        *,
        crew: CrewMaker = _processes,
        on_answer: Callable[[Answer], None] = _ignore,
        on_error: Callable[[AmberkitError], None] = _ignore,
        probe: Callable[[str], None] = _ignore,
    ) -> None:
        if len({channel.name for channel in channels}) < len(channels):
            raise PublishRefused("same-name", "every channel must have its own name")
        if any(channel.mode is not outbox.mode for channel in channels):
            raise PublishRefused(
                "other-mode", f"every channel must be of the mode {outbox.mode.value}"
            )
        self._outbox = outbox
        self._channels = tuple(channels)
        self._names = frozenset(channel.name for channel in channels)
        self._make_crew = crew
        self._on_answer = on_answer
        self._on_error = on_error
        self._probe = probe
        self._open: _Open | None = None

    def __enter__(self) -> Dispatcher:
        with contextlib.ExitStack() as stack:
            keep = stack.enter_context(self._outbox.hold())
            crew = self._make_crew(self._channels, keep)
            stack.callback(crew.close)
            self._open = _Open(crew, stack.pop_all())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened.release.close()

    def drain(self, *, now: dt.datetime) -> int:
        """Send what is due at *now*, until nothing more is; return how many attempts.

        It never sleeps until something becomes due: retries, later stages and expiries
        that lie after *now* wait for a later call. Real time passes only while workers
        are busy, and each is stopped at its deadline.

        Raises:
            DispatcherBusy: If another dispatcher holds the store.
            StoreBusy: If somebody else keeps the store from being written. Nothing is
                lost: attempts that have begun count as unknown when it next starts.
            PublishRefused: With the code ``no-workers``, if none can be started.
        """
        now = aware_utc(now)
        if self._open is None:
            with self:
                return self.drain(now=now)
        opened, begun, failed = self._open, 0, None
        self._recover(opened, now)
        self._outbox.beat(now=now)
        while True:
            started, error = self._start(opened, now)
            begun, failed = begun + started, failed or error
            if not started and not opened.crew.in_flight() and not opened.answers:
                if failed is not None:
                    raise failed
                if self._outbox.due(now=now) & self._names:
                    continue
                return begun
            self._finish(opened, now, 0 if started else _POLL_S)

    def run(self, *, clock: Callable[[], dt.datetime], stop: Stop) -> None:
        """Serve until *stop*: send what becomes due, at once.

        What has begun is finished before it returns. While the store cannot be used it
        tries again, and forgets no answer.

        Args:
            clock: Returns the current time, aware.
            stop: Says when to stop.

        Raises:
            DispatcherBusy: If another dispatcher holds the store.
            AmberkitError: If the last answers cannot be stored, tried five times; they
                count as unknown when a dispatcher next starts.
        """
        if self._open is None:
            with self:
                self.run(clock=clock, stop=stop)
            return
        opened, lost, busy = self._open, True, False
        last = None
        # Who has just done something may have more to do, and does not pause.
        while not stop.wait(0 if busy or opened.crew.in_flight() else _POLL_S):
            busy = False
            try:
                now = aware_utc(clock())
                if lost or (last is not None and now < last):
                    self._recover(opened, now)
                    lost = False
                last = now
                begun, failed = self._start(opened, now)
                # Even so: an ending may wait for what is in flight.
                patience_s = _POLL_S if opened.crew.in_flight() else 0
                ended = self._finish(opened, aware_utc(clock()), patience_s)
                busy = begun + ended > 0
                if failed is not None:
                    raise failed
                # Only now, for one that cannot serve its channels is not alive.
                if opened.beat is None or not now - _BEAT < opened.beat <= now:
                    self._outbox.beat(now=now)
                    opened.beat = now
            except AmberkitError as error:
                # An attempt may have been stored that was never begun.
                lost = True
                with contextlib.suppress(Exception):
                    self._on_error(error)
        self._wind_up(opened, clock)

    def _wind_up(self, opened: _Open, clock: Callable[[], dt.datetime]) -> None:
        """Finish what has begun; give up only a store that stays unusable."""
        failures = 0
        while opened.crew.in_flight() or opened.answers:
            try:
                self._finish(opened, aware_utc(clock()), _POLL_S)
            except AmberkitError as error:
                failures += 1
                if failures == _LAST_TRIES:
                    raise
                with contextlib.suppress(Exception):
                    self._on_error(error)

    def _recover(self, opened: _Open, now: dt.datetime) -> None:
        self._outbox.recover(self._channels, now=now, alive=_fences(opened))

    def _start(
        self, opened: _Open, now: dt.datetime
    ) -> tuple[int, AmberkitError | None]:
        """Claim what idle workers take at once, and give it to them.

        Endings first, of every channel, and on workers that never carry anything else.

        Returns:
            How many attempts began, and what kept a channel from being served, if
            anything did.
        """
        due = self._outbox.due(now=now)
        begun, starved = 0, set[str]()
        failed: AmberkitError | None = None
        for reserved in (True, False):
            for channel in self._channels:
                if channel.name not in due:
                    continue
                try:
                    idle = opened.crew.idle(channel.name, reserved=reserved)
                    if idle:
                        begun += self._give(opened, channel, idle, reserved, now)
                    elif not reserved:
                        starved.add(channel.name)
                except AmberkitError as error:
                    failed = failed or error
        is_idle = not (begun or failed or opened.crew.in_flight() or opened.answers)
        # What needs no worker has been done by now.
        if starved and is_idle and starved & self._outbox.due(now=now):
            failed = PublishRefused("no-workers", "there must be a worker to be had")
        return begun, failed

    def _give(
        self,
        opened: _Open,
        channel: Channel,
        idle: int,
        reserved: bool,
        now: dt.datetime,
    ) -> int:
        """Claim for idle workers of one channel; return how much they begin."""
        at_once = _AT_ONCE if channel.capabilities.dedupes else 1
        claims = self._outbox.claim(
            channel, now=now, limit=min(idle, at_once), endings_only=reserved
        )
        self._probe("dispatcher:claimed")
        for claim in claims:
            opened.crew.start(claim, now=now, reserved=reserved)
            self._probe("dispatcher:started")
        return len(claims)

    def _finish(self, opened: _Open, now: dt.datetime, patience_s: float) -> int:
        """Record what has ended, and count it; hurry what an ending has overtaken."""
        publishing = [
            claim.fence
            for claim in opened.crew.in_flight()
            if claim.delivery.operation is Operation.PUBLISH
        ]
        if publishing and (overtaken := self._outbox.overtaken(publishing, now=now)):
            opened.crew.hurry(overtaken, within_s=_HURRY_S)
        opened.answers += opened.crew.wait(patience_s)
        if not opened.answers:
            return 0
        self._probe("dispatcher:answered")
        self._outbox.record(opened.answers, now=now)
        self._probe("dispatcher:recorded")
        answers, opened.answers = opened.answers, []
        for answer in answers:
            # Who is told must not be able to hold back an ending.
            with contextlib.suppress(Exception):
                self._on_answer(answer)
        return len(answers)


def _fences(opened: _Open) -> list[int]:
    flying = [claim.fence for claim in opened.crew.in_flight()]
    return [*flying, *(answer.claim.fence for answer in opened.answers)]
