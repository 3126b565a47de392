"""The code lists of CAP 1.2; each member's value is the word in the message."""

from __future__ import annotations

import enum

__all__ = [
    "Category",
    "Certainty",
    "MsgType",
    "ResponseType",
    "Scope",
    "Severity",
    "Status",
    "Urgency",
]


class Status(enum.Enum):
    """How a message is to be handled."""

    ACTUAL = "Actual"
    """To be acted upon by all who receive it."""

    EXERCISE = "Exercise"
    """For the participants of an exercise; the note should name it."""

    SYSTEM = "System"
    """For the internal functions of the alerting network."""

    TEST = "Test"
    """Technical testing; to be ignored by everyone."""

    DRAFT = "Draft"
    """Not to be acted upon in its current form."""


class MsgType(enum.Enum):
    """What a message does to earlier ones."""

    ALERT = "Alert"
    """First information."""

    UPDATE = "Update"
    """Replaces the messages in its references."""

    CANCEL = "Cancel"
    """Cancels the messages in its references."""

    ACK = "Ack"
    """Acknowledges the messages in its references."""

    ERROR = "Error"
    """Rejects the messages in its references; the note says why."""


class Scope(enum.Enum):
    """For whom a message is meant."""

    PUBLIC = "Public"
    """For everyone."""

    RESTRICTED = "Restricted"
    """For those whom the restriction names."""

    PRIVATE = "Private"
    """For the addresses only."""


class Category(enum.Enum):
    """Kind of event."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(enum.Enum):
    """What the audience is asked to do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    """Evaluate the information; not for public warnings."""
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(enum.Enum):
    """How soon to respond."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(enum.Enum):
    """How great the threat to life or property is."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(enum.Enum):
    """How sure the sender is of the event."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"
