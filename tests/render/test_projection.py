"""Who is told what: by class and by recorded reason, and in no other way."""

import attrs
import pytest

from amberkit.cases import Case as CaseModel
from amberkit.cases import DisclosureReason, leaves_of
from amberkit.messages import DisclosureRefused, Item, Term
from amberkit.render import project
from amberkit.render._projection import _value, gaps_in
from amberkit.values import Audience, Localized, Privacy, Restricted

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
    "report.station",
}
DISCLOSED = {
    "children.family_name",
    "vehicles.plate_partial",
    "children.health_instruction",
}
SERVICES_ONLY = {
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


def test_the_public_sees_what_is_public_and_what_was_disclosed(case):
    assert fields(project(case, Audience.PUBLIC)) == PUBLIC_FIELDS | DISCLOSED


def test_without_a_recorded_reason_nothing_more_is_public(case):
    silent = attrs.evolve(case, disclosures=())

    assert fields(project(silent, Audience.PUBLIC)) == PUBLIC_FIELDS


def test_the_services_see_what_must_be_known_to_search(case):
    seen = fields(project(case, Audience.SERVICES))

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

    found = fields(project(asked, audience, special_data=special_data))

    assert ("children.health" in found) is seen


def test_a_reason_for_one_audience_is_none_for_the_other(case):
    first, *rest = case.disclosures
    moved = attrs.evolve(first, audience=Audience.SERVICES)

    found = fields(
        project(attrs.evolve(case, disclosures=(moved, *rest)), Audience.PUBLIC)
    )

    assert first.field == "children.family_name"
    assert first.field not in found


def test_every_item_bears_the_class_of_its_field(case):
    classes = {leaf.name: leaf.privacy for leaf in leaves_of(CaseModel)}

    for audience in Audience:
        for item in project(case, audience):
            assert item.privacy is classes[item.field]


def test_no_restricted_field_is_ever_projected(case):
    restricted = {
        leaf.name for leaf in leaves_of(CaseModel) if leaf.privacy is Privacy.R
    }
    prefixes = tuple(restricted)

    for audience in Audience:
        assert not [
            f
            for f in fields(project(case, audience, special_data=True))
            if f.startswith(prefixes)
        ]


def test_an_age_that_only_the_birth_date_tells_is_public_without_the_date(case):
    (child,) = case.children
    ageless = attrs.evolve(child, age_years=None)
    items = project(attrs.evolve(case, children=(ageless,)), Audience.PUBLIC)
    (age,) = [item for item in items if item.field == "children.age_years"]

    # Born on 14 March 2017, last seen on 22 November 2026.
    assert (age.value, age.privacy) == (9, Privacy.P1)
    assert "children.birth_date" not in fields(items)


def test_a_child_of_unknown_age_has_no_age(case):
    (child,) = case.children
    ageless = attrs.evolve(child, age_years=None, birth_date=None)
    items = project(attrs.evolve(case, children=(ageless,)), Audience.PUBLIC)

    assert "children.age_years" not in fields(items)


def test_closed_vocabularies_become_terms(case):
    items = {item.field: item.value for item in project(case, Audience.SERVICES)}

    assert items["children.appearance.hair"] == Term("hair_color", "black")
    assert items["vehicles.kind"] == Term("vehicle_kind", "car")
    assert items["children.languages"] == "ar, fr"
    assert items["last_seen.uncertainty_m"] == 150


def test_a_text_that_is_missing_in_a_language_is_a_gap(case):
    items = project(case, Audience.PUBLIC)
    paths = {gap.path for gap in gaps_in(items, ("ar", "fr", "en"))}

    assert gaps_in(items, ("ar", "fr")) == ()
    assert "$.children[0].appearance.clothing" in paths
    assert "$.children[0].photographs[0].alt" in paths
    assert "$.last_seen.place" in paths


def test_a_message_refuses_what_the_projection_would_never_give(
    plan, case, agency, now
):
    from amberkit.render import render_message
    from amberkit.values import Mode

    message = render_message(
        plan,
        case,
        agency=agency,
        stage=0,
        audience=Audience.PUBLIC,
        languages=("fr",),
        mode=Mode.TEST,
        sent=now,
    )
    smuggled = Item(
        field="children.school",
        privacy=Privacy.R,
        reason="identify_child",
        value=Localized({"fr": "x"}),
    )

    with pytest.raises(DisclosureRefused, match=r"children\.school"):
        attrs.evolve(message, items=(*message.items, smuggled))


@pytest.mark.parametrize("value", [Restricted("x"), object()])
def test_the_projection_would_rather_break_than_let_by_what_it_does_not_know(value):
    with pytest.raises(AssertionError):
        _value(value)
