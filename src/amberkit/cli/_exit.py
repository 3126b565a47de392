"""What a command's exit code says, and the errors that only a command can make."""

from __future__ import annotations

import enum

from amberkit.eligibility import Truth
from amberkit.errors import (
    AmberkitError,
    InvalidDocument,
    InvalidValue,
    MissingExtra,
    UnreadableDocument,
)
from amberkit.store import KeyDestroyed

__all__ = ["ExitCode", "Unwritable", "UsageError", "code_of", "verdict_code"]


class ExitCode(enum.IntEnum):
    """Exit codes, the same for every command."""

    DONE = 0
    """Done; for ``assess``: the criteria are met."""

    REFUSED = 1
    """Understood, but refused; for ``assess``: the criteria are not met."""

    USAGE = 2
    """An option or argument is wrong, or there is no such pack or language."""

    INVALID = 3
    """A document was read and has problems; all are listed."""

    UNREADABLE = 4
    """A file cannot be read, or is no JSON."""

    UNWRITABLE = 5
    """A file, a folder or the output cannot be written."""

    UNDECIDED = 6
    """A fact that decides is missing; the question to ask next is shown."""

    MISSING_EXTRA = 7
    """An optional dependency is not installed; the command to install it is shown."""

    INTERRUPTED = 130
    """Stopped from the keyboard, as shells count it: 128 + SIGINT."""

    BROKEN_PIPE = 141
    """Who read the output has stopped reading: 128 + SIGPIPE."""


class UsageError(AmberkitError):
    """Options or arguments cannot be used.

    Attributes:
        reasons: What would be right, one for each that is wrong.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return "\n".join(self.reasons)


class Unwritable(AmberkitError):
    """A file, a folder or the output cannot be written.

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


# What an error says of itself; for these its class says too little.
_BY_NAME = {
    "undecided": ExitCode.UNDECIDED,
    "unwritable": ExitCode.UNWRITABLE,
    "not-a-store": ExitCode.UNREADABLE,
}

_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (InvalidDocument, ExitCode.INVALID),
    (UnreadableDocument, ExitCode.UNREADABLE),
    (Unwritable, ExitCode.UNWRITABLE),
    (MissingExtra, ExitCode.MISSING_EXTRA),
    (UsageError, ExitCode.USAGE),
    (InvalidValue, ExitCode.USAGE),
    (KeyDestroyed, ExitCode.REFUSED),
    # What is asked for by name and is not there: a pack, a language.
    (LookupError, ExitCode.USAGE),
)


def code_of(error: AmberkitError) -> ExitCode:
    """Return the exit code for *error*."""
    if (code := _BY_NAME.get(getattr(error, "code", ""))) is not None:
        return code
    for kind, exit_code in _CODES:
        if isinstance(error, kind):
            return exit_code
    return ExitCode.REFUSED


def verdict_code(truth: Truth) -> ExitCode:
    """Return the exit code for a verdict."""
    return {
        Truth.TRUE: ExitCode.DONE,
        Truth.FALSE: ExitCode.REFUSED,
        Truth.UNKNOWN: ExitCode.UNDECIDED,
    }[truth]
