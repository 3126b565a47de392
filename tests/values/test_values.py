"""The small values: what goes in, what comes out, what is refused."""

import copy
import datetime as dt
import pickle
import unicodedata
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.errors import InvalidValue
from amberkit.values import (
    LatLon,
    Localized,
    aware_utc,
    case_id,
    clean_text,
    finite,
    language_tag,
)

NO_NUMBERS = [True, False, "1", None, b"1", 1j, Decimal(1), Fraction(1), [1]]
NOT_FINITE = [float("nan"), float("inf"), -float("inf"), 10**400, -(10**400)]


@given(st.floats(-5, 5) | st.integers(-5, 5))
def test_finite_returns_the_number_as_a_float(value):
    result = finite("x", value, -5, 5)

    assert (type(result), result) == (float, value)


@pytest.mark.parametrize("value", NO_NUMBERS + NOT_FINITE + [5.000001, -5.1], ids=repr)
def test_finite_refuses_what_is_no_number_in_range_without_showing_it(value):
    with pytest.raises(InvalidValue) as caught:
        finite("x", value, -5, 5)

    assert str(caught.value) == "x must be a finite number in [-5, 5]"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_compares_and_hashes_by_value(lat, lon):
    here = LatLon(lat=lat, lon=lon)

    assert (here.lat, here.lon) == (lat, lon)
    assert here == LatLon(lat=lat, lon=lon)
    assert hash(here) == hash(copy.deepcopy(here))
    assert pickle.loads(pickle.dumps(here)) == here


@pytest.mark.parametrize("bad", NO_NUMBERS + NOT_FINITE + [181, -180.0001], ids=repr)
def test_a_position_off_the_globe_is_refused_by_the_name_of_its_field(bad):
    with pytest.raises(InvalidValue) as lat:
        LatLon(lat=bad, lon=0)
    with pytest.raises(InvalidValue) as lon:
        LatLon(lat=0, lon=bad)

    assert (lat.value.name, lon.value.name) == ("lat", "lon")


def test_a_position_takes_no_positions_and_cannot_be_changed():
    with pytest.raises(TypeError):
        LatLon(33.5, -7.6)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        LatLon(lat=33.5, lon=-7.6).lat = 0


# --- times ----------------------------------------------------------------------------


@given(
    st.datetimes(
        dt.datetime.fromisoformat("1900-01-03"),
        dt.datetime.fromisoformat("2999-12-29"),
        timezones=st.timezones(),
    )
)
def test_a_time_keeps_its_instant_and_is_in_utc(time):
    result = aware_utc(time)

    assert result.tzinfo is dt.UTC
    assert result == time.astimezone(dt.UTC)
    assert aware_utc(result) == result


class Vague(dt.tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, when):
        return None


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime.fromisoformat("2026-11-22"),
        dt.datetime(2026, 11, 22, tzinfo=Vague()),
        dt.date(2026, 11, 22),
        "2026-11-22T00:00:00Z",
        0,
        None,
    ],
    ids=repr,
)
def test_a_time_without_offset_is_refused(value):
    with pytest.raises(InvalidValue, match="time must be a datetime with a UTC offset"):
        aware_utc(value)


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=1))),
        dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=1))),
        dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        dt.datetime(2999, 12, 31, 23, 30, tzinfo=dt.timezone(-dt.timedelta(hours=1))),
        dt.datetime(3000, 1, 1, tzinfo=dt.UTC),
    ],
    ids=["first", "last", "before", "after", "later"],
)
def test_a_time_outside_the_calendar_is_refused(value):
    with pytest.raises(InvalidValue, match="between the years 1900 and 2999"):
        aware_utc(value)


def test_a_repeated_hour_is_told_apart():
    zone = ZoneInfo("Europe/Paris")
    early = dt.datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    late = early.replace(fold=1)

    assert aware_utc(late) - aware_utc(early) == dt.timedelta(hours=1)


# --- texts ----------------------------------------------------------------------------

INVISIBLE = [
    "\x00",
    "\x1b",
    "\x7f",
    "\x85",
    "\u200b",
    "\u2028",
    "\u2029",
    "\u202a",
    "\u202e",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ud800",
    "\udfff",
]


