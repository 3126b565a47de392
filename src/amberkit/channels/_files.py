"""Files in one folder, each whole or not there, and never outside of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

__all__ = ["Files"]

_DRAFT = ".draft-"


class Files:
    """A folder held by its descriptor: no name in it is followed out of it.

    Every name is a plain name that the caller has made or found here.
    """

    def __init__(self, descriptor: int, probe: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._probe = probe
        self.changed = False
        """Whether a reader may have seen a change."""

    @classmethod
    @contextlib.contextmanager
    def within(
        cls, path: Path, name: str, probe: Callable[[str], None]
    ) -> Iterator[Self]:
        """Hold the folder *name* below *path*, made if missing, alone of all.

        Where the body fails with an `OSError`, no draft is left.

        Raises:
            OSError: If it cannot be made, or is no folder but a link to one.
        """
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=root)
            # Whoever made it may have been killed before this.
            os.fsync(root)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            folder = os.open(name, flags, dir_fd=root)
        finally:
            os.close(root)
        try:
            # Whoever dies lets go. Some file systems know no lock on a folder; there
            # the lane is alone, which lets one delivery out at a time.
            with contextlib.suppress(OSError):
                fcntl.flock(folder, fcntl.LOCK_EX)
            files = cls(folder, probe)
            try:
                yield files
            except OSError:
                with contextlib.suppress(OSError):
                    files.sweep()
                raise
        finally:
            os.close(folder)

    def names(self) -> list[str]:
        """Return the names of all files, sorted; drafts are none."""
        return [name for name in self._all() if not name.startswith(_DRAFT)]

    def read(self, name: str) -> bytes | None:
        """Return what is in a file, or None if there is none."""
        flags = os.O_RDONLY | os.O_NOFOLLOW
        try:
            file = os.open(name, flags, dir_fd=self._descriptor)
        except FileNotFoundError:
            return None
        with os.fdopen(file, "rb") as stream:
            return stream.read()

    def draft(self, files: Mapping[str, bytes]) -> None:
        """Write files that nobody sees yet, so that a full disk is noticed before."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        for name, data in files.items():
            self._probe(f"draft {name}")
            file = os.open(_DRAFT + name, flags, 0o644, dir_fd=self._descriptor)
            with os.fdopen(file, "wb") as stream:
                stream.write(data)
                stream.flush()
                self._probe(f"sync {name}")
                os.fsync(file)

    def show(self, names: Iterable[str]) -> None:
        """Put drafts in place of the files of these names, one after the other."""
        here = self._descriptor
        for name in names:
            self._probe(f"show {name}")
            os.rename(_DRAFT + name, name, src_dir_fd=here, dst_dir_fd=here)
            self.changed = True
        self.sync()

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, the last first; one that cannot be removed keeps no other."""
        with contextlib.ExitStack() as all_of_them:
            for name in names:
                all_of_them.callback(self._remove, name)
        self.sync()

    def sweep(self) -> None:
        """Remove the drafts that an earlier process has left."""
        for name in self._all():
            if name.startswith(_DRAFT):
                os.unlink(name, dir_fd=self._descriptor)

    def sync(self) -> None:
        """Let what was done last through a loss of power."""
        self._probe("sync folder")
        os.fsync(self._descriptor)

    def _all(self) -> list[str]:
        with os.scandir(self._descriptor) as entries:
            return sorted(entry.name for entry in entries)

    def _remove(self, name: str) -> None:
        self._probe(f"remove {name}")
        os.unlink(name, dir_fd=self._descriptor)
        self.changed = True
