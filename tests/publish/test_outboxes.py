"""What every outbox does, with a store and without."""

import datetime as dt

import pytest
from publish_samples import (
    BENCHES,
    EXPIRES,
    NOW,
    claim_one,
    make_channel,
    make_content,
    make_contents,
    make_picture,
    make_release,
    only_lane,
    seconds,
)

from amberkit.messages import Operation
from amberkit.publish import (
    Answer,
    DispatcherBusy,
    Held,
    Need,
    Outcome,
    PublishRefused,
    Settled,
)
from amberkit.values import Audience, Mode

WEB = make_channel()


@pytest.fixture(params=BENCHES)
def bench(request):
    made = BENCHES[request.param]()
    yield made
    made.close()


def record(bench, claim, outcome=Outcome.ACCEPTED, *, now=NOW):
    bench.outbox.record([Answer(claim=claim, outcome=outcome)], now=now)


def claims(bench, channel=WEB, *, now=NOW, limit=8, endings_only=False):
    return bench.outbox.claim(channel, now=now, limit=limit, endings_only=endings_only)


def publish(bench, *, now=NOW, outcome=Outcome.ACCEPTED):
    bench.release(make_release(), make_contents(), now=now)
    record(bench, claim_one(bench, WEB, now=now), outcome, now=now)


# --- release, end, settle ----------------------------------------------------------------


def test_a_release_of_another_mode_is_refused(bench):
    with pytest.raises(PublishRefused, match="of the store's mode") as refused:
        bench.release(make_release(mode=Mode.LIVE), make_contents(), now=NOW)

    assert refused.value.code == "other-mode"
    assert bench.outbox.lanes(now=NOW) == ()


def test_what_is_released_is_due_and_claimed_once(bench):
    bench.release(make_release(), make_contents(), now=NOW)

    assert bench.outbox.due(now=NOW - seconds(1)) == frozenset()
    assert bench.outbox.due(now=NOW) == {"web"}
    assert bench.outbox.next_due(now=NOW) == NOW
    claim = claim_one(bench, WEB)
    assert claim.delivery.key == f"{bench.outbox.store}:MA-1:1:web:publish"
    assert (claim.deadline_s, claim.late_effect_s) == (15, 0)
    assert claims(bench) == ()
    assert bench.outbox.due(now=NOW) == frozenset()
    assert bench.outbox.next_due(now=NOW) is None
    lane = only_lane(bench).lane
    assert (lane.tries, lane.attempt.fence) == (1, claim.fence)


def test_the_pictures_go_with_a_version_and_not_with_an_ending(bench):
    picture = make_picture()
    contents = make_contents()
    contents[0] = make_content(1, pictures=(picture,))
    bench.release(make_release(), contents, now=NOW)
    claim = claim_one(bench, WEB)
    record(bench, claim)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)

    assert claim.delivery.pictures == (picture,)
    assert claim_one(bench, WEB).delivery.pictures == ()


def test_the_first_ending_counts(bench):
    publish(bench)

    assert bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    assert not bench.end("MA-1", ending="expired", withdraw=True, now=NOW)
    claim = claim_one(bench, WEB)
    assert claim.delivery.form("text/plain") == b"found"
    assert only_lane(bench).want == "ended"


def test_a_case_that_has_expired_has_ended(bench):
    publish(bench)

    assert not bench.end("MA-1", ending="found", withdraw=False, now=EXPIRES)
    claim = claim_one(bench, WEB, now=EXPIRES)
    assert claim.delivery.form("text/plain") == b"expired"


def test_a_case_that_was_never_released_cannot_be_ended(bench):
    assert not bench.end("MA-9", ending="found", withdraw=False, now=NOW)


