"""When each size of an area is needed: growth from the time last seen.

A child that was last seen an hour ago may be an hour away before anybody knows of it.
So time counts from there, never from the report. Each kind of growth is a timetable:
sizes, and from when each is needed; `steps` cuts it to the time of the alert.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias, assert_never

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility.packs.policy import (
    FixedGrowth,
    Growth,
    GrowthKind,
    LadderGrowth,
    ReachGrowth,
    Rung,
    StagedGrowth,
)
from amberkit.plans.growth._why import WhyCode

__all__ = ["Movement", "Size", "Step", "steps"]

# A slow pace and a long way could otherwise pass the last year there is; no alert
# lasts for a century.
_FAR_OFF_S = 100 * 365 * 86_400.0

Size: TypeAlias = float | tuple[Rung, ...]
"""A radius in meters, or the rungs of the pack's ladder that have been climbed."""

_Timetable: TypeAlias = list[tuple[Size, dt.datetime]]


@attrs.frozen(kw_only=True)
class Movement:
    """Since when somebody has been on the way, and how fast."""

    since: dt.datetime
    mobility: Mobility | None

    speed_kmh: float

    detour_factor: float
    """How many times longer the way is than the straight line."""

    @property
    def pace(self) -> float:
        """How fast the distance in a straight line grows, in meters a second."""
        return self.speed_kmh / 3.6 / self.detour_factor

    def reach_m(self, at: dt.datetime) -> float:
        """How far, in a straight line, one can have come by then; in meters."""
        return max(0.0, (at - self.since).total_seconds() * self.pace)

    def outgrows(self, radius_m: float) -> dt.datetime:
        """The minute in which the reach passes a radius: early is the safe side."""
        seconds = min(radius_m / self.pace, _FAR_OFF_S)
        time = self.since + dt.timedelta(seconds=seconds)
        return time.replace(second=0, microsecond=0)


@attrs.frozen(kw_only=True)
class Step:
    """One size of an area, and the time for which it is right."""

    size: Size
    starts: dt.datetime
    ends: dt.datetime
    code: WhyCode


def steps(
    growth: Growth,
    movement: Movement,
    *,
    now: dt.datetime,
    expires: dt.datetime,
) -> tuple[Step, ...]:
    """Return the steps from *now* to *expires*, without a gap between them.

    The first is the one that is needed at *now*: a late report begins with a large
    area. Steps that would start at *expires* or later are left out, and so are those
    that would last for no minute.
    """
    table = _timetable(growth, movement)
    # Of several that are needed from one minute on, the largest.
    needed = {at: size for size, at in table}
    begun = [size for at, size in needed.items() if at <= now]
    later = [(at, size) for at, size in needed.items() if now < at < expires]
    runs = [(now, begun[-1] if begun else table[0][0]), *later]
    ends = [*(at for at, _ in later), expires]
    codes = [_code_at(now, growth, movement), *[_LATER[growth.kind]] * len(later)]
    return tuple(
        Step(size=size, starts=starts, ends=end, code=code)
        for (starts, size), end, code in zip(runs, ends, codes, strict=True)
    )


def _timetable(growth: Growth, movement: Movement) -> _Timetable:
    """Return the sizes in ascending order, and the time from which each is needed."""
    match growth:
        case FixedGrowth():
            return [(growth.radii_m[0], movement.since)]
        case StagedGrowth():
            times = [_after(movement, minutes) for minutes in growth.after_min]
            return list(zip(growth.radii_m, times, strict=True))
        case ReachGrowth():
            radii_m = _radii_m(growth, movement)
            outgrown = [movement.outgrows(radius_m) for radius_m in radii_m[:-1]]
            return list(zip(radii_m, [movement.since, *outgrown], strict=True))
        case LadderGrowth():
            rungs = growth.rungs
            return [
                (rungs[: index + 1], _after(movement, rung.after_min))
                for index, rung in enumerate(rungs)
            ]
        case _:
            assert_never(growth)


def _after(movement: Movement, minutes: float) -> dt.datetime:
    return movement.since + dt.timedelta(minutes=minutes)


def _radii_m(growth: ReachGrowth, movement: Movement) -> tuple[float, ...]:
    """Return the radii of the pack; on foot no farther than it lets them go."""
    cap_m = growth.pace.on_foot_cap_m
    is_capped = cap_m is not None and movement.mobility is Mobility.ON_FOOT
    if cap_m is None or not is_capped or cap_m >= growth.radii_m[-1]:
        return growth.radii_m
    return (*(radius for radius in growth.radii_m if radius < cap_m), cap_m)


_LATER = {
    GrowthKind.FIXED: WhyCode.FIXED,
    GrowthKind.STAGED: WhyCode.TIMED,
    GrowthKind.REACH: WhyCode.GROWS,
    GrowthKind.LADDER: WhyCode.RUNG,
}


def _code_at(now: dt.datetime, growth: Growth, movement: Movement) -> WhyCode:
    """Return why the area has the size with which it begins."""
    if not isinstance(growth, ReachGrowth):
        return _LATER[growth.kind]
    largest_m = _radii_m(growth, movement)[-1]
    if movement.outgrows(largest_m) > now:
        return WhyCode.ALREADY_REACHABLE
    is_cut = largest_m < growth.radii_m[-1]
    return WhyCode.ON_FOOT if is_cut else WhyCode.LARGEST
