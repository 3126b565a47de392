"""What is wrong with packs that each parse, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from amberkit.eligibility.packs._claims import Evidence
from amberkit.eligibility.packs._load import clashes, every_pack, overlaps
from amberkit.eligibility.packs._pack import Pack
from amberkit.eligibility.packs.policy._policy import Policy
from amberkit.errors import Problem

__all__ = ["Lint", "lint_packs"]

_Leads: TypeAlias = Mapping[str, Sequence[str]]


@attrs.frozen(kw_only=True)
class Lint:
    """What was found. A path is ``ID@VALID_FROM`` and the place within that pack."""

    problems: tuple[Problem, ...]
    """What must not be: see `lint_packs`."""

    warnings: tuple[Problem, ...]
    """What a reader of the pack will ask about."""


def lint_packs(packs: Iterable[Pack]) -> Lint:
    """Look at packs as a set, beside those that are installed.

    It is a problem if two versions are in force on one day, or an id is that of a pack
    that ships, if ``lesser`` names a pack
    that is neither given nor installed, and if it leads back to where it began. It is
    a warning if a decision of the policy is not given, or a criterion has no source.

    Args:
        packs: Versions of packs, of any order. One that is given counts instead of one
            that is installed under its identifier on the same day.
    """
    given = tuple(packs)
    installed = every_pack()
    return Lint(
        problems=(
            *overlaps(given),
            *_clashing(given),
            *_unknown(given, installed),
            *_cycles(given, installed),
        ),
        warnings=tuple(warning for pack in given for warning in _open(pack)),
    )


def _problem(pack: Pack, place: str, code: str, message: str) -> Problem:
    path = f"{pack.id}@{pack.valid_from}.{place}"
    return Problem(path=path, code=code, message=message)


def _lesser(pack: Pack) -> tuple[str, ...]:
    decision = pack.policy.lesser
    return () if decision is None or decision.value is None else decision.value


def _clashing(given: Sequence[Pack]) -> Iterator[Problem]:
    """Yield what stands in the way of each pack among those that are installed."""
    for pack in given:
        place = f"{pack.id}@{pack.valid_from}.id"
        yield from (
            attrs.evolve(problem, path=place) if problem.path == "$.id" else problem
            for problem in clashes(pack)
        )


def _unknown(given: Sequence[Pack], installed: Sequence[Pack]) -> Iterator[Problem]:
    known = {pack.id for pack in (*given, *installed)}
    for pack in given:
        for name in _lesser(pack):
            if name not in known:
                message = f"{name} must be a pack: one of {', '.join(sorted(known))}"
                yield _problem(pack, "policy.lesser", "not-listed", message)


def _cycles(given: Sequence[Pack], installed: Sequence[Pack]) -> Iterator[Problem]:
    """Yield each way back once, for the first of its packs that is given."""
    seen: set[frozenset[str]] = set()
    # Between two first days no pack comes into force.
    for day in sorted({pack.valid_from for pack in (*installed, *given)}):
        today = [pack for pack in (*installed, *given) if pack.in_force(day)]
        leads = {pack.id: _lesser(pack) for pack in today}
        for pack in given:
            way = _way_back(pack.id, leads) if pack.in_force(day) else ()
            if way and frozenset(way) not in seen:
                seen.add(frozenset(way))
                message = f"must not lead back: {' > '.join(way)}"
                yield _problem(pack, "policy.lesser", "cycle", message)


def _way_back(start: str, leads: _Leads) -> tuple[str, ...]:
    """Return a shortest way from a pack to itself, or nothing."""
    ways: list[tuple[str, ...]] = [(start,)]
    been: set[str] = set()
    for way in ways:  # which grows on the way
        for name in leads.get(way[-1], ()):
            if name == start:
                return (*way, start)
            if name not in been:
                been.add(name)
                ways.append((*way, name))
    return ()


def _open(pack: Pack) -> Iterator[Problem]:
    for name in (field.name for field in attrs.fields(Policy)):
        if name not in pack.policy.decisions:
            message = "is not given; if nothing is known, null and unpublished say so"
            yield _problem(pack, f"policy.{name}", "not-given", message)
    for group in ("criteria", "vetoes", "duties"):
        for each in getattr(pack, group):
            if each.evidence is Evidence.UNSOURCED:
                message = "no source is at hand"
                if each.decides:
                    message += "; to assess live it must be acknowledged"
                yield _problem(pack, f"{group}.{each.id}", "unsourced", message)
