"""What can go wrong with a CAP message."""

from __future__ import annotations

from amberkit.errors import AmberkitError, InvalidDocument

__all__ = ["CapError", "CapNotFaithful"]


class CapError(InvalidDocument):
    """Bytes are no CAP 1.2 message that may be trusted.

    Each `Problem` has an XPath such as ``/alert/info[2]/urgency``, a message that
    begins with the line number where there is one, and one of the codes in
    ``docs`` of `parse_cap`.
    """


class CapNotFaithful(AmberkitError, RuntimeError):
    """What was written does not read back as what was given; nothing is returned.

    Attributes:
        identifier: The identifier of the message.
    """

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier)
        self.identifier = identifier

    def __str__(self) -> str:
        return (
            f"CAP message {self.identifier} does not read back as it was given; "
            "give only values that its model accepts"
        )
