"""Mistakes on the command line, in the words of everything else that is printed."""

from __future__ import annotations

import difflib
import enum
from pathlib import Path
from typing import Any

from cyclopts import (
    App,
    ArgumentCollection,
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from amberkit.cli._exit import UsageError

__all__ = ["usage_error"]

_EXPECTED: dict[Any, str] = {
    bool: "given without a value",
    float: "a number",
    int: "a whole number",
    Path: "a path",
}


def usage_error(error: CycloptsError) -> UsageError:
    """Return the error in one line that ends with where help is to be had."""
    command = " ".join(["amberkit", *(error.command_chain or ())])
    return UsageError(f"{_reason(error)}; see '{command} --help'")


def _reason(error: CycloptsError) -> str:
    name = error.argument.name if error.argument else ""
    match error:
        case (
            UnknownCommandError(unused_tokens=[given, *_], app=App() as app)
            | UnusedCliTokensError(unused_tokens=[given, *_], app=App() as app)
        ) if known := [name for name in app if not name.startswith("-")]:
            return f"there is no command {given!r}; there is: {', '.join(known)}"
        case MissingArgumentError(keyword=str(keyword)):
            return f"{keyword} needs a value"
        case MissingArgumentError(unused_tokens=unused):
            near = difflib.get_close_matches(name, unused or [], n=1)
            hint = f"; there is no option {near[0]}" if near else ""
            return f"{name} must be given{hint}"
        case CoercionError(target_type=type() as kind):
            return f"{name} must be {_expected(kind)}"
        case UnknownOptionError(token=token, argument_collection=known):
            return _unknown_option(token.keyword or token.value, known)
        case RepeatArgumentError(token=token):
            return f"{token.keyword} must be given once"
        case UnusedCliTokensError(unused_tokens=[first, *_]):
            return f"there is one argument too many: {first!r}"
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]


def _expected(kind: type) -> str:
    if issubclass(kind, enum.Enum):
        return f"one of {', '.join(member.value for member in kind)}"
    return _EXPECTED[kind]


def _unknown_option(given: str, known: ArgumentCollection) -> str:
    options = [name for argument in known for name in argument.names]
    near = difflib.get_close_matches(given, options, n=1)
    hint = f"; is {near[0]} meant?" if near else ""
    return f"there is no option {given}{hint}"
