"""What can keep a plan from being made."""

from __future__ import annotations

from amberkit.errors import AmberkitError

__all__ = ["PlanRefused"]


class PlanRefused(AmberkitError, ValueError):
    """No plan may be made from what was given.

    Attributes:
        code: Stable name of the reason, such as ``not-eligible``.
        reason: What stands in the way, and what would be right.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"no plan: {self.reason}"
