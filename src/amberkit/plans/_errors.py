"""What can keep a plan from being made."""

from __future__ import annotations

from amberkit.errors import Refused

__all__ = ["PlanRefused"]


class PlanRefused(Refused):
    """No plan may be made from what was given.

    Its code is such as ``not-eligible``.
    """

    _opening = "no plan: "
