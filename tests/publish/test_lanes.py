"""What is done in a lane and what is known after it: the two tables and their use."""

import datetime as dt
import itertools

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.messages import Capabilities, Operation
from amberkit.publish._lanes import (
    AFTER,
    LADDER_S,
    NEXT,
    SETTLED,
    Attempt,
    Do,
    Held,
    Lane,
    Need,
    Rest,
    Settled,
    Want,
    after,
    claimed,
    set_back,
    settle,
    step,
)
from amberkit.publish._protocol import Outcome

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=6)
PUBLISH, CANCEL, WITHDRAW = Operation
ACCEPTED, DUPLICATE, REJECTED, DEFERRED, UNKNOWN = Outcome
ENDINGS = (Want.ENDED, Want.WITHDRAWN)


def seconds(count):
    return dt.timedelta(seconds=count)


def make_lane(**changes):
    return Lane(case_id="MA-1", channel="web", **changes)


def make_capabilities(**changes):
    return Capabilities(forms=frozenset({"text/plain"}), **changes)


def attempted(operation, version=2, /, **changes):
    attempt = Attempt(operation=operation, version=version, fence=1, started=NOW)
    return make_lane(
        attempt=attempt, tried=(operation, version), **({"tries": 1} | changes)
    )


# --- the second table, against all that may be so ---------------------------------------

NONE, ENDED, WITHDRAWN = "shows nothing", "says it is over", "says so and names nobody"


def truths(held, version):
    """All that a channel may show when a lane notes *held* of *version*."""
    shown = set(range(1, version + 1))
    return {
        Held.NOTHING: {NONE},
        Held.MAYBE: {NONE} | shown,
        Held.CONTENT: {version},
        Held.MAYBE_ENDED: {NONE, ENDED, WITHDRAWN} | shown,
        # Whether it was withdrawn as well may be open.
        Held.ENDED: {ENDED, WITHDRAWN},
        Held.WITHDRAWN: {WITHDRAWN},
    }[held]


def effect(operation, version, truth):
    if operation is PUBLISH:
        return version
    return ENDED if operation is CANCEL and truth != WITHDRAWN else WITHDRAWN


def worlds(operation, version, outcome, before):
    """All that may be so after an attempt, from all that may have been so before."""
    done = {effect(operation, version, truth) for truth in before}
    if outcome in (ACCEPTED, DUPLICATE):
        return done
    return before | done if outcome is UNKNOWN else before


CELLS = list(itertools.product(Operation, Outcome, Held))

# A publish after an ending is never started. If one arrives all the same, the channel
# shows it again or knew better; either way the lane has to end it, and not go on.
WIDER = {
    (PUBLISH, outcome, held)
    for outcome in (ACCEPTED, DUPLICATE)
    for held in (Held.MAYBE_ENDED, Held.ENDED, Held.WITHDRAWN)
}


@pytest.mark.parametrize(("operation", "outcome", "held"), CELLS)
@pytest.mark.parametrize("version", [2, 3])
def test_what_is_noted_is_never_surer_than_what_is_so(
    operation, outcome, held, version
):
    lane = attempted(operation, version, held=held, version=2)
    noted = after(lane, outcome, late_effect_s=0, now=NOW)

    assert noted.held is AFTER[operation][outcome][held]
    assert noted.version in ({2, 3} if operation is PUBLISH else {2})
    assert worlds(operation, version, outcome, truths(held, 2)) <= truths(
        noted.held, noted.version
    )


@pytest.mark.parametrize(("operation", "outcome", "held"), CELLS)
def test_what_is_noted_is_no_vaguer_than_it_has_to_be(operation, outcome, held):
    lane = attempted(operation, 3, held=held, version=2)
    noted = after(lane, outcome, late_effect_s=0, now=NOW)
    possible = worlds(operation, 3, outcome, truths(held, 2))
    enough = [h for h in Held if possible <= truths(h, noted.version)]
    least = min(enough, key=lambda h: len(truths(h, noted.version)))

    assert all(truths(least, noted.version) <= truths(h, noted.version) for h in enough)
    assert (noted.held is least) is ((operation, outcome, held) not in WIDER)


