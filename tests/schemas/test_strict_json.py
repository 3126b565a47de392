"""What comes out of the reader is finite, unambiguous and of bounded size."""

import collections
import json
import math
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberkit.errors import InvalidDocument, UnreadableDocument
from amberkit.schemas import child_path, read_json, read_source, refuse_unless_json

MAX_BYTES = 4_000_000

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(plain, st.booleans())
def test_what_json_writes_is_read_as_it_was(document, ascii_only):
    data = json.dumps(document, ensure_ascii=ascii_only).encode()

    assert read_json(data, "thing") == document
    assert refuse_unless_json(document, "thing") == document


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON at line 1, column 1"),
        (b"{", "not JSON"),
        (b'{"a":1}x', "extra data"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1,}', "not JSON"),
        (b'{"a":NaN}', "NaN and infinity are not JSON"),
        (b'{"a":-Infinity}', "NaN and infinity are not JSON"),
        (b'{"a":1e999}', "too large for a double"),
        (b'{"a":-1e999}', "too large for a double"),
        (b'{"a":' + b"9" * 5_000 + b"}", "more than 400 digits"),
        (b'{"a":1,"b":2,"a":1}', "the key 'a' is given twice"),
        (
            b'{"x":{"Le\xc3\xafla B":1,"Le\xc3\xafla B":2}}',
            "the key '...' is given twice",
        ),
        (b"\xff", "not UTF-8 at byte 0"),
        (b'{"a":"\xed\xa0\x80"}', "not UTF-8 at byte 6"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8 at byte 0"),
        (b'{"a":"\\ud800"}', "half of a surrogate pair"),
        (b'{"\\uDFFF":1}', "half of a surrogate pair"),
        (b'{"a":"\x00"}', "not JSON"),
        (b"[" * 65 + b"]" * 65, "more than 64 levels deep"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "more than 64 levels deep"),
        (b" " * (MAX_BYTES + 1), "more than 4,000,000 bytes"),
    ],
    ids=range(21),
)
def test_what_is_no_strict_json_is_refused_with_the_reason(data, reason):
    with pytest.raises(UnreadableDocument) as caught:
        read_json(data, "thing")

    assert str(caught.value).startswith("cannot read the thing: ")
    assert reason in str(caught.value)
    # Python's own error would bring the whole document along.
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("data", "document"),
    [
        (b"[" * 64 + b"]" * 64, None),
        (b'"' + b"[" * 100 + b'"', "[" * 100),
        (b'"\\"[[\\\\"', '"[[\\'),
        (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
        (b'"\\ud83d\\udc67"', "👧"),
        (b'"\\\\ud800"', "\\ud800"),
        (b"[" + b"9" * 400 + b"]", [10**400 - 1]),
        (b" " * (MAX_BYTES - 1) + b"7", 7),
    ],
    ids=range(8),
)
def test_what_is_at_the_limit_is_read(data, document):
    result = read_json(data, "thing")

    assert document is None or result == document


def test_brackets_in_strings_that_never_end_cost_no_more_than_others():
    # Read twice for each quote, half a megabyte would take hours.
    with pytest.raises(UnreadableDocument, match="unterminated string"):
        read_json(b'"' + b'\\"' * 250_000, "thing")


def test_a_key_given_twice_among_many_is_found_at_once():
    keys = ",".join(f'"k{i}":1' for i in range(100_000))
    with pytest.raises(UnreadableDocument, match="'k99999' is given twice"):
        read_json(f'{{{keys},"k99999":1}}'.encode(), "thing")


# --- files ----------------------------------------------------------------------------


def test_a_file_is_read_by_path_or_text(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}')

    assert read_source(path, "thing") == read_source(str(path), "thing") == {"a": 1}
    assert read_source(b"[1]", "thing") == [1]


def test_a_file_too_large_is_not_read_whole(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b" " * (MAX_BYTES + 10))

    with pytest.raises(UnreadableDocument, match="more than 4,000,000 bytes"):
        read_source(path, "thing")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.json", "no such file"),
        (".", "is a directory"),
        ("a\x00b", "not a usable path"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_by_its_fault(tmp_path, name, reason):
    with pytest.raises(UnreadableDocument) as caught:
        read_source(f"{tmp_path}/{name}", "thing")

    assert str(caught.value).startswith(f"cannot read the thing: {reason}")


# --- data that is already parsed --------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        ({"a": math.nan}, "$.a", "not-finite"),
        ({"a": [1, -math.inf]}, "$.a[1]", "not-finite"),
        ({"a": 10**400}, "$.a", "out-of-range"),
        ({"a": -(10**5_000)}, "$.a", "out-of-range"),
        ({"a": "\ud800"}, "$.a", "not-text"),
        ({"\udfff": 1}, "$", "not-json"),
        ({1: 1}, "$", "not-json"),
        ({"a": b"x"}, "$.a", "not-json"),
        ({"a": bytearray(b"x")}, "$.a", "not-json"),
        ({"a": memoryview(b"x")}, "$.a", "not-json"),
        ({"a": {1}}, "$.a", "not-json"),
        ({"a": object()}, "$.a", "not-json"),
        ({"Le ïla": math.nan}, "$['...']", "not-finite"),
        ({"a": range(500_000)}, "$", "too-large"),
        ({"a": range(10**15)}, "$", "too-large"),
    ],
    ids=range(15),
)
def test_what_json_could_not_have_brought_is_refused(document, path, code):
    with pytest.raises(InvalidDocument) as caught:
        refuse_unless_json(document, "thing")

    assert [(p.path, p.code) for p in caught.value.problems] == [(path, code)]


def test_all_that_json_could_not_have_brought_is_listed_by_path():
    with pytest.raises(InvalidDocument) as caught:
        refuse_unless_json({"b": math.nan, "a": {1: 2}}, "thing")

    assert [p.path for p in caught.value.problems] == ["$.a", "$.b"]


def test_data_that_holds_itself_is_too_deep():
    loop = []
    loop.append(loop)

    with pytest.raises(InvalidDocument, match="at most 64 levels deep"):
        refuse_unless_json(loop, "thing")


def test_other_mappings_and_sequences_become_plain():
    document = types.MappingProxyType(
        {
            "a": (1, range(2)),
            "b": collections.UserList([collections.OrderedDict(c=None)]),
        }
    )

    assert refuse_unless_json(document, "thing") == {
        "a": [1, [0, 1]],
        "b": [{"c": None}],
    }


def test_a_path_shows_a_key_only_if_it_is_an_ordinary_name():
    assert child_path("$", "age_years") == "$.age_years"
    assert child_path("$.a[0]", "Leïla") == "$.a[0]['...']"
    assert child_path("$", "a b") == "$['...']"
    assert child_path("$", "a" * 65) == "$['...']"
