"""What a schema cannot say: whether the parts of a pack document fit each other.

Every check works on the raw document and keeps quiet where a value is missing or has
the wrong form, because the schema has already reported that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard, cast

from amberkit.eligibility.facts._facts import Fact, FactType
from amberkit.eligibility.facts._plugins import known_facts
from amberkit.eligibility.packs.policy._check import (
    growth_problems,
    loudness_problems,
    sighting_problems,
)
from amberkit.errors import InvalidValue, Problem
from amberkit.schemas import child_path
from amberkit.values import Confidence, Localized, clean_text, language_tag

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "is_raw_value",
    "problems_in",
    "right_values",
    "too_large",
]

MAX_DEPTH = 8
"""How deep rules may nest; deeper ones no officer can follow."""


MAX_NODES = 20_000
"""How many values a pack may have; the largest that ships has some hundred."""

MAX_LEAVES = 300
"""How many leaves all rules together may have. What is missing is sought among the ways
to a verdict, and rules of thousands of leaves have more of these than anyone can wait
for."""


def too_large(document: object) -> Iterator[Problem]:
    """Yield a problem where a raw document has more values than anyone can check."""
    stack, found = [document], 0
    while stack and found <= MAX_NODES:
        value = stack.pop()
        found += 1
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    if stack:
        yield _problem("$", "too-long", f"must have at most {MAX_NODES:,} values")


def problems_in(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not fit in a raw pack document of any form."""
    yield from _period(document)
    yield from _texts(document, "$")
    yield from _criteria(document)
    policy = document.get("policy")
    if isinstance(policy, dict):
        yield from _policy(policy)
        yield from _lesser(policy, document)
        for name, decision in policy.items():
            yield from _citation(decision, child_path("$.policy", name), document)


def _problem(path: str, code: str, message: str) -> Problem:
    return Problem(path=path, code=code, message=message)


# --- the pack -----------------------------------------------------------------------


