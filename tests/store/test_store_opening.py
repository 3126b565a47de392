"""Opening a store: it is what it was made as, or it is refused in plain words."""

import os
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from store_samples import METADATA, child, ended, killed_at, names, open_store, put

from amberkit.errors import InvalidValue
from amberkit.store import (
    DirectoryKeyRing,
    MemoryKeyRing,
    Store,
    StoreBusy,
    StoreRefused,
)
from amberkit.values import Mode


def run_sql(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refused(path, **options):
    with pytest.raises(StoreRefused) as raised:
        open_store(path, **options)

    return raised.value.code


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_store_keeps_its_name_and_its_rows(path):
    with open_store(path) as store:
        store.create(METADATA)
        with store.transaction() as work:
            put(work, "a")
    with open_store(path) as again:
        again.create(METADATA)

        assert names(again) == ["a"]
        assert again.id == store.id
        assert re.fullmatch(r"[0-9a-f]{12}", again.id)
        assert again.mode is Mode.TEST
        assert again.path == path


def test_two_stores_have_two_names(tmp_path):
    with open_store(tmp_path / "a.db") as one, open_store(tmp_path / "b.db") as other:
        assert one.id != other.id


def test_only_the_owner_may_read_what_is_made(path):
    umask = os.umask(0)
    try:
        with open_store(path) as store:
            store.keys.create("A")
    finally:
        os.umask(umask)

    assert mode_of(path) == mode_of(Path(f"{path}.turn")) == 0o600
    assert mode_of(Path(f"{path}.keys")) == 0o700
    assert mode_of(Path(f"{path}.keys/A")) == 0o600


def test_keys_lie_beside_the_file_unless_they_are_given(path):
    ring = MemoryKeyRing()
    with open_store(path) as store:
        assert isinstance(store.keys, DirectoryKeyRing)
        assert store.keys.path == Path(f"{path}.keys")
    with open_store(path, keys=ring) as store:
        assert store.keys is ring


def test_a_link_leads_to_the_turnstile_of_the_file(path):
    open_store(path).close()
    link = path.with_name("link.db")
    link.symlink_to(path)
    with open_store(link) as store:
        assert store.path == path
    assert not Path(f"{link}.turn").exists()


def test_a_store_lies_beside_the_tables_of_the_agency(path):
    run_sql(path, "CREATE TABLE store (id)", "INSERT INTO store VALUES (7)")
    with open_store(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id FROM store").fetchall() == [(7,)]


def test_the_database_is_as_safe_as_sqlite_can_be(path):
    run_sql(path, "PRAGMA journal_mode=WAL")
    wanted = {
        "journal_mode": "delete",
        "synchronous": 3,
        "secure_delete": 1,
        "temp_store": 2,
        "foreign_keys": 0,
        "busy_timeout": 500,
    }
    with open_store(path, wait_s=1.0) as store, store.transaction() as work:
        found = {n: work.execute(text(f"PRAGMA {n}"))[0][0] for n in wanted}

    assert found == wanted


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_leaves_no_file(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Store.open(url, mode=Mode.EXERCISE) as store:
        store.create(METADATA)
        with store.transaction() as work:
            put(work, "a")

        assert names(store) == ["a"]
        assert store.path is None
        assert isinstance(store.keys, MemoryKeyRing)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost/alerts",
        "sqlite+aiosqlite:///a.db",
        "sqlite://host/a.db",
        "sqlite:///a\0b",
        "alerts.db",
        "",
        None,
    ],
)
def test_another_url_is_refused_with_what_would_be_right(url):
    with pytest.raises(InvalidValue, match="sqlite:///path/to/file"):
        Store.open(url, mode=Mode.TEST)


@pytest.mark.parametrize("name", ["a?mode=ro", "file:a", "50%25", "a#b", "ü"])
def test_a_path_is_taken_as_it_is(tmp_path, name):
    with Store.open(f"sqlite:///{tmp_path}/{name}", mode=Mode.TEST) as store:
        assert store.path == tmp_path / name
        store.keys.create("A")
    left = {file.name for file in tmp_path.iterdir()}

    assert left == {name, f"{name}.turn", f"{name}.keys"}


def test_a_store_of_another_mode_is_refused(path):
    open_store(path).close()

    assert refused(path, mode=Mode.LIVE) == "mode"


def test_a_newer_store_is_refused(path):
    open_store(path).close()
    run_sql(path, "UPDATE amberkit_store SET schema_version = 2")

    assert refused(path) == "schema"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM amberkit_store",
        "INSERT INTO amberkit_store VALUES ('0123456789ab', 1, 'test', 0)",
        "UPDATE amberkit_store SET id = 'x'",
        "UPDATE amberkit_store SET id = x'00'",
        "UPDATE amberkit_store SET schema_version = 'x'",
        "UPDATE amberkit_store SET mode = 'real'",
        "ALTER TABLE amberkit_store DROP COLUMN mode",
    ],
)
def test_a_store_without_its_one_row_is_refused(path, statement):
    open_store(path).close()
    run_sql(path, statement)

    assert refused(path) == "not-a-store"


