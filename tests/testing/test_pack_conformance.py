"""The kit for packs: a sound pack passes, and each flaw fails its own test."""

import importlib
import json
import subprocess
import sys

import pytest

import amberkit.testing
import pack_samples as samples
from amberkit.testing import PackConformance, _packs

pytest_plugins = ["pytester"]

TESTS = sorted(name for name in vars(PackConformance) if name.startswith("test_"))
NO_PACK, NO_TABLE = 10, 5
"""How many tests need a pack that parses, besides its own, and how many its table."""

SUITE = """
import json
from pathlib import Path

import pytest

from amberkit.testing import PackConformance
{engine}

class TestOurPack(PackConformance):
    @pytest.fixture
    def document(self):
        return Path("pack.json").read_bytes()

    @pytest.fixture
    def table(self):
        return json.loads(Path("table.json").read_bytes())

{override}
"""


class TestTheSmallPack(PackConformance):
    """In this process, as bytes and as mappings."""

    @pytest.fixture(params=["bytes", "mapping"])
    def form(self, request):
        if request.param == "mapping":
            return lambda document: document
        return lambda document: json.dumps(document).encode()

    @pytest.fixture
    def document(self, form):
        # One veto has no rule; nothing is asked of it.
        unpublished = {"id": "v", "says": samples.says("v."), "evidence": "unpublished"}
        whole = samples.pack_document()
        return form({**whole, "vetoes": [*whole["vetoes"], unpublished]})

    @pytest.fixture
    def table(self, form):
        return form(samples.table_document())


def shipped():
    """Yield each pack that ships with a table, and its table."""
    for table in sorted(samples._SHIPPED.iterdir(), key=lambda file: file.name):
        if table.name.endswith(".table.json"):
            name = table.name.removesuffix(".table.json")
            pack = samples._SHIPPED / f"{name}.json"
            yield pytest.param((pack, table), id=name)


class TestWhatShips(PackConformance):
    @pytest.fixture(params=list(shipped()))
    def shipped(self, request):
        return request.param

    @pytest.fixture
    def document(self, shipped):
        return shipped[0].read_bytes()

    @pytest.fixture
    def table(self, shipped):
        return shipped[1].read_bytes()


# --- liars ----------------------------------------------------------------------------


def run(pytester, document, table, engine="", override=""):
    samples.write(pytester.path / "pack.json", document)
    samples.write(pytester.path / "table.json", table)
    pytester.makepyfile(SUITE.format(engine=engine, override=override))
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")


def test_a_sound_pack_passes(pytester):
    result = run(pytester, samples.pack_document(), samples.table_document())

    result.assert_outcomes(passed=len(TESTS))


def unknown_fact(document, table):
    document["criteria"][0]["rule"]["compare"]["fact"] = "child.height"


def a_shipped_id(document, table):
    document["id"] = table["pack"] = "ma-tifli-moukhtafi"


def uncited(document, table):
    document["sources"]["blog"] = dict(document["sources"]["law"])


def no_arabic(document, table):
    document["duties"][0]["says"]["ar"] = "to be translated"


def no_french(document, table):
    document["policy"]["contact"]["says"]["fr"] = document["policy"]["contact"]["says"][
        "en"
    ]


def another_table(document, table):
    table["valid_from"] = "2025-01-01"


def a_row_less(document, table):
    del table["rows"][-1]


def another_verdict(document, table):
    document["criteria"][0]["rule"]["compare"]["value"] = 19


def a_veto_that_decides_nothing(document, table):
    document["vetoes"][0]["decides"] = False
    for row in table["rows"][4:6]:
        row["truth"] = "true"


@pytest.mark.parametrize(
    ("flaw", "caught_by", "skipped"),
    [
        (unknown_fact, "test_it_parses", NO_PACK),
        (a_shipped_id, "test_its_id_and_period_are_its_own", 0),
        (uncited, "test_every_source_is_cited", 0),
        (no_arabic, "test_every_text_is_in_its_language", 0),
        (no_french, "test_every_text_is_in_its_language", 0),
        (another_table, "test_the_table_is_that_of_the_pack", NO_TABLE),
        (a_row_less, "test_every_criterion_has_its_rows", 0),
        (another_verdict, "test_it_decides_as_its_table_says", 0),
        (
            a_veto_that_decides_nothing,
            "test_an_unknown_veto_leaves_the_verdict_unknown",
            0,
        ),
    ],
)
def test_each_flaw_of_a_pack_fails_its_own_test(pytester, flaw, caught_by, skipped):
    document, table = samples.pack_document(), samples.table_document()
    flaw(document, table)

    result = run(pytester, document, table)

    result.assert_outcomes(passed=len(TESTS) - 1 - skipped, failed=1, skipped=skipped)
    result.stdout.fnmatch_lines([f"FAILED *::{caught_by}*"])


