"""Who a store is: the one row that says so, made with the store."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import Connection, insert, inspect, select

from amberkit.store._errors import StoreRefused
from amberkit.store._faults import plainly
from amberkit.store._tables import METADATA, SCHEMA, STORE
from amberkit.values import Mode

__all__ = ["identify"]

_ID = re.compile(r"[0-9a-f]{12}")
_MODES = {mode.value for mode in Mode}


def identify(connection: Connection, mode: Mode) -> str:
    """Return the id of the store; make the store if there is none yet.

    Raises:
        StoreRefused: ``not-a-store``, ``schema`` or ``mode``.
    """
    if not plainly(lambda: inspect(connection).has_table(STORE.name)):
        return plainly(lambda: _make(connection, mode))
    match _rows(connection):
        case [(str(found), int(version), str(kept), int())] if (
            _ID.fullmatch(found) and kept in _MODES
        ):
            pass
        case _:
            right = "its table must hold the one row that says who it is"
            raise StoreRefused("not-a-store", right)
    if version > SCHEMA:
        right = f"it has the schema {version}, this amberkit knows {SCHEMA}"
        raise StoreRefused("schema", right)
    if kept != mode.value:
        right = f"it is for the mode {kept}, not for {mode.value}"
        raise StoreRefused("mode", right)
    return found


def _make(connection: Connection, mode: Mode) -> str:
    METADATA.create_all(connection)
    made = secrets.token_hex(6)
    row = {"id": made, "schema_version": SCHEMA, "mode": mode.value, "turn": 0}
    connection.execute(insert(STORE), row)
    return made


def _rows(connection: Connection) -> list[tuple[object, ...]]:
    try:
        found = plainly(lambda: connection.execute(select(STORE)).all())
    except StoreRefused as refused:
        # A table of our name without our columns.
        if refused.code != "failed":
            raise
        return []
    return [tuple(row) for row in found]
