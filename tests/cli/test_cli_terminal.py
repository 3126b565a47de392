"""What a terminal, a pipe and a full disk do to the output, as real processes."""

from __future__ import annotations

import io
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amberkit import __main__ as entry
from amberkit.cli import _output
from amberkit.schemas import NAMES

COMMAND = [sys.executable, "-m", "amberkit"]


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self):
        return True


def wait_for(text, stream):
    give_up = time.monotonic() + 10
    while text not in stream.getvalue() and time.monotonic() < give_up:
        time.sleep(0.01)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


def test_a_bar_comes_up_when_work_takes_long_and_leaves_nothing_behind(
    terminal, monkeypatch
):
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(_output, "_PATIENCE_S", 0.0)
    with _output.progress("covering") as tell:
        tell(0.5)
        wait_for("covering", terminal)
    shown = terminal.getvalue()

    assert "covering" in shown
    # The last thing that happens to the line of the bar is that it is erased.
    assert shown.rindex("\x1b[2K") > shown.rindex("covering")


def test_no_bar_comes_up_when_work_is_done_soon(terminal, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal)
    with _output.progress("covering") as tell:
        tell(1.0)

    assert terminal.getvalue() == ""


def test_no_bar_comes_up_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr(_output, "_PATIENCE_S", 0.0)
    with _output.progress("covering") as tell:
        tell(0.5)
        time.sleep(0.05)

    assert capsys.readouterr().err == ""


def test_a_bar_is_taken_away_when_work_fails(terminal, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(_output, "_PATIENCE_S", 0.0)

    def interrupted():
        wait_for("covering", terminal)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), _output.progress("covering"):
        interrupted()

    assert "\n" not in terminal.getvalue().rpartition("\x1b[2K")[2]


def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen(
        [*COMMAND, "schema", "case"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()

    assert process.wait() == 141
    assert told == b""


def test_a_full_disk_behind_the_output_is_told():
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*COMMAND, "schema"], stdout=full, stderr=subprocess.PIPE)

    assert ran.returncode == 5
    assert ran.stderr == (
        b"amberkit: cannot write the output: no space left on device\n"
    )


def test_closed_streams_are_no_error():
    ran = subprocess.run(
        f"'{sys.executable}' -m amberkit schema case --json >&- 2>&-", shell=True
    )

    assert ran.returncode == 0


def test_an_interrupt_ends_without_a_traceback():
    code = (
        "import os, signal, sys\n"
        "from amberkit import __main__ as entry\n"
        "from amberkit.cli import _packs\n"
        # What a shell starts in the background ignores interrupts, and so its children.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "_packs.list_packs = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.argv = ['amberkit', 'packs']\n"
        "sys.exit(entry.main())\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True)

    assert ran.returncode == 128 + signal.SIGINT
    assert ran.stderr == b""


def test_an_output_that_knows_only_ascii_gets_what_it_can_show(examples):
    def printed(*more):
        ran = subprocess.run(
            [*COMMAND, "assess", str(examples / "casablanca.json"), *more],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )
        assert ran.returncode == 0
        assert ran.stderr == b""
        return ran.stdout.decode("ascii")

    assert "????" in printed("--language", "ar")
    assert json.loads(printed("--language", "ar", "--json"))["answer"].startswith("نعم")


# --- the same within this process, for what a process hides from coverage --------------


@pytest.fixture
def command(monkeypatch):
    def of(*arguments):
        monkeypatch.setattr(sys, "argv", ["amberkit", *arguments])

    return of


def raising(error):
    def run(_):
        raise error

    return run


def test_main_returns_the_exit_code_of_the_command(command, capsys):
    command("schema", "packet")

    assert entry.main() == 2
    assert capsys.readouterr().err.startswith("amberkit: schema must be")


def test_the_module_runs_as_a_program(command, capsys):
    command("schema")

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(entry.__file__, run_name="__main__")

    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == list(NAMES)


def test_main_says_how_to_get_the_command_line(command, capsys, monkeypatch):
    command("schema")
    monkeypatch.setitem(sys.modules, "amberkit.cli", None)
    missing = ModuleNotFoundError("No module named 'cyclopts'", name="cyclopts")
    monkeypatch.setattr("builtins.__import__", raising_import(missing))

    assert entry.main() == 7
    assert "pip install 'amberkit[cli]'" in capsys.readouterr().err


def test_main_does_not_hide_that_another_module_is_missing(command, monkeypatch):
    command("schema")
    missing = ModuleNotFoundError("No module named 'numpy'", name="numpy")
    monkeypatch.setattr("builtins.__import__", raising_import(missing))

    with pytest.raises(ModuleNotFoundError, match="numpy"):
        entry.main()


def raising_import(error):
    real = __import__

    def find(name, *rest):
        if name == "amberkit.cli":
            raise error
        return real(name, *rest)

    return find


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
        (
            OSError(28, "No space left on device"),
            5,
            "amberkit: cannot write the output: no space left on device\n",
        ),
        (OSError(), 5, "amberkit: cannot write the output: the system refused\n"),
    ],
)
def test_main_ends_without_a_traceback(error, code, told, command, capfd, monkeypatch):
    command("schema")
    monkeypatch.setattr("amberkit.cli.run", raising(error))
    monkeypatch.setattr(entry, "_discard_output", lambda: None)

    assert entry.main() == code
    assert capfd.readouterr().err == told


def test_output_that_cannot_be_written_is_discarded(monkeypatch, tmp_path):
    with (tmp_path / "output").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        stream.write("buffered")
        entry._discard_output()

    assert (tmp_path / "output").read_text() == ""


def test_closed_streams_are_given_somewhere_to_go(command, monkeypatch):
    command("schema")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    code = entry.main()

    assert code == 0
    for stream in (sys.stdout, sys.stderr):
        assert stream.name
        stream.close()


def test_other_streams_are_left_as_they_are(command, monkeypatch):
    command("schema")
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)

    assert entry.main() == 0
    assert stream.getvalue().split() == list(NAMES)
