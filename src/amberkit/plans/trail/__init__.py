"""Where the search has come to: last seen, and what sightings make of it."""

from amberkit.plans.trail._effects import Effect, Weighed
from amberkit.plans.trail._focus import Focus, focus_at
from amberkit.plans.trail._trail import DEFAULT_RULE, Trail, follow

__all__ = [
    "DEFAULT_RULE",
    "Effect",
    "Focus",
    "Trail",
    "Weighed",
    "focus_at",
    "follow",
]
