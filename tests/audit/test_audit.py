"""Chains of entries: whatever is done to one is found."""

import datetime as dt
import hashlib
import json

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amberkit.audit import (
    GENESIS,
    Entry,
    Head,
    dump_heads,
    follow,
    heads,
    load_heads,
    verify_chain,
    verify_heads,
)
from amberkit.errors import InvalidDocument, InvalidValue, UnreadableDocument

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
CASE = "MA-2026-000117"

# Cheap to draw: small numbers stand for what has to be told apart.
small = st.integers(0, 40)
words = small.map("x.{}:@_-Z".format)
cases = small.map("MA-{}".format)
digests = small.map(lambda number: hashlib.sha256(bytes([number])).hexdigest())
times = small.map(lambda number: NOW + dt.timedelta(microseconds=number - 20))
numbers = small | st.sampled_from([-(2**63) + 1, 2**63 - 1])
codes = st.dictionaries(words, words | numbers, max_size=3)
deeds = st.fixed_dictionaries(
    {
        "at": times,
        "event": words,
        "actor": words | st.none(),
        "codes": codes.map(lambda found: tuple(found.items())),
        "digest": digests | st.none(),
    }
)


def chained(case, listed):
    chain = []
    for deed in listed:
        chain.append(follow(chain[-1] if chain else None, case_id=case, **deed))
    return chain


@st.composite
def chains(draw, least=1):
    listed = draw(st.lists(deeds, min_size=least, max_size=6))
    return chained(draw(cases), listed)


def codes_of(problems):
    return [problem.code for problem in problems]


def plain(**changes):
    values = {"case_id": CASE, "at": NOW, "event": "submitted"}
    return follow(None, **(values | changes))


# --- making -----------------------------------------------------------------------------


def test_the_hash_is_what_the_documentation_says():
    at = NOW.replace(microsecond=7).astimezone(dt.timezone(dt.timedelta(hours=1)))
    entry = plain(at=at, actor="o.17", codes=[("b", 2), ("a", "x")], digest="ab" * 32)
    written = (
        'amberkit-audit-1\n{"actor":"o.17","at":"2026-11-22T18:00:00.000007+00:00",'
        '"case_id":"MA-2026-000117","codes":[["a","x"],["b",2]],'
        f'"digest":"{"ab" * 32}","event":"submitted","index":0,'
        f'"previous":"{"0" * 64}"}}'
    )

    assert entry.hash == hashlib.sha256(written.encode()).hexdigest()
    assert entry.at == at
    assert entry.at.tzinfo is dt.UTC


def test_an_entry_follows_the_one_before():
    first = plain()
    second = follow(first, case_id=CASE, at=NOW, event="approved")

    assert (first.index, first.previous) == (0, GENESIS)
    assert (second.index, second.previous) == (1, first.hash)
    assert second.actor is second.digest is None
    assert second.codes == ()


def test_an_entry_never_follows_one_of_another_case():
    with pytest.raises(InvalidValue, match="the same case"):
        follow(plain(), case_id="B", at=NOW, event="approved")


@pytest.mark.parametrize(
    "wrong",
    [
        {"case_id": "lower"},
        {"event": "two words"},
        {"event": ""},
        {"event": "x" * 65},
        {"event": 7},
        {"actor": "Zoé"},
        {"actor": "line\n"},
        {"at": NOW.replace(tzinfo=None)},
        {"codes": [("why", "she was seen there")]},
        {"codes": [("two words", 1)]},
        {"codes": [("a", 1), ("a", 2)]},
        {"codes": [("a", True)]},
        {"codes": [("a", 1.5)]},
        {"codes": [("a", None)]},
        {"codes": [("a", 2**63)]},
        {"codes": [("a", -(2**63))]},
        {"digest": "abc"},
        {"digest": "AB" * 32},
        {"digest": 7},
    ],
    ids=repr,
)
def test_free_text_and_other_forms_cannot_get_in(wrong):
    with pytest.raises(InvalidValue) as raised:
        plain(**wrong)

    assert "seen" not in str(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"index": -1},
        {"index": True},
        {"index": "0"},
        {"previous": "x"},
        {"hash": ""},
    ],
)
def test_an_entry_that_is_read_must_have_its_form(wrong):
    with pytest.raises(InvalidValue):
        attrs.evolve(plain(), **wrong)


