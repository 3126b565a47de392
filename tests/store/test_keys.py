"""Keys: there whole or not at all, and gone for good."""

import errno
import os
import signal
import stat
from pathlib import Path

import pytest
from store_samples import child, ended

from amberkit.errors import InvalidValue
from amberkit.store import DirectoryKeyRing, KeyDestroyed, MemoryKeyRing, StoreRefused

CASE = "MA-2026-000117"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture(params=["directory", "memory"])
def ring(request, folder):
    return DirectoryKeyRing(folder) if request.param == "directory" else MemoryKeyRing()


def test_a_key_is_made_once(ring):
    key = ring.create(CASE)

    assert len(key) == 32
    assert len(set(key)) > 8
    assert ring.create(CASE) == ring.get(CASE) == key
    assert ring.has(CASE)


def test_every_case_has_a_key_of_its_own(ring):
    assert ring.create("A") != ring.create("B")


def test_a_key_that_was_never_made_is_not_there(ring):
    ring.create("B")

    assert not ring.has(CASE)
    with pytest.raises(KeyDestroyed) as raised:
        ring.get(CASE)

    assert raised.value.case_id == CASE
    assert CASE in str(raised.value)


def test_a_destroyed_key_is_gone_and_others_stay(ring):
    key = ring.create(CASE)
    other = ring.create("B")
    ring.destroy(CASE)
    ring.destroy(CASE)

    assert not ring.has(CASE)
    with pytest.raises(KeyDestroyed):
        ring.get(CASE)
    assert ring.get("B") == other
    assert ring.create(CASE) != key


@pytest.mark.parametrize("verb", ["get", "has", "destroy"])
def test_a_folder_that_is_not_there_is_not_a_key_that_is_gone(folder, verb):
    """It may be a disk that is not mounted, with the key on it."""
    with pytest.raises(StoreRefused, match="no such file") as raised:
        getattr(DirectoryKeyRing(folder), verb)(CASE)

    assert raised.value.code == "unwritable"


def test_destroying_what_never_was_does_nothing(ring):
    ring.create("B")
    ring.destroy(CASE)

    assert not ring.has(CASE)


@pytest.mark.parametrize("bad", ["", "..", "a", "A/B", "../A", "A\0", ".A", None])
@pytest.mark.parametrize("verb", ["create", "get", "has", "destroy"])
def test_what_is_no_case_id_leads_nowhere(ring, verb, bad):
    with pytest.raises(InvalidValue, match="case id"):
        getattr(ring, verb)(bad)


def modes(folder):
    return [stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.iterdir())]


def test_only_the_owner_may_read_keys(folder):
    umask = os.umask(0)
    try:
        DirectoryKeyRing(folder).create(CASE)
    finally:
        os.umask(umask)

    assert modes(folder) == [0o700, 0o600]
    assert [p.name for p in folder.iterdir()] == [CASE]


def test_keys_outlive_the_ring(folder):
    key = DirectoryKeyRing(folder).create(CASE)

    assert DirectoryKeyRing(str(folder)).get(CASE) == key


def test_nothing_stays_of_a_destroyed_key(folder):
    ring = DirectoryKeyRing(folder)
    key = ring.create(CASE)
    second = folder / "second-name"
    os.link(folder / CASE, second)
    ring.destroy(CASE)

    assert [p.name for p in folder.iterdir()] == ["second-name"]
    assert key not in second.read_bytes()


CALLS = ("open", "write", "fsync", "link", "unlink", "mkdir", "close", "read")


def die_at(number):
    """Kill this process before its *number*-th call to the system."""
    left = [number]

    def dying(call):
        def called(*args, **options):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **options)

        return called

    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))


def kill_everywhere(act, look):
    """Kill *act* before each of its calls; look at what is left each time."""
    for number in range(100):

        def dying(number=number):
            die_at(number)
            act()

        code = ended(child(dying))
        look()
        if code == 0:
            return number
        assert code == -9
    raise AssertionError("it never came to its end")


