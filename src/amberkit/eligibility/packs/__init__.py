"""Jurisdiction packs: dated, cited policy as data.

`load_pack` gives the one of a day, `parse_pack` reads a document of your own. For who
writes packs, `lint_packs` tells what is wrong between them, `diff_packs` what changed.
"""

from amberkit.eligibility.packs._diff import Change, Difference, Part, diff_packs
from amberkit.eligibility.packs._lint import Lint, lint_packs
from amberkit.eligibility.packs._load import (
    broken_plugins,
    clashes,
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
    "Change",
    "ConsentRule",
    "Contact",
    "Criterion",
    "Decision",
    "Difference",
    "Ending",
    "Evidence",
    "Extension",
    "Extent",
    "Growth",
    "GrowthKind",
    "Lint",
    "Pack",
    "PackInfo",
    "Part",
    "Policy",
    "Quote",
    "Repeat",
    "Scope",
    "Services",
    "Source",
    "SourceKind",
    "Speeds",
    "broken_plugins",
    "clashes",
    "diff_packs",
    "lint_packs",
    "list_packs",
    "load_pack",
    "overlaps",
    "parse_pack",
    "shipped_table",
]
