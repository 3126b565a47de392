"""The dispatcher: what it calls, when, and what it never forgets."""

import itertools
import os

import attrs
import pytest
from publish_samples import (
    BENCHES,
    EXPIRES,
    NOW,
    Clock,
    Elsewhere,
    InMemory,
    Scripted,
    make_channel,
    make_claim,
    make_contents,
    make_release,
    only_lane,
    seconds,
)

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
    Receipt,
)
from amberkit.publish._crew import answer_to
from amberkit.store import StoreBusy
from amberkit.values import Mode


def inline(channels, keep):
    return InlineCrew(channels)


def make_dispatcher(bench, *channels, crew=inline, **options):
    return Dispatcher(bench.outbox, channels, crew=crew, **options)


@pytest.fixture(params=BENCHES)
def bench(request):
    made = BENCHES[request.param]()
    yield made
    made.close()


@pytest.fixture
def memory():
    return InMemory()


# --- crews -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "receipt",
    [
        None,
        "accepted",
        Receipt(key="key-2", outcome=Outcome.ACCEPTED, at=NOW, reference="r"),
    ],
)
def test_anything_but_its_receipt_says_nothing(receipt):
    claim = make_claim(fence=1)

    assert answer_to(claim, receipt) == Answer(claim=claim, outcome=Outcome.UNKNOWN)


def test_a_receipt_is_the_answer():
    claim = make_claim(fence=1)
    receipt = Receipt(key="key-1", outcome=Outcome.REJECTED, at=NOW, reference="r")

    assert answer_to(claim, receipt) == Answer(
        claim=claim, outcome=Outcome.REJECTED, reference="r"
    )


def test_the_inline_crew_has_done_what_it_was_given():
    crew = InlineCrew([make_channel(script=[ValueError("a plugin broke")])])
    first, second = make_claim(1), make_claim(2)
    for claim in (first, second):
        crew.start(claim, now=NOW, reserved=False)
    crew.hurry([1, 2], within_s=0)

    assert crew.in_flight() == [first, second]
    assert [a.outcome for a in crew.wait(9)] == [Outcome.UNKNOWN, Outcome.ACCEPTED]
    assert crew.in_flight() == []
    crew.start(first, now=NOW, reserved=True)
    crew.close()
    assert crew.wait(9) == []


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channels", "code"),
    [
        ([make_channel("a"), make_channel("a")], "same-name"),
        ([make_channel("a"), make_channel("b", mode=Mode.LIVE)], "other-mode"),
    ],
)
def test_channels_that_do_not_fit_are_refused(memory, channels, code):
    with pytest.raises(PublishRefused) as refused:
        make_dispatcher(memory, *channels)

    assert refused.value.code == code


def test_there_is_one_dispatcher_at_a_time(bench):
    channel = make_channel()
    with make_dispatcher(bench, channel):
        with pytest.raises(DispatcherBusy):
            make_dispatcher(bench, channel).drain(now=NOW)
        with pytest.raises(DispatcherBusy):
            make_dispatcher(bench, channel).run(clock=Clock(), stop=Clock())
    assert make_dispatcher(bench, channel).drain(now=NOW) == 0


def test_it_keeps_its_crew_from_one_drain_to_the_next_and_closes_it(memory):
    made, closed = [], []

    class Counted(InlineCrew):
        def close(self):
            closed.append(self)
            super().close()

    def crew(channels, keep):
        assert keep is None
        made.append(Counted(channels))
        return made[-1]

    with make_dispatcher(memory, make_channel(), crew=crew) as dispatcher:
        dispatcher.drain(now=NOW)
        dispatcher.drain(now=NOW)
        assert (len(made), closed) == (1, [])
    assert closed == made
    dispatcher.drain(now=NOW)
    assert len(made) == len(closed) == 2


def test_a_crew_that_cannot_be_made_leaves_the_store_free(memory):
    def broken(channels, keep):
        raise OSError("no more processes")

    with pytest.raises(OSError, match="no more"):
        make_dispatcher(memory, make_channel(), crew=broken).drain(now=NOW)
    assert make_dispatcher(memory, make_channel()).drain(now=NOW) == 0


