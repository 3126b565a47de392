"""Jurisdiction packs: dated, cited policy as data.

`load_pack` gives the one of a day, `parse_pack` reads a document of your own.
"""

from amberkit.eligibility.packs._load import (
    broken_plugins,
    list_packs,
    load_pack,
    overlaps,
    shipped_table,
)
from amberkit.eligibility.packs._pack import (
    Approval,
    ConsentRule,
    Contact,
    Criterion,
    Decision,
    Ending,
    Evidence,
    Extension,
    Extent,
    Growth,
    GrowthKind,
    Pack,
    PackInfo,
    Policy,
    Quote,
    Repeat,
    Scope,
    Services,
    Source,
    SourceKind,
    Speeds,
)
from amberkit.eligibility.packs._parse import parse_pack

__all__ = [
    "Approval",
    "ConsentRule",
    "Contact",
    "Criterion",
    "Decision",
    "Ending",
    "Evidence",
    "Extension",
    "Extent",
    "Growth",
    "GrowthKind",
    "Pack",
    "PackInfo",
    "Policy",
    "Quote",
    "Repeat",
    "Scope",
    "Services",
    "Source",
    "SourceKind",
    "Speeds",
    "broken_plugins",
    "list_packs",
    "load_pack",
    "overlaps",
    "parse_pack",
    "shipped_table",
]