# --- the first table ---------------------------------------------------------------------


def test_both_tables_have_an_answer_for_everything():
    assert set(NEXT) == set(Want)
    assert all(set(row) == set(Held) for row in NEXT.values())
    assert set(AFTER) == set(Operation)
    assert all(set(of) == set(Outcome) for of in AFTER.values())
    assert all(set(row) == set(Held) for of in AFTER.values() for row in of.values())
    assert set(SETTLED) == set(Settled)


def test_the_tables_cannot_be_changed():
    with pytest.raises(TypeError):
        NEXT[Want.NOTHING][Held.NOTHING] = PUBLISH
    with pytest.raises(TypeError):
        AFTER[PUBLISH][ACCEPTED][Held.NOTHING] = Held.WITHDRAWN


@pytest.mark.parametrize("want", Want)
@pytest.mark.parametrize("held", [Held.MAYBE_ENDED, Held.ENDED, Held.WITHDRAWN])
def test_nothing_is_published_after_an_ending(want, held):
    assert NEXT[want][held] is not PUBLISH


@pytest.mark.parametrize("want", ENDINGS)
@pytest.mark.parametrize("held", Held)
def test_an_ending_is_sent_as_long_as_something_may_be_shown(want, held):
    may_show = any(isinstance(truth, int) for truth in truths(held, 2))

    assert (NEXT[want][held] is CANCEL) is may_show
    assert NEXT[want][held] is not PUBLISH


@pytest.mark.parametrize("held", Held)
def test_where_nothing_is_wanted_nothing_is_done(held):
    assert NEXT[Want.NOTHING][held] is None


@pytest.mark.parametrize("want", Want)
@pytest.mark.parametrize("held", Held)
def test_a_withdrawal_is_the_last_thing_and_only_where_it_is_wanted(want, held):
    is_last = want is Want.WITHDRAWN and held is Held.ENDED

    assert (NEXT[want][held] is WITHDRAW) is is_last


@pytest.mark.parametrize("want", [Want.CONTENT, Want.NEWER, *ENDINGS])
@pytest.mark.parametrize("held", Held)
def test_attempts_that_arrive_lead_to_what_is_wanted_or_to_an_ending(want, held):
    for _ in range(3):
        operation = NEXT[want][held]
        if operation is None:
            break
        held = AFTER[operation][ACCEPTED][held]
        want = Want.CONTENT if want is Want.NEWER else want

    assert NEXT[want][held] is None


# --- what to do next, against the prose ---------------------------------------------------

EXPIRES = NOW + seconds(100)
WANTED = 2


def as_the_specification_says(lane, want, can, now):
    """Return the operation and version to attempt, or why and until when to rest."""

    def unless_it_has_to_wait(operation, version):
        waits = lane.tried == (operation, version) and lane.retry_at
        if waits and lane.retry_at > now:
            return "rest", lane.retry_at, lane.need
        return operation, version

    is_over, after_ending = want in ENDINGS, WANTED + lane.again
    if is_over and lane.held in (Held.MAYBE, Held.CONTENT, Held.MAYBE_ENDED):
        if can.cancel not in ("retract", "follow_up"):
            if now < EXPIRES:
                return "rest", EXPIRES, Need.CANNOT_END
            return "closed"
        in_vain = lane.unanswered if lane.tried == (CANCEL, after_ending) else 0
        if can.dedupe == "none" and in_vain >= 5:
            return "rest", None, Need.ENDING_UNANSWERED
        return unless_it_has_to_wait(CANCEL, after_ending)
    if want is Want.WITHDRAWN and lane.held is Held.ENDED:
        if can.withdraw not in ("delete", "replace"):
            return "rest", None, Need.CANNOT_WITHDRAW
        return unless_it_has_to_wait(WITHDRAW, after_ending)
    if want is Want.CONTENT and lane.held in (Held.NOTHING, Held.MAYBE, Held.CONTENT):
        may_have_it = lane.version == WANTED and lane.held is not Held.NOTHING
        if may_have_it and lane.held is Held.CONTENT:
            return "rest", None, None
        if lane.refused >= WANTED:
            return "rest", None, Need.REFUSED
        if may_have_it and can.dedupe == "none" and can.on_unknown == "hold":
            return "rest", None, Need.UNANSWERED
        return unless_it_has_to_wait(PUBLISH, WANTED)
    return "rest", None, None


