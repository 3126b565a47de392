"""What became of each criterion and each veto."""

from __future__ import annotations

import enum

import attrs

from amberkit.eligibility._pack import Criterion
from amberkit.eligibility._rules import Leaf
from amberkit.eligibility._truth import Truth

__all__ = ["Answer", "Finding", "Role", "Status"]


class Role(enum.Enum):
    """What a finding is about."""

    CRITERION = "criterion"
    """Something that must hold."""

    VETO = "veto"
    """Something that must not."""


class Status(enum.Enum):
    """What a finding says, in the words of its role."""

    MET = "met"
    NOT_MET = "not_met"

    APPLIES = "applies"
    """Of a veto: it forbids."""

    DOES_NOT_APPLY = "does_not_apply"

    UNKNOWN = "unknown"

    UNPUBLISHED = "unpublished"
    """The pack has no rule, because none is public."""


_STATUS = {
    (Role.CRITERION, Truth.TRUE): Status.MET,
    (Role.CRITERION, Truth.FALSE): Status.NOT_MET,
    (Role.VETO, Truth.TRUE): Status.APPLIES,
    (Role.VETO, Truth.FALSE): Status.DOES_NOT_APPLY,
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
    """What became of one criterion or veto."""

    role: Role
    criterion: Criterion

    truth: Truth | None
    """Whether its condition holds; None where the pack has no rule for it."""

    answers: tuple[Answer, ...]
    """One for each leaf of the rule, in the order in which it is written."""

    @property
    def status(self) -> Status:
        """What it says, in the words of its role."""
        if self.truth is None:
            return Status.UNPUBLISHED
        return _STATUS.get((self.role, self.truth), Status.UNKNOWN)

    @property
    def fields(self) -> tuple[str, ...]:
        """The case fields of all answers, each once, in order."""
        return tuple(dict.fromkeys(f for a in self.answers for f in a.fields))
