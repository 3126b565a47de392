"""A pack: one jurisdiction's policy over one period, with a source for each claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

import attrs

from amberkit.eligibility.logic._rules import AllOf, Not, Rule, leaves
from amberkit.eligibility.packs._claims import Evidence, Quote, Source
from amberkit.eligibility.packs.policy._policy import Policy
from amberkit.values import Localized

__all__ = ["Criterion", "Pack", "PackInfo"]


@attrs.frozen(kw_only=True)
class Criterion:
    """One condition.

    Of the criteria all must hold, of the vetoes none may; a duty follows where its
    condition holds, and decides nothing.
    """

    id: str

    says: Localized
    """The condition as a sentence."""

    evidence: Evidence
    source: Source | None = None
    """Given exactly where the evidence is primary or secondary."""

    quote: Quote | None = None
    """Given exactly where there is a source."""

    decides: bool = True
    """False for what is shown and recorded, but is no part of the verdict."""

    rule: Rule | None = None
    """None exactly where the evidence is `Evidence.UNPUBLISHED`."""

    waivable_by: str | None = None
    """The authority that may waive it, such as ``magistrate``; None for nobody."""


@attrs.frozen(kw_only=True)
class PackInfo:
    """What a list of packs shows."""

    id: str
    jurisdiction: str
    """ISO 3166-1 alpha-2 code, ISO 3166-2 code, or ``EU``."""

    title: Localized
    valid_from: dt.date
    valid_to: dt.date | None


@attrs.frozen(kw_only=True)
class Pack:
    """A dated, cited policy of one jurisdiction. Not legal advice; see *notice*."""

    id: str

    jurisdiction: str
    """ISO 3166-1 alpha-2 code, ISO 3166-2 code, or ``EU``."""

    title: Localized

    valid_from: dt.date
    """First day on which it is in force."""

    valid_to: dt.date | None = None
    """Last day on which it is; None while it is."""

    notice: Localized
    """What it is not, and how it came about. Every explanation ends with it."""

    sources: tuple[Source, ...]
    criteria: tuple[Criterion, ...]
    vetoes: tuple[Criterion, ...] = ()
    duties: tuple[Criterion, ...] = ()
    policy: Policy

    digest: str
    """SHA-256 of the document, as canonical JSON, in hexadecimal digits."""

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The names of all facts that its rules ask for, sorted."""
        every = (*self.criteria, *self.vetoes, *self.duties)
        rules = [each.rule for each in every if each.rule is not None]
        return tuple(sorted({leaf.fact for rule in rules for leaf in leaves(rule)}))

    def verdict_rule(self, waived: Collection[str] = ()) -> Rule:
        """Return the pack as one rule: every criterion, and none of the vetoes.

        Args:
            waived: Identifiers of criteria and vetoes that are left out.
        """
        return AllOf(
            (
                *_deciding(self.criteria, waived),
                *map(Not, _deciding(self.vetoes, waived)),
            )
        )

    @cached_property
    def unsourced(self) -> tuple[str, ...]:
        """The criteria and vetoes that decide, and for which no source is at hand."""
        return tuple(
            each.id
            for each in (*self.criteria, *self.vetoes)
            if each.decides and each.evidence is Evidence.UNSOURCED
        )

    @property
    def info(self) -> PackInfo:
        """What a list of packs shows of it."""
        return PackInfo(
            id=self.id,
            jurisdiction=self.jurisdiction,
            title=self.title,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )

    def in_force(self, day: dt.date) -> bool:
        """Whether the pack is in force on *day*; the first and last day count."""
        return self.valid_from <= day and (
            self.valid_to is None or day <= self.valid_to
        )


def _deciding(several: Iterable[Criterion], waived: Collection[str]) -> Iterator[Rule]:
    for each in several:
        if each.rule is not None and each.decides and each.id not in waived:
            yield each.rule
