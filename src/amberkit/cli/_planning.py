"""From what the options name to a plan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import attrs
from cyclopts import Parameter

from amberkit.agency import Agency
from amberkit.cases import Case
from amberkit.cli._exit import UsageError
from amberkit.cli._inputs import read_agency, read_pack
from amberkit.cli._options import Rules
from amberkit.cli._output import progress
from amberkit.cli._regions import read_atlas, read_region
from amberkit.eligibility import (
    Assessment,
    BrokenPack,
    Pack,
    PackNotInForce,
    UnknownPack,
    assess,
)
from amberkit.errors import InvalidValue
from amberkit.geo import Region
from amberkit.plans import AlertPlan, Atlas, Concern, Override, plan_alert
from amberkit.plans.handoff import HandOff, hand_offs
from amberkit.render import wording_languages
from amberkit.values import Mode

__all__ = ["Inputs", "Overriding", "ask_neighbors", "make_plan", "read_inputs"]


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Overriding:
    """The decision of somebody to plan in spite of a concern."""

    override_by: Annotated[
        str | None,
        Parameter(
            help="Who decides to plan although a fact is missing, or in spite of "
            "another concern: a service number."
        ),
    ] = None

    override_reason: Annotated[
        str | None, Parameter(help="Why; it is needed with --override-by.")
    ] = None

    override_of: Annotated[
        tuple[Concern, ...],
        Parameter(
            help="What the decision sets aside; by default undecided, that a fact is "
            "missing.",
            consume_multiple=True,
            negative="",
            show_default=False,
        ),
    ] = ()

    def at(self, time: dt.datetime) -> tuple[Override, ...]:
        """Return the decisions, made at *time*; none if nobody has decided."""
        by, reason = self.override_by, self.override_reason
        if by is None and reason is None and not self.override_of:
            return ()
        if not by or reason is None:
            raise UsageError(
                "--override-by and --override-reason must be given together"
            )
        concerns = dict.fromkeys(self.override_of or (Concern.UNDECIDED,))
        try:
            return tuple(
                Override(concern=concern, by=by, reason=reason, at=time)
                for concern in concerns
            )
        except InvalidValue as error:
            raise UsageError(
                f"--override-{error.name} must be {error.expected}"
            ) from None


@attrs.frozen(kw_only=True)
class Inputs:
    """What the options name, read; and the verdict."""

    case: Case
    agency: Agency
    pack: Pack
    languages: tuple[str, ...]
    boundary: Region | None
    atlas: Atlas | None
    at: dt.datetime
    assessment: Assessment


def read_inputs(path: Path, case: Case, rules: Rules, *, at: dt.datetime) -> Inputs:
    """Read what *rules* name, and assess *case*, which was read from *path*."""
    agency = read_agency(rules.agency, beside=path)
    pack = read_pack(rules.pack, agency=agency, at=at)
    return Inputs(
        case=case,
        agency=agency,
        pack=pack,
        languages=rules.languages or _with_wording(pack),
        boundary=read_region(rules.boundary),
        atlas=read_atlas(rules.atlas),
        at=at,
        assessment=assess(case, pack, now=at, acknowledged=rules.acknowledge),
    )


def _with_wording(pack: Pack) -> tuple[str, ...]:
    """Return the languages of a pack, without those that nobody has worded yet.

    Where there is none at all, rendering says what is missing.
    """
    wanted = tuple(pack.policy.languages.value)
    worded = wording_languages()
    return tuple(tag for tag in wanted if tag.split("-")[0] in worded) or wanted


def make_plan(
    inputs: Inputs,
    overrides: tuple[Override, ...],
    *,
    previous: AlertPlan | None = None,
) -> AlertPlan:
    """Plan, with a bar where that takes long."""
    with progress("planning") as tell:
        return plan_alert(
            inputs.case,
            inputs.assessment,
            inputs.pack,
            agency=inputs.agency,
            now=inputs.at,
            boundary=inputs.boundary,
            atlas=inputs.atlas,
            previous=previous,
            overrides=overrides,
            on_progress=tell,
        )


def ask_neighbors(
    plan: AlertPlan, inputs: Inputs, *, mode: Mode
) -> tuple[HandOff, ...]:
    """Return the requests to neighbors that the area of *plan* reaches."""

    def find(name: str) -> Pack | None:
        try:
            return read_pack(name, agency=inputs.agency, at=inputs.at)
        except (BrokenPack, PackNotInForce, UnknownPack):
            # Our own alert does not wait for the rules of somebody else.
            return None

    return hand_offs(
        plan,
        inputs.case,
        agency=inputs.agency,
        packs=find,
        now=inputs.at,
        mode=mode,
    )
