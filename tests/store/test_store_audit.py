"""Audit chains in a store: added with what they tell of, and what is done to them."""

import datetime as dt
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import AGENCIES, Stopped, open_store

from amberkit.audit import heads, verify_chain, verify_heads
from amberkit.errors import InvalidDocument, InvalidValue
from amberkit.store import StoreRefused, from_us, to_us

NOW = dt.datetime(2026, 11, 22, 18, 0, 0, 123457, dt.UTC)
CODES = (("mode", "test"), ("revision", 2))


def append(store, case_id="A", **more):
    with store.transaction() as work:
        return store.append(work, case_id=case_id, at=NOW, event="approved", **more)


def chains(store, case_id=None):
    with store.transaction() as work:
        return store.entries(work, case_id)


def change(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.fixture
def filled(store):
    for case_id in ("B", "A"):
        append(store, case_id)
        append(store, case_id, actor="o.17", codes=CODES, digest="ab" * 32)
        append(store, case_id)
    return store


def test_what_is_added_is_what_is_read(store):
    first = append(store)
    second = append(store, actor="o.17", codes=CODES[::-1], digest="ab" * 32)

    assert chains(store) == chains(store, "A") == {"A": [first, second]}
    assert second.at == NOW
    assert second.codes == CODES
    assert verify_chain([first, second]) == ()


def test_every_case_has_a_chain_of_its_own(filled):
    assert list(chains(filled)) == ["A", "B"]
    assert [e.index for e in chains(filled)["B"]] == [0, 1, 2]
    assert chains(filled, "B") == {"B": chains(filled)["B"]}
    assert chains(filled, "C") == {}
    assert filled.check() == ()


def test_an_entry_goes_with_its_transaction(store):
    def fail():
        with store.transaction() as work:
            store.append(work, case_id="A", at=NOW, event="x")
            raise Stopped

    with pytest.raises(Stopped):
        fail()

    assert chains(store) == {}


@pytest.mark.parametrize("kind", AGENCIES)
def test_an_entry_goes_with_the_transaction_of_the_agency(filled, kind):
    with closing(kind(filled.path)) as agency:
        with filled.transaction(agency.given) as work:
            added = filled.append(work, case_id="A", at=NOW, event="x", codes=CODES)
            assert filled.entries(work, "A")["A"][-1] == added
        agency.commit()

    assert chains(filled)["A"][-1] == added
    assert filled.check() == ()


@pytest.mark.parametrize("bad", [{"event": "free text"}, {"case_id": "a"}])
def test_what_is_no_entry_is_not_added(store, bad):
    with store.transaction() as work, pytest.raises(InvalidValue):
        store.append(work, **({"case_id": "A", "at": NOW, "event": "x"} | bad))

    assert chains(store) == {}


def test_a_store_in_memory_has_chains_too():
    with open_store("") as store:
        append(store)
        append(store)

        assert len(chains(store)["A"]) == 2
        assert store.check() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE amberkit_audit SET event = 'rejected' WHERE position = 1",
        "UPDATE amberkit_audit SET at = at + 1 WHERE position = 1",
        "UPDATE amberkit_audit SET actor = 'o.18' WHERE actor IS NOT NULL",
        "UPDATE amberkit_audit SET codes = '[]' WHERE position = 1",
        "UPDATE amberkit_audit SET digest = NULL",
        "UPDATE amberkit_audit SET case_id = 'C' WHERE case_id = 'A' AND position = 1",
        "UPDATE amberkit_audit SET position = 7 WHERE position = 1",
        "DELETE FROM amberkit_audit WHERE position = 0",
        "DELETE FROM amberkit_audit WHERE position = 1",
    ],
)
def test_what_is_done_to_a_row_is_found(filled, statement):
    change(filled.path, statement)

    assert filled.check()


