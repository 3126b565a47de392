"""Worker processes: none holds up another, and none is left behind."""

import contextlib
import datetime as dt
import fcntl
import gc
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from amberkit.errors import AmberkitError, InvalidValue
from amberkit.messages import Capabilities, Delivery, Operation
from amberkit.publish import _nursery as nursery
from amberkit.publish import _processes as processes
from amberkit.publish._channel import Channel
from amberkit.publish._nursery import ChannelNotPortable, WorkersUnavailable
from amberkit.publish._outbox import Claim
from amberkit.publish._processes import ProcessCrew
from amberkit.publish._protocol import Outcome, Receipt
from amberkit.values import Audience, Mode

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
GUARD_S = 5.0


# --- publishers that do what the text of the delivery says ------------------------------


def leads_to(descriptor):
    with contextlib.suppress(OSError):
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).split(":")[0]


def facts():
    """What a worker can tell of itself, in less than 1 kB."""
    return {
        "pid": os.getpid(),
        "nursery": os.getppid(),
        "leads": os.getsid(0) == os.getpid(),
        "int": signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
        "term": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        "in": leads_to(0),
        "out": leads_to(1) == leads_to(2),
        "paths": sorted({str(leads_to(e.name)) for e in os.scandir("/proc/self/fd")}),
        "gc": gc.isenabled(),
    }


def hang():
    while True:
        time.sleep(60)


class Obedient:
    name = "obedient"

    def __init__(self, concurrency=1):
        self.capabilities = Capabilities(
            forms=frozenset({"text/plain"}), concurrency=concurrency
        )
        self.count = 0

    def publish(self, delivery, /, *, now):
        word, _, rest = delivery.form("text/plain").decode().partition(" ")
        self.count += 1
        match word:
            case "hang":
                Path(rest).write_text(json.dumps(facts()))
                hang()
            case "sleep":
                time.sleep(float(rest))
            case "exit":
                os._exit(3)
            case "raise":
                raise {"system": SystemExit, "interrupt": KeyboardInterrupt}.get(
                    rest, RuntimeError
                )(0)
            case "flood":
                print("x" * 1_000_000)
            case "garbage":
                return {"outcome": "accepted"}
            case "half":
                return Receipt(key=delivery.key, outcome="accepted", at=now)
            case "other":
                return Receipt(key="another", outcome=Outcome.ACCEPTED, at=now)
            case "facts":
                return receipt(delivery, now, json.dumps(facts()))
            case "count":
                return receipt(delivery, now, str(self.count))
            case "print":
                print(rest)
            case "collect":
                gc.collect()
            case "child":
                child = subprocess.Popen(["sleep", "60"])
                Path(rest).write_text(json.dumps(facts() | {"child": child.pid}))
                hang()
            case "orphan":
                child = subprocess.Popen(["sleep", "60"])
                Path(rest).write_text(str(child.pid))
                os._exit(3)
        return receipt(delivery, now, "é" * 512)


def receipt(delivery, now, reference):
    return Receipt(
        key=delivery.key, outcome=Outcome.ACCEPTED, at=now, reference=reference
    )


class Unportable(Obedient):
    def __reduce__(self):
        raise ValueError("canary")


def _fail():
    raise ImportError("canary")


class FailsElsewhere(Obedient):
    def __reduce__(self):
        return _fail, ()


class EndsElsewhere(Obedient):
    def __reduce__(self):
        return os._exit, (3,)


# --- how the tests ask ------------------------------------------------------------------


def channel(name="paper", publisher=None):
    return Channel(
        name=name,
        publisher=publisher or Obedient(),
        mode=Mode.TEST,
        audience=Audience.PUBLIC,
    )


def claim(words="accept", *, to="paper", fence=1, deadline_s=GUARD_S):
    delivery = Delivery(
        key=f"key-{to}-{fence}",
        operation=Operation.PUBLISH,
        case_id="A",
        version=1,
        mode=Mode.TEST,
        audience=Audience.PUBLIC,
        forms={"text/plain": words.encode()},
        expires=NOW,
    )
    return Claim(channel=to, fence=fence, delivery=delivery, deadline_s=deadline_s)


