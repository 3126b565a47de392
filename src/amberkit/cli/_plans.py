"""Commands that make a plan: every form of it, or its map alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode
from amberkit.cli._files import message_files, stage_map
from amberkit.cli._inputs import moment, photograph_problems, read_case
from amberkit.cli._options import CaseFile, Json, Language, Setting
from amberkit.cli._output import print_json, print_line, replace_files, write_files
from amberkit.cli._planning import (
    Inputs,
    Overriding,
    ask_neighbors,
    make_plan,
    read_inputs,
)
from amberkit.cli._regions import read_region
from amberkit.cli._report import plan_json, print_findings, print_stages
from amberkit.eligibility import Truth
from amberkit.geo import Region
from amberkit.plans import AlertPlan
from amberkit.values import Mode

__all__ = ["map_", "plan"]

_DEFAULTS = Setting()
_NOTHING = Overriding()


def plan(
    case: CaseFile,
    /,
    *,
    out: Annotated[
        Path, Parameter(help="The folder to write into; it is made if need be.")
    ],
    setting: Setting = _DEFAULTS,
    language: Language = "en",
    overriding: Overriding = _NOTHING,
    json: Json = False,
) -> ExitCode:
    """Assess a case, plan its stages and write every form of its messages.

    Prints the findings with their sources, the stages with their reasons, and
    each file that is written. What an earlier plan has written into the folder is
    removed. Nothing is sent.

    Exits with 1 where the criteria are not met, and with 6 where a fact is
    missing.

    Example: amberkit plan casablanca.json --out out
    """
    inputs = _read(case, setting)
    land = _land(case, setting)
    overrides = overriding.at(inputs.at)
    explanation = inputs.assessment.explain(language)
    if not json and not overrides and inputs.assessment.truth is not Truth.TRUE:
        print_findings(explanation)
    previous = _previous(setting, overriding)
    made = make_plan(inputs, overrides, previous=previous)
    forms = message_files(
        made,
        inputs.case,
        inputs.assessment,
        agency=inputs.agency,
        languages=inputs.languages,
        mode=setting.mode,
        land=land,
        asked=ask_neighbors(made, inputs, mode=setting.mode),
    )
    replace_files(out, {name: form.data for name, form in forms.files.items()})
    pictures = photograph_problems(inputs.case, case.parent)
    notes = [str(problem) for problem in (*forms.gaps, *pictures, *made.alarms)]
    if json:
        print_json(
            {
                "assessment": explanation.json(),
                "plan": plan_json(made, language),
                "files": {str(out / n): form.says for n, form in forms.files.items()},
                "notes": notes,
            }
        )
        return ExitCode.DONE
    print_line(f"case {made.case_id}, revision {made.revision}, pack {made.pack}")
    print_line()
    print_findings(explanation)
    for override in overrides:
        concern = override.concern.value
        print_line(f"override by {override.by}: {override.reason} ({concern})")
    if overrides:
        print_line()
    print_stages(made, zone=inputs.agency.time_zone, language=language)
    if setting.mode is not Mode.LIVE and setting.now is None:
        print_line(
            f"{setting.mode.value}: the clock starts when the last thing was known"
        )
    print_line()
    for note in notes:
        print_line(f"note: {note}")
    for name, form in forms.files.items():
        print_line(f"{out / name}  {form.says}")
    return ExitCode.DONE


def map_(
    case: CaseFile,
    /,
    *,
    out: Annotated[Path, Parameter(help="The HTML file to write.")],
    setting: Setting = _DEFAULTS,
    json: Json = False,
) -> ExitCode:
    """Write the map of a case's plan, and nothing else.

    One HTML file that needs no network: every stage with its radius and time.

    Exits with 1 where the criteria are not met, and with 6 where a fact is missing.

    Example: amberkit map casablanca.json --out map.html
    """
    inputs = _read(case, setting)
    land = _land(case, setting)
    made = make_plan(inputs, (), previous=_previous(setting, _NOTHING))
    page = stage_map(
        made,
        agency=inputs.agency,
        languages=inputs.languages,
        mode=setting.mode,
        land=land,
    )
    write_files(out.parent, {out.name: page})
    if json:
        print_json({"map": str(out), "stages": len(made.stages)})
    else:
        print_line(f"{out}  map of {len(made.stages)} stages; open it in a browser")
    return ExitCode.DONE


def _read(path: Path, setting: Setting) -> Inputs:
    case = read_case(path)
    at = moment(setting.now, mode=setting.mode, case=case)
    return read_inputs(path, case, setting, at=at)


def _previous(setting: Setting, overriding: Overriding) -> AlertPlan | None:
    """Plan the case before its revision, at its own time."""
    if setting.previous is None:
        return None
    case = read_case(setting.previous)
    at = moment(None, mode=Mode.EXERCISE, case=case)
    inputs = read_inputs(setting.previous, case, setting, at=at)
    return make_plan(inputs, overriding.at(at))


def _land(path: Path, setting: Setting) -> Region | None:
    return read_region(setting.land, beside=path.parent / "land.geojson")
