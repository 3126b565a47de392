"""How loud a message is at its hour: by day, and while people sleep."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.eligibility.packs.policy import Intrusiveness, Loudness
from amberkit.plans._overrides import Concern, Override
from amberkit.plans._plan import AlertPlan
from amberkit.times import in_zone, instants_of

__all__ = ["Volume", "loud_again_at", "night_at", "volume_at"]

_DAY = dt.timedelta(days=1)
_LOUDER = list(Intrusiveness)
"""From little to much."""


@attrs.frozen(kw_only=True)
class Volume:
    """How much a message takes hold of people, and what it was weighed against."""

    level: Intrusiveness
    """With what it goes out."""

    wanted: Intrusiveness
    """With what it would go out by day."""

    local: dt.datetime
    """The time by the clocks of the agency's zone."""

    is_quiet: bool
    """Whether that is in quiet hours."""

    lifted_by: Override | None
    """Who decided that it goes out as by day all the same."""

    @property
    def is_held_back(self) -> bool:
        """Whether it goes out with less than by day."""
        return self.level is not self.wanted


def volume_at(plan: AlertPlan, at: dt.datetime) -> Volume | None:
    """Return how loud a message of *plan* is at a time; None if no pack says so.

    A decision to set quiet hours aside acts from its own time on.
    """
    loudness = plan.schedule.loudness
    if loudness is None:
        return None
    is_quiet = night_at(loudness, at, plan.schedule.time_zone) is not None
    lifted = [o for o in _lifts(plan) if o.at <= at]
    quietest = min(loudness.level, loudness.quiet_level, key=_LOUDER.index)
    return Volume(
        level=quietest if is_quiet and not lifted else loudness.level,
        wanted=loudness.level,
        local=in_zone(at, plan.schedule.time_zone),
        is_quiet=is_quiet,
        lifted_by=lifted[-1] if is_quiet and lifted else None,
    )


def loud_again_at(plan: AlertPlan, at: dt.datetime) -> dt.datetime | None:
    """Return when what is held back at *at* may go out as by day.

    That is when the night ends, or when somebody has set it aside; None where it is not
    night, or where the next one begins at once.
    """
    loudness = plan.schedule.loudness
    zone = plan.schedule.time_zone
    night = None if loudness is None else night_at(loudness, at, zone)
    if night is None:
        return None
    ends = min([night[1], *(o.at for o in _lifts(plan) if o.at > at)])
    volume = volume_at(plan, ends)
    return None if volume is None or volume.is_held_back else ends


def _lifts(plan: AlertPlan) -> list[Override]:
    return [o for o in plan.overrides if o.concern is Concern.QUIET_HOURS]


def night_at(
    loudness: Loudness, at: dt.datetime, zone: str
) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the quiet hours in which *at* lies, as times in UTC; None if in none.

    They last from the first time that clocks show their beginning to the last time
    that they show their end. So where clocks are put back or forward people are left
    asleep for longer, never for less.
    """
    today = in_zone(at, zone).date()
    ends_next_day = loudness.quiet_until <= loudness.quiet_from
    for day in (today - _DAY, today):
        begins, _ = instants_of(day, loudness.quiet_from, zone)
        until = day + _DAY if ends_next_day else day
        _, ends = instants_of(until, loudness.quiet_until, zone)
        if begins <= at < ends:
            return begins, ends
    return None
