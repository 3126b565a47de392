"""How the area of an alert grows: four ways, each in steps that a person can check."""

from __future__ import annotations

import enum
from typing import TypeAlias, assert_never

import attrs

from amberkit.cases import Mobility

__all__ = [
    "FixedGrowth",
    "Growth",
    "GrowthKind",
    "LadderGrowth",
    "Pace",
    "ReachGrowth",
    "Rung",
    "Speeds",
    "StagedGrowth",
]


class GrowthKind(enum.Enum):
    """What decides how large the area is at what time."""

    FIXED = "fixed"
    """Nothing: one radius from the beginning."""

    STAGED = "staged"
    """A table: a radius for each time since last seen."""

    REACH = "reach"
    """How far one can get in the time since last seen."""

    LADDER = "ladder"
    """A table of administrative areas, such as district, province, country."""


@attrs.frozen(kw_only=True)
class Speeds:
    """Assumed speeds in kilometers an hour, from 0.1 to 1000."""

    on_foot: float
    public_transport: float
    vehicle: float

    highway: float
    """In a vehicle that is known to be on a main road."""

    unknown: float
    """Where nothing is known of how the child travels."""

    def of(self, mobility: Mobility | None) -> float:
        """Return the speed for *mobility*, in kilometers an hour."""
        match mobility:
            case None:
                return self.unknown
            case Mobility.ON_FOOT:
                return self.on_foot
            case Mobility.PUBLIC_TRANSPORT:
                return self.public_transport
            case Mobility.VEHICLE:
                return self.vehicle
            case Mobility.HIGHWAY:
                return self.highway
            case _:
                assert_never(mobility)


@attrs.frozen(kw_only=True)
class Pace:
    """How fast one gets on, and how far at most.

    It decides how large an area is where that grows by reach; elsewhere it tells what
    an area is compared with.
    """

    speeds_kmh: Speeds

    detour_factor: float
    """How many times longer the way is than the straight line; at least 1."""

    on_foot_cap_m: float | None = None
    """The farthest that the area goes where all that is known says on foot; in meters.
    None for no such limit."""


@attrs.frozen(kw_only=True)
class FixedGrowth:
    """One radius from the beginning."""

    kind: GrowthKind = attrs.field(default=GrowthKind.FIXED, init=False)
    pace: Pace

    radii_m: tuple[float, ...]
    """Exactly one radius, in meters."""


@attrs.frozen(kw_only=True)
class StagedGrowth:
    """From each radius to the next, by the time since last seen."""

    kind: GrowthKind = attrs.field(default=GrowthKind.STAGED, init=False)
    pace: Pace

    radii_m: tuple[float, ...]
    """Radii in meters, ascending."""

    after_min: tuple[float, ...]
    """From how many minutes after last seen each of them holds; ascending, the first
    is 0."""


@attrs.frozen(kw_only=True)
class ReachGrowth:
    """From each radius to the next, when the one before is outgrown by the reach."""

    kind: GrowthKind = attrs.field(default=GrowthKind.REACH, init=False)
    pace: Pace

    radii_m: tuple[float, ...]
    """Radii in meters, ascending. The first is the floor, the last one the cap."""


@attrs.frozen(kw_only=True)
class Rung:
    """One step of a ladder."""

    level: str
    """What kind of area the agency's atlas has to give, such as ``province``."""

    neighbors: bool
    """Whether the areas of that level that border on it belong to the step."""

    after_min: float
    """From how many minutes after last seen it holds."""


@attrs.frozen(kw_only=True)
class LadderGrowth:
    """From each administrative area to the next, by the time since last seen."""

    kind: GrowthKind = attrs.field(default=GrowthKind.LADDER, init=False)
    pace: Pace

    rungs: tuple[Rung, ...]
    """From the smallest to the largest; ascending in time, the first at 0."""


Growth: TypeAlias = FixedGrowth | StagedGrowth | ReachGrowth | LadderGrowth
"""How the area grows with time."""
