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
BLIND = make_channel(dedupe="none")
DAY = dt.timedelta(days=1)


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


def test_a_case_that_nobody_ends_is_ended_by_its_expiry(bench):
    publish(bench)

    claim = claim_one(bench, WEB, now=EXPIRES, endings_only=True)
    assert claim.delivery.form("text/plain") == b"expired"


def test_an_ending_after_the_expiry_goes_out_where_none_has_begun(bench):
    publish(bench)

    assert bench.end("MA-1", ending="found", withdraw=False, now=EXPIRES)
    claim = claim_one(bench, WEB, now=EXPIRES + seconds(1))
    assert claim.delivery.form("text/plain") == b"found"


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.DEFERRED])
def test_an_ending_that_has_begun_is_the_one_that_goes_on(bench, outcome):
    publish(bench)
    first = claim_one(bench, WEB, now=EXPIRES)
    record(bench, first, outcome, now=EXPIRES)

    assert bench.end("MA-1", ending="found", withdraw=False, now=EXPIRES + seconds(1))
    again = claim_one(bench, WEB, now=EXPIRES + seconds(2))
    assert again.delivery == first.delivery
    assert again.delivery.form("text/plain") == b"expired"


def test_an_ending_that_began_on_one_channel_leaves_the_others_theirs(bench):
    channels = {name: make_channel(name) for name in ("sms", "web")}
    bench.release(make_release(), make_contents(*channels), now=NOW)
    for channel in channels.values():
        record(bench, claim_one(bench, channel))
    record(bench, claim_one(bench, channels["sms"], now=EXPIRES), Outcome.UNKNOWN)
    bench.end("MA-1", ending="found", withdraw=False, now=EXPIRES)
    now = EXPIRES + seconds(60)
    texts = {
        name: claim_one(bench, channel, now=now).delivery.form("text/plain")
        for name, channel in channels.items()
    }

    assert texts == {"sms": b"expired", "web": b"found"}


def test_nothing_is_published_after_an_ending_though_the_clock_goes_back(bench):
    stages = [make_content(1), make_content(2, starts=NOW + seconds(60))]
    endings = make_contents(version=2)[1:]
    bench.release(make_release("MA-1"), [*stages, *endings], now=NOW)
    record(bench, claim_one(bench, WEB))
    bench.release(make_release("MA-2"), make_contents(), now=NOW)
    for case in ("MA-1", "MA-2"):
        bench.end(case, ending="found", withdraw=False, now=EXPIRES + seconds(1))
    bench.outbox.beat(now=EXPIRES + seconds(1))
    now = NOW + seconds(60)
    bench.outbox.recover([WEB], now=now)

    (claim,) = claims(bench, now=now)
    assert claim.delivery.case_id == "MA-1"
    assert claim.delivery.form("text/plain") == b"found"
    assert [s.closed for s in bench.outbox.lanes(now=now)] == [False, True]


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


def lose_a_publish(bench):
    """Bring a lane to where nobody knows whether its channel shows anything."""
    publish(bench, outcome=Outcome.UNKNOWN)
    assert claims(bench, BLIND, now=NOW) == ()
    assert only_lane(bench).lane.need is Need.UNANSWERED


def test_a_person_says_that_a_channel_shows_it(bench):
    lose_a_publish(bench)
    bench.settle("MA-1", "web", Settled.SHOWN, now=NOW)

    assert (only_lane(bench).lane.held, only_lane(bench).lane.need) == (
        Held.CONTENT,
        None,
    )
    assert claims(bench, BLIND) == ()


def test_a_person_says_that_a_channel_shows_nothing(bench):
    lose_a_publish(bench)
    bench.settle("MA-1", "web", Settled.GONE, now=NOW)

    assert claim_one(bench, BLIND).delivery.version == 1


def test_a_person_has_a_refused_version_tried_again(bench):
    publish(bench, outcome=Outcome.REJECTED)
    assert claims(bench, now=NOW + seconds(60)) == ()
    bench.settle("MA-1", "web", Settled.GONE, now=NOW + seconds(60))

    assert claim_one(bench, WEB, now=NOW + seconds(60)).delivery.version == 1


