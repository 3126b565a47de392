"""The command that sends what is due, and goes on until channels have confirmed."""

from __future__ import annotations

import contextlib
import datetime as dt
import json as json_of
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode, UsageError
from amberkit.cli._options import At, Json
from amberkit.cli._outlet import Outlet
from amberkit.cli._output import print_line
from amberkit.cli._stores import channels_of, open_looking, time_of
from amberkit.errors import AmberkitError
from amberkit.publish import (
    NEXT,
    Answer,
    Dispatcher,
    LaneStatus,
    Operation,
    Want,
)

if TYPE_CHECKING:
    from amberkit.desk import Desk

__all__ = ["due_operation", "run"]

_SWEEP_S = 5.0


def run(
    *,
    at: At,
    send: Annotated[
        bool,
        Parameter(
            help="Send. Without this the command only says what is due.",
            negative="",
            show_default=False,
        ),
    ] = False,
    once: Annotated[
        bool,
        Parameter(
            help="With --send: stop when nothing more is due now.",
            negative="",
            show_default=False,
        ),
    ] = False,
    json: Json = False,
) -> ExitCode:
    """Send what is due, one line for each answer, and erase what is due.

    Without --send it says what is due and sends nothing. With it, it serves until
    it is stopped with Ctrl-C or SIGTERM, and then finishes what it has begun.
    There is one for each store at a time. With --json it prints one JSON object
    on each line. A time given with --now runs on from there.

    Example: amberkit run --store desk --send
    """
    if once and not send:
        raise UsageError("--once must come with --send")
    now = time_of(at.now, mode=at.mode)
    with open_looking(at) as desk:
        if send:
            _send(desk, at, now, once=once, as_json=json)
        else:
            _Teller(print_line, as_json=json).due(desk, now)
    return ExitCode.DONE


def _send(desk: Desk, at: At, now: dt.datetime, *, once: bool, as_json: bool) -> None:
    """Send, and print beside it.

    Raises:
        OSError: If the output broke; all the same, what was due has been sent.
    """
    outlet = Outlet(lambda count: _dropped(count, as_json=as_json))
    tell = _Teller(outlet.put, as_json=as_json)
    clock = _clock(at, now)
    sweep = _Sweep(desk, clock, tell)
    dispatcher = Dispatcher(
        desk.outbox,
        channels_of(at.store, at.mode),
        on_answer=lambda answer: tell.answer(answer, clock()),
        on_error=tell.error,
    )
    # The dispatcher before the outlet, for it forks while there is one thread.
    if once:
        with dispatcher, outlet:
            if dispatcher.drain(now=now) + sweep() == 0:
                tell.say("nothing", "nothing was due")
        # Nobody else waits now for who reads.
        outlet.close()
    else:
        with _stopped_by_signals(sweep) as stop, dispatcher, outlet:
            tell.say("serving", f"serving {at.store}; Ctrl-C stops it")
            dispatcher.run(clock=clock, stop=stop)
            tell.say("stopped", "stopped; what had begun is finished")
    if outlet.failure is not None:
        raise outlet.failure


def due_operation(status: LaneStatus, *, now: dt.datetime) -> Operation | None:
    """Return what a dispatcher would do in a lane at *now*; None for nothing."""
    from amberkit.desk import Acts, acts_in

    lane = status.lane
    if acts_in(status) is not Acts.DISPATCHER:
        return None
    if lane.attempt is not None:
        return lane.attempt.operation
    want = Want(status.want)
    if want is Want.CONTENT and status.want_version > lane.version:
        want = Want.NEWER
    waits = lane.retry_at is not None and now < lane.retry_at
    return None if waits else NEXT[want][lane.held]