def ask(crew, words="accept", *, reserved=False, **of):
    crew.start(claim(words, **of), now=NOW, reserved=reserved)


def answer(crew, timeout_s=GUARD_S):
    (one,) = crew.wait(timeout_s)
    return one


def told(crew, **of):
    ask(crew, "facts", **of)
    return json.loads(answer(crew).reference)


def gone(pid):
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
        )
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(holds, within_s=GUARD_S):
    end = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.002)
    return found


def written(path):
    return until(lambda: path.exists() and path.read_text()) and json.loads(
        path.read_text()
    )


@contextlib.contextmanager
def another_thread():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextlib.contextmanager
def only_this_thread():
    assert until(lambda: threading.active_count() == 1)
    yield


@contextlib.contextmanager
def dispatcher(crew_of, *words):
    """Another process with a crew that has been given *words*; yields its number."""
    pid = os.fork()
    if pid == 0:
        try:
            crew = crew_of()
            for fence, word in enumerate(words):
                ask(crew, word, fence=fence, deadline_s=60, reserved=bool(fence))
            hang()
        finally:
            os._exit(1)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.fixture
def crew():
    with ProcessCrew([channel()]) as crew:
        yield crew


# --- answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("ways", [only_this_thread, another_thread])
def test_a_worker_carries_out_one_delivery_after_another(ways):
    with ways(), ProcessCrew([channel()]) as crew:
        counts = []
        for fence in range(3):
            ask(crew, "count", fence=fence)
            counts.append(answer(crew))

    assert [one.outcome for one in counts] == [Outcome.ACCEPTED] * 3
    assert [one.reference for one in counts] == ["1", "2", "3"]
    assert [one.claim for one in counts] == [
        claim("count", fence=fence) for fence in range(3)
    ]


@pytest.mark.parametrize(
    "words",
    ["exit", "raise", "raise system", "raise interrupt", "garbage", "half", "other"],
)
def test_what_is_no_receipt_of_this_delivery_is_unknown(crew, words):
    ask(crew, words)
    first = answer(crew)
    ask(crew, fence=2)
    second = answer(crew)

    assert (first.outcome, first.reference) == (Outcome.UNKNOWN, None)
    assert (second.outcome, second.reference) == (Outcome.ACCEPTED, "é" * 512)


def test_an_exception_costs_no_worker(crew):
    before = told(crew)["pid"]
    ask(crew, "raise system")

    assert answer(crew).outcome is Outcome.UNKNOWN
    assert told(crew)["pid"] == before


def test_twenty_publishers_of_which_some_misbehave_answer_promptly():
    words = ["hang", "exit", "raise system", "flood", "other"] + ["accept"] * 15
    names = [f"c{number}" for number in range(20)]
    with ProcessCrew([channel(name) for name in names]) as crew:
        began = time.monotonic()
        for fence, (name, word) in enumerate(zip(names, words, strict=True)):
            if word == "hang":
                word += " /dev/null"
            ask(crew, word, to=name, fence=fence, deadline_s=60)
        answers = {}
        while len(answers) < 19:
            answers |= {one.claim.channel: one.outcome for one in crew.wait(GUARD_S)}
        took = time.monotonic() - began
        left = [one.channel for one in crew.in_flight()]

    assert left == ["c0"]
    assert [answers[name] for name in names[1:5]] == [
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
        Outcome.ACCEPTED,
        Outcome.UNKNOWN,
    ]
    assert {answers[name] for name in names[5:]} == {Outcome.ACCEPTED}
    assert took < GUARD_S