def test_leaving_a_dispatcher_that_was_not_entered_does_nothing(memory):
    make_dispatcher(memory).__exit__(None, None, None)

    with memory.outbox.hold():
        pass


# --- drain -----------------------------------------------------------------------------------


def test_a_drain_sends_what_is_due_until_nothing_more_is(bench):
    publisher, told = Scripted(), []
    dispatcher = make_dispatcher(
        bench, make_channel(publisher=publisher), on_answer=told.append
    )
    bench.release(make_release(), make_contents(), now=NOW)

    assert dispatcher.drain(now=NOW - seconds(1)) == 0
    assert dispatcher.drain(now=NOW) == 1
    assert dispatcher.drain(now=NOW) == 0
    bench.end("MA-1", ending="found", withdraw=True, now=NOW)
    assert dispatcher.drain(now=NOW) == 2
    assert publisher.told == [("publish", 1), ("cancel", 2), ("withdraw", 2)]
    assert [d.previous for d, _ in publisher.seen] == [None, "ref", "ref"]
    assert [answer.outcome for answer in told] == [Outcome.ACCEPTED] * 3
    assert only_lane(bench).closed
    assert only_lane(bench).lane.held is Held.WITHDRAWN
    assert bench.outbox.heartbeat() == NOW


def test_every_case_and_every_channel_is_served(bench):
    publishers = {name: Scripted() for name in ("web", "sms", "radio")}
    for number in range(12):
        contents = make_contents(*publishers)
        bench.release(make_release(f"MA-{number}"), contents, now=NOW)
    channels = [make_channel(n, p) for n, p in publishers.items()]

    assert make_dispatcher(bench, *channels).drain(now=NOW) == 36
    assert {len(p.seen) for p in publishers.values()} == {12}


def test_an_expiry_ends_what_was_published(memory):
    publisher = Scripted()
    dispatcher = make_dispatcher(memory, make_channel(publisher=publisher))
    memory.release(make_release(withdraw=False), make_contents(), now=NOW)
    dispatcher.drain(now=NOW)

    assert memory.outbox.next_due(now=NOW) == EXPIRES
    assert dispatcher.drain(now=EXPIRES) == 1
    assert publisher.told == [("publish", 1), ("cancel", 3)]
    assert publisher.seen[-1][1] == EXPIRES


def test_a_channel_that_is_not_there_does_not_hold_up_the_drain(bench):
    bench.release(make_release(), make_contents("web", "gone"), now=NOW)

    assert make_dispatcher(bench, make_channel()).drain(now=NOW) == 1
    gone, web = bench.outbox.lanes(now=NOW)
    assert (gone.lane.held, web.lane.held) == (Held.NOTHING, Held.CONTENT)
    assert bench.outbox.due(now=NOW) == {"gone"}


def test_many_lanes_at_rest_do_not_hide_one_that_is_due(bench):
    for number in range(12):
        case = f"MA-{number}"
        bench.release(make_release(case), make_contents(), now=NOW)
        bench.end(case, ending="found", withdraw=False, now=NOW)
    bench.release(make_release("MA-99"), make_contents(), now=NOW)

    assert make_dispatcher(bench, make_channel()).drain(now=NOW) == 1
    assert bench.outbox.due(now=NOW) == frozenset()


def test_what_is_put_off_waits_for_a_later_drain(bench):
    publisher = Scripted(Outcome.DEFERRED, Outcome.DEFERRED)
    dispatcher = make_dispatcher(bench, make_channel(publisher=publisher))
    bench.release(make_release(), make_contents(), now=NOW)
    now, began = NOW, []
    while only_lane(bench).lane.held is Held.NOTHING:
        assert dispatcher.drain(now=now) == 1
        began.append((now - NOW).total_seconds())
        now = bench.outbox.next_due(now=now)

    assert began == [0, 2, 7]


def test_a_channel_that_has_shrunk_calls_a_person_until_it_takes_it_again(bench):
    bench.release(make_release(), make_contents(), now=NOW)

    assert make_dispatcher(bench, make_channel(max_chars=3)).drain(now=NOW) == 0
    assert only_lane(bench).lane.need is Need.NOT_RELEASED
    assert make_dispatcher(bench, make_channel()).drain(now=NOW) == 1
    assert only_lane(bench).lane.need is None


