"""What is written is what was meant, to every reader."""

import datetime as dt
import math
import subprocess
import sys
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest
from cap_samples import EXPECTED, SAMPLE, XSD, alerts
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from amberkit.cap import (
    CapArea,
    CapCircle,
    CapError,
    CapNotFaithful,
    CapResource,
    parse_cap,
    write_cap,
)
from amberkit.errors import InvalidValue, MissingExtra
from amberkit.values import LatLon

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NS = "{urn:oasis:names:tc:emergency:cap:1.2}"

# The tables of section 3.2 of the standard, in their order.
ALERT = "identifier sender sent status msgType source scope restriction addresses code note references incidents info"
INFO = "language category event responseType urgency severity certainty audience eventCode effective onset expires senderName headline description instruction web contact parameter resource area"
RESOURCE = "resourceDesc mimeType size uri derefUri digest"
AREA = "areaDesc polygon circle geocode altitude ceiling"


@pytest.fixture(scope="module")
def schema():
    if not XSD.exists():
        pytest.skip("needs the schema of OASIS, which may not be shipped")
    return etree.XMLSchema(etree.parse(XSD))


def with_info(**changes):
    return attrs.evolve(EXPECTED, infos=(attrs.evolve(EXPECTED.infos[0], **changes),))


def with_area(**changes):
    return with_info(areas=(CapArea(area_desc="here", **changes),))


def written(alert, path):
    found = ET.fromstring(write_cap(alert)).find(
        "/".join(NS + tag for tag in path.split("/"))
    )
    return found.text


@slow
@given(alerts())
def test_every_alert_reads_back_as_it_was(alert):
    assert parse_cap(write_cap(alert)) == alert


@settings(slow, max_examples=40)
@given(alerts())
def test_every_alert_is_valid_against_the_schema(schema, alert):
    schema.assertValid(etree.fromstring(write_cap(alert)))


@settings(slow, max_examples=40)
@given(alerts())
def test_another_reader_finds_the_texts_in_the_order_of_the_standard(alert):
    root = ET.fromstring(write_cap(alert))

    orders = [(root, ALERT)]
    orders += [(e, INFO) for e in root.iter(f"{NS}info")]
    orders += [(e, RESOURCE) for e in root.iter(f"{NS}resource")]
    orders += [(e, AREA) for e in root.iter(f"{NS}area")]
    for element, order in orders:
        places = [order.split().index(child.tag.removeprefix(NS)) for child in element]

        assert places == sorted(places)
    assert root.findtext(f"{NS}identifier") == alert.identifier
    assert root.findtext(f"{NS}note") == alert.note
    assert [e.findtext(f"{NS}description") for e in root.iter(f"{NS}info")] == [
        info.description for info in alert.infos
    ]


def test_the_sample_says_what_a_person_reads_in_it():
    assert parse_cap(SAMPLE.encode()) == EXPECTED


def test_the_sample_is_valid_against_the_schema(schema):
    schema.assertValid(etree.fromstring(SAMPLE.encode()))


def test_the_sample_and_its_rewriting_mean_the_same():
    assert parse_cap(write_cap(parse_cap(SAMPLE.encode()))) == EXPECTED


def test_the_same_message_gives_the_same_bytes_in_a_fresh_interpreter():
    code = "import sys; sys.path.insert(0, sys.argv[1])\nfrom cap_samples import EXPECTED\nfrom amberkit.cap import write_cap\nsys.stdout.buffer.write(write_cap(EXPECTED))"
    here = str(Path(__file__).parent)
    run = subprocess.run(
        [sys.executable, "-c", code, here], capture_output=True, check=True
    )

    assert run.stdout == write_cap(EXPECTED)


# --- numbers, times, texts ------------------------------------------------------------


@given(st.integers(-90 * 10**7, 90 * 10**7), st.integers(-180 * 10**7, 180 * 10**7))
def test_seven_decimals_are_written_as_they_are(lat_e7, lon_e7):
    center = LatLon(lat=lat_e7 / 1e7, lon=lon_e7 / 1e7)
    alert = with_area(circles=(CapCircle(center=center, radius_km=1),))

    lat, lon = written(alert, "info/area/circle").removesuffix(" 1").split(",")

    assert (Decimal(lat), Decimal(lon)) == (
        Decimal(lat_e7).scaleb(-7),
        Decimal(lon_e7).scaleb(-7),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5, "5"),
        (1e-7, "0.0000001"),
        (-0.1, "-0.1"),
        (33.0, "33"),
        (90, "90"),
    ],
)
def test_numbers_are_plain_decimals(value, text):
    circle = CapCircle(center=LatLon(lat=value, lon=value), radius_km=abs(value))

    alert = with_area(circles=(circle,))

    assert written(alert, "info/area/circle") == f"{text},{text} {text.lstrip('-')}"


