"""A store as a folder: its database and its two channels."""

from __future__ import annotations

import contextlib
import datetime as dt
import shlex
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from amberkit.cli._actors import verifier_of
from amberkit.cli._exit import Unwritable, UsageError
from amberkit.cli._inputs import time_given
from amberkit.cli._options import Actor, At, Look
from amberkit.errors import UnreadableDocument
from amberkit.publish import Channel
from amberkit.store import StoreRefused
from amberkit.values import Audience, Mode, Principal

if TYPE_CHECKING:
    from amberkit.desk import Desk, Verifier
    from amberkit.store import Store

__all__ = [
    "DATABASE",
    "channels_of",
    "make_channels",
    "make_folder",
    "open_acting",
    "open_looking",
    "open_store",
    "open_submitting",
    "options_of",
    "show_moment",
    "time_of",
]

_Opened = TypeVar("_Opened")

DATABASE = "alerts.db"
"""Name of the database; its keys and locks lie beside it."""


def time_of(given: str | None, *, mode: Mode | None) -> dt.datetime:
    """Return the time that a command over a store works at.

    One rule for all of them: the clock's, unless another is given. A live store takes
    no other, or an approval could be made to look younger than it is.
    """
    if given is None:
        return dt.datetime.now(dt.UTC)
    if mode is Mode.LIVE:
        raise UsageError("--now is for an exercise or a test; live, the clock counts")
    return time_given(given)


def show_moment(time: dt.datetime) -> str:
    """Return *time* in UTC to the minute; a store knows no zone of an agency."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def channels_of(folder: Path, mode: Mode) -> tuple[Channel, ...]:
    """Return the two channels of a store: a folder for each audience."""
    from amberkit.channels import Folder

    return tuple(
        Channel(
            name=audience.value,
            # Whole, for workers may have another current folder.
            publisher=Folder((folder / audience.value).absolute()),
            mode=mode,
            audience=audience,
        )
        for audience in Audience
    )


def options_of(at: At) -> str:
    """Return the options that say again which store, and when."""
    options = ["--store", str(at.store)]
    if at.mode is not Mode.EXERCISE:
        options += ["--mode", at.mode.value]
    if at.now is not None:
        options += ["--now", at.now]
    return shlex.join(options)


def make_channels(channels: Iterable[Channel], folder: Path) -> None:
    """Make the folder of each channel; what is for the services is for the owner."""
    for channel in channels:
        is_public = channel.audience is Audience.PUBLIC
        make_folder(folder / channel.name, mode=0o777 if is_public else 0o700)


def open_store(look: Look) -> Store:
    """Open a store that is there.

    Raises:
        UnreadableDocument: If there is none; a mistyped name never makes one.
        MissingExtra: If the extra ``outbox`` is not installed.
    """
    store_class = _store_class()
    url = _url_of_old(look.store)
    return _in_its_mode(look, lambda mode: store_class.open(url, mode=mode))


def open_looking(look: Look) -> Desk:
    """Open the desk of a store that is there, for somebody who does not act."""
    url = _url_of_old(look.store)
    return _in_its_mode(look, lambda mode: _desk(url, mode, _Nobody()))


def open_acting(act: Actor) -> Desk:
    """Open the desk of a store that is there, for somebody who acts."""
    verifier = verifier_of(act)
    return _desk(_url_of_old(act.store), act.mode, verifier)


def open_submitting(act: Actor, channels: tuple[Channel, ...]) -> Desk:
    """Open the desk of a store for somebody who submits; make it if there is none.

    Raises:
        UnreadableDocument: If its database is empty, and something else of it is not.
    """
    verifier = verifier_of(act)
    path = act.store / DATABASE
    if _is_emptied(act.store):
        raise UnreadableDocument(
            "store", f"{path} is empty, but there are keys or channels of cases"
        )
    make_channels(channels, act.store)
    try:
        return _desk(f"sqlite:///{path}", act.mode, verifier, channels=channels)
    except StoreRefused as refused:
        if refused.code != "unwritable":
            raise
        raise Unwritable(str(path), refused.reason) from None


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make *folder* where there is none, with the permissions *mode* less the umask."""
    try:
        folder.mkdir(mode, parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise Unwritable(str(folder), reason.lower()) from None


class _Nobody:
    """A verifier for commands in which nobody acts."""

    def verify(
        self,
        principal: Principal,  # noqa: ARG002 - protocol
        statement: bytes,  # noqa: ARG002 - protocol
        signature: bytes | None,  # noqa: ARG002 - protocol
    ) -> bool:
        return False


def _url_of_old(folder: Path) -> str:
    path = folder / DATABASE
    if not _holds_store(path):
        raise UnreadableDocument(
            "store", f"there is none in {folder}; 'amberkit submit' makes one"
        )
    return f"sqlite:///{path}"


def _holds_store(path: Path) -> bool:
    """Return whether a database has tables of ours.

    One that cannot be read may be a store: opening it says what is wrong.
    """
    try:
        if not path.is_file() or path.stat().st_size == 0:
            return False
        url = f"{path.absolute().as_uri()}?mode=rw"
        with contextlib.closing(
            sqlite3.connect(url, uri=True, timeout=1)
        ) as connection:
            ours = "SELECT 1 FROM sqlite_master WHERE name GLOB 'amberkit_*'"
            return connection.execute(ours).fetchone() is not None
    except (OSError, ValueError):
        return False
    except sqlite3.Error:
        return True


def _is_emptied(folder: Path) -> bool:
    """Return whether a database has no byte, while beside it there is something."""
    try:
        if (folder / DATABASE).stat().st_size:
            return False
        beside = [f"{DATABASE}.keys", *(audience.value for audience in Audience)]
        return any(
            any((folder / name).iterdir())
            for name in beside
            if (folder / name).is_dir()
        )
    except (OSError, ValueError):
        return False


def _in_its_mode(look: Look, opened: Callable[[Mode], _Opened]) -> _Opened:
    """Open a store in the mode that is given, or in its own."""
    modes = [look.mode] if look.mode else list(Mode)
    for mode in modes[:-1]:
        try:
            return opened(mode)
        except StoreRefused as refused:
            if refused.code != "mode":
                raise
    return opened(modes[-1])


def _store_class() -> type[Store]:
    from amberkit.store import Store

    return Store


def _desk(
    url: str,
    mode: Mode,
    verifier: Verifier | None,
    *,
    channels: tuple[Channel, ...] = (),
) -> Desk:
    _store_class()  # says which extra is missing, if one is
    from amberkit.desk import Desk, Unverified

    return Desk.open(
        url, mode=mode, channels=channels, verifier=verifier or Unverified()
    )