@pytest.mark.parametrize(
    "value",
    [
        "event = 'Amina was seen there'",
        "case_id = 'not a case'",
        "at = 'never'",
        f"at = {10**18}",
        f"at = {2**63 - 1}",
        "codes = 'x'",
        "codes = '7'",
        "codes = '[[1]]'",
        "codes = '{\"ab\": 1}'",
        "codes = '[[\"a\", []]]'",
        "codes = x'00'",
        "hash = 7",
        "position = -1",
        "actor = x'00ff'",
    ],
)
def test_a_row_that_is_no_entry_is_found_and_not_told(filled, value):
    update = f"UPDATE amberkit_audit SET {value} WHERE case_id = 'B' AND position = 2"
    change(filled.path, update)
    problems = filled.check()

    assert "not-an-entry" in [problem.code for problem in problems] or value in (
        # Read as other codes: the hash tells.
        "codes = '{\"ab\": 1}'",
    )
    assert problems
    assert "Amina" not in "".join(map(str, problems))


def test_damaged_chains_are_not_read(filled):
    change(filled.path, "UPDATE amberkit_audit SET event = 'a b' WHERE case_id = 'A'")
    with pytest.raises(InvalidDocument) as raised:
        chains(filled)

    assert len(raised.value.problems) == 3
    assert len(chains(filled, "B")["B"]) == 3


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("event = 'a b'", 3),
        ("hash = 'x'", 3),
        ("hash = x'00'", 3),
        ("at = 'x'", 3),
        ("position = 'x'", 2),
        ("position = -7", 2),
        ("position = 9223372036854775807", 2),
    ],
)
def test_a_damaged_chain_still_takes_what_is_done(filled, value, place):
    """An ending must not fail because somebody damaged a row."""
    update = f"UPDATE amberkit_audit SET {value} WHERE case_id = 'A' AND position = 2"
    change(filled.path, update)
    before = {str(problem) for problem in filled.check()}
    added = append(filled, "A")
    after = {str(problem) for problem in filled.check()}

    assert added.index == place
    assert before
    assert after


def test_an_end_that_was_cut_off_is_found_against_heads(filled):
    kept = heads(chains(filled))
    change(filled.path, "DELETE FROM amberkit_audit WHERE case_id='A' AND position=2")

    assert filled.check() == ()
    assert [p.path for p in verify_heads(chains(filled), kept)] == ["$.A[2]"]


def test_a_file_that_is_damaged_is_found(filled):
    with filled.transaction() as work:
        for number in range(300):
            filled.append(work, case_id=f"C{number}", at=NOW, event="x")
    size = filled.path.stat().st_size
    with filled.path.open("r+b") as file:
        file.seek(size - 4096 * 3)
        file.write(b"\xff" * 4096 * 2)

    assert [problem.code for problem in filled.check()] == ["damaged"]


def test_an_index_that_does_not_fit_its_table_is_found(filled):
    change(filled.path, "CREATE INDEX agency_index ON agency (name)")
    change(filled.path, "INSERT INTO agency VALUES ('Amina')")
    with closing(sqlite3.connect(filled.path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'agency_index'")
        connection.commit()
    (problem,) = filled.check()

    assert (problem.path, problem.code) == ("$", "damaged")
    assert "Amina" not in problem.message


def test_a_store_that_cannot_be_used_cannot_be_checked(path):
    store = open_store(path)
    store.close()
    with pytest.raises(StoreRefused) as raised:
        store.check()

    assert raised.value.code == "closed"


@given(
    st.datetimes(
        dt.datetime(1900, 1, 1),  # noqa: DTZ001 - the zone comes beside it
        dt.datetime(2999, 12, 31),  # noqa: DTZ001 - the zone comes beside it
        timezones=st.just(dt.UTC),
    )
)
def test_times_are_kept_to_the_microsecond(time):
    assert from_us(to_us(time)) == time


def test_times_count_from_1970():
    zone = dt.timezone(dt.timedelta(hours=1))

    assert to_us(dt.datetime(1970, 1, 1, 1, 0, 0, 1, zone)) == 1
    assert from_us(-1).isoformat() == "1969-12-31T23:59:59.999999+00:00"