@pytest.mark.parametrize(
    "said",
    [
        b'[8, "accepted", null]',
        b'[7, "accepted"]',
        b'[7, "liked", null]',
        b"7",
        b"\xff",
        b"x" * 10_000,
        b"",
    ],
)
def test_what_is_no_answer_to_this_attempt_is_unknown(crew, said):
    ask(crew, "hang /dev/null", fence=7)
    (job,) = crew._jobs.values()
    ours, theirs = multiprocessing.Pipe()
    crew._jobs = {ours: job}
    theirs.send_bytes(said)

    assert answer(crew).outcome is Outcome.UNKNOWN
    for end in (ours, theirs):
        end.close()


# --- deadlines ----------------------------------------------------------------------------


def test_a_worker_past_its_deadline_is_killed_and_replaced(crew, tmp_path):
    ask(crew, f"child {tmp_path / 'facts'}", deadline_s=0.5)
    assert crew.wait(0.01) == []
    assert crew.idle("paper", reserved=False) == 0
    assert [one.fence for one in crew.in_flight()] == [1]
    doing = written(tmp_path / "facts")

    assert answer(crew).outcome is Outcome.UNKNOWN
    until(lambda: gone(doing["pid"]))
    until(lambda: gone(doing["child"]))
    assert crew.idle("paper", reserved=False) == 1
    assert told(crew)["pid"] != doing["pid"]


def test_what_a_dead_worker_left_running_is_killed(crew, tmp_path):
    ask(crew, f"orphan {tmp_path / 'pid'}")

    assert answer(crew).outcome is Outcome.UNKNOWN
    until(lambda: gone(int((tmp_path / "pid").read_text())))


def test_hurry_shortens_the_deadlines_of_some_and_lengthens_none():
    with ProcessCrew([channel("a"), channel("b"), channel("c")]) as crew:
        ask(crew, "hang /dev/null", to="a", fence=1, deadline_s=60)
        ask(crew, "hang /dev/null", to="b", fence=2, deadline_s=60)
        ask(crew, "hang /dev/null", to="c", fence=3, deadline_s=0.05)
        crew.hurry([1, 3], within_s=0.3)
        first, second = answer(crew), answer(crew)
        left = [one.fence for one in crew.in_flight()]

    assert (first.claim.fence, second.claim.fence) == (3, 1)
    assert {first.outcome, second.outcome} == {Outcome.UNKNOWN}
    assert left == [2]


def test_a_worker_that_answers_before_it_is_killed_has_answered(crew, monkeypatch):
    monkeypatch.setattr(processes, "_GRACE_S", GUARD_S)
    monkeypatch.setattr(crew._nursery, "kill", lambda pid: None)
    ask(crew, "sleep 0.2", deadline_s=0.05)

    assert answer(crew).outcome is Outcome.ACCEPTED
    assert crew.idle("paper", reserved=False) == 1


def test_a_worker_that_does_not_die_is_not_waited_for(crew, monkeypatch):
    monkeypatch.setattr(processes, "_GRACE_S", 0.05)
    monkeypatch.setattr(crew._nursery, "kill", lambda pid: None)
    ask(crew, "hang /dev/null", deadline_s=0.05)

    assert answer(crew).outcome is Outcome.UNKNOWN
    assert crew.idle("paper", reserved=False) == 1


# --- workers ------------------------------------------------------------------------------


def test_endings_have_a_worker_that_publishing_never_takes():
    with ProcessCrew([channel(publisher=Obedient(concurrency=2))]) as crew:
        for fence in range(2):
            assert crew.idle("paper", reserved=False) == 2 - fence
            ask(crew, "hang /dev/null", fence=fence)

        with pytest.raises(InvalidValue, match="idle worker"):
            ask(crew, fence=2)
        assert crew.idle("paper", reserved=True) == 1
        ask(crew, fence=3, reserved=True)
        assert answer(crew).claim.fence == 3


def test_a_crew_has_no_two_channels_of_one_name():
    with pytest.raises(InvalidValue, match="different names"):
        ProcessCrew([channel(), channel()])


