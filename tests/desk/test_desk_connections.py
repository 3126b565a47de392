"""The desk as part of the agency's own transaction."""

import sqlite3

import pytest
import sqlalchemy as sa
from desk_samples import CHIEF, OFFICER
from sqlalchemy.orm import Session

from amberkit.desk import Desk, DeskRefused, State
from amberkit.store import StoreRefused
from amberkit.values import Mode, Reason


@pytest.fixture
def path(tmp_path):
    return tmp_path / "alerts.db"


@pytest.fixture
def desk(path, setup):
    url = f"sqlite:///{path}"
    with Desk.open(url, mode=Mode.EXERCISE, channels=setup.channels) as made:
        yield made


@pytest.fixture
def agency_db(path, desk):
    """The agency's own connection to the same database, with a table of its own."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE journal (line TEXT)")
    connection.commit()
    yield connection
    connection.close()


def lines(connection):
    return [row[0] for row in connection.execute("SELECT line FROM journal")]


def test_submit_and_approve_commit_with_the_agency(desk, agency_db, submit, case, now):
    agency_db.execute("INSERT INTO journal VALUES ('submitted')")
    content_hash = submit(connection=agency_db)
    agency_db.commit()
    agency_db.execute("INSERT INTO journal VALUES ('approved')")
    desk.approve(content_hash, by=CHIEF, now=now, connection=agency_db)
    agency_db.commit()

    assert lines(agency_db) == ["submitted", "approved"]
    assert desk.status(case.id, now=now).state is State.ACTIVE


def test_what_the_agency_rolls_back_has_not_happened(
    desk, agency_db, submit, drain, setup, case, now
):
    content_hash = submit()
    agency_db.execute("INSERT INTO journal VALUES ('approved')")
    desk.approve(content_hash, by=CHIEF, now=now, connection=agency_db)
    agency_db.rollback()

    assert lines(agency_db) == []
    assert desk.status(case.id, now=now).state is State.SUBMITTED
    assert drain(now) == 0
    assert desk.store.check() == ()


def test_every_verb_takes_a_connection_and_commits_nothing(
    desk, agency_db, submit, drain, path, case, now
):
    desk.approve(submit(), by=CHIEF, now=now)
    drain(now)
    agency_db.execute("BEGIN IMMEDIATE")
    review = desk.review(case.id, connection=agency_db)
    done = desk.end(
        case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now, connection=agency_db
    )
    desk.erase(case.id, by=OFFICER, now=now, connection=agency_db)
    inside = desk.status(case.id, now=now, connection=agency_db)
    agency_db.rollback()
    outside = desk.status(case.id, now=now)

    assert review.approved_by == CHIEF.id
    assert done.is_first
    assert inside.state is State.ENDED
    assert outside.state is State.ACTIVE
    # The key is not part of a transaction, so it goes only with a later sweep.
    assert desk.store.keys.has(case.id)


def test_an_erasure_in_the_agencys_transaction_is_finished_by_a_sweep(
    desk, agency_db, submit, drain, case, now
):
    desk.approve(submit(), by=CHIEF, now=now)
    drain(now)
    agency_db.execute("BEGIN IMMEDIATE")
    desk.end(
        case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now, connection=agency_db
    )
    desk.erase(case.id, by=OFFICER, now=now, connection=agency_db)
    agency_db.commit()
    begun = desk.status(case.id, now=now)
    swept = desk.sweep(now=now)

    assert "the erasure has begun and is not finished" in begun.alarms
    assert swept == (case.id,)
    assert desk.status(case.id, now=now).state is State.ERASED
    assert not desk.store.keys.has(case.id)


def test_a_connection_that_commits_by_itself_is_refused(desk, path, submit):
    own = sqlite3.connect(path, isolation_level=None)

    with pytest.raises(StoreRefused, check=lambda e: e.code == "autocommit"):
        submit(connection=own)
    assert desk.cases() == ()
    own.close()


@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_an_sqlalchemy_connection_and_a_session_do_as_well(
    desk, path, submit, case, ends
):
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        submit(connection=connection)
        getattr(connection, ends)()
    after_connection = desk.cases()
    with Session(engine) as session:
        submit(connection=session)
        getattr(session, ends)()
    engine.dispose()

    expected = (case.id,) if ends == "commit" else ()
    assert after_connection == desk.cases() == expected


def test_the_desks_refusal_leaves_the_agencys_transaction_open(
    desk, agency_db, submit, now
):
    agency_db.execute("INSERT INTO journal VALUES ('kept')")
    with pytest.raises(DeskRefused):
        desk.approve("0" * 64, by=CHIEF, now=now, connection=agency_db)
    agency_db.commit()

    assert lines(agency_db) == ["kept"]