@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_a_text_with_a_hidden_character_is_refused_without_showing_it(character):
    with pytest.raises(InvalidValue) as caught:
        clean_text(f"ليلى{character}canary")

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "\u2066open",
        "closed\u2069",
        "\u2069\u2066",
        "\u2067a\u2068b\u2069",
        "\u2066a\nb\u2069",
        "\u2066a\r\nb\u2069",
    ],
    ids=ascii,
)
def test_an_isolate_must_close_in_its_own_line(text):
    with pytest.raises(InvalidValue):
        clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u2067ليلى\u2069 9",
        "\u2066a\u2068b\u2069\u2069\n\u2066c\u2069",
        "می\u200cخواهم \u200f!\u061c",
        "tab\tand\nline",
        "👧🏽",
    ],
    ids=ascii,
)
def test_a_decent_text_stays_as_it_is(text):
    assert clean_text(text) == text


@pytest.mark.parametrize("value", [None, 1, b"a", ["a"]], ids=repr)
def test_what_is_no_text_is_refused(value):
    with pytest.raises(InvalidValue, match="text must be a text"):
        clean_text(value)


@given(st.text())
def test_a_clean_text_is_in_nfc_and_stays_clean(text):
    try:
        clean = clean_text(text)
    except InvalidValue:
        return

    assert clean == unicodedata.normalize("NFC", clean)
    assert "\r" not in clean
    assert clean_text(clean) == clean
    clean.encode()


def test_lines_end_in_one_way():
    assert clean_text("a\r\nb\rc\n") == "a\nb\nc\n"


# --- identifiers ----------------------------------------------------------------------


@pytest.mark.parametrize("value", ["A", "7", "MA-2026-0001", "A" * 64, "A-"])
def test_a_good_case_id_is_taken(value):
    assert case_id(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "-A", "a", "A B", "A\n", "A" * 65, "../A", "É", "٣", None, 1],
    ids=repr,
)
def test_a_bad_case_id_is_refused(value):
    with pytest.raises(InvalidValue, match="case id must be"):
        case_id(value)


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("AR", "ar"),
        ("fr-ma", "fr-MA"),
        ("ZGH-TFNG-ma", "zgh-Tfng-MA"),
        ("es-419", "es-419"),
        ("zh-hant", "zh-Hant"),
    ],
)
def test_a_language_tag_is_written_in_canonical_case(value, canonical):
    assert language_tag(value) == canonical
    assert language_tag(canonical) == canonical


@pytest.mark.parametrize(
    "value",
    ["", "f", "français", "fr_MA", "fr-", "fr\n", "fr-MA-x", "x-fr", None, 1],
    ids=repr,
)
def test_a_bad_language_tag_is_refused(value):
    with pytest.raises(InvalidValue, match="language must be a BCP 47 tag"):
        language_tag(value)


# --- texts in several languages ---------------------------------------------------------


def test_a_localized_text_keeps_its_order_and_compares_without_it():
    one = Localized({"ar": "ليلى", "FR-ma": "Lei\u0308la"})
    other = Localized({"fr-MA": "Leïla", "ar": "ليلى"})

    assert list(one) == ["ar", "fr-MA"]
    assert one.as_dict() == {"ar": "ليلى", "fr-MA": "Leïla"}
    assert one == other
    assert hash(one) == hash(other)
    assert one != Localized({"ar": "ليلى"})
    assert one != "ليلى"


def test_a_localized_text_is_not_printed():
    assert repr(Localized({"ar": "ليلى", "fr": "Leïla"})) == "Localized(ar, fr)"


def test_a_localized_text_survives_copy_and_pickle():
    one = Localized({"ar": "ليلى", "fr": "Leïla"})

    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(one, protocol)) == one
    assert copy.deepcopy(one) == one


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"fr": ""},
        {"fr": " \n"},
        {"fr": "a", "ar": ""},
        {"fr-ma": "a", "fr-MA": "b"},
        {"fr": None},
        {"fr": "\u202e"},
        {"français": "a"},
        {1: "a"},
    ],
    ids=repr,
)
def test_a_bad_localized_text_is_refused(texts):
    with pytest.raises(InvalidValue):
        Localized(texts)


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("fr", "France"),
        ("fr-MA", "Maroc"),
        ("FR-ma", "Maroc"),
        ("fr-BE", "France"),
        ("ar-EG", "مصر"),
        ("ar", "مصر"),
        ("en", None),
    ],
)
def test_a_text_is_found_by_tag_and_then_by_primary_language(language, found):
    texts = Localized({"fr": "France", "fr-MA": "Maroc", "ar-EG": "مصر"})

    assert texts.find(language) == found