def test_an_unknown_channel_has_no_worker(crew):
    assert crew.idle("other", reserved=False) == 0
    assert crew.wait(60) == []


@pytest.mark.parametrize("ways", [only_this_thread, another_thread])
def test_a_worker_stands_apart_from_the_process_that_began_it(ways, tmp_path):
    with (
        ways(),
        (tmp_path / "open").open("w"),
        ProcessCrew([channel()]) as crew,
    ):
        facts = told(crew)

    assert facts["leads"]
    assert facts["int"]
    assert facts["term"]
    assert facts["in"] == os.devnull
    assert facts["out"]
    assert facts["gc"]
    assert str(tmp_path / "open") not in facts["paths"]
    assert facts["pid"] != os.getpid() != facts["nursery"]


def test_what_a_publisher_prints_goes_to_standard_error(capfd):
    with ProcessCrew([channel()]) as crew:
        ask(crew, "print here")
        answer(crew)
    out, err = capfd.readouterr()

    assert (out, err) == ("", "here\n")


def test_no_finalizer_of_the_dispatcher_runs_in_a_worker(tmp_path):
    class Told:
        def __del__(self):
            (tmp_path / str(os.getpid())).touch()

    gc.disable()
    try:
        told = Told()
        told.itself = told
        del told
        with ProcessCrew([channel()]) as crew:
            ask(crew, "collect")
            answer(crew)
            assert not gc.isenabled()
        assert list(tmp_path.iterdir()) == []
    finally:
        gc.enable()
    gc.collect()

    assert [path.name for path in tmp_path.iterdir()] == [str(os.getpid())]


def test_an_idle_worker_that_died_is_replaced(crew):
    before = told(crew)["pid"]
    os.kill(before, signal.SIGKILL)
    until(lambda: gone(before))

    assert crew.idle("paper", reserved=False) == 1
    assert told(crew)["pid"] != before


def test_a_delivery_that_no_worker_took_whole_was_not_sent(crew):
    pid = told(crew)["pid"]
    os.kill(pid, signal.SIGSTOP)
    ask(crew, "accept" + " " * 4_000_000, fence=2)
    ask(crew, "facts", fence=3, reserved=True)

    assert [one.fence for one in crew.in_flight()] == [2, 3]
    # Both may be there at once: the other worker is a process of its own.
    ended = {one.claim.fence: one.outcome for one in crew.wait(GUARD_S)}
    assert ended[2] is Outcome.DEFERRED
    until(lambda: gone(pid))
    assert crew.idle("paper", reserved=False) == 1


def test_a_lost_nursery_takes_its_workers_along_and_is_replaced(crew, tmp_path):
    ask(crew, f"hang {tmp_path / 'facts'}")
    doing = written(tmp_path / "facts")
    os.kill(doing["nursery"], signal.SIGKILL)

    assert answer(crew).outcome is Outcome.UNKNOWN
    until(lambda: gone(doing["pid"]))
    assert crew.idle("paper", reserved=True) == 1
    assert told(crew)["nursery"] != doing["nursery"]


def test_a_nursery_that_does_not_answer_is_replaced(crew, monkeypatch):
    monkeypatch.setattr(nursery, "_FORK_S", 0.05)
    monkeypatch.setattr(nursery, "_END_S", 0.05)
    before = told(crew)
    ask(crew, "exit")
    os.kill(before["nursery"], signal.SIGSTOP)
    answer(crew)

    assert crew.idle("paper", reserved=False) == 0
    assert gone(before["nursery"])
    monkeypatch.undo()
    assert crew.idle("paper", reserved=False) == 1


def test_where_the_system_allows_no_more_processes_nothing_is_idle(crew, monkeypatch):
    ask(crew, "exit")
    answer(crew)
    ours, theirs = multiprocessing.Pipe()
    theirs.send(0)
    with ours, theirs, monkeypatch.context() as patch:
        patch.setattr(crew._nursery, "_line", ours)
        patch.setattr(nursery.Nursery, "lost", False)

        assert crew.idle("paper", reserved=False) == 0
        assert crew.idle("paper", reserved=True) == 1
    assert crew.idle("paper", reserved=False) == 1


