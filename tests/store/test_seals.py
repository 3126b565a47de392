"""Seals: what is kept opens only with the key of its case, and only in its place."""

import hashlib
import hmac

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from store_samples import METADATA, ROWS, open_store

from amberkit.store import KeyDestroyed, StoreRefused

CANARY = "Amina Bennani, الدار البيضاء".encode()
DATA = st.binary(max_size=200)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seals")
    with open_store(folder / "a.db") as one:
        one.keys.create("A")
        one.keys.create("B")
        # Another store with the same keys.
        with open_store(folder / "b.db", keys=one.keys) as other:
            yield one, other


def refused(store, case_id, context, sealed):
    with pytest.raises(StoreRefused) as raised:
        store.unseal(case_id, context, sealed)
    return raised.value.code


@given(data=DATA, context=st.text(max_size=20))
def test_what_is_sealed_can_be_read(stores, data, context):
    store, _ = stores

    assert store.unseal("A", context, store.seal("A", context, data)) == data


def test_no_two_seals_are_alike(stores):
    store, _ = stores

    assert len({store.seal("A", "c", b"same") for _ in range(50)}) == 50


@given(data=DATA, place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_is_always_found(stores, data, place, bit):
    store, _ = stores
    sealed = bytearray(store.seal("A", "c", data))
    sealed[place % len(sealed)] ^= 1 << bit

    assert refused(store, "A", "c", bytes(sealed)) == "tampered"


@given(data=DATA, length=st.integers(0, 10_000))
def test_a_cut_seal_is_always_found(stores, data, length):
    store, _ = stores
    sealed = store.seal("A", "c", data)

    assert refused(store, "A", "c", sealed[: length % len(sealed)]) == "tampered"


def test_what_is_sealed_opens_only_in_its_place(stores):
    store, other = stores
    sealed = store.seal("A", "form:1", b"x")

    assert refused(store, "A", "form:2", sealed) == "tampered"
    assert refused(store, "B", "form:1", sealed) == "tampered"
    assert refused(other, "A", "form:1", sealed) == "tampered"


def test_a_place_cannot_be_written_as_another(stores):
    store, _ = stores
    key = store.keys.get("A")
    store.keys.create("A-B")

    class Same:
        """A ring with one key for all cases: only the place tells them apart."""

        def get(self, case_id):
            return key

    ring, store.keys = store.keys, Same()
    try:
        assert refused(store, "A-B", "c", store.seal("A", "B-c", b"x")) == "tampered"
        assert refused(store, "A", '"]', store.seal("A", "]", b"x")) == "tampered"
        assert refused(store, "B", "c", store.seal("A", "c", b"x")) == "tampered"
    finally:
        store.keys = ring


@given(data=DATA)
def test_a_digest_is_the_same_only_for_the_same(stores, data):
    store, _ = stores
    digest = store.digest("A", data)

    assert digest == store.digest("A", data)
    assert digest != store.digest("B", data)
    assert digest != store.digest("A", data + b"\0")
    assert len(bytes.fromhex(digest)) == 32


def test_what_is_derived_is_what_the_standard_says(stores):
    """RFC 5869 with SHA-256, no salt, 32 bytes; written out once more."""
    store, _ = stores
    key = store.keys.get("A")

    def hkdf(purpose):
        extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
        info = b"amberkit-store-1\n" + purpose + b"\x01"
        return hmac.new(extracted, info, hashlib.sha256).digest()

    expected = hmac.new(hkdf(b"digest"), b"x", hashlib.sha256).hexdigest()

    assert store.digest("A", b"x") == expected
    assert store.salt("A") == hkdf(b"salt")


def test_a_salt_belongs_to_its_case(stores):
    store, _ = stores

    assert store.salt("A") == store.salt("A")
    assert store.salt("A") != store.salt("B")
    assert store.keys.get("A") not in (store.salt("A"), store.digest("A", b""))


def test_without_the_key_nothing_can_be_done(path):
    with open_store(path) as store:
        store.keys.create("A")
        sealed = store.seal("A", "c", CANARY)
        store.keys.destroy("A")
        for act in (
            lambda: store.unseal("A", "c", sealed),
            lambda: store.seal("A", "c", b""),
            lambda: store.digest("A", b""),
            lambda: store.salt("A"),
        ):
            with pytest.raises(KeyDestroyed):
                act()
        assert not store.keys.has("A")

        # A key that is made later is another one.
        store.keys.create("A")
        assert refused(store, "A", "c", sealed) == "tampered"


def everything(folder):
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def test_nothing_that_is_sealed_is_readable_in_any_file(path):
    with open_store(path) as store:
        store.create(METADATA)
        store.keys.create("A")
        key = store.keys.get("A")
        with store.transaction() as work:
            sealed = store.seal("A", "c", CANARY * 100)
            work.change(sa.insert(ROWS), {"data": sealed, "name": "kept"})
            during = everything(path.parent)
        after = everything(path.parent)

    for found in (during, after):
        assert b"kept" in after
        assert CANARY[:8] not in found
        assert CANARY[-8:] not in found
    assert key not in path.read_bytes()


def test_a_deleted_row_is_overwritten(path):
    with open_store(path) as store:
        store.create(METADATA)
        with store.transaction() as work:
            work.change(sa.insert(ROWS), {"name": "n", "data": CANARY * 1000})
        assert CANARY in everything(path.parent)
        with store.transaction() as work:
            work.change(sa.delete(ROWS))

    assert CANARY not in everything(path.parent)
