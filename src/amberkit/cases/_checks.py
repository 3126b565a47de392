"""What a schema cannot say: whether the parts of a case document fit each other.

Every check works on the raw document and keeps quiet where a value is missing or has
the wrong form, because the schema has already reported that.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Iterator, Set
from typing import Any

from amberkit.cases._case import Case
from amberkit.cases._privacy import leaves_of
from amberkit.errors import InvalidValue, Problem
from amberkit.schemas import MAX_PROBLEMS, child_path
from amberkit.times import parse_time
from amberkit.values import (
    Audience,
    Privacy,
    aware_utc,
    clean_text,
    language_tag,
)

__all__ = ["attributable_fields", "disclosable_fields", "problems_in"]


@functools.cache
def disclosable_fields() -> dict[str, Privacy]:
    """Return the fields that a `Disclosure` can name, with their class, P2 or S."""
    return {
        leaf.name: leaf.privacy
        for leaf in leaves_of(Case)
        if leaf.privacy in (Privacy.P2, Privacy.S)
    }


@functools.cache
def attributable_fields() -> frozenset[str]:
    """Return the fields that an `Attribution` can name: all that hold data."""
    own = ("attributions.", "disclosures.")
    return frozenset(
        leaf.name for leaf in leaves_of(Case) if not leaf.name.startswith(own)
    )


def problems_in(document: object, skip: Set[str] = frozenset()) -> tuple[Problem, ...]:
    """Return what does not fit in a raw case document.

    Args:
        document: The document as JSON gives it, of any form.
        skip: Paths that have a problem already; none at or below them is returned.

    Returns:
        The problems, at most `MAX_PROBLEMS`, in no particular order.
    """
    if not isinstance(document, dict):
        return ()
    every = (problem for check in _CHECKS for problem in check(_Raw(document, "$")))
    found = (problem for problem in every if skip.isdisjoint(_way_to(problem.path)))
    return tuple(itertools.islice(found, MAX_PROBLEMS))


def _way_to(path: str) -> Iterator[str]:
    """Yield *path* and the path of everything that it lies in."""
    yield path
    yield from (path[:i] for i, character in enumerate(path) if character in ".[")


class _Raw:
    """A place in a raw document; every step from it is allowed and may find nothing."""

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path

    def __getitem__(self, key: str) -> _Raw:
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return _Raw(value, child_path(self.path, key))

    def __iter__(self) -> Iterator[_Raw]:
        items = self.value if isinstance(self.value, list) else []
        return iter([_Raw(item, f"{self.path}[{i}]") for i, item in enumerate(items)])

    def time(self) -> dt.datetime | None:
        """Return the aware time that stands here, or None."""
        try:
            return aware_utc(parse_time(self.value))
        except InvalidValue:
            return None

    def date(self) -> dt.date | None:
        """Return the date that stands here, or None."""
        try:
            return dt.date.fromisoformat(self.value)
        except (TypeError, ValueError):
            return None

    def problem(self, code: str, message: str) -> Problem:
        return Problem(path=self.path, code=code, message=message)


def _times(case: _Raw) -> Iterator[Problem]:
    received = case["report"]["received"].time()
    seen = case["last_seen"]["time"]
    if received and (last := seen.time()) and last > received:
        yield seen.problem("order", "must not be after $.report.received")
    for sighting in case["sightings"]:
        here, there = sighting["seen"], sighting["reported"]
        if (a := here.time()) and (b := there.time()) and a > b:
            yield here.problem("order", f"must not be after {there.path}")
    for place in _places_of_time(case):
        if isinstance(place.value, str) and place.time() is None:
            yield place.problem(
                "wrong-format",
                "must be a time with its UTC offset, between the years 1900 and 2999",
            )


def _places_of_time(case: _Raw) -> Iterator[_Raw]:
    yield case["last_seen"]["time"]
    yield case["report"]["received"]
    yield case["report"]["consent"]["at"]
    for sighting in case["sightings"]:
        yield sighting["seen"]
        yield sighting["reported"]
    for disclosure in case["disclosures"]:
        yield disclosure["at"]
    for attribution in case["attributions"]:
        yield attribution["at"]


def _ages(case: _Raw) -> Iterator[Problem]:
    last_seen = case["last_seen"]["time"].time()
    days = _days_around(last_seen) if last_seen else ()
    for child in case["children"]:
        born, age = child["birth_date"], child["age_years"]
        if isinstance(child.value, dict) and born.value is None and age.value is None:
            yield age.problem("required", f"is required where {born.path} is not given")
        birth = born.date()
        if birth is None or not days:
            continue
        possible = [_years(birth, day) for day in days if birth <= day]
        if not possible:
            yield born.problem("order", "must not be after $.last_seen.time")
        elif isinstance(age.value, (int, float)) and age.value not in possible:
            yield age.problem(
                "disagrees", f"must agree with {born.path} at the disappearance"
            )


def _days_around(time: dt.datetime) -> tuple[dt.date, ...]:
    """Return the calendar days that *time* can fall on, somewhere on earth."""
    return tuple(time.date() + dt.timedelta(days=days) for days in (-1, 0, 1))


def _years(birth: dt.date, day: dt.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _disclosures(case: _Raw) -> Iterator[Problem]:
    fields = disclosable_fields()
    for disclosure in case["disclosures"]:
        place, audience = disclosure["field"], disclosure["audience"].value
        if not isinstance(place.value, str):
            continue
        if place.value not in fields:
            yield place.problem(
                "not-listed", "must be a field of class P2 or S: " + ", ".join(fields)
            )
        elif fields[place.value] is Privacy.S and audience == Audience.PUBLIC.value:
            yield place.problem(
                "not-allowed", "must not be of class S for the public, for any reason"
            )


def _attributions(case: _Raw) -> Iterator[Problem]:
    for attribution in case["attributions"]:
        place = attribution["field"]
        if isinstance(place.value, str) and place.value not in attributable_fields():
            yield place.problem(
                "not-listed", "must be a field of a case, such as circumstances.danger"
            )


def _vehicles(case: _Raw) -> Iterator[Problem]:
    for vehicle in case["vehicles"]:
        partial = vehicle["plate_partial"]
        if vehicle["plate"].value is not None and partial.value is not None:
            yield partial.problem(
                "not-both", "must be left out where the whole plate is given"
            )


def _texts(case: _Raw) -> Iterator[Problem]:
    stack = [_Raw(case.value, case.path)]
    while stack:
        place = stack.pop()
        if isinstance(place.value, dict):
            # What an agency puts into extensions is its own affair.
            keys = [k for k in place.value if (place.path, k) != ("$", "extensions")]
            stack += [place[key] for key in keys]
            yield from _tags(place)
        elif isinstance(place.value, list):
            stack += list(place)
        elif isinstance(place.value, str):
            try:
                clean_text(place.value)
            except InvalidValue as error:
                yield place.problem("not-clean", f"must be {error.expected}")


def _tags(place: _Raw) -> Iterator[Problem]:
    """Two keys such as ``fr-ma`` and ``fr-MA`` are one language tag."""
    tags = []
    for key in place.value:
        try:
            tags.append(language_tag(key))
        except InvalidValue:
            return
    if len(set(tags)) < len(tags):
        yield place.problem("not-unique", "must have one text for each language")


_CHECKS: tuple[Callable[[_Raw], Iterator[Problem]], ...] = (
    _times,
    _ages,
    _disclosures,
    _attributions,
    _vehicles,
    _texts,
)
