"""What an agency allows itself, what it has sent, and how the two compare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

import attrs

from amberkit.eligibility.packs.policy import Intrusiveness
from amberkit.errors import InvalidValue
from amberkit.geo import CellSet
from amberkit.values import CaseId, aware_utc, case_id, finite

__all__ = ["Exposure", "ExposureBudget", "ExposureFinding", "PastAlert", "Window"]

T = TypeVar("T")

_MOST_DAYS = 3_660
_LEVELS = list(Intrusiveness)


def _days(value: float) -> float:
    # A thousandth of a day is more than a minute.
    return finite("days", value, 0.001, _MOST_DAYS)


def _alerts(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidValue("alerts", "an int of at least 1")
    return value


def _level(value: Intrusiveness | None) -> Intrusiveness | None:
    if value is None or isinstance(value, Intrusiveness):
        return value
    raise InvalidValue("level", "an Intrusiveness or None")


def _cells(value: CellSet) -> CellSet:
    if not isinstance(value, CellSet):
        raise InvalidValue("cells", "a CellSet")
    return value


def _windows(value: Iterable[Window]) -> tuple[Window, ...]:
    found = _all("windows", value, Window)
    if not found:
        raise InvalidValue("windows", "at least one Window")
    return found


def _history(value: Iterable[PastAlert]) -> tuple[PastAlert, ...]:
    return _all("history", value, PastAlert)


def _budget(value: ExposureBudget) -> ExposureBudget:
    if not isinstance(value, ExposureBudget):
        raise InvalidValue("budget", "an ExposureBudget")
    return value


def _all(name: str, value: Iterable[T], kind: type[T]) -> tuple[T, ...]:
    found = tuple(value) if isinstance(value, Iterable) else None
    if found is None or not all(isinstance(each, kind) for each in found):
        raise InvalidValue(name, f"an iterable of {kind.__name__}")
    return found


@attrs.frozen(kw_only=True)
class Window:
    """So many alerts in so many days, wherever one is.

    Raises:
        InvalidValue: If a field is out of its range.
    """

    days: float = attrs.field(converter=_days)
    """How far back it looks, in days of 24 hours, in ``[0.001, 3660]``. It rolls: what
    is exactly so old no longer counts, what is of this moment does."""

    alerts: int = attrs.field(converter=_alerts)
    """The most alerts that a cell may get in that time, the planned one included; at
    least 1."""

    least: Intrusiveness | None = attrs.field(default=None, converter=_level)
    """Only alerts at least so loud count; None counts all. Where it is not known how
    loud one was or will be, it counts."""

    def counts(self, level: Intrusiveness | None) -> bool:
        """Return whether an alert that was so loud counts."""
        if self.least is None or level is None:
            return True
        return _LEVELS.index(level) >= _LEVELS.index(self.least)


@attrs.frozen(kw_only=True)
class ExposureBudget:
    """How often an agency allows itself to alert the same people.

    No figure is known to be right everywhere, so the agency decides. After the test of
    2023 in the United States, 25 to 30 % of those asked in Texas had turned alerts off,
    more than in any other state; alerts for all of Texas are frequent (RAND).

    Raises:
        InvalidValue: If there is no window.
    """

    windows: tuple[Window, ...] = attrs.field(converter=_windows)
    """Each holds by itself, such as 1 in a day and 4 in 30 days."""


@attrs.frozen(kw_only=True)
class PastAlert:
    """One alert that went out, as far as exposure goes: when, where, how loud."""

    at: dt.datetime = attrs.field(converter=aware_utc)
    """When it went out; aware, in UTC."""

    cells: CellSet = attrs.field(converter=_cells, repr=False)
    """Where, at any resolution."""

    level: Intrusiveness | None = attrs.field(default=None, converter=_level)
    """How loud it was; None where that is not known."""

    case_id: CaseId | None = attrs.field(
        default=None, converter=attrs.converters.optional(case_id)
    )
    """Of which case, if that is known: a revision of an alert is no second alert."""


@attrs.frozen(kw_only=True)
class Exposure:
    """The agency's budget, and what it has sent."""

    budget: ExposureBudget = attrs.field(converter=_budget)

    history: tuple[PastAlert, ...] = attrs.field(converter=_history)
    """In any order. What lies outside the windows, or after now, does not count."""


@attrs.frozen(kw_only=True)
class ExposureFinding:
    """What the alert would do to one window of the budget. Figures, without words."""

    window: Window

    most: int
    """The most alerts that any cell of the largest stage would have got within the
    window, this one included."""

    cells: int
    """How many cells would get more than the window allows; 0 where none would."""

    area_km2: float
    """Their area, in square kilometers."""

    share: float
    """Their share of the area of the largest stage, in ``[0, 1]``."""

    @property
    def exceeds(self) -> bool:
        """Whether anybody would get more than the window allows."""
        return self.most > self.window.alerts
