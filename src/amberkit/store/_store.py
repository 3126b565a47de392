"""The store: who it is, its transactions, its seals and its audit chains."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from sqlalchemy import MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from amberkit.audit import Entry, follow, verify_chain
from amberkit.errors import InvalidDocument, Problem
from amberkit.store._chains import add, last, read
from amberkit.store._errors import StoreRefused
from amberkit.store._faults import plainly
from amberkit.store._ground import Ground, Probe, path_of
from amberkit.store._guest import join
from amberkit.store._identity import identify
from amberkit.store._keys import DirectoryKeyRing, KeyRing, MemoryKeyRing
from amberkit.store._seal import derive, digest, seal, unseal
from amberkit.store._work import Work, run_on_alchemy
from amberkit.values import Mode
from amberkit.values import case_id as checked

__all__ = ["Store"]


def _silent(point: str) -> None: ...


class Store:
    """One SQLite database, whose transactions are whole or not at all, one by one.

    When a transaction has been committed, what it did survives that the process or the
    machine stops, if the disk keeps its promises (rollback journal, ``synchronous =
    EXTRA``). What was deleted is overwritten (``secure_delete``). Tables may lie beside
    those of the agency; all of ours begin with ``amberkit_``.

    May be used from several threads. A process that is forked must open it anew. The
    file must not be opened within the process by anything but SQLite, or its locks are
    lost. Not for network drives.

    Use `open`; a context closes it.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        path: Path | None,
        id: str,  # noqa: A002 - it is the id of the store
        mode: Mode,
        keys: KeyRing,
    ) -> None:
        self._ground = ground
        self.path = path
        self.id = id
        self.mode = mode
        self.keys = keys

    @classmethod
    def open(
        cls,
        url: str,
        *,
        mode: Mode,
        keys: KeyRing | None = None,
        wait_s: float = 3.0,
        probe: Probe = _silent,
    ) -> Store:
        """Open a store; make it where there is none.

        Args:
            url: ``sqlite:///path/alerts.db``, or ``sqlite://`` for a store in memory.
                Beside the file lie ``alerts.db.turn`` and ``alerts.db.keys``.
            mode: What the store is for; it keeps the mode that it was made with.
            keys: Where the keys of the cases are; by default a `DirectoryKeyRing`
                beside the file, in memory a `MemoryKeyRing`.
            wait_s: How long, in seconds, a transaction waits for others at most: half
                of it for its turn, half for those who write without having taken one.
            probe: Called with ``store:begun``, ``store:before-commit`` and
                ``store:committed`` in each transaction of the store's own; for tests.

        Raises:
            InvalidValue: If *url* is of another kind.
            StoreRefused: ``mode``, ``schema``, ``not-a-store`` or ``unwritable``.
            StoreBusy: If others held it for *wait_s*.
        """
        path = path_of(url)
        ground = Ground(path, wait_s, probe)
        try:
            ground.make_file()
            with ground.transaction() as connection:
                found = identify(connection, mode)
        except BaseException:
            ground.close()
            raise
        if keys is None:
            keys = DirectoryKeyRing(f"{path}.keys") if path else MemoryKeyRing()
        return cls(ground, path=path, id=found, mode=mode, keys=keys)

    def close(self) -> None:
        """Let go of the file; nothing can be done with the store after that."""
        self._ground.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- transactions ---------------------------------------------------------------

    def create(self, metadata: MetaData) -> None:
        """Make the tables of *metadata* that are missing, all or none.

        Raises:
            StoreBusy, StoreRefused: See `transaction`.
        """
        with self._ground.transaction() as connection:
            plainly(lambda: metadata.create_all(connection))

    def turn(self) -> AbstractContextManager[None]:
        """Take the turnstile alone, for an agency's own write transaction.

        Whoever writes to the file on a connection of his own does it in this context,
        from the first statement to the commit; so nobody waits longer than need be. In
        it, `transaction` must be given that connection: the store's own would wait for
        a turn that does not come.

        Raises:
            StoreBusy: If others held it for as long as there was time to wait.
            StoreRefused: ``unwritable``, ``forked`` or ``closed``.
        """
        return self._ground.turn()

    @contextmanager
    def transaction(self, connection: object | None = None) -> Iterator[Work]:
        """Have a transaction.

        Without *connection* it is the store's own: nobody else is in it, it is
        committed when the context ends, and rolled back if that is by an exception.
        It cannot be nested. If the commit raises, nothing is known to be stored: as a
        rule nothing is, but where the disk failed in the very last step, all may be.

        With *connection* it is the agency's: a connection of `sqlite3` or SQLAlchemy,
        or an ORM session, to the same database. What is done is part of the
        transaction that its owner commits or rolls back; we do neither, and what the
        connection raises is not hidden. If the context ends by an exception, what was
        done in it is undone, and nothing else.

        Raises:
            StoreBusy: If others held the store for as long as there was time to wait.
            StoreRefused: ``unwritable``, ``not-a-store``, ``conflict``, ``failed``,
                ``forked`` or ``closed``; for a *connection* ``autocommit`` or
                ``other-store``.
            InvalidValue: If *connection* is nothing of that kind.
        """
        if connection is not None:
            self._ground.refuse_unless_usable()
            run = join(connection, self.id)
            work = Work(run)
            run(text("SAVEPOINT amberkit"), None)
            try:
                yield work
            except BaseException:
                # The agency may go on and commit: then with all of it, or nothing.
                with suppress(sqlite3.Error, SQLAlchemyError):
                    run(text("ROLLBACK TO amberkit"), None)
                    run(text("RELEASE amberkit"), None)
                raise
            else:
                run(text("RELEASE amberkit"), None)
            finally:
                work.end()
            return
        with self._ground.transaction() as own:
            work = Work(
                lambda statement, parameters: plainly(
                    lambda: run_on_alchemy(own, statement, parameters)
                )
            )
            try:
                yield work
            finally:
                work.end()

    # --- seals ----------------------------------------------------------------------

    def seal(self, case_id: str, context: str, data: bytes) -> bytes:
        """Encrypt *data* so that it opens only with the key of the case, and in place.

        The key must be there: ``store.keys.create(case_id)`` when the case begins.

        Args:
            case_id: The case.
            context: Where it is kept, such as ``form:7:text/plain``; to be given again
                when it is read, so that nothing sealed can be put elsewhere.
            data: What nobody may read.

        Raises:
            KeyDestroyed: If there is no key.
        """
        return seal(self.keys.get(case_id), (self.id, case_id, context), data)

    def unseal(self, case_id: str, context: str, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            KeyDestroyed: If there is no key any more.
            StoreRefused: ``tampered``, if it was changed since, or sealed in another
                context, for another case or in another store.
        """
        return unseal(self.keys.get(case_id), (self.id, case_id, context), sealed)

    def digest(self, case_id: str, data: bytes) -> str:
        """Return the HMAC-SHA256 of *data* under the key of the case; hexadecimal.

        Raises:
            KeyDestroyed: If there is no key.
        """
        return digest(self.keys.get(case_id), data)

    def salt(self, case_id: str) -> bytes:
        """Return 32 bytes, always the same for the case, that nobody can guess.

        Raises:
            KeyDestroyed: If there is no key.
        """
        return derive(self.keys.get(case_id), "salt")

    # --- audit ----------------------------------------------------------------------

    def append(
        self,
        work: Work,
        *,
        case_id: str,
        at: dt.datetime,
        event: str,
        actor: str | None = None,
        codes: Iterable[tuple[str, str | int]] = (),
        digest: str | None = None,
    ) -> Entry:
        """Add an entry to the audit chain of a case, in the transaction of *work*.

        A chain that was damaged takes it too, and stays damaged.

        Raises:
            InvalidValue: If a value has not its form (see `amberkit.audit.Entry`).
        """
        entry = follow(
            last(work, checked(case_id)),
            case_id=case_id,
            at=at,
            event=event,
            actor=actor,
            codes=codes,
            digest=digest,
        )
        add(work, entry)
        return entry

    def entries(self, work: Work, case_id: str | None = None) -> dict[str, list[Entry]]:
        """Return the audit chain of one case, or of all, by case id; not verified.

        A case without entries is not in it.

        Raises:
            InvalidDocument: If a row is damaged so much that it is no entry.
        """
        chains, problems = read(work, case_id)
        if problems:
            raise InvalidDocument("audit", problems)
        return chains

    def check(self) -> tuple[Problem, ...]:
        """Return what is wrong with the database and its audit chains.

        A chain that was cut off or written anew is found only against heads kept
        elsewhere: `amberkit.audit.verify_heads`.

        Raises:
            StoreBusy, StoreRefused: See `transaction`; a damaged file is no error
                here but a problem.
        """
        damaged = "must pass the integrity check of SQLite"
        broken = Problem(path="$", code="damaged", message=damaged)
        self._ground.refuse_unless_usable()
        self._ground.read_anew()
        try:
            with self.transaction() as work:
                listed = work.execute(text("PRAGMA integrity_check"))
                chains, problems = read(work, None)
        except StoreRefused as refused:
            if refused.code != "not-a-store":
                raise
            return (broken,)
        if [tuple(row) for row in listed] != [("ok",)]:
            problems.insert(0, broken)
        for chain in chains.values():
            problems += verify_chain(chain)
        return tuple(problems)
