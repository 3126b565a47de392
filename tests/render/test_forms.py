"""The forms that are approved, and what becomes of them when they are sent."""

import datetime as dt
import json
import sys
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amberkit.cap import CapReference, MsgType, parse_cap
from amberkit.errors import MissingExtra
from amberkit.messages import Capabilities, Slot, fill
from amberkit.render import (
    ENDINGS,
    RenderRefused,
    cap_template,
    render_cap,
    render_ending,
    render_forms,
    render_geojson,
    render_message,
    render_text,
)
from amberkit.values import Audience, Mode

XSD = Path(__file__).resolve().parents[3] / "shared" / "spec" / "CAP-v1.2.xsd"
TEXT, CAP, GEOJSON = "text/plain", "application/cap+xml", "application/geo+json"
ALL = frozenset({TEXT, CAP, GEOJSON})
SENT = dt.datetime(2026, 11, 22, 19, 30, 5, tzinfo=dt.UTC)
FIRST = CapReference(sender="a@b.example", identifier="A-1", sent=SENT)
LINE = "a@b.example,A-1,2026-11-22T19:30:05-00:00"


@pytest.fixture(scope="module")
def messages(plan, case, agency, now):
    """An alert and the four endings, for each audience."""
    made = []
    for audience in Audience:
        shared = {
            "agency": agency,
            "audience": audience,
            "languages": ("ar", "fr"),
            "mode": Mode.EXERCISE,
            "sent": now,
        }
        made.append(render_message(plan, case, stage=0, **shared))
        made += [render_ending(plan, ending=ending, **shared) for ending in ENDINGS]
    return made


@pytest.fixture(scope="module")
def alert(messages):
    return messages[0]


@pytest.fixture(scope="module")
def ending(messages):
    return messages[1]


def taking(*forms, **changes):
    return Capabilities(forms=frozenset(forms), **changes)


# --- CAP with slots ---------------------------------------------------------------------


def test_an_alert_has_three_slots_and_an_ending_two(alert, ending):
    counts = {
        kind: [cap_template(message).count(slot.value) for slot in Slot]
        for kind, message in [("alert", alert), ("ending", ending)]
    }

    # sent, msgType, references
    assert counts == {"alert": [1, 1, 1], "ending": [1, 0, 1]}


def test_the_first_one_sent_is_what_render_cap_says_at_that_time(alert):
    form = fill(cap_template(alert), sent=SENT, references=())
    then = attrs.evolve(alert, sent=SENT, time_zone="UTC")
    direct = parse_cap(render_cap(then))
    sent = parse_cap(form)

    assert sent.sent == SENT
    assert sent.sent == direct.sent
    assert (sent.msg_type, sent.references) == (MsgType.ALERT, ())
    # The times of the alert stay in the zone of the agency; they are the same moments.
    in_utc = [
        attrs.evolve(
            info,
            onset=info.onset.astimezone(dt.UTC),
            expires=info.expires.astimezone(dt.UTC),
        )
        for info in sent.infos
    ]
    assert attrs.evolve(sent, infos=tuple(in_utc)) == direct


def test_a_later_one_is_the_same_as_an_update(alert):
    template = cap_template(alert)
    first = parse_cap(fill(template, sent=SENT, references=()))
    later = parse_cap(fill(template, sent=SENT, references=(LINE,)))

    assert later == attrs.evolve(first, msg_type=MsgType.UPDATE, references=(FIRST,))


def test_an_ending_cancels_what_it_names(messages):
    for message in messages:
        if message.ending is not None:
            sent = parse_cap(fill(cap_template(message), sent=SENT, references=(LINE,)))

            assert sent.msg_type is MsgType.CANCEL
            assert sent.references == (FIRST,)
            assert sent.identifier == message.identifier
            assert {info.expires for info in sent.infos} == {message.expires}
            assert {info.onset for info in sent.infos} == {None}


@pytest.mark.parametrize(
    ("ending", "response", "severity", "certainty"),
    [
        ("found", "AllClear", "Minor", "Observed"),
        ("over", "AllClear", "Minor", "Observed"),
        ("not_found", "Monitor", "Unknown", "Observed"),
        ("error", "AllClear", "Minor", "Unlikely"),
    ],
)
def test_cap_rates_each_ending(messages, ending, response, severity, certainty):
    for message in messages:
        if f".end.{ending}." not in message.identifier:
            continue
        sent = parse_cap(fill(cap_template(message), sent=SENT, references=(LINE,)))
        for info in sent.infos:
            assert [r.value for r in info.response_types] == [response]
            assert info.urgency.value == "Past"
            assert (info.severity.value, info.certainty.value) == (severity, certainty)
            told = {p.value_name: p.value for p in info.parameters}
            assert told == {"revision": "1", "ending": ending}


def test_an_alert_for_the_services_stays_restricted_to_its_end(messages):
    for message in messages:
        sent = parse_cap(fill(cap_template(message), sent=SENT, references=(LINE,)))

        is_public = message.audience is Audience.PUBLIC
        assert (sent.restriction is None) is is_public
        assert sent.scope.value == ("Public" if is_public else "Restricted")


identities = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=",<&"
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: "]]>" not in text)
references = st.builds(
    CapReference,
    sender=identities,
    identifier=identities,
    sent=st.datetimes(
        min_value=dt.datetime(2000, 1, 1),  # noqa: DTZ001 - the zone comes beside it
        max_value=dt.datetime(2100, 1, 1),  # noqa: DTZ001 - the zone comes beside it
        timezones=st.just(dt.UTC),
    ).map(lambda time: time.replace(microsecond=0)),
)


