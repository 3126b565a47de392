"""Is this an alert, and why: a pack held against a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

import attrs

from amberkit.cases import Case
from amberkit.eligibility import _record
from amberkit.eligibility._errors import NotAcknowledged, PackNotInForce
from amberkit.eligibility.facts._facts import Reading, read_fact, statements
from amberkit.eligibility.facts._plugins import known_facts
from amberkit.eligibility.findings._findings import Answer, Finding, Role, Status
from amberkit.eligibility.findings._missing import Missing, find_missing, find_opposite
from amberkit.eligibility.findings._waivers import Waiver, accepted
from amberkit.eligibility.logic._rules import Value, evaluate, leaf_truth, leaves
from amberkit.eligibility.logic._truth import Truth
from amberkit.eligibility.packs._pack import Criterion, Pack
from amberkit.eligibility.words._explain import Explanation, explain
from amberkit.errors import InvalidValue
from amberkit.values import CaseId, Mode, aware_utc

__all__ = ["Assessment", "assess"]


@attrs.frozen(kw_only=True)
class Assessment:
    """The verdict of one pack on one revision of a case at one time.

    No text or ``repr`` of it holds a value of the case; the values in *facts* are
    restricted. What is not the verdict itself is computed when asked for, and kept.
    """

    case_id: CaseId
    revision: int
    pack: Pack = attrs.field(repr=lambda pack: f"{pack.id}@{pack.valid_from}")

    now: dt.datetime
    """The time for which it holds; aware, in UTC."""

    mode: Mode
    """Whether it may lead to a live alert."""

    truth: Truth
    """The verdict: may an alert be issued?"""

    facts: tuple[Reading, ...] = attrs.field(repr=False)
    """Every fact that the pack asks for, by name."""

    waivers: tuple[Waiver, ...] = attrs.field(default=(), repr=False)
    """What authorities have set aside, by criterion."""

    acknowledged: tuple[str, ...] = ()
    """Criteria without a source that somebody has taken on, in the pack's order."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """One for each criterion, then each veto, then each duty, in pack order."""
        facts = {reading.fact: reading for reading in self.facts}
        waived = {waiver.criterion: waiver for waiver in self.waivers}

        def find(role: Role, criterion: Criterion) -> Finding:
            rule = criterion.rule
            asked = () if rule is None else tuple(leaves(rule))
            return Finding(
                role=role,
                criterion=criterion,
                truth=None if rule is None else evaluate(rule, self._values),
                answers=tuple(
                    Answer(
                        leaf=leaf,
                        truth=leaf_truth(leaf, self._values[leaf.fact]),
                        fields=facts[leaf.fact].fields,
                    )
                    for leaf in asked
                ),
                waiver=waived.get(criterion.id),
            )

        groups = zip(
            Role, (self.pack.criteria, self.pack.vetoes, self.pack.duties), strict=True
        )
        return tuple(find(role, each) for role, group in groups for each in group)

    @property
    def duties(self) -> tuple[Finding, ...]:
        """What must be done, whatever the verdict: the duties that are due."""
        return tuple(f for f in self.findings if f.status is Status.DUE)

    @cached_property
    def missing(self) -> Missing:
        """What would have to be learnt for a verdict."""
        return find_missing(self.pack, self._values, self._waived)

    @cached_property
    def opposite(self) -> tuple[tuple[str, ...], ...]:
        """The smallest sets of facts that, being otherwise, turn the verdict.

        Each is sufficient and minimal, the cheapest first. There is none where the
        verdict is not known, or where no facts can turn it.
        """
        return find_opposite(self.pack, self._values, self._waived)

    @property
    def unacknowledged(self) -> tuple[str, ...]:
        """Criteria without a source that decide, and that nobody has taken on.

        Where there is one, nothing live can come of the assessment.
        """
        settled = {*self.acknowledged, *self._waived}
        return tuple(name for name in self.pack.unsourced if name not in settled)

    @cached_property
    def _values(self) -> dict[str, Value | None]:
        return {reading.fact: reading.reveal() for reading in self.facts}

    @property
    def _waived(self) -> Collection[str]:
        return {waiver.criterion for waiver in self.waivers}

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
            missing=self.missing,
            opposite=self.opposite,
            case_id=self.case_id,
            revision=self.revision,
            now=self.now,
            mode=self.mode,
            language=language,
        )

    def record(self) -> dict[str, Any]:
        """Return all of it as a new JSON-ready document, values included.

        It is the agency's own copy, for the file of the case: whoever has it, the case
        and the pack can assess again and compare. See ``json_schema("assessment")``.
        """
        return _record.full(self)

    def partner_form(self) -> dict[str, Any]:
        """Return what a partner may read: which criteria hold, and what is missing.

        No fact and no field of the case, no duty (that one is due tells of a sign), no
        person and no reason of a waiver. Which criteria hold is still not public: it
        says of what they ask for, such as consent, whether it is so.
        """
        return _record.for_partners(self)

    def content_hash(self, salt: bytes) -> str:
        """Return the SHA-256 of *salt* and the record, as hexadecimal digits.

        The same case, pack, time, waivers and salt give the same hash, in any process
        and version of Python.

        Args:
            salt: At least 16 random bytes, kept with the case: without them whoever has
                the hash could try out what is in the record.

        Raises:
            InvalidValue: If *salt* is shorter.
        """
        return _record.content_hash(self, salt)


