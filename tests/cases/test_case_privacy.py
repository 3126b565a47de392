"""Every field of a case has one privacy class, and nothing of a person is printed."""

import copy
import datetime as dt
import enum
import inspect
import json
import pickle
import traceback
from typing import Annotated, get_args, get_origin

import attrs
import pytest

import amberkit.cases
from amberkit.cases import (
    Case,
    Child,
    Sex,
    disclosable_fields,
    leaf_values,
    leaves_of,
)
from amberkit.cases._privacy import classified, strictest
from amberkit.errors import NotShareable
from amberkit.values import LatLon, Localized, Privacy, Restricted

P0, P1, P2, S, R = Privacy.P0, Privacy.P1, Privacy.P2, Privacy.S, Privacy.R

PHOTOGRAPH = {"kind": P1, "alt": P1, "taken": P1, "differs": P1, "file": R, "sha256": R}
APPEARANCE = dict.fromkeys(
    ["height_cm", "weight_kg", "build", "hair", "eyes", "marks", "clothing"], P1
)


def inside(prefix, leaves, least=P0):
    """The leaves of a record in *prefix*, none freer than *least*."""
    return {
        f"{prefix}.{name}": R if R in (least, privacy) else max(least, privacy, key=str)
        for name, privacy in leaves.items()
    }


# A person who may be with the child is described to the public; the name and the
# picture need a reason, and the rest is the agency's.
PERSON = {
    "name": P2,
    "sex": P1,
    "age_years": P1,
    **inside("appearance", APPEARANCE),
    **inside("photographs", PHOTOGRAPH, P2),
    "dangerous": P1,
    "relation": R,
    "prior_violence": R,
    "home_address": R,
    "phone": R,
    "id_number": R,
}

CLASSES = {
    "id": P0,
    "revision": P0,
    # What a witness needs is public; the family name and the date of birth need a
    # reason; health, disability and origin are special; habits and addresses are the
    # agency's own.
    "children.given_name": P1,
    "children.family_name": P2,
    "children.sex": P1,
    "children.age_years": P1,
    "children.birth_date": P2,
    **inside("children.appearance", APPEARANCE),
    **inside("children.photographs", PHOTOGRAPH),
    "children.languages": P2,
    "children.health_instruction": P2,
    "children.health": S,
    "children.disability": S,
    "children.origin": S,
    "children.hobbies": R,
    "children.personal_problems": R,
    "children.places_frequented.name": R,
    "children.places_frequented.at": R,
    "children.places_frequented.radius_m": R,
    "children.school": R,
    "children.home_address": R,
    "children.phone": R,
    "children.id_number": R,
    "children.online_accounts": R,
    # The district is public, the point is not.
    "last_seen.at": P2,
    "last_seen.uncertainty_m": P2,
    "last_seen.time": P1,
    "last_seen.place": P1,
    "last_seen.direction": P1,
    "last_seen.witness": R,
    # A sighting can endanger whoever made it, so as a whole it needs a reason.
    "sightings.at": P2,
    "sightings.uncertainty_m": P2,
    "sightings.seen": P2,
    "sightings.reported": P2,
    "sightings.confidence": P2,
    "sightings.mobility": P2,
    "sightings.road": P2,
    "sightings.note": R,
    "sightings.witness": R,
    "circumstances.summary": P1,
    "circumstances.mobility": P1,
    "circumstances.suspicious": R,
    "circumstances.forced": R,
    "circumstances.criminal": R,
    "circumstances.taken": R,
    "circumstances.verified": R,
    "circumstances.killing": R,
    "circumstances.danger": R,
    "circumstances.danger_to_life": R,
    "circumstances.danger_to_health": R,
    "circumstances.welfare_concern": R,
    "circumstances.public_can_help": R,
    "circumstances.publication_harm": R,
    "circumstances.custody_dispute": R,
    "circumstances.family_conflict": R,
    **inside("companions", PERSON, P1),
    **inside("suspects", PERSON, P1),
    "vehicles.kind": P1,
    "vehicles.color": P1,
    "vehicles.make": P1,
    "vehicles.model": P1,
    "vehicles.marks": P1,
    "vehicles.plate": P2,
    "vehicles.plate_partial": P2,
    "vehicles.plate_country": P1,
    "vehicles.confidence": P1,
    "report.received": P0,
    "report.station": P2,
    "report.reporter.relation": R,
    "report.reporter.name": R,
    "report.reporter.phone": R,
    "report.reporter.address": R,
    "report.reporter.id_number": R,
    "report.consent.given": R,
    "report.consent.by": R,
    "report.consent.at": R,
    "report.consent.document": R,
    "report.statement_number": R,
    "risk_indicators.sexual_exploitation": R,
    "risk_indicators.forced_crime": R,
    "risk_indicators.forced_marriage": R,
    "risk_indicators.forced_labor": R,
    "risk_indicators.online_recruitment": R,
    "readiness.staffed_line": R,
    "readiness.registered": R,
    "attributions.field": R,
    "attributions.by": R,
    "attributions.at": R,
    "disclosures.field": R,
    "disclosures.audience": R,
    "disclosures.reason": R,
    "disclosures.by": R,
    "disclosures.at": R,
    "extensions": R,
}

