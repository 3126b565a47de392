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
from amberkit.store import StoreBusy, StoreRefused
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


def test_the_endings_of_all_channels_go_before_any_publish(bench):
    order = []

    class Ordered(Scripted):
        def publish(self, delivery, /, *, now):
            order.append((delivery.case_id, delivery.operation.value))
            return super().publish(delivery, now=now)

    names = ("a", "b", "c")
    dispatcher = make_dispatcher(bench, *[make_channel(n, Ordered()) for n in names])
    bench.release(make_release("MA-1"), make_contents("b", "c"), now=NOW)
    dispatcher.drain(now=NOW)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    bench.release(make_release("MA-2"), make_contents(*names), now=NOW)
    dispatcher.drain(now=NOW)

    acts = [("MA-1", "publish")] * 2, [("MA-1", "cancel")] * 2
    assert order == [*acts[0], *acts[1], *[("MA-2", "publish")] * 3]


def raise_busy(*_, **options):
    raise StoreBusy(17)


@pytest.mark.parametrize("of", ["answer", "error"])
def test_who_is_told_can_hold_nothing_back(bench, monkeypatch, of):
    told = []

    def break_down(what):
        told.append(what)
        raise ValueError("it broke")

    publisher = Scripted()
    dispatcher = make_dispatcher(
        bench, make_channel(publisher=publisher), **{f"on_{of}": break_down}
    )
    bench.release(make_release(), make_contents(), now=NOW)
    with monkeypatch.context() as busy:
        if of == "error":
            busy.setattr(bench.outbox, "due", raise_busy)
        clock = Clock()
        dispatcher.run(clock=clock, stop=clock)
    assert told
    bench.end("MA-1", ending="found", withdraw=True, now=NOW)
    dispatcher.drain(now=NOW + seconds(1))

    assert only_lane(bench).closed
    assert len(told) == len(publisher.seen) if of == "answer" else len(told) == 9


# --- one channel that cannot be served -------------------------------------------------------


class Choosy(InlineCrew):
    """A crew that fails where *faults* names the step and the channel."""

    def __init__(self, channels, faults):
        super().__init__(channels)
        self.faults = faults

    def idle(self, channel, *, reserved):
        if ("idle", channel) in self.faults:
            raise StoreRefused("tampered", "something of this channel must be right")
        return super().idle(channel, reserved=reserved)

    def start(self, claim, *, now, reserved):
        if ("start", claim.channel) in self.faults:
            raise StoreRefused("tampered", "something of this channel must be right")
        super().start(claim, now=now, reserved=reserved)


@pytest.mark.parametrize("step", ["idle", "start"])
@pytest.mark.parametrize("name", ["a", "c"])
def test_one_channel_does_not_keep_the_others_from_being_served(bench, step, name):
    faults, publishers = set(), {n: Scripted() for n in ("a", "b", "c")}
    dispatcher = make_dispatcher(
        bench,
        *[make_channel(n, p) for n, p in publishers.items()],
        crew=lambda channels, keep: Choosy(channels, faults),
    )
    bench.release(make_release("MA-1"), make_contents(*publishers), now=NOW)
    dispatcher.drain(now=NOW)
    bench.end("MA-1", ending="found", withdraw=True, now=NOW)
    bench.release(make_release("MA-2"), make_contents(*publishers), now=NOW)
    faults.add((step, name))
    with pytest.raises(StoreRefused):
        dispatcher.drain(now=NOW)

    done = [("publish", 1), ("cancel", 2), ("publish", 1), ("withdraw", 2)]
    for other in publishers:
        assert publishers[other].told == (done[:1] if other == name else done)
    faults.clear()
    for minute in (1, 2, 3):
        dispatcher.drain(now=NOW + seconds(60 * minute))
    first, second = (
        bench.outbox.lanes("MA-1", now=NOW),
        bench.outbox.lanes("MA-2", now=NOW),
    )
    assert all(status.closed for status in first)
    assert {status.lane.held for status in second} == {Held.CONTENT}


def test_while_one_channel_fails_the_answers_of_the_others_are_heard(
    bench, monkeypatch
):
    crew, errors, beats = SlowCrew(waits=3), [], []
    clock, claim = crew.clock, bench.outbox.claim
    clock.until, repaired = NOW + seconds(10), NOW + seconds(7)
    seen = {}

    def claim_but_a(channel, **options):
        if channel.name == "a" and clock.now < repaired:
            raise StoreRefused("tampered", "something of this channel must be right")
        return claim(channel, **options)

    def passing():
        if clock.now > NOW + seconds(3):
            bench.end("MA-1", ending="found", withdraw=True, now=clock.now)
        for status in bench.outbox.lanes(now=clock.now):
            if status.closed:
                seen.setdefault(status.lane.channel, clock.now)
        return clock.now

    monkeypatch.setattr(bench.outbox, "claim", claim_but_a)
    monkeypatch.setattr(bench.outbox, "beat", lambda *, now: beats.append(now))
    bench.release(make_release(), make_contents("a", "b"), now=NOW)
    bench.release(make_release("MA-2"), make_contents("a"), now=NOW)
    dispatcher = make_dispatcher(
        bench,
        *[make_channel(name) for name in ("a", "b")],
        crew=lambda *_: crew,
        on_error=errors.append,
    )
    dispatcher.run(clock=passing, stop=clock)

    assert len(errors) > 10
    assert NOW + seconds(3) < seen["b"] < NOW + seconds(5)
    # What cannot serve a channel does not pass for alive.
    assert beats
    assert beats[0] >= repaired
    assert [s.lane.held for s in bench.outbox.lanes(now=clock.now)] == [
        Held.NOTHING,
        Held.WITHDRAWN,
        Held.CONTENT,
    ]


