"""A CAP message as another agency would write it, and alerts of every form."""

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st

from amberkit.cap import (
    CapAlert,
    CapArea,
    CapCircle,
    CapInfo,
    CapReference,
    CapResource,
    CapValue,
    Category,
    Certainty,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from amberkit.values import LatLon

XSD = Path(__file__).parents[3] / "shared" / "spec" / "CAP-v1.2.xsd"

SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- A fictional message in the manner of appendix A of the standard. -->
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"
       xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
       xsi:schemaLocation="urn:oasis:names:tc:emergency:cap:1.2 CAP-v1.2.xsd">
  <identifier>XX-AMBER-2030-0042.2</identifier>
  <sender>alerts@police.example</sender>
  <sent>2030-05-01T14:07:00+01:00</sent>
  <status>Actual</status>
  <msgType>Update</msgType>
  <source>Desk 7</source>
  <scope>Public</scope>
  <addresses>press@example.org "Coast Guard, North"</addresses>
  <code>
     XX-PROFILE:1.0
  </code>
  <note>Second message</note>
  <references>alerts@police.example,XX-AMBER-2030-0042.1,2030-05-01T13:50:00+01:00
    alerts@police.example,XX-AMBER-2030-0041.9,2030-05-01T12:00:00-00:00</references>
  <incidents>XX-0042 "Harbor Street"</incidents>
  <info>
    <language>en-US</language>
    <category>Rescue</category>
    <category>Security</category>
    <event>Child Abduction</event>
    <responseType>Monitor</responseType>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <audience>Public</audience>
    <eventCode>
      <valueName>SAME</valueName>
      <value>CAE</value>
    </eventCode>
    <effective>2030-05-01T14:07:00+01:00</effective>
    <onset>2030-05-01T13:30:00+01:00</onset>
    <expires>2030-05-01T20:07:00+01:00</expires>
    <senderName>Example Police</senderName>
    <headline>AMBER Alert in Port Example</headline>
    <description>VICTIM: ALI <![CDATA[<FICTIONAL>]]> &amp; AGED 7.
VEHICLE: WHITE VAN.</description>
    <instruction>Do not approach. Call 19.</instruction>
    <web>https://amber.example/42?lang=en</web>
    <contact>19</contact>
    <parameter>
      <valueName>Vehicle</valueName>
      <value>van, white</value>
    </parameter>
    <resource>
      <resourceDesc>Photograph of the child</resourceDesc>
      <mimeType>image/jpeg</mimeType>
      <size>3</size>
      <uri>https://amber.example/42.jpg</uri>
      <derefUri>
        AP8Q
      </derefUri>
      <digest>da39a3ee5e6b4b0d3255bfef95601890afd80709</digest>
    </resource>
    <area>
      <areaDesc>Port Example</areaDesc>
      <polygon>
        33.5,-7.6 33.6,-7.6
        33.6,-7.5 33.50,-7.60
      </polygon>
      <polygon>1,1 2,1 2,2 1,1</polygon>
      <circle> 33.55,-7.55
        12.5 </circle>
      <geocode>
        <valueName>SAME</valueName>
        <value>006037</value>
      </geocode>
      <altitude>0</altitude>
      <ceiling>1000.5</ceiling>
    </area>
  </info>
  <info>
    <language>ar</language>
    <category>Rescue</category>
    <event>اختطاف طفل</event>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <headline>إنذار: طفل مفقود 🚨</headline>
  </info>
</alert>
"""

# What the message above says, by hand.
PLUS_ONE = dt.timezone(dt.timedelta(hours=1))
EXPECTED = CapAlert(
    identifier="XX-AMBER-2030-0042.2",
    sender="alerts@police.example",
    sent=dt.datetime(2030, 5, 1, 14, 7, tzinfo=PLUS_ONE),
    status=Status.ACTUAL,
    msg_type=MsgType.UPDATE,
    source="Desk 7",
    scope=Scope.PUBLIC,
    addresses=("press@example.org", "Coast Guard, North"),
    codes=("XX-PROFILE:1.0",),
    note="Second message",
    references=(
        CapReference(
            sender="alerts@police.example",
            identifier="XX-AMBER-2030-0042.1",
            sent=dt.datetime(2030, 5, 1, 13, 50, tzinfo=PLUS_ONE),
        ),
        CapReference(
            sender="alerts@police.example",
            identifier="XX-AMBER-2030-0041.9",
            sent=dt.datetime(2030, 5, 1, 12, tzinfo=dt.UTC),
        ),
    ),
    incidents=("XX-0042", "Harbor Street"),
    infos=(
        CapInfo(
            language="en-US",
            categories=(Category.RESCUE, Category.SECURITY),
            event="Child Abduction",
            response_types=(ResponseType.MONITOR,),
            urgency=Urgency.IMMEDIATE,
            severity=Severity.SEVERE,
            certainty=Certainty.LIKELY,
            audience="Public",
            event_codes=(CapValue(value_name="SAME", value="CAE"),),
            effective=dt.datetime(2030, 5, 1, 14, 7, tzinfo=PLUS_ONE),
            onset=dt.datetime(2030, 5, 1, 13, 30, tzinfo=PLUS_ONE),
            expires=dt.datetime(2030, 5, 1, 20, 7, tzinfo=PLUS_ONE),
            sender_name="Example Police",
            headline="AMBER Alert in Port Example",
            description="VICTIM: ALI <FICTIONAL> & AGED 7.\nVEHICLE: WHITE VAN.",
            instruction="Do not approach. Call 19.",
            web="https://amber.example/42?lang=en",
            contact="19",
            parameters=(CapValue(value_name="Vehicle", value="van, white"),),
            resources=(
                CapResource(
                    resource_desc="Photograph of the child",
                    mime_type="image/jpeg",
                    size_bytes=3,
                    uri="https://amber.example/42.jpg",
                    deref_uri=b"\x00\xff\x10",
                    digest="da39a3ee5e6b4b0d3255bfef95601890afd80709",
                ),
            ),
            areas=(
                CapArea(
                    area_desc="Port Example",
                    polygons=(
                        (
                            LatLon(lat=33.5, lon=-7.6),
                            LatLon(lat=33.6, lon=-7.6),
                            LatLon(lat=33.6, lon=-7.5),
                            LatLon(lat=33.5, lon=-7.6),
                        ),
                        (
                            LatLon(lat=1, lon=1),
                            LatLon(lat=2, lon=1),
                            LatLon(lat=2, lon=2),
                            LatLon(lat=1, lon=1),
                        ),
                    ),
                    circles=(
                        CapCircle(center=LatLon(lat=33.55, lon=-7.55), radius_km=12.5),
                    ),
                    geocodes=(CapValue(value_name="SAME", value="006037"),),
                    altitude_ft=0,
                    ceiling_ft=1000.5,
                ),
            ),
        ),
        CapInfo(
            language="ar",
            categories=(Category.RESCUE,),
            event="اختطاف طفل",
            urgency=Urgency.IMMEDIATE,
            severity=Severity.SEVERE,
            certainty=Certainty.LIKELY,
            headline="إنذار: طفل مفقود 🚨",
        ),
    ),
)

# --- strategies -----------------------------------------------------------------------

_CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
) | st.sampled_from("\t\n\r \u0301\u064e\u200d\u2067\u2069<>&\"']\u0085\u2028مغرب🚨")
_SAYINGS = st.sampled_from(
    ["طفل مفقود — ٧ سنوات", "👨‍👩‍👧 🇲🇦", "e\u0301té", "]]>", "&amp;", " both ends "]
)
texts = _SAYINGS | st.text(_CHARACTERS, min_size=1, max_size=12).filter(str.strip)
tokens = texts.map(lambda text: " ".join(text.split())).filter(bool)
identities = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Z"], exclude_characters=",<&\ufffe\uffff"
    ),
    min_size=1,
    max_size=12,
)
items = st.lists(texts.map(lambda t: t.replace('"', "'")), max_size=3).map(tuple)
zones = st.sampled_from([dt.UTC, PLUS_ONE]) | st.builds(
    lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)), st.integers(-840, 840)
)
times = st.datetimes(timezones=zones).map(lambda time: time.replace(microsecond=0))
uris = st.sampled_from(
    [
        "https://amber.example/42?lang=ar#photo",
        "https://إنذار.example/طفل",
        "http://user:word@[2001:db8::1]:8080/a;b//c",
        "tel:+212-19",
        "urn:oid:2.49.0.1",
        "photo.jpg",
        "/a%20b/",
    ]
)
numbers = st.floats(-90, 90)
points = st.builds(LatLon, lat=numbers, lon=st.floats(-180, 180))
rings = st.lists(points, min_size=3, max_size=6).map(lambda ring: (*ring, ring[0]))
values = st.builds(CapValue, value_name=tokens, value=texts)


def several(strategy, least=0):
    return st.lists(strategy, min_size=least, max_size=2).map(tuple)


def maybe(strategy):
    return st.none() | strategy


@st.composite
def areas(draw):
    altitude_ft, ceiling_ft = sorted(draw(st.tuples(numbers, numbers)))
    return CapArea(
        area_desc=draw(texts),
        polygons=draw(several(rings)),
        circles=draw(
            several(st.builds(CapCircle, center=points, radius_km=st.floats(0, 20_038)))
        ),
        geocodes=draw(several(values)),
        altitude_ft=altitude_ft,
        ceiling_ft=draw(st.sampled_from([None, ceiling_ft])),
    )


resources = st.builds(
    CapResource,
    resource_desc=texts,
    mime_type=tokens,
    size_bytes=maybe(st.integers(0, 10**18 - 1)),
    uri=maybe(uris),
    deref_uri=maybe(st.binary(min_size=1, max_size=9)),
    digest=maybe(tokens),
)


def infos(sent):
    return st.builds(
        CapInfo,
        language=st.sampled_from(["en-US", "ar", "zgh-Tfng", "x-private"]),
        categories=several(st.sampled_from(Category), least=1),
        event=texts,
        response_types=several(st.sampled_from(ResponseType)),
        urgency=st.sampled_from(Urgency),
        severity=st.sampled_from(Severity),
        certainty=st.sampled_from(Certainty),
        audience=maybe(texts),
        event_codes=several(values),
        effective=maybe(times),
        onset=maybe(times),
        expires=maybe(
            st.integers(1, 10**7).map(lambda s: sent + dt.timedelta(seconds=s))
        ),
        sender_name=maybe(texts),
        headline=maybe(texts),
        description=maybe(texts),
        instruction=maybe(texts),
        web=maybe(uris),
        contact=maybe(texts),
        parameters=several(values),
        resources=several(resources),
        areas=several(areas()),
    )


@st.composite
def alerts(draw):
    sent = draw(times.filter(lambda time: time.year < 9999))
    scope = draw(st.sampled_from(Scope))
    msg_type = draw(st.sampled_from(MsgType))
    references = st.builds(
        CapReference, sender=identities, identifier=identities, sent=times
    )
    follows = msg_type in {MsgType.UPDATE, MsgType.CANCEL}
    return CapAlert(
        identifier=draw(identities),
        sender=draw(identities),
        sent=sent,
        status=draw(st.sampled_from(Status)),
        msg_type=msg_type,
        scope=scope,
        source=draw(maybe(texts)),
        restriction=draw(texts) if scope is Scope.RESTRICTED else None,
        addresses=(*draw(items), *(["desk"] if scope is Scope.PRIVATE else [])),
        codes=draw(several(tokens)),
        note=draw(maybe(texts)),
        references=draw(several(references, least=int(follows))),
        incidents=draw(items),
        infos=draw(several(infos(sent))),
    )
