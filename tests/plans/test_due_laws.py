"""Laws of what is due, for any plan, asked at any time on any clock."""

from hypothesis import given
from hypothesis import strategies as st
from timeline_samples import (
    DAY,
    HOUR,
    MINUTE,
    TICK,
    alert,
    alerts,
    codes,
    done,
    follow,
    is_quiet,
    is_steady,
    loudness,
    poll,
    utc,
)

from amberkit.eligibility.packs.policy import Intrusiveness
from amberkit.plans import EventKind, Progress, due, timeline

NOON = utc(2026, 1, 10, 12)
PUBLIC = Progress(is_public=True)
TOLD = {EventKind.SEND, EventKind.REPEAT, EventKind.RAISE}

hours = st.floats(-30, 130).map(lambda h: h * HOUR)
polls = st.lists(hours, max_size=12)


def asked(plan, offsets):
    return poll(plan, [plan.made + offset for offset in offsets])


def last_progress(answers):
    return answers[-1].progress if answers else Progress()


def key(event):
    return event.kind, event.at


# --- the timeline ---------------------------------------------------------------------


@given(alerts())
def test_events_are_in_order_and_the_end_comes_last(plan):
    found = timeline(plan)
    times = [event.at for event in found]

    assert times == sorted(times)
    assert found[-1].kind is EventKind.END
    assert all(plan.made <= event.at < plan.expires for event in found[:-1])
    assert len({key(event) for event in found}) == len(found)


@given(alerts())
def test_the_level_never_exceeds_the_pack_nor_at_night_its_quiet_level(plan):
    rule, zone = plan.schedule.loudness, plan.schedule.time_zone
    rank = list(Intrusiveness).index
    for event in timeline(plan):
        if rule is None or event.kind not in TOLD:
            assert event.volume is None
            continue
        assert rank(event.volume.level) <= rank(rule.level)
        is_lifted = any(o.at <= event.at for o in plan.overrides)
        if is_quiet(event.at, rule, zone) and not is_lifted:
            assert event.volume.level is rule.quiet_level
        elif is_lifted or is_steady(event.at, zone):
            assert event.volume.level is rule.level


# --- what is due ----------------------------------------------------------------------


@given(alerts())
def test_asked_when_it_wants_to_be_asked_it_does_what_the_timeline_says(plan):
    found = done(follow(plan))

    assert {key(event) for event in found} == {key(event) for event in timeline(plan)}
    assert len({key(event) for event in found}) == len(found)


@given(alerts(), polls)
def test_no_event_is_done_twice_whatever_the_clock_does(plan, offsets):
    answers = asked(plan, offsets)
    found = done([*answers, *follow(plan, last_progress(answers))])

    assert len({key(event) for event in found}) == len(found)


@given(alerts(), polls)
def test_one_stage_at_most_goes_out_at_a_time(plan, offsets):
    for answer in asked(plan, offsets):
        assert sum(event.kind in TOLD for event in answer.events) <= 1


@given(alerts(), polls, st.floats(0, 1), hours)
def test_nothing_is_due_before_it_wants_to_be_asked(plan, offsets, share, back):
    last = asked(plan, [0 * HOUR, *offsets])[-1]
    if last.wake is None:
        return
    now = last.progress.checked
    assert now < last.wake <= plan.expires
    for time in (
        now + share * (last.wake - now - TICK),
        last.wake - TICK,
        min(last.wake - TICK, plan.made + back),
    ):
        answer = due(plan, time, last.progress)
        assert (answer.events, answer.wake) == ((), last.wake)
    assert due(plan, last.wake, last.progress).events


@given(alerts(), polls, polls)
def test_the_end_always_arrives_and_nothing_comes_after_it(plan, offsets, later):
    answers = asked(plan, offsets)
    answers += poll(plan, [plan.expires], last_progress(answers))
    ends = [index for index, a in enumerate(answers) if "end" in codes(a.events)]

    assert len(ends) == 1
    assert codes(answers[ends[0]].events) == ["end"]
    assert answers[ends[0]].progress.checked >= plan.expires
    after = poll(plan, [plan.made + o for o in later], answers[-1].progress)
    for answer in (*answers[ends[0] + 1 :], *after):
        assert (answer.events, answer.wake) == ((), None)


