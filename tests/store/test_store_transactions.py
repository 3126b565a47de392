"""Transactions: whole or not at all, ours or the agency's, and never a stray word."""

import os
import resource
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from store_samples import (
    AGENCIES,
    METADATA,
    NAMES,
    ROWS,
    Alchemy,
    ManualSqlite3,
    Sqlite3,
    Stopped,
    child,
    ended,
    killed_at,
    names,
    open_store,
    put,
)

from amberkit.errors import InvalidValue
from amberkit.store import StoreBusy, StoreRefused

POINTS = ["store:begun", "store:before-commit", "store:committed"]
ALL = sa.select(ROWS).order_by(ROWS.c.id)


def of_agency(path):
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM agency")]


def put_and_raise(store, name, error=Stopped, connection=None):
    with store.transaction(connection) as work:
        put(work, name)
        raise error


@pytest.fixture(params=AGENCIES)
def agency(request, store):
    with closing(request.param(store.path)) as agency:
        yield agency


# --- our own ----------------------------------------------------------------------------


def test_what_ends_well_is_kept(store):
    with store.transaction() as work:
        put(work, "a")
        put(work, "b")

    assert names(store) == ["a", "b"]


@pytest.mark.parametrize("error", [Stopped, KeyboardInterrupt])
def test_what_ends_badly_was_never_there(store, error):
    with pytest.raises(error):
        put_and_raise(store, "a", error)

    assert names(store) == []


def test_each_transaction_tells_its_points_in_order(path):
    seen = []
    with open_store(path, probe=seen.append) as store:
        seen.clear()
        with store.transaction() as work:
            assert seen == POINTS[:1]
            work.execute(sa.select(sa.literal(1)))

    assert seen == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_a_whole_store(store, path, point):
    armed = []

    def probe(reached):
        if armed:
            killed_at(point)(reached)

    def act():
        with open_store(path, probe=probe) as own:
            armed.append(True)
            with own.transaction() as work:
                put(work, "a")
                put(work, "b")

    assert ended(child(act)) == -9
    assert names(store) == (["a", "b"] if point == POINTS[2] else [])
    assert store.check() == ()


def test_work_ends_with_its_transaction(store, agency):
    for connection in (None, agency.given):
        with store.transaction(connection) as work:
            pass
        with pytest.raises(StoreRefused) as raised:
            work.execute(NAMES)
        assert raised.value.code == "over"
        with pytest.raises(Stopped), store.transaction(connection) as work:
            raise Stopped
        with pytest.raises(StoreRefused):
            work.change(sa.delete(ROWS))


