"""What is due when: once, in order, whatever clocks do, and an end that always comes."""

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_samples import HOUR, MINUTE, deciding, planned

from amberkit.eligibility.packs.policy import (
    Extension,
    Intrusiveness,
    Loudness,
    Repeat,
)
from amberkit.errors import InvalidValue
from amberkit.plans import (
    Concern,
    Override,
    PlanRefused,
    Progress,
    due,
    extend,
    timeline,
)
from amberkit.plans.timeline import EventKind

FEED, PUSH, SIREN = Intrusiveness
NIGHT = Loudness(
    level=SIREN, quiet_level=PUSH, quiet_from=dt.time(22), quiet_until=dt.time(7)
)
TO_THE_PUBLIC = {EventKind.SEND, EventKind.RAISE, EventKind.REPEAT}


@pytest.fixture(scope="module")
def agency(agency):
    """An hour ahead of UTC for good: what Morocco is in 2026 hangs on the tz release."""
    return attrs.evolve(agency, time_zone="Etc/GMT-1")


@pytest.fixture(scope="module")
def full(pack):
    """A pack that repeats for 3 h, may be extended twice, and knows nights."""
    return deciding(
        pack,
        repeat=Repeat(every_min=30, for_h=3),
        extension=Extension(count=2, hours=6),
        loudness=NIGHT,
    )


@pytest.fixture(scope="module")
def plan(case, full, agency, now):
    return planned(case, full, agency, now)


def kinds(events):
    return [event.kind for event in events]


def of(kind, events):
    return [event for event in events if event.kind is kind]


# --- everything that comes ------------------------------------------------------------


def test_stages_go_out_when_they_begin_and_the_end_comes_last(plan):
    events = timeline(plan)

    assert [e.at for e in of(EventKind.SEND, events)] == [s.starts for s in plan.stages]
    assert kinds(events)[:2] == [EventKind.SERVICES, EventKind.SEND]
    assert kinds(events).count(EventKind.END) == 1
    assert (events[-1].kind, events[-1].at) == (EventKind.END, plan.expires)
    assert [e.at for e in events] == sorted(e.at for e in events)


def test_it_is_repeated_as_often_as_the_pack_says(plan, now):
    repeats = of(EventKind.REPEAT, timeline(plan))

    # Every half hour for three hours; none of the six falls on the start of a stage.
    assert [e.at - now for e in repeats] == [30 * n * MINUTE for n in range(1, 7)]
    assert [e.number for e in repeats] == [1, 2, 3, 4, 5, 6]
    assert [e.stage for e in repeats] == [1, 2, 3, 3, 3, 3]


def test_what_begins_at_the_time_of_a_repetition_takes_its_place(plan):
    at = plan.made + 30 * MINUTE
    first, second, *rest = plan.stages
    moved = attrs.evolve(
        plan,
        stages=(
            attrs.evolve(first, ends=at),
            attrs.evolve(second, starts=at),
            *rest,
        ),
    )

    assert [e.kind for e in timeline(moved) if e.at == at] == [EventKind.SEND]


def test_alarms_come_ahead_of_the_deadline_and_at_it(plan, now):
    # The plan ends with the deadline, and then nothing else comes.
    alarms = of(EventKind.DEADLINE, timeline(plan))
    assert [e.ahead_s / 60 for e in alarms] == [360, 120, 30]

    long = attrs.evolve(plan, expires=plan.expires + HOUR)
    ahead = [e.ahead_s / 60 for e in of(EventKind.DEADLINE, timeline(long))]
    assert ahead == [360, 120, 30, 0]
    assert of(EventKind.DEADLINE, timeline(long))[-1].at == plan.deadline


def test_no_alarm_comes_before_the_report(case, full, agency, now):
    hasty = deciding(full, deadline_h=1.0)
    alarms = of(EventKind.DEADLINE, timeline(planned(case, hasty, agency, now)))

    assert [e.ahead_s / 60 for e in alarms] == [30, 0]


def test_the_end_is_told_ahead_with_what_extensions_are_left(plan, now):
    alarms = of(EventKind.EXPIRY, timeline(plan))
    longer = extend(plan, by="officer-7", reason="still missing", now=now)

    assert [(e.ahead_s / 60, e.number) for e in alarms] == [(120, 2), (30, 2)]
    assert {e.number for e in of(EventKind.EXPIRY, timeline(longer))} == {1}


