"""What can go wrong when a pack or a language is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from amberkit.errors import AmberkitError

__all__ = [
    "BrokenPack",
    "FactFailed",
    "NotAcknowledged",
    "PackNotInForce",
    "UnknownLanguage",
    "UnknownPack",
    "WaiverRefused",
]


class UnknownPack(AmberkitError, LookupError):
    """No pack has this identifier.

    Attributes:
        id: What was asked for.
        known: The identifiers that there are, sorted.
    """

    def __init__(self, id: str, known: Sequence[str]) -> None:  # noqa: A002 - the word of the format
        super().__init__(id, tuple(known))
        self.id = id
        self.known = tuple(known)

    def __str__(self) -> str:
        return f"no pack {self.id!r}; there is: {', '.join(self.known)}"


class PackNotInForce(AmberkitError, LookupError):
    """The pack exists, but not for this day.

    Attributes:
        id: The pack that was asked for.
        on: The day.
        periods: First and last day of each version, in order; None where it is open.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the word of the format
        on: dt.date,
        periods: Sequence[tuple[dt.date, dt.date | None]],
    ) -> None:
        super().__init__(id, on, tuple(periods))
        self.id = id
        self.on = on
        self.periods = tuple(periods)

    def __str__(self) -> str:
        periods = "; ".join(
            f"from {first}" + (f" to {last}" if last else "")
            for first, last in self.periods
        )
        return f"the pack {self.id!r} is not in force on {self.on}; it is {periods}"


class UnknownLanguage(AmberkitError, LookupError):
    """There is no wording in this language.

    Attributes:
        language: What was asked for.
        known: The languages that there are, sorted.
    """

    def __init__(self, language: str, known: Sequence[str]) -> None:
        super().__init__(language, tuple(known))
        self.language = language
        self.known = tuple(known)

    def __str__(self) -> str:
        known = ", ".join(self.known)
        return f"no explanation in {self.language!r}; there is: {known}"


class BrokenPack(AmberkitError, LookupError):
    """The pack is installed, but cannot be used; the cause is chained.

    Attributes:
        id: The pack that was asked for, or the name of the plugin that brings it.
    """

    def __init__(self, id: str) -> None:  # noqa: A002 - the word of the format
        super().__init__(id)
        self.id = id

    def __str__(self) -> str:
        return f"the pack {self.id!r} is installed, but cannot be used"


class FactFailed(AmberkitError):
    """A fact of a plugin could not be read from a case.

    What went wrong inside is not shown, for it may hold what the case says.

    Attributes:
        fact: The name of the fact.
        why: The type of the error, or what would be right.
    """

    def __init__(self, fact: str, why: str) -> None:
        super().__init__(fact, why)
        self.fact = fact
        self.why = why

    def __str__(self) -> str:
        return f"the fact {self.fact!r} of a plugin cannot be read: {self.why}"


class WaiverRefused(AmberkitError, ValueError):
    """A waiver does not fit the pack.

    Attributes:
        criterion: What was to be waived.
        right: What would be right.
    """

    def __init__(self, criterion: str, right: str) -> None:
        super().__init__(criterion, right)
        self.criterion = criterion
        self.right = right

    def __str__(self) -> str:
        return f"{self.criterion!r} is not waived: {self.right}"


class NotAcknowledged(AmberkitError, ValueError):
    """A live assessment rests on criteria for which no source is at hand.

    Attributes:
        criteria: Their identifiers, in the order of the pack.
    """

    def __init__(self, criteria: Sequence[str]) -> None:
        super().__init__(tuple(criteria))
        self.criteria = tuple(criteria)

    def __str__(self) -> str:
        names = ", ".join(self.criteria)
        return f"no source is at hand for {names}; acknowledge each to assess live"