# --- ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ways", [only_this_thread, another_thread])
def test_a_closed_crew_leaves_no_process(ways, tmp_path):
    with ways():
        crew = ProcessCrew([channel("a"), channel("b")])
        pids = {told(crew, to="a")["pid"], told(crew, to="b")["nursery"]}
        ask(crew, f"child {tmp_path / 'facts'}", to="b")
        doing = written(tmp_path / "facts")
        pids |= {doing["pid"]}
        crew.close()
        crew.close()

    assert all(gone(pid) for pid in pids)
    until(lambda: gone(doing["child"]))
    assert crew.in_flight() == []
    assert crew.wait(60) == []
    assert crew.idle("a", reserved=False) == 0
    with pytest.raises(InvalidValue):
        ask(crew, to="a")


def test_no_process_outlives_a_dispatcher_that_is_killed(tmp_path):
    words = (f"child {tmp_path / 'one'}", f"hang {tmp_path / 'two'}")
    with dispatcher(lambda: ProcessCrew([channel()]), *words):
        one, two = written(tmp_path / "one"), written(tmp_path / "two")
        assert not any(gone(one[name]) for name in ("pid", "nursery", "child"))

    for pid in (one["pid"], one["child"], one["nursery"], two["pid"]):
        until(lambda pid=pid: gone(pid))


@pytest.mark.parametrize("ways", [only_this_thread, another_thread])
def test_what_the_crew_keeps_is_free_when_the_last_process_has_gone(ways, tmp_path):
    def crew_of():
        descriptor = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if ways is another_thread:
            threading.Thread(target=hang, daemon=True).start()
        return ProcessCrew([channel()], keep=descriptor)

    def taken():
        with (tmp_path / "lock").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    with dispatcher(crew_of, f"hang {tmp_path / 'facts'}") as pid:
        doing = written(tmp_path / "facts")
        os.kill(doing["nursery"], signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        until(lambda: gone(pid))

        assert taken()
        assert not gone(doing["pid"])
        os.kill(doing["pid"], signal.SIGKILL)
        until(lambda: gone(doing["pid"]))
        assert taken()
        os.kill(doing["nursery"], signal.SIGCONT)
        until(lambda: not taken())
        until(lambda: gone(doing["nursery"]))


@pytest.mark.parametrize("ways", [only_this_thread, another_thread])
def test_a_worker_holds_what_the_crew_keeps_and_nothing_else(ways, tmp_path):
    with (
        ways(),
        (tmp_path / "lock").open("w") as kept,
        (tmp_path / "b").open("w"),
        ProcessCrew([channel()], keep=kept.fileno()) as crew,
    ):
        paths = told(crew)["paths"]

    assert {path for path in paths if path.startswith(str(tmp_path))} == {
        str(tmp_path / "lock")
    }


# --- what cannot be started ---------------------------------------------------------------


def test_a_publisher_need_not_pickle_where_there_is_one_thread():
    with only_this_thread(), ProcessCrew([channel(publisher=Unportable())]) as crew:
        ask(crew)

        assert answer(crew).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("kind", [Unportable, FailsElsewhere])
def test_a_publisher_that_does_not_reach_a_worker_is_named(kind):
    with another_thread(), pytest.raises(ChannelNotPortable) as raised:
        ProcessCrew([channel(), channel("b", kind())])

    assert raised.value.channel == "b"
    assert "'b'" in str(raised.value)
    assert "canary" not in str(raised.value)


def test_a_nursery_that_ends_at_once_is_told():
    with another_thread(), pytest.raises(WorkersUnavailable, match="the start"):
        ProcessCrew([channel(publisher=EndsElsewhere())])


def test_a_process_that_cannot_be_started_is_told(monkeypatch):
    def refused(self):
        raise BlockingIOError

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", refused)
    with pytest.raises(WorkersUnavailable, match="the start"):
        ProcessCrew([channel()])

    assert gc.isenabled()


@pytest.mark.parametrize(
    "error", [ChannelNotPortable("a"), WorkersUnavailable("a fork")]
)
def test_the_errors_pickle(error):
    twin = pickle.loads(pickle.dumps(error))

    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))
    assert isinstance(error, AmberkitError)