def test_a_pack_without_all_that_has_stages_and_an_end(case, pack, agency, now):
    bare = attrs.evolve(
        pack, policy=attrs.evolve(pack.policy, loudness=None, repeat=None)
    )
    events = timeline(planned(case, bare, agency, now))

    assert {e.volume for e in events} == {None}
    assert set(kinds(events)) == {
        EventKind.SERVICES,
        EventKind.SEND,
        EventKind.EXPIRY,
        EventKind.END,
    } | ({EventKind.DEADLINE} if of(EventKind.DEADLINE, events) else set())
    assert {e.number for e in of(EventKind.EXPIRY, events)} == {0}


# --- the hour -------------------------------------------------------------------------


def at_hour(case, full, agency, now, hours, **options):
    return planned(case, full, agency, now + hours * HOUR, **options)


def test_by_day_it_is_as_loud_as_the_pack_lets_it_be(plan):
    # 18:00 in Casablanca.
    first = of(EventKind.SEND, timeline(plan))[0].volume

    assert (first.level, first.wanted, first.is_quiet) == (SIREN, SIREN, False)
    assert f"{first.local:%H:%M %z}" == "18:00 +0100"
    assert not first.is_held_back


def test_at_night_it_is_held_back_and_goes_out_louder_in_the_morning(
    case, full, agency, now
):
    plan = at_hour(case, full, agency, now, 9)  # 03:00
    (sent,) = of(EventKind.SEND, timeline(plan))
    (raised,) = of(EventKind.RAISE, timeline(plan))

    assert (sent.volume.level, sent.volume.wanted) == (PUSH, SIREN)
    assert sent.volume.is_held_back
    assert f"{raised.volume.local:%H:%M}" == "07:00"
    assert raised.volume.level is SIREN
    assert raised.stage == 0


def test_only_a_recorded_decision_wakes_people(case, full, agency, now):
    override = Override(
        concern=Concern.QUIET_HOURS, by="chief-2", reason="seconds count", at=now
    )
    plan = at_hour(case, full, agency, now, 9, overrides=[override])
    (sent,) = of(EventKind.SEND, timeline(plan))

    assert (sent.volume.level, sent.volume.lifted_by) == (SIREN, override)
    assert of(EventKind.RAISE, timeline(plan)) == []


def test_a_night_within_one_day_is_one_too(case, full, agency, now):
    noon = attrs.evolve(NIGHT, quiet_from=dt.time(17), quiet_until=dt.time(19))
    plan = planned(case, deciding(full, loudness=noon), agency, now)

    assert of(EventKind.SEND, timeline(plan))[0].volume.is_quiet
    (raised,) = of(EventKind.RAISE, timeline(plan))
    assert f"{raised.volume.local:%H:%M}" == "19:00"


def test_where_it_is_always_quiet_nothing_is_ever_raised(case, full, agency, now):
    always = attrs.evolve(NIGHT, quiet_from=dt.time(7), quiet_until=dt.time(7))
    events = timeline(planned(case, deciding(full, loudness=always), agency, now))

    assert {e.volume.level for e in events if e.volume} == {PUSH}
    assert of(EventKind.RAISE, events) == []


# --- what is due ----------------------------------------------------------------------


def test_at_first_the_services_and_the_first_stage_are_due(plan, now):
    first = due(plan, now)

    assert kinds(first.events) == [EventKind.SERVICES, EventKind.SEND]
    assert first.wake == plan.stages[1].starts
    assert due(plan, now, first.progress).events == ()


def test_after_a_pause_only_what_still_holds_is_due(plan, now):
    progress = due(plan, now).progress
    later = due(plan, now + 2 * HOUR, progress)
    (told,) = later.events

    # Stages 2 to 4 have begun, and of four repetitions the last is the fourth.
    assert (told.kind, told.stage, told.number) == (EventKind.SEND, 3, 4)
    assert told.merged == 6


def test_the_volume_is_that_of_the_hour_in_which_it_is_done(case, full, agency, now):
    plan = at_hour(case, full, agency, now, 3.5)  # 21:30
    on_time, late = due(plan, plan.made), due(plan, plan.made + HOUR)

    assert on_time.events[1].volume.level is SIREN
    assert late.events[1].volume.level is PUSH


