"""The outbox in a store: like the one that forgets, but it survives and tells nobody."""

import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from publish_samples import (
    EXPIRES,
    NOW,
    TEXT,
    InMemory,
    InSql,
    claim_one,
    make_channel,
    make_content,
    make_contents,
    make_picture,
    make_release,
    only_lane,
    seconds,
)
from sqlalchemy import func, select, update

from amberkit.errors import MissingExtra
from amberkit.messages import Operation
from amberkit.publish import (
    Answer,
    Dispatcher,
    DispatcherBusy,
    Held,
    InlineCrew,
    Need,
    Outcome,
    PublishRefused,
    Settled,
)
from amberkit.publish.sql import (
    SqlOutbox,
    _hold,
    find_release,
    released,
    released_until,
)
from amberkit.publish.sql._tables import CONTENT, LANE, PICTURE
from amberkit.store import KeyDestroyed, StoreRefused

WEB = make_channel()
SMS = make_channel("sms")
CASES = ("MA-1", "MA-2", "MA-3")
CHANNELS = {
    "web": make_channel("web", late_effect_s=30),
    "sms": make_channel("sms", dedupe="none", cancel="follow_up", withdraw="request"),
    "tv": make_channel("tv", cancel="expire_only", max_per_second=2, withdraw="none"),
}


def url_of(folder):
    return f"sqlite:///{folder}/alerts.db"


@pytest.fixture
def bench(tmp_path):
    made = InSql(url_of(tmp_path))
    yield made
    made.close()


# --- the same as the outbox that forgets ------------------------------------------------


