"""The turnstile: one at a time, between threads and processes, and never for ever."""

import errno
import fcntl
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from store_samples import Stopped, child, ended, eventually, held_by_another, open_store

from amberkit.store import StoreBusy, StoreRefused
from amberkit.store._turnstile import FileTurnstile, MemoryTurnstile

WAIT_S = 0.02


@pytest.fixture
def turn(tmp_path):
    return tmp_path / "alerts.db.turn"


def take(turnstile):
    with turnstile.hold():
        pass


def hold(path):
    return FileTurnstile(path, 5).hold()


def busy(turnstile):
    with pytest.raises(StoreBusy) as raised:
        take(turnstile)
    return raised.value


def waiters():
    return sum("_run" in thread.name for thread in threading.enumerate())


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


def test_it_is_held_until_the_context_ends(turn):
    other = FileTurnstile(turn, WAIT_S)
    with FileTurnstile(turn, WAIT_S).hold():
        assert busy(other).pid == os.getpid()
    take(other)
    with pytest.raises(Stopped), other.hold():
        raise Stopped
    take(other)


def test_who_is_in_is_noted_and_only_then(turn):
    with FileTurnstile(turn, WAIT_S).hold():
        assert turn.read_bytes().split() == [str(os.getpid()).encode()]
    assert turn.read_bytes().split() == []


def test_a_process_that_stands_still_is_named(turn):
    with held_by_another(turn, hold) as pid:
        error = busy(FileTurnstile(turn, WAIT_S))

        assert error.pid == pid
        assert f"process {pid}" in str(error)
    take(FileTurnstile(turn, WAIT_S))


def test_a_process_that_stands_still_in_a_store_is_named_in_time(path):
    open_store(path).close()

    def transaction(path):
        return open_store(path).transaction()

    with held_by_another(path, transaction) as pid:
        before = time.monotonic()
        with pytest.raises(StoreBusy) as raised:
            open_store(path, wait_s=0.1)
        waited_s = time.monotonic() - before

        assert raised.value.pid == pid
        assert waited_s < 2
    open_store(path).close()


def test_who_cannot_be_named_is_not(turn):
    turn.write_bytes(b"nonsense")
    file = os.open(turn, os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)

    assert busy(FileTurnstile(turn, WAIT_S)).pid is None
    os.close(file)


def test_who_waits_gets_in_when_the_other_leaves(turn):
    turnstile = FileTurnstile(turn, 20)
    inside = threading.Event()

    def wait():
        with turnstile.hold():
            inside.set()

    thread = threading.Thread(target=wait)
    with turnstile.hold():
        thread.start()
        eventually(waiters)
        assert not inside.is_set()
    thread.join(20)

    assert inside.is_set()


def test_who_has_left_lets_go_when_the_lock_comes(turn):
    turnstile = FileTurnstile(turn, WAIT_S)
    files = open_files()
    with FileTurnstile(turn, WAIT_S).hold():
        busy(turnstile)
        assert waiters() == 1
    eventually(lambda: waiters() == 0)

    assert open_files() == files
    take(turnstile)


def test_who_asks_again_and_again_piles_nothing_up(turn):
    turnstile = FileTurnstile(turn, WAIT_S)
    with FileTurnstile(turn, WAIT_S).hold():
        for _ in range(5):
            busy(turnstile)
        files = open_files()
        for _ in range(5):
            assert busy(turnstile).pid == os.getpid()

        assert open_files() == files
        assert waiters() == 1
    eventually(lambda: waiters() == 0)


def test_a_wait_that_was_left_can_be_taken_up_in_time(turn):
    patient = FileTurnstile(turn, WAIT_S)
    with FileTurnstile(turn, WAIT_S).hold():
        busy(patient)
        patient._wait_s = 20
        inside = threading.Event()

        def wait():
            with patient.hold():
                inside.set()

        thread = threading.Thread(target=wait)
        thread.start()
        eventually(lambda: not patient._left)
    thread.join(20)

    assert inside.is_set()
    take(patient)


def interrupt(*_):
    raise Stopped


@pytest.mark.parametrize("comes", ["never", "meanwhile"])
def test_an_interrupted_wait_holds_nothing(turn, comes, monkeypatch):
    turnstile = FileTurnstile(turn, 20)
    outer = FileTurnstile(turn, WAIT_S).hold()
    outer.__enter__()
    join = threading.Thread.join

    def interrupted(thread, timeout=None):
        if comes == "meanwhile":
            outer.__exit__(None, None, None)
            join(thread, 20)
        raise Stopped

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(Stopped):
        take(turnstile)
    monkeypatch.undo()
    if comes == "never":
        outer.__exit__(None, None, None)
    eventually(lambda: waiters() == 0)

    take(FileTurnstile(turn, WAIT_S))


def test_a_signal_ends_the_wait(turn):
    was = signal.signal(signal.SIGALRM, interrupt)
    try:
        with FileTurnstile(turn, WAIT_S).hold():
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            with pytest.raises(Stopped):
                take(FileTurnstile(turn, 20))
    finally:
        signal.signal(signal.SIGALRM, was)
    eventually(lambda: waiters() == 0)


def test_a_child_that_was_forked_inside_does_not_keep_it(turn):
    ready, say = os.pipe()
    with FileTurnstile(turn, WAIT_S).hold():
        pid = child(lambda: os.read(ready, 1))
    take(FileTurnstile(turn, WAIT_S))
    os.write(say, b"!")

    assert ended(pid) == 0
    os.close(ready)
    os.close(say)


def test_a_process_that_dies_inside_lets_go(turn):
    def act():
        with hold(turn):
            os.kill(os.getpid(), signal.SIGKILL)

    assert ended(child(act)) == -9
    take(FileTurnstile(turn, WAIT_S))


def test_nobody_is_left_standing_while_others_come_and_go(turn):
    def act():
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            with hold(turn):
                pass

    children = [child(act) for _ in range(2)]
    for _ in range(10):
        take(FileTurnstile(turn, 10))

    assert [ended(pid) for pid in children] == [0, 0]


def test_a_link_in_its_place_is_not_followed(turn, tmp_path):
    turn.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreRefused) as raised:
        take(FileTurnstile(turn, WAIT_S))

    assert raised.value.code == "unwritable"
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_lock_is_told(turn, monkeypatch):
    def flock(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    files = open_files()
    with pytest.raises(StoreRefused, match="no locks available"):
        take(FileTurnstile(turn, WAIT_S))

    assert open_files() == files


def test_it_works_where_the_pid_cannot_be_noted(turn, monkeypatch):
    def pwrite(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", pwrite)
    with FileTurnstile(turn, WAIT_S).hold():
        assert busy(FileTurnstile(turn, WAIT_S)).pid is None


def test_in_memory_it_stands_between_threads():
    turnstile = MemoryTurnstile(WAIT_S)
    with turnstile.hold():
        assert busy(turnstile).pid == os.getpid()
    take(turnstile)
