"""A channel that writes files: for a folder that something else serves or watches.

What a reader finds, in one folder for each case::

    MA-2026-0001/alert.txt  alert.geojson  picture-1.jpg  ...  alert.cap.xml
    MA-2026-0001/ending.txt  ending.cap.xml        once it is over
    MA-2026-0001/.keys.json                        the ledger

Each file is whole or not there. A new version replaces file by file, CAP last; who
needs all files of one version compares them with ``files`` in the ledger, which has
the SHA-256 of each and is replaced after them, and reads again where they differ.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from amberkit.channels._files import Files
from amberkit.channels._ledger import Entry, Ledger, digest_of
from amberkit.errors import InvalidValue, Problem
from amberkit.messages import Capabilities, Delivery, Operation
from amberkit.publish import Outcome, Receipt
from amberkit.values import CaseId, aware_utc, case_id

__all__ = ["Folder"]

_LEDGER = ".keys.json"

# In the order in which they are replaced: who watches for CAP finds the rest in place.
_FORMS = {
    "text/plain": "txt",
    "application/geo+json": "geojson",
    "application/cap+xml": "cap.xml",
}
_PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_ALERT = re.compile(r"alert\..*|picture-.*", re.DOTALL)
_ENDING = re.compile(r"ending\..*", re.DOTALL)

_CAPABILITIES = Capabilities(
    forms=frozenset(_FORMS),
    pictures=4,
    dedupe="key",
    cancel="retract",
    withdraw="delete",
    concurrency=1,
)


def _silent(step: str) -> None:
    """Tell nobody."""


@attrs.frozen
class Folder:
    """A publisher that writes one folder per case, as the module describes.

    Equal keys have their effect once. A version is shown only if it is above every
    earlier one and nothing has ended. An ending is taken at any time; it removes every
    file of the alert before it writes its own, and is never undone. A withdrawal
    removes what identifies the child, should any of it be left, and leaves the ending.

    A process that is killed in the middle leaves whole files, and the same delivery
    again completes them. What cannot be written is deferred where no reader can have
    seen a change, and unknown otherwise.

    Args:
        path: The folder. It must exist, so that a disk which is not mounted is noticed.
        name: The publisher's name.
        probe: Called with the name of each step before it; for tests.
    """

    path: Path = attrs.field(converter=Path)
    name: str = attrs.field(default="folder", kw_only=True)
    probe: Callable[[str], None] = attrs.field(
        default=_silent, kw_only=True, repr=False, eq=False
    )

    @property
    def capabilities(self) -> Capabilities:
        """What the folder takes."""
        return _CAPABILITIES

    def publish(self, delivery: Delivery, /, *, now: dt.datetime) -> Receipt:
        """Carry out *delivery*; see `amberkit.publish.Publisher`.

        Rejected are other content under a key that was taken, a version that is not
        above the highest, a publish after an ending, a case id that is none, and a form
        or picture of a kind that the capabilities do not have. The reference is the
        case id, ``/`` and the version.
        """
        outcome = Outcome.REJECTED
        with contextlib.suppress(InvalidValue):
            outcome = self._carried_out(case_id(delivery.case_id), delivery, now)
        had = outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE)
        return Receipt(
            key=delivery.key,
            outcome=outcome,
            at=now,
            reference=f"{delivery.case_id}/{delivery.version}" if had else None,
        )

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of a delivery that was carried out, or None.

        Raises:
            OSError: If the folder cannot be read.
        """
        with os.scandir(self.path) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            # Neither another folder nor a broken ledger has taken the key.
            with contextlib.suppress(InvalidValue, ValueError, NotADirectoryError):
                entry = self._entry(case_id(name), key)
                if entry is not None:
                    return Receipt(
                        key=key,
                        outcome=Outcome.ACCEPTED,
                        at=dt.datetime.fromisoformat(entry.at),
                        reference=f"{name}/{entry.version}",
                    )
        return None

    def check(self) -> tuple[Problem, ...]:
        """Return what keeps the folder from being written; a reader sees nothing."""
        try:
            with tempfile.TemporaryFile(dir=self.path) as file:
                file.write(bytes(4096))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = f"must be a folder that can be written ({error.strerror})"
            return (Problem(path="$.path", code="unwritable", message=reason),)
        return ()

    def _entry(self, name: CaseId, key: str) -> Entry | None:
        with Files.within(self.path, name, self.probe) as files:
            return Ledger.load(files.read(_LEDGER)).keys.get(key)

    def _carried_out(
        self, name: CaseId, delivery: Delivery, now: dt.datetime
    ) -> Outcome:
        changed = False
        try:
            with Files.within(self.path, name, self.probe) as files:
                try:
                    return _carry_out(files, delivery, now)
                finally:
                    changed = files.changed
        except OSError:
            return Outcome.UNKNOWN if changed else Outcome.DEFERRED


