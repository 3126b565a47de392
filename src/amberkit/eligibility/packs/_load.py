"""The packs there are: those that ship, each read once, and those of plugins."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import pairwise

from amberkit.eligibility._errors import (
    BrokenPack,
    PackNotInForce,
    UnknownPack,
)
from amberkit.eligibility.facts._plugins import (
    BrokenPlugin,
    installed_packs,
    loaded_facts,
)
from amberkit.eligibility.packs._pack import Pack, PackInfo
from amberkit.eligibility.packs._parse import parse_pack
from amberkit.errors import InvalidDocument, InvalidValue, Problem
from amberkit.schemas import read_json

__all__ = [
    "broken_plugins",
    "clashes",
    "every_pack",
    "list_packs",
    "load_pack",
    "overlaps",
    "shipped_table",
]


def load_pack(id: str, *, on: dt.date) -> Pack:  # noqa: A002 - the word of the format
    """Return the pack *id* that is in force on the day *on*.

    Packs that ship come first, then those of plugins: entry points of the group
    ``amberkit.packs``, each a function that returns documents.

    Raises:
        InvalidValue: If *on* has a time of day: only the agency knows of what zone.
        UnknownPack: If there is no pack of that identifier; it lists those there are.
        BrokenPack: If there is none, or none of that day, but a plugin brings one that
            cannot be used.
        PackNotInForce: If there is, but not for that day; it lists the periods.
    """
    if isinstance(on, dt.datetime):
        raise InvalidValue("on", "a date without a time of day")
    packs, broken = _installed()
    versions = [pack for pack in (*_shipped(), *packs) if pack.id == id]
    if not versions:
        if id in broken:
            raise BrokenPack(id) from broken[id]
        raise UnknownPack(id, sorted({pack.id for pack in (*_shipped(), *packs)}))
    for pack in versions:
        if pack.in_force(on):
            return pack
    if id in broken:
        raise BrokenPack(id) from broken[id]
    raise PackNotInForce(id, on, [(p.valid_from, p.valid_to) for p in versions])


def list_packs() -> tuple[PackInfo, ...]:
    """Return every version of every pack there is, by identifier and first day."""
    return tuple(pack.info for pack in every_pack())


def every_pack() -> tuple[Pack, ...]:
    """Return every version of every pack there is, by identifier and first day."""
    every = (*_shipped(), *_installed()[0])
    return tuple(sorted(every, key=lambda pack: (pack.id, pack.valid_from)))


def broken_plugins() -> tuple[BrokenPlugin, ...]:
    """Return the plugins for facts and packs that cannot be used, and why.

    Each takes nothing else with it.
    """
    failed = [
        BrokenPlugin(group="amberkit.packs", name=name, error=error)
        for name, error in _installed()[1].items()
    ]
    return (*loaded_facts()[1], *installed_packs()[1], *failed)


def overlaps(packs: Iterable[Pack]) -> tuple[Problem, ...]:
    """Return where two versions of one pack are in force on one day.

    Of any order; a problem's path names the version that begins too early.
    """
    ordered = sorted(packs, key=lambda pack: (pack.id, pack.valid_from))
    return tuple(
        Problem(
            path=f"{after.id}@{after.valid_from}.valid_from",
            code="overlap",
            message=f"must be after the last day of the version of {before.valid_from}",
        )
        for before, after in pairwise(ordered)
        if before.id == after.id and before.in_force(after.valid_from)
    )


def clashes(pack: Pack) -> tuple[Problem, ...]:
    """Return why *pack* could not be installed beside the packs there are.

    Its identifier belongs to a pack that ships, or another version of it is in force
    within its time. A version that begins on the same day is taken for an earlier state
    of *pack*, which it would replace.
    """
    shipped = [each for each in _shipped() if each.id == pack.id]
    if shipped:
        known = pack.digest in {each.digest for each in shipped}
        return () if known else (_taken(),)
    others = [
        each
        for each in _installed()[0]
        if each.id == pack.id and each.valid_from != pack.valid_from
    ]
    return overlaps([pack, *others])


@functools.cache
def _shipped() -> tuple[Pack, ...]:
    packs = [
        parse_pack(read_json(file.read_bytes(), "pack"))
        for file in files("amberkit.eligibility.packs").joinpath("shipped").iterdir()
        if not file.name.endswith(".table.json")
    ]
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.valid_from)))


@functools.cache
def _installed() -> tuple[tuple[Pack, ...], Mapping[str, Exception]]:
    """Return the packs of plugins, and those that cannot be used by identifier."""
    packs: list[Pack] = []
    broken: dict[str, Exception] = {}
    taken = {pack.id for pack in _shipped()}
    for plugin, document in installed_packs()[0]:
        given = document.get("id") if isinstance(document, Mapping) else None
        name = given if isinstance(given, str) else plugin
        try:
            pack = parse_pack(document)
            if pack.id in taken:
                raise InvalidDocument("pack", [_taken()])
            clash = overlaps([*packs, pack])
            if clash:
                raise InvalidDocument("pack", clash)
        except Exception as error:
            broken[name] = error
        else:
            packs.append(pack)
    return tuple(packs), broken


def _taken() -> Problem:
    return Problem(
        path="$.id", code="not-unique", message="must not be that of a pack that ships"
    )


def shipped_table(pack: Pack) -> object:
    """Return the decision table of a pack that ships, parsed, or None."""
    name = f"{pack.id}.{pack.valid_from.isoformat()}.table.json"
    file = files("amberkit.eligibility.packs").joinpath("shipped", name)
    return read_json(file.read_bytes(), "decision table") if file.is_file() else None
