"""Strong Kleene logic: true, false, and not known."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NoReturn

__all__ = ["Truth", "all_of", "any_of", "at_least"]


class Truth(enum.Enum):
    """A truth value, ordered from false to true.

    It has no ``bool()``, so that nobody takes what is not known for a yes or a no:
    compare it, as in ``verdict is Truth.TRUE``.
    """

    FALSE = "false"
    UNKNOWN = "unknown"
    TRUE = "true"

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """Return the truth of *value*; None is not known."""
        return cls.UNKNOWN if value is None else cls.TRUE if value else cls.FALSE

    def __invert__(self) -> Truth:
        """Negation: what is not known stays not known."""
        return _NEGATED[self]

    def __bool__(self) -> NoReturn:
        msg = "a Truth has three values; compare it, as in 'is Truth.TRUE'"
        raise TypeError(msg)


_NEGATED = {
    Truth.FALSE: Truth.TRUE,
    Truth.UNKNOWN: Truth.UNKNOWN,
    Truth.TRUE: Truth.FALSE,
}


def all_of(truths: Iterable[Truth]) -> Truth:
    """Conjunction: the least true operand, `Truth.TRUE` when there is none."""
    found = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return truth
        if truth is Truth.UNKNOWN:
            found = truth
    return found


def any_of(truths: Iterable[Truth]) -> Truth:
    """Disjunction: the most true operand, `Truth.FALSE` when there is none."""
    found = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return truth
        if truth is Truth.UNKNOWN:
            found = truth
    return found


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Whether *count* or more operands are true, as far as that is settled.

    ``at_least(1, x)`` is ``any_of(x)``, and ``at_least(len(x), x)`` is ``all_of(x)``.
    """
    operands = list(truths)
    sure = operands.count(Truth.TRUE)
    possible = sure + operands.count(Truth.UNKNOWN)
    if sure >= count:
        return Truth.TRUE
    return Truth.UNKNOWN if possible >= count else Truth.FALSE
