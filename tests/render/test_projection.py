"""Who is told what: by class and by recorded reason, and in no other way."""

import datetime as dt
import re

import attrs
import pytest

from amberkit.cases import Case as CaseModel
from amberkit.cases import leaves_of
from amberkit.messages import FIELDS, DisclosureRefused, Item, Term
from amberkit.render import project, render_message
from amberkit.render._projection import _value, gaps_in
from amberkit.values import (
    Audience,
    Confidence,
    DisclosureReason,
    Localized,
    Mode,
    Privacy,
    Restricted,
)

PUBLIC_FIELDS = {
    # what the example says, by what a poster of a missing child says
    "id",
    "revision",
    "children.given_name",
    "children.sex",
    "children.age_years",
    "children.appearance.height_cm",
    "children.appearance.weight_kg",
    "children.appearance.build",
    "children.appearance.hair",
    "children.appearance.eyes",
    "children.appearance.marks",
    "children.appearance.clothing",
    "children.photographs.kind",
    "children.photographs.alt",
    "children.photographs.taken",
    "children.photographs.differs",
    "last_seen.time",
    "last_seen.place",
    "last_seen.direction",
    "circumstances.summary",
    "suspects.sex",
    "suspects.age_years",
    "suspects.appearance.build",
    "suspects.appearance.clothing",
    "suspects.dangerous",
    "vehicles.kind",
    "vehicles.color",
    "vehicles.make",
    "vehicles.model",
    "vehicles.marks",
    "vehicles.plate_country",
    "vehicles.confidence",
    "report.received",
}
DISCLOSED = {
    "children.family_name",
    "vehicles.plate_partial",
    "children.health_instruction",
}
SERVICES_ONLY = {
    "report.station",
    "children.birth_date",
    "children.languages",
    "last_seen.at",
    "last_seen.uncertainty_m",
    "sightings.at",
    "sightings.uncertainty_m",
    "sightings.seen",
    "sightings.reported",
    "sightings.confidence",
}


def fields(items):
    return {item.field for item in items}


def told(case, audience, *, at=None, zone="Africa/Casablanca", special_data=False):
    return project(
        case,
        audience,
        at=at or case.report.received,
        zone=zone,
        special_data=special_data,
    )


def test_the_public_sees_what_is_public_and_what_was_disclosed(case):
    assert fields(told(case, Audience.PUBLIC)) == PUBLIC_FIELDS | DISCLOSED


def test_without_a_recorded_reason_nothing_more_is_public(case):
    silent = attrs.evolve(case, disclosures=())

    assert fields(told(silent, Audience.PUBLIC)) == PUBLIC_FIELDS


def test_the_services_see_what_must_be_known_to_search(case):
    seen = fields(told(case, Audience.SERVICES))

    assert seen == PUBLIC_FIELDS | DISCLOSED | SERVICES_ONLY


def with_health_disclosed(case, audience):
    first, *_ = case.disclosures
    disclosure = attrs.evolve(
        first,
        field="children.health",
        audience=audience,
        reason=DisclosureReason.PROTECT_HEALTH,
    )
    return attrs.evolve(case, disclosures=(disclosure,))


@pytest.mark.parametrize(
    ("audience", "special_data", "reason", "seen"),
    [
        # health is of class S: services only, by pack and reason together
        (Audience.SERVICES, True, True, True),
        (Audience.SERVICES, True, False, False),
        (Audience.SERVICES, False, True, False),
        (Audience.PUBLIC, True, True, False),
        (Audience.PUBLIC, False, True, False),
    ],
)
def test_special_data_needs_the_pack_and_a_reason(
    case, audience, special_data, reason, seen
):
    disclosed = with_health_disclosed(case, audience)
    asked = disclosed if reason else case

    found = fields(told(asked, audience, special_data=special_data))

    assert ("children.health" in found) is seen


def test_a_reason_for_one_audience_is_none_for_the_other(case):
    first, *rest = case.disclosures
    moved = attrs.evolve(first, audience=Audience.SERVICES)

    found = fields(
        told(attrs.evolve(case, disclosures=(moved, *rest)), Audience.PUBLIC)
    )

    assert first.field == "children.family_name"
    assert first.field not in found


def test_every_item_bears_the_class_of_its_field(case):
    classes = {leaf.name: leaf.privacy for leaf in leaves_of(CaseModel)}

    for audience in Audience:
        for item in told(case, audience):
            assert item.privacy is classes[item.field]


def test_no_restricted_field_is_ever_projected(case):
    restricted = {
        leaf.name for leaf in leaves_of(CaseModel) if leaf.privacy is Privacy.R
    }
    prefixes = tuple(restricted)

    for audience in Audience:
        assert not [
            f
            for f in fields(told(case, audience, special_data=True))
            if f.startswith(prefixes)
        ]


