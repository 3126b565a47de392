"""Lines that are printed beside the work, so that no reader can hold it up."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

__all__ = ["Outlet"]

_MOMENT_S = 1.0


class Outlet:
    """Prints lines from a thread of its own, which runs within the context.

    Lines wait in a queue. Where there is no room for one it is dropped, and in its
    place the output says how many were. What breaks the output ends the printing, and
    nothing else.

    Args:
        dropped: Returns the line that says how many were dropped.
        most: How many lines wait at most.
    """

    def __init__(self, dropped: Callable[[int], str], *, most: int = 10_000) -> None:
        self.failure: OSError | None = None
        """What has ended the printing, if anything has."""
        self._dropped = dropped
        self._most = most
        # A number stands for that many lines, dropped there.
        self._queue: deque[str | int] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._print, daemon=True)

    def put(self, line: str) -> None:
        """Print *line* in its turn; never waits for who reads."""
        with self._changed:
            if len(self._queue) < self._most:
                self._queue.append(line)
            elif isinstance(self._queue[-1], int):
                self._queue[-1] += 1
            else:
                self._queue.append(1)
            self._changed.notify()

    def close(self, *, within_s: float | None = None) -> None:
        """Let what waits be printed, and return when it is or the time is up."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(within_s)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(within_s=_MOMENT_S)

    def _print(self) -> None:
        write = _writer()
        try:
            while (found := self._next()) is not None:
                write(self._dropped(found) if isinstance(found, int) else found)
        except OSError as failure:
            self.failure = failure

    def _next(self) -> str | int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closed)
            return self._queue.popleft() if self._queue else None


def _writer() -> Callable[[str], None]:
    """Return what prints a line to where standard output leads now."""
    stream = sys.stdout
    try:
        number = stream.fileno()
    except OSError:
        # It leads into this process, as in a test.
        return lambda line: print(line, file=stream, flush=True)

    def write(line: str) -> None:
        # Past the stream: a thread that hangs in it would keep the process from ending.
        data = f"{line}\n".encode(stream.encoding, errors="replace")
        while data:
            data = data[os.write(number, data) :]

    return write
