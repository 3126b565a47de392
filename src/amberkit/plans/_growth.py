"""When each radius is needed: growth from the time last seen, not from the report.

A child that was last seen an hour ago may be an hour away before anybody knows of it.
The reach grows with speed over the ground, divided by a detour factor because roads
are not straight; a stage lasts as long as its radius holds the reach.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility.packs import Growth, GrowthKind

__all__ = ["Step", "Why", "WhyCode", "steps"]

# A slow pace and a long way could otherwise pass the last year there is; no alert
# lasts for a century.
_FAR_OFF_S = 100 * 365 * 86_400.0


class WhyCode(enum.Enum):
    """Why a stage has its radius and its time."""

    FIXED = "fixed"
    """The pack knows one area only."""

    ALREADY_REACHABLE = "already_reachable"
    """The smallest step of the pack that holds what can be reached by now."""

    GROWS = "grows"
    """From here on, more than the stage before can be reached."""

    LARGEST = "largest"
    """More than the largest step can be reached already; the pack ends here."""


@attrs.frozen(kw_only=True)
class Why:
    """The figures behind a stage; wording makes a sentence of them."""

    code: WhyCode
    radius_m: float
    """The step of the pack."""

    elapsed_s: int
    """Seconds between last seen and the start of the stage."""

    speed_kmh: float
    """Assumed speed, in km/h."""

    detour_factor: float
    """By how much roads are longer than the straight line."""

    mobility: Mobility | None
    """How the child moves; None where that is not known."""

    reach_m: int
    """How far, in a straight line, that leads in that time."""


@attrs.frozen(kw_only=True)
class Step:
    """One radius and the time for which it is right."""

    radius_m: float
    starts: dt.datetime
    ends: dt.datetime
    why: Why


def steps(
    growth: Growth,
    *,
    mobility: Mobility | None,
    last_seen: dt.datetime,
    now: dt.datetime,
    expires: dt.datetime,
) -> tuple[Step, ...]:
    """Return the steps from *now* to *expires*, without a gap between them.

    The first step is the smallest that holds what can be reached at *now*, or the
    largest there is. Each further one starts in the minute in which the one before no
    longer suffices; steps that would start at *expires* or later are left out.
    """
    speed = growth.speeds_kmh.of(mobility)
    pace = speed / 3.6 / growth.detour_factor

    def outgrown(radius_m: float) -> dt.datetime:
        """The minute in which the reach passes a radius: early is the safe side."""
        seconds = min(radius_m / pace, _FAR_OFF_S)
        time = last_seen + dt.timedelta(seconds=seconds)
        return time.replace(second=0, microsecond=0)

    def why(code: WhyCode, radius_m: float, at: dt.datetime) -> Why:
        gone = (at - last_seen).total_seconds()
        return Why(
            code=code,
            radius_m=radius_m,
            elapsed_s=round(gone),
            speed_kmh=speed,
            detour_factor=growth.detour_factor,
            mobility=mobility,
            reach_m=round(gone * pace),
        )

    def runs() -> Iterator[tuple[float, dt.datetime, WhyCode]]:
        if growth.kind is GrowthKind.FIXED:
            yield growth.radii_m[-1], now, WhyCode.FIXED
            return
        held = [radius for radius in growth.radii_m if outgrown(radius) > now]
        if not held:
            yield growth.radii_m[-1], now, WhyCode.LARGEST
            return
        yield held[0], now, WhyCode.ALREADY_REACHABLE
        current = held[0]
        for radius in held[1:]:
            starts = outgrown(current)
            if starts >= expires:
                return
            # One that is outgrown in the minute in which it begins is passed over.
            if radius == held[-1] or outgrown(radius) > starts:
                yield radius, starts, WhyCode.GROWS
                current = radius

    planned = list(runs())
    ends = [starts for _, starts, _ in planned[1:]] + [expires]
    return tuple(
        Step(radius_m=radius, starts=starts, ends=end, why=why(code, radius, starts))
        for (radius, starts, code), end in zip(planned, ends, strict=True)
    )
