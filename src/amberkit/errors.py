"""Every exception that crosses two packages.

The tree, from the caller's point of view::

    AmberkitError                 anything this library raises on purpose
      InvalidValue                one argument or field is not what it must be
      InvalidDocument             a document has problems; all of them are listed
      Refused                     an act is not done, for a reason that has a name
      UnreadableDocument          a file or stream cannot be read as a document at all
      MissingExtra                an optional dependency is not installed
      NotShareable                restricted data was asked for where it may not go

Exceptions that only one package raises live in that package. Each of them inherits
`AmberkitError`, carries its facts as attributes, computes its text from them and
survives pickling. No text holds the value of a person's data: it says *what* is
wrong, *where*, and *what would be right*.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

__all__ = [
    "AmberkitError",
    "InvalidDocument",
    "InvalidValue",
    "MissingExtra",
    "NotShareable",
    "Problem",
    "Refused",
    "UnreadableDocument",
]


@attrs.frozen(kw_only=True)
class Problem:
    """One thing wrong with one place in a document."""

    path: str
    """Where, as a JSON path such as ``$.children[0].age_years``."""

    code: str
    """Stable name of the kind of problem, such as ``required`` or ``out-of-range``."""

    message: str
    """What would be right, without the value that was found."""

    def __str__(self) -> str:
        return f"{self.message} @ {self.path}"


class AmberkitError(Exception):
    """Base of every exception that amberkit raises on purpose."""


class InvalidValue(AmberkitError, ValueError):
    """One argument or field is outside what it may be.

    Attributes:
        name: The argument or field, such as ``radius_m``.
        expected: What would be right, such as ``a finite number in [-90, 90]``.
    """

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(name, expected)
        self.name = name
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.name} must be {self.expected}"


class InvalidDocument(AmberkitError, ValueError):
    """A document does not describe a valid object.

    All problems are collected before this is raised, so that an operator sees the
    whole list at once.

    Attributes:
        kind: What the document was read as, such as ``case``.
        problems: Every `Problem` found, in the order of their paths.
    """

    def __init__(self, kind: str, problems: Sequence[Problem]) -> None:
        self.kind = kind
        self.problems = tuple(problems)
        super().__init__(kind, self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        lines = [f"invalid {self.kind}: {count} problem{'s' if count != 1 else ''}"]
        return "\n".join(lines + [f"  - {problem}" for problem in self.problems])


class Refused(AmberkitError, ValueError):
    """Something is not done, and nothing has changed.

    Each package that refuses has a class of its own below this one.

    Attributes:
        code: Stable name of the reason, such as ``same-person``.
        reason: What stands in the way, or what would be right.
    """

    _opening = ""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"{self._opening}{self.reason}"


class UnreadableDocument(AmberkitError, ValueError):
    """A file cannot be read, or its bytes are no document of the expected format.

    Attributes:
        kind: What it was read as, such as ``case``.
        reason: What is wrong and where, such as ``no such file``.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot read the {self.kind}: {self.reason}"


class MissingExtra(AmberkitError, ImportError):
    """A feature needs an optional dependency that is not installed.

    Attributes:
        feature: What was asked for, such as ``CAP``.
        extra: The extra that brings it, such as ``cap``.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(feature, extra)
        self.feature = feature
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"{self.feature} needs an extra that is not installed; "
            f"run: pip install 'amberkit[{self.extra}]'"
        )


class NotShareable(AmberkitError, TypeError):
    """Restricted data was about to leave the place where it may be.

    Attributes:
        what: What was stopped, such as ``a restricted value``.
        where: Where it was about to go, such as ``pickle``.
    """

    def __init__(self, what: str, where: str) -> None:
        super().__init__(what, where)
        self.what = what
        self.where = where

    def __str__(self) -> str:
        return f"{self.what} may not go into {self.where}"
