"""What a process that may be killed does: one act on a store, or the rest of its life."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import select
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import attrs
from crash_receiver import mark
from crash_trap import Busy, Trap, Wire

from amberkit.agency import load_agency
from amberkit.cases import load_case
from amberkit.desk import Desk, DeskRefused
from amberkit.desk import _tables as desk_tables
from amberkit.eligibility import assess, load_pack
from amberkit.messages import Operation
from amberkit.plans import plan_alert
from amberkit.publish import (
    Channel,
    Content,
    Dispatcher,
    InlineCrew,
    Release,
)
from amberkit.publish.sql import Releases
from amberkit.store import DirectoryKeyRing, Store, Work
from amberkit.values import Audience, Mode, Principal, Reason

OFFICER = Principal("officer-7", "officer")
CHIEF = Principal("commissioner-2", "commissioner")
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
CASE = load_case(EXAMPLES / "casablanca.json")
AGENCY = load_agency(EXAMPLES / "agency.json")
NOW = CASE.report.received

# When each act takes place, in minutes.
AT = {
    "open": 0,
    "submit": 0,
    "approve": 1,
    "publish": 2,
    "update": 8,
    "resubmit": 10,
    "reapprove": 11,
    "revise": 12,
    "end": 20,
    "cancel": 22,
    "erase": 30,
    "sweep": 20 + 25 * 60,
}
DRAINS = ("publish", "update", "revise", "cancel")
UNPLANNED = []


def plan():
    """Return the plan, made once in each process: its first two stages."""
    if not UNPLANNED:
        pack = load_pack("ma-tifli-moukhtafi", on=NOW.date())
        made = plan_alert(
            CASE, assess(CASE, pack, now=NOW), pack, agency=AGENCY, now=NOW
        )
        UNPLANNED.append(attrs.evolve(made, stages=made.stages[:2]))
    return UNPLANNED[0]


class Bell:
    """What stops a dispatcher that serves: a byte on a pipe."""

    def __init__(self, pipe):
        self._pipe = pipe

    def wait(self, timeout):
        return bool(select.select([self._pipe], [], [], timeout)[0])


class TrappedKeys:
    """A key ring that passes the trap on its way."""

    def __init__(self, path, trap):
        self._keys, self._trap = DirectoryKeyRing(path), trap
        self.get, self.has = self._keys.get, self._keys.has

    def create(self, case_id):
        self._trap.reach("key:before-create")
        made = self._keys.create(case_id)
        self._trap.reach("key:created")
        return made

    def destroy(self, case_id):
        self._trap.reach("key:before-destroy")
        if self._trap.point == "key:overwritten":
            with suppress(FileNotFoundError):
                (self._keys.path / case_id).write_bytes(bytes(32))
            self._trap.reach("key:overwritten")
        self._keys.destroy(case_id)
        self._trap.reach("key:destroyed")


class TrappedOutbox:
    """An outbox whose transactions are known by the method that they belong to.

    Notes each publish that was claimed with its fence, if there is a *ledger*.
    """

    def __init__(self, outbox, trap, ledger=None):
        self._outbox, self._trap, self._ledger = outbox, trap, ledger

    def __getattr__(self, name):
        found = getattr(self._outbox, name)
        if not callable(found) or name == "hold":
            return found

        def call(*given, **named):
            with self._trap.within(name):
                made = found(*given, **named)
            if name == "claim" and self._ledger is not None:
                for claim in made:
                    os.write(self._ledger, _entry(claim))
            return made

        return call


def _entry(claim):
    delivery = claim.delivery
    return f"{claim.fence} {delivery.operation.value} {delivery.key}\n".encode()


def channels(job, trap):
    changes = job.get("capabilities", {})
    return tuple(
        Channel(
            name=name,
            publisher=Wire(name, job["socket"], trap, **changes),
            mode=Mode.EXERCISE,
            audience=Audience.PUBLIC if name == "public" else Audience.SERVICES,
            deadline_s=job.get("deadline_s", 15.0),
        )
        for name in ("public", "services")
    )


def open_desk(job, trap):
    store = Store.open(
        f"sqlite:///{job['path']}",
        mode=Mode.EXERCISE,
        keys=TrappedKeys(f"{job['path']}.keys", trap),
        probe=trap.reach,
    )
    return Desk(store, channels=channels(job, trap))


def dispatcher(desk, job, trap, **changes):
    outbox = TrappedOutbox(desk.outbox, trap, changes.pop("ledger", None))
    return Dispatcher(
        outbox,
        channels(job, trap),
        probe=trap.reach,
        on_answer=lambda _: trap.reach("told"),
        **changes,
    )


def do(act, desk, job, trap):
    """Carry out one act, at its time."""
    at = NOW + AT[act] * MINUTE
    if act in ("submit", "resubmit"):
        revision = 1 if act == "submit" else 2
        desk.submit(
            attrs.evolve(CASE, revision=revision),
            attrs.evolve(plan(), revision=revision),
            agency=AGENCY,
            languages=("ar", "fr"),
            by=OFFICER,
            now=at,
        )
    elif act in ("approve", "reapprove"):
        armed, trap.armed = trap.armed, False
        content_hash = desk.review(CASE.id).content_hash
        trap.armed = armed
        desk.approve(content_hash, by=CHIEF, now=at)
    elif act == "end":
        desk.end(CASE.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=at)
    elif act == "erase":
        desk.erase(CASE.id, by=OFFICER, now=at)
    elif act == "sweep":
        desk.sweep(now=at)
    elif act in DRAINS:
        dispatcher(desk, job, trap).drain(now=at)


# --- jobs, each of which is a process ---------------------------------------------------


def act(job, tell, stop):
    """Carry out one act, which a trap may cut off; return what was passed."""
    trap = Trap(**job["trap"])
    steps = []
    _trap_rows(trap)
    if job.get("copies"):
        trap.on_commit = lambda: steps.append(_dump_in_child(job["path"]))
    if job["act"] == "open":
        trap.arm()
        trap.reach("before")
    with open_desk(job, trap) as desk:
        tell(b"ready")
        if not trap.armed:
            trap.arm()
            trap.reach("before")
        do(job["act"], desk, job, trap)
        trap.reach("returned")
        trap.armed = False
    return {"passed": dict(trap.passed), "steps": steps}


def _trap_rows(trap):
    """Pass the trap after each row that is written, also between two of one act."""
    change = Work.change

    def changed(self, *given):
        count = change(self, *given)
        trap.reach("store:row")
        return count

    # This process ends with its one job.
    Work.change = changed


def look(job, tell, stop):
    """Return what is stored, read as after a crash."""
    return dump(job["path"])


def drain(job, tell, stop):
    """Drain at some times, in seconds after *NOW*; return what the lanes hold."""
    with open_desk(job, Trap()) as desk:
        crew = job.get("crew")
        changes = {} if crew == "processes" else {"crew": lambda c, _: InlineCrew(c)}
        with dispatcher(desk, job, Trap(), **changes) as sends:
            for at in job["at"]:
                sends.drain(now=NOW + at * SECOND)
        return _told(desk, job["at"][-1])


def live_on(job, tell, stop):
    """Repeat an act that was cut off, and live the rest of the case's life."""
    trap, told = Trap(), {"dump": repr(dump(job["path"]))}
    with open_desk(job, trap) as desk:
        if job["act"] in ("erase", "sweep"):
            told["had key"] = desk.store.keys.has(CASE.id)
        first = list(AT).index(job["act"])
        acts = list(AT)[first:]
        # An operator does again what he does not know to be done.
        for again in acts[:1] if job["act"] not in DRAINS else ():
            with suppress(DeskRefused):
                do(again, desk, job, trap)
        for missing in ("submit", "approve"):
            if acts[0] in ("open", "submit") and missing in acts[1:]:
                do(missing, desk, job, trap)
        soon, minute = max(2, AT[acts[0]]), max(12, AT[acts[0]] + 2)
        healthy = dispatcher(desk, job, trap, crew=lambda c, _: InlineCrew(c))
        with healthy:
            for second in (1, 3, 10):
                healthy.drain(now=NOW + soon * MINUTE + second * SECOND)
            mark(job["socket"], "soon")
            healthy.drain(now=NOW + minute * MINUTE)
            told["live"] = _told(desk, minute * 60 + 1)
            mark(job["socket"], "live")
            ends = max(20, minute + 2)
            desk.end(
                CASE.id,
                reason=Reason.LOCATED_SAFE,
                by=OFFICER,
                now=NOW + ends * MINUTE,
            )
            for second in (0, 2, 60):
                healthy.drain(now=NOW + ends * MINUTE + second * SECOND)
            told["ended"] = _told(desk, ends * 60 + 61)
            mark(job["socket"], "ended")
            later = NOW + (ends + 24 * 60 + 1) * MINUTE
            desk.sweep(now=later)
            healthy.drain(now=later)
            told["erased"] = _told(desk, (ends + 24 * 60 + 2) * 60)
        told["problems"] = [str(problem) for problem in desk.store.check()]
        told["has key"] = desk.store.keys.has(CASE.id)
        with desk.store.transaction() as work:
            entries = desk.store.entries(work, CASE.id)[CASE.id]
        told["events"] = [entry.event for entry in entries]
    return told


