"""What a channel is given, and what it says of itself."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping

import attrs

from amberkit.errors import InvalidValue
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


@attrs.frozen(kw_only=True)
class Capabilities:
    """What a channel can carry and promise. Declared once, constant for its life."""

    forms: frozenset[str]
    """Media types that it takes, such as ``application/cap+xml``."""

    max_chars: int | None = None
    """Longest plain text in Unicode code points; None for no limit."""

    dedupe: str = attrs.field(
        default="none", validator=attrs.validators.in_(("native", "key", "none"))
    )
    """How it recognizes a delivery that it has had: by itself, by key, or not."""

    cancel: str = attrs.field(
        default="none",
        validator=attrs.validators.in_(("retract", "follow_up", "expire_only", "none")),
    )
    """What an ending does there."""


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
