"""What a plan says on a terminal, and as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from amberkit.cli._output import print_folded, print_line, print_table
from amberkit.eligibility import Explanation
from amberkit.plans import AlertPlan
from amberkit.render import render_why, show_time

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
                render_why(stage.why, language=language),
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
            }
            for stage in plan.stages
        ],
        "services": {
            "scope": plan.services.scope.value,
            "starts": plan.services.starts.isoformat(),
            "ends": plan.services.ends.isoformat(),
        },
    }
