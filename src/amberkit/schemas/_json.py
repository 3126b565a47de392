"""Strict JSON: what comes out is finite, unambiguous and of bounded size.

Python's reader takes NaN, lets the last of two equal keys win, recurses until it
breaks and turns ``1e999`` into infinity. Each of these has made an alert system act
on something else than what was written.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeGuard

from amberkit.errors import InvalidDocument, Problem, UnreadableDocument

__all__ = ["canonical_json", "read_json", "read_source", "refuse_unless_json"]

MAX_BYTES = 4_000_000
MAX_DEPTH = 64
MAX_NODES = 500_000
_MAX_DIGITS = 400
# Possessive, and a string may end with the text: no input makes it look twice.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
# As the formats spell theirs; a name of a person has a capital letter, as a rule.
_PLAIN_KEY = re.compile(r"[a-z_$][a-z0-9_-]{0,39}")


def read_source(source: str | os.PathLike[str] | bytes, kind: str) -> object:
    """Read a JSON document from a path (``str`` or path object) or from bytes.

    Raises:
        UnreadableDocument: If the file cannot be read or is no strict JSON.
    """
    if isinstance(source, bytes):
        return read_json(source, kind)
    try:
        with Path(source).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise UnreadableDocument(kind, reason.lower()) from None
    return read_json(data, kind)


def read_json(data: bytes, kind: str) -> object:
    """Parse UTF-8 JSON strictly.

    Args:
        data: The document, at most 4 MB.
        kind: What it is read as, for messages, such as ``case``.

    Raises:
        UnreadableDocument: If it is too large or too deep, not UTF-8 or not JSON, or
            holds NaN, an infinity, a key twice in one object, a number that does not
            fit a double, or half a surrogate pair.
    """

    def refuse(reason: str) -> NoReturn:
        raise UnreadableDocument(kind, reason)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            twice, _ = counts.most_common(1)[0]
            refuse(f"the key {plain_key(twice)} is given twice in one object")
        return found

    def integer(text: str) -> int:
        if len(text) > _MAX_DIGITS:
            refuse(f"a number has more than {_MAX_DIGITS} digits")
        return int(text)

    def real(text: str) -> float:
        number = float(text)
        if not math.isfinite(number):
            refuse("a number is too large for a double")
        return number

    if len(data) > MAX_BYTES:
        refuse(f"more than {MAX_BYTES:,} bytes")
    # Python's own errors hold the whole document. What is raised here must not have
    # one as its context, so it is raised after the handler has ended.
    reason = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start}"
    if reason:
        refuse(reason)
    _refuse_deep(text, kind)
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=unique,
            parse_int=integer,
            parse_float=real,
            parse_constant=lambda _: refuse("NaN and infinity are not JSON"),
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        reason = f"not JSON at {where}: {error.msg[:1].lower()}{error.msg[1:]}"
    if reason:
        refuse(reason)
    # Only an escape can bring half of a surrogate pair in through UTF-8.
    if re.search(r"\\u[dD][89a-fA-F]", text) and _HALF_PAIR.search(
        json.dumps(document, ensure_ascii=False)
    ):
        refuse("a text holds half of a surrogate pair")
    return document


def refuse_unless_json(document: object, kind: str) -> Any:
    """Return already parsed data as `read_json` would have: dicts, lists, plain values.

    Any mapping counts as an object, any sequence but bytes as a list.

    Raises:
        InvalidDocument: If it holds another type than JSON has, a key that is no
            string, NaN, an infinity, an integer of more than 400 digits, half a
            surrogate pair, or is deeper than 64 or larger than 500,000 values.
    """
    problems: list[Problem] = []
    stack: list[tuple[object, str, int]] = [(document, "$", 1)]
    seen = 1

    def add(path: str, code: str, message: str) -> None:
        problems.append(Problem(path=path, code=code, message=message))

    while stack:
        value, path, depth = stack.pop()
        if _is_list(value) or isinstance(value, Mapping):
            seen += len(value)
        if seen > MAX_NODES:
            add("$", "too-large", f"must hold at most {MAX_NODES:,} values")
            break
        if depth > MAX_DEPTH:
            add("$", "too-deep", f"must be at most {MAX_DEPTH} levels deep")
            break
        match value:
            case None | bool():
                pass
            case int():
                if abs(value) >= 10**_MAX_DIGITS:
                    right = f"must have at most {_MAX_DIGITS} digits"
                    add(path, "out-of-range", right)
            case float():
                if not math.isfinite(value):
                    add(path, "not-finite", "must be a finite number")
            case str():
                if _HALF_PAIR.search(value):
                    add(path, "not-text", "must not hold half of a surrogate pair")
            case Mapping():
                for key, item in value.items():
                    if isinstance(key, str) and not _HALF_PAIR.search(key):
                        stack.append((item, child_path(path, key), depth + 1))
                    else:
                        add(path, "not-json", "must have only texts as keys")
            case _ if _is_list(value):
                stack += [(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value)]
            case _:
                add(path, "not-json", "must be a JSON value")
    if problems:
        raise InvalidDocument(kind, sorted(problems, key=lambda p: p.path))
    # What is left to encode is a mapping or a sequence of another type than JSON's.
    plain = json.dumps(document, default=lambda v: list(v) if _is_list(v) else dict(v))
    return json.loads(plain)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    texts = (str, bytes, bytearray, memoryview)
    return isinstance(value, Sequence) and not isinstance(value, texts)


def canonical_json(document: object) -> bytes:
    """Return the one way to write plain data: keys sorted, no spaces, ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def child_path(path: str, key: str) -> str:
    """Return the JSON path of *key* in the object at *path*."""
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{plain_key(key)}]"


def plain_key(key: str) -> str:
    """Return a key as it may be shown: an odd one could be anything, even a name."""
    return f"'{key}'" if _PLAIN_KEY.fullmatch(key) else "'...'"


def _refuse_deep(text: str, kind: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise UnreadableDocument(kind, f"more than {MAX_DEPTH} levels deep")
        elif mark in "]}":
            depth -= 1
