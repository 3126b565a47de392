"""The folder: every file whole, every key once, and nothing left of the child."""

import datetime as dt
import errno
import fcntl
import hashlib
import itertools
import json
import os
import pickle
import signal
import threading

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from amberkit.channels import Folder
from amberkit.messages import Delivery, Operation, Picture
from amberkit.publish import Channel, Claim, Outcome, ProcessCrew, Publisher, Receipt
from amberkit.values import Audience, Mode

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
PUBLISH, CANCEL, WITHDRAW = Operation
ENDING = "the alert is over"
CANARY = "Lina Exemple"


def picture(number, media_type="image/jpeg"):
    data = f"pixels of {CANARY} {number}".encode()
    return Picture(
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        width_px=1,
        height_px=1,
        data=data,
    )


def delivery(operation=PUBLISH, version=1, *, key=None, text=None, pictures=1, **other):
    text = f"{CANARY} {version}" if text is None else text
    if operation is not PUBLISH:
        text, pictures = ENDING, 0
    forms = {
        "text/plain": text.encode(),
        "application/cap+xml": f"<alert>{text}</alert>".encode(),
    }
    if operation is PUBLISH:
        forms["application/geo+json"] = json.dumps(text).encode()
    fields = {
        "key": key or f"store:A-1:{version}:folder:{operation.value}",
        "operation": operation,
        "case_id": "A-1",
        "version": version,
        "mode": Mode.TEST,
        "audience": Audience.PUBLIC,
        "forms": {} if operation is WITHDRAW else forms,
        "pictures": tuple(picture(10 * version + n) for n in range(pictures)),
        "expires": NOW + dt.timedelta(days=1),
    }
    return Delivery(**fields | other)


def files_of(one):
    """What a reader is to find of a delivery, worked out without the publisher."""
    if one.operation is WITHDRAW:
        return {}
    stem = "alert" if one.operation is PUBLISH else "ending"
    names = {
        "text/plain": ".txt",
        "application/cap+xml": ".cap.xml",
        "application/geo+json": ".geojson",
    }
    shown = {stem + names[kind]: data for kind, data in one.forms}
    for number, each in enumerate(one.pictures):
        shown[f"picture-{number + 1}.jpg"] = each.data
    return shown


def seen(path, case="A-1"):
    """What lies in the folder of a case, but for the ledger and what is hidden."""
    folder = path / case
    if not folder.exists():
        return {}
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name[0] != "."}


def everything(path):
    return {p: p.read_bytes() for p in path.rglob("*") if p.is_file()}


def ledger(path, case="A-1"):
    return json.loads((path / case / ".keys.json").read_text())


def drafts(path):
    return [p for p in path.rglob("*") if p.name.startswith(".draft")]


@pytest.fixture(autouse=True)
def synced(monkeypatch):
    """What was synced, in place of syncing it: no test here cuts the power."""
    synced = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_ino))
    return synced


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def put(folder, *args, **fields):
    return folder.publish(delivery(*args, **fields), now=NOW)


# --- what it is and says ------------------------------------------------------------------


def test_a_folder_is_a_publisher_that_pickles(tmp_path):
    folder = Folder(str(tmp_path), name="web")
    twin = pickle.loads(pickle.dumps(folder))

    assert isinstance(folder, Publisher)
    assert twin == folder
    assert (twin.path, twin.name) == (tmp_path, "web")
    assert Folder(tmp_path).name == "folder"
    assert pickle.loads(pickle.dumps(folder)).publish(delivery(), now=NOW).outcome is (
        Outcome.ACCEPTED
    )


def test_it_says_what_it_can(folder):
    can = folder.capabilities

    assert can.forms == {"text/plain", "application/cap+xml", "application/geo+json"}
    assert (can.pictures, can.dedupe, can.cancel) == (4, "key", "retract")
    assert (can.withdraw, can.concurrency) == ("delete", 1)


def test_a_version_is_shown_as_files(folder, tmp_path):
    one = delivery(pictures=2)
    receipt = folder.publish(one, now=NOW)

    assert (receipt.key, receipt.outcome, receipt.at) == (
        one.key,
        Outcome.ACCEPTED,
        NOW,
    )
    assert receipt.reference == "A-1/1"
    assert seen(tmp_path) == files_of(one)
    assert set(seen(tmp_path)) == {
        "alert.txt",
        "alert.cap.xml",
        "alert.geojson",
        "picture-1.jpg",
        "picture-2.jpg",
    }


