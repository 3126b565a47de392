"""The one predicate that lets something out."""

from __future__ import annotations

import datetime as dt
import enum

from amberkit.messages import Operation
from amberkit.values import Audience, Mode

__all__ = ["Refusal", "release_refusal"]


class Refusal(enum.Enum):
    """Why something must not go out."""

    OTHER_MODE = "store, release and channel are not of one mode"
    OTHER_AUDIENCE = "it is for another audience than the channel"
    NOT_APPROVED = "it is not what was approved last"
    ENDED = "the case has ended"
    EXPIRED = "the alert has expired"


def release_refusal(
    operation: Operation,
    *,
    modes: tuple[Mode, Mode, Mode],
    audiences: tuple[Audience, Audience],
    content_hash: str,
    approved_hash: str,
    ended: bool,
    expires: dt.datetime,
    now: dt.datetime,
) -> Refusal | None:
    """Return why an operation must not go out, or None if it may.

    Everything that is ever sent passes here, once for each attempt. An ending and a
    withdrawal need no approval and have no expiry: they are never late.

    Args:
        operation: What is to be done.
        modes: Those of the store, of the release and of the channel.
        audiences: Those of the content and of the channel.
        content_hash: The hash under which the content was approved.
        approved_hash: The hash that is released now.
        ended: Whether the case has been ended.
        expires: When the alert expires.
        now: The current time.
    """
    if len(set(modes)) > 1:
        return Refusal.OTHER_MODE
    if audiences[0] is not audiences[1]:
        return Refusal.OTHER_AUDIENCE
    if operation is not Operation.PUBLISH:
        return None
    if content_hash != approved_hash:
        return Refusal.NOT_APPROVED
    if ended:
        return Refusal.ENDED
    return Refusal.EXPIRED if now >= expires else None
