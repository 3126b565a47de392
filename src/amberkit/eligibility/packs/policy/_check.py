"""What a schema cannot say of area and times: whether the parts fit each other.

As in the room around it, each check keeps quiet where the schema has complained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeGuard

from amberkit.errors import Problem
from amberkit.values import Confidence

__all__ = ["growth_problems", "loudness_problems", "sighting_problems"]

_GROWTH = "$.policy.growth.value"

_PARTS: Mapping[str, tuple[str, ...]] = {
    "fixed": ("radii_m",),
    "staged": ("radii_m", "after_min"),
    "reach": ("radii_m",),
    "ladder": ("rungs",),
}
"""What each kind of growth is made of, beside the pace."""

_LEVELS = ("feed", "push", "siren")


def _problem(path: str, code: str, message: str) -> Problem:
    return Problem(path=path, code=code, message=message)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(value: object) -> list[float] | None:
    """Return a list of numbers, or None if it is none."""
    if isinstance(value, list) and all(_is_number(each) for each in value):
        return value
    return None


def _value(policy: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    decision = policy.get(name)
    found = decision.get("value") if isinstance(decision, dict) else None
    return found if isinstance(found, dict) else None


# --- growth ---------------------------------------------------------------------------


def growth_problems(policy: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not fit in the growth of a raw policy."""
    growth = _value(policy, "growth") or {}
    kind = growth.get("kind")
    if not isinstance(kind, str) or kind not in _PARTS:
        return
    for name in ("radii_m", "after_min", "rungs"):
        path, wanted = f"{_GROWTH}.{name}", name in _PARTS[kind]
        if wanted and name not in growth:
            yield _problem(path, "required", f"is required where the kind is {kind}")
        elif not wanted and name in growth:
            message = f"must be left out where the kind is {kind}"
            yield _problem(path, "not-allowed", message)
    radii = _numbers(growth.get("radii_m"))
    if radii:
        yield from _radii(kind, radii, growth)
    yield from _within_cap(policy, radii or (), growth)
    if kind == "ladder":
        yield from _rungs(growth.get("rungs"))


def _radii(
    kind: str, radii: list[float], growth: Mapping[str, Any]
) -> Iterator[Problem]:
    path = f"{_GROWTH}.radii_m"
    if any(a >= b for a, b in pairwise(radii)):
        yield _problem(path, "order", "must be ascending")
    if kind == "fixed" and len(radii) > 1:
        yield _problem(path, "too-long", "must be one radius, for the kind is fixed")
    minutes = _numbers(growth.get("after_min"))
    if kind == "staged" and minutes:
        path = f"{_GROWTH}.after_min"
        if len(minutes) != len(radii):
            yield _problem(path, "disagrees", f"must be as many as {_GROWTH}.radii_m")
        yield from _ascending(path, minutes)


def _within_cap(
    policy: Mapping[str, Any], radii: list[float] | tuple[()], growth: Mapping[str, Any]
) -> Iterator[Problem]:
    match policy:
        case {"max_radius_m": {"value": farthest}} if _is_number(farthest):
            message = "must not go beyond $.policy.max_radius_m.value"
            if any(radius > farthest for radius in radii):
                yield _problem(f"{_GROWTH}.radii_m", "out-of-range", message)
            cap = growth.get("on_foot_cap_m")
            if _is_number(cap) and cap > farthest:
                yield _problem(f"{_GROWTH}.on_foot_cap_m", "out-of-range", message)


def _rungs(rungs: object) -> Iterator[Problem]:
    if not isinstance(rungs, list):
        return
    minutes = [rung.get("after_min") for rung in rungs if isinstance(rung, dict)]
    if numbers := _numbers(minutes):
        yield from _ascending(f"{_GROWTH}.rungs", numbers)


def _ascending(path: str, minutes: list[float]) -> Iterator[Problem]:
    if minutes[0] != 0:
        yield _problem(path, "order", "must begin at 0 minutes")
    if any(a >= b for a, b in pairwise(minutes)):
        yield _problem(path, "order", "must be ascending in minutes")


# --- sightings and loudness -----------------------------------------------------------


def sighting_problems(policy: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not fit in what a raw policy makes of sightings."""
    rule = _value(policy, "sightings")
    names = ("guides_from", "adds_from", "recenters_from")
    known = [level.value for level in Confidence]
    levels = [rule.get(name) for name in names] if rule else []
    ranks = [
        known.index(level)
        for level in levels
        if isinstance(level, str) and level in known
    ]
    if len(ranks) < len(names):
        return
    for name, (low, high) in zip(names[1:], pairwise(ranks), strict=False):
        if high < low:
            message = "must not be less sure than what does less to the area"
            yield _problem(f"$.policy.sightings.value.{name}", "order", message)


def loudness_problems(policy: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not fit in how loud a raw policy is."""
    match _value(policy, "loudness"):
        case {"level": level, "quiet_level": quiet} if (
            level in _LEVELS and quiet in _LEVELS
        ):
            if _LEVELS.index(quiet) > _LEVELS.index(level):
                message = "must not be above $.policy.loudness.value.level"
                path = "$.policy.loudness.value.quiet_level"
                yield _problem(path, "order", message)
