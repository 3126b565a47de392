"""What may be done within one transaction."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite

from amberkit.store._errors import StoreRefused

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["Parameters", "Work", "run_on_alchemy", "run_on_sqlite3"]

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Run = Callable[[Executable, Parameters], tuple[list[Any], int]]

_DIALECT = sqlite.dialect(paramstyle="qmark")


class Work:
    """One transaction, for as long as its context lasts.

    Statements are SQLAlchemy Core's, and behave alike on every kind of connection as
    long as columns are Integer, Text or LargeBinary and have no defaults that Python
    would make.

    Every method may raise `StoreBusy` and `StoreRefused`; in the transaction of an
    agency's own connection, whatever that raises.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def execute(
        self, statement: Executable, parameters: Parameters = None
    ) -> list[Any]:
        """Run a statement and return its rows, all read; columns are attributes.

        Args:
            statement: A statement of SQLAlchemy Core.
            parameters: Values by name, or a sequence of such to run it for each; for
                an empty sequence nothing is run.
        """
        rows, _ = self._do(statement, parameters)
        return rows

    def change(self, statement: Executable, parameters: Parameters = None) -> int:
        """Run a statement that writes and return how many rows it touched."""
        _, count = self._do(statement, parameters)
        return count

    def _do(
        self, statement: Executable, parameters: Parameters
    ) -> tuple[list[Any], int]:
        # For SQLAlchemy an empty sequence is as if nothing was given.
        if isinstance(parameters, Sequence) and not parameters:
            return [], 0
        return self._run(statement, parameters)

    def end(self) -> None:
        """Let nothing more be done with it."""
        self._run = _over


def _over(*_: object) -> NoReturn:
    raise StoreRefused("over", "work must be done before its transaction ends")


def run_on_alchemy(
    connection: Connection, statement: Executable, parameters: Parameters
) -> tuple[list[Any], int]:
    """Run a statement on a connection of SQLAlchemy; return rows and row count."""
    result = connection.execute(statement, parameters)
    rows = list(result) if result.returns_rows else []
    return rows, result.rowcount


def run_on_sqlite3(
    connection: sqlite3.Connection, statement: Executable, parameters: Parameters
) -> tuple[list[Any], int]:
    """Run a statement on a connection of sqlite3; return rows and row count."""
    sets = [parameters] if isinstance(parameters, Mapping) else parameters or [{}]
    compiled = _compiled(statement, tuple(sorted(sets[0])))
    rows: list[Any] = []
    count = 0
    cursor = connection.cursor()
    # An agency may have set these for its own rows.
    cursor.row_factory = None
    text_factory, connection.text_factory = connection.text_factory, str
    try:
        for values in sets:
            cursor.execute(*_bound(compiled, values))
            if cursor.description:
                row = _row(tuple(column[0] for column in cursor.description))
                rows += map(row._make, cursor.fetchall())
            count += cursor.rowcount
    finally:
        connection.text_factory = text_factory
        cursor.close()
    return rows, count


# Statements that are made once and used often are compiled once.
@lru_cache(maxsize=256)
def _compiled(statement: Any, names: tuple[str, ...]) -> SQLCompiler:
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names) or None)
    return cast("SQLCompiler", compiled)


def _bound(
    compiled: SQLCompiler, values: Mapping[str, Any]
) -> tuple[str, tuple[Any, ...]]:
    # Here lists of IN get as many marks as they have values.
    state = compiled.construct_expanded_state(dict(values))
    return state.statement, tuple(
        state.processors[name](state.parameters[name])
        if name in state.processors
        else state.parameters[name]
        for name in state.positiontup or ()
    )


@lru_cache(maxsize=256)
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)
