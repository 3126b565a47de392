"""What a plan says on a terminal, and as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from amberkit.cli._output import print_folded, print_line, print_table
from amberkit.eligibility import Explanation
from amberkit.plans import AlertPlan, Cause, Revision, Stage, timeline
from amberkit.render import render_sightings, render_why, show_time

__all__ = ["plan_json", "print_findings", "print_stages"]


def print_findings(explanation: Explanation) -> None:
    """Print the verdict, the findings, and the sources below them.

    The sources are numbered and stand on lines of their own, whole: an address that
    is folded into a column cannot be copied.
    """
    sources = list(dict.fromkeys(row.source for row in explanation.rows if row.source))
    print_line(explanation.answer)
    if explanation.question is not None:
        print_line(explanation.question)
    print_line()
    print_table(
        ["criterion", "finding", "evidence", "source"],
        [
            [
                row.says,
                row.status_text,
                row.evidence_text,
                f"[{sources.index(row.source) + 1}]" if row.source else "",
            ]
            for row in explanation.rows
        ],
    )
    print_line()
    for number, source in enumerate(sources, start=1):
        print_folded(f"[{number}] {source.title}", hang=4)
        print_line(f"    {source.url}")
    print_line()


def print_stages(plan: AlertPlan, *, zone: str, language: str) -> None:
    """Print the stages with their reasons, and the times that bound the alert."""

    def time(value: dt.datetime) -> str:
        return show_time(value, zone=zone, language=language)

    if len(plan.stages) == 1:
        print_line("1 stage; it holds until the alert ends")
    else:
        print_line(f"{len(plan.stages)} stages; each holds until the next begins")
    print_line()
    print_table(
        ["", "from", "radius", "cells", "new", "why"],
        [
            [
                str(stage.index + 1),
                # Date and time on two lines leave room for the reason.
                time(stage.starts).replace(" (", "\n("),
                f"{stage.radius_m / 1000:g} km",
                f"{len(stage.cells):,}",
                f"{len(stage.added):,}",
                "\n".join(_reasons(stage, language)),
            ]
            for stage in plan.stages
        ],
        right=("radius", "cells", "new"),
    )
    print_line()
    scope = plan.services.scope.value
    print_line(f"services: {scope}, at once, {time(plan.services.starts)}")
    print_line(f"public at the latest: {time(plan.deadline)}")
    print_line(f"ends by itself: {time(plan.expires)}")
    if plan.revises is not None:
        causes = ", ".join(map(_cause, plan.revises.causes))
        print_line(f"revises revision {plan.revises.revision}: {causes}")
    print_line(_how_loud(plan))
    for sentence in render_sightings(plan, language=language):
        print_line(sentence)
    for concern in plan.unsettled:
        print_line(f"to be decided before it goes out live: {concern.value}")


def plan_json(plan: AlertPlan, language: str) -> dict[str, Any]:
    """Return *plan* as a JSON-ready dict; times in UTC, cells compact."""
    return {
        "case": plan.case_id,
        "revision": plan.revision,
        "pack": plan.pack,
        "truth": plan.truth.value,
        "overrides": [
            {
                "concern": override.concern.value,
                "by": override.by,
                "reason": override.reason,
                "at": override.at.isoformat(),
            }
            for override in plan.overrides
        ],
        "unsettled": [concern.value for concern in plan.unsettled],
        "revises": None if plan.revises is None else _revision_json(plan.revises),
        "made": plan.made.isoformat(),
        "deadline": plan.deadline.isoformat(),
        "expires": plan.expires.isoformat(),
        "stages": [
            {
                "index": stage.index,
                "starts": stage.starts.isoformat(),
                "ends": stage.ends.isoformat(),
                "radius_m": stage.radius_m,
                "resolution": stage.cells.resolution,
                "cells": len(stage.cells),
                "added": len(stage.added),
                "compact": [f"{cell:x}" for cell in stage.cells.compact.tolist()],
                "why": render_why(stage.why, language=language),
                "parts": [
                    {
                        "place": part.focus,
                        "radius_m": part.radius_m,
                        "new": part.is_new,
                        "why": render_why(part.why, language=language),
                    }
                    for part in stage.parts
                ],
            }
            for stage in plan.stages
        ],
        "sightings": [
            {"sighting": each.sighting, "effect": each.effect.value}
            for each in plan.weighed
        ],
        "timeline": [
            {
                "at": event.at.isoformat(),
                "event": event.kind.value,
                "stage": event.stage,
                "level": event.volume and event.volume.level.value,
            }
            for event in timeline(plan)
        ],
        "services": {
            "scope": plan.services.scope.value,
            "starts": plan.services.starts.isoformat(),
            "ends": plan.services.ends.isoformat(),
        },
    }


def _reasons(stage: Stage, language: str) -> list[str]:
    """Return why a stage begins: the reason of each part of it that is new."""
    new = (part.why for part in stage.parts if part.is_new)
    return [render_why(why, language=language) for why in new]


def _how_loud(plan: AlertPlan) -> str:
    """Say with how much noise it begins, and what could be decided of it."""
    volume = next(event.volume for event in timeline(plan) if event.stage is not None)
    if volume is None:
        return "how loud: the pack does not say"
    if volume.lifted_by is not None:
        return f"how loud: {volume.level.value}, as {volume.lifted_by.by} decided"
    if not volume.is_held_back:
        return f"how loud: {volume.level.value}"
    return (
        f"how loud: {volume.level.value}, for these are quiet hours; by day "
        f"{volume.wanted.value} (--override-of quiet-hours wakes people)"
    )


def _cause(cause: Cause) -> str:
    """Return a cause in a few words; sightings count from 1, as people do."""
    if cause.sighting is None:
        return cause.code.value
    effect = "taken out" if cause.effect is None else cause.effect.value
    return f"sighting {cause.sighting + 1} {effect}"


def _revision_json(revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.revision,
        "causes": [
            {
                "code": cause.code.value,
                "sighting": cause.sighting,
                "effect": cause.effect and cause.effect.value,
            }
            for cause in revision.causes
        ],
    }