def test_the_ledger_names_what_is_shown_and_holds_no_content(folder, tmp_path):
    put(folder, pictures=2)
    shown = {n: hashlib.sha256(d).hexdigest() for n, d in seen(tmp_path).items()}

    assert ledger(tmp_path)["files"] == shown
    assert CANARY not in (tmp_path / "A-1" / ".keys.json").read_text()


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_a_picture_has_the_suffix_of_its_type(folder, tmp_path, kind):
    one = picture(1, f"image/{kind}")
    folder.publish(attrs.evolve(delivery(), pictures=(one,)), now=NOW)

    assert seen(tmp_path)[f"picture-1.{kind}"] == one.data


def test_each_case_has_a_folder_of_its_own(folder, tmp_path):
    put(folder)
    put(folder, case_id="B-2", key="b")
    put(folder, CANCEL, 2)

    assert seen(tmp_path, "B-2") == files_of(delivery())
    assert seen(tmp_path) == files_of(delivery(CANCEL))


def test_it_works_in_a_worker_process(folder, tmp_path):
    channel = Channel(
        name="folder", publisher=folder, mode=Mode.TEST, audience=Audience.PUBLIC
    )
    with ProcessCrew([channel]) as crew:
        claim = Claim(channel="folder", fence=1, delivery=delivery(), deadline_s=5)
        crew.start(claim, now=NOW, reserved=False)
        (answer,) = crew.wait(5)

    assert (answer.outcome, answer.reference) == (Outcome.ACCEPTED, "A-1/1")
    assert seen(tmp_path) == files_of(delivery())


# --- once per key ---------------------------------------------------------------------------


@pytest.mark.parametrize("operation", list(Operation))
def test_the_same_key_again_changes_nothing(folder, tmp_path, operation):
    first = put(folder, operation)
    before = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in everything(tmp_path)}
    again = put(folder, operation)
    after = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in everything(tmp_path)}

    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert again.reference == first.reference == "A-1/1"
    assert after == before


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "other"},
        {"pictures": 2},
        {"version": 2},
        {"mode": Mode.EXERCISE},
        {"audience": Audience.SERVICES},
    ],
)
def test_other_content_under_a_key_is_rejected(folder, tmp_path, changes):
    put(folder, key="k")
    before = everything(tmp_path)

    assert put(folder, key="k", **changes).outcome is Outcome.REJECTED
    assert everything(tmp_path) == before


def test_an_ending_under_the_key_of_a_publish_is_rejected(folder, tmp_path):
    put(folder, key="k")

    assert put(folder, CANCEL, key="k").outcome is Outcome.REJECTED
    assert seen(tmp_path) == files_of(delivery())


def test_a_receipt_is_found_by_its_key(folder, tmp_path):
    later = NOW + dt.timedelta(minutes=1)
    one, other = delivery(), delivery(case_id="B-2", key="b", version=7)
    folder.publish(one, now=NOW)
    folder.publish(other, now=later)
    before = everything(tmp_path)

    assert folder.find(one.key) == Receipt(
        key=one.key, outcome=Outcome.ACCEPTED, at=NOW, reference="A-1/1"
    )
    assert folder.find("b") == Receipt(
        key="b", outcome=Outcome.ACCEPTED, at=later, reference="B-2/7"
    )
    assert folder.find("c") is None
    assert everything(tmp_path) == before


def test_what_is_no_case_folder_holds_no_receipt(folder, tmp_path):
    (tmp_path / "README").touch()
    (tmp_path / "index.html").touch()
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "BROKEN").mkdir()
    (tmp_path / "BROKEN" / ".keys.json").write_text("{")
    put(folder, case_id="Z")

    assert folder.find(delivery().key).reference == "Z/1"
    assert sorted(p.name for p in (tmp_path / "EMPTY").iterdir()) == []


# --- versions and endings -----------------------------------------------------------------


