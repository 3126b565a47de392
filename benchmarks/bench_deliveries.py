"""How fast alerts leave, and how soon an ending is stored and sent.

Run with ``python -m pytest benchmarks/bench_deliveries.py``; figures that are no times
stand in ``extra_info`` (``--benchmark-json``) and are printed with ``-s``. Goals: 100
deliveries a second on two cores, through worker processes and a file with ``synchronous
= EXTRA``; an ending stored within 100 ms for 99 of 100 while a dispatcher writes at
full speed.

What the limit is: where a channel takes one delivery at a time, each is two
transactions that reach the disk, its claim before the first byte leaves and the record
of its answer, and each of these costs about two bare ones, for it writes more pages.
Where a channel takes several at a time, as many share a claim. The rest is Python in
one process: some twenty statements for each delivery, which is why those are made once.
Workers and pipes hardly count. `Dispatcher.run` is as fast as `drain`: it pauses only
where there was nothing to do.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import itertools
import multiprocessing
import sqlite3
import statistics
import time
from pathlib import Path

import attrs
import pytest

from amberkit.agency import load_agency
from amberkit.cases import load_case
from amberkit.desk import Desk
from amberkit.desk._compose import compose_package
from amberkit.desk._tables import CASE
from amberkit.eligibility import assess, load_pack
from amberkit.messages import Capabilities
from amberkit.plans import plan_alert
from amberkit.publish import Channel, Dispatcher, Outcome, Receipt, Release
from amberkit.publish.sql import Releases
from amberkit.values import Audience, Mode, Principal, Reason

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
NOW = load_case(EXAMPLES / "casablanca.json").report.received
OFFICER = Principal("officer-7", "officer")
MINUTE = dt.timedelta(minutes=1)


class Instant:
    """A channel that costs nothing: it accepts, or puts off what is to come again."""

    name = "instant"

    def __init__(self, at_once=1, log=None):
        self.capabilities = Capabilities(
            forms=frozenset({"text/plain", "application/cap+xml"}),
            dedupe="key",
            cancel="retract",
            withdraw="delete",
            concurrency=at_once,
        )
        self._log = log

    def publish(self, delivery, /, *, now):
        if self._log is not None and delivery.operation.value == "cancel":
            with Path(self._log).open("a") as log:
                log.write(f"{delivery.case_id} {time.monotonic()}\n")
        off = delivery.case_id.startswith("BULK")
        outcome = Outcome.DEFERRED if off else Outcome.ACCEPTED
        return Receipt(key=delivery.key, outcome=outcome, at=now)


def channels(**changes):
    publics = [(f"public-{number}", Audience.PUBLIC) for number in range(3)]
    return [
        Channel(
            name=name,
            publisher=Instant(**changes),
            mode=Mode.EXERCISE,
            audience=audience,
        )
        for name, audience in (*publics, ("services", Audience.SERVICES))
    ]


@functools.cache
def package():
    """Return all forms of a real alert: CAP in two languages and text, five stages."""
    case = load_case(EXAMPLES / "casablanca.json")
    agency = load_agency(EXAMPLES / "agency.json")
    pack = load_pack("ma-tifli-moukhtafi", on=NOW.date())
    plan = plan_alert(case, assess(case, pack, now=NOW), pack, agency=agency, now=NOW)
    return compose_package(
        case,
        plan,
        agency=agency,
        channels=channels(),
        languages=("ar", "fr"),
        mode=Mode.EXERCISE,
        photos={},
        wordings=(),
        now=NOW,
    )


def open_desk(path):
    return Desk.open(f"sqlite:///{path}", mode=Mode.EXERCISE, channels=channels())


def release(desk, names, *, lasts=dt.timedelta(hours=6)):
    """Let an alert out for each name, as an approval does."""
    releases = Releases(desk.store)
    for name in names:
        made = attrs.evolve(package(), case_id=name)
        with desk.store.transaction() as work:
            work.change(CASE.insert().values(case_id=name))
            desk.store.keys.create(name)
            let_out = Release(
                case_id=name,
                revision=1,
                mode=Mode.EXERCISE,
                content_hash="approved",
                expires=NOW + lasts,
                expiry_ending="not_found",
            )
            releases.release(work, let_out, tuple(made.contents(after=0)), now=NOW)


def seconds(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def bare_transactions(path, count):
    """Commit *count* rows one by one, as safely as the store does."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("CREATE TABLE IF NOT EXISTS peer (body BLOB)")
        for _ in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO peer VALUES (?)", (bytes(9000),))
            connection.execute("COMMIT")


def tell(benchmark, **figures):
    shown = {name: float(f"{figure:.3g}") for name, figure in figures.items()}
    benchmark.extra_info.update(shown)
    print("\n" + ", ".join(f"{name} {figure:g}" for name, figure in shown.items()))


