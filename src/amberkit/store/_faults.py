"""What a database says, without what it says it about.

SQLAlchemy's errors hold the statement and its parameters, so none may escape.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from amberkit.errors import AmberkitError
from amberkit.store._errors import StoreBusy, StoreRefused

__all__ = ["plainly", "primary_code"]

T = TypeVar("T")

_REASONS = {
    sqlite3.SQLITE_FULL: ("unwritable", "the disk is full"),
    sqlite3.SQLITE_READONLY: ("unwritable", "the file may not be written to"),
    sqlite3.SQLITE_PERM: ("unwritable", "the file may not be written to"),
    sqlite3.SQLITE_CANTOPEN: ("unwritable", "the file cannot be opened"),
    sqlite3.SQLITE_IOERR: ("unwritable", "reading or writing failed"),
    sqlite3.SQLITE_NOTADB: ("not-a-store", "the file is no SQLite database"),
    sqlite3.SQLITE_CORRUPT: ("not-a-store", "the file is damaged"),
    sqlite3.SQLITE_CONSTRAINT: (
        "conflict",
        "a row is there already, or a value that must be given is not",
    ),
}


def plainly(act: Callable[[], T]) -> T:
    """Return what *act* returns; what a database raises in it is told in our words.

    Raises:
        StoreBusy: If the database is locked.
        StoreRefused: For everything else that it raises.
    """
    try:
        return act()
    except (sqlite3.Error, SQLAlchemyError) as error:
        fault = _fault(error)
    # After the handler, so that the error has none as its context.
    raise fault


def primary_code(error: Exception) -> int | None:
    """Return SQLite's primary result code; None if SQLite did not raise it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _fault(error: Exception) -> AmberkitError:
    code = primary_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(None)
    if code in _REASONS:
        return StoreRefused(*_REASONS[code])
    kind = type(error).__name__
    return StoreRefused("failed", f"the database does not take a statement ({kind})")
