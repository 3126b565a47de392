"""What commands read: documents, regions, times, and what lies beside a case."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from amberkit.agency import Agency, load_agency
from amberkit.cases import Case, Photograph, load_case
from amberkit.cli._exit import UsageError
from amberkit.eligibility import Pack, load_pack
from amberkit.errors import AmberkitError, Problem, UnreadableDocument
from amberkit.geo import Polygon
from amberkit.schemas import read_source
from amberkit.values import Mode, aware_utc

__all__ = [
    "moment",
    "photograph_problems",
    "read_agency",
    "read_case",
    "read_pack",
    "read_region",
]


def read_case(path: Path) -> Case:
    """Read a case; the error names the file."""
    return load_case(_existing(path, "case"))


def read_agency(given: Path | None, *, beside: Path) -> Agency:
    """Read the agency document: the one given, or ``agency.json`` beside the case."""
    path = given or beside.parent / "agency.json"
    if given is None and not path.exists():
        raise UsageError(
            "--agency must name the agency's document, or agency.json must lie "
            "beside the case"
        )
    return load_agency(_existing(path, "agency"))


def read_pack(given: str | None, *, agency: Agency | None, on: dt.date) -> Pack:
    """Load the pack that is named, or the one that the agency works under."""
    name = given or (agency.pack if agency else None)
    if name is None:
        raise UsageError(
            "--pack must name a pack, or the agency's document must; "
            "'amberkit packs' lists them"
        )
    return load_pack(name, on=on)


def read_region(given: Path | None, *, beside: Path | None = None) -> Polygon | None:
    """Read a GeoJSON region: the file given, or *beside* if there is such a file."""
    if given is None and (beside is None or not beside.exists()):
        return None
    path = given or beside
    assert path is not None  # noqa: S101 - the line above returns where both are None
    document = read_source(_existing(path, "region"), "region")
    if not isinstance(document, dict):
        raise UnreadableDocument("region", f"{path.name} is no GeoJSON object")
    try:
        return Polygon.from_geojson(document)
    except AmberkitError as error:
        raise UnreadableDocument("region", f"{path.name}: {error}") from None


def moment(given: str | None, *, mode: Mode, case: Case) -> dt.datetime:
    """Return the time that a command works at.

    A live run works now. An exercise or a test replays a scenario, so its clock
    starts at the report unless a time is given.
    """
    if given is None:
        return dt.datetime.now(dt.UTC) if mode is Mode.LIVE else case.report.received
    try:
        return aware_utc(dt.datetime.fromisoformat(given))
    except ValueError:
        raise UsageError(
            "--now must be a time with its UTC offset, such as "
            "2026-11-22T18:05:00+01:00"
        ) from None


def photograph_problems(case: Case, folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the picture files that should lie in *folder*."""
    groups = {
        "children": [child.photographs for child in case.children],
        "suspects": [person.photographs for person in case.suspects],
        "companions": [person.photographs for person in case.companions],
    }
    return tuple(
        problem
        for group, people in groups.items()
        for i, photographs in enumerate(people)
        for k, photograph in enumerate(photographs)
        for problem in _photograph(
            photograph, folder, f"$.{group}[{i}].photographs[{k}]"
        )
    )


def _photograph(photograph: Photograph, folder: Path, path: str) -> Iterator[Problem]:
    try:
        data = (folder / photograph.file.reveal()).read_bytes()
    except OSError:
        message = "must name a file that lies beside the case document"
        yield Problem(path=f"{path}.file", code="no-file", message=message)
        return
    if hashlib.sha256(data).hexdigest() != photograph.sha256.reveal():
        message = "must be the SHA-256 of the file"
        yield Problem(path=f"{path}.sha256", code="differs", message=message)


def _existing(path: Path, kind: str) -> Path:
    """Refuse early, with the name that was given, what is no readable file."""
    if not path.exists():
        raise UnreadableDocument(kind, f"there is no file {path}")
    if path.is_dir():
        raise UnreadableDocument(kind, f"{path} is a folder")
    return path