def test_a_person_ends_what_a_channel_cannot_take_back(bench):
    channel = make_channel(cancel="none", withdraw="none")
    publish(bench)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    assert claims(bench, channel) == ()
    bench.settle("MA-1", "web", Settled.ENDED, now=NOW)

    assert only_lane(bench).closed
    assert claims(bench, channel) == ()


def refusal_of(bench, found):
    with pytest.raises(PublishRefused) as refused:
        bench.settle("MA-1", "web", found, now=NOW)
    return refused.value.code


@pytest.mark.parametrize("found", Settled)
def test_a_lane_that_waits_for_nobody_is_not_settled(bench, found):
    bench.release(make_release(), make_contents(), now=NOW)
    assert refusal_of(bench, found) == "no-need"
    record(bench, claim_one(bench, WEB), Outcome.UNKNOWN)
    assert refusal_of(bench, found) == "no-need"
    record(bench, claim_one(bench, WEB, now=NOW + seconds(2)), now=NOW + seconds(2))
    assert refusal_of(bench, found) == "no-need"

    assert only_lane(bench).lane.held is Held.CONTENT
    bench.end("MA-1", ending="found", withdraw=False, now=NOW + seconds(3))
    claim = claim_one(bench, WEB, now=NOW + seconds(3))
    assert claim.delivery.operation is Operation.CANCEL


def test_a_lane_is_settled_only_once(bench):
    lose_a_publish(bench)
    bench.settle("MA-1", "web", Settled.SHOWN, now=NOW)

    assert refusal_of(bench, Settled.GONE) == "no-need"
    assert only_lane(bench).lane.held is Held.CONTENT


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
    bench.release(make_release("MA-3"), make_contents(), now=NOW)
    record(bench, claim_one(bench, WEB))
    for case, wait in (("MA-1", 2), ("MA-2", 1)):
        bench.release(make_release(case), make_contents(), now=NOW + seconds(wait))
    now = NOW + seconds(10)
    bench.end("MA-3", ending="found", withdraw=False, now=now)

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


# --- a clock that goes back ----------------------------------------------------------------


def end_a_day_too_late(bench, outcome, channel=WEB, ending="found"):
    """Let a pass of a clock that is a day ahead try an ending, and put it right."""
    publish(bench)
    if ending == "found":
        bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    bench.outbox.beat(now=NOW + DAY)
    first = claim_one(bench, channel, now=NOW + DAY)
    record(bench, first, outcome, now=NOW + DAY)
    assert claims(bench, channel, now=NOW + DAY) == ()
    return first


@pytest.mark.parametrize(
    "outcome", [Outcome.DEFERRED, Outcome.UNKNOWN, Outcome.REJECTED]
)
def test_an_ending_put_off_by_a_clock_that_was_ahead_goes_on_at_once(bench, outcome):
    first = end_a_day_too_late(bench, outcome)
    now = NOW + seconds(1)

    assert claims(bench, now=now) == ()
    assert bench.outbox.recover([WEB], now=now) == 0
    assert bench.outbox.due(now=now) == {"web"}
    assert claim_one(bench, WEB, now=now).delivery == first.delivery


def test_an_ending_that_is_asked_for_after_the_clock_went_back_goes_on_at_once(bench):
    first = end_a_day_too_late(bench, Outcome.DEFERRED, ending="expired")
    bench.end("MA-1", ending="found", withdraw=True, now=NOW + seconds(1))
    bench.outbox.recover([WEB], now=NOW + seconds(1))

    again = claim_one(bench, WEB, now=NOW + seconds(1))
    assert again.delivery == first.delivery


def test_a_later_revision_ends_with_its_own_ending_whatever_a_clock_began(bench):
    end_a_day_too_late(bench, Outcome.DEFERRED, ending="expired")
    bench.outbox.recover([WEB], now=NOW)
    later = make_release(revision=2, content_hash="hash-2")
    bench.release(later, make_contents(version=4), now=NOW)
    shown = claim_one(bench, WEB)
    record(bench, shown)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)

    ending = claim_one(bench, WEB).delivery
    # What is older than what it shows a channel may leave aside.
    assert ending.version > shown.delivery.version
    assert ending.form("text/plain") == b"found"
    assert b"MA-1.4,2026" in ending.form("application/cap+xml")


