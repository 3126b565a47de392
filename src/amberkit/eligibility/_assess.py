"""Is this an alert, and why: a pack held against a case."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.cases import Case
from amberkit.eligibility._explain import Explanation, explain
from amberkit.eligibility._facts import Reading, read_fact
from amberkit.eligibility._findings import Answer, Finding, Role
from amberkit.eligibility._missing import Missing, find_missing, verdict_rule
from amberkit.eligibility._pack import Criterion, Pack
from amberkit.eligibility._rules import evaluate, leaf_truth, leaves
from amberkit.eligibility._truth import Truth
from amberkit.values import CaseId, aware_utc

__all__ = ["Assessment", "assess"]


@attrs.frozen(kw_only=True)
class Assessment:
    """The verdict of one pack on one revision of a case at one time.

    No text or ``repr`` of it holds a value of the case; the values in *facts* are
    restricted.
    """

    case_id: CaseId
    revision: int
    pack: Pack = attrs.field(repr=lambda pack: f"{pack.id}@{pack.valid_from}")

    now: dt.datetime
    """The time for which it holds; aware, in UTC."""

    truth: Truth
    """The verdict: may an alert be issued?"""

    findings: tuple[Finding, ...] = attrs.field(repr=False)
    """One for each criterion, then one for each veto, in the order of the pack."""

    facts: tuple[Reading, ...] = attrs.field(repr=False)
    """Every fact that the pack asks for, by name."""

    @property
    def missing(self) -> Missing:
        """What would have to be learnt for a verdict; computed when asked for."""
        return find_missing(
            self.pack, {fact.fact: fact.reveal() for fact in self.facts}
        )

    def explain(self, language: str = "en") -> Explanation:
        """Return the assessment in words.

        Args:
            language: A language tag whose primary language is ``ar``, ``en`` or ``fr``.

        Raises:
            InvalidValue: If *language* is no language tag.
            UnknownLanguage: If there is no wording in it; it lists what there is.
        """
        return explain(
            self.pack,
            self.findings,
            self.truth,
            next_fact=self.missing.next,
            case_id=self.case_id,
            revision=self.revision,
            now=self.now,
            language=language,
        )


def assess(case: Case, pack: Pack, *, now: dt.datetime) -> Assessment:
    """Hold *pack* against *case*.

    Every criterion and every leaf is evaluated, whatever the others say. The verdict is
    true if every criterion that decides holds and no veto does, false if a criterion
    does not hold or a veto does, and not known otherwise. At one *now*, learning a fact
    that was not known never turns a true verdict into a false one or the other way.

    Args:
        case: The case.
        pack: The pack; see `load_pack` for the one in force on a day.
        now: The current time, aware.

    Raises:
        InvalidValue: If *now* is not aware.
    """
    now = aware_utc(now)
    roles = [(Role.CRITERION, c) for c in pack.criteria]
    roles += [(Role.VETO, v) for v in pack.vetoes]
    asked = {
        leaf.fact
        for _, criterion in roles
        if criterion.rule is not None
        for leaf in leaves(criterion.rule)
    }
    facts = {name: read_fact(name, case, now) for name in sorted(asked)}
    values = {name: fact.reveal() for name, fact in facts.items()}

    def find(role: Role, criterion: Criterion) -> Finding:
        if criterion.rule is None:
            return Finding(role=role, criterion=criterion, truth=None, answers=())
        answers = tuple(
            Answer(
                leaf=leaf,
                truth=leaf_truth(leaf, values[leaf.fact]),
                fields=facts[leaf.fact].fields,
            )
            for leaf in leaves(criterion.rule)
        )
        truth = evaluate(criterion.rule, values)
        return Finding(role=role, criterion=criterion, truth=truth, answers=answers)

    return Assessment(
        case_id=case.id,
        revision=case.revision,
        pack=pack,
        now=now,
        truth=evaluate(verdict_rule(pack), values),
        findings=tuple(find(role, criterion) for role, criterion in roles),
        facts=tuple(facts.values()),
    )
