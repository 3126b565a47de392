"""Lines that are printed beside the work."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time

from amberkit.cli import _outlet
from amberkit.cli._outlet import Outlet


def says(count):
    return f"{count} dropped"


@contextlib.contextmanager
def piped():
    """Let standard output be a pipe; yields the end to read from."""
    ours, theirs = os.pipe()
    with (
        os.fdopen(theirs, "w", encoding="ascii") as stream,
        os.fdopen(ours, "rb") as end,
        contextlib.redirect_stdout(stream),
    ):
        yield end


def test_lines_come_out_in_their_order():
    with piped() as end:
        with Outlet(says) as outlet:
            for number in range(1000):
                outlet.put(f"line {number}")
        told = [end.readline() for _ in range(1000)]

    assert told == [b"line %d\n" % number for number in range(1000)]
    assert outlet.failure is None


def test_what_the_output_has_no_character_for_is_replaced():
    with piped() as end:
        with Outlet(says) as outlet:
            outlet.put("Le\u00efla \udcff")

        assert end.readline() == b"Le?la ?\n"


def test_a_stream_within_the_process_is_printed_to():
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream), Outlet(says) as outlet:
        outlet.put("line")

    assert stream.getvalue() == "line\n"


def test_what_finds_no_room_is_dropped_and_counted_in_its_place():
    wide = "x" * 70_000  # more than a pipe holds
    with piped() as end, Outlet(says, most=2) as outlet:
        outlet.put(wide)
        while outlet._queue:
            time.sleep(0.001)
        for number in range(7):
            outlet.put(f"line {number}")
        assert len(end.readline()) == 70_001
        first = [end.readline() for _ in range(3)]
        outlet.put("after")

        assert first == [b"line 0\n", b"line 1\n", b"5 dropped\n"]
        assert end.readline() == b"after\n"


def test_nobody_waits_long_for_an_output_that_nobody_reads(monkeypatch):
    monkeypatch.setattr(_outlet, "_MOMENT_S", 0.05)
    began = time.monotonic()
    with piped() as end:
        with Outlet(says) as outlet:
            for _ in range(10):
                outlet.put("x" * 70_000)

        assert time.monotonic() - began < 10
        assert outlet._thread.is_alive()
        reader = threading.Thread(target=end.read, args=(700_010,))
        reader.start()
        outlet.close()
        reader.join()
        assert not outlet._thread.is_alive()


def test_an_output_that_breaks_ends_the_printing_alone():
    with piped() as end:
        end.close()
        with Outlet(says) as outlet:
            outlet.put("line")
            outlet._thread.join()
            outlet.put("another")

    assert isinstance(outlet.failure, BrokenPipeError)
