"""What a command's exit code says. Documented in docs/reference/command-line.md."""

from __future__ import annotations

import enum

from amberkit.eligibility import Truth, UnknownPack
from amberkit.errors import (
    AmberkitError,
    InvalidDocument,
    InvalidValue,
    MissingExtra,
    UnreadableDocument,
)

__all__ = ["ExitCode", "Unwritable", "UsageError", "code_of", "verdict_code"]


class ExitCode(enum.IntEnum):
    """Exit codes, the same for every command."""

    DONE = 0
    """Done; for ``assess``: the criteria are met."""

    REFUSED = 1
    """Understood, but refused; for ``assess``: the criteria are not met."""

    USAGE = 2
    """An option or argument is wrong, or a pack or language does not exist."""

    INVALID = 3
    """A document was read and has problems; all are listed."""

    UNREADABLE = 4
    """A file cannot be read, or is no JSON."""

    UNWRITABLE = 5
    """A file or folder cannot be written."""

    UNDECIDED = 6
    """``assess``: a fact is missing; the next question is shown."""

    MISSING_EXTRA = 7
    """An optional dependency is not installed; the command to install it is shown."""


class UsageError(AmberkitError):
    """An option or argument cannot be used.

    Attributes:
        reason: What is wrong and what would be right.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class Unwritable(AmberkitError):
    """A file or folder cannot be written.

    Attributes:
        path: Which one.
        reason: What the system says.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}"


_CODES: tuple[tuple[type[AmberkitError], ExitCode], ...] = (
    (InvalidDocument, ExitCode.INVALID),
    (UnreadableDocument, ExitCode.UNREADABLE),
    (Unwritable, ExitCode.UNWRITABLE),
    (MissingExtra, ExitCode.MISSING_EXTRA),
    (UsageError, ExitCode.USAGE),
    (InvalidValue, ExitCode.USAGE),
    (UnknownPack, ExitCode.USAGE),
)


def code_of(error: AmberkitError) -> ExitCode:
    """Return the exit code for *error*."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return ExitCode.REFUSED


def verdict_code(truth: Truth) -> ExitCode:
    """Return the exit code for a verdict."""
    return {
        Truth.TRUE: ExitCode.DONE,
        Truth.FALSE: ExitCode.REFUSED,
        Truth.UNKNOWN: ExitCode.UNDECIDED,
    }[truth]
