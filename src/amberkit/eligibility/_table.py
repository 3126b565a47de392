"""Decision tables: what a pack must decide, row by row, derived from its text by hand.

A table gives facts, not cases, so that its author needs to know nothing of how a case
tells them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Set
from typing import Any

import attrs

from amberkit.eligibility.facts._facts import Fact, FactType
from amberkit.eligibility.facts._plugins import known_facts
from amberkit.eligibility.findings._missing import can_be
from amberkit.eligibility.logic._rules import Rule, Value, evaluate
from amberkit.eligibility.logic._truth import Truth
from amberkit.eligibility.packs._check import is_raw_value, right_values
from amberkit.eligibility.packs._pack import Pack
from amberkit.errors import InvalidDocument, Problem
from amberkit.schemas import check, refuse_unless_json
from amberkit.values import Confidence

__all__ = ["DecisionTable", "TableRow", "parse_table", "table_problems"]


@attrs.frozen(kw_only=True)
class TableRow:
    """Facts, and what must become of them."""

    name: str

    facts: Mapping[str, Value | None]
    """Every fact that the pack asks for; None where it is not known."""

    waived: tuple[str, ...]

    findings: Mapping[str, Truth]
    """What must become of the criteria, vetoes and duties that the row is about."""

    truth: Truth
    """The verdict."""

    because: str
    """Why, from the text of the rule."""


@attrs.frozen(kw_only=True)
class DecisionTable:
    """What one version of a pack must decide."""

    pack: str
    valid_from: dt.date
    rows: tuple[TableRow, ...]
    """The base itself first, under the name ``base``."""


def parse_table(document: object, pack: Pack) -> DecisionTable:
    """Build the decision table of *pack* from a document that is already parsed.

    Raises:
        InvalidDocument: If it describes no table, or not one of this pack; it lists
            everything that is wrong, with paths.
    """
    raw: Any = refuse_unless_json(document, "decision table")
    problems = list(check("decision-table", raw)) or list(_misfits(raw, pack))
    if problems:
        raise InvalidDocument("decision table", sorted(problems, key=lambda p: p.path))
    base = raw["base"]
    first = {
        "name": "base",
        "facts": {},
        "findings": {},
        "truth": "true",
        "because": "every criterion holds, and no veto does",
    }
    return DecisionTable(
        pack=pack.id,
        valid_from=pack.valid_from,
        rows=tuple(_row(row, base) for row in (first, *raw["rows"])),
    )


def table_problems(table: DecisionTable, pack: Pack) -> tuple[Problem, ...]:
    """Return where a pack decides otherwise than its table, and what no row is about.

    Every criterion, veto and duty with a rule must be met, not met and not known in
    some row each, as far as its rule can be. A problem's path names the row. Its code
    is ``disagrees`` or, for what no row is about, ``required``.
    """
    return (*_wrong(table, pack), *_untold(table, pack))


def _wrong(table: DecisionTable, pack: Pack) -> Iterator[Problem]:
    rules = _rules(pack)
    for row in table.rows:
        path = _place("$.rows", row.name)
        found = evaluate(pack.verdict_rule(row.waived), row.facts)
        if found is not row.truth:
            yield _expected(f"{path}.truth", row.truth, found)
        for name, expected in row.findings.items():
            truth = evaluate(rules[name], row.facts)
            if truth is not expected:
                place = _place(f"{path}.findings", name)
                yield _expected(place, expected, truth)


def _expected(path: str, expected: Truth, found: Truth) -> Problem:
    message = f"the table says {expected.value}, the pack {found.value}"
    return Problem(path=path, code="disagrees", message=message)


def _untold(table: DecisionTable, pack: Pack) -> Iterator[Problem]:
    for name, rule in _rules(pack).items():
        told = {row.findings[name] for row in table.rows if name in row.findings}
        for truth in Truth:
            if truth not in told and can_be(rule, truth):
                message = f"must have a row in which {name} is {truth.value}"
                yield Problem(path="$.rows", code="required", message=message)


def _place(path: str, name: str) -> str:
    """Return the path of *name* below *path*: a table tells of nobody, so it shows."""
    return f"{path}[{json.dumps(name, ensure_ascii=False)}]"


def _rules(pack: Pack) -> dict[str, Rule]:
    """Return every criterion, veto and duty that has a rule."""
    every = (*pack.criteria, *pack.vetoes, *pack.duties)
    return {each.id: each.rule for each in every if each.rule is not None}


# --- from documents -------------------------------------------------------------------


def _row(raw: Mapping[str, Any], base: Mapping[str, Any]) -> TableRow:
    facts = known_facts()
    return TableRow(
        name=raw["name"],
        facts={n: _value(facts[n], v) for n, v in {**base, **raw["facts"]}.items()},
        waived=tuple(raw.get("waived", ())),
        findings={name: Truth(truth) for name, truth in raw["findings"].items()},
        truth=Truth(raw["truth"]),
        because=raw["because"],
    )


def _value(fact: Fact, raw: Any) -> Value | None:
    if raw is None:
        return None
    match fact.type:
        case FactType.CONFIDENCE:
            return Confidence(raw)
        case FactType.DURATION:
            return dt.timedelta(hours=raw)
        case FactType.INTEGER:
            return int(raw)
        case _:
            value: Value = raw
            return value


def _misfits(raw: Mapping[str, Any], pack: Pack) -> Iterator[Problem]:
    if (raw["pack"], raw["valid_from"]) != (pack.id, pack.valid_from.isoformat()):
        message = f"must be {pack.id}, and valid_from {pack.valid_from}"
        yield Problem(path="$.pack", code="disagrees", message=message)
    for name in pack.asked:
        if raw["base"].get(name) is None:
            path = _place("$.base", name)
            yield Problem(path=path, code="required", message="is required")
    yield from _facts(raw["base"], "$.base", pack)
    findings = _rules(pack).keys()
    waivable = {
        each.id
        for each in (*pack.criteria, *pack.vetoes)
        if each.waivable_by is not None
    }
    names = set()
    for index, row in enumerate(raw["rows"]):
        path = f"$.rows[{index}]"
        if row["name"] in names or row["name"] == "base":
            message = "must not be the name of another row"
            yield Problem(path=f"{path}.name", code="not-unique", message=message)
        names.add(row["name"])
        yield from _facts(row["facts"], f"{path}.facts", pack)
        yield from _listed(row["findings"], findings, f"{path}.findings")
        yield from _listed(row.get("waived", ()), waivable, f"{path}.waived")


def _listed(names: Any, known: Set[str], path: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            message = f"must be one of {', '.join(sorted(known)) or 'none'}"
            yield Problem(path=_place(path, name), code="not-listed", message=message)


def _facts(raw: Mapping[str, Any], path: str, pack: Pack) -> Iterator[Problem]:
    facts = known_facts()
    for name, value in raw.items():
        place = _place(path, name)
        if name not in pack.asked:
            message = f"must be a fact of the pack: {', '.join(pack.asked)}"
            yield Problem(path=place, code="unknown-fact", message=message)
        elif value is not None and not is_raw_value(facts[name], value):
            message = f"must be {right_values(facts[name])}"
            yield Problem(path=place, code="wrong-type", message=message)
