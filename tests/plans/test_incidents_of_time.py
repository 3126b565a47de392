"""What went wrong elsewhere about hours, and what a plan does of it.

The incidents are those of the project's study of systems in force; the source is given
where there is one.
"""

import datetime as dt

import attrs
import pytest
from plan_samples import HOUR, MINUTE, deciding, planned

from amberkit.eligibility.packs.policy import (
    Extension,
    Intrusiveness,
    Loudness,
    Repeat,
)
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

SIREN_BY_DAY = Loudness(
    level=Intrusiveness.SIREN,
    quiet_level=Intrusiveness.PUSH,
    quiet_from=dt.time(22),
    quiet_until=dt.time(7),
)


@pytest.fixture(scope="module")
def agency(agency):
    """An hour ahead of UTC for good: what Morocco is in 2026 hangs on the tz release."""
    return attrs.evolve(agency, time_zone="Etc/GMT-1")


def begun_at(case, pack, agency, now, *, hours, **options):
    return planned(case, pack, agency, now + hours * HOUR, **options)


def test_ontario_2019_a_province_is_not_woken_at_three_without_a_name_to_it(
    case, pack, agency, now
):
    """At 3 am, twelve hours after, phones rang all over Ontario; callers blocked lines."""
    loud = deciding(pack, loudness=SIREN_BY_DAY)
    plan = begun_at(case, loud, agency, now, hours=9)
    first = due(plan, plan.made).events[1]

    assert f"{first.volume.local:%H:%M}" == "03:00"
    assert (first.volume.level, first.volume.wanted) == (
        Intrusiveness.PUSH,
        Intrusiveness.SIREN,
    )
    decided = Override(
        concern=Concern.QUIET_HOURS, by="chief-2", reason="a plate, 20 km off", at=now
    )
    woken = begun_at(case, loud, agency, now, hours=9, overrides=[decided])
    volume = due(woken, woken.made).events[1].volume
    assert (volume.level, volume.lifted_by) == (Intrusiveness.SIREN, decided)


def test_quebec_silver_phones_do_not_ring_again_hours_after_the_end(
    case, pack, agency, now
):
    """Phones rang again up to a day after the alert had been lifted."""
    endless = deciding(pack, repeat=Repeat(every_min=15, for_h=720))
    plan = planned(case, endless, agency, now)
    progress = due(plan, plan.expires).progress
    for hours in (1, 5, 24, 240):
        assert due(plan, plan.expires + hours * HOUR, progress).events == ()
    assert timeline(plan)[-1].kind is EventKind.END
    # And what a person has ended is over, whatever the plan still holds.
    assert due(plan, now + HOUR, Progress(is_over=True)).events == ()


@pytest.mark.parametrize("hours_off", [-24, 0, 24])
def test_ottawa_2020_nothing_is_sent_again_the_day_after(
    case, pack, agency, now, hours_off
):
    """An alert was sent once more on the day after the child had been found."""
    plan = planned(case, pack, agency, now)
    progress = due(plan, plan.expires).progress
    tomorrow = plan.expires + 24 * HOUR + hours_off * HOUR

    assert due(plan, tomorrow, progress).events == ()
    # Asked for the first time that late, it ends; it never begins.
    late = due(plan, plan.expires + 24 * HOUR)
    assert [event.kind for event in late.events] == [EventKind.END]


def test_dunkirk_2023_the_end_is_seen_coming_while_the_child_is_missing(
    case, pack, agency, now
):
    """After three hours the alert was over by rule, and the child was still missing."""
    french = deciding(pack, duration_h=3.0, extension=Extension(count=1, hours=3))
    plan = planned(case, french, agency, now)
    before = due(plan, plan.expires - 20 * MINUTE, Progress(checked=now))
    (alarm,) = [e for e in before.events if e.kind is EventKind.EXPIRY]

    assert (alarm.ahead_s, alarm.number) == (1_800, 1)
    longer = extend(plan, by="chief-2", reason="still missing", now=alarm.at)
    assert longer.expires == plan.expires + 3 * HOUR
    with pytest.raises(PlanRefused, match="1 times at most"):
        extend(longer, by="chief-2", reason="still missing", now=alarm.at)


def test_texas_2022_somebody_is_told_long_before_a_day_has_gone_by(
    case, pack, agency, now
):
    """The alert came some 24 hours after the disappearance."""
    strict = deciding(pack, deadline_h=6.5, duration_h=24.0)
    plan = planned(case, strict, agency, now)
    alarms = [e for e in timeline(plan) if e.kind is EventKind.DEADLINE]

    assert [e.ahead_s // 60 for e in alarms] == [360, 120, 30, 0]
    assert alarms[0].at == now + 30 * MINUTE
    # A plan that is made too late says so itself.
    late = begun_at(case, strict, agency, now, hours=23.5)
    assert "deadline-passed" in {alarm.code for alarm in late.alarms}


def test_an_abduction_told_late_does_not_begin_small(case, pack, agency, now):
    """In most of the worst cases two hours went by before police were told."""
    plan = begun_at(case, pack, agency, now, hours=7)

    assert plan.stages[0].radius_m == 160_000
    assert plan.stages[0].why.elapsed_s == 7 * 3600 + 20 * 60
    assert attrs.evolve(plan).expires == plan.made + 24 * HOUR