# --- verifying --------------------------------------------------------------------------


@given(chains(least=0))
def test_a_chain_that_was_followed_fits(chain):
    assert verify_chain(chain) == ()


CHANGES = {
    "case_id": cases,
    "index": st.integers(0, 9),
    "at": times,
    "event": words,
    "actor": words | st.none(),
    "codes": codes.map(lambda found: tuple(found.items())),
    "digest": digests | st.none(),
    "previous": digests,
    "hash": digests,
}


def test_every_field_has_a_change():
    assert set(CHANGES) == {field.name for field in attrs.fields(Entry)}


@pytest.mark.parametrize("field", CHANGES)
@given(chain=chains(), data=st.data())
def test_a_changed_field_is_always_found(field, chain, data):
    place = data.draw(st.integers(0, len(chain) - 1))
    changed = attrs.evolve(chain[place], **{field: data.draw(CHANGES[field])})
    assume(changed != chain[place])
    forged = [*chain[:place], changed, *chain[place + 1 :]]

    assert f"[{place}]" in " ".join(p.path for p in verify_chain(forged))


@given(chain=chains(least=2), data=st.data())
def test_a_removed_entry_is_always_found(chain, data):
    place = data.draw(st.integers(0, len(chain) - 2))

    assert verify_chain(chain[:place] + chain[place + 1 :])


@given(chain=chains(least=2), data=st.data())
def test_moved_entries_are_always_found(chain, data):
    moved = data.draw(st.permutations(chain))
    assume(moved != chain)

    assert verify_chain(moved)


@given(chain=chains(), data=st.data())
def test_an_entry_put_in_is_always_found(chain, data):
    place = data.draw(st.integers(0, len(chain) - 1))
    before = chain[place - 1] if place else None
    case = chain[0].case_id
    put_in = follow(before, case_id=case, **data.draw(deeds))
    forged = [*chain[:place], put_in, *chain[place:]]

    assert verify_chain(forged)


@given(chain=chains(), data=st.data())
def test_an_entry_of_another_case_is_always_found(chain, data):
    case = data.draw(cases)
    place = data.draw(st.integers(1, len(chain)))
    assume(case != chain[0].case_id)
    listed = data.draw(st.lists(deeds, min_size=place + 1, max_size=place + 1))
    forged = [*chain[:place], chained(case, listed)[place], *chain[place + 1 :]]

    assert "other-case" in codes_of(verify_chain(forged))


def test_a_chain_that_begins_elsewhere_is_found():
    chain = chained(CASE, [{"at": NOW, "event": "x"}] * 2)

    assert codes_of(verify_chain(chain[1:])) == ["out-of-order", "broken-link"]


def test_a_problem_says_where_and_never_what():
    chain = chained(CASE, [{"at": NOW, "event": "x"}] * 4)
    chain[3] = attrs.evolve(chain[3], actor="Amina")
    (problem,) = verify_chain(chain)

    assert problem.path == f"$.{CASE}[3]"
    assert problem.code == "altered"
    assert "Amina" not in str(problem)


# --- heads ------------------------------------------------------------------------------


@given(st.lists(chains(least=0), max_size=3), st.data())
def test_heads_stay_true_while_chains_grow(listed, data):
    kept = {chain[0].case_id: chain for chain in listed if chain}
    checkpoint = load_heads(dump_heads(heads(kept)))
    grown = {
        case: [*chain, follow(chain[-1], case_id=case, **data.draw(deeds))]
        for case, chain in kept.items()
    }

    assert verify_heads(kept, checkpoint) == verify_heads(grown, checkpoint) == ()
    assert [head.case_id for head in checkpoint] == sorted(kept)


