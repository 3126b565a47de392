"""The model refuses what the standard forbids, by name."""

import datetime as dt
from zoneinfo import ZoneInfo

import attrs
import pytest
from cap_samples import EXPECTED, PLUS_ONE

from amberkit.cap import (
    CapArea,
    CapCircle,
    CapReference,
    CapResource,
    CapValue,
    Category,
    MsgType,
    Scope,
)
from amberkit.errors import InvalidValue
from amberkit.values import LatLon

INFO = EXPECTED.infos[0]
AREA = INFO.areas[0]
P = LatLon(lat=1, lon=2)
Q = LatLon(lat=2, lon=3)
NAIVE = dt.datetime(2030, 5, 1, 14, tzinfo=dt.UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("thing", "field", "wrong"),
    [
        *[(EXPECTED, "identifier", w) for w in ["", "a b", "a,b", "a<b", "a&b", "a\u00a0b", "\x01", None, 7]],
        *[(EXPECTED, "sender", w) for w in ["", "a b", "a,b", "a<b", "a&b", "\ud800"]],
        *[(EXPECTED, "sent", w) for w in [None, "2030-05-01", NAIVE, dt.date(2030, 5, 1)]],
        (EXPECTED, "sent", NAIVE.replace(microsecond=1, tzinfo=dt.UTC)),
        (EXPECTED, "sent", NAIVE.replace(tzinfo=dt.timezone(dt.timedelta(seconds=30)))),
        (EXPECTED, "sent", NAIVE.replace(tzinfo=dt.timezone(dt.timedelta(hours=15)))),
        (EXPECTED, "status", "Actual"),
        (EXPECTED, "msg_type", None),
        (EXPECTED, "scope", Category.RESCUE),
        *[(EXPECTED, "note", w) for w in ["", " \n", "\x0b", "\ud83d", "\ufffe", b"x", 5]],
        *[(EXPECTED, "addresses", w) for w in [["a"], ("",), (" ",), ('a"b',), (5,), "ab", ("\0",)]],
        *[(EXPECTED, "codes", w) for w in [["a"], ("",), (" a",), ("a  b",), ("a\nb",), ("\0",)]],
        *[(EXPECTED, "references", w) for w in [None, ("a,b,c",), [EXPECTED.reference]]],
        *[(EXPECTED, "infos", w) for w in [None, (None,), [INFO], (EXPECTED,)]],
        *[(INFO, "language", w) for w in ["", "en_US", "toolonglanguage", "é", "ar\n", 5]],
        *[(INFO, "categories", w) for w in [(), ("Rescue",), [Category.RESCUE]]],
        (INFO, "event", ""),
        (INFO, "event", None),
        (INFO, "urgency", INFO.severity),
        (INFO, "expires", NAIVE),
        *[(INFO, "web", w) for w in ["", "a b", "http://x/{a}", "%zz", "http://h:x/", "1:2", "http://a@b@c/", "#a#b", "h\\x", "http://[x]/", "a\u00a0b", 5]],
        (INFO, "areas", (CapCircle(center=P, radius_km=1),)),
        (INFO.resources[0], "size_bytes", -1),
        (INFO.resources[0], "size_bytes", True),
        (INFO.resources[0], "size_bytes", 1.0),
        (INFO.resources[0], "size_bytes", 10**18),
        (INFO.resources[0], "deref_uri", "AAAA"),
        (INFO.resources[0], "deref_uri", b""),
        (INFO.resources[0], "mime_type", "image/ jpeg "),
        *[(AREA, "polygons", (w,)) for w in [(P, Q, P), (P, Q, Q, Q), [P, Q, Q, P], ((1, 2),) * 4, ()]],
        (AREA, "polygons", (P, Q, Q, P)),
        (AREA, "circles", ((P, 5),)),
        *[(AREA, "altitude_ft", w) for w in [float("nan"), float("inf"), True, "5", 1e9]],
        *[(AREA.circles[0], "radius_km", w) for w in [-1, -0.001, 20_039, float("nan"), None]],
        (AREA.circles[0], "center", (1, 2)),
        (INFO.event_codes[0], "value_name", ""),
        (INFO.event_codes[0], "value", " "),
        (EXPECTED.references[0], "identifier", "a b"),
        (EXPECTED.references[0], "sent", NAIVE),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_the_name_of_its_field(thing, field, wrong):
    with pytest.raises(InvalidValue) as caught:
        attrs.evolve(thing, **{field: wrong})

    assert caught.value.name.partition("[")[0] == field


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"scope": Scope.RESTRICTED}, "restriction"),
        ({"restriction": "press"}, "restriction"),
        ({"scope": Scope.PRIVATE, "addresses": ()}, "addresses"),
        ({"references": ()}, "references"),
        ({"references": (), "msg_type": MsgType.CANCEL}, "references"),
        ({"sent": INFO.expires}, "info[1]/expires"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(changes, name):
    with pytest.raises(InvalidValue) as caught:
        attrs.evolve(EXPECTED, **changes)

    assert caught.value.name == name


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": Scope.RESTRICTED, "restriction": "press"},
        {"scope": Scope.PRIVATE},
        {"references": (), "msg_type": MsgType.ALERT},
        {"infos": ()},
    ],
)
def test_fields_that_agree_are_accepted(changes):
    alert = attrs.evolve(EXPECTED, **changes)

    assert all(getattr(alert, name) == value for name, value in changes.items())


@pytest.mark.parametrize("limits", [(None, 5), (5, 4)])
def test_a_ceiling_stands_above_an_altitude(limits):
    altitude_ft, ceiling_ft = limits

    with pytest.raises(InvalidValue, match="ceiling"):
        CapArea(area_desc="here", altitude_ft=altitude_ft, ceiling_ft=ceiling_ft)


def test_expiry_is_compared_in_real_time_where_an_hour_comes_twice():
    zone = ZoneInfo("Europe/Paris")
    first = dt.datetime(2030, 10, 27, 2, 30, tzinfo=zone)
    second = dt.datetime(2030, 10, 27, 2, 10, fold=1, tzinfo=zone)
    info = attrs.evolve(INFO, expires=second)

    alert = attrs.evolve(EXPECTED, sent=first, infos=(info,))

    assert alert.infos[0].expires.utcoffset() == dt.timedelta(hours=1)


def test_a_message_at_the_end_of_time_has_no_overflow():
    late = dt.datetime.max.replace(
        microsecond=0, tzinfo=dt.timezone(dt.timedelta(hours=-14))
    )
    early = dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=14)))
    info = attrs.evolve(INFO, expires=late)

    alert = attrs.evolve(EXPECTED, sent=early, infos=(info,))

    assert alert.reference.sent == early


def test_times_keep_their_offset():
    assert EXPECTED.sent.utcoffset() == PLUS_ONE.utcoffset(None)


def test_the_reference_of_a_message_is_its_identity():
    assert EXPECTED.reference == CapReference(
        sender="alerts@police.example",
        identifier="XX-AMBER-2030-0042.2",
        sent=dt.datetime(2030, 5, 1, 14, 7, tzinfo=PLUS_ONE),
    )


def test_values_are_frozen_and_can_be_kept_in_a_set():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        EXPECTED.note = "changed"

    assert len({EXPECTED, attrs.evolve(EXPECTED)}) == 1


def test_small_parts_need_little():
    assert CapValue(value_name="a", value="b").value == "b"
    assert CapResource(resource_desc="a", mime_type="b").uri is None
    assert CapArea(area_desc="here").polygons == ()
