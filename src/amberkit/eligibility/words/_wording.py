"""The fixed phrases of explanations, as data: one file for each language."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files

from amberkit.eligibility._errors import UnknownLanguage
from amberkit.values import language_tag

__all__ = ["wording"]


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
    folder = files("amberkit.eligibility.words").joinpath("wording")
    return {
        file.name.removesuffix(".json"): json.loads(file.read_bytes())
        for file in folder.iterdir()
    }
