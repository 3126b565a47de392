"""What a person has to decide, and the record that somebody has."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from amberkit.errors import InvalidValue
from amberkit.values import aware_utc

__all__ = ["Concern", "Override"]


class Concern(enum.Enum):
    """What stands against a plan, unless somebody decides otherwise."""

    UNDECIDED = "undecided"
    """The criteria are not all known."""

    BEYOND_REACH = "beyond_reach"
    """All that is known says on foot, and the area goes beyond what can be reached."""

    EXPOSURE = "exposure"
    """Some people would be alerted more often than the agency's budget allows."""

    QUIET_HOURS = "quiet_hours"
    """It is night, and the alert would be quieter than by day."""

    EXPIRY = "expiry"
    """The alert would end by itself."""


def _concern(value: Concern) -> Concern:
    if not isinstance(value, Concern):
        raise InvalidValue("concern", "a Concern")
    return value


def _reason(value: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 1000:
        raise InvalidValue("reason", "1 to 1000 characters")
    return value


def _person(value: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 64:
        raise InvalidValue("by", "1 to 64 characters")
    return value


@attrs.frozen(kw_only=True)
class Override:
    """A recorded decision to go ahead in spite of a concern, or to go on for longer."""

    concern: Concern = attrs.field(default=Concern.UNDECIDED, converter=_concern)
    """What it sets aside."""

    by: str = attrs.field(converter=_person, repr=False)
    """Who decided: a pseudonym or service number."""

    reason: str = attrs.field(converter=_reason, repr=False)
    """Why, in the agency's words; enters no message."""

    at: dt.datetime = attrs.field(converter=aware_utc)