class _Teller:
    """Prints what happens, for people or as JSON lines."""

    def __init__(self, show: Callable[[str], None], *, as_json: bool) -> None:
        self._show = show
        self._as_json = as_json

    def due(self, desk: Desk, now: dt.datetime) -> None:
        """Print what is due, channel by channel."""
        found = False
        for status in desk.outbox.lanes(now=now):
            operation = due_operation(status, now=now)
            if operation is None:
                continue
            found = True
            lane = status.lane
            self._print(
                {
                    "due": operation.value,
                    "channel": lane.channel,
                    "case": lane.case_id,
                    "version": status.want_version,
                },
                f"due  {lane.channel:10} {operation.value:9} {lane.case_id} "
                f"v{status.want_version}",
            )
        if not found:
            self.say("nothing", "nothing is due")
        elif not self._as_json:
            self._show("nothing was sent; --send sends it")

    def answer(self, answer: Answer, now: dt.datetime) -> None:
        """Print how one attempt ended."""
        delivery = answer.claim.delivery
        self._print(
            {
                "at": now.isoformat(),
                "channel": answer.claim.channel,
                "operation": delivery.operation.value,
                "case": delivery.case_id,
                "version": delivery.version,
                "outcome": answer.outcome.value,
                "key": delivery.key,
            },
            f"{now:%H:%M:%S} UTC  {answer.claim.channel:10} "
            f"{delivery.operation.value:9} {delivery.case_id} v{delivery.version}  "
            f"{answer.outcome.value}",
        )

    def erased(self, case_id: str, now: dt.datetime) -> None:
        """Print that a case has been erased."""
        self._print(
            {"at": now.isoformat(), "erased": case_id},
            f"{now:%H:%M:%S} UTC  erased {case_id}",
        )

    def error(self, error: AmberkitError) -> None:
        """Print what keeps it from working for a moment."""
        self._print(
            {"waiting": type(error).__name__, "message": str(error)},
            f"waiting: {error}",
        )

    def say(self, code: str, text: str) -> None:
        """Print what is no answer."""
        self._print({"state": code}, text)

    def _print(self, document: dict[str, object], text: str) -> None:
        self._show(_line(document, text, as_json=self._as_json))


def _line(document: dict[str, object], text: str, *, as_json: bool) -> str:
    return json_of.dumps(document) if as_json else text


def _dropped(count: int, *, as_json: bool) -> str:
    says = f"nobody read: {count} line{'s' if count != 1 else ''} dropped"
    return _line({"dropped": count}, says, as_json=as_json)


class _Sweep:
    """Erases what is due."""

    def __init__(
        self, desk: Desk, clock: Callable[[], dt.datetime], tell: _Teller
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._tell = tell

    def __call__(self) -> int:
        """Return how many cases were erased."""
        now = self._clock()
        erased = self._desk.sweep(now=now)
        for case_id in erased:
            self._tell.erased(case_id, now)
        return len(erased)

    def patiently(self) -> None:
        """Erase what is due; if the store cannot be used now, the next time will do."""
        try:
            self()
        except AmberkitError as error:
            self._tell.error(error)


class _Stop:
    """Says when to stop, and lets the sweep have its turn while there is time.

    A byte in a pipe, since what a signal handler may do to an event is little.
    """

    def __init__(self, stopped: int, sweep: _Sweep) -> None:
        self._stopped = stopped
        self._sweep = sweep
        self._next = time.monotonic()

    def wait(self, timeout: float) -> bool:
        if time.monotonic() >= self._next:
            self._sweep.patiently()
            self._next = time.monotonic() + _SWEEP_S
        ready, _, _ = select.select([self._stopped], [], [], timeout)
        return bool(ready)


@contextlib.contextmanager
def _stopped_by_signals(sweep: _Sweep) -> Iterator[_Stop]:
    read, write = os.pipe()
    os.set_blocking(write, False)

    def stop(*_: object) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(write, b".")

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield _Stop(read, sweep)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read)
        os.close(write)


def _clock(at: At, begin: dt.datetime) -> Callable[[], dt.datetime]:
    """Return the clock: the system's, or one that runs on from a given time."""
    if at.now is None:
        return lambda: dt.datetime.now(dt.UTC)
    started = time.monotonic()
    return lambda: begin + dt.timedelta(seconds=time.monotonic() - started)
