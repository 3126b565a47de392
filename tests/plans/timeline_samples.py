"""Plans with times, hours and rules at will, and with no area to speak of."""

import datetime as dt
import zoneinfo

from hypothesis import strategies as st

from amberkit.eligibility import Truth
from amberkit.eligibility.packs.policy import (
    Extension,
    Intrusiveness,
    Loudness,
    Repeat,
    Scope,
)
from amberkit.geo import CellSet, Disk, LatLon, cover
from amberkit.plans import (
    AlertPlan,
    Atlas,
    Concern,
    Due,
    Override,
    Schedule,
    ServicesPlan,
    Stage,
    due,
)
from amberkit.values import CaseId

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)
HERE = Disk(LatLon(lat=33.5, lon=-7.5), radius_m=1_000)
CELLS = cover(HERE, 8)


def utc(*args):
    return dt.datetime(*args, tzinfo=dt.UTC)


NOON = utc(2026, 1, 10, 12)


def loudness(level="siren", quiet="push", since=22, until=7):
    def clock(at):
        return at if isinstance(at, dt.time) else dt.time(at)

    return Loudness(
        level=Intrusiveness(level),
        quiet_level=Intrusiveness(quiet),
        quiet_from=clock(since),
        quiet_until=clock(until),
    )


def lift(at, concern=Concern.QUIET_HOURS):
    return Override(concern=concern, by="chief-2", reason="decided", at=at)


def alert(
    made=NOON,
    *,
    began=None,
    received=None,
    stages_h=(0.0,),
    lasts_h=24.0,
    deadline_h=24.0,
    zone="UTC",
    repeat=None,
    extension=None,
    loud=None,
    overrides=(),
):
    """A plan that was made at *made*, with stages so many hours after that."""
    began = began or made
    received = received or began
    expires = began + lasts_h * HOUR
    starts = [made + after * HOUR for after in stages_h]
    stages = tuple(
        Stage(
            index=index,
            starts=start,
            ends=end,
            radius_m=1_000.0,
            region=HERE,
            cells=CELLS,
            added=CELLS,
            withdrawn=CellSet(8),
            parts=(),
        )
        for index, (start, end) in enumerate(
            zip(starts, [*starts[1:], expires], strict=True)
        )
    )
    return AlertPlan(
        case_id=CaseId("XX-1"),
        revision=1,
        pack="shire-alert",
        pack_digest="0" * 64,
        truth=Truth.TRUE,
        overrides=tuple(overrides),
        made=made,
        began=began,
        foci=(),
        mobility=None,
        last_seen=received,
        deadline=received + deadline_h * HOUR,
        expires=expires,
        stages=stages,
        services=ServicesPlan(
            scope=Scope.NATIONWIDE,
            starts=made,
            ends=expires,
            radius_m=1_000.0,
            region=None,
            special_data=False,
        ),
        boundary=None,
        atlas=Atlas(),
        schedule=Schedule(
            time_zone=zone,
            received=received,
            repeat=None
            if repeat is None
            else Repeat(every_min=repeat[0], for_h=repeat[1]),
            extension=None
            if extension is None
            else Extension(count=extension[0], hours=extension[1]),
            loudness=loud,
        ),
        spill_m=0.0,
    )


def poll(plan, times, progress=None) -> list[Due]:
    """Ask again and again, each time with what came of the time before."""
    answers = []
    for time in times:
        answers.append(due(plan, time, progress))
        progress = answers[-1].progress
    return answers


def follow(plan, progress=None, start=None) -> list[Due]:
    """Ask whenever there is something to ask for, until it is over."""
    answers = [due(plan, start or plan.made, progress)]
    while answers[-1].wake is not None:
        answers.append(due(plan, answers[-1].wake, answers[-1].progress))
    return answers


def codes(events):
    return [event.kind.value for event in events]


def done(answers):
    return [event for answer in answers for event in answer.events]


def is_quiet(time, rule, zone):
    """What a clock on the wall says: written without the code that it checks."""
    clock = time.astimezone(zoneinfo.ZoneInfo(zone)).time()
    if rule.quiet_from < rule.quiet_until:
        return rule.quiet_from <= clock < rule.quiet_until
    return clock >= rule.quiet_from or clock < rule.quiet_until


def is_steady(time, zone):
    """Whether no clock changes within two days."""
    hours = [time + hours * HOUR for hours in range(-48, 49)]
    return len({t.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() for t in hours}) == 1


zones = st.sampled_from(
    [
        "UTC",
        "Africa/Casablanca",
        "America/Toronto",
        "Europe/Paris",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ]
)
clocks = st.times().map(lambda time: time.replace(second=0, microsecond=0))
LEVELS = list(Intrusiveness)
loudnesses = st.none() | st.builds(
    lambda pair, since, until: Loudness(
        level=max(pair, key=LEVELS.index),
        quiet_level=min(pair, key=LEVELS.index),
        quiet_from=since,
        quiet_until=until,
    ),
    st.tuples(*[st.sampled_from(LEVELS)] * 2),
    clocks,
    clocks,
)


@st.composite
def alerts(draw):
    made = utc(2024, 1, 1) + draw(st.timedeltas(dt.timedelta(0), 1_460 * DAY))
    lasts_h = draw(st.floats(0.5, 100))
    age_h = draw(st.just(0.0) | st.floats(0, 0.9).map(lambda share: share * lasts_h))
    left_h = lasts_h - age_h
    began = made - age_h * HOUR
    late = draw(st.floats(0, 30)) * HOUR
    shares = draw(
        st.lists(st.floats(0.01, 0.9), max_size=4, unique_by=lambda x: round(x, 2))
    )
    extension = draw(st.none() | st.tuples(st.integers(0, 3), st.floats(0.1, 30)))
    return alert(
        made,
        began=began,
        received=began - late,
        stages_h=(0.0, *sorted(share * left_h for share in shares)),
        lasts_h=lasts_h,
        deadline_h=draw(st.floats(0.5, 100)),
        zone=draw(zones),
        repeat=draw(st.none() | st.tuples(st.floats(20, 1_440), st.floats(0.1, 100))),
        extension=extension,
        loud=draw(loudnesses),
        overrides=[
            lift(made + h * HOUR)
            for h in draw(st.lists(st.floats(-5, 100), max_size=1))
        ],
    )