def test_many_threads_wait_their_turn(store):
    def add(thread):
        for number in range(10):
            with store.transaction() as work:
                ((count,),) = work.execute(sa.select(sa.func.count()).select_from(ROWS))
                put(work, f"{thread}:{number}:{count}")

    threads = [threading.Thread(target=add, args=[i]) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    counts = [int(name.rpartition(":")[2]) for name in names(store)]

    assert counts == list(range(40))


def test_many_processes_wait_their_turn(store, path):
    def act():
        with open_store(path) as own:
            for _ in range(20):
                with own.transaction() as work:
                    ((count,),) = work.execute(
                        sa.select(sa.func.count()).select_from(ROWS)
                    )
                    put(work, f"{count}")

    children = [child(act) for _ in range(3)]

    assert [ended(pid) for pid in children] == [0, 0, 0]
    assert names(store) == [f"{count}" for count in range(60)]


def test_a_store_in_memory_is_shared_between_threads():
    with open_store("", wait_s=0.05) as store:
        store.create(METADATA)
        with store.transaction() as work:
            put(work, "a")
            caught = []

            def other():
                try:
                    names(store)
                except StoreBusy as error:
                    caught.append(error.pid)

            thread = threading.Thread(target=other)
            thread.start()
            thread.join(5)
        with pytest.raises(Stopped):
            put_and_raise(store, "b")

        assert len(caught) == 1
        assert names(store) == ["a"]


def test_tables_are_made_all_or_none_and_only_once(store):
    twice = sa.MetaData()
    sa.Table("fresh", twice, sa.Column("id", sa.Integer, primary_key=True))
    broken = sa.Table("broken", twice, sa.Column("id", sa.Integer))
    sa.Index("amberkit_sample", broken.c.id)
    with pytest.raises(StoreRefused) as raised:
        store.create(twice)
    store.create(METADATA)
    with store.transaction() as work:
        listed = work.execute(sa.text("SELECT name FROM sqlite_master"))

    assert raised.value.code == "failed"
    assert "fresh" not in [row.name for row in listed]


# --- statements -------------------------------------------------------------------------


def both_ways(store, agency, act):
    """Do the same on the store's own connection and on the agency's."""
    results = []
    for connection in (None, agency.given):
        with store.transaction(connection) as work:
            work.change(sa.delete(ROWS))
            results.append(act(work))
        agency.commit() if connection else None
    return results


def test_statements_behave_alike_on_every_connection(store, agency):
    def act(work):
        three = [{"name": n, "data": n.encode()} for n in ("a", "ب", "c")]
        counts = [
            work.change(sa.insert(ROWS), three),
            work.change(sa.insert(ROWS), []),
            work.change(sa.insert(ROWS), {"name": "d"}),
            work.change(sa.insert(ROWS).values(name="e", data=b"\0\xff")),
            work.change(sa.update(ROWS).where(ROWS.c.name == "d").values(name="dd")),
            work.change(sa.delete(ROWS).where(ROWS.c.name.in_(["a", "c"]))),
            work.change(
                sa.delete(ROWS).where(ROWS.c.name == sa.bindparam("gone")),
                [{"gone": "x"}, {"gone": "dd"}],
            ),
        ]
        some = sa.select(ROWS).where(
            ROWS.c.name.in_(sa.bindparam("names", expanding=True))
        )
        rows = [
            work.execute(NAMES),
            work.execute(sa.select(ROWS.c.name, ROWS.c.data).order_by(ROWS.c.id)),
            work.execute(some.with_only_columns(ROWS.c.name), {"names": ["e", "ب"]}),
            work.execute(some.with_only_columns(ROWS.c.name), {"names": []}),
            work.execute(sa.select(sa.func.count().label("n")).select_from(ROWS)),
            work.execute(sa.select(sa.null().label("none"), sa.literal(2).label("b"))),
            work.execute(
                sa.update(ROWS).values(name=ROWS.c.name + "!").returning(ROWS.c.name)
            ),
            work.execute(sa.text("SELECT :a AS a"), {"a": 7}),
            work.execute(sa.insert(ROWS), {"name": "z"}),
            work.execute(sa.insert(ROWS), []),
        ]
        fields = [(row.name, row.data) for row in work.execute(ALL)]
        return counts, [[tuple(row) for row in listed] for listed in rows], fields

    ours, theirs = both_ways(store, agency, act)

    assert ours == theirs
    assert ours[0] == [3, 0, 1, 1, 1, 2, 1]
    assert ours[2] == [("ب!", "ب".encode()), ("e!", b"\0\xff"), ("z", None)]


def test_a_compiled_statement_takes_new_values_each_time(store, agency):
    add = sa.insert(ROWS)

    def act(work):
        work.change(add, {"name": "a"})
        work.change(add, {"name": "b", "data": b"2"})
        work.change(add, {"name": "c"})
        return [(row.name, row.data) for row in work.execute(ALL)]

    ours, theirs = both_ways(store, agency, act)

    assert ours == theirs == [("a", None), ("b", b"2"), ("c", None)]


SECRET = "Amina Bennani"
BY_NAME = sa.select(ROWS).where(ROWS.c.name == sa.bindparam("x"))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda w: [put(w, SECRET), put(w, SECRET)], "conflict"),
        (lambda w: w.execute(sa.text(f"SELECT '{SECRET}' FROM nowhere")), "failed"),
        (lambda w: w.execute(BY_NAME, {"x": {SECRET}}), "failed"),
        (lambda w: w.execute(BY_NAME, {SECRET: 1}), "failed"),
    ],
)
def test_an_error_of_the_database_says_nothing_of_what_is_in_it(store, act, code):
    with pytest.raises(StoreRefused) as raised, store.transaction() as work:
        act(work)
    error = raised.value

    assert error.code == code
    assert SECRET not in str(error)
    assert error.__cause__ is error.__context__ is None
    assert names(store) == []


