"""What commands read: documents, regions, times, and what lies beside a case."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import stat
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

from amberkit.agency import Agency, load_agency
from amberkit.cases import Case, Photograph, load_case
from amberkit.cli._exit import UsageError
from amberkit.eligibility import Pack, load_pack
from amberkit.errors import InvalidDocument, Problem, UnreadableDocument
from amberkit.times import parse_time
from amberkit.values import Mode, aware_utc

__all__ = [
    "moment",
    "naming",
    "photograph_problems",
    "read_agency",
    "read_case",
    "read_pack",
    "read_photographs",
    "time_given",
]

# No more than can be cleaned, whatever somebody has put beside the case.
_MOST_BYTES = 20_000_000


@contextlib.contextmanager
def naming(kind: str, path: Path) -> Iterator[None]:
    """Let the errors of one reader say which file they are about."""
    try:
        yield
    except UnreadableDocument as error:
        raise UnreadableDocument(kind, f"{path}: {error.reason}") from None
    except InvalidDocument as error:
        raise InvalidDocument(f"{kind} {path}", error.problems) from None


def read_case(path: Path) -> Case:
    """Read a case; an error names the file."""
    with naming("case", path):
        return load_case(path)


def read_agency(given: Path | None, *, beside: Path) -> Agency:
    """Read the agency document: the one given, or ``agency.json`` beside the case."""
    path = given or beside.parent / "agency.json"
    if given is None and not path.exists():
        raise UsageError(
            "--agency must name the agency's document, or agency.json must lie "
            "beside the case"
        )
    with naming("agency", path):
        agency = load_agency(path)
        _check_zone(agency.time_zone)
        return agency


def _check_zone(name: str) -> None:
    """Find out before the work that this system does not know a zone."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        problem = Problem(
            path="$.time_zone",
            code="not-known",
            message="must be an IANA zone that this system knows; the extra 'i18n' "
            "brings all of them",
        )
        raise InvalidDocument("agency", [problem]) from None


def read_pack(given: str | None, *, agency: Agency | None, at: dt.datetime) -> Pack:
    """Load the pack that is named, or the one that the agency works under.

    It is the one in force on the day that it is at *at* in the agency's zone; without
    an agency, in UTC.
    """
    name = given or (agency.pack if agency else None)
    if name is None:
        raise UsageError(
            "--pack must name a pack, or the agency's document must; "
            "'amberkit packs' lists them"
        )
    zone = zoneinfo.ZoneInfo(agency.time_zone) if agency else dt.UTC
    return load_pack(name, on=at.astimezone(zone).date())


def moment(given: str | None, *, mode: Mode, case: Case) -> dt.datetime:
    """Return the time that a command works at.

    A live run works now. An exercise or a test replays a scenario, so its clock starts
    when the agency knew what the case holds, unless a time is given: at the report, or
    at the last sighting that was reported since.
    """
    if given is not None:
        return time_given(given)
    if mode is Mode.LIVE:
        return dt.datetime.now(dt.UTC)
    known = (seen.reported for seen in case.sightings)
    return max((case.report.received, *known))


def time_given(given: str) -> dt.datetime:
    """Read what stands after ``--now``."""
    try:
        return aware_utc(parse_time(given))
    except ValueError:
        raise UsageError(
            "--now must be a time with its UTC offset, such as "
            "2026-11-22T18:05:00+01:00"
        ) from None


def photograph_problems(case: Case, folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the picture files that should lie in *folder*."""
    found = [_photograph(each, folder, path) for path, each in _photographs(case)]
    return tuple(problem for problem in found if isinstance(problem, Problem))


def read_photographs(case: Case, folder: Path) -> dict[str, bytes]:
    """Return the pictures that lie in *folder* as the case names them, by SHA-256."""
    found = {
        photograph.sha256.reveal(): _photograph(photograph, folder, path)
        for path, photograph in _photographs(case)
    }
    return {sha: data for sha, data in found.items() if isinstance(data, bytes)}


def _photographs(case: Case) -> Iterator[tuple[str, Photograph]]:
    groups = {
        "children": [child.photographs for child in case.children],
        "suspects": [person.photographs for person in case.suspects],
        "companions": [person.photographs for person in case.companions],
    }
    for group, people in groups.items():
        for i, photographs in enumerate(people):
            for k, photograph in enumerate(photographs):
                yield f"$.{group}[{i}].photographs[{k}]", photograph


def _photograph(photograph: Photograph, folder: Path, path: str) -> bytes | Problem:
    """Return the bytes of a picture, or what is wrong with them."""
    data = _read_regular(folder / photograph.file.reveal())
    if data is None:
        message = "must name a file that lies beside the case document"
        return Problem(path=f"{path}.file", code="no-file", message=message)
    if len(data) > _MOST_BYTES:
        message = "must name a file of at most 20 MB"
        return Problem(path=f"{path}.file", code="too-large", message=message)
    if hashlib.sha256(data).hexdigest() != photograph.sha256.reveal():
        message = "must be the SHA-256 of the file"
        return Problem(path=f"{path}.sha256", code="differs", message=message)
    return data


def _read_regular(path: Path) -> bytes | None:
    """Return what a file holds, at most a byte too much; None if it is no file."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return file.read(_MOST_BYTES + 1) if is_file else None
    except OSError:
        return None


def _open_at_once(path: str, flags: int) -> int:
    """Open a pipe too without waiting until somebody writes into it."""
    return os.open(path, flags | os.O_NONBLOCK)
