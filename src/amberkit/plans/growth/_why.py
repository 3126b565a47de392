"""Why an area is as large as it is at its time: the figures, without words."""

from __future__ import annotations

import enum

import attrs

from amberkit.cases import Mobility
from amberkit.eligibility.packs import Evidence, Source
from amberkit.values import Localized

__all__ = ["Origin", "Why", "WhyCode"]


class Origin(enum.Enum):
    """Where an area grows from, and since when."""

    LAST_SEEN = "last_seen"
    """From where the child was last seen."""

    SIGHTING = "sighting"
    """From where somebody believes to have seen it since."""

    ROAD = "road"
    """Along a road, from where somebody believes to have seen it there."""


class WhyCode(enum.Enum):
    """Why a stage has its size and its time."""

    FIXED = "fixed"
    """The pack knows one area only."""

    TIMED = "timed"
    """The pack has this radius for this time since last seen."""

    RUNG = "rung"
    """The pack has this administrative area for this time since last seen."""

    ALREADY_REACHABLE = "already_reachable"
    """The smallest step of the pack that holds what can be reached by now."""

    GROWS = "grows"
    """From here on, more than the stage before can be reached."""

    LARGEST = "largest"
    """More than the largest step can be reached already; the pack ends here."""

    ON_FOOT = "on_foot"
    """More could be reached, but on foot the pack goes no farther."""


@attrs.frozen(kw_only=True)
class Why:
    """The figures behind a stage; wording makes a sentence of them."""

    code: WhyCode
    origin: Origin

    radius_m: float
    """The step of the pack, in meters; of an administrative area, how far it goes."""

    names: tuple[Localized, ...] = ()
    """Names of the administrative areas; empty where there is none."""

    elapsed_s: int
    """Seconds between the time at the origin and the start of the stage."""

    speed_kmh: float
    """Assumed speed, in km/h."""

    detour_factor: float
    """By how much roads are longer than the straight line."""

    mobility: Mobility | None
    """How the child moves; None where that is not known."""

    reach_m: int
    """How far, in a straight line, that leads in that time."""

    evidence: Evidence
    """What stands behind the size: a source, or the policy of the pack."""

    source: Source | None
    """Given exactly where the evidence is primary or secondary."""
