"""What can go wrong with a CAP message."""

from __future__ import annotations

from amberkit.errors import AmberkitError, InvalidDocument

__all__ = ["CapError", "CapNotFaithful"]


class CapError(InvalidDocument):
    """Bytes are no CAP 1.2 message that can be trusted; every problem is listed.

    The path of a `Problem` is an XPath such as ``/alert/info[2]/urgency``; its
    message begins with the line where there is one; its code is one of

    - ``too-large``, ``encoding``, ``doctype``, ``xml``: the bytes were not read at all;
    - ``root``, ``unknown``, ``attribute``, ``text``, ``missing``, ``repeated``,
      ``order``: the elements are not those of CAP 1.2;
    - ``value``: one element holds what it may not;
    - ``conflict``: two elements contradict each other. Looked for once every element
      is right on its own.
    """


class CapNotFaithful(AmberkitError, RuntimeError):
    """A message as written does not read back as it was given; nothing is returned.

    Attributes:
        identifier: The identifier of the message.
    """

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier)
        self.identifier = identifier

    def __str__(self) -> str:
        return (
            f"CAP message {self.identifier} does not read back as it was given; "
            "it must hold only what the model accepts"
        )
