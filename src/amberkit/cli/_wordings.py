"""The agency's own wording, read from files of the form of those that ship."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from amberkit.cli._inputs import naming
from amberkit.errors import InvalidDocument, Problem
from amberkit.render import Wording, load_wording
from amberkit.schemas import read_source

__all__ = ["read_wordings"]


def read_wordings(paths: Sequence[Path]) -> tuple[Wording, ...]:
    """Read wording, one language a file.

    A file has what the wording that ships in that language has: the same keys, a text
    for each, and no other blanks in it.
    """
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Wording:
    with naming("wording", path):
        document: Any = read_source(path, "wording")
        language = document.get("language") if isinstance(document, dict) else None
        if not isinstance(language, str):
            message = "must be an object that names its language"
            raise InvalidDocument(
                "wording", [Problem(path="$", code="no-wording", message=message)]
            )
        shipped = attrs.asdict(load_wording(language))
        if problems := list(_differences(document, shipped, "$")):
            raise InvalidDocument("wording", problems)
        return Wording(**document)


def _differences(found: Any, shipped: Any, path: str) -> Iterator[Problem]:
    if isinstance(shipped, dict):
        if not isinstance(found, dict) or found.keys() != shipped.keys():
            message = "must have the keys of the wording that ships: " + ", ".join(
                shipped
            )
            yield Problem(path=path, code="other-keys", message=message)
            return
        for key, value in shipped.items():
            yield from _differences(found[key], value, f"{path}.{key}")
    elif path == "$.reviewed_by":
        # What ships names nobody.
        if not isinstance(found, str) or not found.strip():
            message = "must name who reviewed it"
            yield Problem(path=path, code="no-reviewer", message=message)
    elif not isinstance(found, str) or not _blanks(found) <= _blanks(shipped):
        blanks = ", ".join(f"{{{name}}}" for name in sorted(_blanks(shipped)))
        message = f"must be a text, its blanks among: {blanks or 'none'}"
        yield Problem(path=path, code="no-text", message=message)


def _blanks(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        return {"a brace that is not closed"}