@given(chain=chains(), data=st.data())
def test_a_cut_off_end_is_always_found(chain, data):
    case = chain[0].case_id
    length = data.draw(st.integers(0, len(chain) - 1))
    cut = {case: chain[:length]}
    (problem,) = verify_heads(cut, heads({case: chain}))

    assert verify_chain(chain[:length]) == ()
    assert problem.code == ("cut-off" if length else "missing-case")
    assert problem.path == f"$.{case}[{len(chain) - 1}]"


@given(chain=chains(), listed=st.lists(deeds, min_size=1, max_size=9))
def test_a_chain_written_anew_is_always_found(chain, listed):
    case = chain[0].case_id
    forged = chained(case, listed)
    assume(forged[: len(chain)] != chain)

    assert verify_chain(forged) == ()
    assert len(verify_heads({case: forged}, heads({case: chain}))) == 1


@given(chain=chains(), data=st.data())
def test_a_chain_written_anew_from_the_middle_is_always_found(chain, data):
    case = chain[0].case_id
    place = data.draw(st.integers(0, len(chain) - 1))
    forged = chain[:place]
    for deed in data.draw(st.lists(deeds, min_size=1, max_size=9)):
        forged = [
            *forged,
            follow(forged[-1] if forged else None, case_id=case, **deed),
        ]
    assume(forged[: len(chain)] != chain)

    assert verify_heads({case: forged}, heads({case: chain}))


def test_a_case_that_is_gone_is_found():
    kept = {case: [plain(case_id=case)] for case in ("B", "A")}
    (problem,) = verify_heads({"A": kept["A"]}, heads(kept))

    assert (problem.path, problem.code) == ("$.B[0]", "missing-case")


def test_an_empty_chain_has_no_head():
    assert heads({"A": []}) == ()


# --- checkpoints ------------------------------------------------------------------------

HASH = "ab" * 32


def checkpoint(*listed, **more):
    document = {"format": "amberkit-audit-heads-1", "heads": list(listed)} | more
    return json.dumps(document).encode()


def test_a_checkpoint_is_plain_json_in_order():
    listed = [Head(case_id=case, index=3, hash=HASH) for case in ("B", "A")]

    assert dump_heads(listed) == (
        b'{"format":"amberkit-audit-heads-1","heads":['
        b'{"case_id":"A","hash":"' + HASH.encode() + b'","index":3},'
        b'{"case_id":"B","hash":"' + HASH.encode() + b'","index":3}]}\n'
    )


def test_what_is_no_json_is_no_checkpoint():
    with pytest.raises(UnreadableDocument, match="audit checkpoint"):
        load_heads(b"{")


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b'{"format":"amberkit-audit-heads-2","heads":[]}',
        b'{"format":"amberkit-audit-heads-1","heads":{}}',
        b'{"format":"amberkit-audit-heads-1"}',
        checkpoint(more=1),
    ],
)
def test_another_document_is_no_checkpoint(data):
    with pytest.raises(InvalidDocument, match="amberkit-audit-heads-1"):
        load_heads(data)


def test_every_bad_head_is_listed():
    good = {"case_id": "A", "index": 0, "hash": HASH}
    with pytest.raises(InvalidDocument) as raised:
        load_heads(
            checkpoint(
                good,
                good | {"index": "0"},
                good | {"case_id": "a", "hash": HASH},
                good | {"hash": 1},
                good | {"more": 1},
                {"case_id": "A"},
                "A",
                [],
                None,
                good,
            )
        )

    assert [(p.path, p.code) for p in raised.value.problems] == [
        ("$.heads[1]", "invalid"),
        ("$.heads[2]", "invalid"),
        ("$.heads[3]", "invalid"),
        *[(f"$.heads[{i}]", "not-a-head") for i in range(4, 9)],
        ("$.heads[9]", "twice"),
    ]
