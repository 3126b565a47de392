"""From a case to what one audience may be told of it: the only way there is."""

from __future__ import annotations

import datetime as dt
import enum
import math
import re

from amberkit.cases import Case, leaf_values
from amberkit.errors import Problem
from amberkit.messages import Item, Term, Value, may_see
from amberkit.values import Audience, LatLon, Localized, Privacy, Restricted

__all__ = ["gaps_in", "project"]


def project(
    case: Case, audience: Audience, *, special_data: bool = False
) -> tuple[Item, ...]:
    """Return every field of *case* that *audience* may see, in the order of the model.

    A P2 or S field needs the case's own recorded `Disclosure` where its class does;
    class S needs *special_data* besides, the pack's permission.
    """
    reasons = {
        disclosure.field: disclosure.reason.value
        for disclosure in case.disclosures
        if disclosure.audience is audience
    }
    items: list[Item] = []
    for leaf, indexes, value in leaf_values(case):
        reason = reasons.get(leaf.name)
        if leaf.privacy is Privacy.S and not special_data:
            continue
        if not may_see(audience, leaf.privacy, reason=reason):
            continue
        items.append(
            Item(
                field=leaf.name,
                indexes=indexes,
                privacy=leaf.privacy,
                reason=reason,
                value=_value(value),
            )
        )
    return (*items, *_ages(case))


def _ages(case: Case) -> list[Item]:
    """The age is public where only the exact birth date, which is not, was given."""
    day = case.last_seen.time.date()
    ages = {
        index: child.age_at_disappearance(day)
        for index, child in enumerate(case.children)
        if child.age_years is None
    }
    return [
        Item(
            field="children.age_years",
            indexes=(index,),
            privacy=Privacy.P1,
            value=age,
        )
        for index, age in ages.items()
        if age is not None
    ]


def _value(value: object) -> Value:
    match value:
        case enum.Enum():
            kind = type(value).__name__
            vocabulary = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
            return Term(vocabulary, str(value.value))
        case float():
            return math.ceil(value)
        case tuple():
            return ", ".join(value)
        case Localized() | LatLon() | str() | int() | dt.date():
            return value
        case Restricted():
            # Every restricted field is of class R, which `may_see` never lets pass.
            msg = "a restricted value passed the allow-list"
            raise AssertionError(msg)
        case _:
            msg = f"no message form for {type(value).__name__}"
            raise AssertionError(msg)


def gaps_in(items: tuple[Item, ...], languages: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return a problem for each free text that is missing in one of *languages*."""
    return tuple(
        Problem(
            path=_path(item),
            code="no-text",
            message=f"has no text in '{language}'",
        )
        for item in items
        if isinstance(item.value, Localized)
        for language in languages
        if item.value.find(language) is None
    )


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
