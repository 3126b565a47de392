"""Commands about a case: is it sound, and is it an alert."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode, verdict_code
from amberkit.cli._inputs import (
    moment,
    photograph_problems,
    read_agency,
    read_case,
    read_pack,
)
from amberkit.cli._options import (
    Acknowledge,
    AgencyFile,
    CaseFile,
    Json,
    Language,
    ModeOption,
    Now,
    PackId,
)
from amberkit.cli._output import print_json, print_line, write_files
from amberkit.eligibility import assess as assess_case
from amberkit.errors import InvalidDocument
from amberkit.values import Mode

__all__ = ["assess", "validate"]


def validate(case: CaseFile, /, *, json: Json = False) -> ExitCode:
    """Check a case document and the pictures that it names.

    Everything that is wrong is listed, one line each: what would be right, and
    where. No value of the case is shown.

    Example: amberkit validate casablanca.json
    """
    found = read_case(case)
    if problems := photograph_problems(found, case.parent):
        raise InvalidDocument(f"case {case}", problems)
    if json:
        print_json({"valid": True, "case": found.id, "revision": found.revision})
    else:
        print_line(f"{case}  valid: case {found.id}, revision {found.revision}")
    return ExitCode.DONE


def assess(
    case: CaseFile,
    /,
    *,
    pack: PackId = None,
    agency: AgencyFile = None,
    language: Language = "en",
    mode: ModeOption = Mode.EXERCISE,
    now: Now = None,
    acknowledge: Acknowledge = (),
    html: Annotated[
        Path | None, Parameter(help="Also write the findings to this file, as a page.")
    ] = None,
    json: Json = False,
) -> ExitCode:
    """Say whether a case is an alert under a pack, and why.

    Every criterion is listed with its finding, its source and the fields that it
    was read from; where a fact is missing, the question to ask first.

    Exits with 0 for yes, 1 for no, and 6 where a fact is missing.

    Example: amberkit assess casablanca.json --language fr
    """
    found = read_case(case)
    beside = case.parent / "agency.json"
    speaker = None
    if pack is None or agency is not None or beside.exists():
        speaker = read_agency(agency, beside=case)
    at = moment(now, mode=mode, case=found)
    rules = read_pack(pack, agency=speaker, at=at)
    assessment = assess_case(found, rules, now=at, mode=mode, acknowledged=acknowledge)
    explanation = assessment.explain(language)
    if html is not None:
        write_files(html.parent, {html.name: explanation.html().encode()})
    if json:
        missing = assessment.missing
        print_json(
            {
                **explanation.json(),
                "missing": {
                    "for_true": missing.for_true,
                    "for_false": missing.for_false,
                },
                "opposite": assessment.opposite,
            }
        )
    else:
        print_line(explanation.text())
    return verdict_code(explanation.truth)
