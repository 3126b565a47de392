"""The second line behind the schema: nothing is converted silently."""

import datetime as dt

import pytest

from amberkit.cases._codec import _CONVERTER
from amberkit.errors import InvalidValue
from amberkit.values import Localized


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7.9, int),
        ("7", int),
        (True, int),
        (float("nan"), int),
        (True, float),
        ("7.9", float),
        (1, bool),
        ("yes", bool),
        (1, str),
        (None, str),
        (1_795_000_000, dt.datetime),
        (20_261_122, dt.date),
        ("ليلى", Localized),
        (["ليلى"], Localized),
    ],
    ids=repr,
)
def test_a_value_of_another_kind_is_refused(value, kind):
    with pytest.raises(InvalidValue) as caught:
        _CONVERTER.structure(value, kind)

    assert "ليلى" not in str(caught.value)


def test_whole_numbers_become_reals_and_back_without_loss():
    assert _CONVERTER.structure(7, float) == 7.0
    assert type(_CONVERTER.structure(7.0, int)) is int
