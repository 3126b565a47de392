"""What is wrong with a message is told whole, and where it is."""

import pickle

import pytest
from cap_samples import EXPECTED, SAMPLE

from amberkit.cap import CapError, CapNotFaithful, parse_cap
from amberkit.errors import AmberkitError, InvalidDocument, InvalidValue


def problems(data):
    with pytest.raises(CapError) as caught:
        parse_cap(data.encode())
    return [
        (p.path, p.code, int(p.message[5:].split(":")[0]))
        for p in caught.value.problems
    ]


def line_of(data, text):
    return data[: data.index(text)].count("\n") + 1


def sample_with(old, new):
    assert SAMPLE.count(old) >= 1
    return SAMPLE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("XX-AMBER-2030-0042.2", "XX AMBER", "/alert/identifier", "value"),
        ("XX-AMBER-2030-0042.2", "", "/alert/identifier", "value"),
        ("alerts@police.example</sender>", "a,b</sender>", "/alert/sender", "value"),
        ("14:07:00+01:00</sent>", "14:07:00Z</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "14:07:00.5+01:00</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "14:07:00</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "14:07:60+01:00</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "24:00:00+01:00</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "14:07:00+14:01</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "14:07:00+24:00</sent>", "/alert/sent", "value"),
        ("14:07:00+01:00</sent>", "14:07:00+01:60</sent>", "/alert/sent", "value"),
        ("2030-05-01T14:07", "2030-02-30T14:07", "/alert/sent", "value"),
        ("2030-05-01T14:07", "0000-05-01T14:07", "/alert/sent", "value"),
        ("2030-05-01T14:07", "٢٠٣٠-05-01T14:07", "/alert/sent", "value"),
        ("Actual", "actual", "/alert/status", "value"),
        ("Update", "Revision", "/alert/msgType", "value"),
        ("\n     XX-PROFILE:1.0\n", " ", "/alert/code[1]", "value"),
        ('"Coast Guard, North"', '"Coast Guard', "/alert/addresses", "value"),
        ('"Coast Guard, North"', 'Coast" Guard"', "/alert/addresses", "value"),
        ('"Harbor Street"', '" "', "/alert/incidents", "value"),
        ("0042.1,2030", "0042.1;2030", "/alert/references", "value"),
        ("0042.1,2030-05", "0042.1,30-05", "/alert/references", "value"),
        ("0042.1,2030", "00&amp;42.1,2030", "/alert/references", "value"),
        ("en-US", "english_us", "/alert/info[1]/language", "value"),
        ("<category>Security", "<category>Securité", "/alert/info[1]/category[2]", "value"),
        ("Monitor", "monitor", "/alert/info[1]/responseType[1]", "value"),
        ("<event>Child Abduction", "<event> ", "/alert/info[1]/event", "value"),
        ("SAME", "", "/alert/info[1]/eventCode[1]/valueName", "value"),
        ("CAE", "", "/alert/info[1]/eventCode[1]/value", "value"),
        ("2030-05-01T20:07:00+01:00", "", "/alert/info[1]/expires", "value"),
        ("https://amber.example/42?lang=en", "see [it]", "/alert/info[1]/web", "value"),
        ("<size>3", "<size>-3", "/alert/info[1]/resource[1]/size", "value"),
        ("<size>3", "<size>3.0", "/alert/info[1]/resource[1]/size", "value"),
        ("<size>3", "<size>" + "9" * 5000, "/alert/info[1]/resource[1]/size", "value"),
        ("AP8Q", "AP8", "/alert/info[1]/resource[1]/derefUri", "value"),
        ("AP8Q", "تسع", "/alert/info[1]/resource[1]/derefUri", "value"),
        ("1,1 2,1 2,2 1,1", "1,1 2,1 2,2 1,2", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "1,1 2,1 1,1", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "1,1 2,1e0 2,2 1,1", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "1,1 91,1 2,2 1,1", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "1,1 2,181 2,2 1,1", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "1 1 2 1 2 2 1 1", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "1,1,0 2,1,0 2,2,0 1,1,0", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("1,1 2,1 2,2 1,1", "NaN,1 2,1 2,2 NaN,1", "/alert/info[1]/area[1]/polygon[2]", "value"),
        ("12.5 </circle>", "</circle>", "/alert/info[1]/area[1]/circle[1]", "value"),
        ("12.5 </circle>", "-1</circle>", "/alert/info[1]/area[1]/circle[1]", "value"),
        ("12.5 </circle>", "99999</circle>", "/alert/info[1]/area[1]/circle[1]", "value"),
        ("12.5 </circle>", "12.5 km</circle>", "/alert/info[1]/area[1]/circle[1]", "value"),
        ("33.55,-7.55", "95,-7.55", "/alert/info[1]/area[1]/circle[1]", "value"),
        ("<altitude>0", "<altitude>high", "/alert/info[1]/area[1]/altitude", "value"),
        ("<altitude>0", "<altitude>" + "9" * 400, "/alert/info[1]/area[1]/altitude", "value"),
        ("<status>Actual</status>", "<status a='b'>Actual</status>", "/alert/status", "attribute"),
        ("<info>", "<info a='b'>", "/alert/info[1]", "attribute"),
        ("<status>Actual</status>", "<status>Actual<b/></status>", "/alert/status", "unknown"),
        ("<status>Actual</status>", "<status>Actual</status>loud", "/alert", "text"),
        ("<alert ", "<alert a='b' ", "/alert", "attribute"),
        ("<scope>Public</scope>", "<scope>Public</scope><siren/>", "/alert", "unknown"),
        ("<scope>Public</scope>", "", "/alert/scope", "missing"),
        ("<event>Child Abduction</event>", "", "/alert/info[1]/event", "missing"),
        ("<scope>Public</scope>", "<scope>Public</scope><scope>Public</scope>", "/alert/scope", "repeated"),
        ("<source>Desk 7</source>", "<source/><source/>", "/alert/source", "repeated"),
        ("<scope>Public</scope>", "<scope>Public</scope><source/>", "/alert/source", "order"),
        ("Public</scope>", "Restricted</scope>", "/alert/restriction", "conflict"),
        ("<scope>Public</scope>", "<scope>Public</scope><restriction>press</restriction>", "/alert/restriction", "conflict"),
        ("<altitude>0</altitude>", "", "/alert/info[1]/area[1]/ceiling", "conflict"),
        ("<altitude>0", "<altitude>2000", "/alert/info[1]/area[1]/ceiling", "conflict"),
        ("2030-05-01T20:07:00+01:00", "2030-05-01T14:07:00+01:00", "/alert/info[1]/expires", "conflict"),
        ("2030-05-01T20:07:00+01:00", "2030-05-01T14:00:00+02:00", "/alert/info[1]/expires", "conflict"),
    ],
)  # fmt: skip
def test_a_flaw_is_named_with_its_place(old, new, path, code):
    found = problems(sample_with(old, new))

    assert (path, code) in [(where, kind) for where, kind, _ in found]