def test_deadline_alarms_stop_when_the_public_was_told(case, full, agency, now):
    hasty = deciding(full, deadline_h=3.0)
    plan = planned(case, hasty, agency, now)
    progress = due(plan, now).progress
    waiting = due(plan, now + 150 * MINUTE, progress)
    public = attrs.evolve(progress, is_public=True)

    (alarm,) = of(EventKind.DEADLINE, waiting.events)
    assert (alarm.ahead_s, alarm.merged) == (1_800, 1)
    told = due(plan, now + 150 * MINUTE, public)
    assert of(EventKind.DEADLINE, told.events) == []


def test_what_was_ended_by_somebody_asks_for_nothing_more(plan, now):
    over = due(plan, now, Progress(is_over=True))

    assert (over.events, over.wake) == ((), None)


def test_a_time_without_an_offset_is_refused(plan, now):
    with pytest.raises(InvalidValue, match="UTC offset"):
        due(plan, now.replace(tzinfo=None))


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_a_day_sends_nothing_twice_and_ends_once(plan, now, days):
    progress = due(plan, now + HOUR).progress
    jump = due(plan, now + HOUR + days * 24 * HOUR, progress)
    back = due(plan, now + 2 * HOUR, jump.progress)

    if days < 0:
        assert jump.events == ()
        assert EventKind.END not in kinds(back.events)
        assert jump.wake == now + 84 * MINUTE  # 18:24, the fourth stage
    else:
        assert kinds(jump.events) == [EventKind.END]
        assert (jump.wake, back.events, back.wake) == (None, (), None)


polls = st.lists(st.integers(-30 * 60, 40 * 60), min_size=1, max_size=12)


@given(polls)
def test_every_event_comes_once_and_none_after_the_end(plan, now, minutes):
    """Whenever somebody asks, also where the clock jumps back and forth.

    Without quiet hours: what comes late into a night is raised besides.
    """
    schedule = attrs.evolve(plan.schedule, loudness=None)
    plan = attrs.evolve(plan, schedule=schedule)
    progress, seen, ended = None, 0, 0
    for minute in minutes:
        found = due(plan, now + minute * MINUTE, progress)
        if ended:
            assert found.events == ()
        seen += sum(1 + event.merged for event in found.events)
        ended += kinds(found.events).count(EventKind.END)
        progress = found.progress
    # Time never runs behind the making of the plan.
    latest = max(now + max(minutes) * MINUTE, plan.made)

    assert ended == (latest >= plan.expires)
    assert seen == sum(event.at <= latest for event in timeline(plan))


@given(polls)
def test_the_end_always_comes(plan, now, minutes):
    progress = None
    for minute in minutes:
        progress = due(plan, now + minute * MINUTE, progress).progress
    had_ended = progress.checked >= plan.expires
    end = due(plan, plan.expires + HOUR, progress)

    assert had_ended or kinds(end.events) == [EventKind.END]


@given(polls)
def test_nothing_comes_before_it_is_time_to_wake(plan, now, minutes):
    progress = None
    for minute in minutes:
        found = due(plan, now + minute * MINUTE, progress)
        progress = found.progress
        if found.wake is None:
            break
        before = found.wake - dt.timedelta(seconds=1)
        assert due(plan, before, progress).events == ()
        assert due(plan, found.wake, progress).events != ()


# --- clocks that change ---------------------------------------------------------------

# From release 2025b of the tz database (africa, europe, northamerica): when clocks are
# put forward or back. Another release may know another future, so nothing here rests on
# what this system says; `test_clock_changes` brings its own zones.
CHANGES = [
    ("Africa/Casablanca", "2025-02-23T02:00", +1),
    ("Africa/Casablanca", "2025-04-06T02:00", -1),
    ("Africa/Casablanca", "2026-02-15T02:00", +1),
    ("Africa/Casablanca", "2026-03-22T02:00", -1),
    ("Africa/Casablanca", "2027-02-07T02:00", +1),
    ("Africa/Casablanca", "2027-03-14T02:00", -1),
    ("Europe/Paris", "2026-03-29T01:00", -1),
    ("Europe/Paris", "2026-10-25T01:00", +1),
    ("America/Chicago", "2026-03-08T08:00", -1),
    ("America/Chicago", "2026-11-01T07:00", +1),
]


