"""What the desk refuses."""

from __future__ import annotations

from amberkit.errors import AmberkitError

__all__ = ["DeskRefused", "VerifierUnreachable"]


class DeskRefused(AmberkitError, ValueError):
    """The desk does not do this; nothing has changed.

    Attributes:
        code: Stable name of the reason, such as ``same-person``.
        says: What would be right.
    """

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code, says)
        self.code = code
        self.says = says

    def __str__(self) -> str:
        return self.says


class VerifierUnreachable(AmberkitError, RuntimeError):
    """A verifier raises this where it cannot tell, for now, whether a signature holds.

    Nothing goes out then; an ending is accepted all the same, and marked.
    """

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "the verifier cannot be reached; try again"
