"""The desk's rows, read and judged."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlalchemy import and_, select

from amberkit.desk._errors import DeskRefused
from amberkit.desk._package import Package
from amberkit.desk._tables import CASE, DRAFT
from amberkit.publish import Held, LaneStatus
from amberkit.publish.sql import find_release
from amberkit.store import Store, Work, from_us, to_us
from amberkit.values import CaseId, Principal

__all__ = [
    "all_cases",
    "approvable",
    "keep_draft",
    "latest_draft",
    "note",
    "read_case",
    "refuse_unfit",
    "unseal_draft",
]


_HASH = re.compile(r"[0-9a-f]{64}")


def read_case(work: Work, case_id: str) -> Any:
    """Return the row of a case.

    Raises:
        DeskRefused: With the code ``no-such-case``.
    """
    rows = work.execute(select(CASE).where(CASE.c.case_id == case_id))
    if not rows:
        raise DeskRefused("no-such-case", f"{case_id} must have been submitted")
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
        raise DeskRefused("no-such-case", f"{case_id} must have been submitted")
    return rows[0]


def refuse_unfit(work: Work, package: Package, lanes: tuple[LaneStatus, ...]) -> None:
    """Refuse a package that cannot follow what there is of the case.

    Raises:
        DeskRefused: With the code ``ended``, ``old-revision`` or ``channel-missing``.
    """
    rows = work.execute(select(CASE).where(CASE.c.case_id == package.case_id))
    if rows and (rows[0].ended is not None or rows[0].erase_begun is not None):
        raise DeskRefused("ended", "the case has ended; a new one needs a new id")
    release = find_release(work, package.case_id)
    if release is not None and package.revision <= release.revision:
        raise DeskRefused(
            "old-revision", f"the revision must be above {release.revision}"
        )
    told = {part.channel for part in package.parts}
    for status in lanes:
        lane = status.lane
        # Nobody would keep up what it shows, and its end would be another one's.
        if lane.channel not in told and lane.held is not Held.NOTHING:
            raise DeskRefused(
                "channel-missing",
                f"the desk must be opened with {lane.channel}, which shows this case",
            )


def keep_draft(
    store: Store,
    work: Work,
    package: Package,
    content_hash: str,
    *,
    by: Principal,
    now: dt.datetime,
) -> None:
    """Keep a submission, in place of one that was not approved; open the case."""
    case_id = package.case_id
    if not work.execute(select(CASE).where(CASE.c.case_id == case_id)):
        work.change(CASE.insert().values(case_id=case_id))
    unapproved = and_(DRAFT.c.case_id == case_id, DRAFT.c.approved.is_(None))
    work.change(DRAFT.delete().where(unapproved))
    submitted = to_us(now)
    context = _context(package.revision, by.id, submitted)
    work.change(
        DRAFT.insert().values(
            case_id=case_id,
            revision=package.revision,
            content_hash=content_hash,
            expires=to_us(package.expires),
            submitted=submitted,
            submitted_by=by.id,
            body=store.seal(case_id, context, package.canonical()),
        )
    )


def _context(revision: int, by: str, submitted: int) -> str:
    # Whoever changes in the database who submitted, or when, changes what opens it.
    return f"package:{revision}:{submitted}:{by}"


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
    unknown = DeskRefused(
        "no-such-submission",
        "the hash must be that of the latest submission, all 64 digits",
    )
    if not isinstance(content_hash, str) or not _HASH.fullmatch(content_hash):
        raise unknown
    rows = work.execute(select(DRAFT).where(DRAFT.c.content_hash == content_hash))
    if not rows:
        raise unknown
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
        minutes = age // dt.timedelta(minutes=1)
        raise DeskRefused(
            "too-old", f"it must be approved within {minutes} min, or submitted again"
        )
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


def unseal_draft(store: Store, row: Any) -> Package:
    """Return the package of the submission that *row* holds.

    Raises:
        DeskRefused: With the code ``erased``.
        StoreRefused: With the code ``tampered``, if it was changed since.
    """
    if row.body is None:
        raise DeskRefused("erased", "the case has been erased")
    context = _context(row.revision, row.submitted_by, row.submitted)
    return Package.from_canonical(store.unseal(row.case_id, context, row.body))
