"""Is this an alert, and why.

A pack holds the rules of one jurisdiction over one period as data, each with its
source. `assess` holds a pack against a case in three-valued logic and keeps every
finding; what comes out says which facts are missing and explains itself. What a pack
is made of stands in `amberkit.eligibility.packs`.
"""

from amberkit.eligibility._assess import Assessment, assess
from amberkit.eligibility._errors import (
    BrokenPack,
    FactFailed,
    NotAcknowledged,
    PackNotInForce,
    UnknownLanguage,
    UnknownPack,
    WaiverRefused,
)
from amberkit.eligibility._ladder import Rung, assess_ladder
from amberkit.eligibility._table import DecisionTable, parse_table, table_problems
from amberkit.eligibility.facts._declared import FACTS
from amberkit.eligibility.facts._facts import Fact, FactType, Reading
from amberkit.eligibility.facts._plugins import BrokenPlugin, known_facts
from amberkit.eligibility.findings._findings import Answer, Finding, Role, Status
from amberkit.eligibility.findings._missing import Missing
from amberkit.eligibility.findings._waivers import Waiver
from amberkit.eligibility.logic._truth import Truth, all_of, any_of, at_least
from amberkit.eligibility.packs import Pack, list_packs, load_pack, parse_pack
from amberkit.eligibility.words._explain import Explanation, Row

__all__ = [
    "FACTS",
    "Answer",
    "Assessment",
    "BrokenPack",
    "BrokenPlugin",
    "DecisionTable",
    "Explanation",
    "Fact",
    "FactFailed",
    "FactType",
    "Finding",
    "Missing",
    "NotAcknowledged",
    "Pack",
    "PackNotInForce",
    "Reading",
    "Role",
    "Row",
    "Rung",
    "Status",
    "Truth",
    "UnknownLanguage",
    "UnknownPack",
    "Waiver",
    "WaiverRefused",
    "all_of",
    "any_of",
    "assess",
    "assess_ladder",
    "at_least",
    "known_facts",
    "list_packs",
    "load_pack",
    "parse_pack",
    "parse_table",
    "table_problems",
]
