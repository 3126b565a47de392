"""Assessments of a pack of twelve criteria, at the pace of a search through old cases.

Run with ``python -m pytest benchmarks -k assess_twelve``. The target is 10,000 a second
on one core, without an explanation: 100 microseconds for one.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from amberkit.cases import load_case
from amberkit.eligibility import Role, Truth, assess, parse_pack

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
CASE = load_case(EXAMPLES / "casablanca.json")
NOW = CASE.report.received
SHIPPED = files("amberkit.eligibility.packs").joinpath("shipped")


def sure(fact, least="suspected"):
    return {"confidence": {"fact": fact, "at_least": least}}


def flag(fact):
    return {"compare": {"fact": fact, "op": "==", "value": True}}


RULES = [
    {"compare": {"fact": "child.age_years", "op": "<", "value": 18}},
    flag("report.consent"),
    flag("description.child"),
    flag("description.photograph"),
    {
        "any": [
            flag("description.vehicle"),
            flag("description.suspect"),
            flag("description.child"),
        ]
    },
    sure("circumstances.suspicious"),
    {"any": [sure("circumstances.forced"), sure("circumstances.taken")]},
    sure("circumstances.danger"),
    {"within": {"fact": "last_seen.elapsed", "hours": 72}},
    {"within": {"fact": "report.delay", "hours": 24}},
    {"not": flag("suspect.parent_or_guardian")},
    {
        "at_least": {
            "count": 2,
            "of": [
                sure("risk.trafficking"),
                sure("risk.online_recruitment"),
                flag("agency.staffed_line"),
            ],
        }
    },
]


def twelve():
    text = SHIPPED.joinpath("ma-tifli-moukhtafi.2023-03-10.json").read_bytes()
    document = json.loads(text)
    document["criteria"] = [
        {
            "id": f"c{number}",
            "says": dict.fromkeys(("en", "fr", "ar"), f"{number}."),
            "evidence": "policy",
            "rule": rule,
        }
        for number, rule in enumerate(RULES)
    ]
    return parse_pack(document)


PACK = twelve()


@pytest.mark.benchmark(group="assess")
def bench_assess_twelve(benchmark):
    found = benchmark(assess, CASE, PACK, now=NOW)

    assert len(PACK.criteria) == 12
    assert found.truth in Truth


@pytest.mark.benchmark(group="assess")
def bench_assess_twelve_with_findings(benchmark):
    found = benchmark(lambda: assess(CASE, PACK, now=NOW).findings)

    assert [finding.role for finding in found].count(Role.CRITERION) == 12


@pytest.mark.benchmark(group="assess")
def bench_assess_twelve_explained(benchmark):
    found = benchmark(lambda: assess(CASE, PACK, now=NOW).explain("ar").text())

    assert found