def _alert(delivery: Delivery) -> dict[str, bytes]:
    """Return the files of an alert, in the order in which they are replaced."""
    if not {kind for kind, _ in delivery.forms} <= _FORMS.keys():
        raise InvalidValue("forms", "of the kinds in the capabilities")
    files = {}
    for number, picture in enumerate(delivery.pictures, start=1):
        if picture.media_type not in _PICTURES:
            raise InvalidValue("pictures", "JPEG, PNG or WebP")
        files[f"picture-{number}.{_PICTURES[picture.media_type]}"] = picture.data
    return files | _texts(delivery, "alert")


def _texts(delivery: Delivery, stem: str) -> dict[str, bytes]:
    forms = dict(delivery.forms)
    return {f"{stem}.{_FORMS[kind]}": forms[kind] for kind in _FORMS if kind in forms}


def _carry_out(files: Files, delivery: Delivery, now: dt.datetime) -> Outcome:
    publishes = delivery.operation is Operation.PUBLISH
    try:
        ledger = Ledger.load(files.read(_LEDGER))
    except (OSError, ValueError):
        if publishes:
            # Nobody can tell what must not be shown again.
            return Outcome.DEFERRED
        ledger = Ledger()
    files.sweep()
    had = ledger.keys.get(delivery.key)
    if had is not None:
        # The process that did it may have been killed before this.
        files.sync()
        same = had.version == delivery.version and (
            had.digest in (None, digest_of(delivery))
        )
        return Outcome.DUPLICATE if same else Outcome.REJECTED
    if publishes and (ledger.ended or delivery.version <= ledger.version):
        return Outcome.REJECTED
    at = aware_utc(now).isoformat()
    if publishes:
        alert = _alert(delivery)
        _show(files, _ALERT, alert, ledger.after(delivery, files=alert, at=at))
    else:
        _end(files, delivery, attrs.evolve(ledger, ended=True, files={}), at)
    return Outcome.ACCEPTED


def _end(files: Files, delivery: Delivery, ledger: Ledger, at: str) -> None:
    try:
        # The tombstone: from here on no publish is taken, wherever this may end.
        files.draft({_LEDGER: ledger.dump()})
        files.show([_LEDGER])
    finally:
        # Even where there is no room for a tombstone.
        files.remove(_matching(files, _ALERT))
    if delivery.operation is Operation.CANCEL:
        ending = _texts(delivery, "ending")
        _show(files, _ENDING, ending, ledger.after(delivery, files=ending, at=at))
        return
    # What is there is not written again: whoever watches would tell of it twice.
    ending = {name: files.read(name) or b"" for name in _matching(files, _ENDING)}
    ledger = ledger.after(delivery, files=ending, at=at).without_digests()
    files.draft({_LEDGER: ledger.dump()})
    files.show([_LEDGER])


def _show(
    files: Files, kind: re.Pattern[str], content: Mapping[str, bytes], ledger: Ledger
) -> None:
    """Show *content* in place of all of that kind, and then say so in the ledger."""
    files.draft({**content, _LEDGER: ledger.dump()})
    files.show(content)
    files.remove(name for name in _matching(files, kind) if name not in content)
    files.show([_LEDGER])


def _matching(files: Files, kind: re.Pattern[str]) -> list[str]:
    return [name for name in files.names() if kind.fullmatch(name)]
