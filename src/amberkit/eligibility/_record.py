"""An assessment as a document: for the file of the case, and for partners."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from amberkit.eligibility.findings._findings import Answer, Finding, Role
from amberkit.eligibility.logic._rules import Compare, Confident, Leaf, Value, Within
from amberkit.errors import InvalidValue
from amberkit.schemas import canonical_json
from amberkit.values import Confidence

if TYPE_CHECKING:
    from amberkit.eligibility._assess import Assessment
    from amberkit.eligibility.findings._waivers import Waiver

__all__ = ["content_hash", "for_partners", "full"]

SCHEMA_ID = "urn:amberkit:schema:assessment:1"
_LEAST_SALT = 16


def full(assessment: Assessment) -> dict[str, Any]:
    """Return the agency's own copy; see `Assessment.record`."""
    return {
        **_common(assessment),
        "form": "record",
        "facts": [
            {
                "name": reading.fact,
                "known": reading.value is not None,
                "value": _plain(reading.reveal()),
                "fields": sorted(reading.fields),
                "stated": [
                    {"field": one.field, "by": one.by, "at": one.at.isoformat()}
                    for one in reading.stated
                ],
            }
            for reading in assessment.facts
        ],
        "findings": [
            {**_finding(each), "answers": [_answer(a) for a in each.answers]}
            for each in assessment.findings
        ],
        "waivers": [
            {**_waiver(one), "by": one.by, "reason": one.reason}
            for one in assessment.waivers
        ],
        "opposite": [list(names) for names in assessment.opposite],
    }


def for_partners(assessment: Assessment) -> dict[str, Any]:
    """Return what partners may read; see `Assessment.partner_form`."""
    return {
        **_common(assessment),
        "form": "partner",
        # A duty that is due tells of a sign, and is for the agency alone.
        "findings": [
            _finding(each) for each in assessment.findings if each.role is not Role.DUTY
        ],
        "waivers": [_waiver(one) for one in assessment.waivers],
    }


def content_hash(assessment: Assessment, salt: bytes) -> str:
    """Return the salted hash of the record; see `Assessment.content_hash`."""
    if not isinstance(salt, bytes) or len(salt) < _LEAST_SALT:
        raise InvalidValue("salt", f"at least {_LEAST_SALT} bytes")
    # The length first, so that no salt and record run into each other.
    head = len(salt).to_bytes(8, "big") + salt
    return hashlib.sha256(head + canonical_json(full(assessment))).hexdigest()


def _common(assessment: Assessment) -> dict[str, Any]:
    pack, missing = assessment.pack, assessment.missing
    return {
        "$schema": SCHEMA_ID,
        "case_id": assessment.case_id,
        "revision": assessment.revision,
        "pack": {
            "id": pack.id,
            "valid_from": pack.valid_from.isoformat(),
            "digest": pack.digest,
        },
        "now": assessment.now.isoformat(),
        "mode": assessment.mode.value,
        "truth": assessment.truth.value,
        "acknowledged": list(assessment.acknowledged),
        "missing": {
            "for_true": [list(names) for names in missing.for_true],
            "for_false": [list(names) for names in missing.for_false],
        },
    }


def _finding(finding: Finding) -> dict[str, Any]:
    source = finding.criterion.source
    return {
        "id": finding.criterion.id,
        "role": finding.role.value,
        "status": finding.status.value,
        "truth": None if finding.truth is None else finding.truth.value,
        "decides": finding.decides,
        "evidence": finding.criterion.evidence.value,
        "source": source and source.url,
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "criterion": waiver.criterion,
        "authority": waiver.authority,
        "at": waiver.at.isoformat(),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "rule": _rule(answer.leaf),
        "truth": answer.truth.value,
        "fields": sorted(answer.fields),
    }


def _rule(leaf: Leaf) -> dict[str, Any]:
    """Return a leaf as the pack's document has it."""
    match leaf:
        case Compare(fact, op, value):
            wanted = list(value) if isinstance(value, tuple) else value
            return {"compare": {"fact": fact, "op": op.value, "value": wanted}}
        case Confident(fact, least):
            return {"confidence": {"fact": fact, "at_least": least.value}}
        case Within(fact, hours):
            return {"within": {"fact": fact, "hours": hours}}
        case _:
            return {"known": {"fact": leaf.fact}}


def _plain(value: Value | None) -> object:
    """Return a value as decision tables have it; of a duration, its hours."""
    match value:
        case Confidence():
            return value.value
        case dt.timedelta():
            return value / dt.timedelta(hours=1)
        case _:
            return value
