"""When the clocks of a country change, an alert lasts as long as on any other day.

Morocco keeps +01 and goes back to +00 for Ramadan. The six changes of 2025 to 2027 were
read with zoneinfo from release 2025b of the tz database. Release 2026f knows another
future: +00 for good from 20 September 2026, at 02:00 local time, and no change in 2027.
So the rules of a zone are data of their day, and both releases are written here as
files for zoneinfo: what holds must hold under either, whatever this system has.
"""

import datetime as dt
import itertools
import struct
import zoneinfo

import pytest
from timeline_samples import DAY, HOUR, MINUTE, TICK, alert, done, follow, loudness, utc

from amberkit.plans import timeline
from amberkit.times import in_zone

FORTH, BACK = (0, 1), (1, 0)

# In UTC, and from how many hours ahead of UTC to how many.
MOROCCO_2025B = [
    (utc(2025, 2, 23, 2), *BACK),
    (utc(2025, 4, 6, 2), *FORTH),
    (utc(2026, 2, 15, 2), *BACK),
    (utc(2026, 3, 22, 2), *FORTH),
    (utc(2027, 2, 7, 2), *BACK),
    (utc(2027, 3, 14, 2), *FORTH),
]
MOROCCO_2026F = [*MOROCCO_2025B[:4], (utc(2026, 9, 20, 1), *BACK)]

# tz database 2025b; the rules are those of 2007 and of 1996.
AMERICA = [
    (utc(2025, 3, 9, 7), -5, -4),
    (utc(2025, 11, 2, 6), -4, -5),
    (utc(2026, 3, 8, 7), -5, -4),
    (utc(2026, 11, 1, 6), -4, -5),
]
EUROPE = [
    (utc(2025, 3, 30, 1), 1, 2),
    (utc(2025, 10, 26, 1), 2, 1),
    (utc(2026, 3, 29, 1), 1, 2),
    (utc(2026, 10, 25, 1), 2, 1),
]
RELEASES = {
    "2025b": {
        "Africa/Casablanca": MOROCCO_2025B,
        "America/Toronto": AMERICA,
        "Europe/Paris": EUROPE,
    },
    "2026f": {"Africa/Casablanca": MOROCCO_2026F},
}
CHANGES = [
    pytest.param(release, zone, *change, id=f"{release}-{zone}-{change[0]:%Y-%m-%d}")
    for release, zones in RELEASES.items()
    for zone, changes in zones.items()
    for change in changes
]


def tzif(changes):
    """A zone as a file of version 1 of TZif (RFC 8536)."""
    offsets = sorted({hours for _, *both in changes for hours in both})
    # The first type is the one before all changes.
    offsets.sort(key=lambda hours: hours != changes[0][1])
    at = [int(time.timestamp()) for time, _, _ in changes]
    kinds = bytes(offsets.index(after) for _, _, after in changes)
    names = b"".join(f"{hours:+03d}\0".encode() for hours in offsets)
    counts = (0, 0, 0, len(at), len(offsets), len(names))
    return (
        struct.pack(">4sc15x6l", b"TZif", b"\0", *counts)
        + struct.pack(f">{len(at)}l", *at)
        + kinds
        + b"".join(
            struct.pack(">lBB", h * 3600, 0, i * 4) for i, h in enumerate(offsets)
        )
        + names
    )


@pytest.fixture
def release(request, tmp_path):
    """The zones of a release, for as long as a test lasts."""
    for zone, changes in RELEASES[request.param].items():
        path = tmp_path / zone
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(tzif(changes))
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    zoneinfo.ZoneInfo.clear_cache()
    yield request.param
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


every_change = pytest.mark.parametrize(
    ("release", "zone", "change", "before", "after"), CHANGES, indirect=["release"]
)


def test_there_are_six_changes_in_morocco_from_2025_to_2027():
    assert len(MOROCCO_2025B) == 6
    assert {time.year for time, _, _ in MOROCCO_2025B} == {2025, 2026, 2027}


@every_change
def test_the_files_say_what_the_table_says(release, zone, change, before, after):
    for time, hours in ((change - TICK, before), (change, after)):
        assert in_zone(time, zone).utcoffset() == hours * HOUR