def test_a_publisher_that_breaks_leaves_the_others_alone(memory):
    broken, sound = Scripted(ValueError("broke"), dedupe="none"), Scripted()
    channels = [make_channel("a", broken), make_channel("b", sound)]
    memory.release(make_release(), make_contents("a", "b"), now=NOW)
    dispatcher = make_dispatcher(memory, *channels)

    assert dispatcher.drain(now=NOW) == 2
    a, b = memory.outbox.lanes(now=NOW)
    assert (a.lane.held, b.lane.held) == (Held.MAYBE, Held.CONTENT)
    assert dispatcher.drain(now=NOW + seconds(60)) == 0
    assert memory.outbox.lanes(now=NOW)[0].lane.need is Need.UNANSWERED


def test_what_was_in_flight_when_it_stopped_is_unknown(bench):
    bench.release(make_release(), make_contents(), now=NOW)

    def stop(point):
        if point == "dispatcher:answered":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_dispatcher(bench, make_channel(), probe=stop).drain(now=NOW)
    assert only_lane(bench).lane.attempt is not None
    publisher = Scripted()
    dispatcher = make_dispatcher(bench, make_channel(publisher=publisher))
    assert dispatcher.drain(now=NOW) == 0
    assert only_lane(bench).lane.held is Held.MAYBE
    assert dispatcher.drain(now=NOW + seconds(2)) == 1
    assert publisher.told == [("publish", 1)]


def test_the_probe_hears_of_every_step(memory):
    heard = []
    memory.release(make_release(), make_contents(), now=NOW)
    make_dispatcher(memory, make_channel(), probe=heard.append).drain(now=NOW)

    steps = ["claimed", "claimed", "started", "answered", "recorded"]
    assert heard[:5] == [f"dispatcher:{step}" for step in steps]


def test_without_a_crew_it_works_in_other_processes(memory):
    memory.release(make_release(), make_contents(), now=NOW)
    channel = make_channel(publisher=Elsewhere())

    assert Dispatcher(memory.outbox, [channel]).drain(now=NOW) == 1
    assert only_lane(memory).lane.held is Held.CONTENT
    assert only_lane(memory).lane.reference != str(os.getpid())


# --- a crew that takes its time --------------------------------------------------------------


@attrs.define
class SlowCrew:
    """Workers whose publishes take *waits*; while they work, time passes."""

    waits: int = 1
    workers: int = 1
    clock: Clock = attrs.field(factory=Clock)
    flying: list = attrs.field(factory=list)
    log: list = attrs.field(factory=list)

    def idle(self, channel, *, reserved):
        busy = [r for claim, r, _ in self.flying if claim.channel == channel]
        return (1 if reserved else self.workers) - busy.count(reserved)

    def start(self, claim, *, now, reserved):
        operation = claim.delivery.operation
        assert self.idle(claim.channel, reserved=reserved) > 0
        self.log.append(("start", operation.value, reserved))
        waits = self.waits if operation is Operation.PUBLISH else 1
        self.flying.append([claim, reserved, waits])

    def wait(self, timeout_s):
        self.log.append(("wait", timeout_s))
        self.clock.now += seconds(timeout_s)
        for job in self.flying:
            job[2] -= 1
        done = [claim for claim, _, left in self.flying if left == 0]
        self.flying = [job for job in self.flying if job[2]]
        return [Answer(claim=claim, outcome=Outcome.ACCEPTED) for claim in done]

    def in_flight(self):
        return [claim for claim, _, _ in self.flying]

    def hurry(self, fences, *, within_s):
        self.log.append(("hurry", sorted(fences), within_s))
        for job in self.flying:
            if job[0].fence in fences:
                job[2] = 1

    def close(self):
        self.log.append(("close",))

    def started(self):
        return [entry[1:] for entry in self.log if entry[0] == "start"]


