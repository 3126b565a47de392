"""A publisher bound to one mode and one audience."""

import pickle

import pytest
from publish_samples import Scripted, make_channel

from amberkit.errors import InvalidValue
from amberkit.publish import Channel, DispatcherBusy, PublishRefused
from amberkit.values import Audience, Mode


@pytest.mark.parametrize("name", ["a", "web", "cap_feed-2", "x" * 32])
def test_a_name_fits_into_a_key(name):
    assert make_channel(name).name == name


@pytest.mark.parametrize(
    "name", ["", "Web", "2web", "_web", "web:2", "web 2", "x" * 33, "web\n", 7, None]
)
def test_a_name_that_does_not_fit_into_a_key_is_refused(name):
    with pytest.raises(InvalidValue, match="channel name must be 1 to 32"):
        make_channel(name)


@pytest.mark.parametrize("deadline_s", [0, 0.009, 601, float("nan"), "5", True])
def test_a_deadline_that_is_none_is_refused(deadline_s):
    with pytest.raises(InvalidValue, match="deadline_s"):
        make_channel(deadline_s=deadline_s)


def test_what_is_no_publisher_is_refused():
    with pytest.raises(InvalidValue, match="the members of Publisher"):
        Channel(
            name="web", publisher=object(), mode=Mode.TEST, audience=Audience.PUBLIC
        )


def test_capabilities_that_are_none_are_refused():
    publisher = Scripted()
    publisher.capabilities = "everything"

    with pytest.raises(InvalidValue, match="a Capabilities"):
        make_channel(publisher=publisher)


def test_what_a_publisher_can_is_asked_once():
    publisher = Scripted(max_chars=70)
    channel = make_channel(publisher=publisher)
    publisher.capabilities = None

    assert channel.capabilities.max_chars == 70


def test_a_channel_can_what_its_publisher_can():
    publisher = Scripted(max_chars=70)
    channel = make_channel(publisher=publisher)

    assert channel.capabilities is publisher.capabilities
    assert channel.deadline_s == 15
    assert "publisher" not in repr(channel)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DispatcherBusy(), "another process is dispatching from this store"),
        (DispatcherBusy(17), "process 17 is dispatching from this store"),
        (PublishRefused("same-name", "names must differ"), "names must differ"),
    ],
)
def test_what_is_refused_says_why_and_survives_pickling(error, text):
    copy = pickle.loads(pickle.dumps(error))

    assert str(error).startswith(text)
    assert (type(copy), vars(copy)) == (type(error), vars(error))
