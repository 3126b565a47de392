"""One reader of times, and clocks on the wall that skip an hour or show it twice."""

import datetime as dt
import json
import zoneinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amberkit.cases import dump_case, load_case
from amberkit.cli._exit import UsageError
from amberkit.cli._inputs import time_given
from amberkit.errors import InvalidDocument, InvalidValue
from amberkit.times import in_zone, instants_of, parse_time

# The second that was put in at the end of 2016, as four countries wrote it (IERS
# Bulletin C 52), and the beginning of the minute after it.
LEAPS = [
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.5Z",
    "2017-01-01T00:59:60+01:00",
    "2016-12-31T15:59:60-08:00",
    "2017-01-01T05:29:60.999999999+05:30",
]
NEW_YEAR = dt.datetime(2017, 1, 1, tzinfo=dt.UTC)
MALFORMED = [
    "2016-12-31T23:59:61Z",
    "2016-12-31T23:58:60Z",
    "2016-12-31T22:59:60Z",
    "2016-12-31T23:59:60+01:00",
    "2016-12-31T23:60:00Z",
    "2016-12-31T24:00:00Z",
    "2016-12-31T23:59:60",
    "2016-12-31T23:59Z",
    "2016-12-31T23:59:60+0100",
    "2016-12-31 23:59:60Z",
    "2016-12-31T23:59:60,5Z",
    "2016-12-31T23:59:60.Z",
    "2016-12-31T23:59:00+24:00",
    "2016-02-30T23:59:60Z",
    "20161231T235960Z",
    "2016-12-31T23:59:60Z\n",
    "٢٠١٦-12-31T23:59:60Z",
    "9999-12-31T23:59:60Z",
    "0001-01-01T00:00:60+14:00",
    "",
    None,
    20161231,
]


@pytest.mark.parametrize("text", LEAPS)
def test_a_leap_second_is_the_beginning_of_the_next_minute(text):
    assert parse_time(text) == NEW_YEAR


def test_the_offset_is_kept():
    assert parse_time(LEAPS[2]).utcoffset() == dt.timedelta(hours=1)
    assert parse_time("2026-11-22T18:05:00-00:00").utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InvalidValue, match="UTC offset such as") as refused:
        parse_time(text)

    assert refused.value.__cause__ is None


zones = st.timezones() | st.just(dt.UTC)


@given(st.datetimes(timezones=zones))
def test_every_time_reads_back_as_it_was_written(time):
    offset = time.utcoffset()
    # RFC 3339 has no seconds in an offset, as local mean time would need them.
    whole = dt.timezone(offset - offset % dt.timedelta(minutes=1))
    time = time.replace(tzinfo=whole)

    assert parse_time(time.isoformat()) == time


@given(
    st.integers(0, 2_000_000_000),
    st.sampled_from([".0", ".000001", ".5", ".999999", ""]),
    st.sampled_from([".0", ".000001", ".5", ".999999", ""]),
)
@example(0, ".5", ".0")
def test_reading_keeps_the_order_of_times_around_a_leap_second(day, one, other):
    """Neither what came before it, nor a part of it, nor what came after overtakes."""
    date = dt.datetime.fromtimestamp(day, dt.UTC).date()
    before = parse_time(f"{date}T23:59:59{one}Z")
    within = parse_time(f"{date}T23:59:60{other}Z")
    after = parse_time(f"{date + dt.timedelta(days=1)}T00:00:00{one}Z")

    assert before < within <= after


# --- the same instant everywhere ------------------------------------------------------


@pytest.fixture
def document(examples):
    raw = json.loads((examples / "casablanca.json").read_text("utf-8"))
    for child in raw["children"]:
        child.pop("birth_date", None)
    raw["report"]["received"] = LEAPS[2]
    raw["last_seen"]["time"] = LEAPS[3]
    raw["sightings"] = [
        {
            "at": {"lat": 33.6, "lon": -7.6},
            "uncertainty_m": 100,
            "seen": LEAPS[0],
            "reported": LEAPS[1],
            "confidence": "suspected",
        }
    ]
    return raw


def test_a_leap_second_is_one_instant_wherever_it_stands_in_a_case(document):
    case = load_case(document)
    (sighting,) = case.sightings

    assert case.report.received == case.last_seen.time == NEW_YEAR
    assert sighting.seen == sighting.reported == NEW_YEAR
    assert load_case(dump_case(case)) == case


@pytest.mark.parametrize("text", [text for text in MALFORMED if isinstance(text, str)])
def test_a_case_with_a_malformed_time_is_refused(document, text):
    document["sightings"][0]["seen"] = text

    with pytest.raises(InvalidDocument) as refused:
        load_case(document)

    found = [(p.path, p.code) for p in refused.value.problems]
    assert found == [("$.sightings[0].seen", "wrong-format")]


def test_a_leap_second_is_the_same_instant_on_the_command_line():
    assert time_given(LEAPS[3]) == NEW_YEAR
    with pytest.raises(UsageError, match="--now"):
        time_given("2016-12-31T23:58:60Z")


# --- clocks on the wall ---------------------------------------------------------------


def test_an_hour_that_comes_twice_has_two_readings():
    # 2025-10-26: at 03:00 CEST (01:00 UTC) clocks in France went back to 02:00.
    both = instants_of(dt.date(2025, 10, 26), dt.time(2, 30), "Europe/Paris")

    assert [f"{each:%H:%M}" for each in both] == ["00:30", "01:30"]


def test_an_hour_that_is_skipped_has_two_readings():
    # 2025-03-09: at 02:00 EST (07:00 UTC) clocks in New York went on to 03:00.
    both = instants_of(dt.date(2025, 3, 9), dt.time(2, 30), "America/New_York")

    assert [f"{each:%H:%M}" for each in both] == ["06:30", "07:30"]


@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2030, 1, 1)),
    st.times(),
    st.timezone_keys(allow_prefix=False),
)
def test_readings_show_the_clock_unless_the_hour_is_skipped(date, clock, zone):
    first, last = instants_of(date, clock, zone)
    wanted = dt.datetime.combine(date, clock)
    shown = [in_zone(each, zone).replace(tzinfo=None) for each in (first, last)]

    assert first <= last
    if first == last:
        assert shown == [wanted, wanted]
    else:
        assert shown in ([wanted, wanted], [*sorted(shown)])
        assert shown == [wanted, wanted] or shown[0] < wanted < shown[1]


@pytest.mark.parametrize("zone", ["Atlantis/Capital", "../etc", ""])
def test_a_zone_that_nobody_knows_is_refused(zone):
    with pytest.raises(InvalidValue, match="time_zone must be an IANA zone"):
        in_zone(NEW_YEAR, zone)
    with pytest.raises(InvalidValue, match="time_zone"):
        instants_of(dt.date(2026, 1, 1), dt.time(7), zone)


def test_the_zones_of_this_system_are_those_of_zoneinfo():
    paris = dt.datetime(2017, 1, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Paris"))

    assert in_zone(NEW_YEAR, "Europe/Paris").isoformat() == paris.isoformat()