def test_a_tiny_number_has_no_exponent():
    circle = CapCircle(center=LatLon(lat=0, lon=0), radius_km=math.ulp(0.0))

    text = written(with_area(circles=(circle,)), "info/area/circle")

    assert "e" not in text.lower()


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (dt.UTC, "2030-02-01T08:00:00-00:00"),
        (dt.timezone(dt.timedelta(hours=-5)), "2030-02-01T08:00:00-05:00"),
        (dt.timezone(dt.timedelta(hours=5, minutes=30)), "2030-02-01T08:00:00+05:30"),
        (ZoneInfo("Asia/Kathmandu"), "2030-02-01T08:00:00+05:45"),
        (ZoneInfo("Europe/London"), "2030-02-01T08:00:00-00:00"),
    ],
)
def test_times_carry_their_own_offset(zone, text):
    alert = attrs.evolve(EXPECTED, sent=dt.datetime(2030, 2, 1, 8, tzinfo=zone))

    assert written(alert, "sent") == text


@pytest.mark.parametrize("offset", ["+00:00", "-00:00", "+01:00", "-11:30"])
def test_the_identity_of_a_message_is_kept_to_the_letter(offset):
    sent = f"2030-05-01T06:50:00{offset}"
    data = SAMPLE.replace("2030-05-01T14:07:00+01:00</sent>", f"{sent}</sent>")
    alert = parse_cap(data.encode())
    cancel = attrs.evolve(EXPECTED, references=(alert.reference,))

    assert written(cancel, "references") == (
        f"alerts@police.example,XX-AMBER-2030-0042.2,{sent}"
    )


def test_two_spellings_of_one_moment_are_two_identities():
    ours = SAMPLE.replace("14:07:00+01:00</sent>", "13:07:00-00:00</sent>")
    theirs = SAMPLE.replace("14:07:00+01:00</sent>", "13:07:00+00:00</sent>")

    a, b = parse_cap(ours.encode()), parse_cap(theirs.encode())

    assert a.sent == b.sent
    assert a.reference != b.reference
    assert a != b
    assert hash(a) == hash(parse_cap(ours.encode()))


def test_a_carriage_return_survives():
    assert written(with_info(description="one\r\ntwo"), "info/description") == (
        "one\r\ntwo"
    )


def test_latitude_comes_first():
    ring = tuple(
        LatLon(lat=lat, lon=lon) for lat, lon in [(1, 10), (2, 10), (2, 11), (1, 10)]
    )

    assert written(with_area(polygons=(ring,)), "info/area/polygon") == (
        "1,10 2,10 2,11 1,10"
    )


ANY_URI = etree.XMLSchema(
    etree.fromstring(
        '<schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="a" type="anyURI"/></schema>'
    )
)


@given(st.text("ab1:/?#[]@%é .-+2Fط", max_size=12))
def test_every_uri_that_is_taken_is_one_to_the_schema(text):
    element = etree.Element("a")
    element.text = text
    try:
        CapResource(resource_desc="a", mime_type="b", uri=text)
    except InvalidValue:
        assume(False)

    assert ANY_URI.validate(element)


# --- what is refused ------------------------------------------------------------------


def test_a_message_too_large_to_read_is_not_written():
    resource = CapResource(
        resource_desc="photo", mime_type="image/png", deref_uri=bytes(3_100_000)
    )

    with pytest.raises(CapError) as caught:
        write_cap(with_info(resources=(resource,)))

    assert caught.value.problems[0].code == "too-large"


def test_what_does_not_read_back_is_not_written():
    alert = parse_cap(SAMPLE.encode())
    object.__setattr__(alert, "note", " ")  # past the checks of the model

    with pytest.raises(CapNotFaithful, match=r"XX-AMBER-2030-0042\.2"):
        write_cap(alert)


@pytest.mark.parametrize("wrong", [None, b"<alert/>", EXPECTED.infos[0]])
def test_only_an_alert_is_written(wrong):
    with pytest.raises(InvalidValue, match="alert"):
        write_cap(wrong)


def test_the_package_needs_lxml_only_to_read_and_write(monkeypatch):
    code = "import sys, amberkit.cap; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert not [name for name in run.stdout.split() if name.startswith("lxml")]

    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(MissingExtra, match=r"amberkit\[cap\]"):
        write_cap(EXPECTED)
    with pytest.raises(MissingExtra, match=r"amberkit\[cap\]"):
        parse_cap(SAMPLE.encode())


def test_a_ring_of_forty_one_thousand_points_reads_back():
    step = 2 * math.pi / 41_008
    ring = [
        LatLon(
            lat=round(60 * math.sin(i * step), 7), lon=round(60 * math.cos(i * step), 7)
        )
        for i in range(41_008)
    ]
    alert = with_area(polygons=((*ring, ring[0]),))

    assert parse_cap(write_cap(alert)).infos[0].areas[0].polygons[0] == (*ring, ring[0])
