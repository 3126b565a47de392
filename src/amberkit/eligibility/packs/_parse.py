"""Pack documents in, packs out.

The JSON Schema is the published contract and the first gate, `problems_in` the second;
both look at the raw document, so that every mistake is reported at once. What has
passed both can be built without further questions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from amberkit.eligibility.logic._rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Confident,
    Known,
    Not,
    Op,
    Rule,
    Within,
)
from amberkit.eligibility.packs._check import problems_in, too_large
from amberkit.eligibility.packs._claims import Evidence, Quote, Source, SourceKind
from amberkit.eligibility.packs._pack import Criterion, Pack
from amberkit.eligibility.packs.policy import parse_policy
from amberkit.errors import InvalidDocument, Problem
from amberkit.schemas import canonical_json, check, refuse_unless_json
from amberkit.values import Confidence, Localized, clean_text

__all__ = ["parse_pack"]


def parse_pack(document: object) -> Pack:
    """Build a pack from a pack document that is already parsed.

    Args:
        document: A mapping as JSON gives it; see ``json_schema("pack")``.

    Raises:
        InvalidDocument: If it describes no pack; ``.problems`` lists everything that is
            wrong, with paths.
    """
    raw: Any = refuse_unless_json(document, "pack")
    problems = list(too_large(raw))
    if problems:
        raise InvalidDocument("pack", problems)
    problems += check("pack", raw)
    if isinstance(raw, dict):
        failed = {problem.path for problem in problems}
        problems += (p for p in problems_in(raw) if not _is_below_any(p, failed))
    if problems:
        raise InvalidDocument("pack", sorted(problems, key=lambda p: (p.path, p.code)))
    return _pack(raw)


def _is_below_any(problem: Problem, paths: set[str]) -> bool:
    """Whether the schema has already complained of that place or one around it."""
    return any(
        problem.path == path
        or (problem.path.startswith(path) and problem.path[len(path)] in ".[")
        for path in paths
        if path != "$"
    )


def _pack(raw: Mapping[str, Any]) -> Pack:
    sources = {
        key: Source(
            key=key,
            title=clean_text(source["title"]),
            url=source["url"],
            kind=SourceKind(source["kind"]),
        )
        for key, source in raw["sources"].items()
    }
    valid_to = raw["valid_to"]
    return Pack(
        id=raw["id"],
        jurisdiction=raw["jurisdiction"],
        title=Localized(raw["title"]),
        valid_from=dt.date.fromisoformat(raw["valid_from"]),
        valid_to=None if valid_to is None else dt.date.fromisoformat(valid_to),
        notice=Localized(raw["notice"]),
        sources=tuple(sources.values()),
        criteria=tuple(_criterion(c, sources) for c in raw["criteria"]),
        vetoes=tuple(_criterion(v, sources) for v in raw["vetoes"]),
        duties=tuple(
            _criterion(each, sources, decides=False) for each in raw.get("duties", ())
        ),
        policy=parse_policy(raw["policy"], sources),
        digest=hashlib.sha256(canonical_json(raw)).hexdigest(),
    )


def _criterion(
    raw: Mapping[str, Any], sources: Mapping[str, Source], *, decides: bool = True
) -> Criterion:
    has_rule = "rule" in raw
    return Criterion(
        id=raw["id"],
        says=Localized(raw["says"]),
        evidence=Evidence(raw["evidence"]),
        source=sources[raw["source"]] if "source" in raw else None,
        quote=Quote(raw["quote"]) if "quote" in raw else None,
        decides=has_rule and raw.get("decides", decides),
        waivable_by=raw.get("waivable_by"),
        rule=_rule(raw["rule"]) if has_rule else None,
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    ((name, node),) = raw.items()
    return _NODES[name](node)


def _rules(raw: list[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(_rule(inner) for inner in raw)


def _compare(node: Mapping[str, Any]) -> Compare:
    value = node["value"]
    frozen = tuple(map(_whole, value)) if isinstance(value, list) else _whole(value)
    return Compare(node["fact"], Op(node["op"]), frozen)


def _whole(value: Any) -> Any:
    # To JSON 18.0 is a whole number.
    return int(value) if isinstance(value, float) else value


_NODES: Mapping[str, Callable[[Any], Rule]] = {
    "all": lambda node: AllOf(_rules(node)),
    "any": lambda node: AnyOf(_rules(node)),
    "not": lambda node: Not(_rule(node)),
    "at_least": lambda node: AtLeast(int(node["count"]), _rules(node["of"])),
    "compare": _compare,
    "known": lambda node: Known(node["fact"]),
    "confidence": lambda node: Confident(node["fact"], Confidence(node["at_least"])),
    "within": lambda node: Within(node["fact"], float(node["hours"])),
}
