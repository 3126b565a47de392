"""What the publishing machine refuses."""

from __future__ import annotations

from amberkit.errors import AmberkitError, Refused

__all__ = ["DispatcherBusy", "PublishRefused"]


class DispatcherBusy(AmberkitError, RuntimeError):
    """Another dispatcher, or a worker of it, is at work on this store.

    Attributes:
        pid: Its process, where it is known.
    """

    def __init__(self, pid: int | None = None) -> None:
        super().__init__(pid)
        self.pid = pid

    def __str__(self) -> str:
        who = "another process" if self.pid is None else f"process {self.pid}"
        return f"{who} is dispatching from this store; there can be only one"


class PublishRefused(Refused):
    """A dispatcher, an outbox or a channel cannot be used like this.

    Its code is such as ``other-mode``.
    """