def spread(times):
    """Return the median, the 99th of 100 and the worst of *times*, in milliseconds."""
    ordered = [1000 * each for each in sorted(times)]
    return {
        "p50_ms": statistics.median(ordered),
        "p99_ms": ordered[-1 - len(ordered) // 100],
        "max_ms": ordered[-1],
    }


@pytest.mark.benchmark(group="deliveries")
@pytest.mark.parametrize("at_once", [1, 4])
def bench_deliveries(benchmark, tmp_path, at_once):
    """A first stage of many alerts at once, and the peers of it in the same minute."""
    numbers, cases = itertools.count(), 40 if benchmark.enabled else 5
    with (
        open_desk(tmp_path / "alerts.db") as desk,
        Dispatcher(desk.outbox, channels(at_once=at_once)) as dispatcher,
    ):

        def setup():
            release(desk, [f"CASE-{next(numbers)}" for _ in range(cases)])

        sent = benchmark.pedantic(
            lambda: dispatcher.drain(now=NOW), setup=setup, rounds=5
        )

    assert sent == 4 * cases

    bare_s = seconds(lambda: bare_transactions(tmp_path / "peer.db", sent)) / sent
    publisher, plain = Instant(), attrs.make_class("Plain", ["case_id", "key"])
    deliveries = [plain(f"CASE-{number}", str(number)) for number in range(sent)]
    plain_s = seconds(lambda: [publisher.publish(d, now=NOW) for d in deliveries])
    took_s = benchmark.stats.stats.median / sent if benchmark.stats else float("nan")
    tell(
        benchmark,
        per_second=1 / took_s,
        bare_transactions_per_second=1 / bare_s,
        times_a_bare_transaction=took_s / bare_s,
        times_a_plain_call=took_s / (plain_s / sent),
    )


@pytest.mark.benchmark(group="deliveries")
def bench_one_alert(benchmark, tmp_path):
    """One alert on four channels, from the drain to its last answer; workers warm."""
    numbers = itertools.count()
    with (
        open_desk(tmp_path / "alerts.db") as desk,
        Dispatcher(desk.outbox, channels()) as dispatcher,
    ):
        sent = benchmark.pedantic(
            lambda: dispatcher.drain(now=NOW),
            setup=lambda: release(desk, [f"CASE-{next(numbers)}"]),
            rounds=20,
        )

    assert sent == 4


# --- endings, while another process is the dispatcher ---------------------------------


def serve(path, log, bell, rings):
    """Be a dispatcher that always has something to send, on a clock that runs ahead."""
    minutes = itertools.count()

    class Bell:
        def wait(self, timeout):
            return bell.poll(timeout)

    with (
        open_desk(path) as desk,
        Dispatcher(desk.outbox, channels(log=log)) as dispatcher,
    ):
        rings.send("ready")
        dispatcher.run(clock=lambda: NOW + next(minutes) * MINUTE, stop=Bell())


@contextlib.contextmanager
def serving(path, log):
    spawn = multiprocessing.get_context("spawn")
    bell, ring = spawn.Pipe(duplex=False)
    heard, tells = spawn.Pipe(duplex=False)
    process = spawn.Process(target=serve, args=(path, log, bell, tells))
    process.start()
    try:
        assert heard.recv() == "ready"
        yield
    finally:
        ring.send("stop")
        process.join(60)

    assert process.exitcode == 0


@pytest.mark.benchmark(group="endings")
@pytest.mark.parametrize("bulk", [0, 40], ids=["quiet", "at-full-speed"])
def bench_end(benchmark, tmp_path, bulk):
    """The commit of an ending, and the time until its cancel reaches its channels."""
    path, log = tmp_path / "alerts.db", tmp_path / "log"
    rounds = 100 if benchmark.enabled else 3
    names = [f"END-{number}" for number in range(1 + rounds)]
    crowd = [f"BULK-{number}" for number in range(bulk if benchmark.enabled else 3)]
    stored = {}
    with open_desk(path) as desk:
        release(desk, [*names, *crowd], lasts=dt.timedelta(days=3000))
        with Dispatcher(desk.outbox, channels()) as dispatcher:
            dispatcher.drain(now=NOW)
        coming = iter(names)

        def end():
            name = next(coming)
            desk.end(name, reason=Reason.LOCATED_SAFE, by=OFFICER, now=NOW)
            stored[name] = time.monotonic()

        def all_have_arrived():
            return len(arrivals(log)) == 4 * len(stored)

        with serving(path, log):
            # Once all is running: the first statements of a process are slow.
            end()
            times = []
            benchmark.pedantic(
                lambda: times.append(seconds(end)),
                setup=lambda: wait_until(all_have_arrived),
                rounds=rounds,
            )
            wait_until(all_have_arrived)

    reached = [at - stored[name] for name, at in arrivals(log)]
    tell(
        benchmark,
        **{f"commit_{name}": each for name, each in spread(times).items()},
        **{f"reached_{name}": each for name, each in spread(reached[4:]).items()},
    )


def wait_until(is_so):
    guard = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < guard

        time.sleep(0.005)


def arrivals(log):
    lines = log.read_text().splitlines() if log.exists() else ()
    return [(name, float(at)) for name, at in (line.split() for line in lines)]
