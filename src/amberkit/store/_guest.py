"""An agency's own transaction: we write in it, and neither begin nor end it."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.exc import OperationalError

from amberkit.errors import InvalidValue
from amberkit.store._errors import StoreRefused
from amberkit.store._faults import primary_code
from amberkit.store._tables import STORE
from amberkit.store._work import Run, run_on_alchemy, run_on_sqlite3

__all__ = ["join"]

_TAKE_PART = (
    update(STORE)
    .where(STORE.c.id == bindparam("store_id"))
    .values(turn=STORE.c.turn + 1)
)


def join(connection: object, store_id: str) -> Run:
    """Return what runs statements in the transaction of *connection*.

    The first statement is a write: it makes a transaction that could only read into
    one that may write, before anything is read, and shows whether it is this store.

    Args:
        connection: A `sqlite3.Connection`, a `sqlalchemy.Connection`, or what has a
            method ``connection()`` that returns one, such as an ORM session.
        store_id: Which store it must lead to.

    Raises:
        StoreRefused: ``autocommit`` or ``other-store``.
        InvalidValue: If it is no such connection.
    """
    run = _runner(connection)
    try:
        _, count = run(_TAKE_PART, {"store_id": store_id})
    except (sqlite3.OperationalError, OperationalError) as error:
        # Without the table it is another database. Everything else is the agency's.
        if primary_code(error) != sqlite3.SQLITE_ERROR:
            raise
        count = 0
    if count != 1:
        right = "the connection must lead to the database of this very store"
        raise StoreRefused("other-store", right)
    return run


def _runner(connection: object) -> Run:
    if isinstance(connection, sqlite3.Connection):
        _refuse_autocommit(connection)
        ours = connection
        return lambda statement, parameters: run_on_sqlite3(ours, statement, parameters)
    found = _alchemy(connection)
    if found.dialect.name != "sqlite":
        raise StoreRefused("other-store", "the connection must be one to SQLite")
    # As the first statement would; only then can be seen whether it holds.
    if not found.in_transaction():
        found.begin()
    _refuse_autocommit(found.connection.driver_connection)
    return lambda statement, parameters: run_on_alchemy(found, statement, parameters)


def _alchemy(connection: object) -> Connection:
    if callable(method := getattr(connection, "connection", None)):
        connection = method()
    if isinstance(connection, Connection):
        return connection
    expected = "a connection of sqlite3 or SQLAlchemy, or an ORM session"
    raise InvalidValue("connection", expected)


def _refuse_autocommit(connection: Any) -> None:
    # Python 3.12 has a second way of saying so.
    commits = connection.isolation_level is None and not connection.in_transaction
    if commits or getattr(connection, "autocommit", False) is True:
        right = "the connection must be in a transaction that its owner commits"
        raise StoreRefused("autocommit", right)
