"""A small sound pack with its decision table, and how a distribution brings packs."""

import json
from importlib.resources import files
from pathlib import Path

from amberkit.eligibility import parse_pack

_SHIPPED = files("amberkit.eligibility.packs").joinpath("shipped")
_MOROCCO = json.loads(
    _SHIPPED.joinpath("ma-tifli-moukhtafi.2023-03-10.json").read_bytes()
)


def says(en):
    return {"en": en, "fr": f"En français : {en}", "ar": f"بالعربية: {en}"}


def criterion(name, rule, **more):
    return {
        "id": name,
        "says": says(f"{name}."),
        "evidence": "policy",
        "rule": rule,
    } | more


def sure(fact, least="believed"):
    return {"confidence": {"fact": fact, "at_least": least}}


UNDER_18 = {"compare": {"fact": "child.age_years", "op": "<", "value": 18}}
OPTIONAL = (
    "approval",
    "extent",
    "extension",
    "repeat",
    "ending",
    "consent",
    "retention_days",
    "lesser",
)


def pack_document(**changes):
    """A pack with two criteria, a veto and a duty, with nothing to warn of."""
    policy = {
        name: {"value": each["value"], "says": each["says"], "evidence": "policy"}
        for name, each in _MOROCCO["policy"].items()
        if name not in OPTIONAL
    }
    nobody_knows = {
        "value": None,
        "says": says("Not published."),
        "evidence": "unpublished",
    }
    policy |= dict.fromkeys(OPTIONAL, nobody_knows)
    law = {"title": "The law", "url": "https://law.example/1", "kind": "primary"}
    document = {
        "$schema": "urn:amberkit:schema:pack:1",
        "id": "shire-alert",
        "jurisdiction": "XS",
        "title": says("Shire alert"),
        "valid_from": "2026-01-01",
        "valid_to": None,
        "notice": says("Invented. This is not legal advice."),
        "sources": {"law": law},
        "criteria": [
            criterion(
                "age", UNDER_18, evidence="primary", source="law", quote="paraphrase"
            ),
            criterion("danger", sure("circumstances.danger")),
        ],
        "vetoes": [criterion("harm", sure("circumstances.publication_harm"))],
        "duties": [criterion("refer", sure("risk.trafficking", "suspected"))],
        "policy": policy,
    }
    return json.loads(json.dumps(document | changes))


def row(name, facts, findings, truth):
    return {
        "name": name,
        "facts": facts,
        "findings": findings,
        "truth": truth,
        "because": "the text says so",
    }


def table_document(**changes):
    """The decision table of the small pack."""
    age, danger = "child.age_years", "circumstances.danger"
    harm, risk = "circumstances.publication_harm", "risk.trafficking"
    met = {"age": "true", "danger": "true", "harm": "false", "refer": "false"}
    document = {
        "$schema": "urn:amberkit:schema:decision-table:1",
        "pack": "shire-alert",
        "valid_from": "2026-01-01",
        "base": {age: 9, danger: "believed", harm: "ruled_out", risk: "ruled_out"},
        "rows": [
            row("a child in danger", {}, met, "true"),
            row(
                "grown up, danger unknown",
                {age: 18, danger: None},
                {"age": "false", "danger": "unknown"},
                "false",
            ),
            row("of unknown age", {age: None}, {"age": "unknown"}, "unknown"),
            row(
                "danger ruled out", {danger: "ruled_out"}, {"danger": "false"}, "false"
            ),
            row("harm believed", {harm: "believed"}, {"harm": "true"}, "false"),
            row("harm not known", {harm: None}, {"harm": "unknown"}, "unknown"),
            row("trafficking", {risk: "suspected"}, {"refer": "true"}, "true"),
            row("risk not known", {risk: None}, {"refer": "unknown"}, "true"),
        ],
    }
    return json.loads(json.dumps(document | changes))


def parsed(document):
    return parse_pack(document)


def write(path, document):
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def write_pack(folder, name="shire-alert", **changes):
    """Write the small pack and its table into *folder*; return the pack's path."""
    document = pack_document(**changes)
    key = {"pack": document["id"], "valid_from": document["valid_from"]}
    write(folder / f"{name}.table.json", table_document(**key))
    return write(folder / f"{name}.json", document)


def distribution(folder: Path, name: str, code: str, *points: str) -> None:
    """Make a distribution in *folder*, as an installer would: a module, and `record`."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    record(folder, name, *points)


def record(folder: Path, name: str, *points: str) -> None:
    """Record a distribution and its entry points, each ``GROUP NAME = OBJECT``."""
    info = folder / f"{name}-1.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8"
    )
    sections = ["[{}]\n{}\n".format(*point.split(maxsplit=1)) for point in points]
    (info / "entry_points.txt").write_text("".join(sections), encoding="utf-8")
