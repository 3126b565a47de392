"""A dispatcher that the demo starts in order to kill it."""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from amberkit.cli._options import Look
from amberkit.cli._stores import channels_of, open_looking
from amberkit.publish import Dispatcher, PublishRefused
from amberkit.values import Audience, Mode

__all__ = ["be_killed", "dispatcher_to_kill"]

_REACHED = "answered"


@contextlib.contextmanager
def dispatcher_to_kill(store: Path, now: dt.datetime) -> Iterator[int]:
    """Start a dispatcher that stops between an answer and the note of it.

    Yields its process id once it is there, and kills it with SIGKILL in the end.
    """
    code = f"import sys; from {__name__} import be_killed; be_killed(*sys.argv[1:])"
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-c", code, str(store), now.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C is for who has started it.
        start_new_session=True,
    )
    try:
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        if child.stdout.readline().strip() != _REACHED.encode():
            raise PublishRefused(
                "no-kill", "the dispatcher that was to be killed ended by itself"
            )
        yield child.pid
    finally:
        child.kill()
        child.communicate()


def be_killed(store: str, now: str) -> None:
    """Dispatch to the public, say that the channel has answered, and wait there."""

    def probe(point: str) -> None:
        if point == "dispatcher:answered":
            print(_REACHED, flush=True)
            # Until it is killed, or nobody is left who could do it.
            sys.stdin.read()
            raise SystemExit(1)

    look = Look(store=Path(store), mode=Mode.EXERCISE)
    channels = channels_of(look.store, Mode.EXERCISE)
    # One alone: of two, nobody could say which has answered first.
    public = [c for c in channels if c.audience is Audience.PUBLIC]
    with open_looking(look) as desk:
        Dispatcher(desk.outbox, public, probe=probe).drain(
            now=dt.datetime.fromisoformat(now)
        )
