"""The protocol: one delivery in, one receipt out."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Protocol, runtime_checkable

import attrs

from amberkit.errors import InvalidValue
from amberkit.messages import Capabilities, Delivery
from amberkit.values import aware_utc

__all__ = ["Outcome", "Publisher", "Receipt"]


class Outcome(enum.Enum):
    """What became of one delivery."""

    ACCEPTED = "accepted"
    """The channel has taken responsibility for it."""

    DUPLICATE = "duplicate"
    """The channel already had this key; nothing was sent again."""

    REJECTED = "rejected"
    """Refused for good; sending it again will not help."""

    DEFERRED = "deferred"
    """Nothing was sent; the same delivery may be tried again."""

    UNKNOWN = "unknown"
    """It may have been sent, and nobody can tell."""


def _reference(value: str | None) -> str | None:
    if value is None:
        return None
    # Half a surrogate pair has no UTF-8; replaced, it is no longer what was given.
    stored = value.encode(errors="replace") if isinstance(value, str) else b""
    if len(stored) > 1024 or stored.decode() != value:
        raise InvalidValue("reference", "a text of at most 1024 bytes of UTF-8")
    return value


@attrs.frozen(kw_only=True)
class Receipt:
    """What a channel answers to one delivery."""

    key: str
    """The key of the delivery."""

    outcome: Outcome
    at: dt.datetime = attrs.field(converter=aware_utc)
    """When it was known; aware, in UTC."""

    reference: str | None = attrs.field(default=None, converter=_reference, repr=False)
    """What the channel needs to find it again, at most 1 kB; comes back in
    `Delivery.previous`."""


@runtime_checkable
class Publisher(Protocol):
    """Takes deliveries to one channel.

    An implementation inherits from nothing. It is called from one thread at a time and
    reports every failure that it expects as a `Receipt`. Any other exception counts as
    `Outcome.UNKNOWN`: a connection that broke after the last byte looks just like one
    that broke before the first.
    """

    @property
    def name(self) -> str:
        """Stable identifier, the same as the entry-point name."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the channel can carry."""
        ...

    def publish(self, delivery: Delivery, /, *, now: dt.datetime) -> Receipt:
        """Carry out *delivery*, once per key.

        Args:
            delivery: What to do; already within `capabilities`.
            now: The current time, aware. A publisher reads no clock of its own.

        Returns:
            A receipt with the key of the delivery.
        """
        ...
