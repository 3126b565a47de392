"""What a fact is, and how one case tells it.

A fact has a value or is not known; it is read from one case at one time, together with
the case fields that it was read from. A field that the case leaves out is not known,
so a description that is not there yet is not known either: it can still be asked for.

A case with several children is one alert for all of them. Its age is that of the
youngest, because one minor is enough to make it an alert for a minor; it counts as
described, or as having a photograph, when one child has, for whoever knows one of them
can find them.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from amberkit.cases import Attribution, Case
from amberkit.eligibility.facts._derive import Derivation
from amberkit.eligibility.logic._rules import Value
from amberkit.errors import InvalidValue
from amberkit.values import Localized, Privacy, Restricted

__all__ = ["Fact", "FactType", "Reading", "read_fact", "statements"]


class FactType(enum.Enum):
    """What values a fact has."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    ENUM = "enum"
    CONFIDENCE = "confidence"
    DURATION = "duration"


_NAME = re.compile(r"[a-z_]{1,32}\.[a-z_]{1,31}")


def _name(value: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InvalidValue("name", "two words such as agency.staffed_line")
    return value


@attrs.frozen(kw_only=True)
class Fact:
    """The declaration of a fact: what it means and how a case tells it.

    Raises:
        InvalidValue: If *name* is not of the form ``group.word``.
        TypeError, ValueError: If another part is not what it must be.
    """

    name: str = attrs.field(converter=_name)
    type: FactType = attrs.field(validator=attrs.validators.instance_of(FactType))

    question: Localized = attrs.field(validator=attrs.validators.instance_of(Localized))
    """What it means, as the question that an officer can ask."""

    fields: tuple[str, ...]
    """Every case field that it may be read from, such as ``circumstances.danger``."""

    privacy: Privacy = attrs.field(validator=attrs.validators.instance_of(Privacy))
    """The strictest class among *fields*."""

    cost: int = attrs.field(validator=attrs.validators.in_((1, 2, 3)))
    """How hard it is to find out: 1 asks the reporter, 2 looks, 3 investigates."""

    unit: str | None = None
    """The unit of the value, where it has one."""

    can_deny: bool = True
    """Whether a case can say no: that no look of a child is written down does not say
    that it has none, so a description is given or not known."""

    values: tuple[str, ...] = ()
    """The words that an `FactType.ENUM` can be."""

    derive: Derivation = attrs.field(repr=False)
    """From a case and a time to the value, or None, and the fields that hold it."""


@attrs.frozen(kw_only=True)
class Reading:
    """A fact as one case has it at one time. It prints no value."""

    fact: str

    value: Restricted[Value] | None
    """None where it is not known."""

    fields: tuple[str, ...]
    """The case fields it was read from; where not known, those that would tell."""

    stated: tuple[Attribution, ...] = attrs.field(default=(), repr=False)
    """Who stated these fields, and when: the latest statement of each, by field."""

    def reveal(self) -> Value | None:
        """Return the value, or None where it is not known."""
        return None if self.value is None else self.value.reveal()


def read_fact(
    fact: Fact,
    case: Case,
    now: dt.datetime,
    stated: Mapping[str, Attribution] = MappingProxyType({}),
) -> Reading:
    """Return what *case* says of *fact* at *now*, which is aware and in UTC.

    Args:
        fact: The fact.
        case: The case.
        now: The time.
        stated: The statements that count, by field; see `statements`.
    """
    value, fields = fact.derive(case, now)
    if value is None:
        return Reading(fact=fact.name, value=None, fields=fact.fields)
    found = tuple(stated[f] for f in sorted(fields) if f in stated) if stated else ()
    return Reading(fact=fact.name, value=Restricted(value), fields=fields, stated=found)


def statements(case: Case, now: dt.datetime) -> Mapping[str, Attribution]:
    """Return the latest statement of each field that has one, none of the future."""
    ordered = sorted(case.attributions, key=lambda one: (one.at, one.by))
    return {one.field: one for one in ordered if one.at <= now}
