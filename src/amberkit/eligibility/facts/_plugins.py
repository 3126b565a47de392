"""Facts and packs that other distributions bring, by entry points.

Nothing is imported until it is asked for. What cannot be used is left out and listed,
and takes nothing else with it.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

import attrs

from amberkit.cases import Case
from amberkit.eligibility._errors import FactFailed
from amberkit.eligibility.facts._declared import FACTS
from amberkit.eligibility.facts._derive import Derived
from amberkit.eligibility.facts._facts import Fact, FactType
from amberkit.schemas import read_json, refuse_unless_json
from amberkit.values import Confidence

__all__ = ["BrokenPlugin", "installed_packs", "known_facts", "loaded_facts"]

_FACTS, _PACKS = "amberkit.facts", "amberkit.packs"
_MOST_PACKS = 1_000


@attrs.frozen(kw_only=True)
class BrokenPlugin:
    """A plugin that was left out."""

    group: str
    """``amberkit.facts`` or ``amberkit.packs``."""

    name: str
    """Its entry point."""

    error: BaseException = attrs.field(eq=False)
    """Why."""


def known_facts() -> Mapping[str, Fact]:
    """Return every fact by name: those that ship, then those of plugins by name.

    An entry point of the group ``amberkit.facts`` names a `Fact` or a tuple of them. A
    plugin of which one fact has the name of another fact is left out.
    """
    return loaded_facts()[0]


@functools.cache
def loaded_facts() -> tuple[Mapping[str, Fact], tuple[BrokenPlugin, ...]]:
    """Return every fact by name, and the plugins that cannot be used."""
    facts = dict(FACTS)

    def take(point: EntryPoint) -> None:
        found = point.load()
        several = found if isinstance(found, tuple) else (found,)
        for fact in several:
            if not isinstance(fact, Fact):
                msg = f"names a {type(fact).__name__}, which is no Fact"
                raise TypeError(msg)
        names = [fact.name for fact in several]
        taken = sorted({n for n in names if n in facts or names.count(n) > 1})
        if taken:
            msg = f"{', '.join(taken)}: another fact has that name"
            raise ValueError(msg)
        facts.update({fact.name: _guarded(fact) for fact in several})

    broken = _each(_FACTS, take)
    return MappingProxyType(facts), broken


def _guarded(fact: Fact) -> Fact:
    """Return a fact that fails with an error of ours, and never with a wrong value."""

    def derive(case: Case, now: dt.datetime) -> Derived:
        try:
            value, fields = fact.derive(case, now)
            fits = value is None or _fits(fact, value)
            fits = fits and isinstance(fields, tuple) and all(map(_is_field, fields))
        except Exception as error:
            raise FactFailed(fact.name, type(error).__name__) from None
        if not fits:
            right = f"it must return a {fact.type.value} or None, and names of fields"
            raise FactFailed(fact.name, right)
        return value, fields

    return attrs.evolve(fact, derive=derive)


def _is_field(name: object) -> bool:
    # Field names are shown everywhere, and must not be a way out for anything else.
    return isinstance(name, str) and _FIELD.fullmatch(name) is not None


_FIELD = re.compile(r"[a-z_]{1,64}(\.[a-z_]{1,64}){0,4}")
_MOST = 10**12


def _fits(fact: Fact, value: object) -> bool:
    if fact.type is FactType.ENUM:
        return isinstance(value, str) and value in fact.values
    if isinstance(value, int) and abs(value) > _MOST:
        return False
    is_flag = isinstance(value, bool)
    return isinstance(value, _TYPES[fact.type]) and is_flag == (
        fact.type is FactType.BOOLEAN
    )


_TYPES: Mapping[FactType, type] = {
    FactType.BOOLEAN: bool,
    FactType.INTEGER: int,
    FactType.CONFIDENCE: Confidence,
    FactType.DURATION: dt.timedelta,
}


@functools.cache
def installed_packs() -> tuple[
    tuple[tuple[str, object], ...], tuple[BrokenPlugin, ...]
]:
    """Return the pack documents of plugins, each with the name of its entry point.

    They are parsed from JSON, but not checked.

    An entry point of the group ``amberkit.packs`` names a function without arguments
    that returns an iterable of documents, each as JSON bytes or as a mapping.
    """
    documents: list[tuple[str, object]] = []

    def take(point: EntryPoint) -> None:
        found: list[object] = []
        for document in point.load()():
            if len(found) == _MOST_PACKS:
                msg = f"returns more than {_MOST_PACKS:,} packs"
                raise ValueError(msg)
            is_bytes = isinstance(document, bytes)
            # A copy of plain data: what is odd about it fails here, and now.
            plain = read_json if is_bytes else refuse_unless_json
            found.append(plain(document, "pack"))
        documents.extend((point.name, each) for each in found)

    broken = _each(_PACKS, take)
    return tuple(documents), broken


def _each(group: str, take: Callable[[EntryPoint], None]) -> tuple[BrokenPlugin, ...]:
    broken = []
    for point in sorted(entry_points(group=group), key=lambda p: (p.name, p.value)):
        try:
            take(point)
        except (Exception, SystemExit) as error:
            broken.append(BrokenPlugin(group=group, name=point.name, error=error))
    return tuple(broken)