# --- the other side, here -----------------------------------------------------------------


@pytest.fixture
def line():
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def exits(monkeypatch):
    exits = []
    monkeypatch.setattr(os, "_exit", exits.append)
    return exits


def test_a_worker_answers_with_fence_outcome_and_reference(line):
    ours, theirs = line
    for fence, words in enumerate(["count", "raise system", "count"]):
        ours.send((claim(words, fence=fence), NOW))
    serving = threading.Thread(target=nursery._serve, args=(theirs, Obedient()))
    serving.start()
    answers = [json.loads(ours.recv_bytes()) for _ in range(3)]
    ours.close()
    serving.join(GUARD_S)

    assert not serving.is_alive()
    assert answers == [[0, "accepted", "1"], [1, "unknown", None], [2, "accepted", "3"]]


def test_a_worker_ends_whatever_happens(line, exits, monkeypatch):
    ours, theirs = line
    order = []
    monkeypatch.setattr(os, "setsid", lambda: order.append("setsid"))
    monkeypatch.setattr(nursery, "_die_with", lambda pid: order.append(("die", pid)))
    monkeypatch.setattr(nursery, "_serve", lambda *of: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        nursery._work(theirs, Obedient(), 7, (ours,))

    assert order == ["setsid", ("die", 7)]
    assert ours.closed
    assert exits == [0]


def test_a_worker_whose_nursery_has_gone_ends(exits, monkeypatch):
    calls = []
    kernel = SimpleNamespace(prctl=lambda *of: calls.append(of))
    monkeypatch.setattr(nursery.ctypes, "CDLL", lambda name: kernel)
    nursery._die_with(os.getppid())
    assert exits == []

    monkeypatch.setattr(nursery.ctypes, "CDLL", lambda name: object())
    nursery._die_with(os.getppid() + 1)
    assert exits == [0]
    assert calls == [(1, signal.SIGKILL)]


@contextlib.contextmanager
def dup2_of(stderr_is_open=True):
    """What `os.dup2` is asked to do, in place of its doing it."""
    copies = []

    def dup2(old, new, **how):
        if old == 2 and not stderr_is_open:
            raise OSError
        copies.append((old, new))

    # Not for the whole test, for pytest needs it between the parts of one.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "dup2", dup2)
        yield copies
    os.close(copies[0][0])


def test_a_nursery_gives_up_what_it_inherited(tmp_path):
    with (tmp_path / "a").open("w") as mine, (tmp_path / "b").open("w") as line:
        with dup2_of() as copies:
            nursery._let_go(line.fileno())
        nowhere = copies[0][0]

        assert copies[:2] == [(nowhere, 0), (2, 1)]
        assert (nowhere, mine.fileno()) in copies
        assert not {0, 1, 2, line.fileno()} & {to for _, to in copies[2:]}
        assert {old for old, _ in copies[2:]} == {nowhere}


def test_without_standard_error_output_goes_nowhere():
    with dup2_of(stderr_is_open=False) as copies:
        nursery._let_go(99)
    nowhere = copies[0][0]

    assert copies[:3] == [(nowhere, 0), (nowhere, 1), (nowhere, 2)]


def test_a_nursery_has_the_default_signals(monkeypatch):
    set_to = {}
    monkeypatch.setattr(signal, "signal", set_to.__setitem__)
    monkeypatch.setattr(signal, "set_wakeup_fd", lambda number: None)
    monkeypatch.setattr(signal, "pthread_sigmask", lambda *of: None)
    nursery._default_signals()

    ignored = {number for number, what in set_to.items() if what == signal.SIG_IGN}
    assert ignored == {signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ}
    assert set_to[signal.SIGTERM] == signal.SIG_DFL
    assert not {signal.SIGKILL, signal.SIGSTOP} & set(set_to)


def test_a_nursery_ends_whatever_happens(line, exits, monkeypatch):
    ours, theirs = line
    order = []
    monkeypatch.setattr(gc, "freeze", lambda: order.append("freeze"))
    monkeypatch.setattr(os, "setsid", lambda: order.append("setsid"))
    monkeypatch.setattr(nursery, "_default_signals", lambda: order.append("signals"))
    monkeypatch.setattr(nursery, "_let_go", lambda number: order.append("let go"))
    monkeypatch.setattr(nursery, "_tend", lambda *of: 1 / 0)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    with pytest.raises(ZeroDivisionError):
        nursery._forked(theirs, 1, ())

    assert order == ["freeze", "setsid", "signals", "let go"]
    assert ours.recv() is None
    assert exits == [0]


def test_a_nursery_in_a_fresh_interpreter_loads_the_publishers(line, monkeypatch):
    ours, theirs = line
    calls = []
    monkeypatch.setattr(nursery, "_forked", lambda *of: calls.append(of))
    good = pickle.dumps(Obedient())
    nursery._spawned(theirs, 1, [good])
    nursery._spawned(theirs, 1, [good, pickle.dumps(FailsElsewhere())])

    assert ours.recv() == 1
    ((_, parent, (loaded,)),) = calls
    assert parent == 1
    assert isinstance(loaded, Obedient)


def test_a_nursery_forks_kills_and_ends_when_it_is_told(line, monkeypatch):
    ours, theirs = line
    monkeypatch.setattr(nursery, "_TICK_S", 0.01)
    tending = threading.Thread(
        target=nursery._tend, args=(theirs, os.getppid(), [Obedient()])
    )
    tending.start()
    ours.send(False)
    pids, pipes = [], []
    for _ in range(2):
        ours.send(("fork", 0))
        pids.append(ours.recv())
        pipes.append(multiprocessing.reduction.recv_handle(ours))
    ours.send(("kill", pids[0]))
    ours.send(("kill", os.getpid()))
    until(lambda: not Path(f"/proc/{pids[0]}").exists())
    assert not gone(pids[1])
    ours.send(("end", 0))
    tending.join(GUARD_S)

    for pipe in pipes:
        os.close(pipe)
    assert not tending.is_alive()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_nursery_ends_when_its_line_does_and_still_holds_what_is_kept(line, tmp_path):
    ours, theirs = line

    def holding():
        names = [entry.name for entry in os.scandir("/proc/self/fd")]
        return [int(n) for n in names if leads_to(n) == str(tmp_path / "lock")]

    with (tmp_path / "lock").open("w") as kept:
        ours.send(True)
        multiprocessing.reduction.send_handle(ours, kept.fileno(), os.getpid())
        ours.close()
        nursery._tend(theirs, os.getppid(), [])
    (held,) = holding()
    os.close(held)

    assert holding() == []


def test_a_nursery_ends_when_it_has_another_parent(line):
    ours, theirs = line
    ours.send(False)
    nursery._tend(theirs, os.getppid() + 1, [])

    assert not ours.closed


def test_a_fork_that_fails_is_told(line, monkeypatch):
    ours, theirs = line

    def refused():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    living = set()
    nursery._fork(theirs, Obedient(), living)

    assert ours.recv() == 0
    assert living == set()


def test_the_other_side_of_a_fork_becomes_a_worker(line, monkeypatch):
    _, theirs = line

    class Became(Exception):
        pass

    def work(pipe, publisher, parent, others):
        assert parent == os.getpid()
        assert theirs in others
        for each in (pipe, *others):
            each.close()
        raise Became

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(nursery, "_work", work)
    with pytest.raises(Became):
        nursery._fork(theirs, Obedient(), set())
