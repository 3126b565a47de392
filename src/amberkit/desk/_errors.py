"""What the desk refuses."""

from __future__ import annotations

from amberkit.errors import AmberkitError, Refused

__all__ = ["DeskRefused", "VerifierUnreachable"]


class DeskRefused(Refused):
    """The desk does not do this; nothing has changed.

    Its code is such as ``same-person``.
    """


class VerifierUnreachable(AmberkitError, RuntimeError):
    """A verifier raises this where it cannot tell, for now, whether a signature holds.

    Nothing goes out then; an ending is accepted all the same, and marked.
    """

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "the verifier cannot be reached; try again"
