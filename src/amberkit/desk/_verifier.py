"""Whether somebody is who he says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from amberkit.values import Principal

__all__ = ["Signer", "Unverified", "Verifier"]

Signer = Callable[[bytes], bytes | None]
"""Returns somebody's signature under a statement."""


class Verifier(Protocol):
    """Checks what a principal has signed, by the agency's own means."""

    def verify(
        self, principal: Principal, statement: bytes, signature: bytes | None
    ) -> bool:
        """Return whether *signature* is that of *principal* under *statement*.

        Args:
            principal: Who acts.
            statement: What is signed: a line of ASCII that names store, act and hash.
            signature: What was given, if anything.

        Raises:
            VerifierUnreachable: If that cannot be found out now.
        """
        ...


class Unverified:
    """Believes everybody. For exercises and tests; a live desk refuses it."""

    def verify(
        self,
        principal: Principal,  # noqa: ARG002 - protocol
        statement: bytes,  # noqa: ARG002 - protocol
        signature: bytes | None,  # noqa: ARG002 - protocol
    ) -> bool:
        return True
