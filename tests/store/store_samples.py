"""Stores, agencies with connections of their own, and children that are killed."""

import contextlib
import os
import signal
import sqlite3
import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from amberkit.store import Store
from amberkit.values import Mode

METADATA = sa.MetaData()
ROWS = sa.Table(
    "amberkit_sample",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, unique=True),
    sa.Column("data", sa.LargeBinary),
)
NAMES = sa.select(ROWS.c.name).order_by(ROWS.c.id)


def open_store(path, **options):
    options = {"mode": Mode.TEST, "wait_s": 60.0} | options
    return Store.open(f"sqlite:///{path}", **options)


def names(store):
    with store.transaction() as work:
        return [row.name for row in work.execute(NAMES)]


def put(work, name):
    work.change(sa.insert(ROWS).values(name=name))


# --- agencies ---------------------------------------------------------------------------


class Sqlite3:
    """An agency with sqlite3, rows of its own kind, and another text factory."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path, timeout=0.2)
        self.connection.row_factory = sqlite3.Row
        self.connection.text_factory = bytes
        self.given = self.connection

    def put(self, name):
        self.connection.execute("INSERT INTO agency VALUES (?)", (name,))

    def commit(self):
        self.connection.commit()

    def rollback(self):
        self.connection.rollback()

    def in_transaction(self):
        return self.connection.in_transaction

    def close(self):
        self.connection.close()


class ManualSqlite3(Sqlite3):
    """An agency that says BEGIN itself."""

    def __init__(self, path):
        super().__init__(path)
        self.connection.isolation_level = None
        self.connection.execute("BEGIN")

    def commit(self):
        self.connection.execute("COMMIT")

    def rollback(self):
        self.connection.execute("ROLLBACK")


class Alchemy:
    """An agency with a connection of SQLAlchemy."""

    def __init__(self, path):
        self.engine = sa.create_engine(
            f"sqlite:///{path}", connect_args={"timeout": 0.2}
        )
        self.connection = self.open()
        self.given = self.connection

    def open(self):
        return self.engine.connect()

    def put(self, name):
        statement = sa.text("INSERT INTO agency VALUES (:name)")
        self.connection.execute(statement, {"name": name})

    def commit(self):
        self.connection.commit()

    def rollback(self):
        self.connection.rollback()

    def in_transaction(self):
        return self.connection.in_transaction()

    def close(self):
        self.connection.close()
        self.engine.dispose()


class RecipeAlchemy(Alchemy):
    """An agency that lets SQLAlchemy say BEGIN, as its documentation shows."""

    def open(self):
        @sa.event.listens_for(self.engine, "connect")
        def connect(connection, _):
            connection.isolation_level = None

        @sa.event.listens_for(self.engine, "begin")
        def begin(connection):
            connection.exec_driver_sql("BEGIN")

        return super().open()


class Orm(Alchemy):
    """An agency with an ORM session."""

    def open(self):
        return Session(self.engine)


AGENCIES = [Sqlite3, ManualSqlite3, Alchemy, RecipeAlchemy, Orm]


# --- children ---------------------------------------------------------------------------


class Stopped(Exception):
    """The point was reached, where a test wants an exception."""


def child(act):
    """Run *act* in a fork, that ends without any finalizer; return its pid."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return pid


def ended(pid):
    """Wait for a child and return its exit code; minus the signal, if one killed it."""
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def killed_at(point):
    """Return a probe that kills its process at *point*."""

    def probe(reached):
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return probe


@contextlib.contextmanager
def held_by_another(path, hold):
    """Let a child have `hold(path)`, a context, and stop it there; yield its pid."""
    ready, say = os.pipe()

    def act():
        with hold(path):
            os.write(say, b"!")
            os.kill(os.getpid(), signal.SIGSTOP)

    pid = child(act)
    try:
        assert os.read(ready, 1) == b"!"
        os.waitpid(pid, os.WUNTRACED)
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ready)
        os.close(say)


def eventually(true, within_s=5.0):
    """Wait until *true* says so."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)