def test_an_age_that_only_the_birth_date_tells_is_public_without_the_date(case):
    (child,) = case.children
    ageless = attrs.evolve(child, age_years=None)
    items = told(attrs.evolve(case, children=(ageless,)), Audience.PUBLIC)
    (age,) = [item for item in items if item.field == "children.age_years"]

    # Born on 14 March 2017, last seen on 22 November 2026.
    assert (age.value, age.privacy) == (9, Privacy.P1)
    assert "children.birth_date" not in fields(items)


def test_a_child_of_unknown_age_has_no_age(case):
    (child,) = case.children
    ageless = attrs.evolve(child, age_years=None, birth_date=None)
    items = told(attrs.evolve(case, children=(ageless,)), Audience.PUBLIC)

    assert "children.age_years" not in fields(items)


def test_closed_vocabularies_become_terms(case):
    items = {item.field: item.value for item in told(case, Audience.SERVICES)}

    assert items["children.appearance.hair"] == Term("hair_color", "black")
    assert items["vehicles.kind"] == Term("vehicle_kind", "car")
    assert items["children.languages"] == (
        Term("language", "ar"),
        Term("language", "fr"),
    )
    assert items["last_seen.uncertainty_m"] == 150


def test_a_text_that_is_missing_in_a_language_is_a_gap(case):
    items = told(case, Audience.PUBLIC)
    paths = {gap.path for gap in gaps_in(items, ("ar", "fr", "en"))}

    assert gaps_in(items, ("ar", "fr")) == ()
    assert "$.children[0].appearance.clothing" in paths
    assert "$.children[0].photographs[0].alt" in paths
    assert "$.last_seen.place" in paths


def test_what_a_message_can_carry_is_what_the_models_say_and_nothing_restricted():
    """The models and the table of the messages are two keys to one lock."""
    carried = {
        leaf.name: leaf.privacy
        for leaf in leaves_of(CaseModel)
        if leaf.privacy not in (Privacy.R, Privacy.K)
    }

    assert dict(FIELDS) == carried


@pytest.fixture
def message(plan, case, agency, now):
    return render_message(
        plan,
        case,
        agency=agency,
        stage=0,
        audience=Audience.PUBLIC,
        languages=("fr",),
        mode=Mode.TEST,
        sent=now,
    )


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("children.school", None),
        ("children.school", DisclosureReason.IDENTIFY_CHILD),
        ("report.reporter.name", DisclosureReason.LOCATE),
        ("children.health", DisclosureReason.PROTECT_HEALTH),
        ("children.birth_date", None),
        ("children.birth_date", "identify_child"),
        ("no.such.field", DisclosureReason.LOCATE),
    ],
)
def test_a_message_refuses_an_item_whatever_made_it(message, field, reason):
    smuggled = Item(field=field, reason=reason, value=Localized({"fr": "x"}))

    with pytest.raises(DisclosureRefused, match=re.escape(field)):
        attrs.evolve(message, items=(*message.items, smuggled))


def test_a_vehicle_that_was_ruled_out_is_not_told_to_the_public(case):
    (vehicle,) = case.vehicles
    innocent = attrs.evolve(vehicle, confidence=Confidence.RULED_OUT, make="Fiat")
    both = attrs.evolve(case, vehicles=(innocent, vehicle))

    public = told(both, Audience.PUBLIC)
    services = told(both, Audience.SERVICES)

    def makes(items):
        return [item.value for item in items if item.field == "vehicles.make"]

    assert makes(public) == ["Dacia"]
    assert makes(services) == ["Fiat", "Dacia"]


def test_a_decision_counts_from_the_time_at_which_it_was_recorded(case):
    first = case.disclosures[0]
    just_before = first.at - dt.timedelta(seconds=1)

    assert first.field == "children.family_name"
    assert first.field in fields(told(case, Audience.PUBLIC, at=first.at))
    assert first.field not in fields(told(case, Audience.PUBLIC, at=just_before))


def test_the_age_is_that_of_the_local_day(case):
    """Last seen at 20:00 in New York, the evening before the 18th birthday."""
    (child,) = case.children
    teenager = attrs.evolve(child, age_years=None, birth_date=dt.date(2008, 11, 22))
    evening = dt.datetime(2026, 11, 22, 1, tzinfo=dt.UTC)
    late = attrs.evolve(
        case,
        children=(teenager,),
        last_seen=attrs.evolve(case.last_seen, time=evening),
    )

    def age(zone):
        return {i.field: i.value for i in told(late, Audience.PUBLIC, zone=zone)}[
            "children.age_years"
        ]

    assert age("America/New_York") == 17
    assert age("Africa/Casablanca") == 18


@pytest.mark.parametrize("value", [Restricted("x"), object()])
def test_the_projection_would_rather_break_than_let_by_what_it_does_not_know(value):
    with pytest.raises(AssertionError):
        _value(value)
