"""What a channel is given, and what it says of itself."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from amberkit.errors import InvalidValue
from amberkit.messages._message import Picture
from amberkit.values import Audience, CaseId, Mode, aware_utc

__all__ = ["Capabilities", "Delivery", "Operation"]


class Operation(enum.Enum):
    """What a delivery asks of a channel."""

    PUBLISH = "publish"
    """Show this content, in place of an earlier version of the same case."""

    CANCEL = "cancel"
    """Say that the alert is over."""

    WITHDRAW = "withdraw"
    """Remove what identifies the child."""


def _one_of(*words: str) -> Any:
    return attrs.validators.in_(words)


@attrs.frozen(kw_only=True)
class Capabilities:
    """What a channel can carry and promise. Declared once, constant for its life.

    Raises:
        InvalidValue: If a number is out of its range.
    """

    forms: frozenset[str]
    """Media types that it takes: ``text/plain``, ``application/cap+xml``,
    ``application/geo+json``."""

    max_chars: int | None = None
    """Longest plain text in Unicode code points; None for no limit."""

    pictures: int = 0
    """How many pictures it takes."""

    dedupe: str = attrs.field(
        default="none", validator=_one_of("native", "key", "query", "none")
    )
    """How it recognizes a delivery that it has had: by itself, by its key, because the
    publisher can ask, or not at all."""

    cancel: str = attrs.field(
        default="none", validator=_one_of("retract", "follow_up", "expire_only", "none")
    )
    """What an ending does there: the message goes; another one follows it; nothing,
    but the channel forgets it at its expiry; nothing."""

    withdraw: str = attrs.field(
        default="none", validator=_one_of("delete", "replace", "request", "none")
    )
    """How what identifies the child is removed after the ending. ``request`` means that
    a person has to ask, and is never done by itself."""

    on_unknown: str = attrs.field(default="hold", validator=_one_of("hold", "resend"))
    """What to do where nobody can tell whether a publish arrived and the channel does
    not dedupe: wait for a person, or send again, where two are better than none."""

    concurrency: int = 1
    """How many deliveries it takes side by side."""

    max_per_second: float | None = None
    """How many deliveries it takes in a second; None for no limit."""

    late_effect_s: float = 0
    """For how many seconds after a lost connection a delivery may still take effect."""

    def __attrs_post_init__(self) -> None:
        if self.concurrency < 1:
            raise InvalidValue("concurrency", "at least 1")
        if self.max_per_second is not None and not self.max_per_second > 0:
            raise InvalidValue("max_per_second", "more than 0, or None")
        if not 0 <= self.late_effect_s <= 86_400:
            raise InvalidValue("late_effect_s", "in [0, 86400]")

    @property
    def dedupes(self) -> bool:
        """Whether the same delivery sent twice has its effect once."""
        return self.dedupe != "none"


def _pairs(
    forms: Mapping[str, bytes] | Iterable[tuple[str, bytes]],
) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted(dict(forms).items()))


@attrs.frozen(kw_only=True)
class Delivery:
    """One operation for one channel, rendered: what was approved is what is sent."""

    key: str
    """Idempotency key; equal keys mean the same effect, over retries and restarts."""

    operation: Operation
    case_id: CaseId
    version: int
    """Grows with each content of the case; a channel ignores what is older."""

    mode: Mode
    audience: Audience
    forms: tuple[tuple[str, bytes], ...] = attrs.field(converter=_pairs, repr=False)
    """The content as pairs of media type and bytes, sorted; a mapping is taken too.
    A tuple, because a delivery travels to another process."""

    pictures: tuple[Picture, ...] = attrs.field(default=(), repr=False)
    """The pictures that go with it, as many as the channel takes."""

    expires: dt.datetime = attrs.field(converter=aware_utc)
    previous: str | None = attrs.field(default=None, repr=False)
    """The reference that the channel's last receipt for this case gave."""

    def form(self, media_type: str) -> bytes:
        """Return the content in *media_type*.

        Raises:
            InvalidValue: If the delivery has no such form.
        """
        forms = dict(self.forms)
        if media_type not in forms:
            raise InvalidValue("media_type", "one of " + ", ".join(forms))
        return forms[media_type]