class Alike(RuleBasedStateMachine):
    """Whatever is done to both outboxes, they answer and note the same."""

    url = "sqlite://"

    def __init__(self):
        super().__init__()
        self.sql = InSql(self.url)
        self.memory = InMemory(store=self.sql.outbox.store)
        self.now = NOW
        self.versions = dict.fromkeys(CASES, 0)
        self.flying, self.answered = [], []
        self.bytes, self.fences, self.over = {}, set(), set()

    def teardown(self):
        self.sql.close()

    def both(self, act):
        mine, theirs = act(self.memory), act(self.sql)
        assert mine == theirs
        return mine

    @initialize()
    def begin(self):
        self.release("MA-1", {"web", "sms", "tv"}, 0, 0)

    @rule(
        case=st.sampled_from(CASES),
        names=st.sets(st.sampled_from(sorted(CHANNELS)), min_size=1),
        stage_s=st.integers(0, 90),
        lasts_s=st.integers(0, 600),
    )
    def release(self, case, names, stage_s, lasts_s):
        first = self.versions[case] + 1
        self.versions[case] = first + 3
        release = make_release(
            case,
            revision=first,
            content_hash=f"hash-{first}",
            expires=self.now + seconds(60 + lasts_s),
        )
        later = self.now + seconds(stage_s)
        contents = [
            content
            for name in sorted(names)
            for content in (
                make_content(first, channel=name, starts=self.now),
                make_content(first + 1, channel=name, starts=later, text="2"),
                make_content(first + 2, channel=name, ending="found"),
                make_content(first + 3, channel=name, ending="expired"),
            )
        ]
        self.both(lambda bench: bench.release(release, contents, now=self.now))
        self.over.discard(case)

    @rule(case=st.sampled_from(CASES), withdraw=st.booleans())
    def end(self, case, withdraw):
        done = self.both(
            lambda bench: bench.end(
                case, ending="found", withdraw=withdraw, now=self.now
            )
        )
        if done:
            self.over.add(case)

    @rule(
        case=st.sampled_from(CASES),
        channel=st.sampled_from(sorted(CHANNELS)),
        found=st.sampled_from(Settled),
    )
    def settle(self, case, channel, found):
        def try_it(bench):
            try:
                bench.settle(case, channel, found, now=self.now)
            except PublishRefused as refused:
                return refused.code
            return None

        self.both(try_it)

    @rule(
        name=st.sampled_from(sorted(CHANNELS)),
        limit=st.integers(1, 4),
        endings_only=st.booleans(),
    )
    def claim(self, name, limit, endings_only):
        claims = self.both(
            lambda bench: bench.outbox.claim(
                CHANNELS[name], now=self.now, limit=limit, endings_only=endings_only
            )
        )
        assert len(claims) <= limit
        for claim in claims:
            delivery = claim.delivery
            assert claim.fence not in self.fences
            self.fences.add(claim.fence)
            if delivery.operation is Operation.PUBLISH:
                assert delivery.case_id not in self.over
                assert not endings_only
            # One key, one content: whatever happened in between.
            known = self.bytes.setdefault(delivery.key, delivery.forms)
            assert known == delivery.forms
        self.flying += claims

    @precondition(lambda self: self.flying)
    @rule(
        outcomes=st.lists(st.sampled_from(Outcome), min_size=1, max_size=3),
        pick=st.integers(0, 99),
        reference=st.none() | st.just("handle"),
    )
    def record(self, outcomes, pick, reference):
        answers = []
        for outcome in outcomes[: len(self.flying)]:
            claim = self.flying.pop(pick % len(self.flying))
            answers.append(Answer(claim=claim, outcome=outcome, reference=reference))
        self.answered += answers
        self.both(lambda bench: bench.outbox.record(answers, now=self.now))

    @precondition(lambda self: self.answered)
    @rule(pick=st.integers(0, 99), outcome=st.sampled_from(Outcome))
    def answer_again(self, pick, outcome):
        late = attrs.evolve(self.answered[pick % len(self.answered)], outcome=outcome)
        self.both(lambda bench: bench.outbox.record([late], now=self.now))

    @rule(keep=st.integers(0, 2))
    def recover(self, keep):
        self.flying = self.flying[:keep]
        alive = [claim.fence for claim in self.flying]
        channels = list(CHANNELS.values())
        self.both(
            lambda bench: bench.outbox.recover(channels, now=self.now, alive=alive)
        )

    @rule(passed_s=st.sampled_from([0.3, 2, 10, 31, 120, 700]))
    def pass_time(self, passed_s):
        self.now += seconds(passed_s)

    @rule(back_s=st.sampled_from([0.2, 9, 130, 700]))
    def set_back(self, back_s):
        self.both(lambda bench: bench.outbox.beat(now=self.now))
        self.now -= seconds(back_s)
        # An ending that a channel has put off will refer to what goes out before it.
        self.bytes = {k: v for k, v in self.bytes.items() if k.endswith(":publish")}

    @rule()
    def beat(self):
        self.both(lambda bench: bench.outbox.beat(now=self.now))

    @invariant()
    def they_note_the_same(self):
        fences = [claim.fence for claim in self.flying]
        self.both(lambda bench: bench.outbox.lanes(now=self.now))
        self.both(lambda bench: bench.outbox.lanes("MA-2", now=self.now))
        self.both(lambda bench: bench.outbox.due(now=self.now))
        self.both(lambda bench: bench.outbox.next_due(now=self.now))
        self.both(lambda bench: bench.outbox.overtaken(fences, now=self.now))
        self.both(lambda bench: bench.outbox.heartbeat())


class AlikeAfterRestarts(Alike):
    """The same on a file that is closed and opened again."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.url = url_of(self.folder.name)
        super().__init__()

    @rule()
    def restart(self):
        self.sql.close()
        self.sql = InSql(self.url)

    def teardown(self):
        super().teardown()
        self.folder.cleanup()


TestAlike = Alike.TestCase
TestAlike.settings = settings(stateful_step_count=30)
TestAlikeAfterRestarts = AlikeAfterRestarts.TestCase
TestAlikeAfterRestarts.settings = settings(
    stateful_step_count=20, max_examples=max(5, settings().max_examples // 5)
)


# --- it survives --------------------------------------------------------------------------


def test_a_restart_in_the_middle_of_an_attempt_loses_nothing(tmp_path):
    bench = InSql(url_of(tmp_path))
    bench.release(make_release(), make_contents(), now=NOW)
    claim = claim_one(bench, WEB)
    bench.close()

    bench = InSql(url_of(tmp_path))
    assert bench.outbox.recover([WEB], now=NOW) == 1
    again = claim_one(bench, WEB, now=NOW + seconds(2))
    assert again.delivery == claim.delivery
    assert again.fence == claim.fence + 1
    bench.end("MA-1", ending="found", withdraw=True, now=NOW)
    bench.close()

    bench = InSql(url_of(tmp_path))
    publisher = make_channel().publisher
    dispatcher = Dispatcher(
        bench.outbox,
        [make_channel(publisher=publisher)],
        crew=lambda channels, keep: InlineCrew(channels),
    )
    assert dispatcher.drain(now=NOW + seconds(3)) == 2
    assert publisher.told == [("cancel", 2), ("withdraw", 2)]
    assert only_lane(bench).closed
    bench.close()


# --- one dispatcher -------------------------------------------------------------------------

HOLDER = """
import sys
from amberkit.publish.sql import SqlOutbox
from amberkit.store import Store
from amberkit.values import Mode