ENGINE = """
import hashlib
import attrs
from amberkit.eligibility.logic._rules import evaluate
from amberkit.eligibility import Truth, parse_pack
from amberkit.testing import _packs
"""
# Takes a child of unknown age for a grown-up.
GUESSES = """
_packs.evaluate = lambda rule, facts: evaluate(
    rule, {**facts, "child.age_years": facts["child.age_years"] or 99}
)
"""
# Stops at the first criterion that is not met.
STOPS_EARLY = """
_packs.evaluate = lambda rule, facts: next(
    (t for t in (evaluate(r, facts) for r in rule.rules) if t is not Truth.TRUE),
    Truth.TRUE,
)
"""
# Digests a document as it happens to be written.
DIGESTS_ORDER = """
_packs.parse_pack = lambda document: attrs.evolve(
    parse_pack(document),
    digest=hashlib.sha256(json.dumps(document).encode()).hexdigest(),
)
"""


@pytest.mark.parametrize(
    ("engine", "caught_by"),
    [
        (GUESSES, "test_no_fact_learnt_flips_a_verdict"),
        (STOPS_EARLY, "test_the_order_of_criteria_does_not_matter"),
        (DIGESTS_ORDER, "test_its_digest_survives_json"),
    ],
    ids=["guesses", "stops-early", "digests-order"],
)
def test_each_flaw_of_an_engine_fails_its_own_test(pytester, engine, caught_by):
    document, table = samples.pack_document(), samples.table_document()

    result = run(pytester, document, table, engine=ENGINE + engine)

    result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
    result.stdout.fnmatch_lines([f"FAILED *::{caught_by}*"])


REPLACED = """
    def test_every_source_is_cited(self, document):
        pass
"""
EXCUSED = """
    @pytest.mark.xfail(strict=True, reason="one source is for the next version")
    def test_every_source_is_cited(self, document):
        super().test_every_source_is_cited(document)
"""


def test_a_test_that_is_replaced_is_told(pytester):
    document, table = samples.pack_document(), samples.table_document()

    result = run(pytester, document, table, override=REPLACED)

    result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_the_kit_is_whole*"])


def test_a_promise_that_cannot_be_kept_is_excused_with_a_reason(pytester):
    document, table = samples.pack_document(), samples.table_document()
    uncited(document, table)

    result = run(pytester, document, table, override=EXCUSED)

    result.assert_outcomes(passed=len(TESTS) - 1, xfailed=1)


def test_a_failure_says_what_is_wrong(pytester):
    document, table = samples.pack_document(), samples.table_document()
    another_verdict(document, table)
    uncited(document, table)

    result = run(pytester, document, table)

    result.stdout.fnmatch_lines(
        [
            "*  - blog must be the source of a claim",
            "*  - the table says false, the pack unknown @ $.rows?*?.truth",
        ]
    )


# --- what needs no process ------------------------------------------------------------


def lie(name, document, table):
    """Run one test of the kit; return what it says, or nothing."""
    test = getattr(PackConformance(), name)
    names = test.__code__.co_varnames[1 : test.__code__.co_argcount]
    given = {"document": document, "table": table}
    try:
        test(**{each: given[each] for each in names})
    except (AssertionError, pytest.skip.Exception) as error:
        return str(error)
    return ""


def test_what_does_not_parse_is_skipped_with_a_pointer():
    document, table = samples.pack_document(), samples.table_document()

    told = lie("test_every_source_is_cited", {}, table)
    assert told == "the pack does not parse: see test_it_parses"
    told = lie("test_every_criterion_has_its_rows", document, {})
    assert "see test_the_table_is_that_of_the_pack" in told


@pytest.mark.parametrize(
    ("name", "patch", "flaw"),
    [
        ("test_every_text_is_in_its_language", None, no_arabic),
        ("test_every_text_is_in_its_language", None, no_french),
        (
            "test_an_unknown_veto_leaves_the_verdict_unknown",
            None,
            a_veto_that_decides_nothing,
        ),
        ("test_no_fact_learnt_flips_a_verdict", GUESSES, None),
    ],
)
def test_a_liar_is_caught_in_this_process_too(name, patch, flaw, monkeypatch):
    document, table = samples.pack_document(), samples.table_document()
    monkeypatch.setattr(_packs, "evaluate", _packs.evaluate)
    if patch:
        exec(ENGINE + patch, {})
    if flaw:
        flaw(document, table)

    assert lie(name, document, table)


def test_importing_it_imports_no_pytest(monkeypatch):
    code = "import amberkit.testing, sys; print('pytest' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"

    monkeypatch.delitem(sys.modules, "pytest")
    assert importlib.reload(amberkit.testing).PackConformance is PackConformance
