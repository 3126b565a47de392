"""What is filled in when a form is sent, and nothing else changes."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.messages import Slot, cap_time, fill

NOW = dt.datetime(2026, 11, 22, 18, 5, tzinfo=dt.UTC)
FIRST = "a@b.example,A-1,2026-11-22T18:00:00-00:00"
SECOND = "a@b.example,A-2,2026-11-22T18:01:00-00:00"


@pytest.mark.parametrize(
    ("time", "written"),
    [
        (NOW, "2026-11-22T18:05:00-00:00"),
        (NOW.replace(microsecond=999_999), "2026-11-22T18:05:00-00:00"),
        (
            dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
            "2025-12-31T23:30:00-00:00",
        ),
    ],
)
def test_a_time_is_in_utc_as_cap_writes_it(time, written):
    assert cap_time(time) == written


def test_the_first_message_of_a_lane_is_an_alert_without_references():
    form = b"<t>\0sent\0</t><m>\0msgType\0</m>\0references\0<e/>"

    assert fill(form, sent=NOW, references=()) == (
        b"<t>2026-11-22T18:05:00-00:00</t><m>Alert</m><e/>"
    )


def test_a_later_message_is_an_update_of_all_before_it_in_their_order():
    form = b"<m>\0msgType\0</m>\0references\0"

    assert fill(form, sent=NOW, references=(FIRST, SECOND)) == (
        f"<m>Update</m><references>{FIRST} {SECOND}</references>".encode()
    )


def test_a_slot_is_filled_wherever_it_stands():
    assert fill(b"\0sent\0 \0sent\0", sent=NOW, references=()) == (
        b"2026-11-22T18:05:00-00:00 2026-11-22T18:05:00-00:00"
    )


@given(st.binary().filter(lambda form: b"\0" not in form), st.booleans())
def test_a_form_without_slots_stays_as_it_was_approved(form, is_update):
    assert fill(form, sent=NOW, references=(FIRST,) * is_update) == form


@given(
    st.lists(
        st.one_of(
            st.sampled_from([slot.value for slot in Slot]),
            st.binary().filter(lambda form: b"\0" not in form),
        )
    )
)
def test_no_slot_is_left_and_what_stands_between_them_is_kept(parts):
    form = fill(b"".join(parts), sent=NOW, references=(FIRST,))
    fixed = b".*".join(
        re.escape(part)
        for part in [b"", *parts, b""]
        if part not in [slot.value for slot in Slot]
    )

    assert b"\0" not in form
    assert re.fullmatch(fixed, form, re.DOTALL)
