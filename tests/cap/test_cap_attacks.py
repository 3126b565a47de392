"""Hostile bytes are refused, quickly, and by one family of errors."""

import random
import time

import pytest
from cap_samples import EXPECTED, SAMPLE

from amberkit.cap import CapAlert, CapError, parse_cap, write_cap

GOOD = SAMPLE.encode()
MINIMAL = (
    b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier>'
    b"<sender>b</sender><sent>2030-05-01T14:07:00+01:00</sent><status>Test</status>"
    b"<msgType>Alert</msgType><scope>Public</scope>%s</alert>"
)
XXE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a0 "ha">'
    + b"".join(
        b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 20)
    )
    + b"]>"
)


def note(content):
    return MINIMAL.replace(
        b"<scope>Public</scope>", b"<scope>Public</scope><note>%s</note>"
    ) % (
        content,
        b"",
    )


ATTACKS = {
    "empty": (b"", "xml"),
    "blank": (b"  \n", "xml"),
    "text": (b"help", "xml"),
    "json": (b'{"alert": 1}', "xml"),
    "nul": (b"\0", "xml"),
    "nul-in-text": (note(b"a\0b"), "xml"),
    "nul-in-name": (b"<al\0ert/>", "xml"),
    "control-character": (note(b"a\x0bb"), "xml"),
    "control-reference": (note(b"&#11;"), "xml"),
    "nul-reference": (note(b"&#0;"), "xml"),
    "surrogate-reference": (note(b"&#xD800;"), "xml"),
    "reference-beyond-unicode": (note(b"&#x110000;"), "xml"),
    "endless-reference": (note(b"&#" + b"9" * 1_000_000 + b";"), "xml"),
    "undefined-entity": (note(b"&nbsp;"), "xml"),
    "xxe": (XXE + note(b"&x;"), "doctype"),
    "xxe-http": (XXE.replace(b"file:///etc/passwd", b"http://localhost:9/x") + note(b"&x;"), "doctype"),
    "xxe-parameter": (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]><a/>', "doctype"),
    "external-dtd": (b'<!DOCTYPE a SYSTEM "http://localhost:9/x.dtd">' + GOOD[38:], "doctype"),
    "public-dtd": (b'<!DOCTYPE a PUBLIC "-//X" "http://localhost:9/x">' + GOOD[38:], "doctype"),
    "plain-doctype": (b"<!DOCTYPE alert>" + GOOD[38:], "doctype"),
    "billion-laughs": (LAUGHS + note(b"&a19;"), "doctype"),
    "laughs-in-an-attribute": (LAUGHS + b'<alert x="&a19;"/>', "doctype"),
    "quadratic": (b'<!DOCTYPE a [<!ENTITY a "%s">]>' % (b"x" * 100_000) + note(b"&a;" * 20_000), "doctype"),
    "default-attribute": (b'<!DOCTYPE a [<!ATTLIST alert x CDATA "y">]>' + GOOD[38:], "doctype"),
    "doctype-in-a-comment": (b"<!--<!DOCTYPE a>-->" + GOOD[38:], "doctype"),
    "second-doctype-after-root": (GOOD + b"<!DOCTYPE a>", "doctype"),
    "lower-case-doctype": (b"<!doctype alert>" + GOOD[38:], "xml"),
    "stray-entity-declaration": (b'<!ENTITY a "b">' + GOOD[38:], "xml"),
    "five-megabytes": (note(b"x" * 5_000_000), "too-large"),
    "huge-attribute": (b'<alert x="%s"/>' % (b"y" * 3_900_000), "root"),
    "huge-attribute-inside": (MINIMAL % (b'<info x="%s"/>' % (b"y" * 3_900_000)), "attribute"),
    "huge-name": (b"<" + b"a" * 3_900_000 + b"/>", "xml"),
    "many-attributes": (b"<alert %s/>" % b" ".join(b'a%d="1"' % i for i in range(200_000)), "root"),
    "many-namespaces": (b"<alert %s/>" % b" ".join(b'xmlns:a%d="u"' % i for i in range(100_000)), "root"),
    "duplicate-attribute": (b'<alert a="1" a="2"/>', "xml"),
    "deep": (b"<a>" * 49_000 + b"</a>" * 49_000, "xml"),
    "deep-inside": (MINIMAL % (b"<info>" * 200 + b"</info>" * 200), "unknown"),
    "deep-in-a-text": (note(b"<b>" * 200 + b"</b>" * 200), "unknown"),
    "unclosed-deep": (b"<a>" * 99_000, "xml"),
    "many-elements": (b"<a>" + b"<b/>" * 900_000 + b"</a>", "too-large"),
    "many-codes": (MINIMAL.replace(b"</scope>", b"</scope>" + b"<code/>" * 90_000) % b"", "value"),
    "many-unknown": (MINIMAL % (b"<b/>" * 90_000), "unknown"),
    "many-comments": (b"<!---->" * 400_000 + GOOD[38:], "too-large"),
    "many-instructions": (b"<?a?>" * 400_000 + GOOD[38:], "too-large"),
    "wrong-root": (GOOD.replace(b"<alert", b"<alarm").replace(b"</alert", b"</alarm"), "root"),
    "no-namespace": (GOOD.replace(b'xmlns="urn', b'x="urn'), "root"),
    "cap-1.1": (GOOD.replace(b"cap:1.2", b"cap:1.1"), "root"),
    "cap-1.0": (GOOD.replace(b"urn:oasis:names:tc:emergency:cap:1.2", b"http://www.incident.com/cap/1.0"), "root"),
    "namespace-with-space": (GOOD.replace(b"cap:1.2", b"cap:1.2 "), "xml"),
    "foreign-element": (MINIMAL % b'<note xmlns="urn:x">a</note>', "unknown"),
    "xinclude": (MINIMAL % b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>', "unknown"),
    "stylesheet-with-no-end": (b"<?xml-stylesheet href='x'" + GOOD[38:], "xml"),
    "two-roots": (GOOD + GOOD[38:], "xml"),
    "cut-off": (GOOD[:-9], "xml"),
    "late-declaration": (b" " + GOOD, "xml"),
    "utf-16": (SAMPLE.replace("UTF-8", "UTF-16").encode("utf-16"), "encoding"),
    "utf-16-unmarked": ("<!DOCTYPE a><a/>".encode("utf-16-le"), "xml"),
    "utf-32": (SAMPLE.encode("utf-32"), "encoding"),
    "utf-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "encoding"),
    "ebcdic": (b'<?xml version="1.0" encoding="cp037"?>' + GOOD[38:], "encoding"),
    "ebcdic-bytes": (SAMPLE[:40].encode("cp037"), "encoding"),
    "latin-1": (SAMPLE[:600].replace("UTF-8", "ISO-8859-1").replace("Desk", "Büro").encode("latin-1"), "encoding"),
    "declared-latin-1": (GOOD.replace(b"UTF-8", b"ISO-8859-1"), "encoding"),
    "declared-nonsense": (GOOD.replace(b"UTF-8", b"x-evil"), "encoding"),
    "overlong": (note(b"\xc0\xbc!DOCTYPE"), "encoding"),
    "lone-surrogate-bytes": (note(b"\xed\xa0\x80"), "encoding"),
    "cut-character": (note(b"\xf0\x9f\x9a"), "encoding"),
    "cdata-in-structure": (MINIMAL % b"<![CDATA[<info>]]>", "text"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_at_once(data, code):
    start = time.perf_counter()
    with pytest.raises(CapError) as caught:
        parse_cap(data)
    elapsed = time.perf_counter() - start

    assert code in {problem.code for problem in caught.value.problems}
    assert elapsed < 5  # a guard against hanging; each takes a fraction of it


def test_the_attacks_are_attacks_only_by_their_one_flaw():
    assert parse_cap(GOOD) == EXPECTED
    assert parse_cap(MINIMAL % b"").identifier == "a"
    assert parse_cap(note(b"fine")).note == "fine"
    assert parse_cap(b"\xef\xbb\xbf" + GOOD) == EXPECTED
    assert parse_cap(GOOD[38:]) == EXPECTED
    assert parse_cap(GOOD.replace(b"UTF-8", b"us-ascii")) == EXPECTED


def test_a_flood_of_problems_is_cut_at_a_thousand():
    with pytest.raises(CapError) as caught:
        parse_cap(ATTACKS["many-codes"][0])

    assert len(caught.value.problems) == 1_000


def test_a_refusal_does_not_quote_the_message():
    data = note(b"Amina &lt; Zahra &undefined; </b>")

    with pytest.raises(CapError) as caught:
        parse_cap(data)

    assert "Amina" not in str(caught.value)
    assert "undefined" not in str(caught.value)


PIECES = [
    b"<", b">", b"&", b"\"", b"\0", b"\xff", b"\xef\xbf\xbe", b"]]>", b"<![CDATA[", b"<!--",
    b"-->", b"<?a ", b"?>", b"&#0;", b"&lt;", b"&#xD;", b"&a;", b"<!DOCTYPE a>", b"<info>",
    b"</info>", b"<area/>", b"<code/>", b"<polygon/>", b"NaN", b"1e400", b"inf", b"-0", b"9" * 400,
    b"Z", b"+00:00", b"-00:00", b"+24:00", b":60", b"0000-", b"9999", b"\xd9\xa3", b"\xc2\xa0",
    b"\xe2\x80\xae", b" ", b",", b"\n", b"\t", b"None", b"xmlns=''", b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>",
]  # fmt: skip


def mutated(rng):
    data = bytearray(rng.choice([GOOD, WRITTEN]))
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data))
        to = min(len(data), at + rng.choice([0, 1, 1, 2, 8, 60]))
        match rng.randrange(4):
            case 0:
                data[at:to] = rng.choice(PIECES)
            case 1:
                data[at:to] = b""
            case 2:
                data[at:at] = data[at:to]
            case _:
                data[at] = rng.randrange(256)
    return bytes(data)


WRITTEN = write_cap(EXPECTED)


@pytest.mark.parametrize("seed", range(4))
def test_mutations_are_read_or_refused_and_never_anything_else(seed):
    rng = random.Random(seed)
    read = 0

    for _ in range(1_000):
        data = mutated(rng)
        try:
            alert = parse_cap(data)
        except CapError:
            continue
        read += 1

        assert isinstance(alert, CapAlert)
        assert parse_cap(write_cap(alert)) == alert

    assert 50 < read < 950  # the mutations are neither all fatal nor all harmless
