"""Everybody who uses a store waits in one line, in the kernel, for a bounded time.

SQLite lets those who want to write poll for its lock, and under load some of them
never get it: without a turnstile, 32 of 40 endings starved. Here each waits on a
``flock`` until it is his turn, and whoever waits too long learns who holds it.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from amberkit.store._errors import StoreBusy, StoreRefused

__all__ = ["FileTurnstile", "MemoryTurnstile"]

# Fixed width: written in place, so that it also works where the disk is full.
_PID = b"%-20d\n"
_NOBODY = b" " * 20 + b"\n"


class MemoryTurnstile:
    """A turnstile between the threads of one process."""

    def __init__(self, wait_s: float) -> None:
        self._lock = threading.Lock()
        self._wait_s = wait_s

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Be the only one in, until the context ends.

        Raises:
            StoreBusy: If others held it for *wait_s*.
        """
        if not self._lock.acquire(timeout=self._wait_s):
            raise StoreBusy(os.getpid())
        try:
            yield
        finally:
            self._lock.release()


class FileTurnstile:
    """A turnstile between all threads and processes that name the same file.

    Args:
        path: The file, made where it is missing. It holds the pid of who is in.
        wait_s: How long to wait.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        self._path = path
        self._wait_s = wait_s
        self._left: list[_Waiter] = []

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Be the only one in, until the context ends.

        Raises:
            StoreBusy: If others held it for *wait_s*.
            StoreRefused: ``unwritable``, if the file cannot be opened.
        """
        file = self._take()
        try:
            _note(file, _PID % os.getpid())
            yield
        finally:
            _note(file, _NOBODY)
            _release(file)

    def _take(self) -> int:
        waiter = self._still_waiting()
        if waiter is None:
            file = self._open()
            if _try_lock(file):
                return file
            waiter = _Waiter(file)
        try:
            return waiter.wait(self._wait_s)
        except StoreBusy:
            self._left.append(waiter)
            raise

    def _still_waiting(self) -> _Waiter | None:
        # Who asks again and again while the store is held must not pile up threads.
        while self._left:
            with suppress(IndexError):
                if (waiter := self._left.pop()).want_again():
                    return waiter
        return None

    def _open(self) -> int:
        # Opened anew each time: a lock belongs to the opening, not to the process, and
        # so it also holds between threads.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            return os.open(self._path, flags, mode=0o600)
        except OSError as error:
            raise _refusal(error) from None


class _Waiter:
    """Waits for the lock in the kernel, on a thread, so that its owner may leave."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._wanted = True
        self._got = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._guard:
            self._got = True
            if not self._wanted:
                _release(self._file)

    def want_again(self) -> bool:
        """Take up a wait that was left; False if it has ended by itself."""
        with self._guard:
            self._wanted = not self._got
            return self._wanted

    def wait(self, wait_s: float) -> int:
        """Return the file, locked; or leave, and the lock is let go when it comes."""
        try:
            self._thread.join(wait_s)
        except BaseException:
            with self._guard:
                self._wanted = False
                if self._got:
                    _release(self._file)
            raise
        with self._guard:
            if self._got:
                return self._file
            self._wanted = False
            raise StoreBusy(_holder(self._file))


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        os.close(file)
        raise _refusal(error) from None
    return True


def _release(file: int) -> None:
    # Explicitly: a child that was forked meanwhile has the same opening.
    fcntl.flock(file, fcntl.LOCK_UN)
    os.close(file)


def _note(file: int, who: bytes) -> None:
    # Only a help for who waits: not worth failing for.
    with suppress(OSError):
        os.pwrite(file, who, 0)


def _holder(file: int) -> int | None:
    noted = os.pread(file, len(_NOBODY), 0).strip()
    return int(noted) if noted.isdigit() else None


def _refusal(error: OSError) -> StoreRefused:
    reason = (error.strerror or "cannot be locked").lower()
    return StoreRefused("unwritable", f"the turnstile of the store: {reason}")
