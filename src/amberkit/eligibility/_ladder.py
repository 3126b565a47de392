"""From one product to the next lesser one: which of them does this case call for?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

import attrs

from amberkit.cases import Case
from amberkit.eligibility._assess import Assessment, assess
from amberkit.eligibility.findings._waivers import Waiver
from amberkit.eligibility.logic._truth import Truth
from amberkit.eligibility.packs._load import load_pack
from amberkit.eligibility.packs._pack import Pack
from amberkit.errors import AmberkitError
from amberkit.values import Mode

__all__ = ["Rung", "assess_ladder"]


@attrs.frozen(kw_only=True)
class Rung:
    """One product of a ladder: assessed, or not to be had."""

    pack: str
    """Identifier of its pack."""

    assessment: Assessment | None
    """None where the pack cannot be loaded for the day."""

    error: AmberkitError | None = attrs.field(default=None, eq=False)
    """Why it cannot."""


def assess_ladder(
    case: Case,
    pack: Pack,
    *,
    now: dt.datetime,
    on: dt.date,
    mode: Mode = Mode.EXERCISE,
    waivers: Iterable[Waiver] = (),
    acknowledged: Collection[str] = (),
) -> tuple[Rung, ...]:
    """Assess *pack*, then its lesser products until one says yes.

    A product that is not known yet does not end the search: the next one may be issued
    while its question is asked. Each pack is tried once, in the order in which the
    packs name them.

    Args:
        case: The case.
        pack: The most urgent product.
        now: See `assess`.
        on: The day whose lesser packs are taken; see `load_pack`.
        mode: See `assess`.
        waivers: See `assess`; of the first pack.
        acknowledged: See `assess`; of all packs.

    Raises:
        InvalidValue: See `assess` and `load_pack`.
        PackNotInForce, WaiverRefused: See `assess`; of the first pack.
        NotAcknowledged: See `assess`; of the first pack.
    """
    first = assess(
        case, pack, now=now, mode=mode, waivers=waivers, acknowledged=acknowledged
    )
    rungs = [Rung(pack=pack.id, assessment=first)]
    left, tried = list(_lesser(pack)), {pack.id}
    while left and not _says_yes(rungs[-1]):
        name = left.pop(0)
        if name in tried:
            continue
        tried.add(name)
        try:
            lesser = load_pack(name, on=on)
            found = assess(case, lesser, now=now, mode=mode, acknowledged=acknowledged)
        except AmberkitError as error:
            rungs.append(Rung(pack=name, assessment=None, error=error))
        else:
            rungs.append(Rung(pack=name, assessment=found))
            left += _lesser(lesser)
    return tuple(rungs)


def _lesser(pack: Pack) -> Iterable[str]:
    decision = pack.policy.lesser
    return () if decision is None or decision.value is None else decision.value


def _says_yes(rung: Rung) -> bool:
    return rung.assessment is not None and rung.assessment.truth is Truth.TRUE
