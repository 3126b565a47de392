"""What stands behind a sentence of a pack: a source, or the word that there is none."""

from __future__ import annotations

import enum
from typing import Generic, TypeVar

import attrs

from amberkit.values import Localized

__all__ = ["Decision", "Evidence", "Quote", "Source", "SourceKind", "value_of"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class SourceKind(enum.Enum):
    """How near a source is to the rule itself."""

    PRIMARY = "primary"
    """The law, the order or the agency's own publication."""

    SECONDARY = "secondary"
    """Press, or statements made through it."""


@attrs.frozen(kw_only=True)
class Source:
    """Where a claim can be read."""

    key: str
    title: str
    url: str
    kind: SourceKind


class Evidence(enum.Enum):
    """What stands behind a sentence of a pack."""

    PRIMARY = "primary"
    """A primary source says so."""

    SECONDARY = "secondary"
    """A secondary source says so."""

    UNSOURCED = "unsourced"
    """Believed to be so; no source is at hand."""

    POLICY = "policy"
    """A choice of the pack, to be made by the agency; no source claims it."""

    UNPUBLISHED = "unpublished"
    """The rule exists or may exist, but is not public; it decides nothing here."""


class Quote(enum.Enum):
    """How a sentence stands to the words of its source."""

    PARAPHRASE = "paraphrase"
    TRANSLATION = "translation"
    QUOTATION = "quotation"


@attrs.frozen(kw_only=True)
class Decision(Generic[T_co]):
    """A value that the pack decides, and why."""

    value: T_co
    says: Localized
    evidence: Evidence

    source: Source | None = None
    """Given exactly where the evidence is primary or secondary."""


def value_of(decision: Decision[T | None] | None) -> T | None:
    """Return what a pack decides; None where it is not published or not given."""
    return None if decision is None else decision.value
