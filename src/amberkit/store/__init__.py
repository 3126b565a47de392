"""The ground that desk and outbox stand on: one file, one turnstile, one key a case.

A `Store` is an SQLite database in which every transaction is whole or not at all, and
waits its turn. Its own tables hold who it is and the audit chains; other rooms add
theirs. What is of a person is sealed with the key of its case, and the keys lie outside
the database in a `KeyRing`: whoever destroys a key has erased the case.

`Store` and `Work` need the extra ``outbox`` and a system with ``flock`` (Linux, macOS);
they are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from amberkit.errors import MissingExtra
from amberkit.store._errors import KeyDestroyed, StoreBusy, StoreRefused
from amberkit.store._keys import DirectoryKeyRing, KeyRing, MemoryKeyRing
from amberkit.store._times import from_us, to_us

if TYPE_CHECKING:
    from amberkit.store._store import Store
    from amberkit.store._work import Work

__all__ = [
    "DirectoryKeyRing",
    "KeyDestroyed",
    "KeyRing",
    "MemoryKeyRing",
    "Store",
    "StoreBusy",
    "StoreRefused",
    "Work",
    "from_us",
    "to_us",
]

_HOME = {"Store": "amberkit.store._store", "Work": "amberkit.store._work"}
_EXTRA = {"cryptography", "sqlalchemy"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        msg = f"module 'amberkit.store' has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        home = importlib.import_module(_HOME[name])
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise MissingExtra("the store", "outbox") from None
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
