"""JSON Schema behind one function, with messages of our own."""

from __future__ import annotations

import copy
import difflib
import functools
import itertools
import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from amberkit.errors import InvalidValue, Problem
from amberkit.schemas._json import child_path
from amberkit.times import parse_time

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["MAX_PROBLEMS", "NAMES", "check", "json_schema"]

NAMES = (
    "agency",
    "assessment",
    "atlas",
    "case",
    "decision-table",
    "handoff",
    "pack",
)
"""The documents that have a published schema."""


MAX_PROBLEMS = 1_000
"""After so many, no more are looked for: a hostile file could bring millions."""


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of the document *name* as a new dict.

    Raises:
        InvalidValue: If *name* is not one of `NAMES`.
    """
    return copy.deepcopy(_load(name))


def check(name: str, document: Any) -> tuple[Problem, ...]:
    """Return every problem of *document* under the schema *name*, by path.

    After the first `MAX_PROBLEMS` the search ends, and a last problem says so. The
    messages say what would be right and never hold a value of the document.

    Raises:
        InvalidValue: If *name* is not one of `NAMES`.
    """
    every = (p for e in _validator(name).iter_errors(document) for p in _problems(e))
    found = set(itertools.islice(every, MAX_PROBLEMS))
    if next(every, None) is not None:
        right = f"must have fewer problems; {MAX_PROBLEMS:,} are listed"
        found.add(_problem("$", "too-many", right))
    return tuple(sorted(found, key=lambda p: (p.path, p.code, p.message)))


@functools.cache
def _load(name: str) -> dict[str, Any]:
    if name not in NAMES:
        raise InvalidValue("schema", "one of " + ", ".join(NAMES))
    text = files("amberkit.schemas").joinpath(f"{name}-1.schema.json").read_bytes()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@functools.cache
def _validator(name: str) -> Validator:
    # Imported here because it costs more than the rest of a light import together.
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry

    formats = FormatChecker(formats=["date", "uri", "regex"])
    formats.checks("date-time", raises=InvalidValue)(_is_time)
    # An explicit registry: the default one would fetch a remote reference.
    return Draft202012Validator(
        _in_python(_load(name)), registry=Registry(), format_checker=formats
    )


def _is_time(value: object) -> bool:
    # What is no text has the wrong type, and that is another problem.
    return not isinstance(value, str) or bool(parse_time(value))


def _in_python(schema: Any) -> Any:
    """Return *schema* with its patterns as `re` has to have them.

    In ECMA 262, whose patterns JSON Schema uses, ``$`` is the very end of a text; in
    Python a line feed may follow it.
    """
    match schema:
        case dict():
            return {_in_python(key): _in_python(value) for key, value in schema.items()}
        case list():
            return [_in_python(item) for item in schema]
        case str() if schema.startswith("^") and schema.endswith("$"):
            return schema[:-1] + r"\Z"
        case _:
            return schema


def _problems(error: Any) -> Iterator[Problem]:
    path = "$"
    for step in error.absolute_path:
        is_index = isinstance(step, int)
        path = f"{path}[{step}]" if is_index else child_path(path, step)
    match error.validator:
        case "required":
            for key in error.validator_value:
                if key not in error.instance:
                    yield _problem(child_path(path, key), "required", "is required")
        case "additionalProperties" if "patternProperties" in error.schema:
            # Such a key may be somebody's name in the wrong place: it is not shown.
            right = "must have only language tags such as 'ar' or 'fr-MA' as keys"
            yield _problem(path, "unknown-key", right)
        case "additionalProperties":
            known = error.schema["properties"]
            for key in error.instance:
                if key not in known:
                    right = f"is no field here; {_near(key, known)}"
                    yield _problem(child_path(path, key), "unknown-key", right)
        case _:
            yield _problem(path, *_wording(error))


def _near(key: str, known: Iterable[str]) -> str:
    """Return what was probably meant by a key, or what there is."""
    near = difflib.get_close_matches(key, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else f"there is {', '.join(known)}"


def _problem(path: str, code: str, message: str) -> Problem:
    return Problem(path=path, code=code, message=message)


_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}

_FORMATS = {
    "date": "a date such as 2026-11-22",
    "date-time": "a time with its UTC offset such as 2026-11-22T18:05:00+01:00",
    "uri": "an absolute URI",
    "regex": "a regular expression",
}


def _wording(error: Any) -> tuple[str, str]:
    """Return the code and the message for one schema error."""
    rule, limit = error.validator, error.validator_value
    match rule:
        case "type" if limit == "object" and "description" in error.schema:
            meant = error.schema["description"].rstrip(".")
            return "wrong-type", f"must be an object: {meant[:1].lower()}{meant[1:]}"
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            named = " or ".join(_TYPES[kind] for kind in kinds)
            return "wrong-type", f"must be {named}"
        case "enum":
            return "not-listed", f"must be {_alternatives(limit)}"
        case "const":
            return "not-listed", f"must be {json.dumps(limit)}"
        case "format":
            return "wrong-format", f"must be {_FORMATS[limit]}"
        case "minimum" | "exclusiveMinimum":
            word = "at least" if rule == "minimum" else "more than"
            return "out-of-range", f"must be {word} {limit}"
        case "maximum" | "exclusiveMaximum":
            word = "at most" if rule == "maximum" else "less than"
            return "out-of-range", f"must be {word} {limit}"
        case "minLength" | "minItems" | "minProperties":
            return "too-short", f"must have at least {limit} {_THINGS[rule]}"
        case "maxLength" | "maxItems" | "maxProperties":
            return "too-long", f"must have at most {limit} {_THINGS[rule]}"
        case "uniqueItems":
            return "not-unique", "must not list the same thing twice"
        case _:
            right = error.schema.get("description", "as its schema describes")
            return "wrong-form", f"must be {right[:1].lower()}{right[1:].rstrip('.')}"


_THINGS = {
    "minLength": "characters",
    "maxLength": "characters",
    "minItems": "items",
    "maxItems": "items",
    "minProperties": "entries",
    "maxProperties": "entries",
}


def _alternatives(names: Iterable[object]) -> str:
    shown = [f"'{name}'" if isinstance(name, str) else str(name) for name in names]
    return ("one of " if len(shown) > 1 else "") + ", ".join(shown)
