"""How each fact is read from a case: pure functions of the case and the time.

Each returns the value, or None where it is not known, and the case fields that it was
read from. What is restricted is revealed here and nowhere else in this package; the
callers wrap it again at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import TypeAlias

from amberkit.cases import (
    Appearance,
    Case,
    Person,
    RelationToChild,
    ReporterRelation,
    Vehicle,
)
from amberkit.eligibility.logic._rules import Value
from amberkit.values import Confidence, Restricted

__all__ = [
    "LOOKS",
    "PARENTS",
    "UNRELATED",
    "VEHICLE_TRAITS",
    "Derivation",
    "Derived",
    "age_years",
    "child_described",
    "circumstance",
    "consent",
    "delay",
    "disability",
    "elapsed",
    "mobility",
    "photograph",
    "prior_violence",
    "readiness",
    "reporter_relation",
    "strongest_risk",
    "suspect_described",
    "suspect_is",
    "unrelated_years_older",
    "vehicle_described",
]

Derived: TypeAlias = tuple[Value | None, tuple[str, ...]]
Derivation: TypeAlias = Callable[[Case, dt.datetime], Derived]

_UNKNOWN: Derived = (None, ())


def age_years(case: Case, _: dt.datetime) -> Derived:
    """The age of the youngest; not known where it depends on the local calendar."""
    # The case knows no zone: it is some day between UTC-12 and UTC+14.
    earliest, latest = (
        (case.last_seen.time + dt.timedelta(hours=hours)).date() for hours in (-12, 14)
    )
    ages, fields = [], set()
    for child in case.children:
        age = child.age_at_disappearance(earliest)
        if age is None or age != child.age_at_disappearance(latest):
            return _UNKNOWN
        ages.append(age)
        if child.age_years is not None:
            fields.add("children.age_years")
        else:
            fields |= {"children.birth_date", "last_seen.time"}
    return min(ages), tuple(sorted(fields))


def reporter_relation(case: Case, _: dt.datetime) -> Derived:
    return case.report.reporter.reveal().relation.value, ("report.reporter.relation",)


_MAY_CONSENT = frozenset(
    {
        ReporterRelation.FATHER,
        ReporterRelation.MOTHER,
        ReporterRelation.LEGAL_GUARDIAN,
    }
)


def consent(case: Case, now: dt.datetime) -> Derived:
    # What somebody else says is neither consent nor refusal: the right one is unasked.
    if case.report.consent is None:
        return _UNKNOWN
    consent = case.report.consent.reveal()
    if consent.by not in _MAY_CONSENT or consent.at > now:
        return _UNKNOWN
    fields = ("report.consent.at", "report.consent.by", "report.consent.given")
    return consent.given, fields


def elapsed(case: Case, now: dt.datetime) -> Derived:
    return now - case.last_seen.time, ("last_seen.time",)


def delay(case: Case, _: dt.datetime) -> Derived:
    fields = ("last_seen.time", "report.received")
    return case.report.received - case.last_seen.time, fields


def disability(case: Case, _: dt.datetime) -> Derived:
    # That none is written down does not say that there is none.
    if all(child.disability is None for child in case.children):
        return _UNKNOWN
    return True, ("children.disability",)


def mobility(case: Case, _: dt.datetime) -> Derived:
    found = case.circumstances.mobility
    return (found.value, ("circumstances.mobility",)) if found else _UNKNOWN


def circumstance(name: str) -> Derivation:
    def derive(case: Case, _: dt.datetime) -> Derived:
        found: Restricted[Confidence] | None = getattr(case.circumstances, name)
        if found is None:
            return _UNKNOWN
        return found.reveal(), (f"circumstances.{name}",)

    return derive


def readiness(name: str) -> Derivation:
    def derive(case: Case, _: dt.datetime) -> Derived:
        if case.readiness is None:
            return _UNKNOWN
        found: bool | None = getattr(case.readiness.reveal(), name)
        return _UNKNOWN if found is None else (found, (f"readiness.{name}",))

    return derive


PARENTS = frozenset({RelationToChild.PARENT, RelationToChild.GUARDIAN})
UNRELATED = frozenset(
    {
        RelationToChild.ACQUAINTANCE,
        RelationToChild.ONLINE_CONTACT,
        RelationToChild.STRANGER,
    }
)


def suspect_is(relations: Collection[RelationToChild]) -> Derivation:
    """Whether one of the suspects is; no only where the relation of each is known."""

    def derive(case: Case, _: dt.datetime) -> Derived:
        found = [p.relation and p.relation.reveal() for p in case.suspects]
        if any(relation in relations for relation in found if relation):
            return True, ("suspects.relation",)
        if not found or None in found:
            return _UNKNOWN
        return False, ("suspects.relation",)

    return derive


def unrelated_years_older(case: Case, now: dt.datetime) -> Derived:
    """How much older the oldest unrelated suspect is than the youngest child.

    Of one person, for laws ask for somebody who is both. Not known while another one
    may be unrelated, or may be older.
    """
    age, fields = age_years(case, now)
    relations = [p.relation and p.relation.reveal() for p in case.suspects]
    ages = [
        person.age_years
        for person, relation in zip(case.suspects, relations, strict=True)
        if relation in UNRELATED
    ]
    known = [years for years in ages if years is not None]
    if not isinstance(age, int) or None in relations or len(known) < len(ages):
        return _UNKNOWN
    if not known:
        return _UNKNOWN
    return max(known) - age, (*fields, "suspects.age_years", "suspects.relation")


def prior_violence(case: Case, _: dt.datetime) -> Derived:
    """The strongest of all suspects; ruled out only when it is of each of them."""
    found = [p.prior_violence.reveal() for p in case.suspects if p.prior_violence]
    strongest = _strongest(found, len(case.suspects))
    return strongest, () if strongest is None else ("suspects.prior_violence",)


def strongest_risk(*names: str) -> Derivation:
    """The strongest of several signs; ruled out only when each of them is."""

    def derive(case: Case, _: dt.datetime) -> Derived:
        if case.risk_indicators is None:
            return _UNKNOWN
        signs = case.risk_indicators.reveal()
        found = {
            f"risk_indicators.{name}": sign
            for name in names
            if (sign := getattr(signs, name)) is not None
        }
        strongest = _strongest(found.values(), len(names))
        return strongest, () if strongest is None else tuple(found)

    return derive


def _strongest(found: Collection[Confidence], asked: int) -> Confidence | None:
    """The strongest of what is known of so many; all of it to rule something out."""
    strongest = max(found, key=tuple(Confidence).index, default=None)
    if strongest is Confidence.RULED_OUT and len(found) < asked:
        return None
    return strongest


LOOKS = ("clothing", "hair", "height_cm", "marks")


def _look(appearance: Appearance) -> list[str]:
    return [look for look in LOOKS if getattr(appearance, look) is not None]


def child_described(case: Case, now: dt.datetime) -> Derived:
    looks = [_look(child.appearance) for child in case.children]
    age, fields = age_years(case, now)
    if age is None or not any(looks):
        return _UNKNOWN
    seen = sorted({f"children.appearance.{look}" for some in looks for look in some})
    return True, ("children.given_name", *fields, *seen)


def photograph(case: Case, _: dt.datetime) -> Derived:
    if not any(child.photographs for child in case.children):
        return _UNKNOWN
    return True, ("children.photographs.kind",)


def vehicle_described(case: Case, _: dt.datetime) -> Derived:
    traits = [trait for v in case.vehicles for trait in _vehicle_traits(v)]
    if not traits:
        return _UNKNOWN
    seen = dict.fromkeys([*traits, "confidence"])
    return True, tuple(f"vehicles.{trait}" for trait in seen)


_PLATES = ("plate", "plate_partial")
_KINDS = ("kind", "make", "model")
_SIGNS = ("color", "marks")
VEHICLE_TRAITS = (*_PLATES, *_KINDS, *_SIGNS)


def _vehicle_traits(vehicle: Vehicle) -> list[str]:
    """What a passer-by can know it by: a plate, or a kind with a color or a mark."""

    def given(names: Iterable[str]) -> list[str]:
        return [name for name in names if getattr(vehicle, name) is not None]

    plates, kinds, signs = given(_PLATES), given(_KINDS), given(_SIGNS)
    if vehicle.confidence is Confidence.RULED_OUT:
        return []
    return [*plates, *kinds, *signs] if plates or (kinds and signs) else []


def suspect_described(case: Case, _: dt.datetime) -> Derived:
    traits = [trait for p in case.suspects for trait in _suspect_traits(p)]
    if not traits:
        return _UNKNOWN
    return True, tuple(f"suspects.{trait}" for trait in dict.fromkeys(traits))


def _suspect_traits(person: Person) -> list[str]:
    """What a passer-by can know a person by: the sex, and one trait of the looks."""
    looks = [f"appearance.{look}" for look in _look(person.appearance)]
    return ["sex", *looks] if person.sex is not None and looks else []
