"""From a case to what one audience may be told of it: the only way there is."""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Mapping

import attrs

from amberkit.cases import Case, leaf_values
from amberkit.errors import Problem
from amberkit.messages import Item, Picture, Term, Value, may_see
from amberkit.times import in_zone
from amberkit.values import (
    Audience,
    Confidence,
    LatLon,
    Localized,
    Privacy,
    Restricted,
)

__all__ = ["gaps_in", "photograph_digests", "pictures_for", "project"]


def project(
    case: Case,
    audience: Audience,
    *,
    at: dt.datetime,
    zone: str,
    special_data: bool = False,
) -> tuple[Item, ...]:
    """Return every field of *case* that *audience* may see, in the order of the model.

    A P2 or S field needs the case's own recorded `Disclosure`, no younger than *at*,
    where its class does; class S needs *special_data* besides, the pack's permission.
    Where only the birth date was given, the age on the day of the disappearance in
    *zone* is told, which is public while the date is not. A vehicle that was ruled out
    is not told to the public.
    """
    reasons = {
        disclosure.field: disclosure.reason
        for disclosure in case.disclosures
        if disclosure.audience is audience and disclosure.at <= at
    }
    ruled_out = {
        index
        for index, vehicle in enumerate(case.vehicles)
        if vehicle.confidence is Confidence.RULED_OUT and audience is Audience.PUBLIC
    }
    items: list[Item] = []
    for leaf, indexes, value in leaf_values(_with_ages(case, zone)):
        reason = reasons.get(leaf.name)
        if leaf.privacy is Privacy.S and not special_data:
            continue
        if not may_see(audience, leaf.privacy, reason=reason):
            continue
        if leaf.path[0] == "vehicles" and indexes[0] in ruled_out:
            continue
        items.append(
            Item(field=leaf.name, indexes=indexes, reason=reason, value=_value(value))
        )
    return tuple(items)


def _with_ages(case: Case, zone: str) -> Case:
    day = in_zone(case.last_seen.time, zone).date()
    return attrs.evolve(
        case,
        children=tuple(
            attrs.evolve(child, age_years=child.age_at_disappearance(day))
            for child in case.children
        ),
    )


def _value(value: object) -> Value:
    match value:
        case enum.Enum():
            kind = type(value).__name__
            vocabulary = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
            return Term(vocabulary, str(value.value))
        case float():
            return math.ceil(value)
        case tuple():
            # Of a case only the languages that a child speaks.
            return tuple(Term("language", tag.split("-")[0]) for tag in value)
        case Localized() | LatLon() | str() | int() | dt.date():
            return value
        case Restricted():
            # Every restricted field is of class R, which `may_see` never lets pass.
            msg = "a restricted value passed the allow-list"
            raise AssertionError(msg)
        case _:
            msg = f"no message form for {type(value).__name__}"
            raise AssertionError(msg)


_NAMES = ("given_name", "family_name", "name")
"""What is shown in its own script where a language has no text for it."""


def gaps_in(items: tuple[Item, ...], languages: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return a problem for each free text that is missing in one of *languages*."""
    return tuple(
        Problem(
            path=_path(item),
            code="no-text",
            message=f"has no text in '{language}', and is left out of it"
            if item.field.split(".")[-1] not in _NAMES
            else f"has no text in '{language}', and is shown as it is",
        )
        for item in items
        if isinstance(item.value, Localized)
        for language in languages
        if item.value.find(language) is None
    )


def photograph_digests(case: Case) -> dict[tuple[str, tuple[int, ...]], str]:
    """Return the SHA-256 of the original of every photograph of *case*.

    The key tells which: ``("children", (0, 1))`` is the first child's second.
    """
    return {
        (leaf.path[0], indexes): value.reveal()
        for leaf, indexes, value in leaf_values(case)
        if leaf.path[1:] == ("photographs", "sha256") and isinstance(value, Restricted)
    }


def pictures_for(
    items: tuple[Item, ...], case: Case, pictures: Mapping[str, Picture]
) -> tuple[tuple[Picture, ...], tuple[Problem, ...]]:
    """Return the pictures that *items* speak of, and a problem for each missing one.

    A picture is shown where its kind and its description are both told: the items
    have passed the one allow-list, and the photographs have no other.

    Args:
        items: What the audience may see of *case*.
        case: The case that names the originals.
        pictures: The cleaned pictures, by the SHA-256 of their originals.
    """
    digests = photograph_digests(case)
    told = {(item.field, item.indexes) for item in items}
    shown: list[Picture] = []
    missing: list[Problem] = []
    for item in items:
        group, _, name = item.field.partition(".photographs.")
        if name != "kind" or (f"{group}.photographs.alt", item.indexes) not in told:
            continue
        picture = pictures.get(digests[group, item.indexes])
        if picture is not None:
            shown.append(picture)
        else:
            path = _path(item).removesuffix(".kind")
            missing.append(
                Problem(
                    path=path,
                    code="no-picture",
                    message="was not given, and the message goes without it",
                )
            )
    return tuple(shown), tuple(missing)


def _path(item: Item) -> str:
    indexes = iter(item.indexes)
    repeated = {
        "children",
        "companions",
        "photographs",
        "sightings",
        "suspects",
        "vehicles",
    }
    return "$" + "".join(
        f".{name}[{next(indexes)}]" if name in repeated else f".{name}"
        for name in item.field.split(".")
    )
