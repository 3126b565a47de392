"""The files that a plan becomes, each with the line that says what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator

import attrs

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.cli._output import INDEX
from amberkit.eligibility import Assessment
from amberkit.errors import Problem
from amberkit.geo import Region
from amberkit.messages import Message
from amberkit.plans import AlertPlan
from amberkit.plans.handoff import HandOff
from amberkit.render import (
    render_cap,
    render_geojson,
    render_map,
    render_message,
    render_text,
    render_timeline,
)
from amberkit.values import Audience, Mode

__all__ = ["File", "Forms", "message_files", "stage_map"]


@attrs.frozen
class File:
    """What goes into a file, and what it is, in a few words."""

    data: bytes
    says: str


@attrs.frozen
class Forms:
    """Every form of a plan, by path below the folder, in the order to show them."""

    files: dict[str, File]

    gaps: tuple[Problem, ...]
    """What a message lacks in one of its languages, each thing once."""


def message_files(
    plan: AlertPlan,
    case: Case,
    assessment: Assessment,
    *,
    agency: Agency,
    languages: tuple[str, ...],
    mode: Mode,
    land: Region | None,
    asked: tuple[HandOff, ...] = (),
) -> Forms:
    """Render *plan* for the public and for the services, with its map and reasons.

    Beside them lie requests to neighbors, which are nobody's message.
    """

    def message(stage: int, audience: Audience) -> Message:
        public = audience is Audience.PUBLIC
        return render_message(
            plan,
            case,
            agency=agency,
            stage=stage,
            audience=audience,
            languages=languages,
            mode=mode,
            sent=plan.stages[stage].starts if public else plan.services.starts,
        )

    def texts(of: Message, name: str, says: str) -> Iterator[tuple[str, File]]:
        for tag in languages:
            text = render_text(of, language=tag).encode()
            yield f"{name}.{tag}.txt", File(text, f"{says}, {tag}")

    public = [message(stage.index, Audience.PUBLIC) for stage in plan.stages]
    services = message(0, Audience.SERVICES)
    areas = {
        "type": "FeatureCollection",
        "features": [render_geojson(stage) for stage in public],
    }
    files: dict[str, File] = {}
    for stage, shown in zip(plan.stages, public, strict=True):
        number, radius = stage.index + 1, f"{stage.radius_m / 1000:g} km"
        name, says = (
            f"public/stage-{number}",
            f"for the public, stage {number}, {radius}",
        )
        files |= texts(shown, name, f"text {says}")
        files[f"{name}.cap.xml"] = File(render_cap(shown), f"CAP 1.2 {says}")
    files["public/stages.geojson"] = File(_json(areas), "areas of all stages")
    files |= texts(services, "services/telegram", "telegram to all services")
    files["services/telegram.cap.xml"] = File(
        render_cap(services), "CAP 1.2 for the services"
    )
    page = stage_map(plan, agency=agency, languages=languages, mode=mode, land=land)
    files["map.html"] = File(page, "map of the stages; open it in a browser")
    timeline = render_timeline(plan, agency=agency, languages=languages, mode=mode)
    files["timeline.svg"] = File(timeline.encode(), "what happens when, as a picture")
    files["assessment.json"] = File(
        _json(assessment.explain("en").json()), "the decision, criterion by criterion"
    )
    for each in asked:
        name = f"handoff-{each.neighbor.id}.json"
        files[name] = File(_json(each.document()), _says(each))
    listed = _json(sorted([*files, INDEX]))
    files[INDEX] = File(listed, "list of these files, for the next run")
    return Forms(files, tuple(dict.fromkeys(public[0].gaps + services.gaps)))


def stage_map(
    plan: AlertPlan,
    *,
    agency: Agency,
    languages: tuple[str, ...],
    mode: Mode,
    land: Region | None,
) -> bytes:
    """Return the map of *plan*, one HTML page."""
    return render_map(
        plan, agency=agency, languages=languages, mode=mode, land=land
    ).encode()


def _says(asked: HandOff) -> str:
    since = f"request to {asked.neighbor.id}, reached from stage {asked.stage + 1} on"
    return since if asked.rules else f"{since}; no pack with its rules is at hand"


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
