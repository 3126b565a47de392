"""The desk's rows, read and judged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from amberkit.desk._errors import DeskRefused
from amberkit.desk._package import Package
from amberkit.desk._tables import CASE, DRAFT
from amberkit.publish.sql import find_release
from amberkit.store import Store, Work, from_us
from amberkit.values import CaseId, Principal

__all__ = [
    "all_cases",
    "approvable",
    "latest_draft",
    "note",
    "open_case",
    "read_case",
    "refuse_old",
    "seal_draft",
    "unseal_draft",
]


def open_case(work: Work, case_id: str) -> None:
    """Open a case, or find it open.

    Raises:
        DeskRefused: With the code ``ended``.
    """
    rows = work.execute(select(CASE).where(CASE.c.case_id == case_id))
    if not rows:
        work.change(CASE.insert().values(case_id=case_id))
    elif rows[0].ended is not None or rows[0].erase_begun is not None:
        raise DeskRefused("ended", "the case has ended; a new one needs a new id")


def read_case(work: Work, case_id: str) -> Any:
    """Return the row of a case.

    Raises:
        DeskRefused: With the code ``no-such-case``.
    """
    rows = work.execute(select(CASE).where(CASE.c.case_id == case_id))
    if not rows:
        raise DeskRefused("no-such-case", "the case must have been submitted")
    return rows[0]


def latest_draft(work: Work, case_id: str) -> Any:
    """Return the row of the latest submission of a case.

    Raises:
        DeskRefused: With the code ``no-such-case``.
    """
    rows = work.execute(
        select(DRAFT)
        .where(DRAFT.c.case_id == case_id)
        .order_by(DRAFT.c.revision.desc())
        .limit(1)
    )
    if not rows:
        raise DeskRefused("no-such-case", "the case must have been submitted")
    return rows[0]


def refuse_old(work: Work, package: Package) -> None:
    """Refuse a package whose revision was approved, or a later one.

    Raises:
        DeskRefused: With the code ``old-revision``.
    """
    release = find_release(work, package.case_id)
    if release is not None and package.revision <= release.revision:
        raise DeskRefused(
            "old-revision", f"the revision must be above {release.revision}"
        )


def approvable(
    work: Work,
    content_hash: str,
    *,
    by: Principal,
    now: dt.datetime,
    age: dt.timedelta,
) -> Any:
    """Return the row of the submission that *by* may approve now.

    Raises:
        DeskRefused: With a code that says why nobody, or not *by*, may.
    """
    rows = work.execute(select(DRAFT).where(DRAFT.c.content_hash == content_hash))
    if not rows:
        raise DeskRefused(
            "no-such-submission", "the hash must be that of the latest submission"
        )
    row = rows[0]
    case, submitted = read_case(work, row.case_id), from_us(row.submitted)
    release = find_release(work, row.case_id)
    if case.ended is not None or case.erase_begun is not None:
        raise DeskRefused("ended", "the case has ended")
    if row.approved is not None:
        raise DeskRefused("already-approved", "it has been approved already")
    # However he spells himself.
    if row.submitted_by.casefold() == by.id.casefold():
        raise DeskRefused("same-person", "another person must approve it")
    if not submitted <= now <= submitted + age:
        raise DeskRefused("too-old", "it must be submitted again")
    # What is live and has expired has sent its ending: nothing follows that.
    expires = (
        from_us(row.expires)
        if release is None
        else min(from_us(row.expires), release.expires)
    )
    if now >= expires:
        raise DeskRefused("expired", "the alert has expired")
    return row


def all_cases(work: Work) -> tuple[CaseId, ...]:
    """Return every case, in the order of their ids."""
    rows = work.execute(select(CASE.c.case_id).order_by(CASE.c.case_id))
    return tuple(CaseId(row.case_id) for row in rows)


def note(
    store: Store,
    work: Work,
    event: str,
    package: Package,
    content_hash: str,
    *,
    by: Principal,
    now: dt.datetime,
) -> None:
    """Write into the audit chain who has done what with which content."""
    store.append(
        work,
        case_id=package.case_id,
        at=now,
        event=event,
        actor=by.id,
        codes=(("revision", package.revision), ("role", by.role)),
        # Of the hash, under the case's key: after an erasure it can be compared with
        # nothing any more.
        digest=store.digest(package.case_id, content_hash.encode()),
    )


def seal_draft(store: Store, package: Package) -> bytes:
    """Return the body of a submission."""
    context = f"package:{package.revision}"
    return store.seal(package.case_id, context, package.canonical())


def unseal_draft(store: Store, row: Any) -> Package:
    """Return the package of the submission that *row* holds.

    Raises:
        DeskRefused: With the code ``erased``.
    """
    if row.body is None:
        raise DeskRefused("erased", "the case has been erased")
    context = f"package:{row.revision}"
    return Package.from_canonical(store.unseal(row.case_id, context, row.body))