def test_it_starts_no_more_than_idle_workers_take(memory):
    for number in range(3):
        memory.release(make_release(f"MA-{number}"), make_contents(), now=NOW)
    crew = SlowCrew(waits=2)
    with make_dispatcher(memory, make_channel(), crew=lambda *_: crew) as dispatcher:
        assert dispatcher.drain(now=NOW) == 3

    assert crew.started() == [("publish", False)] * 3
    assert crew.log[-1] == ("close",)


@pytest.mark.parametrize(("dedupe", "most"), [("key", 8), ("none", 1)])
def test_it_claims_at_most_eight_and_one_where_nothing_dedupes(memory, dedupe, most):
    for number in range(20):
        memory.release(make_release(f"MA-{number:02}"), make_contents(), now=NOW)
    crew = SlowCrew(workers=100)
    channel = make_channel(dedupe=dedupe)
    with make_dispatcher(memory, channel, crew=lambda *_: crew) as dispatcher:
        assert dispatcher.drain(now=NOW) == 20

    first_wait = crew.log.index(("wait", 0))
    assert first_wait == most


def test_an_ending_has_a_worker_of_its_own_and_hurries_the_publish_before_it(memory):
    crew = SlowCrew()
    clock = crew.clock
    memory.release(make_release("MA-1"), make_contents(), now=NOW)
    with make_dispatcher(memory, make_channel(), crew=lambda *_: crew) as dispatcher:
        dispatcher.drain(now=NOW)
        crew.waits = 1000
        memory.release(make_release("MA-2"), make_contents(), now=NOW)

        def passing():
            # While MA-2 hangs first the other case ends, then this one.
            for case, at in (("MA-1", NOW + seconds(1)), ("MA-2", NOW + seconds(2))):
                if clock.now >= at:
                    memory.end(case, ending="found", withdraw=False, now=clock.now)
            return clock.now

        clock.until = NOW + seconds(5)
        dispatcher.run(clock=passing, stop=clock)

    publish, cancel = ("publish", False), ("cancel", True)
    assert crew.started() == [publish, publish, cancel, cancel]
    ((_, fences, within_s),) = [entry for entry in crew.log if entry[0] == "hurry"]
    assert (len(fences), within_s) == (1, 3)
    assert all(status.closed for status in memory.outbox.lanes(now=clock.now))


def test_what_has_begun_is_finished_before_it_stops(memory):
    crew = SlowCrew(waits=50)
    crew.clock.until = NOW + seconds(1)
    memory.release(make_release(), make_contents(), now=NOW)
    dispatcher = make_dispatcher(memory, make_channel(), crew=lambda *_: crew)
    dispatcher.run(clock=crew.clock, stop=crew.clock)

    assert only_lane(memory).lane.held is Held.CONTENT
    assert NOW + seconds(4) < crew.clock.now < NOW + seconds(6)


# --- run --------------------------------------------------------------------------------------


def test_it_serves_until_it_is_stopped(bench):
    publisher = Scripted(Outcome.DEFERRED, Outcome.UNKNOWN)
    dispatcher = make_dispatcher(bench, make_channel(publisher=publisher))
    bench.release(make_release(), make_contents(), now=NOW)
    clock = Clock(until=NOW + seconds(10))
    dispatcher.run(clock=clock, stop=clock)

    at = [(now - NOW).total_seconds() for _, now in publisher.seen]
    assert len(at) == 3
    for began, planned in zip(at, (0.1, 2.1, 7.1), strict=True):
        assert planned <= began < planned + 0.3
    assert only_lane(bench).lane.held is Held.CONTENT


def test_it_says_every_five_seconds_that_it_is_alive(memory, monkeypatch):
    beats = []
    monkeypatch.setattr(memory.outbox, "beat", lambda *, now: beats.append(now))
    clock = Clock(until=NOW + seconds(12))
    make_dispatcher(memory).run(clock=clock, stop=clock)

    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(beats)]
    assert gaps == pytest.approx([5, 5], abs=0.11)
    assert beats[0] == NOW + seconds(0.1)


