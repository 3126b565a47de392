"""Facts and packs of other distributions: a bad one hurts only itself."""

import datetime as dt
import importlib
import json
import sys

import pytest

import pack_samples as samples
from amberkit.cases import load_case
from amberkit.eligibility import (
    FACTS,
    BrokenPack,
    UnknownPack,
    assess,
    known_facts,
    list_packs,
    load_pack,
    parse_pack,
)
from amberkit.eligibility.facts import _plugins
from amberkit.eligibility.packs import _load, broken_plugins, lint_packs

DAY = dt.date(2026, 11, 22)
SHIPPED = [info.id for info in list_packs()]

FACT = """
import json
from amberkit.eligibility import Fact, FactType
from amberkit.values import Localized, Privacy

def derive(case, now):
    told = json.loads(case.extensions.reveal()).get("ranger_called")
    return told, ("extensions",)

def fact(name):
    return Fact(
        name=name,
        type=FactType.BOOLEAN,
        question=Localized({"en": "Was a ranger called?", "fr": "?", "ar": "?"}),
        fields=("extensions",),
        privacy=Privacy.R,
        cost=1,
        derive=derive,
    )

RANGER = fact("shire.ranger_called")
SEVERAL = fact("shire.first"), fact("shire.second")
TWICE = fact("shire.third"), fact("shire.third")
SHIPPED = fact("child.age_years")
HALF_NEW = fact("shire.fourth"), fact("child.age_years")
NO_FACT = "shire.ranger_called"
"""


