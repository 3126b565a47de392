"""What changed from one pack to another, claim by claim."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, assert_never

import attrs

from amberkit.eligibility.logic._rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Confident,
    Known,
    Not,
    Rule,
    Within,
)
from amberkit.eligibility.packs._claims import Source
from amberkit.eligibility.packs._pack import Pack
from amberkit.eligibility.packs.policy import Rung
from amberkit.values import Localized

__all__ = ["Change", "Difference", "Part", "diff_packs"]

_Claims: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]


class Change(enum.Enum):
    """What became of a claim."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@attrs.frozen(kw_only=True)
class Part:
    """One part of a claim that is not the same on both sides."""

    name: str
    """Such as ``rule``, ``evidence``, ``says.en`` or ``value.radii_m``."""

    old: str | None
    """None where it was not there."""

    new: str | None
    """None where it is not there any more."""


@attrs.frozen(kw_only=True)
class Difference:
    """What became of one claim of a pack."""

    kind: str
    """``pack``, ``criterion``, ``veto``, ``duty``, ``policy`` or ``source``."""

    name: str
    """Its identifier or key."""

    change: Change

    parts: tuple[Part, ...]
    """What differs; all of it where the claim is on one side only."""


def diff_packs(before: Pack, after: Pack) -> tuple[Difference, ...]:
    """Return what changed from *before* to *after*, in the order of the format.

    Texts are compared in every language, rules as words and numbers. The order of
    criteria and of sources, which changes no verdict, is not compared.
    """
    old, new = dict(_claims(before)), dict(_claims(after))
    kinds = ("pack", "criterion", "veto", "duty", "policy", "source")
    every = sorted({**old, **new}, key=lambda claim: kinds.index(claim[0]))
    return tuple(
        found for claim in every if (found := _difference(claim, old, new)) is not None
    )


def _difference(
    claim: tuple[str, str], old: _Claims, new: _Claims
) -> Difference | None:
    was, is_now = old.get(claim, {}), new.get(claim, {})
    parts = tuple(
        Part(name=name, old=was.get(name), new=is_now.get(name))
        for name in {**was, **is_now}
        if was.get(name) != is_now.get(name)
    )
    if not parts:
        return None
    kind, name = claim
    change = Change.CHANGED
    if claim not in old:
        change = Change.ADDED
    elif claim not in new:
        change = Change.REMOVED
    return Difference(kind=kind, name=name, change=change, parts=parts)


def _claims(pack: Pack) -> Iterator[tuple[tuple[str, str], Mapping[str, str]]]:
    head = ("id", "jurisdiction", "title", "valid_from", "valid_to", "notice")
    found = {name: getattr(pack, name) for name in head}
    yield ("pack", "head"), dict(_flat(found, ""))
    groups = {"criterion": pack.criteria, "veto": pack.vetoes, "duty": pack.duties}
    for kind, group in groups.items():
        for each in group:
            yield (kind, each.id), dict(_flat(_fields(each, "id"), ""))
    for name, decision in pack.policy.decisions.items():
        yield ("policy", name), dict(_flat(_fields(decision), ""))
    for source in pack.sources:
        yield ("source", source.key), dict(_flat(_fields(source, "key"), ""))


def _fields(value: Any, *without: str) -> dict[str, Any]:
    names = (field.name for field in attrs.fields(type(value)))
    return {name: getattr(value, name) for name in names if name not in without}


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a value as texts, each with its path; None has no part."""
    match value:
        case None:
            return
        case dict():
            for name, inner in value.items():
                yield from _flat(inner, f"{path}.{name}" if path else name)
        case Localized():
            yield from _flat(value.as_dict(), path)
        case str():
            yield path, value
        case Source():
            yield path, value.key
        case enum.Enum():
            yield path, value.value
        case dt.date() | dt.time():
            yield path, value.isoformat()
        case (Rung(), *_):
            for index, rung in enumerate(value):
                yield from _flat(rung, f"{path}[{index}]")
        case bool() | int() | float() | tuple():
            yield path, json.dumps(value)
        case (
            AllOf()
            | AnyOf()
            | AtLeast()
            | Not()
            | Compare()
            | Confident()
            | Known()
            | Within()
        ):
            yield path, _words(value)
        case _:
            yield from _flat(_fields(value), path)


def _words(rule: Rule) -> str:
    """Return a rule as one line."""

    def several(rules: tuple[Rule, ...]) -> str:
        return f"({'; '.join(map(_words, rules))})"

    match rule:
        case AllOf(rules):
            return f"all of {several(rules)}"
        case AnyOf(rules):
            return f"any of {several(rules)}"
        case AtLeast(count, rules):
            return f"at least {count} of {several(rules)}"
        case Not(inner):
            return f"not ({_words(inner)})"
        case Known(fact):
            return f"{fact} is known"
        case Compare(fact, op, value):
            return f"{fact} {op.value} {json.dumps(value)}"
        case Confident(fact, least):
            return f"{fact} at least {least.value}"
        case Within(fact, hours):
            return f"{fact} within {json.dumps(hours)} h"
        case _:
            assert_never(rule)
