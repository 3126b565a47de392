"""Erasure: rows first, then the key, then the note that both are gone.

Deleted rows leave traces in a database and in its logs, so what is stored is sealed,
and it is the key that has to go. It lies outside the database and cannot be part of a
transaction: an erasure is begun with the rows, and finished once the key is destroyed.
Whatever stops it in between, finishing it again does no harm.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, or_, select, update

from amberkit.desk._tables import CASE, DRAFT
from amberkit.publish.sql import Releases, released, released_until
from amberkit.store import Store, Work, to_us
from amberkit.values import CaseId

__all__ = ["begin_erasure", "begun_erasures", "due_for_erasure", "finish_erasure"]

_UNAPPROVED = dt.timedelta(hours=24)


def begin_erasure(
    work: Work,
    store: Store,
    releases: Releases,
    case_id: str,
    *,
    now: dt.datetime,
    by: str | None = None,
) -> None:
    """Remove every row that tells of the case."""
    releases.erase(work, case_id)
    work.change(update(DRAFT).where(DRAFT.c.case_id == case_id).values(body=None))
    where = CASE.c.case_id == case_id
    work.change(update(CASE).where(where).values(erase_begun=to_us(now)))
    store.append(work, case_id=case_id, at=now, event="erasing", actor=by)


def finish_erasure(store: Store, case_id: str, *, now: dt.datetime) -> None:
    """Destroy the key of a case whose rows are gone, and note it, once."""
    store.keys.destroy(case_id)
    unnoted = and_(CASE.c.case_id == case_id, CASE.c.erased.is_(None))
    with store.transaction() as work:
        if work.change(update(CASE).where(unnoted).values(erased=to_us(now))):
            store.append(work, case_id=case_id, at=now, event="erased")


def due_for_erasure(
    work: Work, *, now: dt.datetime, after: dt.timedelta
) -> tuple[CaseId, ...]:
    """Return the cases that ended long enough ago, or expired *after* ago.

    And those that nobody has approved in a day: nothing of them was ever let out.
    """
    expired = released_until(now - after)
    recent = select(DRAFT.c.case_id).where(DRAFT.c.submitted > to_us(now - _UNAPPROVED))
    idle = and_(CASE.c.case_id.not_in(released()), CASE.c.case_id.not_in(recent))
    rows = work.execute(
        select(CASE.c.case_id).where(
            CASE.c.erase_begun.is_(None),
            or_(
                CASE.c.erase_due <= to_us(now),
                and_(CASE.c.ended.is_(None), or_(CASE.c.case_id.in_(expired), idle)),
            ),
        )
    )
    return tuple(CaseId(row.case_id) for row in rows)


def begun_erasures(work: Work) -> tuple[CaseId, ...]:
    """Return the cases whose rows are erased and whose key may still be there."""
    rows = work.execute(
        select(CASE.c.case_id).where(
            CASE.c.erase_begun.is_not(None), CASE.c.erased.is_(None)
        )
    )
    return tuple(CaseId(row.case_id) for row in rows)