MODELS = [
    model
    for _, model in inspect.getmembers(amberkit.cases, attrs.has)
    if model is not amberkit.cases.Leaf
]


def test_every_leaf_has_the_class_that_its_meaning_calls_for():
    assert {leaf.name: leaf.privacy for leaf in leaves_of(Case)} == CLASSES


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_field_of_every_model_carries_one_class(model):
    assert all(isinstance(f.metadata["privacy"], Privacy) for f in attrs.fields(model))


def test_no_model_is_left_out_of_the_package():
    assert len(MODELS) == 17


@pytest.mark.parametrize(
    "annotation",
    [str, Annotated[str, "P1"], Annotated[str, P1, P2], list[Annotated[str, P1]]],
    ids=["none", "a word", "two", "inside"],
)
def test_a_field_without_exactly_one_class_does_not_load(annotation):
    with pytest.raises(TypeError, match=r"Made\.name needs exactly one privacy class"):
        attrs.make_class(
            "Made",
            {"name": attrs.field(type=annotation)},
            frozen=True,
            field_transformer=classified,
        )


def test_only_fields_of_class_p0_are_printed():
    shown = {
        f"{m.__name__}.{f.name}" for m in MODELS for f in attrs.fields(m) if f.repr
    }

    assert shown == {
        "Case.id",
        "Case.revision",
        "Case.report",
        "Report.received",
    }


def mentioned(annotation):
    """Every type that occurs in an annotation."""
    yield get_origin(annotation) or annotation
    for argument in get_args(annotation):
        yield from mentioned(argument)


def bare_leaves(model, *, wrapped=False):
    """Every R leaf that is not behind `Restricted`, by its model."""
    for field in attrs.fields(model):
        types = list(mentioned(field.type))
        behind = wrapped or Restricted in types
        records = [kind for kind in types if kind in MODELS]
        for record in records:
            yield from bare_leaves(record, wrapped=behind)
        if not records and field.metadata["privacy"] is R and not behind:
            yield model


def test_every_restricted_leaf_lies_behind_the_wrapper():
    # A disclosure holds the name of a field, codes and a pseudonym: no personal data.
    records = {amberkit.cases.Attribution, amberkit.cases.Disclosure}
    assert set(bare_leaves(Case)) == records


@pytest.mark.parametrize("a", Privacy)
@pytest.mark.parametrize("b", Privacy)
def test_the_strictest_class_wins(a, b):
    order = [P0, P1, P2, S, R, Privacy.K]

    assert strictest(a, b) is order[max(order.index(a), order.index(b))]


def test_only_what_needs_a_reason_can_be_disclosed():
    assert disclosable_fields() == {
        name: privacy for name, privacy in CLASSES.items() if privacy in (P2, S)
    }


# --- values ---------------------------------------------------------------------------


def test_leaf_values_are_the_leaves_of_the_model(case):
    for leaf, _, value in leaf_values(case):
        if isinstance(value, Restricted):
            # What is in the wrapper is not looked into: the path ends at it.
            below = [
                p for n, p in CLASSES.items() if f"{n}.".startswith(f"{leaf.name}.")
            ]
            assert leaf.privacy is R
            assert set(below) == {R}
        else:
            assert CLASSES[leaf.name] is leaf.privacy


