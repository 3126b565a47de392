"""Is this an alert, and why.

A pack holds the rules of one jurisdiction over one period as data, each with its
source. `assess` holds a pack against a case in three-valued logic and keeps every
finding; what comes out says which facts are missing and explains itself.
"""

from amberkit.eligibility._assess import Assessment, assess
from amberkit.eligibility._errors import PackNotInForce, UnknownLanguage, UnknownPack
from amberkit.eligibility._explain import Explanation, Row
from amberkit.eligibility._facts import FACTS, Fact, FactType, Reading
from amberkit.eligibility._findings import Answer, Finding, Role, Status
from amberkit.eligibility._load import list_packs, load_pack
from amberkit.eligibility._missing import Missing
from amberkit.eligibility._pack import (
    Contact,
    Criterion,
    Decision,
    Evidence,
    Growth,
    GrowthKind,
    Pack,
    PackInfo,
    Policy,
    Quote,
    Scope,
    Services,
    Source,
    SourceKind,
    Speeds,
)
from amberkit.eligibility._parse import parse_pack
from amberkit.eligibility._truth import Truth, all_of, any_of, at_least

__all__ = [
    "FACTS",
    "Answer",
    "Assessment",
    "Contact",
    "Criterion",
    "Decision",
    "Evidence",
    "Explanation",
    "Fact",
    "FactType",
    "Finding",
    "Growth",
    "GrowthKind",
    "Missing",
    "Pack",
    "PackInfo",
    "PackNotInForce",
    "Policy",
    "Quote",
    "Reading",
    "Role",
    "Row",
    "Scope",
    "Services",
    "Source",
    "SourceKind",
    "Speeds",
    "Status",
    "Truth",
    "UnknownLanguage",
    "UnknownPack",
    "all_of",
    "any_of",
    "assess",
    "at_least",
    "list_packs",
    "load_pack",
    "parse_pack",
]
