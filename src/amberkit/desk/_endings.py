"""What follows from the reason for which an alert ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from amberkit.values import Reason

__all__ = ["ENDINGS", "EXPIRY", "Ending"]


@attrs.frozen
class Ending:
    """How an alert ends for one reason."""

    wording: str
    """Which message goes out, one of `amberkit.render.ENDINGS`."""

    withdraw: bool
    """Whether channels are asked to remove what identifies the child."""

    erase_after: dt.timedelta
    """How long after the end the desk keeps what tells of the case."""


_DAY = dt.timedelta(hours=24)
_MONTH = dt.timedelta(days=30)

ENDINGS: Mapping[Reason, Ending] = MappingProxyType(
    {
        Reason.LOCATED_SAFE: Ending("found", True, _DAY),
        # The public learns that it is over, and nothing of what happened.
        Reason.LOCATED_HARMED: Ending("over", True, _DAY),
        Reason.DECEASED: Ending("over", True, _DAY),
        Reason.EXPIRED_UNLOCATED: Ending("not_found", True, _MONTH),
        Reason.WITHDRAWN_FOR_RISK: Ending("over", True, _DAY),
        Reason.ISSUED_IN_ERROR: Ending("error", True, _DAY),
        Reason.MERGED: Ending("over", True, _DAY),
    }
)
"""By reason. Everything is withdrawn: the right to show a child's picture ends with the
alert (France, three hours; Cyprus DPA, Directive 1/2024). The times are policy of this
library: a day for corrections, a month where the search goes on and an officer may have
to read what was said."""

EXPIRY = ENDINGS[Reason.EXPIRED_UNLOCATED]
"""How an alert ends that nobody ends."""