def test_a_new_version_replaces_the_one_before(folder, tmp_path):
    put(folder, pictures=3)
    two = delivery(version=2, pictures=1)
    folder.publish(two, now=NOW)

    assert seen(tmp_path) == files_of(two)


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_is_not_above_the_highest_is_rejected(folder, tmp_path, version):
    put(folder, version=2)
    receipt = put(folder, version=version, key="late", text="late")

    assert (receipt.outcome, receipt.reference) == (Outcome.REJECTED, None)
    assert seen(tmp_path) == files_of(delivery(version=2))


@pytest.mark.parametrize("operation", [CANCEL, WITHDRAW])
def test_a_publish_after_an_ending_loses(folder, tmp_path, operation):
    put(folder, operation, 1)

    assert put(folder, version=9).outcome is Outcome.REJECTED
    assert seen(tmp_path) == files_of(delivery(operation))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_ending_of_any_version_takes_the_alert_away(folder, tmp_path, version):
    put(folder, version=2, pictures=4)

    assert put(folder, CANCEL, version).outcome is Outcome.ACCEPTED
    assert seen(tmp_path) == files_of(delivery(CANCEL))


def test_a_later_ending_replaces_the_one_before(folder, tmp_path):
    put(folder, CANCEL)
    forms = {"text/plain": b"in error"}
    put(folder, CANCEL, 2, forms=forms)

    assert seen(tmp_path) == {"ending.txt": b"in error"}


def test_an_ending_has_no_picture_and_only_what_the_folder_knows(folder, tmp_path):
    forms = {"text/plain": b"over", "audio/mpeg": b"over"}
    put(folder, CANCEL, forms=forms)
    folder.publish(
        attrs.evolve(delivery(CANCEL, 2), forms=forms, pictures=(picture(1),)), now=NOW
    )

    assert seen(tmp_path) == {"ending.txt": b"over"}


def test_a_withdrawal_leaves_the_ending_untouched_and_nothing_of_the_child(
    folder, tmp_path
):
    put(folder, pictures=2)
    put(folder, CANCEL, 2)
    (tmp_path / "A-1" / "picture-7.jpg").write_text(CANARY)
    (tmp_path / "A-1" / "alert.html").write_text(CANARY)
    (tmp_path / "A-1" / ".draft-alert.txt").write_text(CANARY)
    ending = (tmp_path / "A-1" / "ending.txt").stat().st_ino

    assert put(folder, WITHDRAW, 2).outcome is Outcome.ACCEPTED
    assert seen(tmp_path) == files_of(delivery(CANCEL))
    assert (tmp_path / "A-1" / "ending.txt").stat().st_ino == ending
    assert CANARY.encode() not in b"".join(everything(tmp_path).values())
    kept = json.dumps(ledger(tmp_path))
    for one in (delivery(pictures=2), delivery()):
        for data in files_of(one).values():
            assert hashlib.sha256(data).hexdigest() not in kept
    digests = [entry["digest"] for entry in ledger(tmp_path)["keys"].values()]
    assert digests.count(None) == 3


def test_a_key_is_still_known_after_the_withdrawal(folder):
    put(folder)
    put(folder, WITHDRAW)

    assert put(folder).outcome is Outcome.DUPLICATE
    assert put(folder, WITHDRAW).outcome is Outcome.DUPLICATE


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["..", ".", "", "../A", "A/../../B", "/tmp/A", "a", "A\0", "A" * 65, None]
)
@pytest.mark.parametrize("operation", list(Operation))
def test_no_case_leads_out_of_the_folder(tmp_path, name, operation):
    root = tmp_path / "root"
    root.mkdir()
    receipt = put(Folder(root), operation, case_id=name)

    assert (receipt.outcome, receipt.reference) == (Outcome.REJECTED, None)
    assert sorted(tmp_path.rglob("*")) == [root]