def planned_there(case, pack, agency, begins, zone):
    shifted = attrs.evolve(
        case,
        last_seen=attrs.evolve(case.last_seen, time=begins - 20 * MINUTE),
        report=attrs.evolve(case.report, received=begins),
        sightings=(),
    )
    # The consent of the example is of another day.
    decided = Override(by="officer-7", reason="consent is on paper", at=begins)
    there = attrs.evolve(agency, time_zone=zone)
    return planned(shifted, pack, there, begins, overrides=[decided])


@pytest.fixture(params=CHANGES, ids=lambda change: f"{change[0]}-{change[1][:10]}")
def change(request, case, full, agency):
    """A plan that begins two hours before clocks change."""
    zone, at, hours = request.param
    instant = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    begins = instant - 2 * HOUR
    return planned_there(case, full, agency, begins, zone), instant, hours


def test_a_day_is_24_hours_whatever_clocks_do(change):
    plan, _, _ = change
    ends = timeline(plan)[-1]

    assert ends.at - plan.made == 24 * HOUR
    assert due(plan, ends.at - MINUTE, Progress(checked=plan.made)).wake == ends.at
    assert kinds(due(plan, ends.at).events) == [EventKind.END]


def test_the_morning_is_at_seven_by_the_clocks_of_that_morning(change):
    plan, instant, _ = change
    raised = of(EventKind.RAISE, timeline(plan))

    assert {f"{e.volume.local:%H:%M}" for e in raised} == {"07:00"}
    assert all(e.at > instant for e in raised)


def test_an_hour_that_comes_twice_leaves_people_asleep(case, full, agency):
    """Quiet until 02:30, on a night on which there are two."""
    early = attrs.evolve(NIGHT, quiet_until=dt.time(2, 30))
    pack = deciding(full, loudness=early)
    begins = dt.datetime(2026, 10, 25, 0, 15, tzinfo=dt.UTC)  # 02:15, the first time
    plan = planned_there(case, pack, agency, begins, "Europe/Paris")
    (raised,) = of(EventKind.RAISE, timeline(plan))

    assert raised.at == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert f"{raised.volume.local:%H:%M %z}" == "02:30 +0100"


def test_an_hour_that_is_skipped_leaves_people_asleep(case, full, agency):
    """Quiet until 02:30, on a night on which there is none."""
    early = attrs.evolve(NIGHT, quiet_until=dt.time(2, 30))
    pack = deciding(full, loudness=early)
    begins = dt.datetime(2026, 3, 29, 0, 45, tzinfo=dt.UTC)  # 01:45, then 03:00 comes
    plan = planned_there(case, pack, agency, begins, "Europe/Paris")
    (raised,) = of(EventKind.RAISE, timeline(plan))

    assert raised.at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert f"{raised.volume.local:%H:%M %z}" == "03:30 +0200"


# --- to go on for longer --------------------------------------------------------------


def test_an_extension_moves_the_end_and_nothing_else(plan, now):
    longer = extend(plan, by="officer-7", reason="still missing", now=now + HOUR)

    assert longer.expires == plan.expires + 6 * HOUR
    assert longer.stages[-1].ends == longer.services.ends == longer.expires
    assert longer.stages[:-1] == plan.stages[:-1]
    assert longer.stages[-1].cells is plan.stages[-1].cells
    (record,) = longer.extensions
    assert (record.by, record.at) == ("officer-7", now + HOUR)


def test_an_alert_that_was_extended_is_over_later(plan, now):
    longer = extend(plan, by="officer-7", reason="still missing", now=now)

    assert kinds(due(plan, plan.expires).events) == [EventKind.END]
    assert EventKind.END not in kinds(due(longer, plan.expires).events)
    assert timeline(longer)[-1].at == longer.expires


def test_extensions_are_counted(plan, now):
    for _ in range(2):
        plan = extend(plan, by="officer-7", reason="still missing", now=now)
    with pytest.raises(PlanRefused) as caught:
        extend(plan, by="officer-7", reason="still missing", now=now)

    assert caught.value.code == "no-extension-left"