with Store.open(sys.argv[1], mode=Mode.TEST) as store, SqlOutbox(store).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_dispatcher_in_this_process_is_refused_at_once_and_told_who(
    bench, monkeypatch
):
    slept = []
    monkeypatch.setattr(_hold.time, "sleep", slept.append)
    with bench.outbox.hold() as keep:
        assert os.fstat(keep)
        for outbox in (bench.outbox, SqlOutbox(bench.ground)):
            with pytest.raises(DispatcherBusy) as refused, outbox.hold():
                pass
            assert refused.value.pid == os.getpid()
    assert slept == []
    with bench.outbox.hold():
        pass


def test_a_second_dispatcher_in_another_process_is_refused_and_told_who(
    bench, tmp_path
):
    command = [sys.executable, "-c", HOLDER, url_of(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DispatcherBusy) as refused, bench.outbox.hold():
            pass
        assert refused.value.pid == other.pid
        assert f"process {other.pid} is dispatching" in str(refused.value)
        other.stdin.close()
        assert other.wait(timeout=10) == 0
    with bench.outbox.hold():
        pass


def test_the_store_is_free_only_when_the_last_worker_of_a_dead_dispatcher_has_gone(
    tmp_path, monkeypatch
):
    path, slept = tmp_path / "alerts.db.dispatcher", []
    worker = _hold.lock(path)
    gone = subprocess.Popen(["true"])
    gone.wait()
    os.pwrite(worker, b"%-20d" % gone.pid, 0)
    monkeypatch.setattr(_hold.time, "sleep", slept.append)

    with pytest.raises(DispatcherBusy) as refused:
        _hold.lock(path)
    assert refused.value.pid == gone.pid
    assert sum(slept) == pytest.approx(3, abs=0.05)

    # It dies while somebody waits.
    monkeypatch.setattr(_hold.time, "sleep", lambda _: os.close(worker))
    os.close(_hold.lock(path))


def test_a_dispatcher_of_another_user_is_alive_too(tmp_path, monkeypatch):
    def not_ours(pid, signal):
        raise PermissionError

    holder = _hold.lock(tmp_path / "d")
    monkeypatch.setattr(_hold.os, "kill", not_ours)
    with pytest.raises(DispatcherBusy) as refused:
        _hold.lock(tmp_path / "d")
    os.close(holder)

    assert refused.value.pid == os.getpid()


def test_a_dispatcher_that_has_not_yet_said_who_it_is_is_waited_for(
    tmp_path, monkeypatch
):
    holder = _hold.lock(tmp_path / "d")
    os.ftruncate(holder, 0)
    monkeypatch.setattr(_hold.time, "sleep", lambda _: None)
    with pytest.raises(DispatcherBusy) as refused:
        _hold.lock(tmp_path / "d")
    os.close(holder)

    assert refused.value.pid is None


# --- it tells nobody ------------------------------------------------------------------------

SECRET = "زينب المثال"
PICTURE_DATA = b"pixels of nobody " * 20


def everything_in(folder):
    return b"".join(p.read_bytes() for p in Path(folder).rglob("*") if p.is_file())


def with_pictures(*channels):
    picture = make_picture(PICTURE_DATA)
    return [
        attrs.evolve(content, pictures=() if content.ending else (picture,))
        for content in make_contents(*channels, text=SECRET)
    ]


def bodies(bench):
    with bench.ground.transaction() as work:
        rows = work.execute(select(CONTENT.c.ending, CONTENT.c.body))
        pictures = work.execute(select(func.count().label("n")).select_from(PICTURE))
    return {row.ending: row.body for row in rows}, pictures[0].n


def test_no_byte_of_what_tells_of_a_case_is_written_in_clear(bench, tmp_path):
    bench.release(make_release(), with_pictures("web"), now=NOW)
    claim = claim_one(bench, WEB)
    bench.outbox.record([Answer(claim=claim, outcome=Outcome.ACCEPTED)], now=NOW)
    written = everything_in(tmp_path)

    assert claim.delivery.form("text/plain").decode() == SECRET
    assert claim.delivery.pictures[0].data == PICTURE_DATA
    # An ending names nobody, and can be read without the key.
    assert b"found" in written
    assert SECRET.encode() not in written
    assert PICTURE_DATA[:12] not in written
    assert b"<alert>" in bodies(bench)[0]["found"]
    assert b"<alert>" not in bodies(bench)[0][""]


def test_a_picture_is_stored_once_for_each_case(bench):
    bench.release(make_release("MA-1"), with_pictures("web", "sms", "tv"), now=NOW)
    assert bodies(bench)[1] == 1

    later = make_release("MA-1", revision=2, content_hash="hash-2")
    again = [attrs.evolve(c, version=c.version + 3) for c in with_pictures("web")]
    bench.release(later, again, now=NOW)
    assert bodies(bench)[1] == 1
    bench.release(make_release("MA-2"), with_pictures("web"), now=NOW)
    assert bodies(bench)[1] == 2


def test_erasing_removes_every_body_but_the_endings(bench):
    bench.release(make_release(), with_pictures("web"), now=NOW)
    claim = claim_one(bench, WEB)
    bench.outbox.record([Answer(claim=claim, outcome=Outcome.UNKNOWN)], now=NOW)
    with bench.ground.transaction() as work:
        bench.releases.erase(work, "MA-1")
    bench.ground.keys.destroy("MA-1")

    contents, pictures = bodies(bench)
    assert {ending for ending, body in contents.items() if body} == {"found", "expired"}
    assert pictures == 0
    now = NOW + seconds(2)
    assert bench.outbox.claim(WEB, now=now, limit=1, endings_only=False) == ()
    assert only_lane(bench).lane.need is Need.NOT_RELEASED
    bench.end("MA-1", ending="found", withdraw=True, now=now)
    assert claim_one(bench, WEB, now=now).delivery.form("text/plain") == b"found"


def bodies_of(bench, case):
    mine = (CONTENT.c.case_id == case) & (CONTENT.c.ending != "")
    with bench.ground.transaction() as work:
        rows = work.execute(select(CONTENT.c.ending, CONTENT.c.body).where(mine))
    return {row.ending: row.body for row in rows}


def change_endings(bench, case, changed):
    with bench.ground.transaction() as work:
        for ending, body in changed.items():
            mine = (CONTENT.c.case_id == case) & (CONTENT.c.ending == ending)
            assert work.change(update(CONTENT).where(mine).values(body=body)) == 1


def swap_pictures(bench):
    body = bench.ground.seal("MA-1", "picture:" + "0" * 64, b"another picture")
    with bench.ground.transaction() as work:
        work.change(update(PICTURE).values(body=body))


def change_a_body(bench):
    with bench.ground.transaction() as work:
        mine = (CONTENT.c.case_id == "MA-1") & (CONTENT.c.ending == "")
        work.change(update(CONTENT).where(mine).values(body=b"something else"))


def destroy_the_key(bench):
    bench.ground.keys.destroy("MA-1")


@pytest.mark.parametrize("damage", [swap_pictures, change_a_body, destroy_the_key])
def test_what_nobody_can_read_does_not_keep_other_cases_waiting(bench, damage):
    bench.release(make_release("MA-1"), with_pictures("web"), now=NOW)
    damage(bench)
    bench.release(make_release("MA-2"), make_contents(), now=NOW)
    claims = bench.outbox.claim(WEB, now=NOW, limit=8, endings_only=False)

    assert "MA-2" in [claim.delivery.case_id for claim in claims]
    assert "MA-1" not in [claim.delivery.case_id for claim in claims]
    assert bench.outbox.lanes("MA-1", now=NOW)[0].lane.need is Need.NOT_RELEASED


def three_cases(bench):
    """One case to publish; one to end on the same channel, one on another."""
    for case, channel in (("MA-2", WEB), ("MA-3", SMS)):
        bench.release(make_release(case), make_contents(channel.name), now=NOW)
        claim = claim_one(bench, channel)
        bench.outbox.record([Answer(claim=claim, outcome=Outcome.ACCEPTED)], now=NOW)
        bench.end(case, ending="found", withdraw=False, now=NOW)
    bench.release(make_release("MA-1"), with_pictures("web"), now=NOW)


def claimed(bench, *, now=NOW):
    return [
        (claim.delivery.case_id, claim.delivery.operation.value)
        for channel in (WEB, SMS)
        for claim in bench.outbox.claim(channel, now=now, limit=8, endings_only=False)
    ]


@pytest.mark.parametrize(
    "fault",
    [
        StoreRefused("exposed", "the folder of the keys must have mode 0700"),
        KeyDestroyed("MA-1"),
        ConnectionError("the key management system is away"),
        ValueError("a plugin broke"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_key_ring_that_fails_keeps_no_ending_waiting_and_is_asked_again(
    bench, monkeypatch, fault
):
    def fail(case_id):
        raise fault

    three_cases(bench)
    with monkeypatch.context() as broken:
        broken.setattr(bench.ground.keys, "get", fail)
        assert claimed(bench) == [("MA-2", "cancel"), ("MA-3", "cancel")]
        (first, *_) = bench.outbox.lanes(now=NOW)
        assert (first.lane.need, first.lane.tries) == (Need.NOT_RELEASED, 0)
        assert bench.outbox.next_due(now=NOW) == NOW + seconds(60)
        assert claimed(bench, now=NOW + seconds(60)) == []

    assert claimed(bench, now=NOW + seconds(119)) == []
    assert claimed(bench, now=NOW + seconds(120)) == [("MA-1", "publish")]


def test_a_folder_of_keys_that_comes_back_is_used_without_a_restart(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    folder = bench.ground.keys.path
    folder.rename(folder.with_suffix(".away"))
    assert claimed(bench) == []
    assert only_lane(bench).lane.need is Need.NOT_RELEASED
    folder.with_suffix(".away").rename(folder)

    claim = claim_one(bench, WEB, now=NOW + seconds(60))
    bench.outbox.record([Answer(claim=claim, outcome=Outcome.ACCEPTED)], now=NOW)
    assert claim.delivery.form("text/plain").decode() == TEXT
    assert only_lane(bench).lane.need is None


def test_what_cannot_be_read_is_looked_at_no_later_than_the_alert_expires(bench):
    soon = make_release(expires=NOW + seconds(20))
    bench.release(soon, make_contents(), now=NOW)
    destroy_the_key(bench)

    assert claimed(bench) == []
    assert bench.outbox.next_due(now=NOW) == NOW + seconds(20)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff not JSON",
        b"",
        b"{}",
        b'{"forms": [["text/plain"]], "pictures": []}',
        b"[]",
    ],
)
def test_an_ending_that_is_damaged_keeps_no_other_waiting(bench, body):
    three_cases(bench)
    sound = bodies_of(bench, "MA-2")
    change_endings(bench, "MA-2", dict.fromkeys(sound, body))

    assert claimed(bench) == [("MA-1", "publish"), ("MA-3", "cancel")]
    _, damaged, _ = bench.outbox.lanes(now=NOW)
    assert (damaged.lane.need, damaged.closed) == (Need.NOT_RELEASED, False)
    assert claimed(bench, now=NOW + seconds(60)) == []
    change_endings(bench, "MA-2", sound)
    assert claimed(bench, now=NOW + seconds(120)) == [("MA-2", "cancel")]


def test_a_case_without_a_key_cannot_be_released(bench):
    bench.ground.keys.create("MA-2")
    with pytest.raises(KeyDestroyed), bench.ground.transaction() as work:
        bench.releases.release(work, make_release(), make_contents(), now=NOW)

    assert bench.outbox.lanes(now=NOW) == ()


def test_without_a_folder_of_keys_nothing_can_be_released(bench):
    with (
        pytest.raises(StoreRefused, match="folder of the keys") as refused,
        bench.ground.transaction() as work,
    ):
        bench.releases.release(work, make_release(), make_contents(), now=NOW)

    assert refused.value.code == "unwritable"
    assert bench.outbox.lanes(now=NOW) == ()


# --- what the desk asks ----------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
def test_the_audit_chain_has_what_arrived_or_may_have_and_not_what_was_put_off(
    bench, outcome
):
    bench.release(make_release(), make_contents(), now=NOW)
    claim = claim_one(bench, WEB)
    bench.outbox.record([Answer(claim=claim, outcome=outcome)], now=NOW)
    with bench.ground.transaction() as work:
        entries = bench.ground.entries(work, "MA-1").get("MA-1", [])

    if outcome is Outcome.DEFERRED:
        assert entries == []
    else:
        (entry,) = entries
        assert entry.event == f"publish.{outcome.value}"
        assert entry.codes == (("channel", "web"), ("version", 1))
        assert (entry.at, entry.actor) == (NOW, None)
    assert bench.ground.check() == ()


def test_what_is_released_can_be_found(bench):
    release = make_release(withdraw=False)
    bench.release(release, make_contents(), now=NOW)
    bench.release(make_release("MA-2", expires=NOW), make_contents(), now=NOW)
    with bench.ground.transaction() as work:
        assert find_release(work, "MA-1") == release
        assert find_release(work, "MA-3") is None
        assert {row.case_id for row in work.execute(released())} == {"MA-1", "MA-2"}
        assert bench.releases.last_version(work, "MA-1") == 3
        assert bench.releases.last_version(work, "MA-3") == 0
        rows = work.execute(released_until(NOW))
        assert [row.case_id for row in rows] == ["MA-2"]
        assert len(work.execute(released_until(EXPIRES))) == 2
    bench.end("MA-1", ending="found", withdraw=True, now=NOW + dt.timedelta(hours=1))
    with bench.ground.transaction() as work:
        assert find_release(work, "MA-1") == attrs.evolve(
            release, ended=NOW + dt.timedelta(hours=1), ending="found", withdraw=True
        )


def test_the_outbox_that_is_opened_again_is_the_same(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    fence = claim_one(bench, WEB).fence
    again = SqlOutbox(bench.ground)

    assert (again.store, again.mode) == (bench.outbox.store, bench.outbox.mode)
    assert again.lanes(now=NOW)[0].lane.attempt.fence == fence
    assert again.lanes(now=NOW)[0].lane.held is Held.NOTHING


# --- without the extra -------------------------------------------------------------------------


@pytest.fixture
def unloaded(monkeypatch):
    for name in list(sys.modules):
        if name.startswith("amberkit.publish.sql"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("amberkit.publish.sql")
    return monkeypatch


def load():
    import amberkit.publish.sql as loaded

    return loaded


def test_without_the_extra_it_says_how_to_get_it(unloaded):
    unloaded.setitem(sys.modules, "sqlalchemy", None)

    with pytest.raises(MissingExtra, match=r"amberkit\[outbox\]"):
        load()


def test_a_fault_of_its_own_is_not_taken_for_a_missing_extra(unloaded):
    unloaded.setitem(sys.modules, "amberkit.publish.sql._releases", None)

    with pytest.raises(ModuleNotFoundError, match="_releases") as fault:
        load()
    assert not isinstance(fault.value, MissingExtra)


def test_the_lanes_in_the_store_hold_no_names(bench):
    bench.release(make_release(), make_contents(text=SECRET), now=NOW)
    with bench.ground.transaction() as work:
        (row,) = work.execute(select(LANE))

    assert SECRET not in repr(row)