@pytest.mark.parametrize("operation", list(Operation))
def test_a_link_in_place_of_a_case_is_not_followed(tmp_path, operation):
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "alert.txt").touch()
    (root / "A-1").symlink_to(outside)

    assert put(Folder(root), operation).outcome is Outcome.DEFERRED
    assert Folder(root).find(delivery().key) is None
    assert [p.name for p in outside.iterdir()] == ["alert.txt"]


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(folder, tmp_path):
    (tmp_path / "A-1").mkdir()
    (tmp_path / "outside").write_text("untouched")
    for name in ("alert.txt", ".draft-alert.txt"):
        (tmp_path / "A-1" / name).symlink_to(tmp_path / "outside")
    put(folder)

    assert (tmp_path / "outside").read_text() == "untouched"
    assert not (tmp_path / "A-1" / "alert.txt").is_symlink()
    assert drafts(tmp_path) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"forms": {"audio/mpeg": b"x"}},
        {"forms": {"text/plain": b"x", "audio/mpeg": b"x"}},
        {"pictures": (picture(1, "image/svg+xml"),)},
    ],
)
def test_what_it_cannot_carry_is_rejected(folder, tmp_path, fields):
    receipt = folder.publish(attrs.evolve(delivery(), **fields), now=NOW)

    assert receipt.outcome is Outcome.REJECTED
    assert seen(tmp_path) == {}


BROKEN = ["{", "[]", "{}", '{"keys": {"k": 1}}', '{"keys": {}, "version": "x"}']


@pytest.mark.parametrize("broken", BROKEN)
def test_with_a_broken_ledger_nothing_is_published_and_everything_ends(
    folder, tmp_path, broken
):
    put(folder)
    (tmp_path / "A-1" / ".keys.json").write_text(broken)

    assert put(folder, version=2).outcome is Outcome.DEFERRED
    assert seen(tmp_path) == files_of(delivery())
    assert put(folder, CANCEL, 3).outcome is Outcome.ACCEPTED
    assert seen(tmp_path) == files_of(delivery(CANCEL))
    assert put(folder, version=4).outcome is Outcome.REJECTED


# --- one at a time --------------------------------------------------------------------------


def test_two_processes_take_turns_in_a_case(folder, tmp_path):
    (tmp_path / "A-1").mkdir()
    held = os.open(tmp_path / "A-1", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    receipts = []
    other = threading.Thread(target=lambda: receipts.append(put(folder)))
    other.start()
    other.join(0.1)
    waiting = other.is_alive(), seen(tmp_path)
    os.close(held)
    other.join(5)

    assert waiting == (True, {})
    assert receipts[0].outcome is Outcome.ACCEPTED


def test_where_a_folder_cannot_be_locked_it_is_written_all_the_same(
    folder, tmp_path, monkeypatch
):
    def refused(*of):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refused)

    assert put(folder).outcome is Outcome.ACCEPTED


# --- what can be written --------------------------------------------------------------------


