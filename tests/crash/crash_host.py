"""A warm process without threads, from which everything that is killed is forked.

A fork of it is ready in milliseconds, where a fresh interpreter takes most of a second.
It adopts whatever its children leave behind, so that it can tell when the last process
of a tree has gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import select
import signal
import subprocess
import sys
import time
import traceback

GUARD_S = 60
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class Host:
    """The test's side."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def run(self, job, **given):
        """Have a child do *job* and return how it ended, once its whole tree has gone."""
        self.start(job, **given)
        return self.finish()

    def start(self, job, **given):
        """Have a child begin with *job*; return its number once it is ready."""
        pickle.dump(("start", job, given), self._process.stdin)
        self._process.stdin.flush()
        return self._answer()

    def finish(self, *, how="wait", after_s=0.0):
        """Wait for the child, ``stop`` it or ``kill`` it after a while."""
        pickle.dump(("finish", how, after_s), self._process.stdin)
        self._process.stdin.flush()
        return self._answer()

    def _answer(self):
        made = pickle.load(self._process.stdout)
        if isinstance(made, dict) and made.get("error"):
            raise AssertionError(made["error"])
        return made

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        if self._process.wait(GUARD_S):
            raise AssertionError("the host of the killed has failed")


# --- the host's own side ------------------------------------------------------------------


def main():
    import crash_acts

    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    crash_acts.plan()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    child = None
    while True:
        try:
            order, *given = pickle.load(orders)
        except EOFError:
            return
        if order == "start":
            child = _Child(getattr(crash_acts, given[0].pop("job")), *given)
            made = child.pid
        else:
            made = child.finish(*given)
        pickle.dump(made, answers)
        answers.flush()


class _Child:
    def __init__(self, run, job, given):
        self._heard, tells = os.pipe()
        stops, self._stop = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._heard)
            os.close(self._stop)
            _be(run, job, tells, stops)
        os.close(tells)
        os.close(stops)
        self._data = b""
        self._died = os.pidfd_open(self.pid)
        if given.get("wait"):
            self._listen(GUARD_S, until=b"ready")

    def _listen(self, timeout_s, *, until=None):
        end = time.monotonic() + timeout_s
        open_ends = [self._heard, self._died]
        while (left := end - time.monotonic()) > 0 and self._died in open_ends:
            ready, _, _ = select.select(open_ends, [], [], left)
            if self._heard in ready:
                data = os.read(self._heard, 1 << 20)
                self._data += data
                if not data:
                    open_ends.remove(self._heard)
                if until is not None and until in self._data:
                    return
            elif self._died in ready:
                open_ends.remove(self._died)

    def finish(self, how, after_s):
        if how == "stop":
            with contextlib.suppress(BrokenPipeError):
                os.write(self._stop, b"x")
        if how == "kill":
            self._listen(after_s)
            signal.pidfd_send_signal(self._died, signal.SIGKILL)
        self._listen(GUARD_S)
        # Whoever is still there is none of ours any more.
        with_guard = time.monotonic() + GUARD_S
        _, status = os.waitpid(self.pid, 0)
        died = time.monotonic()
        orphans = 0
        try:
            while time.monotonic() < with_guard:
                gone, _ = os.waitpid(-1, os.WNOHANG)
                orphans += bool(gone)
                if not gone:
                    time.sleep(0.002)
            return {"error": "a process has outlived its dispatcher"}
        except ChildProcessError:
            pass
        for end in (self._heard, self._stop, self._died):
            os.close(end)
        made = self._data.removeprefix(b"ready")
        told = pickle.loads(made) if made else {}
        return told | {
            "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
            "outlived_s": time.monotonic() - died,
            "orphans": orphans,
        }


def _be(run, job, tells, stops):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        made = {"told": run(job, lambda word: os.write(tells, word), stops)}
    except BaseException:
        made = {"error": traceback.format_exc()}
    try:
        with os.fdopen(tells, "wb") as pipe:
            pipe.write(pickle.dumps(made))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
