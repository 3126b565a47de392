"""What the demo writes, and what it may therefore remove."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from amberkit.cli._exit import Unwritable
from amberkit.cli._options import Look
from amberkit.cli._output import write_files
from amberkit.cli._stores import DATABASE, open_looking
from amberkit.errors import UnreadableDocument

__all__ = ["CASE", "DOCUMENTS", "MARK", "STORE", "clear", "documents", "remove_store"]

CASE = "MA-EXAMPLE-2026-0001"
STORE = "store"
DOCUMENTS = "documents"

MARK = ".demo"
"""The file by which the demo knows a folder as its own."""

_MARKED = (
    b"amberkit demo wrote this folder, and replaces its files when it runs again\n"
)
_NAMES = (
    "casablanca.json",
    "casablanca-2.json",
    "casablanca-child.png",
    "agency.json",
    "land.geojson",
)
_OTHERS = "it is of another case than the demo's; give another folder with --out"
_DATABASE = (
    DATABASE,
    f"{DATABASE}-journal",
    f"{DATABASE}.dispatcher",
    f"{DATABASE}.keys/{CASE}",
    f"{DATABASE}.turn",
)
_SHOWN = (
    ".keys.json",
    "alert.cap.xml",
    "alert.geojson",
    "alert.txt",
    "ending.cap.xml",
    "ending.txt",
    "picture-1.jpg",
)


def documents() -> dict[str, bytes]:
    """Return the example that ships, by file name."""
    folder = files("amberkit.cli") / "example"
    return {name: (folder / name).read_bytes() for name in _NAMES}


def clear(out: Path) -> None:
    """Make *out* the demo's own, and remove what an earlier run has left there.

    Only files that a demo writes are removed, only in a folder that bears its mark, and
    only if its store holds no other case.

    Raises:
        Unwritable: If it cannot be written, has files of those names from somebody
            else, links, or another case.
    """
    paths = list(_every(out))
    try:
        theirs = [path for path in paths if path.is_file()]
        if not (out / MARK).is_file() and theirs:
            raise Unwritable(str(theirs[0]), "it is there, and no demo wrote it")
        _refuse_links(out, [out / MARK, *paths])
        _refuse_others(out / STORE)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise Unwritable(str(out), reason) from None
    write_files(out, {MARK: _MARKED})
    _remove(theirs)


def remove_store(out: Path) -> None:
    """Remove the database and its keys; what the channels hold stays.

    Raises:
        Unwritable: If it cannot be removed, or is behind a link.
    """
    paths = [out / STORE / name for name in _DATABASE]
    _refuse_links(out, paths)
    _remove(paths)


def _refuse_links(out: Path, paths: list[Path]) -> None:
    """Refuse what leads out of the folder, or could."""
    below = {part for path in paths for part in (path, *path.parents)}
    for path in sorted(path for path in below if out in path.parents):
        if path.is_symlink():
            raise Unwritable(str(path), "it is a link, and no demo made it")


def _refuse_others(store: Path) -> None:
    """Refuse a store that holds any case but the demo's."""
    for folder in (f"{DATABASE}.keys", "public", "services"):
        for path in (store / folder).iterdir() if (store / folder).is_dir() else ():
            is_theirs = path.is_dir() or folder.endswith(".keys")
            if path.name != CASE and is_theirs and not path.name.startswith("."):
                raise Unwritable(str(path), _OTHERS)
    try:
        with open_looking(Look(store=store)) as desk:
            cases = desk.cases()
    except UnreadableDocument:
        return
    if not set(cases) <= {CASE}:
        raise Unwritable(str(store), _OTHERS)


def _every(out: Path) -> Iterator[Path]:
    for name in _NAMES:
        yield out / DOCUMENTS / name
    yield from (out / "map.html", out / "map-2.html")
    for name in _DATABASE:
        yield out / STORE / name
    for channel in ("public", "services"):
        for name in _SHOWN:
            yield out / STORE / channel / CASE / name
            yield out / STORE / channel / CASE / f".draft-{name}"


def _remove(paths: list[Path]) -> None:
    try:
        for path in paths:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths if path.parent.suffix == ".keys"}:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise Unwritable(str(error.filename), reason) from None