def test_a_check_leaves_no_trace(folder, tmp_path):
    put(folder)
    before = [(p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")]

    assert folder.check() == ()
    assert [(p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")] == before


def test_a_folder_that_is_not_there_is_found_and_not_made(tmp_path):
    folder = Folder(tmp_path / "not-mounted")
    (problem,) = folder.check()

    assert (problem.path, problem.code) == ("$.path", "unwritable")
    assert "must be a folder that can be written" in str(problem)
    assert put(folder).outcome is Outcome.DEFERRED
    assert not (tmp_path / "not-mounted").exists()


# --- failures and kills, at every step ------------------------------------------------------


def before_the_step(number, do):
    """A probe that does something before one of the steps."""
    steps = iter(range(1_000))
    return lambda step: do() if next(steps) == number else None


def full():
    raise OSError(errno.ENOSPC, "no space left on device")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


HISTORIES = {
    "first": [delivery(pictures=2)],
    "update": [delivery(pictures=2), delivery(version=2, pictures=1)],
    "cancel": [delivery(pictures=2), delivery(CANCEL, 2)],
    "cancel of nothing": [delivery(CANCEL, 2)],
    "another ending": [
        delivery(),
        delivery(CANCEL, 2),
        delivery(CANCEL, 3, forms={"text/plain": b"in error"}),
    ],
    "withdraw": [delivery(pictures=2), delivery(CANCEL, 2), delivery(WITHDRAW, 2)],
    "withdraw at once": [delivery(pictures=2), delivery(WITHDRAW, 2)],
}


def play(path, history, probe):
    """Carry out a history, the last of it with *probe*; return how that ended."""
    path.mkdir()
    for one in history[:-1]:
        Folder(path).publish(one, now=NOW)
    return Folder(path, probe=probe)


def steps_of(path, history):
    steps = []
    play(path, history, steps.append).publish(history[-1], now=NOW)
    return steps


def whole(path, history):
    """Every file that a reader sees is one of the files of some delivery."""
    known = {item for one in history for item in files_of(one).items()}
    return set(seen(path).items()) <= known


@pytest.mark.parametrize("name", HISTORIES)
def test_what_fails_at_any_step_is_told_truly_and_completed_later(tmp_path, name):
    history = HISTORIES[name]
    steps = steps_of(tmp_path / "whole", history)
    for number in range(len(steps)):
        path = tmp_path / str(number)
        failing = play(path, history, before_the_step(number, full))
        before = everything(path)
        receipt = failing.publish(history[-1], now=NOW)
        same = everything(path) == before

        assert receipt.outcome is (Outcome.DEFERRED if same else Outcome.UNKNOWN)
        assert whole(path, history)
        again = Folder(path).publish(history[-1], now=NOW)
        # The last step is after the entry in the ledger.
        done = number == len(steps) - 1
        assert again.outcome is (Outcome.DUPLICATE if done else Outcome.ACCEPTED)
        assert seen(path) == seen(tmp_path / "whole")
        assert ledger(path) == ledger(tmp_path / "whole")
        assert drafts(path) == []
    assert len(steps) > 3


@pytest.mark.parametrize("name", ["first", "update"])
def test_a_disk_that_is_full_before_anything_is_shown_defers_and_leaves_no_draft(
    tmp_path, name
):
    history = HISTORIES[name]
    steps = steps_of(tmp_path / "whole", history)
    unseen = [n for n, step in enumerate(steps) if step.startswith(("draft", "sync "))]
    first = next(n for n, step in enumerate(steps) if step.startswith("show"))
    for number in (n for n in unseen if n < first):
        path = tmp_path / str(number)
        failing = play(path, history, before_the_step(number, full))
        before = everything(path)

        assert failing.publish(history[-1], now=NOW).outcome is Outcome.DEFERRED
        assert everything(path) == before
    assert first >= 2 * len(files_of(history[-1]))


def test_an_ending_takes_the_alert_away_even_where_nothing_can_be_written(tmp_path):
    def probe(step):
        if step.startswith("draft"):
            full()

    Folder(tmp_path).publish(delivery(pictures=2), now=NOW)
    receipt = Folder(tmp_path, probe=probe).publish(delivery(CANCEL, 2), now=NOW)

    assert receipt.outcome is Outcome.UNKNOWN
    assert seen(tmp_path) == {}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_process_killed_at_any_step_is_completed_by_a_repetition(tmp_path, name):
    history = HISTORIES[name]
    steps = steps_of(tmp_path / "whole", history)
    for number in range(len(steps)):
        path = tmp_path / str(number)
        killed(play(path, history, before_the_step(number, die)), history[-1])

        assert whole(path, history)
        again = Folder(path).publish(history[-1], now=NOW)
        # The last step is after the entry in the ledger.
        done = number == len(steps) - 1
        assert again.outcome is (Outcome.DUPLICATE if done else Outcome.ACCEPTED)
        assert seen(path) == seen(tmp_path / "whole")
        assert ledger(path) == ledger(tmp_path / "whole")
        assert drafts(path) == []


def killed(folder, one):
    pid = os.fork()
    if pid == 0:
        try:
            folder.publish(one, now=NOW)
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


@pytest.mark.parametrize("ending", [CANCEL, WITHDRAW])
def test_an_ending_clears_up_after_a_publish_killed_at_any_step(tmp_path, ending):
    history = HISTORIES["update"]
    for number in range(len(steps_of(tmp_path / "whole", history))):
        path = tmp_path / str(number)
        killed(play(path, history, before_the_step(number, die)), history[-1])
        Folder(path).publish(delivery(ending, 3), now=NOW)

        assert seen(path) == files_of(delivery(ending))
        assert CANARY.encode() not in b"".join(everything(path).values())
        assert Folder(path).publish(delivery(version=4), now=NOW).outcome is (
            Outcome.REJECTED
        )


def test_who_compares_with_the_ledger_never_takes_two_versions_for_one(tmp_path):
    one, two = HISTORIES["update"]
    views = []

    def look(step):
        digests = {
            n: hashlib.sha256(d).hexdigest() for n, d in seen(tmp_path / "now").items()
        }
        if digests == ledger(tmp_path / "now")["files"]:
            views.append(seen(tmp_path / "now"))

    play(tmp_path / "now", [one, two], look).publish(two, now=NOW)

    assert views[0] == files_of(one)
    assert views[-1] == files_of(two)
    assert all(view in (files_of(one), files_of(two)) for view in views)


def test_what_is_shown_has_been_synced_and_the_folder_after_it(tmp_path, synced):
    inodes = []

    def look(step):
        if step.startswith("show "):
            inodes.append((tmp_path / "A-1" / f".draft-{step[5:]}").stat().st_ino)
            assert inodes[-1] in synced

    Folder(tmp_path, probe=look).publish(delivery(pictures=2), now=NOW)

    assert len(inodes) == 6
    assert synced[0] == tmp_path.stat().st_ino
    assert synced[-1] == (tmp_path / "A-1").stat().st_ino
    assert synced.count(synced[-1]) == 3

    synced.clear()
    assert put(Folder(tmp_path), pictures=2).outcome is Outcome.DUPLICATE
    assert (tmp_path / "A-1").stat().st_ino in synced


def test_cap_is_the_last_file_to_be_replaced(tmp_path):
    steps = steps_of(tmp_path / "whole", HISTORIES["first"])
    shown = [step.removeprefix("show ") for step in steps if step.startswith("show")]

    assert shown[-2:] == ["alert.cap.xml", ".keys.json"]


# --- a receiver to compare with -------------------------------------------------------------


class Receiver(RuleBasedStateMachine):
    """What a folder must be to those who send to it, in a few lines."""

    @initialize()
    def begin(self):
        self.path = self.root / str(next(self.numbers))
        self.path.mkdir()
        self.taken, self.highest, self.ended, self.shown = {}, 0, False, {}

    @rule(
        operation=st.sampled_from(list(Operation)),
        version=st.integers(1, 4),
        text=st.sampled_from(["one", "two"]),
        pictures=st.integers(0, 2),
        key=st.sampled_from("abcdef"),
    )
    def send(self, operation, version, text, pictures, key):
        one = delivery(operation, version, key=key, text=text, pictures=pictures)
        receipt = Folder(self.path).publish(one, now=NOW)
        expected = self.answer(one)

        assert receipt.outcome is expected
        if expected in (Outcome.ACCEPTED, Outcome.DUPLICATE):
            assert receipt.reference == f"A-1/{version}"

    def answer(self, one):
        if one.key in self.taken:
            content = self.taken[one.key]
            if content in (one, (one.version, "forgotten")):
                return Outcome.DUPLICATE
            return Outcome.REJECTED
        if one.operation is PUBLISH:
            if self.ended or one.version <= self.highest:
                return Outcome.REJECTED
            self.shown = files_of(one)
        elif one.operation is CANCEL:
            self.ended, self.shown = True, files_of(one)
        else:
            self.ended = True
            self.shown = {n: d for n, d in self.shown.items() if n[:6] == "ending"}
        self.highest = max(self.highest, one.version)
        self.taken[one.key] = one
        if one.operation is WITHDRAW:
            self.taken = {
                key: (
                    content[0] if isinstance(content, tuple) else content.version,
                    "forgotten",
                )
                for key, content in self.taken.items()
            }
        return Outcome.ACCEPTED

    @invariant()
    def it_shows_what_the_receiver_shows(self):
        assert seen(self.path) == self.shown

    @invariant()
    def it_knows_the_keys_that_the_receiver_knows(self):
        found = {key for key in "abcdef" if Folder(self.path).find(key)}

        assert found == set(self.taken)

    @invariant()
    def nothing_is_left_over(self):
        assert drafts(self.path) == []
        if self.ended:
            assert CANARY.encode() not in b"".join(everything(self.path).values())


def test_a_folder_is_the_receiver_that_was_described(tmp_path):
    Receiver.root, Receiver.numbers = tmp_path, itertools.count()
    run_state_machine_as_test(Receiver, settings=settings(stateful_step_count=15))