def test_every_problem_is_listed_with_its_line():
    data = SAMPLE
    for old, new in [
        ("<status>Actual", "<status>Real"),
        ("<urgency>Immediate", "<urgency>Now"),
        ("1,1 2,1 2,2 1,1", "1,1 2,1 2,2 1,9"),
        ("<language>ar</language>", "<language>ar</language><siren/>"),
    ]:
        data = data.replace(old, new, 1)

    assert problems(data) == [
        ("/alert/status", "value", line_of(data, "Real")),
        ("/alert/info[1]/urgency", "value", line_of(data, "Now")),
        ("/alert/info[1]/area[1]/polygon[2]", "value", line_of(data, "1,9")),
        ("/alert/info[2]", "unknown", line_of(data, "<siren/>")),
    ]


def test_every_conflict_is_listed_with_its_line():
    start = SAMPLE.index("<addresses>")
    end = SAMPLE.index("<code>")
    data = SAMPLE[:start] + SAMPLE[end:]
    start = data.index("<references>")
    end = data.index("<incidents>")
    data = data[:start] + data[end:]
    data = data.replace("<scope>Public", "<scope>Private")
    data = data.replace("<restriction>", "").replace("T20:07:00", "T10:07:00")

    assert problems(data) == [
        ("/alert/addresses", "conflict", line_of(data, "<alert") + 2),
        ("/alert/references", "conflict", line_of(data, "<alert") + 2),
        ("/alert/info[1]/expires", "conflict", line_of(data, "<expires>")),
    ]


def test_the_point_of_a_polygon_is_named_by_its_number():
    with pytest.raises(CapError, match="polygon point 3 must be lat,lon"):
        parse_cap(sample_with("1,1 2,1 2,2 1,1", "1,1 2,1 x 1,1").encode())


def test_a_message_of_error_holds_no_value():
    with pytest.raises(CapError) as caught:
        parse_cap(sample_with("33.55,-7.55", "133.123,-7.55").encode())

    assert "133" not in str(caught.value)


# --- what is taken in good part -------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Actual", "\n Actual\t"),
        ("2030-05-01T14:07:00+01:00</sent>", "\n2030-05-01T14:07:00+01:00\n</sent>"),
        ("XX-AMBER-2030-0042.2", " XX-AMBER-2030-0042.2 "),
        ("<language>en-US</language>", "<language/>"),
        ("<language>en-US</language>", ""),
        ("<source>", "<?skip this?><!-- and this --><source>"),
        ("Desk 7", "De<!-- hidden -->sk <?x?>7"),
        ("<size>3", "<size>+003"),
        ("<altitude>0", "<altitude>-.0"),
        ("33.55,-7.55", "+33.550,-07.55"),
        ("12.5 </circle>", "12.500</circle>"),
        ("<scope>Public</scope>", "<scope>Public</scope><restriction> </restriction>"),
        ("</alert>", '<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"><s:KeyInfo/>x</s:Signature></alert>'),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_accepted(old, new):
    assert parse_cap(sample_with(old, new).encode()) == EXPECTED


@pytest.mark.parametrize(
    ("old", "field"),
    [("Second message", "note"), ("Desk 7", "source")],
)
def test_a_blank_optional_text_is_absent(old, field):
    assert getattr(parse_cap(sample_with(old, " \n ").encode()), field) is None


def test_a_signature_stands_last():
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'

    assert problems(sample_with("<info>", signature + "<info>"))[0][:2] == (
        "/alert/info[1]",
        "order",
    )


@pytest.mark.parametrize("wrong", [SAMPLE, None, bytearray(b"<a/>"), 5])
def test_only_bytes_are_read(wrong):
    with pytest.raises(InvalidValue, match="data must be of type bytes"):
        parse_cap(wrong)


# --- errors ---------------------------------------------------------------------------


def an_error():
    with pytest.raises(CapError) as caught:
        parse_cap(b"<a/>")
    return caught.value


@pytest.mark.parametrize(
    "error", [an_error(), CapNotFaithful("X-1")], ids=lambda e: type(e).__name__
)
def test_errors_survive_pickling(error):
    twin = pickle.loads(pickle.dumps(error))

    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))
    assert isinstance(error, AmberkitError)


def test_a_refusal_is_an_invalid_document():
    error = an_error()

    assert isinstance(error, InvalidDocument)
    assert str(error).startswith("invalid CAP message: 1 problem\n")
