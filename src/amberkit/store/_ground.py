"""The database under a store: opened once, used by one transaction after the other."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from amberkit.errors import InvalidValue
from amberkit.store._errors import StoreRefused
from amberkit.store._faults import plainly
from amberkit.store._turnstile import FileTurnstile, MemoryTurnstile

__all__ = ["Ground", "Probe", "path_of"]

Probe = Callable[[str], None]


def path_of(url: str) -> Path | None:
    """Return the file that *url* names, links followed; None for a store in memory.

    Raises:
        InvalidValue: If it is no URL of that kind.
    """
    scheme, found, name = url.partition("://") if isinstance(url, str) else ("", "", "")
    if found and scheme in ("sqlite", "sqlite+pysqlite"):
        if name in ("", "/", "/:memory:"):
            return None
        # What follows is the path as it is, whatever characters it has.
        if name.startswith("/") and "\0" not in name:
            # Two names of one file must not get two turnstiles.
            return Path(name[1:]).resolve()
    expected = "sqlite:///path/to/file.db, or sqlite:// for a store in memory"
    raise InvalidValue("store URL", expected)


class Ground:
    """One database and its turnstile.

    Args:
        path: The file; None for memory.
        wait_s: How long a transaction waits at most: half of it for its turn, half for
            those who hold the database without having taken one.
        probe: Called with the name of each point that a transaction reaches.
    """

    def __init__(self, path: Path | None, wait_s: float, probe: Probe) -> None:
        self._path = path
        self._wait_s = wait_s / 2
        self._probe = probe
        self._pid = os.getpid()
        self._closed = False
        self._turnstile = (
            FileTurnstile(Path(f"{path}.turn"), self._wait_s)
            if path
            else MemoryTurnstile(wait_s)
        )
        self._engine = self._make_engine()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have the turnstile, and nothing else."""
        self.refuse_unless_usable()
        with self._turnstile.hold():
            yield

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Have a connection within a transaction that is committed in the end.

        It is rolled back if the context ends by an exception.
        """
        with self.turn():
            connection = plainly(self._engine.connect)
            try:
                plainly(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))
                self._probe("store:begun")
                yield connection
                self._probe("store:before-commit")
                plainly(lambda: connection.exec_driver_sql("COMMIT"))
                self._probe("store:committed")
            except BaseException:
                _undo(connection)
                raise
            finally:
                connection.close()

    def make_file(self) -> None:
        """Make an empty file that only its owner may read, where there is none."""
        if self._path is None:
            return
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            # A file that is there must not be opened past SQLite: closing it would
            # let go of the locks that this process has on it.
            os.close(os.open(self._path, flags, mode=0o600))
        except FileExistsError:
            pass
        except OSError as error:
            reason = (error.strerror or "cannot be made").lower()
            raise StoreRefused("unwritable", f"the file: {reason}") from None

    def refuse_unless_usable(self) -> None:
        """Refuse a store that was closed, or opened by another process."""
        if self._closed:
            raise StoreRefused("closed", "it was closed; open it again")
        if os.getpid() != self._pid:
            right = "each process must open the store itself, after it was forked"
            raise StoreRefused("forked", right)

    def read_anew(self) -> None:
        """Let the next transaction read the file, and not what is remembered of it."""
        if self._path:
            self._engine.dispose()

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        if os.getpid() == self._pid:
            self._engine.dispose()

    def _make_engine(self) -> Engine:
        url = "sqlite+pysqlite://"
        connect, hide = self._connect, True
        if self._path is None:
            return create_engine(
                url, creator=connect, hide_parameters=hide, poolclass=StaticPool
            )
        # One is enough while everybody takes his turn; more must do no harm.
        return create_engine(
            url,
            creator=connect,
            hide_parameters=hide,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=-1,
        )

    def _connect(self) -> sqlite3.Connection:
        # Mode rw: a file that has gone is not made anew, empty.
        name = f"{self._path.as_uri()}?mode=rw" if self._path else ":memory:"
        connection = sqlite3.connect(
            name,
            uri=True,
            timeout=self._wait_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in (
                "journal_mode=DELETE",
                "synchronous=EXTRA",
                "fullfsync=ON",
                "secure_delete=ON",
                "temp_store=MEMORY",
                "foreign_keys=OFF",
                "trusted_schema=OFF",
            ):
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection


def _undo(connection: Connection) -> None:
    try:
        connection.rollback()
    except SQLAlchemyError:
        # Closing it rolls back too.
        connection.invalidate()
