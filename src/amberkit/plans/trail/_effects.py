"""What a sighting does to a plan, one word for each way."""

from __future__ import annotations

import enum

import attrs

__all__ = ["Effect", "Weighed"]


class Effect(enum.Enum):
    """What one sighting does to the area, and so why."""

    RECENTERS = "recenters"
    """It is sure, and the latest: the search starts anew from its place."""

    ADDS = "adds"
    """It is likely, and fits what was known: its surroundings are added."""

    SPLITS = "splits"
    """It is likely, but too far off to fit: the search goes on in two places."""

    CROSSES = "crosses"
    """It lies beyond the boundary: the neighbor has to decide, and the search here
    goes on."""

    GUIDES = "guides"
    """It is not sure: only services are told of its surroundings."""

    TOO_WEAK = "too_weak"
    """It is less sure than anything that the pack acts on."""

    FADED = "faded"
    """Nothing has confirmed it for so long that it no longer counts."""

    SUPERSEDED = "superseded"
    """What is known since is surer and later."""

    RULED_OUT = "ruled_out"
    """It was not the child."""

    NOT_YET = "not_yet"
    """It bears a time that is still to come; somebody has to correct it."""


@attrs.frozen(kw_only=True)
class Weighed:
    """One sighting of the case, and what became of it."""

    sighting: int
    """Which one: its index in the case."""

    effect: Effect