def test_a_clock_that_was_put_back_does_not_silence_it(memory, monkeypatch):
    beats = []
    monkeypatch.setattr(memory.outbox, "beat", lambda *, now: beats.append(now))
    clock = Clock(until=NOW + seconds(1))

    def put_back():
        return (
            clock.now if clock.now < NOW + seconds(0.5) else clock.now - seconds(3600)
        )

    make_dispatcher(memory).run(clock=put_back, stop=clock)
    assert len(beats) == 2
    assert beats[1] < beats[0]


class Unsteady:
    """An outbox whose store is busy once, before or after it has done its work."""

    def __init__(self, outbox, method, call, *, after):
        self._outbox, self._method = outbox, method
        self._call, self._after = call, after
        self.calls = 0

    def __getattr__(self, name):
        method = getattr(self._outbox, name)
        if name != self._method:
            return method

        def unsteady(*values, **options):
            self.calls += 1
            fails = self.calls == self._call
            if fails and not self._after:
                raise StoreBusy(17)
            done = method(*values, **options)
            if fails:
                raise StoreBusy(17)
            return done

        return unsteady


class LateCrew(InlineCrew):
    """Answers come one wait late."""

    def __init__(self, channels):
        super().__init__(channels)
        self.late = []

    def wait(self, timeout_s):
        late, self.late = self.late, super().wait(timeout_s)
        return late

    def in_flight(self):
        return [*super().in_flight(), *(answer.claim for answer in self.late)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "method", ["recover", "beat", "due", "claim", "record", "overtaken"]
)
def test_a_busy_store_loses_no_answer_and_doubles_nothing(memory, method, call, after):
    publisher, told, errors = Scripted(), [], []

    for number in (1, 2):
        memory.release(make_release(f"MA-{number}"), make_contents(), now=NOW)
    unsteady = Unsteady(memory.outbox, method, call, after=after)
    clock = Clock(until=NOW + seconds(20))

    def passing():
        clock.now += seconds(0.1)
        if clock.now > NOW + seconds(4):
            memory.end("MA-1", ending="found", withdraw=False, now=clock.now)
        return clock.now

    dispatcher = Dispatcher(
        unsteady,
        [make_channel(publisher=publisher)],
        crew=lambda channels, keep: LateCrew(channels),
        on_answer=told.append,
        on_error=errors.append,
    )
    dispatcher.run(clock=passing, stop=clock)

    assert unsteady.calls >= 1
    assert len(errors) == (1 if unsteady.calls >= call else 0)
    first, second = memory.outbox.lanes(now=clock.now)
    assert (first.lane.held, second.lane.held) == (Held.ENDED, Held.CONTENT)
    assert first.closed
    # Everything that was begun was answered, and nothing but it.
    assert len(told) == len(publisher.seen)
    keys = [delivery.key for delivery, _ in publisher.seen]
    if method in ("record", "overtaken"):
        assert len(keys) == len(set(keys)) == 3
    else:
        assert set(keys) == {
            "memory:MA-1:1:web:publish",
            "memory:MA-1:2:web:cancel",
            "memory:MA-2:1:web:publish",
        }


@pytest.mark.parametrize(("busy", "stored"), [(4, True), (5, False)])
def test_a_store_that_stays_busy_does_not_keep_it_from_stopping(
    memory, monkeypatch, busy, stored
):
    crew, errors, record = SlowCrew(waits=20), [], memory.outbox.record
    crew.clock.until = NOW + seconds(1)

    def record_in_the_end(answers, *, now):
        if len(errors) < busy:
            raise StoreBusy(17)
        record(answers, now=now)

    monkeypatch.setattr(memory.outbox, "record", record_in_the_end)
    memory.release(make_release(), make_contents(), now=NOW)
    dispatcher = make_dispatcher(
        memory, make_channel(), crew=lambda *_: crew, on_error=errors.append
    )
    if stored:
        dispatcher.run(clock=crew.clock, stop=crew.clock)
        assert only_lane(memory).lane.held is Held.CONTENT
    else:
        with pytest.raises(StoreBusy):
            dispatcher.run(clock=crew.clock, stop=crew.clock)
        assert only_lane(memory).lane.attempt is not None
    assert len(errors) == 4
