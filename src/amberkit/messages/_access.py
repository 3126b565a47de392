"""Who may see what: the one allow-list, by audience, class and field."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from amberkit.errors import AmberkitError
from amberkit.values import Audience, DisclosureReason, Privacy

__all__ = ["ACCESS", "FIELDS", "Access", "DisclosureRefused", "may_see"]


class Access(enum.Enum):
    """On what condition an audience sees a class of data."""

    ALWAYS = "always"
    WITH_REASON = "with a recorded reason"
    NEVER = "never"


ACCESS: Mapping[Audience, Mapping[Privacy, Access]] = MappingProxyType(
    {
        Audience.PUBLIC: MappingProxyType(
            {
                Privacy.P0: Access.ALWAYS,
                Privacy.P1: Access.ALWAYS,
                Privacy.P2: Access.WITH_REASON,
                Privacy.S: Access.NEVER,
                Privacy.R: Access.NEVER,
                Privacy.K: Access.NEVER,
            }
        ),
        Audience.SERVICES: MappingProxyType(
            {
                Privacy.P0: Access.ALWAYS,
                Privacy.P1: Access.ALWAYS,
                Privacy.P2: Access.ALWAYS,
                Privacy.S: Access.WITH_REASON,
                Privacy.R: Access.NEVER,
                Privacy.K: Access.NEVER,
            }
        ),
    }
)
"""Who may see what: the one allow-list, by audience and class."""


def may_see(
    audience: Audience, privacy: Privacy, *, reason: DisclosureReason | None
) -> bool:
    """Return whether *audience* may see data of class *privacy*.

    *reason* is the one recorded for this field and audience, or None.
    """
    access = ACCESS[audience][privacy]
    has_reason = isinstance(reason, DisclosureReason)
    return access is Access.ALWAYS or (access is Access.WITH_REASON and has_reason)


_SEEN = ("height_cm", "weight_kg", "build", "hair", "eyes", "marks", "clothing")
_LOOKS = tuple(f"appearance.{name}" for name in _SEEN)
_PICTURE = tuple(f"photographs.{name}" for name in ("kind", "alt", "taken", "differs"))
_ADULT = {
    Privacy.P1: ("sex", "age_years", *_LOOKS, "dangerous"),
    Privacy.P2: ("name", *_PICTURE),
}
_CARRIED: Mapping[str, Mapping[Privacy, tuple[str, ...]]] = {
    "": {Privacy.P0: ("id", "revision")},
    "children.": {
        Privacy.P1: ("given_name", "sex", "age_years", *_LOOKS, *_PICTURE),
        Privacy.P2: ("family_name", "birth_date", "languages", "health_instruction"),
        Privacy.S: ("health", "disability", "origin"),
    },
    "last_seen.": {
        Privacy.P1: ("time", "place", "direction"),
        Privacy.P2: ("at", "uncertainty_m"),
    },
    "sightings.": {
        Privacy.P2: (
            *("at", "uncertainty_m", "seen", "reported"),
            *("confidence", "mobility", "road"),
        ),
    },
    "circumstances.": {Privacy.P1: ("summary", "mobility")},
    "companions.": _ADULT,
    "suspects.": _ADULT,
    "vehicles.": {
        Privacy.P1: (
            *("kind", "color", "make", "model", "marks"),
            *("plate_country", "confidence"),
        ),
        Privacy.P2: ("plate", "plate_partial"),
    },
    "report.": {Privacy.P0: ("received",), Privacy.P2: ("station",)},
}

FIELDS: Mapping[str, Privacy] = MappingProxyType(
    {
        f"{group}{name}": privacy
        for group, classes in _CARRIED.items()
        for privacy, names in classes.items()
        for name in names
    }
)
"""Every field of a case that a message can carry, with its class. No restricted field
is here. It stands apart from the models on purpose, and a test holds the two together:
whoever makes a field public has to say so twice."""


class DisclosureRefused(AmberkitError, ValueError):
    """A field was about to enter a message whose audience may not see it.

    Attributes:
        field: The field, such as ``children.school``.
        privacy: Its class.
        audience: The audience of the message.
    """

    def __init__(self, field: str, privacy: Privacy, audience: Audience) -> None:
        super().__init__(field, privacy, audience)
        self.field = field
        self.privacy = privacy
        self.audience = audience

    def __str__(self) -> str:
        access = ACCESS[self.audience][self.privacy].value
        return (
            f"{self.field} is of class {self.privacy.name}, which "
            f"{self.audience.name} sees {access}"
        )
