"""Criteria that an authority has set aside for one case, on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import attrs

from amberkit.eligibility._errors import WaiverRefused
from amberkit.eligibility.packs._pack import Pack
from amberkit.errors import InvalidValue
from amberkit.values import CaseId, aware_utc, case_id

__all__ = ["Waiver", "accepted"]


def _short(_: object, field: attrs.Attribute[str], value: str) -> None:
    most = 1_000 if field.name == "reason" else 64
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise InvalidValue(field.name, f"1 to {most} characters")


@attrs.frozen(kw_only=True)
class Waiver:
    """A recorded decision of an authority that one criterion does not count.

    It is for one case, of any revision.

    Raises:
        InvalidValue: If a text is blank or too long, or *at* is not aware.
    """

    case_id: CaseId = attrs.field(converter=case_id)

    criterion: str = attrs.field(validator=_short)
    """Identifier of the criterion or veto."""

    authority: str = attrs.field(validator=_short)
    """The authority, as the pack names it: see `Criterion.waivable_by`."""

    by: str = attrs.field(validator=_short, repr=False)
    """Who decided: a pseudonym or service number."""

    reason: str = attrs.field(validator=_short, repr=False)
    """Why, in at most 1,000 characters; enters no message and no partner form."""

    at: dt.datetime = attrs.field(converter=aware_utc)


def accepted(
    waivers: Iterable[Waiver], case: CaseId, pack: Pack, now: dt.datetime
) -> Mapping[str, Waiver]:
    """Return waivers by the criterion that they set aside.

    Raises:
        InvalidValue: If something else is among them.
        WaiverRefused: If one is of another case, the pack has no such criterion, lets
            nobody or another authority waive it, the waiver is of the future or not
            the only one, or no criterion would be left to decide.
    """
    every = {each.id: each for each in (*pack.criteria, *pack.vetoes)}
    found: dict[str, Waiver] = {}
    for waiver in waivers:
        if not isinstance(waiver, Waiver):
            raise InvalidValue("waivers", "an iterable of Waiver")
        criterion = every.get(waiver.criterion)
        if waiver.case_id != case:
            right = "the waiver is of another case"
        elif criterion is None:
            right = "the pack has no such criterion or veto"
        elif criterion.waivable_by is None:
            right = "the pack lets nobody waive it"
        elif criterion.waivable_by != waiver.authority:
            right = f"only {criterion.waivable_by} may waive it"
        elif waiver.at > now:
            right = "the waiver must not be of the future"
        elif waiver.criterion in found:
            right = "there must be one waiver of it only"
        else:
            found[waiver.criterion] = waiver
            continue
        raise WaiverRefused(waiver.criterion, right)
    if found and all(c.id in found for c in pack.criteria if c.decides):
        raise WaiverRefused(min(found), "one criterion must be left to decide")
    return found
