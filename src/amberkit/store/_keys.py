"""One key for each case, outside the database: whoever destroys it erases the case."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from amberkit.store._errors import KeyDestroyed, StoreRefused
from amberkit.values import case_id as checked

__all__ = ["DirectoryKeyRing", "KeyRing", "MemoryKeyRing"]

_SIZE = 32
_DESTROYED = bytes(_SIZE)


class KeyRing(Protocol):
    """Keeps the keys of the cases, 32 random bytes each.

    An agency with a key management system implements this; a key must never lie in the
    database, nor in a backup of it.
    """

    def create(self, case_id: str) -> bytes:
        """Return the key of a case, made now if there is none.

        The key is safely kept when this returns.
        """
        ...

    def get(self, case_id: str) -> bytes:
        """Return the key of a case.

        Raises:
            KeyDestroyed: If there is none.
        """
        ...

    def has(self, case_id: str) -> bool:
        """Return whether there is a key for the case."""
        ...

    def destroy(self, case_id: str) -> None:
        """Remove the key of a case for good; again, or where none is, does nothing."""
        ...


class MemoryKeyRing:
    """A `KeyRing` that ends with the process: for tests and exercises."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}

    def create(self, case_id: str) -> bytes:
        return self._keys.setdefault(checked(case_id), secrets.token_bytes(_SIZE))

    def get(self, case_id: str) -> bytes:
        if not self.has(case_id):
            raise KeyDestroyed(case_id)
        return self._keys[case_id]

    def has(self, case_id: str) -> bool:
        return checked(case_id) in self._keys

    def destroy(self, case_id: str) -> None:
        self._keys.pop(checked(case_id), None)


class DirectoryKeyRing:
    """A `KeyRing` in a folder: one file for each case, named by its id.

    The folder has mode 0700 and is made when the first key is; the files have 0600. A
    key is there whole or not at all, whenever the process or the machine stops. One
    that is destroyed is overwritten before its file is removed; what the disk itself
    or a snapshot of it may keep is beyond this class, so put the folder where neither
    backups nor snapshots reach.

    Args:
        path: The folder; its parent must be there.

    Every method may raise `StoreRefused` (``unwritable``, ``exposed``,
    ``key-damaged``), and `InvalidValue` for what is no case id.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()

    def create(self, case_id: str) -> bytes:
        name = checked(case_id)
        with _plain_errors():
            with suppress(FileExistsError):
                self.path.mkdir(mode=0o700)
                _sync(self.path.parent)
            with self._folder() as folder:
                if not _is_there(name, folder):
                    _write_new(name, secrets.token_bytes(_SIZE), folder)
                # Even if another process made it: it may not have come this far.
                os.fsync(folder)
        return self.get(name)

    def get(self, case_id: str) -> bytes:
        if (key := self._find(case_id)) is None:
            raise KeyDestroyed(case_id)
        return key

    def has(self, case_id: str) -> bool:
        return self._find(case_id) is not None

    def destroy(self, case_id: str) -> None:
        name = checked(case_id)
        # A folder that is not there is one that is not mounted: its keys still are.
        with _plain_errors(), self._folder() as folder, suppress(FileNotFoundError):
            with _opened(name, os.O_WRONLY, folder) as file:
                os.write(file, _DESTROYED)
                os.fsync(file)
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)

    def _find(self, case_id: str) -> bytes | None:
        name = checked(case_id)
        key = None
        with (
            _plain_errors(),
            self._folder() as folder,
            suppress(FileNotFoundError),
            _opened(name, os.O_RDONLY, folder) as file,
        ):
            key = os.read(file, _SIZE + 1)
        # Stopped in the middle of destroying it: it is gone, only its file is not.
        if key is None or key == _DESTROYED:
            return None
        if len(key) != _SIZE:
            raise StoreRefused("key-damaged", f"a key must have {_SIZE} bytes")
        return key

    @contextmanager
    def _folder(self) -> Iterator[int]:
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if os.fstat(folder).st_mode & 0o077:
                right = "the folder of the keys must have mode 0700"
                raise StoreRefused("exposed", right)
            yield folder
        finally:
            os.close(folder)


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "input or output failed").lower()
        raise StoreRefused("unwritable", f"the folder of the keys: {reason}") from None


@contextmanager
def _opened(name: str, flags: int, folder: int) -> Iterator[int]:
    guarded = flags | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(name, guarded, mode=0o600, dir_fd=folder)
    try:
        yield file
    finally:
        os.close(file)


def _is_there(name: str, folder: int) -> bool:
    return name in os.listdir(folder)


def _write_new(name: str, key: bytes, folder: int) -> None:
    """Let *key* appear whole under *name*, unless something is there already."""
    # A draft that a kill leaves behind is the key itself under a second name, and is
    # overwritten with it, or a key that was never used.
    draft = f".{secrets.token_hex(8)}"
    with _opened(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder) as file:
        os.write(file, key)
        os.fsync(file)
    with suppress(FileExistsError):
        os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.unlink(draft, dir_fd=folder)


def _sync(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
