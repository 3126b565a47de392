"""Erasure: when, what goes, what stays, and what happens if it is interrupted."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from desk_samples import CHIEF, MINUTE, OFFICER, Receiver, Setup, inline

from amberkit.desk import Desk, DeskRefused, State
from amberkit.publish import Dispatcher
from amberkit.store import KeyDestroyed
from amberkit.values import Mode, Reason

HOUR = 60 * MINUTE


def refused(code):
    return pytest.raises(DeskRefused, check=lambda error: error.code == code)


def test_a_case_that_has_not_ended_is_not_erased(desk, approved, case, now):
    with refused("not-ended"):
        desk.erase(case.id, by=OFFICER, now=now)
    with refused("no-such-case"):
        desk.erase("MA-NONE", by=OFFICER, now=now)

    assert desk.status(case.id, now=now).state is not State.ERASED
    assert desk.review(case.id).content_hash == approved


def test_after_an_erasure_nothing_can_be_read_and_the_audit_still_verifies(
    desk, approved, drain, case, now
):
    drain(now)
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)
    drain(now)
    desk.erase(case.id, by=CHIEF, now=now)
    desk.erase(case.id, by=CHIEF, now=now)

    status = desk.status(case.id, now=now)
    assert status.state is State.ERASED
    assert status.erased == now
    with refused("erased"):
        desk.review(case.id)
    with pytest.raises(KeyDestroyed):
        desk.store.salt(case.id)
    assert desk.store.check() == ()
    with desk.store.transaction() as work:
        events = [e.event for e in desk.store.entries(work)[case.id]]
    assert events[:2] == ["submitted", "approved"]
    assert events[-2:] == ["erasing", "erased"]


def test_endings_go_out_although_the_case_is_erased(
    desk, approved, drain, setup, case, now
):
    drain(now)
    setup.public.script = ["deferred"]
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)
    drain(now)
    desk.erase(case.id, by=OFFICER, now=now)
    drain(now + MINUTE)

    assert setup.public.shown == {}
    assert desk.status(case.id, now=now + MINUTE).is_closed


def test_what_is_due_is_erased_by_the_sweep(desk, approved, drain, case, now):
    drain(now)
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)

    assert desk.sweep(now=now + 23 * HOUR) == ()
    assert desk.sweep(now=now + 24 * HOUR) == (case.id,)
    assert desk.sweep(now=now + 25 * HOUR) == ()
    assert desk.status(case.id, now=now).erased == now + 24 * HOUR


def test_an_alert_that_expired_is_erased_after_a_month(
    desk, approved, drain, case, short_plan, now
):
    drain(short_plan.expires)
    month = dt.timedelta(days=30)

    assert desk.sweep(now=short_plan.expires + month - MINUTE) == ()
    assert desk.sweep(now=short_plan.expires + month) == (case.id,)


def test_what_nobody_approved_is_erased_after_a_day(desk, submit, case, now):
    submit()

    assert desk.sweep(now=now + 24 * HOUR - MINUTE) == ()
    assert desk.sweep(now=now + 24 * HOUR) == (case.id,)
    assert desk.status(case.id, now=now).state is State.ERASED
    with refused("erased"):
        desk.review(case.id)


def test_what_nobody_approved_may_be_erased_at_once(desk, submit, case, now):
    content_hash = submit()
    desk.erase(case.id, by=OFFICER, now=now)

    with refused("ended"):
        desk.approve(content_hash, by=CHIEF, now=now)


def test_one_key_that_stays_does_not_keep_the_others(desk, setup, submit, now):
    class Stubborn:
        def __init__(self, keys):
            self.keys = keys

        def __getattr__(self, name):
            return getattr(self.keys, name)

        def destroy(self, case_id):
            if case_id == "MA-1":
                raise ConnectionRefusedError
            self.keys.destroy(case_id)

    for name in ("MA-1", "MA-2", "MA-3"):
        submit(case_id=name)
        desk.end(name, reason=Reason.MERGED, by=OFFICER, now=now)
    desk.store.keys = Stubborn(desk.store.keys)

    with pytest.raises(ConnectionRefusedError):
        desk.sweep(now=now + 24 * HOUR)
    states = {c: desk.status(c, now=now + 25 * HOUR).state for c in desk.cases()}
    assert states == {
        "MA-1": State.ENDED,
        "MA-2": State.ERASED,
        "MA-3": State.ERASED,
    }
    desk.store.keys = desk.store.keys.keys
    assert desk.sweep(now=now + 26 * HOUR) == ("MA-1",)


def test_an_expired_alert_may_be_erased_at_once(desk, approved, case, short_plan):
    desk.erase(case.id, by=OFFICER, now=short_plan.expires)

    assert desk.status(case.id, now=short_plan.expires).state is State.ERASED


SCAN = """
import base64, html, os, sys, unicodedata, urllib.parse
roots, words = sys.argv[1].split(os.pathsep), sys.argv[2:]
needles = set()
for word in words:
    for text in (word, word.lower(), word.upper(), unicodedata.normalize("NFD", word)):
        raw = text.encode()
        needles |= {raw, text.encode("utf-16-le"), text.encode("utf-16-be")}
        needles |= {urllib.parse.quote(text).encode(), html.escape(text).encode()}
        needles.add(text.encode("ascii", "backslashreplace"))
        needles.add(raw.hex().encode())
        needles.add(base64.b64encode(raw).rstrip(b"=")[:-1])
