"""The command that sends: what is due, what was answered, and how it stops."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
import pytest
from cli_samples import CASE, at

from amberkit.cli import run
from amberkit.cli._run import _dropped, _Sweep, _Teller, due_operation
from amberkit.messages import Operation
from amberkit.publish import Held, Lane, LaneStatus
from amberkit.publish._lanes import Attempt
from amberkit.store import StoreBusy
from amberkit.values import Audience, Mode

NOW = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.UTC)


def shown(store, channel="public"):
    return {path.name for path in (store / channel / CASE).iterdir()}


def test_without_being_told_to_send_it_only_says_what_is_due(approved, amberkit):
    ran = amberkit("run", "--store", approved.store, *at("18:04"))

    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"due  public     publish   {CASE} v1",
        f"due  services   publish   {CASE} v1",
        "nothing was sent; --send sends it",
    ]
    assert list((approved.store / "public").iterdir()) == []


def test_what_is_due_is_told_as_one_object_a_line(approved, amberkit):
    ran = amberkit("run", "--store", approved.store, *at("18:04"), "--json")

    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"due": "publish", "channel": name, "case": CASE, "version": 1}
        for name in ("public", "services")
    ]


def test_where_nothing_is_due_it_says_so(made, amberkit):
    ran = amberkit("run", "--store", made["published"].store, *at("18:04"))

    assert ran.out == "nothing is due\n"


def test_what_is_due_is_sent_once_and_each_answer_is_a_line(approved, amberkit):
    over = ("--store", approved.store, "--send", "--once")

    first = amberkit("run", *over, *at("18:04"))
    second = amberkit("run", *over, *at("18:04"))
    third = amberkit("run", *over, *at("18:06"), "--json")

    assert first.code == 0
    assert sorted(line.split()[2:] for line in first.out.splitlines()) == [
        ["public", "publish", CASE, "v1", "accepted"],
        ["services", "publish", CASE, "v1", "accepted"],
    ]
    assert second.out == "nothing was due\n"
    (answer,) = [json.loads(line) for line in third.out.splitlines()]
    assert answer["outcome"] == "accepted"
    assert answer["key"].endswith(f":{CASE}:2:public:publish")
    assert "alert.cap.xml" in shown(approved.store)
    assert "alert.cap.xml" in shown(approved.store, "services")


def test_an_ending_goes_out_and_what_shows_the_child_goes(published, amberkit):
    over = ("--store", published.store)
    amberkit(
        "end", CASE, *over, "--by", "officer-7", "--reason", "located_safe",
        *at("20:15"),
    )  # fmt: skip

    ran = amberkit("run", *over, "--send", "--once", *at("20:15"))

    operations = [line.split()[3] for line in ran.out.splitlines()]
    assert sorted(operations) == ["cancel", "cancel", "withdraw", "withdraw"]
    assert shown(published.store) == {".keys.json", "ending.cap.xml", "ending.txt"}
    assert "closed" in amberkit("status", CASE, *over, *at("20:16")).out


def test_what_is_due_for_erasure_is_erased(published, amberkit):
    over = ("--store", published.store)
    amberkit(
        "end", CASE, *over, "--by", "officer-7", "--reason", "located_safe",
        *at("20:15"),
    )  # fmt: skip

    ran = amberkit("run", *over, "--send", "--once", *at("20:15", day=23))

    assert ran.out.splitlines()[-1] == f"19:15:00 UTC  erased {CASE}"
    assert not (published.store / "alerts.db.keys" / CASE).exists()


def test_once_is_a_way_of_sending(approved, amberkit):
    ran = amberkit("run", "--store", approved.store, "--once")

    assert (ran.code, ran.err) == (2, "amberkit: --once must come with --send\n")


@contextlib.contextmanager
def serving(store, *more, stdout=subprocess.PIPE):
    command = [sys.executable, "-m", "amberkit", "run", "--store", str(store)]
    process = subprocess.Popen(
        [*command, "--send", *more],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_it_serves_until_the_keyboard_stops_it(approved, amberkit):
    with serving(approved.store, *at("18:04")) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        second = amberkit(
            "run", "--store", approved.store, "--send", "--once", *at("18:04")
        )
        # As a terminal does it: everybody in the group gets it.
        os.killpg(process.pid, signal.SIGINT)
        rest, told = process.communicate(timeout=20)

        assert lines[0] == f"serving {approved.store}; Ctrl-C stops it\n"
        assert [line.rsplit(maxsplit=1)[-1] for line in lines[1:]] == ["accepted"] * 2
        assert (second.code, second.out) == (1, "")
        assert f"process {process.pid} is dispatching from this store" in second.err
        assert (process.returncode, rest, told) == (
            0,
            "stopped; what had begun is finished\n",
            "",
        )


def test_it_serves_until_it_is_terminated(approved):
    with serving(approved.store, *at("18:04"), "--json") as process:
        first = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.terminate()
        rest, told = process.communicate(timeout=20)

        assert [line.get("outcome", "begun") for line in first] == [
            "begun", "accepted", "accepted",
        ]  # fmt: skip
        assert json.loads(rest) == {"state": "stopped"}
        assert (process.returncode, told) == (0, "")


def test_who_reads_one_line_and_goes_stops_nothing(approved):
    with serving(approved.store, *at("18:04")) as process:
        assert process.stdout.readline().startswith("serving ")
        process.stdout.close()
        wait_until(lambda: (approved.store / "public" / CASE / "alert.txt").exists())
        wait_until(lambda: (approved.store / "services" / CASE / "alert.txt").exists())
        process.terminate()

        assert process.wait(timeout=20) in (0, 141)
        assert process.stderr.read() == ""


@pytest.mark.parametrize("more", [("--once",), ()], ids=["once", "serving"])
def test_an_output_that_nobody_reads_holds_up_nothing(more, approved):
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(theirs, b"x" * 4096)
    os.set_blocking(theirs, True)
    with serving(approved.store, *more, *at("18:04"), stdout=theirs) as process:
        wait_until(lambda: (approved.store / "public" / CASE / "alert.txt").exists())
        wait_until(lambda: (approved.store / "services" / CASE / "alert.txt").exists())
        process.terminate()
        code = process.wait(timeout=20)
        os.close(ours)
        os.close(theirs)

        # Once is over by then, and only waits for who reads.
        assert code == (-signal.SIGTERM if more else 0)
        assert process.stderr.read() == ""


def test_an_output_that_broke_is_told_in_the_end(approved, monkeypatch):
    class Broken(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Broken())
    with pytest.raises(BrokenPipeError):
        run(["run", "--store", str(approved.store), "--send", "--once", *at("18:04")])

    assert "alert.cap.xml" in shown(approved.store)


def test_how_many_lines_were_dropped_is_told_in_either_form():
    assert _dropped(1, as_json=False) == "nobody read: 1 line dropped"
    assert _dropped(7, as_json=False) == "nobody read: 7 lines dropped"
    assert json.loads(_dropped(7, as_json=True)) == {"dropped": 7}


def test_what_was_sent_once_waits_for_who_reads_slowly(approved):
    with serving(approved.store, "--once", *at("18:04")) as process:
        wait_until(lambda: (approved.store / "services" / CASE / "alert.txt").exists())
        out, _ = process.communicate(timeout=20)

        assert process.returncode == 0
        assert out.count("accepted") == 2


def test_a_full_disk_behind_the_output_is_told_when_all_has_been_sent(approved):
    with (
        Path("/dev/full").open("w") as full,
        serving(approved.store, "--once", *at("18:04"), stdout=full) as process,
    ):
        assert process.wait(timeout=20) == 5
        assert "cannot write the output: no space left" in process.stderr.read()
    assert "alert.cap.xml" in shown(approved.store)
    assert "alert.cap.xml" in shown(approved.store, "services")


def wait_until(happens):
    give_up = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.mark.parametrize("more", [at("18:04"), ()], ids=["replayed", "by the clock"])
def test_serving_ends_within_this_process_too(more, approved, capsys):
    before = signal.getsignal(signal.SIGTERM)

    def stop(*_):
        # Not before somebody listens: this process would end.
        if signal.getsignal(signal.SIGTERM) is not before:
            signal.raise_signal(signal.SIGTERM)

    alarm = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.8, 0.2)
    try:
        code = run(["run", "--store", str(approved.store), "--send", *more])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, alarm)

    assert code == 0
    assert capsys.readouterr().out.endswith("stopped; what had begun is finished\n")
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_sweep_that_finds_the_store_busy_waits_for_the_next_time():
    class Busy:
        def sweep(self, *, now):
            raise StoreBusy(4711)

    said = []
    _Sweep(Busy(), lambda: NOW, _Teller(said.append, as_json=False)).patiently()

    (line,) = said
    assert line.startswith("waiting: the store is held by process")


def test_a_sweep_does_nothing_where_nothing_is_due():
    class Idle:
        def sweep(self, *, now):
            return ()

    said = []
    _Sweep(Idle(), lambda: NOW, _Teller(said.append, as_json=True)).patiently()

    assert said == []


LANE = Lane(case_id=CASE, channel="public")
STATUS = LaneStatus(
    lane=LANE,
    audience=Audience.PUBLIC,
    mode=Mode.EXERCISE,
    want="content",
    want_version=1,
    closed=False,
)
LATER = NOW + dt.timedelta(seconds=2)


@pytest.mark.parametrize(
    ("changes", "want", "due"),
    [
        ({}, "nothing", None),
        ({}, "content", Operation.PUBLISH),
        ({"retry_at": LATER}, "content", None),
        ({"retry_at": NOW}, "content", Operation.PUBLISH),
        ({"held": Held.MAYBE, "version": 1}, "content", Operation.PUBLISH),
        ({"held": Held.CONTENT, "version": 1}, "content", None),
        ({"held": Held.CONTENT, "version": 1}, "withdrawn", Operation.CANCEL),
        ({"held": Held.ENDED, "version": 1}, "withdrawn", Operation.WITHDRAW),
        (
            {
                "attempt": Attempt(
                    operation=Operation.CANCEL, version=1, fence=1, started=NOW
                )
            },
            "content",
            Operation.CANCEL,
        ),
    ],
)
def test_what_is_due_in_a_lane_follows_from_what_it_wants_and_holds(changes, want, due):
    status = attrs.evolve(STATUS, lane=attrs.evolve(LANE, **changes), want=want)

    assert due_operation(status, now=NOW) is due
