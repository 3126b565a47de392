"""The crew of worker processes: no publisher can hold up or harm another."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import time
from collections.abc import Collection, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

import attrs

from amberkit.errors import InvalidValue
from amberkit.publish._channel import Channel
from amberkit.publish._nursery import Nursery, WorkersUnavailable
from amberkit.publish._outbox import Answer, Claim
from amberkit.publish._protocol import Outcome

__all__ = ["ProcessCrew"]

_GRACE_S = 1.0
"""How long a killed worker may take to die before nobody waits for it any more."""

_MOST_BYTES = 8192
"""An answer: a reference of 1 kB, escaped, and a little."""


@attrs.define(eq=False)
class _Seat:
    """A place for one worker."""

    index: int
    channel: str
    reserved: bool
    pid: int = 0
    """0 where no nursery knows the worker, or there is none."""

    pipe: Connection | None = None


@attrs.define(eq=False)
class _Job:
    """A claim that a worker has been given."""

    seat: _Seat
    claim: Claim
    until: float
    killed: bool = False


class ProcessCrew:
    """Carries out claims in worker processes (see `Crew`). For one thread at a time.

    Each channel has as many workers as its capabilities allow side by side, and one
    reserved for endings. All start with the crew, so that an ending needs no new
    process. Each has a copy of the publisher as it was then, calls it for one delivery
    at a time, and keeps it for the next. What a publisher writes to standard output
    goes to standard error; descriptors that were open before lead nowhere in a worker.

    No process of the crew outlives this one, however it ends. A worker past its
    deadline is killed with the group of processes that it leads; its claim is answered
    once it is gone, or has not died a second later.

    Args:
        channels: The channels, each with another name. Where this process has other
            threads their publishers must pickle.
        keep: A descriptor that every process of the crew holds open until it dies: a
            lock on it is free only when none is left that could send.

    Raises:
        ChannelNotPortable: If a publisher would have to pickle and does not.
        InvalidValue: If two channels have one name.
        WorkersUnavailable: If no process can be started.
    """

    def __init__(self, channels: Sequence[Channel], *, keep: int | None = None) -> None:
        if len({channel.name for channel in channels}) < len(channels):
            raise InvalidValue("channels", "channels of different names")
        self._channels = tuple(channels)
        self._keep = keep
        self._closed = False
        self._jobs: dict[Connection, _Job] = {}
        self._ended: list[Answer] = []
        self._seats = [
            _Seat(index, channel.name, reserved)
            for index, channel in enumerate(self._channels)
            for reserved in (*[False] * channel.capabilities.concurrency, True)
        ]
        self._nursery: Nursery | None = Nursery(self._channels, keep=keep)
        for seat in self._seats:
            self._hire(seat)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def idle(self, channel: str, *, reserved: bool) -> int:
        """Return how many workers of *channel* could start something at once.

        Workers that are missing are replaced first.

        Raises:
            ChannelNotPortable: As for a new crew, if all of it has to start again.
        """
        return len(list(self._idle(channel, reserved=reserved)))

    def start(self, claim: Claim, *, now: dt.datetime, reserved: bool) -> None:
        """Give *claim* to an idle worker; its deadline begins.

        Raises:
            InvalidValue: If no worker is idle.
        """
        for seat, pipe in self._idle(claim.channel, reserved=reserved):
            try:
                pipe.send((claim, now))
            except OSError:
                # The worker never had the whole of it, so nothing has been sent.
                self._ended.append(Answer(claim=claim, outcome=Outcome.DEFERRED))
                self._dismiss(seat)
            else:
                until = time.monotonic() + claim.deadline_s
                self._jobs[pipe] = _Job(seat, claim, until)
            return
        raise InvalidValue("claim", "for a channel with an idle worker")

    def wait(self, timeout_s: float) -> Sequence[Answer]:
        """Return what has ended, waiting at most *timeout_s* seconds for the first.

        Returns at once where nothing is in flight.
        """
        now = time.monotonic()
        end = now + timeout_s
        while self._jobs:
            wake = min([end, *(job.until for job in self._jobs.values())])
            ready = wait(self._jobs, 0 if self._ended else max(0, wake - now))
            now = time.monotonic()
            for pipe, job in list(self._jobs.items()):
                if pipe in ready:
                    self._hear(pipe, job)
                elif job.until <= now:
                    self._overdue(pipe, job, now)
            if self._ended or now >= end:
                break
        ended, self._ended = self._ended, []
        return ended

    def in_flight(self) -> Collection[Claim]:
        """Return the claims whose answers `wait` has not returned."""
        answered = [answer.claim for answer in self._ended]
        return answered + [job.claim for job in self._jobs.values()]

    def hurry(self, fences: Collection[int], *, within_s: float) -> None:
        """Let the deadlines of some claims end at most *within_s* from now."""
        until = time.monotonic() + within_s
        for job in self._jobs.values():
            if job.claim.fence in fences:
                job.until = min(job.until, until)

    def close(self) -> None:
        """Kill every worker; what was in flight is lost, and stays stored as begun.

        Returns when all are gone. A closed crew has no idle worker.
        """
        self._closed = True
        self._abandon()
        self._jobs.clear()
        self._ended.clear()
        for seat in self._seats:
            self._dismiss(seat)

    # --- workers ----------------------------------------------------------------------

    def _idle(
        self, channel: str, *, reserved: bool
    ) -> Iterator[tuple[_Seat, Connection]]:
        for seat in self._seats:
            if (seat.channel, seat.reserved) != (channel, reserved):
                continue
            if seat.pipe in self._jobs:
                continue
            # An idle worker says nothing; what could be read is the end of its pipe.
            if seat.pipe is not None and seat.pipe.poll():
                self._dismiss(seat)
            if seat.pipe is None and not self._closed:
                with contextlib.suppress(WorkersUnavailable):
                    self._hire(seat)
            if seat.pipe is not None:
                yield seat, seat.pipe

    def _hire(self, seat: _Seat) -> None:
        if self._nursery is not None and self._nursery.lost:
            self._abandon()
        if self._nursery is None:
            self._nursery = Nursery(self._channels, keep=self._keep)
        try:
            hired = self._nursery.fork(seat.index)
        except WorkersUnavailable:
            self._abandon()
            raise
        if hired is not None:
            seat.pid, seat.pipe = hired

    def _abandon(self) -> None:
        """End the nursery, and with it every worker; the next need begins another."""
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None
        for seat in self._seats:
            # Another nursery may come to know another process by the same number.
            seat.pid = 0
            if seat.pipe not in self._jobs:
                self._dismiss(seat)

    def _dismiss(self, seat: _Seat) -> None:
        """Have the worker killed with all it started, and leave its seat empty."""
        if seat.pipe is not None:
            seat.pipe.close()
        self._kill(seat)
        seat.pid, seat.pipe = 0, None

    def _kill(self, seat: _Seat) -> None:
        if self._nursery is not None and seat.pid:
            self._nursery.kill(seat.pid)

    # --- answers ----------------------------------------------------------------------

    def _hear(self, pipe: Connection, job: _Job) -> None:
        try:
            said = _answer(job.claim, pipe.recv_bytes(_MOST_BYTES))
        except (EOFError, OSError, ValueError):
            self._lose(pipe, job)
            return
        self._ended.append(said)
        del self._jobs[pipe]
        if job.killed:
            # It was faster than the signal, which still comes.
            self._dismiss(job.seat)

    def _overdue(self, pipe: Connection, job: _Job, now: float) -> None:
        if job.killed:
            self._lose(pipe, job)
        else:
            # The answer waits for the end of the pipe: until then it could still send.
            job.killed, job.until = True, now + _GRACE_S
            self._kill(job.seat)

    def _lose(self, pipe: Connection, job: _Job) -> None:
        self._ended.append(Answer(claim=job.claim, outcome=Outcome.UNKNOWN))
        del self._jobs[pipe]
        self._dismiss(job.seat)


def _answer(claim: Claim, data: bytes) -> Answer:
    """Return what a worker says of *claim*; anything else is a `ValueError`."""
    said = json.loads(data)
    if not isinstance(said, list) or len(said) != 3 or said[0] != claim.fence:
        raise ValueError
    return Answer(claim=claim, outcome=Outcome(said[1]), reference=said[2])
