"""What every outbox does alike: what is wanted, what fits, when, and in which bytes."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publish_samples import (
    EXPIRES,
    NOW,
    TEXT,
    make_capabilities,
    make_channel,
    make_picture,
    make_release,
    seconds,
)

from amberkit.messages import Operation
from amberkit.publish._claims import (
    Entry,
    decide,
    delivery,
    fits,
    is_closed,
    next_slot,
    sent_with,
    wake_at,
    wanted,
)
from amberkit.publish._lanes import Attempt, Do, Held, Lane, Need, Rest, Want
from amberkit.values import Audience, Mode

ENDED = make_release(ended=NOW, ending="found")
LANE = Lane(case_id="MA-1", channel="web")


def make_entry(version, ending=None, **changes):
    values = {
        "operation": Operation.CANCEL if ending else Operation.PUBLISH,
        "starts": NOW,
        "content_hash": "hash-1",
        "identity": f"agency@example.org,MA-1.{version}",
        "audience": Audience.PUBLIC,
        "sent": None,
    }
    return Entry(version=version, ending=ending, **(values | changes))


STAGES = [make_entry(1), make_entry(2, starts=NOW + seconds(60))]
FOUND, EXPIRED = make_entry(3, "found"), make_entry(4, "expired")
BEGUN = make_entry(4, "expired", sent=NOW)
LATER = [make_entry(5, sent=NOW), make_entry(6, "found"), make_entry(7, "expired")]
ALL = [*STAGES, FOUND, EXPIRED]

# --- what is wanted ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "entries", "after_s", "expected"),
    [
        (make_release(), ALL, -1, (Want.NOTHING, None)),
        (make_release(), ALL, 0, (Want.CONTENT, STAGES[0])),
        (make_release(), ALL, 59, (Want.CONTENT, STAGES[0])),
        (make_release(), ALL, 60, (Want.CONTENT, STAGES[1])),
        (make_release(), [], 0, (Want.NOTHING, None)),
        (make_release(content_hash="hash-2"), ALL, 60, (Want.NOTHING, None)),
        (make_release(), ALL, 6 * 3600, (Want.WITHDRAWN, EXPIRED)),
        (make_release(withdraw=False), ALL, 6 * 3600, (Want.ENDED, EXPIRED)),
        (ENDED, ALL, 0, (Want.WITHDRAWN, FOUND)),
        (ENDED, ALL, 6 * 3600, (Want.WITHDRAWN, FOUND)),
        (ENDED, STAGES, 0, (Want.WITHDRAWN, None)),
        (ENDED, [*STAGES, FOUND, BEGUN], 0, (Want.WITHDRAWN, BEGUN)),
        (ENDED, [*STAGES, FOUND, BEGUN, *LATER], 0, (Want.WITHDRAWN, LATER[1])),
    ],
)
def test_what_is_wanted_follows_from_the_release(release, entries, after_s, expected):
    assert wanted(release, entries, now=NOW + seconds(after_s)) == expected


def test_a_lane_that_a_later_revision_no_longer_uses_ends_all_the_same():
    later = make_release(content_hash="hash-2", ended=NOW, ending="found")

    assert wanted(later, ALL, now=NOW) == (Want.WITHDRAWN, FOUND)


def decided(lane=LANE, release=None, entries=ALL, now=NOW, store=Mode.TEST, **channel):
    return decide(
        lane,
        release or make_release(),
        entries,
        make_channel(**channel),
        store_mode=store,
        now=now,
    )


def test_what_is_released_is_attempted():
    assert decided() == (Do(Operation.PUBLISH, 1), STAGES[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": Mode.LIVE},
        {"store": Mode.LIVE},
        {"release": make_release(mode=Mode.EXERCISE)},
        {"audience": Audience.SERVICES},
    ],
)
@pytest.mark.parametrize("held", [Held.NOTHING, Held.CONTENT])
def test_nothing_goes_out_of_another_mode_or_to_another_audience(changes, held):
    lane, now = LANE, NOW
    if held is Held.CONTENT:
        lane, now = Lane(case_id="MA-1", channel="web", held=held, version=1), EXPIRES
    made, _ = decided(lane=lane, now=now, **changes)

    assert made == Rest(need=Need.NOT_RELEASED)


def test_an_ending_that_was_never_armed_calls_a_person():
    lane = Lane(case_id="MA-1", channel="web", held=Held.CONTENT, version=1)

    assert decided(lane=lane, release=ENDED, entries=STAGES) == (
        Rest(need=Need.NOT_RELEASED),
        None,
    )


def test_a_lane_without_anything_to_do_rests():
    assert decided(now=NOW - seconds(1)) == (Rest(), None)


@pytest.mark.parametrize(
    ("want", "held", "closed"),
    [
        (Want.CONTENT, Held.CONTENT, False),
        (Want.NOTHING, Held.NOTHING, False),
        (Want.ENDED, Held.NOTHING, True),
        (Want.ENDED, Held.MAYBE, False),
        (Want.ENDED, Held.ENDED, True),
        (Want.WITHDRAWN, Held.ENDED, False),
        (Want.WITHDRAWN, Held.WITHDRAWN, True),
    ],
)
def test_a_lane_is_closed_when_nothing_is_left_to_do_for_anybody(want, held, closed):
    attempt = Attempt(operation=Operation.PUBLISH, version=1, fence=1, started=NOW)
    lane = {"case_id": "MA-1", "channel": "web", "held": held}

    assert is_closed(Lane(**lane), want) is closed
    assert not is_closed(Lane(**lane, attempt=attempt), want)


# --- when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "release", "after_s", "expected_s"),
    [
        (Rest(), make_release(), 0, 60),
        (Rest(), make_release(), 60, 6 * 3600),
        (Rest(), make_release(), 6 * 3600, None),
        (Rest(until=NOW + seconds(5)), make_release(), 0, 5),
        (Rest(until=NOW + seconds(70)), make_release(), 0, 60),
        (Rest(), ENDED, 0, None),
        (Rest(until=NOW + seconds(70)), ENDED, 0, 70),
    ],
)
def test_a_resting_lane_is_looked_at_when_something_may_be_due(
    rest, release, after_s, expected_s
):
    woken = wake_at(rest, release, ALL, now=NOW + seconds(after_s))

    assert woken == (None if expected_s is None else NOW + seconds(expected_s))


@given(
    rate=st.floats(0.01, 100) | st.integers(1, 60), since_s=st.none() | st.floats(0, 9)
)
def test_a_channel_is_never_given_more_than_it_takes_in_a_second(rate, since_s):
    earlier = None if since_s is None else NOW - seconds(since_s)
    can = make_capabilities(max_per_second=rate)
    gap = next_slot(earlier, can, now=NOW) - NOW
    exact = 1 / Fraction(rate)

    # Whole microseconds, and none too few.
    assert exact <= Fraction(gap // dt.timedelta(microseconds=1), 10**6)
    assert gap < seconds(float(exact)) + dt.timedelta(microseconds=2)


def test_a_slot_that_is_taken_is_followed_by_the_next():
    can = make_capabilities(max_per_second=4)
    taken = NOW + seconds(1)

    assert next_slot(taken, can, now=NOW) == NOW + seconds(1.25)
    assert next_slot(None, make_capabilities(), now=NOW) is None


# --- what fits -------------------------------------------------------------------------------

FORMS = (("application/cap+xml", b"<alert/>"), ("text/plain", "طفل".encode()))


@pytest.mark.parametrize(
    ("changes", "fitting"),
    [
        ({}, True),
        ({"forms": frozenset({"text/plain"})}, False),
        ({"max_chars": 3}, True),
        ({"max_chars": 2}, False),
        ({"pictures": 0}, False),
    ],
)
def test_what_a_channel_no_longer_takes_does_not_fit(changes, fitting):
    assert fits(FORMS, [make_picture()], make_capabilities(**changes)) is fitting


def test_a_content_without_plain_text_is_never_too_long():
    assert fits(FORMS[:1], [], make_capabilities(max_chars=0, pictures=0))


# --- in which bytes --------------------------------------------------------------------------


def test_the_first_attempt_fixes_when_it_was_sent():
    later = NOW + seconds(9)
    entry = make_entry(1, sent=NOW)

    for tried in (None, (Operation.PUBLISH, 1)):
        lane = Lane(case_id="MA-1", channel="web", tried=tried, tries=1)
        made = sent_with(entry, [entry], lane, Do(Operation.PUBLISH, 1), now=later)
        assert made.at == NOW
    fresh = sent_with(STAGES[0], ALL, LANE, Do(Operation.PUBLISH, 1), now=later)
    assert fresh.at == later
    assert fresh.references == ()


@pytest.mark.parametrize(("tries", "at_s"), [(0, 9), (1, 0), (2, 0)])
def test_a_repeated_ending_is_sent_anew_once(tries, at_s):
    entry, do = make_entry(3, "found", sent=NOW), Do(Operation.CANCEL, 4)
    lane = Lane(
        case_id="MA-1", channel="web", again=1, tried=(do.operation, 4), tries=tries
    )

    made = sent_with(entry, [entry], lane, do, now=NOW + seconds(9))
    assert made.at == NOW + seconds(at_s)


def test_it_refers_to_every_version_before_it_that_was_ever_tried():
    entries = [
        make_entry(2, sent=NOW + seconds(2)),
        make_entry(1, sent=NOW),
        make_entry(3),
        make_entry(5, sent=NOW),
    ]
    made = sent_with(
        make_entry(4, "found"), entries, LANE, Do(Operation.CANCEL, 4), now=NOW
    )

    assert made.references == (
        "agency@example.org,MA-1.1,2026-11-22T18:00:00-00:00",
        "agency@example.org,MA-1.2,2026-11-22T18:00:02-00:00",
    )


def test_a_delivery_says_what_was_released_and_what_the_channel_last_gave():
    lane = Lane(case_id="MA-1", channel="web", reference="handle")
    picture = make_picture()
    made = delivery(
        lane,
        Do(Operation.CANCEL, 7),
        make_release(),
        FOUND,
        store="abc",
        forms=(("text/plain", b"\0sent\0" + TEXT.encode()),),
        pictures=[picture],
        sent=sent_with(FOUND, ALL, lane, Do(Operation.CANCEL, 7), now=NOW),
    )

    assert made.key == "abc:MA-1:7:web:cancel"
    assert made.form("text/plain").decode() == "2026-11-22T18:00:00-00:00" + TEXT
    assert (made.previous, made.pictures) == ("handle", (picture,))
    assert (made.mode, made.audience) == (Mode.TEST, Audience.PUBLIC)
    assert (made.case_id, made.version, made.expires) == ("MA-1", 7, EXPIRES)
