"""What every pack promises, as tests of pytest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from amberkit.eligibility import (
    DecisionTable,
    Pack,
    Truth,
    parse_pack,
    parse_table,
    table_problems,
)
from amberkit.eligibility.logic._rules import evaluate, leaves
from amberkit.eligibility.packs import Criterion, Decision, clashes
from amberkit.errors import AmberkitError
from amberkit.schemas import read_json
from amberkit.values import Localized

__all__ = ["PackConformance"]

_ARABIC = re.compile("[\u0621-\u064a]")


class PackConformance:
    """Every promise of a pack is a test; inherit it and give two fixtures.

    ``document`` is the pack and ``table`` its decision table, each as JSON bytes or as
    a mapping. With parametrized fixtures one class tests several packs::

        class TestOurPack(PackConformance):
            @pytest.fixture
            def document(self):
                return {"$schema": "urn:amberkit:schema:pack:1", ...}

            @pytest.fixture
            def table(self):
                return {"$schema": "urn:amberkit:schema:decision-table:1", ...}

    A test that cannot be run, because the pack or its table does not parse, is skipped;
    that it does not is a failure of its own. A promise that a pack cannot keep is
    marked at a method of the same name with ``xfail(strict=True, reason=...)``; a test
    that is replaced in any other way is a failure.
    """

    def test_it_parses(self, document: Any) -> None:
        """It is a pack by the schema, and its parts fit each other."""
        parse_pack(_plain(document, "pack"))

    def test_its_id_and_period_are_its_own(self, document: Any) -> None:
        """It can be installed: no other pack has its id on a day of its period."""
        wrong = [str(problem) for problem in clashes(_pack(document))]

        assert not wrong, _lines(wrong)

    def test_every_source_is_cited(self, document: Any) -> None:
        """No source is there for nothing; that claims have theirs, parsing tells."""
        pack = _pack(document)
        claims: tuple[Criterion | Decision[object], ...] = (
            *pack.criteria,
            *pack.vetoes,
            *pack.duties,
            *pack.policy.decisions.values(),
        )
        cited = {claim.source for claim in claims}
        wrong = [
            f"{source.key} must be the source of a claim"
            for source in pack.sources
            if source not in cited
        ]

        assert not wrong, _lines(wrong)

    def test_every_text_is_in_its_language(self, document: Any) -> None:
        """The Arabic texts are Arabic, and no French sentence is the English one."""
        wrong = []
        for where, text in _texts(_pack(document)):
            if not _ARABIC.search(text["ar"]):
                wrong.append(f"the Arabic text of {where} must have Arabic letters")
            # A program may have one name in both languages.
            if text["fr"] == text["en"] and where != "title":
                wrong.append(f"the French text of {where} must not be the English one")

        assert not wrong, _lines(wrong)

    def test_the_table_is_that_of_the_pack(self, document: Any, table: Any) -> None:
        """It is a decision table by the schema, of this version of this pack."""
        pack = _pack(document)

        parse_table(_plain(table, "decision table"), pack)

    def test_every_criterion_has_its_rows(self, document: Any, table: Any) -> None:
        """Each is met, not met and not known in some row, as far as it can be."""
        pack = _pack(document)
        problems = table_problems(_table(table, pack), pack)
        wrong = [problem.message for problem in problems if problem.code == "required"]

        assert not wrong, _lines(wrong)

    def test_it_decides_as_its_table_says(self, document: Any, table: Any) -> None:
        """Every verdict and every finding is the one of the table."""
        pack = _pack(document)
        problems = table_problems(_table(table, pack), pack)
        wrong = [str(problem) for problem in problems if problem.code != "required"]

        assert not wrong, _lines(wrong)

    def test_an_unknown_veto_leaves_the_verdict_unknown(
        self, document: Any, table: Any
    ) -> None:
        """No alert goes out while nobody knows whether a veto applies."""
        pack = _pack(document)
        base = _table(table, pack).rows[0].facts

        wrong = []
        for veto in pack.vetoes:
            if veto.rule is not None:
                asked = {leaf.fact: None for leaf in leaves(veto.rule)}
                verdict = evaluate(pack.verdict_rule(), {**base, **asked})
                if verdict is not Truth.UNKNOWN:
                    wrong.append(f"{veto.id} must leave it open, not {verdict.value}")

        assert not wrong, _lines(wrong)

    def test_no_fact_learnt_flips_a_verdict(self, document: Any, table: Any) -> None:
        """What is decided stays so, whatever is learnt of what was not known."""
        pack = _pack(document)
        rows = _table(table, pack).rows

        wrong = []
        for row in rows:
            rule = pack.verdict_rule(row.waived)
            before = evaluate(rule, row.facts)
            open_facts = [name for name, value in row.facts.items() if value is None]
            for name in open_facts if before is not Truth.UNKNOWN else ():
                for value in dict.fromkeys(other.facts[name] for other in rows):
                    after = evaluate(rule, {**row.facts, name: value})
                    if after is not before:
                        flip = f"from {before.value} to {after.value}"
                        wrong.append(f"{row.name}: {name} {value!r} turns it {flip}")

        assert not wrong, _lines(wrong)

    def test_the_order_of_criteria_does_not_matter(
        self, document: Any, table: Any
    ) -> None:
        """Turned round, the pack decides every row as before."""
        pack = _pack(document)
        plain = _plain(document, "pack")
        turned = parse_pack(
            {
                **plain,
                "criteria": plain["criteria"][::-1],
                "vetoes": plain["vetoes"][::-1],
            }
        )

        wrong = [
            f"{row.name}: decided otherwise"
            for row in _table(table, pack).rows
            if evaluate(pack.verdict_rule(row.waived), row.facts)
            is not evaluate(turned.verdict_rule(row.waived), row.facts)
        ]

        assert not wrong, _lines(wrong)

    def test_its_digest_survives_json(self, document: Any) -> None:
        """Written by another program, with other spaces and another order of keys."""
        pack = _pack(document)
        again = json.dumps(_plain(document, "pack"), sort_keys=True, indent=1)

        assert parse_pack(json.loads(again)).digest == pack.digest

    def test_the_kit_is_whole(self) -> None:
        """No test of the kit is replaced, except by a strict, reasoned xfail."""
        kit = {name for name in vars(PackConformance) if name.startswith("test_")}
        mine, theirs = type(self), PackConformance
        replaced = {n for n in kit if getattr(mine, n) is not getattr(theirs, n)}
        excused = {
            name
            for name in replaced
            for mark in getattr(getattr(mine, name), "pytestmark", ())
            if mark.name == "xfail"
            and mark.kwargs.get("reason")
            and mark.kwargs.get("strict")
        }

        wrong = sorted(replaced - excused)
        assert not wrong, _lines(
            [f"{name} must not be replaced, except by a strict xfail" for name in wrong]
        )


def _lines(wrong: list[str]) -> str:
    return "".join(f"\n  - {each}" for each in wrong)


def _plain(document: Any, kind: str) -> Any:
    return read_json(document, kind) if isinstance(document, bytes) else document


def _pack(document: Any) -> Pack:
    """Return the pack; skip the test where it does not parse."""
    try:
        return parse_pack(_plain(document, "pack"))
    except AmberkitError:
        _skip("the pack does not parse: see test_it_parses")


def _table(table: Any, pack: Pack) -> DecisionTable:
    """Return the table; skip the test where it does not parse."""
    try:
        return parse_table(_plain(table, "decision table"), pack)
    except AmberkitError:
        _skip("the table does not parse: see test_the_table_is_that_of_the_pack")


def _skip(reason: str) -> NoReturn:
    import pytest

    pytest.skip(reason)


def _texts(pack: Pack) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every text with its place."""
    yield "title", pack.title.as_dict()
    yield "notice", pack.notice.as_dict()
    said: dict[str, Localized] = {
        each.id: each.says for each in (*pack.criteria, *pack.vetoes, *pack.duties)
    }
    for name, decision in pack.policy.decisions.items():
        said[f"policy.{name}"] = decision.says
    for where, says in said.items():
        yield where, says.as_dict()