hits = 0
for root in roots:
    for folder, _, files in os.walk(root):
        for name in files:
            data = open(os.path.join(folder, name), "rb").read()
            hits += sum(needle in data for needle in needles if len(needle) > 3)
print(hits)
"""
CANARIES = ("Leïla", "ليلى", "El Mitali", "manteau jaune", "Amandiers", "jaune")


def scan(*roots, words=CANARIES):
    """Count canaries in every byte below *roots*, in a process of its own.

    The database must not be opened a second time within this one.
    """
    run = subprocess.run(
        [sys.executable, "-c", SCAN, os.pathsep.join(map(str, roots)), *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout)


def test_the_scan_finds_what_is_there(tmp_path):
    (tmp_path / "a").write_text("ici Leïla", "utf-8")
    (tmp_path / "b").write_bytes("Amandiers".encode("utf-16-le"))

    assert scan(tmp_path) == 2


def test_no_canary_is_in_any_byte_of_the_store_before_and_after(
    tmp_path, case, short_plan, agency, now, examples
):
    setup = Setup(public=Receiver(), services=Receiver())
    digest = case.children[0].photographs[0].sha256.reveal()
    photo = (examples / "casablanca-child.png").read_bytes()
    seen = []

    def probe(point):
        if point == "store:before-commit":
            seen.append(scan(tmp_path))

    from amberkit.store import Store

    store = Store.open(
        f"sqlite:///{tmp_path}/alerts.db", mode=Mode.EXERCISE, probe=probe
    )
    with Desk(store, channels=setup.channels) as desk:
        content_hash = desk.submit(
            case,
            short_plan,
            agency=agency,
            languages=("ar", "fr"),
            by=OFFICER,
            now=now,
            photos={digest: photo},
        )
        desk.approve(content_hash, by=CHIEF, now=now)
        dispatcher = Dispatcher(desk.outbox, setup.channels, crew=inline)
        dispatcher.drain(now=now)
        desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)
        dispatcher.drain(now=now)
        key = desk.store.keys.get(case.id)
        desk.erase(case.id, by=OFFICER, now=now)
    picture = setup.public.effects[0].pictures[0].data

    # With the journal in place, in the middle of each transaction.
    assert len(seen) > 10
    assert set(seen) == {0}
    assert scan(tmp_path) == 0
    raw = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert picture[200:232] not in raw
    assert key not in raw
    assert key.hex().encode() not in raw
