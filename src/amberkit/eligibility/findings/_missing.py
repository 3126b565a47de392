"""Which facts are missing for a verdict.

Each fact that is still open has candidates: to stay as it is, which is the first bit of
its slot, or to get one of its values, one further bit each. A *way* to a verdict is a
whole number of these bits, those with which the verdict is certain: a slot with every
bit set asks nothing of its fact, a slot without its first bit asks that something new
is learnt, an empty slot cannot be. Two ways meet in ``a & b``; a way that lies within
another, ``a & b == a``, is no news. Because Kleene logic is truth-functional, the ways
to a rule follow from the ways to its operands, and they are exact even where two
criteria share a fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import assert_never

import attrs

from amberkit.eligibility.facts._facts import Fact, FactType
from amberkit.eligibility.facts._plugins import known_facts
from amberkit.eligibility.logic._rules import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Leaf,
    Not,
    Rule,
    Value,
    Within,
    evaluate,
    leaf_truth,
    leaves,
)
from amberkit.eligibility.logic._truth import Truth
from amberkit.eligibility.packs._pack import Pack
from amberkit.values import Confidence

__all__ = ["Missing", "can_be", "find_missing", "find_opposite"]

_MAX_WAYS = 256


@attrs.frozen(kw_only=True)
class Missing:
    """What would have to be learnt for a verdict; nothing where there is one.

    Each set is *sufficient*: its facts have values with which the verdict is certain
    while every other fact stays as it is. Each is *minimal*: no smaller part of it is
    sufficient. Facts of a veto that is not settled come first, then the cheapest
    question; this orders the facts within a set, and the sets.

    Where the rules leave more than 256 ways to a verdict, those with the fewest facts
    are followed: the sets are then sufficient, but there may be more and smaller ones,
    even where none is found.
    """

    for_true: tuple[tuple[str, ...], ...] = ()
    """Sets of facts that can make the verdict true."""

    for_false: tuple[tuple[str, ...], ...] = ()
    """Sets of facts that can make the verdict false."""

    @property
    def next(self) -> str | None:
        """The fact to ask for first; None where the verdict is settled."""
        return next((names[0] for names in (*self.for_true, *self.for_false)), None)


def find_missing(
    pack: Pack, values: Mapping[str, Value | None], waived: Collection[str] = ()
) -> Missing:
    """Return what is missing for a verdict of *pack* where *values* are the facts.

    A fact is open if it is not known, or is a confidence that leaves a rule undecided.
    """
    rule = pack.verdict_rule(waived)
    if evaluate(rule, values) is not Truth.UNKNOWN:
        return Missing()
    slots = _Slots(rule, values, known=False)
    urgent = {
        leaf.fact
        for veto in pack.vetoes
        if veto.rule is not None
        and veto.decides
        and veto.id not in waived
        and evaluate(veto.rule, values) is Truth.UNKNOWN
        for leaf in leaves(veto.rule)
    }
    return Missing(
        for_true=_sets(rule, Truth.TRUE, slots, urgent),
        for_false=_sets(rule, Truth.FALSE, slots, urgent),
    )


def find_opposite(
    pack: Pack, values: Mapping[str, Value | None], waived: Collection[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return the smallest sets of facts that, being otherwise, turn the verdict.

    Each set is sufficient and minimal as in `Missing`, but of all facts, known ones
    too. There is none where the verdict is not known.
    """
    rule = pack.verdict_rule(waived)
    truth = evaluate(rule, values)
    if truth is Truth.UNKNOWN:
        return ()
    return _sets(rule, ~truth, _Slots(rule, values, known=True), frozenset())


def can_be(rule: Rule, truth: Truth) -> bool:
    """Tell whether some facts make a rule true, or false; it can always be unknown."""
    nothing = dict.fromkeys([leaf.fact for leaf in leaves(rule)])
    slots = _Slots(rule, nothing, known=False)
    return truth is Truth.UNKNOWN or bool(_ways(rule, truth, slots))


def _sets(
    rule: Rule, truth: Truth, slots: _Slots, urgent: Set[str]
) -> tuple[tuple[str, ...], ...]:
    facts = known_facts()

    def order(name: str) -> tuple[bool, int, str]:
        return name not in urgent, facts[name].cost, name

    def set_order(names: tuple[str, ...]) -> tuple[bool, int, tuple[str, ...]]:
        cost = sum(facts[name].cost for name in names)
        return urgent.isdisjoint(names), cost, names

    needs = {slots.needs(way) for way in _ways(rule, truth, slots)}
    minimal = [need for need in needs if not any(n < need for n in needs)]
    return tuple(sorted((tuple(sorted(n, key=order)) for n in minimal), key=set_order))


