"""Who acts, and the agency's own code that signs and verifies."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from amberkit.cli._exit import UsageError
from amberkit.cli._options import Act, Actor
from amberkit.errors import AmberkitError, InvalidValue, UnreadableDocument
from amberkit.values import Mode, Principal

if TYPE_CHECKING:
    from amberkit.desk import Verifier

__all__ = ["principal_of", "read_signature", "signer_of", "verifier_of"]


def principal_of(act: Actor) -> Principal:
    """Return who acts."""
    for option, value in (("--by", act.by), ("--role", act.role)):
        try:
            Principal(value, value)
        except InvalidValue as error:
            raise UsageError(f"{option} must be {error.expected}") from None
    return Principal(act.by, act.role)


def read_signature(act: Act) -> bytes | None:
    """Return the signature of who acts, if there is one."""
    if act.signature is None:
        return None
    try:
        return act.signature.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise UnreadableDocument(
            "signature", f"{act.signature}: {reason.lower()}"
        ) from None


def signer_of(name: str | None) -> Callable[[bytes], bytes | None]:
    """Return the function that signs what *name* names; without one nothing is signed.

    Raises:
        UsageError: If there is no such function. What it returns raises the same if
            the agency's function fails.
    """
    if name is None:
        return lambda _: None
    found = _load("--signer", name)
    if not callable(found):
        raise UsageError("--signer must name a function that returns a signature")

    def sign(statement: bytes) -> bytes:
        try:
            signature: object = found(statement)
        except AmberkitError:
            raise
        except Exception as error:  # whatever the agency's own code raises
            raise UsageError(
                "--signer must name a function that returns a signature; this raises "
                f"{type(error).__name__}"
            ) from None
        if not isinstance(signature, bytes):
            raise UsageError("--signer must name a function that returns bytes")
        return signature

    return sign


def verifier_of(act: Actor) -> Verifier | None:
    """Return what checks signatures; None where nothing has to."""
    if act.verifier is None:
        if act.mode is Mode.LIVE:
            raise UsageError("--verifier must be given for a live store")
        return None
    found = _load("--verifier", act.verifier)
    if isinstance(found, type) or not hasattr(found, "verify"):
        try:
            found = cast("Callable[[], object]", found)()
        except Exception as error:  # whatever the agency's own code raises
            raise UsageError(
                "--verifier must name an object with a method verify, or what makes "
                f"one; this is {type(error).__name__}"
            ) from None
    if not callable(getattr(found, "verify", None)):
        raise UsageError("--verifier must name an object with a method verify")
    return cast("Verifier", found)


def _load(option: str, name: str) -> object:
    """Return what PACKAGE.MODULE:NAME stands for."""
    module, _, attribute = name.partition(":")
    try:
        found: object = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{option} must name a module that can be imported; there is no "
            f"{error.name!r} where PYTHONPATH says"
        ) from None
    except Exception as error:  # whatever the agency's own module raises
        raise UsageError(
            f"{option} must be PACKAGE.MODULE:NAME; to import this raises "
            f"{type(error).__name__}"
        ) from None
    return found