def serve(job, tell, stop):
    """Be the dispatcher, on a clock that goes as the world's does, until told to stop."""
    trap = Trap(**job.get("trap", {}))
    with open_desk(job, trap) as desk:
        trap.arm()
        began = time.monotonic()

        def clock():
            return NOW + (job["at"] + time.monotonic() - began) * SECOND

        with dispatcher(desk, job, trap, ledger=_ledger(job)) as sends:
            tell(b"ready")
            sends.run(clock=clock, stop=Bell(stop))


def stock(job, tell, stop):
    """Release many small cases at once."""
    with open_desk(job, Trap()) as desk:
        releases = Releases(desk.store)
        for case_id in job["cases"]:
            with desk.store.transaction() as work:
                work.change(desk_tables.CASE.insert().values(case_id=case_id))
                desk.store.keys.create(case_id)
                releases.release(
                    work, small_release(case_id), small_contents(), now=NOW
                )


def small_release(case_id):
    return Release(
        case_id=case_id,
        revision=1,
        mode=Mode.EXERCISE,
        content_hash="approved",
        expires=NOW + dt.timedelta(days=3000),
        expiry_ending="found",
    )


def small_contents():
    return tuple(
        Content(
            channel="public",
            audience=Audience.PUBLIC,
            operation=Operation.CANCEL if ending else Operation.PUBLISH,
            version=version,
            ending=ending,
            starts=NOW,
            identity=f"agency@example.org,MA-{version}",
            forms=(("text/plain", b"Fictional" * 100),),
        )
        for version, ending in ((1, None), (2, "found"))
    )


