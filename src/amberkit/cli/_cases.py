"""Commands about a case: is it sound, is it an alert, what will be done."""

from __future__ import annotations

import datetime as dt
import json as jsonlib
from pathlib import Path
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.cli._exit import ExitCode, UsageError, verdict_code
from amberkit.cli._inputs import (
    moment,
    photograph_problems,
    read_agency,
    read_case,
    read_pack,
    read_region,
)
from amberkit.cli._output import (
    print_json,
    print_line,
    print_table,
    progress,
    write_files,
)
from amberkit.eligibility import Assessment, Pack
from amberkit.eligibility import assess as assess_case
from amberkit.errors import InvalidDocument
from amberkit.plans import AlertPlan, Override, plan_alert
from amberkit.render import (
    render_cap,
    render_geojson,
    render_map,
    render_message,
    render_text,
    render_why,
    show_time,
)
from amberkit.values import Audience, Mode

__all__ = ["Made", "assess", "make_plan", "plan", "validate"]

Flag = Annotated[bool, Parameter(negative="")]
Languages = Annotated[
    tuple[str, ...] | None, Parameter(consume_multiple=True, negative="")
]


def validate(case: Path, *, json: Flag = False) -> ExitCode:
    """Check a case document and the pictures that it names.

    Example: amberkit validate docs/examples/casablanca.json

    Parameters
    ----------
    case
        The case document.
    json
        Print JSON.
    """
    found = read_case(case)
    if problems := photograph_problems(found, case.parent):
        raise InvalidDocument("case", problems)
    if json:
        print_json({"valid": True, "case": found.id, "revision": found.revision})
    else:
        print_line(f"{case}  valid: case {found.id}, revision {found.revision}")
    return ExitCode.DONE


def assess(
    case: Path,
    *,
    pack: str | None = None,
    agency: Path | None = None,
    language: str = "en",
    mode: Mode = Mode.EXERCISE,
    now: str | None = None,
    json: Flag = False,
) -> ExitCode:
    """Say whether a case is an alert under a pack, and why.

    Exit code 0 for yes, 1 for no, 6 if a fact is missing.

    Example: amberkit assess docs/examples/casablanca.json --language fr

    Parameters
    ----------
    case
        The case document.
    pack
        The pack; by default the agency's.
    agency
        The agency's document; by default agency.json beside the case.
    language
        Language of the explanation: en, fr or ar.
    mode
        exercise, test or live; a live assessment is made at the clock's time.
    now
        The time to assess at; by default the report, or the clock if live.
    json
        Print JSON.
    """
    found = read_case(case)
    speaker = None if pack else read_agency(agency, beside=case)
    at = moment(now, mode=mode, case=found)
    rules = read_pack(pack, agency=speaker, on=at.date())
    explanation = assess_case(found, rules, now=at).explain(language)
    if json:
        print_json(explanation.json())
    else:
        print_line(explanation.text())
    return verdict_code(explanation.truth)


def plan(
    case: Path,
    *,
    out: Path,
    agency: Path | None = None,
    pack: str | None = None,
    boundary: Path | None = None,
    land: Path | None = None,
    languages: Languages = None,
    language: str = "en",
    mode: Mode = Mode.EXERCISE,
    now: str | None = None,
    override_by: str | None = None,
    override_reason: str | None = None,
    json: Flag = False,
) -> ExitCode:
    """Assess a case, plan its stages and write every message form into a folder.

    Example: amberkit plan docs/examples/casablanca.json --out out/

    Parameters
    ----------
    case
        The case document.
    out
        The folder to write into; it is made if need be.
    agency
        The agency's document; by default agency.json beside the case.
    pack
        The pack; by default the agency's.
    boundary
        GeoJSON file with a border that the area must not leave.
    land
        GeoJSON file with what is land on the map; by default land.geojson beside
        the case.
    languages
        BCP 47 tags of the messages, the leading one first; by default the pack's.
    language
        Language of what is printed here: en, fr or ar.
    mode
        exercise, test or live.
    now
        The time to plan at; by default the report, or the clock if live.
    override_by
        Who decides to plan although a fact is missing: a service number.
    override_reason
        Why.
    json
        Print JSON.
    """
    if (override_by is None) is not (override_reason is None):
        raise UsageError("--override-by and --override-reason must be given together")
    made = make_plan(
        case,
        agency=agency,
        pack=pack,
        boundary=boundary,
        mode=mode,
        now=now,
        override=(override_by, override_reason),
    )
    files, notes = _render(made, case, languages, mode, land)
    write_files(out, {name: data for name, (data, _) in files.items()})
    notes += [str(p) for p in photograph_problems(made.case, case.parent)]
    notes += [str(p) for p in made.plan.alarms]
    if json:
        print_json(
            {
                "assessment": made.assessment.explain(language).json(),
                "plan": _plan_document(made, language),
                "files": {str(out / name): says for name, (_, says) in files.items()},
                "notes": notes,
            }
        )
    else:
        _print_plan(made, language, mode, now)
        for name, (_, says) in files.items():
            print_line(f"{out / name}  {says}")
        for note in notes:
            print_line(f"note: {note}")
    return ExitCode.DONE


# --- what plan and map share ----------------------------------------------------------


