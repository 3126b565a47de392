"""Times in CAP: whole seconds, an offset, never Z, and a leap second where there is one."""

import datetime as dt

import pytest
from cap_samples import SAMPLE

from amberkit.cap import CapError, parse_cap, write_cap


def sent_at(text):
    return SAMPLE.replace("2030-05-01T14:07:00+01:00", text).encode()


def test_a_leap_second_is_the_beginning_of_the_next_minute():
    alert = parse_cap(sent_at("2017-01-01T00:59:60+01:00"))

    assert alert.sent == dt.datetime(2017, 1, 1, tzinfo=dt.UTC)
    assert b"<sent>2017-01-01T01:00:00+01:00</sent>" in write_cap(alert)
    assert parse_cap(write_cap(alert)) == alert


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5-00:00",
        "2016-12-31T23:58:60-00:00",
        "2016-12-31T23:59:61-00:00",
    ],
)
def test_another_form_of_time_is_refused(text):
    with pytest.raises(CapError, match="never Z"):
        parse_cap(sent_at(text))