HISTORIES = [
    {
        "tried": tried,
        "retry_at": retry_at,
        "unanswered": unanswered,
        "refused": refused,
        "again": again,
        "version": version,
        "need": need,
    }
    for tried in (None, (PUBLISH, 2), (CANCEL, 2), (CANCEL, 3), (WITHDRAW, 3))
    for retry_at, need in (
        (None, None),
        (NOW, None),
        (NOW + seconds(1), Need.ENDING_REFUSED),
    )
    for unanswered, refused, again in ((0, 0, 0), (4, 2, 0), (5, 0, 1), (5, 2, 0))
    for version in (1, 2)
]
ABILITIES = [
    make_capabilities(
        cancel=cancel, withdraw=withdraw, dedupe=dedupe, on_unknown=on_unknown
    )
    for cancel in ("retract", "follow_up", "expire_only", "none")
    for withdraw in ("delete", "replace", "request", "none")
    for dedupe in ("none", "key")
    for on_unknown in ("hold", "resend")
]


@pytest.mark.parametrize("held", Held)
@pytest.mark.parametrize(
    "want", [Want.NOTHING, Want.CONTENT, Want.ENDED, Want.WITHDRAWN]
)
def test_every_step_is_the_one_that_the_specification_says(want, held):
    lanes = [make_lane(held=held, **history) for history in HISTORIES]
    for lane, can, now in itertools.product(lanes, ABILITIES, (NOW, EXPIRES)):
        made = step(lane, want, WANTED, can, now=now, expires=EXPIRES)
        if isinstance(made, Do):
            told = (made.operation, made.version)
        elif made.lane is not None:
            assert made == Rest(lane=attrs.evolve(lane, held=Held.ENDED, need=None))
            told = "closed"
        else:
            told = ("rest", made.until, made.need)

        assert told == as_the_specification_says(lane, want, can, now), (lane, can)


@pytest.mark.parametrize("dedupe", ["native", "key", "query"])
def test_every_way_to_dedupe_lets_an_unanswered_publish_be_sent_again(dedupe):
    lane = make_lane(held=Held.MAYBE, version=1)
    can = make_capabilities(dedupe=dedupe, on_unknown="hold")

    assert step(lane, Want.CONTENT, 1, can, now=NOW, expires=LATER) == Do(PUBLISH, 1)


def test_a_newer_version_is_not_held_up_by_an_unanswered_older_one():
    lane = make_lane(held=Held.MAYBE, version=1)
    made = step(lane, Want.CONTENT, 2, make_capabilities(), now=NOW, expires=LATER)

    assert made == Do(PUBLISH, 2)


# --- attempts ------------------------------------------------------------------------------