@pytest.mark.parametrize("changes", [MOROCCO_2025B[:4], AMERICA, EUROPE])
def test_what_has_been_is_what_this_system_says(changes):
    zone = {
        id(AMERICA): "America/Toronto",
        id(EUROPE): "Europe/Paris",
    }.get(id(changes), "Africa/Casablanca")
    # The future is not for this system to know: it may have any release.
    for change, before, after in changes[:2]:
        for time, hours in ((change - TICK, before), (change, after)):
            assert in_zone(time, zone).utcoffset() == hours * HOUR


@every_change
def test_a_day_is_a_day_across_a_change(release, zone, change, before, after):
    made = change - 5 * HOUR
    plan = alert(
        made,
        stages_h=(0, 4.5, 5, 5.5, 6),
        repeat=(60, 24),
        extension=(1, 24),
        zone=zone,
        loud=loudness(),
    )
    found = timeline(plan)
    kinds = ("send", "repeat", "raise")
    sent = [(e.at - made) / HOUR for e in found if e.kind.value in kinds]

    # Every hour but the last, in which it ends, and two stages at half past.
    assert sent == sorted([*range(24), 4.5, 5.5])
    assert found[-1].at == made + DAY
    assert plan.deadline == made + DAY
    alarms = [(e.at - made) / HOUR for e in found if e.kind.value == "expiry"]
    assert alarms == [22, 23.5]


@every_change
def test_asked_across_a_change_everything_is_done_once_and_in_time(
    release, zone, change, before, after
):
    plan = alert(
        change - 5 * HOUR,
        stages_h=(0, 5, 6),
        repeat=(30, 24),
        zone=zone,
        loud=loudness(),
    )
    answers = follow(plan)

    assert [(e.kind, e.at) for e in done(answers)] == [
        (e.kind, e.at) for e in timeline(plan)
    ]
    assert all(a.wake < b.wake for a, b in itertools.pairwise(answers[:-1]))


@every_change
def test_quiet_hours_end_by_the_clock_on_the_wall(release, zone, change, before, after):
    """At 07:00 of the morning after the change: not nine hours after 22:00."""
    morning = in_zone(change, zone).date()
    begins = dt.datetime.combine(morning - DAY, dt.time(22), dt.UTC) - before * HOUR
    ends = dt.datetime.combine(morning, dt.time(7), dt.UTC) - after * HOUR
    plan = alert(begins - HOUR, stages_h=(0, 1), zone=zone, loud=loudness())
    raised = [e.at for e in timeline(plan) if e.kind.value == "raise"]

    assert raised == [ends]
    assert ends - begins == (9 + before - after) * HOUR
    sent = [e.volume for e in timeline(plan) if e.kind.value == "send"]
    assert [(each.local.hour, each.is_held_back) for each in sent] == [
        (21, False),
        (22, True),
    ]


@every_change
def test_an_hour_that_is_skipped_or_comes_twice_keeps_the_night_long_enough(
    release, zone, change, before, after
):
    """Quiet hours end half an hour into the hour that is skipped or comes twice.

    The night is then as long as it would be had the clocks not changed, or an hour
    longer where that reading is the later one.
    """
    skipped = after > before
    # The wall shows this once more after it was put back, or never.
    wall = (change + min(before, after) * HOUR + 30 * MINUTE).replace(tzinfo=None)
    rule = loudness(until=wall.time())
    begins = dt.datetime.combine(wall.date() - DAY, dt.time(22), dt.UTC) - before * HOUR
    if wall.time() > dt.time(22):
        begins += DAY
    plan = alert(begins, zone=zone, loud=rule)
    (ends,) = [e.at for e in timeline(plan) if e.kind.value == "raise"]

    assert ends == change + 30 * MINUTE
    if not skipped:
        # An hour before, the wall showed the same, and people were still asleep.
        assert in_zone(ends - HOUR, zone).time() == rule.quiet_until
        assert in_zone(ends, zone).time() == rule.quiet_until
    else:
        assert in_zone(ends, zone).time() > rule.quiet_until


@every_change
def test_a_night_that_begins_in_such_an_hour_begins_at_its_first_reading(
    release, zone, change, before, after
):
    wall = (change + min(before, after) * HOUR + 30 * MINUTE).replace(tzinfo=None)
    rule = loudness(since=wall.time(), until=7)
    first = change - 30 * MINUTE

    for made, is_held in ((first - TICK, False), (first, True), (change + HOUR, True)):
        sent = timeline(alert(made, zone=zone, loud=rule))[1]
        assert sent.volume.is_held_back is is_held