def assess(
    case: Case,
    pack: Pack,
    *,
    now: dt.datetime,
    mode: Mode = Mode.EXERCISE,
    waivers: Iterable[Waiver] = (),
    acknowledged: Collection[str] = (),
) -> Assessment:
    """Hold *pack* against *case*.

    Every criterion and every leaf is evaluated, whatever the others say. The verdict is
    true if every criterion that decides holds and no veto does, false if a criterion
    does not hold or a veto does, and not known otherwise. At one *now*, learning a fact
    that was not known never turns a true verdict into a false one or the other way.
    That is so of facts; who adds a person to a case may change facts that were known,
    such as the age of the youngest child.

    Args:
        case: The case.
        pack: The pack; see `load_pack` for the one in force on a day.
        now: The current time, aware.
        mode: Whether it may lead to a live alert.
        waivers: What authorities have set aside; it is on record, and decides nothing.
        acknowledged: Identifiers of criteria without a source that are known to be so.

    Raises:
        InvalidValue: If *now* is not aware, or another argument of another type.
        PackNotInForce: If the mode is live, and nowhere on earth is it a day on which
            the pack is in force. Any other mode may replay an old rule.
        WaiverRefused: If a waiver does not fit the pack.
        FactFailed: If a fact of a plugin cannot be read.
        NotAcknowledged: If the mode is live, and no source is at hand for a criterion
            that decides and is not acknowledged.
    """
    now = aware_utc(now)
    if not isinstance(mode, Mode):
        raise InvalidValue("mode", "a Mode")
    if isinstance(acknowledged, str):
        raise InvalidValue("acknowledged", "a collection of identifiers")
    if mode is Mode.LIVE and not any(map(pack.in_force, _days_of(now))):
        raise PackNotInForce(pack.id, now.date(), [(pack.valid_from, pack.valid_to)])
    waived = accepted(waivers, case.id, pack, now)
    known = known_facts()
    stated = statements(case, now)
    facts = tuple([read_fact(known[name], case, now, stated) for name in pack.asked])
    values = {reading.fact: reading.reveal() for reading in facts}
    assessment = Assessment(
        case_id=case.id,
        revision=case.revision,
        pack=pack,
        now=now,
        mode=mode,
        truth=evaluate(pack.verdict_rule(waived), values),
        facts=facts,
        waivers=tuple(waived[name] for name in sorted(waived)),
        acknowledged=tuple(n for n in pack.unsourced if n in acknowledged),
    )
    if mode is Mode.LIVE and assessment.unacknowledged:
        raise NotAcknowledged(assessment.unacknowledged)
    return assessment


def _days_of(now: dt.datetime) -> tuple[dt.date, ...]:
    """Return the calendar days that it is, somewhere between UTC-12 and UTC+14."""
    return tuple((now + dt.timedelta(hours=hours)).date() for hours in (-12, 14))
