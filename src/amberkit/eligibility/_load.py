"""The loader of this package's data: packs and wording. Each file is read once."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
from importlib.resources import files

from amberkit.eligibility._errors import PackNotInForce, UnknownLanguage, UnknownPack
from amberkit.eligibility._pack import Pack, PackInfo
from amberkit.eligibility._parse import parse_pack
from amberkit.errors import InvalidValue
from amberkit.schemas import read_json
from amberkit.values import language_tag

__all__ = ["list_packs", "load_pack", "wording"]


def load_pack(id: str, *, on: dt.date) -> Pack:  # noqa: A002 - the word of the format
    """Return the pack *id* that is in force on the day *on*.

    Raises:
        InvalidValue: If *on* has a time of day: only the agency knows of what zone.
        UnknownPack: If there is no pack of that identifier; it lists those there are.
        PackNotInForce: If there is, but not for that day; it lists the periods.
    """
    if isinstance(on, dt.datetime):
        raise InvalidValue("on", "a date without a time of day")
    versions = [pack for pack in _packs() if pack.id == id]
    if not versions:
        raise UnknownPack(id, sorted({pack.id for pack in _packs()}))
    for pack in versions:
        if pack.in_force(on):
            return pack
    raise PackNotInForce(id, on, [(p.valid_from, p.valid_to) for p in versions])


def list_packs() -> tuple[PackInfo, ...]:
    """Return every version of every pack that ships, by identifier and first day."""
    return tuple(pack.info for pack in _packs())


@functools.cache
def _packs() -> tuple[Pack, ...]:
    packs = []
    for file in files("amberkit.eligibility").joinpath("packs").iterdir():
        packs.append(parse_pack(read_json(file.read_bytes(), "pack")))
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.valid_from)))


def wording(language: str) -> Mapping[str, str]:
    """Return the fixed phrases of explanations in *language*, by key.

    A tag finds the wording of its primary language: ``fr-MA`` finds ``fr``.

    Raises:
        InvalidValue: If *language* is no language tag.
        UnknownLanguage: If there is no wording in it; it lists what there is.
    """
    primary = language_tag(language).split("-")[0]
    if primary not in _wordings():
        raise UnknownLanguage(language, sorted(_wordings()))
    return _wordings()[primary]


@functools.cache
def _wordings() -> Mapping[str, Mapping[str, str]]:
    folder = files("amberkit.eligibility").joinpath("wording")
    return {
        file.name.removesuffix(".json"): json.loads(file.read_bytes())
        for file in folder.iterdir()
    }
