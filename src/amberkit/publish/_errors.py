"""What the publishing machine refuses."""

from __future__ import annotations

from amberkit.errors import AmberkitError

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


class PublishRefused(AmberkitError, ValueError):
    """A dispatcher, an outbox or a channel cannot be used like this.

    Attributes:
        code: Stable name of the reason, such as ``other-mode``.
        says: What would be right.
    """

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code, says)
        self.code = code
        self.says = says

    def __str__(self) -> str:
        return self.says