def test_a_kill_leaves_no_key_or_a_whole_one(tmp_path):
    folders = iter(range(1000))
    current = [0]

    def ring():
        return DirectoryKeyRing(tmp_path / str(current[0]))

    def look():
        left = ring()
        seen = left.get(CASE) if left.path.exists() and left.has(CASE) else None
        assert left.create(CASE) == left.get(CASE)
        assert seen in (None, left.get(CASE))
        left.destroy(CASE)
        files = list(left.path.iterdir())
        assert left.path / CASE not in files
        # A draft that is left is a key that was never used, or is overwritten too.
        drafts = [file.read_bytes() for file in files]
        assert seen is None or seen not in drafts
        current[0] = next(folders) + 1

    assert kill_everywhere(lambda: ring().create(CASE), look) > 10


def test_a_kill_while_it_is_destroyed_leaves_the_key_or_none(tmp_path):
    ring = DirectoryKeyRing(tmp_path / "keys")
    key = [ring.create(CASE)]

    def look():
        if ring.has(CASE):
            assert ring.get(CASE) == key[0]
        else:
            with pytest.raises(KeyDestroyed):
                ring.get(CASE)
        ring.destroy(CASE)
        assert list(ring.path.iterdir()) == []
        key[0] = ring.create(CASE)

    assert kill_everywhere(lambda: ring.destroy(CASE), look) > 5


def test_a_half_destroyed_key_is_never_used_again(folder):
    ring = DirectoryKeyRing(folder)
    ring.create(CASE)
    (folder / CASE).write_bytes(bytes(32))

    assert not ring.has(CASE)
    for verb in (ring.get, ring.create):
        with pytest.raises(KeyDestroyed):
            verb(CASE)
    ring.destroy(CASE)
    assert ring.create(CASE) != bytes(32)


def test_two_processes_that_make_a_key_make_one(folder, monkeypatch):
    link = os.link
    made = []

    def slow(*args, **options):
        monkeypatch.setattr(os, "link", link)
        made.append(DirectoryKeyRing(folder).create(CASE))
        return link(*args, **options)

    monkeypatch.setattr(os, "link", slow)
    ours = DirectoryKeyRing(folder).create(CASE)

    assert made == [ours]
    assert [p.name for p in folder.iterdir()] == [CASE]


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_key_is_told(folder, data):
    ring = DirectoryKeyRing(folder)
    ring.create(CASE)
    (folder / CASE).write_bytes(data)
    with pytest.raises(StoreRefused) as raised:
        ring.get(CASE)

    assert raised.value.code == "key-damaged"


def test_a_link_in_place_of_a_key_is_not_followed(folder, tmp_path):
    ring = DirectoryKeyRing(folder)
    ring.create("B")
    (tmp_path / "elsewhere").write_bytes(b"x" * 32)
    (folder / CASE).symlink_to(tmp_path / "elsewhere")
    for verb in (ring.get, ring.has, ring.create, ring.destroy):
        with pytest.raises(StoreRefused) as raised:
            verb(CASE)
        assert raised.value.code == "unwritable"

    assert (tmp_path / "elsewhere").read_bytes() == b"x" * 32


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701])
def test_a_folder_that_others_may_enter_is_refused(folder, mode):
    ring = DirectoryKeyRing(folder)
    ring.create(CASE)
    folder.chmod(mode)
    for verb in (ring.get, ring.has, ring.create, ring.destroy):
        with pytest.raises(StoreRefused) as raised:
            verb(CASE)
        assert raised.value.code == "exposed"


def test_a_folder_that_cannot_be_made_is_told(folder):
    folder.write_text("in the way")
    ring = DirectoryKeyRing(folder)
    for verb in (ring.get, ring.create, ring.destroy):
        with pytest.raises(StoreRefused, match="not a directory"):
            verb(CASE)


def test_a_full_disk_leaves_no_key(folder, monkeypatch):
    ring = DirectoryKeyRing(folder)
    ring.create("B")

    def write(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(StoreRefused, match="no space left"):
        ring.create(CASE)
    monkeypatch.undo()

    assert not ring.has(CASE)


def test_no_file_stays_open(folder):
    def count():
        return len(list(Path("/dev/fd").iterdir()))

    ring = DirectoryKeyRing(folder)
    before = count()
    for number in range(5):
        ring.create(f"A{number}")
        ring.get(f"A{number}")
        ring.destroy(f"A{number}")

    assert count() == before
