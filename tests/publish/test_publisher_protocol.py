"""What a plugin gives and is given."""

import datetime as dt
import subprocess
import sys

import pytest

import amberkit.publish as room
from amberkit.errors import InvalidValue
from amberkit.publish import (
    Capabilities,
    Delivery,
    Operation,
    Outcome,
    Publisher,
    Receipt,
)
from amberkit.values import Audience, Mode

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)


class Minimal:
    name = "minimal"
    capabilities = Capabilities(forms=frozenset({"text/plain"}))

    def publish(self, delivery, /, *, now):
        return Receipt(key=delivery.key, outcome=Outcome.DEFERRED, at=now)


class WithoutName:
    capabilities = Minimal.capabilities
    publish = Minimal.publish


class WithoutPublish:
    name = "mute"
    capabilities = Minimal.capabilities


def test_a_publisher_inherits_from_nothing():
    delivery = Delivery(
        key="k",
        operation=Operation.PUBLISH,
        case_id="A",
        version=1,
        mode=Mode.TEST,
        audience=Audience.PUBLIC,
        forms={},
        expires=NOW,
    )
    publisher = Minimal()

    assert isinstance(publisher, Publisher)
    assert publisher.publish(delivery, now=NOW) == Receipt(
        key="k", outcome=Outcome.DEFERRED, at=NOW
    )


@pytest.mark.parametrize("other", [WithoutName(), WithoutPublish(), object(), None])
def test_what_lacks_a_member_is_no_publisher(other):
    assert not isinstance(other, Publisher)


def test_a_receipt_is_in_utc():
    casablanca = dt.timezone(dt.timedelta(hours=1))
    receipt = Receipt(key="k", outcome=Outcome.ACCEPTED, at=NOW.astimezone(casablanca))

    assert receipt.at.tzinfo is dt.UTC
    assert receipt.reference is None
    with pytest.raises(InvalidValue):
        Receipt(key="k", outcome=Outcome.ACCEPTED, at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("reference", ["", "x" * 1024, "é" * 512])
def test_a_reference_of_one_kilobyte_is_kept_and_not_printed(reference):
    receipt = Receipt(key="k", outcome=Outcome.ACCEPTED, at=NOW, reference=reference)

    assert receipt.reference == reference
    assert "reference" not in repr(receipt)


@pytest.mark.parametrize("reference", ["x" * 1025, "é" * 513, "\ud800", b"x", 7])
def test_a_reference_that_cannot_be_stored_is_refused(reference):
    with pytest.raises(InvalidValue, match="at most 1024 bytes"):
        Receipt(key="k", outcome=Outcome.ACCEPTED, at=NOW, reference=reference)


def test_a_plugin_pays_for_a_light_import_and_cannot_reach_a_case():
    code = "import amberkit.publish, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())

    heavy = {"numpy", "shapely", "pyproj", "h3", "jsonschema", "cattrs"}
    assert not loaded & (heavy | {"amberkit.cases", "amberkit.geo", "amberkit.plans"})


@pytest.mark.parametrize("name", ["ProcessCrew", "SqlOutbox"])
def test_what_is_heavy_is_loaded_when_it_is_first_used(name, monkeypatch):
    monkeypatch.delitem(vars(room), name, raising=False)
    loaded = getattr(room, name)

    assert loaded.__name__ == name
    assert vars(room)[name] is loaded


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(AttributeError, match="has no attribute 'Outboxes'"):
        room.Outboxes  # noqa: B018 - looking is what fails


def test_every_name_of_the_room_is_there():
    assert all(getattr(room, name) for name in room.__all__)
