"""A store as a folder: its database, its two channels, who acts, and when."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from amberkit.cli._exit import Unwritable, UsageError
from amberkit.cli._inputs import parse_time
from amberkit.cli._options import Act, At, Where
from amberkit.errors import UnreadableDocument
from amberkit.publish import Channel
from amberkit.values import Audience, Mode, Principal

if TYPE_CHECKING:
    from amberkit.desk import Desk, Verifier
    from amberkit.store import Store

__all__ = [
    "DATABASE",
    "channels_of",
    "make_folder",
    "open_acting",
    "open_looking",
    "open_store",
    "principal_of",
    "read_signature",
    "show_moment",
    "time_of",
]

DATABASE = "alerts.db"
"""Name of the database; its keys and locks lie beside it."""


def time_of(at: At) -> dt.datetime:
    """Return the time that a command over a store works at.

    One rule for all of them: the clock's, unless another is given. A live store takes
    no other, or an approval could be made to look younger than it is.
    """
    if at.now is None:
        return dt.datetime.now(dt.UTC)
    if at.mode is Mode.LIVE:
        raise UsageError("--now is for an exercise or a test; live, the clock counts")
    return parse_time(at.now)


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


def open_store(where: Where) -> Store:
    """Open a store that is there.

    Raises:
        UnreadableDocument: If there is none; a mistyped name never makes one.
        MissingExtra: If the extra ``outbox`` is not installed.
    """
    url = _url(where)
    return _store_class().open(url, mode=where.mode)


def open_looking(where: Where) -> Desk:
    """Open the desk of a store that is there, for somebody who does not act."""
    return _desk(_url(where), where, _Nobody())


def open_acting(act: Act, *, channels: tuple[Channel, ...] = ()) -> Desk:
    """Open the desk of a store for somebody who acts.

    With *channels*, to submit, the store is made where there is none.
    """
    verifier = _verifier(act)
    if channels:
        for channel in channels:
            make_folder(act.store / channel.name)
        url = f"sqlite:///{act.store / DATABASE}"
    else:
        url = _url(act)
    return _desk(url, act, verifier, channels=channels)


def principal_of(act: Act) -> Principal:
    """Return who acts."""
    return Principal(act.by, act.role)


def read_signature(act: Act) -> bytes | None:
    """Return the signature of who acts, if there is one."""
    if act.signature is None:
        return None
    try:
        return act.signature.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise UnreadableDocument(
            "signature", f"{act.signature}: {reason.lower()}"
        ) from None


def make_folder(folder: Path) -> None:
    """Make *folder* where there is none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
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


def _url(where: Where) -> str:
    path = where.store / DATABASE
    try:
        is_there = path.is_file()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        raise UnreadableDocument(
            "store", f"there is none in {where.store}; 'amberkit submit' makes one"
        )
    return f"sqlite:///{path}"


def _store_class() -> type[Store]:
    from amberkit.store import Store

    return Store


def _desk(
    url: str,
    where: Where,
    verifier: Verifier | None,
    *,
    channels: tuple[Channel, ...] = (),
) -> Desk:
    _store_class()  # says which extra is missing, if one is
    from amberkit.desk import Desk, Unverified

    return Desk.open(
        url,
        mode=where.mode,
        channels=channels,
        verifier=verifier or Unverified(),
    )


def _verifier(act: Act) -> Verifier | None:
    if act.verifier is None:
        if act.mode is Mode.LIVE:
            raise UsageError("--verifier must name what checks signatures, live")
        return None
    module, _, name = act.verifier.partition(":")
    try:
        found: object = getattr(importlib.import_module(module), name)
        if isinstance(found, type) or not hasattr(found, "verify"):
            found = cast("Callable[[], object]", found)()
    except Exception as error:  # whatever the agency's own module raises
        raise UsageError(
            "--verifier must be PACKAGE.MODULE:NAME, and there an object with a method "
            f"verify or what makes one; this is {type(error).__name__}"
        ) from None
    if not callable(getattr(found, "verify", None)):
        raise UsageError("--verifier must name an object with a method verify")
    return cast("Verifier", found)