def test_a_full_disk_is_told_and_nothing_is_kept(store):
    with store.transaction() as work:
        ((pages,),) = work.execute(sa.text("PRAGMA page_count"))
        work.execute(sa.text(f"PRAGMA max_page_count={pages + 1}"))
    with pytest.raises(StoreRefused, match="disk is full"), store.transaction() as work:
        work.change(sa.insert(ROWS), {"name": "a", "data": bytes(100_000)})

    assert names(store) == []
    with store.transaction() as work:
        put(work, "small")
    assert names(store) == ["small"]


@contextmanager
def files_of_at_most(size):
    """Let every write beyond *size* bytes of a file fail."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def put_much(store):
    with store.transaction() as work:
        work.change(sa.insert(ROWS), {"name": "a", "data": bytes(400_000)})


def test_a_write_that_fails_is_told_before_success_is(store):
    with files_of_at_most(24_000), pytest.raises(StoreRefused) as raised:
        put_much(store)

    assert raised.value.code == "unwritable"
    assert names(store) == []
    assert store.check() == ()


def test_a_reader_that_does_not_let_go_makes_the_commit_busy(path):
    with open_store(path, wait_s=0.05) as store:
        store.create(METADATA)
        with closing(sqlite3.connect(path)) as reader:
            cursor = reader.execute("SELECT * FROM sqlite_master")
            cursor.fetchone()
            with pytest.raises(StoreBusy), store.transaction() as work:
                put(work, "a")
            cursor.close()

        assert names(store) == []
        with store.transaction() as work:
            put(work, "b")
        assert names(store) == ["b"]


def test_a_connection_that_breaks_is_replaced(store, monkeypatch):
    opened = []
    connect = sqlite3.connect

    def remember(*args, **options):
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remember)
    store._ground._engine.dispose()

    def break_off(*, then):
        with store.transaction() as work:
            put(work, "a")
            opened[-1].close()
            then(work)

    def stop(work):
        raise Stopped

    with pytest.raises(StoreRefused, match="ProgrammingError"):
        break_off(then=lambda work: put(work, "b"))
    with pytest.raises(Stopped):
        break_off(then=stop)

    assert names(store) == []
    assert len(opened) == 3


# --- the agency's -----------------------------------------------------------------------


def test_the_row_of_the_agency_and_ours_come_together(store, agency):
    agency.put("report")
    with store.transaction(agency.given) as work:
        put(work, "alert")

    assert agency.in_transaction()
    agency.commit()
    assert (names(store), of_agency(store.path)) == (["alert"], ["report"])


def test_the_row_of_the_agency_and_ours_go_together(store, agency):
    with store.transaction(agency.given) as work:
        put(work, "alert")
    agency.put("report")
    agency.rollback()

    assert (names(store), of_agency(store.path)) == ([], [])


def test_after_an_exception_the_agency_can_go_on_without_half_of_ours(store, agency):
    with store.transaction(agency.given) as work:
        put(work, "before")
    with pytest.raises(Stopped):
        put_and_raise(store, "alert", connection=agency.given)

    assert agency.in_transaction()
    agency.commit()
    assert names(store) == ["before"]


def test_an_agency_that_rolls_back_within_the_context_sees_its_own_error(store, agency):
    def roll_back_and_raise():
        with store.transaction(agency.given):
            agency.rollback()
            raise Stopped

    with pytest.raises(Stopped):
        roll_back_and_raise()


def test_the_first_thing_done_is_a_write(store, agency):
    with store.transaction(agency.given) as work, closing(Sqlite3(store.path)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.put("late")
        assert work.execute(NAMES) == []
    agency.rollback()


def test_errors_of_the_agencys_connection_are_not_hidden(store, agency):
    own = (sqlite3.IntegrityError, sa.exc.IntegrityError)
    with store.transaction(agency.given) as work:
        put(work, "a")
        with pytest.raises(own, match="UNIQUE"):
            put(work, "a")
    agency.rollback()


def test_a_database_that_is_locked_says_so_to_the_agency(store, agency):
    locked = (sqlite3.OperationalError, sa.exc.OperationalError)
    if not isinstance(agency, ManualSqlite3):
        agency.rollback()
    with store.transaction():  # noqa: SIM117 - the order matters
        with pytest.raises(locked, match="locked"), store.transaction(agency.given):
            pass


def test_what_the_agency_set_on_its_connection_is_left(store):
    with closing(Sqlite3(store.path)) as agency:
        with store.transaction(agency.given) as work:
            put(work, "a")
            assert work.execute(NAMES) == [("a",)]
            with pytest.raises(sqlite3.OperationalError):
                work.execute(sa.text("SELECT 1 FROM nowhere"))
        row = agency.connection.execute("SELECT name FROM amberkit_sample").fetchone()

        assert agency.connection.text_factory is bytes
        assert isinstance(row, sqlite3.Row)
        assert row["name"] == b"a"


def refused(store, connection):
    with pytest.raises(StoreRefused) as raised, store.transaction(connection):
        pass
    return raised.value.code


def test_autocommit_of_sqlite3_is_refused(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        assert refused(store, connection) == "autocommit"


def test_autocommit_of_python_3_12_is_refused(store):
    class Later(sqlite3.Connection):
        autocommit = True

    with closing(sqlite3.connect(store.path, factory=Later)) as connection:
        assert refused(store, connection) == "autocommit"

        connection.autocommit = False
        with store.transaction(connection) as work:
            put(work, "a")
        connection.commit()

    assert names(store) == ["a"]


def test_autocommit_of_sqlalchemy_is_refused(store):
    engine = sa.create_engine(f"sqlite:///{store.path}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, Session(engine) as session:
        for given in (connection, session):
            assert refused(store, given) == "autocommit"
    engine.dispose()


def test_a_scoped_session_is_taken_too(store):
    with closing(Alchemy(store.path)) as agency:
        session = scoped_session(sessionmaker(agency.engine))
        with store.transaction(session) as work:
            put(work, "a")
        session.commit()
        session.remove()

    assert names(store) == ["a"]


@pytest.mark.parametrize("kind", [Sqlite3, Alchemy])
def test_another_store_is_refused(store, tmp_path, kind):
    other = tmp_path / "other.db"
    open_store(other).close()
    with closing(kind(other)) as agency:
        assert refused(store, agency.given) == "other-store"


@pytest.mark.parametrize("kind", [Sqlite3, Alchemy])
def test_a_database_without_a_store_is_refused(store, tmp_path, kind):
    with closing(kind(tmp_path / "other.db")) as agency:
        assert refused(store, agency.given) == "other-store"


def test_another_kind_of_database_is_refused(store):
    with closing(Alchemy(store.path)) as agency:
        agency.connection.dialect.name = "postgresql"
        assert refused(store, agency.given) == "other-store"


@pytest.mark.parametrize("thing", [object(), "sqlite://", 7])
def test_what_is_no_connection_is_refused(store, thing):
    with pytest.raises(InvalidValue, match="an ORM session"), store.transaction(thing):
        pass


def test_an_agency_may_take_the_turn_for_its_own_transaction(store, path):
    with closing(Sqlite3(path)) as agency, store.turn():
        with store.transaction(agency.given) as work:
            put(work, "a")
        with pytest.raises(StoreBusy) as raised:
            open_store(path, wait_s=0.02)
        agency.commit()

    assert raised.value.pid == os.getpid()
    assert names(store) == ["a"]