def test_an_attempt_is_counted_when_it_begins():
    lane = make_lane(retry_at=NOW, unanswered=3, tries=3, tried=(CANCEL, 2))
    again = claimed(lane, Do(CANCEL, 2), fence=7, now=NOW)
    other = claimed(lane, Do(CANCEL, 3), fence=8, now=NOW)

    assert again.attempt == Attempt(operation=CANCEL, version=2, fence=7, started=NOW)
    assert (again.tried, again.tries, again.unanswered) == ((CANCEL, 2), 4, 3)
    assert (other.tried, other.tries, other.unanswered) == ((CANCEL, 3), 1, 0)
    assert again.retry_at is None


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("outcome", [DEFERRED, UNKNOWN, REJECTED])
def test_the_next_attempt_waits_longer_each_time_but_never_more_than_a_minute(
    operation, outcome
):
    lane, waits = make_lane(), []
    for fence in range(9):
        lane = claimed(lane, Do(operation, 1), fence=fence, now=NOW)
        lane = after(lane, outcome, late_effect_s=0, now=NOW)
        waits.append((lane.retry_at - NOW).total_seconds())

    assert waits == [2, 5, 10, 20, 40, 60, 60, 60, 60]
    assert LADDER_S[0] == 0
    assert lane.tries == 9
    assert lane.unanswered == (9 if outcome is UNKNOWN else 0)


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("outcome", [ACCEPTED, DUPLICATE])
def test_what_has_arrived_is_not_tried_again(operation, outcome):
    lane = attempted(operation, need=Need.ENDING_REFUSED, reference="old")
    done = after(lane, outcome, late_effect_s=60, now=NOW, reference="new")

    assert (done.attempt, done.retry_at, done.need) == (None, None, None)
    assert (done.reference, done.doubt_until, done.again) == ("new", None, 0)


def test_a_receipt_without_a_reference_keeps_the_one_before():
    lane = attempted(PUBLISH, reference="old")

    assert after(lane, ACCEPTED, late_effect_s=0, now=NOW).reference == "old"
    assert "old" not in repr(lane)


def test_a_refused_version_calls_a_person_and_is_not_sent_again():
    lane = after(attempted(PUBLISH, 3), REJECTED, late_effect_s=0, now=NOW)
    made = step(
        lane, Want.CONTENT, 3, make_capabilities(dedupe="key"), now=LATER, expires=LATER
    )

    assert (lane.refused, lane.need, lane.version) == (3, Need.REFUSED, 0)
    assert made == Rest(need=Need.REFUSED)
    newer = step(lane, Want.CONTENT, 4, make_capabilities(), now=LATER, expires=LATER)
    assert newer == Do(PUBLISH, 4)


@pytest.mark.parametrize("operation", [CANCEL, WITHDRAW])
def test_a_refused_ending_calls_a_person_and_is_tried_again(operation):
    held = Held.CONTENT if operation is CANCEL else Held.ENDED
    lane = attempted(operation, held=held)
    lane = after(lane, REJECTED, late_effect_s=0, now=NOW)
    can = make_capabilities(cancel="retract", withdraw="delete")
    soon = step(lane, Want.WITHDRAWN, 2, can, now=NOW, expires=LATER)
    then = step(lane, Want.WITHDRAWN, 2, can, now=NOW + seconds(2), expires=LATER)

    assert (lane.refused, lane.need, lane.held) == (0, Need.ENDING_REFUSED, held)
    assert soon == Rest(until=NOW + seconds(2), need=Need.ENDING_REFUSED)
    assert then == Do(operation, 2)


def count_endings(outcome, dedupe):
    lane, now = make_lane(held=Held.CONTENT, version=1), NOW
    can = make_capabilities(cancel="retract", dedupe=dedupe)
    for count in range(20):
        made = step(lane, Want.ENDED, 2, can, now=now, expires=LATER)
        if isinstance(made, Rest):
            assert made == Rest(need=Need.ENDING_UNANSWERED)
            return count
        lane = claimed(lane, made, fence=count, now=now)
        lane = after(lane, outcome, late_effect_s=0, now=now)
        now = lane.retry_at
    return 20


def test_an_ending_without_an_answer_is_sent_five_times_where_nothing_dedupes():
    assert count_endings(UNKNOWN, "none") == 5
    assert count_endings(UNKNOWN, "key") == 20


@pytest.mark.parametrize("outcome", [DEFERRED, REJECTED])
def test_an_ending_that_was_not_sent_is_tried_for_ever(outcome):
    assert count_endings(outcome, "none") == 20


# --- late effects --------------------------------------------------------------------------