class _Slots:
    """The facts of a rule that may change, a slot of bits for each.

    Those that are open, and with *known* all others too.
    """

    def __init__(
        self, rule: Rule, values: Mapping[str, Value | None], *, known: bool
    ) -> None:
        self._values = values
        self._slots: dict[str, tuple[int, tuple[Value | None, ...]]] = {}
        self._masks: list[int] = []
        self.stay = 0
        of_fact: dict[str, list[Leaf]] = {}
        for leaf in leaves(rule):
            of_fact.setdefault(leaf.fact, []).append(leaf)
        offset = 0
        for name, asking in of_fact.items():
            now = values[name]
            truths = [leaf_truth(leaf, now) for leaf in asking]
            if not known and Truth.UNKNOWN not in truths:
                continue
            candidates = (now, *_candidates(known_facts()[name], asking))
            self._slots[name] = offset, candidates
            self._masks.append(((1 << len(candidates)) - 1) << offset)
            self.stay |= 1 << offset
            offset += len(candidates)
        self.anything = (1 << offset) - 1

    def way(self, leaf: Leaf, truth: Truth) -> list[int]:
        """Return the way in which *leaf* has *truth*, if there is one."""
        if leaf.fact not in self._slots:
            settled = leaf_truth(leaf, self._values[leaf.fact]) is truth
            return [self.anything] if settled else []
        offset, candidates = self._slots[leaf.fact]
        way = self.anything
        for bit, value in enumerate(candidates, start=offset):
            if leaf_truth(leaf, value) is not truth:
                way ^= 1 << bit
        return [way] if self.can_be(way) else []

    def can_be(self, way: int) -> bool:
        """Whether every fact has a candidate left."""
        return 0 not in [way & mask for mask in self._masks]

    def needs(self, way: int) -> frozenset[str]:
        """Return the facts that have to be learnt on *way*."""
        return frozenset(
            n for n, (offset, _) in self._slots.items() if not way >> offset & 1
        )


def _candidates(fact: Fact, asking: Sequence[Leaf]) -> Iterable[Value]:
    """Return values of *fact*, one at least for each way in which its leaves differ."""
    match fact.type:
        case FactType.BOOLEAN:
            return (False, True) if fact.can_deny else (True,)
        case FactType.ENUM:
            return fact.values
        case FactType.CONFIDENCE:
            return Confidence
        case FactType.INTEGER:
            limits = {n for leaf in asking for n in _integers(leaf)}
            near = {limit + step for limit in limits for step in (-1, 0, 1)}
            return sorted({0} | near)
        case FactType.DURATION:
            hours = [leaf.hours for leaf in asking if isinstance(leaf, Within)]
            last = max(hours, default=0.0) + 1
            return [dt.timedelta(hours=h) for h in (*hours, last)]
        case _:
            assert_never(fact.type)


def _integers(leaf: Leaf) -> Iterable[int]:
    """Return the numbers at which *leaf* may change its answer."""
    if not isinstance(leaf, Compare):
        return ()
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return [value for value in values if isinstance(value, int)]


def _ways(rule: Rule, truth: Truth, slots: _Slots) -> list[int]:
    """Return every way in which *rule* has *truth*, which is true or false."""
    wanted = truth is Truth.TRUE
    match rule:
        case AllOf(rules):
            count = len(rules) if wanted else 1
        case AnyOf(rules):
            count = 1 if wanted else len(rules)
        case AtLeast(least, rules):
            count = least if wanted else len(rules) - least + 1
        case Not(inner):
            return _ways(inner, ~truth, slots)
        case leaf:
            return slots.way(leaf, truth)
    # reached[k]: the ways in which k of the rules looked at so far have the truth.
    reached: list[list[int]] = [[slots.anything], *([] for _ in range(count))]
    for left, inner in zip(range(len(rules) - 1, -1, -1), rules, strict=True):
        ways = _ways(inner, truth, slots)
        # With fewer than count - left by now there is no way to count any more.
        for k in range(count, max(count - left, 1) - 1, -1):
            both = [a & b for a in reached[k - 1] for b in ways]
            more = [way for way in both if slots.can_be(way)]
            reached[k] = _widest(reached[k] + more, slots)
    return reached[count]


def _widest(ways: Iterable[int], slots: _Slots) -> list[int]:
    """Return *ways* without those that lie within another, fewest facts first."""

    def order(way: int) -> tuple[int, int, int]:
        # A way comes after every other one that it lies within.
        return -(way & slots.stay).bit_count(), -way.bit_count(), way

    kept: list[int] = []
    for way in sorted(set(ways), key=order):
        if len(kept) < _MAX_WAYS and all(way & wider != way for wider in kept):
            kept.append(way)
    return kept