@given(
    alerts(),
    st.lists(
        st.tuples(st.floats(0, 6), st.sampled_from([-24, 0, 0, 0, 24])), max_size=20
    ),
)
def test_a_clock_that_steps_by_a_day_neither_doubles_nor_ends_early(plan, steps):
    reading, answers, progress = plan.made, [], None
    for passed, jump in steps:
        reading += (passed + jump) * HOUR
        answers.append(due(plan, reading, progress))
        progress = answers[-1].progress
        if "end" in codes(answers[-1].events):
            assert reading >= plan.expires
    keys = [key(event) for event in done(answers)]

    assert len(set(keys)) == len(keys)


@given(alerts(), polls)
def test_what_is_held_back_is_raised_if_a_morning_comes(plan, offsets):
    """Whatever the times of asking, loud hours leave no stage held back."""
    rule, zone = plan.schedule.loudness, plan.schedule.time_zone
    if rule is None:
        return
    answers = asked(plan, offsets)
    answers += follow(plan, last_progress(answers))
    sent = [
        event for answer in answers for event in answer.events if event.kind in TOLD
    ]
    if not sent:
        return
    stage, levels = sent[-1].stage, []
    for event in sent:
        if event.stage == stage:
            levels.append(event.volume.level)
    last = max(e.volume.local for e in sent)
    steps = int((plan.expires - last) / (15 * MINUTE))
    later = [last + k * 15 * MINUTE for k in range(steps)]
    if rule.level not in levels:
        assert all(is_quiet(t, rule, zone) or not is_steady(t, zone) for t in later)


# --- one by one -----------------------------------------------------------------------


def test_what_was_sent_late_into_the_night_is_raised_in_the_morning():
    plan = alert(utc(2026, 1, 10, 20), loud=loudness())
    late = due(plan, utc(2026, 1, 11, 0), PUBLIC)
    assert late.events[1].volume.level is Intrusiveness.PUSH
    assert late.wake == utc(2026, 1, 11, 7)

    (raised,) = due(plan, late.wake, late.progress).events
    assert (raised.kind, raised.volume.level) == (EventKind.RAISE, Intrusiveness.SIREN)


def test_where_it_is_night_again_nothing_is_raised_until_the_next_morning():
    plan = alert(utc(2026, 1, 10, 3), lasts_h=72, loud=loudness())
    _, night = poll(plan, [plan.made, utc(2026, 1, 10, 23)], PUBLIC)

    assert (night.events, night.wake) == ((), utc(2026, 1, 11, 7))
    assert codes(due(plan, night.wake, night.progress).events) == ["raise"]


def test_a_repetition_by_night_of_what_was_loud_by_day_is_not_raised():
    plan = alert(utc(2026, 1, 10, 20), repeat=(180, 9), loud=loudness())

    assert "raise" not in codes(timeline(plan))
    assert "raise" not in codes(done(follow(plan)))


def test_all_of_a_revision_has_yet_to_go_out():
    plan = alert(stages_h=(0, 1))
    progress = due(plan, NOON + HOUR, PUBLIC).progress
    # It was made in the very moment in which the other one was asked for.
    revised = alert(NOON + HOUR, began=NOON, stages_h=(0, 2))
    answer = due(revised, NOON + HOUR, progress)

    assert codes(answer.events) == ["services", "send"]
    assert due(revised, NOON + HOUR, answer.progress).events == ()


def test_a_revision_goes_out_although_the_clock_was_once_ahead():
    _, ahead = poll(alert(lasts_h=72), [NOON, NOON + DAY], PUBLIC)
    revised = alert(NOON + HOUR, began=NOON, lasts_h=72)

    assert codes(due(revised, NOON + HOUR, ahead.progress).events) == [
        "services",
        "send",
    ]


def test_a_revision_of_what_is_over_is_over():
    plan = alert(lasts_h=3)
    progress = due(plan, plan.expires).progress
    revised = alert(NOON + HOUR, began=NOON, lasts_h=9)

    assert due(revised, NOON + 4 * HOUR, progress).events == ()


def test_a_clock_that_is_a_day_behind_does_not_keep_the_first_stage_back():
    assert codes(due(alert(), NOON - DAY).events) == ["services", "send"]
