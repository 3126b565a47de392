"""Documents in, cases out, and back again without loss.

The JSON Schema is the published contract and the first gate, `problems_in` the second;
both look at the raw document, so that every mistake is reported at once. cattrs then
builds the models, with hooks that convert nothing silently (by itself it would turn
7.9 into 7).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import cattrs

from amberkit.cases._case import Case
from amberkit.cases._checks import problems_in
from amberkit.errors import InvalidDocument, InvalidValue, Problem
from amberkit.schemas import check, read_source, refuse_unless_json
from amberkit.times import parse_time
from amberkit.values import (
    LanguageTag,
    Localized,
    Restricted,
    clean_text,
    language_tag,
)

__all__ = ["dump_case", "load_case"]

SCHEMA_ID = "urn:amberkit:schema:case:1"
"""Identifier of the case format; `dump_case` writes it as ``$schema``."""


def load_case(
    source: str | os.PathLike[str] | bytes | Mapping[str, object],
) -> Case:
    """Read a case document.

    Args:
        source: A path (``str`` or path object), the document as JSON bytes, or the
            document already parsed.

    Returns:
        The case. ``load_case(dump_case(case)) == case`` for every case that comes from
        here; a model that code has made by hand is checked when it is loaded again.

    Raises:
        UnreadableDocument: If the file cannot be read or is no strict JSON.
        InvalidDocument: If it describes no case; ``.problems`` lists everything that
            is wrong, with paths, and no value.
    """
    if isinstance(source, Mapping):
        raw: object = refuse_unless_json(source, "case")
    elif not isinstance(source, (str, bytes, os.PathLike)):
        raise InvalidValue("source", "a path, bytes or a mapping")
    else:
        raw = read_source(source, "case")
    found = check("case", raw)
    found += problems_in(raw, skip={problem.path for problem in found})
    if found:
        raise InvalidDocument("case", sorted(found, key=lambda p: p.path))
    assert isinstance(raw, dict)  # noqa: S101 - the schema has just said so
    document = {key: value for key, value in raw.items() if key != "$schema"}
    extensions = document.get("extensions", {})
    # In ASCII, so that no rule for texts touches what the agency has put there.
    document["extensions"] = json.dumps(
        extensions, sort_keys=True, separators=(",", ":")
    )
    return _CONVERTER.structure(document, Case)


def dump_case(case: Case) -> dict[str, Any]:
    """Return *case* as a JSON-ready document, restricted fields included.

    It is the agency's own copy: what it holds may go into the agency's case file and
    nowhere else. Fields at their default are left out; times are in UTC.

    Raises:
        InvalidDocument: If *extensions* of a case made by hand are no JSON object.
    """
    document: dict[str, Any] = {"$schema": SCHEMA_ID}
    document |= _CONVERTER.unstructure(case)
    extensions = _extensions(case.extensions.reveal())
    document.pop("extensions", None)
    if extensions:
        document["extensions"] = extensions
    return document


def _extensions(text: str) -> dict[str, Any]:
    # The error of the reader would keep the text, which is restricted.
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    problem = Problem(
        path="$.extensions", code="wrong-type", message="must be an object"
    )
    raise InvalidDocument("case", [problem])


# --- the converter ------------------------------------------------------------------


def _text(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise InvalidValue("value", "a text")
    return clean_text(value)


def _whole(value: object, _: object) -> int:
    # To JSON 9.0 is a whole number; 7.9 and true are not.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value % 1:
        raise InvalidValue("value", "a whole number")
    return int(value)


def _number(value: object, _: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise InvalidValue("value", "a number")
    return float(value)


def _flag(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("value", "true or false")
    return value


def _time(value: object, _: object) -> dt.datetime:
    return parse_time(_text(value, str))


def _date(value: object, _: object) -> dt.date:
    return dt.date.fromisoformat(_text(value, str))


def _localized(value: object, _: object) -> Localized:
    if not isinstance(value, Mapping):
        raise InvalidValue("value", "an object of language tags and texts")
    return Localized(value)


def _is_restricted(cls: object) -> bool:
    return get_origin(cls) is Restricted


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, omit_if_default=True)
    for kind, structure in {
        str: _text,
        int: _whole,
        float: _number,
        bool: _flag,
        dt.datetime: _time,
        dt.date: _date,
        Localized: _localized,
    }.items():
        converter.register_structure_hook(kind, structure)
    converter.register_structure_hook(
        LanguageTag, lambda value, _: language_tag(_text(value, str))
    )
    converter.register_structure_hook_func(
        _is_restricted,
        lambda value, cls: Restricted(converter.structure(value, get_args(cls)[0])),
    )
    converter.register_unstructure_hook(dt.datetime, lambda time: time.isoformat())
    converter.register_unstructure_hook(dt.date, lambda date: date.isoformat())
    converter.register_unstructure_hook(Localized, Localized.as_dict)
    converter.register_unstructure_hook_func(
        _is_restricted, lambda value: converter.unstructure(value.reveal())
    )
    converter.register_unstructure_hook(
        Restricted, lambda value: converter.unstructure(value.reveal())
    )
    return converter


_CONVERTER = _make_converter()