def test_a_pack_without_extensions_allows_none(case, pack, agency, now):
    with pytest.raises(PlanRefused) as caught:
        extend(planned(case, pack, agency, now), by="a", reason="b", now=now)

    assert caught.value.code == "no-extension"


def test_what_has_ended_cannot_be_extended(plan):
    with pytest.raises(PlanRefused) as caught:
        extend(plan, by="a", reason="b", now=plan.expires)

    assert caught.value.code == "expired"


def test_a_revision_keeps_the_later_end(case, full, agency, plan, now):
    longer = extend(plan, by="officer-7", reason="still missing", now=now)
    revised = planned(case, full, agency, now + HOUR, previous=longer)

    assert revised.expires == longer.expires
    assert revised.extensions == longer.extensions


# --- what reviewers have broken -------------------------------------------------------


def test_a_revision_is_told_however_late_the_plan_before_was_asked(
    case, full, agency, plan, now
):
    """Between planning and approval of a revision the old plan was still polled."""
    revised = planned(case, full, agency, now + HOUR, previous=plan)
    progress = due(plan, now + HOUR + 10 * MINUTE).progress
    found = due(revised, now + HOUR + 11 * MINUTE, progress)

    assert kinds(found.events)[:2] == [EventKind.SERVICES, EventKind.SEND]


def test_what_goes_out_late_in_the_night_is_raised_in_the_morning(
    case, full, agency, now
):
    """Planned by day, approved in quiet hours: no stage was held back on paper."""
    evening = now + 4 * HOUR - 10 * MINUTE  # 21:50
    plan = planned(case, full, agency, evening)
    late = due(plan, evening + 15 * MINUTE)

    assert late.events[1].volume.is_held_back
    morning = now + 13 * HOUR  # 07:00
    asked = due(plan, morning, late.progress)
    raised = [e for e in asked.events if e.volume]
    assert [e.volume.level for e in raised] == [SIREN]


def test_what_was_not_raised_in_the_morning_is_raised_the_next(case, full, agency, now):
    long = deciding(full, duration_h=72.0)
    plan = planned(case, long, agency, now + 9 * HOUR)  # 03:00, all of it at once
    sent = due(plan, plan.made)
    night = due(plan, plan.made + 24 * HOUR, sent.progress)
    morning = due(plan, plan.made + 28 * HOUR, night.progress)

    assert kinds(sent.events) == [EventKind.SERVICES, EventKind.SEND]
    assert EventKind.RAISE not in kinds(night.events)
    assert EventKind.RAISE in kinds(morning.events)
    assert due(plan, plan.made + 29 * HOUR, morning.progress).events == ()


def test_after_the_end_not_even_an_extension_wakes_it(plan):
    """The clock went back a second, and somebody extended what had ended."""
    progress = due(plan, plan.expires).progress
    back = plan.expires - dt.timedelta(seconds=1)
    longer = extend(plan, by="officer-7", reason="still missing", now=back)

    assert due(longer, back, progress).events == ()
    assert due(longer, longer.expires, progress).events == ()


def test_a_stage_that_reaches_nobody_new_rings_for_nothing(plan):
    first, second, *rest = plan.stages
    same = attrs.evolve(second, added=second.added - second.added)
    thin = attrs.evolve(plan, stages=(first, same, *rest))

    assert [e.stage for e in of(EventKind.SEND, timeline(thin))] == [0, 2, 3, 4]


def test_a_decision_of_tomorrow_wakes_nobody_tonight(case, full, agency, now):
    tomorrow = Override(
        concern=Concern.QUIET_HOURS, by="a", reason="b", at=now + 24 * HOUR
    )
    plan = at_hour(case, full, agency, now, 9, overrides=[tomorrow])

    assert of(EventKind.SEND, timeline(plan))[0].volume.level is PUSH


def test_a_plan_cannot_be_extended_before_it_was_made(plan):
    with pytest.raises(PlanRefused) as caught:
        extend(plan, by="a", reason="b", now=plan.made - MINUTE)

    assert caught.value.code == "too-early"


def test_an_override_of_no_concern_is_refused(now):
    with pytest.raises(InvalidValue, match="a Concern"):
        Override(concern="quiet_hours", by="a", reason="b", at=now)
