"""Every pack that ships keeps to its own decision table, and to the house's rules."""

import attrs
import pytest

from amberkit.eligibility import (
    list_packs,
    load_pack,
    parse_table,
    table_problems,
)
from amberkit.eligibility.logic._rules import leaves
from amberkit.eligibility.packs import Evidence, SourceKind, overlaps, shipped_table


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
