"""What became of sightings, what changed, and what somebody must look at: in sentences.

Sightings are counted from 1, as in the messages.
"""

from __future__ import annotations

import re

from amberkit.errors import Problem
from amberkit.geo import CellSet
from amberkit.plans import AlertPlan, Cause, Concern, Effect
from amberkit.render._times import show_time
from amberkit.render._wording import Wording, load_wording

__all__ = [
    "render_changes",
    "render_concern",
    "render_sightings",
    "say_alarm",
    "say_changes",
    "say_sightings",
]

_SIGHTING = re.compile(r"\$\.sightings\[(\d+)\]")


def render_changes(plan: AlertPlan, *, language: str) -> tuple[str, ...]:
    """Return what *plan* changes against the plan before, and why.

    The first sentence tells how many cells and square kilometers come and go when the
    plan takes over, and each of the others one cause. A first plan changes nothing:
    then there is no sentence.

    Raises:
        InvalidValue: If *language* is no tag.
        LanguageMissing: If there is no wording in *language*.
    """
    return say_changes(plan, load_wording(language))


def render_sightings(plan: AlertPlan, *, language: str) -> tuple[str, ...]:
    """Return what became of each sighting, in the order of the case.

    Raises:
        InvalidValue: If *language* is no tag.
        LanguageMissing: If there is no wording in *language*.
    """
    return say_sightings(plan, load_wording(language))


def render_concern(concern: Concern, *, language: str) -> str:
    """Return what somebody must decide.

    Raises:
        InvalidValue: If *language* is no tag.
        LanguageMissing: If there is no wording in *language*.
    """
    return load_wording(language).concerns[concern.value]


def say_changes(plan: AlertPlan, wording: Wording) -> tuple[str, ...]:
    """Return what changed in the phrases of *wording*; see `render_changes`."""
    if plan.revises is None:
        return ()
    first = plan.stages[0]
    is_same = not len(first.added) and not len(first.withdrawn)
    return (
        wording.causes["same" if is_same else "against"].format(
            stage=plan.revises.stage + 1,
            revision=plan.revises.revision,
            added=wording.count(len(first.added)),
            added_km2=_km2(first.added, wording),
            withdrawn=wording.count(len(first.withdrawn)),
            withdrawn_km2=_km2(first.withdrawn, wording),
        ),
        *(_cause(cause, plan, wording) for cause in plan.revises.causes),
    )


def say_sightings(plan: AlertPlan, wording: Wording) -> tuple[str, ...]:
    """Return what became of each sighting; see `render_sightings`."""
    return tuple(_effect(each.sighting, each.effect, wording) for each in plan.weighed)


def say_alarm(
    problem: Problem, plan: AlertPlan, wording: Wording, *, zone: str
) -> str | None:
    """Return an alarm of *plan* as a sentence; None for one that has no phrase."""
    phrase = wording.alarms.get(problem.code)
    if phrase is None:
        return None
    found = _SIGHTING.match(problem.path)
    return phrase.format(
        n=int(found[1]) + 1 if found else "",
        deadline=show_time(plan.deadline, zone=zone, language=wording.language),
    )


def _km2(cells: CellSet, wording: Wording) -> str:
    area = cells.area_m2 / 1e6
    return wording.count(round(area)) if area >= 10 else wording.number(area)


def _cause(cause: Cause, plan: AlertPlan, wording: Wording) -> str:
    n = cause.sighting
    if n is not None and cause.effect is not None:
        return _effect(n, cause.effect, wording)
    key = cause.code.value if n is None else "sighting_gone"
    moving = (
        wording.terms["mobility"][plan.mobility.value]
        if plan.mobility
        else wording.why["mobility_unknown"]
    )
    return wording.causes[key].format(
        n="" if n is None else n + 1,
        mobility=moving,
        pack=wording.isolate(plan.pack),
    )


def _effect(sighting: int, effect: Effect, wording: Wording) -> str:
    return wording.effects[effect.value].format(n=sighting + 1)
