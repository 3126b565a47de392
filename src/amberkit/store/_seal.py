"""Sealing: what is kept of a case can be read only with its key, and only in place."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amberkit.store._errors import StoreRefused

__all__ = ["derive", "digest", "seal", "unseal"]

_NONCE = 12
_VERSION = b"\x01"


def derive(key: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one purpose, from which neither *key* nor others follow."""
    info = b"amberkit-store-1\n" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)


def seal(key: bytes, place: tuple[str, ...], data: bytes) -> bytes:
    """Encrypt *data* (AES-256-GCM) so that it opens only with *key* and at *place*."""
    nonce = secrets.token_bytes(_NONCE)
    locked = AESGCM(derive(key, "seal")).encrypt(nonce, data, _bound(place))
    return _VERSION + nonce + locked


def unseal(key: bytes, place: tuple[str, ...], sealed: bytes) -> bytes:
    """Return what was sealed with *key* for *place*.

    Raises:
        StoreRefused: ``tampered``, if it was sealed with another key or for another
            place, or changed since.
    """
    nonce, locked = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if sealed[:1] == _VERSION and len(nonce) == _NONCE:
        try:
            return AESGCM(derive(key, "seal")).decrypt(nonce, locked, _bound(place))
        except InvalidTag:
            pass
    right = "what was sealed must be read unchanged and from where it was put"
    raise StoreRefused("tampered", right)


def digest(key: bytes, data: bytes) -> str:
    """Return an HMAC-SHA256 that says nothing of *data* to who has not *key*."""
    return hmac.new(derive(key, "digest"), data, hashlib.sha256).hexdigest()


def _bound(place: tuple[str, ...]) -> bytes:
    # JSON, so that no two places are written alike.
    return b"amberkit-seal-1\n" + json.dumps(place).encode()
