"""Jurisdiction packs: dated, cited policy as data.

`load_pack` gives the one of a day, `parse_pack` reads a document of your own. For who
writes packs, `lint_packs` tells what is wrong between them, `diff_packs` what changed.
"""

from amberkit.eligibility.packs._claims import (
    Decision,
    Evidence,
    Quote,
    Source,
    SourceKind,
    value_of,
)
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
from amberkit.eligibility.packs._pack import Criterion, Pack, PackInfo
from amberkit.eligibility.packs._parse import parse_pack
from amberkit.eligibility.packs.policy import Policy

__all__ = [
    "Change",
    "Criterion",
    "Decision",
    "Difference",
    "Evidence",
    "Lint",
    "Pack",
    "PackInfo",
    "Part",
    "Policy",
    "Quote",
    "Source",
    "SourceKind",
    "broken_plugins",
    "clashes",
    "diff_packs",
    "lint_packs",
    "list_packs",
    "load_pack",
    "overlaps",
    "parse_pack",
    "shipped_table",
    "value_of",
]
