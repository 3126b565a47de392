"""Documents and an oracle for the tests of eligibility."""

import copy
import datetime as dt
import json
from pathlib import Path

from hypothesis import strategies as st

from amberkit.cases import load_case
from amberkit.eligibility import assess, load_pack, parse_pack
from amberkit.schemas import read_json

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 22)
_CASE = json.loads((ROOT / "docs/examples/casablanca.json").read_bytes())
_PACKS = ROOT / "src/amberkit/eligibility/packs/shipped"


def case_document():
    return copy.deepcopy(_CASE)


def pack_document():
    """The document of the pack that ships for Morocco."""
    path = _PACKS / "ma-tifli-moukhtafi.2023-03-10.json"
    return read_json(path.read_bytes(), "pack")


def morocco():
    return load_pack("ma-tifli-moukhtafi", on=DAY)


def criterion(name, rule, **more):
    says = {"en": f"{name}.", "fr": f"{name}.", "ar": f"{name}."}
    return {"id": name, "says": says, "evidence": "policy", "rule": rule, **more}


def pack_of(*rules, vetoes=()):
    """A pack with these rules as criteria c0, c1, ... and as vetoes v0, v1, ..."""
    document = pack_document()
    document["criteria"] = [criterion(f"c{i}", rule) for i, rule in enumerate(rules)]
    document["vetoes"] = [criterion(f"v{i}", rule) for i, rule in enumerate(vetoes)]
    document["duties"] = []
    return parse_pack(document)


def assess_document(document, pack, now=NOW):
    return assess(load_case(document), pack, now=now)


def with_facts(facts):
    """A case in which just these of the facts of CASE_FACTS are known."""
    document = case_document()
    document["circumstances"] = {}
    document["report"].pop("consent")
    document["children"][0]["photographs"] = []
    for name, value in facts.items():
        if name.startswith("circumstances."):
            document["circumstances"][name.split(".")[1]] = value
        elif name == "report.consent":
            consent = {"given": value, "by": "father", "at": "2026-11-22T17:00:00Z"}
            document["report"]["consent"] = consent
        elif name == "description.photograph":
            document["children"] = case_document()["children"]
        else:
            raise KeyError(name)
    return document


LEVELS = ("ruled_out", "suspected", "believed", "confirmed")
CASE_FACTS = {
    "report.consent": (False, True),
    "circumstances.suspicious": LEVELS,
    "circumstances.forced": LEVELS,
    "circumstances.danger": LEVELS,
    "circumstances.publication_harm": LEVELS,
}
"""Facts that a case document can leave out, with every value they can have."""


# --- rules at random ------------------------------------------------------------


def sure(name, least="believed"):
    return {"confidence": {"fact": f"circumstances.{name}", "at_least": least}}


CONSENT = {"compare": {"fact": "report.consent", "op": "==", "value": True}}

leaf_rules = st.one_of(
    st.builds(
        sure,
        st.sampled_from(["suspicious", "forced", "danger"]),
        st.sampled_from(LEVELS[1:]),
    ),
    st.builds(
        lambda op, value: {
            "compare": {"fact": "report.consent", "op": op, "value": value}
        },
        st.sampled_from(["==", "!="]),
        st.booleans(),
    ),
    st.sampled_from(list(CASE_FACTS)).map(lambda name: {"known": {"fact": name}}),
)


def _grow(inner):
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda rules: {"all": rules}),
        several.map(lambda rules: {"any": rules}),
        inner.map(lambda rule: {"not": rule}),
        several.flatmap(
            lambda rules: st.integers(1, len(rules)).map(
                lambda count: {"at_least": {"count": count, "of": rules}}
            )
        ),
    )


rules = st.recursive(leaf_rules, _grow, max_leaves=5)
partial = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in CASE_FACTS.items()}
)


# --- an oracle: Kleene's tables over "T", "U" and "F", straight from the documents ----


def oracle(rule, facts):
    """Evaluate a rule document over plain values; None is not known."""
    ((node, body),) = rule.items()
    if node == "not":
        return {"T": "F", "U": "U", "F": "T"}[oracle(body, facts)]
    if node in ("all", "any", "at_least"):
        inner = body["of"] if node == "at_least" else body
        found = sorted(oracle(r, facts) for r in inner)
        if node == "all":
            return "F" if "F" in found else "U" if "U" in found else "T"
        if node == "any":
            return "T" if "T" in found else "U" if "U" in found else "F"
        # What is not known may turn out either way: try both ends.
        low, high = found.count("T"), found.count("T") + found.count("U")
        ends = {low >= body["count"], high >= body["count"]}
        return "U" if len(ends) == 2 else "T" if ends == {True} else "F"
    value = facts[body["fact"]]
    if value is None:
        return "U"
    if node == "known":
        return "T"
    if node == "confidence":
        if value == "ruled_out":
            return "F"
        return "T" if LEVELS.index(value) >= LEVELS.index(body["at_least"]) else "U"
    assert node == "compare"
    wanted = body["value"]
    holds = {
        "<": lambda: value < wanted,
        "<=": lambda: value <= wanted,
        "==": lambda: value == wanted,
        "!=": lambda: value != wanted,
        ">=": lambda: value >= wanted,
        ">": lambda: value > wanted,
        "in": lambda: value in wanted,
    }[body["op"]]()
    return "T" if holds else "F"


def oracle_verdict(criteria, vetoes, facts):
    conditions = [{"all": criteria}] if criteria else []
    return oracle({"all": conditions + [{"not": v} for v in vetoes]}, facts)
