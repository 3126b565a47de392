"""A publisher bound to one mode and one audience."""

from __future__ import annotations

import re

import attrs

from amberkit.errors import InvalidValue
from amberkit.messages import Capabilities
from amberkit.publish._protocol import Publisher
from amberkit.values import Audience, Mode, finite

__all__ = ["Channel"]

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def _name(value: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InvalidValue("channel name", "1 to 32 of a-z, 0-9, '_', '-', a-z first")
    return value


def _deadline(value: float) -> float:
    return finite("deadline_s", value, 0.01, 600)


@attrs.frozen(kw_only=True)
class Channel:
    """One way out: a publisher, for one mode and one audience.

    Mode and audience are the binding's own, so that a message of another mode or for
    another audience cannot reach it by any mistake made elsewhere.

    Raises:
        InvalidValue: If the name is not 1 to 32 of ``a-z 0-9 _ -`` with a letter first,
            or the publisher lacks a member of the protocol.
    """

    name: str = attrs.field(converter=_name)
    """The name of the binding, unique among the channels of a store, and part of every
    idempotency key: renaming a channel makes another one of it."""

    publisher: Publisher = attrs.field(repr=False)
    mode: Mode
    audience: Audience
    deadline_s: float = attrs.field(default=15.0, converter=_deadline)
    """Real seconds after which an attempt is stopped and its outcome is unknown."""

    capabilities: Capabilities = attrs.field(init=False, repr=False)
    """What the publisher said that it can carry, asked once: no plugin code runs in
    the dispatcher's own process after that."""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.publisher, Publisher):
            raise InvalidValue("publisher", "an object with the members of Publisher")
        said = self.publisher.capabilities
        if not isinstance(said, Capabilities):
            raise InvalidValue("capabilities", "a Capabilities")
        object.__setattr__(self, "capabilities", said)