def test_a_case_that_is_ended_is_never_published(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    bench.end("MA-1", ending="found", withdraw=True, now=NOW)

    assert claims(bench) == ()
    assert only_lane(bench).closed
    assert bench.outbox.next_due(now=NOW) is None


def test_a_later_revision_replaces_what_was_not_sent(bench):
    publish(bench)
    bench.release(
        make_release(revision=2, content_hash="hash-2"),
        make_contents(version=4, text="Samira Exemple, 10 ans"),
        now=NOW,
    )

    assert only_lane(bench).want_version == 4
    claim = claim_one(bench, WEB)
    assert claim.delivery.form("text/plain") == b"Samira Exemple, 10 ans"
    assert b"MA-1.1,2026" in claim.delivery.form("application/cap+xml")


def test_a_lane_that_a_later_revision_no_longer_uses_is_left_until_the_end(bench):
    publish(bench)
    later = make_release(revision=2, content_hash="hash-2")
    bench.release(later, make_contents("sms", version=4), now=NOW)

    assert claims(bench) == ()
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    assert claim_one(bench, WEB).delivery.form("text/plain") == b"found"


def test_a_person_says_what_a_channel_shows(bench):
    publish(bench, outcome=Outcome.UNKNOWN)
    bench.settle("MA-1", "web", Settled.SHOWN, now=NOW)

    assert only_lane(bench).lane.held is Held.CONTENT
    assert claims(bench) == ()
    bench.settle("MA-1", "web", Settled.GONE, now=NOW)
    assert claim_one(bench, WEB).delivery.version == 1


def test_a_lane_in_flight_or_none_at_all_is_not_settled(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    claim_one(bench, WEB)

    with pytest.raises(PublishRefused, match="until the attempt has ended"):
        bench.settle("MA-1", "web", Settled.GONE, now=NOW)
    for case, channel in (("MA-1", "sms"), ("MA-2", "web")):
        with pytest.raises(PublishRefused) as refused:
            bench.settle(case, channel, Settled.GONE, now=NOW)
        assert refused.value.code == "no-such-lane"


# --- claim and record ----------------------------------------------------------------------


def test_endings_come_first_then_what_waits_longest(bench):
    for number, wait in (("1", 2), ("2", 1), ("3", 3)):
        case = f"MA-{number}"
        bench.release(make_release(case), make_contents(), now=NOW + seconds(wait))
    bench.end("MA-3", ending="found", withdraw=False, now=NOW + seconds(9))
    now = NOW + seconds(10)
    bench.settle("MA-3", "web", Settled.SHOWN, now=now)

    assert [c.delivery.case_id for c in claims(bench, now=now, limit=2)] == [
        "MA-3",
        "MA-2",
    ]
    assert [c.delivery.case_id for c in claims(bench, now=now)] == ["MA-1"]


def test_a_reserved_worker_takes_only_endings(bench):
    bench.release(make_release("MA-1"), make_contents(), now=NOW)
    bench.release(make_release("MA-2"), make_contents(), now=NOW)
    for claim in claims(bench):
        record(bench, claim)
    bench.release(make_release("MA-3"), make_contents(), now=NOW)
    bench.end("MA-2", ending="found", withdraw=False, now=NOW)

    (claim,) = claims(bench, endings_only=True)
    assert (claim.delivery.case_id, claim.delivery.operation) == (
        "MA-2",
        Operation.CANCEL,
    )


def test_a_late_answer_changes_nothing(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    first = claim_one(bench, WEB)
    record(bench, first, Outcome.DEFERRED)
    record(bench, first)

    assert only_lane(bench).lane.held is Held.NOTHING
    second = claim_one(bench, WEB, now=NOW + seconds(2))
    record(bench, first)
    assert only_lane(bench).lane.attempt.fence == second.fence
    record(bench, second, now=NOW + seconds(2))
    assert only_lane(bench).lane.held is Held.CONTENT


def test_the_same_key_always_means_the_same_bytes(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    first, now = claim_one(bench, WEB), NOW
    for _ in range(3):
        record(bench, first, Outcome.UNKNOWN, now=now)
        now += seconds(60)
        again = claim_one(bench, WEB, now=now)
        assert again.delivery == first.delivery
        assert again.fence > first.fence
        first = again


def test_an_ending_repeated_after_a_late_effect_is_sent_anew(bench):
    channel = make_channel(late_effect_s=60)
    bench.release(make_release(), make_contents(), now=NOW)
    record(bench, claim_one(bench, channel), Outcome.UNKNOWN)
    bench.outbox.recover([channel], now=NOW)
    claim = claim_one(bench, channel, now=NOW + seconds(3))
    record(bench, claim, Outcome.UNKNOWN, now=NOW + seconds(3))
    bench.end("MA-1", ending="found", withdraw=False, now=NOW + seconds(4))
    first = claim_one(bench, channel, now=NOW + seconds(4))
    record(bench, first, now=NOW + seconds(4))

    assert claims(bench, channel, now=NOW + seconds(62)) == ()
    assert bench.outbox.next_due(now=NOW + seconds(5)) == NOW + seconds(63)
    again = claim_one(bench, channel, now=NOW + seconds(63))
    assert (first.delivery.version, again.delivery.version) == (2, 3)
    assert b"18:00:04" in first.delivery.form("application/cap+xml")
    assert b"18:01:03" in again.delivery.form("application/cap+xml")
    record(bench, again, Outcome.UNKNOWN, now=NOW + seconds(63))
    retried = claim_one(bench, channel, now=NOW + seconds(70))
    assert retried.delivery == again.delivery


def test_what_a_channel_no_longer_takes_waits_for_a_person(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    shrunk = make_channel(max_chars=3)

    assert claims(bench, shrunk) == ()
    assert only_lane(bench).lane.need is Need.NOT_RELEASED
    assert bench.outbox.next_due(now=NOW) == EXPIRES
    assert bench.outbox.recover([WEB], now=NOW) == 0
    assert claim_one(bench, WEB).delivery.version == 1


def test_an_ending_goes_as_it_is_whatever_the_channel_takes(bench):
    publish(bench)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)

    assert claim_one(bench, make_channel(max_chars=1)).delivery.version == 2


def test_a_stage_that_does_not_fit_does_not_keep_a_later_one_that_does(bench):
    short = make_content(2, text="!", starts=NOW + seconds(60))
    contents = [*make_contents(version=1)[:1], short, *make_contents(version=3)[1:]]
    bench.release(make_release(), contents, now=NOW)
    shrunk = make_channel(max_chars=3)

    assert claims(bench, shrunk) == ()
    assert bench.outbox.next_due(now=NOW) == NOW + seconds(60)
    assert claim_one(bench, shrunk, now=NOW + seconds(60)).delivery.version == 2


@pytest.mark.parametrize(
    "changes", [{"mode": Mode.LIVE}, {"audience": Audience.SERVICES}]
)
def test_what_is_not_for_the_channel_waits_for_a_person(bench, changes):
    bench.release(make_release(), make_contents(), now=NOW)

    assert claims(bench, make_channel(**changes)) == ()
    assert only_lane(bench).lane.need is Need.NOT_RELEASED


def test_a_channel_that_forgets_by_itself_is_closed_when_it_has(bench):
    channel = make_channel(cancel="expire_only")
    publish(bench)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)

    assert claims(bench, channel) == ()
    assert only_lane(bench).lane.need is Need.CANNOT_END
    assert bench.outbox.next_due(now=NOW) == EXPIRES
    assert claims(bench, channel, now=EXPIRES) == ()
    assert only_lane(bench, now=EXPIRES).closed
    # Looked at once more, and then never again.
    assert bench.outbox.due(now=EXPIRES) == {"web"}
    assert claims(bench, channel, now=EXPIRES) == ()
    assert bench.outbox.next_due(now=EXPIRES) is None


@pytest.mark.parametrize("cases", [3, 10])
def test_a_channel_is_never_given_more_than_it_takes_in_any_second(bench, cases):
    channel, now, times = make_channel(max_per_second=3), NOW, []
    for number in range(cases):
        bench.release(make_release(f"MA-{number}"), make_contents(), now=NOW)
    while (now := bench.outbox.next_due(now=now)) < EXPIRES:
        for claim in claims(bench, channel, now=now):
            times.append(now)
            record(bench, claim, now=now)
            assert bench.outbox.due(now=now) == frozenset()
            assert claims(bench, channel, now=now) == ()

    assert len(times) == cases
    for start in times:
        assert sum(start <= at < start + seconds(1) for at in times) <= 3


def test_what_nobody_works_at_any_more_is_unknown(bench):
    channel = make_channel(late_effect_s=60)
    for number in (1, 2):
        bench.release(make_release(f"MA-{number}"), make_contents(), now=NOW)
    kept, _ = claims(bench)

    assert bench.outbox.recover([channel], now=NOW, alive=[kept.fence]) == 1
    first, second = (status.lane for status in bench.outbox.lanes(now=NOW))
    assert first.attempt.fence == kept.fence
    assert (second.held, second.attempt) == (Held.MAYBE, None)
    assert second.doubt_until == NOW + seconds(60)
    assert bench.outbox.recover([], now=NOW) == 1
    assert bench.outbox.lanes("MA-1", now=NOW)[0].lane.doubt_until is None


def test_a_publish_in_flight_is_overtaken_by_an_ending_or_by_expiry(bench):
    bench.release(make_release(), make_contents(), now=NOW)
    fence = claim_one(bench, WEB).fence

    assert bench.outbox.overtaken([fence], now=NOW) == frozenset()
    assert bench.outbox.overtaken([fence], now=EXPIRES) == {fence}
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    assert bench.outbox.overtaken([fence], now=NOW) == {fence}
    assert bench.outbox.overtaken([fence + 1], now=NOW) == frozenset()


def test_an_ending_in_flight_is_overtaken_by_nothing(bench):
    publish(bench)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    fence = claim_one(bench, WEB).fence

    assert bench.outbox.overtaken([fence], now=EXPIRES) == frozenset()


def test_the_lanes_are_listed_by_case_and_channel(bench):
    for case in ("MA-2", "MA-1"):
        contents = make_contents("web", "sms", audience=Audience.SERVICES)
        bench.release(make_release(case), contents, now=NOW)
    listed = bench.outbox.lanes(now=NOW)

    assert [(s.lane.case_id, s.lane.channel) for s in listed] == [
        ("MA-1", "sms"),
        ("MA-1", "web"),
        ("MA-2", "sms"),
        ("MA-2", "web"),
    ]
    assert bench.outbox.lanes("MA-2", now=NOW) == listed[2:]
    assert bench.outbox.lanes("MA-3", now=NOW) == ()
    assert {(s.audience, s.mode) for s in listed} == {(Audience.SERVICES, Mode.TEST)}
    assert {(s.want, s.want_version, s.closed) for s in listed} == {
        ("content", 1, False)
    }
    before = bench.outbox.lanes("MA-1", now=NOW - dt.timedelta(days=1))
    assert {(s.want, s.want_version) for s in before} == {("nothing", 0)}


def test_only_one_dispatcher_holds_it(bench):
    with bench.outbox.hold() as keep:
        assert keep is None
        with pytest.raises(DispatcherBusy), bench.outbox.hold():
            pass
    with bench.outbox.hold() as keep:
        assert keep is None


def test_a_heartbeat_is_remembered(bench):
    assert bench.outbox.heartbeat() is None
    bench.outbox.beat(now=NOW)
    assert bench.outbox.heartbeat() == NOW