def flood(job, tell, stop):
    """Be a dispatcher that always has something to send, on a clock that runs ahead."""
    minutes = itertools.count()
    channel = Channel(
        name="public",
        publisher=Busy(),
        mode=Mode.EXERCISE,
        audience=Audience.PUBLIC,
    )
    with open_desk(job, Trap()) as desk:
        outbox = TrappedOutbox(desk.outbox, Trap(), _ledger(job))
        with Dispatcher(outbox, [channel]) as sends:
            tell(b"ready")
            sends.run(clock=lambda: NOW + next(minutes) * MINUTE, stop=Bell(stop))


def _ledger(job):
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY
    return os.open(f"{job['path']}.claims", flags, 0o600)


def _told(desk, second):
    status = desk.status(CASE.id, now=NOW + second * SECOND)
    return {
        "state": status.state.value,
        "closed": status.is_closed,
        "lanes": {
            lane.lane.channel: (
                lane.lane.held.value,
                lane.lane.attempt is None,
                lane.lane.need.name if lane.lane.need else None,
                lane.closed,
            )
            for lane in status.lanes
        },
    }


# --- what is stored ---------------------------------------------------------------------

HIDDEN = {"content_hash", "digest", "hash", "id", "previous"}


def dump(path):
    """Return all rows, but for what chance has made: keys, salts and what they seal."""
    if not Path(path).exists():
        return ()
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        return tuple((name, *_rows(connection, name)) for name in names)


def _rows(connection, table):
    cursor = connection.execute(f"SELECT * FROM {table}")
    columns = [column[0] for column in cursor.description]
    return sorted(
        repr([_plain(name, value) for name, value in zip(columns, row, strict=True)])
        for row in cursor
    )


def _plain(name, value):
    if value is not None and name in HIDDEN:
        return "hidden"
    return len(value) if isinstance(value, bytes) else value


def _dump_in_child(path):
    """Return the dump as another process sees it."""
    ours, theirs = os.pipe()
    if not (child := os.fork()):
        try:
            copy = f"{path}.copy"
            shutil.copy(path, copy)
            os.write(theirs, repr(dump(copy)).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return data.decode()