def test_leaf_values_are_found_in_the_case_by_path_and_indexes(case):
    twins = attrs.evolve(case, children=case.children * 2)
    found = list(leaf_values(twins))

    for leaf, indexes, value in found:
        here, left = twins, list(indexes)
        for name in leaf.path:
            here = getattr(here, name)
            if isinstance(here, tuple) and left:
                here = here[left.pop(0)]
        assert not left
        assert here == value
    assert len({(leaf.path, indexes) for leaf, indexes, _ in found}) == len(found)


def test_leaf_values_leave_out_what_is_not_known(case):
    assert case.vehicles[0].plate is None
    assert "vehicles.plate" not in {leaf.name for leaf, _, _ in leaf_values(case)}


def test_age_is_what_was_stated_or_is_counted_from_the_birth_date():
    leap_day = dt.date(2016, 2, 29)
    name = Localized({"ar": "ليلى"})
    born = Child(given_name=name, sex=Sex.FEMALE, birth_date=leap_day)
    stated = attrs.evolve(born, age_years=9)
    unknown = Child(given_name=name, sex=Sex.FEMALE)

    assert born.age_at_disappearance(dt.date(2025, 2, 28)) == 8
    assert born.age_at_disappearance(dt.date(2025, 3, 1)) == 9
    assert stated.age_at_disappearance(dt.date(2025, 2, 28)) == 9
    assert unknown.age_at_disappearance(dt.date(2025, 3, 1)) is None


# --- canaries -------------------------------------------------------------------------


def canaries(case):
    """Every text, number and time of the case that is not of class P0."""
    stack = [value for leaf, _, value in leaf_values(case) if leaf.privacy is not P0]
    while stack:
        match stack.pop():
            case Restricted() as wrapped:
                stack.append(wrapped.reveal())
            case tuple() as items:
                stack += items
            case Localized() as texts:
                yield from texts.as_dict().values()
            case LatLon(lat=lat, lon=lon):
                yield from (str(lat), str(lon))
            case dt.date() as when:
                yield from (repr(when), when.isoformat())
            case str() as text if text not in ("{}", "MA", "ar", "fr"):
                yield text
            case record if attrs.has(type(record)):
                stack += attrs.astuple(record, recurse=False)
            case _:
                pass


def records_in(value):
    if isinstance(value, Restricted):
        value = value.reveal()
    if isinstance(value, tuple):
        for item in value:
            yield from records_in(item)
    elif attrs.has(type(value)) and type(value) in MODELS:
        yield value
        for item in attrs.astuple(value, recurse=False):
            yield from records_in(item)


def test_the_canaries_are_many(case):
    secrets = set(canaries(case))

    assert len(secrets) > 50
    assert {"Nadia El Mitali", "asthme modéré", "33.59438", "4??17-أ-?"} <= secrets


def test_no_record_of_a_case_prints_what_is_not_p0(case):
    secrets = set(canaries(case))
    records = list(records_in(case))

    printed = "\n".join(
        form(record)
        for record in records
        for form in (repr, str, "{}".format, "%s".__mod__)
    )

    assert {type(record) for record in records} == set(MODELS)
    assert not [secret for secret in secrets if secret in printed]
    assert case.id in printed


def test_an_enum_of_a_person_is_not_printed_either(case):
    printed = "".join(map(repr, records_in(case)))
    members = {
        f"{kind.__name__}."
        for _, kind in inspect.getmembers(amberkit.cases, inspect.isclass)
        if issubclass(kind, enum.Enum)
    }

    assert not [name for name in members | {"Confidence."} if name in printed]


def test_a_case_cannot_be_pickled_but_copied(case):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(NotShareable):
            pickle.dumps(case, protocol)

    assert copy.deepcopy(case) == case
    assert hash(copy.copy(case)) == hash(case)


def test_a_traceback_with_local_variables_shows_no_case(case):
    def fail(found):
        raise RuntimeError("stop")

    try:
        fail(case)
    except RuntimeError as error:
        shown = "".join(
            traceback.TracebackException.from_exception(
                error, capture_locals=True
            ).format()
        )

    assert "found = Case(" in shown
    assert not [secret for secret in canaries(case) if secret in shown]


def test_json_of_a_case_by_a_careless_default_shows_nothing_restricted(case):
    text = json.dumps(attrs.asdict(case), default=str, ensure_ascii=False)

    assert "Nadia El Mitali" not in text
    assert "Amandiers" not in text
    assert "B-12" not in text
