"""To let an alert go on for longer: counted, bounded, and with a name to it."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.plans._errors import PlanRefused
from amberkit.plans._overrides import Concern, Override
from amberkit.plans._plan import AlertPlan
from amberkit.values import aware_utc

__all__ = ["extend"]


def extend(plan: AlertPlan, *, by: str, reason: str, now: dt.datetime) -> AlertPlan:
    """Return *plan* with an end that is later by what the pack allows each time.

    The last stage and the services go on until then; nothing else changes. A plan that
    is made with this one as ``previous`` keeps the later end.

    Args:
        plan: The plan, not yet over.
        by: Who decided: a pseudonym or service number.
        reason: Why, in the agency's words; enters no message.
        now: The time of the decision; aware.

    Raises:
        PlanRefused: If the pack allows no extension, none is left, the plan is over or
            made later.
        InvalidValue: If *by* or *reason* is empty or too long, or *now* bears no UTC
            offset.
    """
    now = aware_utc(now)
    allowed = plan.schedule.extension
    if allowed is None:
        raise PlanRefused("no-extension", "the pack must allow an extension")
    if len(plan.extensions) >= allowed.count:
        raise PlanRefused(
            "no-extension-left",
            f"an alert must be extended {allowed.count} times at most",
        )
    if now < plan.made:
        raise PlanRefused("too-early", "now must not be before the plan was made")
    if now >= plan.expires:
        raise PlanRefused("expired", "an alert must be extended before it ends")
    record = Override(concern=Concern.EXPIRY, by=by, reason=reason, at=now)
    expires = plan.expires + dt.timedelta(hours=allowed.hours)
    *before, last = plan.stages
    return attrs.evolve(
        plan,
        expires=expires,
        stages=(*before, attrs.evolve(last, ends=expires)),
        services=attrs.evolve(plan.services, ends=expires),
        extensions=(*plan.extensions, record),
    )