def lost(late_effect_s):
    lane = attempted(PUBLISH, 1)
    return after(lane, UNKNOWN, late_effect_s=late_effect_s, now=NOW)


def test_a_lost_publish_is_in_doubt_for_as_long_as_it_may_take_effect():
    assert lost(60).doubt_until == NOW + seconds(60)
    assert lost(0).doubt_until is None


@pytest.mark.parametrize("outcome", [ACCEPTED, DUPLICATE])
def test_an_ending_in_doubt_is_repeated_under_a_new_version(outcome):
    can = make_capabilities(cancel="retract", dedupe="key")
    lane = claimed(lost(60), Do(CANCEL, 5), fence=2, now=NOW + seconds(1))
    lane = after(lane, outcome, late_effect_s=60, now=NOW + seconds(1))

    assert (lane.held, lane.again) == (Held.MAYBE_ENDED, 1)
    early = step(lane, Want.ENDED, 5, can, now=NOW + seconds(59), expires=LATER)
    due = step(lane, Want.ENDED, 5, can, now=NOW + seconds(60), expires=LATER)
    assert early == Rest(until=NOW + seconds(60))
    assert due == Do(CANCEL, 6)

    lane = claimed(lane, due, fence=3, now=NOW + seconds(60))
    lane = after(lane, outcome, late_effect_s=60, now=NOW + seconds(60))
    assert (lane.held, lane.again, lane.tries) == (Held.ENDED, 1, 1)


@given(
    tries=st.integers(0, 3),
    doubt_s=st.none() | st.integers(-100, 10**6),
    retry_s=st.none() | st.integers(-100, 10**6),
    late_effect_s=st.integers(0, 600),
)
def test_a_clock_that_goes_back_puts_nothing_off_but_what_a_lost_publish_needs(
    tries, doubt_s, retry_s, late_effect_s
):
    def at(count):
        return None if count is None else NOW + dt.timedelta(seconds=count)

    tried = (Operation.CANCEL, 2)
    lane = Lane(case_id="MA-1", channel="web", tried=tried, tries=tries)
    lane = attrs.evolve(lane, doubt_until=at(doubt_s), retry_at=at(retry_s))
    made = set_back(lane, late_effect_s=late_effect_s, now=NOW)

    shorter = [None if s is None else min(s, late_effect_s) for s in (doubt_s, retry_s)]
    assert made.doubt_until == at(shorter[0])
    assert made.retry_at == (None if tries else at(shorter[1]))
    same = {"doubt_until": None, "retry_at": None}
    assert attrs.evolve(made, **same) == attrs.evolve(lane, **same)


def test_an_ending_after_the_doubt_is_not_repeated():
    lane = claimed(lost(60), Do(CANCEL, 5), fence=2, now=NOW + seconds(60))
    lane = after(lane, ACCEPTED, late_effect_s=60, now=NOW + seconds(60))

    assert (lane.held, lane.again) == (Held.ENDED, 0)


# --- what a person has found out -------------------------------------------------------------


@pytest.mark.parametrize("held", Held)
@pytest.mark.parametrize("found", Settled)
def test_what_a_person_has_seen_counts_whatever_was_noted(held, found):
    lane = make_lane(
        held=held,
        version=3,
        tried=(PUBLISH, 3),
        tries=4,
        unanswered=4,
        retry_at=LATER,
        refused=3,
        doubt_until=LATER,
        reference="r",
        need=Need.UNANSWERED,
    )

    assert settle(lane, found) == make_lane(
        held=SETTLED[found], version=3, reference="r"
    )


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("found", Settled)
def test_an_ending_that_follows_one_that_was_tried_has_a_key_of_its_own(
    operation, found
):
    lane = make_lane(held=Held.MAYBE_ENDED, tried=(operation, 2), tries=5, again=1)
    once = settle(lane, found)

    assert once.again == (1 if operation is PUBLISH else 2)
    assert settle(once, found).again == once.again
