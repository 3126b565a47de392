"""What became of each criterion, each veto and each duty."""

from __future__ import annotations

import enum

import attrs

from amberkit.eligibility.findings._waivers import Waiver
from amberkit.eligibility.logic._rules import Leaf
from amberkit.eligibility.logic._truth import Truth
from amberkit.eligibility.packs._pack import Criterion

__all__ = ["Answer", "Finding", "Role", "Status"]


class Role(enum.Enum):
    """What a finding is about."""

    CRITERION = "criterion"
    """Something that must hold."""

    VETO = "veto"
    """Something that must not."""

    DUTY = "duty"
    """Something that must be done where its condition holds; it decides nothing."""


class Status(enum.Enum):
    """What a finding says, in the words of its role."""

    MET = "met"
    NOT_MET = "not_met"

    APPLIES = "applies"
    """Of a veto: it forbids."""

    DOES_NOT_APPLY = "does_not_apply"

    DUE = "due"
    """Of a duty: it must be done."""

    NOT_DUE = "not_due"

    WAIVED = "waived"
    """Its authority has waived it, on record; it decides nothing this time."""

    UNKNOWN = "unknown"

    UNPUBLISHED = "unpublished"
    """The pack has no rule, because none is public."""


_STATUS = {
    (Role.CRITERION, Truth.TRUE): Status.MET,
    (Role.CRITERION, Truth.FALSE): Status.NOT_MET,
    (Role.VETO, Truth.TRUE): Status.APPLIES,
    (Role.VETO, Truth.FALSE): Status.DOES_NOT_APPLY,
    (Role.DUTY, Truth.TRUE): Status.DUE,
    (Role.DUTY, Truth.FALSE): Status.NOT_DUE,
}


@attrs.frozen(kw_only=True)
class Answer:
    """What one leaf of a rule says. Its fact is named; the value is not shown."""

    leaf: Leaf
    truth: Truth

    fields: tuple[str, ...]
    """The case fields it was read from; where not known, those that would tell."""


@attrs.frozen(kw_only=True)
class Finding:
    """What became of one criterion, veto or duty."""

    role: Role
    criterion: Criterion

    truth: Truth | None
    """Whether its condition holds; None where the pack has no rule for it."""

    answers: tuple[Answer, ...]
    """One for each leaf of the rule, in the order in which it is written."""

    waiver: Waiver | None = None
    """Who waived it, if somebody did."""

    @property
    def decides(self) -> bool:
        """Whether the verdict rests on it."""
        return self.criterion.decides and self.waiver is None

    @property
    def status(self) -> Status:
        """What it says, in the words of its role."""
        if self.waiver is not None:
            return Status.WAIVED
        if self.truth is None:
            return Status.UNPUBLISHED
        return _STATUS.get((self.role, self.truth), Status.UNKNOWN)

    @property
    def fields(self) -> tuple[str, ...]:
        """The case fields of all answers, each once, in order.

        Where it is not known, of those answers that leave it open.
        """
        answers = self.answers
        if self.truth is Truth.UNKNOWN:
            answers = tuple(a for a in answers if a.truth is Truth.UNKNOWN)
        return tuple(dict.fromkeys(f for a in answers for f in a.fields))
