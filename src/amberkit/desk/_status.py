"""How a case stands: every lane, and who must act."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from typing import Any

import attrs
from sqlalchemy import select

from amberkit.desk._rows import read_case
from amberkit.desk._tables import DRAFT
from amberkit.publish import Held, LaneStatus, Release
from amberkit.publish.sql import SqlOutbox, find_release
from amberkit.store import Work, from_us
from amberkit.values import CaseId

__all__ = ["ALIVE", "Acts", "CaseStatus", "Ended", "State", "acts_in", "read_status"]

ALIVE = dt.timedelta(seconds=20)
"""A dispatcher that serves says every five seconds that it is alive. After this time
without a word it counts as gone."""


PATIENCE = dt.timedelta(minutes=1)
"""After which a lane that the dispatcher still tries calls somebody."""


class State(enum.Enum):
    """Where a case is in its life."""

    SUBMITTED = "submitted"
    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"
    ERASED = "erased"


class Acts(enum.Enum):
    """Who must act for a lane to go on."""

    NOBODY = "nobody"
    DISPATCHER = "dispatcher"
    PERSON = "a person"


def acts_in(status: LaneStatus) -> Acts:
    """Return who must act in a lane."""
    lane = status.lane
    if status.closed:
        return Acts.NOBODY
    if lane.need is not None:
        return Acts.PERSON
    shown = status.want == "content" and lane.held is Held.CONTENT
    is_served = shown and lane.version == status.want_version
    idle = status.want == "nothing" or is_served
    return Acts.NOBODY if idle and lane.attempt is None else Acts.DISPATCHER


@attrs.frozen(kw_only=True)
class Ended:
    """What `Desk.end` has done."""

    case_id: CaseId
    is_first: bool
    """Whether this ended it; False if it had ended or expired before."""

    reason: str
    """The reason that stands: that of whoever ended it first."""

    is_verified: bool
    """False if the verifier could not be reached: somebody must look into it."""

    dispatcher_is_alive: bool
    """False if the ending is stored and nobody is there to send it: start one."""


@attrs.frozen(kw_only=True)
class CaseStatus:
    """One case, as whoever is on duty has to see it."""

    case_id: CaseId
    state: State
    revision: int
    """The one that is released; before an approval, the one that was submitted."""

    content_hash: str
    """Of that revision."""

    pending_revision: int | None
    """The one that waits for a second person; None if none does."""

    pending_hash: str | None
    """What that person approves."""

    submitted_by: str | None
    approved_by: str | None
    expires: dt.datetime | None
    ended: dt.datetime | None
    reason: str | None
    erase_due: dt.datetime | None
    erased: dt.datetime | None
    lanes: tuple[LaneStatus, ...]
    alarms: tuple[str, ...]
    """What somebody has to look at, in plain words."""

    @property
    def is_closed(self) -> bool:
        """Whether every lane has its ending confirmed and nothing is left to do."""
        over = self.state not in (State.SUBMITTED, State.ACTIVE)
        return over and all(lane.closed for lane in self.lanes)


def read_status(
    work: Work, outbox: SqlOutbox, case_id: str, *, now: dt.datetime
) -> CaseStatus:
    """Return how a case stands, read within a transaction."""
    row = read_case(work, case_id)
    release = find_release(work, case_id)
    drafts = work.execute(
        select(DRAFT).where(DRAFT.c.case_id == case_id).order_by(DRAFT.c.revision)
    )
    live = next((d for d in drafts if release and _is_live(d, release)), None)
    shown, latest = live or drafts[-1], drafts[-1]
    is_pending = latest.approved is None and row.ended is None and latest.body
    lanes = outbox.read_lanes(work, case_id, now=now)
    return CaseStatus(
        case_id=CaseId(case_id),
        state=_state(row, release, now),
        revision=shown.revision,
        content_hash=shown.content_hash,
        pending_revision=latest.revision if is_pending else None,
        pending_hash=latest.content_hash if is_pending else None,
        submitted_by=shown.submitted_by,
        approved_by=shown.approved_by,
        expires=from_us(shown.expires),
        ended=_time(row.ended),
        reason=row.reason,
        erase_due=_time(row.erase_due),
        erased=_time(row.erased),
        lanes=lanes,
        alarms=(
            *_alarms(row, lanes, outbox.read_heartbeat(work), now),
            *(
                [f"a second person must approve revision {latest.revision}"]
                * bool(is_pending)
            ),
        ),
    )


def _is_live(draft: Any, release: Release) -> bool:
    return bool(draft.content_hash == release.content_hash)


def _state(row: Any, release: Release | None, now: dt.datetime) -> State:
    if row.erased is not None:
        return State.ERASED
    if row.ended is not None:
        return State.ENDED
    if release is None:
        return State.SUBMITTED
    return State.EXPIRED if now >= release.expires else State.ACTIVE


def _alarms(
    row: Any,
    lanes: tuple[LaneStatus, ...],
    beat: dt.datetime | None,
    now: dt.datetime,
) -> Iterator[str]:
    for status in lanes:
        lane = status.lane
        if acts_in(status) is Acts.PERSON and lane.need is not None:
            yield f"{lane.channel}: {lane.need.value}"
        overdue = now - (status.since or now)
        if acts_in(status) is Acts.DISPATCHER and overdue > PATIENCE:
            what = "published" if status.want == "content" else "confirmed as ended"
            minutes = overdue // dt.timedelta(minutes=1)
            yield f"{lane.channel}: not {what} for {minutes} min"
        if status.closed and lane.held is Held.NOTHING and lane.tries:
            yield f"{lane.channel}: it ended before it was ever published"
    if row.verified == 0:
        yield "the ending was accepted without a verified signature"
    if row.erase_begun is not None and row.erased is None:
        yield "the erasure has begun and is not finished"
    # Also where nothing is due: an alert that nobody ends is ended by a dispatcher.
    is_open = any(not status.closed for status in lanes)
    if is_open and (beat is None or abs(now - beat) > ALIVE):
        yield "no dispatcher is alive"


def _time(value: int | None) -> dt.datetime | None:
    return None if value is None else from_us(value)
