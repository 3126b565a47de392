"""A fact of a plugin that fails does so by itself, and tells nothing of the case."""

import datetime as dt

import attrs
import pytest
from eligibility_samples import NOW, case_document

from amberkit.cases import load_case
from amberkit.eligibility import FACTS, FactFailed, FactType
from amberkit.eligibility.facts._plugins import _guarded
from amberkit.values import Confidence

CASE = load_case(case_document())


def fact(kind, found, fields=("extensions",)):
    shipped = FACTS["child.disability"]
    made = attrs.evolve(
        shipped,
        name="agency.own",
        type=kind,
        values=("a", "b") if kind is FactType.ENUM else (),
        derive=lambda case, now: (found, fields),
    )
    return _guarded(made)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (FactType.BOOLEAN, True, 1),
        (FactType.INTEGER, 7, True),
        (FactType.INTEGER, 0, 7.0),
        (FactType.INTEGER, -4, 10**20),
        (FactType.ENUM, "b", ["a"]),
        (FactType.ENUM, "a", "c"),
        (FactType.CONFIDENCE, Confidence.BELIEVED, "believed"),
        (FactType.DURATION, dt.timedelta(hours=1), 3_600),
    ],
)
def test_a_value_is_of_the_declared_type_or_the_fact_fails(kind, right, wrong):
    assert fact(kind, right).derive(CASE, NOW) == (right, ("extensions",))
    assert fact(kind, None).derive(CASE, NOW) == (None, ("extensions",))
    with pytest.raises(FactFailed, match=f"'agency.own' .*must return a {kind.value}"):
        fact(kind, wrong).derive(CASE, NOW)


@pytest.mark.parametrize(
    "fields", [(7,), {"extensions"}, ["extensions"], ("the father A. +212",), "x"]
)
def test_fields_are_names_of_fields(fields):
    with pytest.raises(FactFailed, match="names of fields"):
        fact(FactType.BOOLEAN, True, fields=fields).derive(CASE, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "boolean"},
        {"question": "?"},
        {"cost": "1"},
        {"cost": 9},
        {"privacy": 1},
    ],
)
def test_a_declaration_that_is_none_cannot_be_made(change):
    with pytest.raises((TypeError, ValueError)):
        attrs.evolve(FACTS["child.disability"], **change)


def test_an_error_inside_is_named_by_its_type_alone():
    def derive(case, now):
        raise KeyError(case.children[0].given_name.find("fr"))

    broken = _guarded(attrs.evolve(FACTS["child.disability"], derive=derive))

    with pytest.raises(FactFailed) as caught:
        broken.derive(CASE, NOW)

    assert str(caught.value).endswith("cannot be read: KeyError")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