@pytest.mark.parametrize("data", [b"no database, but a text\n" * 50, b"\0" * 999])
def test_a_file_that_is_no_database_is_refused_and_left(path, data):
    path.write_bytes(data)

    assert refused(path) == "not-a-store"
    assert path.read_bytes() == data


@pytest.mark.parametrize("place", [100, 4096])
def test_a_damaged_store_is_refused(path, place):
    open_store(path).close()
    data = bytearray(path.read_bytes())
    data[place : place + 300] = b"\xff" * 300
    path.write_bytes(data)
    with pytest.raises(StoreRefused, match="damaged") as raised:
        open_store(path)

    assert raised.value.code == "not-a-store"


def test_a_folder_that_is_missing_is_told_and_can_be_made_good(tmp_path):
    path = tmp_path / "missing" / "alerts.db"

    assert refused(path) == "unwritable"
    assert not path.parent.exists()

    path.parent.mkdir()
    open_store(path).close()


def test_a_folder_in_place_of_the_file_is_refused(path):
    path.mkdir()

    assert refused(path) == "unwritable"


def test_a_file_in_place_of_the_folder_is_refused(path):
    path.touch()

    assert refused(path / "alerts.db") == "unwritable"


def test_a_name_that_is_too_long_is_refused(tmp_path):
    # The turnstile has a longer name than the file, so the file must fit.
    assert refused(tmp_path / ("x" * 300)) == "unwritable"
    assert refused(tmp_path / ("x" * 253)) == "unwritable"


def test_a_file_that_goes_away_is_not_made_anew(path):
    with open_store(path) as store:
        store._ground._engine.dispose()
        path.unlink()
        with pytest.raises(StoreRefused, match="cannot be opened"):
            store.check()
    assert not path.exists()


@pytest.mark.parametrize(
    "point", ["store:begun", "store:before-commit", "store:committed"]
)
def test_a_kill_while_a_store_is_made_leaves_none_or_a_whole_one(path, point):
    assert ended(child(lambda: open_store(path, probe=killed_at(point)))) == -9

    with open_store(path) as store:
        assert store.check() == ()


def test_a_closed_store_is_refused(path):
    store = open_store(path)
    store.close()
    store.close()
    for use in (store.turn, store.transaction, lambda: store.transaction(object())):
        with pytest.raises(StoreRefused) as raised, use():
            pass
        assert raised.value.code == "closed"


def refuse_to_be_forked(store):
    for use in (store.turn, store.transaction, lambda: store.transaction(object())):
        with pytest.raises(StoreRefused) as raised, use():
            pass
        assert raised.value.code == "forked"


def test_a_store_is_not_used_by_a_child_of_its_process(store):
    def act():
        refuse_to_be_forked(store)
        store.close()

    assert ended(child(act)) == 0
    assert store.check() == ()


def test_a_child_that_closes_the_store_leaves_the_database(store, monkeypatch):
    pool = store._ground._engine.pool
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    refuse_to_be_forked(store)
    store.close()
    monkeypatch.undo()

    assert store._ground._engine.pool is pool
    assert pool.checkedin() == 1
    pool.dispose()


def test_a_database_that_another_holds_is_busy(path):
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy) as raised:
            open_store(path, wait_s=0.02)

    assert raised.value.pid is None
    assert "another transaction" in str(raised.value)
