"""Audit chains in the database."""

from __future__ import annotations

import json
import re
from typing import Any

import attrs
from sqlalchemy import bindparam, func, insert, select

from amberkit.audit import GENESIS, Entry, follow
from amberkit.errors import Problem
from amberkit.store._tables import AUDIT
from amberkit.store._times import from_us, to_us
from amberkit.store._work import Work

__all__ = ["add", "last", "read"]

_ALL = select(AUDIT).order_by(AUDIT.c.case_id, AUDIT.c.position)
_CASE = _ALL.where(AUDIT.c.case_id == bindparam("case"))
_PLACES = 2**53
_LAST = (
    select(AUDIT)
    .where(
        AUDIT.c.case_id == bindparam("case"),
        # SQLite puts anything into any column, and a text is above every number.
        func.typeof(AUDIT.c.position) == "integer",
        AUDIT.c.position.between(0, _PLACES),
    )
    .order_by(AUDIT.c.position.desc())
    .limit(1)
)
_ADD = insert(AUDIT)
_HEX = re.compile(r"[0-9a-f]{64}")


def add(work: Work, entry: Entry) -> None:
    """Store one more entry."""
    row = attrs.asdict(entry)
    row["position"] = row.pop("index")
    row["at"] = to_us(entry.at)
    row["codes"] = json.dumps(entry.codes)
    work.change(_ADD, row)


def last(work: Work, case_id: str) -> Entry | None:
    """Return the last entry of a case, for another one to follow.

    Where it is damaged, something of the same place and hash stands for it: what is
    done next must be kept all the same, and an ending must not wait for a repair.
    """
    for row in work.execute(_LAST, {"case": case_id}):
        if entry := _entry(row):
            return entry
        known = isinstance(row.hash, str) and _HEX.fullmatch(row.hash)
        stand_in = follow(None, case_id=case_id, at=from_us(0), event="damaged")
        return attrs.evolve(
            stand_in, index=row.position, hash=row.hash if known else GENESIS
        )
    return None


def read(
    work: Work, case_id: str | None
) -> tuple[dict[str, list[Entry]], list[Problem]]:
    """Return the chains of one case or of all, and the rows that are no entries."""
    if case_id is None:
        rows = work.execute(_ALL)
    else:
        rows = work.execute(_CASE, {"case": case_id})
    chains: dict[str, list[Entry]] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        if entry := _entry(row):
            chains.setdefault(entry.case_id, []).append(entry)
        else:
            # Not even its case id can be told: it may be anything now.
            path, message = f"$[{number}]", "must be an entry of an audit chain"
            problems.append(Problem(path=path, code="not-an-entry", message=message))
    return chains, problems


def _entry(row: Any) -> Entry | None:
    """Return the entry in a row; None if somebody made something else of it."""
    try:
        return Entry(
            case_id=row.case_id,
            index=row.position,
            at=from_us(row.at),
            event=row.event,
            actor=row.actor,
            codes=json.loads(row.codes),
            digest=row.digest,
            previous=row.previous,
            hash=row.hash,
        )
    except (TypeError, ValueError, OverflowError):
        return None
