"""Bytes to a CAP message: strict, bounded, and never surprised."""

from __future__ import annotations

import re
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import attrs

from amberkit.cap._check import collapse
from amberkit.cap._errors import CapError
from amberkit.cap._model import CapAlert
from amberkit.cap._schema import ALERT, NAMESPACE, Leaf, Record, Slot
from amberkit.errors import InvalidValue, MissingExtra, Problem

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["load_lxml", "parse_cap"]

_MOST_BYTES = 4_000_000
# A message needs some hundred; the bound is taken before there is a tree to pay for.
_MOST_TAGS = 100_000
_MOST_PROBLEMS = 1_000

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_ENCODING = re.compile(
    rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)"""
)


def load_lxml() -> ModuleType:
    """Import lxml now, not with the package, which knows CAP without it too.

    Raises:
        MissingExtra: If it is not installed.
    """
    try:
        from lxml import etree
    except ImportError:
        raise MissingExtra("CAP", "cap") from None
    return etree


def parse_cap(data: bytes) -> CapAlert:
    """Read a CAP 1.2 message.

    The message must be of the schema of CAP 1.2 and must make sense (see `CapAlert`).
    White space around codes, times and numbers does not count, comments and
    processing instructions are skipped, a blank optional text is absent. Zero UTC
    offsets keep their sign when they are written again.

    An XML signature is skipped: nothing is said of who sent the message.

    Nothing in *data* is fetched, expanded or run. More than 4,000,000 bytes or 100,000
    tags, another encoding than UTF-8, and ``<!DOCTYPE`` anywhere, even in a comment,
    are refused before a parser sees them. Only the elements of CAP are entered, so that
    the depth is that of CAP.

    Args:
        data: The whole message.

    Returns:
        The message. ``write_cap`` of it is a message of the same content.

    Raises:
        CapError: If it is no such message, with every problem found; reading stops at
            1,000.
        InvalidValue: If *data* is not of type bytes.
        MissingExtra: If lxml is not installed.
    """
    root = _tree(data)
    if root.tag != f"{{{NAMESPACE}}}alert":
        message = f"must be the element alert in the namespace {NAMESPACE}"
        raise _refusal("root", message, root.sourceline)
    problems: list[Problem] = []
    alert: CapAlert = _record(root, ALERT, "/alert", problems)
    if problems:
        raise CapError("CAP message", problems)
    return alert


# --- bytes to a tree ------------------------------------------------------------------


def _tree(data: bytes) -> _Element:
    etree = load_lxml()
    if not isinstance(data, bytes):
        raise InvalidValue("data", "of type bytes")
    if len(data) > _MOST_BYTES:
        raise _refusal("too-large", f"must be at most {_MOST_BYTES:,} bytes")
    if data.count(b"<") > _MOST_TAGS:
        raise _refusal("too-large", f"must have at most {_MOST_TAGS:,} tags")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal("encoding", "must be in UTF-8", line) from None
    declared = _ENCODING.match(data)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise _refusal("encoding", "must declare UTF-8 or nothing", 1)
    if b"<!DOCTYPE" in data:
        line = data.count(b"\n", 0, data.index(b"<!DOCTYPE")) + 1
        raise _refusal("doctype", "must have no DOCTYPE", line)
    parser = etree.XMLParser(
        encoding="utf-8",
        huge_tree=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
    )
    try:
        root: _Element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        # The parser's own words may quote the message.
        raise _refusal("xml", "must be well-formed XML", error.lineno) from None
    return root


def _refusal(code: str, message: str, line: int | None = None) -> CapError:
    where = f"line {line}: " if line else ""
    problem = Problem(path="/", code=code, message=where + message)
    return CapError("CAP message", [problem])


# --- a tree to values -----------------------------------------------------------------

_ABSENT = object()


def _record(
    element: _Element, record: Record, path: str, problems: list[Problem]
) -> Any:
    """Return the value of *element*; it is meaningless if *problems* were added."""
    before = len(problems)
    order = {slot.tag: place for place, slot in enumerate(record.slots)}
    seen = dict.fromkeys(order, 0)
    found: dict[str, list[Any]] = {slot.field: [] for slot in record.slots}
    reached = 0

    _check_attributes(element, path, problems)
    texts = [element.text, *(child.tail for child in element)]
    if any(text and collapse(text) for text in texts):
        problems.append(_problem(element, path, "text", "must hold elements only"))
    for child in element:
        if len(problems) >= _MOST_PROBLEMS:
            return None
        tag = str(child.tag).removeprefix(f"{{{NAMESPACE}}}")
        if record is ALERT and tag.startswith(_SIGNATURE):
            reached = len(order)
            continue
        if tag not in order:
            message = f"must not hold the element {tag[:80]}"
            problems.append(_problem(child, path, "unknown", message))
            continue
        slot = record.slots[order[tag]]
        seen[tag] += 1
        here = f"{path}/{tag}[{seen[tag]}]" if slot.many else f"{path}/{tag}"
        if order[tag] < reached:
            message = "must stand where the schema of CAP 1.2 has it"
            problems.append(_problem(child, here, "order", message))
        reached = max(reached, order[tag])
        value = _value(child, slot, here, problems)
        if seen[tag] > 1 and not slot.many:
            problems.append(_problem(child, here, "repeated", "must be given once"))
        if value is not _ABSENT:
            found[slot.field].append(value)
    for slot in record.slots:
        if slot.required and not seen[slot.tag]:
            here = f"{path}/{slot.tag}"
            problems.append(_problem(element, here, "missing", "must be given"))
    if len(problems) > before:
        return None

    values = {field.name: field.default for field in attrs.fields(record.model)}
    for slot in record.slots:
        if slot.many:
            values[slot.field] = tuple(found[slot.field])
        elif found[slot.field]:
            (values[slot.field],) = found[slot.field]
    for name, expected in record.conflicts(SimpleNamespace(**values)):
        culprit = element.find(name, {None: NAMESPACE})
        culprit = element if culprit is None else culprit
        here, message = f"{path}/{name}", f"must be {expected}"
        problems.append(_problem(culprit, here, "conflict", message))
    return None if len(problems) > before else record.model(**values)


def _value(element: _Element, slot: Slot, path: str, problems: list[Problem]) -> Any:
    if isinstance(slot.form, Record):
        return _record(element, slot.form, path, problems)
    _check_attributes(element, path, problems)
    if len(element):
        problems.append(_problem(element, path, "unknown", "must hold text only"))
        return None
    return _text(element, slot, slot.form, path, problems)


def _text(
    element: _Element, slot: Slot, leaf: Leaf, path: str, problems: list[Problem]
) -> Any:
    raw = element.text or ""
    if leaf.nullable and not (slot.required or slot.many) and not raw.strip():
        return _ABSENT
    try:
        value = leaf.read(slot.tag, raw if leaf.exact else collapse(raw))
        leaf.check(slot.tag, value)
    except InvalidValue as error:
        problems.append(_problem(element, path, "value", str(error)))
        return None
    return value


def _check_attributes(element: _Element, path: str, problems: list[Problem]) -> None:
    # A hint at a schema is common, harmless and allowed by the schema itself.
    if not all(str(name).startswith(_INSTANCE) for name in element.attrib):
        problems.append(_problem(element, path, "attribute", "must have no attribute"))


def _problem(element: _Element, path: str, code: str, message: str) -> Problem:
    return Problem(
        path=path, code=code, message=f"line {element.sourceline}: {message}"
    )
