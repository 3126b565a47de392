"""The nursery: a small process without threads, from which workers are forked.

Three kinds of process. The *dispatcher* has the store open and may have threads. It
starts one *nursery*, which has neither, and asks it over a line for *workers*; each
worker's pipe comes back over the same line. A worker carries out deliveries; the
nursery forks, kills and reaps. Nothing but the nursery signals a worker, so no signal
can reach a process that took over the number of one that is gone.

No process here outlives the dispatcher. The nursery sees its line end, or that it has
got another parent, kills the group of every worker and ends. A worker dies with the
nursery (Linux), or when its pipe ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import Any, NoReturn

from amberkit.errors import AmberkitError
from amberkit.publish._channel import Channel
from amberkit.publish._crew import answer_to
from amberkit.publish._protocol import Outcome, Publisher

__all__ = ["ChannelNotPortable", "Nursery", "WorkersUnavailable"]

_FORK, _KILL, _END = "fork", "kill", "end"

_START_S = 60.0
"""A fresh interpreter that imports every plugin is ready by then."""

_FORK_S = 5.0
_END_S = 2.0
_TICK_S = 1.0
"""How often the nursery looks for what no message tells it."""

_STALL_S = 1
"""How long one read or write of the dispatcher may hold it up."""

_PR_SET_PDEATHSIG = 1


class ChannelNotPortable(AmberkitError, TypeError):
    """A channel's publisher cannot be handed to another interpreter.

    Attributes:
        channel: The name of the channel.
    """

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.channel = channel

    def __str__(self) -> str:
        return (
            f"the publisher of channel {self.channel!r} cannot be handed to a worker "
            "process: it must pickle, and its module must be importable there, or the "
            "crew be started before any thread"
        )


class WorkersUnavailable(AmberkitError, RuntimeError):
    """The process from which workers are forked is not there, or does not answer.

    Attributes:
        doing: What was asked of it, such as ``start``.
    """

    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self.doing = doing

    def __str__(self) -> str:
        return (
            f"worker processes are not available: {self.doing} did not succeed; "
            "see what the process wrote to standard error"
        )


class Nursery:
    """The dispatcher's side of a nursery.

    It is forked where this process has one thread, and otherwise begins with a fresh
    interpreter, for a fork would inherit locks that another thread holds.

    Args:
        channels: The channels whose publishers workers call.
        keep: A descriptor that the nursery and all workers hold open until they die.

    Raises:
        ChannelNotPortable: If a publisher cannot go to a fresh interpreter.
        WorkersUnavailable: If it does not start.
    """

    def __init__(self, channels: Sequence[Channel], *, keep: int | None) -> None:
        self._line, theirs = multiprocessing.Pipe()
        with contextlib.ExitStack() as undo:
            undo.callback(self._line.close)
            with theirs:
                self._process = _started(theirs, channels)
            undo.callback(self._reap)
            broken = self._answer("the start", _START_S)
            if broken is not None:
                raise ChannelNotPortable(channels[broken].name)
            with _line_of("the start"):
                self._line.send(keep is not None)
                if keep is not None:
                    send_handle(self._line, keep, self._process.pid)
            undo.pop_all()

    def fork(self, index: int) -> tuple[int, Connection] | None:
        """Return number and pipe of a new worker; None if the system allows no more.

        Args:
            index: Of the channel whose publisher it calls.

        Raises:
            WorkersUnavailable: If the nursery is gone.
        """
        with _line_of("a new worker"):
            self._line.send((_FORK, index))
        pid = self._answer("a new worker", _FORK_S)
        if not pid:
            return None
        with _line_of("a new worker"):
            return pid, Connection(recv_handle(self._line))

    @property
    def lost(self) -> bool:
        """Whether it has gone."""
        # It never speaks unasked; what could be read is the end of its line.
        return self._line.poll()

    def kill(self, pid: int) -> None:
        """Have a worker and what it started killed; does not wait for it."""
        with contextlib.suppress(OSError):
            self._line.send((_KILL, pid))

    def close(self) -> None:
        """Kill every worker, see that they are gone, and end."""
        with contextlib.suppress(OSError):
            self._line.send((_END, 0))
            # The line ends when the nursery has, and it waits for its workers.
            self._line.poll(_END_S)
        self._line.close()
        self._reap()

    def _answer(self, doing: str, within_s: float) -> Any:
        with _line_of(doing):
            if self._line.poll(within_s):
                return self._line.recv()
        raise WorkersUnavailable(doing)

    def _reap(self) -> None:
        self._process.kill()
        self._process.join()
        # It counts as running where a handler of the agency's has reaped it before.
        with contextlib.suppress(ValueError):
            self._process.close()


@contextlib.contextmanager
def _line_of(doing: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError):
        raise WorkersUnavailable(doing) from None


def _started(line: Connection, channels: Sequence[Channel]) -> Any:
    process: Any
    if threading.active_count() == 1:
        publishers = tuple(channel.publisher for channel in channels)
        process = multiprocessing.get_context("fork").Process(
            target=_forked, args=(line, os.getpid(), publishers), daemon=True
        )
    else:
        pickled = tuple(_pickled(channel) for channel in channels)
        process = multiprocessing.get_context("spawn").Process(
            target=_spawned, args=(line, os.getpid(), pickled), daemon=True
        )
    # From the fork on, nothing of this process may be collected in the other: closing
    # a database there would undo what is open here.
    collects = gc.isenabled()
    gc.disable()
    try:
        process.start()
    except OSError:
        raise WorkersUnavailable("the start") from None
    finally:
        if collects:
            gc.enable()
    return process


def _pickled(channel: Channel) -> bytes:
    try:
        return pickle.dumps(channel.publisher)
    except Exception:
        # Not the cause: its text may quote what the publisher holds.
        raise ChannelNotPortable(channel.name) from None


# --- the nursery's own side ---------------------------------------------------------


def _spawned(line: Connection, parent: int, pickled: Sequence[bytes]) -> None:
    publishers = []
    for index, data in enumerate(pickled):
        try:
            publishers.append(pickle.loads(data))  # noqa: S301 - made by our parent
        except Exception:
            line.send(index)
            return
    _forked(line, parent, publishers)


def _forked(line: Connection, parent: int, publishers: Sequence[Publisher]) -> None:
    """Be a nursery; never returns."""
    try:
        gc.freeze()
        gc.enable()
        os.setsid()
        _default_signals()
        _let_go(line.fileno())
        # Held, for the end of the last reference would write what they still hold.
        _inherited = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = os.fdopen(
            2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        line.send(None)
        _tend(line, parent, publishers)
    finally:
        # No finalizer of the dispatcher's may run here.
        os._exit(0)


def _default_signals() -> None:
    # Python ignores the first two so that a broken pipe is an error and not the end.
    ignored = {signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT}
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        action = signal.SIG_IGN if number in ignored else signal.SIG_DFL
        signal.signal(number, action)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _let_go(line: int) -> None:
    """Give up every descriptor but *line*; what is written out goes to stderr.

    A descriptor that is given up leads nowhere from then on. It is not closed, for its
    number would be given to another one, to which an object of the dispatcher, such as
    a log, might then write.
    """
    inherited = {int(entry.name) for entry in os.scandir("/dev/fd")}
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    for number in inherited - {0, 1, 2, line, nowhere}:
        os.dup2(nowhere, number, inheritable=False)


def _tend(line: Connection, parent: int, publishers: Sequence[Publisher]) -> None:
    living: set[int] = set()
    dying: set[int] = set()
    with contextlib.suppress(EOFError, OSError):
        if line.recv():
            # Held by its number alone, here and in every worker, and never closed.
            recv_handle(line)
        order = ""
        # The line does not end while any process that the dispatcher forked holds it.
        while order != _END and os.getppid() == parent:
            if line.poll(_TICK_S):
                order, number = line.recv()
                if order == _FORK:
                    _fork(line, publishers[number], living)
                elif number in living:
                    living.remove(number)
                    dying.add(number)
                    _kill(number)
            # A process in the middle of a system call may take its time to die.
            dying = {pid for pid in dying if os.waitpid(pid, os.WNOHANG)[0] == 0}
    for pid in living:
        _kill(pid)
    for pid in living | dying:
        os.waitpid(pid, 0)


def _kill(pid: int) -> None:
    # A worker that has just been forked does not lead its group yet; one that is dead
    # may have left others in it.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _fork(line: Connection, publisher: Publisher, living: set[int]) -> None:
    nursery = os.getpid()
    try:
        theirs, ours = multiprocessing.Pipe()
        _never_stall(theirs)
        pid = os.fork()
    except OSError:
        line.send(0)
        return
    if pid == 0:
        _work(ours, publisher, nursery, (line, theirs))
    living.add(pid)
    ours.close()
    with theirs:
        line.send(pid)
        send_handle(line, theirs.fileno(), nursery)


def _never_stall(pipe: Connection) -> None:
    """Let no read or write of the dispatcher wait long for a worker that is stuck."""
    limit = struct.pack("ll", _STALL_S, 0)
    with socket.socket(fileno=os.dup(pipe.fileno())) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


# --- a worker's own side ------------------------------------------------------------


def _work(
    pipe: Connection, publisher: Publisher, nursery: int, others: Sequence[Connection]
) -> NoReturn:
    """Be a worker; never returns."""
    try:
        os.setsid()
        for other in others:
            other.close()
        _die_with(nursery)
        _serve(pipe, publisher)
    finally:
        os._exit(0)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process with its parent, where it can (Linux)."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died before that.
    if os.getppid() != parent:
        os._exit(0)


def _serve(pipe: Connection, publisher: Publisher) -> None:
    """Carry out claims one by one until the pipe ends.

    What goes back is ``[fence, outcome, reference]`` as JSON: the dispatcher never
    unpickles what a plugin made.
    """
    with contextlib.suppress(EOFError, OSError):
        while True:
            claim, now = pipe.recv()
            said: tuple[int, str, str | None]
            try:
                receipt = publisher.publish(claim.delivery, now=now)
                answer = answer_to(claim, receipt)
                said = (claim.fence, answer.outcome.value, answer.reference)
                data = json.dumps(said)
            except BaseException as error:
                # Not even SystemExit of a plugin ends its worker.
                _tell(claim.channel, error)
                data = json.dumps((claim.fence, Outcome.UNKNOWN.value, None))
            pipe.send_bytes(data.encode())


def _tell(channel: str, error: BaseException) -> None:
    """Say on standard error what a publisher raised and where, without its text.

    The text may quote what was to be published.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}"
    kind = type(error).__qualname__
    # Whoever reads it may have gone.
    with contextlib.suppress(OSError, ValueError):
        print(f"amberkit: channel {channel}: {kind} at {place}", file=sys.stderr)  # noqa: T201 - a worker has no other voice
