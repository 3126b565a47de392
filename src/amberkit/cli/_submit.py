"""The command that hands an alert in, for a second person to approve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._actors import principal_of, signer_of
from amberkit.cli._exit import ExitCode
from amberkit.cli._inputs import photograph_problems, read_case, read_photographs
from amberkit.cli._options import Actor, CaseFile, Json, Rules
from amberkit.cli._output import print_json, print_line
from amberkit.cli._planning import Overriding, make_plan, read_inputs
from amberkit.cli._stores import (
    channels_of,
    open_submitting,
    options_of,
    show_moment,
    time_of,
)
from amberkit.cli._wordings import read_wordings
from amberkit.plans import AlertPlan, PlanRefused

__all__ = ["submit"]

_RULES = Rules()
_NOTHING = Overriding()


def submit(
    case: CaseFile,
    /,
    *,
    act: Actor,
    rules: Rules = _RULES,
    overriding: Overriding = _NOTHING,
    wording: Annotated[
        tuple[Path, ...],
        Parameter(
            help="Files with the agency's own wording, of the form of those that ship. "
            "A live store needs wording that names who has reviewed it.",
            consume_multiple=True,
            negative="",
            show_default=False,
        ),
    ] = (),
    signer: Annotated[
        str | None,
        Parameter(
            help="What signs: PACKAGE.MODULE:NAME, a function from the statement to "
            "the signature, both bytes."
        ),
    ] = None,
    json: Json = False,
) -> ExitCode:
    """Plan a case and hand in all that would be sent of it.

    Everything is rendered now and kept, sealed, in the store: each stage, each
    ending, and the photographs that lie beside the case. It is the first of two
    signatures. Nothing is sent before another person approves the content hash.

    Example: amberkit submit casablanca.json --store desk --by officer-7
    """
    now = time_of(act.now, mode=act.mode)
    inputs = read_inputs(case, read_case(case), rules, at=now)
    try:
        plan = make_plan(inputs, overriding.at(now))
    except PlanRefused as refused:
        if refused.code != "before-report":
            raise
        reason = f"{refused.reason}; --now replays a scenario at its own time"
        raise PlanRefused(refused.code, reason) from None
    wordings = read_wordings(wording)
    by, sign = principal_of(act), signer_of(signer)
    channels = channels_of(act.store, act.mode)
    with open_submitting(act, channels) as desk:
        content_hash = desk.submit(
            inputs.case,
            plan,
            agency=inputs.agency,
            languages=inputs.languages,
            by=by,
            now=now,
            photos=read_photographs(inputs.case, case.parent),
            wordings=wordings,
            sign=sign,
        )
        until = desk.review(plan.case_id).approvable_until
    pictures = photograph_problems(inputs.case, case.parent)
    notes = [str(problem) for problem in (*pictures, *plan.alarms)]
    following = f"amberkit approve {content_hash} {options_of(act)} --by WHO"
    if json:
        print_json(
            {
                "case": plan.case_id,
                "revision": plan.revision,
                "mode": act.mode.value,
                "truth": plan.truth.value,
                "content_hash": content_hash,
                "approvable_until": until.isoformat(),
                "notes": notes,
            }
        )
        return ExitCode.DONE
    print_line(
        f"case {plan.case_id}, revision {plan.revision}, pack {plan.pack}, "
        f"{act.mode.value}"
    )
    print_line(inputs.assessment.explain("en").answer)
    for line in _stages(plan):
        print_line(line)
    for note in notes:
        print_line(f"note: {note}")
    print_line(f"content hash: {content_hash}")
    print_line(f"a second person must approve it by {show_moment(until)}:")
    print_line(f"  {following}")
    return ExitCode.DONE


def _stages(plan: AlertPlan) -> list[str]:
    return [
        f"stage {stage.index + 1}: {stage.radius_m / 1000:g} km "
        f"from {show_moment(stage.starts)}"
        for stage in plan.stages
    ] + [f"ends by itself: {show_moment(plan.expires)}"]