@given(st.lists(references, max_size=6), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_sent_before_is_read_back(alert, ending, earlier, is_ending):
    lines = [
        f"{r.sender},{r.identifier},{r.sent:%Y-%m-%dT%H:%M:%S}-00:00" for r in earlier
    ]
    if is_ending and not earlier:
        lines, earlier = [LINE], [FIRST]
    message = ending if is_ending else alert
    sent = parse_cap(fill(cap_template(message), sent=SENT, references=lines))

    assert sent.references == tuple(earlier)
    assert sent.sent == SENT


def test_every_message_is_valid_by_the_schema_of_the_standard(messages):
    if not XSD.exists():
        # Structure and order are tested without it, in tests/cap.
        pytest.skip("needs the schema of OASIS, which may not be shipped")
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(XSD)))
    for message in messages:
        before = [(LINE,), (LINE, LINE.replace("A-1", "A-2"))]
        before += [()] * (message.ending is None)
        for references in before:
            form = fill(cap_template(message), sent=SENT, references=references)

            assert schema.validate(etree.fromstring(form)), schema.error_log


def test_a_template_does_not_depend_on_when_it_would_be_sent(ending):
    other = attrs.evolve(ending, sent=ending.sent + dt.timedelta(hours=1))

    assert cap_template(other) == cap_template(ending)


def test_words_that_look_like_elements_make_no_element(alert):
    (first, second) = alert.texts
    forged = attrs.evolve(
        first,
        headline="<sent>2020-01-01T00:00:00-00:00</sent><references>x</references>",
        description=("</msgType><msgType>Cancel</msgType>", "]]>"),
    )
    message = attrs.evolve(alert, texts=(forged, second))
    sent = parse_cap(fill(cap_template(message), sent=SENT, references=()))

    assert sent.msg_type is MsgType.ALERT
    assert forged.headline in sent.infos[0].headline


# --- forms ------------------------------------------------------------------------------


def test_a_channel_gets_the_forms_that_it_takes_and_no_other(alert):
    for wanted in [{TEXT}, {CAP}, {GEOJSON}, {TEXT, CAP}, ALL, {TEXT, "video/mp4"}]:
        forms = render_forms(alert, taking(*wanted))

        assert [media_type for media_type, _ in forms] == sorted(wanted & ALL)


def test_an_ending_has_text_and_cap_but_no_area_of_its_own(ending):
    forms = render_forms(ending, taking(*ALL))

    assert [media_type for media_type, _ in forms] == [CAP, TEXT]


@pytest.mark.parametrize("forms", [(), ("video/mp4",), ("TEXT/PLAIN",)])
def test_a_channel_that_takes_nothing_of_it_is_refused(alert, forms):
    with pytest.raises(RenderRefused) as caught:
        render_forms(alert, taking(*forms))

    assert caught.value.code == "no-form"


def test_a_channel_that_takes_areas_alone_cannot_be_told_of_the_end(ending):
    with pytest.raises(RenderRefused) as caught:
        render_forms(ending, taking(GEOJSON))

    assert caught.value.code == "no-form"


def test_the_texts_of_all_languages_follow_each_other(alert):
    text = dict(render_forms(alert, taking(TEXT)))[TEXT].decode()
    arabic, french = (render_text(alert, language=tag) for tag in ("ar", "fr"))
    line = text.removeprefix(arabic).removesuffix(french)

    assert text.startswith(arabic)
    assert text.endswith(french)
    assert set(line) == {"-", "\n"}


def test_one_language_has_no_line_of_dashes(alert):
    french = attrs.evolve(alert, texts=alert.texts[1:])
    text = dict(render_forms(french, taking(TEXT)))[TEXT].decode()

    assert text == render_text(french)


def test_geojson_is_the_feature_without_the_time_of_sending(alert):
    form = dict(render_forms(alert, taking(GEOJSON)))[GEOJSON]
    feature = json.loads(json.dumps(render_geojson(alert)))
    sent = feature["properties"].pop("sent")

    assert json.loads(form) == feature
    assert sent
    assert b", " not in form.split(b'"properties"')[0]
    assert "Leïla".encode() in form


def test_only_cap_has_slots(messages):
    for message in messages:
        forms = dict(render_forms(message, taking(*ALL)))

        assert b"\0" in forms.pop(CAP)
        assert not [form for form in forms.values() if b"\0" in form]


def test_the_same_message_has_the_same_bytes(messages):
    for message in messages:
        assert render_forms(message, taking(*ALL)) == render_forms(
            attrs.evolve(message), taking(*ALL)
        )


def test_a_text_is_never_cut(alert):
    text = dict(render_forms(alert, taking(TEXT)))[TEXT].decode()
    just = taking(TEXT, max_chars=len(text))

    assert dict(render_forms(alert, just))[TEXT].decode() == text
    with pytest.raises(RenderRefused) as caught:
        render_forms(alert, taking(TEXT, max_chars=len(text) - 1))
    assert caught.value.code == "too-long"
    assert str(len(text)) in str(caught.value)
    assert "Leïla" not in str(caught.value)


def test_the_limit_is_of_the_text_alone(alert):
    assert len(render_forms(alert, taking(CAP, GEOJSON, max_chars=1))) == 2


def test_without_lxml_the_other_forms_are_rendered_and_cap_says_what_is_missing(
    alert, monkeypatch
):
    monkeypatch.setitem(sys.modules, "lxml", None)

    assert len(render_forms(alert, taking(TEXT, GEOJSON))) == 2
    with pytest.raises(MissingExtra):
        render_forms(alert, taking(CAP))
