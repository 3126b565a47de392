"""Every pack that ships keeps to its own decision table, and to the house's rules."""

import datetime as dt

import attrs
import pytest

from amberkit.eligibility import (
    Truth,
    list_packs,
    load_pack,
    parse_table,
    table_problems,
)
from amberkit.eligibility.logic._rules import evaluate, leaves
from amberkit.eligibility.packs import (
    Evidence,
    SourceKind,
    overlaps,
    shipped_table,
)
from amberkit.eligibility.packs.policy import ConsentRule
from amberkit.values import Confidence


@pytest.fixture(params=[(info.id, info.valid_from) for info in list_packs()], ids=str)
def pack(request):
    name, first = request.param
    return load_pack(name, on=first)


def test_each_decides_as_its_table_says_and_the_table_leaves_nothing_out(pack):
    table = parse_table(shipped_table(pack), pack)

    assert table_problems(table, pack) == ()
    assert len(table.rows) > 2 * len([c for c in pack.criteria if c.rule])


def test_each_claim_has_a_source_of_its_kind(pack):
    decisions = [
        decision
        for field in attrs.fields(type(pack.policy))
        if (decision := getattr(pack.policy, field.name)) is not None
    ]
    claims = [*pack.criteria, *pack.vetoes, *pack.duties, *decisions]
    kinds = {
        Evidence.PRIMARY: SourceKind.PRIMARY,
        Evidence.SECONDARY: SourceKind.SECONDARY,
    }

    for claim in claims:
        assert (claim.source and claim.source.kind) is kinds.get(claim.evidence)
    assert {c.source for c in claims if c.source} == set(pack.sources)


def test_each_says_what_it_is_not(pack):
    assert "not legal advice" in pack.notice.find("en").lower()


def test_each_has_a_veto_against_harm(pack):
    facts = {"circumstances.publication_harm"}

    assert any(
        veto.decides and facts & {leaf.fact for leaf in leaves(veto.rule)}
        for veto in pack.vetoes
    )


def test_no_two_versions_are_in_force_on_one_day():
    packs = [load_pack(info.id, on=info.valid_from) for info in list_packs()]

    assert overlaps(packs) == ()


def test_every_lesser_product_is_a_pack_that_ships():
    known = {info.id for info in list_packs()}

    for info in list_packs():
        lesser = load_pack(info.id, on=info.valid_from).policy.lesser
        assert lesser is None or set(lesser.value or ()) <= known


def test_the_pack_of_a_day_is_the_text_of_that_day():
    last, first = dt.date(2025, 8, 14), dt.date(2025, 8, 15)
    before = load_pack("pl-child-alert", on=last)
    after = load_pack("pl-child-alert", on=first)

    # The order of the Polish chief of police was amended on 2025-08-15: the limb on
    # consent was repealed, and life or health became life and health.
    assert (before.valid_to, after.valid_from) == (last, first)
    assert "consent" in {each.id for each in before.criteria if each.decides}
    assert "consent" not in {each.id for each in after.criteria if each.decides}
    assert before.policy.consent.value is ConsentRule.REQUIRED
    assert after.policy.consent.value is ConsentRule.NOT_REQUIRED
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("health", "verdict"), [("confirmed", Truth.TRUE), ("ruled_out", Truth.FALSE)]
)
def test_under_the_later_polish_text_life_alone_is_not_enough(health, verdict):
    pack = load_pack("pl-child-alert", on=dt.date(2025, 8, 15))
    table = parse_table(shipped_table(pack), pack)
    facts = {
        **table.rows[0].facts,
        "circumstances.danger_to_life": Confidence.CONFIRMED,
        "circumstances.danger_to_health": Confidence(health),
    }

    assert evaluate(pack.verdict_rule(), facts) is verdict
