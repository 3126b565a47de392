"""How the demo tells its story: a line for each step, and a bar below them."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from amberkit.cli._output import print_line

__all__ = ["Teller"]

_WHAT, _SAYS, _LINE = 10, 15, 79


class Teller:
    """Prints each step when it is done, with the time it took.

    Args:
        chapters: How many chapters the bar counts.
        zone: The time zone in which the day is told.
        as_json: Whether to print nothing, and only keep what is told.
    """

    def __init__(self, chapters: int, *, zone: ZoneInfo, as_json: bool) -> None:
        self.steps: list[dict[str, object]] = []
        self._zone = zone
        self._as_json = as_json
        self._first: dt.date | None = None
        self._days = 0
        self._bar: Progress | None = None
        console = Console(file=sys.stderr)
        if console.is_interactive and not as_json:
            # Drawn by hand: a thread that draws it would keep workers from forking.
            self._bar = Progress(
                TextColumn("{task.description:>14}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=console,
                transient=True,
                auto_refresh=False,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._task = self._bar.add_task("", total=chapters)

    @contextlib.contextmanager
    def chapter(self, name: str) -> Iterator[None]:
        """Show that a chapter is being worked at, and count it when it is done."""
        if self._bar is None:
            yield
            return
        self._bar.update(self._task, description=name)
        self._bar.start()
        try:
            yield
            self._bar.advance(self._task)
        finally:
            self._bar.stop()

    @contextlib.contextmanager
    def step(self, at: dt.datetime, what: str) -> Iterator[Callable[[str], None]]:
        """Time one step; the callback takes what happened, for the line about it."""
        told: list[str] = []
        started = time.perf_counter()
        yield told.append
        took = time.perf_counter() - started
        local = at.astimezone(self._zone)
        clock = f"{local:%H:%M}"
        for text in told:
            self.steps.append(
                {"at": at.isoformat(), "step": what, "says": text}
                | ({"seconds": round(took, 3)} if text is told[0] else {})
            )
        self._tell_day(local.date())
        first, *more = told
        head = f"{clock}  {what:{_WHAT}}{first}"
        self._print(f"{head:{_LINE - 8}}  {took:4.1f} s")
        for text in more:
            self._print(" " * (7 + _WHAT) + text)

    def _tell_day(self, day: dt.date) -> None:
        """Say how many days have passed, when it is another day than before."""
        self._first = self._first or day
        days = (day - self._first).days
        if days != self._days:
            self._print(f"+{days} day{'s' if days != 1 else ''}")
        self._days = days

    def local(self, time: dt.datetime) -> str:
        """Return *time* in the zone of the day, as ISO 8601."""
        return time.astimezone(self._zone).isoformat()

    def say(self, text: str = "") -> None:
        """Print a line that is no step."""
        self._print(text)

    def _print(self, text: str) -> None:
        if self._as_json:
            return
        if self._bar is not None and self._bar.live.is_started:
            self._bar.stop()
            print_line(text)
            sys.stdout.flush()
            self._bar.start()
        else:
            print_line(text)
            sys.stdout.flush()
