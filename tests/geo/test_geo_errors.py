"""Errors carry facts, catch as builtins, and survive a pickle."""

import pickle

import pytest

from amberkit import geo
from amberkit.errors import AmberkitError

EVERY_ERROR = [
    geo.InvalidRegion("rings must not cross", 0, 1, 2),
    geo.InvalidRegion("there must be at least one polygon"),
    geo.InvalidRegion("must have two points", line=1, vertex=0),
    geo.InvalidCell("a cell", 3),
    geo.MixedResolutions(7, 8),
    geo.CoverTooLarge(15, 1000),
    geo.BudgetExceeded(10, 5),
    geo.NotEnclosable("it is empty"),
]


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda e: type(e).__name__)
def test_errors_survive_pickling(error):
    twin = pickle.loads(pickle.dumps(error))

    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))
    assert isinstance(error, AmberkitError)
    assert isinstance(error, ValueError)
    assert str(error)


def test_a_fault_is_told_with_its_place():
    assert str(EVERY_ERROR[0]) == "polygon 0, ring 1, vertex 2: rings must not cross"
    assert str(EVERY_ERROR[1]) == "there must be at least one polygon"
    assert str(EVERY_ERROR[2]) == "line 1, vertex 0: must have two points"


def test_the_public_names_are_sorted_and_there():
    assert sorted(geo.__all__) == list(geo.__all__)
    assert all(hasattr(geo, name) for name in geo.__all__)
