"""A restricted value leaves by `reveal` and by no other door."""

import copy
import io
import json
import logging
import pickle
import pprint
import string
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.errors import NotShareable
from amberkit.values import Restricted

CANARY = "canary-1f4"
secret = Restricted(CANARY)


def logged():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    record = logging.LogRecord("x", 30, __file__, 1, "%s %r", (secret, secret), None)
    handler.emit(record)
    return stream.getvalue()


def traced():
    found = secret
    try:
        raise RuntimeError(found)
    except RuntimeError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(shown.format())


@pytest.mark.parametrize(
    "shown",
    [
        repr(secret),
        str(secret),
        ascii(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:>40}",
        format(secret, "x"),
        str.format("{0}", secret),
        "%s %r %a".__mod__((secret, secret, secret)),
        string.Template("$a").substitute(a=secret),
        repr([secret]),
        pprint.pformat({"a": secret}),
        json.dumps({"a": secret}, default=str),
        json.dumps({"a": secret}, default=repr),
        logged(),
        traced(),
    ],
)
def test_no_form_of_it_shows_the_value(shown):
    assert "<restricted>" in shown
    assert CANARY not in shown


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(protocol):
    with pytest.raises(NotShareable) as caught:
        pickle.dumps({"a": secret}, protocol)

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "look",
    [
        vars,
        json.dumps,
        lambda it: it.__dict__,
        lambda it: it.__getstate__(),
        lambda it: it.__reduce__(),
        lambda it: json.dumps(it, default=vars),
        "%d".__mod__,
        bytes,
        iter,
        len,
        float,
    ],
)
def test_other_ways_to_look_fail_without_showing_it(look):
    with pytest.raises((TypeError, AttributeError)) as caught:
        look(secret)

    assert CANARY not in "".join(traceback.format_exception(caught.value)).replace(
        f'CANARY = "{CANARY}"', ""
    )


def test_a_copy_is_the_same_value():
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot be changed"):
        secret._value = "other"
    with pytest.raises(AttributeError, match="cannot be changed"):
        del secret._value
    with pytest.raises(AttributeError):
        secret.note = "x"

    assert secret.reveal() == CANARY


@given(st.text() | st.integers(), st.text() | st.integers())
def test_it_equals_only_another_of_equal_value(a, b):
    assert (Restricted(a) == Restricted(b)) is (a == b)
    assert hash(Restricted(a)) == hash(Restricted(a))
    assert Restricted(a) != a
    assert a != Restricted(a)


def test_a_typed_one_is_no_other_than_an_untyped_one():
    assert Restricted[str]("a") == Restricted("a")
    assert Restricted[str]("a").reveal() == "a"


def test_what_cannot_be_hashed_cannot_be_hashed_restricted():
    with pytest.raises(TypeError) as caught:
        hash(Restricted([CANARY]))

    assert CANARY not in str(caught.value)


def test_a_second_initialization_changes_nothing():
    secret = Restricted("first")
    secret.__init__("second")

    assert secret.reveal() == "first"