def _period(document: Mapping[str, Any]) -> Iterator[Problem]:
    match document:
        case {"valid_from": str(first), "valid_to": str(last)}:
            first_day, last_day = _date(first), _date(last)
            if first_day and last_day and last_day < first_day:
                message = "must not be before $.valid_from"
                yield _problem("$.valid_to", "order", message)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _texts(value: object, path: str) -> Iterator[Problem]:
    match value:
        case {"en": str(), **others} if all(
            isinstance(t, str) for t in others.values()
        ):
            texts = cast("dict[str, str]", value)
            if any(len(text.splitlines()) > 1 for text in texts.values()):
                yield _problem(path, "not-clean", "must be of one line each")
            try:
                Localized(texts)
            except InvalidValue as error:
                yield _problem(path, "not-clean", f"must be {error.expected}")
        case dict():
            for key, inner in value.items():
                yield from _texts(inner, child_path(path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _texts(inner, f"{path}[{index}]")
        case str():
            try:
                clean_text(value)
            except InvalidValue as error:
                yield _problem(path, "not-clean", f"must be {error.expected}")


_GROUPS = ("criteria", "vetoes", "duties")


def _criteria(document: Mapping[str, Any]) -> Iterator[Problem]:
    ids = set()
    decided = False
    for group in _GROUPS:
        found = document.get(group)
        for index, criterion in enumerate(found if isinstance(found, list) else ()):
            path = f"$.{group}[{index}]"
            if not isinstance(criterion, dict):
                continue
            match criterion:
                case {"id": str(name)} if name in ids:
                    message = "must not be the id of another criterion, veto or duty"
                    yield _problem(f"{path}.id", "not-unique", message)
                case {"id": str(name)}:
                    ids.add(name)
            yield from _citation(criterion, path, document)
            yield from _quotation(criterion, path)
            yield from _rule_or_none(criterion, path)
            decides = "rule" in criterion and criterion.get("decides") is not False
            decided = decided or (group == "criteria" and decides)
    if _leaves([document.get(group) for group in _GROUPS]) > MAX_LEAVES:
        message = f"must have at most {MAX_LEAVES} leaves in all rules together"
        yield _problem("$.criteria", "too-long", message)
    if not decided and isinstance(document.get("criteria"), list):
        message = "must have one criterion at least that has a rule and decides"
        yield _problem("$.criteria", "required", message)


def _leaves(rule: object) -> int:
    """Return how many leaves a raw rule has at most."""
    stack, found = [rule], 0
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            found += "fact" in value
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return found


def _citation(
    claim: object, path: str, document: Mapping[str, Any]
) -> Iterator[Problem]:
    """A published claim has a source of its kind; any other claim has none."""
    if not isinstance(claim, dict) or not isinstance(claim.get("evidence"), str):
        return
    evidence, key = claim["evidence"], claim.get("source")
    sources = document.get("sources")
    source = sources.get(key) if isinstance(sources, dict) and _is_text(key) else None
    place = f"{path}.source"
    if evidence not in ("primary", "secondary"):
        if key is not None:
            message = "must be left out where the evidence claims no source"
            yield _problem(place, "not-allowed", message)
    elif key is None:
        message = "is required where the evidence is primary or secondary"
        yield _problem(place, "required", message)
    elif source is None:
        yield _problem(place, "not-listed", "must be a key of $.sources")
    elif isinstance(source, dict) and source.get("kind") != evidence:
        message = f"must be a source of the kind {evidence}"
        yield _problem(place, "disagrees", message)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _quotation(criterion: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if ("source" in criterion) != ("quote" in criterion):
        message = "must be given where there is a source, and only there"
        yield _problem(f"{path}.quote", "required", message)


def _rule_or_none(criterion: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if criterion.get("evidence") == "unpublished":
        for key in ("rule", "decides"):
            if key in criterion:
                message = "must be left out where the evidence is unpublished"
                yield _problem(f"{path}.{key}", "not-allowed", message)
    elif "rule" not in criterion:
        message = "is required unless the evidence is unpublished"
        yield _problem(f"{path}.rule", "required", message)
    else:
        yield from _rule(criterion["rule"], f"{path}.rule", 1)


# --- rules --------------------------------------------------------------------------


def _rule(rule: object, path: str, depth: int) -> Iterator[Problem]:
    if depth > MAX_DEPTH:
        message = f"must be nested at most {MAX_DEPTH} levels deep"
        yield _problem(path, "too-deep", message)
        return
    match rule:
        case {"all": [*rules]}:
            yield from _rules(rules, f"{path}.all", depth)
        case {"any": [*rules]}:
            yield from _rules(rules, f"{path}.any", depth)
        case {"not": inner}:
            yield from _rule(inner, f"{path}.not", depth + 1)
        case {"at_least": {"count": count, "of": [*rules]}}:
            if _is_number(count) and count > len(rules):
                message = "must not be more than there are rules"
                yield _problem(f"{path}.at_least.count", "out-of-range", message)
            yield from _rules(rules, f"{path}.at_least.of", depth)
        case {"known": {"fact": str(name)}}:
            yield from _fact(name, f"{path}.known", tuple(FactType))
        case {"confidence": {"fact": str(name)}}:
            yield from _fact(name, f"{path}.confidence", (FactType.CONFIDENCE,))
        case {"within": {"fact": str(name)}}:
            yield from _fact(name, f"{path}.within", (FactType.DURATION,))
        case {"compare": {"fact": str(name), "op": str(op), "value": value}}:
            place = f"{path}.compare"
            problems = list(_fact(name, place, tuple(_OPERATORS)))
            yield from problems or _comparison(known_facts()[name], op, value, place)


def _rules(rules: list[object], path: str, depth: int) -> Iterator[Problem]:
    for index, inner in enumerate(rules):
        yield from _rule(inner, f"{path}[{index}]", depth + 1)


def _fact(name: str, path: str, types: tuple[FactType, ...]) -> Iterator[Problem]:
    facts = known_facts()
    right = [fact.name for fact in facts.values() if fact.type in types]
    if name not in right:
        code = "wrong-type" if name in facts else "unknown-fact"
        message = f"must be one of {', '.join(right)}"
        if name in facts:
            message = (
                f"is of the type {facts[name].type.value} and not asked so; {message}"
            )
        yield _problem(f"{path}.fact", code, message)


_OPERATORS: Mapping[FactType, tuple[str, ...]] = {
    FactType.BOOLEAN: ("==", "!="),
    FactType.INTEGER: ("<", "<=", "==", "!=", ">=", ">", "in"),
    FactType.ENUM: ("==", "!=", "in"),
}
_LEVELS = tuple(confidence.value for confidence in Confidence)
_MOST_HOURS = 1e6
_RIGHT: Mapping[FactType, str] = {
    FactType.BOOLEAN: "true or false",
    FactType.INTEGER: "a whole number",
    FactType.CONFIDENCE: "one of " + ", ".join(_LEVELS),
    FactType.DURATION: "a number of hours",
}


def _comparison(fact: Fact, op: str, value: object, path: str) -> Iterator[Problem]:
    if op not in _OPERATORS[fact.type]:
        message = f"must be one of {', '.join(_OPERATORS[fact.type])}"
        yield _problem(f"{path}.op", "wrong-type", message)
        return
    values = value if op == "in" else [value]
    if not isinstance(values, list) or not values:
        message = "must be a list of values, for the operator is 'in'"
        yield _problem(f"{path}.value", "wrong-type", message)
    elif not all(is_raw_value(fact, item) for item in values):
        message = f"must be {right_values(fact)}"
        yield _problem(f"{path}.value", "wrong-type", message)


def is_raw_value(fact: Fact, value: object) -> bool:
    """Tell whether a value, as JSON has it, is one of the type of a fact."""
    match fact.type:
        case FactType.BOOLEAN:
            return isinstance(value, bool)
        case FactType.INTEGER:
            return _is_number(value) and value % 1 == 0
        case FactType.ENUM:
            return value in fact.values
        case FactType.CONFIDENCE:
            return value in _LEVELS
        case _:
            return _is_number(value) and abs(value) <= _MOST_HOURS


def right_values(fact: Fact) -> str:
    """Say what its values, as JSON has them, have to be."""
    return _RIGHT.get(fact.type, "one of " + ", ".join(fact.values))


# --- policy -------------------------------------------------------------------------


def _policy(policy: Mapping[str, Any]) -> Iterator[Problem]:
    yield from growth_problems(policy)
    yield from sighting_problems(policy)
    yield from loudness_problems(policy)
    match policy:
        case {
            "resolution": {"value": fine},
            "public_resolution": {"value": coarse},
        } if _is_number(fine) and _is_number(coarse) and coarse >= fine:
            message = "must be coarser than $.policy.resolution.value"
            yield _problem("$.policy.public_resolution.value", "order", message)
    match policy:
        case {"languages": {"value": [*tags]}}:
            yield from _languages(tags)


def _lesser(
    policy: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[Problem]:
    match policy:
        case {"lesser": {"value": [*names]}} if document.get("id") in names:
            message = "must not be the pack itself"
            yield _problem("$.policy.lesser.value", "cycle", message)
    for name, decision in policy.items():
        match decision:
            case {"value": None, "evidence": str(evidence)} if (
                evidence != "unpublished"
            ):
                message = "must be unpublished where the value is null"
                yield _problem(f"$.policy.{name}.evidence", "disagrees", message)
            case {"value": value, "evidence": "unpublished"} if value is not None:
                message = "must be null where the evidence is unpublished"
                yield _problem(f"$.policy.{name}.value", "disagrees", message)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _languages(tags: list[object]) -> Iterator[Problem]:
    try:
        canonical = [language_tag(tag) for tag in tags if isinstance(tag, str)]
    except InvalidValue:
        return
    if len(set(canonical)) < len(canonical):
        message = "must not list the same language twice"
        yield _problem("$.policy.languages.value", "not-unique", message)
