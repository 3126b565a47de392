"""The demo: one day, from the report to the erasure, in one command."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
from io import StringIO

import cli_samples as samples
import pytest
from cli_samples import CASE

from amberkit.cases import load_case
from amberkit.cli import _demo, _demo_kill, _demo_scan, run
from amberkit.desk import Desk
from amberkit.publish import PublishRefused
from amberkit.store import StoreRefused

COMMAND = [sys.executable, "-m", "amberkit", "demo"]
STEPS = (
    "write", "validate", "assess", "plan", "submit", "approve", "publish", "publish",
    "kill -9", "look", "again",
    "sighting", "plan", "submit", "approve", "publish", "publish", "publish", "scan",
    "end", "send", "erase", "scan", "status", "audit",
)  # fmt: skip
STEP = re.compile(r"^\d\d:\d\d  (kill -9|\w+) .{40,}  +\d+\.\d s$", re.MULTILINE)
LEFT = {
    ".demo",
    "documents/agency.json",
    "documents/casablanca-2.json",
    "documents/casablanca-child.png",
    "documents/casablanca.json",
    "documents/land.geojson",
    "map-2.html",
    "map.html",
    *(
        f"store/{channel}/{CASE}/{name}"
        for channel in ("public", "services")
        for name in (".keys.json", "ending.cap.xml", "ending.txt")
    ),
}
KEPT = {"store/alerts.db", "store/alerts.db.dispatcher", "store/alerts.db.turn"}


def files(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The demo, lived through once, with the store kept."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream := StringIO())
        patch.setenv("COLUMNS", "80")
        assert run(["demo", "--out", str(folder), "--keep"]) == 0
    return folder, stream.getvalue()


def test_every_step_of_the_day_is_one_line_with_its_time(day):
    _, told = day

    assert tuple(STEP.findall(told)) == STEPS
    wide = [line for line in told.splitlines() if len(line) > 80]
    assert all(line.startswith(("  amberkit ", "What lies in ")) for line in wide)


def test_a_dispatcher_is_killed_and_the_next_one_sends_the_same_key(day):
    _, told = day

    assert re.search(r"kill -9   dispatcher \d+, its channel's answer not yet", told)
    assert "public: maybe content v3, attempt 1 " in told
    assert "public duplicate: nothing was shown twice" in told
    assert re.search(rf"same key: \w+:{CASE}:3:public:publish\n", told)


def test_what_identifies_the_child_is_found_before_the_erasure_and_not_after_it(day):
    folder, told = day

    before, after = re.findall(r"scan +(\d+) traces in (\d+) files", told)
    assert int(before[0]) > 100
    assert "0 in the database: there they are sealed" in told
    assert after == ("0", str(len(KEPT) + 6))
    data = b"".join((folder / n).read_bytes() for n in files(folder) if "store/" in n)
    # The area of an ending has a corner of these coordinates, to two decimals.
    words = set(samples.CANARIES) - {"33.59", "-7.61"}
    assert not [word for word in words if word.encode() in data]
    assert b"MA-EXAMPLE" in data


def test_every_lane_is_closed_and_the_chain_is_whole(day, amberkit):
    folder, told = day
    over = ("--store", folder / "store")

    assert "erased; 2 of 2 lanes closed" in told
    assert re.search(r"audit +\d+ entries, 0 problems", told)
    assert "\n+1 day\n20:15  erase " in told
    assert re.search(r"one bit flipped .*: noticed \(altered\)", told)
    (case,) = amberkit("status", *over, "--json").json()["cases"]
    assert (case["state"], case["revision"], case["closed"]) == ("erased", 2, True)
    assert amberkit("audit", "verify", *over).out.endswith(" entries, whole\n")


def test_the_demo_leaves_what_it_says(day):
    folder, told = day

    assert files(folder) == LEFT | KEPT
    for name in ("documents/", "map.html", "map-2.html", "store/public/"):
        assert re.search(rf"^{name} ", told, re.MULTILINE)
    assert f"amberkit status {CASE} --store {folder / 'store'}\n" in told


def test_it_works_again_in_the_same_folder_with_a_bar_in_a_terminal(day):
    folder, _ = day
    (folder / "mine.txt").write_text("mine")
    (folder / "store" / "public" / "mine.txt").write_text("mine")
    (folder / "store" / "alerts.db.keys" / ".draft").write_text("killed")
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        env.pop(name, None)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--out", str(folder)],
        stdout=theirs, stderr=theirs, stdin=theirs, env=env,
    )  # fmt: skip
    os.close(theirs)
    raw = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)

    screen = as_shown(raw.decode())
    assert process.wait() == 0, screen
    assert files(folder) == LEFT | {
        "mine.txt",
        "store/public/mine.txt",
        "store/alerts.db.keys/.draft",
    }
    assert re.search("kill -9 (\x1b\\[[0-9;]*m)*━", raw.decode())
    assert tuple(STEP.findall(screen)) == STEPS
    assert "━" not in screen
    assert "Traceback" not in screen
    assert screen.rstrip().endswith("--now 2026-11-22T18:00:00+01:00")


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # how a terminal says that nobody writes to it any more
        return b""


def as_shown(raw):
    """Return what a terminal shows in the end, in lines."""
    lines, row, column = {}, 0, 0
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|.|\n", raw, re.DOTALL):
        if token == "\r":
            column = 0
        elif token == "\n":
            row += 1
        elif token.startswith("\x1b"):
            if token == "\x1b[2K":
                lines[row] = ""
            elif token.endswith("A"):
                row -= int(token[2:-1])
        else:
            line = lines.get(row, "").ljust(column)
            lines[row] = line[:column] + token + line[column + 1 :]
            column += 1
    return "\n".join(lines.get(n, "").rstrip() for n in range(max(lines) + 1))


@pytest.fixture
def no_chapters(monkeypatch):
    monkeypatch.setattr(_demo, "_CHAPTERS", {"documents": _demo._documents})


def test_the_steps_are_told_as_json(no_chapters, tmp_path, amberkit):
    told = amberkit("demo", "--out", tmp_path / "demo", "--json").json()

    write, validate = told["steps"]
    assert told["folder"] == str(tmp_path / "demo")
    assert (write["step"], write["at"]) == ("write", "2026-11-22T17:00:00+00:00")
    assert validate["says"] == "the case is sound; 0 problems"
    assert not told["kept"]


def test_files_of_somebody_else_are_neither_removed_nor_written_over(
    tmp_path, amberkit
):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "alerts.db").write_text("mine")

    ran = amberkit("demo", "--out", tmp_path)

    assert ran.code == 5
    assert ran.err == (
        f"amberkit: cannot write {tmp_path}/store/alerts.db: it is there, and no demo "
        "wrote it\n"
    )
    assert files(tmp_path) == {"store/alerts.db"}


@pytest.mark.parametrize(
    "link", ["store", "store/public", "documents", "store/alerts.db", "map.html"]
)
def test_a_link_in_the_folder_is_refused_and_not_followed(
    link, no_chapters, tmp_path, amberkit
):
    amberkit("demo", "--out", tmp_path / "demo")
    theirs, path = tmp_path / "theirs", tmp_path / "demo" / link
    path.exists() and path.rename(tmp_path / "away")
    for name in ("alerts.db", f"alerts.db.keys/{CASE}", f"{CASE}/alert.txt"):
        (theirs / name).parent.mkdir(parents=True, exist_ok=True)
        (theirs / name).write_text("mine")
    path.symlink_to(theirs / "alerts.db" if "." in link else theirs)
    before = files(theirs)

    ran = amberkit("demo", "--out", tmp_path / "demo")

    assert (ran.code, ran.out) == (5, "")
    assert ran.err == (
        f"amberkit: cannot write {path}: it is a link, and no demo made it\n"
    )
    assert files(theirs) == before


def test_a_link_that_comes_up_meanwhile_is_not_followed_either(
    tmp_path, amberkit, monkeypatch
):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "alerts.db").write_text("mine")

    def exchange(day):
        (tmp_path / "demo" / "store").rename(tmp_path / "away")
        (tmp_path / "demo" / "store").symlink_to(tmp_path / "theirs")

    monkeypatch.setattr(_demo, "_CHAPTERS", {"exchange": exchange})
    ran = amberkit("demo", "--out", tmp_path / "demo")

    assert ran.code == 5
    assert files(tmp_path / "theirs") == {"alerts.db"}


@pytest.mark.parametrize("left", ["all", "key", "public", "services", "database"])
def test_a_case_of_somebody_else_is_never_removed(
    left, no_chapters, scene, tmp_path, amberkit
):
    out = tmp_path / "demo"
    amberkit("demo", "--out", out, "--keep")
    samples.edit(scene / "casablanca.json", (["id"], "MINE"))
    over = ("--store", out / "store")
    at = ("--now", "2026-11-22T18:00:00+01:00")
    amberkit("submit", scene / "casablanca.json", *over, "--by", "officer-7", *at)
    key = out / "store" / "alerts.db.keys" / "MINE"
    if left != "all":
        key.unlink()
        if left == "key":
            key.write_bytes(b"k" * 32)
        elif left != "database":
            (out / "store" / left / "MINE").mkdir()
    if left not in ("all", "database"):
        (out / "store" / "alerts.db").unlink()
    before = files(out)

    ran = amberkit("demo", "--out", out)

    assert (ran.code, ran.out) == (5, "")
    assert "it is of another case than the demo's" in ran.err
    assert files(out) == before


@pytest.mark.parametrize("name", ["q?mode=ro", "h#a", "p%41", "file:a"])
def test_the_folder_may_have_any_name(name, tmp_path, amberkit, monkeypatch):
    chapters = dict(list(_demo._CHAPTERS.items())[:5])
    monkeypatch.setattr(_demo, "_CHAPTERS", chapters)
    ran = amberkit("demo", "--out", tmp_path / name, "--keep")

    assert (ran.code, ran.err) == (0, "")
    assert files(tmp_path / name) >= {f"store/public/{CASE}/alert.txt", *KEPT}
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("more", [(), ("--keep",)], ids=["", "keep"])
def test_an_interrupt_is_told_and_removes_the_store(
    more, tmp_path, monkeypatch, capsys
):
    def interrupt(day):
        raise KeyboardInterrupt

    monkeypatch.setattr(_demo, "_CHAPTERS", {"interrupt": interrupt})
    with pytest.raises(SystemExit, match="130"):
        run(["demo", "--out", str(tmp_path), *more])

    assert capsys.readouterr().err == "amberkit: interrupted\n"
    assert (tmp_path / "store" / "alerts.db").exists() is bool(more)


def test_a_store_that_cannot_be_made_is_named(tmp_path, amberkit, monkeypatch):
    def refuse(*_, **__):
        raise StoreRefused("unwritable", "the file: permission denied")

    monkeypatch.setattr(Desk, "open", refuse)
    ran = amberkit("demo", "--out", tmp_path)

    assert (ran.code, ran.err) == (
        5,
        f"amberkit: cannot write {tmp_path}/store/alerts.db: the file: permission "
        "denied\n",
    )


def test_what_an_earlier_demo_left_and_cannot_be_removed_is_told(
    no_chapters, tmp_path, amberkit, monkeypatch
):
    amberkit("demo", "--out", tmp_path)

    def refuse(path, missing_ok):
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    ran = amberkit("demo", "--out", tmp_path)

    assert ran.code == 5
    assert "read-only file system" in ran.err


@pytest.mark.parametrize("others", [set(), {".draft"}], ids=["alone", "with others"])
def test_the_folder_of_keys_goes_unless_something_else_is_in_it(
    others, no_chapters, tmp_path, amberkit
):
    amberkit("demo", "--out", tmp_path, "--keep")
    keys = tmp_path / "store" / "alerts.db.keys"
    keys.mkdir(mode=0o700)
    for name in {CASE} | others:
        (keys / name).write_bytes(b"old")

    amberkit("demo", "--out", tmp_path)

    assert files(keys) == others
    assert keys.exists() is bool(others)


@pytest.mark.parametrize("below", ["file/demo", "/proc/nope", "x\0", "x" * 300])
def test_a_folder_that_cannot_be_written_is_told(below, tmp_path, amberkit):
    (tmp_path / "file").write_text("mine")

    ran = amberkit("demo", "--out", tmp_path / below)

    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("amberkit: cannot write ")
    assert files(tmp_path) == {"file"}


@pytest.mark.parametrize("limit", [4_000, 300_000])
def test_a_full_disk_is_told_and_nothing_is_lost_that_was_promised(limit, tmp_path):
    def fill_up():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    ran = subprocess.run(
        [*COMMAND, "--out", str(tmp_path)],
        preexec_fn=fill_up, capture_output=True, text=True,
    )  # fmt: skip

    assert ran.returncode == 5
    assert ran.stderr.startswith("amberkit: ")
    assert ran.stderr.count("\n") == 1
    # What it said it has written is whole.
    shipped = _demo.documents()
    for name in files(tmp_path / "documents"):
        assert (tmp_path / "documents" / name).read_bytes() == shipped[name]
    assert ("documents in" in ran.stdout) is (limit > 4_000)


def test_a_channel_that_cannot_be_written_ends_the_demo(tmp_path, amberkit):
    def fall_over(day):
        (tmp_path / "store" / "public").rmdir()

    chapters = dict(_demo._CHAPTERS)
    until = list(chapters)[:3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            _demo,
            "_CHAPTERS",
            {name: chapters[name] for name in until}
            | {"fall": fall_over, "publication": _demo._publish},
        )
        ran = amberkit("demo", "--out", tmp_path)

    assert ran.code == 5
    assert ran.err == (
        f"amberkit: cannot write {tmp_path}/store/public: the channel says deferred\n"
    )


def test_a_demo_that_proves_nothing_says_so_by_its_exit_code(
    no_chapters, tmp_path, amberkit, monkeypatch
):
    def fail(day):
        day.is_proved = False

    monkeypatch.setattr(_demo, "_CHAPTERS", {"proof": fail})

    assert amberkit("demo", "--out", tmp_path).code == 1


def test_the_demo_says_which_extras_it_needs(tmp_path, amberkit, monkeypatch):
    real = _demo.importlib.util.find_spec
    gone = {"PIL", "cryptography"}
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda n, *a: None if n in gone else real(n, *a)
    )

    ran = amberkit("demo", "--out", tmp_path / "demo")

    assert ran.code == 7
    assert "pip install 'amberkit[outbox,photo]'" in ran.err
    assert not (tmp_path / "demo").exists()


def test_a_bar_is_taken_away_when_a_chapter_fails(tmp_path, monkeypatch, capsys):
    class Terminal(StringIO):
        def isatty(self):
            return True

    def fail(day):
        day.tell.say("a line")
        raise ZeroDivisionError

    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(
        _demo, "_CHAPTERS", {"documents": _demo._documents, "failing": fail}
    )
    with pytest.raises(ZeroDivisionError):
        run(["demo", "--out", str(tmp_path)])

    shown = terminal.getvalue()
    assert "failing" in shown
    assert shown.rindex("\x1b[2K") > shown.rindex("failing")
    assert "a line\n" in capsys.readouterr().out


def test_the_dispatcher_that_is_killed_waits_between_answer_and_note(
    approved, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(SystemExit):
        _demo_kill.be_killed(str(approved.store), "2026-11-22T18:04:00+01:00")

    assert capsys.readouterr().out == "answered\n"
    assert (approved.store / "public" / CASE / "alert.txt").exists()


def test_a_dispatcher_with_nothing_to_do_cannot_be_killed_at_it(submitted):
    with (
        pytest.raises(PublishRefused, match="ended by itself"),
        _demo_kill.dispatcher_to_kill(
            submitted.store, dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.UTC)
        ),
    ):
        raise AssertionError


def test_a_search_counts_every_occurrence_by_file(tmp_path, monkeypatch, capsys):
    (tmp_path / "a").write_bytes(b"xxLe\xc3\xafla Le\xc3\xafla")
    (tmp_path / "b").write_bytes(b"nothing")
    (tmp_path / "folder").mkdir()
    needles = ["Leïla".encode().hex(), b"none".hex()]
    monkeypatch.setattr(sys, "stdin", StringIO(json.dumps(needles)))

    _demo_scan.search(str(tmp_path))

    assert json.loads(capsys.readouterr().out) == {
        "files": 2,
        "bytes": 22,
        "hits": {"a": 2},
    }


def test_traces_are_what_the_example_must_not_leave(examples):
    found = _demo_scan.traces(load_case(examples / "casablanca.json"), [b"p" * 60])

    for word in samples.CANARIES:
        assert any(word.encode() in trace for trace in found), word
    for word in ("ليلى", "manteau jaune", "14 bis"):
        assert any(word.encode("utf-16-le") in trace for trace in found)
    assert b"p" * 24 in found
    assert not {b"female", b"MA-EXAMPLE-2026-0001", b"officer-0147"} & found


def test_the_child_is_the_same_in_both_revisions(examples):
    first = json.loads((examples / "casablanca.json").read_bytes())
    second = json.loads((examples / "casablanca-2.json").read_bytes())

    changed = {key for key in first if first[key] != second[key]}
    assert changed == {"revision", "last_seen", "sightings"}
    load_case(examples / "casablanca-2.json")