def clear():
    for cached in (
        _plugins.loaded_facts,
        _plugins.installed_packs,
        _load._installed,
    ):
        cached.cache_clear()


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution for the time of a test."""
    made = []
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name, code, *points):
        samples.distribution(tmp_path, name, code, *points)
        made.append(name)
        importlib.invalidate_caches()
        clear()

    yield make
    for name in made:
        sys.modules.pop(name, None)
    monkeypatch.undo()
    clear()


def brings(*documents):
    """Code with a function ``packs`` that returns documents."""
    texts = [json.dumps(each) if isinstance(each, dict) else each for each in documents]
    return f"def packs():\n    return [text.encode() for text in {texts!r}]\n"


PACKS = "amberkit.packs {0} = {0}:packs"


def reasons():
    return {(each.group, each.name): str(each.error) for each in broken_plugins()}


def test_without_plugins_there_is_what_ships():
    assert known_facts() == FACTS
    assert broken_plugins() == ()


def test_a_plugin_brings_packs(install):
    install("shire", brings(samples.pack_document()), PACKS.format("shire"))

    assert load_pack("shire-alert", on=DAY).id == "shire-alert"
    assert [info.id for info in list_packs()] == sorted([*SHIPPED, "shire-alert"])
    assert broken_plugins() == ()


def test_a_plugin_may_bring_mappings_and_generate_them(install):
    code = f"DOCUMENT = {samples.pack_document()!r}\ndef packs():\n    yield DOCUMENT\n"
    install("shire", code, PACKS.format("shire"))

    assert load_pack("shire-alert", on=DAY)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise RuntimeError('no disk')", "no disk"),
        ("packs = 7", "'int' object is not callable"),
        ("def packs():\n    return None", "'NoneType' object is not iterable"),
        ("def packs():\n    return [b'{']", "not JSON"),
        ("def packs():\n    while True:\n        yield {}", "more than 1,000 packs"),
        ("", "has no attribute 'packs'"),
        ("raise SystemExit(3)", "3"),
        (
            "class Odd(dict):\n    def __iter__(self):\n        raise KeyError('odd')\n"
            "    keys = items = get = __getitem__ = __iter__\n"
            "def packs():\n    return [Odd(id='x')]",
            "",
        ),
    ],
)
def test_a_broken_plugin_takes_nothing_else_with_it(code, told, install):
    install("shire", brings(samples.pack_document()), PACKS.format("shire"))
    install("mordor", code, PACKS.format("mordor"))

    assert load_pack("shire-alert", on=DAY)
    ((place, reason),) = reasons().items()
    assert place == ("amberkit.packs", "mordor")
    assert told in reason


def test_a_bad_pack_takes_no_other_of_its_plugin_with_it(install):
    bad = samples.pack_document(id="shire-notice", jurisdiction="the Shire")
    install("shire", brings(bad, samples.pack_document()), PACKS.format("shire"))

    assert load_pack("shire-alert", on=DAY)
    with pytest.raises(BrokenPack) as caught:
        load_pack("shire-notice", on=DAY)
    assert "$.jurisdiction" in str(caught.value.__cause__)
    with pytest.raises(UnknownPack):
        load_pack("shire-message", on=DAY)


def test_a_version_that_was_left_out_is_told_where_no_other_is_in_force(install):
    sound = samples.pack_document(valid_to="2026-06-30")
    broken = samples.pack_document(valid_from="2026-07-01", jurisdiction="the Shire")
    install("shire", brings(sound, broken), PACKS.format("shire"))

    assert load_pack("shire-alert", on=dt.date(2026, 2, 1))
    with pytest.raises(BrokenPack) as caught:
        load_pack("shire-alert", on=dt.date(2026, 11, 22))
    assert "$.jurisdiction" in str(caught.value.__cause__)


def test_a_draft_that_overlaps_an_installed_version_is_told_and_its_own_is_not(install):
    install("shire", brings(samples.pack_document()), PACKS.format("shire"))
    same = parse_pack(samples.pack_document(jurisdiction="XT"))
    later = parse_pack(samples.pack_document(valid_from="2026-06-01"))

    assert lint_packs([same]).problems == ()
    (problem,) = lint_packs([later]).problems
    assert (problem.path, problem.code) == (
        "shire-alert@2026-06-01.valid_from",
        "overlap",
    )


def test_what_has_no_id_is_told_under_the_name_of_its_plugin(install):
    install("shire", brings("[]"), PACKS.format("shire"))

    assert set(reasons()) == {("amberkit.packs", "shire")}


def test_nobody_replaces_a_pack_that_ships(install):
    before = list_packs()
    claims = [samples.pack_document(id=name) for name in sorted(set(SHIPPED))]
    install("mordor", brings(*claims), PACKS.format("mordor"))

    assert list_packs() == before
    told = "must not be that of a pack that ships @ $.id"
    assert all(reason.endswith(told) for reason in reasons().values())
    assert {name for _, name in reasons()} == set(SHIPPED)


def test_of_two_versions_on_one_day_the_first_stays(install):
    both = samples.pack_document(), samples.pack_document(valid_from="2026-06-01")
    install("shire", brings(*both), PACKS.format("shire"))

    assert load_pack("shire-alert", on=DAY).valid_from == dt.date(2026, 1, 1)
    assert "must be after the last day" in reasons()["amberkit.packs", "shire-alert"]


# --- facts ----------------------------------------------------------------------------


def test_a_plugin_brings_a_fact_that_a_pack_may_ask_for(install, examples):
    document = samples.pack_document()
    ranger = {"compare": {"fact": "shire.ranger_called", "op": "==", "value": True}}
    document["criteria"].append(samples.criterion("ranger", ranger))
    install(
        "shire",
        FACT + brings(document),
        PACKS.format("shire"),
        "amberkit.facts shire = shire:RANGER",
    )
    case = json.loads((examples / "casablanca.json").read_bytes())

    found = []
    for called in (None, False, True):
        case["extensions"] = {} if called is None else {"ranger_called": called}
        assessed = assess(
            load_case(case),
            load_pack("shire-alert", on=DAY),
            now=dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC),
        )
        found.append(assessed.findings[2].truth.value)
    assert found == ["unknown", "false", "true"]
    assert list(known_facts()) == [*FACTS, "shire.ranger_called"]
    assert broken_plugins() == ()


def test_a_plugin_may_bring_several_facts(install):
    install("shire", FACT, "amberkit.facts shire = shire:SEVERAL")

    assert list(known_facts())[-2:] == ["shire.first", "shire.second"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("TWICE", "shire.third: another fact has that name"),
        ("SHIPPED", "child.age_years: another fact has that name"),
        ("HALF_NEW", "child.age_years: another fact has that name"),
        ("NO_FACT", "names a str, which is no Fact"),
        ("NOWHERE", "has no attribute 'NOWHERE'"),
    ],
)
def test_a_bad_fact_leaves_its_plugin_out_and_no_other(name, told, install):
    install("shire", FACT, "amberkit.facts shire = shire:RANGER")
    install("mordor", FACT, f"amberkit.facts mordor = mordor:{name}")

    assert list(known_facts()) == [*FACTS, "shire.ranger_called"]
    ((place, reason),) = reasons().items()
    assert place == ("amberkit.facts", "mordor")
    assert told in reason


def test_of_two_plugins_with_one_fact_the_first_by_name_stays(install):
    install("shire", FACT, "amberkit.facts shire = shire:RANGER")
    code = FACT.replace("cost=1", "cost=2")
    install("bree", code, "amberkit.facts bree = bree:RANGER")

    assert set(reasons()) == {("amberkit.facts", "shire")}
    assert known_facts()["shire.ranger_called"].cost == 2