def test_a_rate_limit_of_a_clock_that_was_ahead_is_forgotten_once(bench):
    slow = make_channel(max_per_second=0.01)
    for number in range(3):
        bench.release(make_release(f"MA-{number}"), make_contents(), now=NOW)
    bench.outbox.beat(now=NOW + seconds(3600))
    record(bench, claim_one(bench, slow, now=NOW + seconds(3600)))

    assert claims(bench, slow) == ()
    bench.outbox.recover([slow], now=NOW)
    assert bench.outbox.heartbeat() is None
    assert len(claims(bench, slow)) == 1
    bench.outbox.recover([slow], now=NOW)
    assert claims(bench, slow, now=NOW + seconds(99)) == ()
    assert bench.outbox.next_due(now=NOW) == NOW + seconds(100)


def test_what_is_put_off_by_a_clock_that_is_right_stays_put_off(bench):
    publish(bench, outcome=Outcome.DEFERRED)
    for beat in (NOW, NOW + seconds(1)):
        bench.outbox.beat(now=beat)
        bench.outbox.recover([WEB], now=NOW + seconds(1))

    assert bench.outbox.heartbeat() == NOW + seconds(1)
    assert claims(bench, now=NOW + seconds(1)) == ()
    assert bench.outbox.next_due(now=NOW + seconds(1)) == NOW + seconds(2)


def test_what_is_in_flight_or_over_is_left_alone_when_the_clock_goes_back(bench):
    for case in ("MA-1", "MA-2"):
        bench.release(make_release(case), make_contents(), now=NOW)
    kept, other = claims(bench)
    record(bench, other)
    bench.end("MA-2", ending="found", withdraw=False, now=NOW)
    record(bench, claim_one(bench, WEB))
    assert claims(bench) == ()
    bench.outbox.beat(now=NOW + DAY)

    assert bench.outbox.recover([WEB], now=NOW, alive=[kept.fence]) == 0
    assert bench.outbox.due(now=NOW) == frozenset()
    first, second = bench.outbox.lanes(now=NOW)
    assert first.lane.attempt.fence == kept.fence
    assert second.closed


def test_a_lost_publish_keeps_its_time_to_take_effect_when_the_clock_goes_back(bench):
    channel = make_channel(late_effect_s=60)
    bench.release(make_release(), make_contents(), now=NOW)
    ahead = NOW + dt.timedelta(hours=5)
    lost = claim_one(bench, channel, now=ahead)
    bench.outbox.recover([channel], now=ahead)
    bench.outbox.beat(now=ahead)
    bench.outbox.recover([channel], now=NOW)
    bench.end("MA-1", ending="found", withdraw=False, now=NOW)
    record(bench, claim_one(bench, channel))

    assert lost.delivery.version == 1
    assert claims(bench, channel, now=NOW + seconds(59)) == ()
    assert claim_one(bench, channel, now=NOW + seconds(60)).delivery.version == 3


def test_an_ending_that_follows_a_lost_publish_is_not_hurried_by_the_clock(bench):
    channel = make_channel(late_effect_s=60)
    bench.release(make_release(), make_contents(), now=NOW)
    ahead = NOW + dt.timedelta(hours=5)
    claim_one(bench, channel, now=ahead)
    bench.outbox.recover([channel], now=ahead)
    bench.end("MA-1", ending="found", withdraw=False, now=ahead)
    record(bench, claim_one(bench, channel, now=ahead), now=ahead)
    bench.outbox.beat(now=ahead)
    bench.outbox.recover([channel], now=NOW)

    assert claims(bench, channel, now=NOW + seconds(59)) == ()
    assert claim_one(bench, channel, now=NOW + seconds(60)).delivery.version == 3


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
