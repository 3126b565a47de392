"""The closed set of rule nodes, and what each says of what is known.

A pack holds them as data. Every node is a function of its operands alone, evaluated in
strong Kleene logic; none is ever skipped.
"""

from __future__ import annotations

import datetime as dt
import enum
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from amberkit.eligibility.logic._truth import Truth, all_of, any_of, at_least
from amberkit.values import Confidence

__all__ = [
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Compare",
    "Confident",
    "Known",
    "Leaf",
    "Not",
    "Op",
    "Rule",
    "Value",
    "Within",
    "evaluate",
    "leaf_truth",
    "leaves",
]

Value: TypeAlias = bool | int | str | Confidence | dt.timedelta
"""A value that a fact can have, when it is known."""


class Op(enum.Enum):
    """How a fact is compared."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "=="
    UNEQUAL = "!="
    AT_LEAST = ">="
    MORE = ">"
    IN = "in"


@attrs.frozen
class AllOf:
    """True when every rule is."""

    rules: tuple[Rule, ...]


@attrs.frozen
class AnyOf:
    """True when one of the rules is."""

    rules: tuple[Rule, ...]


@attrs.frozen
class Not:
    """True when the rule is false."""

    rule: Rule


@attrs.frozen
class AtLeast:
    """True when *count* or more of the rules are."""

    count: int
    rules: tuple[Rule, ...]


@attrs.frozen
class Compare:
    """Compares a whole number, a flag or a word with the value of the pack."""

    fact: str
    op: Op
    value: bool | int | str | tuple[int | str, ...]
    """A tuple for `Op.IN`, one value otherwise."""


@attrs.frozen
class Known:
    """True when the fact is known; not known otherwise, for it can still be learnt."""

    fact: str


@attrs.frozen
class Confident:
    """True at *least* or above, false only where it is ruled out."""

    fact: str
    least: Confidence


@attrs.frozen
class Within:
    """True when a duration is at most *hours*."""

    fact: str
    hours: float
    limit: dt.timedelta = attrs.field(init=False, eq=False, repr=False)

    @limit.default
    def _limit(self) -> dt.timedelta:
        return dt.timedelta(hours=self.hours)


Leaf: TypeAlias = Compare | Known | Confident | Within
Rule: TypeAlias = AllOf | AnyOf | Not | AtLeast | Leaf

_COMPARE: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.EQUAL: operator.eq,
    Op.UNEQUAL: operator.ne,
    Op.AT_LEAST: operator.ge,
    Op.MORE: operator.gt,
    Op.IN: lambda value, allowed: operator.contains(allowed, value),
}
_STRENGTH = {level: strength for strength, level in enumerate(Confidence)}


def evaluate(rule: Rule, values: Mapping[str, Value | None]) -> Truth:
    """Return the truth of *rule* where *values* are the facts, None if not known."""
    # By types and not by patterns: thousands of old cases are assessed at a time.
    if isinstance(rule, (Confident, Compare, Within, Known)):
        return leaf_truth(rule, values[rule.fact])
    if isinstance(rule, Not):
        return ~evaluate(rule.rule, values)
    truths = [evaluate(inner, values) for inner in rule.rules]
    if isinstance(rule, AtLeast):
        return at_least(rule.count, truths)
    return all_of(truths) if isinstance(rule, AllOf) else any_of(truths)


def leaf_truth(leaf: Leaf, value: Any) -> Truth:
    """Return what *leaf* says of its fact where *value* is the fact's, None if unknown.

    `parse_pack` has made sure that the leaf fits the type of the fact.
    """
    if value is None:
        return Truth.UNKNOWN
    if isinstance(leaf, Confident):
        if value is Confidence.RULED_OUT:
            return Truth.FALSE
        strong = _STRENGTH[value] >= _STRENGTH[leaf.least]
        return Truth.TRUE if strong else Truth.UNKNOWN
    if isinstance(leaf, Compare):
        return Truth.of(_COMPARE[leaf.op](value, leaf.value))
    if isinstance(leaf, Within):
        return Truth.of(value <= leaf.limit)
    return Truth.TRUE


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Yield every leaf of *rule*, in the order in which it is written."""
    match rule:
        case AllOf(rules) | AnyOf(rules) | AtLeast(_, rules):
            for inner in rules:
                yield from leaves(inner)
        case Not(inner):
            yield from leaves(inner)
        case leaf:
            yield leaf
