"""A store with a table beside those of an agency."""

import sqlite3
from contextlib import closing

import pytest
from store_samples import METADATA, open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "alerts.db"


@pytest.fixture
def store(path):
    with open_store(path) as store:
        store.create(METADATA)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE agency (name TEXT)")
            connection.commit()
        yield store