@attrs.frozen(kw_only=True)
class Made:
    """A plan with all that it was made from."""

    case: Case
    agency: Agency
    pack: Pack
    assessment: Assessment
    plan: AlertPlan


def make_plan(
    path: Path,
    *,
    agency: Path | None,
    pack: str | None,
    boundary: Path | None,
    mode: Mode,
    now: str | None,
    override: tuple[str | None, str | None] = (None, None),
) -> Made:
    """Read what the options name, assess and plan."""
    case = read_case(path)
    speaker = read_agency(agency, beside=path)
    at = moment(now, mode=mode, case=case)
    rules = read_pack(pack, agency=speaker, on=at.date())
    border = read_region(boundary)
    assessment = assess_case(case, rules, now=at)
    by, reason = override
    with progress("planning") as tell:
        planned = plan_alert(
            case,
            assessment,
            rules,
            agency=speaker,
            now=at,
            boundary=border,
            override=Override(by=by, reason=reason, at=at) if by and reason else None,
            on_progress=tell,
        )
    return Made(
        case=case, agency=speaker, pack=rules, assessment=assessment, plan=planned
    )


# --- files ----------------------------------------------------------------------------

_Files = dict[str, tuple[bytes, str]]


def _render(
    made: Made, path: Path, languages: Languages, mode: Mode, land: Path | None
) -> tuple[_Files, list[str]]:
    """Return each file's bytes and its one line, and what is left to say."""
    tags = tuple(languages or made.pack.policy.languages.value)
    files: _Files = {}
    notes: list[str] = []
    features = []
    for stage in made.plan.stages:
        message = render_message(
            made.plan,
            made.case,
            agency=made.agency,
            stage=stage.index,
            audience=Audience.PUBLIC,
            languages=tags,
            mode=mode,
            sent=stage.starts,
        )
        number, radius = stage.index + 1, f"{stage.radius_m / 1000:g} km"
        features.append(render_geojson(message))
        files[f"public/stage-{number}.cap.xml"] = (
            render_cap(message),
            f"CAP 1.2 for the public, stage {number}, {radius}",
        )
        if stage.index == 0:
            notes += [str(gap) for gap in message.gaps]
            for tag in tags:
                text = render_text(message, language=tag).encode()
                files[f"public/alert.{tag}.txt"] = (text, f"text for the public, {tag}")
    telegram = render_message(
        made.plan,
        made.case,
        agency=made.agency,
        stage=0,
        audience=Audience.SERVICES,
        languages=tags,
        mode=mode,
        sent=made.plan.services.starts,
    )
    for tag in tags:
        text = render_text(telegram, language=tag).encode()
        files[f"services/telegram.{tag}.txt"] = (
            text,
            f"telegram to all services, {tag}",
        )
    files["services/telegram.cap.xml"] = (
        render_cap(telegram),
        "CAP 1.2 for the services, nationwide",
    )
    collection = {"type": "FeatureCollection", "features": features}
    files["public/stages.geojson"] = (_json_bytes(collection), "areas of all stages")
    page = render_map(
        made.plan,
        agency=made.agency,
        languages=tags,
        mode=mode,
        land=read_region(land, beside=path.parent / "land.geojson"),
    )
    files["map.html"] = (page.encode(), "map of the stages; open it in a browser")
    files["assessment.json"] = (
        _json_bytes(made.assessment.explain("en").json()),
        "the decision, criterion by criterion",
    )
    return files, notes


def _json_bytes(document: object) -> bytes:
    return (jsonlib.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


# --- what is printed ------------------------------------------------------------------


def _print_plan(made: Made, language: str, mode: Mode, now: str | None) -> None:
    plan = made.plan
    explanation = made.assessment.explain(language)
    zone = made.agency.time_zone

    def time(value: dt.datetime) -> str:
        return show_time(value, zone=zone, language=language)

    print_line(f"case {plan.case_id}, revision {plan.revision}, pack {plan.pack}")
    if mode is not Mode.LIVE and now is None:
        print_line(f"{mode.value}: the clock starts at the report, {time(plan.made)}")
    print_line()
    print_table(
        explanation.answer,
        ["criterion", "finding", "evidence", "source"],
        [
            [
                row.says,
                row.status.value.replace("_", " "),
                row.evidence.value,
                row.source.url if row.source else "",
            ]
            for row in explanation.rows
        ],
    )
    print_table(
        f"{len(plan.stages)} stages",
        ["", "from", "until", "radius", "cells", "new", "why"],
        [
            [
                str(stage.index + 1),
                time(stage.starts),
                time(stage.ends),
                f"{stage.radius_m / 1000:g} km",
                f"{len(stage.cells):,}",
                f"{len(stage.added):,}",
                render_why(stage.why, language=language),
            ]
            for stage in plan.stages
        ],
    )
    print_line(f"services: nationwide at once, {time(plan.services.starts)}")
    print_line(f"public at the latest: {time(plan.deadline)}")
    print_line(f"ends by itself: {time(plan.expires)}")
    print_line()


def _plan_document(made: Made, language: str) -> dict[str, Any]:
    plan = made.plan
    return {
        "case": plan.case_id,
        "revision": plan.revision,
        "pack": plan.pack,
        "truth": plan.truth.name,
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
            "scope": "nationwide",
            "starts": plan.services.starts.isoformat(),
            "ends": plan.services.ends.isoformat(),
        },
    }