@pytest.mark.parametrize("reserved", [True, False])
def test_without_any_worker_it_says_so(memory, reserved):
    class Understaffed(SlowCrew):
        def idle(self, channel, *, reserved):
            return 1 if reserved and self.workers else 0

    crew = Understaffed(workers=int(reserved))
    memory.release(make_release(), make_contents(), now=NOW)
    dispatcher = make_dispatcher(memory, make_channel(), crew=lambda *_: crew)

    assert dispatcher.drain(now=NOW - seconds(1)) == 0
    with pytest.raises(PublishRefused, match="a worker to be had") as refused:
        dispatcher.drain(now=NOW)
    assert refused.value.code == "no-workers"
    assert only_lane(memory).lane.attempt is None


def test_an_ending_needs_only_the_worker_that_is_kept_for_it(memory):
    crew = SlowCrew()
    memory.release(make_release(), make_contents(), now=NOW)
    dispatcher = make_dispatcher(memory, make_channel(), crew=lambda *_: crew)
    dispatcher.drain(now=NOW)
    crew.workers = 0
    memory.end("MA-1", ending="found", withdraw=True, now=NOW)

    assert dispatcher.drain(now=NOW) == 2
    assert only_lane(memory).closed


def test_it_serves_again_when_there_are_workers_again(memory):
    crew, errors = SlowCrew(workers=0), []
    clock = crew.clock
    clock.until = NOW + seconds(4)

    def passing():
        crew.workers = int(clock.now > NOW + seconds(2))
        return clock.now

    memory.release(make_release(), make_contents(), now=NOW)
    make_dispatcher(
        memory, make_channel(), crew=lambda *_: crew, on_error=errors.append
    ).run(clock=passing, stop=clock)

    assert {error.code for error in errors} == {"no-workers"}
    assert only_lane(memory).lane.held is Held.CONTENT


# --- a clock that goes back ------------------------------------------------------------------

AHEAD = seconds(5 * 3600)


def two_channels(bench):
    """One channel that puts an ending off; one that takes little at a time."""
    web = Scripted(Outcome.ACCEPTED, Outcome.DEFERRED)
    slow = Scripted(max_per_second=0.01)
    dispatcher = make_dispatcher(
        bench, make_channel("web", web), make_channel("tv", slow)
    )
    bench.release(make_release("MA-1"), make_contents("web"), now=NOW)
    dispatcher.drain(now=NOW)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    for case in ("MA-2", "MA-3"):
        bench.release(make_release(case), make_contents("tv"), now=NOW)
    return dispatcher, web, slow


def test_after_a_drain_of_a_clock_that_was_ahead_all_goes_on_at_once(bench):
    dispatcher, web, slow = two_channels(bench)

    assert dispatcher.drain(now=NOW + AHEAD) == 2
    assert dispatcher.drain(now=NOW + seconds(1)) == 2
    assert web.told == [("publish", 1), ("cancel", 2), ("cancel", 2)]
    assert len(slow.told) == 2
    assert bench.outbox.heartbeat() == NOW + seconds(1)


def test_a_clock_that_is_put_right_while_it_serves_holds_nothing_up(bench):
    dispatcher, web, slow = two_channels(bench)
    clock = Clock(until=NOW + seconds(3))

    def put_right():
        return clock.now + (AHEAD if clock.now < NOW + seconds(1) else seconds(0))

    dispatcher.run(clock=put_right, stop=clock)
    for publisher in (web, slow):
        *_, before, after = [now for _, now in publisher.seen]
        assert before > NOW + AHEAD
        assert NOW + seconds(1) <= after < NOW + seconds(1.3)


def test_a_clock_that_went_back_drops_the_ladder_only_once(memory, monkeypatch):
    claim, publisher = memory.outbox.claim, Scripted(*[Outcome.DEFERRED] * 99)

    def claim_but_a(channel, **options):
        if channel.name == "a":
            raise StoreRefused("tampered", "something of this channel must be right")
        return claim(channel, **options)

    memory.release(make_release(), make_contents("a", "b"), now=NOW)
    memory.outbox.beat(now=NOW + AHEAD)
    monkeypatch.setattr(memory.outbox, "claim", claim_but_a)
    clock = Clock(until=NOW + seconds(16))
    channels = make_channel("a"), make_channel("b", publisher)
    make_dispatcher(memory, *channels).run(clock=clock, stop=clock)

    at = [(now - NOW).total_seconds() for _, now in publisher.seen]
    assert at == pytest.approx([0.1, 2.1, 7.1], abs=0.5)


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

    def note_and_break(error):
        errors.append(error)
        raise ValueError("it broke")

    monkeypatch.setattr(memory.outbox, "record", record_in_the_end)
    memory.release(make_release(), make_contents(), now=NOW)
    dispatcher = make_dispatcher(
        memory, make_channel(), crew=lambda *_: crew, on_error=note_and_break
    )
    if stored:
        dispatcher.run(clock=crew.clock, stop=crew.clock)
        assert only_lane(memory).lane.held is Held.CONTENT
    else:
        with pytest.raises(StoreBusy):
            dispatcher.run(clock=crew.clock, stop=crew.clock)
        assert only_lane(memory).lane.attempt is not None
    assert len(errors) == 4
